//! The one message: the questions that are best asked at once, as plain text to paste into a ticket, and as JSON.
//!
//! It goes to somebody who knows neither this program nor the pack: the questions stand in the pack's words, by the place
//! where one visits, with the possible answers where they are few; they are numbered, so that a reply can refer to them.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::example::Style;
use crate::pack::value::Type;
use crate::pack::{Fact, FactId, Pack, VisitId};
use crate::plan::next::{What, minutes_to_answer};
use crate::render::words::about;
use crate::wire::{self, Version};

/// The width of a line: what mail programs leave as it is.
const WIDTH: usize = 72;
/// So many answers are few.
const FEW: usize = 8;

/// Questions that are asked in one place.
struct VisitEntry<'p> {
    title: Option<&'p str>,
    minutes: f64,
    facts: Vec<&'p Fact>,
}

/// The visits, visits first, in the order of what they bring; what is asked by itself is one group.
fn visits<'p>(pack: &'p Pack, chosen: &[What]) -> Vec<VisitEntry<'p>> {
    let fact = |id: &FactId| pack.facts.get(id.0);
    let mut visits: Vec<VisitEntry> = Vec::new();
    let mut alone = VisitEntry { title: None, minutes: 0.0, facts: Vec::new() };
    for what in chosen {
        match what {
            What::Visit(visit, facts) => visits.push(visit_entry(pack, *visit, facts)),
            What::Question(id) => {
                alone.minutes += fact(id).map_or(0.0, |fact| minutes_to_answer(pack, fact));
                alone.facts.extend(fact(id));
            }
            What::Fix(_) | What::Stop => {}
        }
    }
    visits.extend((!alone.facts.is_empty()).then_some(alone));
    visits
}

/// A visit asks in the order in which the pack lists what is seen there.
fn visit_entry<'p>(pack: &'p Pack, id: VisitId, facts: &[FactId]) -> VisitEntry<'p> {
    let visit = pack.visits.get(id.0);
    let first = facts.first().and_then(|id| pack.facts.get(id.0));
    let listed = visit.map_or(&[][..], |visit| &visit.facts);
    VisitEntry {
        title: visit.map(|visit| visit.title.as_str()),
        minutes: first.map_or(0.0, |fact| minutes_to_answer(pack, fact)),
        facts: listed.iter().filter(|f| facts.contains(f)).filter_map(|f| pack.facts.get(f.0)).collect(),
    }
}

/// Writes the message; none where no question pays.
pub fn text(pack: &Pack, chosen: &[What]) -> Option<String> {
    let visits = visits(pack, chosen);
    let count: usize = visits.iter().map(|visit| visit.facts.len()).sum();
    if count == 0 {
        return None;
    }
    let mut page = Page { out: String::new(), number: 0 };
    page.out.push_str("Hello,\n\n");
    page.say("", &opening(count, visits.iter().map(|visit| visit.minutes).sum()));
    let grouped = visits.iter().any(|visit| visit.title.is_some());
    for visit in &visits {
        page.visit(visit, grouped);
    }
    page.out.push_str("\nThank you.\n");
    Some(page.out)
}

fn opening(count: usize, minutes: f64) -> String {
    let time = about(minutes);
    match count {
        1 => format!("one answer would take us a good step further. It should take {time}."),
        _ => format!(
            "the answers to these {count} questions would take us a good step further. They should take {time} in \
             all. Please answer by number; where you cannot find something out, write \"not available\"."
        ),
    }
}

struct Page {
    out: String,
    number: usize,
}

impl Page {
    fn visit(&mut self, visit: &VisitEntry, grouped: bool) {
        self.out.push('\n');
        if grouped {
            let title = visit.title.unwrap_or("Besides");
            self.say("", &format!("{title} ({}):", about(visit.minutes)));
        }
        for fact in &visit.facts {
            self.number += 1;
            let first = format!("{:>3}. ", self.number);
            self.say(&first, question(fact));
            if let Some(hint) = hint(&fact.ty) {
                self.say("     ", &hint);
            }
        }
    }

