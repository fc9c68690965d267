//! What could still be observed, and how likely it is under each hypothesis.
//!
//! In: the likeliest hypotheses, and what is known. Out: every rule that might yet match and every context
//! that nobody recorded, with the facts that it wants and the chance of each of its levels under each
//! hypothesis; and [`Beliefs`], what is believed after each way in which some of them can come out. Findings
//! are independent where the causes are given, as in the network itself, so a belief is the weights of the
//! hypotheses times the chances of what is seen.
//!
//! A guard is looked at where the answers so far are supposed. What is supposed are levels, not values: a
//! rule's symptom is at one of the levels that are still possible, whatever value of its facts puts it there.
//!
//! Left out: that two rules over one fact may exclude each other; contexts count as independent of each other
//! under a hypothesis. Where a guard cannot be told by supposing levels, or a wanted fact is not to be had,
//! it counts as even whether the rule matches. Beliefs behind the likeliest 96 are taken together.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::eval::{self, Levels, Only, World};
use crate::facts::recorded::Facts;
use crate::graph::context::{ContextOf, ContextValue};
use crate::graph::{InferenceGraph, Node};
use crate::infer::hypotheses::Hypothesis;
use crate::infer::step::levels_given;
use crate::model::evaluate::{Evaluation, RuleState};
use crate::pack::expr::{Condition, Reads};
use crate::pack::{CauseId, Evidence, FactId, Reading, Rule, RuleId, SymptomId};
use crate::value::{Known, Type, Value};

/// So many ways in which answers can come out are told apart.
const MOST_BELIEFS: usize = 96;
/// The chance that a rule matches whose guard is not known even where everything is supposed.
const EVEN: f64 = 0.5;

/// Something that could be observed.
pub(super) struct Observable {
    /// The facts that nobody recorded and that it takes, those of its guard among them.
    pub(super) wants: BTreeSet<FactId>,
    /// How much it would tell about the hypotheses, in nats.
    pub(super) tells: f64,
    of: Of,
    /// Whether the facts that are to be had may not suffice.
    doubtful: bool,
    /// For each level that is possible: the level, and its chance under each hypothesis.
    levels: Rc<[(usize, Vec<f64>)]>,
}

#[derive(Clone, Copy)]
enum Of {
    Rule(RuleId),
    Context(usize),
}

/// What is known, and what could be.
pub(super) struct Observables<'a> {
    graph: &'a InferenceGraph,
    evaluation: &'a Evaluation,
    /// Each behind those that its guard reads.
    pub(super) all: Vec<Observable>,
    /// For each fact, the places in `all` that want it.
    waiting_for: BTreeMap<FactId, Vec<usize>>,
}

impl<'a> Observables<'a> {
    /// Finds everything that could still be observed.
    pub(super) fn new(
        graph: &'a InferenceGraph,
        evaluation: &'a Evaluation,
        facts: &Facts,
        hypotheses: &[Hypothesis],
    ) -> Self {
        let likely = hypotheses.iter().flat_map(|h| h.there.iter().copied()).collect();
        let finder = Finder { graph, evaluation, facts, hypotheses, likely };
        let contexts = (0..graph.contexts.len()).filter_map(|at| finder.context(at));
        let rules = graph.order.iter().filter_map(|node| match node {
            Node::Rule(id) => finder.rule(*id),
            _ => None,
        });
        let all: Vec<Observable> = contexts.chain(rules).collect();
        let mut waiting_for: BTreeMap<FactId, Vec<usize>> = BTreeMap::new();
        for (at, observable) in all.iter().enumerate() {
            for fact in &observable.wants {
                waiting_for.entry(*fact).or_default().push(at);
            }
        }
        Self { graph, evaluation, all, waiting_for }
    }

    /// Returns what wants one or more of some facts, in order.
    pub(super) fn waiting_for(&self, facts: &BTreeSet<FactId>) -> BTreeSet<usize> {
        facts.iter().filter_map(|fact| self.waiting_for.get(fact)).flatten().copied().collect()
    }

