//! The names of a pack in its fact files: `cases/*.yaml` and their like.
//!
//! A name stands there as a key, dotted or nested, or as a value; of what is nested, only the last part is a place of its own.

use super::analysis::Texts;
use crate::document::tree::{self, Entry, Format, Kind, Node};
use crate::facts::recorded::EXPECT;
use crate::pack::references::{Owner, Symbol};
use crate::source::{Source, SourceId, Span};

/// A place in a fact file that names something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Recorded {
    /// Where the name stands, quotes left out.
    pub(super) span: Span,
    /// How much of the name stands elsewhere, in bytes: `delivery.` where `delay` is nested in `delivery`.
    pub(super) outside: usize,
}

/// Returns all places of a pack's fact files that name something.
pub(super) fn places(texts: &Texts, symbol: &Symbol) -> Vec<Recorded> {
    texts.cases.cases.iter().flat_map(|id| in_file(texts, *id, symbol)).collect()
}

fn in_file(texts: &Texts, id: SourceId, symbol: &Symbol) -> Vec<Recorded> {
    texts.sources.get(id).and_then(|source| in_text(id, source, symbol)).unwrap_or_default()
}

/// Returns all places of a fact file that name something; none if it does not read.
pub(super) fn in_text(id: SourceId, source: &Source, symbol: &Symbol) -> Option<Vec<Recorded>> {
    let format = Format::of_path(&source.name)?;
    let (node, problems) = tree::read(id, &source.text, format, &tree::Limits::default());
    if problems.has_errors() {
        return None;
    }
    let mut found = Found { text: &source.text, symbol, places: Vec::new() };
    if let Some(Node { kind: Kind::Map(entries), .. }) = &node {
        found.entries(entries, "");
    }
    Some(found.places)
}

struct Found<'a> {
    text: &'a str,
    symbol: &'a Symbol,
    places: Vec<Recorded>,
}

impl Found<'_> {
    fn entries(&mut self, entries: &[Entry], prefix: &str) {
        for entry in entries {
            let path = if prefix.is_empty() {
                entry.key.value.clone()
            } else {
                format!("{prefix}.{}", entry.key.value)
            };
            self.entry(entry, &path);
            if let Kind::Map(inner) = &entry.value.kind {
                self.entries(inner, &path);
            }
        }
    }

    fn entry(&mut self, entry: &Entry, path: &str) {
        match self.symbol {
            Symbol::Data(name) if path == name => self.key(entry, name),
            Symbol::Fix(name) if path.strip_prefix("tried.") == Some(name) => self.key(entry, name),
            Symbol::Cause(name) => self.expectation(entry, path, name),
            Symbol::Value(Owner::Data(fact), value) if path == fact => self.scalars(&entry.value, value),
            Symbol::Column(table, column) if path == table => {
                self.cells(&entry.value, column, |found, cell| found.key(cell, column));
            }
            Symbol::Value(Owner::Column(table, column), value) if path == table => {
                self.cells(&entry.value, column, |found, cell| found.scalars(&cell.value, value));
            }
            _ => {}
        }
    }

    /// Visits the cells of one column in the rows of a table.
    fn cells(&mut self, rows: &Node, column: &str, mut visit: impl FnMut(&mut Self, &Entry)) {
        let Kind::List(rows) = &rows.kind else { return };
        let maps =
            rows.iter().filter_map(|row| if let Kind::Map(cells) = &row.kind { Some(cells) } else { None });
        maps.flatten().filter(|cell| cell.key.value == column).for_each(|cell| visit(self, cell));
    }

    /// Finds a cause in what a case expects, as a value and as a key.
    fn expectation(&mut self, entry: &Entry, path: &str, name: &str) {
        let Some(expected) = path.strip_prefix(EXPECT).and_then(|rest| rest.strip_prefix('.')) else {
            return;
        };
        match expected.split_once('.') {
            Some(("at_least" | "at_most", cause)) if cause == name => self.key(entry, name),
            None if matches!(expected, "first" | "among" | "ruled_out") => self.scalars(&entry.value, name),
            _ => {}
        }
    }

    fn key(&mut self, entry: &Entry, name: &str) {
        let own = entry.key.value.len().min(name.len());
        let span = self.bare(entry.key.span);
        // A dotted key may begin with the key of a group, such as `tried.`.
        let start = span.end.saturating_sub(own);
        self.places.push(Recorded { span: Span { start, ..span }, outside: name.len() - own });
    }

    /// Finds every value that is written so, in lists too.
    fn scalars(&mut self, node: &Node, name: &str) {
        match &node.kind {
            Kind::Scalar { text, .. } if text == name => {
                let span = self.bare(node.span);
                self.places.push(Recorded { span, outside: 0 });
            }
            Kind::List(nodes) => nodes.iter().for_each(|inner| self.scalars(inner, name)),
            Kind::Map(entries) => entries.iter().for_each(|inner| self.scalars(&inner.value, name)),
            _ => {}
        }
    }

    /// A span without its quotes.
    fn bare(&self, span: Span) -> Span {
        let text = self.text.get(span.start..span.end).unwrap_or("");
        let quoted = text.len() > 1 && ["\"", "'"].iter().any(|q| text.starts_with(q) && text.ends_with(q));
        if quoted { span.slice(1, span.end - span.start - 1) } else { span }
    }
}
