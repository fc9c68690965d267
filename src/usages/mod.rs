//! What hangs on a name of a pack: who changes it, changes that.
//!
//! In: a compiled pack, its cases, and a name. Out: for each thing of that name, what it is read from, what is read from it (through
//! computed facts and symptoms, up to the causes), and the cases in which it says something. Edges of the graph are followed as
//! evaluation follows them; that a cause leads to another ends there.

pub mod report;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cases::expect::Expectation;
use crate::cases::{self, Case};
use crate::graph::{InferenceGraph, Node};
use crate::model::evaluate::RuleState;
use crate::source::{SourceId, Sources};
use crate::ticket::Ticket;
use crate::ticket::diagnosis::Leader;
pub use crate::wire::usages::How;

/// What hangs on one thing.
#[derive(Debug, Clone)]
pub struct Usages {
    /// What it is about.
    pub of: Node,
    /// What it is read from.
    pub from: BTreeSet<Node>,
    /// What is read from it; of a cause or fix, what belongs to it.
    pub to: BTreeSet<Node>,
    /// The cases in which it says something.
    pub cases: Vec<Touched>,
}

/// A case in which something says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The name of the case.
    pub name: String,
    /// Its fact file.
    pub source: SourceId,
    /// What it has to do with it.
    pub how: How,
}

/// Returns the usages of everything that is called by a name; nothing where nothing is.
pub fn usages(graph: &Arc<InferenceGraph>, sources: &Sources, cases: &[Case], name: &str) -> Vec<Usages> {
    let nodes: Vec<Node> = graph.called(name).collect();
    let mut usages: Vec<Usages> = nodes
        .iter()
        .map(|node| Usages {
            of: *node,
            from: graph.dependencies(*node),
            to: graph.dependents(*node),
            cases: Vec::new(),
        })
        .collect();
    for case in cases.iter().filter(|_| !nodes.is_empty()) {
        let Some(ticket) = Answered::of(graph, sources, case) else { continue };
        for usages in &mut usages {
            let how = ticket.how(usages.of);
            let touched = |how| Touched { name: case.name.clone(), source: case.source, how };
            usages.cases.extend(how.map(touched));
        }
    }
    usages
}

/// A case and what the pack says of it.
struct Answered {
    ticket: Ticket,
    expected: Expectation,
}

impl Answered {
    /// Answers a case; none where it does not read.
    fn of(graph: &Arc<InferenceGraph>, sources: &Sources, case: &Case) -> Option<Self> {
        let read = cases::read(graph, sources, case).0?;
        Some(Self {
            ticket: Ticket::new(Arc::clone(graph), read.facts, read.sources),
            expected: read.expectation,
        })
    }

    fn how(&self, node: Node) -> Option<How> {
        let (graph, facts) = (self.ticket.graph(), self.ticket.facts());
        let evaluation = self.ticket.assessment().evaluation();
        match node {
            Node::Fact(id) | Node::Derive(id) if facts.recorded.contains_key(&id) => Some(How::Recorded),
            Node::Fact(_) => None,
            Node::Derive(id) => evaluation.facts[id].is_exact().then_some(How::Follows),
            Node::Symptom(id) => {
                let all = graph.pack.symptoms[id].reading.levels.len();
                let left = evaluation.symptoms[id].len();
                (left > 0 && left < all).then_some(How::Follows)
            }
            Node::Rule(id) => {
                matches!(evaluation.rules[id], RuleState::Matched { .. }).then_some(How::Matched)
            }
            Node::Cause(id) => {
                let named = self.expected.holds.iter().any(|holds| holds.value.expected_cause() == Some(id));
                let leader = self.ticket.diagnosis().leader();
                let first = leader.is_some_and(|(leader, _)| leader == Leader::Cause(id));
                if named { Some(How::Expected) } else { first.then_some(How::First) }
            }
            Node::Fix(id) if facts.tried.contains_key(&id) => Some(How::Tried),
            Node::Fix(id) => {
                let advice = self.ticket.diagnosis().advice.as_ref();
                let mut steps = advice.into_iter().flat_map(|advice| &advice.plan.steps);
                steps.any(|step| step.fix == id).then_some(How::Offered)
            }
        }
    }
}
