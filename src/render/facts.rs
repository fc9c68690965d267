//! What may be recorded, for a person who looks it up and for programs.

use std::fmt::Write as _;

use textwrap::core::display_width;

use super::inventory::{Place, facts, heading, places, title};
use super::style::{FAINT, PLAIN, STRONG, Style};
use crate::graph::InferenceGraph;
use crate::graph::context::Context;
use crate::pack::Fact;
use crate::plan::repair::minutes;
use crate::render::wrap::lines;
use crate::report::words::percent;
use crate::value::Type;
use crate::value::write_duration;
use crate::wire::facts::Rate;
use crate::wire::{self, Version};

/// Lists all facts of a pack by the place where they are found, in lines of a width: name, type and question; with `details` also
/// what they cost, where more stands about them, and of contexts how often they are what.
pub fn text(graph: &InferenceGraph, details: bool, width: usize) -> String {
    let pack = &graph.pack;
    let mut page = Page { width, out: String::new() };
    page.paragraph(PLAIN, "", &title(pack));
    for place in places(pack) {
        page.out.push('\n');
        page.paragraph(STRONG, "", &heading(&place));
        if details {
            place.see.iter().for_each(|see| page.paragraph(FAINT, "", &see_also(see)));
        }
        facts(pack, &place).for_each(|fact| page.fact(fact, details.then_some(graph)));
    }
    page.out
}

/// Lines of a width.
struct Page {
    width: usize,
    out: String,
}

impl Page {
    fn paragraph(&mut self, style: Style, indent: &str, text: &str) {
        for line in lines(self.width, indent, indent, text) {
            // Writing to a string does not fail.
            let _ = writeln!(self.out, "{style}{line}{style:#}");
        }
    }

    /// Writes a fact; with a graph, all that is to be known of it.
    fn fact(&mut self, fact: &Fact, graph: Option<&InferenceGraph>) {
        let (name, ty) = (&fact.name.value, fact.ty.name());
        let head = format!("  {name}: {ty}");
        let head = match graph {
            None => vec![cut(&head, self.width)],
            Some(_) => lines(self.width, "  ", "      ", head.trim_start()),
        };
        let head = head.join("\n").replacen(name.as_str(), &format!("{STRONG}{name}{STRONG:#}"), 1);
        let _ = writeln!(self.out, "{head}");
        if let Some(question) = &fact.ask {
            self.paragraph(PLAIN, "      ", question);
        }
        let remarks = graph.map_or(Vec::new(), |graph| remarks(fact, graph));
        if !remarks.is_empty() {
            self.paragraph(FAINT, "      ", &remarks.join("; "));
        }
    }
}

fn see_also(place: &str) -> String {
    format!("see \u{201c}{place}\u{201d}")
}

/// Cuts a line to a width behind one of its words.
fn cut(line: &str, width: usize) -> String {
    if display_width(line) <= width {
        return line.to_owned();
    }
    let mut out = String::new();
    for word in line.split_inclusive(' ') {
        if display_width(&out) + display_width(word) + 1 > width {
            break;
        }
        out.push_str(word);
    }
    format!("{}…", out.trim_end_matches([' ', ',']))
}

/// Says what else is to be known of a fact.
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
    remarks.extend(fact.see.iter().map(|see| see_also(see)));
    remarks
}

/// Returns the context that is called as the fact.
fn context<'g>(fact: &Fact, graph: &'g InferenceGraph) -> Option<&'g Context> {
    graph.contexts.iter().find(|context| context.name == fact.name.value)
}

/// Writes the rates of a context, the likeliest first: `60 % yes`.
fn rates(context: &Context) -> Vec<String> {
    let mut values: Vec<(f64, &String)> = context.rates.iter().copied().zip(&context.labels).collect();
    values.sort_by(|a, b| b.0.total_cmp(&a.0));
    values.into_iter().map(|(rate, label)| format!("{} {label}", percent(rate))).collect()
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
