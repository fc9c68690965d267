//! What an interview says, in words: the same on a screen, in lines and in a transcript.

use crate::facts::example::Style;
use crate::interview::{Asked, Interview, Price, Progress, Question, tells_apart};
use crate::pack::{CauseId, Fact, FactId, Fix, FixId, Pack};
use crate::report::words::{UNLISTED, about, chance};
use crate::report::{doubt_in_short, saves};
use crate::ticket::diagnosis::{Diagnosis, Probability};
use crate::value::expects;

/// Returns a cause in plain words.
pub(super) fn cause(pack: &Pack, id: CauseId) -> &str {
    pack.causes[id].in_words()
}

/// Returns a fix in plain words.
pub(super) fn fix_title(fix: &Fix) -> &str {
    fix.in_words()
}

pub(super) fn fix(pack: &Pack, id: FixId) -> &str {
    pack.fixes[id].in_words()
}

pub(super) fn fact(pack: &Pack, id: FactId) -> &str {
    &pack.facts[id].name.value
}

/// Returns the question, in the words of the pack.
pub(super) fn question(fact: &Fact) -> &str {
    fact.ask.as_deref().unwrap_or(fact.name.value.as_str())
}

/// Returns what is likeliest, with its probability: a cause, or nothing that the pack knows.
pub(super) fn likeliest<'p>(
    pack: &'p Pack,
    diagnosis: &Diagnosis,
) -> (Option<CauseId>, &'p str, Probability) {
    let first = diagnosis.causes.first().filter(|r| r.probability.low >= diagnosis.unlisted.low);
    match first {
        Some(first) => (Some(first.cause), cause(pack, first.cause), first.probability),
        None => (None, UNLISTED, diagnosis.unlisted),
    }
}

/// Says, where the facts fit together badly, that they do and which one to check.
pub(super) fn doubt(pack: &Pack, diagnosis: &Diagnosis) -> Option<String> {
    doubt_in_short(pack, diagnosis)
}

/// Returns what a question costs and brings: `2 min, saves about 34 min`.
pub(super) fn price(question: &Question) -> String {
    let of = |price: Price| {
        let saves = match price.saves {
            minutes if minutes > 0.0 => saves(minutes),
            _ => "not worth asking".to_owned(),
        };
        format!("takes {}, {saves}", about(price.minutes))
    };
    match (question.there_already, question.price) {
        (_, None) => "asked again".to_owned(),
        (true, Some(_)) => "in the same place, at no further cost".to_owned(),
        (false, Some(price)) => of(price),
    }
}

/// Returns which causes a question tells apart; nothing where none is known to be possible.
pub(super) fn tells(interview: &Interview, fact: FactId) -> Option<String> {
    let diagnosis = interview.now().ticket.diagnosis();
    if diagnosis.impossible.is_some() {
        return None;
    }
    let pack = &interview.graph().pack;
    let of = |id: &CauseId| {
        let p = diagnosis.causes.iter().find(|ranked| ranked.cause == *id).map(|ranked| ranked.probability);
        format!("{} ({})", cause(pack, *id), p.map_or_else(String::new, chance))
    };
    let named: Vec<String> = tells_apart(interview.graph(), diagnosis, fact).iter().map(of).collect();
    Some(match named.as_slice() {
        [] => "Tells something about causes that are unlikely so far".to_owned(),
        [one] => format!("Speaks for or against: {one}"),
        several => format!("Tells apart: {}", several.join("; ")),
    })
}

/// Describes how an answer is typed.
pub(super) fn expected(fact: &Fact) -> String {
    format!("{}, for example {}", expects(&fact.ty), Style(None).example(&fact.ty))
}

/// `question 4 of about 11 · 3 recorded · 7 min so far`: how far the interview is; how long the ticket will still take is no
/// measure of it.
pub(super) fn progress(interview: &Interview) -> String {
    let now = interview.now();
    let mut parts = Vec::new();
    if let Asked::Question(question) = &now.asked {
        let Progress { asked, left } = interview.progress();
        let before = now.order.iter().position(|fact| *fact == question.fact);
        parts.push(format!("question {} of about {}", before.unwrap_or(asked) + 1, asked + left));
    }
    parts.push(format!("{} recorded", now.record.len()));
    if now.minutes > 0.0 {
        parts.push(format!("{} so far", about(now.minutes)));
    }
    parts.join(" · ")
}
