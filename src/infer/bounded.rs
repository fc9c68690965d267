//! Seen steps that are replaced by bounds which factorise, and which of them are.
//!
//! The mathematics stands in `bounds`; here are the steps that it applies to, the tuning of λ, the choice of
//! what is kept, and the factors with the others bounded from above and from below.

use std::collections::{BTreeMap, BTreeSet};

use crate::infer::automaton::Matrix;
use crate::infer::exact::Budget;
use crate::infer::factors::{Axis, Elimination, Factors, Scaled};
use crate::infer::job::Job;

/// The axes of the steps that were kept last.
pub(super) type Kept = Option<BTreeSet<usize>>;

/// A seen step that may be bounded: 1 − β·∏ h over the causes that are there, times what each of them weighs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    /// β, where nothing is held back.
    high: f64,
    /// β, where everything is.
    low: f64,
    /// For each cause: h, and its weight.
    links: BTreeMap<usize, (f64, f64)>,
    /// The causes that hold the background back, so that the step need not rise with them.
    held: BTreeSet<usize>,
}

/// Returns the axes that are such steps.
pub(super) fn steps(factors: &Factors) -> BTreeMap<usize, Step> {
    let mut moves: BTreeMap<usize, Vec<(usize, &Matrix)>> = BTreeMap::new();
    for (cause, elimination) in factors.eliminations.iter().enumerate() {
        for (axis, matrix) in &elimination.moves {
            moves.entry(*axis).or_default().push((cause, matrix));
        }
    }
    let of =
        |(axis, moves): (usize, Vec<(usize, &Matrix)>)| Some((axis, step(factors.axes.get(axis)?, &moves)?));
    moves.into_iter().filter_map(of).collect()
}

/// Reads an axis as a seen step; none where it is anything else. An axis may have been an automaton of any
/// kind and may since have absorbed numbers, so it is taken apart by what it does and not by where it came
/// from.
fn step(axis: &Axis, moves: &[(usize, &Matrix)]) -> Option<Step> {
    let rises = |m: &Matrix, from: usize, to: usize| -> f64 {
        m.forward.iter().filter(|(f, t, _)| *f == from && *t == to).map(|(.., w)| w).sum()
    };
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b;
    let mut step = Step { high: 0.0, low: 0.0, links: BTreeMap::new(), held: BTreeSet::new() };
    match (axis.init.as_slice(), axis.last.as_slice()) {
        // Not shown yet, shown. A cause multiplies the whole by `weight`, and leaves h of what was not shown.
        (&[normal, shown], &[0.0, 1.0]) if near(normal + shown, 1.0) => {
            (step.high, step.low) = (normal, normal);
            for (cause, matrix) in moves {
                let &[low, weight] = matrix.diagonal.as_slice() else { return None };
                if weight <= 0.0 || !near(low + rises(matrix, 0, 1), weight) {
                    return None;
                }
                step.links.insert(*cause, (low / weight, weight));
            }
        }
        // The background alive, dead, covered by a cause. Whichever it is, a cause covers it as often; only
        // then is h a number.
        (&[alive, dead, covered], &[1.0, 0.0, 1.0]) if covered == 0.0 && near(alive + dead, 1.0) => {
            let mut left = alive;
            for (cause, matrix) in moves {
                let &[low, silent, weight] = matrix.diagonal.as_slice() else { return None };
                let covers = rises(matrix, 0, 2);
                let whole = near(low + rises(matrix, 0, 1) + covers, weight)
                    && near(silent + rises(matrix, 1, 2), weight)
                    && near(silent + covers, weight);
                if silent <= 0.0 || !whole {
                    return None;
                }
                left *= low / silent;
                if low < silent {
                    step.held.insert(*cause);
                }
                step.links.insert(*cause, (silent / weight, weight));
            }
            (step.high, step.low) = (1.0 - alive, 1.0 - left);
        }
        _ => return None,
    }
    let proper = |h: &f64| *h > 0.0 && *h <= 1.0;
    let fits = proper(&step.high) && proper(&step.low) && step.links.values().all(|(h, _)| proper(h));
    fits.then_some(step)
}

/// What decides how steps are bounded.
pub(super) struct Tuning {
    /// How likely each cause is held to be. No bound hangs on it: only how tight it is.
    pub(super) chances: Vec<f64>,
    /// λ of each step, by its axis.
    pub(super) slopes: BTreeMap<usize, f64>,
}

/// Rounds of tuning where nothing is known yet.
const ROUNDS: usize = 12;

