//! One network in one view: reduced, planned and summed, each component in the way that is cheaper.
//!
//! A [`Job`] is what `exact` and `bounds` run.

use crate::infer::array::Mass;
use crate::infer::enumeration::Enumeration;
use crate::infer::factors::{Axis, Factors, Sum, shifted};
use crate::infer::frontier;
use crate::infer::order::{Plan, in_order, plan, planning};
use crate::infer::reduce::{Masses, Reduced, reduce, unreduced};

/// What an exact answer takes; known before anything runs, and a pure function of the network.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stats {
    /// The logarithm to base 2 of the entries of the largest array, rounded up.
    pub width: usize,
    /// C, in the unit of the budget, all runs together.
    pub cost: f64,
    /// Entries kept at once, eight bytes each.
    pub entries: f64,
}

/// What a run may cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// C: the entries of the array at each elimination, times the axes touched there and two, one way.
    pub cost: f64,
    /// Entries kept at once, eight bytes each.
    pub entries: f64,
}

impl Default for Budget {
    /// 2³⁰ steps, a second or two, and 2²⁸ entries, two gigabytes.
    fn default() -> Self {
        Self { cost: 1_073_741_824.0, entries: 268_435_456.0 }
    }
}

impl Budget {
    /// Returns whether something may be run.
    pub fn holds(&self, stats: &Stats) -> bool {
        stats.cost <= self.cost && stats.entries <= self.entries
    }
}

/// Which passes are made: one way is enough for the chance of what is seen, the way back is for that of each
/// cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passes {
    Forward,
    Both,
}

/// A network in one view, reduced and planned.
pub(super) struct Job {
    reduced: Reduced,
    /// One a component.
    ways: Vec<Way>,
}

/// How a component is summed: over its frontier, or over all sets of its causes.
enum Way {
    Frontier(Plan),
    Enumeration(Enumeration),
}

impl Way {
    /// Takes what is cheaper; enumeration goes one way only, a frontier there and back. Where going through all
    /// sets takes less than planning a frontier would, none is planned.
    fn new(reduced: &Reduced, component: &[usize]) -> Self {
        let planning = planning(reduced, component);
        let least = Enumeration::least(component.len());
        if least < planning
            && let Some(sets) = Enumeration::new(reduced, &in_order(reduced, component))
            && sets.cost < planning
        {
            return Self::Enumeration(sets);
        }
        // Half of it: the plan's cost is that of one way.
        let otherwise =
            |order: &[usize]| Enumeration::new(reduced, order).map_or(f64::INFINITY, |sets| sets.cost / 2.0);
        let plan = plan(reduced, component, otherwise);
        if least >= 2.0 * plan.cost {
            return Self::Frontier(plan);
        }
        let order: Vec<usize> = plan.stages.iter().map(|stage| stage.cause).collect();
        match Enumeration::new(reduced, &order) {
            Some(sets) if sets.cost < 2.0 * plan.cost => Self::Enumeration(sets),
            _ => Self::Frontier(plan),
        }
    }

    /// Returns what it takes, in the unit of the budget: one way of a frontier.
    fn cost(&self) -> f64 {
        match self {
            Self::Frontier(plan) => plan.cost,
            Self::Enumeration(sets) => sets.cost / 2.0,
        }
    }

    /// Returns the entries of the largest array.
    fn largest(&self) -> f64 {
        match self {
            Self::Frontier(plan) => plan.largest,
            Self::Enumeration(sets) => sets.open(),
        }
    }

    /// Returns the entries in memory at once.
    fn entries(&self) -> f64 {
        match self {
            Self::Frontier(plan) => plan.entries,
            Self::Enumeration(sets) => sets.entries(),
        }
    }
}

impl Job {
    /// Reduces the factors and plans each component that is left.
    pub(super) fn new(factors: Factors) -> Self {
        let reduced = reduce(factors);
        let ways = reduced.components.iter().map(|component| Way::new(&reduced, component)).collect();
        Self { reduced, ways }
    }

    /// Keeps all causes as they are: for sums that are not of numbers, in which leaves cannot be folded.
    pub(super) fn unreduced(factors: Factors) -> Self {
        let reduced = unreduced(factors);
        let ways = reduced.components.iter().map(|component| Way::new(&reduced, component)).collect();
        Self { reduced, ways }
    }

