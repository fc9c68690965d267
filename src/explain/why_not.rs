//! Why a cause is not the first, and the smallest change of facts that would make it so.
//!
//! In: a ticket and a cause. Out: what is first, held against the cause: the odds between the two are their
//! odds before any symptom × for each rule P(e | only the first) / P(e | only the cause) × one factor for all
//! that other causes take or give; and changes of facts, each to another cell of its domain, after which the
//! cause is the first. Every single change is tried; where none suffices, pairs and then threes of those that
//! bring it nearest. Whatever is shown was computed exactly.
//!
//! Source: the comparison of two hypotheses by weight of evidence (Heckerman 1989, Good 1950); the change is
//! a counterfactual explanation (Wachter, Mittelstadt and Russell 2018). Left out: changes of tables, of what
//! is computed from recorded facts, of what was tried; and of pairs and threes all but those that look best.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::facts::recorded::Recorded;
use crate::graph::{InferenceGraph, Node};
use crate::infer::exact::{Outcome, Posterior, posteriors};
use crate::infer::network::{Finding, Network};
use crate::infer::step::seen_given;
use crate::model::assessment::Assessment;
use crate::pack::expr::Reads;
use crate::pack::{CauseId, FactId, RuleId, VisitId};
use crate::partition::{Region, regions};
use crate::plan::next::minutes_to_answer;
use crate::source::Span;
use crate::value::Known;

/// So many changes are put together in pairs: those that bring the cause nearest.
const MOST_IN_PAIRS: usize = 24;
/// So many changes are put together in threes, likewise.
const MOST_IN_THREES: usize = 12;
/// So many pairs, and so many threes, are tried.
const MOST_TRIED: usize = 80;
/// So many networks are kept at once.
const MOST_NETWORKS: usize = 256;
/// Odds whose logarithm is nearer to 0 than this are even.
const ROUNDING: f64 = 1e-9;
/// So many ways are shown.
const MOST_SHOWN: usize = 3;

/// Why a cause is not the first.
#[derive(Debug, Clone)]
pub struct WhyNot {
    /// The cause.
    pub cause: CauseId,
    /// How likely it is.
    pub probability: f64,
    /// What is first; none: a cause that the pack does not list.
    pub first: Option<CauseId>,
    /// How likely that is.
    pub first_probability: f64,
    /// The odds of the first against the cause before any symptom.
    pub before: f64,
    /// What each rule does to those odds, what keeps the cause down most first.
    pub against: Vec<Against>,
    /// What is left: how much other causes take from one or the other; none where the odds are 0 or without
    /// bound.
    pub shared: Option<f64>,
    /// The odds after.
    pub after: f64,
    /// The smallest changes of facts that would make it the first, the cheapest to verify first.
    pub ways: Vec<Way>,
    /// How many changes were tried together.
    pub tried_together: usize,
}

/// What a rule does to the odds of the first against the cause.
#[derive(Debug, Clone)]
pub struct Against {
    /// The rule.
    pub rule: RuleId,
    /// P(e | only the first) / P(e | only the cause); none where it cannot be with the cause.
    pub factor: Option<f64>,
    /// The line of the rule that names the cause; none where none does.
    pub line: Option<Span>,
}

/// Facts that would have to be other than they are.
#[derive(Debug, Clone)]
pub struct Way {
    /// Each with what it would be; none: not recorded.
    pub changes: Vec<(FactId, Option<Region>)>,
    /// Minutes that it takes to look.
    pub minutes: f64,
    /// How likely the cause would be.
    pub probability: f64,
}

/// Says why a cause is not the first; none where there is no exact answer.
pub fn why_not(ticket: &Assessment, cause: CauseId) -> Option<WhyNot> {
    let (graph, network) = (ticket.graph(), ticket.network());
    let (now, prior) = (ticket.posterior()?, ticket.prior()?);
    let of = |posterior: &Posterior, who: Option<CauseId>| match who {
        Some(id) => posterior.causes.get(id.0).copied().unwrap_or(0.0),
        None => posterior.unlisted,
    };
    let first = first(graph, now);
    let odds = |posterior: &Posterior| of(posterior, first) / of(posterior, Some(cause));
    let (before, after) = (odds(prior), odds(now));
    let mut against: Vec<Against> = ticket
        .rules()
        .zip(&network.findings)
        .filter_map(|(rule, finding)| compare(graph, rule, finding, first, cause))
        .collect();
    let weight = |a: &Against| a.factor.map_or(f64::INFINITY, libm::log);
    against.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.rule.cmp(&b.rule)));
    let product: f64 = against.iter().filter_map(|a| a.factor).product();
    let shared = after / (before * product);
    let (ways, tried_together) =
        if first == Some(cause) { (Vec::new(), 0) } else { Search { ticket, cause }.ways() };
    Some(WhyNot {
        cause,
        probability: of(now, Some(cause)),
        first,
        first_probability: of(now, first),
        before,
        against,
        shared: (shared.is_finite() && shared > 0.0).then_some(shared),
        after,
        ways,
        tried_together,
    })
}

