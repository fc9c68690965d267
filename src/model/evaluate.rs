//! What the facts say: every computed fact and symptom once, in topological order, then every rule.
//!
//! In: the compiled pack and recorded facts. Out: an [`Evaluation`]: what is known of every fact and symptom,
//! and the state of every rule: matched, not matched, its guard false, or waiting for facts. Where a value is
//! recorded as unsure, everything is evaluated twice, once without it and once as if it were sure: guards and
//! contexts go by the first, and a symptom that only the second decides counts with the chance that the
//! report is right. Of facts that are known in part, the values that are left decide ([`left`]).

use std::collections::BTreeSet;

use super::left;
use crate::arena::IndexVec;
use crate::eval::{self, Levels, Truth, World};
use crate::facts::recorded::Facts;
use crate::graph::{InferenceGraph, Node};
use crate::pack::expr::{Condition, ConditionKind, Reads};
use crate::pack::{FactId, RuleId, SymptomId};
use crate::value::{Amount, Bound, Known, Range, Type};

/// What the facts of one ticket say.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// What is known for sure of every fact.
    pub facts: IndexVec<FactId, Known>,
    /// The levels of every symptom that are possible for sure.
    pub symptoms: IndexVec<SymptomId, Levels>,
    /// The state of every rule.
    pub rules: IndexVec<RuleId, RuleState>,
    /// Computed facts that were recorded as something else.
    pub contradictions: Vec<Contradiction>,
}

/// The state of a rule in a ticket.
#[derive(Debug, Clone, PartialEq)]
pub enum RuleState {
    /// It matched.
    Matched {
        /// The levels that are seen; several where they cannot be told apart.
        levels: Levels,
        /// How much each level counts.
        weights: Vec<f64>,
        /// How sure the report is, where it is not.
        sure: Option<f64>,
    },
    /// Its guard is false.
    GuardFalse,
    /// Whether its guard holds is not known, for want of these facts.
    GuardWaiting(Vec<FactId>),
    /// What it observes is not known, for want of these facts.
    Waiting(Vec<FactId>),
    /// What it observes was looked for, and there is nothing.
    NotMatched,
}

/// A computed fact that was recorded as something else, or a duration that came out negative.
#[derive(Debug, Clone)]
pub struct Contradiction {
    /// The fact.
    pub fact: FactId,
    /// What it computes to.
    pub computed: Known,
    /// The recorded facts that it is computed from.
    pub from: Vec<FactId>,
}

/// What is known, filled in topological order.
pub(super) struct Memory<'a> {
    facts: IndexVec<FactId, Known>,
    symptoms: IndexVec<SymptomId, Levels>,
    /// Computed facts of which something is recorded here for sure.
    pub(super) recorded: Vec<FactId>,
    /// Computed facts of which something is recorded here that may be wrong.
    pub(super) reported: Vec<FactId>,
    /// Whether a fact is known in part.
    pub(super) partial: bool,
    /// What is known for sure, where unsure reports are taken as if they were sure.
    sure: Option<&'a Memory<'a>>,
}

impl World for Memory<'_> {
    fn fact(&self, id: FactId) -> Known {
        self.facts[id].clone()
    }

    fn levels(&self, id: SymptomId) -> Levels {
        self.symptoms[id].clone()
    }

    /// What is reported as unsure is not known.
    fn says(&self, condition: &Condition) -> Option<Truth> {
        match condition.kind {
            ConditionKind::Known(_) | ConditionKind::SymptomKnown(_) => {
                self.sure.map(|sure| eval::holds(condition, sure))
            }
            _ => None,
        }
    }
}

/// Evaluates the facts of one ticket.
pub fn evaluate(graph: &InferenceGraph, facts: &Facts) -> Evaluation {
    let mut contradictions = Vec::new();
    let sure = compute(graph, facts, None, &mut contradictions);
    let unsure = compute(graph, facts, Some(&sure), &mut Vec::new());
    let rules = graph.pack.rules.ids().map(|rule| state(graph, facts, rule, &sure, &unsure)).collect();
    drop(unsure);
    Evaluation { facts: sure.facts, symptoms: sure.symptoms, rules, contradictions }
}

