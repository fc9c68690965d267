//! Fields: `key: value`, `key = value`, `key<TAB>value`, as `systemctl status`, `kubectl describe`, `ipconfig` and many more write
//! them.
//!
//! A line that is indented more than another one above it lies beneath that, so that each key has a path. A column names a key by the
//! end of its path: `"Active"`, or `"State/Reason"` for `Reason` beneath `State`. A key at the top of its record comes before one
//! that lies deeper, and else the first counts. Capitals do not count, nor how many blanks there are. `[section]` at the margin is a
//! key above what follows, and so is an item `- ` of a list above its own lines. A line without a key goes on with the value above,
//! where it is indented more than its key or begins below its value; so does any line that begins exactly below the value.
//!
//! Without `starts`, the text is one record; but a paragraph that begins with the key that the record began with is a new one.

use regex::Regex;

use super::row::{Found, Rows};
use crate::evidence::{Line, LineReader};
use crate::letters;
use crate::records::{At, Sink};

/// How deep keys are followed; deeper ones lie at this depth.
const DEPTH: usize = 32;
/// The longest key, in bytes, and in words.
const KEY: usize = 80;
const WORDS: usize = 8;

/// Reads records of fields. Of a record it keeps what its columns need, however many lines it has.
pub(super) struct Reader<'d> {
    rows: Rows<'d>,
    starts: Option<&'d Regex>,
    /// For each source of each column: which column, and the path as it is compared, the key first.
    sources: Vec<(usize, Vec<String>)>,
    record: Option<Record>,
    is_behind_empty: bool,
}

/// A record under way.
struct Record {
    at: At,
    /// The key of its first field.
    first: Option<String>,
    /// What was found for each source.
    found: Vec<Option<Value>>,
    /// The lines above, each indented more than the one before.
    above: Vec<Above>,
    /// The last `[section]`.
    section: Option<String>,
    /// Where the value of the last field begins, and which sources it fills.
    last: Option<(Field, Vec<usize>)>,
}

/// A line beneath which others lie.
struct Above {
    indent: usize,
    /// Its key; none of an item of a list.
    key: Option<String>,
    /// Whether it has no value.
    is_empty: bool,
}

struct Value {
    text: String,
    at: At,
    /// Whether its key stands at the top.
    is_top: bool,
}

/// Where a field stands in its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Field {
    indent: usize,
    /// Where its value begins; none where it is empty.
    value: Option<usize>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(rows: Rows<'d>, starts: Option<&'d Regex>) -> Self {
        let path = |source: &String| source.split('/').rev().map(compared).collect::<Vec<_>>();
        let of = |column| rows.sources(column).iter().map(move |source| (column, path(source)));
        let sources = (0..rows.columns()).flat_map(of).collect();
        Self { rows, starts, sources, record: None, is_behind_empty: true }
    }

    fn flush(&mut self, out: &mut Sink<'_>) {
        let Some(mut record) = self.record.take() else { return };
        if record.found.iter().all(Option::is_none) && self.starts.is_none() {
            return;
        }
        let sources = &self.sources;
        let find = |column: usize| {
            let own = sources.iter().zip(&mut record.found).filter(|((of, _), _)| *of == column);
            let value = own.map(|(_, value)| value).find_map(Option::take);
            value.map_or(Found::Nothing, |value| Found::Text(value.text.into(), value.at))
        };
        self.rows.push(record.at.clone(), find, out);
    }

    /// Begins a record where a line begins one.
    fn begins(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool {
        let found = self.starts.map(|starts| starts.captures(line.text));
        let Some(found) = found else {
            let field = field(line.text, 0, false);
            let key = field.map(|(_, key, _)| compared(key));
            let is_again = key.is_some() && self.record.as_ref().is_some_and(|record| record.first == key);
            if is_again && self.is_behind_empty {
                self.flush(out);
            }
            if self.record.is_none() && field_or_section(line.text) {
                self.record = Some(self.new_record(line));
            }
            return false;
        };
        let Some(found) = found else { return false };
        self.flush(out);
        let mut record = self.new_record(line);
        for (slot, (_, path)) in self.sources.iter().enumerate() {
            // The group is called as the column is, whose name has no capitals.
            let group = path.first().filter(|_| path.len() == 1).and_then(|name| found.name(name));
            if let (Some(group), Some(into)) = (group, record.found.get_mut(slot)) {
                *into = Some(Value { text: group.as_str().to_owned(), at: record.at.clone(), is_top: true });
            }
        }
        self.record = Some(record);
        true
    }

    fn new_record(&self, line: Line<'_>) -> Record {
        let found = self.sources.iter().map(|_| None).collect();
        Record {
            at: At::new(line.number, line.text),
            first: None,
            found,
            above: Vec::new(),
            section: None,
            last: None,
        }
    }
}

