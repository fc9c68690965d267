//! What a line was probably meant to be.
//!
//! People who have never programmed break lines in a few ways: capital letters, another order of the words, a word that is
//! missing, quotes too many or too few, a sign of ordinary writing (`80 percent`, `0,5 %`, `500-599`). Each is looked for
//! in the tokens around the place where parsing stopped, and answered with the line as it should be. What is not
//! recognised here is left to `complaint`.

use super::Rule;
use super::diagnose::{COMMONNESS, DECLARATIONS, FREQUENCIES, Place, is_known};
use super::foreign::HABITS;
use super::lower::frequencies;
use crate::problem::{Code, Problem, Suggestion, did_you_mean};
use crate::source::Span;

/// A line in tokens, and where it stopped making sense.
pub(super) struct Tokens<'a> {
    place: &'a Place<'a>,
    expected: &'a [Rule],
    /// As what the line was read.
    pub(super) piece: Rule,
    /// The tokens, each with where it starts.
    pub(super) all: Vec<(usize, &'a str)>,
    /// The token where parsing stopped; as many as there are at the end of the line.
    pub(super) here: usize,
}

/// How a mistake is looked for.
pub(super) type Guess = fn(&Tokens<'_>) -> Option<Problem>;

/// The mistakes in the order in which they are looked for.
const GUESSES: &[Guess] = &[
    text_without_quotes,
    capital,
    needless_sign,
    number_alone,
    range,
    comparative,
    joined_at_the_wrong_end,
    condition,
    head,
    fact_head,
    symptom,
    quoted_name,
    rule_line,
    cause_line,
    fix_line,
    of_another_declaration,
];

/// What a line was probably meant to be, where it is broken in a way that is known.
pub(super) fn guess(place: &Place<'_>, expected: &[Rule], piece: Rule) -> Option<Problem> {
    let all = tokens(place.text);
    let here = all.iter().position(|(start, token)| start + token.len() > place.at).unwrap_or(all.len());
    let tokens = Tokens { place, expected, piece, all, here };
    HABITS.iter().chain(GUESSES).find_map(|guess| guess(&tokens))
}

/// Words with their dots, numbers, whole texts in quotes, and single signs.
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
    token.starts_with(char::is_alphabetic)
        && !is_known(token)
        && !["if", "else", "then", "to"].contains(&token)
}

impl<'a> Tokens<'a> {
    /// A token, empty where there is none.
    pub(super) fn token(&self, at: usize) -> &'a str {
        self.all.get(at).map_or("", |(_, token)| *token)
    }

    pub(super) fn here(&self) -> &'a str {
        self.token(self.here)
    }

    /// The token so many before the place.
    pub(super) fn back(&self, by: usize) -> &'a str {
        self.here.checked_sub(by).map_or("", |at| self.token(at))
    }

    pub(super) fn expects(&self, which: Rule) -> bool {
        self.expected.contains(&which)
    }

    pub(super) fn position(&self, word: &str) -> Option<usize> {
        self.all.iter().position(|(_, token)| *token == word)
    }

    /// The text of some tokens, as it is written.
    pub(super) fn text(&self, from: usize, to: usize) -> String {
        let start = self.all.get(from).map_or(self.place.text.len(), |(start, _)| *start);
        let end = to.checked_sub(1).and_then(|last| self.all.get(last)).map_or(start, |(at, t)| at + t.len());
        let text = self.place.text.get(start..end.max(start)).unwrap_or("");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether a token stands right behind the one before it.
    pub(super) fn touches(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.all.get(before));
        before.zip(self.all.get(at)).is_some_and(|((start, word), (next, _))| start + word.len() == *next)
    }

    /// A problem at a token; behind the last one, at the end of the line.
    pub(super) fn at(
        &self,
        at: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<Problem> {
        self.over(at, at + 1, message, help)
    }

    /// The same, where nothing else can be meant than what is to be written in place of these tokens.
    pub(super) fn instead(
        &self,
        from: usize,
        to: usize,
        message: impl Into<String>,
        text: &str,
    ) -> Option<Problem> {
        self.over(from, to, message, String::new()).map(|problem| problem.write(text))
    }

    /// A token that is not needed.
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
        let mend = Suggestion::safe(format!("take `{}` away", self.token(at)), Span { end, ..span }, text);
        Some(problem.mend(mend))
    }

    /// A problem at some tokens.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "every guess ends in it, and a guess may have nothing to say"
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

    /// How many tokens of a chance stand at a place.
    pub(super) fn chance(&self, at: usize) -> usize {
        let frequency = |at: usize| FREQUENCIES.contains(&self.token(at));
        match (self.token(at), self.token(at + 1)) {
            ("almost", _) if frequency(at + 1) => 2,
            _ if frequency(at) => 1,
            (number, "%") if is_number(number) => 2,
            (number, "of" | "in") if is_number(number) && is_number(self.token(at + 2)) => 3,
            _ => 0,
        }
    }
}

