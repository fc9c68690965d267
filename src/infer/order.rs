//! In which order the causes of a component are visited, what that costs, and how much is kept.
//!
//! In: what is left of the factors. Out: a [`Plan`], a pure function of the network. An axis is open from the first cause that
//! touches it to the last; the array has as many entries as the open axes have combinations of states. The cost of an order
//! is C = Σ entries · (axes touched + 2), in entries, one way.
//!
//! The order is one of the *axes*, by when they close: the causes that touch the next axis to close are visited one after the
//! other, those that open least first, each behind the causes that lead to it. Greedy first (what leaves the smallest array
//! closes next), then a local search that moves single axes (pseudo-random numbers from a fixed seed), which ends when it
//! has taken about a third of the time that the order itself would. What is kept for the way back is balanced: the array at
//! the start of each segment, and those within one segment at a time (Griewank 1992 for two levels).
#![expect(
    clippy::indexing_slicing,
    reason = "the search looks at many thousand orders: causes and axes are numbered from 0 within the component, and all tables have their length"
)]

use std::collections::BTreeMap;

use crate::infer::factors::{Visit, count};
use crate::infer::reduce::Reduced;

/// The visits of a component.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    /// One a cause, in order.
    pub(super) stages: Vec<Stage>,
    /// Where the segments of the way back begin.
    pub(super) segments: Vec<usize>,
    /// Entries visited, times the axes touched and two, one way.
    pub(super) cost: f64,
    /// Entries of the largest array.
    pub(super) largest: f64,
    /// Entries in memory at once.
    pub(super) entries: f64,
}

/// The visit of one cause.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stage {
    /// Which cause.
    pub(super) cause: usize,
    /// The axes of the array before it, the fastest first.
    pub(super) before: Vec<usize>,
    /// The axes that open for it, behind the others.
    pub(super) opens: Vec<usize>,
    /// The axes that close after it.
    pub(super) closes: Vec<usize>,
}

/// Plans a component.
pub(super) fn plan(reduced: &Reduced, component: &[usize]) -> Plan {
    let board = Board::new(reduced, component);
    let mut search = Search { board: &board, state: State::default() };
    let greedy = search.greedy();
    let closing = search.improved(greedy);
    let order = search.order(&closing);
    board.plan(&order)
}

/// The plan of an order that is given, whatever the components.
pub(super) fn along(reduced: &Reduced, order: &[usize]) -> Plan {
    let board = Board::new(reduced, order);
    board.plan(&(0..order.len()).collect::<Vec<usize>>())
}

/// The causes and axes of a component, numbered anew.
struct Board<'a> {
    causes: &'a [usize],
    axes: Vec<usize>,
    states: Vec<f64>,
    /// For each cause, the axes that it touches.
    touches: Vec<Vec<usize>>,
    /// For each axis, the causes that touch it.
    touched_by: Vec<Vec<usize>>,
    /// For each cause, those that lead to it.
    parents: Vec<Vec<usize>>,
}

impl<'a> Board<'a> {
    fn new(reduced: &Reduced, causes: &'a [usize]) -> Self {
        let visit = |cause: &usize| reduced.visits.get(*cause);
        let mut axes: Vec<usize> = causes.iter().filter_map(visit).flat_map(Visit::touches).collect();
        axes.sort_unstable();
        axes.dedup();
        let axis_at: BTreeMap<usize, usize> = axes.iter().enumerate().map(|(at, axis)| (*axis, at)).collect();
        let cause_at: BTreeMap<usize, usize> = causes.iter().enumerate().map(|(at, c)| (*c, at)).collect();
        let named = |names: &mut dyn Iterator<Item = usize>, at: &BTreeMap<usize, usize>| {
            let mut named: Vec<usize> = names.filter_map(|name| at.get(&name).copied()).collect();
            named.sort_unstable();
            named.dedup();
            named
        };
        let touches: Vec<Vec<usize>> =
            causes.iter().filter_map(visit).map(|v| named(&mut v.touches(), &axis_at)).collect();
        let parents = causes
            .iter()
            .filter_map(visit)
            .map(|v| named(&mut v.parents.iter().copied(), &cause_at))
            .collect();
        let mut touched_by = vec![Vec::new(); axes.len()];
        for (cause, axis) in touches.iter().enumerate().flat_map(|(c, t)| t.iter().map(move |a| (c, *a))) {
            touched_by[axis].push(cause);
        }
        let states =
            axes.iter().map(|axis| count(reduced.axes.get(*axis).map_or(1, |a| a.init.len()))).collect();
        Self { causes, axes, states, touches, touched_by, parents }
    }

