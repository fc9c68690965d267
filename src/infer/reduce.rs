//! Leaves are folded away before anything is counted, and their chances are recovered afterwards.
//!
//! In: [`Factors`]. Out: [`Reduced`]: the causes and axes that are left, as components that share nothing,
//! and the way back. A leaf is a cause that touches one axis and reads none (its weights move that axis once
//! and for all: init ← init·(w₀ + w₁M)), or an axis that one cause alone touches (it becomes two numbers of
//! that cause: absent init·last, present init·M·last, or, where it is a context that the cause reads, it is
//! summed into the weights). What touches nothing is a number. Each leaf that goes may make another, so trees
//! vanish altogether, and of a ticket of the size of QMR-DT little is left.
//!
//! The way back is reverse differentiation (Darwiche, *A differential approach to inference in Bayesian
//! networks*, JACM 2003): what the rest weighs, given the state of an axis, goes down the folded causes in
//! reverse order, and each of them is the product of what lies before and behind it. Only sums and products
//! of non-negative numbers, normalised as they go.
//!
//! Not folded: a cause that something leads to, and one that reads a context which another reads as well.

use std::collections::BTreeSet;

use crate::infer::automaton::Matrix;
use crate::infer::factors::{Axis, Elimination, Factors, Scaled, is_lost};

/// What is left of the factors, and how to get the rest back.
#[derive(Debug, Clone)]
pub(super) struct Reduced {
    /// All axes, those that are left with what was folded into them.
    pub(super) axes: Vec<Axis>,
    /// All causes, those that are left with what was folded into them.
    pub(super) eliminations: Vec<Elimination>,
    /// The factor that depends on nothing that is left.
    pub(super) constant: Scaled,
    /// The causes that are left, by component, each in rising order.
    pub(super) components: Vec<Vec<usize>>,
    /// Whether what was folded into an axis may have been lost beside what is far larger.
    pub(super) lossy: bool,
    folds: Vec<Fold>,
}

/// One leaf.
#[derive(Debug, Clone)]
enum Fold {
    /// A cause that touched one axis: what had come into the axis before it.
    Into { cause: usize, axis: usize, before: Vec<f64> },
    /// A cause that touched one context, which it reads: what had come into that before it.
    Weighs { cause: usize, axis: usize, before: Vec<f64> },
    /// A cause that touched nothing.
    Alone { cause: usize },
    /// An axis that one cause alone moved.
    Moved { axis: usize, cause: usize, matrix: Matrix },
    /// An axis that one cause alone read: how far apart its states lay in the weights of that, and those
    /// weights.
    Read { axis: usize, cause: usize, stride: usize, absent: Vec<f64>, present: Vec<f64> },
    /// An axis that nothing touched.
    Untouched { axis: usize },
}

/// What the causes and axes come to: each in proportion, on whatever scale.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Masses {
    /// For each cause, how much there is where it is absent and present, by the states of what it reads.
    pub(super) causes: Vec<(Vec<f64>, Vec<f64>)>,
    /// For each axis, how much there is of each state when it opens.
    pub(super) axes: Vec<Vec<f64>>,
}

/// Folds leaves until there is none.
pub(super) fn reduce(factors: Factors) -> Reduced {
    let mut work = Work::new(factors);
    work.todo = (0..work.causes.len()).map(Leaf::Cause).chain((0..work.open.len()).map(Leaf::Axis)).collect();
    // A stack, so that what a fold makes a leaf goes next; the order changes no sum, but its rounding, and so
    // must be fixed.
    work.todo.reverse();
    while let Some(leaf) = work.todo.pop() {
        match leaf {
            Leaf::Cause(cause) => work.cause(cause),
            Leaf::Axis(axis) => work.axis(axis),
        }
    }
    work.reduced.components = components(&work);
    work.reduced
}

/// Keeps all causes as they are, and folds away what no cause touches.
pub(super) fn unreduced(factors: Factors) -> Reduced {
    let mut work = Work::new(factors);
    for axis in 0..work.open.len() {
        if work.touched_by.get(axis).is_some_and(Vec::is_empty) {
            work.axis(axis);
        }
    }
    work.reduced.components = components(&work);
    work.reduced
}

