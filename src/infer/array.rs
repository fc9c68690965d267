//! The array of the frontier: one number for each combination of states of the open axes, the first axis
//! fastest.
//!
//! An elimination is `v ← absent·v + present·(M₁ ⊗ … ⊗ Mₙ)·v`. An array that does not fit the first cache is
//! taken in *tiles*: rows of neighbouring entries, one for each combination of states of a few slow axes.
//! Within a tile all moves of the fast axes and of those slow ones are applied while it is in the cache, so
//! an array is read and written once for every few axes and not once for each. Tiles are independent, and go
//! to as many threads as there are; sums are formed tile by tile and put together in the order of the tiles,
//! so the number of threads changes no bit. Entries are computed one by one in the same way whatever the
//! width of the processor's registers, which are chosen when the program runs (`pulp`).
//!
//! Sums: eight lanes within a tile, compensated (Neumaier 1974) over tiles.
#![expect(
    clippy::indexing_slicing,
    reason = "the hot loops: every index is below a length that the shape of the array fixes, and tiles are cut from it"
)]
#![expect(
    clippy::inline_always,
    reason = "what is compiled for the registers that are found when the program runs must be part of what is dispatched"
)]

use crate::infer::factors::is_lost;
pub(super) use crate::infer::tile::{Act, Shape};
use crate::infer::tile::{Cut, TILE, Way, add, scale, vectorised};

/// Room that need not be taken anew for each elimination; what is in it does not matter.
#[derive(Debug, Default)]
pub(super) struct Room {
    moved: Vec<f64>,
    tile: Vec<f64>,
}

/// Eliminates one cause on the way forward.
pub(super) fn forward(shape: &Shape, act: &Act, array: &mut [f64], room: &mut Room) {
    let cut = Cut::new(shape, act);
    let moved = cut.all_but_last(array, Way::Forward, &mut room.moved, &mut room.tile);
    let last = cut.last();
    let reads = Reads::new(shape, act);
    last.tiles(array, &mut room.tile, |tile, rows, buffer| {
        last.gather(tile, rows, moved, buffer);
        vectorised(
            #[inline(always)]
            || {
                last.apply(buffer, Way::Forward);
                for (at, (row, moved)) in rows.iter_mut().zip(buffer.chunks_exact(last.row)).enumerate() {
                    reads.each(
                        last.offset(tile, at),
                        last.row,
                        #[inline(always)]
                        |range, state| {
                            combine(
                                &mut row[range.clone()],
                                &moved[range],
                                act.absent[state],
                                act.present[state],
                            );
                        },
                    );
                }
            },
        );
    });
}

/// How much there is of a cause, absent and present, by the states of what it reads.
pub(super) type Mass = (Vec<f64>, Vec<f64>);

/// Goes back across one elimination: `ahead` becomes what lies ahead from before it; `here` is the array
/// before it. Returns how much there is of the cause in both together.
pub(super) fn backward(shape: &Shape, act: &Act, here: &[f64], ahead: &mut [f64], room: &mut Room) -> Mass {
    let cut = Cut::new(shape, act);
    let moved = cut.all_but_last(ahead, Way::Back, &mut room.moved, &mut room.tile);
    let last = cut.last();
    let reads = Reads::new(shape, act);
    let states = act.absent.len();
    let parts = last.tiles(ahead, &mut room.tile, |tile, rows, buffer| {
        last.gather(tile, rows, moved, buffer);
        let mut sums = vec![0.0; 2 * states];
        vectorised(
            #[inline(always)]
            || {
                last.apply(buffer, Way::Back);
                for (at, (row, moved)) in rows.iter_mut().zip(buffer.chunks_exact(last.row)).enumerate() {
                    let offset = last.offset(tile, at);
                    reads.each(
                        offset,
                        last.row,
                        #[inline(always)]
                        |range, state| {
                            let before = &here[offset + range.start..offset + range.end];
                            let (absent, present) = (act.absent[state], act.present[state]);
                            let (off, on) =
                                combined(before, &mut row[range.clone()], &moved[range], absent, present);
                            sums[state] += off;
                            sums[states + state] += on;
                        },
                    );
                }
            },
        );
        sums
    });
    let mut sums = vec![Sum::default(); 2 * states];
    for part in &parts {
        sums.iter_mut().zip(part).for_each(|(sum, p)| sum.add(*p));
    }
    let (absent, present) = sums.split_at(states);
    (absent.iter().map(Sum::value).collect(), present.iter().map(Sum::value).collect())
}

