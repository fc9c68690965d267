//! Weighted automata that the present causes drive.
//!
//! An [`Automaton`] is a way to write a chance that depends on which causes are there: a row vector `init`, a
//! square [`Matrix`] for each cause that matters, applied where the cause is there, and a closing column
//! `last`: P = init · ∏ moves · last, whatever the order. Two of them multiply ([`Automaton::times`]: states
//! are pairs) and add ([`Automaton::plus`]: states side by side), as weighted automata do (Schützenberger
//! 1961). All entries are non-negative, and states only move upward, so that a move works in place.

use std::collections::{BTreeMap, BTreeSet};

/// A square matrix with nothing below its diagonal: from a state to itself or to a later one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Matrix {
    /// From a state to itself.
    pub(super) diagonal: Vec<f64>,
    /// From a state to a later one, the last target first.
    pub(super) forward: Vec<(usize, usize, f64)>,
    /// The same, the first origin first.
    pub(super) backward: Vec<(usize, usize, f64)>,
}

impl Matrix {
    /// Returns the matrix of a diagonal and what rises above it: from, to, weight.
    pub(super) fn new(diagonal: Vec<f64>, rises: impl IntoIterator<Item = (usize, usize, f64)>) -> Self {
        let mut forward: Vec<_> = rises.into_iter().filter(|(_, _, weight)| *weight > 0.0).collect();
        let mut backward = forward.clone();
        forward.sort_by_key(|&(from, to, _)| (std::cmp::Reverse(to), from));
        backward.sort_by_key(|&(from, to, _)| (from, to));
        Self { diagonal, forward, backward }
    }

    /// Returns the number of which it is a multiple of the identity, if it is one.
    pub(super) fn scalar(&self) -> Option<f64> {
        let first = self.diagonal.first().copied().unwrap_or(1.0);
        let same = self.diagonal.iter().all(|d| d.to_bits() == first.to_bits());
        (same && self.forward.is_empty()).then_some(first)
    }

    /// Returns the matrix of a cause that does nothing.
    fn identity(states: usize) -> Self {
        Self::new(vec![1.0; states], [])
    }

    /// Returns all entries: from, to, weight.
    fn entries(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        self.diagonal.iter().enumerate().map(|(s, &w)| (s, s, w)).chain(self.backward.iter().copied())
    }

    /// Returns the matrix of entries in any order; those on the diagonal add up.
    fn collect(states: usize, entries: impl Iterator<Item = (usize, usize, f64)>) -> Self {
        let mut diagonal = vec![0.0; states];
        let mut rises = Vec::new();
        for (from, to, weight) in entries {
            match diagonal.get_mut(from) {
                Some(entry) if from == to => *entry += weight,
                _ => rises.push((from, to, weight)),
            }
        }
        Self::new(diagonal, rises)
    }

    /// Returns the moves of pairs of states, those of `self` running fastest (the Kronecker product).
    fn times(&self, other: &Self) -> Self {
        let (a, b) = (self.diagonal.len(), other.diagonal.len());
        let pair = |(from, to, v): (usize, usize, f64)| {
            other
                .entries()
                .map(move |(other_from, other_to, w)| (from + a * other_from, to + a * other_to, v * w))
        };
        Self::collect(a * b, self.entries().flat_map(pair))
    }

    /// Returns the moves of the states of both side by side (the direct sum).
    fn plus(&self, other: &Self) -> Self {
        let a = self.diagonal.len();
        let moved = other.entries().map(|(from, to, w)| (from + a, to + a, w));
        Self::collect(a + other.diagonal.len(), self.entries().chain(moved))
    }

    /// Returns row · (absent + present · M).
    #[expect(clippy::indexing_slicing, reason = "a matrix is as wide as the vectors that it is applied to")]
    pub(super) fn row(&self, row: &[f64], absent: f64, present: f64) -> Vec<f64> {
        let mut sum: Vec<f64> = row.iter().map(|w| absent * w).collect();
        for (from, to, weight) in self.entries() {
            let moved = present * weight * row[from];
            sum[to] += moved;
        }
        sum
    }

    /// Returns (absent + present · M) · column.
    #[expect(clippy::indexing_slicing, reason = "a matrix is as wide as the vectors that it is applied to")]
    pub(super) fn column(&self, column: &[f64], absent: f64, present: f64) -> Vec<f64> {
        let mut sum: Vec<f64> = column.iter().map(|w| absent * w).collect();
        for (from, to, weight) in self.entries() {
            let moved = present * weight * column[to];
            sum[from] += moved;
        }
        sum
    }

