//! Certain bounds where an exact answer would cost more than the budget: exact E, bounded V.
//!
//! In: a [`Network`] and a [`Budget`]. Out: for every cause an interval that holds its posterior for certain.
//! Some of the seen steps (E) are kept as they are; each of the rest (V) is replaced by something that
//! factorises over its causes and so only changes their weights, once from above and once from below. What is
//! left is summed exactly, as in `exact`.
//!
//! A seen step is f(x) = 1 − β·∏ hᵢ over the causes that are there: β is how often nothing shows it anyway,
//! hᵢ how often the cause does not show it either.
//!
//! - From above (Jaakkola & Jordan, JAIR 10, 1999): f ≤ exp(λz − f*(λ)) with z = −ln β − Σ ln hᵢ and f*(λ) =
//!   −λ ln λ + (λ + 1) ln(λ + 1), for any λ > 0. The λ are tuned by λ = 1/(exp z − 1) at the expected z.
//! - From below, by association (Harris 1960; Fortuin, Kasteleyn & Ginibre 1971; dissociation: Gatterbauer &
//!   Suciu 2014): steps rise with every cause that does nothing else, so independent copies of such causes
//!   can only lower P(e). One link of each step stays, that of its *anchor*; the other causes act on it as
//!   copies, which fold into β. Given that a cause is there, this holds as well, and given that it is not,
//!   where no step has a copy of it.
//!
//! A step that causes hold back is bounded by one that they do not, with the background as it is from above,
//! and held back by all of them from below. Let P₁ be P(e, cause) and P₀ P(e, no cause), each with a lower
//! bound L and an upper bound U; then L₁/(L₁ + U₀) ≤ P(cause | e) ≤ U₁/(U₁ + L₀), and one bound helps the
//! other: L₁ ≥ L − U₀. The most doubtful causes are set to both of their states in turn; each of these
//! branches is bounded apart, and they are added up. Unknown contexts are branched on likewise, those that
//! most causes read: within a branch the causes are independent. What is kept is chosen in the first branch,
//! and chosen anew only where it is too dear in another.
//!
//! Left out: what leads to what, further contexts, and steps of which several levels are possible stay in E
//! whatever they cost; where they alone are over the budget, all that is certain is 0 to 1.

use std::collections::{BTreeMap, BTreeSet};

use crate::infer::bounded::{Kept, Step, Tuning, lower, steps, upper};
use crate::infer::exact::Budget;
use crate::infer::factors::{View, count, factors, possible, shifted};
use crate::infer::job::{Job, Passes, Run};
use crate::infer::network::Network;

/// A probability is certain to lie between the two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Not under this.
    pub low: f64,
    /// Not over this.
    pub high: f64,
}

impl Interval {
    /// Nothing is known.
    pub const ANY: Self = Self { low: 0.0, high: 1.0 };

    /// Nothing at all.
    const NONE: Self = Self { low: 1.0, high: 0.0 };

