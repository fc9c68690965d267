//! Comma separated values (RFC 4180 and its relatives), with whatever sign between the cells.
//!
//! The line of names is the first that has the names that the columns ask for, by whichever sign (`,` `;` tab `|`; a blank in the
//! `#Fields:` of W3C logs); what stands before it is no record. Where such a line comes again, it counts from there on. Names are
//! compared without regard to capitals and blanks.

use csv_core::{ReadRecordResult, ReaderBuilder};

use super::row::{Found, Rows};
use crate::evidence::{Line, LineReader};
use crate::letters;
use crate::number::count;
use crate::records::{At, Sink};

/// The signs that may stand between cells.
const SIGNS: [u8; 4] = *b",;\t|";

/// So many lines one record may have: more are a quotation mark that was never closed.
const LINES: u32 = 1000;

/// In so many lines the names must stand.
const PREAMBLE: u32 = 200;

/// Reads a table of comma separated values.
pub(super) struct Reader<'d> {
    rows: Rows<'d>,
    /// The names that each column asks for, as they are compared.
    wanted: Vec<Vec<String>>,
    names: Option<Names>,
    record: Record,
    /// The sign that a line `sep=;` declares.
    declared: Option<u8>,
    /// Records with more cells than there are names.
    too_wide: usize,
    lines: u32,
}

/// The line of names.
struct Names {
    sign: u8,
    /// Where each column stands.
    places: Vec<Option<usize>>,
    width: usize,
    /// Whether it is the `#Fields:` of a W3C log, where `-` is an empty cell.
    is_w3c: bool,
}

/// A record under way, which may have several lines.
pub(crate) struct Record {
    reader: csv_core::Reader,
    pub(crate) at: Option<At>,
    pub(crate) lines: u32,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// How much of both is filled.
    filled: (usize, usize),
}

impl<'d> Reader<'d> {
    pub(super) fn new(rows: Rows<'d>) -> Self {
        let wanted = |column| rows.sources(column).iter().map(|name| compared(name)).collect();
        let wanted = (0..rows.columns()).map(wanted).collect();
        Self { rows, wanted, names: None, record: Record::new(b','), declared: None, too_wide: 0, lines: 0 }
    }

    /// Returns the line of names that a line is; none where it is another.
    fn names(&self, text: &str) -> Option<Names> {
        let fields = text.strip_prefix("#Fields:").map(str::trim_start);
        let is_w3c = fields.is_some();
        let text = fields.unwrap_or(text);
        let own = self.declared.or(self.names.as_ref().map(|names| names.sign));
        let signs = own.into_iter().chain(SIGNS).chain(is_w3c.then_some(b' '));
        let best = signs.filter_map(|sign| self.by_sign(text, sign, is_w3c)).fold(
            None,
            |best: Option<Names>, names| {
                if best.as_ref().is_some_and(|best| best.found() >= names.found()) {
                    best
                } else {
                    Some(names)
                }
            },
        )?;
        // One name alone may be a title.
        let asked = self.wanted.len().min(2);
        (best.found() >= asked.max(1)).then_some(best)
    }

    fn by_sign(&self, text: &str, sign: u8, is_w3c: bool) -> Option<Names> {
        let mut record = Record::new(sign);
        if !record.take(text, usize::MAX)? {
            return None;
        }
        let cells: Vec<String> = record.cells().map(compared).collect();
        let place =
            |names: &Vec<String>| names.iter().find_map(|name| cells.iter().position(|cell| cell == name));
        let places = self.wanted.iter().map(place).collect();
        Some(Names { sign, places, width: cells.len(), is_w3c })
    }

    /// Returns whether cells may be a line of names that comes again.
    fn may_be_names(&self) -> bool {
        let is_name = |cell: &str| {
            let mut names = (0..self.rows.columns()).flat_map(|column| self.rows.sources(column));
            names.any(|name| name.eq_ignore_ascii_case(cell.trim()))
        };
        self.record.cells().any(is_name)
    }

    fn row(&mut self, out: &mut Sink<'_>) {
        let Some(at) = self.record.at.take() else { return };
        if self.may_be_names()
            && let Some(names) = self.names(&at.text)
        {
            return self.begin(names, at.line, out);
        }
        let Some(names) = &self.names else { return };
        let cells: Vec<&str> = self.record.cells().collect();
        let has = |cell: &str| !(cell.trim().is_empty() || names.is_w3c && cell == "-");
        if !cells.iter().any(|cell| has(cell)) {
            return;
        }
        // Which cell belongs to which name is not sure there.
        if cells.iter().skip(names.width).any(|cell| has(cell)) {
            self.too_wide += 1;
            out.unread(at.line, &at.text);
            return;
        }
        let find = |column: usize| match names.places.get(column) {
            Some(Some(place)) => match cells.get(*place) {
                Some(cell) if has(cell) => Found::Text((*cell).into(), at.clone()),
                _ => Found::Nothing,
            },
            _ => Found::NoPlace,
        };
        self.rows.push(at.clone(), find, out);
    }