    /// Returns whether anything is above 0, every number of the factors being 0 or 1; none where it costs
    /// more than the budget to know.
    pub(super) fn can_be(&self, budget: &Budget) -> Option<bool> {
        if self.reduced.constant.value <= 0.0 {
            return Some(false);
        }
        if !budget.holds(&self.stats()) {
            return None;
        }
        Some(self.ways.iter().all(|way| match way {
            Way::Frontier(plan) => frontier::can_be(&self.reduced, plan),
            Way::Enumeration(sets) => sets.run(&self.reduced, None).value > 0.0,
        }))
    }

    /// Returns what a run takes; nothing runs.
    pub(super) fn stats(&self) -> Stats {
        let most = |of: fn(&Way) -> f64| self.ways.iter().map(of).fold(0.0, f64::max);
        let cost = self.ways.iter().map(Way::cost).fold(0.0, |sum, cost| sum + cost);
        Stats { width: width(most(Way::largest)), cost, entries: most(Way::entries) }
    }

    /// Sums the network, whatever it takes.
    pub(super) fn run(&self, passes: Passes) -> Run {
        let constant = self.reduced.constant;
        let (mut total, mut exponent) = (constant.value, constant.exponent);
        let causes = vec![Mass::default(); self.reduced.eliminations.len()];
        let mut masses = Masses { causes, axes: vec![Vec::new(); self.reduced.axes.len()] };
        let mut lossy = self.reduced.lossy || self.reduced.eliminations.iter().any(|v| v.lossy);
        for way in &self.ways {
            let Sum { value: sum, exponent: taken, lossy: lost } = match (way, passes) {
                (Way::Frontier(plan), Passes::Forward) => frontier::sum(&self.reduced, plan),
                (Way::Frontier(plan), Passes::Both) => frontier::parts(&self.reduced, plan, &mut masses),
                (Way::Enumeration(sets), Passes::Forward) => sets.run(&self.reduced, None),
                (Way::Enumeration(sets), Passes::Both) => sets.run(&self.reduced, Some(&mut masses)),
            };
            lossy |= lost;
            // Components share nothing, so their sums multiply; the exponent is kept apart so that the
            // product of many small ones does not become 0.
            let (value, shift) = libm::frexp(total * sum);
            total = value;
            exponent += taken + i64::from(shift);
        }
        if total <= 0.0 || passes == Passes::Forward {
            return Run { total, exponent, lossy, ..Run::default() };
        }
        self.reduced.recover(&mut masses);
        let context = |(axis, mass): (&Axis, Vec<f64>)| Some((axis.context?, normalised(mass)));
        Run {
            total,
            exponent,
            lossy,
            causes: masses.causes.iter().map(|(absent, present)| shares(absent, present)).collect(),
            contexts: self.reduced.axes.iter().zip(masses.axes).filter_map(context).collect(),
        }
    }
}

/// Jobs whose sums add up: one for each term of a network, in one view.
pub(super) struct Terms(Vec<Job>);

impl Terms {
    /// Reduces and plans the factors of each term.
    pub(super) fn new(terms: impl Iterator<Item = Factors>) -> Self {
        Self(terms.map(Job::new).collect())
    }

    /// Returns what a run takes; nothing runs.
    pub(super) fn stats(&self) -> Stats {
        let each = || self.0.iter().map(Job::stats);
        Stats {
            width: each().map(|stats| stats.width).max().unwrap_or(0),
            cost: each().fold(0.0, |sum, stats| sum + stats.cost),
            entries: each().map(|stats| stats.entries).fold(0.0, f64::max),
        }
    }

    /// Sums all terms.
    pub(super) fn run(&self, passes: Passes) -> Run {
        let mut runs: Vec<Run> = self.0.iter().map(|job| job.run(passes)).collect();
        if runs.len() == 1 {
            return runs.remove(0);
        }
        let lossy = runs.iter().any(|run| run.lossy);
        runs.retain(|run| run.total > 0.0);
        let Some(exponent) = runs.iter().map(|run| run.exponent).max() else {
            return Run { lossy, ..Run::default() };
        };
        // Each share of a term counts as much as the term has of the whole.
        let total: f64 = runs.iter().map(|run| run.at(exponent)).sum();
        let mut sum = Run { total, exponent, lossy, ..Run::default() };
        for run in &runs {
            let part = run.at(exponent) / total;
            sum.causes.resize(run.causes.len(), (0.0, 0.0));
            for (all, (absent, present)) in sum.causes.iter_mut().zip(&run.causes) {
                *all = (all.0 + part * absent, all.1 + part * present);
            }
            for (context, shares) in &run.contexts {
                let at = sum.contexts.iter().position(|(of, _)| of == context).unwrap_or_else(|| {
                    sum.contexts.push((*context, vec![0.0; shares.len()]));
                    sum.contexts.len() - 1
                });
                let all = sum.contexts.get_mut(at).map(|(_, all)| all).into_iter().flatten();
                all.zip(shares).for_each(|(all, share)| *all += part * share);
            }
        }
        sum
    }
}

