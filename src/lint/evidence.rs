//! Two rules that hear the same thing, or of which one leans on the other: what one look tells counts twice.

use super::relation::{Kind, Pair, Relation};
use super::{Subject, rule_of};
use crate::pack::{Evidence, Rule};
use crate::problem::{Code, Problem, Problems, Suggestion, first_in};
use crate::proof::Witness;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let relations = subject.relations();
    for relation in &relations.found {
        if let (Some(first), Some(second)) =
            (rule_of(subject, relation.first), rule_of(subject, relation.second))
        {
            // Of what is only counted, no example is looked for.
            let example = |levels| if problems.is_full() { None } else { witness(subject, relation, levels) };
            let problem = about(subject, relation, first, second, &example);
            problems.extend_one(problem);
        }
    }
    if let Some((first, second)) = relations.not_proven.first()
        && let (Some(first), Some(second)) = (rule_of(subject, *first), rule_of(subject, *second))
    {
        let others = match (relations.not_proven.len() - 1, relations.more) {
            (0, false) => String::new(),
            (more, false) => format!(", nor of {more} other pairs"),
            (more, true) => format!(", nor of more than {more} other pairs"),
        };
        let message = format!(
            "not proven: whether the rules `{}` and `{}` hear the same evidence{others}",
            first.name.value, second.name.value
        );
        problems.push(
            Problem::hint(Code::NotProven, second.name.span, message)
                .also(first.name.span, "the other")
                .help("there are too many cases to look at: read these rules side by side, or give what they share a name of its own (`symptom …`)"),
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
    let so = |levels| example(levels).map_or_else(String::new, |w| format!(": so it is where {}", w.words()));
    let alone = |levels| {
        example(levels).map_or_else(String::new, |w| format!("; where {}, it is `{a}` alone", w.words()))
    };
    let problem = |code, severity: fn(Code, _, String) -> Problem, message: String| {
        severity(code, first.name.span, message).also(second.name.span, "the other")
    };
    Some(match relation.kind {
        Kind::Same => problem(
            Code::SameEvidence,
            Problem::error,
            format!("the rules `{a}` and `{b}` hear the same evidence: where it is known what one hears, so is the other"),
        )
        .help("one look counts once: put all lines into one rule, or, from a cause, join it with `shows`"),
        Kind::Tells => problem(
            Code::ImpliedEvidence,
            Problem::warning,
            format!("what the rule `{b}` hears, `{a}` has heard already"),
        )
        .help(format!("one look counts twice: put the lines of `{b}` into `{a}`, by its levels")),
        Kind::Implies => {
            let message = format!("wherever `{a}` is seen, `{b}` is seen too{}", so((1, 1)));
            let problem = problem(Code::ImpliedEvidence, Problem::warning, message);
            given(subject, problem, first, second)
        }
        Kind::Exclusive => problem(
            Code::ExclusiveEvidence,
            Problem::warning,
            format!("`{a}` and `{b}` are never seen together{}", alone((1, 0))),
        )
        .help("they are two answers to one question: make them levels or kinds of one symptom, with one rule over it"),
        Kind::Covering => problem(
            Code::ImpliedEvidence,
            Problem::warning,
            format!("where `{a}` is not seen, `{b}` always is{}", so((0, 1))),
        )
        .help("they are two answers to one question: make them levels or kinds of one symptom, with one rule over it"),
        Kind::Overlap if !relation.causes.is_empty() && first.given.is_none() && second.given.is_none() => problem(
            Code::SharedEvidence,
            Problem::hint,
            format!("the rules `{a}` and `{b}` read the same facts and speak for the same causes"),
        )
        .help("what they share counts in both: let the second speak only where the first does not tell it already (`given`), or join them in one symptom"),
        Kind::Overlap => return None,
    })
}

/// Where one is seen only where the other is, it should speak only there.
fn given(subject: &Subject<'_>, problem: Problem, narrow: &Rule, wide: &Rule) -> Problem {
    let heard = written(subject, wide);
    let help = format!(
        "what `{}` tells, `{}` tells again: write `given {heard}` into `{}`, and say there how often it is seen where that is so",
        wide.name.value, narrow.name.value, narrow.name.value
    );
    let problem = problem.help(help);
    let edit = first_in(subject.sources, narrow.name.span, &format!("given {heard}"));
    let edit = edit.filter(|_| narrow.given.is_none());
    problem.maybe_suggest(edit.map(|edit| Suggestion::uncertain_edit(format!("add `given {heard}`"), edit)))
}

fn witness(subject: &Subject<'_>, relation: &Relation, levels: (usize, usize)) -> Option<Witness> {
    Pair::of(subject.pack(), relation.first, relation.second)?.witness(levels)
}

/// Evidence as a condition, as it is written.
fn written(subject: &Subject<'_>, rule: &Rule) -> String {
    let pack = subject.pack();
    match &rule.evidence {
        Evidence::Symptom(id) => pack.symptoms.get(id.0).map_or_else(String::new, |s| s.name.value.clone()),
        Evidence::Fact(id, _) => pack.facts.get(id.0).map_or_else(String::new, |f| f.name.value.clone()),
        Evidence::Condition(reading) => {
            let text = reading.conditions().next().map_or("", |c| subject.sources.text(c.span));
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.contains(" or ") { format!("({text})") } else { text }
        }
    }
}
