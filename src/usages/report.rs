//! What hangs on a name, for people and for programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::{How, Touched, Usages};
use crate::graph::{InferenceGraph, Node};
use crate::source::Sources;
use crate::wire::{self, Place, Version};

const WIDTH: usize = 80;
/// Where the second column begins.
const INDENT: usize = 19;

/// What a thing is; in the order in which a pack is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "kind")]
enum Kind {
    /// A fact that is recorded.
    Fact,
    /// A computed fact.
    Derive,
    /// A symptom.
    Symptom,
    /// A rule.
    Rule,
    /// A cause.
    Cause,
    /// A fix.
    Fix,
}

impl Kind {
    fn of(node: Node) -> Self {
        match node {
            Node::Fact(_) => Kind::Fact,
            Node::Derive(_) => Kind::Derive,
            Node::Symptom(_) => Kind::Symptom,
            Node::Rule(_) => Kind::Rule,
            Node::Cause(_) => Kind::Cause,
            Node::Fix(_) => Kind::Fix,
        }
    }

    /// In a word, as in JSON; of several, their heading.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Fact => ("fact", "facts"),
            Kind::Derive => ("derive", "computed facts"),
            Kind::Symptom => ("symptom", "symptoms"),
            Kind::Rule => ("rule", "rules"),
            Kind::Cause => ("cause", "causes"),
            Kind::Fix => ("fix", "fixes"),
        }
    }
}

/// A few lines for each thing of the name.
pub fn text(graph: &InferenceGraph, sources: &Sources, usages: &[Usages], all: usize) -> String {
    let mut out = String::new();
    for usages in usages {
        let name = usages.of.name(&graph.pack);
        let place = sources.place(usages.of.span(&graph.pack));
        // Writing to a string does not fail.
        let _ = writeln!(out, "{} `{name}`  [{place}]", Kind::of(usages.of).words().0);
        nodes(&mut out, "←", graph, &usages.from);
        nodes(&mut out, "→", graph, &usages.to);
        cases(&mut out, usages, all);
        out.push('\n');
    }
    out.truncate(out.trim_end().len() + 1);
    out
}

fn nodes(out: &mut String, arrow: &str, graph: &InferenceGraph, nodes: &BTreeSet<Node>) {
    let mut groups: BTreeMap<Kind, Vec<&str>> = BTreeMap::new();
    for node in nodes {
        groups.entry(Kind::of(*node)).or_default().push(node.name(&graph.pack));
    }
    for (kind, mut names) in groups {
        names.sort_unstable();
        row(out, &format!("{arrow} {}", kind.words().1), &names.join(", "));
    }
}

fn cases(out: &mut String, usages: &Usages, all: usize) {
    let mut by: BTreeMap<How, Vec<&str>> = BTreeMap::new();
    usages.cases.iter().for_each(|case| by.entry(case.how).or_default().push(&case.name));
    row(out, "cases", &format!("{} of {all}", usages.cases.len()));
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

/// What hangs on a name of a pack.
#[derive(Serialize, JsonSchema)]
struct Written<'a> {
    /// 1.
    schema_version: Version<1>,
    /// The name of the pack.
    pack: &'a str,
    /// The name that was asked for.
    name: &'a str,
    /// Each thing of that name: facts, symptoms, rules, causes and fixes may share one.
    #[schemars(length(min = 1))]
    usages: Vec<Thing<'a>>,
}

/// A thing of the pack, and what hangs on it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "usage")]
struct Thing<'a> {
    /// What it is.
    kind: Kind,
    /// Where it is declared.
    place: Place,
    /// What it is read from, through others; of a cause, its rules too, and the causes that lead to it; of a fix, the causes that it
    /// removes.
    depends_on: Vec<Named<'a>>,
    /// What is read from it, through others, up to the causes; of a cause, what comes of it and what removes it.
    used_by: Vec<Named<'a>>,
    /// The cases in which it says something, by name.
    cases: Vec<CaseWritten<'a>>,
}

/// A thing of the pack by its name.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "named")]
struct Named<'a> {
    /// What it is.
    kind: Kind,
    /// Its name.
    name: &'a str,
}

/// A case in which the thing says something.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "case")]
struct CaseWritten<'a> {
    /// The name of its file, without the ending.
    name: &'a str,
    /// Its fact file.
    file: &'a str,
    /// What it has to do with the thing.
    how: How,
}

/// The same as one JSON object.
pub fn json(graph: &InferenceGraph, sources: &Sources, name: &str, usages: &[Usages]) -> String {
    let usages = usages.iter().map(|usages| thing(graph, sources, usages)).collect();
    let written = Written { schema_version: Version, pack: &graph.pack.manifest.name, name, usages };
    wire::json(&written)
}

/// The schema of that.
pub fn json_schema() -> String {
    wire::schema::<Written<'_>>("usages", "ruleout usages NAME --format json")
}

fn thing<'a>(graph: &'a InferenceGraph, sources: &'a Sources, usages: &'a Usages) -> Thing<'a> {
    let named = |nodes: &BTreeSet<Node>| {
        nodes.iter().map(|node| Named { kind: Kind::of(*node), name: node.name(&graph.pack) }).collect()
    };
    let case = |case: &'a Touched| CaseWritten {
        name: &case.name,
        file: sources.get(case.source).map_or("", |source| source.name.as_str()),
        how: case.how,
    };
    Thing {
        kind: Kind::of(usages.of),
        place: sources.place(usages.of.span(&graph.pack)).into(),
        depends_on: named(&usages.from),
        used_by: named(&usages.to),
        cases: usages.cases.iter().map(case).collect(),
    }
}
