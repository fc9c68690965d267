//! What is recorded so far, as the text of a fact file: what is diagnosed is always what would be saved.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::tree::{self, Entry, Format, Kind, Limits};
use crate::document::write;
use crate::facts::recorded::{EXPECT, Facts, TIME_ZONE};
use crate::pack::{FactId, FixId, Pack};
use crate::source::{SourceId, Sources, Span};

/// How a fact is recorded that nobody can find out.
pub(super) const NOT_AVAILABLE: &str = "not available";

/// Values as they are written in YAML, in the order of the pack: whatever the order of the answers, the text is the same.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// The clock of the file, and what a case expects: what is no fact, and stays.
    head: Vec<(String, String)>,
    values: BTreeMap<FactId, String>,
    tried: BTreeSet<FixId>,
}

impl Record {
    /// Takes over what a fact file records; its values are kept as they are written there, in whatever format.
    pub fn of_file(sources: &Sources, id: SourceId, format: Format, facts: &Facts) -> Self {
        let text = sources.get(id).map_or("", |source| source.text.as_str());
        let Some(root) = tree::read(id, text, format, &Limits::default()).0 else { return Self::default() };
        let Kind::Map(entries) = &root.kind else { return Self::default() };
        let mut written = BTreeMap::new();
        collect(entries, &mut written);
        let value = |(fact, recorded): (&FactId, &crate::facts::recorded::Recorded)| {
            Some((*fact, written.get(&place(recorded.span))?.clone()))
        };
        let kept = |entry: &&Entry| {
            let first = entry.key.value.split('.').next();
            first == Some(TIME_ZONE) || first == Some(EXPECT)
        };
        Self {
            head: entries
                .iter()
                .filter(kept)
                .map(|e| (e.key.value.clone(), write::value(&e.value)))
                .collect(),
            values: facts.recorded.iter().filter_map(value).collect(),
            tried: facts.tried.keys().copied().collect(),
        }
    }

    /// Returns the time zone that the file names, as it is written in YAML.
    pub fn time_zone(&self) -> Option<&str> {
        self.head.iter().find(|(name, _)| name == TIME_ZONE).map(|(_, zone)| zone.as_str())
    }

    /// Returns the value of a fact as it is written; none where nobody recorded it.
    pub fn value(&self, fact: FactId) -> Option<&str> {
        self.values.get(&fact).map(String::as_str)
    }

    /// Returns whether a fix is recorded as tried.
    pub fn is_tried(&self, fix: FixId) -> bool {
        self.tried.contains(&fix)
    }

    /// Returns how many facts are recorded.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Returns whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.tried.is_empty()
    }

    /// Takes in what was read from evidence, as it stands in a fact file.
    #[must_use]
    pub fn with(mut self, read: impl IntoIterator<Item = (FactId, String)>) -> Self {
        self.values.extend(read);
        self
    }

    pub(super) fn set(&mut self, fact: FactId, value: String) {
        self.values.insert(fact, value);
    }

    pub(super) fn forget(&mut self, fact: FactId) {
        self.values.remove(&fact);
    }

    pub(super) fn try_in_vain(&mut self, fix: FixId) {
        self.tried.insert(fix);
    }

    /// Writes the fact file.
    pub fn text(&self, pack: &Pack) -> String {
        let mut out = String::new();
        let mut line = |name: &str, value: &str| out.extend([&write::scalar(name), ": ", value, "\n"]);
        for (name, value) in &self.head {
            line(name, value);
        }
        for (fact, value) in &self.values {
            line(fact_name(pack, *fact), value);
        }
        let fixes = self.tried.iter().map(|fix| &pack.fixes[*fix]);
        let tried: Vec<String> =
            fixes.map(|fix| format!("{}: still_broken", write::scalar(&fix.name.value))).collect();
        if !tried.is_empty() {
            line("tried", &format!("{{ {} }}", tried.join(", ")));
        }
        out
    }

    /// Writes a fact file that records one fact only, with the same time zone.
    pub(super) fn only(&self, pack: &Pack, fact: FactId, value: &str) -> String {
        let clock = self.head.iter().filter(|(name, _)| name == TIME_ZONE);
        let alone = Self {
            head: clock.cloned().collect(),
            values: BTreeMap::from([(fact, value.to_owned())]),
            tried: BTreeSet::new(),
        };
        alone.text(pack)
    }
}

fn fact_name(pack: &Pack, fact: FactId) -> &str {
    &pack.facts[fact].name.value
}

/// Every value of a tree by its place, the outermost of those that lie at one.
fn collect(entries: &[Entry], written: &mut BTreeMap<(usize, usize), String>) {
    for entry in entries {
        written.entry(place(entry.value.span)).or_insert_with(|| write::value(&entry.value));
        if let Kind::Map(entries) = &entry.value.kind {
            collect(entries, written);
        }
    }
}

fn place(span: Span) -> (usize, usize) {
    (span.start, span.end)
}

/// Writes a typed answer as it stands in a fact file: what begins as a part, a list or rows is taken so; several members of a
/// set stand behind commas; everything else is one value. None where it is not one value.
pub(super) fn typed(text: &str, set: bool, verbatim: bool) -> Option<String> {
    let text = text.trim();
    if !verbatim && text.starts_with(['{', '[']) {
        return structured(text);
    }
    if set && text.contains(',') {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        return Some(format!("[{}]", items.map(write::scalar).collect::<Vec<_>>().join(", ")));
    }
    Some(write::scalar(text))
}

/// Returns a value that is written in parts, if it is one and nothing else.
fn structured(text: &str) -> Option<String> {
    let document = format!("value: {text}\n");
    let (tree, problems) = tree::read(SourceId::default(), &document, Format::Yaml, &Limits::default());
    let Kind::Map(entries) = tree.filter(|_| problems.is_empty())?.kind else { return None };
    match entries.as_slice() {
        [entry] if entry.key.value == "value" => Some(write::value(&entry.value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_answer_is_one_value_whatever_it_holds() {
        assert_eq!(typed(" 8 min ", false, false).unwrap(), "8 min");
        assert_eq!(typed("inbound, outbound,", true, false).unwrap(), "[inbound, outbound]");
        assert_eq!(typed("a, b", false, false).unwrap(), "\"a, b\"");
        assert_eq!(typed("{not: gmail}", false, false).unwrap(), "{ not: gmail }");
        assert_eq!(typed("{not: gmail}", false, true).unwrap(), "\"{not: gmail}\"");
        assert_eq!(typed("{not: a}\nother: b", false, false), None);
        assert_eq!(typed("{not: a", false, false), None);
        assert_eq!(typed("x\nother: b", false, false).unwrap(), "\"x\\nother: b\"");
    }
}