impl Tuning {
    /// Tunes λ to how likely each cause is: to `chances`, or, where nothing is known, to a fixed point. With
    /// all steps bounded the causes are independent, each with the log-odds of its prior minus Σ λ·ln h; and
    /// the λ that is best there follows from how likely the causes are (Jaakkola & Jordan 1999).
    #[expect(clippy::indexing_slicing, reason = "a step links causes of the factors")]
    pub(super) fn new(whole: &Factors, steps: &BTreeMap<usize, Step>, chances: Option<&[f64]>) -> Self {
        let prior = |elimination: &Elimination| weight(elimination).1;
        let priors: Vec<f64> = whole.eliminations.iter().map(prior).collect();
        let mut tuning = Self { chances: priors.clone(), slopes: BTreeMap::new() };
        if let Some(chances) = chances {
            tuning.chances = chances.to_vec();
            tuning.slopes = tuning.slopes_at(steps);
            return tuning;
        }
        for _ in 0..ROUNDS {
            tuning.slopes = tuning.slopes_at(steps);
            let mut odds: Vec<f64> = priors.iter().map(|p| libm::log(p / (1.0 - p))).collect();
            for (slope, (cause, (h, _))) in steps
                .iter()
                .filter_map(|(axis, step)| Some((tuning.slopes.get(axis)?, step)))
                .flat_map(|(slope, step)| step.links.iter().map(move |link| (slope, link)))
            {
                odds[*cause] -= slope * libm::log(*h);
            }
            tuning.chances = odds.iter().map(|o| 1.0 / (1.0 + libm::exp(-o))).collect();
        }
        tuning
    }

    fn chance(&self, cause: usize) -> f64 {
        self.chances.get(cause).copied().unwrap_or(0.0)
    }

    /// Returns the expected z of a step, −ln of how often it is not shown.
    fn expected(&self, step: &Step) -> f64 {
        let links = step.links.iter().map(|(cause, (h, _))| self.chance(*cause) * libm::log(*h));
        -libm::log(step.high) - links.sum::<f64>()
    }

    /// Returns the λ at which each bound touches f at the expected z: f′(z)/f(z) = 1/(exp z − 1). Clamped,
    /// since at z = 0 it has no end; any positive λ is a bound.
    pub(super) fn slopes_at(&self, steps: &BTreeMap<usize, Step>) -> BTreeMap<usize, f64> {
        let slope = |step: &Step| (1.0 / libm::expm1(self.expected(step))).clamp(1e-9, 1e9);
        steps.iter().map(|(axis, step)| (*axis, slope(step))).collect()
    }

    /// Returns by how much a step is overrated where it is bounded, as a logarithm: the bound at the expected
    /// z over the expected f.
    fn looseness(&self, axis: usize, step: &Step) -> f64 {
        let slope = self.slopes.get(&axis).copied().unwrap_or(1.0);
        let missed = step.links.iter().map(|(cause, (h, _))| 1.0 - self.chance(*cause) * (1.0 - h));
        slope * self.expected(step) - conjugate(slope) - libm::log1p(-(step.high * missed.product::<f64>()))
    }

