//! In which order the causes of a component are eliminated, what that costs, and how much is kept.
//!
//! In: what is left of the factors. Out: a [`Plan`], a pure function of the network. An axis is open from the
//! first cause that touches it to the last; the array has as many entries as the open axes have combinations
//! of states. The cost of an order is C = Σ entries · (axes touched + 2), in entries, one way.
//!
//! The order is one of the *axes*, by when they close: the causes that touch the next axis to close are
//! eliminated one after the other, those that open least first, each behind the causes that lead to it.
//! Greedy first (what leaves the smallest array closes next), then a local search that moves single axes
//! (pseudo-random numbers from a fixed seed), which ends when it has taken about a third of the time that the
//! order itself would. What is kept for the way back is balanced: the array at the start of each segment, and
//! those within one segment at a time (Griewank 1992 for two levels).
#![expect(
    clippy::indexing_slicing,
    reason = "the search looks at many thousand orders: causes and axes are numbered from 0 within the component, and all tables have their length"
)]

use std::collections::{BTreeMap, BTreeSet};

use crate::infer::factors::{Elimination, count};
use crate::infer::reduce::Reduced;

/// The eliminations of a component.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    /// One a cause, in order.
    pub(super) stages: Vec<Stage>,
    /// Where the segments of the way back begin.
    pub(super) segments: Vec<usize>,
    /// The entries of the array at each elimination, times the axes touched and two, one way.
    pub(super) cost: f64,
    /// Entries of the largest array.
    pub(super) largest: f64,
    /// Entries in memory at once.
    pub(super) entries: f64,
}

/// The elimination of one cause.
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

/// Plans a component, in the best order that a short search finds; the search is no longer than is worth it
/// where the component could be summed in another way at the cost `otherwise` gives for an order.
pub(super) fn plan(reduced: &Reduced, component: &[usize], otherwise: impl Fn(&[usize]) -> f64) -> Plan {
    let graph = Hypergraph::new(reduced, component);
    let mut search = Search { graph: &graph, state: State::default() };
    let greedy = search.greedy();
    let closing = search.improved(greedy, |order| {
        let named: Vec<usize> = order.iter().filter_map(|at| component.get(*at)).copied().collect();
        otherwise(&named)
    });
    let order = search.order(&closing);
    graph.plan(&order)
}

/// Returns what planning a component takes, in the unit in which plans count: the greedy order looks at every
/// axis for each axis (measured).
pub(super) fn planning(reduced: &Reduced, component: &[usize]) -> f64 {
    let touched: Vec<usize> = component
        .iter()
        .filter_map(|cause| reduced.eliminations.get(*cause))
        .flat_map(Elimination::touches)
        .collect();
    let axes: BTreeSet<usize> = touched.iter().copied().collect();
    8.0 * count(axes.len()) * count(touched.len())
}

/// Returns the causes of a component in an order in which whatever leads to a cause comes before it.
pub(super) fn in_order(reduced: &Reduced, component: &[usize]) -> Vec<usize> {
    let graph = Hypergraph::new(reduced, component);
    let mut search = Search { graph: &graph, state: State::default() };
    search.order(&[]).into_iter().map(|at| component[at]).collect()
}

/// Plans an order that is given, whatever the components.
pub(super) fn along(reduced: &Reduced, order: &[usize]) -> Plan {
    let graph = Hypergraph::new(reduced, order);
    graph.plan(&(0..order.len()).collect::<Vec<usize>>())
}

/// The causes and axes of a component, numbered anew: each cause is a hyperedge over the axes that it
/// touches.
struct Hypergraph<'a> {
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

