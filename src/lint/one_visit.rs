//! Rules that one look feeds and that speak for one cause: one witness, heard several times.

use std::collections::{BTreeMap, BTreeSet};

use super::relation::facts_of;
use super::{Subject, listed};
use crate::graph::{InferenceGraph, Node};
use crate::pack::{CauseId, Rule, RuleId, VisitId};
use crate::problem::{Code, Problem, Problems};

/// Where a level is seen so often with a cause, nothing else decides it.
const CERTAIN: f64 = 0.95;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let graph = subject.graph;
    let mut fed: BTreeMap<VisitId, Vec<RuleId>> = BTreeMap::new();
    for (at, rule) in graph.pack.rules.iter().enumerate().filter(|(_, rule)| rule.given.is_none()) {
        if let Some(visit) = visit_of(graph, RuleId(at)).filter(|_| rule.causes().next().is_some()) {
            fed.entry(visit).or_default().push(RuleId(at));
        }
    }
    for (visit, rules) in fed {
        problems.extend_one(about(graph, visit, &rules));
    }
}

/// The one visit that answers all that a rule hears.
fn visit_of(graph: &InferenceGraph, rule: RuleId) -> Option<VisitId> {
    let recorded = facts_of(graph, rule).into_iter().filter_map(|node| match node {
        Node::Fact(id) => Some(graph.pack.facts.get(id.0).and_then(|fact| fact.visit)),
        _ => None,
    });
    let visits: BTreeSet<Option<VisitId>> = recorded.collect();
    match (visits.first(), visits.len()) {
        (Some(visit), 1) => *visit,
        _ => None,
    }
}

/// The causes of which a rule leaves open what is seen: with the others, it is all but certain, and so depends on nothing else.
fn open_with(graph: &InferenceGraph, id: RuleId) -> BTreeSet<CauseId> {
    let open = |cause: &CauseId| graph.levels_given(id, &[cause.0]).iter().all(|p| *p < CERTAIN);
    graph.pack.rules.get(id.0).into_iter().flat_map(Rule::causes).filter(open).collect()
}

fn about(graph: &InferenceGraph, visit: VisitId, rules: &[RuleId]) -> Option<Problem> {
    let open: Vec<(&Rule, BTreeSet<CauseId>)> =
        rules.iter().filter_map(|id| Some((graph.pack.rules.get(id.0)?, open_with(graph, *id)))).collect();
    let mut counts: BTreeMap<CauseId, usize> = BTreeMap::new();
    open.iter().flat_map(|(_, causes)| causes).for_each(|cause| *counts.entry(*cause).or_default() += 1);
    let shared: BTreeSet<CauseId> =
        counts.into_iter().filter(|(_, n)| *n > 1).map(|(cause, _)| cause).collect();
    let speaking: Vec<&Rule> =
        open.iter().filter(|(_, causes)| !causes.is_disjoint(&shared)).map(|(rule, _)| *rule).collect();
    let (last, others) = speaking.split_last().filter(|(_, others)| !others.is_empty())?;
    let causes: Vec<&str> = shared
        .iter()
        .filter_map(|id| graph.pack.causes.get(id.0))
        .map(|cause| cause.name.value.as_str())
        .collect();
    let title = graph.pack.visits.get(visit.0).map_or("", |visit| visit.title.as_str());
    let message =
        format!("one look (\"{title}\") feeds {} rules that speak of {}", speaking.len(), listed(&causes));
    let problem = Problem::hint(Code::OneVisit, last.name.span, message).label("this rule");
    let problem = others.iter().fold(problem, |problem, rule| problem.also(rule.name.span, "and this one"));
    Some(problem.help(
        "if one answer makes the other likely even where the cause is known, it counts twice: make one symptom of them, or let the second speak `given` the first",
    ))
}
