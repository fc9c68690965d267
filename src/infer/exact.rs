//! The exact posterior, by dynamic programming over the frontier.
//!
//! In: a [`Network`]. Out: for every cause the chance that it is still there, given what is seen and that something is
//! wrong. The causes are visited in a planned order; the array holds one non-negative number for each combination of
//! states of the open axes (module `frontier` says what those are). A cause splits the array in what it weighs absent
//! and what it weighs and moves present; one pass forward, one back with the transposed moves, and every cause is the
//! product of the two at its visit. The method is variable elimination over noisy-OR decomposed into single steps
//! (Heckerman & Breese 1996, Díez 1993; noisy-MAX Díez 1993, Srinivas 1993).
//!
//! The unlisted cause is quiet or loud, so there are two runs. Only sums and products of non-negative numbers are formed,
//! with blocked sums; the array is rescaled by powers of two, so nothing is lost and the result is the same everywhere.
//!
//! Limits: time and memory grow with the product of the states that are open at once; both are known before the run and
//! held against a [`Budget`]. Chances within one array that differ by more than 1e300 count as 0.

use crate::infer::array::{Shape, Way, add, mass, normalised, rescale};
use crate::infer::finding::states;
use crate::infer::frontier::{Frontier, Plan, Stage, Visit, frontier, order, plan, possible, shifted};
use crate::infer::network::Network;

/// What a run may cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Entries visited, times the axes touched there, one way.
    pub cost: f64,
    /// Entries kept at once, eight bytes each.
    pub entries: f64,
}

impl Default for Budget {
    /// 2²⁸ steps, about a second, and 2²⁶ entries, half a gigabyte.
    fn default() -> Self {
        Self { cost: 268_435_456.0, entries: 67_108_864.0 }
    }
}

/// States of one finding, several of whose levels count and whose causes hold back or rule out.
const WIDEST: f64 = 512.0;

/// What inference says.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The posterior, exactly.
    Exact(Posterior),
    /// What is seen cannot be.
    Impossible,
    /// It would cost more than the budget; nothing ran.
    OverBudget {
        /// The cost; where only the memory is too much, it may be within the budget. Infinite where a single finding
        /// is too large to be counted: several of its levels are possible, and many causes hold many of them back.
        needed: f64,
    },
}

/// The chances, given what is seen and that something, listed or not, is still wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// For each cause, that it is still there.
    pub causes: Vec<f64>,
    /// That none of the listed causes is still there.
    pub not_in_pack: f64,
    /// The logarithm of P(what is seen, and something is wrong).
    pub ln_evidence: f64,
    /// For each context, its values.
    pub contexts: Vec<Vec<f64>>,
    /// The logarithm to base 2 of the entries of the largest array, rounded up; the ticket is one of it.
    pub width: usize,
    /// What it cost, in the unit of the budget.
    pub cost: f64,
}

/// The exact posterior, unless it would cost more than the budget.
pub fn posterior(network: &Network, budget: &Budget) -> Outcome {
    answer(network, budget, Passes::Both)
}

/// The logarithm of P(what is seen, and something is wrong), at half the price of the posterior; none where it cannot be or
/// would cost more than the budget.
pub fn ln_evidence(network: &Network, budget: &Budget) -> Option<f64> {
    match answer(network, budget, Passes::Forward) {
        Outcome::Exact(posterior) => Some(posterior.ln_evidence),
        _ => None,
    }
}

/// Which passes are made: one way is enough for the chance of what is seen, the way back is for that of each cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passes {
    Forward,
    Both,
}

