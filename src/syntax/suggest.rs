//! What a line was probably meant to be.
//!
//! People who have never programmed break lines in a few ways: capital letters, words in another order, a missing word,
//! too many or too few quotes, a sign of ordinary writing (`0,5 %`, `500-599`). Each is looked for in the tokens around the
//! place where parsing stopped, and answered with the line as it should be. What is not recognised here is left to
//! `diagnose`.

use super::Rule;
use super::diagnose::{Place, body};
use super::evidence::EVIDENCE;
use super::foreign::FOREIGN;
use super::habits::HABITS;
use super::lower::frequencies;
use super::words::{self, Kind, is_known};
use crate::problem::{Code, Problem, Suggestion, did_you_mean};
use crate::source::Span;

/// A line in tokens, and where parsing stopped.
pub(super) struct Tokens<'a> {
    place: &'a Place<'a>,
    expected: &'a [Rule],
    /// The rule of the grammar that was tried on the line.
    pub(super) piece: Rule,
    /// The tokens, each with where it starts.
    pub(super) all: Vec<(usize, &'a str)>,
    /// The token where parsing stopped; as many as there are at the end of the line.
    pub(super) here: usize,
}

/// Recognises one kind of mistake.
pub(super) type Recogniser = fn(&Tokens<'_>) -> Option<Problem>;

/// The mistakes in the order in which they are looked for.
const MISTAKES: &[Recogniser] = &[
    text_without_quotes,
    capital,
    needless_sign,
    version,
    number_alone,
    range,
    membership,
    comparative,
    joined_at_the_wrong_end,
    condition,
    head,
    fact_head,
    listed,
    symptom,
    quoted_name,
    rule_line,
    cause_line,
    fix_line,
    of_another_declaration,
];

/// Returns what a line was probably meant to be, if it is broken in a known way.
pub(super) fn suggest(place: &Place<'_>, expected: &[Rule], piece: Rule) -> Option<Problem> {
    let all = tokens(place.text);
    let here = all.iter().position(|(start, token)| start + token.len() > place.at).unwrap_or(all.len());
    let tokens = Tokens { place, expected, piece, all, here };
    EVIDENCE.iter().chain(HABITS).chain(FOREIGN).chain(MISTAKES).find_map(|recognise| recognise(&tokens))
}

/// Splits a line into words with their dots, numbers, whole texts in quotes, and single signs.
fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or("");
        let length = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if is_word(c) && c != '.' {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            rest.get(..length).unwrap_or("").trim_end_matches('.').len().max(1)
        } else if c == '"' {
            rest.char_indices().skip(1).find(|(_, c)| *c == '"').map_or(rest.len(), |(end, _)| end + 1)
        } else {
            c.len_utf8()
        };
        all.push((at, rest.get(..length).unwrap_or("")));
        at += length;
    }
    all
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

pub(super) fn is_number(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_digit()) && token.parse::<f64>().is_ok()
}

pub(super) fn is_name(token: &str) -> bool {
    token.starts_with(char::is_alphabetic) && !is_known(token) && !["if", "else", "then"].contains(&token)
}

impl<'a> Tokens<'a> {
    /// Returns a token, empty if there is none.
    pub(super) fn token(&self, at: usize) -> &'a str {
        self.all.get(at).map_or("", |(_, token)| *token)
    }

    pub(super) fn here(&self) -> &'a str {
        self.token(self.here)
    }

    /// Returns the token so many before the place.
    pub(super) fn back(&self, by: usize) -> &'a str {
        self.here.checked_sub(by).map_or("", |at| self.token(at))
    }

    pub(super) fn expects(&self, which: Rule) -> bool {
        self.expected.contains(&which)
    }

    pub(super) fn position(&self, word: &str) -> Option<usize> {
        self.all.iter().position(|(_, token)| *token == word)
    }

    /// Returns the text of some tokens, with single spaces.
    pub(super) fn text(&self, from: usize, to: usize) -> String {
        let blank = |at: usize| if at == from || self.touches(at) { "" } else { " " };
        (from..to).flat_map(|at| [blank(at), self.token(at)]).collect()
    }

    /// Returns the text of some tokens as it is written.
    pub(super) fn source(&self, from: usize, to: usize) -> &'a str {
        let start = self.all.get(from).map_or(self.place.text.len(), |(start, _)| *start);
        let end = to.checked_sub(1).and_then(|last| self.all.get(last)).map_or(start, |(at, t)| at + t.len());
        self.place.text.get(start..end.max(start)).unwrap_or("")
    }

    /// Returns how many tokens there are without the `{` that opens a body.
    pub(super) fn head_end(&self) -> usize {
        self.all.len() - usize::from(self.token(self.all.len().saturating_sub(1)) == "{")
    }

    /// Returns whether a token follows the one before it without a space.
    pub(super) fn touches(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.all.get(before));
        before.zip(self.all.get(at)).is_some_and(|((start, word), (next, _))| start + word.len() == *next)
    }

    /// Returns a problem at a token; behind the last one, at the end of the line.
    pub(super) fn at(
        &self,
        at: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<Problem> {
        self.over(at, at + 1, message, help)
    }

    /// Returns a problem with the only text that can be meant in place of some tokens.
    pub(super) fn instead(
        &self,
        from: usize,
        to: usize,
        message: impl Into<String>,
        text: &str,
    ) -> Option<Problem> {
        self.over(from, to, message, String::new()).map(|problem| problem.write(text))
    }

    /// Returns a problem at a token, with the text that is probably meant in place of some tokens.
    pub(super) fn rewrite(
        &self,
        at: usize,
        message: impl Into<String>,
        (from, to): (usize, usize),
        text: &str,
    ) -> Option<Problem> {
        let problem = self.at(at, message, String::new())?;
        let span = self.over(from, to, "", "")?.span();
        Some(Problem { help: None, ..problem }.rewrite(span, text))
    }

    /// Returns a problem at a token, with the whole line as it is probably meant.
    pub(super) fn line(&self, at: usize, message: impl Into<String>, text: &str) -> Option<Problem> {
        self.rewrite(at, message, (0, self.all.len()), text)
    }

    /// Returns a problem with a token that must be removed.
    pub(super) fn without(
        &self,
        at: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<Problem> {
        let problem = self.at(at, message, help)?;
        let span = problem.span();
        let [behind, before] = [self.touches(at + 1), self.touches(at)];
        let next = self.all.get(at + 1).map_or(span.end, |(start, _)| self.place.span(*start, 0).start);
        // What it stood between stays apart, and no blank is left where there was one.
        let end = if before { span.end } else { next };
        let text = if before && behind && at > 0 { " " } else { "" };
        let suggestion = Suggestion::safe(format!("remove `{}`", self.token(at)), Span { end, ..span }, text);
        Some(problem.suggest(suggestion))
    }

    /// Returns a problem at some tokens.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "every recogniser ends in it, and a recogniser may find nothing"
    )]
    pub(super) fn over(
        &self,
        from: usize,
        to: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<Problem> {
        let end = self.place.text.trim_end().len();
        let start = self.all.get(from).map_or(end, |(start, _)| *start);
        let last =
            to.checked_sub(1).and_then(|last| self.all.get(last)).map_or(start, |(at, t)| at + t.len());
        let span = self.place.span(start, last.saturating_sub(start));
        Some(Problem::error(Code::Syntax, span, message).help(help))
    }

    /// Counts the tokens of a chance at a place; 0 if there is none.
    pub(super) fn chance(&self, at: usize) -> usize {
        let frequency = |at: usize| words::is(self.token(at), Kind::Frequency);
        match (self.token(at), self.token(at + 1)) {
            ("almost", _) if frequency(at + 1) => 2,
            _ if frequency(at) => 1,
            (number, "%") if is_number(number) => 2,
            (number, "of" | "in") if is_number(number) && is_number(self.token(at + 2)) => 3,
            _ => 0,
        }
    }
}