impl LineReader for Reader<'_> {
    fn line(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool {
        let is_empty = line.text.trim().is_empty();
        let begins = !is_empty && self.begins(line, out);
        let is_read = match &mut self.record {
            Some(record) if !is_empty => record.line(line, &self.sources, out.limits().line),
            _ => false,
        };
        if is_empty && let Some(record) = &mut self.record {
            record.last = None;
        }
        self.is_behind_empty = is_empty;
        begins || is_read || self.record.is_some() && self.starts.is_some()
    }

    fn end(&mut self, out: &mut Sink<'_>) {
        self.flush(out);
        self.rows.end(out);
    }
}

impl Record {
    /// Takes a line; returns whether it is a field, or goes on with one.
    fn line(&mut self, line: Line<'_>, sources: &[(usize, Vec<String>)], most: usize) -> bool {
        let mut indent = indent(line.text);
        let last = self.last.as_ref().map(|(field, _)| *field);
        if last.is_some_and(|last| last.value == Some(indent) && indent > last.indent) {
            return self.goes_on(line.text, most);
        }
        if let Some(section) = section(line.text) {
            self.above.clear();
            self.section = Some(compared(section));
            self.last = None;
            return true;
        }
        let above = self.above.iter().rev().find(|above| above.indent < indent);
        let may_be_pair = above.is_some_and(|above| above.is_empty);
        if let Some(inside) = item(line.text, indent) {
            self.enter(Above { indent, key: None, is_empty: true });
            indent = inside;
        }
        match field(line.text, indent, may_be_pair) {
            Some((field, key, value)) => {
                self.field(field, key, value, line, sources);
                true
            }
            None if last.is_some_and(|last| indent > last.indent) => self.goes_on(line.text, most),
            None => {
                self.last = None;
                false
            }
        }
    }

    fn field(
        &mut self,
        field: Field,
        key: &str,
        value: &str,
        line: Line<'_>,
        sources: &[(usize, Vec<String>)],
    ) {
        let key = compared(key);
        self.above.retain(|above| above.indent < field.indent);
        self.first.get_or_insert_with(|| key.clone());
        let keys = self.above.iter().rev().filter_map(|above| above.key.as_ref()).chain(&self.section);
        let path: Vec<&str> = std::iter::once(&key).chain(keys).map(String::as_str).collect();
        let is_top = path.len() == 1;
        let mut filled = Vec::new();
        for (slot, ((_, wanted), found)) in sources.iter().zip(&mut self.found).enumerate() {
            let fits = path.get(..wanted.len()).is_some_and(|path| path.iter().eq(wanted));
            if fits && found.as_ref().is_none_or(|found| is_top && !found.is_top) {
                let at = At::new(line.number, line.text);
                *found = Some(Value { text: value.to_owned(), at, is_top });
                filled.push(slot);
            }
        }
        self.enter(Above { indent: field.indent, key: Some(key), is_empty: field.value.is_none() });
        self.last = Some((field, filled));
    }

    /// Goes below a line, and out of those that are indented as much.
    fn enter(&mut self, line: Above) {
        self.above.retain(|above| above.indent < line.indent);
        self.above.truncate(DEPTH - 1);
        self.above.push(line);
    }

    /// Goes on with the value of the last field.
    fn goes_on(&mut self, text: &str, most: usize) -> bool {
        let Some((_, filled)) = &self.last else { return false };
        for slot in filled {
            if let Some(Some(value)) = self.found.get_mut(*slot)
                && value.text.len() + text.len() < most
            {
                if !value.text.is_empty() {
                    value.text.push(' ');
                }
                value.text.push_str(text.trim());
            }
        }
        true
    }
}