    /// Returns init · M · last.
    pub(super) fn between(&self, init: &[f64], last: &[f64]) -> f64 {
        let at = |v: &[f64], s: usize| v.get(s).copied().unwrap_or(0.0);
        self.entries().map(|(from, to, w)| at(init, from) * w * at(last, to)).sum()
    }
}

/// A chance that depends on which causes are there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Automaton {
    /// How much of each state there is before any cause.
    pub(super) init: Vec<f64>,
    /// What a present cause does.
    pub(super) moves: BTreeMap<usize, Matrix>,
    /// How much each state counts in the end.
    pub(super) last: Vec<f64>,
}

impl Automaton {
    /// Returns the automaton of the same number whatever the causes.
    pub(super) fn constant(value: f64) -> Self {
        Self { init: vec![value], moves: BTreeMap::new(), last: vec![1.0] }
    }

    /// Returns the product of the two chances.
    pub(super) fn times(&self, other: &Self) -> Self {
        // (init₁ ⊗ init₂)·(M₁ ⊗ M₂)·(last₁ ⊗ last₂) = (init₁·M₁·last₁)·(init₂·M₂·last₂), for the
        // mixed-product property of ⊗.
        let pairs =
            |a: &[f64], b: &[f64]| b.iter().flat_map(|w| a.iter().map(move |v| v * w)).collect::<Vec<f64>>();
        Self {
            init: pairs(&self.init, &other.init),
            moves: self.merged(other, Matrix::times),
            last: pairs(&self.last, &other.last),
        }
        .trimmed()
    }

    /// Returns the sum of the two chances.
    pub(super) fn plus(&self, other: &Self) -> Self {
        Self {
            init: [&self.init[..], &other.init[..]].concat(),
            moves: self.merged(other, Matrix::plus),
            last: [&self.last[..], &other.last[..]].concat(),
        }
        .trimmed()
    }

    /// Returns the moves of both, merged cause by cause; a cause that only one of them knows does nothing in
    /// the other.
    fn merged(&self, other: &Self, merge: fn(&Matrix, &Matrix) -> Matrix) -> BTreeMap<usize, Matrix> {
        let causes: BTreeSet<usize> = self.moves.keys().chain(other.moves.keys()).copied().collect();
        let own = |automaton: &Self, cause| {
            automaton.moves.get(&cause).cloned().unwrap_or_else(|| Matrix::identity(automaton.init.len()))
        };
        causes.into_iter().map(|cause| (cause, merge(&own(self, cause), &own(other, cause)))).collect()
    }

    /// Returns it without the states that nothing reaches or that count for nothing in the end; one state is
    /// always left.
    pub(super) fn trimmed(self) -> Self {
        // Which causes move does not matter: a state is kept if any order of any causes may pass through it.
        let rises = || self.moves.values().flat_map(|matrix| matrix.backward.iter().copied());
        let reached = closure(&self.init, || rises().map(|(from, to, _)| (from, to)));
        let counting = closure(&self.last, || rises().map(|(from, to, _)| (to, from)));
        let kept: Vec<usize> = reached.intersection(&counting).copied().collect();
        if kept.len() == self.init.len() {
            return self;
        }
        if kept.is_empty() {
            return Self::constant(0.0);
        }
        let pick = |v: &[f64]| kept.iter().filter_map(|&s| v.get(s).copied()).collect::<Vec<f64>>();
        let rename = |(from, to, w): (usize, usize, f64)| {
            Some((kept.binary_search(&from).ok()?, kept.binary_search(&to).ok()?, w))
        };
        let shrink = |m: &Matrix| Matrix::collect(kept.len(), m.entries().filter_map(rename));
        Self {
            init: pick(&self.init),
            moves: self.moves.iter().map(|(&cause, matrix)| (cause, shrink(matrix))).collect(),
            last: pick(&self.last),
        }
    }
}

/// Returns the states with weight, and all that the links lead to from there.
fn closure<L: Iterator<Item = (usize, usize)>>(weights: &[f64], links: impl Fn() -> L) -> BTreeSet<usize> {
    let mut found: BTreeSet<usize> =
        weights.iter().enumerate().filter(|(_, w)| **w > 0.0).map(|(s, _)| s).collect();
    loop {
        let before = found.len();
        let next: Vec<usize> = links().filter(|(from, _)| found.contains(from)).map(|(_, to)| to).collect();
        found.extend(next);
        if found.len() == before {
            return found;
        }
    }
}