    /// Returns the interval in which a value lies that lies in one of both.
    fn or(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// Returns the interval in which a value lies that lies in both.
    fn and(self, other: Self) -> Self {
        Self { low: self.low.max(other.low), high: self.high.min(other.high) }
    }
}

/// What is certain of an answer that is over the budget.
#[derive(Debug, Clone, PartialEq)]
pub struct Bounds {
    /// For each cause, that it is still there.
    pub causes: Vec<Interval>,
    /// That none of the listed causes is still there.
    pub unlisted: Interval,
    /// What it cost, in the unit of the budget.
    pub cost: f64,
}

/// So much wider than what was computed, for what rounding may have done: sums and products of non-negative
/// numbers, some 10⁴ of them at 1e-16 each.
const ROUNDING: f64 = 1e-11;

/// How many causes are at most set to both of their states.
const MOST_CAUSES: usize = 3;
/// How many branches there are at most for contexts.
const MOST_BRANCHES: usize = 16;
/// A cause is set to both of its states only where p·(1 − p)·Σ power is more than this.
const DOUBTFUL: f64 = 0.01;

/// Bounds the posterior of what can be, within a budget.
pub fn bounds(network: &Network, budget: &Budget) -> Bounds {
    let causes = network.causes.len();
    let mut best = Bounds { causes: vec![Interval::ANY; causes], unlisted: Interval::ANY, cost: 0.0 };
    let mut branched = Vec::new();
    let mut chances = None;
    // A part of the budget first: what that says of the causes tells where the rest is best spent.
    for part in [1.0 / 8.0, 7.0 / 8.0] {
        let budget = Budget { cost: budget.cost * part, ..*budget };
        let Some(sums) = branches(network, &branched, &budget, chances.as_deref()) else { continue };
        // All that the bound has of what can be was lost: it says nothing.
        if sums.high.all <= 0.0 {
            continue;
        }
        let Some(found) = sums.bounds(network) else { continue };
        // Both are certain, so their intersection is.
        best.causes.iter_mut().zip(&found.causes).for_each(|(old, new)| *old = old.and(*new));
        best.unlisted = best.unlisted.and(found.unlisted);
        best.cost += found.cost;
        let likely = sums.high.chances();
        branched = doubtful(network, &likely);
        chances = Some(likely);
    }
    best
}

/// Returns the causes that are most in doubt and have most to say, if their state is not known.
#[expect(clippy::indexing_slicing, reason = "a link names a cause of the network")]
fn doubtful(network: &Network, chances: &[f64]) -> Vec<usize> {
    let mut says = vec![0.0; network.causes.len()];
    for (cause, link) in network.findings.iter().flat_map(|f| f.steps.iter()).flat_map(|step| &step.links) {
        says[*cause] += link.power;
    }
    let doubt = |((at, p), says): ((usize, &f64), f64)| (p * (1.0 - p) * says, at);
    let open = |(_, at): &(f64, usize)| network.causes.get(*at).is_some_and(|c| c.known.is_none());
    let mut doubts: Vec<(f64, usize)> =
        chances.iter().enumerate().zip(says).map(doubt).filter(open).collect();
    doubts.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    doubts.into_iter().take(MOST_CAUSES).filter(|(doubt, _)| *doubt > DOUBTFUL).map(|(_, at)| at).collect()
}

/// Returns the network in all states of some causes, and of the contexts that are branched on.
fn split(network: &Network, over: &[usize]) -> Vec<Network> {
    let mut split = vec![network.clone()];
    for context in contexts(network) {
        split = split.iter().flat_map(|network| by_value(network, context)).collect();
    }
    for cause in over {
        if split.len() >= 2 * MOST_BRANCHES {
            break;
        }
        split = split.iter().flat_map(|network| by_state(network, *cause)).collect();
    }
    split
}

/// Returns the unknown contexts that most causes read, as many as may be branched on. One that a single cause
/// reads couples nothing.
fn contexts(network: &Network) -> Vec<usize> {
    let readers = |context: usize| network.causes.iter().filter(|c| c.prior.scope.contains(&context)).count();
    let values = |context: usize| network.contexts.get(context).map_or(1, |c| possible(c).count());
    let mut open: Vec<(usize, usize)> = (0..network.contexts.len())
        .filter(|context| values(*context) > 1)
        .map(|context| (readers(context), context))
        .filter(|(readers, _)| *readers > 1)
        .collect();
    open.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut branches = 1;
    let fits = |(_, context): &(usize, usize)| {
        branches *= values(*context);
        branches <= MOST_BRANCHES
    };
    open.into_iter().take_while(fits).map(|(_, context)| context).collect()
}

/// Returns the network with each possible value of a context known.
#[expect(clippy::indexing_slicing, reason = "the context is one of the network")]
fn by_value(network: &Network, context: usize) -> Vec<Network> {
    let values: Vec<usize> = possible(&network.contexts[context]).collect();
    let with = |value: usize| {
        let mut network = network.clone();
        let possible = network.contexts[context].possible.iter_mut();
        possible.enumerate().for_each(|(at, possible)| *possible = at == value);
        network
    };
    values.into_iter().map(with).collect()
}

/// Returns the network with a cause known to be absent, and present.
#[expect(clippy::indexing_slicing, reason = "the cause is one of the network")]
fn by_state(network: &Network, cause: usize) -> [Network; 2] {
    [false, true].map(|known| {
        let mut network = network.clone();
        network.causes[cause].known = Some(known);
        network
    })
}

/// Adds up the bounds of all branches over some causes; none where one of them is over its share of the
/// budget. The branches are disjoint and cover everything, so sums of bounds are bounds of the sum.
fn branches(network: &Network, over: &[usize], budget: &Budget, chances: Option<&[f64]>) -> Option<Sums> {
    let split = split(network, over);
    let share = Budget { cost: budget.cost / count(split.len()), ..*budget };
    let mut sums: Option<Sums> = None;
    let mut kept = Kept::default();
    for branch in &split {
        let found = Sums::of(branch, &share, chances, &mut kept)?;
        sums = Some(match sums {
            None => found,
            Some(sums) => Sums {
                high: sums.high.plus(1.0, &found.high, 1.0),
                low: sums.low.plus(1.0, &found.low, 1.0),
                cost: sums.cost + found.cost,
            },
        });
    }
    sums
}

/// Bounds from one side of P(e), and of P(e, cause absent) and P(e, cause present), in units of two to the
/// exponent.
#[derive(Debug, Clone)]
struct Side {
    exponent: i64,
    all: f64,
    causes: Vec<(f64, f64)>,
}

impl Side {
    fn of(run: &Run, causes: usize) -> Self {
        let all = run.total;
        let of = |at: usize| {
            run.causes.get(at).map_or((0.0, 0.0), |(absent, present)| (absent * all, present * all))
        };
        Self { exponent: run.exponent, all, causes: (0..causes).map(of).collect() }
    }