/// Recognises a word of the language in capital letters.
fn capital(t: &Tokens<'_>) -> Option<Problem> {
    let places = [Some(0), t.here.checked_sub(1), Some(t.here)];
    let found = places.into_iter().flatten().find(|at| {
        let (word, small) = (t.token(*at), t.token(*at).to_lowercase());
        word != small && is_known(&small)
    })?;
    let (word, small) = (t.token(found), t.token(found).to_lowercase());
    t.instead(found, found + 1, format!("`{word}` must be lowercase"), &small)
}

/// Recognises signs that other languages and ordinary writing put at the end of a line or before a value.
fn needless_sign(t: &Tokens<'_>) -> Option<Problem> {
    let last = t.here + 1 == t.all.len();
    match t.here() {
        ";" => t.without(t.here, "a line does not end with `;`", "remove the `;`"),
        "." if last => t.without(t.here, "a line does not end with a period", "remove the period"),
        ":" if t.back(1) == "when" || t.back(1) == "given" => {
            t.without(t.here, format!("`{}` is not followed by `:`", t.back(1)), "remove the `:`")
        }
        "#" => t.instead(t.here, t.here + 1, "comments begin with `//`", "//"),
        "[" if t.token(t.here.saturating_sub(1)) == "in" => membership(t),
        "[" => {
            let message = "square brackets are not part of the language";
            let close = t.position("]").filter(|at| *at > t.here);
            match close.map(|close| (close, values_in(t, t.here + 1, close))) {
                Some((close, values)) if !values.is_empty() => {
                    t.rewrite(t.here, message, (t.here, close + 1), &values.join(", "))
                }
                _ => t.at(
                    t.here,
                    message,
                    "write a list without brackets, `a, b`, and a condition in `(` and `)`",
                ),
            }
        }
        "'" | "`" | "’" if t.touches(t.here) && t.touches(t.here + 1) && is_name(t.back(1)) => {
            apostrophe(t)
        }
        "'" | "`" | "’" if !t.expects(Rule::string) && t.expects(Rule::value) => quoted_value(t),
        "'" | "`" => text_in_single_quotes(t),
        _ => None,
    }
}

/// Says that a name has no apostrophe, and makes one of the words around it.
fn apostrophe(t: &Tokens<'_>) -> Option<Problem> {
    let from = t.here.saturating_sub(1);
    let listed = t.position("of").is_some_and(|of| of < t.here);
    let ends = |at: &usize| {
        let token = t.token(*at);
        let sign = !token.starts_with(is_word) && !matches!(token, "'" | "`" | "’");
        sign || (is_known(token) || !listed) && !t.touches(*at)
    };
    let end = (t.here + 1..t.all.len()).find(ends).unwrap_or(t.all.len());
    let written = t.text(from, end);
    let message = format!("`{written}` is not a name: names are words of letters, digits and `_`");
    t.rewrite(t.here, message, (from, end), &unquoted(&written))
}

/// Says that a text stands in double quotes.
fn text_in_single_quotes(t: &Tokens<'_>) -> Option<Problem> {
    let message = format!("`{}` does not begin a text", t.here());
    let close = (t.here + 1..t.all.len()).find(|at| matches!(t.token(*at), "'" | "`" | "’"));
    match close {
        Some(close) => {
            let text = format!("\"{}\"", t.text(t.here + 1, close));
            t.rewrite(t.here, message, (t.here, close + 1), &text)
        }
        None => t.at(
            t.here,
            message,
            "write the text in double quotes, `\"…\"`; a name has only letters, digits, `_` and `.`",
        ),
    }
}

/// Recognises `is 5.1.2`: a version is a text.
fn version(t: &Tokens<'_>) -> Option<Problem> {
    let here = t.here();
    let number = here.strip_prefix('v').unwrap_or(here);
    let dots = here.matches('.').count() + usize::from(number.len() < here.len());
    let digits = number.starts_with(|c: char| c.is_ascii_digit()) && dots >= 2 && !here.contains("..");
    let numbers = here.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    if !digits || !numbers {
        return None;
    }
    let help = format!("write `\"{here}\"`, and give the fact the type `text`");
    let problem = t.at(t.here, format!("`{here}` is not a number"), help)?;
    let span = problem.span();
    Some(problem.rewrite(span, &format!("\"{here}\"")))
}