    /// Returns what is believed when all is observed that some facts answer and that was not observed before,
    /// each way it can come out.
    pub(super) fn answered(&self, before: Beliefs, facts: &BTreeSet<FactId>) -> Beliefs {
        // In the order of `all`, so that a guard is decided by what was supposed of the rules before it.
        let mut beliefs = before;
        for at in self.waiting_for(facts) {
            let Some(observable) = self.all.get(at) else { continue };
            if !observable.wants.is_subset(facts) || beliefs.observed.contains(&at) {
                continue;
            }
            beliefs.observed.insert(at);
            let each = beliefs.all.iter().flat_map(|belief| self.comes_out(observable, belief));
            beliefs.all = each.collect();
            beliefs.limit();
        }
        beliefs
    }

    /// Returns each way in which something can come out.
    fn comes_out(&self, observable: &Observable, belief: &Belief) -> Vec<Belief> {
        let matches = match self.matches(observable, belief) {
            Some(true) if !observable.doubtful => 1.0,
            Some(false) => return vec![belief.clone()],
            _ => EVEN,
        };
        let level = |(level, chances): &(usize, Vec<f64>)| {
            let weights = belief.weights.iter().zip(chances).map(|(w, p)| w * p * matches).collect();
            let mut next = Belief { weights, supposed: Rc::clone(&belief.supposed) };
            self.suppose(observable, *level, &mut next);
            next
        };
        let mut all: Vec<Belief> = observable.levels.iter().map(level).collect();
        if matches < 1.0 {
            let weights = belief.weights.iter().map(|w| w * (1.0 - matches)).collect();
            all.push(Belief { weights, supposed: Rc::clone(&belief.supposed) });
        }
        all.retain(|belief| belief.mass() > 0.0);
        all
    }

    /// Returns whether a rule's guard holds, where so much is supposed; none where that is not known.
    fn matches(&self, observable: &Observable, belief: &Belief) -> Option<bool> {
        match observable.of {
            Of::Context(_) => Some(true),
            Of::Rule(id) => match &self.graph.pack.rules[id].given {
                None => Some(true),
                Some(given) => self.holds(given, belief),
            },
        }
    }

    fn holds(&self, condition: &Condition, belief: &Belief) -> Option<bool> {
        eval::holds(condition, &Supposed { graph: self.graph, evaluation: self.evaluation, belief })
    }

    /// Supposes that something came out at a level.
    fn suppose(&self, observable: &Observable, level: usize, belief: &mut Belief) {
        match observable.of {
            Of::Context(at) => {
                let Some(context) = self.graph.contexts.get(at) else { return };
                match (context.of, context.values.get(level)) {
                    (ContextOf::Fact(id), Some(ContextValue::Fact(known))) => {
                        Rc::make_mut(&mut belief.supposed).facts.insert(id, known.clone());
                    }
                    (ContextOf::Symptom(id), Some(ContextValue::Level(level))) => {
                        Rc::make_mut(&mut belief.supposed).symptoms.insert(id, *level);
                    }
                    _ => {}
                }
            }
            Of::Rule(id) => match &self.graph.pack.rules[id].evidence {
                Evidence::Symptom(symptom) => {
                    Rc::make_mut(&mut belief.supposed).symptoms.insert(*symptom, level);
                }
                Evidence::Fact(fact, reading) => {
                    let ty = &self.graph.pack.facts[*fact].ty;
                    if let Some(value) = at_level(*fact, ty, reading, level) {
                        Rc::make_mut(&mut belief.supposed).facts.insert(*fact, value);
                    }
                }
                Evidence::Condition(_) => {}
            },
        }
    }
}

/// Returns the value of a fact of a few values that puts a reading at a level.
fn at_level(fact: FactId, ty: &Type, reading: &Reading, level: usize) -> Option<Known> {
    let values: Vec<Value> = match ty {
        Type::YesNo => vec![Value::YesNo(false), Value::YesNo(true)],
        Type::OneOf(values) => (0..values.len()).map(Value::Choice).collect(),
        _ => Vec::new(),
    };
    let is = |value: &Value| {
        let only = Only { fact, known: Known::Exactly(value.clone()) };
        eval::read(reading, &only) == Levels::from([level])
    };
    values.iter().find(|value| is(value)).map(|value| Known::Exactly(value.clone()))
}

