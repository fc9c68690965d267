//! What is around the lines of a text and says nothing: how they end, and the mark that some programs begin UTF-8 with.

/// The mark with which some programs begin a text in UTF-8.
const MARK: char = '\u{feff}';

/// What is around the lines of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Whether it begins with the mark of UTF-8.
    marked: bool,
    /// Whether most of its lines end as on Windows.
    carriage_returns: bool,
    /// Whether some of its lines end otherwise than most.
    pub mixed: bool,
}

impl Frame {
    /// Finds it in a text.
    pub fn of(text: &str) -> Self {
        let all = text.matches('\n').count();
        let windows = text.matches("\r\n").count();
        Self {
            marked: text.starts_with(MARK),
            carriage_returns: windows * 2 > all,
            mixed: windows > 0 && windows < all,
        }
    }

    /// Returns how its lines end, as people call it.
    pub fn line_ends(&self) -> &'static str {
        if self.carriage_returns { "CRLF" } else { "LF" }
    }

    /// Puts it around the lines of another text.
    pub fn around(self, text: &str) -> String {
        let bare = bare(text);
        let lines = if self.carriage_returns { bare.replace('\n', "\r\n") } else { bare };
        if self.marked { format!("{MARK}{lines}") } else { lines }
    }
}

/// Returns a text without what is around its lines: of two that are the same then, none has to be written in the place of the
/// other.
pub fn bare(text: &str) -> String {
    text.strip_prefix(MARK).unwrap_or(text).replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::Frame;

    #[test]
    fn lines_end_as_most_of_them_did() {
        for (like, text, expected) in [
            ("a\r\nb\r\n", "x\ny\n", "x\r\ny\r\n"),
            ("a\r\nb\r\nc\n", "x\ny\r\n", "x\r\ny\r\n"),
            ("a\nb\n", "x\r\ny\n", "x\ny\n"),
            ("a", "x\n", "x\n"),
            ("\u{feff}a\r\n", "x\n", "\u{feff}x\r\n"),
            ("a\n", "\u{feff}x\n", "x\n"),
        ] {
            assert_eq!(Frame::of(like).around(text), expected, "{like:?}");
        }
        assert!(Frame::of("a\r\nb\n").mixed && !Frame::of("a\r\nb").mixed && !Frame::of("a\nb\n").mixed);
    }
}