    /// The stages of an order, and what they come to.
    fn plan(&self, order: &[usize]) -> Plan {
        let mut left: Vec<usize> = self.touched_by.iter().map(Vec::len).collect();
        let mut open = vec![false; self.axes.len()];
        let mut layout: Vec<usize> = Vec::new();
        let mut plan =
            Plan { stages: Vec::new(), segments: Vec::new(), cost: 0.0, largest: 1.0, entries: 0.0 };
        let mut sizes = Vec::new();
        for &cause in order {
            let before = layout.clone();
            let opens: Vec<usize> = self.touches[cause]
                .iter()
                .copied()
                .filter(|axis| !std::mem::replace(&mut open[*axis], true))
                .collect();
            layout.extend(&opens);
            let entries: f64 = layout.iter().map(|axis| self.states[*axis]).product();
            for &axis in &self.touches[cause] {
                left[axis] -= 1;
            }
            let closes: Vec<usize> = layout.iter().copied().filter(|axis| left[*axis] == 0).collect();
            layout.retain(|axis| left[*axis] > 0);
            plan.cost += entries * (count(self.touches[cause].len()) + 2.0);
            plan.largest = plan.largest.max(entries);
            sizes.push(before.iter().map(|axis| self.states[*axis]).product());
            let named = |axes: Vec<usize>| axes.into_iter().map(|axis| self.axes[axis]).collect();
            plan.stages.push(Stage {
                cause: self.causes[cause],
                before: named(before),
                opens: named(opens),
                closes: named(closes),
            });
        }
        let kept = keep(&sizes);
        // Beside what is kept: the array, what it becomes, its moved copy, and the other way's array.
        plan.entries = kept.1 + 4.0 * plan.largest;
        plan.segments = kept.0;
        plan
    }
}

/// Where segments begin, so that their first arrays and the largest of them take the least together; and what they take.
fn keep(sizes: &[f64]) -> (Vec<usize>, f64) {
    let total: f64 = sizes.iter().sum();
    let largest = sizes.iter().copied().fold(1.0, f64::max);
    let most = libm::sqrt(total * largest).max(SMALL);
    let mut segments = Vec::new();
    let (mut inside, mut widest, mut starts) = (f64::INFINITY, 0.0_f64, 0.0);
    for (at, size) in sizes.iter().enumerate() {
        if inside + size > most {
            segments.push(at);
            starts += size;
            inside = 0.0;
        }
        inside += size;
        widest = widest.max(inside);
    }
    (segments, starts + widest)
}

/// So many entries are kept without a second thought.
const SMALL: f64 = 262_144.0;

/// A run over an order: which causes are visited, how many causes are left for each axis.
#[derive(Debug, Clone, Default)]
struct State {
    visited: Vec<bool>,
    open: Vec<bool>,
    left: Vec<usize>,
    entries: f64,
    cost: f64,
}

struct Search<'a> {
    board: &'a Board<'a>,
    state: State,
}

/// Cheaper orders are not worth a search.
const CHEAP: f64 = 4_000.0;
/// One look at a cause in an order takes about as long as so many entries of an array.
const LOOK: f64 = 12.0;