/// What is believed about the hypotheses, and what is supposed beside what is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Belief {
    /// How much each hypothesis weighs; together, how likely it is to come to this.
    pub(super) weights: Vec<f64>,
    supposed: Rc<Supposition>,
}

/// What is supposed.
#[derive(Debug, Clone, Default)]
struct Supposition {
    symptoms: BTreeMap<SymptomId, usize>,
    facts: BTreeMap<FactId, Known>,
}

impl Belief {
    /// Returns how likely it is to come to this.
    pub(super) fn mass(&self) -> f64 {
        self.weights.iter().sum()
    }
}

/// All that may be believed after some answers.
#[derive(Debug, Clone, Default)]
pub(super) struct Beliefs {
    /// Each way in which the answers can come out.
    pub(super) all: Vec<Belief>,
    observed: BTreeSet<usize>,
}

impl Beliefs {
    /// Returns what is believed before any answer.
    pub(super) fn now(weights: &[f64]) -> Self {
        Self {
            all: vec![Belief { weights: weights.to_vec(), ..Belief::default() }],
            observed: BTreeSet::new(),
        }
    }

    /// Returns one of them, as all that there is.
    pub(super) fn only(&self, belief: &Belief) -> Self {
        Self { all: vec![belief.clone()], observed: self.observed.clone() }
    }

    /// Takes the least likely together.
    fn limit(&mut self) {
        if self.all.len() <= MOST_BELIEFS {
            return;
        }
        self.all.sort_by(|a, b| b.mass().total_cmp(&a.mass()));
        let rest = self.all.split_off(MOST_BELIEFS - 1);
        let mut together =
            Belief { weights: vec![0.0; rest.first().map_or(0, |b| b.weights.len())], ..Belief::default() };
        for belief in rest {
            together.weights.iter_mut().zip(belief.weights).for_each(|(sum, w)| *sum += w);
        }
        self.all.push(together);
    }
}

/// The ticket with what a belief supposes.
struct Supposed<'a> {
    graph: &'a InferenceGraph,
    evaluation: &'a Evaluation,
    belief: &'a Belief,
}

impl World for Supposed<'_> {
    fn fact(&self, id: FactId) -> Known {
        if let Some(known) = self.belief.supposed.facts.get(&id) {
            return known.clone();
        }
        let known = self.evaluation.facts[id].clone();
        let definition = self.graph.pack.facts[id].definition.as_ref();
        match definition.filter(|_| !known.is_exact()).map(|definition| eval::define(definition, self)) {
            Some(computed) if computed != Known::Unknown => computed,
            _ => known,
        }
    }

    fn levels(&self, id: SymptomId) -> Levels {
        if let Some(level) = self.belief.supposed.symptoms.get(&id) {
            return Levels::from([*level]);
        }
        eval::read(&self.graph.pack.symptoms[id].reading, self)
    }
}

/// Finds what could be observed.
struct Finder<'a> {
    graph: &'a InferenceGraph,
    evaluation: &'a Evaluation,
    facts: &'a Facts,
    hypotheses: &'a [Hypothesis],
    /// The causes of all hypotheses.
    likely: BTreeSet<usize>,
}

