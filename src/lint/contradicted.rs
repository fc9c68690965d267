//! Causes that are impossible in a context in which a symptom that only they explain can still be seen.

use std::collections::BTreeSet;

use super::Subject;
use super::relation::MOST;
use crate::graph::InferenceGraph;
use crate::pack::expr::Condition;
use crate::pack::{Cause, CauseId, Rule, RuleId};
use crate::problem::{Code, Problem, Problems};
use crate::proof::{Assignments, Witness};
use crate::source::Span;

/// A level shows a cause if it is seen at least so often with it, and at most so often with every other and with none.
const SEEN: f64 = 0.5;
const UNSEEN: f64 = 0.021;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let graph = subject.graph;
    for (id, cause) in graph.pack.causes.enumerated() {
        let impossible = cause.shares.iter().any(|line| line.share <= 0.0 && line.word.is_none());
        if cause.shares.len() > 1 && impossible {
            let shown = graph.pack.rules.ids().find_map(|rule| contradicted(graph, id, rule));
            problems.extend_one(shown.map(|(rule, line, witness)| about(cause, rule, line, &witness)));
        }
    }
}

fn about(cause: &Cause, rule: &Rule, line: Span, witness: &Witness) -> Problem {
    let message = format!(
        "`{}` is impossible here, but the rule `{}`, which only it explains, can still be observed: for example when {}",
        cause.name.value,
        rule.name.value,
        witness.words()
    );
    Problem::hint(Code::ImpossibleContradicted, line, message)
        .also(rule.name.span, "this rule")
        .help("write `very rare` instead of `impossible`, unless it is impossible by definition")
}

/// Finds facts for which a rule shows a cause, and the line that makes the cause impossible there.
fn contradicted(graph: &InferenceGraph, cause: CauseId, id: RuleId) -> Option<(&Rule, Span, Witness)> {
    let (own, rule) = (&graph.pack.causes[cause], &graph.pack.rules[id]);
    let reading = graph.pack.reading(&rule.evidence)?;
    let level = shown(graph, cause, id)?;
    let shares = own.shares.iter().filter_map(|line| line.when.as_ref());
    let conditions = shares.chain(rule.given.as_ref()).chain(reading.conditions());
    let cases = Assignments::of(&graph.pack, conditions, MOST)?;
    cases.iter().find_map(|case| {
        let (line, wanted) = counts(own, &|condition| case.holds(condition))?;
        let wanted: Vec<(&Condition, bool)> =
            wanted.into_iter().chain(rule.given.as_ref().map(|given| (given, true))).collect();
        let possible = case.read(reading).contains(&level);
        let witness = if possible { case.witness(&wanted, &[(reading, level)]) } else { None };
        witness.map(|witness| (rule, line, witness))
    })
}

/// Returns the level that shows a cause and nothing else.
fn shown(graph: &InferenceGraph, cause: CauseId, rule: RuleId) -> Option<usize> {
    let linked = graph.steps[rule].iter().flat_map(|step| step.links.keys().copied());
    let mut others: BTreeSet<usize> = linked.collect();
    if !others.remove(&cause.0) {
        return None;
    }
    let (alone, none) = (graph.levels_given(rule, &[cause.0]), graph.levels_given(rule, &[]));
    let rare = |level: usize, chances: &[f64]| chances.get(level).is_some_and(|p| *p <= UNSEEN);
    (1..alone.len()).find(|level| {
        alone.get(*level).is_some_and(|p| *p >= SEEN)
            && rare(*level, &none)
            && others.iter().all(|other| rare(*level, &graph.levels_given(rule, &[*other])))
    })
}

/// Returns the line that counts, if it makes the cause impossible, and what the conditions up to it must be.
fn counts<'c>(
    cause: &'c Cause,
    holds: &dyn Fn(&Condition) -> Option<bool>,
) -> Option<(Span, Vec<(&'c Condition, bool)>)> {
    let mut wanted = Vec::new();
    for line in &cause.shares {
        let truth = line.when.as_ref().map_or(Some(true), holds)?;
        wanted.extend(line.when.as_ref().map(|when| (when, truth)));
        if truth {
            return (line.share <= 0.0).then_some((line.span, wanted));
        }
    }
    None
}