impl Search<'_> {
    fn start(&self) -> State {
        State {
            visited: vec![false; self.board.causes.len()],
            open: vec![false; self.board.axes.len()],
            left: self.board.touched_by.iter().map(Vec::len).collect(),
            entries: 1.0,
            cost: 0.0,
        }
    }

    /// The axes by when they close: always the one that costs least and leaves the smallest array.
    fn greedy(&mut self) -> Vec<usize> {
        self.state = self.start();
        let mut closing = Vec::new();
        let mut left: Vec<usize> = (0..self.board.axes.len()).collect();
        let mut ignored = Vec::new();
        while !left.is_empty() {
            left.retain(|axis| self.state.left[*axis] > 0);
            let price = |axis: &usize| (self.growth(*axis), *axis);
            let Some((_, axis)) =
                left.iter().map(price).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            else {
                break;
            };
            self.close(axis, &mut ignored);
            closing.push(axis);
        }
        closing
    }

    /// By how much the array grows if an axis is closed next.
    fn growth(&self, axis: usize) -> f64 {
        let waiting = || self.board.touched_by[axis].iter().filter(|cause| !self.state.visited[**cause]);
        let mut opened: Vec<usize> = waiting()
            .flat_map(|cause| self.board.touches[*cause].iter().copied())
            .filter(|axis| !self.state.open[*axis])
            .collect();
        opened.sort_unstable();
        opened.dedup();
        let grown: f64 = opened.iter().map(|axis| self.board.states[*axis]).product();
        let causes = count(waiting().count());
        // What it grows to, then how many causes are visited at that size.
        grown * (1.0 + causes / 4096.0)
    }

    /// Visits what touches an axis; the causes are added in their order.
    fn close(&mut self, axis: usize, order: &mut Vec<usize>) {
        let mut waiting: Vec<(f64, usize)> = self.board.touched_by[axis]
            .iter()
            .filter(|cause| !self.state.visited[**cause])
            .map(|cause| (self.opening(*cause), *cause))
            .collect();
        waiting.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (_, cause) in waiting {
            self.visit(cause, order);
        }
    }

    /// By what factor a visit would let the array grow.
    fn opening(&self, cause: usize) -> f64 {
        let closed = self.board.touches[cause].iter().filter(|axis| !self.state.open[**axis]);
        closed.map(|axis| self.board.states[*axis]).product()
    }

    /// Visits a cause, those that lead to it before.
    fn visit(&mut self, cause: usize, order: &mut Vec<usize>) {
        let mut todo = vec![cause];
        while let Some(&next) = todo.last() {
            let before = todo.len();
            todo.extend(self.board.parents[next].iter().filter(|p| !self.state.visited[**p]));
            if todo.len() > before {
                continue;
            }
            todo.pop();
            if !std::mem::replace(&mut self.state.visited[next], true) {
                self.count(next);
                order.push(next);
            }
        }
    }

    fn count(&mut self, cause: usize) {
        let state = &mut self.state;
        let touches = &self.board.touches[cause];
        for &axis in touches {
            if !std::mem::replace(&mut state.open[axis], true) {
                state.entries *= self.board.states[axis];
            }
        }
        state.cost += state.entries * (count(touches.len()) + 2.0);
        for &axis in touches {
            state.left[axis] -= 1;
            if state.left[axis] == 0 {
                state.entries /= self.board.states[axis];
            }
        }
    }

    /// The order of the causes for an order of the axes.
    fn order(&mut self, closing: &[usize]) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.board.causes.len());
        self.state = self.start();
        for &axis in closing {
            self.close(axis, &mut order);
        }
        for cause in 0..self.board.causes.len() {
            self.visit(cause, &mut order);
        }
        order
    }

    fn cost(&mut self, closing: &[usize]) -> f64 {
        self.order(closing);
        self.state.cost
    }

    /// Moves single axes, as long as that pays.
    fn improved(&mut self, mut closing: Vec<usize>) -> Vec<usize> {
        let mut least = self.cost(&closing);
        let look = LOOK * self.board.touches.iter().map(|t| count(t.len()) + 4.0).sum::<f64>();
        let (mut spent, mut random) = (0.0, Random(0x9E37_79B9_7F4A_7C15));
        let mut idle = 0;
        while least > CHEAP && closing.len() > 1 && spent < least / 3.0 && idle < 40 * closing.len() {
            let (from, to) = (random.below(closing.len()), random.below(closing.len()));
            if from == to {
                continue;
            }
            spent += look;
            let axis = closing.remove(from);
            closing.insert(to, axis);
            let cost = self.cost(&closing);
            if cost <= least {
                idle = if cost < least { 0 } else { idle + 1 };
                least = cost;
            } else {
                idle += 1;
                let axis = closing.remove(to);
                closing.insert(from, axis);
            }
        }
        closing
    }
}

/// Pseudo-random numbers (xorshift64*, Marsaglia 2003 and Vigna 2016), the same in every run.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap_or(0) % bound.max(1)
    }
}