/// Returns for each axis the causes that touch it, in rising order.
#[expect(clippy::indexing_slicing, reason = "an elimination touches axes of its factors")]
fn touched_by(axes: usize, eliminations: &[Elimination]) -> Vec<Vec<usize>> {
    let mut touched_by = vec![Vec::new(); axes];
    for (cause, axis) in eliminations.iter().enumerate().flat_map(|(i, v)| v.touches().map(move |a| (i, a))) {
        touched_by[axis].push(cause);
    }
    touched_by
}

/// What may have become a leaf.
#[derive(Debug, Clone, Copy)]
enum Leaf {
    Cause(usize),
    Axis(usize),
}

/// What is left while leaves are folded.
struct Work {
    reduced: Reduced,
    /// For each axis, the causes that are left and touch it.
    touched_by: Vec<Vec<usize>>,
    /// For each cause, whether it is left.
    causes: Vec<bool>,
    /// For each axis, whether it is left.
    open: Vec<bool>,
    /// What may have become a leaf; something may stand here twice, and is folded once.
    todo: Vec<Leaf>,
}

impl Work {
    fn new(factors: Factors) -> Self {
        let Factors { axes, eliminations, constant } = factors;
        Self {
            touched_by: touched_by(axes.len(), &eliminations),
            causes: vec![true; eliminations.len()],
            open: vec![true; axes.len()],
            reduced: Reduced {
                axes,
                eliminations,
                constant,
                components: Vec::new(),
                lossy: false,
                folds: Vec::new(),
            },
            todo: Vec::new(),
        }
    }

    /// Folds a cause, if it is a leaf.
    #[expect(clippy::indexing_slicing, reason = "a leaf is a cause of the factors")]
    fn cause(&mut self, cause: usize) {
        if !self.causes[cause] {
            return;
        }
        let elimination = &self.reduced.eliminations[cause];
        let (absent, present) = (first(&elimination.absent), first(&elimination.present));
        match (elimination.reads.as_slice(), elimination.moves.as_slice()) {
            // Σ over the cause: w₀ + w₁.
            ([], []) => {
                self.reduced.constant = self.reduced.constant.times(absent + present);
                self.reduced.folds.push(Fold::Alone { cause });
            }
            // init · (w₀ + w₁M): the moves of an axis commute, whichever cause drives them, so this one may
            // be made first.
            ([], [(axis, matrix)]) => {
                let (axis, matrix) = (*axis, matrix.clone());
                let before = self.into(axis, cause, |init| matrix.row(init, absent, present));
                self.reduced.folds.push(Fold::Into { cause, axis, before });
            }
            // The axis of an effect must be read after all that leads to it; a context may be weighed at any
            // time.
            (&[axis], []) if self.reduced.axes.get(axis).is_some_and(|a| a.context.is_some()) => {
                let either: Vec<f64> =
                    elimination.absent.iter().zip(&elimination.present).map(|(a, p)| a + p).collect();
                let before = self.into(axis, cause, |init| times(init, &either));
                self.reduced.folds.push(Fold::Weighs { cause, axis, before });
            }
            _ => return,
        }
        self.causes[cause] = false;
    }

    /// Folds a cause into an axis; returns what the axis opened with before.
    fn into(&mut self, axis: usize, cause: usize, fold: impl FnOnce(&[f64]) -> Vec<f64>) -> Vec<f64> {
        let Some(own) = self.reduced.axes.get_mut(axis) else { return Vec::new() };
        let folded = fold(&own.init);
        let before = std::mem::replace(&mut own.init, folded);
        let positive = own.init.iter().filter(|w| **w > 0.0).count();
        self.reduced.constant.exponent += rescale(&mut own.init);
        let left = own.init.iter().filter(|w| **w > 0.0 && !is_lost(**w)).count();
        self.reduced.lossy |= left < positive;
        if let Some(causes) = self.touched_by.get_mut(axis) {
            causes.retain(|c| *c != cause);
        }
        self.todo.push(Leaf::Axis(axis));
        before
    }

