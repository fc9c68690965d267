//! The exact posterior.
//!
//! In: a [`Network`]. Out: for every cause the chance that it is still there, given what is seen and that
//! something is wrong. The network becomes `factors`, its leaves are folded away (`reduce`), each component
//! that is left gets an order (`order`) and is summed (`frontier`), and the leaves come back.
//!
//! The unlisted cause, with prior u, is as likely normal as active, which is one run each: Q and L are
//! P(seen), and Q₀, L₀ are P(seen, nothing listed still there), networks of the tried causes alone. Then
//!
//! - P(seen, something wrong) = (1 − u)·(Q − Q₀) + u/2·(Q + L),
//! - of a cause: its share of Q, weighed 1 − u/2, and of L, weighed u/2, times the chance that it was not
//!   cured,
//! - of a cause that the pack does not list: u/2·(Q₀ + L₀).
//!
//! The one subtraction loses at most −log₁₀(u/2) digits. Where u is under `CARRIED`, Q − Q₀ is summed as
//! such, with the ticket as one more axis. Everything else is a sum or a product of non-negative numbers,
//! rescaled by powers of two, so nothing is lost and the result is the same everywhere, on any number of
//! threads.
//!
//! Limits: time and memory grow with the number of states that are open at once; both are known before the
//! run and held against a [`Budget`]. Where numbers within one array lie so far apart that the smaller might
//! be lost, which takes hundreds of findings, the answer is `exhaustive` or not exact. Impossible is what
//! `support` proves, never a sum that came to 0.

use crate::infer::exhaustive::exhaustive;
use crate::infer::factors::{View, factors, possible};
use crate::infer::finding::states;
pub use crate::infer::job::{Budget, Stats};
use crate::infer::job::{Passes, Run, Terms, normalised};
use crate::infer::network::Network;
use crate::infer::parallel::{join, map};
use crate::infer::support::can_be;
use crate::infer::terms::terms;

/// The most states of one finding, several of whose levels count and whose causes hold back or rule out.
const WIDEST: f64 = 512.0;

/// Under this prior of the unlisted cause the ticket is carried as an axis, not subtracted: the subtraction
/// would lose more than four digits.
const CARRIED: f64 = 1e-4;

/// What inference says.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The posterior, exactly.
    Exact(Posterior),
    /// What is seen cannot be.
    Impossible,
    /// It would cost more than the budget; nothing ran.
    OverBudget {
        /// The cost; where only the memory is too much, it may be within the budget. Infinite where a single
        /// finding is too large to be counted: several of its levels are possible, and many causes hold many
        /// of them back.
        needed: f64,
    },
}

/// The chances, given what is seen and that something, listed or not, is still wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// For each cause, that it is still there.
    pub causes: Vec<f64>,
    /// That none of the listed causes is still there.
    pub unlisted: f64,
    /// The logarithm of P(what is seen, and something is wrong).
    pub ln_evidence: f64,
    /// For each context, its values.
    pub contexts: Vec<Vec<f64>>,
}

/// Computes the exact posterior, unless it would cost more than the budget.
pub fn posterior(network: &Network, budget: &Budget) -> Outcome {
    answer(network, budget, Passes::Both)
}

/// Computes the posteriors of several networks, on all cores.
pub fn posteriors(networks: &[Network], budget: &Budget) -> Vec<Outcome> {
    map(networks, |network| posterior(network, budget))
}

/// Computes the logarithm of P(what is seen, and something is wrong), at a third of the price of the
/// posterior; none where it cannot be or would cost more than the budget.
pub fn ln_evidence(network: &Network, budget: &Budget) -> Option<f64> {
    ln_chance(network, budget).filter(|ln| ln.is_finite())
}

/// Computes the same for several networks, on all cores, and −∞ where it cannot be.
pub fn ln_chances(networks: &[Network], budget: &Budget) -> Vec<Option<f64>> {
    map(networks, |network| ln_chance(network, budget))
}

fn ln_chance(network: &Network, budget: &Budget) -> Option<f64> {
    match answer(network, budget, Passes::Forward) {
        Outcome::Exact(posterior) => Some(posterior.ln_evidence),
        Outcome::Impossible => Some(f64::NEG_INFINITY),
        Outcome::OverBudget { .. } => None,
    }
}

/// A network, reduced and planned.
pub struct Prepared<'a> {
    network: &'a Network,
    jobs: Jobs,
}