    /// Returns the same in units of two to another exponent.
    fn at(&self, exponent: i64) -> Self {
        let shift = |mass: f64| shifted(mass, self.exponent - exponent);
        let causes = self.causes.iter().map(|(absent, present)| (shift(*absent), shift(*present))).collect();
        Self { exponent, all: shift(self.all), causes }
    }

    /// Returns the two together, each with a weight.
    fn plus(&self, own: f64, other: &Self, weight: f64) -> Self {
        let exponent = [self, other].iter().filter(|s| s.all > 0.0).map(|s| s.exponent).max().unwrap_or(0);
        let (a, b) = (self.at(exponent), other.at(exponent));
        let sum = |(x, y): (&(f64, f64), &(f64, f64))| (own * x.0 + weight * y.0, own * x.1 + weight * y.1);
        Self {
            exponent,
            all: own * a.all + weight * b.all,
            causes: a.causes.iter().zip(&b.causes).map(sum).collect(),
        }
    }

    /// Returns the lower of two upper bounds, everywhere.
    fn least(&self, other: &Self) -> Self {
        let other = other.at(self.exponent);
        let least = |(x, y): (&(f64, f64), &(f64, f64))| (x.0.min(y.0), x.1.min(y.1));
        Self {
            exponent: self.exponent,
            all: self.all.min(other.all),
            causes: self.causes.iter().zip(&other.causes).map(least).collect(),
        }
    }

    /// Returns how likely each cause would be, were the bound exact.
    fn chances(&self) -> Vec<f64> {
        self.causes.iter().map(|(a, p)| if a + p > 0.0 { p / (a + p) } else { 0.0 }).collect()
    }
}

/// Both sides, normal and active together.
struct Sums {
    high: Side,
    low: Side,
    cost: f64,
}

impl Sums {
    fn of(network: &Network, budget: &Budget, chances: Option<&[f64]>, kept: &mut Kept) -> Option<Self> {
        let u = network.unlisted;
        let share = if u > 0.0 { 2.0 } else { 1.0 };
        let budget = Budget { cost: budget.cost / share, ..*budget };
        let normal = view(network, View::Normal, &budget, chances, kept)?;
        if u <= 0.0 {
            return Some(normal);
        }
        let active = view(network, View::Active, &budget, chances, kept)?;
        Some(Self {
            high: normal.high.plus(1.0 - u / 2.0, &active.high, u / 2.0),
            low: normal.low.plus(1.0 - u / 2.0, &active.low, u / 2.0),
            cost: normal.cost + active.cost,
        })
    }