    /// Folds an axis, if it is a leaf.
    #[expect(clippy::indexing_slicing, reason = "a leaf is an axis of the factors")]
    fn axis(&mut self, axis: usize) {
        if !self.open[axis] {
            return;
        }
        let own = &self.reduced.axes[axis];
        let fold = match self.touched_by[axis].as_slice() {
            [] => {
                self.reduced.constant = self.reduced.constant.times(dot(&own.init, &own.last));
                Fold::Untouched { axis }
            }
            &[cause] => {
                self.todo.push(Leaf::Cause(cause));
                let elimination = &mut self.reduced.eliminations[cause];
                let (fold, exponent) = into_cause(axis, cause, own, elimination, &self.reduced.axes);
                self.reduced.constant.exponent += exponent;
                fold
            }
            _ => return,
        };
        self.reduced.folds.push(fold);
        self.open[axis] = false;
    }
}

/// Folds an axis into the one cause that touches it; returns the exponent of two that its weights gave up.
fn into_cause(
    axis: usize,
    cause: usize,
    own: &Axis,
    elimination: &mut Elimination,
    axes: &[Axis],
) -> (Fold, i64) {
    if let Some(at) = elimination.moves.iter().position(|(moved, _)| *moved == axis) {
        // Absent, the cause leaves the axis as it opened: init·last. Present, it has moved it: init·M·last.
        let (_, matrix) = elimination.moves.remove(at);
        let absent = Scaled::ONE.times(dot(&own.init, &own.last));
        let present = Scaled::ONE.times(matrix.between(&own.init, &own.last));
        let exponent = elimination.weigh(absent, present);
        return (Fold::Moved { axis, cause, matrix }, exponent);
    }
    // Read, the axis only chooses the weights, which are summed over its states.
    let place = elimination.reads.iter().position(|read| *read == axis).unwrap_or(0);
    let stride: usize = elimination.reads.iter().take(place).map(|read| states(axes, *read)).product();
    let counts: Vec<f64> = own.init.iter().zip(&own.last).map(|(a, b)| a * b).collect();
    let absent = std::mem::take(&mut elimination.absent);
    let present = std::mem::take(&mut elimination.present);
    (elimination.absent, elimination.present) =
        (summed(&absent, stride, &counts), summed(&present, stride, &counts));
    elimination.reads.remove(place);
    let exponent = elimination.weigh(Scaled::ONE, Scaled::ONE);
    (Fold::Read { axis, cause, stride, absent, present }, exponent)
}

fn states(axes: &[Axis], axis: usize) -> usize {
    axes.get(axis).map_or(1, |a| a.init.len())
}

/// Sums one axis of a table out: its states lie `stride` apart, and count as `counts` says.
fn summed(table: &[f64], stride: usize, counts: &[f64]) -> Vec<f64> {
    let block = stride.max(1) * counts.len().max(1);
    let row = |block: &[f64], at: usize| -> f64 {
        block.iter().skip(at).step_by(stride.max(1)).zip(counts).map(|(w, c)| w * c).sum()
    };
    table.chunks_exact(block).flat_map(|b| (0..stride.max(1)).map(move |at| row(b, at))).collect()
}

/// Returns the causes that are left, as sets that share no axis. What leads to what shares the axis of the
/// effect.
fn components(work: &Work) -> Vec<Vec<usize>> {
    let mut root: Vec<usize> = (0..work.causes.len()).collect();
    let left = |cause: &usize| work.causes.get(*cause).copied().unwrap_or(false);
    for causes in work.touched_by.iter().zip(&work.open).filter(|(_, open)| **open).map(|(causes, _)| causes)
    {
        for pair in causes.windows(2) {
            if let &[a, b] = pair {
                join(&mut root, a, b);
            }
        }
    }
    let mut sets: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
    for cause in (0..work.causes.len()).filter(left) {
        sets.entry(find(&mut root, cause)).or_default().push(cause);
    }
    sets.into_values().collect()
}

/// Returns the set of a cause, halving the way there for the next time (Tarjan & van Leeuwen 1984).
#[expect(clippy::indexing_slicing, reason = "every entry is a cause")]
fn find(root: &mut [usize], of: usize) -> usize {
    let mut at = of;
    while root[at] != at {
        root[at] = root[root[at]];
        at = root[at];
    }
    at
}

/// Makes one set of those of two causes; the lowest cause names it, so that components come in their order.
#[expect(clippy::indexing_slicing, reason = "every entry is a cause")]
fn join(root: &mut [usize], a: usize, b: usize) {
    let (a, b) = (find(root, a), find(root, b));
    let (low, high) = (a.min(b), a.max(b));
    root[high] = low;
}

