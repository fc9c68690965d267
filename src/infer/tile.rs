//! How an array is cut into tiles, and what a cause moves within one.
//!
//! An array that does not fit a tile is taken in rows of neighbouring entries, one for each combination of
//! states of a few slow axes. Within a tile all moves of the fast axes and of those slow ones are applied
//! while it is in the cache; where more slow axes are moved than a tile has room for, there are several
//! passes. Tiles share nothing, and go to as many threads as there are.
#![expect(
    clippy::indexing_slicing,
    reason = "the hot loops: every index is below a length that the shape of the array fixes, and tiles are cut from it"
)]
#![expect(
    clippy::inline_always,
    reason = "what is compiled for the registers that are found when the program runs must be part of what is dispatched"
)]

use pulp::{Arch, Simd, WithSimd};
#[cfg(feature = "parallel")]
use rayon::prelude::*;

use crate::infer::automaton::Matrix;

/// Does something with the registers that the processor has. What it says it writes down: a closure that
/// changes what it holds is called as it stands, any other through a function that is compiled for the
/// registers of every processor.
pub(super) fn vectorised(each: impl FnMut()) {
    struct Each<F>(F);
    impl<F: FnMut()> WithSimd for Each<F> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(mut self, _: S) {
            (self.0)();
        }
    }
    Arch::new().dispatch(Each(each));
}

/// Arrays up to this size are one tile: 64 KiB, which stay in a second cache with what they are combined
/// with.
pub(super) const TILE: usize = 8192;
/// A row of a larger array has at most so many entries, unless a single axis has more.
const ROW: usize = 128;
/// At most so many rows make a tile, unless a single axis has more.
const ROWS: usize = TILE / ROW;
/// Smaller arrays are not worth a second thread.
#[cfg(feature = "parallel")]
const PARALLEL: usize = 1 << 15;

/// Which way a move is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// What a row vector becomes.
    Forward,
    /// What a column becomes.
    Back,
}

/// The states of the axes of an array, the fastest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape(pub(super) Vec<usize>);

impl Shape {
    /// Returns how many entries an array of this shape has.
    pub(super) fn entries(&self) -> usize {
        self.0.iter().product()
    }

    /// Returns how far apart neighbouring states of an axis lie.
    pub(super) fn stride(&self, place: usize) -> usize {
        self.0[..place].iter().product()
    }
}

/// What a cause does to an array, its axes named by their places in the shape.
#[derive(Debug, Clone)]
pub(super) struct Act<'a> {
    /// The axes whose states its weights depend on.
    pub(super) reads: Vec<usize>,
    /// By their states, the first fastest.
    pub(super) absent: &'a [f64],
    /// Likewise.
    pub(super) present: &'a [f64],
    /// The axes that it moves where it is present.
    pub(super) moves: Vec<(usize, &'a Matrix)>,
}

/// The moves of an elimination in the groups in which they are applied.
pub(super) struct Cut<'a> {
    passes: Vec<Pass<'a>>,
}

impl<'a> Cut<'a> {
    /// Cuts the moves of an elimination into passes, each with slow axes for at most [`ROWS`] rows of a tile.
    pub(super) fn new(shape: &Shape, act: &Act<'a>) -> Self {
        let entries = shape.entries();
        let fast = if entries <= TILE { shape.0.len() } else { fast(shape) };
        let row = shape.stride(fast);
        let low = |&&(place, _): &&(usize, &'a Matrix)| place < fast;
        let mut passes = vec![Pass { entries, row, slow: Vec::new(), moves: Vec::new(), base: Vec::new() }];
        for (place, matrix) in act.moves.iter().filter(low) {
            passes[0].moves.push((shape.stride(*place), Move::new(matrix)));
        }
        for (place, matrix) in act.moves.iter().filter(|m| !low(m)) {
            let states = shape.0[*place];
            if passes[passes.len() - 1].rows() * states > ROWS && !passes[passes.len() - 1].moves.is_empty() {
                passes.push(Pass { entries, row, slow: Vec::new(), moves: Vec::new(), base: Vec::new() });
            }
            let at = passes.len() - 1;
            let pass = &mut passes[at];
            pass.moves.push((row * pass.rows(), Move::new(matrix)));
            pass.slow.push((shape.stride(*place) / row, states));
        }
        passes.iter_mut().for_each(Pass::lay_out);
        Self { passes }
    }

    /// Returns the pass whose moves are applied while the result is written.
    pub(super) fn last(&self) -> &Pass<'a> {
        &self.passes[self.passes.len() - 1]
    }

