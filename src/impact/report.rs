//! What hangs on a name, for people and for programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;

use super::{How, Impact, Touched};
use crate::graph::{InferenceGraph, Node};
use crate::source::Sources;

const WIDTH: usize = 80;
/// Where the second column begins.
const INDENT: usize = 19;

/// What a node is, in a word; of several, their heading.
fn kind(node: Node) -> (&'static str, &'static str) {
    match node {
        Node::Fact(_) => ("fact", "facts"),
        Node::Derive(_) => ("derive", "computed facts"),
        Node::Symptom(_) => ("symptom", "symptoms"),
        Node::Rule(_) => ("rule", "rules"),
        Node::Cause(_) => ("cause", "causes"),
        Node::Fix(_) => ("fix", "fixes"),
    }
}

/// A few lines for each thing of the name.
pub fn text(graph: &InferenceGraph, sources: &Sources, impacts: &[Impact], all: usize) -> String {
    let mut out = String::new();
    for impact in impacts {
        let name = impact.of.name(&graph.pack);
        let place = sources.place(impact.of.span(&graph.pack));
        // Writing to a string does not fail.
        let _ = writeln!(out, "{} `{name}`  [{place}]", kind(impact.of).0);
        nodes(&mut out, "from", graph, &impact.from);
        nodes(&mut out, "to", graph, &impact.to);
        cases(&mut out, impact, all);
        out.push('\n');
    }
    out.truncate(out.trim_end().len() + 1);
    out
}

fn nodes(out: &mut String, side: &str, graph: &InferenceGraph, nodes: &BTreeSet<Node>) {
    let mut groups: BTreeMap<u8, (&str, Vec<&str>)> = BTreeMap::new();
    for node in nodes {
        let order = match node {
            Node::Fact(_) => 0,
            Node::Derive(_) => 1,
            Node::Symptom(_) => 2,
            Node::Rule(_) => 3,
            Node::Cause(_) => 4,
            Node::Fix(_) => 5,
        };
        groups.entry(order).or_insert_with(|| (kind(*node).1, Vec::new())).1.push(node.name(&graph.pack));
    }
    for (heading, mut names) in groups.into_values() {
        names.sort_unstable();
        let arrow = if side == "from" { "←" } else { "→" };
        row(out, &format!("{arrow} {heading}"), &names.join(", "));
    }
}

fn cases(out: &mut String, impact: &Impact, all: usize) {
    let mut by: BTreeMap<How, Vec<&str>> = BTreeMap::new();
    impact.cases.iter().for_each(|case| by.entry(case.how).or_default().push(&case.name));
    row(out, "cases", &format!("{} of {all}", impact.cases.len()));
    for (how, names) in by {
        row(out, &format!("  {}", how.name()), &names.join(", "));
    }
}

/// A heading and what stands behind it, wrapped.
fn row(out: &mut String, heading: &str, text: &str) {
    let first = format!("  {heading:<width$}", width = INDENT - 2);
    let rest = " ".repeat(INDENT);
    let options =
        textwrap::Options::new(WIDTH).initial_indent(&first).subsequent_indent(&rest).break_words(false);
    for line in textwrap::wrap(text, options) {
        let _ = writeln!(out, "{line}");
    }
}

#[derive(Serialize)]
struct Written<'a> {
    schema_version: u32,
    pack: &'a str,
    name: &'a str,
    things: Vec<Thing<'a>>,
}

#[derive(Serialize)]
struct Thing<'a> {
    kind: &'static str,
    place: Place,
    from: Vec<Named<'a>>,
    to: Vec<Named<'a>>,
    cases: Vec<CaseWritten<'a>>,
}

#[derive(Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Named<'a> {
    kind: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
struct CaseWritten<'a> {
    name: &'a str,
    file: &'a str,
    how: &'static str,
}

/// The same as one JSON object.
pub fn json(graph: &InferenceGraph, sources: &Sources, name: &str, impacts: &[Impact]) -> String {
    let things = impacts.iter().map(|impact| thing(graph, sources, impact)).collect();
    let written = Written { schema_version: 1, pack: &graph.pack.manifest.name, name, things };
    serde_json::to_string_pretty(&written).unwrap_or_default() + "\n"
}

fn thing<'a>(graph: &'a InferenceGraph, sources: &'a Sources, impact: &'a Impact) -> Thing<'a> {
    let place = sources.place(impact.of.span(&graph.pack));
    let named = |nodes: &BTreeSet<Node>| {
        nodes.iter().map(|node| Named { kind: kind(*node).0, name: node.name(&graph.pack) }).collect()
    };
    let case = |case: &'a Touched| CaseWritten {
        name: &case.name,
        file: sources.get(case.source).map_or("", |source| source.name.as_str()),
        how: case.how.name(),
    };
    Thing {
        kind: kind(impact.of).0,
        place: Place { file: place.file, line: place.position.line, column: place.position.column },
        from: named(&impact.from),
        to: named(&impact.to),
        cases: impact.cases.iter().map(case).collect(),
    }
}
