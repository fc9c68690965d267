//! A normal value that is probably not the ordinary one.
//!
//! What a background does not name goes to the normal value: the last of `one of` and of `kinds`, the first of `levels`. Written
//! in their natural order, `one, floor, everyone`, the values of a fact make `everyone` the ordinary case, without a word. So it
//! is said in numbers, and asked, where the background leaves more than half of the tickets to a value that nobody calls ordinary,
//! or to one that a line still names more often for a cause. A background that names the value says that it is meant.

use super::Subject;
use crate::pack::{Evidence, Reading, Rule, RuleId, Shape};
use crate::problem::{Code, Problem, Problems, Suggestion};
use crate::source::Span;
use crate::value::write_chance;

/// How much more often it must be named: less than a point is what a `never` of a value that is not named leaves.
const NOTABLE: f64 = 0.01;

/// How far a sum may be from 100 % and still be it.
const ROUNDING: f64 = 1e-9;

/// Values that are no ordinary case wherever they stand: everything is hit, or something is broken.
const EXTREME: &[&str] = &[
    "all",
    "everyone",
    "everybody",
    "everything",
    "total",
    "complete",
    "completely",
    "site",
    "down",
    "dead",
    "failed",
    "failing",
    "error",
    "errors",
    "broken",
    "outage",
    "critical",
    "severe",
    "lost",
    "blocked",
    "refused",
    "rejected",
    "unreachable",
    "offline",
    "full",
    "never",
    "missing",
    "crashed",
    "stuck",
    "worst",
    "weak",
    "poor",
    "bad",
    "worse",
    "slow",
];

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    for (at, rule) in pack.rules.iter().enumerate() {
        let Some(reading) = pack.reading(&rule.evidence).filter(|reading| reading.shape != Shape::YesNo)
        else {
            continue;
        };
        if rule.anyway.chances.contains_key(&0) {
            continue;
        }
        let Some(normal) = subject.graph.levels_given(RuleId(at), &[]).first().copied() else { continue };
        let named = rule
            .with
            .values()
            .filter(|line| line.chances.get(&0).is_some_and(|named| named.chance > normal + NOTABLE));
        let named = named.map(|line| line.span).min();
        let extreme = reading.levels.first().is_some_and(|level| is_extreme(&level.name));
        // The values of a fact stand in the order in which they came to mind; in a symptom, an author chose what is normal.
        let unchosen = matches!(rule.evidence, Evidence::Fact(..)) && normal > 0.5;
        if extreme && (normal > 0.5 || named.is_some()) || unchosen && named.is_some() {
            problems.push(problem(subject, rule, reading, normal, named));
        }
    }
}

/// Returns whether a value, or a word of it, is nobody's ordinary case.
fn is_extreme(value: &str) -> bool {
    let negated = value.split('_').any(|word| matches!(word, "no" | "not" | "none" | "never"));
    !negated && value.split(['_', '.']).any(|word| EXTREME.contains(&word.to_lowercase().as_str()))
}

fn problem(
    subject: &Subject<'_>,
    rule: &Rule,
    reading: &Reading,
    normal: f64,
    named: Option<Span>,
) -> Problem {
    let value = reading.levels.first().map_or("", |level| level.name.as_str());
    let share = write_chance((normal * 1000.0).round() / 1000.0);
    let message = format!(
        "in {share} of tickets without these causes, `{}` is `{value}`: is that so?",
        observed(subject, rule)
    );
    let place = match (&rule.evidence, reading.shape) {
        (Evidence::Fact(..), _) => "`one of` ends in it",
        (_, Shape::Levels) => "the levels begin with it",
        _ => "the kinds end in it",
    };
    let help = format!(
        "{place}, so it gets what `anyway` leaves over: put the ordinary value there, or, if it is so, name it in the line of `anyway`: `{share} {value}`"
    );
    let problem = Problem::warning(Code::NormalValue, rule.anyway.span, message).help(help);
    let problem = match named {
        Some(line) => problem.also(line, "and with a cause it is seen even more often"),
        None => problem,
    };
    problem.maybe_suggest(said(subject, rule, value, normal))
}

/// Returns what a rule observes, in the words of the pack.
fn observed<'a>(subject: &'a Subject<'_>, rule: &'a Rule) -> &'a str {
    let pack = subject.pack();
    match &rule.evidence {
        Evidence::Fact(id, _) => &pack.facts[*id].name.value,
        Evidence::Symptom(id) => &pack.symptoms[*id].name.value,
        Evidence::Condition(_) => &rule.name.value,
    }
}

/// Returns the edit that says what the background leaves to the normal value: it changes no answer, and that it is meant is
/// the author's to say. None where the number would have to be rounded.
fn said(subject: &Subject<'_>, rule: &Rule, value: &str, normal: f64) -> Option<Suggestion> {
    let named: f64 = rule.anyway.chances.values().map(|named| named.chance).sum();
    let share = write_chance(normal);
    let number = share.strip_suffix(" %")?.parse::<f64>().ok()? / 100.0;
    let text = subject.sources.text(rule.anyway.span);
    let before = text.strip_suffix("anyway")?.trim_end();
    let exact = (named + number - 1.0).abs() < ROUNDING;
    let end = rule.anyway.span.start + before.len();
    let span = Span { start: end, end, ..rule.anyway.span };
    exact.then(|| {
        Suggestion::uncertain(format!("write `{share} {value}` too"), span, format!(", {share} {value}"))
    })
}