    /// Returns the array with all moves but those of the last pass; none where that is the array itself.
    pub(super) fn all_but_last<'s>(
        &self,
        array: &[f64],
        way: Way,
        moved: &'s mut Vec<f64>,
        tile: &mut Vec<f64>,
    ) -> Option<&'s [f64]> {
        let (_, earlier) = self.passes.split_last()?;
        if earlier.is_empty() {
            return None;
        }
        moved.resize(array.len(), 0.0);
        for (at, pass) in earlier.iter().enumerate() {
            let from = (at == 0).then_some(array);
            pass.tiles(moved, tile, |tile, rows, buffer| {
                pass.gather(tile, rows, from, buffer);
                vectorised(
                    #[inline(always)]
                    || pass.apply(buffer, way),
                );
                for (row, new) in rows.iter_mut().zip(buffer.chunks_exact(pass.row)) {
                    row.copy_from_slice(new);
                }
            });
        }
        Some(moved)
    }
}

/// Returns how many of the fastest axes make a row.
fn fast(shape: &Shape) -> usize {
    let mut places = 0;
    while places < shape.0.len() && (shape.stride(places + 1) <= ROW || shape.stride(places) < ROW / 8) {
        places += 1;
    }
    places
}

/// Moves that are applied while a tile is in the cache.
pub(super) struct Pass<'a> {
    entries: usize,
    /// Entries of a row.
    pub(super) row: usize,
    /// The slow axes whose states make the rows of a tile: how many rows apart, and how many states.
    slow: Vec<(usize, usize)>,
    /// How far apart the states lie within a tile, and the move.
    moves: Vec<(usize, Move<'a>)>,
    /// The first row of each tile.
    base: Vec<usize>,
}

impl Pass<'_> {
    fn rows(&self) -> usize {
        self.slow.iter().map(|(_, states)| states).product()
    }

    fn lay_out(&mut self) {
        let first =
            |row: &usize| self.slow.iter().all(|(apart, states)| (row / apart).is_multiple_of(*states));
        self.base = (0..self.entries / self.row).filter(first).collect();
    }

    /// Returns where a row of a tile begins in the array.
    pub(super) fn offset(&self, tile: usize, row: usize) -> usize {
        let mut left = row;
        let mut at = self.base[tile];
        for (apart, states) in &self.slow {
            at += left % states * apart;
            left /= states;
        }
        at * self.row
    }

    /// Does something with each tile of an array, and a buffer of its size; returns the results in the order
    /// of the tiles.
    pub(super) fn tiles<R: Send>(
        &self,
        array: &mut [f64],
        room: &mut Vec<f64>,
        each: impl Fn(usize, &mut [&mut [f64]], &mut [f64]) -> R + Sync,
    ) -> Vec<R> {
        let rows = self.rows();
        room.resize(rows * self.row, 0.0);
        if self.base.len() == 1 && rows == 1 {
            return vec![each(0, &mut [array], room)];
        }
        let mut all: Vec<Option<&mut [f64]>> = array.chunks_exact_mut(self.row).map(Some).collect();
        let order = (0..self.base.len()).flat_map(|t| (0..rows).map(move |r| (t, r)));
        let mut sorted: Vec<&mut [f64]> =
            order.filter_map(|(tile, row)| all[self.offset(tile, row) / self.row].take()).collect();
        #[cfg(feature = "parallel")]
        if self.entries >= PARALLEL {
            let tiles = sorted.par_chunks_exact_mut(rows).enumerate().with_min_len(4);
            let buffer = || vec![0.0; rows * self.row];
            return tiles.map_init(buffer, |buffer, (tile, rows)| each(tile, rows, buffer)).collect();
        }
        let tiles = sorted.chunks_exact_mut(rows).enumerate();
        tiles.map(|(tile, rows)| each(tile, rows, room)).collect()
    }

    /// Copies the tile, or that of another array of the same shape, into the buffer.
    pub(super) fn gather(&self, tile: usize, rows: &[&mut [f64]], from: Option<&[f64]>, buffer: &mut [f64]) {
        for (at, copy) in buffer.chunks_exact_mut(self.row).enumerate() {
            match from {
                None => copy.copy_from_slice(rows[at]),
                Some(array) => copy.copy_from_slice(&array[self.offset(tile, at)..][..self.row]),
            }
        }
    }

    #[inline(always)]
    pub(super) fn apply(&self, tile: &mut [f64], way: Way) {
        for (stride, of) in &self.moves {
            match way {
                Way::Forward => of.forward(tile, *stride),
                Way::Back => of.back(tile, *stride),
            }
        }
    }
}

