//! The graph of a pack as DOT, for Graphviz: facts at the left, over symptoms and rules, to causes and fixes.

use std::fmt::Write as _;

use petgraph::visit::{EdgeRef, IntoNodeReferences};

use crate::graph::{Edge, InferenceGraph, Node};

/// Writes the graph of a pack as DOT.
pub fn dot(graph: &InferenceGraph) -> String {
    let mut out =
        String::from("digraph ruleout {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=11];\n");
    for (index, node) in graph.graph.node_references() {
        let _ =
            writeln!(out, "  n{} [label={}, {}];", index.index(), quoted(&label(*node, graph)), look(*node));
    }
    for edge in graph.graph.edge_references() {
        let (from, to) = (edge.source().index(), edge.target().index());
        let _ = writeln!(out, "  n{from} -> n{to} [{}];", line(*edge.weight()));
    }
    out.push_str("}\n");
    out
}

/// A text as DOT quotes it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

fn label(node: Node, graph: &InferenceGraph) -> String {
    let pack = &graph.pack;
    let title = match node {
        Node::Symptom(id) => pack.symptoms.get(id.0).and_then(|s| s.title.as_deref()),
        Node::Rule(id) => pack.rules.get(id.0).and_then(|r| r.title.as_deref()),
        Node::Cause(id) => pack.causes.get(id.0).and_then(|c| c.title.as_deref()),
        Node::Fix(id) => pack.fixes.get(id.0).and_then(|f| f.title.as_deref()),
        Node::Fact(_) | Node::Derive(_) => None,
    };
    let name = node.name(pack);
    title.map_or_else(|| name.to_owned(), |title| format!("{name}\n{title}"))
}

fn look(node: Node) -> &'static str {
    match node {
        Node::Fact(_) => "shape=box, style=rounded",
        Node::Derive(_) => "shape=box, style=\"rounded,dashed\"",
        Node::Symptom(_) => "shape=ellipse",
        Node::Rule(_) => "shape=hexagon",
        Node::Cause(_) => "shape=box, style=bold",
        Node::Fix(_) => "shape=note",
    }
}

fn line(edge: Edge) -> &'static str {
    match edge {
        Edge::Reads | Edge::Hears | Edge::Speaks | Edge::Removes => "style=solid",
        Edge::Guards => "style=dashed, label=\"given\"",
        Edge::Before => "style=dotted, label=\"before\"",
        Edge::Circumstance => "style=dashed, label=\"circumstance\"",
        Edge::LeadsTo => "style=bold, label=\"leads to\"",
    }
}
