//! Causes that are impossible in contexts in which what only they explain could still be recorded.

use std::collections::BTreeSet;

use super::Subject;
use super::relation::MOST;
use crate::graph::InferenceGraph;
use crate::pack::expr::Condition;
use crate::pack::{Cause, CauseId, Rule, RuleId};
use crate::problem::{Code, Problem, Problems};
use crate::proof::{Cases, Witness};
use crate::source::Span;

/// A level seen with a cause at least so often, and with all others and with none at most so often, shows it.
const SEEN: f64 = 0.5;
const UNSEEN: f64 = 0.021;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let graph = subject.graph;
    for (at, cause) in graph.pack.causes.iter().enumerate() {
        let impossible = cause.shares.iter().any(|line| line.share <= 0.0 && line.word.is_none());
        if cause.shares.len() > 1 && impossible {
            let mut rules = (0..graph.pack.rules.len()).map(RuleId);
            let shown = rules.find_map(|rule| contradicted(graph, CauseId(at), rule));
            problems.extend_one(shown.map(|(rule, line, witness)| about(cause, rule, line, &witness)));
        }
    }
}

fn about(cause: &Cause, rule: &Rule, line: Span, witness: &Witness) -> Problem {
    let message = format!(
        "`{}` is impossible here, and the rule `{}`, which only it explains, could be seen all the same: where {}",
        cause.name.value,
        rule.name.value,
        witness.words()
    );
    Problem::hint(Code::ImpossibleContradicted, line, message)
        .also(rule.name.span, "this rule")
        .help("whoever records that is told that it cannot be: write `very rare` for `impossible`, unless it is so by definition")
}

/// Facts for which a rule shows a cause, and the line that makes the cause impossible.
fn contradicted(graph: &InferenceGraph, cause: CauseId, id: RuleId) -> Option<(&Rule, Span, Witness)> {
    let (own, rule) = (graph.pack.causes.get(cause.0)?, graph.pack.rules.get(id.0)?);
    let reading = graph.pack.reading(&rule.evidence)?;
    let level = shown(graph, cause, id)?;
    let shares = own.shares.iter().filter_map(|line| line.when.as_ref());
    let conditions = shares.chain(rule.given.as_ref()).chain(reading.conditions());
    let cases = Cases::of(&graph.pack, conditions, MOST)?;
    cases.iter().find_map(|case| {
        let (line, wanted) = counts(own, &|condition| case.holds(condition))?;
        let wanted: Vec<(&Condition, bool)> =
            wanted.into_iter().chain(rule.given.as_ref().map(|given| (given, true))).collect();
        let possible = case.read(reading).contains(&level);
        let witness = if possible { case.witness(&wanted, &[(reading, level)]) } else { None };
        witness.map(|witness| (rule, line, witness))
    })
}

/// The level that shows a cause and nothing else.
fn shown(graph: &InferenceGraph, cause: CauseId, rule: RuleId) -> Option<usize> {
    let linked = graph.steps.get(rule.0)?.iter().flat_map(|step| step.links.keys().copied());
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

/// The line that counts, where it makes the cause impossible, and what of the conditions up to it must be so.
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
