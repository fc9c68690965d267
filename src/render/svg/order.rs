//! The order of what stands in columns, in which few lines cross.
//!
//! In: the columns from left to right, each in the order of the pack, and what is joined with what in the next column or in
//! its own. Out: the columns in their new order, with never more crossings than before. Sweeps to the right and to the left
//! sort each column by barycentres, the mean places of what its members are joined with in the column before (Sugiyama,
//! Tagawa and Toda 1981, "Methods for Visual Understanding of Hierarchical System Structures"). In the best order of all
//! sweeps, neighbours change places as long as that saves crossings (Gansner, Koutsofios, North and Vo 1993, "A Technique
//! for Drawing Directed Graphs"). Crossings are inversions, counted in an accumulator tree (Barth, Jünger and Mutzel 2002,
//! "Simple and Efficient Bilayer Cross Counting"). Equal barycentres keep their order; sums and fractions are of whole
//! numbers. Left out: the fewest crossings that are possible, which is NP-hard to find even between two columns.
#![expect(
    clippy::indexing_slicing,
    reason = "members are numbered from 0 over all columns, and all tables have their length; a tree has room for every place of its column"
)]

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Sweeps at most, as in Gansner et al.
const SWEEPS: usize = 24;
/// Sweeps that save nothing before they end.
const IN_VAIN: usize = 4;
/// Rounds of changing places at most.
const ROUNDS: usize = 24;

/// Puts each column in an order in which few lines cross.
pub(super) fn order<K: Ord + Copy>(columns: &[Vec<K>], joined: &[(K, K)]) -> Vec<Vec<K>> {
    let keys: Vec<K> = columns.iter().flatten().copied().collect();
    let joins = Joins::new(columns, joined);
    let mut next = 0..keys.len();
    let start = columns.iter().map(|column| next.by_ref().take(column.len()).collect()).collect();
    let mut best = Order::new(&joins, start);
    let mut least = best.crossings();
    let mut order = best.clone();
    let mut in_vain = 0;
    for sweep in 0..SWEEPS {
        if least == 0 || in_vain == IN_VAIN {
            break;
        }
        order.sweep(sweep % 2 == 0);
        let crossings = order.crossings();
        in_vain += 1;
        if crossings < least {
            (best, least, in_vain) = (order.clone(), crossings, 0);
        }
    }
    best.transpose();
    best.columns.iter().map(|column| column.iter().map(|member| keys[*member]).collect()).collect()
}

/// What each member is joined with.
#[derive(Debug)]
struct Joins {
    left: Vec<Vec<usize>>,
    right: Vec<Vec<usize>>,
    /// In its own column.
    beside: Vec<Vec<usize>>,
}

impl Joins {
    fn new<K: Ord + Copy>(columns: &[Vec<K>], joined: &[(K, K)]) -> Self {
        let each =
            columns.iter().enumerate().flat_map(|(at, column)| column.iter().map(move |key| (*key, at)));
        let known: BTreeMap<K, (usize, usize)> =
            each.enumerate().map(|(member, (key, column))| (key, (member, column))).collect();
        let none = vec![Vec::new(); known.len()];
        let mut joins = Self { left: none.clone(), right: none.clone(), beside: none };
        for (from, to) in joined {
            let (Some((from, first)), Some((to, second))) = (known.get(from), known.get(to)) else {
                continue;
            };
            if first == second {
                joins.beside[*from].push(*to);
                joins.beside[*to].push(*from);
            } else {
                joins.right[*from].push(*to);
                joins.left[*to].push(*from);
            }
        }
        joins
    }
}

/// An order of all columns.
#[derive(Debug, Clone)]
struct Order<'j> {
    joins: &'j Joins,
    columns: Vec<Vec<usize>>,
    /// Where each member stands in its column.
    places: Vec<usize>,
}

impl<'j> Order<'j> {
    fn new(joins: &'j Joins, columns: Vec<Vec<usize>>) -> Self {
        let mut order = Self { joins, places: vec![0; joins.left.len()], columns };
        for column in 0..order.columns.len() {
            order.settle(column);
        }
        order
    }

    /// Says where the members of a column stand now.
    fn settle(&mut self, column: usize) {
        for (place, member) in self.columns[column].iter().enumerate() {
            self.places[*member] = place;
        }
    }

    /// Sorts each column behind the first by the one before it, to the right or to the left.
    fn sweep(&mut self, right: bool) {
        let count = self.columns.len();
        for step in 1..count {
            let column = if right { step } else { count - 1 - step };
            let toward = if right { &self.joins.left } else { &self.joins.right };
            self.sort(column, toward);
        }
    }