/// Returns what two arrays come to together, for each state of an axis.
pub(super) fn by_state(shape: &Shape, place: usize, here: &[f64], ahead: &[f64]) -> Vec<f64> {
    let (stride, states) = (shape.stride(place), shape.0[place]);
    let mut sums = vec![Sum::default(); states];
    for (at, (a, b)) in here.chunks(stride).zip(ahead.chunks(stride)).enumerate() {
        for (a, b) in a.chunks(TILE).zip(b.chunks(TILE)) {
            let mut part = 0.0;
            vectorised(
                #[inline(always)]
                || part = dot(a, b),
            );
            sums[at % states].add(part);
        }
    }
    sums.iter().map(Sum::value).collect()
}

/// Opens one more axis behind all others.
pub(super) fn open(array: &mut Vec<f64>, init: &[f64]) {
    let entries = array.len();
    let [lowest, higher @ ..] = init else { return };
    array.resize(entries * init.len(), 0.0);
    let (own, others) = array.split_at_mut(entries);
    vectorised(
        #[inline(always)]
        || {
            for (row, weight) in others.chunks_exact_mut(entries).zip(higher) {
                row.iter_mut().zip(&*own).for_each(|(new, old)| *new = old * weight);
            }
            scale(own, *lowest);
        },
    );
}

/// Sums the last axis out by what its states open with: the way back across [`open`].
pub(super) fn unopen(array: &mut Vec<f64>, init: &[f64]) {
    let entries = array.len() / init.len().max(1);
    let (lowest, higher) = array.split_at_mut(entries);
    vectorised(
        #[inline(always)]
        || {
            scale(lowest, init.first().copied().unwrap_or(0.0));
            for (row, weight) in higher.chunks_exact(entries).zip(init.iter().skip(1)) {
                add(lowest, row, *weight);
            }
        },
    );
    array.truncate(entries);
}

/// Sums an axis out by what its states count in the end.
pub(super) fn close(shape: &Shape, place: usize, array: &[f64], last: &[f64], narrow: &mut Vec<f64>) {
    let stride = shape.stride(place);
    narrow.clear();
    for block in array.chunks_exact(stride * last.len()) {
        let from = narrow.len();
        match last.iter().position(|w| *w != 0.0) {
            Some(only) if last.iter().filter(|w| **w != 0.0).count() == 1 => {
                narrow.extend(block[only * stride..][..stride].iter().map(|entry| entry * last[only]));
            }
            _ => {
                narrow.resize(from + stride, 0.0);
                for (row, weight) in block.chunks_exact(stride).zip(last) {
                    add(&mut narrow[from..], row, *weight);
                }
            }
        }
    }
}

/// Goes back across [`close`]; the shape is that with the axis.
pub(super) fn reopen(shape: &Shape, place: usize, array: &[f64], last: &[f64], wide: &mut Vec<f64>) {
    wide.clear();
    for row in array.chunks_exact(shape.stride(place)) {
        for weight in last {
            wide.extend(row.iter().map(|entry| entry * weight));
        }
    }
}

/// Brings the largest entry near 1 if it is far from it; returns the exponent of two that was taken out, and
/// whether entries lie so far apart that the smaller may be lost.
pub(super) fn rescale(array: &mut [f64]) -> (i64, bool) {
    let mut ends = (0.0, f64::INFINITY);
    vectorised(
        #[inline(always)]
        || ends = least_and_largest(array),
    );
    let (most, least) = ends;
    let lossy = is_lost(least / most);
    let (_, exponent) = libm::frexp(most);
    if most == 0.0 || exponent.abs() < 32 {
        return (0, lossy);
    }
    let exponent = exponent.clamp(-1000, 1000);
    scale(array, libm::scalbn(1.0, -exponent));
    (i64::from(exponent), lossy)
}

/// Returns the largest entry, and the least above 0.
#[inline(always)]
fn least_and_largest(array: &[f64]) -> (f64, f64) {
    let (mut most, mut least) = ([0.0_f64; 8], [f64::INFINITY; 8]);
    let (chunks, rest) = array.as_chunks::<8>();
    for chunk in chunks {
        for lane in 0..8 {
            let entry = chunk[lane];
            most[lane] = if entry > most[lane] { entry } else { most[lane] };
            least[lane] = if entry > 0.0 && entry < least[lane] { entry } else { least[lane] };
        }
    }
    let positive = rest.iter().copied().filter(|entry| *entry > 0.0);
    (
        most.iter().chain(rest).copied().fold(0.0, f64::max),
        least.iter().copied().chain(positive).fold(f64::INFINITY, f64::min),
    )
}

/// Which weights count where.
struct Reads {
    /// How far apart the states of each axis that is read lie, and how many they are.
    axes: Vec<(usize, usize)>,
    /// The smallest of those strides.
    run: usize,
}

