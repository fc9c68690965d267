//! Paragraphs of the width of a screen.

use crate::cli::page_width;
use crate::render::wrap;

/// Wraps a text to a width.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    hanging("", text, width)
}

/// Wraps a text behind a lead, under which the other lines begin.
pub(super) fn hanging(head: &str, text: &str, width: usize) -> Vec<String> {
    wrap::hanging(width, head, text)
}

/// Wraps a paragraph into one text.
pub(super) fn paragraph(head: &str, text: &str) -> String {
    hanging(head, text, page_width()).join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_unit_and_a_long_word_is_broken() {
        assert_eq!(wrapped("with all of 3 min (24 %), so", 14), ["with all of", "3 min (24 %),", "so"]);
        assert_eq!(hanging("> ", "abcdefgh", 6), ["> abcd", "  efgh"]);
        assert_eq!(wrapped("漢字漢字", 4), ["漢字", "漢字"]);
    }
}
