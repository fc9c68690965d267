//! Why a cause is as likely as it is.
//!
//! In: a network, its posterior, and the posterior before anything was observed but the contexts. Out: for
//! every cause the odds before, each rule's factor *alone*, P(e | only this cause) / P(e | none), and the one
//! factor that is left, "shared with other causes", so that their product is the odds after. A rule whose
//! finding nothing but this cause could explain (P(e | none) = 0) has no finite factor; it is named as such,
//! and what is left is counted without it.
//!
//! Source: Heckerman 1989 and Good's weight of evidence (1950), one rule at a time.

use std::collections::BTreeSet;

use crate::eval;
use crate::graph::{InferenceGraph, Node};
use crate::infer::network::Finding;
use crate::infer::step::seen_given;
use crate::model::assessment::Assessment;
use crate::model::evaluate::Evaluation;
use crate::pack::expr::{Condition, ConditionKind, Operand, OperandKind};
use crate::pack::{CauseId, FactId, Pack, RuleId};
use crate::source::Span;
use crate::syntax::ast::Order;
use crate::value::{Amount, Known, Value, write_amount, write_known};

/// Why one cause is as likely as it is.
#[derive(Debug, Clone)]
pub struct Why {
    /// The odds before anything but the contexts was known.
    pub before: f64,
    /// The factor of each rule that says something about it, the strongest first.
    pub reasons: Vec<Reason>,
    /// What is left: how much other causes take or give; none where the odds are 0 or without bound.
    pub shared: Option<f64>,
    /// The odds after.
    pub after: f64,
}

/// What one rule says about a cause.
#[derive(Debug, Clone)]
pub struct Reason {
    /// The rule.
    pub rule: RuleId,
    /// P(e | only this cause) / P(e | none); none where nothing else explains what was seen.
    pub factor: Option<f64>,
    /// The line of the rule that names the cause.
    pub line: Span,
}

/// Returns the odds of a probability.
pub fn odds(p: f64) -> f64 {
    if p >= 1.0 { f64::INFINITY } else { p / (1.0 - p) }
}

/// Explains one cause; `before` and `after` are its probabilities.
pub fn explain(ticket: &Assessment, cause: CauseId, before: f64, after: f64) -> Why {
    let findings = ticket.rules().zip(&ticket.network().findings);
    let mut reasons: Vec<Reason> =
        findings.filter_map(|(rule, finding)| reason(ticket.graph(), rule, finding, cause)).collect();
    let weight = |r: &Reason| match r.factor {
        None => f64::INFINITY,
        Some(factor) => libm::log(factor).abs(),
    };
    reasons.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.rule.cmp(&b.rule)));
    let (before, after) = (odds(before), odds(after));
    let product: f64 = reasons.iter().filter_map(|r| r.factor).product();
    let shared = after / (before * product);
    Why { before, reasons, shared: (shared.is_finite() && shared > 0.0).then_some(shared), after }
}

/// Returns what one rule says about a cause; none where its lines do not name it, or say nothing.
fn reason(graph: &InferenceGraph, rule: RuleId, finding: &Finding, cause: CauseId) -> Option<Reason> {
    let declared = &graph.pack.rules[rule];
    let named = declared
        .with
        .get(&cause)
        .map(|l| l.span)
        .or(declared.rules_out.get(&cause).map(|(_, span)| *span))?;
    let chance = |present: &[usize]| seen_given(&finding.steps, &finding.weights, present, false);
    let (alone, none) = (chance(&[cause.0]), chance(&[]));
    let factor = if none > 0.0 { Some(alone / none) } else { None };
    if factor == Some(1.0) || (none <= 0.0 && alone <= 0.0) {
        return None;
    }
    Some(Reason { rule, factor, line: named })
}

/// A fact that a rule observed, as a person reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Witness {
    /// The fact.
    pub fact: FactId,
    /// Its value.
    pub value: String,
    /// The bounds of the pack between which it lies, `> 5 min`, `<= 15 min`.
    pub bounds: Vec<String>,
    /// Where it is recorded; none where it is computed.
    pub place: Option<Span>,
}

