//! The array of the frontier: one number for each combination of states of the open axes, the first axis fastest, the
//! ticket (two states) slowest. Opening, closing, weighing, moving: all in blocks of neighbouring entries.

use crate::infer::automaton::Matrix;
use crate::infer::frontier::{Axis, Frontier, Stage};

/// Sums up to this length are plain, longer ones are halved: errors grow with the logarithm of the length.
const BLOCK: usize = 64;

/// Which way a move is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// What a row vector becomes.
    Forward,
    /// What a column becomes.
    Back,
}

/// Where an axis lies.
struct Place<'a> {
    id: usize,
    axis: &'a Axis,
    /// How far its neighbouring states lie apart.
    stride: usize,
    opens: bool,
    closes: bool,
}

impl Place<'_> {
    fn states(&self) -> usize {
        self.axis.init.len()
    }
}

/// The axes of the array during one visit.
pub(super) struct Shape<'a> {
    places: Vec<Place<'a>>,
}

impl<'a> Shape<'a> {
    pub(super) fn new(frontier: &'a Frontier, stage: &Stage) -> Self {
        let mut stride = 1;
        let place = |&id: &usize| {
            let axis = frontier.axes.get(id)?;
            let here = stride;
            stride *= axis.init.len();
            let (opens, closes) = (stage.opens.contains(&id), stage.closes.contains(&id));
            Some(Place { id, axis, stride: here, opens, closes })
        };
        Self { places: stage.layout.iter().filter_map(place).collect() }
    }

    fn place(&self, axis: usize) -> Option<&Place<'a>> {
        self.places.iter().find(|place| place.id == axis)
    }

    /// The array before the visit with the axes that open.
    pub(super) fn opened(&self, before: &[f64]) -> Vec<f64> {
        let opening = self.places.iter().filter(|place| place.opens);
        opening.fold(before.to_vec(), |array, p| expand(&array, p.stride, &p.axis.init))
    }

    /// Back across the opening.
    pub(super) fn unopened(&self, array: Vec<f64>) -> Vec<f64> {
        let opening = self.places.iter().rev().filter(|place| place.opens);
        opening.fold(array, |array, p| contract(&array, p.stride, &p.axis.init))
    }

    /// The array after the visit without the axes that close.
    pub(super) fn closed(&self, array: Vec<f64>) -> Vec<f64> {
        let closing = self.places.iter().rev().filter(|place| place.closes);
        closing.fold(array, |array, p| contract(&array, p.stride, &p.axis.last))
    }

    /// Back across the closing.
    pub(super) fn reopened(&self, after: &[f64]) -> Vec<f64> {
        let closing = self.places.iter().filter(|place| place.closes);
        closing.fold(after.to_vec(), |array, p| expand(&array, p.stride, &p.axis.last))
    }

    /// Multiplies every entry by the weight of the states of the axes that are read.
    pub(super) fn weigh(&self, array: &mut [f64], reads: &[usize], weights: &[f64]) {
        let places: Vec<&Place> = reads.iter().filter_map(|axis| self.place(*axis)).collect();
        let run = places.iter().map(|p| p.stride).min().unwrap_or(array.len()).max(1);
        for (block, entries) in array.chunks_mut(run).enumerate() {
            let (mut at, mut radix) = (0, 1);
            for place in &places {
                at += block * run / place.stride % place.states() * radix;
                radix *= place.states();
            }
            let weight = weights.get(at).copied().unwrap_or(0.0);
            times(entries, weight);
        }
    }

    /// Moves along an axis, in place.
    pub(super) fn apply(&self, array: &mut [f64], axis: usize, matrix: &Matrix, way: Way) {
        let Some(place) = self.place(axis) else { return };
        let block = place.stride * place.states();
        for rows in array.chunks_exact_mut(block) {
            match way {
                Way::Forward => move_forward(rows, place.stride, matrix),
                Way::Back => move_back(rows, place.stride, matrix),
            }
        }
    }

    /// If the axis is a context: its index, the chances of its values, and those where something listed is still there.
    pub(super) fn context(
        &self,
        axis: usize,
        here: &[f64],
        ahead: &[f64],
    ) -> Option<(usize, Vec<f64>, Vec<f64>)> {
        let place = self.place(axis)?;
        let index = place.axis.context?;
        let ((off, on), (ahead_off, ahead_on)) = (halves(here), halves(ahead));
        let by_state = |a, b| by_state(a, b, place.stride, place.states());
        let covered = by_state(on, ahead_on);
        let all = added(by_state(off, ahead_on), &covered);
        let still = added(by_state(off, ahead_off), &covered);
        Some((index, normalised(all), normalised(still)))
    }
}

/// What the way here (whatever the ticket) and the way ahead (something is there) come to together.
pub(super) fn mass(here: &[f64], ahead: &[f64]) -> f64 {
    let (off, on) = halves(here);
    let (_, ahead) = halves(ahead);
    dot(off, ahead) + dot(on, ahead)
}

