//! From pest's "expected …" to what a person who has never programmed can act on.
//!
//! pest knows where the text stopped making sense and which rules it tried there. Before that is passed on, this stage reads
//! the words around the place: a word that is nearly one of the language's, a sign of another language, a reserved word used as
//! a name, a line that ends too early.

use std::collections::BTreeSet;

use pest::error::{Error, ErrorVariant, InputLocation};

use super::Rule;
use super::evidence;
use super::suggest::suggest;
use super::words::{self, Body, Kind, is_known};
use crate::problem::{Code, Problem, Suggestion, did_you_mean};
use crate::source::{SourceId, Span};

/// What other languages write, and how it is written here.
const FOREIGN_WORDS: &[(&str, &str)] = &[
    ("if", "when"),
    ("else", "otherwise"),
    ("default", "otherwise"),
    ("then", "a new line"),
    ("equals", "is"),
    ("==", "is"),
    ("!=", "is not"),
    ("&&", "and"),
    ("&", "and"),
    ("||", "or"),
    ("|", "or"),
    ("!", "not"),
    ("≤", "<="),
    ("≥", ">="),
    ("–", "-"),
    ("—", "-"),
    ("−", "-"),
    ("×", "*"),
    ("÷", "/"),
    ("likely", "usually"),
    ("mostly", "usually"),
    ("frequently", "often"),
    ("occasionally", "sometimes"),
    ("seldom", "rarely"),
    ("includes", "has"),
    ("minus", "-"),
    ("plus", "+"),
    ("times", "*"),
    ("seldomly", "rarely"),
    ("true", "yes"),
    ("false", "no"),
];

/// From this length on, a word that is nearly another is a misspelling of it.
const LONG: usize = 5;

/// A piece of text and the place in it where it stopped making sense.
pub(super) struct Place<'a> {
    source: SourceId,
    /// The piece.
    pub(super) text: &'a str,
    base: usize,
    /// Where in the piece.
    pub(super) at: usize,
}

impl<'a> Place<'a> {
    /// Returns the word or sign at a place, and where it starts.
    fn word_at(&self, at: usize) -> (usize, &'a str) {
        let rest = self.text.get(at..).unwrap_or("");
        let start = at + (rest.len() - rest.trim_start().len());
        let rest = rest.trim_start();
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let length = match rest.chars().next() {
            Some(c) if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            Some(c @ ('&' | '|' | '=' | '!')) => {
                rest.find(|d: char| d != c && d != '=' && d != '>').unwrap_or(rest.len())
            }
            Some(c) => c.len_utf8(),
            None => 0,
        };
        (start, rest.get(..length).unwrap_or(""))
    }

    /// Returns the word before a place, and where it starts.
    fn word_before(&self, at: usize) -> (usize, &'a str) {
        let before = self.text.get(..at).unwrap_or("").trim_end();
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let start = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_word(*c))
            .last()
            .map_or(before.len(), |(i, _)| i);
        (start, before.get(start..).unwrap_or(""))
    }

    /// Returns the span of a range of the piece.
    pub(super) fn span(&self, start: usize, length: usize) -> Span {
        Span { source: self.source, start: self.base + start, end: self.base + start + length }
    }
}

/// Returns what is wrong with a piece of text that did not parse.
pub(super) fn diagnose(
    source: SourceId,
    text: &str,
    base: usize,
    error: &Error<Rule>,
    piece: Rule,
) -> Problem {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    let place = Place { source, text, base, at };
    level_as_unit(&place)
        .or_else(|| suggest(&place, &expected, piece))
        .or_else(|| foreign_word(&place, piece))
        .or_else(|| misspelt(&place, &expected, piece))
        .or_else(|| reserved(&place, &expected))
        .or_else(|| hyphenated(&place))
        .unwrap_or_else(|| unexpected(&place, &expected, piece))
}

