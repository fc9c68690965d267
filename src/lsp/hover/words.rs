//! Words of the language: the numbers of those for how often and how common, and what the others say.

use crate::lsp::inlay::one_in;
use crate::lsp::lexer::{Kind, Token, tokens};
use crate::lsp::view::View;
use crate::source::Span;
use crate::syntax::ast::{Commonness, Frequency};
use crate::value::scale::FrequencyScale;
use crate::value::write_chance;

/// What words of the language say. Where two of them belong together, both are found.
const WORDS: &[(&str, &str)] = &[
    ("fact", "what may be looked up: its type, the question that obtains it, what asking costs"),
    ("derive", "a fact that follows from others"),
    ("symptom", "a condition with a name, over facts and other symptoms"),
    ("rule", "how often a symptom is seen with each cause, and how often anyway"),
    ("cause", "what may be wrong, how common it is, what removes it"),
    ("fix", "what to do; in a cause, what removes it"),
    ("anyway", "how often this is seen in tickets in which none of the causes of the rule is there"),
    (
        "with",
        "how often this is seen where that cause is the only one, as one would count it in closed tickets",
    ),
    ("given", "the rule speaks only where this is true; where it is false or unknown, the rule is silent"),
    ("when", "the condition under which it is so"),
    ("otherwise", "where none of the lines above is true"),
    (
        "rules out",
        "with that cause there, this is never seen: absolutely, so only for what is so by definition",
    ),
    ("told by", "a direct check: almost always so with this cause, never anyway"),
    ("shows", "joins a rule that stands elsewhere: how often its symptom is seen with this cause"),
    ("leads to", "how often that comes of this; what it leads to has its own share beside"),
    ("part of", "groups of causes; a rule that names the group means each of them"),
    ("impossible", "never so, by definition: no fact can make it likely again"),
    ("takes", "the hands-on minutes that it costs"),
    ("waits", "how long it then takes by itself"),
    ("works", "how surely the fix removes the cause; usually, where nobody says"),
    ("in levels", "from the normal one upward; the first line that is true is it"),
    ("in kinds", "without an order; the first line that is true is it, the normal one last"),
    ("ask first", "this question comes before all others"),
    ("allow", "a warning that is known and all right; behind it stands why"),
    ("facts from", "facts that one visit answers: its minutes are paid once"),
    (
        "is known",
        "somebody recorded it, or it can be computed; every other condition on an unknown is neither true nor false",
    ),
    ("is none", "somebody looked, and there is none"),
    ("at least", "this level or a higher one"),
    ("records", "rows that are read from artefacts: a bounce, a log, a DNS answer, an export"),
    (
        "from",
        "where the rows come from: a table that `ruleout readers` lists, another of the pack, or text as it is declared here",
    ),
    ("read", "how evidence gives the fact a value; the first line that is true, or gives a value, counts"),
    ("matching", "the part of a text that the pattern matches: its group, or all of it"),
    ("all tickets", "looks past the rows of this ticket, at all that was read"),
    ("within any", "the most rows in a window of that length, wherever it begins"),
    ("count different", "how many values a column has, each counted once"),
    ("tickets by", "which rows belong to one ticket: those that agree in these columns"),
    ("opened by", "the rows that begin tickets; the first line that has some counts"),
    ("fine when", "where there is nothing to diagnose, and what is said then"),
    ("for each", "one row for each value of a column"),
    ("starts", "the line that begins a record: each group of the pattern is a column"),
    ("also", "a line that fills further columns of a record"),
    ("example", "a text, or the name of a file, that must be read"),
    ("complete", "there are no other rows than those that are read: what is not there is not so"),
    ("lines", "records that begin with a line that matches a pattern"),
    ("fields", "records of names with their values: `State: up`"),
    ("csv", "comma separated values with a line of names"),
    ("json", "JSON, or a line of JSON each"),
    ("xml", "XML"),
    ("as", "the letters of a time: `as \"yyyy-MM-dd HH:mm\"`"),
    ("decimal", "the sign before decimals: `with \",\" decimal`"),
    ("where", "the rows that count"),
    ("last", "the newest row by the table's times, or the one that stands last"),
    ("least", "the least value of the column"),
    ("greatest", "the greatest value of the column"),
    ("sum", "the sum of the column"),
];

/// Says what a word of the language at an offset means, and where it stands.
pub(super) fn word(view: &View<'_>, offset: usize) -> Option<(String, Span)> {
    let all = tokens(view.text());
    let at = all.iter().position(|token| token.range.start <= offset && offset <= token.range.end)?;
    let is_word = all.get(at).is_some_and(|token| token.kind == Kind::Word);
    // The cursor between two tokens belongs to the word of them.
    let at = if is_word { at } else { at + 1 };
    all.get(at).filter(|token| token.kind == Kind::Word && token.range.start <= offset)?;
    let pairs = [at.checked_sub(1).map(|before| (before, at)), Some((at, at + 1)), Some((at, at))];
    pairs.into_iter().flatten().find_map(|(from, to)| said(view, all.get(from)?, all.get(to)?))
}

/// Says what the words from one token to another mean together.
fn said(view: &View<'_>, from: &Token, to: &Token) -> Option<(String, Span)> {
    let span = Span { source: view.id, start: from.range.start, end: to.range.end };
    let words = view.under(span).split_whitespace().collect::<Vec<_>>().join(" ");
    let text = number(&words, &view.analysis.pack.manifest.scale).or_else(|| {
        let (word, says) = WORDS.iter().find(|(word, _)| *word == words)?;
        Some(format!("`{word}`: {says}"))
    });
    text.map(|text| (text, span))
}

fn number(words: &str, scale: &FrequencyScale) -> Option<String> {
    if let Some(word) = Frequency::of_word(words) {
        let number = scale.frequency(word);
        return Some(format!("`{words}` is {}, {}", write_chance(number), in_tickets(number)));
    }
    let share = scale.commonness(Commonness::of_word(words)?);
    Some(format!("`{words}` is {} tickets, in proportion to the other causes of the pack", one_in(share)))
}

/// Writes a chance as one would count it.
fn in_tickets(chance: f64) -> String {
    let whole = (chance * 1000.0).round();
    if (whole % 10.0).abs() < 1e-9 { format!("{} of 100", whole / 10.0) } else { format!("{whole} of 1000") }
}
