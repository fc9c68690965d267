//! Whether something that was recorded speaks for a cause by itself.
//!
//! In: a ticket. Out: for each cause its *backing*, how many times the likeliest single thing that was
//! recorded is as common with it as in the tickets of the other causes:
//!
//! > max over findings e of P(e | c) / Σ P(d) P(e | d) over all d but c,
//!
//! each cause d alone, weighed by its share in this ticket's contexts, and with the unlisted cause among
//! them; or how many times its share is in these contexts what it is in all tickets together. What nearly
//! every cause shows, as that everybody is affected, backs none of them, however much is made of it: several
//! weak signs may bring a cause to the top of the ranking, and still nobody has reported anything of it.
//!
//! With `leads to`, a sign of what comes of a cause is one of the cause, as often as it comes of it.

use crate::facts::recorded::Facts;
use crate::infer::network::{Finding, Network};
use crate::infer::step::seen_given;
use crate::model::assessment::Assessment;

/// From here on what was recorded is a sign of a cause.
pub(super) const A_SIGN: f64 = 4.0;

/// Returns the backing of each cause, in the order of the pack; where not even the shares are known exactly,
/// compared with tickets in which no cause is there.
pub(super) fn backing(ticket: &Assessment) -> Vec<f64> {
    let network = ticket.network();
    let prior = ticket.prior().map(|prior| (prior.causes.as_slice(), prior.unlisted));
    let mut backing = vec![0.0_f64; network.causes.len()];
    for finding in &network.findings {
        let seen: Vec<f64> = (0..backing.len()).map(|cause| with(network, finding, cause)).collect();
        let active = |active| seen_given(&finding.steps, &finding.weights, &[], active);
        let unlisted = f64::midpoint(active(false), active(true));
        let (shares, share) = prior.unwrap_or((&[], 1.0));
        let both = || seen.iter().zip(shares);
        let all = share * unlisted + both().map(|(seen, share)| seen * share).sum::<f64>();
        let whole = share + shares.iter().sum::<f64>();
        for (at, (backing, seen)) in backing.iter_mut().zip(&seen).enumerate() {
            let own = shares.get(at).copied().unwrap_or(0.0);
            // What nothing else shows is a sign without bound.
            let (others, weight) = ((all - own * seen).max(0.0), (whole - own).max(f64::MIN_POSITIVE));
            if *seen > 0.0 {
                *backing = backing.max(seen * weight / others);
            }
        }
    }
    by_context(ticket, &mut backing);
    backing
}

/// Returns how common a finding is with one cause alone, and with what comes of it.
fn with(network: &Network, finding: &Finding, cause: usize) -> f64 {
    let seen = |present: &[usize]| seen_given(&finding.steps, &finding.weights, present, false);
    let alone = seen(&[cause]);
    let effects = network.causes.get(cause).map_or(&[][..], |cause| &cause.leads_to);
    let followed = effects.iter().map(|(effect, chance)| {
        let mut both = [cause, *effect];
        both.sort_unstable();
        alone * (1.0 - chance) + seen(&both) * chance
    });
    followed.fold(alone, f64::max)
}

/// Counts what the contexts of a ticket do to the share of each cause.
fn by_context(ticket: &Assessment, backing: &mut [f64]) {
    if ticket.network().contexts.iter().all(|context| context.possible.iter().all(|possible| *possible)) {
        return;
    }
    let anywhere = ticket.with(Facts::default());
    let (Some(here), Some(anywhere)) = (ticket.prior(), anywhere.prior()) else { return };
    for (backing, (here, anywhere)) in backing.iter_mut().zip(here.causes.iter().zip(&anywhere.causes)) {
        if *anywhere > 0.0 && *here > 0.0 {
            *backing = backing.max(here / anywhere);
        }
    }
}