/// Returns what is likeliest; of what is equally likely, the first by name.
fn first(graph: &InferenceGraph, posterior: &Posterior) -> Option<CauseId> {
    let name = |at: usize| graph.pack.causes.nth(at).map(|cause| cause.name.value.as_str());
    let likeliest = posterior
        .causes
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1).then_with(|| name(b.0).cmp(&name(a.0))));
    likeliest.filter(|(_, p)| **p >= posterior.unlisted).map(|(at, _)| CauseId(at))
}

fn compare(
    graph: &InferenceGraph,
    rule: RuleId,
    finding: &Finding,
    first: Option<CauseId>,
    cause: CauseId,
) -> Option<Against> {
    let alone = |who: Option<CauseId>| {
        let there: Vec<usize> = who.iter().map(|id| id.0).collect();
        seen_given(&finding.steps, &finding.weights, &there, false)
    };
    let (with_first, with_cause) = (alone(first), alone(Some(cause)));
    let factor = (with_cause > 0.0).then_some(with_first / with_cause);
    let declared = &graph.pack.rules[rule];
    let line = declared.with.get(&cause).map(|line| line.span);
    let line = line.or(declared.rules_out.get(&cause).map(|(_, span)| *span));
    (factor != Some(1.0)).then_some(Against { rule, factor, line })
}

/// A fact, and what it would be; none: not recorded.
type Single = (FactId, Option<Region>);

/// What some changes come to.
#[derive(Debug, Clone, Copy)]
struct Score {
    /// The logarithm of the odds of the cause against the likeliest other.
    nearness: f64,
    probability: f64,
}

struct Search<'a> {
    ticket: &'a Assessment,
    cause: CauseId,
}

