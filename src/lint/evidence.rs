//! Two rules that observe the same evidence, or of which one depends on the other: one observation counts twice.

use super::Subject;
use super::relation::{Kind, Pair, Relation};
use crate::pack::{Evidence, Rule};
use crate::problem::{Code, Problem, Problems, Suggestion, first_in};
use crate::proof::Witness;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let (relations, rules) = (subject.relations(), &subject.pack().rules);
    for relation in &relations.found {
        let (first, second) = (&rules[relation.first], &rules[relation.second]);
        // Problems that are only counted need no example.
        let example = |levels| if problems.is_full() { None } else { witness(subject, relation, levels) };
        let problem = about(subject, relation, first, second, &example);
        problems.extend_one(problem);
    }
    if let Some((first, second)) = relations.not_proven.first() {
        let (first, second) = (&rules[*first], &rules[*second]);
        let others = match (relations.not_proven.len() - 1, relations.more) {
            (0, false) => String::new(),
            (1, false) => ", nor for 1 other pair".to_owned(),
            (more, false) => format!(", nor for {more} other pairs"),
            (more, true) => format!(", nor for more than {more} other pairs"),
        };
        let message = format!(
            "could not prove whether the rules `{}` and `{}` observe the same evidence{others}",
            first.name.value, second.name.value
        );
        problems.push(
            Problem::hint(Code::NotProven, second.name.span, message)
                .also(first.name.span, "the other")
                .help("compare these rules yourself, or give what they share a name of its own: `symptom …`"),
        );
    }
}

fn about(
    subject: &Subject<'_>,
    relation: &Relation,
    first: &Rule,
    second: &Rule,
    example: &dyn Fn((usize, usize)) -> Option<Witness>,
) -> Option<Problem> {
    let (a, b) = (first.name.value.as_str(), second.name.value.as_str());
    let so =
        |levels| example(levels).map_or_else(String::new, |w| format!(": for example when {}", w.words()));
    let alone = |levels| {
        example(levels)
            .map_or_else(String::new, |w| format!("; for example, only `{a}` is seen when {}", w.words()))
    };
    let problem = |code, severity: fn(Code, _, String) -> Problem, message: String| {
        severity(code, first.name.span, message).also(second.name.span, "the other")
    };
    Some(match relation.kind {
        Kind::Same => problem(
            Code::SameEvidence,
            Problem::error,
            format!("the rules `{a}` and `{b}` observe the same evidence: what one observes decides what the other does"),
        )
        .help("put all lines into one rule, so that the evidence counts once; a cause may also join it with `shows`"),
        Kind::Tells => problem(
            Code::ImpliedEvidence,
            Problem::warning,
            format!("the evidence of the rule `{b}` is already implied by that of `{a}`"),
        )
        .help(format!("put the lines of `{b}` into `{a}`, by its levels, so that the evidence counts once")),
        Kind::Implies => {
            let message = format!("whenever `{a}` is seen, `{b}` is seen too{}", so((1, 1)));
            let problem = problem(Code::ImpliedEvidence, Problem::warning, message);
            given(subject, problem, first, second)
        }
        Kind::Exclusive => problem(
            Code::ExclusiveEvidence,
            Problem::warning,
            format!("`{a}` and `{b}` are never seen together{}", alone((1, 0))),
        )
        .help("make them levels or kinds of one symptom, with one rule over it: they answer the same question"),
        Kind::Covering => problem(
            Code::ImpliedEvidence,
            Problem::warning,
            format!("whenever `{a}` is not seen, `{b}` is{}", so((0, 1))),
        )
        .help("make them levels or kinds of one symptom, with one rule over it: they answer the same question"),
        Kind::Overlap if !relation.causes.is_empty() && first.given.is_none() && second.given.is_none() => problem(
            Code::SharedEvidence,
            Problem::hint,
            format!("the rules `{a}` and `{b}` read the same facts and name the same causes"),
        )
        .help("what they share counts twice: restrict one of them with `given`, or join both in one symptom"),
        Kind::Overlap => return None,
    })
}

/// Suggests a guard for a rule whose symptom is seen only together with another.
fn given(subject: &Subject<'_>, problem: Problem, narrow: &Rule, wide: &Rule) -> Problem {
    let guard = written(subject, wide);
    let help = format!(
        "write `given {guard}` in `{}`, and there how often it is seen when `{}` is, so that the evidence counts once",
        narrow.name.value, wide.name.value
    );
    let problem = problem.help(help);
    let edit = first_in(subject.sources, narrow.name.span, &format!("given {guard}"));
    let edit = edit.filter(|_| narrow.given.is_none());
    problem.maybe_suggest(edit.map(|edit| Suggestion::uncertain_edit(format!("add `given {guard}`"), edit)))
}

fn witness(subject: &Subject<'_>, relation: &Relation, levels: (usize, usize)) -> Option<Witness> {
    Pair::of(subject.pack(), relation.first, relation.second)?.witness(levels)
}

/// Returns the evidence of a rule as a condition, as it is written.
fn written(subject: &Subject<'_>, rule: &Rule) -> String {
    let pack = subject.pack();
    match &rule.evidence {
        Evidence::Symptom(id) => pack.symptoms[*id].name.value.clone(),
        Evidence::Fact(id, _) => pack.facts[*id].name.value.clone(),
        Evidence::Condition(reading) => {
            let text = reading.conditions().next().map_or("", |c| subject.sources.text(c.span));
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.contains(" or ") { format!("({text})") } else { text }
        }
    }
}
