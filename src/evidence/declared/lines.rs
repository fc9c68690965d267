//! Records of lines: one begins where `starts` matches, and goes on up to the next that does.

use std::collections::BTreeMap;

use regex::{CaptureLocations, Regex};

use super::row::{Found, Rows};
use crate::evidence::{Line, LineReader};
use crate::records::{At, Sink};

/// Reads records of lines. Of a record it keeps what its columns need, however many lines it has.
pub(super) struct Reader<'d> {
    rows: Rows<'d>,
    starts: Pattern<'d>,
    also: Vec<Pattern<'d>>,
    /// For each column, how many sources it has; each has a slot in a record.
    slots: Vec<std::ops::Range<usize>>,
    record: Option<Record>,
}

/// A record under way.
struct Record {
    at: At,
    /// What was found for each source of each column.
    found: Vec<Option<(String, At)>>,
}

/// A pattern, and which of its groups fill which slots.
struct Pattern<'d> {
    regex: &'d Regex,
    groups: Vec<(usize, usize)>,
    found: CaptureLocations,
}

impl<'d> Pattern<'d> {
    fn new(regex: &'d Regex, slots: &BTreeMap<&str, Vec<usize>>) -> Self {
        let names = regex.capture_names().enumerate();
        let groups = names.filter_map(|(group, name)| Some((group, slots.get(name?)?)));
        let groups = groups.flat_map(|(group, slots)| slots.iter().map(move |slot| (group, *slot))).collect();
        Self { regex, groups, found: regex.capture_locations() }
    }

    fn matches(&mut self, text: &str) -> bool {
        self.regex.captures_read(&mut self.found, text).is_some()
    }

    /// Puts what the last match found into a record; the last match of several counts.
    fn fill(&self, record: &mut Record, at: &At, text: &str) {
        for (group, slot) in &self.groups {
            let part = self.found.get(*group).and_then(|(from, to)| text.get(from..to));
            if let (Some(part), Some(into)) = (part, record.found.get_mut(*slot)) {
                *into = Some((part.to_owned(), at.clone()));
            }
        }
    }
}

impl<'d> Reader<'d> {
    pub(super) fn new(rows: Rows<'d>, starts: &'d Regex, also: &'d [Regex]) -> Self {
        let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut slots = Vec::new();
        let mut next = 0;
        for column in 0..rows.columns() {
            let first = next;
            for source in rows.sources(column) {
                named.entry(source).or_default().push(next);
                next += 1;
            }
            slots.push(first..next);
        }
        let starts = Pattern::new(starts, &named);
        let also = also.iter().map(|regex| Pattern::new(regex, &named)).collect();
        Self { rows, starts, also, slots, record: None }
    }

    fn flush(&mut self, out: &mut Sink<'_>) {
        let Some(mut record) = self.record.take() else { return };
        let slots = &self.slots;
        let find = |column: usize| {
            let slots = slots.get(column).cloned().unwrap_or_default();
            let found = record.found.get_mut(slots).unwrap_or_default();
            found
                .iter_mut()
                .find_map(Option::take)
                .map_or(Found::Nothing, |(text, at)| Found::Text(text.into(), at))
        };
        self.rows.push(record.at.clone(), find, out);
    }
}

impl LineReader for Reader<'_> {
    fn line(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool {
        if self.starts.matches(line.text) {
            self.flush(out);
            let slots = self.slots.last().map_or(0, |slots| slots.end);
            let at = At::new(line.number, line.text);
            let mut record = Record { at: at.clone(), found: vec![None; slots] };
            self.starts.fill(&mut record, &at, line.text);
            self.record = Some(record);
        }
        let Some(record) = &mut self.record else { return false };
        for pattern in &mut self.also {
            if pattern.matches(line.text) {
                let at = if record.at.line == line.number {
                    record.at.clone()
                } else {
                    At::new(line.number, line.text)
                };
                pattern.fill(record, &at, line.text);
            }
        }
        true
    }

    fn end(&mut self, out: &mut Sink<'_>) {
        self.flush(out);
        self.rows.end(out);
    }
}
