//! Texts and places in them.
//!
//! Every text that is read (a file of a pack, a fact file, standard input) becomes a [`Source`]; a [`Span`] is a range of
//! bytes in one of them. Everything that later names a place (problems, explanations, the language server) goes through
//! here, so that lines and columns are counted in one way only.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One text, with the name a person knows it by.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path as it was given, or `<stdin>`.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// The file that it was read from; none for standard input, and for what is in memory.
    pub path: Option<PathBuf>,
    line_starts: Vec<usize>,
    /// Which lines these are, where the text is a part of a larger one.
    numbers: Vec<usize>,
}

impl Source {
    /// Returns a text under a name. That it is beneath the current folder needs no saying: what reads annotations looks for the name
    /// without.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let name: String = name.into();
        let name = name.strip_prefix("./").map_or(name.clone(), str::to_owned);
        let bytes = text.as_bytes();
        // A carriage return alone ends a line too, as editors count them.
        let ends = |at: usize, byte: u8| byte == b'\n' || byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        let ends = bytes.iter().enumerate().filter(|(at, byte)| ends(*at, **byte));
        let line_starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { name, text, path: None, line_starts, numbers: Vec::new() }
    }

    /// Returns some lines of a larger text, each with its number there.
    pub fn excerpt<'l>(name: impl Into<String>, lines: impl IntoIterator<Item = (usize, &'l str)>) -> Self {
        let mut text = String::new();
        let mut numbers = Vec::new();
        for (number, line) in lines {
            // A line that breaks within would make the numbers wrong.
            text.extend(line.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }));
            text.push('\n');
            numbers.push(number);
        }
        Self { numbers, ..Self::new(name, text) }
    }

    /// Says from which file it was read.
    #[must_use]
    pub fn read_from(mut self, path: Option<&Path>) -> Self {
        self.path = path.map(Path::to_owned);
        self
    }

    /// Returns the byte at which a line starts; lines count from 1, and one behind the last starts at the end.
    pub fn line_start(&self, line: usize) -> usize {
        let at = line.checked_sub(1).map_or(Some(0), |at| self.line_starts.get(at).copied());
        at.unwrap_or(self.text.len())
    }

    /// Returns the line of a byte offset, from 1.
    pub fn line_at(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset).max(1)
    }

    /// Returns line and column of a byte offset, both from 1; the column counts characters.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_at(offset);
        let start = self.line_start(line);
        let column = self.text.get(start..offset.max(start)).map_or(0, |before| before.chars().count());
        let line = self.numbers.get(line.saturating_sub(1)).copied().unwrap_or(line);
        Position { line, column: column + 1 }
    }
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// Which text, within a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct SourceId(u32);

/// A range of bytes in one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// The text it lies in.
    pub source: SourceId,
    /// The first byte.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
}

impl Span {
    /// Returns the span from the start of this one to the end of the other.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { source: self.source, start: self.start, end: other.end.max(self.end) }
    }

    /// Returns the bytes `start..end`, counted from the start of this span.
    #[must_use]
    pub fn slice(self, start: usize, end: usize) -> Span {
        Span { source: self.source, start: self.start + start, end: self.start + end }
    }
}

/// All texts of a run: spans and problems refer to them. A copy shares the texts.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    all: Vec<Arc<Source>>,
}

impl Sources {
    /// Adds a text and returns its id.
    pub fn add(&mut self, source: Source) -> SourceId {
        self.all.push(Arc::new(source));
        SourceId(u32::try_from(self.all.len() - 1).unwrap_or(u32::MAX))
    }

    /// Replaces a text; spans in the old one no longer mean anything.
    pub fn replace(&mut self, id: SourceId, source: Source) {
        if let Some(old) = self.all.get_mut(id.0 as usize) {
            *old = Arc::new(source);
        }
    }

    /// Returns the text of an id that this collection gave out.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.all.get(id.0 as usize).map(Arc::as_ref)
    }

    /// Returns all texts with their ids, in the order in which they were added.
    pub fn numbered(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..).map(SourceId).zip(self.all.iter().map(Arc::as_ref))
    }

    /// Returns all texts, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.all.iter().map(Arc::as_ref)
    }

    /// Returns the text under a span, empty if the span lies outside.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).and_then(|s| s.text.get(span.start..span.end)).unwrap_or("")
    }

    /// Returns the span of a whole text.
    pub fn whole(&self, id: SourceId) -> Span {
        Span { source: id, start: 0, end: self.get(id).map_or(0, |s| s.text.len()) }
    }

    /// Returns the whole lines in which a span lies, without the line break of the last one.
    pub fn lines(&self, span: Span) -> Span {
        let text = self.text(self.whole(span.source));
        let start = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let rest = text.get(span.end..).and_then(|after| after.find('\n'));
        Span { start, end: rest.map_or(text.len(), |at| span.end + at), ..span }
    }

    /// Returns file, line and column of the start of a span.
    pub fn place(&self, span: Span) -> Place {
        match self.get(span.source) {
            Some(source) => Place { file: source.name.clone(), position: source.position(span.start) },
            None => Place { file: "<nowhere>".into(), position: Position { line: 1, column: 1 } },
        }
    }

    /// Returns line and column behind the last character of a span.
    pub fn end(&self, span: Span) -> Position {
        let start = Position { line: 1, column: 1 };
        self.get(span.source).map_or(start, |source| source.position(span.end.min(source.text.len())))
    }
}

/// A place as a person reads it: `file:line:column`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The name of the text.
    pub file: String,
    /// Where in it.
    pub position: Position,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.position.line, self.position.column)
    }
}

/// A value and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts a value and its place together.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_not_bytes() {
        let source = Source::new("a", "äö x\nsecond\n");
        assert_eq!(source.position("äö ".len()), Position { line: 1, column: 4 });
        assert_eq!(source.position("äö x\n".len()), Position { line: 2, column: 1 });
        assert_eq!(source.position(source.text.len()), Position { line: 3, column: 1 });
    }
}
