//! `ruleout ask --answers FILE`: a fact file plays the person.

use schemars::JsonSchema;
use serde::Serialize;

use super::say;
use super::wrap::paragraph;
use super::{code, whole_answer};
use crate::cli::{Format, print};
use crate::interview::{Asked, Event, Interview, Record};
use crate::render::headline::headline;
use crate::render::json;
use crate::render::words::about;
use crate::wire::{self, Version};

/// What was asked, what was answered, and what came of it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "turn")]
struct Turn {
    /// What it is.
    kind: Kind,
    /// The fact or the fix.
    name: String,
    /// Where one looks for it, in the words of the pack; null for what is asked by itself, and for a fix.
    visit: Option<String>,
    /// The question, in the words of the pack; of a fix, what it is.
    question: String,
    /// The answer as a person reads it, in short; `still_broken` of a fix; null where nobody knows.
    answer: Option<String>,
    /// Hands-on minutes so far: of the looks that told something, each visit once, and of fixes with their waits.
    #[schemars(range(min = 0))]
    minutes: f64,
    /// What is likeliest then.
    first: First,
}

/// What a turn is.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "turn-kind")]
enum Kind {
    /// A fact was asked for.
    Question,
    /// A fix was tried, in vain.
    Fix,
}

/// What is likeliest.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "first")]
struct First {
    /// The cause; null for something that the pack does not know.
    name: Option<String>,
    /// It is certainly not less likely; where it is exact, its probability.
    #[schemars(range(min = 0, max = 1))]
    low: f64,
    /// It is certainly not likelier; where it is exact, its probability.
    #[schemars(range(min = 0, max = 1))]
    high: f64,
    #[serde(skip)]
    verdict: String,
}

/// Why an interview ended.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "ended")]
enum Ended {
    /// No question that is left would pay for itself.
    Stop,
    /// Acting now pays more than any question.
    Fix,
    /// What was answered cannot all be true.
    Impossible,
}

/// Plays an interview and writes it with the answer at its end; gives the exit code.
pub(super) fn play(mut interview: Interview, answers: &Record, format: Format) -> u8 {
    let mut turns = Vec::new();
    while let Some(turn) = turn(&mut interview, answers) {
        turns.push(turn);
    }
    let ended = ended(&interview.now().asked);
    print(&match format {
        Format::Text => text(&turns, ended, &interview),
        Format::Json => in_json(&turns, ended, &interview),
    });
    code(&interview)
}

/// One question or fix; none where the file cannot answer what comes next, or nothing is asked any more.
fn turn(interview: &mut Interview, answers: &Record) -> Option<Turn> {
    let pack = &interview.graph().pack;
    let asked = interview.now().asked.clone();
    let (kind, name, visit, question, event) = match &asked {
        Asked::Question(question) => {
            let fact = &pack.facts[question.fact];
            let visit = question.visit.map(|id| pack.visits[id].title.clone());
            let known = answers.value(question.fact);
            let event = known.map_or(Event::DontKnow, |value| Event::Written(value.to_owned()));
            (Kind::Question, fact.name.value.clone(), visit, say::question(fact).to_owned(), event)
        }
        Asked::Fix(id, _) if answers.is_tried(*id) => {
            let fix = &pack.fixes[*id];
            (Kind::Fix, fix.name.value.clone(), None, say::fix_title(fix).to_owned(), Event::StillBroken)
        }
        _ => return None,
    };
    interview.apply(&event).ok()?;
    let answer = match (&asked, &event) {
        (_, Event::StillBroken) => Some("still_broken".to_owned()),
        (Asked::Question(question), Event::Written(_)) => {
            interview.now().ticket.facts().recorded.get(&question.fact).map(|fact| fact.written.clone())
        }
        _ => None,
    };
    let first = first(interview);
    Some(Turn { kind, name, visit, question, answer, minutes: interview.now().minutes, first })
}

fn first(interview: &Interview) -> First {
    let pack = &interview.graph().pack;
    let diagnosis = interview.now().ticket.diagnosis();
    let (cause, _, p) = say::likeliest(pack, diagnosis);
    let name = cause.map(|id| pack.causes[id].name.value.clone());
    First { name, low: p.low, high: p.high, verdict: headline(interview.graph(), diagnosis) }
}

/// Returns why it ended.
fn ended(asked: &Asked) -> Ended {
    match asked {
        Asked::Fix(..) => Ended::Fix,
        Asked::Impossible => Ended::Impossible,
        Asked::Question(_) | Asked::Stop | Asked::Solved(_) => Ended::Stop,
    }
}

fn text(turns: &[Turn], ended: Ended, interview: &Interview) -> String {
    let mut out = String::new();
    let mut visit = None;
    for (at, turn) in turns.iter().enumerate() {
        if turn.visit.is_some() && turn.visit != visit {
            out += &paragraph("", turn.visit.as_deref().unwrap_or_default());
        }
        visit.clone_from(&turn.visit);
        let answer = turn.answer.as_deref().unwrap_or("don't know");
        out += &paragraph(&format!("{:>3}. ", at + 1), &format!("{} [{}]", turn.question, turn.name));
        out += &paragraph("     ", answer);
        out += &paragraph("     → ", &format!("{}, after {}", turn.first.verdict, about(turn.minutes)));
    }
    let end = match ended {
        Ended::Fix => "No question pays more than acting now.",
        Ended::Impossible => "What was answered cannot all be true.",
        Ended::Stop => "No question that is left would pay for itself.",
    };
    out + end + "\n\n" + &whole_answer(interview)
}

/// An interview that was played from a fact file, and the answer at its end.
#[derive(Serialize, JsonSchema)]
struct Transcript<'a> {
    /// 1.
    schema_version: Version<1>,
    /// The name of the pack.
    pack: &'a str,
    /// Each question or fix, in the order in which they were asked.
    turns: &'a [Turn],
    /// Why it ended.
    ended: Ended,
    /// Hands-on minutes in all.
    #[schemars(range(min = 0))]
    minutes: f64,
    /// The answer, as `ruleout diagnose --format json` writes it.
    answer: json::Answer<'a>,
}

fn in_json(turns: &[Turn], ended: Ended, interview: &Interview) -> String {
    let (graph, now, extras) = (interview.graph(), interview.now(), json::Extras::default());
    wire::json(&Transcript {
        schema_version: Version,
        pack: &graph.pack.manifest.name,
        turns,
        ended,
        minutes: now.minutes,
        answer: json::answer(&now.ticket, &extras),
    })
}

/// Returns the schema of that.
pub(in crate::cli) fn json_schema() -> String {
    wire::schema::<Transcript<'_>>("ask-answers", "ruleout ask --answers FILE --format json")
}
