//! JSON (RFC 8259), as one document or many: JSON lines, or documents that stand in a log.
//!
//! A document begins at a line that begins with `{` or `[`, or stands whole in a line behind something else. It is held in memory
//! while it is read, up to the limit; a line that is a document of its own takes none. A record is what the path of the table leads
//! to, and each value keeps its line. A name that comes twice counts the last time. `[*]` on what is no list takes that alone.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::path::{FromLevel, Records, Step};
use super::row::{Found, Rows};
use crate::document::pairs::Pairs;
use crate::evidence::{Line, LineReader};
use crate::records::{At, Limits, SHOWN, Sink};

/// Reads JSON for one table.
pub(super) struct Reader<'d> {
    rows: Rows<'d>,
    path: Result<Records, String>,
    columns: Vec<Vec<FromLevel>>,
    /// Whether the artefact begins as JSON does, so that its lines may be long.
    is_json: bool,
    document: Option<Document>,
}

/// A document of several lines, under way.
#[derive(Default)]
struct Document {
    line: u32,
    text: String,
    /// How many brackets are open, and whether a text is.
    depth: usize,
    is_in_text: bool,
    is_escaped: bool,
    is_too_large: bool,
}

/// So many places of a line are tried for the beginning of a document.
const TRIED: usize = 4;

impl<'d> Reader<'d> {
    pub(super) fn new(rows: Rows<'d>, path: &str, head: &str) -> Self {
        let path = Records::parse(path);
        let of = |column| {
            let sources = rows.sources(column).iter();
            sources.filter_map(|source| path.as_ref().ok()?.column(source).ok()).collect()
        };
        let columns = (0..rows.columns()).map(of).collect();
        let is_json = head.trim_start().starts_with(['{', '[']);
        Self { rows, path, columns, is_json, document: None }
    }

    /// Reads the documents that stand in a text one after the other; returns how much of it is none.
    fn documents<'t>(&mut self, text: &'t str, line: u32, out: &mut Sink<'_>) -> Result<(), Rest<'t>> {
        let lines = Places::new(text, line);
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        let mut read = 0;
        while let Some(value) = values.next() {
            match value {
                Ok(value) => self.records(value, &lines, out),
                Err(error) => {
                    let rest = text.get(read..).unwrap_or_default();
                    return Err(Rest {
                        text: rest,
                        is_open: error.is_eof(),
                        is_first: read == 0,
                        why: error.to_string(),
                    });
                }
            }
            read = values.byte_offset();
        }
        Ok(())
    }

    /// Makes rows of the records of a document.
    fn records(&mut self, document: &RawValue, lines: &Places<'_>, out: &mut Sink<'_>) {
        let Ok(path) = &self.path else { return };
        let (rows, columns) = (&mut self.rows, &self.columns);
        let mut row = |levels: &[&RawValue]| {
            let Some(record) = levels.last() else { return };
            let at = lines.at(record.get());
            let mut any = false;
            let cells: Vec<_> = columns.iter().map(|sources| first_of(sources, levels)).collect();
            any |= cells.iter().any(Option::is_some);
            if !any {
                return;
            }
            let mut cells = cells.into_iter();
            let find = |_| match cells.next().flatten() {
                Some((text, raw)) => Found::Text(text, lines.beside(raw, &at)),
                None => Found::Nothing,
            };
            rows.push(at.clone(), find, out);
        };
        beneath(
            &path.levels.iter().map(|level| level.steps.as_slice()).collect::<Vec<_>>(),
            document,
            &mut Vec::new(),
            &mut row,
        );
    }

    /// Begins or reads what a line holds; returns whether it holds something.
    fn begin(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool {
        let starts = line.text.match_indices(['{', '[']).map(|(at, _)| at);
        let mut taken = false;
        for at in starts.take(TRIED) {
            let rest = line.text.get(at..).unwrap_or_default();
            let is_at_start = line.text.get(..at).is_some_and(|before| before.trim().is_empty());
            match self.documents(rest, line.number, out) {
                Ok(()) => return true,
                Err(rest) if rest.is_open && (is_at_start || !rest.is_first) => {
                    let mut document = Document { line: line.number, ..Document::default() };
                    document.take(rest.text, out.limits().bytes);
                    self.document = (!document.is_in_text).then_some(document);
                    return !rest.is_first || self.document.is_some();
                }
                Err(rest) => taken |= !rest.is_first,
            }
            if taken {
                return true;
            }
        }
        false
    }
}

/// What of a text does not read.
struct Rest<'t> {
    text: &'t str,
    /// Whether it may go on in the next line.
    is_open: bool,
    /// Whether nothing before it reads.
    is_first: bool,
    why: String,
}

impl LineReader for Reader<'_> {
    fn line(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool {
        let Some(document) = &mut self.document else { return self.begin(line, out) };
        document.take(line.text, out.limits().bytes);
        if document.is_in_text {
            // No text of JSON has a line break in it.
            out.cut("a document of JSON ends in the middle of a text, and is not read", Some(document.line));
            self.document = None;
            return self.begin(line, out);
        }
        if document.depth > 0 {
            return true;
        }
        let document = std::mem::take(document);
        self.document = None;
        if document.is_too_large {
            let note =
                format!("a document of JSON is larger than {} bytes, and is not read", out.limits().bytes);
            out.cut(note, Some(document.line));
        } else if let Err(rest) = self.documents(&document.text, document.line, out)
            && rest.is_first
        {
            out.cut(format!("JSON does not read: {}", rest.why), Some(document.line));
        }
        true
    }

    fn end(&mut self, out: &mut Sink<'_>) {
        if let Some(document) = &self.document {
            out.cut("a document of JSON is not read, since its end is missing", Some(document.line));
        }
        if let Err(why) = &self.path {
            out.note(why.clone(), None);
        }
        self.rows.end(out);
    }

    fn longest(&self, limits: &Limits) -> usize {
        if self.is_json { usize::try_from(limits.bytes).unwrap_or(usize::MAX) } else { limits.line }
    }
}

