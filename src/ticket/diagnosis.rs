//! The answer to one ticket: causes ranked, with their evidence.
//!
//! In: an assessment. Out: a [`Diagnosis`]: the posterior of every cause and of "a cause that this pack does
//! not list", exact or as an interval, with why; an account of every rule; or, where the evidence is
//! impossible, what contradicts what. Ranking is by posterior, ties by name, so the same pack and facts give
//! the same answer.

use std::sync::OnceLock;

use crate::explain::conflict::{Conflict, conflict};
use crate::explain::why::{self, Why, Witness};
use crate::facts::recorded::Facts;
use crate::graph::context::ContextOf;
use crate::infer::bounds::{Interval, bounds};
use crate::infer::contradiction::{Observation, contradiction};
use crate::infer::exact::{Outcome, Posterior};
use crate::model::assessment::Assessment;
use crate::model::evaluate::{Contradiction, Evaluation, RuleState};
use crate::pack::{CauseId, FactId, FixId, Pack, RuleId};
use crate::plan::{self, Advice, Outset};

/// A probability: exact where both ends are the same, else certain to lie between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probability {
    /// Not less than this.
    pub low: f64,
    /// Not more than this.
    pub high: f64,
    /// Whether it is exact.
    pub exact: bool,
}

impl Probability {
    /// Returns a probability that is exact.
    pub fn exactly(p: f64) -> Self {
        Self { low: p, high: p, exact: true }
    }

    /// Returns a probability of which the interval is certain.
    fn within(interval: Interval) -> Self {
        Self { low: interval.low, high: interval.high, exact: false }
    }

    /// Returns the middle of what is possible.
    fn middle(self) -> f64 {
        f64::midpoint(self.low, self.high)
    }

    /// Nothing is known of it.
    const ANY: Self = Self { low: 0.0, high: 1.0, exact: false };
}

/// The answer to one ticket.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// All causes, the likeliest first.
    pub causes: Vec<Ranked>,
    /// A cause that this pack does not list.
    pub unlisted: Probability,
    /// What cannot be true together, where the evidence is impossible.
    pub impossible: Option<Impossible>,
    /// How the evidence fits together; none with fewer than two findings, or without an exact answer.
    pub conflict: Option<Conflict>,
    /// Every rule, in the order of the pack.
    pub rules: Vec<RuleAccount>,
    /// The contexts that shares depend on and that nobody recorded in full.
    pub contexts: Vec<ContextAccount>,
    /// What would have been needed for an exact answer, where the budget did not suffice.
    pub over_budget: Option<f64>,
    /// What follows from it; none where the evidence is impossible, or nothing is known at all.
    pub advice: Option<Advice>,
}

/// A cause in its place.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// The cause.
    pub cause: CauseId,
    /// That it is there, and still is after what was tried.
    pub probability: Probability,
    /// Whether it is certain that no cause behind it is likelier; unlisted causes are not ranked here.
    pub certain: bool,
    /// Why; none where there is no exact answer.
    pub why: Option<Why>,
}

/// What one rule says in a ticket.
#[derive(Debug, Clone)]
pub struct RuleAccount {
    /// The rule.
    pub rule: RuleId,
    /// Whether it matched, or why not.
    pub state: RuleState,
    /// The facts that it observed, where it matched.
    pub witnesses: Vec<Witness>,
}

/// A context that is not known in full.
#[derive(Debug, Clone)]
pub struct ContextAccount {
    /// Its place among the contexts of the pack.
    pub context: usize,
    /// How likely each of its values is now; empty where there is no exact answer.
    pub values: Vec<f64>,
}

/// What cannot be true together.
#[derive(Debug, Clone, Default)]
pub struct Impossible {
    /// Rules whose findings exclude each other.
    pub rules: Vec<RuleId>,
    /// Facts that contradict.
    pub facts: Vec<FactId>,
    /// Fixes that were tried in vain, although they would have left nothing.
    pub tried: Vec<FixId>,
    /// Computed facts that were recorded as something else.
    pub computed: Vec<Contradiction>,
}

/// What stands before all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leader {
    /// A cause of the pack.
    Cause(CauseId),
    /// A cause that the pack does not list.
    Unlisted,
}

impl Diagnosis {
    /// Returns the cause, or the unlisted cause, that is certainly likelier than every other; none where two
    /// are as likely as each other, where their ranges overlap, and where the evidence is impossible.
    pub fn leader(&self) -> Option<(Leader, Probability)> {
        let (first, probability) = self.ranking().next().filter(|_| self.impossible.is_none())?;
        let behind = |(_, other): (Leader, Probability)| counting(probability.low) > counting(other.high);
        self.ranking().skip(1).all(behind).then_some((first, probability))
    }

