//! Paragraphs of a width, by the columns that their characters take, and bars.
//!
//! A line breaks at a blank, and never between a number and its unit, within a time, between a sign and its number, or within
//! words in backticks: what is copied is copied whole. Only what is longer than a line breaks between its characters: an address,
//! or a text in a script without blanks.

use textwrap::core::display_width;

use crate::markup::visible;
use crate::ticket::diagnosis::Probability;
use crate::value::unit::unit_words;

/// The width of a page that is not a terminal.
pub const PAGE: usize = 80;
/// Words in backticks that are longer than this may break.
const LONGEST_LITERAL: usize = 40;
/// A blank that does not break.
const FIXED: char = '\u{a0}';

/// Returns how a paragraph is wrapped; `first` stands before its first line and `rest` before the others.
fn options<'a>(width: usize, first: &'a str, rest: &'a str) -> textwrap::Options<'a> {
    textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(true)
}

/// Wraps a text into lines of a width; where that leaves no room beside what stands before them, of one column more than that.
pub fn lines(width: usize, first: &str, rest: &str, text: &str) -> Vec<String> {
    let least = display_width(first).max(display_width(rest)) + 1;
    textwrap::wrap(&fixed(&visible(text), true), options(width.max(least), first, rest))
        .iter()
        .map(|line| line.replace(FIXED, " "))
        .collect()
}

/// Wraps a text into lines behind a head, under which the others begin.
pub fn hanging(width: usize, head: &str, text: &str) -> Vec<String> {
    lines(width, head, &" ".repeat(display_width(head)), text)
}

/// Returns a text in which the blanks do not break that must not: those in amounts and times, and, where that is wanted, in words in
/// backticks, which whoever copies them must get with blanks.
pub(super) fn fixed(text: &str, literals: bool) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for (at, word) in words.iter().enumerate() {
        out.push_str(word);
        let Some(next) = words.get(at + 1) else { break };
        if literals && word.matches('`').count() % 2 == 1 {
            inside = !inside && is_short_literal(&words, at);
        }
        let before = at.checked_sub(1).and_then(|at| words.get(at)).copied();
        let behind = words.get(at + 2).copied();
        out.push(if inside || belong_together(before, word, next, behind) { FIXED } else { ' ' });
    }
    out
}

/// Returns whether the words in backticks that begin in a word end soon.
fn is_short_literal(words: &[&str], at: usize) -> bool {
    let behind = words.iter().skip(at + 1);
    let mut length = 0;
    for word in behind {
        length += word.chars().count() + 1;
        if word.contains('`') {
            return length <= LONGEST_LITERAL;
        }
    }
    false
}

/// Returns whether a line may not break between two words, for what stands before and behind them.
fn belong_together(before: Option<&str>, word: &str, next: &str, behind: Option<&str>) -> bool {
    let (open, close) = (word.trim_start_matches(OPENING), next.trim_end_matches(CLOSING));
    let is_sign = ["×", "<", ">", "<=", ">="].contains(&open);
    let is_number = |word: &str| word.ends_with(|c: char| c.is_ascii_digit());
    let is_unit = |word: &str| word == "%" || unit_words().any(|unit| unit == word);
    let begins_with_a_digit = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let is_date =
        |word: &str| word.len() == 10 && word.matches('-').count() == 2 && begins_with_a_digit(word);
    let is_offset = |word: &str| word.starts_with(['+', '-']) && word.contains(':');
    (is_sign && begins_with_a_digit(close))
        || word == "="
        || next == "="
        || (is_number(open) && is_unit(close))
        || (is_date(open) && begins_with_a_digit(close) && close.contains(':'))
        || (open.contains(':') && begins_with_a_digit(open) && is_offset(close))
        // `4 h 20 min` is one value.
        || (is_unit(open)
            && before.is_some_and(is_number)
            && is_number(next)
            && behind.is_some_and(|unit| is_unit(unit.trim_end_matches(CLOSING))))
}

const OPENING: [char; 3] = ['(', '[', '\u{201c}'];
const CLOSING: [char; 8] = [')', ']', ',', ';', '.', ':', '\u{201d}', '…'];

/// Draws a bar in eighths of a column, `width` columns for 1; shaded from the lower end to the upper one of a range.
pub fn bar(p: Probability, width: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "between 0 and eight times the width"
    )]
    let eighths = |p: f64| (p.clamp(0.0, 1.0) * (width * 8) as f64).round() as usize;
    let full = eighths(p.low);
    let solid = format!("{}{}", "█".repeat(full / 8), EIGHTHS.get(full % 8).unwrap_or(&""));
    let open = eighths(p.high).div_ceil(8).saturating_sub(solid.chars().count());
    if p.exact { solid } else { solid + &"░".repeat(open) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_grow_by_eighths() {
        let bar = |p| bar(Probability::exactly(p), 10);
        assert_eq!([bar(0.0), bar(0.0125), bar(0.5), bar(1.0)], ["", "▏", "█████", "██████████"]);
        assert_eq!(super::bar(Probability { low: 0.5, high: 0.75, exact: false }, 8), "████░░");
    }

    #[test]
    fn what_belongs_together_does_not_break() {
        let together = [
            "40 %",
            "8 min",
            "4 h 20 min",
            "(7 min 21 s)",
            "× 5",
            "> 5 min",
            "<= 15 min,",
            "2026-03-04 02:00",
            "25 MB;",
            "2026-03-04 08:12:10 +01:00",
            "changes = firewall,",
            "`a b c`",
        ];
        for text in together {
            assert!(!fixed(text, true).contains(' '), "{:?}", fixed(text, true));
        }
        for text in ["a % b", "550 is", "1. one", "2 rows", "`a` and `b`"] {
            assert!(fixed(text, true).contains(' '), "{:?}", fixed(text, true));
        }
        assert_eq!(lines(14, "", "", "with all 3 min (24 %), so"), ["with all", "3 min (24 %),", "so"]);
    }

    #[test]
    fn what_is_longer_than_a_line_breaks_between_characters() {
        assert_eq!(lines(8, "", "", "漢字漢字漢字"), ["漢字漢字", "漢字"]);
        assert_eq!(hanging(6, "> ", "abcdefgh"), ["> abcd", "  efgh"]);
        assert_eq!(hanging(2, "1. ", "漢字").concat().replace(' ', ""), "1.漢字");
    }

    #[test]
    fn lines_hang_under_their_head_by_the_columns_that_it_takes() {
        assert_eq!(hanging(9, "漢: ", "one two three"), ["漢: one", "    two", "    three"]);
    }
}