impl Finder<'_> {
    /// Returns what a rule could yet observe.
    fn rule(&self, id: RuleId) -> Option<Observable> {
        let rule = &self.graph.pack.rules[id];
        let named = |cause: &usize| {
            rule.with.contains_key(&CauseId(*cause)) || rule.rules_out.contains_key(&CauseId(*cause))
        };
        // A rule that names no cause that may be there tells nothing that would change what is done.
        if !self.likely.iter().any(named) {
            return None;
        }
        let possible = self.possible(id, rule)?;
        let mut missing = self.missing(&self.graph.observed(id));
        if let (RuleState::GuardWaiting(_), Some(given)) = (&self.evaluation.rules[id], &rule.given) {
            missing.extend(self.missing(&given.reads()));
        }
        let steps = &self.graph.steps[id];
        let count = self.graph.pack.reading(&rule.evidence)?.levels.len();
        let given: Vec<Vec<f64>> =
            self.hypotheses.iter().map(|h| levels_given(steps, count, &h.there, h.active)).collect();
        let sum = |chances: &Vec<f64>| -> f64 { possible.iter().filter_map(|l| chances.get(*l)).sum() };
        let chance = |chances: &Vec<f64>, level: usize| {
            let all = sum(chances);
            let here = chances.get(level).copied().unwrap_or(0.0);
            if all > 0.0 { here / all } else { 0.0 }
        };
        let of_level =
            |level: &usize| (*level, given.iter().map(|chances| chance(chances, *level)).collect());
        self.observable(Of::Rule(id), missing, possible.iter().map(of_level).collect())
    }

    /// The levels at which the evidence of a rule may still turn out to be; none where nothing is left to
    /// learn.
    fn possible(&self, id: RuleId, rule: &Rule) -> Option<Levels> {
        match &self.evaluation.rules[id] {
            RuleState::Matched { levels, sure: None, .. } if levels.len() > 1 => Some(levels.clone()),
            RuleState::Waiting(_) | RuleState::GuardWaiting(_) => {
                let belief = Belief::default();
                let now = Supposed { graph: self.graph, evaluation: self.evaluation, belief: &belief };
                let levels = eval::read(self.graph.pack.reading(&rule.evidence)?, &now);
                (!levels.is_empty()).then_some(levels)
            }
            _ => None,
        }
    }

    /// Returns what a context that is not known in full could turn out to be.
    fn context(&self, at: usize) -> Option<Observable> {
        let context = self.graph.contexts.get(at)?;
        let reads = match context.of {
            ContextOf::Fact(id) | ContextOf::Member(id, _) => {
                Reads { facts: BTreeSet::from([id]), ..Reads::default() }
            }
            ContextOf::Symptom(id) => Reads { symptoms: BTreeSet::from([id]), ..Reads::default() },
        };
        let chance = |h: &Hypothesis, value: usize| h.contexts.get(at).and_then(|v| v.get(value)).copied();
        let of_value = |value: usize| {
            (value, self.hypotheses.iter().map(|h| chance(h, value).unwrap_or(0.0)).collect::<Vec<f64>>())
        };
        let all: Vec<(usize, Vec<f64>)> = (0..context.values.len()).map(of_value).collect();
        let can_be = |(_, chances): &&(usize, Vec<f64>)| chances.iter().any(|p| *p > 0.0);
        if all.iter().filter(can_be).count() < 2 {
            return None;
        }
        self.observable(Of::Context(at), self.missing(&reads), all)
    }

    /// Returns the facts behind what is read that are not known in full.
    fn missing(&self, reads: &Reads) -> BTreeSet<FactId> {
        let of = |node: &Node| match node {
            Node::Fact(id) if !self.evaluation.facts[*id].is_exact() => Some(*id),
            _ => None,
        };
        self.graph.closure(reads).iter().filter_map(of).collect()
    }

    /// Returns something that could be observed, if somebody can be asked for it.
    fn observable(
        &self,
        of: Of,
        missing: BTreeSet<FactId>,
        levels: Vec<(usize, Vec<f64>)>,
    ) -> Option<Observable> {
        let askable = |id: &FactId| {
            let fact = &self.graph.pack.facts[*id];
            !self.facts.recorded.contains_key(id) && (fact.ask.is_some() || fact.visit.is_some())
        };
        let all = missing.len();
        let wants: BTreeSet<FactId> = missing.into_iter().filter(askable).collect();
        if wants.is_empty() {
            return None;
        }
        let tells = self.tells(&levels);
        Some(Observable { doubtful: wants.len() < all, wants, tells, of, levels: levels.into() })
    }

    /// Returns the mutual information of what is observed and the hypotheses, in nats: Σ w·p·ln(p / Σ w·p).
    fn tells(&self, levels: &[(usize, Vec<f64>)]) -> f64 {
        let of_level = |(_, chances): &(usize, Vec<f64>)| -> f64 {
            let pairs = || self.hypotheses.iter().map(|h| h.probability).zip(chances);
            let all: f64 = pairs().map(|(w, p)| w * p).sum();
            let part =
                |(w, p): (f64, &f64)| if *p > 0.0 && all > 0.0 { w * p * libm::log(p / all) } else { 0.0 };
            pairs().map(part).sum()
        };
        levels.iter().map(of_level).sum()
    }
}
