//! The heights at which things in columns stand, in an order that is given.
//!
//! In: the columns from left to right, each from top to bottom, and what is joined with what in the next column. Out: the
//! height of the middle of each. Sweeps to the right and to the left bring every column as near as possible, by least
//! squares, to the middles of what its members are joined with, where nothing may come nearer to its neighbour than the
//! room between them: isotonic regression by pooling adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman 1955), the
//! room taken off before. Lines over several columns pull harder, so that they run straight (as in Gansner, Koutsofios,
//! North and Vo 1993).

use std::collections::BTreeMap;

/// Between boxes above each other.
const BETWEEN_BOXES: f64 = 12.0;
/// Between a box and a line that passes it.
const BETWEEN_BOTH: f64 = 10.0;
/// Between lines above each other that pass a column.
const BETWEEN_LINES: f64 = 7.0;
/// How hard lines pull: between two boxes, a box and a gap, two gaps.
const PULLS: [f64; 3] = [1.0, 2.0, 8.0];
/// There and back again; what moves after that is less than a line's thickness.
const SWEEPS: usize = 40;

/// Something in a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot<K> {
    /// What it is.
    pub(super) key: K,
    /// How high it is; nothing where only a line passes.
    pub(super) height: Option<f64>,
}

impl<K> Slot<K> {
    fn half(&self) -> f64 {
        self.height.unwrap_or_default() / 2.0
    }
}

/// The height of the middle of each.
pub(super) fn heights<K: Ord + Copy>(columns: &[Vec<Slot<K>>], joined: &[(K, K)]) -> BTreeMap<K, f64> {
    let gaps: BTreeMap<K, bool> = columns.iter().flatten().map(|s| (s.key, s.height.is_none())).collect();
    let mut pulls: BTreeMap<K, Vec<(K, f64)>> = BTreeMap::new();
    for (a, b) in joined {
        let both = [a, b].into_iter().filter(|key| gaps.get(key) == Some(&true)).count();
        let pull = PULLS.get(both).copied().unwrap_or(1.0);
        pulls.entry(*a).or_default().push((*b, pull));
        pulls.entry(*b).or_default().push((*a, pull));
    }
    let mut middles: BTreeMap<K, f64> = BTreeMap::new();
    for column in columns {
        middles.extend(stacked(column));
    }
    for _ in 0..SWEEPS {
        for column in columns.iter().chain(columns.iter().rev()) {
            let settled = settled(column, &pulls, &middles);
            middles.extend(settled);
        }
    }
    middles
}

/// One above the other, the middle of all at 0.
fn stacked<K: Copy>(column: &[Slot<K>]) -> Vec<(K, f64)> {
    let offsets = offsets(column);
    let middle = offsets.last().copied().unwrap_or_default() / 2.0;
    column.iter().zip(offsets).map(|(slot, offset)| (slot.key, offset - middle)).collect()
}

/// How far below the first each stands at least.
fn offsets<K>(column: &[Slot<K>]) -> Vec<f64> {
    let mut offset = 0.0;
    let mut before: Option<&Slot<K>> = None;
    let mut offsets = Vec::with_capacity(column.len());
    for slot in column {
        if let Some(before) = before {
            offset += before.half() + slot.half() + between(before, slot);
        }
        offsets.push(offset);
        before = Some(slot);
    }
    offsets
}

fn between<K>(a: &Slot<K>, b: &Slot<K>) -> f64 {
    match (a.height, b.height) {
        (Some(_), Some(_)) => BETWEEN_BOXES,
        (None, None) => BETWEEN_LINES,
        _ => BETWEEN_BOTH,
    }
}

/// A column as near to what it is joined with as its order allows.
fn settled<K: Ord + Copy>(
    column: &[Slot<K>],
    pulls: &BTreeMap<K, Vec<(K, f64)>>,
    middles: &BTreeMap<K, f64>,
) -> Vec<(K, f64)> {
    let offsets = offsets(column);
    let wished = column.iter().zip(&offsets).map(|(slot, offset)| {
        let (sum, weight) = wish(slot.key, pulls, middles);
        (sum / weight - offset, weight)
    });
    let pooled = pooled(wished);
    column.iter().zip(pooled).zip(offsets).map(|((slot, at), offset)| (slot.key, at + offset)).collect()
}

/// The weighted sum of where something would stand, and its weight; what is joined with nothing hardly wants to move.
fn wish<K: Ord + Copy>(key: K, pulls: &BTreeMap<K, Vec<(K, f64)>>, middles: &BTreeMap<K, f64>) -> (f64, f64) {
    const STAYING: f64 = 0.02;
    let own = middles.get(&key).copied().unwrap_or_default();
    let mut sum = (own * STAYING, STAYING);
    for (other, pull) in pulls.get(&key).into_iter().flatten() {
        let at = middles.get(other).copied().unwrap_or_default();
        sum = (sum.0 + at * pull, sum.1 + pull);
    }
    sum
}

/// The values that never fall and are nearest to the wished ones, by least squares.
fn pooled(wished: impl Iterator<Item = (f64, f64)>) -> Vec<f64> {
    // Blocks of equal values: the value, its weight, how many.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for (value, weight) in wished {
        let mut block = (value, weight, 1);
        while let Some(before) = blocks.pop_if(|before| before.0 > block.0) {
            let weight = before.1 + block.1;
            block = ((before.0 * before.1 + block.0 * block.1) / weight, weight, before.2 + block.2);
        }
        blocks.push(block);
    }
    blocks.into_iter().flat_map(|(value, _, count)| std::iter::repeat_n(value, count)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Slot, heights, pooled};

    #[test]
    fn values_that_would_fall_are_pooled() {
        let wished = [(1.0, 1.0), (5.0, 1.0), (3.0, 3.0), (4.0, 1.0), (0.0, 4.0)];
        assert_eq!(pooled(wished.into_iter()), [1.0, 2.0, 2.0, 2.0, 2.0]);
    }

    #[test]
    fn nothing_comes_nearer_than_its_room_and_what_is_joined_is_level() {
        let slot = |key, height| Slot { key, height };
        let left = vec![slot(0, Some(40.0)), slot(1, Some(40.0)), slot(2, Some(40.0))];
        let right = vec![slot(3, None), slot(4, Some(60.0))];
        let found = heights(&[left, right], &[(0, 3), (2, 4)]);
        assert!(found[&1] - found[&0] >= 51.9 && found[&2] - found[&1] >= 51.9, "{found:?}");
        assert!((found[&2] - found[&4]).abs() < 1.0 && (found[&0] - found[&3]).abs() < 1.0, "{found:?}");
    }
}
