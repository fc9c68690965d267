//! The words of a text, whether or not it parses.
//!
//! Colours and completions are wanted most while a line is half written and has no tree. So they start from words, numbers,
//! texts and signs, as the grammar has them; what a name stands for is added from the tree.

use std::ops::Range;

use crate::syntax::words;

/// A word of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: Kind,
    /// Where it stands.
    pub(super) range: Range<usize>,
}

/// What a word of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a word of the language.
    Word,
    /// A number.
    Number,
    /// A text in quotes.
    Text,
    /// A pattern between slashes.
    Pattern,
    /// From `//` to the end of the line.
    Comment,
    /// Any other sign.
    Sign,
    /// The end of a line.
    Newline,
}

/// Splits a text into words; blanks are left out.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let last = tokens.last().and_then(|last| text.get(last.range.clone()));
        let (kind, length) = first(rest, last.is_some_and(|last| words::BEFORE_PATTERN.contains(&last)));
        if let Some(kind) = kind {
            tokens.push(Token { kind, range: at..at + length });
        }
        at += length;
    }
    tokens
}

/// Returns what a text begins with, none for blanks, and its length in bytes.
fn first(text: &str, before_pattern: bool) -> (Option<Kind>, usize) {
    let line = || text.split(['\n', '\r']).next().unwrap_or("");
    match text.chars().next() {
        Some('\n') => (Some(Kind::Newline), 1),
        Some('"') => (Some(Kind::Text), closed(line(), '"')),
        Some('/') if text.starts_with("//") => (Some(Kind::Comment), line().trim_end().len()),
        Some('/') if before_pattern => (Some(Kind::Pattern), closed(line(), '/')),
        Some(c) if c.is_whitespace() => (None, c.len_utf8()),
        Some(c) if c.is_alphabetic() => (Some(Kind::Word), word(text)),
        Some(c) if c.is_ascii_digit() => (Some(Kind::Number), number(text)),
        Some(c) => (Some(Kind::Sign), c.len_utf8()),
        None => (None, 1),
    }
}

/// Measures what stands between two of a sign, in bytes; to the end of the line where the second is missing.
fn closed(line: &str, sign: char) -> usize {
    let mut escaped = false;
    for (at, c) in line.char_indices().skip(1) {
        if c == sign && !escaped {
            return at + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    line.len()
}

/// Returns whether a character may stand within a word.
pub(super) fn continues_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Measures a word, in bytes, with the dots between its parts.
fn word(text: &str) -> usize {
    let mut length = 0;
    for part in text.split('.') {
        let own = part.chars().take_while(|c| continues_word(*c)).map(char::len_utf8).sum::<usize>();
        if own == 0 || !part.starts_with(char::is_alphabetic) {
            return length - usize::from(length > 0);
        }
        length += own;
        if own < part.len() {
            return length;
        }
        length += 1;
    }
    length - 1
}

fn number(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(text);
    match text.get(whole..).and_then(|rest| rest.strip_prefix('.')).map(digits) {
        Some(fraction) if fraction > 0 => whole + 1 + fraction,
        _ => whole,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_falls_into_words() {
        let text = "f.delay: text // \"x\"\n17 of 20 a. matches /b\\/ c/ 0.5 % \"é\\\" d";
        let words: Vec<&str> = tokens(text).into_iter().filter_map(|token| text.get(token.range)).collect();
        let expected = [
            "f.delay", ":", "text", "// \"x\"", "\n", "17", "of", "20", "a", ".", "matches", "/b\\/ c/",
            "0.5", "%",
        ];
        assert_eq!(words[..14], expected);
        assert_eq!(words[14..], ["\"é\\\" d"]);
    }

    proptest! {
        #[test]
        fn every_text_falls_into_words(text in "(matches |[a.é💡\"/\\\\ \n\r0-9{}]){0,20}") {
            let mut end = 0;
            for token in tokens(&text) {
                prop_assert!(token.range.start >= end && !token.range.is_empty());
                prop_assert!(text.get(token.range.clone()).is_some());
                end = token.range.end;
            }
        }
    }
}