impl Prepared<'_> {
    /// Returns what an exact posterior takes.
    pub fn stats(&self) -> Stats {
        self.jobs.stats()
    }

    /// Computes the posterior, whatever it takes; none where what is seen cannot be.
    pub fn posterior(&self) -> Option<Posterior> {
        self.jobs.run(Passes::Both).posterior(self.network)
    }
}

/// Reduces and plans a network; none where a single finding is too large to be counted.
pub fn prepare(network: &Network) -> Option<Prepared<'_>> {
    Some(Prepared { network, jobs: Jobs::new(network, &countable(network)?) })
}

/// Returns the terms of a network; none where a finding of theirs is too large to be written as an automaton
/// at all.
fn countable(network: &Network) -> Option<Vec<Network>> {
    let terms = terms(network);
    terms.iter().flat_map(|term| &term.findings).all(|finding| states(finding) <= WIDEST).then_some(terms)
}

/// Answers within the budget: whatever is refused is refused before anything runs.
fn answer(network: &Network, budget: &Budget, passes: Passes) -> Outcome {
    if network.contexts.iter().any(|context| possible(context).next().is_none()) {
        return Outcome::Impossible;
    }
    let beyond = Outcome::OverBudget { needed: f64::INFINITY };
    let Some(terms) = countable(network) else { return unless_impossible(network, budget, beyond) };
    let jobs = Jobs::new(network, &terms);
    let stats = jobs.stats();
    if !budget.holds(&stats) {
        return unless_impossible(network, budget, Outcome::OverBudget { needed: stats.cost });
    }
    let mixture = jobs.run(passes);
    match mixture.posterior(network) {
        Some(posterior) if !mixture.is_lossy() => Outcome::Exact(posterior),
        // What one array cannot hold is weighed set by set, where that can be done.
        _ => exhaustive(network).map_or_else(|| unless_impossible(network, budget, beyond), Outcome::Exact),
    }
}

/// Returns an outcome, unless it is certain that what is seen cannot be: a sum of 0 proves nothing.
fn unless_impossible(network: &Network, budget: &Budget, outcome: Outcome) -> Outcome {
    if can_be(network, budget) == Some(false) { Outcome::Impossible } else { outcome }
}

/// Everything that is summed for one answer.
struct Jobs {
    normal: Terms,
    /// Where something unlisted may be wrong.
    active: Option<Terms>,
    /// Nothing listed still there, normal and active.
    none: Vec<Terms>,
    /// Where the ticket is carried.
    ticket: Option<Terms>,
}

