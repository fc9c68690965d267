//! What may be recorded, for a person who looks it up and for programs.

use std::fmt::Write as _;

use anstyle::Style;
use schemars::JsonSchema;
use serde::Serialize;

use super::inventory::{Place, facts, heading, places, title};
use crate::graph::InferenceGraph;
use crate::graph::context::Context;
use crate::pack::{Fact, Pack};
use crate::render::words::percent;
use crate::value::{Type, write_duration};
use crate::wire::{self, Version};

/// The width of the page.
const WIDTH: usize = 80;

const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// All facts of a pack by the place where they are found: name, type, question, cost, and of contexts how often.
pub fn text(graph: &InferenceGraph) -> String {
    let pack = &graph.pack;
    let mut out = format!("{}\n", wrapped(&title(pack), ""));
    for place in places(pack) {
        // Writing to a string does not fail.
        let _ = writeln!(out, "\n{STRONG}{}{STRONG:#}", wrapped(&heading(&place), ""));
        for see in &place.see {
            let _ = writeln!(out, "{FAINT}{}{FAINT:#}", wrapped(&format!("see \u{201c}{see}\u{201d}"), ""));
        }
        for fact in facts(pack, &place) {
            fact_text(fact, graph, &mut out);
        }
    }
    out
}

fn fact_text(fact: &Fact, graph: &InferenceGraph, out: &mut String) {
    let name = &fact.name.value;
    let head = wrapped(&format!("{name}: {}", fact.ty.name()), "  ");
    let _ = writeln!(out, "{}", head.replacen(name.as_str(), &format!("{STRONG}{name}{STRONG:#}"), 1));
    if let Some(question) = &fact.ask {
        let _ = writeln!(out, "{}", wrapped(question, "      "));
    }
    let remarks = remarks(fact, graph);
    if !remarks.is_empty() {
        let _ = writeln!(out, "{FAINT}{}{FAINT:#}", wrapped(&remarks.join("; "), "      "));
    }
}

fn remarks(fact: &Fact, graph: &InferenceGraph) -> Vec<String> {
    let mut remarks = Vec::new();
    if fact.ask_first {
        remarks.push("asked first".to_owned());
    }
    if let (Some(takes), None) = (fact.takes, fact.visit) {
        remarks.push(format!("takes {}", write_duration(takes)));
    }
    if let Some(context) = context(fact, graph) {
        remarks.push(if context.rated {
            format!("a context: {}", rates(context).join(", "))
        } else {
            "a context without a rate: all values count as equally likely".to_owned()
        });
    }
    remarks.extend(fact.see.iter().map(|see| format!("see \u{201c}{see}\u{201d}")));
    remarks
}

/// The context that is called as the fact.
fn context<'g>(fact: &Fact, graph: &'g InferenceGraph) -> Option<&'g Context> {
    graph.contexts.iter().find(|context| context.name == fact.name.value)
}

/// `60 % yes`, the likeliest first.
fn rates(context: &Context) -> Vec<String> {
    let mut values: Vec<(f64, &String)> = context.rates.iter().copied().zip(&context.labels).collect();
    values.sort_by(|a, b| b.0.total_cmp(&a.0));
    values.into_iter().map(|(rate, label)| format!("{} {label}", percent(rate))).collect()
}

/// Lines of the page that begin so far in.
fn wrapped(text: &str, indent: &str) -> String {
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(indent)
        .subsequent_indent(if indent == "  " { "      " } else { indent })
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    textwrap::fill(text, options)
}

/// What may be recorded in a fact file of a pack.
#[derive(Debug, Serialize, JsonSchema)]
struct Listed<'p> {
    /// 1.
    schema_version: Version<1>,
    /// The pack.
    pack: wire::Pack<'p>,
    /// Where one looks, in the order in which one would.
    visits: Vec<VisitEntry<'p>>,
}

/// Facts that are found in one place.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "visit")]
struct VisitEntry<'p> {
    /// Where one looks, in the words of the pack.
    title: &'p str,
    /// Whether it is one visit, which answers all of its facts and is paid once.
    paid_once: bool,
    /// Whether its facts are computed from others, and recorded only where those are not known.
    computed: bool,
    /// What the visit costs in minutes; null where it is none, or nobody said.
    #[schemars(range(min = 0))]
    minutes: Option<f64>,
    /// Where more stands about it.
    see: &'p [String],
    /// What is found there.
    facts: Vec<FactEntry<'p>>,
}

/// A fact.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "fact")]
struct FactEntry<'p> {
    /// Its name in a fact file.
    name: &'p str,
    /// Its type, as a pack says it: `yes/no`, `one of gmail, other`, `number`, `percent`, `size`, `duration`, `time`, `text`,
    /// `domain`, `ip`, `table of { … }`.
    #[serde(rename = "type")]
    ty: String,
    /// The values of `one of` and `some of`; null with other types.
    values: Option<&'p [String]>,
    /// The question that obtains it; null where the pack has none.
    question: Option<&'p str>,
    /// Whether it is asked before all others.
    asked_first: bool,
    /// What the question costs in minutes; null where its visit is what costs, or nobody said.
    #[schemars(range(min = 0))]
    minutes: Option<f64>,
    /// How often each value is so, where shares depend on it; null where none does.
    context: Option<Vec<Rate<'p>>>,
    /// Where more stands about it.
    see: &'p [String],
}

/// How often a context has a value.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "rate")]
struct Rate<'p> {
    /// The value.
    value: &'p str,
    /// How often, from 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    probability: f64,
}

/// The same as one JSON object.
pub fn json(graph: &InferenceGraph) -> String {
    let pack = &graph.pack;
    let all = places(pack);
    let listed = Listed {
        schema_version: Version,
        pack: wire::Pack { name: &pack.manifest.name, version: &pack.manifest.version },
        visits: all.iter().map(|place| visit_entry(place, pack, graph)).collect(),
    };
    wire::json(&listed)
}

/// The schema of that.
pub fn json_schema() -> String {
    wire::schema::<Listed<'_>>("facts", "ruleout facts --format json")
}

fn visit_entry<'p>(place: &'p Place, pack: &'p Pack, graph: &'p InferenceGraph) -> VisitEntry<'p> {
    VisitEntry {
        title: &place.title,
        paid_once: facts(pack, place).any(|fact| fact.visit.is_some()),
        computed: place.computed,
        minutes: place.takes.map(minutes),
        see: &place.see,
        facts: facts(pack, place).map(|fact| fact_entry(fact, graph)).collect(),
    }
}

fn fact_entry<'p>(fact: &'p Fact, graph: &'p InferenceGraph) -> FactEntry<'p> {
    let rates = |context: &'p Context| {
        let rates = context.labels.iter().zip(&context.rates);
        rates.map(|(value, rate)| Rate { value, probability: *rate }).collect()
    };
    FactEntry {
        name: &fact.name.value,
        ty: fact.ty.name(),
        values: match &fact.ty {
            Type::OneOf(values) | Type::SomeOf(values) => Some(values),
            _ => None,
        },
        question: fact.ask.as_deref(),
        asked_first: fact.ask_first,
        minutes: fact.takes.filter(|_| fact.visit.is_none()).map(minutes),
        context: context(fact, graph).map(rates),
        see: &fact.see,
    }
}

/// Nanoseconds as minutes.
#[expect(
    clippy::cast_precision_loss,
    reason = "a day is a number of nanoseconds that a float holds well enough"
)]
fn minutes(nanos: i128) -> f64 {
    nanos as f64 / 6e10
}
