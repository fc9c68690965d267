//! What next: the question, the visit or the fix after which the ticket is expected to be resolved soonest.
//!
//! In: the likeliest hypotheses, what is known, and the plans for them. Out: every step, best first, with its
//! minutes and how many it saves. With T(b) the minutes until a ticket is expected to be resolved by the best
//! plan for a belief b, a question of m minutes whose answers a come with chance P(a | b) leads to
//!
//! > m + Σₐ P(a | b) · T(b given a),
//!
//! and it pays where that is less than T(b), and less, where the first fix of the plan is clear, than if it
//! were asked behind that, while it takes its time: the decision-theoretic troubleshooting of Heckerman,
//! Breese and Rommelse (CACM 38(3), 1995), as in SACSO (Jensen et al. 2001), with sets of causes for their
//! single fault. A visit is one inquiry and one price, whatever it answers. One inquiry is looked ahead, and
//! a second one where a rule wants the facts of both, as where a guard is in one and its symptom in the
//! other. When no question pays, asking stops: then the plan is what to do.
//!
//! What is to be asked first (`ask first`) comes first as long as no cause is clear and it tells anything.
//!
//! Left out: where there are more than 64 inquiries, those that tell least for their minutes; what a third
//! one would tell, as where facts of which each alone tells nothing stand in three.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::infer::hypotheses::Hypothesis;
use crate::model::evaluate::Evaluation;
use crate::pack::{CauseId, Fact, FactId, FixId, Pack, VisitId};
use crate::plan::observable::{Belief, Beliefs, Observables};
use crate::plan::repair::{Plan, Planner, minutes};

/// Minutes of a question whose pack does not say.
const QUESTION_TAKES: f64 = 1.0;
/// What saves less than this, in minutes, does not pay: three seconds.
const LEAST_SAVED: f64 = 0.05;
/// As long as no cause is as likely as this, what is to be asked first is asked first; and a fix is waited
/// behind only where its causes are.
const CLEAR: f64 = 0.8;
/// What tells less than this, in nats, is not asked first even where it is to be.
const LEAST_INFORMATION: f64 = 0.01;
/// So many inquiries are compared, those that tell most for their minutes.
const MOST_INQUIRIES: usize = 64;
/// Questions that one message asks at once.
const MOST_AT_ONCE: usize = 6;

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// What is done.
    pub step: What,
    /// What it takes, hands on.
    pub minutes: f64,
    /// How much the answers tell about the causes, in nats: the mutual information of each thing that they
    /// decide and the hypotheses, summed.
    pub tells: f64,
    /// Minutes until the ticket is expected to be resolved if this is done first.
    pub resolved_in: f64,
    /// How many that is less than without it: by the plan at once, and for a question, also if it were asked
    /// behind the plan's first fix. 0 for that fix, and under 0 for what does not pay.
    pub saves: f64,
}

/// What is done.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A fact is asked for.
    Question(FactId),
    /// A visit is made, which answers these facts, the one that tells most first.
    Visit(VisitId, Vec<FactId>),
    /// Something is repaired.
    Fix(FixId),
    /// No question pays: asking stops.
    Stop,
}

/// A question by itself, or a visit that answers several: what is paid once.
#[derive(Debug, Clone)]
struct Inquiry {
    visit: Option<VisitId>,
    facts: Vec<FactId>,
    minutes: f64,
    first: bool,
}

impl Inquiry {
    fn what(&self) -> Option<What> {
        match self.visit {
            Some(visit) => Some(What::Visit(visit, self.facts.clone())),
            None => self.facts.first().map(|fact| What::Question(*fact)),
        }
    }

    fn answers(&self) -> BTreeSet<FactId> {
        self.facts.iter().copied().collect()
    }
}

/// What comes before what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// To be asked first.
    First,
    /// A question that pays.
    Pays,
    /// The first fix of the plan.
    Acts,
    /// Where asking stops.
    Stops,
    /// The fixes behind the first.
    Later,
    /// A question that does not pay.
    DoesNot,
}

/// What could be asked about one ticket, and what that would bring.
pub struct Outlook<'a> {
    observables: Observables<'a>,
    planner: &'a Planner,
    weights: Vec<f64>,
    inquiries: Vec<Inquiry>,
    /// No cause is likely enough to act upon.
    unclear: bool,
}

impl<'a> Outlook<'a> {
    /// Finds everything that could be asked.
    pub fn new(
        graph: &'a InferenceGraph,
        facts: &Facts,
        evaluation: &'a Evaluation,
        hypotheses: &[Hypothesis],
        planner: &'a Planner,
    ) -> Self {
        let observables = Observables::new(graph, evaluation, facts, hypotheses);
        let sum: f64 = hypotheses.iter().map(|h| h.probability).sum();
        let weights: Vec<f64> = hypotheses.iter().map(|h| h.probability / sum).collect();
        let chance = |cause: CauseId| -> f64 {
            let with =
                hypotheses.iter().zip(&weights).filter(|(h, _)| h.still.binary_search(&cause.0).is_ok());
            with.map(|(_, w)| w).sum()
        };
        let unclear = (0..graph.pack.causes.len()).all(|at| chance(CauseId(at)) < CLEAR);
        let inquiries = inquiries(graph, &observables);
        let mut outlook = Self { observables, planner, weights, inquiries, unclear };
        outlook.limit();
        outlook
    }