/// Returns the shares of both in the whole; absent where there is nothing.
fn shares(absent: &[f64], present: &[f64]) -> (f64, f64) {
    let (absent, present): (f64, f64) = (absent.iter().sum(), present.iter().sum());
    let all = absent + present;
    if all > 0.0 { (absent / all, present / all) } else { (1.0, 0.0) }
}

/// Returns the weights in proportion, with sum 1; as they are where all are 0.
pub(super) fn normalised(mut weights: Vec<f64>) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 {
        weights.iter_mut().for_each(|w| *w /= sum);
    }
    weights
}

/// Returns the logarithm to base 2, rounded up.
fn width(entries: f64) -> usize {
    (0..63)
        .find(|&bits| libm::scalbn(1.0, bits) >= entries)
        .and_then(|bits| usize::try_from(bits).ok())
        .unwrap_or(63)
}

/// What one run finds.
#[derive(Debug, Clone, Default)]
pub(super) struct Run {
    /// Its sum, times two to −exponent.
    pub(super) total: f64,
    pub(super) exponent: i64,
    /// Whether numbers that are above 0 may have been lost beside far larger ones.
    pub(super) lossy: bool,
    /// For each cause, the shares of the sum in which it was not there, and in which it was.
    pub(super) causes: Vec<(f64, f64)>,
    /// For each context that is unknown: its index, and the share of each value that is possible.
    contexts: Vec<(usize, Vec<f64>)>,
}

impl Run {
    /// Returns the sum, in units of two to an exponent.
    pub(super) fn at(&self, exponent: i64) -> f64 {
        shifted(self.total, self.exponent - exponent)
    }

    /// Returns the share of the sum in which a cause was there.
    pub(super) fn cause(&self, index: usize) -> f64 {
        self.causes.get(index).map_or(0.0, |(_, present)| *present)
    }

    /// Returns the share of the sum in which a context had one of its possible values, by its place among
    /// them; none where the context is no axis.
    pub(super) fn context(&self, index: usize, place: usize) -> Option<f64> {
        self.contexts.iter().find(|(i, _)| *i == index).and_then(|(_, shares)| shares.get(place)).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::infer::factors::{View, factors};
    use crate::infer::network::Network;
    use crate::infer::oracle::network;

    /// The job with every component summed in one way.
    fn job(network: &Network, view: View, way: impl Fn(&Reduced, Plan) -> Way) -> Job {
        let reduced = reduce(factors(network, view));
        let ways =
            reduced.components.iter().map(|c| way(&reduced, plan(&reduced, c, |_| f64::INFINITY))).collect();
        Job { reduced, ways }
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_component_comes_to_the_same_either_way(
            network in network(),
            view in prop::sample::select(vec![View::Normal, View::Active, View::NormalNone, View::Ticket]),
        ) {
            prop_assume!(network.contexts.iter().all(|context| context.possible.contains(&true)));
            let frontier = job(&network, view, |_, plan| Way::Frontier(plan)).run(Passes::Both);
            let sets = job(&network, view, |reduced, plan| {
                let order: Vec<usize> = plan.stages.iter().map(|stage| stage.cause).collect();
                Way::Enumeration(Enumeration::new(reduced, &order).unwrap())
            });
            let forward = sets.run(Passes::Forward);
            let sets = sets.run(Passes::Both);
            prop_assert!(near(frontier.total, sets.at(frontier.exponent)));
            prop_assert!(near(forward.at(sets.exponent), sets.total));
            for (a, b) in frontier.causes.iter().zip(&sets.causes) {
                prop_assert!((a.1 - b.1).abs() < 1e-12, "{frontier:?} {sets:?}");
            }
            for ((a, left), (b, right)) in frontier.contexts.iter().zip(&sets.contexts) {
                prop_assert!(a == b && left.iter().zip(right).all(|(x, y)| (x - y).abs() < 1e-12), "{frontier:?} {sets:?}");
            }
        }
    }
}