/// The ticket off, and on.
fn halves(array: &[f64]) -> (&[f64], &[f64]) {
    array.split_at(array.len() / 2)
}

/// Every run of `stride` entries becomes one for each weight.
fn expand(array: &[f64], stride: usize, weights: &[f64]) -> Vec<f64> {
    let mut wide = Vec::with_capacity(array.len() * weights.len());
    for run in array.chunks_exact(stride) {
        for weight in weights {
            wide.extend(run.iter().map(|entry| entry * weight));
        }
    }
    wide
}

/// The runs of `stride` entries that belong to one another become their weighted sum.
fn contract(array: &[f64], stride: usize, weights: &[f64]) -> Vec<f64> {
    let mut narrow = vec![0.0; array.len() / weights.len().max(1)];
    let runs = array.chunks_exact(stride * weights.len());
    for (sum, block) in narrow.chunks_exact_mut(stride).zip(runs) {
        for (run, weight) in block.chunks_exact(stride).zip(weights) {
            add_times(sum, run, *weight);
        }
    }
    narrow
}

fn move_forward(rows: &mut [f64], stride: usize, matrix: &Matrix) {
    let mut rises = matrix.forward.iter().peekable();
    for (to, stay) in matrix.diagonal.iter().enumerate().rev() {
        let (lower, row) = rows.split_at_mut(to * stride);
        let row = row.get_mut(..stride).unwrap_or_default();
        times(row, *stay);
        while let Some((from, _, weight)) = rises.next_if(|(_, target, _)| *target == to) {
            add_times(row, lower.get(from * stride..).unwrap_or(&[]), *weight);
        }
    }
}

fn move_back(rows: &mut [f64], stride: usize, matrix: &Matrix) {
    let mut rises = matrix.backward.iter().peekable();
    for (from, stay) in matrix.diagonal.iter().enumerate() {
        let (lower, higher) = rows.split_at_mut((from + 1) * stride);
        let row = lower.get_mut(from * stride..).unwrap_or_default();
        times(row, *stay);
        while let Some((_, to, weight)) = rises.next_if(|(origin, ..)| *origin == from) {
            add_times(row, higher.get((to - from - 1) * stride..).unwrap_or(&[]), *weight);
        }
    }
}

fn times(run: &mut [f64], factor: f64) {
    for entry in run {
        *entry *= factor;
    }
}

fn add_times(sum: &mut [f64], run: &[f64], weight: f64) {
    for (entry, other) in sum.iter_mut().zip(run) {
        *entry += weight * other;
    }
}

/// Entry by entry.
pub(super) fn add(sum: &mut [f64], other: &[f64]) {
    add_times(sum, other, 1.0);
}

fn added(mut sum: Vec<f64>, other: &[f64]) -> Vec<f64> {
    add(&mut sum, other);
    sum
}

/// Brings the largest entry near 1 if it is far from it; the exponent of two that was taken out.
pub(super) fn rescale(array: &mut [f64]) -> i64 {
    let largest = array.iter().copied().fold(0.0, f64::max);
    let (_, exponent) = libm::frexp(largest);
    if largest == 0.0 || exponent.abs() < 32 {
        return 0;
    }
    let factor = libm::scalbn(1.0, -exponent.clamp(-1000, 1000));
    times(array, factor);
    i64::from(exponent.clamp(-1000, 1000))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    if a.len() <= BLOCK {
        return a.iter().zip(b).map(|(x, y)| x * y).sum();
    }
    let half = a.len() / 2;
    let ((a, more_a), (b, more_b)) = (a.split_at(half), b.split_at(half.min(b.len())));
    dot(a, b) + dot(more_a, more_b)
}

/// The dot product for each state of an axis.
fn by_state(a: &[f64], b: &[f64], stride: usize, states: usize) -> Vec<f64> {
    let block = stride * states;
    let blocks = a.len() / block.max(1);
    if blocks <= BLOCK {
        let mut sums = vec![0.0; states];
        let runs = a.chunks_exact(stride).zip(b.chunks_exact(stride)).map(|(a, b)| dot(a, b));
        for (at, sum) in runs.enumerate() {
            sums.iter_mut().skip(at % states).take(1).for_each(|s| *s += sum);
        }
        return sums;
    }
    let half = blocks / 2 * block;
    let ((a, more_a), (b, more_b)) = (a.split_at(half), b.split_at(half.min(b.len())));
    added(by_state(a, b, stride, states), &by_state(more_a, more_b, stride, states))
}

/// The weights in proportion, with sum 1; as they are where all are 0.
pub(super) fn normalised(mut weights: Vec<f64>) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 {
        times(&mut weights, 1.0 / sum);
    }
    weights
}