/// Words of the language are written small.
fn capital(t: &Tokens<'_>) -> Option<Problem> {
    let places = [Some(0), t.here.checked_sub(1), Some(t.here)];
    let found = places.into_iter().flatten().find(|at| {
        let (word, small) = (t.token(*at), t.token(*at).to_lowercase());
        word != small && is_known(&small)
    })?;
    let (word, small) = (t.token(found), t.token(found).to_lowercase());
    t.instead(found, found + 1, format!("`{word}` is written in small letters"), &small)
}

/// Signs that other languages and ordinary writing put at the end of a line, or before what is said.
fn needless_sign(t: &Tokens<'_>) -> Option<Problem> {
    let last = t.here + 1 == t.all.len();
    match t.here() {
        ";" => t.without(t.here, "no `;` is needed: a part ends with its line", "take it away"),
        "." if last => t.without(t.here, "no point is needed: a part ends with its line", "take it away"),
        ":" if t.back(1) == "when" || t.back(1) == "given" => {
            t.without(t.here, format!("no `:` stands behind `{}`", t.back(1)), "take it away")
        }
        "#" => t.instead(t.here, t.here + 1, "a comment does not begin with `#`", "//"),
        "[" => t.at(
            t.here,
            "square brackets have no meaning here",
            "a list needs no brackets: `a, b`; around a condition write `(` and `)`",
        ),
        "'" | "`" => t.at(
            t.here,
            format!("`{}` is no quote here", t.here()),
            "put texts in straight double quotes: `\"…\"`",
        ),
        _ => None,
    }
}

/// A number where a chance is wanted, and how people write that elsewhere.
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
            format!("`{number}/{next}` is not read as a chance"),
            &format!("{number} in {next}"),
        ),
        "," if is_number(next) => t.instead(
            from,
            t.here + 2,
            "a number has a decimal point, not a comma",
            &format!("{number}.{next}"),
        ),
        _ => {
            let value: f64 = number.parse().ok()?;
            let percent = if value < 1.0 { (value * 1000.0).round() / 10.0 } else { value };
            let cause = t.piece == Rule::only_cause_line;
            let other = if cause { "in 50 of 1000 tickets" } else { "17 of 20" };
            let help = format!("write `{percent} %`; counted numbers are written `{other}`");
            let message = format!("`{number}` alone is no {}", if cause { "share" } else { "chance" });
            let problem = t.at(from, message, help)?;
            let written = format!("{percent} %");
            let mend = Suggestion::guess(format!("write `{written}`"), problem.span(), written);
            Some(problem.mend(mend))
        }
    }
}

/// `in 500-599`, `in 500 to 599`.
fn range(t: &Tokens<'_>) -> Option<Problem> {
    let at = t.position("in").filter(|at| is_number(t.token(at + 1)))?;
    let sign = ["-", "–", "—", "to", "until", "and", "…"].contains(&t.token(at + 2));
    if !sign || !is_number(t.token(at + 3)) || t.here > at + 3 {
        return None;
    }
    let (low, high) = (t.token(at + 1), t.token(at + 3));
    t.instead(at + 1, at + 4, "this is not read as a range", &format!("{low}..{high}"))
}

