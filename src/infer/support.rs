//! Whether what is seen can be at all.
//!
//! In: a [`Network`]. Out: yes or no, for certain, or nothing where that costs more than the budget. A product
//! of thousands of chances may come to less than the smallest number that there is, so that a sum of 0 proves
//! nothing. So the question is answered in the semiring of *can be* and *cannot be*: each number counts as 1
//! where it is above 0, sums and products are those of the exact answer, and after each elimination every
//! entry is 0 or 1 again. Nothing can vanish there. Findings that every set of causes can show say nothing of
//! this and are left out first; few packs have many others.

use crate::infer::automaton::Matrix;
use crate::infer::exact::Budget;
use crate::infer::factors::{Factors, View, factors};
use crate::infer::job::Job;
use crate::infer::network::{Finding, Network};
use crate::infer::step::{Link, Step};
use crate::infer::terms::terms;

/// Returns whether what is seen, and that something is wrong, can be; none where it costs more than the
/// budget to know.
pub(super) fn can_be(network: &Network, budget: &Budget) -> Option<bool> {
    let hard = moderate(network);
    // Something unlisted makes a ticket by itself, whether it shows or not; without it, something listed must.
    let views: &[View] = match (network.unlisted > 0.0, network.ticket) {
        (true, _) => &[View::Normal, View::Active],
        (false, true) => &[View::Ticket],
        (false, false) => &[View::Normal],
    };
    let mut known = true;
    for (term, view) in terms(&hard).iter().flat_map(|term| views.iter().map(move |view| (term, *view))) {
        match Job::unreduced(ones(factors(term, view))).can_be(budget) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => known = false,
        }
    }
    known.then_some(false)
}

/// Returns the network with the findings that not every set of causes can show, and every number that is
/// neither 0 nor 1 in the middle between them, so that none vanishes while the factors are written.
fn moderate(network: &Network) -> Network {
    let chance = |p: &mut f64| {
        if *p > 0.0 && *p < 1.0 {
            *p = 0.5;
        }
    };
    let mut network = network.clone();
    network.findings.retain(|finding| !always_possible(finding));
    chance(&mut network.unlisted);
    for context in &mut network.contexts {
        context.rates.iter_mut().filter(|rate| **rate > 0.0).for_each(|rate| *rate = 1.0);
    }
    for cause in &mut network.causes {
        cause.prior.values.iter_mut().for_each(chance);
        cause.leads_to.iter_mut().for_each(|(_, p)| chance(p));
        chance(&mut cause.cured);
    }
    for finding in &mut network.findings {
        finding.weights.iter_mut().filter(|weight| **weight > 0.0).for_each(|weight| *weight = 1.0);
        let steps = finding.steps.iter().cloned().map(|mut step| {
            chance(&mut step.background);
            chance(&mut step.active);
            for link in step.links.values_mut() {
                chance(&mut link.power);
                chance(&mut link.hold);
            }
            step
        });
        finding.steps = steps.collect();
    }
    network
}

/// Returns whether every set of causes can show what is seen: one of its levels can always be reached, and
/// nothing above it is ever certain.
fn always_possible(finding: &Finding) -> bool {
    let counts = |level: usize| finding.weights.get(level).is_some_and(|weight| *weight > 0.0);
    let backgrounds = |step: &Step| (step.background.min(step.active), step.background.max(step.active));
    let links = |step: &Step, holds: fn(&Link) -> bool| step.links.values().all(holds);
    for step in finding.steps.iter() {
        let seen = backgrounds(step).0 > 0.0 && links(step, |link| link.possible && link.hold > 0.0);
        if seen && counts(step.level) {
            return true;
        }
        let unseen = backgrounds(step).1 < 1.0 && links(step, |link| link.power < 1.0);
        if !unseen {
            return false;
        }
    }
    counts(0)
}

/// Returns the factors with every number that is above 0 as 1.
fn ones(mut factors: Factors) -> Factors {
    let one = |number: &mut f64| *number = f64::from(u8::from(*number > 0.0));
    for axis in &mut factors.axes {
        axis.init.iter_mut().chain(&mut axis.last).for_each(one);
    }
    for elimination in &mut factors.eliminations {
        elimination.absent.iter_mut().chain(&mut elimination.present).for_each(one);
        for (_, matrix) in &mut elimination.moves {
            let rises =
                matrix.forward.iter().map(|(from, to, w)| (*from, *to, f64::from(u8::from(*w > 0.0))));
            let mut diagonal = matrix.diagonal.clone();
            diagonal.iter_mut().for_each(one);
            *matrix = Matrix::new(diagonal, rises.collect::<Vec<_>>());
        }
    }
    factors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::network::Cause;
    use crate::infer::table::Table;
    use std::collections::BTreeMap;

    fn cause(prior: f64) -> Cause {
        Cause {
            prior: Table { scope: Vec::new(), values: vec![prior] },
            leads_to: Vec::new(),
            cured: 0.0,
            known: None,
        }
    }

    fn seen(background: f64, links: &[(usize, f64)]) -> Finding {
        let link =
            |(cause, power): &(usize, f64)| (*cause, Link { power: *power, hold: 1.0, possible: true });
        let links: BTreeMap<usize, Link> = links.iter().map(link).collect();
        let step = Step { level: 1, background, active: background, links };
        Finding { steps: vec![step].into(), levels: 2, weights: vec![0.0, 1.0] }
    }

    #[test]
    fn what_is_tiny_can_be_and_what_is_nothing_cannot() {
        let causes: Vec<Cause> = (0..12).map(|_| cause(1e-12)).collect();
        // Each finding needs its cause, with a chance of 1e-14; together they are far below the smallest number.
        let needs: Vec<Finding> = (0..400).map(|at| seen(0.0, &[(at % 12, 1e-14)])).collect();
        let mut network = Network { causes, findings: needs, ..Network::default() };
        assert_eq!(can_be(&network, &Budget::default()), Some(true));
        network.findings.push(seen(0.0, &[]));
        assert_eq!(can_be(&network, &Budget::default()), Some(false));
        network.findings.pop();
        network.causes[5].known = Some(false);
        assert_eq!(can_be(&network, &Budget::default()), Some(false));
    }

    #[test]
    fn without_a_cause_there_is_no_ticket() {
        let network = Network { causes: vec![cause(0.0)], ..Network::default() };
        assert_eq!(can_be(&network, &Budget::default()), Some(false));
        assert_eq!(can_be(&Network { unlisted: 0.1, ..network }, &Budget::default()), Some(true));
    }
}
