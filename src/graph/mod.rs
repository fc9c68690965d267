//! The compiled pack: a graph from facts over symptoms and rules to causes and fixes.
//!
//! Input: a resolved [`Pack`]. Output: the [`InferenceGraph`], the one model that everything later works on, or what keeps
//! the pack from being one: circles, shares that depend on what has no rates, contexts that a rule counts as
//! evidence too. It holds the order in which evaluation walks (topological), every rule as a chain of noisy-OR steps
//! ([`numbers`]), every cause's prior over the contexts that it reads ([`context`], [`calibrate`]).

mod circle;
mod guards;
mod compile;
pub mod context;
pub mod numbers;
pub mod calibrate;

pub use compile::compile;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use crate::arena::IndexVec;
use crate::pack::expr::Reads;
use crate::pack::{CauseId, FactId, FixId, Pack, RuleId, SymptomId};
use crate::source::Span;
use calibrate::Table;
use context::Context;
use numbers::Step;

/// A node of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A recorded fact.
    Fact(FactId),
    /// A computed fact.
    Derive(FactId),
    /// A symptom.
    Symptom(SymptomId),
    /// A rule.
    Rule(RuleId),
    /// A cause.
    Cause(CauseId),
    /// A fix.
    Fix(FixId),
}

impl Node {
    /// Its name in the pack.
    pub fn name(self, pack: &Pack) -> &str {
        let name = match self {
            Node::Fact(id) | Node::Derive(id) => pack.facts.get(id.0).map(|f| &f.name),
            Node::Symptom(id) => pack.symptoms.get(id.0).map(|s| &s.name),
            Node::Rule(id) => pack.rules.get(id.0).map(|r| &r.name),
            Node::Cause(id) => pack.causes.get(id.0).map(|c| &c.name),
            Node::Fix(id) => pack.fixes.get(id.0).map(|f| &f.name),
        };
        name.map_or("", |name| name.value.as_str())
    }

    /// Where it is declared.
    pub fn span(self, pack: &Pack) -> Span {
        let span = match self {
            Node::Fact(id) | Node::Derive(id) => pack.facts.get(id.0).map(|f| f.name.span),
            Node::Symptom(id) => pack.symptoms.get(id.0).map(|s| s.name.span),
            Node::Rule(id) => pack.rules.get(id.0).map(|r| r.name.span),
            Node::Cause(id) => pack.causes.get(id.0).map(|c| c.name.span),
            Node::Fix(id) => pack.fixes.get(id.0).map(|f| f.name.span),
        };
        span.unwrap_or_default()
    }
}

/// What one node has to do with the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// A computed fact or symptom reads it.
    Reads,
    /// A rule hears it.
    Observes,
    /// A rule speaks only where it is so.
    Guards,
    /// A rule's guard reads what another rule hears.
    Before,
    /// A rule has a line with the cause.
    Links,
    /// A cause's share depends on it.
    Circumstance,
    /// A cause leads to another.
    LeadsTo,
    /// A fix removes a cause.
    Removes,
}

/// The compiled pack.
#[derive(Debug, Clone)]
pub struct InferenceGraph {
    /// What the nodes are.
    pub pack: Pack,
    /// How they lean on each other.
    pub graph: DiGraph<Node, Edge>,
    /// All nodes, each behind those that it leans on.
    pub order: Vec<Node>,
    /// The contexts that shares depend on.
    pub contexts: Vec<Context>,
    /// Every cause's prior over the contexts, the scale counted in.
    pub priors: IndexVec<CauseId, Table>,
    /// The factor from shares to priors.
    pub lambda: f64,
    /// The prior of the cause that the pack does not list.
    pub unlisted: f64,
    /// Every rule as a chain of steps.
    pub steps: IndexVec<RuleId, Arc<[Step]>>,
    nodes: BTreeMap<Node, NodeIndex>,
}

impl InferenceGraph {
    /// Everything that is read, directly or through others: facts, computed facts, symptoms.
    pub fn closure(&self, reads: &Reads) -> BTreeSet<Node> {
        behind(&self.pack, &self.graph, &self.nodes, reads)
    }

    /// The chance of each level of what a rule hears, where exactly these of the listed causes are there, in rising order.
    pub fn levels_given(&self, rule: RuleId, present: &[usize]) -> Vec<f64> {
        let reading = self.pack.rules.get(rule.0).and_then(|rule| self.pack.reading(&rule.evidence));
        let steps = self.steps.get(rule.0).map_or(&[][..], |steps| steps);
        numbers::levels_given(steps, reading.map_or(0, |reading| reading.levels.len()), present, false)
    }