    /// Keeps the inquiries that tell most for their minutes, where there are too many.
    fn limit(&mut self) {
        if self.inquiries.len() <= MOST_INQUIRIES {
            return;
        }
        let mut told: Vec<(f64, Inquiry)> = std::mem::take(&mut self.inquiries)
            .into_iter()
            .map(|inquiry| (self.tells(&inquiry) / inquiry.minutes.max(QUESTION_TAKES), inquiry))
            .collect();
        told.sort_by(|a, b| b.0.total_cmp(&a.0));
        told.truncate(MOST_INQUIRIES);
        self.inquiries = told.into_iter().map(|(_, inquiry)| inquiry).collect();
    }

    /// Returns every step, best first.
    pub fn next(&self, plan: &Plan) -> Vec<Next> {
        let at_once = plan.soonest;
        let step = |step: What, minutes: f64, resolved_in: f64, instead: f64| Next {
            step,
            minutes,
            tells: 0.0,
            resolved_in,
            saves: instead - resolved_in,
        };
        let clear = plan.steps.first().filter(|step| step.needed >= CLEAR).map(|step| step.fix);
        let mut next: Vec<(Rank, Next)> = Vec::new();
        for (at, inquiry) in self.inquiries.iter().enumerate() {
            let answered = self.observables.answered(Beliefs::now(&self.weights), &inquiry.answers());
            let later = clear.and_then(|fix| self.behind(fix, inquiry, &answered)).unwrap_or(at_once);
            let (resolved_in, instead) = (self.after(at, &answered), at_once.min(later));
            let pays = resolved_in < instead - LEAST_SAVED;
            let tells = self.tells(inquiry);
            let first = pays && self.unclear && inquiry.first && tells >= LEAST_INFORMATION;
            let rank = if first {
                Rank::First
            } else if pays {
                Rank::Pays
            } else {
                Rank::DoesNot
            };
            let with = |what| Next { tells, ..step(what, inquiry.minutes, resolved_in, instead) };
            next.extend(inquiry.what().map(|what| (rank, with(what))));
        }
        let stop = next.iter().all(|(rank, _)| *rank == Rank::DoesNot);
        for (at, fix) in plan.steps.iter().map(|step| step.fix).enumerate() {
            let takes = self.planner.takes(fix);
            let resolved_in = match at {
                0 => Some(at_once),
                _ => self.planner.expected_behind(fix, 0.0, &self.weights),
            };
            let rank = if at == 0 { Rank::Acts } else { Rank::Later };
            // The order of the plan is the best that was found.
            let resolved_in = resolved_in.map(|minutes| minutes.max(at_once));
            next.extend(resolved_in.map(|min| (rank, step(What::Fix(fix), takes, min, at_once))));
        }
        next.extend(stop.then(|| (Rank::Stops, step(What::Stop, 0.0, at_once, at_once))));
        // Who asks on where no question pays wants to know, and not to be done.
        let worth = |rank: Rank, next: &Next| match rank {
            Rank::DoesNot => next.tells / next.minutes.max(QUESTION_TAKES),
            _ => next.saves,
        };
        next.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| worth(b.0, &b.1).total_cmp(&worth(a.0, &a.1))));
        next.into_iter().map(|(_, next)| next).collect()
    }

    /// Leaves the questions that somebody can answer: those that anybody can, and theirs.
    #[must_use]
    pub fn answered_by(mut self, pack: &Pack, who: Option<&str>) -> Self {
        let can = |fact: &FactId| pack.answered_by(*fact).is_none_or(|by| Some(by) == who);
        self.inquiries.iter_mut().for_each(|inquiry| inquiry.facts.retain(can));
        self.inquiries.retain(|inquiry| !inquiry.facts.is_empty());
        self
    }

    /// Returns the questions that are best asked at once: each is added as long as the answers to all of them
    /// together bring more than it takes to answer one more.
    pub fn at_once(&self) -> Vec<What> {
        let mut chosen: Vec<&Inquiry> = Vec::new();
        let mut beliefs = Beliefs::now(&self.weights);
        let mut facts = BTreeSet::new();
        let mut now = self.planner.expected(&self.weights);
        while chosen.len() < MOST_AT_ONCE {
            let spent: f64 = chosen.iter().map(|inquiry| inquiry.minutes).sum();
            let left = self
                .inquiries
                .iter()
                .filter(|inquiry| chosen.iter().all(|other| other.facts != inquiry.facts));
            let with = left.map(|inquiry| {
                let facts = facts.union(&inquiry.answers()).copied().collect();
                let then = self.observables.answered(beliefs.clone(), &facts);
                (spent + inquiry.minutes + self.expected(&then), inquiry, then, facts)
            });
            let Some((value, inquiry, then, all)) = with.min_by(|a, b| a.0.total_cmp(&b.0)) else { break };
            if value > now - LEAST_SAVED {
                break;
            }
            (now, beliefs, facts) = (value, then, all);
            chosen.push(inquiry);
        }
        chosen.into_iter().filter_map(Inquiry::what).collect()
    }

    /// Returns the minutes until the ticket is expected to be resolved if one inquiry is made first.
    fn after(&self, at: usize, beliefs: &Beliefs) -> f64 {
        let Some(inquiry) = self.inquiries.get(at) else { return f64::INFINITY };
        let facts = inquiry.answers();
        let alone = self.expected(beliefs);
        let followed = self.following(at, &facts).map(|second| self.and_then(beliefs, &facts, second));
        inquiry.minutes + followed.fold(alone, f64::min)
    }

    /// Returns the minutes until the ticket is expected to be resolved if an inquiry is made behind a fix.
    fn behind(&self, fix: FixId, inquiry: &Inquiry, beliefs: &Beliefs) -> Option<f64> {
        let each = |belief: &Belief| self.planner.expected_behind(fix, inquiry.minutes, &belief.weights);
        beliefs.all.iter().map(each).sum()
    }

    /// Returns the inquiries that have the other facts of what wants some of these.
    fn following<'s>(
        &'s self,
        at: usize,
        facts: &'s BTreeSet<FactId>,
    ) -> impl Iterator<Item = &'s Inquiry> + 's {
        let others = self
            .inquiries
            .iter()
            .enumerate()
            .filter(move |(other, _)| *other != at)
            .map(|(_, inquiry)| inquiry);
        let waiting_for = self.observables.waiting_for(facts);
        others.filter(move |second| {
            waiting_for.iter().filter_map(|at| self.observables.all.get(*at)).any(|observable| {
                let here = |fact: &FactId| facts.contains(fact);
                let there = |fact: &FactId| second.facts.contains(fact);
                !observable.wants.iter().all(here)
                    && observable.wants.iter().all(|fact| here(fact) || there(fact))
            })
        })
    }

    /// Returns the minutes behind a first inquiry where a second one follows as it pays.
    fn and_then(&self, beliefs: &Beliefs, facts: &BTreeSet<FactId>, second: &Inquiry) -> f64 {
        let of = |belief: &Belief| {
            let asked = self.asked_then(beliefs, belief, facts, second);
            asked.min(self.planner.expected(&belief.weights))
        };
        beliefs.all.iter().map(of).sum()
    }

    /// Returns the minutes behind a first inquiry that came out in one way, where a second one follows.
    fn asked_then(
        &self,
        beliefs: &Beliefs,
        belief: &Belief,
        facts: &BTreeSet<FactId>,
        second: &Inquiry,
    ) -> f64 {
        let all: BTreeSet<FactId> = facts.union(&second.answers()).copied().collect();
        let then = self.observables.answered(beliefs.only(belief), &all);
        belief.mass() * second.minutes + self.expected(&then)
    }

    fn expected(&self, beliefs: &Beliefs) -> f64 {
        beliefs.all.iter().map(|belief| self.planner.expected(&belief.weights)).sum()
    }

    /// Returns how much what an inquiry answers tells, in nats.
    fn tells(&self, inquiry: &Inquiry) -> f64 {
        let waiting_for = self.observables.waiting_for(&inquiry.answers());
        waiting_for.iter().filter_map(|at| self.observables.all.get(*at)).map(|o| o.tells).sum()
    }
}

