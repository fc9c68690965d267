//! Paragraphs of a width, by the columns that their characters take.

use unicode_width::UnicodeWidthStr as _;

/// The width of a page that is not a screen.
const PAGE: usize = 80;

/// A text in lines of a width; a word that is longer is broken.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    hanging("", text, width)
}

/// The same with something before the first line, under which the others begin.
pub(super) fn hanging(head: &str, text: &str, width: usize) -> Vec<String> {
    let rest = " ".repeat(head.width());
    let options = textwrap::Options::new(width.max(rest.len() + 1))
        .initial_indent(head)
        .subsequent_indent(&rest)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    // A number keeps its percent sign.
    let text = text.replace(" %", "\u{a0}%");
    textwrap::wrap(&text, options).iter().map(|line| line.replace('\u{a0}', " ")).collect()
}

/// The same as a text.
pub(super) fn paragraph(head: &str, text: &str) -> String {
    hanging(head, text, PAGE).join("\n") + "\n"
}
