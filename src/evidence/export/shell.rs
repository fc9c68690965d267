//! What PowerShell prints: lists (`Format-List`) and tables (`Format-Table`).
//!
//! A list is a paragraph of `Name    : value`, with all colons in one column; a value goes on in lines that begin behind it. A table
//! is a line of names, one of dashes that shows where columns begin, and rows up to an empty line. A cell that does not fit ends in
//! dots, and is not known.

use super::names::{self, Names};
use super::rows::{self, Rows};
use crate::evidence::{Line, LineReader, Options};
use crate::records::{At, Sink};

/// So many lines one record of a list may have.
const LINES: usize = 500;
/// So long may a line of names be.
const NAMES: usize = 2_000;

/// Reads such a print.
pub(super) struct Reader {
    rows: Rows,
    list: List,
    table: Option<Table>,
    /// A line that may be one of names, if dashes follow.
    header: Option<At>,
}

/// A record of a list.
#[derive(Default)]
struct List {
    pairs: Vec<(String, String)>,
    lines: Vec<At>,
    /// Where its colons stand.
    colon: usize,
}

/// Where the columns of a table begin, in letters.
struct Table {
    names: Names,
    starts: Vec<usize>,
}

impl Reader {
    pub(super) fn new(options: &Options) -> Self {
        Self { rows: Rows::new(options), list: List::default(), table: None, header: None }
    }

    /// Takes a line of a list.
    fn list(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool {
        let is_open = !self.list.pairs.is_empty();
        if let Some((name, value, colon)) = pair(line.text)
            && (if is_open { colon == self.list.colon } else { names::is_known(name) || is_of_shell(name) })
        {
            // The first name again: records may stand without an empty line between them.
            if self.list.pairs.first().is_some_and(|(first, _)| first == name) {
                self.end_list(out);
            }
            self.list.colon = colon;
            self.list.pairs.push((name.to_owned(), value.to_owned()));
            self.list.lines.push(At::new(line.number, line.text));
            return true;
        }
        let blanks = line.text.len() - line.text.trim_start_matches(' ').len();
        if is_open && blanks > self.list.colon && self.list.lines.len() < LINES {
            let last = self.list.lines.last().and_then(|at| at.text.get(self.list.colon + 1..));
            if let Some((_, value)) = self.list.pairs.last_mut() {
                // Lines end between words; one word alone is longer than a line.
                if last.is_some_and(|last| last.trim().contains(' ')) {
                    value.push(' ');
                }
                value.push_str(line.text.trim());
            }
            self.list.lines.push(At::new(line.number, line.text));
            return true;
        }
        self.end_list(out);
        false
    }

    fn end_list(&mut self, out: &mut Sink<'_>) {
        let list = std::mem::take(&mut self.list);
        let Some(first) = list.lines.first() else { return };
        let names = Names::read(list.pairs.iter().map(|(name, _)| name.as_str()));
        let cells: Vec<&str> = list.pairs.iter().map(|(_, value)| value.as_str()).collect();
        if let Some(names) = names {
            rows::recognised(out);
            let telling =
                |line: &&At| line.text.starts_with("RecipientStatus") || line.text.starts_with("Detail");
            let at = list.lines.iter().find(telling).unwrap_or(first);
            if self.rows.take(&names, &cells, at, out) {
                return;
            }
        }
        list.lines.iter().for_each(|at| out.unread(at.line, &at.text));
    }

    /// Takes a line of a table.
    fn table(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool {
        if let Some(header) = self.header.take() {
            if let Some(table) = Table::new(&header.text, line.text) {
                rows::recognised(out);
                self.table = Some(table);
                return true;
            }
            out.unread(header.line, &header.text);
        }
        if line.text.trim().is_empty() {
            self.table = None;
            return false;
        }
        if let Some(table) = &self.table {
            let at = At::new(line.number, line.text);
            let cells = table.cells(line.text);
            let is_known = cells.is_some_and(|cells| {
                let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                self.rows.take(&table.names, &cells, &at, out)
            });
            if !is_known {
                out.unread(line.number, line.text);
            }
            return true;
        }
        let is_header = line.text.len() < NAMES
            && line.text.split_whitespace().take(3).count() == 3
            && line.text.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ')
            && Names::read(line.text.split_whitespace()).is_some();
        if is_header {
            self.header = Some(At::new(line.number, line.text));
        }
        is_header
    }
}

impl Table {
    fn new(names: &str, dashes: &str) -> Option<Self> {
        let is_dashes = dashes.contains("--") && dashes.chars().all(|c| c == '-' || c == ' ');
        let names = Names::read(names.split_whitespace()).filter(|_| is_dashes)?;
        let mut starts = Vec::new();
        let mut is_in = false;
        for (at, c) in dashes.chars().enumerate() {
            if c == '-' && !is_in {
                starts.push(at);
            }
            is_in = c == '-';
        }
        (starts.len() == names.width).then_some(Self { names, starts })
    }

    /// Returns the cells of a row; none where one of them reaches into the next.
    fn cells(&self, row: &str) -> Option<Vec<String>> {
        let letters: Vec<char> = row.chars().take(10_000).collect();
        let mut cells = Vec::new();
        for (at, start) in self.starts.iter().enumerate() {
            let is_free = *start == 0 || letters.get(start - 1).is_none_or(|c| *c == ' ');
            if !is_free {
                return None;
            }
            let end = self.starts.get(at + 1).copied().unwrap_or(letters.len()).min(letters.len());
            let cell: String = letters.get((*start).min(end)..end).unwrap_or_default().iter().collect();
            cells.push(cell.trim().to_owned());
        }
        Some(cells)
    }
}

/// `RecipientStatus : {…}`: a name, its value, and where the colon stands.
fn pair(text: &str) -> Option<(&str, &str, usize)> {
    let colon = text.find(" :")? + 1;
    let name = text.get(..colon)?.trim();
    let is_name = name.len() > 1
        && name.len() <= 60
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let value = text.get(colon + 1..)?;
    (is_name && (value.is_empty() || value.starts_with(' '))).then_some((name, value.trim(), colon))
}

/// Names that such lists begin with.
fn is_of_shell(name: &str) -> bool {
    [
        "PSComputerName",
        "RunspaceId",
        "PSShowComputerName",
        "Organization",
        "MessageTraceId",
        "Index",
        "Identity",
    ]
    .contains(&name)
}

impl LineReader for Reader {
    fn line(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool {
        self.list(line, out) || self.table(line, out)
    }

    fn end(&mut self, out: &mut Sink<'_>) {
        self.end_list(out);
        if let Some(header) = self.header.take() {
            out.unread(header.line, &header.text);
        }
        self.rows.end(out);
    }
}
