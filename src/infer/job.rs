//! One network in one view: reduced, planned and summed.
//!
//! A [`Job`] is what `exact` and `bounds` run.

use crate::infer::array::Mass;
use crate::infer::factors::{Axis, Factors, shifted};
use crate::infer::frontier;
use crate::infer::order::{Plan, plan};
use crate::infer::reduce::{Masses, Reduced, reduce};

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
    plans: Vec<Plan>,
}

impl Job {
    /// Reduces the factors and plans each component that is left.
    pub(super) fn new(factors: Factors) -> Self {
        let reduced = reduce(factors);
        let plans = reduced.components.iter().map(|component| plan(&reduced, component)).collect();
        Self { reduced, plans }
    }

    /// Returns what a run takes; nothing runs.
    pub(super) fn stats(&self) -> Stats {
        let most = |of: fn(&Plan) -> f64| self.plans.iter().map(of).fold(0.0, f64::max);
        let cost = self.plans.iter().map(|p| p.cost).fold(0.0, |sum, cost| sum + cost);
        Stats { width: width(most(|p| p.largest)), cost, entries: most(|p| p.entries) }
    }

    /// Sums the network, whatever it takes.
    pub(super) fn run(&self, passes: Passes) -> Run {
        let constant = self.reduced.constant;
        let (mut total, mut exponent) = (constant.value, constant.exponent);
        let causes = vec![Mass::default(); self.reduced.eliminations.len()];
        let mut masses = Masses { causes, axes: vec![Vec::new(); self.reduced.axes.len()] };
        for plan in &self.plans {
            let (sum, taken) = match passes {
                Passes::Forward => frontier::sum(&self.reduced, plan),
                Passes::Both => frontier::parts(&self.reduced, plan, &mut masses),
            };
            // Components share nothing, so their sums multiply; the exponent is kept apart so that the
            // product of many small ones does not become 0.
            let (value, shift) = libm::frexp(total * sum);
            total = value;
            exponent += taken + i64::from(shift);
        }
        if total <= 0.0 || passes == Passes::Forward {
            return Run { total, exponent, ..Run::default() };
        }
        self.reduced.recover(&mut masses);
        let context = |(axis, mass): (&Axis, Vec<f64>)| Some((axis.context?, normalised(mass)));
        Run {
            total,
            exponent,
            causes: masses.causes.iter().map(|(absent, present)| shares(absent, present)).collect(),
            contexts: self.reduced.axes.iter().zip(masses.axes).filter_map(context).collect(),
        }
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