/// Returns what is wrong where a level or kind stands on the line of a number, which takes it for its unit: `signal < -75  fair when …`.
fn level_as_unit(place: &Place<'_>) -> Option<Problem> {
    let (start, word) = place.word_at(place.at);
    let (level_at, level) = place.word_before(start);
    let (number_at, number) = place.word_before(level_at);
    let begins = |text: &str, is: fn(char) -> bool| text.starts_with(is);
    let same_line = !place.text.get(number_at..start)?.contains('\n');
    let unit = words::is(level, Kind::Unit) || words::is(&level.to_lowercase(), Kind::Unit);
    let is_level = begins(level, char::is_alphabetic) && !is_known(level) && !unit;
    if !["when", "otherwise"].contains(&word)
        || !is_level
        || !begins(number, |c| c.is_ascii_digit())
        || !same_line
    {
        return None;
    }
    let message = format!("`{level}` is read as the unit of `{number}`");
    let behind = number_at + number.len();
    let gap = place.span(behind, level_at - behind);
    Some(
        Problem::error(Code::Syntax, place.span(level_at, level.len()), message)
            .help(format!("begin a new line before `{level}`"))
            .suggest(Suggestion::safe(format!("begin a new line before `{level}`"), gap, "\n  ")),
    )
}

/// Returns what is wrong with a text that begins with no declaration's keyword.
pub(super) fn no_declaration(span: Span, word: &str, rest: &str) -> Problem {
    if let Some(sign) = ["#", "*", "/*", "--", "<!--"].into_iter().find(|sign| rest.starts_with(sign)) {
        let problem = Problem::error(Code::Syntax, span, "comments begin with `//`");
        let own = Span { end: span.start + sign.len(), ..span };
        let line = matches!(sign, "#" | "--" | "*");
        let suggestions = line.then(|| Suggestion::safe("write `//`", own, "//")).into_iter().collect();
        return Problem { suggestions, ..problem.help("begin each line of the comment with `//`") };
    }
    if matches!(word, "import" | "include" | "use" | "uses" | "require") {
        return Problem::error(Code::Syntax, span, format!("no declaration begins with `{word}`")).help(
            "the files of a folder share their names; to use another pack, write `uses: [\"…\"]` in pack.ron",
        );
    }
    // `rules x {`: one of them is a `rule`.
    let singular = words::of_kind(Kind::Declaration).find(|one| {
        *one != "facts" && (word == format!("{one}s") || word == format!("{one}es")) && word != "facts"
    });
    if let Some(singular) = singular
        && rest.get(word.len()..).is_some_and(|rest| rest.trim_start().starts_with(char::is_alphabetic))
    {
        let message = format!("no declaration begins with `{word}`");
        return Problem::error(Code::Syntax, span, message).meant(singular);
    }
    let small = word.to_lowercase();
    if small != word && words::is(&small, Kind::Declaration) {
        return Problem::error(Code::Syntax, span, format!("`{word}` must be lowercase")).write(&small);
    }
    if is_known(word) && !rest.get(word.len()..).is_some_and(|rest| rest.starts_with(':')) {
        return Problem::error(Code::Syntax, span, format!("`{word}` is outside of any declaration"))
            .help("move it between the `{` and `}` of a declaration");
    }
    let help = || {
        "a declaration begins with `fact`, `derive`, `symptom`, `rule`, `cause`, `fix`, `records` or `tickets`; a comment with `//`"
            .to_owned()
    };
    let message = if word.is_empty() {
        "this is not a declaration".to_owned()
    } else {
        format!("no declaration begins with `{word}`")
    };
    let meant = did_you_mean(word, words::of_kind(Kind::Declaration));
    match evidence::table(Problem::error(Code::Syntax, span, message), word, rest) {
        Ok(problem) => problem,
        Err(problem) => problem.meant_or(meant, help),
    }
}