/// `is greater than`.
fn comparative(t: &Tokens<'_>) -> Option<Problem> {
    let than = (t.here.saturating_sub(1)..=t.here + 1).find(|at| t.token(*at) == "than")?;
    let sign = match t.token(than.checked_sub(1)?) {
        "greater" | "bigger" | "larger" | "more" | "longer" | "higher" | "later" | "older" => ">",
        "less" | "smaller" | "fewer" | "shorter" | "lower" | "earlier" | "younger" => "<",
        _ => return None,
    };
    let from = if than >= 2 && t.token(than - 2) == "is" { than - 2 } else { than - 1 };
    let written = t.text(from, than + 1);
    t.instead(from, than + 1, format!("`{written}` is written as a sign"), sign)
}

/// A line goes on behind `and`, never before it.
fn joined_at_the_wrong_end(t: &Tokens<'_>) -> Option<Problem> {
    let (here, before) = (t.here(), t.back(1));
    let start = t.all.get(t.here).map_or(0, |(start, _)| *start);
    let line_begins =
        t.place.text.get(..start).is_some_and(|b| b.trim_end_matches([' ', '\t']).ends_with('\n'));
    if matches!(here, "and" | "or") && (t.here == 0 || line_begins) {
        let message = format!("a line does not begin with `{here}`");
        return t.at(
            t.here,
            message,
            format!("put `{here}` at the end of the line before: there it goes on"),
        );
    }
    if here.is_empty() && matches!(before, "and" | "or") {
        let message = format!("nothing stands behind `{before}`");
        return t.at(t.here - 1, message, format!("take `{before}` away, or write the second condition"));
    }
    None
}

/// What is missing or doubled in a condition.
fn condition(t: &Tokens<'_>) -> Option<Problem> {
    let (here, next) = (t.here(), t.token(t.here + 1));
    match here {
        "=" if t.token(t.here + 1) == ">" => t.instead(t.here, t.here + 2, "`=>` is not read here", ">="),
        "<" | ">" if t.back(1) == "=" => {
            t.instead(t.here - 1, t.here + 1, format!("`={here}` is not read here"), &format!("{here}="))
        }
        "<" | ">" if t.all.iter().take(t.here).any(|(_, sign)| matches!(*sign, "<" | ">")) => t.at(
            t.here,
            "a value is compared once",
            "write `… between 1 min and 5 min`, or two comparisons with `and`",
        ),
        "\"" => None,
        _ if t.expects(Rule::pattern) && here.starts_with('"') => {
            let inner = here.trim_matches('"');
            t.at(
                t.here,
                "a pattern stands between slashes",
                format!("write `matches /{inner}/`, or `contains \"{inner}\"`"),
            )
        }
        _ if t.expects(Rule::k_of) && t.back(1) == "one" => t.at(
            t.here,
            "`of` is missing here",
            format!("write `one of {here}{}`", if next == "," { ", …" } else { "" }),
        ),
        _ if t.expects(Rule::k_where) && t.here >= 2 => t.at(
            t.here,
            "`where` is missing here",
            format!("write `{} where {}`", t.text(t.here - 2, t.here), t.text(t.here, t.all.len())),
        ),
        _ if t.expects(Rule::direction) => t.at(
            t.here,
            "`before` or `after` is missing here",
            format!("write `{} before {here}`, or `after`", t.text(t.here.saturating_sub(3), t.here)),
        ),
        _ => None,
    }
}