impl Jobs {
    fn new(network: &Network, terms: &[Network]) -> Self {
        let job = |view| Terms::new(terms.iter().map(|term| factors(term, view)));
        let unlisted = network.unlisted > 0.0;
        let none: &[View] = match (unlisted, network.ticket) {
            (true, _) => &[View::NormalNone, View::ActiveNone],
            (false, true) => &[View::NormalNone],
            (false, false) => &[],
        };
        Self {
            normal: job(View::Normal),
            active: unlisted.then(|| job(View::Active)),
            none: none.iter().map(|view| job(*view)).collect(),
            ticket: (network.ticket && network.unlisted < CARRIED).then(|| job(View::Ticket)),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Terms> {
        [&self.normal].into_iter().chain(&self.active).chain(&self.none).chain(&self.ticket)
    }

    fn stats(&self) -> Stats {
        let all = || self.all().map(Terms::stats);
        Stats {
            width: all().map(|s| s.width).max().unwrap_or(0),
            cost: all().map(|s| s.cost).fold(0.0, |sum, cost| sum + cost),
            entries: all().map(|s| s.entries).fold(0.0, f64::max)
                * if self.side_by_side() { 2.0 } else { 1.0 },
        }
    }

    /// Returns whether the normal and the active run go side by side. Large arrays are shared among the
    /// threads by themselves, small ones are done before a thread has begun.
    fn side_by_side(&self) -> bool {
        let normal = self.normal.stats();
        self.active.is_some() && normal.cost > WORTH_A_THREAD && normal.width <= SHARED
    }

    fn run(&self, passes: Passes) -> Mixture {
        let normal = || self.normal.run(passes);
        let active = || self.active.as_ref().map(|job| job.run(passes));
        let (normal, active) = if self.side_by_side() { join(normal, active) } else { (normal(), active()) };
        Mixture {
            normal,
            active,
            none: self.none.iter().map(|job| job.run(passes)).collect(),
            ticket: self.ticket.as_ref().map(|job| job.run(passes)),
        }
    }
}

/// Below this cost, starting a thread takes longer than the run.
const WORTH_A_THREAD: f64 = 200_000.0;
/// From this width on an array is shared among threads.
const SHARED: usize = 15;

/// The runs together.
struct Mixture {
    normal: Run,
    active: Option<Run>,
    /// Nothing listed still there: normal, active.
    none: Vec<Run>,
    ticket: Option<Run>,
}

impl Mixture {
    /// Returns whether numbers lay too far apart within one array for the sums to be trusted.
    fn is_lossy(&self) -> bool {
        [&self.normal]
            .into_iter()
            .chain(&self.active)
            .chain(&self.none)
            .chain(&self.ticket)
            .any(|run| run.lossy)
    }

    /// Returns the posterior; none where what is seen cannot be.
    fn posterior(&self, network: &Network) -> Option<Posterior> {
        // All runs in units of one power of two, the largest: what falls below is under 1e-300 of the sum.
        let of = |run: &Run| (run.total > 0.0).then_some(run.exponent);
        let exponent = of(&self.normal).max(self.active.as_ref().and_then(of))?;
        let (normal, active) =
            (self.normal.at(exponent), self.active.as_ref().map_or(0.0, |run| run.at(exponent)));
        let u = network.unlisted;
        let listed = match &self.ticket {
            _ if !network.ticket => normal,
            Some(carried) => carried.at(exponent),
            None => (normal - self.none.first().map_or(0.0, |run| run.at(exponent))).max(0.0),
        };
        // Where the unlisted cause is absent, only what is listed makes a ticket; where it is there, it does
        // so by itself.
        let wrong = (1.0 - u) * listed + u / 2.0 * (normal + active);
        if wrong <= 0.0 {
            return None;
        }
        let cause = |index: usize, cured: f64| {
            let other = self.active.as_ref().map_or(0.0, |run| run.cause(index));
            // Normal with the unlisted cause absent (1 − u) or there (u/2). A cause that is still there is
            // wrong by itself, so nothing is taken off; the chance that it is still there does not depend on
            // anything else.
            let mass = (1.0 - u / 2.0) * self.normal.cause(index) * normal + u / 2.0 * other * active;
            // Over 1 only by rounding.
            ((1.0 - cured) * mass / wrong).min(1.0)
        };
        let none: f64 = self.none.iter().map(|run| run.at(exponent)).sum();
        Some(Posterior {
            causes: network.causes.iter().enumerate().map(|(i, c)| cause(i, c.cured)).collect(),
            unlisted: (u / 2.0 * none / wrong).min(1.0),
            ln_evidence: libm::log(wrong) + as_f64(exponent) * std::f64::consts::LN_2,
            contexts: (0..network.contexts.len()).map(|i| self.context(network, i, exponent)).collect(),
        })
    }

    /// Returns the chances of a context's values, 0 for those that the facts exclude.
    fn context(&self, network: &Network, index: usize, exponent: i64) -> Vec<f64> {
        let Some(context) = network.contexts.get(index) else { return Vec::new() };
        let u = network.unlisted;
        let mut weights = vec![0.0; context.rates.len()];
        for (place, value) in possible(context).enumerate() {
            let of = |run: &Run| run.context(index, place);
            let read = of(&self.normal).or(self.active.as_ref().and_then(of)).is_some();
            let mass = |run: &Run| of(run).unwrap_or(0.0) * run.at(exponent);
            let (normal, active) = (mass(&self.normal), self.active.as_ref().map_or(0.0, mass));
            let listed = match &self.ticket {
                _ if !network.ticket => normal,
                Some(carried) => mass(carried),
                None => (normal - self.none.first().map_or(0.0, mass)).max(0.0),
            };
            let weight = match context.rates.get(value) {
                // One that no cause reads is as its rates say.
                Some(rate) if !read => *rate,
                _ => (1.0 - u) * listed + u / 2.0 * (normal + active),
            };
            #[expect(clippy::indexing_slicing, reason = "a context has a rate for each of its values")]
            let slot = &mut weights[value];
            *slot = weight;
        }
        normalised(weights)
    }
}

fn as_f64(exponent: i64) -> f64 {
    i32::try_from(exponent).map_or(f64::NEG_INFINITY, f64::from)
}
