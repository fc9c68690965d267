//! The answer to a ticket in words and numbers, before it is a page: what `html` and `markdown` both say.
//!
//! In: a compiled pack, the facts, the answer. Out: a [`Report`] in the order in which it is read: what stands in the way of
//! believing it, the likeliest cause, the ranking, why, what to do, what to ask, the evidence, an account of every rule. No
//! text in it is escaped; that is for whoever knows the form.

mod account;
mod action;
mod why;

use crate::explain::conflict::BADLY;
use crate::graph::InferenceGraph;
use crate::infer::sets::{Set, Sets};
use crate::pack::{CauseId, FactId};
use crate::render::headline::{Headline, IMPOSSIBLE, headlines, inexact, title};
use crate::render::json;
use crate::render::text::{Page, asking, changes, leading};
use crate::render::words::{UNLISTED, percent, times};
use crate::ticket::Ticket;
use crate::ticket::diagnosis::{Diagnosis, Impossible, Probability, Ranked};
use crate::value::write_known;

pub(super) use account::{Recorded, RuleGroup};
pub(super) use action::{Action, Ask, WhatToDo};
pub(super) use why::{Factor, Why};

/// What is less likely than this is strong in no ranking.
const STRONG: f64 = 0.10;
/// Causes that are ruled out are named up to so many.
const MOST_RULED_OUT: usize = 12;

/// A set of causes is named that is as likely as this, where nobody asked for sets.
const WORTH_NAMING: f64 = 0.05;

/// The answer in words and numbers.
#[derive(Debug, Clone)]
pub(super) struct Report {
    /// The pack, in plain words, with its version.
    pub(super) pack: String,
    /// What is supposed, where something is.
    pub(super) supposed: Option<Supposed>,
    /// What cannot all be true, where the evidence is impossible.
    pub(super) impossible: Option<Vec<String>>,
    /// Where the evidence fits together badly: how badly, and what to check.
    pub(super) surprise: Option<[String; 2]>,
    /// The likeliest cause, and what is there as well.
    pub(super) headlines: Vec<Headline>,
    /// Why the chances are ranges, where they are.
    pub(super) inexact: Option<String>,
    pub(super) ranking: Vec<Row>,
    /// What the ranking leaves out.
    pub(super) rest: Vec<String>,
    /// Which causes are there together, and no others.
    pub(super) together: Vec<Row>,
    pub(super) whys: Vec<Why>,
    pub(super) what_to_do: WhatToDo,
    /// What to ask, the best first,
    pub(super) asks: Vec<Ask>,
    /// and how many more questions would pay for themselves.
    pub(super) more_asks: usize,
    /// Whether asking comes before acting.
    pub(super) ask_first: bool,
    /// What nobody said, and counts as it usually is.
    pub(super) assumed: Vec<String>,
    pub(super) facts: Vec<Recorded>,
    /// What was tried, and left it broken.
    pub(super) tried: Vec<String>,
    pub(super) rules: Vec<RuleGroup>,
}

/// What is supposed, and what that changes.
#[derive(Debug, Clone)]
pub(super) struct Supposed {
    /// The facts that are, as they were said.
    pub(super) set: String,
    /// Each cause, before and after.
    pub(super) changes: Vec<(Probability, Probability, String)>,
}

/// A row of a ranking.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) title: String,
    /// As the pack calls it, where the title is something else.
    pub(super) name: Option<String>,
    pub(super) chance: Probability,
    /// Whether it is likely enough to stand out.
    pub(super) strong: bool,
}

/// What is written of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The ticket with its answer.
    pub ticket: &'a Ticket,
    /// How many causes the ranking names.
    pub top: usize,
    /// The likeliest sets of causes, where they were asked for.
    pub sets: Option<&'a Sets>,
    /// What was supposed, and the answer before that.
    pub what_if: Option<&'a json::Supposed>,
}

/// Puts a report together.
pub(super) fn report(answer: Answer) -> Report {
    let (graph, diagnosis) = (answer.ticket.graph(), answer.ticket.diagnosis());
    let page = Page::new(answer.ticket);
    let manifest = &graph.pack.manifest;
    let pack = if manifest.title.is_empty() { &manifest.name } else { &manifest.title };
    let possible = diagnosis.impossible.is_none();
    let leading: Vec<&Ranked> = if possible { leading(diagnosis) } else { Vec::new() };
    let (asks, more_asks) = action::asks(&page, diagnosis);
    let (ranking, rest) = ranking(answer);
    Report {
        pack: [pack.as_str(), manifest.version.as_str()].join(" ").trim_end().to_owned(),
        supposed: answer.what_if.map(|what_if| supposed(&page, what_if, diagnosis)),
        impossible: diagnosis.impossible.as_ref().map(|impossible| contradiction(&page, impossible)),
        surprise: surprise(&page, diagnosis),
        headlines: headlines(graph, diagnosis),
        inexact: inexact(diagnosis).map(|text| text.replace('`', "")),
        ranking,
        rest,
        together: together(answer),
        whys: leading.iter().filter_map(|ranked| why::why(&page, ranked, diagnosis)).collect(),
        what_to_do: action::what_to_do(&page, diagnosis),
        asks,
        more_asks,
        ask_first: asking(diagnosis),
        assumed: page.contexts(diagnosis, &leading),
        facts: account::facts(&page),
        tried: account::tried(&page),
        rules: account::rules(&page, diagnosis),
    }
}