fn answer(network: &Network, budget: &Budget, passes: Passes) -> Outcome {
    if network.contexts.iter().any(|context| possible(context).next().is_none()) {
        return Outcome::Impossible;
    }
    if network.findings.iter().any(|finding| states(finding) > WIDEST) {
        return Outcome::OverBudget { needed: f64::INFINITY };
    }
    let loudness: &[bool] = if network.unlisted > 0.0 { &[false, true] } else { &[false] };
    let frontiers: Vec<Frontier> = loudness.iter().map(|loud| frontier(network, *loud)).collect();
    let order = frontiers.first().map(order).unwrap_or_default();
    let plans: Vec<Plan> = frontiers.iter().map(|frontier| plan(frontier, &order)).collect();
    let needed: f64 = plans.iter().map(|p| p.cost).sum();
    if needed > budget.cost || plans.iter().any(|p| p.kept + 4.0 * p.largest > budget.entries) {
        return Outcome::OverBudget { needed };
    }
    let run = |at: usize| match (frontiers.get(at), plans.get(at)) {
        (Some(frontier), Some(plan)) => run(frontier, plan, passes),
        _ => Run::default(),
    };
    let (quiet, loud) = if needed > WORTH_A_THREAD { side_by_side(run) } else { (run(0), run(1)) };
    let largest = plans.iter().map(|p| p.largest).fold(0.0, f64::max);
    let answer = Mixture::new(network.unlisted, quiet, loud).posterior(network);
    answer.map_or(Outcome::Impossible, |p| {
        Outcome::Exact(Posterior { width: width(largest), cost: needed, ..p })
    })
}

/// Below this cost, starting a thread takes longer than the run.
const WORTH_A_THREAD: f64 = 500_000.0;