/// Recognises `in ("a", "b")`, `in [a, b]` and `in a, b`: a value that is one of several.
fn membership(t: &Tokens<'_>) -> Option<Problem> {
    // Behind `in`, a table has files, and a column its unit or clock.
    if t.piece == Rule::only_records_line || t.token(0) == "records" && t.position("where").is_none() {
        return None;
    }
    let at = (0..=t.here).rev().find(|at| t.token(*at) == "in")?;
    let open = matches!(t.token(at + 1), "(" | "[" | "{");
    let first = t.token(at + 1 + usize::from(open));
    let value = first.starts_with('"') || is_name(first) || open && is_number(first);
    if at + 2 < t.here || !value || !is_name(t.token(at.checked_sub(1)?)) && t.token(at - 1) != "not" {
        return None;
    }
    let negated = t.token(at - 1) == "not";
    let from = if negated { at - 1 } else { at };
    let from = if t.token(from - 1) == "is" { from - 1 } else { from };
    let start = at + 1 + usize::from(open);
    let ends = |at: &usize| matches!(t.token(*at), ")" | "]" | "}" | "and" | "{");
    let end = (start..t.all.len()).find(ends).unwrap_or(t.all.len());
    let past = if open && matches!(t.token(end), ")" | "]" | "}") { end + 1 } else { end };
    let values = (start..end).map(|at| t.token(at)).filter(|word| !matches!(*word, "," | "or"));
    let values = values.collect::<Vec<_>>().join(", ");
    let is = if negated { "is not one of" } else { "is one of" };
    t.rewrite(at, "`in` is for ranges and networks", (from, past), &format!("{is} {values}"))
}

/// Recognises a number where a chance is wanted, and other notations for chances.
fn number_alone(t: &Tokens<'_>) -> Option<Problem> {
    let number = t.back(1);
    if !is_number(number) || !t.expects(Rule::k_of) || t.back(2) == "of" {
        return None;
    }
    let next = t.token(t.here + 1);
    let from = t.here - 1;
    match t.here() {
        "/" if is_number(next) => t.instead(
            from,
            t.here + 2,
            format!("`{number}/{next}` is not a chance"),
            &format!("{number} in {next}"),
        ),
        "," if is_number(next) => t.instead(
            from,
            t.here + 2,
            "the decimal separator is a point, not a comma",
            &format!("{number}.{next}"),
        ),
        _ => {
            let value: f64 = number.parse().ok()?;
            let percent = if value < 1.0 { (value * 1000.0).round() / 10.0 } else { value };
            let cause = t.piece == Rule::only_cause_line;
            let other = if cause { "in 50 of 1000 tickets" } else { "17 of 20" };
            let help = format!("write `{percent} %`, or as counted: `{other}`");
            let message = format!("`{number}` alone is not a {}", if cause { "share" } else { "chance" });
            let problem = t.at(from, message, help)?;
            let written = format!("{percent} %");
            let suggestion = Suggestion::uncertain(format!("write `{written}`"), problem.span(), written);
            Some(problem.suggest(suggestion))
        }
    }
}

/// Recognises `in 500-599` and `in 500 to 599`.
fn range(t: &Tokens<'_>) -> Option<Problem> {
    let at = t.position("in").filter(|at| is_number(t.token(at + 1)))?;
    let sign = ["-", "–", "—", "to", "until", "and", "…"].contains(&t.token(at + 2));
    if !sign || !is_number(t.token(at + 3)) || t.here > at + 3 {
        return None;
    }
    let (low, high) = (t.token(at + 1), t.token(at + 3));
    t.instead(at + 1, at + 4, "a range is written with `..`", &format!("{low}..{high}"))
}

/// Recognises `is greater than`.
fn comparative(t: &Tokens<'_>) -> Option<Problem> {
    let than = (t.here.saturating_sub(1)..=t.here + 1).find(|at| t.token(*at) == "than")?;
    let sign = match t.token(than.checked_sub(1)?) {
        "greater" | "bigger" | "larger" | "more" | "longer" | "higher" | "later" | "older" => ">",
        "less" | "smaller" | "fewer" | "shorter" | "lower" | "earlier" | "younger" => "<",
        _ => return None,
    };
    let from = if than >= 2 && t.token(than - 2) == "is" { than - 2 } else { than - 1 };
    let written = t.text(from, than + 1);
    t.instead(from, than + 1, format!("`{written}` is not an operator"), sign)
}

/// Recognises `and` or `or` at the start of a line: a line continues behind it, never before it.
fn joined_at_the_wrong_end(t: &Tokens<'_>) -> Option<Problem> {
    let (here, before) = (t.here(), t.back(1));
    let start = t.all.get(t.here).map_or(0, |(start, _)| *start);
    let line_begins =
        t.place.text.get(..start).is_some_and(|b| b.trim_end_matches([' ', '\t']).ends_with('\n'));
    if matches!(here, "and" | "or") && (t.here == 0 || line_begins) {
        let message = format!("a line cannot begin with `{here}`");
        return t.at(
            t.here,
            message,
            format!("move `{here}` to the end of the previous line, so that the condition continues"),
        );
    }
    if here.is_empty() && matches!(before, "and" | "or") {
        let message = format!("expected a condition after `{before}`");
        return t.at(t.here - 1, message, format!("write the second condition, or remove `{before}`"));
    }
    None
}