/// The name and title of a declaration.
fn head(t: &Tokens<'_>) -> Option<Problem> {
    let keyword = t.token(0);
    let part = matches!(t.piece, Rule::only_cause_line | Rule::only_rule_line | Rule::only_fix_line);
    if !DECLARATIONS.contains(&keyword) || keyword == "facts" || part {
        return None;
    }
    let (here, titled) = (t.here(), matches!(keyword, "symptom" | "rule" | "cause" | "fix"));
    if titled && keyword != "symptom" && t.here == 2 && here == ":" {
        let help = format!(
            "write `{keyword} {} {{` here, and `}}` behind the last line that belongs to it",
            t.token(1)
        );
        return t.at(2, format!("no `:` stands behind the name of a {keyword}"), help);
    }
    if t.here == 1 && t.expects(Rule::name) {
        let example = format!("write `{keyword} some_name{}`", if titled { " \"…\"" } else { ": …" });
        if here.starts_with('"') && is_name(t.token(2)) {
            let help = format!("write `{keyword} {} {here}`", t.token(2));
            return t.at(1, "the name comes before the title", help);
        }
        if here.starts_with(|c: char| c.is_ascii_digit()) {
            let help = match here.split_once('_') {
                Some((digits, word)) if is_name(word) => format!("begin it with a letter: `{word}_{digits}`"),
                _ => format!("begin it with a letter: `no_{here}`"),
            };
            return t.at(1, format!("`{here}` is no name: a name begins with a letter"), help);
        }
        return (!is_known(here)).then(|| t.at(1, format!("this {keyword} has no name"), example))?;
    }
    let rest = t.all.len() - usize::from(t.token(t.all.len().saturating_sub(1)) == "{");
    let words = t.here >= 2 && t.here < rest && here.starts_with(char::is_alphabetic) && !is_known(here);
    if !titled || !words || t.all.iter().take(t.here).any(|(_, token)| token.starts_with('"')) || t.here > 2 {
        return None;
    }
    if t.all.iter().any(|(_, token)| token.starts_with('"')) {
        let name = t.all.iter().take(rest).skip(1).map_while(|(_, w)| (!w.starts_with('"')).then_some(*w));
        let name = name.collect::<Vec<_>>().join("_");
        return t.at(t.here, "a name is one word", format!("write `{name}`"));
    }
    let title = t.text(t.here, rest);
    let help = format!("write `{keyword} {} \"{title}\"`", t.token(1));
    t.over(t.here, rest, "a title stands in quotes", help)
}

/// The type of a fact, and what stands before it.
fn fact_head(t: &Tokens<'_>) -> Option<Problem> {
    let (here, next, before) = (t.here(), t.token(t.here + 1), t.back(1));
    let types = "a type is `yes/no`, `one of a, b`, `number`, `duration`, `text` and the like";
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
                t.at(t.here, "a type stands behind a colon", "write `:` instead of `=`")
            }
            _ if here.starts_with(char::is_alphabetic) && !is_known(here) && t.here <= 2 => {
                let help = format!("write `{before}_{here}`, or `{before}: {here}` if it is the type");
                t.at(t.here, format!("`{here}` stands behind a name, which is one word"), help)
            }
            _ => t.at(
                t.here,
                format!("the type of `{before}` is missing"),
                format!(
                    "write `{before}: {}`; {types}",
                    if t.token(0) == "derive" { "duration" } else { "yes/no" }
                ),
            ),
        };
    }
    if t.expects(Rule::equals) && here == "is" {
        return t.at(t.here, "what is computed stands behind `=`", "write `=` instead of `is`");
    }
    if (before, here, next) == ("no", "/", "yes") {
        return t.over(t.here - 1, t.here + 2, "there is no type `no/yes`", "write `yes/no`");
    }
    if (before, here) == ("yes", "or") {
        return t.over(t.here - 1, t.here + 2, "this is no type", "write `yes/no`");
    }
    if t.expects(Rule::value) && is_number(here) && t.chance(t.here.saturating_sub(1)) == 1 {
        let help = "rates stand on `yes`, or on a value of `one of`; those of an amount stand in the symptom in levels that cuts it";
        return t.at(t.here, format!("`{here}` is no value that a rate could stand on"), help);
    }
    let listed = t.position("of").is_some_and(|at| at < t.here) && t.position("table").is_none();
    if listed && t.expects(Rule::value) && matches!(before, "of" | ",") {
        return match here {
            "(" => t.at(t.here, "a list stands without brackets", "write `one of a, b`"),
            _ if here.starts_with(|c: char| c.is_ascii_digit()) => t.at(
                t.here,
                format!("`{here}` is no value: a value begins with a letter"),
                "write a word, or make the type `number`",
            ),
            _ if here.starts_with('"') => t.at(
                t.here,
                "a value stands without quotes",
                format!("write `{}`", here.trim_matches('"').replace([' ', '-'], "_")),
            ),
            _ if is_known(here) => reserved(t),
            _ => t.at(t.here, "the values are missing", format!("write `{} of a, b, c`", t.back(2))),
        };
    }
    if listed && matches!(here, "or" | "and") && before != "no" {
        return t.at(t.here, "values are listed with commas", "write a comma instead");
    }
    if listed && is_name(here) && is_name(before) {
        return t.at(
            t.here,
            format!("a comma is missing before `{here}`"),
            format!("write `{before}, {here}`"),
        );
    }
    if before == "of" && t.back(2) == "table" {
        return t.at(
            t.here,
            "the columns of a table stand in `{` and `}`",
            format!("write `table of {{ {} }}`", t.text(t.here, t.all.len())),
        );
    }
    None
}

