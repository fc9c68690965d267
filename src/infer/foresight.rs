//! What the answer would be after each of many possible observations.
//!
//! In: a [`Network`] and findings that might be added to it. Out: for each, how likely it is to be seen, and the posterior after
//! it; P(finding | e) = P(e, finding)/P(e). What the findings do not touch is computed once: a component of the reduced
//! network that is the same as before one more finding keeps its plan, its sum and its parts, so an answer costs
//! as much as the components that it ties together. The findings are independent of each other and go to all cores; what
//! comes of each is the same whatever the others are.

use rayon::prelude::*;

use crate::infer::exact::{Budget, Outcome, Posterior, posterior_knowing, posterior_to_know};
use crate::infer::network::{Finding, Network};

/// What one more observation would bring.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreseen {
    /// How likely it is, given what is seen so far.
    pub probability: f64,
    /// The posterior after it; none where it cannot be.
    pub posterior: Option<Posterior>,
}

/// What each of the findings would bring, one by one; none where the network itself cannot be, and for a finding with which
/// an answer is over the budget.
pub fn foresee(network: &Network, findings: &[Finding], budget: &Budget) -> Option<Vec<Option<Foreseen>>> {
    let (Outcome::Exact(now), known) = posterior_to_know(network, budget) else { return None };
    let after = |finding: &Finding| {
        let mut network = network.clone();
        network.findings.push(finding.clone());
        match posterior_knowing(&network, budget, &known) {
            Outcome::Exact(posterior) => {
                let probability = libm::exp(posterior.ln_evidence - now.ln_evidence).min(1.0);
                Some(Foreseen { probability, posterior: Some(posterior) })
            }
            Outcome::Impossible => Some(Foreseen { probability: 0.0, posterior: None }),
            Outcome::OverBudget { .. } => None,
        }
    };
    Some(findings.par_iter().map(after).collect())
}
