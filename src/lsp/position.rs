//! Places as the protocol counts them.
//!
//! Lines and columns from 0; a column counts bytes, or units of UTF-16 (the protocol's own habit, in which 💡 is two),
//! as client and server agree when they meet. A place behind the end of a line or text is its end.

use gen_lsp_types::{ClientCapabilities, Position, PositionEncodingKind, Range};

use crate::source::{Source, Span};

/// What a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16.
    Utf16,
}

impl Encoding {
    /// Chooses bytes where the client can count them: nothing needs to be converted.
    pub(super) fn agreed(client: &ClientCapabilities) -> Self {
        let offered = client.general.as_ref().and_then(|general| general.position_encodings.as_ref());
        match offered {
            Some(kinds) if kinds.contains(&PositionEncodingKind::UTF8) => Encoding::Utf8,
            _ => Encoding::Utf16,
        }
    }

    /// Returns the protocol's word for it.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    /// Returns the length of a text in the unit of a column.
    pub(super) fn length(self, text: &str) -> u32 {
        let length = match self {
            Encoding::Utf8 => text.len(),
            Encoding::Utf16 => text.chars().map(char::len_utf16).sum(),
        };
        u32::try_from(length).unwrap_or(u32::MAX)
    }

    /// Converts an offset in bytes to a place.
    pub(super) fn position(self, source: &Source, offset: usize) -> Position {
        let offset = source.text.floor_char_boundary(offset);
        let line = source.line_at(offset);
        let before = source.text.get(source.line_start(line)..offset).unwrap_or("");
        Position::new(u32::try_from(line - 1).unwrap_or(u32::MAX), self.length(before))
    }

    /// Converts a span to a range.
    pub(super) fn range(self, source: &Source, span: Span) -> Range {
        Range::new(self.position(source, span.start), self.position(source, span.end.max(span.start)))
    }

    /// Converts a place to an offset in bytes.
    pub(super) fn offset(self, source: &Source, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let start = source.line_start(line.saturating_add(1));
        let rest = source.text.get(start..).unwrap_or("");
        let line = rest.split(['\n', '\r']).next().unwrap_or("");
        start + self.byte(line, position.character)
    }

    /// Returns the byte of a column; one in the middle of a character is its beginning.
    fn byte(self, line: &str, column: u32) -> usize {
        match self {
            Encoding::Utf8 => line.floor_char_boundary(usize::try_from(column).unwrap_or(usize::MAX)),
            Encoding::Utf16 => {
                let mut left = usize::try_from(column).unwrap_or(usize::MAX);
                let fits = |c: &char| {
                    let fits = c.len_utf16() <= left;
                    left = left.saturating_sub(c.len_utf16());
                    fits
                };
                line.chars().take_while(fits).map(char::len_utf8).sum()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_light_bulb_is_two_units_and_four_bytes() {
        let source = Source::new("a", "x\n💡ä b\r\nlast");
        for (encoding, column) in [(Encoding::Utf16, 3), (Encoding::Utf8, 6)] {
            let place = Position::new(1, column);
            assert_eq!(encoding.position(&source, "x\n💡ä".len()), place);
            assert_eq!(encoding.offset(&source, place), "x\n💡ä".len());
        }
    }

    #[test]
    fn a_carriage_return_alone_ends_a_line() {
        let source = Source::new("a", "one\rtwo\r\nthree\n\rfive");
        for (line, text) in ["one", "two", "three", "", "five"].into_iter().enumerate() {
            let place = Position::new(u32::try_from(line).unwrap(), 0);
            let at = Encoding::Utf16.offset(&source, place);
            assert!(source.text.get(at..).unwrap().starts_with(text), "{line}");
            assert_eq!(Encoding::Utf16.position(&source, at), place);
            let end = Position::new(place.line, 99);
            assert_eq!(Encoding::Utf16.offset(&source, end), at + text.len());
        }
    }

    #[test]
    fn a_place_that_there_is_not_is_the_nearest_before_it() {
        let source = Source::new("a", "x\n💡ä b\r\nlast");
        let at = |line, column| Encoding::Utf16.offset(&source, Position::new(line, column));
        assert_eq!(at(1, 1), "x\n".len());
        assert_eq!(at(1, 99), "x\n💡ä b".len());
        assert_eq!(at(99, 0), source.text.len());
        assert_eq!(at(u32::MAX, u32::MAX), source.text.len());
        assert_eq!(Encoding::Utf8.offset(&source, Position::new(1, 2)), "x\n".len());
    }
}