/// A word of the language where a name is wanted.
fn reserved(t: &Tokens<'_>) -> Option<Problem> {
    let here = t.here();
    let message = format!("`{here}` is a word of the language, so nothing can be called that");
    t.at(t.here, message, format!("call it `{here}_` or something longer"))
}

/// A symptom and its levels.
fn symptom(t: &Tokens<'_>) -> Option<Problem> {
    let (here, next, before) = (t.here(), t.token(t.here + 1), t.back(1));
    if t.token(0) == "symptom" {
        return match here {
            "=" | ":" => t.at(
                t.here,
                "the condition of a symptom stands behind `when`",
                format!("write `when` instead of `{here}`"),
            ),
            "levels" | "kinds" if before != "in" => {
                t.at(t.here, "`in` is missing here", format!("write `in {here}`"))
            }
            "" if t.expects(Rule::k_when) => t.at(
                t.here,
                "this symptom does not say when it is so",
                "go on with `when` and a condition, or with `in levels {`",
            ),
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
        ":" => t.at(t.here, "no `:` stands behind a level", format!("write `{before} when …`")),
        "-" | "=" if next == ">" => t.over(t.here, t.here + 2, "an arrow is not read here", "write `when`"),
        "=" | "<" | ">" => t.at(
            t.here,
            format!("`when` is missing before `{here}`"),
            format!("write `{before} when …` and a whole comparison"),
        ),
        _ if t.expects(Rule::k_when) && is_name(here) => t.at(
            t.here,
            format!("`when` is missing before `{here}`"),
            format!("write `{} when {}`", t.text(0, t.here), t.text(t.here, t.all.len())),
        ),
        "" if t.expects(Rule::k_when) => t.at(
            t.here,
            format!("this does not say when it is `{}`", t.token(0)),
            "go on with `when` and a condition, or with `otherwise`",
        ),
        _ => None,
    }
}

/// A text that stands without its quotes.
fn text_without_quotes(t: &Tokens<'_>) -> Option<Problem> {
    let here = t.here();
    let other =
        [Rule::k_when, Rule::open, Rule::name, Rule::k_levels, Rule::close, Rule::otherwise, Rule::first];
    let asked = t.back(1) == "ask";
    if !t.expects(Rule::string) || other.iter().any(|which| t.expects(*which)) && !asked {
        return None;
    }
    if !here.starts_with(char::is_alphanumeric) {
        if t.here() == ":" {
            return t.without(t.here, format!("no `:` stands behind `{}`", t.back(1)), "take it away");
        }
        return t.at(t.here, "a text in quotes is missing here", format!("write `{} \"…\"`", t.back(1)));
    }
    let ends = |token: &str| matches!(token, "{" | "}" | "and" | "or" | ")");
    let end = (t.here..t.all.len()).find(|at| ends(t.token(*at))).unwrap_or(t.all.len());
    let text = t.text(t.here, end);
    t.over(t.here, end, "a text stands in quotes", format!("write `{} \"{text}\"`", t.back(1)))
}

/// A name in quotes.
fn quoted_name(t: &Tokens<'_>) -> Option<Problem> {
    let wanted = t.expects(Rule::name) || t.expects(Rule::value) || t.expects(Rule::names);
    if !t.here().starts_with('"') || !wanted || t.expects(Rule::string) || t.here == 0 {
        return None;
    }
    let name = t.here().trim_matches('"').replace([' ', '-'], "_");
    t.instead(t.here, t.here + 1, "a name stands without quotes", &name)
}

/// A word before the end of the line that is nearly one of those that are missing in it.
fn misspelt(t: &Tokens<'_>, words: &[&'static str]) -> Option<Problem> {
    if words.iter().any(|word| t.position(word).is_some()) {
        return None;
    }
    let near =
        |at: &usize| is_name(t.token(*at)) && did_you_mean(t.token(*at), words.iter().copied()).is_some();
    let at = (1..=t.here).find(near)?;
    let meant = did_you_mean(t.token(at), words.iter().copied())?;
    let problem = t.at(at, format!("`{}` is not a word here", t.token(at)), String::new())?;
    Some(problem.meant(meant))
}

