//! What hangs on a name, for people and for programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{How, Touched, Usages};
use crate::graph::{InferenceGraph, Node};
use crate::render::wrap::{hanging, lines};
use crate::source::Sources;
use crate::wire::usages::{Case, Kind, Named, Usage};
use crate::wire::{self, Version};

/// Where the second column begins.
const INDENT: usize = 19;

/// Returns what a node is.
fn kind(node: Node) -> Kind {
    match node {
        Node::Fact(_) => Kind::Fact,
        Node::Derive(_) => Kind::Derive,
        Node::Symptom(_) => Kind::Symptom,
        Node::Rule(_) => Kind::Rule,
        Node::Cause(_) => Kind::Cause,
        Node::Fix(_) => Kind::Fix,
    }
}

/// Returns the word for one of a kind, as in JSON, and the heading of several.
fn words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Fact => ("fact", "facts"),
        Kind::Derive => ("derive", "computed facts"),
        Kind::Symptom => ("symptom", "symptoms"),
        Kind::Rule => ("rule", "rules"),
        Kind::Cause => ("cause", "causes"),
        Kind::Fix => ("fix", "fixes"),
    }
}

/// Writes a few lines of a width for each thing of the name.
pub fn text(
    graph: &InferenceGraph,
    sources: &Sources,
    usages: &[Usages],
    all: usize,
    width: usize,
) -> String {
    let mut out = String::new();
    for usages in usages {
        let name = usages.of.name(&graph.pack);
        let place = sources.place(usages.of.span(&graph.pack));
        for line in lines(width, "", "  ", &format!("{} `{name}`  [{place}]", words(kind(usages.of)).0)) {
            // Writing to a string does not fail.
            let _ = writeln!(out, "{line}");
        }
        nodes(&mut out, "←", graph, &usages.from, width);
        nodes(&mut out, "→", graph, &usages.to, width);
        cases(&mut out, usages, all, width);
        out.push('\n');
    }
    out.truncate(out.trim_end().len() + 1);
    out
}

fn nodes(out: &mut String, arrow: &str, graph: &InferenceGraph, nodes: &BTreeSet<Node>, width: usize) {
    let mut groups: BTreeMap<Kind, Vec<&str>> = BTreeMap::new();
    for node in nodes {
        groups.entry(kind(*node)).or_default().push(node.name(&graph.pack));
    }
    for (of, mut names) in groups {
        names.sort_unstable();
        row(out, &format!("{arrow} {}", words(of).1), &names.join(", "), width);
    }
}

fn cases(out: &mut String, usages: &Usages, all: usize, width: usize) {
    let mut by: BTreeMap<How, Vec<&str>> = BTreeMap::new();
    usages.cases.iter().for_each(|case| by.entry(case.how).or_default().push(&case.name));
    row(out, "cases", &format!("{} of {all}", usages.cases.len()), width);
    for (how, names) in by {
        row(out, &format!("  {}", how.name()), &names.join(", "), width);
    }
}

/// A heading and what stands behind it, wrapped.
fn row(out: &mut String, heading: &str, text: &str, width: usize) {
    let first = format!("  {heading:<indent$}", indent = INDENT - 2);
    for line in hanging(width, &first, text) {
        let _ = writeln!(out, "{line}");
    }
}

/// Writes the same as one JSON object.
pub fn json(graph: &InferenceGraph, sources: &Sources, name: &str, usages: &[Usages]) -> String {
    let manifest = &graph.pack.manifest;
    wire::json(&wire::usages::Usages {
        schema_version: Version,
        pack: wire::Pack::new(&manifest.name, &manifest.version),
        name: name.to_owned(),
        usages: usages.iter().map(|usages| usage(graph, sources, usages)).collect(),
    })
}

fn usage(graph: &InferenceGraph, sources: &Sources, usages: &Usages) -> Usage {
    let named = |nodes: &BTreeSet<Node>| {
        let named = |node: &Node| Named { kind: kind(*node), name: node.name(&graph.pack).to_owned() };
        nodes.iter().map(named).collect()
    };
    let case = |case: &Touched| Case {
        name: case.name.clone(),
        file: sources.get(case.source).map_or_else(String::new, |source| source.name.clone()),
        how: case.how,
    };
    Usage {
        kind: kind(usages.of),
        place: sources.place(usages.of.span(&graph.pack)).into(),
        depends_on: named(&usages.from),
        used_by: named(&usages.to),
        cases: usages.cases.iter().map(case).collect(),
    }
}
