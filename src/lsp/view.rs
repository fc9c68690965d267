//! What a feature looks at: the newest state of a pack, and one of its files.

use std::sync::Arc;

use gen_lsp_types::{Location, Position, Range};

use super::analysis::{Analysis, Tree};
use super::background::Proven;
use super::diagnostics;
use super::position::Encoding;
use crate::source::{Source, SourceId, Span};

/// A file of a pack.
#[derive(Debug, Clone)]
pub(super) struct View<'a> {
    /// What is known at once.
    pub(super) analysis: Arc<Analysis>,
    /// What is known beyond that.
    pub(super) proven: &'a Proven,
    /// The file.
    pub(super) id: SourceId,
    /// How its places are counted.
    pub(super) encoding: Encoding,
}

impl View<'_> {
    /// The text of the file.
    pub(super) fn source(&self) -> Option<&Source> {
        self.analysis.texts.sources.get(self.id)
    }

    /// The text of the file, empty where there is none.
    pub(super) fn text(&self) -> &str {
        self.source().map_or("", |source| source.text.as_str())
    }

    /// The text under a span.
    pub(super) fn under(&self, span: Span) -> &str {
        self.analysis.texts.sources.text(span)
    }

    /// Its tree; none where it is no file of the language.
    pub(super) fn tree(&self) -> Option<&Tree> {
        self.analysis.tree(self.id)
    }

    /// The byte at a place.
    pub(super) fn offset(&self, position: Position) -> usize {
        self.source().map_or(0, |source| self.encoding.offset(source, position))
    }

    /// The bytes of a range.
    pub(super) fn span(&self, range: Range) -> Span {
        Span { source: self.id, start: self.offset(range.start), end: self.offset(range.end) }
    }

    /// The range of a span, in the text where it lies.
    pub(super) fn range(&self, span: Span) -> Range {
        let source = self.analysis.texts.sources.get(span.source);
        source.map_or_else(Range::default, |source| self.encoding.range(source, span))
    }

    /// The place of a byte.
    pub(super) fn position(&self, offset: usize) -> Position {
        self.source().map_or_else(Position::default, |source| self.encoding.position(source, offset))
    }

    /// A span as a place that the editor can open; none inside the program.
    pub(super) fn location(&self, span: Span) -> Option<Location> {
        diagnostics::location(&self.analysis.texts, span, self.encoding)
    }
}
