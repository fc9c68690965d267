//! Tables of comma separated values (RFC 4180, and what programs make of it), whose names say what they are.
//!
//! The sign between cells is a comma, semicolon, tab or bar, as the names show it. Before the names, other lines may stand (`sep=;`,
//! `#TYPE …`, the `#Software:` of a log); they may come again.

use super::names::Names;
use super::rows::{self, Rows};
use crate::evidence::declared::CsvRecord;
use crate::evidence::{Line, LineReader, Options};
use crate::records::{At, Sink};

const SIGNS: [u8; 4] = *b",;\t|";
/// So many lines one record may have.
const LINES: u32 = 1000;

/// Reads such a table.
pub(super) struct Reader {
    rows: Rows,
    names: Option<Names>,
    sign: u8,
    record: CsvRecord,
    /// Whether it is a log of Exchange, whose lines of `#` are comments.
    is_log: bool,
}

impl Reader {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            rows: Rows::new(options),
            names: None,
            sign: b',',
            record: CsvRecord::new(b','),
            is_log: false,
        }
    }

    /// Begins a table, where a line is one of names.
    fn begin(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool {
        let text = line.text.strip_prefix("#Fields:").unwrap_or(line.text).trim_start();
        let Some((sign, names)) = SIGNS.into_iter().find_map(|sign| Some((sign, names(text, sign)?))) else {
            return false;
        };
        self.record = CsvRecord::new(sign);
        self.sign = sign;
        self.names = Some(names);
        rows::recognised(out);
        true
    }

    fn row(&mut self, out: &mut Sink<'_>) {
        let (Some(names), Some(at)) = (&self.names, self.record.at.clone()) else { return };
        let cells: Vec<&str> = self.record.cells().collect();
        let is_known = cells.len() == names.width && self.rows.take(names, &cells, &at, out);
        if !is_known {
            out.unread(at.line, &at.text);
        }
    }
}

fn names(text: &str, sign: u8) -> Option<Names> {
    if text.len() > 20_000 || !text.as_bytes().contains(&sign) {
        return None;
    }
    let mut record = CsvRecord::new(sign);
    record.take(text, usize::MAX)?.then_some(())?;
    Names::read(record.cells())
}

impl LineReader for Reader {
    fn line(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool {
        if self.record.at.is_none() {
            if self.may_be_names(line.text) && self.begin(line, out) {
                return true;
            }
            if self.is_preamble(line) {
                return true;
            }
            if self.names.is_none() || line.text.trim().is_empty() {
                return false;
            }
            // Fewer signs than names, and no quotation mark that could hold more lines: something else.
            let signs = line.text.bytes().filter(|byte| *byte == self.sign).count();
            let width = self.names.as_ref().map_or(0, |names| names.width);
            if signs + 1 < width && !line.text.contains('"') {
                return false;
            }
            self.record.at = Some(At::new(line.number, line.text));
        }
        match self.record.take(line.text, out.limits().line) {
            Some(true) => {
                self.row(out);
                self.record.clear();
            }
            Some(false) if self.record.lines <= LINES => {}
            _ => {
                let at = self.record.at.take().map(|at| at.line);
                out.cut("a record does not end: a quotation mark may be missing; the record is not read", at);
                self.record.clear();
            }
        }
        true
    }

    fn end(&mut self, out: &mut Sink<'_>) {
        if let Some(at) = self.record.at.take() {
            out.cut("ends in the middle of a record, which is not read", Some(at.line));
        }
        self.rows.end(out);
    }
}

impl Reader {
    /// `#TYPE …` of PowerShell, and what stands before the names of a log of Exchange.
    fn is_preamble(&mut self, line: Line<'_>) -> bool {
        self.is_log |= line.text.starts_with("#Software: Microsoft Exchange");
        let is_type = line.number == 1 && line.text.starts_with("#TYPE ");
        is_type || self.is_log && line.text.starts_with('#')
    }

    /// Names have no digits to speak of; this keeps rows from being held against all names.
    fn may_be_names(&self, text: &str) -> bool {
        let lower = |word: &str| text.len() < 20_000 && text.to_ascii_lowercase().contains(word);
        (self.names.is_none() || !text.contains('@')) && (lower("recipient") || lower("to"))
    }
}