impl Reduced {
    /// Returns the axes that causes were folded into: to recover those, the mass of each state that the axis
    /// opened with must be known.
    pub(super) fn folded_into(&self) -> BTreeSet<usize> {
        let into = |fold: &Fold| match fold {
            Fold::Into { axis, .. } | Fold::Weighs { axis, .. } => Some(*axis),
            _ => None,
        };
        self.folds.iter().filter_map(into).collect()
    }

    /// Fills in the masses of what was folded, from those of what is left.
    ///
    /// `ahead[axis]` is the derivative of the sum by what the axis opens with: what all that is not folded
    /// into it, or is folded later, weighs for each of its states. Mass over init gives it for what is left,
    /// and each fold, undone, passes it on: the folds in reverse, as in backpropagation. Every entry is in
    /// proportion only, on a scale of its own.
    pub(super) fn recover(&self, masses: &mut Masses) {
        let mut ahead: Vec<Vec<f64>> =
            self.axes.iter().zip(&masses.axes).map(|(a, m)| over(m, &a.init)).collect();
        for fold in self.folds.iter().rev() {
            match fold {
                Fold::Untouched { axis } => self.untouched(*axis, &mut ahead, masses),
                Fold::Alone { cause } => {
                    let of = self.weights(*cause).map(|(a, p)| (vec![a], vec![p]));
                    set(&mut masses.causes, *cause, || of.unwrap_or_default());
                }
                Fold::Into { cause, axis, before } => {
                    self.unfold_cause(*cause, *axis, before, &mut ahead, masses);
                }
                Fold::Weighs { cause, axis, before } => {
                    self.unfold_weighed(*cause, *axis, before, &mut ahead, masses);
                }
                Fold::Moved { axis, cause, matrix } => {
                    let behind = masses.causes.get(*cause).map(|m| self.behind(*axis, matrix, m));
                    set(&mut ahead, *axis, || behind.unwrap_or_default());
                }
                Fold::Read { axis, cause, stride, absent, present } => {
                    self.unfold_read(*axis, *cause, *stride, (absent, present), masses);
                    let rest =
                        self.axes.get(*axis).zip(masses.axes.get(*axis)).map(|(own, m)| over(m, &own.init));
                    set(&mut ahead, *axis, || rest.unwrap_or_default());
                }
            }
        }
    }

    /// Recovers an axis that nothing touched.
    fn untouched(&self, axis: usize, ahead: &mut [Vec<f64>], masses: &mut Masses) {
        let Some(own) = self.axes.get(axis) else { return };
        set(ahead, axis, || own.last.clone());
        set(&mut masses.axes, axis, || times(&own.init, &own.last));
    }

    /// Returns what a cause that reads nothing weighs, absent and present.
    fn weights(&self, cause: usize) -> Option<(f64, f64)> {
        self.eliminations.get(cause).map(|v| (first(&v.absent), first(&v.present)))
    }

    /// Recovers a cause that went into an axis, and what lies ahead of the axis from before it.
    fn unfold_cause(
        &self,
        cause: usize,
        axis: usize,
        before: &[f64],
        ahead: &mut [Vec<f64>],
        masses: &mut Masses,
    ) {
        let matrix = self.eliminations.get(cause).and_then(|v| v.moves.first()).map(|(_, matrix)| matrix);
        let (Some((w0, w1)), Some(matrix), Some(rest)) = (self.weights(cause), matrix, ahead.get_mut(axis))
        else {
            return;
        };
        // The sum is before · (w₀ + w₁M) · rest: its two terms are the masses, its derivative by `before` is
        // what is passed on.
        let mass = (vec![w0 * dot(before, rest)], vec![w1 * matrix.between(before, rest)]);
        set(&mut masses.causes, cause, || normalised(mass));
        *rest = matrix.column(rest, w0, w1);
        rescale(rest);
    }