/// Recognises a word or sign of another language.
fn foreign_word(place: &Place<'_>, piece: Rule) -> Option<Problem> {
    let here = place.word_at(place.at);
    let before = place.word_before(place.at);
    [here, before].into_iter().find_map(|(start, word)| {
        let (_, meant) = FOREIGN_WORDS.iter().find(|(theirs, _)| *theirs == word.to_lowercase())?;
        if piece == Rule::only_cause_line && words::is(meant, Kind::Frequency) {
            return None;
        }
        let problem = Problem::error(
            Code::Syntax,
            place.span(start, word.len()),
            not_of_the_language(word),
        );
        if piece == Rule::only_rule_line && word.eq_ignore_ascii_case("if") {
            let help = "write `given …` for the context in which the rule counts, or `when …` for what it observes, on a line of its own";
            let span = problem.span();
            return Some(problem.help(help).rewrite(span, "given"));
        }
        if meant.contains(' ') && !meant.starts_with("is") {
            return Some(problem.help(format!("start {meant}")));
        }
        // How often something is seen is the author's to say.
        if words::is(meant, Kind::Frequency) {
            return Some(problem.meant(meant).help(format!("write `{meant}`")));
        }
        // A sign touches what follows, a word does not.
        let follows = place.text.get(start + word.len()..).and_then(|rest| rest.chars().next());
        let wordy = |c: char| c.is_alphanumeric() || c == '_';
        let blank = if meant.ends_with(wordy) && follows.is_some_and(wordy) { " " } else { "" };
        let suggestion = Suggestion::safe(format!("write `{meant}`"), problem.span(), format!("{meant}{blank}"));
        Some(problem.help(format!("write `{meant}`")).suggest(suggestion))
    })
}

/// Recognises a word that is nearly one that could stand there.
fn misspelt(place: &Place<'_>, expected: &[Rule], piece: Rule) -> Option<Problem> {
    let here = place.word_at(place.at);
    let before = place.word_before(place.at);
    let first = place.word_at(0);
    // Where the word itself is right, the mistake is before it.
    let wrong = !is_known(here.1) || expected.iter().any(|which| wants_name(*which));
    let inside = |word| near(place, word, words::in_bodies());
    wrong
        .then(|| inside(here))
        .flatten()
        .or_else(|| inside(before))
        .or_else(|| near(place, first, beginnings(piece)))
}

/// Says that a word or sign is not one of the language's.
fn not_of_the_language(word: &str) -> String {
    let kind = if word.starts_with(char::is_alphabetic) { "a word" } else { "part" };
    format!("`{word}` is not {kind} of the language")
}

fn near(
    place: &Place<'_>,
    (start, word): (usize, &str),
    words: impl IntoIterator<Item = &'static str>,
) -> Option<Problem> {
    // The second word of a declaration is its name.
    let head = place.text.get(..start).unwrap_or("").trim();
    if word.len() < 3 || is_known(word) || words::is(word, Kind::Unit) || words::is(head, Kind::Declaration) {
        return None;
    }
    let meant = did_you_mean(word, words)?;
    let span = place.span(start, word.len());
    let problem =
        Problem::error(Code::Syntax, span, format!("`{word}` is not a word of the language")).meant(meant);
    // A long word that is nearly one of the language is no name.
    Some(if word.len() >= LONG { problem.mark_safe() } else { problem })
}

/// Returns the words that may stand first in a piece.
fn beginnings(piece: Rule) -> Vec<&'static str> {
    match body(piece) {
        Some(body) => words::beginning(body).collect(),
        None => words::of_kind(Kind::Declaration).collect(),
    }
}

/// Returns the body of which a piece is a line.
pub(super) fn body(piece: Rule) -> Option<Body> {
    match piece {
        Rule::only_rule_line => Some(Body::Rule),
        Rule::only_cause_line => Some(Body::Cause),
        Rule::only_fix_line => Some(Body::Fix),
        Rule::only_fact_line | Rule::only_visit_line => Some(Body::Fact),
        Rule::only_level_line | Rule::only_symptom_line => Some(Body::Symptom),
        Rule::only_records_line => Some(Body::Records),
        Rule::only_ticket_keys_line => Some(Body::Tickets),
        _ => None,
    }
}

fn wants_name(which: Rule) -> bool {
    matches!(which, Rule::name | Rule::value | Rule::names | Rule::values)
}