    /// What is called so: a fact or symptom, a rule, a cause, a fix.
    pub fn called(&self, name: &str) -> impl Iterator<Item = Node> {
        self.nodes.keys().copied().filter(move |node| node.name(&self.pack) == name)
    }

    /// What a node is read from, through others: facts, symptoms, of a cause its rules too, and the causes that lead to it; of a
    /// fix, the causes that it removes.
    pub fn dependencies(&self, node: Node) -> BTreeSet<Node> {
        self.reached(node, petgraph::Direction::Incoming)
    }

    /// What is read from a node, through others, up to the causes; of a cause, what comes of it and what removes it.
    pub fn dependents(&self, node: Node) -> BTreeSet<Node> {
        self.reached(node, petgraph::Direction::Outgoing)
    }

    fn reached(&self, node: Node, direction: petgraph::Direction) -> BTreeSet<Node> {
        let mut seen = BTreeSet::new();
        let mut todo = vec![node];
        while let Some(at) = todo.pop() {
            let Some(index) = self.nodes.get(&at) else { continue };
            // Causes and fixes end the way; from one of them it is one step.
            let own = at == node;
            for edge in self.graph.edges_directed(*index, direction) {
                let follows = match edge.weight() {
                    Edge::Before => false,
                    Edge::LeadsTo | Edge::Removes => own,
                    _ => true,
                };
                let other = if edge.source() == *index { edge.target() } else { edge.source() };
                if let Some(next) = self.graph.node_weight(other).filter(|_| follows)
                    && seen.insert(*next)
                    && !matches!(next, Node::Cause(_))
                {
                    todo.push(*next);
                }
            }
        }
        seen
    }

    /// The nodes of a name, and those that lead to them or that they lead to in at most so many steps; nothing where no node
    /// is called so.
    pub fn around(&self, name: &str, steps: usize) -> Option<Around> {
        let of: BTreeSet<NodeIndex> = self.graph.node_indices().filter(|n| self.name(*n) == name).collect();
        let mut nodes = of.clone();
        for direction in [petgraph::Direction::Incoming, petgraph::Direction::Outgoing] {
            let mut edge = of.clone();
            let mut reached = of.clone();
            for _ in 0..steps {
                let next = edge.iter().flat_map(|n| self.graph.neighbors_directed(*n, direction));
                edge = next.filter(|n| !reached.contains(n)).collect();
                if edge.is_empty() {
                    break;
                }
                reached.extend(&edge);
            }
            nodes.extend(reached);
        }
        (!of.is_empty()).then_some(Around { of, nodes })
    }

    fn name(&self, index: NodeIndex) -> &str {
        self.graph.node_weight(index).map_or("", |node| node.name(&self.pack))
    }

    /// What a rule hears, directly.
    pub fn heard(&self, rule: RuleId) -> Reads {
        self.pack.rules.get(rule.0).map_or_else(Reads::default, |rule| rule.evidence.reads())
    }
}

/// A part of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// What it is around.
    pub of: BTreeSet<NodeIndex>,
    /// All of it.
    pub nodes: BTreeSet<NodeIndex>,
}

/// The node of a fact, recorded or computed.
fn fact_node(pack: &Pack, id: FactId) -> Node {
    let computed = pack.facts.get(id.0).is_some_and(|f| f.definition.is_some());
    if computed { Node::Derive(id) } else { Node::Fact(id) }
}

/// Everything that is read, directly or through others.
fn behind(
    pack: &Pack,
    graph: &DiGraph<Node, Edge>,
    nodes: &BTreeMap<Node, NodeIndex>,
    reads: &Reads,
) -> BTreeSet<Node> {
    let facts = reads.facts.iter().map(|id| fact_node(pack, *id));
    let mut todo: Vec<Node> = facts.chain(reads.symptoms.iter().map(|id| Node::Symptom(*id))).collect();
    let mut seen = BTreeSet::new();
    while let Some(node) = todo.pop() {
        if seen.insert(node)
            && let Some(index) = nodes.get(&node)
        {
            let before = graph.neighbors_directed(*index, petgraph::Direction::Incoming);
            todo.extend(before.filter_map(|n| graph.node_weight(n)).copied());
        }
    }
    seen
}