    /// Recovers a cause that went into a context, and what lies ahead of the context from before it.
    fn unfold_weighed(
        &self,
        cause: usize,
        axis: usize,
        before: &[f64],
        ahead: &mut [Vec<f64>],
        masses: &mut Masses,
    ) {
        let (Some(elimination), Some(rest)) = (self.eliminations.get(cause), ahead.get_mut(axis)) else {
            return;
        };
        let here = times(before, rest);
        let mass = (times(&elimination.absent, &here), times(&elimination.present, &here));
        set(&mut masses.causes, cause, || normalised(mass));
        *rest = elimination
            .absent
            .iter()
            .zip(&elimination.present)
            .zip(&*rest)
            .map(|((a, p), r)| (a + p) * r)
            .collect();
        rescale(rest);
    }

    /// Returns what lies ahead of an axis that went into a cause.
    fn behind(&self, axis: usize, matrix: &Matrix, (absent, present): &(Vec<f64>, Vec<f64>)) -> Vec<f64> {
        let Some(Axis { init, last, .. }) = self.axes.get(axis) else { return Vec::new() };
        // The mass of the cause is its weight in the rest times init·last, or init·M·last. Divided by those,
        // what is left is what the rest weighs with the cause absent, and present: rest · (absent +
        // present·M)·last.
        let share =
            |mass: &[f64], whole: f64| if whole > 0.0 { mass.iter().sum::<f64>() / whole } else { 0.0 };
        let absent = share(absent, dot(init, last));
        let present = share(present, matrix.between(init, last));
        let mut ahead = matrix.column(last, absent, present);
        rescale(&mut ahead);
        ahead
    }

    /// Recovers an axis that was summed into the weights of a cause, and those weights by its states.
    fn unfold_read(
        &self,
        axis: usize,
        cause: usize,
        stride: usize,
        weights: (&[f64], &[f64]),
        masses: &mut Masses,
    ) {
        let Some(own) = self.axes.get(axis) else { return };
        let counts = times(&own.init, &own.last);
        let Some((absent, present)) = masses.causes.get_mut(cause) else { return };
        *absent = spread(absent, weights.0, stride, &counts);
        *present = spread(present, weights.1, stride, &counts);
        let by_state = |table: &[f64], state: usize| -> f64 {
            table.chunks_exact(stride).skip(state).step_by(counts.len().max(1)).flatten().sum()
        };
        let of = (0..counts.len()).map(|state| by_state(absent, state) + by_state(present, state)).collect();
        set(&mut masses.axes, axis, || of);
    }
}

/// Spreads each entry of a table over one more axis, in proportion to weight and count: the way back across
/// [`summed`].
fn spread(table: &[f64], weights: &[f64], stride: usize, counts: &[f64]) -> Vec<f64> {
    let sums = summed(weights, stride, counts);
    let share = |at: usize| match (table.get(at), sums.get(at)) {
        (Some(mass), Some(sum)) if *sum > 0.0 => mass / sum,
        _ => 0.0,
    };
    let block = stride * counts.len();
    let entry = |(at, weight): (usize, &f64)| {
        let (outer, state, inner) = (at / block, at % block / stride, at % stride);
        weight * counts.get(state).copied().unwrap_or(0.0) * share(outer * stride + inner)
    };
    weights.iter().enumerate().map(entry).collect()
}

/// Puts a value into its place.
fn set<T>(all: &mut [T], at: usize, value: impl FnOnce() -> T) {
    if let Some(slot) = all.get_mut(at) {
        *slot = value();
    }
}

fn first(weights: &[f64]) -> f64 {
    weights.first().copied().unwrap_or(0.0)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn times(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(x, y)| x * y).collect()
}

/// Divides entry by entry; nothing over nothing is nothing.
fn over(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(x, y)| if *y > 0.0 { x / y } else { 0.0 }).collect()
}

/// Returns the masses of a cause with sum 1, so that no chain of folds runs out of range.
fn normalised((absent, present): (Vec<f64>, Vec<f64>)) -> (Vec<f64>, Vec<f64>) {
    let all: f64 = absent.iter().chain(&present).sum();
    let scale =
        |masses: Vec<f64>| masses.into_iter().map(|m| if all > 0.0 { m / all } else { 0.0 }).collect();
    (scale(absent), scale(present))
}

/// Brings the largest entry near 1; returns the exponent of two that was taken out.
pub(super) fn rescale(weights: &mut [f64]) -> i64 {
    let (_, exponent) = libm::frexp(weights.iter().copied().fold(0.0, f64::max));
    for weight in weights {
        *weight = libm::scalbn(*weight, -exponent);
    }
    i64::from(exponent)
}
