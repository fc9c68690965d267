//! Conditions that are never true, or always, and levels that are never reached.

use super::Subject;
use super::relation::MOST;
use crate::eval::{Levels, Truth};
use crate::pack::expr::{Condition, Definition};
use crate::pack::{Evidence, Pack, Reading, Shape};
use crate::problem::{Code, Problem, Problems};
use crate::proof::Assignments;
use crate::source::Span;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    for (condition, what) in conditions(pack) {
        if let Some(problem) = constant(subject, condition, what) {
            problems.push(problem);
        }
    }
    for symptom in pack.symptoms.iter().filter(|symptom| symptom.reading.shape != Shape::YesNo) {
        unreached(pack, &symptom.reading, symptom.name.span, problems);
    }
}

/// Returns the conditions that stand by themselves, and what follows if they are never true.
fn conditions(pack: &Pack) -> impl Iterator<Item = (&Condition, &'static str)> {
    let derived = pack.facts.iter().filter_map(|fact| match &fact.definition {
        Some(Definition::Condition(condition)) => Some((condition, "the computed fact is always `no`")),
        _ => None,
    });
    let yes_no = |reading: &Reading| reading.shape == Shape::YesNo;
    let symptoms = pack.symptoms.iter().filter(move |symptom| yes_no(&symptom.reading));
    let symptoms = symptoms.flat_map(|s| s.reading.conditions()).map(|c| (c, "the symptom is never seen"));
    let rules = pack.rules.iter().flat_map(|rule| {
        let own = match &rule.evidence {
            Evidence::Condition(reading) => {
                Some(reading.conditions().map(|c| (c, "the rule's symptom is never seen")))
            }
            _ => None,
        };
        rule.given.iter().map(|given| (given, "the rule never counts")).chain(own.into_iter().flatten())
    });
    let shares = pack.causes.iter().flat_map(|cause| &cause.shares).filter_map(|share| share.when.as_ref());
    derived.chain(symptoms).chain(rules).chain(shares.map(|when| (when, "this line never counts")))
}

/// Returns whether a condition can be false, and whether it can be true.
fn truths(pack: &Pack, condition: &Condition) -> Option<[bool; 2]> {
    let cases = Assignments::of(pack, [condition], MOST)?;
    let mut may = [false; 2];
    for case in cases.iter() {
        let truth: Truth = case.holds(condition);
        may = [may[0] || truth != Some(true), may[1] || truth != Some(false)];
        if may == [true; 2] {
            break;
        }
    }
    Some(may)
}

fn constant(subject: &Subject<'_>, condition: &Condition, never: &str) -> Option<Problem> {
    let written = subject.sources.text(condition.span).split_whitespace().collect::<Vec<_>>().join(" ");
    match truths(subject.pack(), condition)? {
        [true, false] => {
            let message = format!("`{written}` is never true: {never}");
            Some(Problem::warning(Code::NeverTrue, condition.span, message).help(
                "no values of its facts make it true: check the bounds, and whether `and` should be `or`",
            ))
        }
        [false, true] => {
            let message = format!("`{written}` is always true, whatever the facts");
            Some(
                Problem::warning(Code::AlwaysTrue, condition.span, message).help(
                    "check the bounds, and whether `or` should be `and`; otherwise remove the condition",
                ),
            )
        }
        _ => None,
    }
}

/// Reports levels that are never reached because of those above them.
fn unreached(pack: &Pack, reading: &Reading, name: Span, problems: &mut Problems) {
    let Some(cases) = Assignments::of(pack, reading.conditions(), MOST) else { return };
    let mut reached = Levels::new();
    for case in cases.iter() {
        reached.extend(case.read(reading));
        if reached.len() == reading.levels.len() {
            return;
        }
    }
    for (level, condition) in reading.branches.iter().filter(|(level, _)| !reached.contains(level)) {
        let called = reading.levels.get(*level).map_or("", |level| level.name.as_str());
        let (span, help) = match condition {
            Some(condition) => (
                condition.span,
                "check its condition, and the lines above it: together they leave nothing for it",
            ),
            None => (
                name,
                "the other conditions leave nothing for it: write `otherwise` instead of the last condition",
            ),
        };
        let message = format!("`{called}` is never reached");
        problems.push(Problem::warning(Code::NeverTrue, span, message).help(help));
    }
}