/// Returns the minutes that it takes to answer a fact: those of its visit, where it has one.
pub fn minutes_to_answer(pack: &Pack, fact: &Fact) -> f64 {
    let visit = fact.visit.map(|visit| &pack.visits[visit]);
    visit.and_then(|visit| visit.takes).or(fact.takes).map_or(QUESTION_TAKES, minutes)
}

/// Returns every inquiry that answers something that is wanted, its facts in the order of what they tell.
fn inquiries(graph: &InferenceGraph, observables: &Observables<'_>) -> Vec<Inquiry> {
    let mut told: BTreeMap<FactId, f64> = BTreeMap::new();
    for observable in &observables.all {
        for fact in &observable.wants {
            *told.entry(*fact).or_default() += observable.tells;
        }
    }
    let mut facts: Vec<(FactId, f64)> = told.into_iter().collect();
    let name = |id: &FactId| graph.pack.facts[*id].name.value.as_str();
    // What tells as much is asked in the order of the pack.
    facts.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut inquiries: Vec<Inquiry> = Vec::new();
    for (id, _) in facts {
        let fact = &graph.pack.facts[id];
        let same = |inquiry: &&mut Inquiry| inquiry.visit.is_some() && inquiry.visit == fact.visit;
        if let Some(inquiry) = inquiries.iter_mut().find(same) {
            inquiry.facts.push(id);
            inquiry.first |= fact.ask_first;
            continue;
        }
        let minutes = minutes_to_answer(&graph.pack, fact);
        inquiries.push(Inquiry { visit: fact.visit, facts: vec![id], minutes, first: fact.ask_first });
    }
    inquiries.sort_by_key(|inquiry| inquiry.facts.first().map(name));
    inquiries
}