/// A matrix as it is applied.
enum Move<'a> {
    /// Two states: what stays in the lower, what stays in the upper, what rises.
    Two(f64, f64, f64),
    Many(&'a Matrix),
}

impl<'a> Move<'a> {
    fn new(matrix: &'a Matrix) -> Self {
        match matrix.diagonal.as_slice() {
            &[low, high] => Self::Two(low, high, matrix.forward.iter().map(|(_, _, w)| w).sum()),
            _ => Self::Many(matrix),
        }
    }

    #[inline(always)]
    fn forward(&self, tile: &mut [f64], stride: usize) {
        match self {
            Self::Two(low, high, rise) => pairs(
                tile,
                stride,
                #[inline(always)]
                |l, h| {
                    *h = *h * high + *l * rise;
                    *l *= low;
                },
            ),
            Self::Many(matrix) => {
                for rows in tile.chunks_exact_mut(stride * matrix.diagonal.len()) {
                    many_forward(rows, stride, matrix);
                }
            }
        }
    }

    #[inline(always)]
    fn back(&self, tile: &mut [f64], stride: usize) {
        match self {
            Self::Two(low, high, rise) => pairs(
                tile,
                stride,
                #[inline(always)]
                |l, h| {
                    *l = *l * low + *h * rise;
                    *h *= high;
                },
            ),
            Self::Many(matrix) => {
                for rows in tile.chunks_exact_mut(stride * matrix.diagonal.len()) {
                    many_back(rows, stride, matrix);
                }
            }
        }
    }
}

/// Does something with every two entries that lie a stride apart, in blocks of two strides.
#[inline(always)]
fn pairs(tile: &mut [f64], stride: usize, each: impl Fn(&mut f64, &mut f64)) {
    match stride {
        1 => near_pairs::<1, 16>(tile, each),
        2 => near_pairs::<2, 16>(tile, each),
        4 => near_pairs::<4, 16>(tile, each),
        _ => {
            for block in tile.chunks_exact_mut(2 * stride) {
                let (low, high) = block.split_at_mut(stride);
                low.iter_mut().zip(high).for_each(|(l, h)| each(l, h));
            }
        }
    }
}

/// Does the same for small strides, a few blocks at once, so that they fill the processor's registers.
#[inline(always)]
fn near_pairs<const STRIDE: usize, const BLOCK: usize>(tile: &mut [f64], each: impl Fn(&mut f64, &mut f64)) {
    let (blocks, rest) = tile.as_chunks_mut::<BLOCK>();
    for block in blocks {
        for pair in 0..BLOCK / 2 {
            let low = pair / STRIDE * 2 * STRIDE + pair % STRIDE;
            let (mut l, mut h) = (block[low], block[low + STRIDE]);
            each(&mut l, &mut h);
            (block[low], block[low + STRIDE]) = (l, h);
        }
    }
    for block in rest.chunks_exact_mut(2 * STRIDE) {
        let (low, high) = block.split_at_mut(STRIDE);
        low.iter_mut().zip(high).for_each(|(l, h)| each(l, h));
    }
}

/// Applies a move of many states to a row vector, in place: the target states from the last, so that what is
/// read is still old.
#[inline(always)]
fn many_forward(rows: &mut [f64], stride: usize, matrix: &Matrix) {
    let mut rises = matrix.forward.iter().peekable();
    for (to, stay) in matrix.diagonal.iter().enumerate().rev() {
        let (lower, row) = rows.split_at_mut(to * stride);
        let row = &mut row[..stride];
        scale(row, *stay);
        while let Some((from, _, weight)) = rises.next_if(|(_, target, _)| *target == to) {
            add(row, &lower[from * stride..][..stride], *weight);
        }
    }
}

/// Applies a move of many states to a column, in place: the origins from the first, for the same reason.
#[inline(always)]
fn many_back(rows: &mut [f64], stride: usize, matrix: &Matrix) {
    let mut rises = matrix.backward.iter().peekable();
    for (from, stay) in matrix.diagonal.iter().enumerate() {
        let (lower, higher) = rows.split_at_mut((from + 1) * stride);
        let row = &mut lower[from * stride..];
        scale(row, *stay);
        while let Some((_, to, weight)) = rises.next_if(|(origin, ..)| *origin == from) {
            add(row, &higher[(to - from - 1) * stride..][..stride], *weight);
        }
    }
}

#[inline(always)]
pub(super) fn scale(run: &mut [f64], factor: f64) {
    for entry in run {
        *entry *= factor;
    }
}

#[inline(always)]
pub(super) fn add(sum: &mut [f64], run: &[f64], weight: f64) {
    for (entry, other) in sum.iter_mut().zip(run) {
        *entry += weight * other;
    }
}