/// Returns how far a line is indented, in bytes.
fn indent(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Returns whether a line may begin a record that nothing else begins.
fn field_or_section(text: &str) -> bool {
    let indent = indent(text);
    section(text).is_some() || field(text, item(text, indent).unwrap_or(indent), false).is_some()
}

/// Returns where what an item of a list says begins; none where a line is no item.
fn item(text: &str, indent: usize) -> Option<usize> {
    let rest = text.get(indent..)?.strip_prefix("- ")?;
    Some(text.len() - rest.trim_start().len())
}

/// `[section]`
fn section(text: &str) -> Option<&str> {
    let name = text.strip_prefix('[')?.trim_end().strip_suffix(']')?;
    (!name.is_empty() && !name.contains(['[', ']'])).then_some(name)
}

/// Returns the field that begins at a place of a line, its key and its value; a pair of words with several blanks between them is one
/// only where it lies beneath a key.
fn field(text: &str, indent: usize, may_be_pair: bool) -> Option<(Field, &str, &str)> {
    let body = text.trim_end();
    let line = body.get(indent..)?;
    let (key, rest) = separated(line).or_else(|| may_be_pair.then(|| two_columns(line)).flatten())?;
    let key = unquoted(key.trim_end_matches([' ', '.', '\t']));
    let is_key = key.len() <= KEY
        && key.split_whitespace().count() <= WORDS
        && !key.contains("  ")
        && key.starts_with(|c: char| c.is_alphanumeric() || "_/$@*(".contains(c));
    let value = rest.trim_start();
    let at = (!value.is_empty()).then(|| body.len() - value.len());
    is_key.then_some((Field { indent, value: at }, key, unquoted(value)))
}

/// Takes quotation marks off what stands between them.
fn unquoted(text: &str) -> &str {
    let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inside.filter(|inside| !inside.contains('"')).unwrap_or(text)
}

/// Splits a line at the first sign that may stand between key and value.
fn separated(line: &str) -> Option<(&str, &str)> {
    let colon = line.match_indices(':').map(|(at, _)| at).find(|at| {
        let rest = line.get(at + 1..).unwrap_or_default();
        rest.is_empty() || rest.starts_with(char::is_whitespace)
    });
    let equals = line.find('=').filter(|at| {
        // `a==b`, `a>=b` and a word with a blank before it are none.
        let (before, rest) = (line.get(..*at).unwrap_or_default(), line.get(at + 1..).unwrap_or_default());
        let spaced = before.ends_with(char::is_whitespace) && rest.starts_with(char::is_whitespace);
        let plain = !before.contains(char::is_whitespace)
            && !before.ends_with(['!', '<', '>'])
            && !rest.starts_with(['=', '>']);
        spaced || plain && !before.is_empty()
    });
    let tab = line.find('\t');
    let at = [colon, equals, tab].into_iter().flatten().min()?;
    Some((line.get(..at)?, line.get(at + 1..)?))
}

/// Splits a line in two columns with several blanks between them.
fn two_columns(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once("  ")?;
    let value = value.trim_start();
    (!value.contains("  ")).then_some((key, value))
}

/// Returns a key as it is compared.
fn compared(key: &str) -> String {
    letters::alike(key.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_told_by_what_stands_between() {
        let read = |text| field(text, indent(text), false).map(|(_, key, value)| (key, value));
        assert_eq!(read("  Active: failed (Result: x)"), Some(("Active", "failed (Result: x)")));
        assert_eq!(read("myhostname = mail.example.com"), Some(("myhostname", "mail.example.com")));
        assert_eq!(read("ActiveState=failed"), Some(("ActiveState", "failed")));
        assert_eq!(read("Name\tvalue: x"), Some(("Name", "value: x")));
        assert_eq!(read("   DHCP Enabled. . . . . . . . : Yes"), Some(("DHCP Enabled", "Yes")));
        assert_eq!(read("PRETTY=\"a b\""), Some(("PRETTY", "a b")));
        assert_eq!(read("Containers:"), Some(("Containers", "")));
        assert_eq!(read("  Ready   False"), None);
        assert_eq!(
            field("  Ready   False", 2, true).map(|(_, key, value)| (key, value)),
            Some(("Ready", "False"))
        );
        assert_eq!(read("10:00:01 x"), None);
        assert_eq!(read("if a >= b"), None);
        assert_eq!(read("https://example.com/x"), None);
    }
}