impl Reads {
    fn new(shape: &Shape, act: &Act) -> Self {
        let axes: Vec<_> = act.reads.iter().map(|place| (shape.stride(*place), shape.0[*place])).collect();
        let run = axes.iter().map(|(stride, _)| *stride).min().unwrap_or(usize::MAX);
        Self { axes, run }
    }

    /// Does something with each run of a row that counts alike, and the state of what is read.
    #[inline(always)]
    fn each(&self, offset: usize, row: usize, mut run: impl FnMut(std::ops::Range<usize>, usize)) {
        let step = self.run.min(row);
        for from in (0..row).step_by(step) {
            let (mut state, mut radix) = (0, 1);
            for (stride, states) in &self.axes {
                state += (offset + from) / stride % states * radix;
                radix *= states;
            }
            run(from..from + step, state);
        }
    }
}

#[inline(always)]
fn combine(row: &mut [f64], moved: &[f64], absent: f64, present: f64) {
    for (entry, moved) in row.iter_mut().zip(moved) {
        *entry = absent * *entry + present * moved;
    }
}

/// Does the same on the way back; returns how much there is of the cause absent and present.
#[inline(always)]
fn combined(here: &[f64], row: &mut [f64], moved: &[f64], absent: f64, present: f64) -> (f64, f64) {
    let (mut off, mut on) = ([0.0; 8], [0.0; 8]);
    let (heres, here) = here.as_chunks::<8>();
    let (rows, row) = row.as_chunks_mut::<8>();
    let (moveds, moved) = moved.as_chunks::<8>();
    for ((here, row), moved) in heres.iter().zip(rows).zip(moveds) {
        for lane in 0..8 {
            let (a, p) = (absent * row[lane], present * moved[lane]);
            off[lane] += here[lane] * a;
            on[lane] += here[lane] * p;
            row[lane] = a + p;
        }
    }
    for (lane, ((here, row), moved)) in here.iter().zip(row).zip(moved).enumerate() {
        let (a, p) = (absent * *row, present * moved);
        off[lane] += here * a;
        on[lane] += here * p;
        *row = a + p;
    }
    (across(off), across(on))
}

#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (chunks, a) = a.as_chunks::<8>();
    let (others, b) = b.as_chunks::<8>();
    for (a, b) in chunks.iter().zip(others) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    a.iter().zip(b).zip(&mut sums).for_each(|((a, b), sum)| *sum += a * b);
    across(sums)
}

#[inline(always)]
fn across(s: [f64; 8]) -> f64 {
    ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]))
}

