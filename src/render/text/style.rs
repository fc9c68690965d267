//! The page of 80 columns: styles, wrapping, bars.
//!
//! Cyan and magenta can be told apart with every kind of colour blindness, and read on a dark and on a light ground.

use anstyle::{AnsiColor, Style};

/// The width of the page.
pub(super) const WIDTH: usize = 80;
/// The width of a full bar.
pub(super) const BAR: usize = 10;

pub(super) const STRONG: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Cyan.on_default().bold();
pub(super) const BAD: Style = AnsiColor::Magenta.on_default().bold();

pub(super) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Words are kept whole, so that places and names can be copied.
pub(super) fn wrapping<'a>(first: &'a str, rest: &'a str) -> textwrap::Options<'a> {
    textwrap::Options::new(WIDTH)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false)
}

/// A bar in eighths of a column.
pub(super) fn bar(p: f64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "between 0 and 160"
    )]
    let eighths = (p.clamp(0.0, 1.0) * (BAR * 8) as f64).round() as usize;
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS.get(eighths % 8).unwrap_or(&""))
}

/// A text cut to a width, with an ellipsis.
pub(super) fn shortened(text: &str, width: usize) -> String {
    let text = one_line(text);
    if text.chars().count() <= width {
        return text;
    }
    let cut: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// A text with its white space folded.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number and its unit stay on one line: the space between them does not break.
pub(super) fn unbroken(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let unit = c == ' ' && before.is_ascii_digit() && rest.peek() == Some(&'%');
        out.push(if unit { '\u{a0}' } else { c });
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_grow_by_eighths() {
        assert_eq!(bar(0.0), "");
        assert_eq!(bar(0.0125), "▏");
        assert_eq!(bar(0.5), "█████");
        assert_eq!(bar(1.0), "██████████");
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(shortened("one  two\nthree", 20), "one two three");
        assert_eq!(shortened("one two three", 9), "one two…");
    }

    #[test]
    fn a_number_keeps_its_percent_sign() {
        assert_eq!(unbroken("no 40 %, yes 60 %"), "no 40\u{a0}%, yes 60\u{a0}%");
        assert_eq!(unbroken("a % b"), "a % b");
    }
}