impl Search<'_> {
    /// Returns the smallest changes that suffice, and how many were tried together.
    fn ways(&self) -> (Vec<Way>, usize) {
        let single = self.single();
        let all: Vec<Vec<&Single>> = single.iter().map(|one| vec![one]).collect();
        let scored = self.scored(&all);
        let found = self.sufficient(&all, &scored);
        if !found.is_empty() {
            return (cheapest(found), 1);
        }
        let nearness = |at: usize| scored.get(at).copied().flatten().map(|score| score.nearness);
        let mut order: Vec<usize> = (0..single.len()).filter(|at| nearness(*at).is_some()).collect();
        order.sort_by(|a, b| {
            nearness(*b).partial_cmp(&nearness(*a)).unwrap_or(Ordering::Equal).then(a.cmp(b))
        });
        for (together, most) in [(2, MOST_IN_PAIRS), (3, MOST_IN_THREES)] {
            let best: Vec<(f64, &Single)> =
                order.iter().take(most).filter_map(|at| Some((nearness(*at)?, single.get(*at)?))).collect();
            let mut all = combinations(&best, together);
            // The logarithms of odds nearly add, where the facts have little to do with each other.
            all.sort_by(|a, b| b.0.total_cmp(&a.0));
            let all: Vec<Vec<&Single>> =
                all.into_iter().take(MOST_TRIED).map(|(_, changes)| changes).collect();
            let found = self.sufficient(&all, &self.scored(&all));
            if !found.is_empty() {
                return (cheapest(found), together);
            }
        }
        (Vec::new(), 3)
    }

    /// Returns every change of one fact.
    fn single(&self) -> Vec<Single> {
        let facts =
            (0..self.ticket.graph().pack.facts.len()).map(FactId).filter(|fact| self.can_be_changed(*fact));
        facts.flat_map(|fact| self.changes(fact)).collect()
    }

    /// Returns what a fact could be. Where its values are all alike to the pack, none of them is another: then it could only not have
    /// been recorded.
    fn changes(&self, fact: FactId) -> Vec<Single> {
        let regions = regions(&self.ticket.graph().pack, fact);
        if let [_] = regions.as_slice() {
            let is_recorded = self.ticket.facts().recorded.contains_key(&fact);
            return is_recorded.then_some((fact, None)).into_iter().collect();
        }
        regions.into_iter().map(|region| (fact, Some(region))).collect()
    }

    fn sufficient(&self, all: &[Vec<&Single>], scored: &[Option<Score>]) -> Vec<Way> {
        let each = all.iter().zip(scored);
        let sufficient = each
            .filter_map(|(changes, score)| Some((changes, score.filter(|score| score.nearness > ROUNDING)?)));
        sufficient.map(|(changes, score)| self.way(changes, score.probability)).collect()
    }

    /// Returns whether somebody could find a fact to be otherwise: not what is computed from what is
    /// recorded, and what a table says.
    fn can_be_changed(&self, id: FactId) -> bool {
        let fact = &self.ticket.graph().pack.facts[id];
        if fact.definition.is_none() {
            return fact.ask.is_some()
                || fact.visit.is_some()
                || self.ticket.facts().recorded.contains_key(&id);
        }
        let reads = Reads { facts: BTreeSet::from([id]), ..Reads::default() };
        let behind = self.ticket.graph().closure(&reads);
        let known =
            |node: &Node| matches!(node, Node::Fact(of) if self.ticket.facts().recorded.contains_key(of));
        fact.ty.is_amount() && !behind.iter().any(known)
    }

    /// Returns how near each of some changes brings the cause; none where it changes nothing, or cannot be.
    fn scored(&self, all: &[Vec<&Single>]) -> Vec<Option<Score>> {
        // In parts, so that not all networks are there at once.
        let mut scores = vec![None; all.len()];
        for (part, scores) in all.chunks(MOST_NETWORKS).zip(scores.chunks_mut(MOST_NETWORKS)) {
            let changed =
                part.iter().zip(scores).filter_map(|(changes, score)| Some((self.changed(changes)?, score)));
            let (networks, scores): (Vec<Network>, Vec<&mut Option<Score>>) = changed.unzip();
            for (score, outcome) in scores.into_iter().zip(posteriors(&networks, self.ticket.budget())) {
                *score = self.score(&outcome);
            }
        }
        scores
    }

    /// Returns the network where some facts are changed; none where it is the same, or what is recorded
    /// contradicts itself.
    fn changed(&self, changes: &[&Single]) -> Option<Network> {
        let mut facts = self.ticket.facts().clone();
        for (fact, cell) in changes {
            let Some(cell) = cell else {
                facts.recorded.remove(fact);
                continue;
            };
            let recorded = Recorded {
                known: Known::Exactly(cell.example.clone()),
                sure: None,
                available: true,
                span: Span::default(),
                written: cell.label.clone(),
            };
            facts.recorded.insert(*fact, recorded);
        }
        let changed = self.ticket.with(facts);
        let differs = !changed.is_contradictory() && changed.network() != self.ticket.network();
        differs.then(|| changed.network().clone())
    }

    fn score(&self, outcome: &Outcome) -> Option<Score> {
        let Outcome::Exact(posterior) = outcome else { return None };
        let own = posterior.causes.get(self.cause.0).copied().unwrap_or(0.0);
        let others = posterior.causes.iter().enumerate().filter(|(at, _)| *at != self.cause.0);
        let most = others.map(|(_, p)| *p).fold(posterior.unlisted, f64::max);
        Some(Score { nearness: libm::log(own) - libm::log(most), probability: own })
    }

    fn way(&self, changes: &[&Single], probability: f64) -> Way {
        let facts: Vec<FactId> = changes.iter().map(|(fact, _)| *fact).collect();
        Way {
            changes: changes.iter().map(|change| (*change).clone()).collect(),
            minutes: self.price(&facts),
            probability,
        }
    }

    /// Returns the minutes that it takes to verify some facts; a visit is paid once.
    fn price(&self, facts: &[FactId]) -> f64 {
        let mut visits: BTreeSet<VisitId> = BTreeSet::new();
        let facts = facts.iter().map(|id| &self.ticket.graph().pack.facts[*id]);
        let paid = facts.filter(|fact| fact.visit.is_none_or(|visit| visits.insert(visit)));
        paid.map(|fact| minutes_to_answer(&self.ticket.graph().pack, fact)).sum()
    }
}

/// Returns the cheapest to verify, of each choice of facts the likeliest.
fn cheapest(mut ways: Vec<Way>) -> Vec<Way> {
    let facts = |way: &Way| way.changes.iter().map(|(fact, _)| *fact).collect::<BTreeSet<FactId>>();
    ways.sort_by(|a, b| a.minutes.total_cmp(&b.minutes).then(b.probability.total_cmp(&a.probability)));
    let mut kept: Vec<Way> = Vec::new();
    for way in ways {
        if kept.len() < MOST_SHOWN && kept.iter().all(|other| facts(other) != facts(&way)) {
            kept.push(way);
        }
    }
    kept
}

/// Returns all choices of so many of some changes, each of another fact, with the sum of their numbers.
fn combinations<'c>(of: &[(f64, &'c Single)], many: usize) -> Vec<(f64, Vec<&'c Single>)> {
    if many == 0 {
        return vec![(0.0, Vec::new())];
    }
    let mut found = Vec::new();
    for (at, (number, first)) in of.iter().enumerate() {
        for (sum, mut rest) in combinations(of.get(at + 1..).unwrap_or(&[]), many - 1) {
            if rest.iter().all(|other| other.0 != first.0) {
                rest.insert(0, first);
                found.push((sum + number, rest));
            }
        }
    }
    found
}