/// Recognises what is missing or doubled in a condition.
fn condition(t: &Tokens<'_>) -> Option<Problem> {
    let here = t.here();
    match here {
        "=" if t.token(t.here + 1) == ">" && !t.token(0).starts_with("rule") => {
            t.instead(t.here, t.here + 2, "`=>` is not an operator", ">=")
        }
        "<" | ">" if t.back(1) == "=" => {
            t.instead(t.here - 1, t.here + 1, format!("`={here}` is not an operator"), &format!("{here}="))
        }
        "<" | ">" if t.all.iter().take(t.here).any(|(_, sign)| matches!(*sign, "<" | ">")) => t.at(
            t.here,
            "comparisons cannot be chained",
            "compare with `between 1 min and 5 min`, or join two comparisons by `and`",
        ),
        "\"" => None,
        _ if t.expects(Rule::pattern) && here.starts_with('"') => {
            let inner = here.trim_matches('"');
            let help =
                format!("write `/{inner}/`, or `contains \"{inner}\"` for a text that is meant as it stands");
            let problem = t.at(t.here, "a pattern is written between slashes", help)?;
            let span = problem.span();
            Some(problem.rewrite(span, &format!("/{inner}/")))
        }
        _ if t.expects(Rule::k_of) && t.back(1) == "one" && is_name(here) => {
            t.rewrite(t.here, "expected `of` here", (t.here, t.here + 1), &format!("of {here}"))
        }
        // Behind the table of a view there may be none.
        _ if t.expects(Rule::k_where) && t.here >= 2 && (here == "(" || !of_evidence(t)) => {
            let end = t.head_end();
            let text = format!("{} where {}", t.text(t.here - 2, t.here), t.text(t.here, end));
            t.rewrite(t.here, "expected `where` here", (t.here - 2, end), &text)
        }
        _ if t.expects(Rule::direction) => {
            let from = t.here.saturating_sub(3);
            let text = |side: &str| format!("{} {side} {here}", t.text(from, t.here));
            let problem =
                t.rewrite(t.here, "expected `before` or `after` here", (from, t.here + 1), &text("before"))?;
            let span = t.over(from, t.here + 1, "", "")?.span();
            let help = format!("write `{}`, or `after`", text("before"));
            Some(problem.help(help).rewrite(span, &text("after")))
        }
        _ => None,
    }
}

/// Returns whether a line asks rows of records, where `where` is one of several words that may follow.
fn of_evidence(t: &Tokens<'_>) -> bool {
    matches!(t.token(0), "records" | "opened") || t.position("read").is_some_and(|at| at < t.here)
}

/// Recognises mistakes in the name and title of a declaration.
fn head(t: &Tokens<'_>) -> Option<Problem> {
    let keyword = t.token(0);
    let part = matches!(t.piece, Rule::only_cause_line | Rule::only_rule_line | Rule::only_fix_line);
    if !words::is(keyword, Kind::Declaration) || keyword == "facts" || part {
        return None;
    }
    let (here, titled) = (t.here(), matches!(keyword, "symptom" | "rule" | "cause" | "fix"));
    if titled && keyword != "symptom" && t.here == 2 && here == ":" {
        let message = format!("the name of a {keyword} is not followed by `:`");
        if t.position("{").is_some() {
            return t.without(2, message, "remove the `:`");
        }
        let help = format!("write `{{` instead of the `:`, and `}}` after the last line of the {keyword}");
        return t.at(2, message, help);
    }
    if t.here == 1 && t.expects(Rule::name) {
        let example = format!("write `{keyword} some_name{}`", if titled { " \"…\"" } else { ": …" });
        if here.starts_with('"') && is_name(t.token(2)) {
            let text = format!("{keyword} {} {here}", t.token(2));
            return t.rewrite(1, "the name must come before the title", (0, 3), &text);
        }
        if here.starts_with(|c: char| c.is_ascii_digit()) {
            let name = match here.split_once('_') {
                Some((digits, word)) if is_name(word) => format!("{word}_{digits}"),
                _ => format!("no_{here}"),
            };
            return t.rewrite(1, format!("`{here}` is not a name: names begin with a letter"), (1, 2), &name);
        }
        return (!is_known(here)).then(|| t.at(1, format!("this {keyword} has no name"), example))?;
    }
    let rest = t.head_end();
    let words = t.here >= 2 && t.here < rest && here.starts_with(char::is_alphabetic) && !is_known(here);
    if !titled || !words || t.all.iter().take(t.here).any(|(_, token)| token.starts_with('"')) || t.here > 2 {
        return None;
    }
    if t.all.iter().any(|(_, token)| token.starts_with('"')) {
        let name = t.all.iter().take(rest).skip(1).map_while(|(_, w)| (!w.starts_with('"')).then_some(*w));
        let name = name.collect::<Vec<_>>().join("_");
        let end = (1..rest).find(|at| t.token(*at).starts_with('"')).unwrap_or(rest);
        return t.rewrite(t.here, "a name is a single word", (1, end), &name);
    }
    let text = format!("{keyword} {} \"{}\"", t.token(1), t.text(t.here, rest));
    let span = t.over(0, rest, "", "")?.span();
    let problem = t.over(t.here, rest, "a title must be in quotes", String::new())?;
    Some(Problem { help: None, ..problem }.rewrite(span, &text))
}

