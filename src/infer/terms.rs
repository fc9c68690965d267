//! A network as a sum of simpler ones.
//!
//! In: a [`Network`]. Out: networks whose chances add up to its own. The chance of a finding is linear in its
//! weights, Σ w·P(level), so a finding of which several levels are possible is a sum of findings of which one
//! is known: where the one automaton would have many states, because several causes hold several of its steps
//! back, a few small networks are summed far sooner than it is built. The levels at the bottom that count
//! alike stay together: "no higher than this" is as simple as one level.

use crate::infer::finding::{blocks, states};
use crate::infer::network::{Finding, Network};

/// Automata of up to so many states are built as they are.
const FEW_STATES: f64 = 12.0;
/// So many networks there are at most.
const MOST: usize = 128;

/// Returns networks that add up to this one, and are this one where nothing is gained.
pub(super) fn terms(network: &Network) -> Vec<Network> {
    let mut large: Vec<(f64, usize)> =
        network.findings.iter().map(states).zip(0..).filter(|(states, _)| *states > FEW_STATES).collect();
    // The largest first: those behind stay whole where there would be too many.
    large.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut terms = vec![network.clone()];
    for (_, at) in large {
        let Some(finding) = network.findings.get(at) else { continue };
        let parts = parts(finding);
        if terms.len() * parts.len() > MOST {
            continue;
        }
        let with = |term: &Network, weights: &Vec<f64>| {
            let mut term = term.clone();
            if let Some(finding) = term.findings.get_mut(at) {
                finding.weights.clone_from(weights);
            }
            term
        };
        terms = terms.iter().flat_map(|term| parts.iter().map(|weights| with(term, weights))).collect();
    }
    terms
}

/// Returns the weights of a finding as a sum: what counts for all levels alike, and then block by block.
fn parts(finding: &Finding) -> Vec<Vec<f64>> {
    let weight = |level: usize| finding.weights.get(level).copied().unwrap_or(0.0);
    let weights: Vec<f64> = (0..finding.levels).map(weight).collect();
    let lowest = weights.iter().copied().reduce(f64::min).unwrap_or(1.0);
    let extra: Vec<f64> = weights.iter().map(|w| w - lowest).collect();
    let anyway = (lowest > 0.0).then(|| vec![lowest; finding.levels]);
    let of_block = |block: crate::infer::finding::Block| {
        (0..finding.levels).map(|level| if block.holds(level) { block.weight } else { 0.0 }).collect()
    };
    anyway.into_iter().chain(blocks(&extra).into_iter().map(of_block)).collect()
}
