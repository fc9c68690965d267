//! Causes that no fact tells apart: whatever is recorded, they stay in the proportion of their shares.

use std::collections::BTreeMap;

use super::{Subject, listed};
use crate::graph::InferenceGraph;
use crate::pack::CauseId;
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let graph = subject.graph;
    let mut alike: BTreeMap<Column, Vec<CauseId>> = BTreeMap::new();
    for (cause, column) in columns(graph).into_iter().enumerate() {
        if !column.links.is_empty() {
            alike.entry(column).or_default().push(CauseId(cause));
        }
    }
    for causes in alike.values().filter(|causes| causes.len() > 1) {
        problems.extend_one(about(graph, causes));
    }
}

/// All that evidence can say about a cause, as bits.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    /// Rule, step, power, hold, and whether it is possible.
    links: Vec<(usize, usize, u64, u64, bool)>,
    /// The contexts that its share depends on, and the share in each over that in the first that has one.
    shares: (Vec<usize>, Vec<u64>),
    /// Its effects and its roots.
    leads: Vec<(bool, usize, u64)>,
}

fn columns(graph: &InferenceGraph) -> Vec<Column> {
    let mut columns = vec![Column::default(); graph.pack.causes.len()];
    for (rule, steps) in graph.steps.iter().enumerate() {
        for (at, step) in steps.iter().enumerate() {
            for (cause, link) in &step.links {
                if let Some(column) = columns.get_mut(*cause) {
                    let link = (rule, at, link.power.to_bits(), link.hold.to_bits(), link.possible);
                    column.links.push(link);
                }
            }
        }
    }
    for (at, cause) in graph.pack.causes.iter().enumerate() {
        for (effect, chance, _) in &cause.leads_to {
            if let Some(column) = columns.get_mut(at) {
                column.leads.push((true, effect.0, chance.chance.to_bits()));
            }
            if let Some(column) = columns.get_mut(effect.0) {
                column.leads.push((false, at, chance.chance.to_bits()));
            }
        }
    }
    for (column, prior) in columns.iter_mut().zip(&graph.priors) {
        let one = prior.values.iter().copied().find(|value| *value > 0.0).unwrap_or(1.0);
        // Rounded, so that 1 in 20 over 1 in 100 is 5 whichever way it was computed.
        let ratio = |value: &f64| (value / one * 1e9).round().to_bits();
        column.shares = (prior.scope.clone(), prior.values.iter().map(ratio).collect());
    }
    columns
}

fn about(graph: &InferenceGraph, causes: &[CauseId]) -> Option<Problem> {
    let causes: Vec<_> = causes.iter().map(|cause| &graph.pack.causes[*cause]).collect();
    let (first, others) = causes.split_first()?;
    let names: Vec<&str> = causes.iter().map(|cause| cause.name.value.as_str()).collect();
    let message = format!("no fact tells {} apart", listed(&names));
    let problem = Problem::warning(Code::TwinCauses, first.name.span, message);
    let problem = others.iter().fold(problem, |problem, cause| problem.also(cause.name.span, "this one"));
    Some(problem.help(
        "add a direct check (`told by`) for each, or a rule in which they differ; if they have the same fix, they may be one cause",
    ))
}