/// Recognises mistakes in the type of a fact and in front of it.
fn fact_head(t: &Tokens<'_>) -> Option<Problem> {
    let (here, next, before) = (t.here(), t.token(t.here + 1), t.back(1));
    let types = "types are `yes/no`, `one of a, b`, `number`, `duration`, `text` and others";
    let typed = matches!(t.token(0), "fact" | "derive")
        || t.piece == Rule::only_fact_line
        || t.piece == Rule::only_visit_line
        || t.piece == Rule::only_visit_fact_head;
    if !typed {
        return None;
    }
    if t.expects(Rule::colon)
        && !before.is_empty()
        && t.position(":").is_none_or(|at| at > t.here || here == "}")
    {
        return match here {
            "=" if t.token(0) == "fact" => {
                t.instead(t.here, t.here + 1, "the type follows a colon, not `=`", ":")
            }
            _ if here.starts_with(char::is_alphabetic) && !is_known(here) && t.here <= 2 => {
                let help = format!("write `{before}_{here}`, or `{before}: {here}` if it is the type");
                let message = format!("names are a single word, found `{here}` after `{before}`");
                let problem = t.at(t.here, message, help)?;
                let span = t.over(t.here - 1, t.here + 1, "", "")?.span();
                Some(problem.rewrite(span, &format!("{before}_{here}")))
            }
            // A hyphen in a name says more than that the type is missing.
            "-" | "/" | "'" | "’" | "\"" | "#" | "&" | "+" | "@" => None,
            "(" if t.position(")").is_some() => {
                let end = t.position(")").unwrap_or(t.here);
                let text = format!("{before}: {}", t.text(t.here + 1, end));
                t.rewrite(t.here, format!("`{before}` has no type"), (t.here - 1, end + 1), &text)
            }
            _ => {
                let ty = if t.token(0) == "derive" { "duration" } else { "yes/no" };
                let help = format!("write `{before}: {ty}`; {types}");
                let problem = t.at(t.here, format!("`{before}` has no type"), help)?;
                let span = t.over(t.here - 1, t.here, "", "")?.span();
                Some(problem.rewrite(span, &format!("{before}: {ty}")))
            }
        };
    }
    if t.expects(Rule::equals) && here == "is" {
        return t.instead(t.here, t.here + 1, "the computed value follows `=`, not `is`", "=");
    }
    if (before, here, next) == ("no", "/", "yes") {
        return t.instead(t.here - 1, t.here + 2, "`no/yes` is not a type", "yes/no");
    }
    if (before, here) == ("yes", "or") {
        return t.instead(t.here - 1, t.here + 2, "this is not a type", "yes/no");
    }
    if t.expects(Rule::value) && is_number(here) && t.chance(t.here.saturating_sub(1)) == 1 {
        let help =
            "give rates of `yes` or of a value of `one of`; for an amount, give them in a symptom in levels";
        return t.at(t.here, format!("a rate cannot be given for `{here}`"), help);
    }
    None
}

/// Recognises mistakes in the values of a type.
fn listed(t: &Tokens<'_>) -> Option<Problem> {
    let (here, before) = (t.here(), t.back(1));
    let listed = t.position("of").is_some_and(|at| at < t.here) && t.position("table").is_none();
    let typed = matches!(t.token(0), "fact" | "derive" | "facts")
        || matches!(t.piece, Rule::only_fact_line | Rule::only_visit_line | Rule::only_visit_fact_head);
    if !typed {
        return None;
    }
    if listed && t.expects(Rule::value) && matches!(before, "of" | ",") {
        return match here {
            "(" | "[" | "{" => {
                let close = [")", "]", "}"].iter().find_map(|close| t.position(close));
                let end = close.filter(|at| *at > t.here).unwrap_or(t.here);
                let values = values_in(t, t.here + 1, end);
                if values.is_empty() || is_known(t.token(t.here + 1)) {
                    return t.at(t.here, "a list has no brackets", "write `one of a, b`");
                }
                t.rewrite(t.here, "a list has no brackets", (t.here, end + 1), &values.join(", "))
            }
            _ if here.starts_with(|c: char| c.is_ascii_digit() || c == '-') => t.at(
                t.here,
                format!("`{here}` is not a value: values begin with a letter"),
                "use words of letters, digits and `_`, such as `level_1`; for a number, write the type `number`",
            ),
            _ if here.starts_with(['"', '\'', '’', '`']) => quoted_value(t),
            _ if is_known(here) => reserved(t),
            _ => t.at(t.here, "expected values here", format!("write `{} of a, b, c`", t.back(2))),
        };
    }
    if listed && matches!(here, "or" | "and" | "|" | "/" | ";") && before != "no" {
        // After a comma, the word alone is too many.
        return if before == "," {
            t.without(t.here, "values are separated by commas", format!("remove the `{here}`"))
        } else {
            separated(t, "values are separated by commas")
        };
    }
    if listed && is_name(here) && is_name(before) && !t.touches(t.here) {
        let problem = t.rewrite(
            t.here,
            format!("expected a comma before `{here}`"),
            (t.here - 1, t.here + 1),
            &format!("{before}, {here}"),
        )?;
        let span = t.over(t.here - 1, t.here + 1, "", "")?.span();
        let help = format!(
            "write `{before}, {here}`, or `{before}_{here}` if it is one value: a value is a single word"
        );
        return Some(problem.help(help).rewrite(span, &format!("{before}_{here}")));
    }
    if before == "of" && t.back(2) == "table" {
        let end = t.head_end();
        let columns = t.text(t.here, end);
        return t.rewrite(
            t.here,
            "the columns of a table are written between `{` and `}`",
            (t.here, end),
            &format!("{{ {columns} }}"),
        );
    }
    None
}

/// Returns the values between two tokens, without commas and quotes.
fn values_in(t: &Tokens<'_>, from: usize, to: usize) -> Vec<String> {
    let signs = [",", "|", "/", ";", "or", "and"];
    let words = (from..to).map(|at| t.token(at)).filter(|word| !signs.contains(word));
    words.map(unquoted).filter(|value| !value.is_empty()).collect()
}

/// Says that a comma belongs in place of another sign or word.
fn separated(t: &Tokens<'_>, message: &str) -> Option<Problem> {
    let (before, next) = (t.back(1), t.token(t.here + 1));
    let written = format!("{before}, {next}");
    t.rewrite(t.here, message, (t.here.saturating_sub(1), t.here + 2), &written)
}

/// Says that a value stands without quotes: a name of it, if quotes are what is wrong.
fn quoted_value(t: &Tokens<'_>) -> Option<Problem> {
    let quote = t.here().chars().next()?;
    let end = if quote == '"' {
        Some(t.here)
    } else {
        (t.here + 1..t.all.len()).find(|at| t.token(*at).starts_with(quote))
    };
    let end = end.unwrap_or(t.here);
    let name = unquoted(&t.text(t.here, end + 1));
    // `5_GHz` is `GHz_5`: a value begins with a letter.
    let name = match name.split_once('_') {
        Some((digits, word)) if digits.starts_with(|c: char| c.is_ascii_digit()) && is_name(word) => {
            format!("{word}_{}", digits.replace('.', "_"))
        }
        _ => name,
    };
    if !is_name(&name) {
        return t.at(t.here, "values have no quotes", "write a word of letters, digits and `_`");
    }
    t.rewrite(
        t.here,
        "values have no quotes: they are words of letters, digits and `_`",
        (t.here, end + 1),
        &name,
    )
}