/// Recognises a word of the language where a name is wanted.
fn reserved(place: &Place<'_>, expected: &[Rule]) -> Option<Problem> {
    let (start, word) = place.word_at(place.at);
    if !expected.iter().any(|which| wants_name(*which)) || !is_known(word) {
        return None;
    }
    let (_, before) = place.word_before(place.at);
    if words::is(before, Kind::Declaration) {
        let message = format!("`{word}` is a reserved word and cannot be a name");
        return Some(
            Problem::error(Code::Syntax, place.span(start, word.len()), message)
                .help(format!("write another name, such as `{word}_`"))
                .rewrite(place.span(start, word.len()), &format!("{word}_")),
        );
    }
    let message = format!("a name is missing before `{word}`");
    let behind = place.text.get(..place.at).unwrap_or("").trim_end();
    if behind.ends_with(',') {
        let message = format!("expected a name after the comma, found `{word}`");
        return Some(
            Problem::error(Code::Syntax, place.span(behind.len() - 1, 1), message)
                .help("remove the comma")
                .suggest(Suggestion::uncertain("remove the comma", place.span(behind.len() - 1, 1), "")),
        );
    }
    Some(Problem::error(Code::Syntax, place.span(start, word.len()), message).help("write a name here"))
}

/// Recognises a name with a hyphen in it.
fn hyphenated(place: &Place<'_>) -> Option<Problem> {
    let (start, before) = place.word_before(place.at);
    let rest = place.text.get(place.at..)?.strip_prefix('-')?;
    let tail: String = rest.chars().take_while(|c| c.is_alphanumeric() || "_-.".contains(*c)).collect();
    if !before.starts_with(char::is_alphabetic) || tail.is_empty() {
        return None;
    }
    let written = format!("{before}-{tail}");
    let problem = Problem::error(
        Code::Syntax,
        place.span(start, written.len()),
        format!("`{written}` is not a name: names have no hyphens"),
    );
    let span = problem.span();
    Some(problem.rewrite(span, &written.replace('-', "_")))
}

/// Says what was expected, where nothing better is known.
fn unexpected(place: &Place<'_>, expected: &[Rule], piece: Rule) -> Problem {
    let (start, word) = place.word_at(place.at);
    let wanted: BTreeSet<&str> = expected.iter().filter_map(|which| in_words(*which)).collect();
    let wanted: Vec<&str> = wanted.into_iter().collect();
    let example = example(piece, place.word_at(0).1);
    let line_ends = word.is_empty();
    let message = match wanted.as_slice() {
        [only] if only.starts_with('`') => format!("expected {only} here"),
        _ if line_ends => "this line is incomplete".to_owned(),
        _ => format!("unexpected `{word}`"),
    };
    let (start, length) = if line_ends { (place.text.trim_end().len(), 0) } else { (start, word.len()) };
    let list = match wanted.split_last() {
        Some((last, others @ [_, ..])) => format!("expected {} or {last}; ", others.join(", ")),
        Some((only, [])) if !only.starts_with('`') => format!("expected {only}; "),
        _ => String::new(),
    };
    let goes_on = if line_ends {
        "; a line continues only after a comma, `=`, `and` or `or`, and inside brackets"
    } else {
        ""
    };
    Problem::error(Code::Syntax, place.span(start, length), message).help(format!("{list}{example}{goes_on}"))
}

const RECORDS_HEAD: &str = "for example `records log from lines in \"*.log\" {`, `records refusal from last deliveries where (action is failed)`";
const TICKETS_HEAD: &str = "for example `tickets by recipient {`";

