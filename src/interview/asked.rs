//! What is asked now: the first step of the advice that is neither answered nor passed over.

use std::collections::BTreeSet;

use crate::graph::context::ContextOf;
use crate::graph::{InferenceGraph, Node};
use crate::pack::expr::Reads;
use crate::pack::{CauseId, Fact, FactId, FixId, Pack, VisitId};
use crate::partition::{Region, regions};
use crate::plan::next::{Next, What};
use crate::ticket::diagnosis::Diagnosis;
use crate::value::{Known, Type, Value, write_amount, write_bounds};

/// A cause that is told apart is likely at least so much.
const WORTH_NAMING: f64 = 0.01;
/// So many are named.
const MOST_NAMED: usize = 4;

/// What the person is asked, or told.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// A question.
    Question(Question),
    /// Something is best repaired now; no question pays more.
    Fix(FixId, Price),
    /// No question pays for itself, and nothing is left to repair.
    Stop,
    /// What is recorded cannot all be true.
    Impossible,
    /// A fix helped: the ticket is over.
    Solved(FixId),
}

/// A question, and its place in the visit that answers it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The fact that is asked for.
    pub fact: FactId,
    /// Where one looks for it.
    pub visit: Option<VisitId>,
    /// How many more questions the same visit answers.
    pub more: usize,
    /// Whether the visit is under way, and paid.
    pub there_already: bool,
    /// What it costs and brings; none where it is asked again.
    pub price: Option<Price>,
}

/// What a step costs and brings, in minutes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// Hands on.
    pub minutes: f64,
    /// How much sooner the ticket is expected to be solved.
    pub saves: f64,
    /// Until the ticket is expected to be solved.
    pub resolved_in: f64,
}

impl Price {
    fn of(next: &Next) -> Self {
        Self { minutes: next.minutes, saves: next.saves, resolved_in: next.resolved_in }
    }
}

/// What is chosen among.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choosing<'a> {
    pub(super) diagnosis: &'a Diagnosis,
    /// What the person does not know.
    pub(super) passed: &'a BTreeSet<FactId>,
    /// The visit that is under way.
    pub(super) visit: Option<VisitId>,
    /// Whether the person goes on asking although nothing pays.
    pub(super) beyond: bool,
}

/// Chooses the next step.
pub(super) fn choose(choosing: Choosing<'_>) -> Asked {
    if choosing.diagnosis.impossible.is_some() {
        return Asked::Impossible;
    }
    let next = choosing.diagnosis.advice.as_ref().map_or(&[][..], |advice| &advice.next);
    let under_way = next
        .iter()
        .find(|next| matches!(&next.step, What::Visit(visit, _) if Some(*visit) == choosing.visit));
    let going_on = under_way.and_then(|next| question(next, choosing, true));
    going_on.or_else(|| next.iter().find_map(|next| step(next, choosing))).unwrap_or(Asked::Stop)
}

fn step(next: &Next, choosing: Choosing<'_>) -> Option<Asked> {
    match next.step {
        What::Question(_) | What::Visit(..) if choosing.beyond || next.saves > 0.0 => {
            question(next, choosing, false)
        }
        What::Fix(fix) if !choosing.beyond => Some(Asked::Fix(fix, Price::of(next))),
        What::Stop if !choosing.beyond => Some(Asked::Stop),
        _ => None,
    }
}

fn question(next: &Next, choosing: Choosing<'_>, there_already: bool) -> Option<Asked> {
    let (visit, facts) = match &next.step {
        What::Question(fact) => (None, std::slice::from_ref(fact)),
        What::Visit(visit, facts) => (Some(*visit), facts.as_slice()),
        What::Fix(_) | What::Stop => return None,
    };
    let mut left = facts.iter().filter(|fact| !choosing.passed.contains(fact));
    let fact = *left.next()?;
    let price = Some(Price::of(next));
    Some(Asked::Question(Question { fact, visit, more: left.count(), there_already, price }))
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// By one of these.
    One(Vec<Choice>),
    /// By some of these, or none.
    Some(Vec<Choice>),
    /// By typing; or by one of these, which is as exact as the pack needs it.
    Typed(Vec<Choice>),
}

/// An answer that can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// As a person reads it.
    pub label: String,
    /// As it is typed.
    pub answer: String,
}

/// How a fact is answered; what may be chosen where one types is for whoever knows that it can be read.
pub(super) fn form(fact: &Fact, choices: impl FnOnce() -> Vec<Choice>) -> Form {
    let named = |values: &[String]| {
        values.iter().map(|value| Choice { label: value.replace('_', " "), answer: value.clone() }).collect()
    };
    match &fact.ty {
        Type::YesNo => Form::One(named(&["yes".to_owned(), "no".to_owned()])),
        Type::OneOf(values) => Form::One(named(values)),
        Type::SomeOf(values) => Form::Some(named(values)),
        _ => Form::Typed(choices()),
    }
}

/// Cuts an amount or a text into regions that can be chosen as answers; of addresses and domains nobody could say which was meant.
pub(super) fn cells_of(pack: &Pack, id: FactId) -> Vec<(Choice, Known)> {
    let fact = &pack.facts[id];
    if !(fact.ty.is_amount() || fact.ty == Type::Text) {
        return Vec::new();
    }
    let regions = regions(pack, id);
    let answer = |cell: Region| {
        let answer = match &cell.known {
            Known::Exactly(Value::Text(text)) => text.clone(),
            Known::Exactly(Value::Amount(at)) => write_amount(*at, &fact.ty),
            Known::Exactly(Value::None) => "none".to_owned(),
            Known::Within(range) => write_bounds(range, &fact.ty),
            _ => return None,
        };
        Some((Choice { label: cell.label, answer }, cell.known))
    };
    if regions.len() < 2 { Vec::new() } else { regions.into_iter().filter_map(answer).collect() }
}

/// Finds the likeliest causes that a fact separates, the likeliest first.
pub fn tells_apart(graph: &InferenceGraph, diagnosis: &Diagnosis, fact: FactId) -> Vec<CauseId> {
    let about: BTreeSet<CauseId> = about(graph, fact);
    let likely = diagnosis.causes.iter().filter(|ranked| ranked.probability.high >= WORTH_NAMING);
    likely.map(|ranked| ranked.cause).filter(|cause| about.contains(cause)).take(MOST_NAMED).collect()
}

/// Collects the causes that a rule over a fact has a line about, or whose share depends on the fact.
fn about(graph: &InferenceGraph, fact: FactId) -> BTreeSet<CauseId> {
    let mut causes = BTreeSet::new();
    let reads = |reads: &Reads| graph.closure(reads).contains(&Node::Fact(fact));
    for (at, rule) in graph.pack.rules.iter().enumerate() {
        let guard = rule.given.as_ref().map(crate::pack::expr::Condition::reads);
        if reads(&graph.observed(crate::pack::RuleId(at))) || guard.as_ref().is_some_and(reads) {
            causes.extend(rule.causes());
        }
    }
    let of_fact = |of: ContextOf| match of {
        ContextOf::Fact(id) | ContextOf::Member(id, _) => id == fact,
        ContextOf::Symptom(id) => reads(&Reads { symptoms: BTreeSet::from([id]), ..Reads::default() }),
    };
    let contexts = graph.contexts.iter().enumerate().filter(|(_, context)| of_fact(context.of));
    for (context, _) in contexts {
        let depends = graph.priors.iter().enumerate().filter(|(_, table)| table.scope.contains(&context));
        causes.extend(depends.map(|(at, _)| CauseId(at)));
    }
    causes
}
