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
    /// Returns the text of the file with its name and lines.
    pub(super) fn source(&self) -> Option<&Source> {
        self.analysis.texts.sources.get(self.id)
    }

    /// Returns the text of the file, empty where there is none.
    pub(super) fn text(&self) -> &str {
        self.source().map_or("", |source| source.text.as_str())
    }

    /// Returns the text under a span.
    pub(super) fn under(&self, span: Span) -> &str {
        self.analysis.texts.sources.text(span)
    }

    /// Returns the tree of the file; none where it is not in the language.
    pub(super) fn tree(&self) -> Option<&Tree> {
        self.analysis.tree(self.id)
    }

    /// Converts a place to an offset in bytes.
    pub(super) fn offset(&self, position: Position) -> usize {
        self.source().map_or(0, |source| self.encoding.offset(source, position))
    }

    /// Converts a range to a span.
    pub(super) fn span(&self, range: Range) -> Span {
        Span { source: self.id, start: self.offset(range.start), end: self.offset(range.end) }
    }

    /// Converts a span to a range, in the text where it lies.
    pub(super) fn range(&self, span: Span) -> Range {
        let source = self.analysis.texts.sources.get(span.source);
        source.map_or_else(Range::default, |source| self.encoding.range(source, span))
    }

    /// Converts an offset in bytes to a place.
    pub(super) fn position(&self, offset: usize) -> Position {
        self.source().map_or_else(Position::default, |source| self.encoding.position(source, offset))
    }

    /// Converts a span to a place that the editor can open; none inside the program.
    pub(super) fn location(&self, span: Span) -> Option<Location> {
        diagnostics::location(&self.analysis.texts, span, self.encoding)
    }
}
