//! Circles: declarations that depend on each other.
//!
//! The strongly connected components of the graph (Sharir 1981, after Kosaraju; Tarjan's algorithm would
//! recurse as deep as a pack chains definitions) are its circles; of each, one shortest way round is shown,
//! with all its places. Derived facts and symptoms, guards, and `leads to` are found alike, since nothing
//! leads from one kind back to another.

use std::collections::{BTreeMap, VecDeque};

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Edge, Node};
use crate::pack::Pack;
use crate::problem::{Code, Problem, Problems};

/// Reports every circle.
pub(super) fn report(graph: &DiGraph<Node, Edge>, pack: &Pack, problems: &mut Problems) {
    for component in kosaraju_scc(graph) {
        let first = component.iter().min_by_key(|node| graph.node_weight(**node)).copied();
        let Some(first) = first else { continue };
        let depends_on_itself = graph.find_edge(first, first).is_some();
        if component.len() > 1 || depends_on_itself {
            problems.push(problem(&way_round(graph, first), graph, pack));
        }
    }
}

/// Returns a shortest way from a node back to itself, by breadth first search; among equals the first by the
/// order of the pack.
fn way_round(graph: &DiGraph<Node, Edge>, start: NodeIndex) -> Vec<NodeIndex> {
    let mut before: BTreeMap<NodeIndex, NodeIndex> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        let mut next: Vec<_> = graph.neighbors_directed(node, Direction::Outgoing).collect();
        next.sort_by_key(|n| graph.node_weight(*n));
        for neighbour in next {
            if neighbour == start {
                let mut way = vec![node];
                while let Some(last) =
                    way.last().filter(|last| **last != start).and_then(|last| before.get(last))
                {
                    way.push(*last);
                }
                way.reverse();
                return way;
            }
            if let std::collections::btree_map::Entry::Vacant(entry) = before.entry(neighbour) {
                entry.insert(node);
                queue.push_back(neighbour);
            }
        }
    }
    vec![start]
}

/// How many declarations of a circle are shown.
const MOST_SHOWN: usize = 20;

fn problem(way: &[NodeIndex], graph: &DiGraph<Node, Edge>, pack: &Pack) -> Problem {
    let all = way.iter().filter_map(|n| graph.node_weight(*n)).copied();
    let nodes: Vec<Node> = all.take(MOST_SHOWN).collect();
    let name = |node: &Node| format!("`{}`", node.name(pack));
    let mut names: Vec<String> = nodes.iter().map(name).collect();
    if way.len() > MOST_SHOWN {
        names.push(format!("{} more", way.len() - MOST_SHOWN));
    }
    names.extend(nodes.first().map(name));
    let (message, help) = match nodes.first() {
        Some(Node::Cause(_)) => (
            "these causes lead to each other",
            "say which of them is the root, and take the other `leads to` away",
        ),
        Some(Node::Rule(_)) => (
            "these rules are guarded by each other",
            "a `given` points back to what was looked at before: take one of them away",
        ),
        _ => (
            "these are computed from each other",
            "one of them must be recorded, or computed from something else",
        ),
    };
    let mut spans = nodes.iter().map(|n| n.span(pack));
    let mut problem = Problem::error(
        Code::Circle,
        spans.next().unwrap_or_default(),
        format!("{message}: {}", names.join(" → ")),
    );
    for span in spans {
        problem = problem.also(span, "and this");
    }
    problem.help(help)
}
