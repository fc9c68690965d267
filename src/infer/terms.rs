//! A network as a sum of simpler ones.
//!
//! In: a [`Network`]. Out: networks whose chances add up to its own. The chance of a finding is linear in its
//! weights, Σ w·P(level), so a finding of which several levels are possible is a sum of findings of which one
//! is known: where the one automaton would have many states, because several causes hold several of its steps
//! back, a few small networks are summed far sooner than it is built. The levels at the bottom that count
//! alike stay together: "no higher than this" is as simple as one level.

use crate::infer::finding::{states, summands};
use crate::infer::network::Network;

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
        let summands = summands(finding);
        if terms.len() * summands.len() > MOST {
            continue;
        }
        let with = |term: &Network, weights: &Vec<f64>| {
            let mut term = term.clone();
            if let Some(finding) = term.findings.get_mut(at) {
                finding.weights.clone_from(weights);
            }
            term
        };
        terms = terms.iter().flat_map(|term| summands.iter().map(|weights| with(term, weights))).collect();
    }
    terms
}
