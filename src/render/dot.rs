//! The graph of a pack as DOT, for Graphviz: facts at the left, over symptoms and rules, to causes and fixes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::graph::{Around, Edge, InferenceGraph, Node};
use crate::pack::Evidence;

/// Writes the graph of a pack as DOT, or a part of it, in which what it is around is filled.
pub fn dot(graph: &InferenceGraph, part: Option<&Around>) -> String {
    let mut out =
        String::from("digraph ruleout {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=11];\n");
    let shown = |node: &Node| part.is_none_or(|part| part.nodes.contains(node));
    let mut numbers: BTreeMap<Node, usize> = BTreeMap::new();
    for (number, node) in graph.nodes().enumerate().filter(|(_, node)| shown(node)) {
        let filled = part.is_some_and(|part| part.of.contains(&node));
        let (label, look) = (quoted(&label(node, graph)), look(node, filled));
        let _ = writeln!(out, "  n{number} [label={label}, {look}];");
        numbers.insert(node, number);
    }
    for (from, edge, to) in graph.edges() {
        let (Some(from), Some(to)) = (numbers.get(&from), numbers.get(&to)) else { continue };
        let _ = writeln!(out, "  n{from} -> n{to} [{}];", line(edge));
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
        Node::Symptom(id) => pack.symptoms.nth(id.0).and_then(|s| s.title.as_deref()),
        Node::Rule(id) => pack.rules.nth(id.0).and_then(|rule| {
            let observed = match rule.evidence {
                Evidence::Symptom(id) => pack.symptoms.nth(id.0).and_then(|s| s.title.as_deref()),
                _ => None,
            };
            rule.title.as_deref().or(observed)
        }),
        Node::Cause(id) => pack.causes.nth(id.0).and_then(|c| c.title.as_deref()),
        Node::Fix(id) => pack.fixes.nth(id.0).and_then(|f| f.title.as_deref()),
        Node::Fact(_) | Node::Derive(_) => None,
    };
    let name = node.name(pack);
    title.map_or_else(|| name.to_owned(), |title| format!("{name}\n{title}"))
}

fn look(node: Node, filled: bool) -> String {
    let (shape, style) = match node {
        Node::Fact(_) => ("box", "rounded"),
        Node::Derive(_) => ("box", "rounded,dashed"),
        Node::Symptom(_) => ("ellipse", "solid"),
        Node::Rule(_) => ("hexagon", "solid"),
        Node::Cause(_) => ("box", "bold"),
        Node::Fix(_) => ("note", "solid"),
    };
    let fill = if filled { ",filled\", fillcolor=\"#ffe9a8" } else { "" };
    format!("shape={shape}, style=\"{style}{fill}\"")
}

fn line(edge: Edge) -> &'static str {
    match edge {
        Edge::Reads | Edge::Observes | Edge::Links | Edge::Removes => "style=solid",
        Edge::Guards => "style=dashed, label=\"given\"",
        Edge::Before => "style=dotted, label=\"before\"",
        Edge::Context => "style=dashed, label=\"context\"",
        Edge::LeadsTo => "style=bold, label=\"leads to\"",
    }
}