/// The quiet and the loud run, which share nothing, on a core each; the same numbers as one after the other.
fn side_by_side(run: impl Fn(usize) -> Run + Sync) -> (Run, Run) {
    std::thread::scope(|scope| {
        let loud = scope.spawn(|| run(1));
        let quiet = run(0);
        (quiet, loud.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

fn width(entries: f64) -> usize {
    (0..63)
        .find(|&bits| libm::scalbn(1.0, bits) >= entries)
        .and_then(|bits| usize::try_from(bits).ok())
        .unwrap_or(63)
}

/// What one run finds; all chances given its backgrounds.
#[derive(Debug, Clone, Default)]
struct Run {
    /// P(seen, nothing listed still there), times two to −exponent.
    off: f64,
    /// P(seen, something listed still there), likewise.
    on: f64,
    exponent: i64,
    /// For each cause, P(it was there | seen).
    causes: Vec<f64>,
    /// For each context that is an axis: its index, P(value | seen), P(value | seen, something listed still there).
    contexts: Vec<(usize, Vec<f64>, Vec<f64>)>,
}

/// The quiet and the loud run together, on one scale.
struct Mixture {
    unlisted: f64,
    quiet: Run,
    loud: Run,
    exponent: i64,
}

impl Mixture {
    fn new(unlisted: f64, mut quiet: Run, mut loud: Run) -> Self {
        let of = |run: &Run| (run.off + run.on > 0.0).then_some(run.exponent);
        let exponent = of(&quiet).max(of(&loud)).unwrap_or(0);
        for run in [&mut quiet, &mut loud] {
            run.off = shifted(run.off, run.exponent - exponent);
            run.on = shifted(run.on, run.exponent - exponent);
        }
        Self { unlisted, quiet, loud, exponent }
    }

    /// The listed causes alone, something still there; the unlisted one there, quiet or loud.
    fn sum(&self, alone: f64, quiet: f64, loud: f64) -> f64 {
        (1.0 - self.unlisted) * alone + self.unlisted / 2.0 * (quiet + loud)
    }

    fn posterior(&self, network: &Network) -> Option<Posterior> {
        let (quiet, loud) = (self.quiet.off + self.quiet.on, self.loud.off + self.loud.on);
        let wrong = self.sum(self.quiet.on, quiet, loud);
        if wrong <= 0.0 {
            return None;
        }
        let at = |chances: &[f64], index: usize| chances.get(index).copied().unwrap_or(0.0);
        let cause = |index: usize, cured: f64| {
            let (q, l) = (at(&self.quiet.causes, index) * quiet, at(&self.loud.causes, index) * loud);
            ((1.0 - cured) * self.sum(q, q, l) / wrong).min(1.0)
        };
        Some(Posterior {
            causes: network.causes.iter().enumerate().map(|(i, c)| cause(i, c.cured)).collect(),
            not_in_pack: (self.unlisted / 2.0 * (self.quiet.off + self.loud.off) / wrong).min(1.0),
            ln_evidence: libm::log(wrong) + as_f64(self.exponent) * std::f64::consts::LN_2,
            contexts: (0..network.contexts.len()).map(|i| self.context(network, i)).collect(),
            width: 0,
            cost: 0.0,
        })
    }

    /// The chances of a context's values; one that no cause reads is as its rates say.
    fn context(&self, network: &Network, index: usize) -> Vec<f64> {
        let Some(context) = network.contexts.get(index) else { return Vec::new() };
        let find = |run: &Run| run.contexts.iter().find(|(i, ..)| *i == index).cloned().unwrap_or_default();
        let ((_, quiet, on), (_, loud, _)) = (find(&self.quiet), find(&self.loud));
        let at = |chances: &[f64], at: usize| chances.get(at).copied().unwrap_or(0.0);
        let mut weights = vec![0.0; context.rates.len()];
        for (place, value) in possible(context).enumerate() {
            let Some(weight) = weights.get_mut(value) else { continue };
            *weight = if quiet.is_empty() && loud.is_empty() {
                at(&context.rates, value)
            } else {
                let quiet = at(&quiet, place) * (self.quiet.off + self.quiet.on);
                let loud = at(&loud, place) * (self.loud.off + self.loud.on);
                self.sum(at(&on, place) * self.quiet.on, quiet, loud)
            };
        }
        normalised(weights)
    }
}

fn as_f64(exponent: i64) -> f64 {
    i32::try_from(exponent).map_or(f64::NEG_INFINITY, f64::from)
}

/// Once forward, once back.
fn run(frontier: &Frontier, plan: &Plan, passes: Passes) -> Run {
    let mut array = vec![1.0, 0.0];
    let mut exponent = frontier.constant.exponent;
    let mut kept = Vec::with_capacity(plan.stages.len());
    for stage in &plan.stages {
        let (next, shift) = forward(frontier, stage, &array);
        let before = std::mem::replace(&mut array, next);
        if passes == Passes::Both {
            kept.push(before);
        }
        exponent += shift;
    }
    let [off, on] = [0, 1].map(|t| array.get(t).copied().unwrap_or(0.0) * frontier.constant.value);
    let mut run = Run { off, on, exponent, causes: vec![0.0; frontier.visits.len()], contexts: Vec::new() };
    if off + on > 0.0 && passes == Passes::Both {
        backward(frontier, plan, kept, &mut run);
    }
    run
}

/// One visit forward: the array after it, and the exponent that was taken out.
fn forward(frontier: &Frontier, stage: &Stage, before: &[f64]) -> (Vec<f64>, i64) {
    let Some(visit) = frontier.visits.get(stage.cause) else { return (before.to_vec(), 0) };
    let shape = Shape::new(frontier, stage);
    let mut absent = shape.opened(before);
    let mut present = absent.clone();
    shape.weigh(&mut present, &visit.reads, &visit.present);
    for (axis, matrix) in &visit.moves {
        shape.apply(&mut present, *axis, matrix, Way::Forward);
    }
    shape.weigh(&mut absent, &visit.reads, &visit.absent);
    add(&mut absent, &present);
    let mut after = shape.closed(absent);
    let shift = rescale(&mut after);
    (after, shift)
}

/// All visits back, and what each of them says.
fn backward(frontier: &Frontier, plan: &Plan, mut kept: Vec<Vec<f64>>, run: &mut Run) {
    let mut array = vec![0.0, 1.0];
    for stage in plan.stages.iter().rev() {
        let (Some(visit), Some(before)) = (frontier.visits.get(stage.cause), kept.pop()) else { continue };
        let shape = Shape::new(frontier, stage);
        let forward = shape.opened(&before);
        let (present, all) = back(&shape, visit, &array);
        let chance = share(mass(&forward, &present), mass(&forward, &all));
        run.causes.iter_mut().skip(stage.cause).take(1).for_each(|c| *c = chance);
        run.contexts.extend(stage.opens.iter().filter_map(|axis| shape.context(*axis, &forward, &all)));
        array = shape.unopened(all);
        rescale(&mut array);
    }
}

/// One visit back: what lies ahead with the cause present, and with it present or absent.
fn back(shape: &Shape, visit: &Visit, after: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let mut all = shape.reopened(after);
    let mut present = all.clone();
    for (axis, matrix) in visit.moves.iter().rev() {
        shape.apply(&mut present, *axis, matrix, Way::Back);
    }
    shape.weigh(&mut present, &visit.reads, &visit.present);
    shape.weigh(&mut all, &visit.reads, &visit.absent);
    add(&mut all, &present);
    (present, all)
}

fn share(part: f64, all: f64) -> f64 {
    if all > 0.0 { (part / all).min(1.0) } else { 0.0 }
}