/// `usually with some_cause`, in another order or with something missing.
fn rule_line(t: &Tokens<'_>) -> Option<Problem> {
    if t.piece != Rule::only_rule_line {
        return None;
    }
    let (first, here) = (t.token(0), t.here());
    if first == "rule" && t.token(1) == "out" {
        return t.instead(0, 2, "`rule out` is not read here", "rules out");
    }
    if let Some(problem) = chance_elsewhere(t) {
        return Some(problem);
    }
    if COMMONNESS.contains(&first) || first == "very" {
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
        return t.at(at + 1, format!("a comma is missing before `{b}`"), format!("write `{a}, {b}`"));
    }
    if matches!(here, "and" | "or" | "&" | "+") && t.here > start {
        return t.at(t.here, "causes are listed with commas", "write a comma instead");
    }
    (t.here == start + 1 && here.is_empty()).then(|| {
        let help = format!("write `{} some_cause`", t.text(0, t.here));
        t.at(t.here, format!("nothing stands behind `{}`", t.token(start)), help)
    })?
}

/// The chance of a line stands before everything else.
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
    t.at(0, "the chance comes first in a line", format!("write `{line}`"))
}

/// A line that names no cause.
fn without_cause(t: &Tokens<'_>, chance: usize) -> Option<Problem> {
    let (said, rest) = (t.text(0, chance), t.text(chance, t.all.len()));
    let help = match t.all.len() - chance {
        0 => format!(
            "write `{said} with some_cause`, or `{said} anyway` for how often it is seen with none of the causes named"
        ),
        1 => format!(
            "write `{said} with {rest}`; if `{rest}` is a level, `{said} {rest} with some_cause`, or `anyway`"
        ),
        _ => format!("write `{said} {rest} with some_cause`, or `{said} {rest} anyway`"),
    };
    t.at(t.all.len(), "this line says neither with which cause nor `anyway`", help)
}

/// A part of a cause.
fn cause_line(t: &Tokens<'_>) -> Option<Problem> {
    if t.piece != Rule::only_cause_line {
        return None;
    }
    let (first, here) = (t.token(0), t.here());
    let common = "`very common`, `common`, `uncommon`, `rare`, `very rare`, or a number such as `in 50 of 1000 tickets`";
    if t.here == 0 && FREQUENCIES.contains(&first) {
        return t.at(
            0,
            format!("`{first}` does not say how common a cause is"),
            format!("write one of {common}"),
        );
    }
    if first == "when" {
        let share = t.all.iter().position(|(_, token)| COMMONNESS.contains(token) || *token == "impossible");
        let help = match share {
            Some(at) => format!("write `{} {}`", t.text(at, t.all.len()), t.text(0, at)),
            None => "write `common when …`, and a last line such as `rare otherwise`".to_owned(),
        };
        return t.at(0, "how common it is comes before `when`", help);
    }
    let chance = (1..t.all.len()).find(|at| t.chance(*at) > 0);
    let said = chance.map_or("usually".to_owned(), |at| t.text(at, at + t.chance(at)));
    match first {
        "leads" if t.token(1) != "to" || here.is_empty() => {
            let names = t.all.iter().skip(1).map(|(_, token)| *token).filter(|token| is_name(token));
            let names = names.collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() { "some_cause".to_owned() } else { names };
            let message = if chance.is_some() {
                "the chance comes last here"
            } else {
                "this does not say how often it comes of it"
            };
            t.at(t.here, message, format!("write `leads to {names} {said}`"))
        }
        "shows" if here.is_empty() && chance.is_none() => t.at(
            t.here,
            "this does not say how often it shows",
            format!("write `{} usually`", t.text(0, t.here)),
        ),
        "part" | "fix" if is_name(here) && is_name(t.back(1)) => t.at(
            t.here,
            format!("a comma is missing before `{here}`"),
            format!("write `{}, {here}`", t.back(1)),
        ),
        "part" | "fix" if matches!(here, "and" | "or") => {
            t.at(t.here, "names are listed with commas", "write a comma instead")
        }
        _ => None,
    }
}

