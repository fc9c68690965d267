//! What hangs on a name of a pack: who changes it, changes that.
//!
//! In: a compiled pack, its cases, and a name. Out: for each thing of that name, what it is read from, what is read from it (through
//! computed facts and symptoms, up to the causes), and the cases in which it says something. Edges of the graph are followed as
//! evaluation follows them; that a cause leads to another ends there.

pub mod report;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::cases::expect::Expectation;
use crate::cases::{self, Case};
use crate::diagnosis::Diagnosis;
use crate::engine;
use crate::facts::recorded::Facts;
use crate::graph::{InferenceGraph, Node};
use crate::infer::evaluate::{Evaluation, Heard, evaluate};
use crate::source::{SourceId, Sources};

/// What hangs on one thing.
#[derive(Debug, Clone)]
pub struct Impact {
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

/// What a case has to do with something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "how")]
pub enum How {
    /// It records the fact.
    Recorded,
    /// The fact or symptom follows from what it records.
    Follows,
    /// The rule speaks.
    Speaks,
    /// The cause is expected.
    Expected,
    /// The cause comes first.
    First,
    /// The fix was tried.
    Tried,
}

impl How {
    /// In a word, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            How::Recorded => "recorded",
            How::Follows => "follows",
            How::Speaks => "speaks",
            How::Expected => "expected",
            How::First => "first",
            How::Tried => "tried",
        }
    }
}

/// What hangs on everything that is called by a name; nothing where nothing is.
pub fn impact(graph: &InferenceGraph, sources: &Sources, cases: &[Case], name: &str) -> Vec<Impact> {
    let nodes: Vec<Node> = graph.called(name).collect();
    let mut impacts: Vec<Impact> = nodes
        .iter()
        .map(|node| Impact {
            of: *node,
            from: graph.read_from(*node),
            to: graph.leaning_on(*node),
            cases: Vec::new(),
        })
        .collect();
    for case in cases.iter().filter(|_| !nodes.is_empty()) {
        let Some(ticket) = Answered::of(graph, sources, case) else { continue };
        for impact in &mut impacts {
            let how = ticket.how(graph, impact.of);
            let touched = |how| Touched { name: case.name.clone(), source: case.source, how };
            impact.cases.extend(how.map(touched));
        }
    }
    impacts
}

/// A case and what the pack says of it.
struct Answered {
    facts: Facts,
    evaluation: Evaluation,
    diagnosis: Diagnosis,
    expected: Expectation,
}

impl Answered {
    /// None where the case does not read.
    fn of(graph: &InferenceGraph, sources: &Sources, case: &Case) -> Option<Self> {
        let (facts, expected) = cases::read(graph, sources, case.source, case.format).0?;
        let evaluation = evaluate(graph, &facts);
        let diagnosis = engine::diagnose(graph, &facts);
        Some(Self { facts, evaluation, diagnosis, expected })
    }

    fn how(&self, graph: &InferenceGraph, node: Node) -> Option<How> {
        match node {
            Node::Fact(id) | Node::Derive(id) if self.facts.recorded.contains_key(&id) => Some(How::Recorded),
            Node::Fact(_) => None,
            Node::Derive(id) => self.evaluation.facts.get(id.0)?.is_exact().then_some(How::Follows),
            Node::Symptom(id) => {
                let all = graph.pack.symptoms.get(id.0)?.reading.levels.len();
                let left = self.evaluation.symptoms.get(id.0)?.len();
                (left > 0 && left < all).then_some(How::Follows)
            }
            Node::Rule(id) => {
                matches!(self.evaluation.rules.get(id.0)?, Heard::Speaks { .. }).then_some(How::Speaks)
            }
            Node::Cause(id) => {
                let named = self.expected.holds.iter().any(|holds| holds.value.hopes_for() == Some(id));
                let first = self.diagnosis.causes.first().is_some_and(|first| first.cause == id);
                if named { Some(How::Expected) } else { first.then_some(How::First) }
            }
            Node::Fix(id) => self.facts.tried.contains_key(&id).then_some(How::Tried),
        }
    }
}
