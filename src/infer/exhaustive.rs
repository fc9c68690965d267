//! The posterior set by set, where the sums of `exact` would lose what matters.
//!
//! In: a [`Network`]. Out: its exact posterior, or nothing where there are too many sets of causes. Every set
//! is weighed as a hypothesis is, in logarithms, so neither the number of findings nor how far apart sets lie
//! makes any of them vanish. Thousands of times dearer than elimination; it stands in for it where numbers
//! within one array would lie further apart than a float can tell.

use crate::infer::exact::Posterior;
use crate::infer::hypotheses::Scales;
use crate::infer::network::Network;

/// Sets, times links of what is seen, that are gone through at most: a few seconds.
const MOST: usize = 20_000_000;

/// Computes the posterior; none where it would take too long, or what is seen cannot be.
pub(super) fn exhaustive(network: &Network) -> Option<Posterior> {
    let scales = Scales::new(network);
    let led = |at: usize| network.causes.iter().any(|c| c.leads_to.iter().any(|(effect, _)| *effect == at));
    let may = |at: &usize| {
        let cause = network.causes.get(*at);
        cause.is_some_and(|c| c.known != Some(false) && (c.prior.values.iter().any(|p| *p > 0.0) || led(*at)))
    };
    let may: Vec<usize> = (0..network.causes.len()).filter(may).collect();
    let links: usize =
        network.findings.iter().flat_map(|f| f.steps.iter()).map(|step| step.links.len() + 1).sum();
    let sets = u32::try_from(may.len()).ok().and_then(|n| 1_usize.checked_shl(n)).unwrap_or(usize::MAX);
    if !scales.is_whole() || sets.saturating_mul(links.max(1)) > MOST {
        return None;
    }
    let weighed: Vec<_> = (0..sets)
        .map(|set| may.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, c)| *c).collect())
        .map(|set| scales.weigh(set))
        .collect();
    let most = weighed.iter().map(|w| w.normal.max(w.active)).fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return None;
    }
    let u = network.unlisted;
    let contexts: Vec<Vec<f64>> = network.contexts.iter().map(|c| vec![0.0; c.rates.len()]).collect();
    let mut sums =
        Posterior { causes: vec![0.0; network.causes.len()], unlisted: 0.0, ln_evidence: 0.0, contexts };
    let mut wrong = 0.0;
    for set in &weighed {
        let (normal, active) = (libm::exp(set.normal - most), libm::exp(set.active - most));
        let cured = |cause: &usize| network.causes.get(*cause).map_or(0.0, |c| c.cured);
        let gone: f64 = set.set.iter().map(cured).product();
        let (other, listed) = (u / 2.0 * (normal + active), (1.0 - u) * normal);
        let here = other + if network.ticket { listed * (1.0 - gone) } else { listed };
        wrong += here;
        sums.unlisted += other * gone;
        for cause in &set.set {
            if let Some(mass) = sums.causes.get_mut(*cause) {
                *mass += (other + listed) * (1.0 - cured(cause));
            }
        }
        for (masses, chances) in sums.contexts.iter_mut().zip(set.contexts.iter()) {
            masses.iter_mut().zip(chances).for_each(|(mass, chance)| *mass += here * chance);
        }
    }
    if wrong <= 0.0 {
        return None;
    }
    let masses = sums.contexts.iter_mut().flatten().chain(&mut sums.causes).chain([&mut sums.unlisted]);
    masses.for_each(|mass| *mass = (*mass / wrong).min(1.0));
    sums.ln_evidence = libm::log(wrong) + most;
    Some(sums)
}