impl Document {
    /// Takes a line, and counts its brackets.
    fn take(&mut self, line: &str, most: u64) {
        for byte in line.bytes() {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.is_in_text => self.is_escaped = true,
                b'"' => self.is_in_text = !self.is_in_text,
                b'{' | b'[' if !self.is_in_text => self.depth += 1,
                b'}' | b']' if !self.is_in_text => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        self.is_too_large |= (self.text.len() + line.len()) as u64 > most;
        if self.is_too_large {
            self.text = String::new();
        } else {
            self.text.push_str(line);
            self.text.push('\n');
        }
    }
}

/// Goes down all levels, each beneath the one before, and hands on each combination.
fn beneath<'t>(
    paths: &[&[Step]],
    at: &'t RawValue,
    levels: &mut Vec<&'t RawValue>,
    found: &mut dyn FnMut(&[&'t RawValue]),
) {
    let Some((path, others)) = paths.split_first() else { return found(levels) };
    each(path, at, &mut |value| {
        levels.push(value);
        beneath(others, value, levels, found);
        levels.pop();
    });
}

/// Hands on each value at the end of a path.
fn each<'t>(path: &[Step], at: &'t RawValue, found: &mut dyn FnMut(&'t RawValue)) {
    let Some((step, others)) = path.split_first() else { return found(at) };
    match step {
        Step::Each => match list(at) {
            Some(values) => values.into_iter().for_each(|value| each(others, value, found)),
            None => each(others, at, found),
        },
        step => {
            if let Some(value) = child(step, at) {
                each(others, value, found);
            }
        }
    }
}

/// Returns the value at the end of a path; of each of several, the first that has one.
fn value<'t>(path: &[Step], at: &'t RawValue) -> Option<&'t RawValue> {
    let mut first = None;
    each(path, at, &mut |value| {
        if first.is_none() && value.get() != "null" {
            first = Some(value);
        }
    });
    first
}

/// The members by which the items of a list are told apart, as in the conditions of Kubernetes.
const KEYS: [&str; 4] = ["type", "name", "key", "id"];

fn child<'t>(step: &Step, at: &'t RawValue) -> Option<&'t RawValue> {
    match step {
        Step::Quoted(key) if at.get().starts_with('[') => {
            let is_called = |member: &str, value: &RawValue| {
                let said = child(&Step::Name(member.to_owned()), value);
                said.and_then(text).is_some_and(|said| said == *key)
            };
            list(at)?.into_iter().find(|value| KEYS.iter().any(|member| is_called(member, value)))
        }
        Step::Name(name) | Step::Quoted(name) => {
            let Pairs::<&RawValue>(pairs) = serde_json::from_str(at.get()).ok()?;
            let is_called = |key: &&RawValue| text(key).is_some_and(|key| key == *name);
            pairs.into_iter().rev().find(|(key, _)| is_called(key)).map(|(_, value)| value)
        }
        Step::Index(index) => list(at)?.get(*index).copied(),
        Step::Each | Step::Attribute(_) => None,
    }
}

fn list(at: &RawValue) -> Option<Vec<&RawValue>> {
    if at.get().starts_with('[') { serde_json::from_str(at.get()).ok() } else { None }
}

/// Returns the first value that one of the sources of a column leads to, and where it lies.
fn first_of<'t>(sources: &[FromLevel], levels: &[&'t RawValue]) -> Option<(Cow<'t, str>, &'t str)> {
    sources.iter().find_map(|source| {
        let value = value(&source.steps, levels.get(source.level)?)?;
        Some((text(value)?, value.get()))
    })
}

/// Returns a value as a text: of a text its letters, of anything else what is written; none of `null`.
fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    match value.get() {
        "null" => None,
        text if text.starts_with('"') => match text.get(1..text.len() - 1) {
            Some(plain) if !plain.contains('\\') => Some(Cow::Borrowed(plain)),
            _ => serde_json::from_str::<String>(text).ok().map(Cow::Owned),
        },
        written => Some(Cow::Borrowed(written)),
    }
}

/// The lines of a document.
struct Places<'t> {
    text: &'t str,
    first: u32,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'t> Places<'t> {
    fn new(text: &'t str, first: u32) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, first, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// Returns the line of a part of the text, and from where the line is shown: from its beginning, or, where it is long, from the
    /// part on.
    fn place(&self, part: &str) -> (u32, &'t str) {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let at = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(at).copied().unwrap_or_default();
        let end = self.starts.get(at + 1).map_or(self.text.len(), |next| next - 1);
        let from = if end - start > SHOWN { offset } else { start };
        let line = self.first.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        (line, self.text.get(from..end).unwrap_or_default())
    }

    fn at(&self, part: &str) -> At {
        let (line, text) = self.place(part);
        At::new(line, text)
    }

    /// Returns the place of a part of a record, which is often in the same line.
    fn beside(&self, part: &str, record: &At) -> At {
        let (line, text) = self.place(part);
        if line == record.line { record.clone() } else { At::new(line, text) }
    }
}