/// Says that a word of the language cannot be a name.
fn reserved(t: &Tokens<'_>) -> Option<Problem> {
    let here = t.here();
    let message = format!("`{here}` is a reserved word and cannot be a name");
    let problem = t.at(t.here, message, format!("write another name, such as `{here}_`"))?;
    let span = problem.span();
    Some(problem.rewrite(span, &format!("{here}_")))
}

/// Recognises mistakes in the head of a symptom and in its levels.
fn symptom(t: &Tokens<'_>) -> Option<Problem> {
    let (here, next, before) = (t.here(), t.token(t.here + 1), t.back(1));
    if t.token(0) == "symptom" {
        return match here {
            "=" | ":" => {
                let blank = if t.touches(t.here) { " when" } else { "when" };
                let problem = t.instead(
                    t.here,
                    t.here + 1,
                    format!("the condition of a symptom follows `when`, not `{here}`"),
                    blank,
                )?;
                Some(problem.help("write `when`"))
            }
            "of" if matches!(before, "levels" | "kinds") => {
                t.without(t.here, format!("`{before}` is not followed by `of`"), "remove the `of`")
            }
            "levels" | "kinds" if before != "in" => {
                t.instead(t.here, t.here + 1, "expected `in` here", &format!("in {here}"))
            }
            "" if t.expects(Rule::k_when) => {
                t.at(t.here, "this symptom has no condition", "add `when` and a condition, or `in levels {`")
            }
            _ => None,
        };
    }
    if t.piece != Rule::only_level_line {
        return None;
    }
    if t.here == 0 && is_known(here) && matches!(next, "when" | "otherwise") {
        return reserved(t);
    }
    if let Some(problem) = misspelt(t, &["when", "otherwise"]) {
        return Some(problem);
    }
    match here {
        ":" => {
            let rest = t.text(t.here + 1, t.all.len());
            let when = if matches!(next, "when" | "otherwise") { "" } else { "when " };
            t.line(t.here, "a level is not followed by `:`", &format!("{} {when}{rest}", t.text(0, t.here)))
        }
        "-" | "=" if next == ">" => {
            t.instead(t.here, t.here + 2, "arrows are not part of the language", "when")
        }
        "=" | "<" | ">" => t.at(
            t.here,
            format!("expected `when` before `{here}`"),
            format!("write `{before} when …` and a whole comparison"),
        ),
        _ if t.expects(Rule::k_when) && is_name(here) => t.line(
            t.here,
            format!("expected `when` before `{here}`"),
            &format!("{} when {}", t.text(0, t.here), t.text(t.here, t.all.len())),
        ),
        "" if t.expects(Rule::k_when) => t.at(
            t.here,
            format!("`{}` has no condition", t.token(0)),
            "add `when` and a condition, or `otherwise`",
        ),
        _ => None,
    }
}

/// Recognises a text without quotes.
fn text_without_quotes(t: &Tokens<'_>) -> Option<Problem> {
    let here = t.here();
    let other =
        [Rule::k_when, Rule::open, Rule::name, Rule::k_levels, Rule::close, Rule::otherwise, Rule::first];
    let asked = t.back(1) == "ask";
    if !t.expects(Rule::string) || other.iter().any(|which| t.expects(*which)) && !asked {
        return None;
    }
    let before = match t.back(1) {
        "with" if matches!(t.back(2), "starts" | "ends") => format!("{} with", t.back(2)),
        word => word.to_owned(),
    };
    let quote = here.chars().next().filter(|c| matches!(c, '\'' | '`' | '’' | '‘'));
    let closes = |at: &usize| quote.is_some_and(|quote| t.token(*at).starts_with([quote, '’']));
    if let Some(close) = (t.here + 1..t.all.len()).find(closes) {
        let text = format!("\"{}\"", t.text(t.here + 1, close));
        let message = format!("`{here}` does not begin a text: a text stands in double quotes");
        return t.rewrite(t.here, message, (t.here, close + 1), &text);
    }
    if !here.starts_with(char::is_alphanumeric) {
        if t.here() == ":" {
            return t.without(t.here, format!("`{before}` is not followed by `:`"), "remove the `:`");
        }
        return t.at(t.here, "expected a text in quotes here", format!("write `{before} \"…\"`"));
    }
    let ends = |token: &str| matches!(token, "{" | "}" | "and" | "or" | ")");
    let end = (t.here..t.all.len()).find(|at| !asked && ends(t.token(*at)));
    let end = end.or_else(|| t.position("}").filter(|at| *at > t.here)).unwrap_or(t.all.len());
    let text = format!("{} \"{}\"", t.back(1), t.text(t.here, end));
    let span = t.over(t.here - 1, end, "", "")?.span();
    let problem = t.over(t.here, end, "texts must be in quotes", String::new())?;
    Some(Problem { help: None, ..problem }.rewrite(span, &text))
}

/// Recognises a name in quotes.
fn quoted_name(t: &Tokens<'_>) -> Option<Problem> {
    let wanted = t.expects(Rule::name) || t.expects(Rule::value) || t.expects(Rule::names);
    if !t.here().starts_with('"') || !wanted || t.expects(Rule::string) || t.here == 0 {
        return None;
    }
    let name = unquoted(t.here());
    if is_name(&name) {
        t.instead(t.here, t.here + 1, "names have no quotes", &name)
    } else {
        t.at(
            t.here,
            "names have no quotes",
            "write a word of letters, digits and `_`, which begins with a letter",
        )
    }
}

/// Returns a name for a text in quotes: letters, digits, dots and single `_` only.
pub(super) fn unquoted(text: &str) -> String {
    let name =
        text.replace('’', "'").replace("can't", "cannot").replace("won't", "will_not").replace("n't", "_not");
    let letters = name.chars().filter(|c| !matches!(c, '"' | '\'' | '’' | '`'));
    let name: String = letters.map(|c| if is_word(c) { c } else { '_' }).collect();
    let parts: Vec<&str> = name.split('_').filter(|part| !part.is_empty()).collect();
    parts.join("_")
}