/// Returns the facts that a rule observed, recorded and computed, each with the bounds beside it.
pub fn witnesses(ticket: &Assessment, rule: RuleId) -> Vec<Witness> {
    let (graph, evaluation, facts) = (ticket.graph(), ticket.evaluation(), ticket.facts());
    let read = graph.closure(&graph.observed(rule));
    let bounds = bounds(graph, evaluation, rule, &read);
    let mut witnesses = Vec::new();
    for node in &read {
        let (Node::Fact(id) | Node::Derive(id)) = *node else { continue };
        let fact = &graph.pack.facts[id];
        let recorded = facts.recorded.get(&id);
        let value = match (recorded, &evaluation.facts[id]) {
            (Some(recorded), _) => recorded.written.clone(),
            (None, known) if fact.definition.is_some() && known.is_exact() => write_known(known, &fact.ty),
            _ => continue,
        };
        let beside = bounds.iter().filter(|(of, _)| *of == id).map(|(_, bound)| bound.clone()).collect();
        witnesses.push(Witness { fact: id, value, bounds: beside, place: recorded.map(|r| r.span) });
    }
    // What a computed fact was computed from follows it; where it was recorded itself, it says enough.
    witnesses.sort_by_key(|w| (w.bounds.is_empty(), w.fact));
    witnesses
}

/// A bound of the pack beside an amount.
struct Beside {
    fact: FactId,
    order: Order,
    at: Amount,
}

/// Returns the tightest bounds of the pack beside each amount that a rule read, itself and through its
/// symptoms.
fn bounds(
    graph: &InferenceGraph,
    evaluation: &Evaluation,
    rule: RuleId,
    read: &BTreeSet<Node>,
) -> Vec<(FactId, String)> {
    let pack = &graph.pack;
    let mut conditions: Vec<&Condition> = Vec::new();
    let own = pack.reading(&pack.rules[rule].evidence);
    let symptoms = read.iter().filter_map(|node| match node {
        Node::Symptom(id) => Some(&pack.symptoms[*id].reading),
        _ => None,
    });
    for reading in own.into_iter().chain(symptoms) {
        conditions.extend(reading.branches.iter().filter_map(|(_, c)| c.as_ref()));
    }
    let mut beside = Vec::new();
    for condition in conditions {
        let mut parts = Vec::new();
        condition.visit(&mut |part| parts.push(part), &mut |_| ());
        beside.extend(parts.into_iter().filter_map(|part| beside_of(part, evaluation)));
    }
    tightest(beside, pack)
}

/// Returns what a comparison with a constant says of where an amount lies.
fn beside_of(part: &Condition, evaluation: &Evaluation) -> Option<Beside> {
    let ConditionKind::Compare(a, order, b) = &part.kind else { return None };
    let (fact, order, at) = match (&a.kind, &b.kind) {
        (OperandKind::Fact(fact), OperandKind::Literal(Value::Amount(at))) => (*fact, *order, *at),
        (OperandKind::Literal(Value::Amount(at)), OperandKind::Fact(fact)) => (*fact, order.mirrored(), *at),
        _ => return None,
    };
    let known = &evaluation.facts[fact];
    let literal =
        |value: Amount| Operand { kind: OperandKind::Literal(Value::Amount(value)), span: part.span };
    let Known::Exactly(Value::Amount(value)) = known else { return None };
    let compare =
        Condition { kind: ConditionKind::Compare(literal(*value), order, literal(at)), span: part.span };
    let order = if eval::holds(&compare, &Nowhere)? { order } else { order.contrary() };
    Some(Beside { fact, order, at })
}

/// A world of which nothing is known.
struct Nowhere;

impl eval::World for Nowhere {
    fn fact(&self, _: FactId) -> Known {
        Known::Unknown
    }

    fn levels(&self, _: crate::pack::SymptomId) -> eval::Levels {
        eval::Levels::new()
    }
}

/// Returns of all bounds beside each amount the nearest below and the nearest above.
fn tightest(beside: Vec<Beside>, pack: &Pack) -> Vec<(FactId, String)> {
    let mut kept: Vec<Beside> = Vec::new();
    let below = |order: Order| matches!(order, Order::More | Order::AtLeast);
    for new in beside {
        match kept.iter_mut().find(|old| old.fact == new.fact && below(old.order) == below(new.order)) {
            None => kept.push(new),
            Some(old) => {
                let nearer =
                    if below(new.order) { std::cmp::Ordering::Greater } else { std::cmp::Ordering::Less };
                if new.at.order(old.at) == Some(nearer) {
                    *old = new;
                }
            }
        }
    }
    kept.sort_by_key(|b| (b.fact, !below(b.order)));
    kept.iter()
        .map(|b| {
            let sign = match b.order {
                Order::Less => "<",
                Order::AtMost => "<=",
                Order::More => ">",
                Order::AtLeast => ">=",
            };
            (b.fact, format!("{sign} {}", write_amount(b.at, &pack.facts[b.fact].ty)))
        })
        .collect()
}