impl<'a> Hypergraph<'a> {
    /// Numbers the causes, and the axes that they touch, from 0.
    fn new(reduced: &Reduced, causes: &'a [usize]) -> Self {
        let elimination = |cause: &usize| reduced.eliminations.get(*cause);
        let mut axes: Vec<usize> =
            causes.iter().filter_map(elimination).flat_map(Elimination::touches).collect();
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
            causes.iter().filter_map(elimination).map(|v| named(&mut v.touches(), &axis_at)).collect();
        let parents = causes
            .iter()
            .filter_map(elimination)
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

    /// Returns the stages of an order, and what they come to.
    fn plan(&self, order: &[usize]) -> Plan {
        // For each axis, how many causes have yet to touch it: it closes when there is none.
        let mut left: Vec<usize> = self.touched_by.iter().map(Vec::len).collect();
        let mut open = vec![false; self.axes.len()];
        // The open axes, the fastest first. Those that open go behind all others, so that the array grows
        // without being moved.
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

/// Returns where segments begin, so that their first arrays and the arrays within the largest of them take
/// little together; and what they take.
fn keep(sizes: &[f64]) -> (Vec<usize>, f64) {
    let total: f64 = sizes.iter().sum();
    let largest = sizes.iter().copied().fold(1.0, f64::max);
    // s segments of equal sums keep about s · largest at their starts and total / s within one: least at s =
    // √(total / largest), where a segment holds √(total · largest).
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

/// So many entries, 2 MiB, are kept in one segment even where fewer would be balanced.
const SMALL: f64 = 262_144.0;

/// A run over an order, without an array: what it has come to so far.
#[derive(Debug, Clone, Default)]
struct State {
    /// For each cause, whether it is eliminated.
    eliminated: Vec<bool>,
    /// For each axis, whether it was opened.
    open: Vec<bool>,
    /// For each axis, how many causes have yet to touch it.
    left: Vec<usize>,
    /// Entries of the array.
    entries: f64,
    /// Σ entries · (axes touched + 2).
    cost: f64,
}

/// The search for an order.
struct Search<'a> {
    graph: &'a Hypergraph<'a>,
    state: State,
}

/// Orders that cost less are not worth a search.
const CHEAP: f64 = 4_000.0;
/// Trying an order takes about as long for each axis of a cause as so many entries of an array (measured).
const TRIAL: f64 = 12.0;

impl Search<'_> {
    /// Returns the state before the first elimination.
    fn start(&self) -> State {
        State {
            eliminated: vec![false; self.graph.causes.len()],
            open: vec![false; self.graph.axes.len()],
            left: self.graph.touched_by.iter().map(Vec::len).collect(),
            entries: 1.0,
            cost: 0.0,
        }
    }

    /// Returns the axes by when they close, always the one next that lets the array grow least.
    fn greedy(&mut self) -> Vec<usize> {
        self.state = self.start();
        let mut closing = Vec::new();
        let mut left: Vec<usize> = (0..self.graph.axes.len()).collect();
        // The order of the causes is made again from that of the axes.
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

    /// Returns by how much the array grows if an axis is closed next.
    fn growth(&self, axis: usize) -> f64 {
        let waiting = || self.graph.touched_by[axis].iter().filter(|cause| !self.state.eliminated[**cause]);
        let mut opened: Vec<usize> = waiting()
            .flat_map(|cause| self.graph.touches[*cause].iter().copied())
            .filter(|axis| !self.state.open[*axis])
            .collect();
        opened.sort_unstable();
        opened.dedup();
        let grown: f64 = opened.iter().map(|axis| self.graph.states[*axis]).product();
        let causes = count(waiting().count());
        // What it grows to; among equals, how many causes are eliminated at that size: there are far fewer
        // than 4096, so this never outweighs a factor of two.
        grown * (1.0 + causes / 4096.0)
    }

    /// Eliminates what touches an axis; the causes are added in their order.
    fn close(&mut self, axis: usize, order: &mut Vec<usize>) {
        let mut waiting: Vec<(f64, usize)> = self.graph.touched_by[axis]
            .iter()
            .filter(|cause| !self.state.eliminated[**cause])
            .map(|cause| (self.opening(*cause), *cause))
            .collect();
        waiting.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (_, cause) in waiting {
            self.elimination(cause, order);
        }
    }

    /// Returns by what factor an elimination would let the array grow.
    fn opening(&self, cause: usize) -> f64 {
        let closed = self.graph.touches[cause].iter().filter(|axis| !self.state.open[**axis]);
        closed.map(|axis| self.graph.states[*axis]).product()
    }

    /// Eliminates a cause, those that lead to it before.
    fn elimination(&mut self, cause: usize, order: &mut Vec<usize>) {
        // Depth first, on a stack of its own: chains of effects may be long.
        let mut todo = vec![cause];
        while let Some(&next) = todo.last() {
            let before = todo.len();
            todo.extend(self.graph.parents[next].iter().filter(|p| !self.state.eliminated[**p]));
            if todo.len() > before {
                continue;
            }
            todo.pop();
            if !std::mem::replace(&mut self.state.eliminated[next], true) {
                self.count(next);
                order.push(next);
            }
        }
    }

    /// Counts what the elimination of a cause costs.
    fn count(&mut self, cause: usize) {
        let state = &mut self.state;
        let touches = &self.graph.touches[cause];
        for &axis in touches {
            if !std::mem::replace(&mut state.open[axis], true) {
                state.entries *= self.graph.states[axis];
            }
        }
        state.cost += state.entries * (count(touches.len()) + 2.0);
        for &axis in touches {
            state.left[axis] -= 1;
            if state.left[axis] == 0 {
                state.entries /= self.graph.states[axis];
            }
        }
    }

    /// Returns the order of the causes for an order of the axes.
    fn order(&mut self, closing: &[usize]) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.graph.causes.len());
        self.state = self.start();
        for &axis in closing {
            self.close(axis, &mut order);
        }
        // Causes that touch nothing.
        for cause in 0..self.graph.causes.len() {
            self.elimination(cause, &mut order);
        }
        order
    }

    /// Returns what an order of the axes costs.
    fn cost(&mut self, closing: &[usize]) -> f64 {
        self.order(closing);
        self.state.cost
    }

    /// Moves single axes to other places, as long as that pays; a move that costs the same is kept, so that
    /// plateaus are crossed.
    fn improved(&mut self, mut closing: Vec<usize>, otherwise: impl Fn(&[usize]) -> f64) -> Vec<usize> {
        let order = self.order(&closing);
        let mut least = self.state.cost;
        if least <= CHEAP || closing.len() < 2 {
            return closing;
        }
        let otherwise = otherwise(&order);
        let trial = TRIAL * self.graph.touches.iter().map(|t| count(t.len()) + 4.0).sum::<f64>();
        let (mut spent, mut random) = (0.0, Random(0x9E37_79B9_7F4A_7C15));
        let mut idle = 0;
        // At most a third of what the sum costs, so that planning never outweighs what it saves; the budget of
        // the search is counted in the same unit and not in seconds, so the plan is the same on every machine.
        while least > CHEAP
            && closing.len() > 1
            && spent < least.min(otherwise) / 3.0
            && idle < 40 * closing.len()
        {
            let (from, to) = (random.below(closing.len()), random.below(closing.len()));
            if from == to {
                continue;
            }
            spent += trial;
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
    /// Returns the next number below a bound.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap_or(0) % bound.max(1)
    }
}
