//! Which of the questions that nobody answered yet would tell most about the causes.
//!
//! In: what every rule heard, and the posterior of every cause. Out: the looks that are left, each with the facts that it
//! answers, the one that tells most per minute first. What a rule tells about a cause is the expected weight of evidence of
//! its finding, half with the cause and half without it, Σ (p − q) ln(p / q) / 2 with p the finding's chances where only that
//! cause is there and q where none is; it counts as p(1 − p) of the cause, since nothing more is to be learned of what is
//! certain. A rule whose guard is open may turn out to be silent, and counts half.
//!
//! Source: Good's expected weight of evidence (1950), symmetrical as Jeffreys (1946). Left out: what an answer does to other
//! causes than those that the rule names, what two answers tell together, and circumstances.

use std::collections::BTreeMap;

use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::graph::numbers::{Step, levels_given};
use crate::infer::evaluate::Heard;
use crate::pack::{CauseId, FactId, RuleId, VisitId};

/// What a look costs beside its own minutes: to begin it at all.
const BEGIN: f64 = 1.0;
/// Chances below this are no smaller for what a finding tells: nobody knows them any better.
const SMALLEST: f64 = 0.005;
/// What tells less than this is not worth asking.
const WORTH: f64 = 0.1;
/// As long as no cause is as likely as this, what is to be asked first is asked first.
const CLEAR: f64 = 0.5;

/// A look that would tell something: one fact, or a visit that answers several.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The visit; none where the fact is asked for by itself.
    pub visit: Option<VisitId>,
    /// The facts that nobody recorded yet, the one that tells most first.
    pub facts: Vec<FactId>,
    /// What it costs, in nanoseconds, where the pack says so.
    pub takes: Option<i128>,
    /// How much it tells, in nats.
    pub tells: f64,
    first: bool,
}

/// The looks that are left and worth it, the best first.
pub fn ask<'h>(
    graph: &InferenceGraph,
    facts: &Facts,
    heard: impl Iterator<Item = (RuleId, &'h Heard)>,
    causes: &[(CauseId, f64)],
) -> Vec<Look> {
    let mut looks: Vec<Look> = Vec::new();
    for (fact, tells) in told(graph, heard, causes) {
        if facts.recorded.get(&fact).is_none_or(|recorded| recorded.available) {
            add(&mut looks, graph, fact, tells);
        }
    }
    let clear = causes.iter().any(|(_, p)| *p >= CLEAR);
    looks.retain(|look| look.tells >= WORTH);
    looks.sort_by(|a, b| {
        let first = (!clear).then(|| b.first.cmp(&a.first));
        let order = per_minute(b).total_cmp(&per_minute(a));
        first.unwrap_or(std::cmp::Ordering::Equal).then(order).then_with(|| a.facts.cmp(&b.facts))
    });
    looks
}

/// How much the rules tell that want each fact, the fact that tells most first.
fn told<'h>(
    graph: &InferenceGraph,
    heard: impl Iterator<Item = (RuleId, &'h Heard)>,
    causes: &[(CauseId, f64)],
) -> Vec<(FactId, f64)> {
    let mut told: BTreeMap<FactId, f64> = BTreeMap::new();
    for (rule, heard) in heard {
        let (wanted, part) = match heard {
            Heard::Unknown(wanted) => (wanted, 1.0),
            Heard::GuardUnknown(wanted) => (wanted, 0.5),
            Heard::Speaks { .. } | Heard::Silent | Heard::Nothing => continue,
        };
        let tells = part * of_rule(graph, rule, causes);
        for fact in wanted {
            *told.entry(*fact).or_default() += tells;
        }
    }
    let mut told: Vec<(FactId, f64)> = told.into_iter().collect();
    told.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    told
}

/// What the finding of a rule tells about all causes that it names.
fn of_rule(graph: &InferenceGraph, rule: RuleId, causes: &[(CauseId, f64)]) -> f64 {
    let (Some(steps), Some(declared)) = (graph.steps.get(rule.0), graph.pack.rules.get(rule.0)) else {
        return 0.0;
    };
    let levels = steps.len() + 1;
    let without = levels_given(steps, levels, &|_| false, false);
    let named =
        causes.iter().filter(|(id, _)| declared.with.contains_key(id) || declared.rules_out.contains_key(id));
    named.map(|(id, p)| p * (1.0 - p) * between(steps, levels, *id, &without)).sum()
}

/// The expected weight of evidence of a finding for one cause.
fn between(steps: &[Step], levels: usize, cause: CauseId, without: &[f64]) -> f64 {
    let with = levels_given(steps, levels, &|c| c == cause.0, false);
    let of_level = |(p, q): (&f64, &f64)| {
        let (p, q) = (p.max(SMALLEST), q.max(SMALLEST));
        (p - q) * libm::log(p / q) / 2.0
    };
    with.iter().zip(without).map(of_level).sum()
}

/// Puts a fact to the look that answers it.
fn add(looks: &mut Vec<Look>, graph: &InferenceGraph, id: FactId, tells: f64) {
    let Some(fact) = graph.pack.facts.get(id.0) else { return };
    let same = |look: &&mut Look| look.visit.is_some() && look.visit == fact.visit;
    if let Some(look) = looks.iter_mut().find(same) {
        look.facts.push(id);
        // One rule may want several facts of a visit; counted by the best of them, it counts once.
        look.tells = look.tells.max(tells);
        look.first |= fact.ask_first;
        return;
    }
    let visit = fact.visit.and_then(|visit| graph.pack.visits.get(visit.0));
    let takes = visit.and_then(|visit| visit.takes).or(fact.takes);
    looks.push(Look { visit: fact.visit, facts: vec![id], takes, tells, first: fact.ask_first });
}

fn per_minute(look: &Look) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "minutes, for an order")]
    let minutes = look.takes.unwrap_or(0) as f64 / 60e9;
    look.tells / (minutes + BEGIN)
}