    fn say(&mut self, first: &str, text: &str) {
        let rest = " ".repeat(first.chars().count());
        let options = textwrap::Options::new(WIDTH)
            .initial_indent(first)
            .subsequent_indent(&rest)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .break_words(false);
        for line in textwrap::wrap(text, options) {
            // Writing to a string does not fail.
            let _ = writeln!(self.out, "{line}");
        }
    }
}

fn question(fact: &Fact) -> &str {
    fact.ask.as_deref().unwrap_or(fact.name.value.as_str())
}

/// The possible answers where they are few, or how one is written.
fn hint(ty: &Type) -> Option<String> {
    let words =
        |values: &[String]| values.iter().map(|v| v.replace('_', " ")).collect::<Vec<_>>().join(" / ");
    match ty {
        Type::YesNo => Some("yes / no".to_owned()),
        Type::OneOf(values) if values.len() <= FEW => Some(words(values)),
        Type::SomeOf(values) if values.len() <= FEW => Some(format!("any of: {}", words(values))),
        Type::Percent | Type::Size | Type::Duration | Type::Time => {
            Some(format!("for example {}", Style(None).example(ty)))
        }
        Type::Table(columns) => {
            let columns: Vec<String> = columns.iter().map(|column| column.name.replace('_', " ")).collect();
            Some(format!("of each: {}", columns.join(", ")))
        }
        _ => None,
    }
}

/// The questions worth asking at once.
#[derive(Serialize, JsonSchema)]
struct Message<'a> {
    /// 1.
    schema_version: Version<1>,
    /// The name of the pack.
    pack: &'a str,
    /// The message, plain text in lines of 72 signs; null where no question pays.
    text: Option<String>,
    /// What answering takes in minutes, all visits together.
    #[schemars(range(min = 0))]
    minutes: f64,
    /// The questions by where one visits, in the order of the message; empty where no question pays.
    visits: Vec<VisitInMessage<'a>>,
}

/// Questions that are answered in one place.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "look")]
struct VisitInMessage<'a> {
    /// Where one visits, in the words of the pack; null for what is asked by itself.
    visit: Option<&'a str>,
    /// What it takes in minutes.
    #[schemars(range(min = 0))]
    minutes: f64,
    /// What is asked there.
    questions: Vec<QuestionEntry<'a>>,
}

/// A question.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "question")]
struct QuestionEntry<'a> {
    /// Its number in the message, from 1.
    #[schemars(range(min = 1))]
    number: usize,
    /// The fact that it asks for.
    fact: &'a str,
    /// The question, in the words of the pack; the name of the fact where the pack has none.
    question: &'a str,
    /// The type of the fact, as a pack says it: `yes/no`, `duration`.
    r#type: String,
}

/// Writes the message and its parts as JSON.
pub fn json(pack: &Pack, chosen: &[What]) -> String {
    let visits = visits(pack, chosen);
    let mut entries = Vec::new();
    let mut before = 0;
    for visit in &visits {
        let questions = (before + 1..).zip(&visit.facts).map(|(number, fact)| QuestionEntry {
            number,
            fact: &fact.name.value,
            question: question(fact),
            r#type: fact.ty.name(),
        });
        entries.push(VisitInMessage {
            visit: visit.title,
            minutes: visit.minutes,
            questions: questions.collect(),
        });
        before += visit.facts.len();
    }
    let message = Message {
        schema_version: Version,
        pack: &pack.manifest.name,
        text: text(pack, chosen),
        minutes: visits.iter().map(|visit| visit.minutes).sum(),
        visits: entries,
    };
    wire::json(&message)
}

/// The schema of that.
pub fn json_schema() -> String {
    wire::schema::<Message<'_>>("ask-message", "ruleout ask --message --format json")
}
