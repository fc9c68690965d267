//! Declarations as they are written: a compiled pack knows only the places of names, and nothing of comments beside a number.

use std::collections::BTreeMap;

use crate::source::{SourceId, Sources, Span};
use crate::syntax::{self, ast::Declaration};

/// The declarations of files; each file is parsed at most once.
pub(super) struct Declarations<'s> {
    sources: &'s Sources,
    files: BTreeMap<SourceId, Vec<Declaration>>,
}

impl<'s> Declarations<'s> {
    pub(super) fn of(sources: &'s Sources) -> Self {
        Self { sources, files: BTreeMap::new() }
    }

    /// Returns the declarations of a file, in its order.
    pub(super) fn in_file(&mut self, source: SourceId) -> &[Declaration] {
        let sources = self.sources;
        self.files.entry(source).or_insert_with(|| {
            let text = sources.text(sources.whole(source));
            syntax::parse(source, text, syntax::DEFAULT_DEPTH).0.declarations
        })
    }

    /// Returns the declaration around a place, from its keyword to its closing bracket.
    pub(super) fn around(&mut self, place: Span) -> Option<Span> {
        let all = self.in_file(place.source);
        let before = all.partition_point(|declaration| declaration.span.start <= place.start);
        let nearest = before.checked_sub(1).and_then(|at| all.get(at)).map(|declaration| declaration.span);
        nearest.filter(|span| place.start < span.end)
    }
}