    /// Begins a table with its line of names.
    fn begin(&mut self, names: Names, line: u32, out: &mut Sink<'_>) {
        if self.names.is_none() {
            let sign = match names.sign {
                b'\t' => "tabs".to_owned(),
                b' ' => "blanks".to_owned(),
                sign => format!("`{}`", char::from(sign)),
            };
            out.note(
                format!(
                    "{}: the names of the columns stand here, with {sign} between them",
                    self.rows.declared.name
                ),
                Some(line),
            );
            let absent: Vec<String> = (0..self.rows.columns())
                .filter(|column| names.places.get(*column) == Some(&None))
                .filter_map(|column| self.rows.sources(column).first().map(|name| format!("`{name}`")))
                .collect();
            if !absent.is_empty() {
                out.note(
                    format!("{}: there is no column {}", self.rows.declared.name, absent.join(", ")),
                    Some(line),
                );
            }
        }
        self.record = Record::new(names.sign);
        self.names = Some(names);
        self.rows.known(out);
    }
}

impl Names {
    fn found(&self) -> usize {
        self.places.iter().flatten().count()
    }
}

impl LineReader for Reader<'_> {
    fn line(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool {
        self.lines = self.lines.saturating_add(1);
        if self.record.at.is_none() {
            let sign = line.text.strip_prefix("sep=").map(str::as_bytes);
            if let Some([sign]) = sign.filter(|_| self.lines == 1) {
                self.declared = Some(*sign);
                return true;
            }
            let may_begin = self.names.is_none() && self.lines <= PREAMBLE;
            let may_be_names = may_begin || line.text.starts_with("#Fields:");
            if let Some(names) = may_be_names.then(|| self.names(line.text)).flatten() {
                self.begin(names, line.number, out);
                return true;
            }
            let is_comment =
                line.text.starts_with('#') && self.names.as_ref().is_some_and(|names| names.is_w3c);
            if self.names.is_none() || is_comment || line.text.trim().is_empty() {
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
        if self.names.is_none() && self.rows.is_told {
            let names: Vec<String> = (0..self.rows.columns())
                .filter_map(|column| self.rows.sources(column).first())
                .map(|name| format!("`{name}`"))
                .collect();
            out.cut(format!("{}: no line has the names {}", self.rows.declared.name, names.join(", ")), None);
        }
        if self.record.at.is_some() {
            out.cut(
                "ends in the middle of a record, which is not read",
                self.record.at.as_ref().map(|at| at.line),
            );
        }
        if self.too_wide > 0 {
            let rows = count(self.too_wide, "record has", "records have");
            out.cut(
                format!(
                    "{}: {rows} more cells than there are names, and is not read",
                    self.rows.declared.name
                ),
                None,
            );
        }
        self.rows.end(out);
    }
}

impl Record {
    pub(crate) fn new(sign: u8) -> Self {
        let reader = ReaderBuilder::new().delimiter(sign).build();
        Self { reader, at: None, lines: 0, bytes: vec![0; 256], ends: vec![0; 16], filled: (0, 0) }
    }

    pub(crate) fn clear(&mut self) {
        self.reader.reset();
        self.lines = 0;
        self.filled = (0, 0);
        self.at = None;
    }

    /// Takes a line, and says whether the record ends with it; none where the record is longer than so many bytes.
    pub(crate) fn take(&mut self, line: &str, most: usize) -> Option<bool> {
        self.lines += 1;
        for part in [line.as_bytes(), b"\n"] {
            if self.feed(part, most)? {
                return Some(true);
            }
        }
        Some(false)
    }

    fn feed(&mut self, mut part: &[u8], most: usize) -> Option<bool> {
        while !part.is_empty() {
            let bytes = self.bytes.get_mut(self.filled.0..)?;
            let ends = self.ends.get_mut(self.filled.1..)?;
            let (result, read, written, ended) = self.reader.read_record(part, bytes, ends);
            part = part.get(read..)?;
            self.filled = (self.filled.0 + written, self.filled.1 + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.bytes.len() > most => return None,
                ReadRecordResult::OutputFull => self.bytes.resize(self.bytes.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => return Some(true),
                ReadRecordResult::End => return Some(false),
            }
        }
        Some(false)
    }

    pub(crate) fn cells(&self) -> impl Iterator<Item = &str> {
        let ends = self.ends.get(..self.filled.1).unwrap_or_default();
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let cell = |(from, to): (usize, &usize)| {
            self.bytes.get(from..*to).and_then(|cell| std::str::from_utf8(cell).ok())
        };
        starts.zip(ends).map(move |place| cell(place).unwrap_or_default())
    }
}

/// Returns a name as it is compared: capitals and blanks do not count.
fn compared(name: &str) -> String {
    letters::alike(name).replace(' ', "")
}
