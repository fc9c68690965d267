//! Rules about the same cause whose facts come from one visit: one source of evidence that may count several times.

use std::collections::{BTreeMap, BTreeSet};

use super::relation::facts_of;
use super::{Subject, listed};
use crate::graph::{InferenceGraph, Node};
use crate::pack::{CauseId, Rule, RuleId, VisitId};
use crate::problem::{Code, Problem, Problems};

/// A level seen so often with a cause depends on nothing else.
const CERTAIN: f64 = 0.95;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let graph = subject.graph;
    let mut by_visit: BTreeMap<VisitId, Vec<RuleId>> = BTreeMap::new();
    for (id, rule) in graph.pack.rules.enumerated().filter(|(_, rule)| rule.given.is_none()) {
        if let Some(visit) = visit_of(graph, id).filter(|_| rule.causes().next().is_some()) {
            by_visit.entry(visit).or_default().push(id);
        }
    }
    for (visit, rules) in by_visit {
        problems.extend_one(about(graph, visit, &rules));
    }
}

/// Returns the one visit that answers all that a rule observes.
fn visit_of(graph: &InferenceGraph, rule: RuleId) -> Option<VisitId> {
    let recorded = facts_of(graph, rule).into_iter().filter_map(|node| match node {
        Node::Fact(id) => Some(graph.pack.facts[id].visit),
        _ => None,
    });
    let visits: BTreeSet<Option<VisitId>> = recorded.collect();
    match (visits.first(), visits.len()) {
        (Some(visit), 1) => *visit,
        _ => None,
    }
}

/// Returns the causes with which it stays open what is seen: with the others it is all but certain, and so depends on nothing else.
fn open_with(graph: &InferenceGraph, id: RuleId) -> BTreeSet<CauseId> {
    let open = |cause: &CauseId| graph.levels_given(id, &[cause.0]).iter().all(|p| *p < CERTAIN);
    graph.pack.rules[id].causes().filter(open).collect()
}

fn about(graph: &InferenceGraph, visit: VisitId, rules: &[RuleId]) -> Option<Problem> {
    let open: Vec<(&Rule, BTreeSet<CauseId>)> =
        rules.iter().map(|id| (&graph.pack.rules[*id], open_with(graph, *id))).collect();
    let mut counts: BTreeMap<CauseId, usize> = BTreeMap::new();
    open.iter().flat_map(|(_, causes)| causes).for_each(|cause| *counts.entry(*cause).or_default() += 1);
    let shared: BTreeSet<CauseId> =
        counts.into_iter().filter(|(_, n)| *n > 1).map(|(cause, _)| cause).collect();
    let dependent: Vec<&Rule> =
        open.iter().filter(|(_, causes)| !causes.is_disjoint(&shared)).map(|(rule, _)| *rule).collect();
    let (last, others) = dependent.split_last().filter(|(_, others)| !others.is_empty())?;
    let causes: Vec<&str> = shared.iter().map(|id| graph.pack.causes[*id].name.value.as_str()).collect();
    let title = graph.pack.visits[visit].title.as_str();
    let message = format!(
        "{} rules about {} get their facts from one visit, \"{title}\"",
        dependent.len(),
        listed(&causes)
    );
    let problem = Problem::hint(Code::OneVisit, last.name.span, message).label("this rule");
    let problem = others.iter().fold(problem, |problem, rule| problem.also(rule.name.span, "and this one"));
    Some(problem.help(
        "if one answer makes the other likely even when the cause is known, make one symptom of them, or write the first as `given` of the second",
    ))
}