/// A part of a fix.
fn fix_line(t: &Tokens<'_>) -> Option<Problem> {
    let (here, before) = (t.here(), t.back(1));
    if matches!(before, "takes" | "waits") {
        let amount = here.trim_matches('"');
        let help = if here.starts_with('"') {
            format!("write `{before} {amount}`, without quotes")
        } else {
            format!("write a number and its unit: `{before} 5 min`")
        };
        return t.at(t.here, format!("`{before}` says a duration"), help);
    }
    if before == "works" {
        let help = "write `works usually`, `works almost always` or `works 80 %`";
        return t.at(t.here, "`works` says how surely: a chance", help);
    }
    if t.piece != Rule::only_fix_line {
        return None;
    }
    let text = t.all.iter().find(|(_, token)| token.starts_with('"')).map_or("\"…\"", |(_, token)| *token);
    if t.here == 0
        && (here.starts_with(|c: char| c.is_ascii_digit()) || here.starts_with(['-', '*', '"', '•']))
    {
        return t.at(0, "each thing to do begins with `step`", format!("write `step {text}`"));
    }
    let named = t.position("by").filter(|by| *by < t.here && is_name(before) && is_name(here));
    named.and_then(|by| {
        t.at(
            t.here,
            "a name is one word",
            format!("write `by {}`", t.text(by + 1, t.here + 1).replace(' ', "_")),
        )
    })
}

/// The parts of each kind of declaration: their first words, and what it can hold.
const PARTS: &[(&str, Rule, &[&str], &str)] = &[
    (
        "a rule",
        Rule::only_rule_line,
        &["given", "when", "usually", "often", "sometimes", "rarely", "always", "never", "almost", "rules"],
        "`given`, `when`, `rules out`, lines such as `usually with some_cause` and `rarely anyway`",
    ),
    (
        "a cause",
        Rule::only_cause_line,
        &["common", "uncommon", "rare", "very", "impossible", "part", "told", "shows", "leads", "fix"],
        "how common it is, `part of`, `told by`, `shows`, `leads to`, `fix` and `see`",
    ),
    (
        "a fix",
        Rule::only_fix_line,
        &["step", "by", "takes", "waits", "works", "risk", "needs", "verify", "does"],
        "`step`, `by`, `takes`, `waits`, `works`, `risk`, `needs approval`, `verify`, `does not` and `see`",
    ),
    (
        "a fact",
        Rule::only_fact_line,
        &["ask", "takes"],
        "`ask`, `takes`, `see` and rates such as `often yes`",
    ),
    ("a symptom", Rule::only_symptom_line, &["when"], "`when`, `see` and rates such as `rarely yes`"),
    (
        "a symptom",
        Rule::only_level_line,
        &["when", "otherwise"],
        "lines such as `slow when …` and `stuck otherwise`",
    ),
];

/// A part that belongs into another kind of declaration.
fn of_another_declaration(t: &Tokens<'_>) -> Option<Problem> {
    let first = t.token(0);
    let (own, _, words, holds) = PARTS.iter().find(|(_, piece, ..)| *piece == t.piece)?;
    if t.here != 0 || words.contains(&first) {
        return None;
    }
    let (other, ..) = PARTS.iter().find(|(_, _, words, _)| words.contains(&first))?;
    t.at(0, format!("`{first}` belongs into {other}, not into {own}"), format!("{own} holds {holds}"))
}