    /// Sorts a column by barycentres; members without one stay where they are.
    fn sort(&mut self, column: usize, toward: &[Vec<usize>]) {
        let members = self.columns[column].iter();
        let centres: Vec<Option<Centre>> = members.map(|member| self.centre(*member, toward)).collect();
        let with = self.columns[column].iter().zip(&centres);
        let mut sorted: Vec<(Centre, usize)> =
            with.filter_map(|(member, centre)| centre.map(|centre| (centre, *member))).collect();
        sorted.sort_by(|a, b| a.0.order(b.0));
        let slots = self.columns[column].iter_mut().zip(&centres).filter(|(_, centre)| centre.is_some());
        for ((slot, _), (_, member)) in slots.zip(sorted) {
            *slot = member;
        }
        self.settle(column);
    }

    /// The barycentre of a member; where it is joined with nothing there, that of what stands beside it.
    fn centre(&self, member: usize, toward: &[Vec<usize>]) -> Option<Centre> {
        let own = Centre::of(toward[member].iter().map(|other| self.places[*other]));
        let beside = self.joins.beside[member].iter().flat_map(|other| &toward[*other]);
        own.or_else(|| Centre::of(beside.map(|other| self.places[*other])))
    }

    fn crossings(&self) -> usize {
        self.columns.windows(2).map(|pair| self.between(&pair[0], pair[1].len())).sum()
    }

    /// The crossings between a column and the next, which has so many members.
    fn between(&self, column: &[usize], next: usize) -> usize {
        let ends = column.iter().flat_map(|member| self.near(*member, &self.joins.right));
        inversions(ends, next)
    }

    /// The places of what a member is joined with on one side, sorted.
    fn near(&self, member: usize, side: &[Vec<usize>]) -> Vec<usize> {
        let mut places: Vec<usize> = side[member].iter().map(|other| self.places[*other]).collect();
        places.sort_unstable();
        places
    }

    /// Lets neighbours change places as long as that saves crossings.
    fn transpose(&mut self) {
        for _ in 0..ROUNDS {
            let mut saved = false;
            for column in 0..self.columns.len() {
                saved |= self.transpose_in(column);
            }
            if !saved {
                break;
            }
        }
    }

    /// Goes once through a column; returns whether any neighbours changed places.
    fn transpose_in(&mut self, column: usize) -> bool {
        let sides =
            |member: &usize| [&self.joins.left, &self.joins.right].map(|side| self.near(*member, side));
        let mut near: Vec<[Vec<usize>; 2]> = self.columns[column].iter().map(sides).collect();
        let mut saved = false;
        for at in 1..near.len() {
            let (upper, lower) = (&near[at - 1], &near[at]);
            let crossing =
                |a: &[Vec<usize>; 2], b: &[Vec<usize>; 2]| pairs(&a[0], &b[0]) + pairs(&a[1], &b[1]);
            if crossing(lower, upper) < crossing(upper, lower) {
                near.swap(at - 1, at);
                self.columns[column].swap(at - 1, at);
                saved = true;
            }
        }
        self.settle(column);
        saved
    }
}

/// A mean of places, as a fraction: their sum, and how many.
#[derive(Debug, Clone, Copy)]
struct Centre(usize, usize);

impl Centre {
    fn of(places: impl Iterator<Item = usize>) -> Option<Self> {
        let (sum, count) = places.fold((0, 0), |(sum, count), place| (sum + place, count + 1));
        (count > 0).then_some(Self(sum, count))
    }

    fn order(self, other: Self) -> Ordering {
        (self.0 * other.1).cmp(&(other.0 * self.1))
    }
}

/// How many lines of the upper of two neighbours cross lines of the lower one, from the sorted places where they end.
fn pairs(upper: &[usize], lower: &[usize]) -> usize {
    upper.iter().map(|end| lower.partition_point(|other| other < end)).sum()
}