fn supposed(page: &Page, what_if: &json::Supposed, after: &Diagnosis) -> Supposed {
    let changes = changes(page, &what_if.before, after).into_iter();
    Supposed {
        set: what_if.set.join(", "),
        changes: changes.map(|(was, is, title)| (was, is, title.to_owned())).collect(),
    }
}

/// The causes in their order, with what the pack does not know among them, and what is left out.
fn ranking(answer: Answer) -> (Vec<Row>, Vec<String>) {
    let (graph, diagnosis, top) = (answer.ticket.graph(), answer.ticket.diagnosis(), answer.top);
    if diagnosis.impossible.is_some() {
        return (Vec::new(), Vec::new());
    }
    let row = |ranked: &Ranked| {
        let name = graph.pack.causes.nth(ranked.cause.0).map_or("", |cause| cause.name.value.as_str());
        let title = title(graph, ranked.cause);
        let strong = ranked.probability.low >= STRONG;
        let name = (name != title).then(|| name.to_owned());
        Row { title: title.to_owned(), name, chance: ranked.probability, strong }
    };
    let mut rows: Vec<Row> = diagnosis.causes.iter().take(top).map(row).collect();
    let chance = diagnosis.unlisted;
    let at = rows.iter().position(|row| row.chance.high < chance.high).unwrap_or(rows.len());
    rows.insert(at, Row { title: UNLISTED.to_owned(), name: None, chance, strong: chance.low >= STRONG });
    (rows, left_out(graph, diagnosis, top))
}

fn left_out(graph: &InferenceGraph, diagnosis: &Diagnosis, top: usize) -> Vec<String> {
    let out = |ranked: &&Ranked| ranked.probability.exact && ranked.probability.high <= 0.0;
    let (out, rest): (Vec<&Ranked>, Vec<&Ranked>) = diagnosis.causes.iter().skip(top).partition(out);
    let mut said = Vec::new();
    if let Some(most) = rest.first() {
        let most = percent(most.probability.high);
        said.push(match rest.len() {
            1 => format!("1 more, at {most}"),
            n => format!("{n} more, each at {most} or less"),
        });
    }
    if !out.is_empty() {
        let titles: Vec<&str> = out.iter().take(MOST_RULED_OUT).map(|r| title(graph, r.cause)).collect();
        let more = out.len().saturating_sub(MOST_RULED_OUT);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        said.push(format!("Ruled out: {}{more}", titles.join("; ")));
    }
    said
}

fn together(answer: Answer) -> Vec<Row> {
    let found = answer.ticket.diagnosis().advice.as_ref().map_or(&[][..], |advice| &advice.sets);
    let worth = || found.iter().filter(|set| set.probability >= WORTH_NAMING);
    let sets: Vec<&Set> = match answer.sets {
        Some(sets) => sets.sets.iter().collect(),
        None if worth().any(|set| set.causes.len() > 1) => worth().collect(),
        None => Vec::new(),
    };
    let row = |causes: &[usize], p: f64| {
        let titles: Vec<&str> = causes.iter().map(|at| title(answer.ticket.graph(), CauseId(*at))).collect();
        let title = match titles.as_slice() {
            [] => UNLISTED.to_owned(),
            [alone] => format!("{alone}, alone"),
            several => several.join("; and "),
        };
        Row { title, name: None, chance: Probability::exactly(p), strong: p >= STRONG }
    };
    sets.iter().map(|set| row(&set.causes, set.probability)).collect()
}

/// Where the evidence fits together badly.
fn surprise(page: &Page, diagnosis: &Diagnosis) -> Option<[String; 2]> {
    let conflict = diagnosis.conflict.as_ref().filter(|conflict| conflict.value >= BADLY)?;
    let times = times(libm::exp(conflict.value));
    let how = format!(
        "These facts fit together badly: together they are seen {times} times less often than by chance."
    );
    let doubted = conflict.resolved_by.and_then(|(id, _)| recorded(page, id));
    let check = match doubted {
        Some(recorded) => format!("Check this one first, without it the others fit: {recorded}"),
        None => "No single fact is to blame: perhaps several causes at once, or two tickets in one.".into(),
    };
    Some([how, check])
}

/// What cannot all be true.
fn contradiction(page: &Page, impossible: &Impossible) -> Vec<String> {
    let computed = impossible.computed.iter().filter_map(|contradiction| {
        let fact = page.fact(contradiction.fact)?;
        let recorded = page.facts.recorded.get(&contradiction.fact).map_or("", |r| r.written.as_str());
        let computed = write_known(&contradiction.computed, &fact.ty);
        Some(format!("{} is recorded as {recorded}, but computes to {computed}", fact.name.value))
    });
    let rules = impossible.rules.iter().filter_map(|id| {
        let rule = page.rule(*id)?;
        Some(format!("the rule {} [{}]", rule.name.value, page.place_of_rule(*id, rule.name.span)))
    });
    let facts = impossible.facts.iter().filter_map(|id| recorded(page, *id));
    computed.chain(rules).chain(facts).collect()
}

/// A fact as it was recorded, and where.
fn recorded(page: &Page, id: FactId) -> Option<String> {
    let recorded = page.facts.recorded.get(&id)?;
    Some(format!(
        "{} = {} [{}]",
        page.fact_name(id),
        account::short(&recorded.written),
        page.place(recorded.span)
    ))
}

impl Report {
    /// The answer in one line, whatever it is.
    pub(super) fn in_one_line(&self) -> String {
        let said = self.headlines.iter().map(Headline::to_string).collect::<Vec<_>>().join(". ");
        if self.impossible.is_some() { IMPOSSIBLE.to_owned() } else { said }
    }
}
