//! In which order is asked.

use ruleout::graph::InferenceGraph;
use ruleout::pack::{FactId, VisitId};
use ruleout::plan::next::{What, minutes_to_answer};

/// How the next question is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// The first question of what `ruleout diagnose` says comes next, whether it pays or not.
    Next,
    /// What comes next, questions and fixes; a fix of the true cause ends the ticket.
    Act,
    /// The question that tells most about the causes for its minutes.
    Bits,
    /// A fixed order, whatever the answers.
    Order,
}

/// A question by itself, or a visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    pub visit: Option<VisitId>,
    pub facts: Vec<FactId>,
    pub minutes: f64,
}

/// All looks of a pack, in its order.
pub fn looks(graph: &InferenceGraph) -> Vec<Look> {
    let mut looks: Vec<Look> = Vec::new();
    for (id, fact) in graph.pack.facts.enumerated() {
        let same = |look: &&mut Look| look.visit.is_some() && look.visit == fact.visit;
        if fact.definition.is_some() || (fact.ask.is_none() && fact.visit.is_none()) {
            continue;
        }
        if let Some(look) = looks.iter_mut().find(same) {
            look.facts.push(id);
            continue;
        }
        let minutes = minutes_to_answer(&graph.pack, fact);
        looks.push(Look { visit: fact.visit, facts: vec![id], minutes });
    }
    looks
}

/// The looks in another order, each by the name of one of its facts; those that are not named come last.
pub fn in_order(graph: &InferenceGraph, looks: &[Look], names: &[String]) -> Vec<Look> {
    let name = |id: &FactId| graph.pack.facts[*id].name.value.as_str();
    let place = |look: &Look| {
        let named = names.iter().position(|wanted| look.facts.iter().any(|fact| name(fact) == wanted));
        named.unwrap_or(names.len())
    };
    let mut looks = looks.to_vec();
    looks.sort_by_key(place);
    looks
}

/// The look behind a step; none where it is no question.
pub fn look_of<'l>(step: &What, looks: &'l [Look]) -> Option<&'l Look> {
    looks.iter().find(|look| match step {
        What::Question(fact) => look.facts.contains(fact),
        What::Visit(visit, _) => look.visit == Some(*visit),
        What::Fix(_) | What::Stop => false,
    })
}
