//! `ruleout ask --answers FILE`: a fact file plays the person.

use serde::Serialize;
use serde_json::value::RawValue;

use super::say;
use super::wrap::paragraph;
use super::{code, whole_answer};
use crate::cli::{Format, print};
use crate::interview::{Asked, Event, Interview, Record};
use crate::pack::Pack;
use crate::render::headline::headline;
use crate::render::json;
use crate::render::words::about;

/// What was asked, what was answered, and what came of it.
#[derive(Serialize)]
struct Turn {
    kind: &'static str,
    name: String,
    visit: Option<String>,
    question: String,
    answer: Option<String>,
    minutes: f64,
    first: First,
}

/// What is likeliest.
#[derive(Serialize)]
struct First {
    name: Option<String>,
    low: f64,
    high: f64,
    #[serde(skip)]
    verdict: String,
}

/// Plays an interview and writes it with the answer at its end; gives the exit code.
pub(super) fn play(mut interview: Interview<'_>, answers: &Record, format: Format) -> u8 {
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
fn turn(interview: &mut Interview<'_>, answers: &Record) -> Option<Turn> {
    let pack = &interview.graph().pack;
    let asked = interview.now().asked.clone();
    let (kind, name, visit, question, event) = match &asked {
        Asked::Question(question) => {
            let fact = pack.facts.get(question.fact.0)?;
            let visit = question.visit.and_then(|id| pack.visits.get(id.0)).map(|visit| visit.title.clone());
            let known = answers.value(question.fact);
            let event = known.map_or(Event::DontKnow, |value| Event::Written(value.to_owned()));
            ("question", fact.name.value.clone(), visit, say::question(fact).to_owned(), event)
        }
        Asked::Fix(id, _) if answers.is_tried(*id) => {
            let fix = pack.fixes.get(id.0)?;
            ("fix", fix.name.value.clone(), None, say::fix_title(fix).to_owned(), Event::StillBroken)
        }
        _ => return None,
    };
    interview.apply(&event).ok()?;
    let answer = match (&asked, &event) {
        (_, Event::StillBroken) => Some("still_broken".to_owned()),
        (Asked::Question(question), Event::Written(_)) => {
            interview.now().answered.facts.recorded.get(&question.fact).map(|fact| fact.written.clone())
        }
        _ => None,
    };
    let first = first(interview);
    Some(Turn { kind, name, visit, question, answer, minutes: interview.now().minutes, first })
}

fn first(interview: &Interview<'_>) -> First {
    let pack = &interview.graph().pack;
    let diagnosis = &interview.now().answered.diagnosis;
    let (cause, _, p) = say::likeliest(pack, diagnosis);
    let name = cause.and_then(|id| pack.causes.get(id.0)).map(|cause| cause.name.value.clone());
    First { name, low: p.low, high: p.high, verdict: headline(interview.graph(), diagnosis) }
}

/// Why it ended.
fn ended(asked: &Asked) -> &'static str {
    match asked {
        Asked::Fix(..) => "fix",
        Asked::Impossible => "impossible",
        Asked::Question(_) | Asked::Stop | Asked::Solved(_) => "stop",
    }
}

fn text(turns: &[Turn], ended: &str, interview: &Interview<'_>) -> String {
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
        "fix" => "No question pays more than acting now.",
        "impossible" => "What was answered cannot all be true.",
        _ => "No question that is left would pay for itself.",
    };
    out + end + "\n\n" + &whole_answer(interview)
}

#[derive(Serialize)]
struct Transcript<'a> {
    schema_version: u32,
    pack: &'a str,
    turns: &'a [Turn],
    ended: &'a str,
    minutes: f64,
    answer: Option<Box<RawValue>>,
}

fn in_json(turns: &[Turn], ended: &str, interview: &Interview<'_>) -> String {
    let pack: &Pack = &interview.graph().pack;
    let now = interview.now();
    let answered = &now.answered;
    let answer = json::json(
        interview.graph(),
        &answered.facts,
        &answered.diagnosis,
        &answered.sources,
        &json::Extras::default(),
    );
    let transcript = Transcript {
        schema_version: 1,
        pack: &pack.manifest.name,
        turns,
        ended,
        minutes: now.minutes,
        // What was written a moment ago is JSON.
        answer: RawValue::from_string(answer.trim_end().to_owned()).ok(),
    };
    serde_json::to_string_pretty(&transcript).unwrap_or_default() + "\n"
}
