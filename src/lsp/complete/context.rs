//! The words before a place, as far as they belong to the part that is being written.

use std::ops::Range;

use crate::lsp::lexer::{Kind, Token, continues_word, tokens};

/// Where something is being written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Context<'t> {
    /// The keyword of the declaration, `""` between two of them.
    pub(super) keyword: &'t str,
    /// Its name.
    pub(super) name: &'t str,
    /// Its words up to the bracket that opens its body.
    pub(super) head: Vec<&'t str>,
    /// How many brackets of bodies are open: a fact in a visit may have its own.
    pub(super) depth: usize,
    /// The words of the part before the place, that which is being written left out.
    pub(super) part: Vec<&'t str>,
    /// What is being written: it is replaced.
    pub(super) prefix: Range<usize>,
}

impl<'t> Context<'t> {
    /// Returns one of the words before the place, the nearest at 0; `""` where there is none.
    pub(super) fn before(&self, at: usize) -> &'t str {
        nth_last(&self.part, at)
    }
}

/// Returns one of the last words, the very last at 0.
pub(super) fn nth_last<'t>(words: &[&'t str], at: usize) -> &'t str {
    words.len().checked_sub(at + 1).and_then(|at| words.get(at)).copied().unwrap_or("")
}

/// The keywords that begin a declaration.
const KEYWORDS: [&str; 7] = ["facts", "fact", "derive", "symptom", "rule", "cause", "fix"];

/// Words and signs after which a line goes on.
const GOES_ON: [&str; 4] = [",", "=", "and", "or"];

/// Reads where a place is; nothing inside of a comment or a text.
pub(super) fn context(text: &str, offset: usize) -> Option<Context<'_>> {
    let before = text.get(..offset)?;
    let start = prefix(before);
    let all = tokens(before);
    let inside = |token: &Token| match token.kind {
        Kind::Comment | Kind::Pattern => token.range.end == offset,
        Kind::Text => token.range.end == offset && !closes(before.get(token.range.clone()).unwrap_or("")),
        _ => false,
    };
    // A comment goes on over the blanks at its end.
    let commented = all.last().is_some_and(|last| last.kind == Kind::Comment);
    if commented || all.iter().any(inside) {
        return None;
    }
    let mut reader = Reader::default();
    for token in all.iter().filter(|token| token.range.start < start && token.kind != Kind::Comment) {
        reader.token(token, before);
    }
    Some(reader.finish(start..offset))
}

/// Returns where the word begins that a text ends with. Codes of problems have hyphens.
fn prefix(text: &str) -> usize {
    let code = text.trim_end_matches(|c| continues_word(c) || c == '-');
    let after_allow = code.ends_with(char::is_whitespace) && code.trim_end().ends_with("allow");
    let name = text.trim_end_matches(|c| continues_word(c) || c == '.');
    if after_allow { code.len() } else { name.len() }
}

/// Returns whether a text in quotes has its second one.
fn closes(text: &str) -> bool {
    text.len() > 1 && text.ends_with('"') && !text.ends_with("\\\"")
}

#[derive(Default)]
struct Reader<'t> {
    keyword: &'t str,
    head: Vec<&'t str>,
    part: Vec<&'t str>,
    /// Whether each open bracket is that of a body.
    open: Vec<bool>,
    line_began: bool,
}

impl<'t> Reader<'t> {
    fn token(&mut self, token: &Token, text: &'t str) {
        let word = text.get(token.range.clone()).unwrap_or("");
        if token.kind == Kind::Newline {
            return self.newline();
        }
        let at_margin =
            token.range.start == 0 || text.get(..token.range.start).is_some_and(|t| t.ends_with('\n'));
        let begins = if self.open.is_empty() { !self.line_began } else { at_margin };
        self.line_began = true;
        if begins && KEYWORDS.contains(&word) && (self.open.is_empty() && self.part.is_empty() || at_margin) {
            *self = Reader { keyword: word, line_began: true, ..Reader::default() };
            self.part.push(word);
            return;
        }
        match word {
            "{" => self.opens(),
            "(" => {
                self.open.push(false);
                self.part.push(word);
            }
            "}" | ")" => self.closes(word),
            _ => self.part.push(word),
        }
    }

    fn opens(&mut self) {
        let body = nth_last(&self.part, 0) != "of";
        if body && self.depth() == 0 {
            self.head = std::mem::take(&mut self.part);
        }
        self.open.push(body);
        if body {
            self.part.clear();
        } else {
            self.part.push("{");
        }
    }

    fn closes(&mut self, word: &'t str) {
        match self.open.pop() {
            Some(true) if self.open.is_empty() => *self = Reader { line_began: true, ..Reader::default() },
            Some(true) => self.part.clear(),
            _ => self.part.push(word),
        }
    }

    fn newline(&mut self) {
        self.line_began = false;
        let goes_on = GOES_ON.contains(&nth_last(&self.part, 0)) || self.open.last() == Some(&false);
        if goes_on || self.part.is_empty() {
            return;
        }
        if self.open.is_empty() {
            *self = Reader::default();
        } else {
            self.part.clear();
        }
    }

    fn depth(&self) -> usize {
        self.open.iter().filter(|body| **body).count()
    }

    fn finish(self, prefix: Range<usize>) -> Context<'t> {
        let depth = self.depth();
        let head = if depth == 0 { self.part.clone() } else { self.head };
        let name = head.get(1).copied().unwrap_or("");
        Context { keyword: self.keyword, name, head, depth, part: self.part, prefix }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Context<'_> {
        context(text, text.len()).unwrap()
    }

    #[test]
    fn the_part_that_is_written_is_known() {
        let here = at("cause a { rare }\nrule b \"c\" {\n  often d with e,\n    f, g");
        assert_eq!((here.keyword, here.name, here.depth), ("rule", "b", 1));
        assert_eq!(here.part, ["often", "d", "with", "e", ",", "f", ","]);
        let here = at("rule b {\n  given x is y // z\n  ");
        assert!(here.part.is_empty());
        assert_eq!(at("fact a: one of b, c\n").keyword, "");
        assert_eq!(
            at("fact a: table of {\n b: text, c: ").part,
            ["fact", "a", ":", "table", "of", "{", "b", ":", "text", ",", "c", ":"]
        );
        assert_eq!(
            (at("cause c {\n  allow un-us").part, at("cause c {\n  allow un-us").prefix),
            (vec!["allow"], 18..23)
        );
        assert_eq!(at("rule b {\n  often with x\ncause c {\n  fix ").keyword, "cause");
    }

    #[test]
    fn inside_of_texts_and_comments_nothing_is_wanted() {
        for text in ["fix a {\n  step \"Do ", "// some", "fact a: yes/no // x "] {
            assert_eq!(context(text, text.len()), None, "{text}");
        }
        assert!(context("fix a {\n  step \"Do it\" ", 22).is_some());
    }
}