/// How many pairs of places stand the wrong way round. Each place is a leaf of a tree, whose nodes count what is below them;
/// what came before a place and is greater stands below the right siblings on its way to the root.
fn inversions(places: impl Iterator<Item = usize>, count: usize) -> usize {
    let leaves = count.next_power_of_two();
    let mut tree = vec![0; 2 * leaves];
    let mut crossings = 0;
    for place in places {
        let mut node = leaves + place;
        while node > 1 {
            if node.is_multiple_of(2) {
                crossings += tree[node + 1];
            }
            tree[node] += 1;
            node /= 2;
        }
    }
    crossings
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{inversions, order, pairs};

    /// Each pair of lines, between the same two columns, that cross.
    fn crossings(columns: &[Vec<usize>], joined: &[(usize, usize)]) -> usize {
        let mut places: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for (at, column) in columns.iter().enumerate() {
            places.extend(column.iter().enumerate().map(|(place, member)| (*member, (at, place))));
        }
        let cross = |(a, b): (usize, usize), (c, d): (usize, usize)| {
            let (a, b, c, d) = (places[&a], places[&b], places[&c], places[&d]);
            a.0 != b.0 && a.0 == c.0 && b.0 == d.0 && (a.1 < c.1 && d.1 < b.1 || c.1 < a.1 && b.1 < d.1)
        };
        let pairs =
            joined.iter().enumerate().flat_map(|(at, a)| joined[at + 1..].iter().map(move |b| (*a, *b)));
        pairs.filter(|(a, b)| cross(*a, *b)).count()
    }

    /// Columns of members that are numbered throughout, and lines from each column to the next, some within one.
    fn drawings() -> impl Strategy<Value = (Vec<Vec<usize>>, Vec<(usize, usize)>)> {
        let line = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), prop::bool::weighted(0.1));
        (prop::collection::vec(1..9_usize, 1..6), prop::collection::vec(line, 0..50)).prop_map(
            |(sizes, lines)| {
                let mut next = 0..;
                let columns: Vec<Vec<usize>> =
                    sizes.iter().map(|size| next.by_ref().take(*size).collect()).collect();
                let joined = lines.into_iter().map(|(from, to, within)| {
                    let at = from.index(columns.len());
                    let other = if within { at } else { (at + 1).min(columns.len() - 1) };
                    (*from.get(&columns[at]), *to.get(&columns[other]))
                });
                let joined = joined.collect();
                (columns, joined)
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

        #[test]
        fn crossings_are_counted_as_pair_by_pair(
            ends in prop::collection::vec(prop::collection::vec(0..12_usize, 0..8), 0..12),
        ) {
            let sorted = |ends: &Vec<usize>| { let mut ends = ends.clone(); ends.sort_unstable(); ends };
            let ends: Vec<Vec<usize>> = ends.iter().map(sorted).collect();
            let columns = [(100..100 + ends.len()).collect(), (0..12).collect()];
            let each = ends.iter().enumerate();
            let joined: Vec<(usize, usize)> =
                each.flat_map(|(from, ends)| ends.iter().map(move |to| (100 + from, *to))).collect();
            let expected = crossings(&columns, &joined);
            prop_assert_eq!(inversions(ends.concat().into_iter(), 12), expected);
            let above = |at: usize| ends[..at].iter().map(|upper| pairs(upper, &ends[at])).sum::<usize>();
            prop_assert_eq!((0..ends.len()).map(above).sum::<usize>(), expected);
        }

        #[test]
        fn no_order_crosses_more_than_the_one_at_the_start((columns, joined) in drawings()) {
            let found = order(&columns, &joined);
            prop_assert!(crossings(&found, &joined) <= crossings(&columns, &joined));
            let sorted = found.iter().map(|column| { let mut column = column.clone(); column.sort_unstable(); column });
            prop_assert_eq!(sorted.collect::<Vec<_>>(), columns);
        }

        #[test]
        fn the_order_in_which_lines_are_listed_makes_no_difference((columns, joined) in drawings()) {
            let turned: Vec<(usize, usize)> = joined.iter().rev().copied().collect();
            prop_assert_eq!(order(&columns, &joined), order(&columns, &turned));
        }
    }

    #[test]
    fn what_can_be_drawn_without_crossings_is() {
        // Two trees, the members of each column the wrong way round.
        let columns = [vec![0, 1], vec![2, 3, 4, 5], vec![6, 7, 8, 9, 10]];
        let joined = [(0, 4), (0, 5), (1, 2), (1, 3), (2, 10), (3, 9), (4, 7), (4, 8), (5, 6)];
        assert!(crossings(&columns, &joined) > 0);
        let found = order(&columns, &joined);
        assert_eq!(crossings(&found, &joined), 0, "{found:?}");
    }

    #[test]
    fn without_lines_the_order_of_the_pack_stays() {
        let columns = [vec![3, 1], vec![], vec![2, 0]];
        assert_eq!(order(&columns, &[]), columns);
    }

    #[test]
    fn what_is_joined_only_in_its_own_column_stands_near() {
        let columns = [vec![0, 1, 2], vec![3, 4, 5, 6]];
        let joined = [(0, 6), (1, 5), (2, 4), (3, 4)];
        assert_eq!(order(&columns, &joined), [vec![0, 1, 2], vec![6, 5, 3, 4]]);
    }
}