    /// Chooses the steps to keep: the loosest ones, as many as the budget lets. Returns none where even
    /// nothing is too much.
    pub(super) fn kept(
        &self,
        whole: &Factors,
        steps: &BTreeMap<usize, Step>,
        budget: &Budget,
        before: &mut Kept,
    ) -> Option<BTreeSet<usize>> {
        let mut order: Vec<(f64, usize)> =
            steps.iter().map(|(axis, step)| (self.looseness(*axis, step), *axis)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let order: Vec<usize> = order.into_iter().map(|(_, axis)| axis).collect();
        let fits = |kept: &BTreeSet<usize>| {
            let left = steps.iter().filter(|(axis, _)| !kept.contains(axis));
            let bounded = left.map(|(axis, step)| (*axis, step)).collect();
            let holds = |factors| budget.holds(&Job::new(factors).stats());
            holds(upper(whole, &bounded, &self.slopes)) && holds(lower(whole, &bounded, &self.chances).0)
        };
        let first = |n: usize| order.iter().take(n).copied().collect::<BTreeSet<usize>>();
        if let Some(before) = before.as_ref().filter(|before| fits(before)) {
            return Some(before.clone());
        }
        if !fits(&first(0)) {
            return None;
        }
        // Keeping one more nearly always costs more, so the number is found by bisection; a few behind it may
        // still fit.
        let (mut fit, mut over) = (0, order.len() + 1);
        while over - fit > 1 {
            let middle = usize::midpoint(fit, over);
            if fits(&first(middle)) { fit = middle } else { over = middle }
        }
        let mut kept = first(fit);
        for axis in order.iter().skip(fit).take(TRIED) {
            kept.insert(*axis);
            if !fits(&kept) {
                kept.remove(axis);
            }
        }
        *before = Some(kept.clone());
        Some(kept)
    }
}

/// So many steps behind the first that does not fit are tried one by one.
const TRIED: usize = 8;

/// Returns f*(λ) = −λ ln λ + (λ + 1) ln(λ + 1), the conjugate of ln(1 − exp(−z)), written so that a small λ
/// loses no digits.
fn conjugate(slope: f64) -> f64 {
    libm::log1p(slope) + slope * libm::log1p(1.0 / slope)
}

/// Returns the weights of a cause that reads nothing, in proportion.
fn weight(elimination: &Elimination) -> (f64, f64) {
    let (absent, present): (f64, f64) = (elimination.absent.iter().sum(), elimination.present.iter().sum());
    let all = absent + present;
    if all > 0.0 { (absent / all, present / all) } else { (1.0, 0.0) }
}

/// Returns the factors with some steps bounded from above: exp(λz − f*(λ)) is β^(−λ)·exp(−f*(λ)) times h^(−λ)
/// for each cause.
pub(super) fn upper(
    whole: &Factors,
    bounded: &BTreeMap<usize, &Step>,
    slopes: &BTreeMap<usize, f64>,
) -> Factors {
    let mut factors = whole.clone();
    for (axis, step) in bounded {
        let slope = slopes.get(axis).copied().unwrap_or(1.0);
        for (cause, (h, weight)) in &step.links {
            let log = -slope * libm::log(*h);
            unlink(&mut factors, *cause, *axis, power(log).times(*weight));
        }
        let constant = power(-slope * libm::log(step.high) - conjugate(slope));
        factors.constant = factors.constant.times(constant.value);
        factors.constant.exponent += constant.exponent;
        replace(&mut factors, *axis, vec![1.0], vec![1.0]);
    }
    factors
}

/// Returns e to a logarithm.
fn power(log: f64) -> Scaled {
    let exponent = libm::floor(log / std::f64::consts::LN_2).clamp(-1e15, 1e15);
    let value = libm::exp(log - exponent * std::f64::consts::LN_2);
    #[expect(clippy::cast_possible_truncation, reason = "a whole number under 1e15")]
    let exponent = exponent as i64;
    let one = Scaled::ONE.times(value);
    Scaled { value: one.value, exponent: one.exponent + exponent }
}

/// Returns the factors with some steps bounded from below, and the causes of which that makes copies.
pub(super) fn lower(
    whole: &Factors,
    bounded: &BTreeMap<usize, &Step>,
    chances: &[f64],
) -> (Factors, BTreeSet<usize>) {
    let mut factors = whole.clone();
    for (axis, step) in bounded {
        for (cause, (_, weight)) in &step.links {
            unlink(&mut factors, *cause, *axis, Scaled::ONE.times(*weight));
        }
        replace(&mut factors, *axis, vec![step.low, 1.0 - step.low], vec![0.0, 1.0]);
    }
    // Only what makes every step likelier may be copied: P(∩ increasing events) ≥ ∏ of their chances (Harris
    // 1960), so giving a step a copy of the cause that is independent of the others can only lower P(e).
    let rising: BTreeSet<usize> =
        (0..factors.eliminations.len()).filter(|c| rises_only(whole, *c, bounded)).collect();
    let mut copied = BTreeSet::new();
    for (axis, step) in bounded {
        let says = |cause: usize, h: f64| chances.get(cause).copied().unwrap_or(0.0) * (1.0 - h);
        let free = || step.links.iter().filter(|(cause, _)| rising.contains(cause));
        // The link that says most stays with its cause; the steps that share no other cause fall apart.
        let anchor = free()
            .map(|(c, (h, _))| (says(*c, *h), *c))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        for (cause, (h, _)) in &step.links {
            let matrix = Matrix::new(vec![*h, 1.0], [(0, 1, 1.0 - h)]);
            let Some(elimination) = factors.eliminations.get_mut(*cause) else { continue };
            if rising.contains(cause) && anchor.is_none_or(|(_, anchor)| anchor != *cause) {
                // A copy is summed out at once, with the chance that its cause has of itself.
                let (absent, present) = weight(elimination);
                if let Some(own) = factors.axes.get_mut(*axis) {
                    own.init = matrix.row(&own.init, absent, present);
                }
                copied.insert(*cause);
            } else {
                elimination.moves.push((*axis, matrix));
            }
        }
    }
    (factors, copied)
}

/// Returns whether all that a cause does is to let seen steps rise.
fn rises_only(whole: &Factors, cause: usize, bounded: &BTreeMap<usize, &Step>) -> bool {
    let Some(elimination) = whole.eliminations.get(cause) else { return false };
    let rises = |axis: usize, matrix: &Matrix| {
        let own = whole.axes.get(axis).and_then(|axis| step(axis, &[(cause, matrix)]));
        bounded.contains_key(&axis) || own.is_some_and(|step| step.held.is_empty())
    };
    elimination.reads.is_empty() && elimination.moves.iter().all(|(axis, matrix)| rises(*axis, matrix))
}

/// Takes a cause from an axis; it weighs so much more where it is present.
fn unlink(factors: &mut Factors, cause: usize, axis: usize, present: Scaled) {
    let Some(elimination) = factors.eliminations.get_mut(cause) else { return };
    elimination.moves.retain(|(moved, _)| *moved != axis);
    factors.constant.exponent += elimination.weigh(Scaled::ONE, present);
}

/// Gives an axis other ends.
fn replace(factors: &mut Factors, axis: usize, init: Vec<f64>, last: Vec<f64>) {
    if let Some(own) = factors.axes.get_mut(axis) {
        (own.init, own.last) = (init, last);
    }
}