    /// Returns all causes and the unlisted one, the likeliest first; a cause stands before an unlisted one
    /// that is as likely.
    pub fn ranking(&self) -> impl Iterator<Item = (Leader, Probability)> {
        let at = self.causes.iter().position(|ranked| ranked.probability.high < self.unlisted.high);
        let (before, behind) = self.causes.split_at(at.unwrap_or(self.causes.len()));
        let row = |ranked: &Ranked| (Leader::Cause(ranked.cause), ranked.probability);
        let unlisted = std::iter::once((Leader::Unlisted, self.unlisted));
        before.iter().map(row).chain(unlisted).chain(behind.iter().map(row))
    }

    /// Returns whether a cause that the pack does not list is likelier than all that it lists.
    pub fn is_unlisted(&self) -> bool {
        self.ranking().next().is_some_and(|(first, _)| first == Leader::Unlisted)
    }
}

/// Diagnoses one ticket.
pub(super) fn diagnose(ticket: &Assessment, outset: &OnceLock<Outset>) -> Diagnosis {
    let mut diagnosis = Diagnosis {
        causes: Vec::new(),
        unlisted: Probability::ANY,
        impossible: None,
        conflict: None,
        rules: accounts(ticket),
        contexts: Vec::new(),
        over_budget: None,
        advice: None,
    };
    let pack = &ticket.graph().pack;
    if ticket.is_contradictory() {
        diagnosis.impossible = Some(recorded_otherwise(ticket.evaluation(), ticket.facts()));
        return unranked(diagnosis, pack, 0.0);
    }
    let advise = |causes: &[f64]| plan::advise(ticket, outset.get_or_init(|| Outset::new(ticket, causes)));
    match ticket.outcome() {
        Outcome::Exact(after) => {
            diagnosis.advice = advise(&after.causes);
            diagnosis.conflict = conflict(ticket);
            rank(diagnosis, ticket, after)
        }
        Outcome::Impossible => {
            diagnosis.impossible = Some(excluded(ticket));
            unranked(diagnosis, pack, 0.0)
        }
        Outcome::OverBudget { needed } => {
            diagnosis.over_budget = Some(*needed);
            let mut diagnosis = bounded(diagnosis, ticket, needed.is_finite());
            let likely = in_order_of_pack(&diagnosis.causes);
            let known = needed.is_finite() && diagnosis.impossible.is_none();
            diagnosis.advice = known.then(|| advise(&likely)).flatten();
            diagnosis
        }
    }
}

/// Ranks all causes by what is certain of them.
fn bounded(diagnosis: Diagnosis, ticket: &Assessment, countable: bool) -> Diagnosis {
    let pack = &ticket.graph().pack;
    if !countable {
        return unranked(diagnosis, pack, 1.0);
    }
    let found = bounds(ticket.network(), ticket.budget());
    let causes = found.causes.iter().copied().map(Probability::within);
    ranged(diagnosis, pack, Probability::within(found.unlisted), causes)
}

/// Returns all causes by name, each between 0 and `high`.
fn unranked(diagnosis: Diagnosis, pack: &Pack, high: f64) -> Diagnosis {
    let probability = Probability { low: 0.0, high, exact: false };
    let causes = std::iter::repeat_n(probability, pack.causes.len());
    ranged(diagnosis, pack, probability, causes)
}

/// Ranks all causes by ranges, without reasons.
fn ranged(
    mut diagnosis: Diagnosis,
    pack: &Pack,
    unlisted: Probability,
    causes: impl Iterator<Item = Probability>,
) -> Diagnosis {
    let ranked = |(at, probability)| Ranked { cause: CauseId(at), probability, certain: false, why: None };
    diagnosis.unlisted = unlisted;
    diagnosis.causes = causes.enumerate().map(ranked).collect();
    by_rank(&mut diagnosis.causes, pack);
    diagnosis
}

/// Returns how likely each cause is, in the order of the pack, by the middle of what is possible.
#[expect(clippy::indexing_slicing, reason = "a diagnosis ranks each cause of its pack once")]
fn in_order_of_pack(ranked: &[Ranked]) -> Vec<f64> {
    let mut likely = vec![0.0; ranked.len()];
    for ranked in ranked {
        likely[ranked.cause.0] = ranked.probability.middle();
    }
    likely
}

/// Ranks causes by the middle of what is possible, ties by name; and finds out which places are certain.
fn by_rank(causes: &mut [Ranked], pack: &Pack) {
    let name = |ranked: &Ranked| pack.causes[ranked.cause].name.value.as_str();
    causes.sort_by(|a, b| {
        let order = counting(b.probability.middle()).total_cmp(&counting(a.probability.middle()));
        order.then_with(|| name(a).cmp(name(b)))
    });
    // From behind: a place is certain if nothing that follows can be likelier.
    let mut highest = 0.0_f64;
    for ranked in causes.iter_mut().rev() {
        let Probability { low, high, exact } = ranked.probability;
        ranked.certain = exact || low >= highest;
        highest = highest.max(high);
    }
}