/// Returns a line as it should look.
fn example(piece: Rule, keyword: &str) -> &'static str {
    match piece {
        Rule::only_declaration if keyword == "symptom" => {
            "for example `symptom slow \"It answers slowly\" when answer.time > 10 s`"
        }
        Rule::only_declaration if keyword == "derive" => {
            "for example `derive answer.time: duration = answered_at - asked_at`"
        }
        Rule::only_declaration if keyword == "facts" => {
            "for example `facts from \"The device's log\" takes 2 min {`"
        }
        Rule::only_declaration if keyword == "records" => RECORDS_HEAD,
        Rule::only_declaration if keyword == "tickets" => TICKETS_HEAD,
        Rule::only_declaration if keyword == "rule" => "for example `rule slow {`",
        Rule::only_declaration if keyword == "cause" => {
            "for example `cause disk_full \"The disk is full\" {`"
        }
        Rule::only_declaration if keyword == "fix" => "for example `fix free_space \"Free some space\" {`",
        Rule::only_fact_line | Rule::only_visit_line if keyword == "read" => {
            "for example `read last text of deliveries`, `read yes when any deliveries where (action is failed)`"
        }
        Rule::only_rule_line => "for example `usually with some_cause` or `rarely anyway`",
        Rule::only_cause_line => "for example `common when some.fact`, `fix some_fix`",
        Rule::only_fix_line => "for example `step \"…\"`, `takes 5 min`",
        Rule::only_fact_line => "for example `ask \"…\"`, `often yes`",
        Rule::only_visit_line | Rule::only_visit_fact_head => "for example `asked_at: time ask \"…\"`",
        Rule::only_level_line => "for example `slow when answer.time <= 5 s`, `stuck otherwise`",
        Rule::only_symptom_line => "for example `when answer.code is 5`",
        Rule::only_visit_head => "for example `facts from \"The device's log\" takes 2 min {`",
        Rule::only_fact_head => "for example `fact device.age: duration {`",
        Rule::only_records_head => RECORDS_HEAD,
        Rule::only_records_line => "for example `starts /^(?<at>\\S+) (?<text>.*)$/`, `at: time`",
        Rule::only_ticket_keys_head => TICKETS_HEAD,
        Rule::only_ticket_keys_line => {
            "for example `opened by deliveries where action is failed`, `fine when some.fact \"It was delivered.\"`"
        }
        Rule::only_symptom_head => "for example `symptom speed \"How fast it answers\" in levels {`",
        Rule::only_rule_head => "for example `rule slow {`",
        Rule::only_cause_head => "for example `cause disk_full \"The disk is full\" {`",
        Rule::only_fix_head => "for example `fix free_space \"Free some space\" {`",
        _ => "for example `fact device.age: duration { ask \"…\" }`",
    }
}

/// Returns what people call a rule of the grammar; none for what does not help.
fn in_words(which: Rule) -> Option<&'static str> {
    Some(match which {
        Rule::name | Rule::names => "a name",
        Rule::value | Rule::values => "a value",
        Rule::string => "a text in quotes",
        Rule::pattern => "a pattern between slashes",
        Rule::number | Rule::quantity | Rule::integer => "a number",
        Rule::chance
        | Rule::entry
        | Rule::entries
        | Rule::frequency
        | Rule::figure
        | Rule::rates
        | Rule::rate => "a chance such as `usually` or `80 %`",
        Rule::r#type | Rule::scalar_type | Rule::one_of => "a type",
        Rule::condition | Rule::term | Rule::comparison | Rule::sum | Rule::atom => "a condition",
        Rule::with | Rule::k_with => "`with` and the causes",
        Rule::anyway => "`anyway`",
        Rule::otherwise => "`otherwise`",
        Rule::when | Rule::k_when => "`when`",
        Rule::open => "`{`",
        Rule::close => "`}`",
        Rule::open_round => "`(`",
        Rule::close_round => "`)`",
        Rule::colon => "`:`",
        Rule::equals => "`=`",
        Rule::comma => "`,`",
        Rule::dots => "`..`",
        Rule::k_of => "`of`",
        Rule::k_to => "`to`",
        Rule::k_out => "`out`",
        Rule::k_by => "`by`",
        Rule::k_from => "`from`",
        Rule::k_where => "`where`",
        Rule::k_least => "`least`",
        Rule::k_levels => "`levels`",
        Rule::k_kinds => "`kinds`",
        Rule::k_approval => "`approval`",
        Rule::k_and => "`and`",
        Rule::k_each => "`each`",
        Rule::k_decimal => "`decimal`",
        Rule::shape => "`lines`, `fields`, `csv`, `json` or `xml`",
        Rule::places | Rule::place | Rule::path => "where a cell stands",
        Rule::read_column => "a column with its type",
        Rule::k_tickets => "`tickets`",
        Rule::direction => "`before` or `after`",
        _ => return None,
    })
}
