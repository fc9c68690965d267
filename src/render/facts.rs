//! What may be recorded, for a person who looks it up and for programs.

use std::fmt::Write as _;

use anstyle::Style;

use super::inventory::{Place, facts, heading, places, title};
use crate::graph::InferenceGraph;
use crate::graph::context::Context;
use crate::pack::Fact;
use crate::plan::repair::minutes;
use crate::render::words::percent;
use crate::value::{Type, write_duration};
use crate::wire::facts::Rate;
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

/// Writes the same as one JSON object.
pub fn json(graph: &InferenceGraph) -> String {
    let pack = &graph.pack;
    wire::json(&wire::facts::Facts {
        schema_version: Version,
        pack: wire::Pack::new(&pack.manifest.name, &pack.manifest.version),
        visits: places(pack).iter().map(|place| visit_entry(place, graph)).collect(),
    })
}

fn visit_entry(place: &Place, graph: &InferenceGraph) -> wire::facts::Visit {
    let pack = &graph.pack;
    wire::facts::Visit {
        title: place.title.clone(),
        paid_once: facts(pack, place).any(|fact| fact.visit.is_some()),
        computed: place.computed,
        minutes: place.takes.map(minutes),
        see: place.see.clone(),
        facts: facts(pack, place).map(|fact| fact_entry(fact, graph)).collect(),
    }
}

fn fact_entry(fact: &Fact, graph: &InferenceGraph) -> wire::facts::Fact {
    let rates = |context: &Context| {
        let rates = context.labels.iter().zip(&context.rates);
        rates.map(|(value, rate)| Rate { value: value.clone(), probability: *rate }).collect()
    };
    wire::facts::Fact {
        name: fact.name.value.clone(),
        ty: fact.ty.name(),
        values: match &fact.ty {
            Type::OneOf(values) | Type::SomeOf(values) => Some(values.clone()),
            _ => None,
        },
        question: fact.ask.clone(),
        asked_first: fact.ask_first,
        minutes: fact.takes.filter(|_| fact.visit.is_none()).map(minutes),
        context: context(fact, graph).map(rates),
        see: fact.see.clone(),
    }
}