/// Evaluates computed facts and symptoms. With what is `sure`, unsure reports are taken as if they were sure, but where what
/// is computed and what is recorded disagree, an unsure report gives way, since it may be wrong.
fn compute<'a>(
    graph: &InferenceGraph,
    facts: &Facts,
    sure: Option<&'a Memory<'a>>,
    contradictions: &mut Vec<Contradiction>,
) -> Memory<'a> {
    let pack = &graph.pack;
    let unsure = sure.is_some();
    let mut memory = Memory {
        facts: vec![Known::Unknown; pack.facts.len()].into(),
        symptoms: vec![Levels::new(); pack.symptoms.len()].into(),
        recorded: Vec::new(),
        reported: Vec::new(),
        partial: false,
        sure,
    };
    for node in &graph.order {
        match *node {
            Node::Fact(id) | Node::Derive(id) => {
                let recorded = facts.recorded.get(&id).filter(|r| unsure || r.sure.is_none());
                let known = recorded.map_or(Known::Unknown, |r| r.known.clone());
                let definition = pack.facts[id].definition.as_ref();
                let known = match definition.map(|d| left::define(graph, d, &memory)) {
                    None => known,
                    Some(computed) if is_negative(&pack.facts[id].ty, &computed) => {
                        let from = recorded_behind(graph, facts, id);
                        contradictions.push(Contradiction { fact: id, computed, from });
                        known
                    }
                    Some(computed) => {
                        let computed = as_far_as_it_can_be(&pack.facts[id].ty, computed);
                        match recorded {
                            Some(recorded) if recorded.sure.is_none() => memory.recorded.push(id),
                            Some(_) => memory.reported.push(id),
                            None => {}
                        }
                        let disagrees = recorded.filter(|_| eval::apart(&computed, &known));
                        if disagrees.is_some() {
                            let from = recorded_behind(graph, facts, id);
                            let computed = computed.clone();
                            contradictions.push(Contradiction { fact: id, computed, from });
                        }
                        match disagrees {
                            Some(recorded) if unsure && recorded.sure.is_none() => known,
                            Some(_) => computed,
                            None => computed.meet(&known),
                        }
                    }
                };
                memory.partial |= known.is_partial();
                memory.facts[id] = known;
            }
            Node::Symptom(id) => {
                let levels = left::read(graph, &pack.symptoms[id].reading, &memory);
                memory.symptoms[id] = levels;
            }
            Node::Rule(_) | Node::Cause(_) | Node::Fix(_) => {}
        }
    }
    memory
}

/// Returns whether a duration came out negative, whatever is left of it: what it is computed from cannot all be true.
fn is_negative(ty: &Type, computed: &Known) -> bool {
    let apart = || computed.range().is_some_and(|range| range.is_apart_from(&NOT_NEGATIVE));
    *ty == Type::Duration && apart()
}

/// Returns what is left of a computed duration, which is not negative.
fn as_far_as_it_can_be(ty: &Type, computed: Known) -> Known {
    match computed.range() {
        Some(range) if *ty == Type::Duration => Known::of_range(range.meet(&NOT_NEGATIVE)),
        _ => computed,
    }
}

/// All that a duration can be.
const NOT_NEGATIVE: Range = Range { low: Some(Bound { at: Amount::Nanos(0), open: false }), high: None };

/// Returns the recorded facts from which a computed one follows.
fn recorded_behind(graph: &InferenceGraph, facts: &Facts, id: FactId) -> Vec<FactId> {
    let reads = Reads { facts: BTreeSet::from([id]), ..Reads::default() };
    let behind = graph.closure(&reads);
    let of = |node: &Node| match node {
        Node::Fact(fact) if facts.recorded.contains_key(fact) => Some(*fact),
        _ => None,
    };
    behind.iter().filter_map(of).collect()
}

/// Returns the facts that are not known in full, among all that is read.
fn waiting_for(graph: &InferenceGraph, memory: &Memory, reads: &Reads) -> Vec<FactId> {
    let of = |node: &Node| match node {
        Node::Fact(fact) if !memory.fact(*fact).is_exact() => Some(*fact),
        _ => None,
    };
    graph.closure(reads).iter().filter_map(of).collect()
}

/// Returns the state of a rule.
fn state(graph: &InferenceGraph, facts: &Facts, id: RuleId, sure: &Memory, unsure: &Memory) -> RuleState {
    let rule = &graph.pack.rules[id];
    if let Some(given) = &rule.given {
        match left::holds(graph, given, sure) {
            Some(true) => {}
            Some(false) => return RuleState::GuardFalse,
            None => return RuleState::GuardWaiting(waiting_for(graph, sure, &given.reads())),
        }
    }
    let Some(reading) = graph.pack.reading(&rule.evidence) else { return RuleState::NotMatched };
    let reads = graph.observed(id);
    let for_sure = left::read(graph, reading, sure);
    let as_reported = left::read(graph, reading, unsure);
    let count = reading.levels.len();
    if for_sure.is_empty() {
        return RuleState::NotMatched;
    }
    let weights = |levels: &Levels, yes: f64, no: f64| -> Vec<f64> {
        let weight = |level| match (levels.contains(&level), for_sure.contains(&level)) {
            (true, _) => yes,
            (false, true) => no,
            (false, false) => 0.0,
        };
        (0..count).map(weight).collect()
    };
    // Where unsure reports decide more than what is sure, they count as far as they are right. Unless they
    // contradict what is sure.
    if as_reported.len() < for_sure.len() && !as_reported.is_empty() {
        let right = reports_right(graph, facts, &reads);
        return RuleState::Matched {
            weights: weights(&as_reported, right, 1.0 - right),
            levels: as_reported,
            sure: Some(right),
        };
    }
    if for_sure.len() < count {
        return RuleState::Matched { weights: weights(&for_sure, 1.0, 0.0), levels: for_sure, sure: None };
    }
    RuleState::Waiting(waiting_for(graph, sure, &reads))
}

/// Returns the chance that all unsure reports that are read are right; not under one half, where they would
/// say the contrary.
fn reports_right(graph: &InferenceGraph, facts: &Facts, reads: &Reads) -> f64 {
    let closure = graph.closure(reads);
    let of = |node: &Node| match node {
        Node::Fact(id) | Node::Derive(id) => facts.recorded.get(id)?.sure,
        _ => None,
    };
    closure.iter().filter_map(of).product::<f64>().max(0.5)
}
