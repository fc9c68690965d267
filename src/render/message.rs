//! The one message: the questions that are best asked at once, as plain text to paste into a ticket, and as JSON.
//!
//! It goes to somebody who knows neither this program nor the pack: the questions stand in the pack's words, by the place
//! where one visits, with the possible answers where they are few; they are numbered, so that a reply can refer to them.

use std::fmt::Write as _;

use crate::facts::example::Style;
use crate::pack::{Fact, FactId, Pack, VisitId};
use crate::plan::next::{What, minutes_to_answer};
use crate::render::wrap::hanging;
use crate::report::words::about;
use crate::value::Type;
use crate::wire::ask_message::{Message, Question, Visit};
use crate::wire::{self, Version};

/// The width of a line: what mail programs leave as it is.
const WIDTH: usize = 72;
/// So many answers are few.
const FEW: usize = 8;

/// Questions that are asked in one place.
struct Group<'p> {
    title: Option<&'p str>,
    minutes: f64,
    facts: Vec<&'p Fact>,
}

/// The visits, visits first, in the order of what they bring; what is asked by itself is one group.
fn visits<'p>(pack: &'p Pack, chosen: &[What]) -> Vec<Group<'p>> {
    let fact = |id: &FactId| pack.facts.nth(id.0);
    let mut visits: Vec<Group> = Vec::new();
    let mut alone = Group { title: None, minutes: 0.0, facts: Vec::new() };
    for what in chosen {
        match what {
            What::Visit(visit, facts) => visits.push(group(pack, *visit, facts)),
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
fn group<'p>(pack: &'p Pack, id: VisitId, facts: &[FactId]) -> Group<'p> {
    let visit = pack.visits.nth(id.0);
    let first = facts.first().and_then(|id| pack.facts.nth(id.0));
    let listed = visit.map_or(&[][..], |visit| &visit.facts);
    Group {
        title: visit.map(|visit| visit.title.as_str()),
        minutes: first.map_or(0.0, |fact| minutes_to_answer(pack, fact)),
        facts: listed.iter().filter(|f| facts.contains(f)).filter_map(|f| pack.facts.nth(f.0)).collect(),
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
        1 => format!("To narrow this down, please answer one question. It should take {time}."),
        _ => format!(
            "To narrow this down, please answer these {count} questions. They should take {time} in all. Please answer \
             by number; where you cannot find something out, write \"not available\"."
        ),
    }
}

struct Page {
    out: String,
    number: usize,
}

impl Page {
    fn visit(&mut self, visit: &Group, grouped: bool) {
        self.out.push('\n');
        if grouped {
            let title = visit.title.unwrap_or("Also");
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
        for line in hanging(WIDTH, first, text) {
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

/// Writes the message and its parts as JSON.
pub fn json(pack: &Pack, chosen: &[What], to: Option<&str>) -> String {
    let visits = visits(pack, chosen);
    let mut entries = Vec::new();
    let mut before = 0;
    for visit in &visits {
        let questions = (before + 1..).zip(&visit.facts).map(|(number, fact)| Question {
            number,
            fact: fact.name.value.clone(),
            question: question(fact).to_owned(),
            ty: fact.ty.name(),
        });
        entries.push(Visit {
            title: visit.title.map(str::to_owned),
            minutes: visit.minutes,
            questions: questions.collect(),
        });
        before += visit.facts.len();
    }
    wire::json(&Message {
        schema_version: Version,
        pack: wire::Pack::new(&pack.manifest.name, &pack.manifest.version),
        to: to.map(str::to_owned),
        text: text(pack, chosen),
        // A sum of nothing would be −0.
        minutes: visits.iter().fold(0.0, |sum, visit| sum + visit.minutes),
        visits: entries,
    })
}