/// Recognises a misspelling of one of the words that are missing in a line.
fn misspelt(t: &Tokens<'_>, words: &[&'static str]) -> Option<Problem> {
    if words.iter().any(|word| t.position(word).is_some()) {
        return None;
    }
    let near =
        |at: &usize| is_name(t.token(*at)) && did_you_mean(t.token(*at), words.iter().copied()).is_some();
    let at = (1..=t.here).find(near)?;
    let meant = did_you_mean(t.token(at), words.iter().copied())?;
    let problem = t.at(at, format!("`{}` is not a word of the language", t.token(at)), String::new())?;
    Some(problem.meant(meant))
}

/// Recognises `usually with some_cause` in another order or with something missing.
fn rule_line(t: &Tokens<'_>) -> Option<Problem> {
    if t.piece != Rule::only_rule_line {
        return None;
    }
    let (first, here) = (t.token(0), t.here());
    if first == "rule" && t.token(1) == "out" {
        return t.instead(0, 2, "expected `rules out` here", "rules out");
    }
    if let Some(problem) = chance_elsewhere(t) {
        return Some(problem);
    }
    if words::is(first, Kind::Commonness) {
        let message = format!("`{first}` does not say how often something is seen");
        return t.at(0, message, frequencies());
    }
    if matches!(first, "given" | "when") {
        return None;
    }
    if t.chance(0) > 0
        && let Some(problem) = misspelt(t, &["with", "anyway"])
    {
        return Some(problem);
    }
    let chance = t.chance(0);
    let with = t.position("with").or_else(|| t.position("out"));
    if chance > 0 && with.is_none() && t.position("anyway").is_none() && here.is_empty() {
        return without_cause(t, chance);
    }
    let start = with?;
    let pair = (start + 1..t.all.len()).find(|at| is_name(t.token(*at)) && is_name(t.token(at + 1)));
    if let Some(at) = pair.filter(|at| *at < t.here) {
        let (a, b) = (t.token(at), t.token(at + 1));
        return t.rewrite(
            at + 1,
            format!("expected a comma before `{b}`"),
            (at, at + 2),
            &format!("{a}, {b}"),
        );
    }
    if matches!(here, "and" | "or" | "&" | "+" | "|" | "/" | ";") && t.here > start {
        return separated(t, "causes are separated by commas");
    }
    (t.here == start + 1 && here.is_empty()).then(|| {
        let help = format!("write `{} some_cause`", t.text(0, t.here));
        t.at(t.here, format!("expected a cause after `{}`", t.token(start)), help)
    })?
}

/// Recognises a chance that does not come first in its line.
fn chance_elsewhere(t: &Tokens<'_>) -> Option<Problem> {
    let first = t.token(0);
    let at = (1..t.all.len()).find(|at| t.chance(*at) > 0)?;
    let chance = t.text(at, at + t.chance(at));
    let names = t.text(usize::from(first == "with"), at);
    let line = match first {
        "anyway" => format!("{chance} anyway"),
        "with" => format!("{chance} with {names}"),
        _ if is_name(first) && t.here == at => format!("{chance} with {names}"),
        _ => return None,
    };
    let rest = t.text(at + t.chance(at), t.all.len());
    let line = if rest.is_empty() { line } else { format!("{line} {rest}") };
    t.line(0, "the chance must come first in a line", &line)
}

/// Says how a line that names no cause can go on.
fn without_cause(t: &Tokens<'_>, chance: usize) -> Option<Problem> {
    let (said, rest) = (t.text(0, chance), t.text(chance, t.all.len()));
    let help = match t.all.len() - chance {
        0 => format!(
            "write `{said} with some_cause`, or `{said} anyway` for how often it is seen without any of the causes named"
        ),
        1 => format!(
            "write `{said} with {rest}`; if `{rest}` is a level, `{said} {rest} with some_cause`, or `anyway`"
        ),
        _ => format!("write `{said} {rest} with some_cause`, or `{said} {rest} anyway`"),
    };
    let problem = t.at(t.all.len(), "this line has neither `with` and a cause nor `anyway`", help)?;
    let span = t.over(0, t.all.len(), "", "")?.span();
    Some(match t.all.len() - chance {
        0 => problem.rewrite(span, &format!("{said} anyway")),
        1 => problem
            .rewrite(span, &format!("{said} with {rest}"))
            .rewrite(span, &format!("{said} {rest} anyway")),
        _ => problem.rewrite(span, &format!("{said} {rest} anyway")),
    })
}

/// Recognises mistakes in a part of a cause.
fn cause_line(t: &Tokens<'_>) -> Option<Problem> {
    if t.piece != Rule::only_cause_line {
        return None;
    }
    let (first, here) = (t.token(0), t.here());
    let common = "`very common`, `common`, `uncommon`, `rare`, `very rare`, or a number such as `in 50 of 1000 tickets`";
    if t.here == 0 && words::is(first, Kind::Frequency) {
        return t.at(
            0,
            format!("`{first}` does not say how common a cause is"),
            format!("write one of {common}"),
        );
    }
    if first == "when" {
        let share = t.all.iter().position(|(_, token)| words::is(token, Kind::Commonness));
        let message = "the share must come before `when`";
        return match share {
            Some(at) => {
                // `very` belongs to the word after it.
                let at = if t.token(at - 1) == "very" { at - 1 } else { at };
                t.line(0, message, &format!("{} {}", t.text(at, t.all.len()), t.text(0, at)))
            }
            None => t.at(0, message, "write `common when …`, and `rare otherwise` as the last line"),
        };
    }
    let chance = (1..t.all.len()).find(|at| t.chance(*at) > 0);
    let said = chance.map_or("usually".to_owned(), |at| t.text(at, at + t.chance(at)));
    match first {
        "leads" if t.token(1) != "to" || here.is_empty() => {
            let names = t.all.iter().skip(1).map(|(_, token)| *token).filter(|token| is_name(token));
            let names = names.collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() { "some_cause".to_owned() } else { names };
            let message = if chance.is_some() {
                "the chance must come last here"
            } else {
                "this does not say how often the cause leads to it"
            };
            t.line(t.here, message, &format!("leads to {names} {said}"))
        }
        "shows" if here.is_empty() && chance.is_none() => t.line(
            t.here,
            "this does not say how often it is seen",
            &format!("{} usually", t.text(0, t.here)),
        ),
        "part" | "fix" if is_name(here) && is_name(t.back(1)) => t.rewrite(
            t.here,
            format!("expected a comma before `{here}`"),
            (t.here - 1, t.here + 1),
            &format!("{}, {here}", t.back(1)),
        ),
        "part" | "fix" if matches!(here, "and" | "or" | "&" | "+" | "|" | "/" | ";") => {
            separated(t, "names are separated by commas")
        }
        word if t.here == 0 && COMMON.iter().any(|(theirs, _)| *theirs == word) => {
            let meant =
                COMMON.iter().find(|(theirs, _)| *theirs == word).map_or("common", |(_, meant)| meant);
            let help = format!("write `{meant}`; how common a cause is, is one of {common}");
            let problem = t.at(0, format!("`{word}` does not say how common a cause is"), help)?;
            let span = problem.span();
            Some(problem.rewrite(span, meant))
        }
        _ if t.here == 0
            && is_name(first)
            && matches!(t.token(1), "" | "when" | "otherwise")
            && !near_a_word(first) =>
        {
            t.at(0, format!("`{first}` does not say how common a cause is"), format!("write one of {common}"))
        }
        _ => None,
    }
}

