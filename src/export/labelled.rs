//! A network with the names that its parts have in the pack.

use std::sync::Arc;

use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::infer::exact::Budget;
use crate::infer::network::{Finding, Network};
use crate::model::assessment::Assessment;
use crate::model::evaluate::{Evaluation, RuleState};
use crate::pack::{Evidence, Pack};

/// A network, and what its parts are called.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// What the pack is called.
    pub pack: Label,
    /// Its version; empty where it says none.
    pub version: String,
    /// The numbers.
    pub network: Network,
    /// Its contexts.
    pub contexts: Vec<ContextLabel>,
    /// Its causes.
    pub causes: Vec<Label>,
    /// Its findings.
    pub findings: Vec<FindingLabel>,
}

/// A name, and what it is in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// As it stands in the pack.
    pub name: String,
    /// In plain words, where somebody wrote them.
    pub title: Option<String>,
}

/// What a context and its values are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextLabel {
    /// The context.
    pub name: String,
    /// Whether somebody wrote down how often it is what.
    pub rated: bool,
    /// Its values.
    pub values: Vec<String>,
}

/// What a finding and its levels are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingLabel {
    /// The rule that it comes from.
    pub rule: Label,
    /// Its levels, the normal one first.
    pub levels: Vec<String>,
    /// Whether anything is seen of it; all its levels weigh the same where nothing is.
    pub observed: bool,
}

/// The network of a ticket, or, without facts, that of the pack, in which nothing is observed. What a ticket
/// has not observed is there too, but for rules that are silent in it, and for what was looked for and is not
/// there.
///
/// Nothing where a computed fact was recorded as something else: there is no such ticket.
pub fn labelled(graph: &Arc<InferenceGraph>, ticket: Option<&Assessment>) -> Option<Labelled> {
    if ticket.is_some_and(Assessment::is_contradictory) {
        return None;
    }
    let nothing =
        || Assessment::new(Arc::clone(graph), Facts::default(), Budget::default()).network().clone();
    let mut network = ticket.map_or_else(nothing, |ticket| ticket.network().clone());
    if ticket.is_none() {
        network.contexts.iter_mut().for_each(|context| context.possible.fill(true));
    }
    let (findings, labels) = findings(graph, ticket.map(Assessment::evaluation)).into_iter().unzip();
    network.findings = findings;
    let pack = &graph.pack;
    let cause = |c: &crate::pack::Cause| Label { name: c.name.value.clone(), title: c.title.clone() };
    let context = |c: &crate::graph::context::Context| ContextLabel {
        name: c.name.clone(),
        rated: c.rated,
        values: c.labels.clone(),
    };
    Some(Labelled {
        pack: Label {
            name: pack.manifest.name.clone(),
            title: Some(pack.manifest.title.clone()).filter(|t| !t.is_empty()),
        },
        version: pack.manifest.version.clone(),
        network,
        contexts: graph.contexts.iter().map(context).collect(),
        causes: pack.causes.iter().map(cause).collect(),
        findings: labels,
    })
}

/// What the rules hear, or could hear.
fn findings(graph: &InferenceGraph, evaluation: Option<&Evaluation>) -> Vec<(Finding, FindingLabel)> {
    let of = |(at, steps): (usize, &std::sync::Arc<[_]>)| {
        let heard = evaluation.and_then(|evaluation| evaluation.rules.get(at));
        let mut label = label(&graph.pack, at)?;
        let levels = label.levels.len();
        let weights = match heard {
            Some(RuleState::GuardFalse | RuleState::NotMatched) => return None,
            Some(RuleState::Matched { weights, .. }) => weights.clone(),
            Some(RuleState::Waiting(_) | RuleState::GuardWaiting(_)) | None => vec![1.0; levels],
        };
        label.observed = matches!(heard, Some(RuleState::Matched { .. }));
        Some((Finding { steps: steps.clone(), levels, weights }, label))
    };
    graph.steps.iter().enumerate().filter_map(of).collect()
}

fn label(pack: &Pack, rule: usize) -> Option<FindingLabel> {
    let rule = pack.rules.get(rule)?;
    let heard = match rule.evidence {
        Evidence::Symptom(id) => pack.symptoms.get(id.0).and_then(|symptom| symptom.title.clone()),
        _ => None,
    };
    let levels = pack.reading(&rule.evidence)?.levels.iter().map(|level| level.name.clone());
    Some(FindingLabel {
        rule: Label { name: rule.name.value.clone(), title: rule.title.clone().or(heard) },
        levels: levels.collect(),
        observed: false,
    })
}