    /// Returns the bounds of the posterior; none where numbers may have been lost.
    fn bounds(&self, network: &Network) -> Option<Bounds> {
        let (high, low) = (&self.high, self.low.at(self.high.exponent));
        // Where nothing listed is still there, what is seen is a product over the causes: exact, and cheap.
        let none = |view| {
            let run = Job::new(factors(network, view)).run(Passes::Forward);
            (!run.lossy).then(|| run.at(high.exponent))
        };
        let u = network.unlisted;
        let (normal, active) = (none(View::NormalNone)?, if u > 0.0 { none(View::ActiveNone)? } else { 0.0 });
        // What is no ticket is taken off on both sides, exactly.
        let fine = if network.ticket { (1.0 - u) * normal } else { 0.0 };
        let cause = |(at, cured): (usize, f64)| {
            let (Some(high), Some(low)) = (high.causes.get(at), low.causes.get(at)) else {
                return Interval::ANY;
            };
            // P(cause) = P₁/(P₁ + P₀ − fine), which is monotone in P₁ and in P₀, so it is extreme in a corner
            // of the box of both. All four are looked at, since `fine` is taken off.
            let corners = [(low.1, high.0), (high.1, low.0), (low.1, low.0), (high.1, high.0)];
            let still = |(present, absent): (f64, f64)| (1.0 - cured, present, present + absent);
            corners.map(|corner| share(still(corner), fine)).into_iter().fold(Interval::NONE, Interval::or)
        };
        let unlisted = u / 2.0 * (normal + active);
        let others = [high.all, low.all].map(|all| share((1.0, unlisted, all), fine));
        Some(Bounds {
            causes: network.causes.iter().map(|c| c.cured).enumerate().map(cause).collect(),
            unlisted: others.into_iter().fold(Interval::NONE, Interval::or),
            cost: self.cost,
        })
    }
}

/// Returns what a part that counts by a factor has of all that is a ticket, from below and from above: all
/// but what is fine, and at least that part. Every number is widened by [`ROUNDING`] to the side on which it
/// does no harm.
fn share((factor, part, all): (f64, f64, f64), fine: f64) -> Interval {
    let of = |part: f64, rest: f64, nothing: f64| {
        let all = rest.max(factor * part);
        if all > 0.0 { factor * part / all } else { nothing }
    };
    let (less, more) = (1.0 - ROUNDING, 1.0 + ROUNDING);
    Interval {
        low: of(part * less, all * more - fine * less, 0.0) * less,
        high: (of(part * more, all * less - fine * more, 1.0) * more).min(1.0),
    }
}

/// Bounds both sides in one view of a network, within a budget; none where what must stay in E is over it.
fn view(
    network: &Network,
    view: View,
    budget: &Budget,
    chances: Option<&[f64]>,
    kept: &mut Kept,
) -> Option<Sums> {
    let whole = factors(network, view);
    let steps = steps(&whole);
    // Two runs from above, one from below.
    let budget = Budget { cost: budget.cost / 3.0, ..*budget };
    let mut tuning = Tuning::new(&whole, &steps, chances);
    let kept = tuning.kept(&whole, &steps, &budget, kept)?;
    let bounded: BTreeMap<usize, &Step> =
        steps.iter().filter(|(axis, _)| !kept.contains(axis)).map(|(axis, step)| (*axis, step)).collect();
    let causes = network.causes.len();
    let mut cost = 0.0;
    // A sum from which something may be lost bounds nothing.
    let mut run = |job: Job| {
        cost += job.stats().cost;
        let run = job.run(Passes::Both);
        (!run.lossy).then(|| Side::of(&run, causes))
    };
    // A first bound from above tells how likely the causes are; with λ tuned to that, a second; both hold.
    let first = run(Job::new(upper(&whole, &bounded, &tuning.slopes)))?;
    let planned = lower(&whole, &bounded, &tuning.chances);
    tuning.chances = first.chances();
    tuning.slopes = tuning.slopes_at(&steps);
    let high = first.least(&run(Job::new(upper(&whole, &bounded, &tuning.slopes)))?);
    // Anchors that are chosen by the new chances are better, but may be dearer than those that were planned.
    let better = lower(&whole, &bounded, &tuning.chances);
    let (job, copied) = match (Job::new(better.0), better.1) {
        (job, copied) if budget.holds(&job.stats()) => (job, copied),
        _ => (Job::new(planned.0), planned.1),
    };
    let low = helped(run(job)?.at(high.exponent), &high, &copied);
    Some(Sums { high, low, cost })
}

/// Returns the lower bounds with what the upper ones add: L₀ ≥ L − U₁ and L₁ ≥ L − U₀. Given that a cause is
/// absent, a copy of it may still be there and raise a step, so what its own run says of that is no bound;
/// the difference is.
fn helped(mut low: Side, high: &Side, copied: &BTreeSet<usize>) -> Side {
    let all = low.all;
    for (at, (low, high)) in low.causes.iter_mut().zip(&high.causes).enumerate() {
        let absent = if copied.contains(&at) { 0.0 } else { low.0 };
        *low = (absent.max(all - high.1).max(0.0), low.1.max(all - high.0));
    }
    low
}
