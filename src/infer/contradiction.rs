//! The smallest part of what was observed that cannot be true together.
//!
//! In: a network whose evidence is impossible. Out: the smallest set of observations (findings, known
//! contexts, tried fixes) that is already impossible alone. Sets of up to three are searched in order of
//! size; beyond that, one observation after the other is left out where the rest stays impossible, which
//! gives a set of which nothing can be spared.

use crate::infer::exact::Budget;
use crate::infer::network::Network;
use crate::infer::support::can_be;

/// Something that was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Observation {
    /// The finding of this index.
    Finding(usize),
    /// The context of this index is known, or partly.
    Context(usize),
    /// The fixes of the cause of this index were tried.
    Tried(usize),
}

/// More observations than this are not searched by size: up to three of 24 are 2325 sets.
const SEARCHED: usize = 24;

/// Finds the smallest set of observations that is impossible.
pub fn contradiction(network: &Network, budget: &Budget) -> Vec<Observation> {
    let all = observations(network);
    let impossible = |kept: &[Observation]| can_be(&only(network, kept), budget) == Some(false);
    if all.len() <= SEARCHED {
        for size in 0..=3.min(all.len()) {
            if let Some(found) = first_of_size(&all, size, &impossible) {
                return found;
            }
        }
    }
    let mut kept = all.clone();
    for observation in all {
        let without: Vec<_> = kept.iter().copied().filter(|o| *o != observation).collect();
        if impossible(&without) {
            kept = without;
        }
    }
    kept
}

/// Returns all that was observed.
fn observations(network: &Network) -> Vec<Observation> {
    let findings = (0..network.findings.len()).map(Observation::Finding);
    let known = network.contexts.iter().enumerate().filter(|(_, c)| c.possible.contains(&false));
    let tried = network.causes.iter().enumerate().filter(|(_, c)| c.cured > 0.0);
    findings
        .chain(known.map(|(at, _)| Observation::Context(at)))
        .chain(tried.map(|(at, _)| Observation::Tried(at)))
        .collect()
}

/// Returns the network with these observations alone.
fn only(network: &Network, kept: &[Observation]) -> Network {
    let mut reduced = network.clone();
    let mut at = 0;
    reduced.findings.retain(|_| {
        at += 1;
        kept.contains(&Observation::Finding(at - 1))
    });
    for (at, context) in reduced.contexts.iter_mut().enumerate() {
        if !kept.contains(&Observation::Context(at)) {
            context.possible.fill(true);
        }
    }
    for (at, cause) in reduced.causes.iter_mut().enumerate() {
        if !kept.contains(&Observation::Tried(at)) {
            cause.cured = 0.0;
        }
    }
    reduced
}

/// Returns the first impossible set of a size, in the order of the observations.
fn first_of_size(
    all: &[Observation],
    size: usize,
    impossible: &dyn Fn(&[Observation]) -> bool,
) -> Option<Vec<Observation>> {
    fn search(
        all: &[Observation],
        size: usize,
        chosen: &mut Vec<Observation>,
        impossible: &dyn Fn(&[Observation]) -> bool,
    ) -> bool {
        if size == 0 {
            return impossible(chosen);
        }
        for (at, observation) in all.iter().enumerate() {
            chosen.push(*observation);
            if search(all.get(at + 1..).unwrap_or(&[]), size - 1, chosen, impossible) {
                return true;
            }
            chosen.pop();
        }
        false
    }
    let mut chosen = Vec::new();
    search(all, size, &mut chosen, impossible).then_some(chosen)
}
