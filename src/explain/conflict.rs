//! Whether the evidence fits together, and the fact that keeps it from doing so.
//!
//! In: the facts of a ticket and its network. Out: the conflict ln(∏ P(eᵢ) / P(e)), every chance given the
//! ticket and its contexts: below 0 the findings bear each other out, above 0 they are seen together less
//! often than if they had nothing to do with each other, as happens where one of them is wrong, belongs to
//! another ticket, or speaks of a cause that the pack does not list. Where it is high, the recorded fact is
//! named without which the rest fits best.
//!
//! Source: Jensen, Chamberlain, Nordahl and Jensen, *Analysis in HUGIN of data conflict*, UAI 1990. Left out:
//! which cause would explain the conflict away; the ranking says it.

use crate::infer::exact::{Budget, ln_chances, ln_evidence};
use crate::infer::network::{Finding, Network};
use crate::model::assessment::Assessment;
use crate::pack::FactId;

/// From here on the evidence is said to fit badly: seen together three times less often than by chance alone.
pub const BADLY: f64 = 1.098_612_288_668_11;

/// How the evidence of a ticket fits together.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// ln(∏ P(eᵢ) / P(e)), given the ticket and its contexts.
    pub value: f64,
    /// Where it fits badly: the fact without which the rest fits best, and the conflict that is left.
    pub resolved_by: Option<(FactId, f64)>,
}

/// Measures the conflict, where the logarithm of P(e) is known already; none where there are fewer than two
/// findings, or no exact answer.
pub fn conflict(ticket: &Assessment) -> Option<Conflict> {
    let (network, budget, together) = (ticket.network(), ticket.budget(), ticket.posterior()?.ln_evidence);
    if network.findings.len() < 2 {
        return None;
    }
    let alone = Alone::new(network, budget)?;
    let value = alone.conflict(network, together)?;
    let resolved_by = if value >= BADLY { resolved_by(ticket, value, &alone) } else { None };
    Some(Conflict { value, resolved_by })
}

/// The logarithms of P(ticket), and of P(ticket, finding) for each finding alone.
struct Alone<'a> {
    network: &'a Network,
    ticket: f64,
    findings: Vec<f64>,
}

impl<'a> Alone<'a> {
    fn new(network: &'a Network, budget: &Budget) -> Option<Self> {
        let with = |findings: Vec<Finding>| Network { findings, ..network.clone() };
        let alone = network.findings.iter().map(|finding| with(vec![finding.clone()]));
        let networks: Vec<Network> = std::iter::once(with(Vec::new())).chain(alone).collect();
        let chances: Option<Vec<f64>> = ln_chances(&networks, budget).into_iter().collect();
        let mut findings = chances.filter(|all| all.iter().all(|ln| ln.is_finite()))?;
        let ticket = findings.remove(0);
        Some(Self { network, ticket, findings })
    }

    /// The same for a ticket that knows less; what both know in the same contexts is as it was.
    fn without(&self, network: &'a Network, budget: &Budget) -> Option<Self> {
        let same = network.contexts == self.network.contexts && network.causes == self.network.causes;
        let known = |finding: &Finding| {
            let at = self.network.findings.iter().position(|own| own == finding)?;
            self.findings.get(at).copied().filter(|_| same)
        };
        match network.findings.iter().map(known).collect() {
            Some(findings) => Some(Self { network, ticket: self.ticket, findings }),
            None => Self::new(network, budget),
        }
    }

    fn conflict(&self, network: &Network, together: f64) -> Option<f64> {
        let apart: f64 = self.findings.iter().map(|finding| finding - self.ticket).sum();
        (network.findings.len() > 1).then_some(apart - (together - self.ticket))
    }
}

/// The recorded fact without which the conflict is least, if that is clearly less.
fn resolved_by(ticket: &Assessment, value: f64, alone: &Alone) -> Option<(FactId, f64)> {
    let (facts, budget) = (ticket.facts(), ticket.budget());
    let mut best: Option<(FactId, f64)> = None;
    for id in facts.recorded.keys() {
        let mut without = facts.clone();
        without.recorded.remove(id);
        let without = ticket.with(without);
        let network = without.network();
        let measured = || {
            let together = ln_evidence(network, budget)?;
            alone.without(network, budget)?.conflict(network, together)
        };
        let left = measured().unwrap_or(0.0);
        if left < value / 2.0 && best.is_none_or(|(_, least)| left < least) {
            best = Some((*id, left));
        }
    }
    best
}
