//! `ruleout ask --answers FILE`: a fact file plays the person.

use super::say;
use super::wrap::paragraph;
use super::{code, whole_answer};
use crate::cli::{Format, emit, print};
use crate::interview::{Asked, Event, Interview, Record};
use crate::render::json;
use crate::report::verdict;
use crate::report::words::{ACT_NOW, NO_QUESTION, about};
use crate::wire::ask_answers::{Ended, First, Kind, Transcript, Turn};
use crate::wire::{self, Version};

/// A turn, and what stands in a line then.
struct Played {
    turn: Turn,
    verdict: String,
}

/// Plays an interview and writes it with the answer at its end; gives the exit code.
pub(super) fn play(mut interview: Interview, answers: &Record, format: Format) -> u8 {
    let mut turns = Vec::new();
    while let Some(turn) = turn(&mut interview, answers) {
        turns.push(turn);
    }
    let ended = ended(&interview.now().asked);
    let write = if format == Format::Text { print } else { emit };
    write(&match format {
        Format::Text => text(&turns, ended, &interview),
        Format::Json => in_json(turns, ended, &interview),
    });
    code(&interview)
}

/// One question or fix; none where the file cannot answer what comes next, or nothing is asked any more.
fn turn(interview: &mut Interview, answers: &Record) -> Option<Played> {
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
    let (now, first) = (interview.now(), first(interview));
    let verdict = verdict(interview.graph(), now.ticket.diagnosis());
    Some(Played { turn: Turn { kind, name, visit, question, answer, minutes: now.minutes, first }, verdict })
}

fn first(interview: &Interview) -> First {
    let pack = &interview.graph().pack;
    let diagnosis = interview.now().ticket.diagnosis();
    let (cause, _, p) = say::likeliest(pack, diagnosis);
    let name = cause.map(|id| pack.causes[id].name.value.clone());
    First { name, chance: json::chance(p) }
}

/// Returns why it ended.
fn ended(asked: &Asked) -> Ended {
    match asked {
        Asked::Fix(..) => Ended::Fix,
        Asked::Impossible => Ended::Impossible,
        Asked::Question(_) | Asked::Stop | Asked::Solved(_) => Ended::Stop,
    }
}

fn text(turns: &[Played], ended: Ended, interview: &Interview) -> String {
    let mut out = String::new();
    let mut visit = None;
    for (at, Played { turn, verdict }) in turns.iter().enumerate() {
        if turn.visit.is_some() && turn.visit != visit {
            out += &paragraph("", turn.visit.as_deref().unwrap_or_default());
        }
        visit.clone_from(&turn.visit);
        let answer = turn.answer.as_deref().unwrap_or("don't know");
        out += &paragraph(&format!("{:>3}. ", at + 1), &format!("{} [{}]", turn.question, turn.name));
        out += &paragraph("     ", answer);
        out += &paragraph("     → ", &format!("{verdict}, after {}", about(turn.minutes)));
    }
    let end = match ended {
        Ended::Fix => ACT_NOW,
        Ended::Impossible => "What was answered cannot all be true",
        Ended::Stop => NO_QUESTION,
    };
    out + end + ".\n\n" + &whole_answer(interview)
}

fn in_json(turns: Vec<Played>, ended: Ended, interview: &Interview) -> String {
    let (manifest, now) = (&interview.graph().pack.manifest, interview.now());
    wire::json(&Transcript {
        schema_version: Version,
        pack: wire::Pack::new(&manifest.name, &manifest.version),
        turns: turns.into_iter().map(|played| played.turn).collect(),
        ended,
        minutes: now.minutes,
        answer: json::answer(&now.ticket, &json::Extras::default()),
    })
}
