//! Paragraphs of the width of a screen.

use unicode_width::UnicodeWidthStr as _;

use crate::render::wrap::{self, PAGE, options};

/// Wraps a text to a width; a longer word is broken.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    hanging("", text, width)
}

/// Wraps a text behind a lead, under which the other lines begin.
pub(super) fn hanging(head: &str, text: &str, width: usize) -> Vec<String> {
    let rest = " ".repeat(head.width());
    // What stands out of a screen is not seen.
    wrap::wrapped(text, options(width.max(rest.len() + 1), head, &rest).break_words(true))
}

/// Wraps a paragraph into one text.
pub(super) fn paragraph(head: &str, text: &str) -> String {
    hanging(head, text, PAGE).join("\n") + "\n"
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