/// A sum that keeps what plain addition would round away.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    pub(super) fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.lost +=
            if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
    }

    pub(super) fn value(&self) -> f64 {
        self.sum + self.lost
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Act, Mass, Room, Shape, Sum, backward, forward};
    use crate::infer::automaton::Matrix;

    fn state(shape: &Shape, entry: usize, place: usize) -> usize {
        entry / shape.stride(place) % shape.0[place]
    }

    /// Entry by entry: where the present cause moves what is there.
    fn moved(shape: &Shape, act: &Act, array: &[f64], back: bool) -> Vec<f64> {
        let mut array = array.to_vec();
        for (place, matrix) in &act.moves {
            let mut next: Vec<f64> = array
                .iter()
                .enumerate()
                .map(|(at, v)| v * matrix.diagonal[state(shape, at, *place)])
                .collect();
            for &(from, to, weight) in &matrix.forward {
                for entry in (0..array.len()).filter(|at| state(shape, *at, *place) == from) {
                    let higher = entry + (to - from) * shape.stride(*place);
                    let (source, target) = if back { (higher, entry) } else { (entry, higher) };
                    next[target] += weight * array[source];
                }
            }
            array = next;
        }
        array
    }

    fn read(shape: &Shape, act: &Act, entry: usize) -> usize {
        let radix = |(at, radix): (usize, usize), place: &usize| {
            (at + state(shape, entry, *place) * radix, radix * shape.0[*place])
        };
        act.reads.iter().fold((0, 1), radix).0
    }

    fn forward_plainly(shape: &Shape, act: &Act, array: &[f64]) -> Vec<f64> {
        let moved = moved(shape, act, array, false);
        let of = |at: usize| (act.absent[read(shape, act, at)], act.present[read(shape, act, at)]);
        (0..array.len()).map(|at| of(at).0 * array[at] + of(at).1 * moved[at]).collect()
    }

    fn backward_plainly(shape: &Shape, act: &Act, here: &[f64], ahead: &[f64]) -> (Vec<f64>, Mass) {
        let weighed = |weights: &[f64], array: &[f64]| -> Vec<f64> {
            (0..array.len()).map(|at| weights[read(shape, act, at)] * array[at]).collect()
        };
        // What is read does not move, so weighing comes before or after.
        let (off, on) = (weighed(act.absent, ahead), weighed(act.present, &moved(shape, act, ahead, true)));
        let sums = |array: &[f64]| {
            let mut sums = vec![Sum::default(); act.absent.len()];
            array.iter().zip(here).enumerate().for_each(|(at, (a, h))| sums[read(shape, act, at)].add(a * h));
            sums.iter().map(Sum::value).collect::<Vec<f64>>()
        };
        let masses = (sums(&off), sums(&on));
        (off.iter().zip(&on).map(|(a, b)| a + b).collect(), masses)
    }

    fn matrix(states: usize) -> impl Strategy<Value = Matrix> {
        let pairs: Vec<(usize, usize)> =
            (0..states).flat_map(|to| (0..to).map(move |from| (from, to))).collect();
        let rises = prop::collection::vec(0.0..1.0, pairs.len());
        (prop::collection::vec(0.0..1.0, states), rises).prop_map(move |(diagonal, rises)| {
            Matrix::new(diagonal, pairs.iter().zip(rises).map(|(&(from, to), w)| (from, to, w)))
        })
    }

    /// Shapes on both sides of a tile, what is moved and what is read.
    fn elimination() -> impl Strategy<Value = (Shape, Vec<(usize, Matrix)>, Vec<usize>, u64)> {
        let states =
            prop::collection::vec(prop_oneof![5 => Just(2_usize), 1 => Just(3), 1 => Just(5)], 1..15);
        states.prop_filter("fits a test", |s| s.iter().product::<usize>() <= 70_000).prop_flat_map(|states| {
            let places: Vec<usize> = (0..states.len()).collect();
            let order = prop::sample::subsequence(places.clone(), 0..=places.len()).prop_shuffle();
            let sizes = states.clone();
            (order, 0_usize..3, any::<u64>()).prop_flat_map(move |(order, reads, seed)| {
                let (reads, moved) = order.split_at(reads.min(order.len()));
                let moves: Vec<_> = moved.iter().map(|place| (Just(*place), matrix(sizes[*place]))).collect();
                (Just(Shape(sizes.clone())), moves, Just(reads.to_vec()), Just(seed))
            })
        })
    }

    fn numbers(count: usize, seed: u64) -> Vec<f64> {
        let mut random = crate::infer::order::Random(seed | 1);
        (0..count).map(|_| f64::from(u32::try_from(random.below(1 << 20)).unwrap()) / 1_048_576.0).collect()
    }

    fn near(a: &[f64], b: &[f64]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(x, y)| (x - y).abs() <= 1e-12 * y.abs().max(1e-200))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn tiles_are_the_whole_array((shape, moves, reads, seed) in elimination()) {
            let entries = shape.entries();
            let states: usize = reads.iter().map(|place| shape.0[*place]).product();
            let (absent, present) = (numbers(states, seed ^ 1), numbers(states, seed ^ 2));
            let moves = moves.iter().map(|(place, matrix)| (*place, matrix)).collect();
            let act = Act { reads, absent: &absent, present: &present, moves };
            let (array, ahead) = (numbers(entries, seed ^ 3), numbers(entries, seed ^ 4));
            let mut there = array.clone();
            forward(&shape, &act, &mut there, &mut Room::default());
            prop_assert!(near(&there, &forward_plainly(&shape, &act, &array)));
            let mut back = ahead.clone();
            let mass = backward(&shape, &act, &array, &mut back, &mut Room::default());
            let (plain, plain_mass) = backward_plainly(&shape, &act, &array, &ahead);
            prop_assert!(near(&back, &plain));
            prop_assert!(near(&mass.0, &plain_mass.0) && near(&mass.1, &plain_mass.1));
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let shape = Shape(vec![2; 16]);
        let matrix = Matrix::new(vec![0.3, 1.0], [(0, 1, 0.7)]);
        let moves = [0, 5, 9, 12, 13, 15].iter().map(|place| (*place, &matrix)).collect();
        let act = Act { reads: Vec::new(), absent: &[0.9], present: &[0.1], moves };
        let (array, ahead) = (numbers(shape.entries(), 1), numbers(shape.entries(), 2));
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let (mut there, mut back) = (array.clone(), ahead.clone());
                forward(&shape, &act, &mut there, &mut Room::default());
                let mass = backward(&shape, &act, &array, &mut back, &mut Room::default());
                [there, back, mass.0, mass.1].concat().iter().map(|v| v.to_bits()).collect::<Vec<u64>>()
            })
        };
        let one = run(1);
        assert!([2, 3, 7].iter().all(|threads| run(*threads) == one));
    }
}
