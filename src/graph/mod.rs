//! The compiled pack: a graph from facts over symptoms and rules to causes and fixes.
//!
//! In: a resolved [`Pack`]. Out: the [`InferenceGraph`], the one model that everything later works on, or
//! what keeps the pack from being one: circles, shares that depend on what has no rates, contexts that a rule
//! counts as evidence too. It holds the order in which evaluation walks (topological), every rule as a chain
//! of noisy-OR steps ([`numbers`]), every cause's prior over the contexts that it reads ([`context`],
//! [`calibrate`]).

mod circle;
mod guards;
mod compile;
pub mod context;
pub mod numbers;
pub mod calibrate;

pub use compile::compile;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use crate::arena::IndexVec;
use crate::infer::step::{Step, levels_given};
use crate::infer::table::Table;
use crate::pack::expr::Reads;
use crate::pack::{CauseId, FactId, FixId, Pack, RuleId, SymptomId};
use crate::source::{Span, Spanned};
use context::Context;

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
    /// Returns its name in the pack.
    pub fn name(self, pack: &Pack) -> &str {
        self.declared(pack).value.as_str()
    }

    /// Returns where it is declared.
    pub fn span(self, pack: &Pack) -> Span {
        self.declared(pack).span
    }

    fn declared(self, pack: &Pack) -> &Spanned<String> {
        match self {
            Node::Fact(id) | Node::Derive(id) => &pack.facts[id].name,
            Node::Symptom(id) => &pack.symptoms[id].name,
            Node::Rule(id) => &pack.rules[id].name,
            Node::Cause(id) => &pack.causes[id].name,
            Node::Fix(id) => &pack.fixes[id].name,
        }
    }
}

/// What one node has to do with the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// A computed fact or symptom reads it.
    Reads,
    /// A rule observes it.
    Observes,
    /// A rule's guard reads it.
    Guards,
    /// A rule's guard reads what another rule observes.
    Before,
    /// A rule has a line with the cause.
    Links,
    /// A cause's share depends on it.
    Context,
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
    /// All nodes, each behind those that it depends on.
    pub order: Vec<Node>,
    /// The contexts that shares depend on.
    pub contexts: Vec<Context>,
    /// Every cause's prior over the contexts, the scale counted in.
    pub priors: IndexVec<CauseId, Table>,
    /// The prior of the cause that the pack does not list.
    pub unlisted: f64,
    /// Every rule as a chain of steps.
    pub steps: IndexVec<RuleId, Arc<[Step]>>,
    /// How the nodes depend on each other.
    graph: DiGraph<Node, Edge>,
    /// Where each node stands in the graph.
    index: BTreeMap<Node, NodeIndex>,
}

impl InferenceGraph {
    /// Returns all nodes, in the order in which the pack names them first.
    pub fn nodes(&self) -> impl Iterator<Item = Node> {
        self.graph.node_weights().copied()
    }

    /// Returns all edges: from, what one has to do with the other, to.
    pub fn edges(&self) -> impl Iterator<Item = (Node, Edge, Node)> {
        let node = |index: NodeIndex| self.graph.node_weight(index).copied();
        self.graph
            .edge_references()
            .filter_map(move |edge| Some((node(edge.source())?, *edge.weight(), node(edge.target())?)))
    }

    /// Returns the nodes from which an edge goes to a node.
    pub fn sources(&self, node: Node) -> impl Iterator<Item = Node> {
        self.neighbours(node, Direction::Incoming)
    }

    fn neighbours(&self, node: Node, direction: Direction) -> impl Iterator<Item = Node> {
        let neighbours = self.index.get(&node).map(|index| self.graph.neighbors_directed(*index, direction));
        neighbours.into_iter().flatten().filter_map(|index| self.graph.node_weight(index)).copied()
    }

    /// Returns everything that is read, directly or through others: facts, computed facts, symptoms.
    pub fn closure(&self, reads: &Reads) -> BTreeSet<Node> {
        behind(&self.pack, &self.graph, &self.index, reads)
    }

    /// Returns the chance of each level of what a rule observes, where exactly these of the listed causes are
    /// there, in rising order.
    pub fn levels_given(&self, rule: RuleId, present: &[usize]) -> Vec<f64> {
        let reading = self.pack.reading(&self.pack.rules[rule].evidence);
        levels_given(&self.steps[rule], reading.map_or(0, |reading| reading.levels.len()), present, false)
    }

    /// Returns what is called so: a fact or symptom, a rule, a cause, a fix.
    pub fn called(&self, name: &str) -> impl Iterator<Item = Node> {
        self.index.keys().copied().filter(move |node| node.name(&self.pack) == name)
    }

    /// Returns what a node is read from, through others: facts, symptoms, of a cause its rules too, and the
    /// causes that lead to it; of a fix, the causes that it removes.
    pub fn dependencies(&self, node: Node) -> BTreeSet<Node> {
        self.reached(node, Direction::Incoming)
    }

    /// Returns what is read from a node, through others, up to the causes; of a cause, what comes of it and
    /// what removes it.
    pub fn dependents(&self, node: Node) -> BTreeSet<Node> {
        self.reached(node, Direction::Outgoing)
    }

    fn reached(&self, node: Node, direction: Direction) -> BTreeSet<Node> {
        let mut seen = BTreeSet::new();
        let mut todo = vec![node];
        while let Some(at) = todo.pop() {
            let Some(index) = self.index.get(&at) else { continue };
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

    /// Returns the nodes of a name, and those that lead to them or that they lead to in at most so many
    /// steps; none where no node is called so.
    pub fn around(&self, name: &str, steps: usize) -> Option<Around> {
        let of: BTreeSet<Node> = self.called(name).collect();
        let mut nodes = of.clone();
        for direction in [Direction::Incoming, Direction::Outgoing] {
            let mut edge = of.clone();
            let mut reached = of.clone();
            for _ in 0..steps {
                let next = edge.iter().flat_map(|node| self.neighbours(*node, direction));
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

    /// Returns what a rule observes, directly.
    pub fn observed(&self, rule: RuleId) -> Reads {
        self.pack.rules[rule].evidence.reads()
    }
}

/// A part of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// What it is around.
    pub of: BTreeSet<Node>,
    /// All of it.
    pub nodes: BTreeSet<Node>,
}

/// Returns the node of a fact, recorded or computed.
fn fact_node(pack: &Pack, id: FactId) -> Node {
    if pack.facts[id].definition.is_some() { Node::Derive(id) } else { Node::Fact(id) }
}

/// Returns everything that is read, directly or through others.
fn behind(
    pack: &Pack,
    graph: &DiGraph<Node, Edge>,
    index: &BTreeMap<Node, NodeIndex>,
    reads: &Reads,
) -> BTreeSet<Node> {
    let facts = reads.facts.iter().map(|id| fact_node(pack, *id));
    let mut todo: Vec<Node> = facts.chain(reads.symptoms.iter().map(|id| Node::Symptom(*id))).collect();
    let mut seen = BTreeSet::new();
    while let Some(node) = todo.pop() {
        if seen.insert(node)
            && let Some(at) = index.get(&node)
        {
            let before = graph.neighbors_directed(*at, Direction::Incoming);
            todo.extend(before.filter_map(|n| graph.node_weight(n)).copied());
        }
    }
    seen
}