/// Returns a probability to the 36 bits that no order of summing changes: causes that are as likely as each
/// other are ranked by name, and not by how the last digit was rounded.
fn counting(p: f64) -> f64 {
    let (value, exponent) = libm::frexp(p);
    libm::scalbn(libm::rint(libm::scalbn(value, 36)), exponent - 36)
}

/// Ranks all causes by their exact posterior, with why.
fn rank(mut diagnosis: Diagnosis, ticket: &Assessment, after: &Posterior) -> Diagnosis {
    let prior = ticket.prior();
    let ranked = after.causes.iter().enumerate().map(|(at, p)| {
        let prior = prior.and_then(|prior| prior.causes.get(at)).copied();
        let why = prior.map(|prior| why::explain(ticket, CauseId(at), prior, *p));
        Ranked { cause: CauseId(at), probability: Probability::exactly(*p), certain: true, why }
    });
    diagnosis.causes = ranked.collect();
    by_rank(&mut diagnosis.causes, &ticket.graph().pack);
    diagnosis.unlisted = Probability::exactly(after.unlisted);
    let contexts = ticket.network().contexts.iter().enumerate();
    diagnosis.contexts = contexts
        .filter(|(_, context)| context.possible.iter().filter(|p| **p).count() > 1)
        .map(|(at, _)| ContextAccount {
            context: at,
            values: after.contexts.get(at).cloned().unwrap_or_default(),
        })
        .collect();
    diagnosis
}

/// Returns what every rule says, in the order of the pack.
fn accounts(ticket: &Assessment) -> Vec<RuleAccount> {
    let account = |(rule, state): (RuleId, &RuleState)| RuleAccount {
        rule,
        state: state.clone(),
        witnesses: match state {
            RuleState::Matched { .. } => why::witnesses(ticket, rule),
            _ => Vec::new(),
        },
    };
    ticket.evaluation().rules.enumerated().map(account).collect()
}

/// Returns the computed facts that were recorded as something else, with the facts that they are computed
/// from.
fn recorded_otherwise(evaluation: &Evaluation, facts: &Facts) -> Impossible {
    let told = evaluation.contradictions.iter().flat_map(|c| c.from.iter().copied().chain([c.fact]));
    let mut facts: Vec<FactId> = told.filter(|id| facts.recorded.contains_key(id)).collect();
    facts.sort_unstable();
    facts.dedup();
    Impossible { facts, computed: evaluation.contradictions.clone(), ..Impossible::default() }
}

/// Returns the rules and facts behind the smallest contradictory set of observations.
fn excluded(ticket: &Assessment) -> Impossible {
    let graph = ticket.graph();
    let mut impossible = Impossible::default();
    let mut reads = crate::pack::expr::Reads::default();
    for observation in contradiction(ticket.network(), ticket.budget()) {
        match observation {
            Observation::Finding(at) => {
                let Some(rule) = ticket.rule(at) else { continue };
                impossible.rules.push(rule);
                let observed = graph.observed(rule);
                reads.facts.extend(observed.facts);
                reads.symptoms.extend(observed.symptoms);
            }
            Observation::Context(at) => match graph.contexts.get(at).map(|c| c.of) {
                Some(ContextOf::Fact(id) | ContextOf::Member(id, _)) => {
                    reads.facts.insert(id);
                }
                Some(ContextOf::Symptom(id)) => {
                    reads.symptoms.insert(id);
                }
                None => {}
            },
            Observation::Tried(at) => impossible.tried.extend(certain_cures(ticket, CauseId(at))),
        }
    }
    let recorded = graph.closure(&reads).into_iter().filter_map(|node| match node {
        crate::graph::Node::Fact(id) | crate::graph::Node::Derive(id) => Some(id),
        _ => None,
    });
    impossible.facts = recorded.filter(|id| ticket.facts().recorded.contains_key(id)).collect();
    impossible.tried.sort_unstable();
    impossible.tried.dedup();
    impossible
}

/// Returns the fixes that were tried against a cause and cannot have left it there: those that always work,
/// else all, which only together do.
fn certain_cures(ticket: &Assessment, cause: CauseId) -> Vec<FixId> {
    let fixes = &ticket.graph().pack.fixes;
    let of_cause = &ticket.graph().pack.causes[cause].fixes;
    let tried = of_cause.iter().copied().filter(|fix| ticket.facts().tried.contains_key(fix));
    let (always, seldom): (Vec<FixId>, Vec<FixId>) = tried.partition(|fix| fixes[*fix].works.chance >= 1.0);
    if always.is_empty() { seldom } else { always.into_iter().take(1).collect() }
}
