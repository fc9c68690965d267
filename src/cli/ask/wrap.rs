//! Paragraphs of a width, by the columns that their characters take.

use unicode_width::UnicodeWidthStr as _;

/// The width of a page that is not a screen.
const PAGE: usize = 80;

/// Wraps a text to a width; a longer word is broken.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    hanging("", text, width)
}

/// Wraps a text behind a lead, under which the other lines begin.
pub(super) fn hanging(head: &str, text: &str, width: usize) -> Vec<String> {
    let rest = " ".repeat(head.width());
    let options = textwrap::Options::new(width.max(rest.len() + 1))
        .initial_indent(head)
        .subsequent_indent(&rest)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(&unbroken(text), options).iter().map(|line| line.replace('\u{a0}', " ")).collect()
}

/// Wraps a paragraph into one text.
pub(super) fn paragraph(head: &str, text: &str) -> String {
    hanging(head, text, PAGE).join("\n") + "\n"
}

/// A number stays on one line with its percent sign, and with the units of time.
fn unbroken(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split(' ').peekable();
    while let Some(part) = parts.next() {
        out.push_str(part);
        let unit = |next: &&str| ["%", "min", "h"].contains(&next.trim_end_matches([')', ',', ';', '.']));
        let number = part.ends_with(|c: char| c.is_ascii_digit());
        match parts.peek() {
            Some(next) if number && unit(next) => out.push('\u{a0}'),
            Some(_) => out.push(' '),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_unit_and_a_long_word_is_broken() {
        assert_eq!(wrapped("after all of 3 min (24 %), so", 14), ["after all of", "3 min (24 %),", "so"]);
        assert_eq!(hanging("> ", "abcdefgh", 6), ["> abcd", "  efgh"]);
        assert_eq!(wrapped("漢字漢字", 4), ["漢字", "漢字"]);
    }
}