/// Words by which other scales say how common something is.
const COMMON: &[(&str, &str)] = &[
    ("frequent", "very common"),
    ("frequently", "very common"),
    ("high", "very common"),
    ("likely", "common"),
    ("medium", "common"),
    ("moderate", "common"),
    ("normal", "common"),
    ("occasional", "uncommon"),
    ("occasionally", "uncommon"),
    ("low", "rare"),
    ("rarely", "rare"),
    ("seldom", "rare"),
    ("unlikely", "rare"),
    ("exceptional", "very rare"),
];

/// Returns whether a word is nearly one that begins a part of a cause.
fn near_a_word(word: &str) -> bool {
    did_you_mean(word, words::beginning(words::Body::Cause)).is_some()
        || did_you_mean(word, words::of_kind(Kind::Commonness)).is_some()
}

/// Recognises mistakes in a part of a fix.
fn fix_line(t: &Tokens<'_>) -> Option<Problem> {
    let (here, before) = (t.here(), t.back(1));
    if matches!(before, "takes" | "waits") {
        let amount = here.trim_matches('"');
        let message = format!("`{before}` needs a duration");
        if here.starts_with('"') {
            let problem = t.instead(t.here, t.here + 1, message, amount)?;
            return Some(problem.help(format!("write `{before} {amount}`, without quotes")));
        }
        return t.at(t.here, message, format!("write a number and its unit: `{before} 5 min`"));
    }
    if before == "works" {
        let help = "write `works usually`, `works almost always` or `works 80 %`";
        let problem = t.at(t.here, "`works` needs a chance", help)?;
        let word = is_name(here) || words::is(here, Kind::Commonness);
        let (span, blank) = (problem.span(), if t.touches(t.here) || here.is_empty() { " " } else { "" });
        let written = if word || here.is_empty() { format!("{blank}usually") } else { return Some(problem) };
        return Some(problem.suggest(Suggestion::uncertain("write `usually`", span, written)));
    }
    if t.piece != Rule::only_fix_line {
        return None;
    }
    let text = t.all.iter().find(|(_, token)| token.starts_with('"')).map_or("\"…\"", |(_, token)| *token);
    if t.here == 0
        && (here.starts_with(|c: char| c.is_ascii_digit()) || here.starts_with(['-', '*', '"', '•']))
    {
        let problem = t.at(0, "each thing to do must begin with `step`", String::new())?;
        let span = t.over(0, t.all.len(), "", "")?.span();
        return Some(Problem { help: None, ..problem }.rewrite(span, &format!("step {text}")));
    }
    let named = t.position("by").filter(|by| *by < t.here && is_name(before) && is_name(here));
    named.and_then(|by| {
        let end = (t.here..t.all.len()).find(|at| !is_name(t.token(*at))).unwrap_or(t.all.len());
        let text = format!("by {}", t.text(by + 1, end).replace(' ', "_"));
        t.rewrite(t.here, "a name is a single word", (by, end), &text)
    })
}

/// What each kind of declaration is called, the piece that is a line of it, and what it can hold.
const PARTS: &[(&str, Rule, &str)] = &[
    (
        "a rule",
        Rule::only_rule_line,
        "`given`, `when`, `rules out`, and lines such as `usually with some_cause` and `rarely anyway`",
    ),
    (
        "a cause",
        Rule::only_cause_line,
        "how common it is, `part of`, `told by`, `shows`, `leads to`, `fix` and `see`",
    ),
    (
        "a fix",
        Rule::only_fix_line,
        "`step`, `by`, `takes`, `waits`, `works`, `risk`, `needs approval`, `verify`, `does not` and `see`",
    ),
    ("a fact", Rule::only_fact_line, "`ask`, `takes`, `see` and rates such as `often yes`"),
    ("a symptom", Rule::only_symptom_line, "`when`, `see` and rates such as `rarely yes`"),
    ("a symptom", Rule::only_level_line, "lines such as `slow when …` and `stuck otherwise`"),
];

/// Recognises a part that belongs in another kind of declaration.
fn of_another_declaration(t: &Tokens<'_>) -> Option<Problem> {
    let first = t.token(0);
    let (own, _, holds) = PARTS.iter().find(|(_, piece, _)| *piece == t.piece)?;
    let begins =
        |piece: Rule| body(piece).is_some_and(|body| words::beginning(body).any(|word| word == first));
    if t.here != 0 || begins(t.piece) {
        return None;
    }
    let (other, ..) = PARTS.iter().find(|(_, piece, _)| begins(*piece))?;
    t.at(0, format!("`{first}` belongs in {other}, not in {own}"), format!("{own} holds {holds}"))
}
