//! The sum over all states of a component, and every part of it, over all sets of its causes.
//!
//! In: a component of the factors. Out: what the frontier gives, its sum and how much of that each state of a
//! cause and of an axis has. Where the causes are given, the axes are independent: each is its opening, moved
//! by the causes that are there, times its closing. So a few causes under very many findings, whose frontier
//! would be as wide as the findings are many, cost 2^causes times the findings. Contexts that causes read are
//! chosen first, and the causes one after the other, depth first (conditioning, Pearl 1988); an axis closes
//! behind the last cause that touches it, and a set whose beginning cannot be is not gone through.
//!
//! Every product keeps an exponent of its own, so neither the number of findings nor how far apart sets lie
//! makes any of them vanish. Only sums and products of non-negative numbers.
//!
//! Left out: an axis that causes move and more than one reads; the language makes none.
#![expect(
    clippy::indexing_slicing,
    reason = "the hot loop: causes, axes and offsets are numbered while the component is laid out"
)]

use std::collections::{BTreeMap, BTreeSet};

use crate::infer::automaton::Matrix;
use crate::infer::factors::{Scaled, Sum, count, shifted};
use crate::infer::reduce::{Masses, Reduced};

/// How a component is gone through.
#[derive(Debug, Clone)]
pub(super) struct Enumeration {
    /// The contexts that are chosen first.
    chosen: Vec<usize>,
    stages: Vec<Stage>,
    /// Entries that are open at the beginning, and what they are.
    beginning: Vec<f64>,
    /// Entries that are computed, in the unit in which a plan counts.
    pub(super) cost: f64,
}

/// One cause, absent and present.
#[derive(Debug, Clone)]
struct Stage {
    cause: usize,
    /// For each context that it reads: its place among the chosen, and how far apart its states lie.
    reads: Vec<(usize, usize)>,
    /// Where the axes lie that it moves, with what it does to them.
    moves: Vec<(Slot, Matrix)>,
    /// The axis that it reads and that other causes have moved, with how far apart its states lie.
    led: Option<(Slot, usize)>,
    /// The other axes that it is the last to touch.
    closes: Vec<Slot>,
    /// Entries that stay open behind it: those that close lie last.
    open: usize,
}

/// Where an axis lies among the open entries.
#[derive(Debug, Clone, Copy)]
struct Slot {
    axis: usize,
    from: usize,
    states: usize,
    /// Whether there is a row for each state that it may have opened with, and not only one that the opening
    /// has become: what was folded into the axis wants to know.
    by_start: bool,
}

impl Slot {
    fn rows(&self) -> usize {
        if self.by_start { self.states } else { 1 }
    }
}

/// Components of more causes are never gone through like this.
const MOST_CAUSES: usize = 26;

impl Enumeration {
    /// Lays a component out, its causes in an order in which whatever leads to a cause comes before it; none
    /// where they are too many.
    pub(super) fn new(reduced: &Reduced, order: &[usize]) -> Option<Self> {
        if order.len() > MOST_CAUSES {
            return None;
        }
        let causes = || order.iter().filter_map(|cause| reduced.eliminations.get(*cause));
        let moved: BTreeSet<usize> = causes().flat_map(|v| v.moves.iter().map(|(axis, _)| *axis)).collect();
        let read: BTreeSet<usize> = causes().flat_map(|v| v.reads.iter().copied()).collect();
        let chosen: Vec<usize> = read.difference(&moved).copied().collect();
        let mut last: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, axis) in causes().enumerate().flat_map(|(at, v)| v.touches().map(move |axis| (at, axis))) {
            last.insert(axis, at);
        }
        let folded = reduced.folded_into();
        // Those that close last lie first, so that what stays open is always the beginning of what was.
        let mut axes: Vec<usize> = moved.into_iter().collect();
        axes.sort_by_key(|axis| (std::cmp::Reverse(last.get(axis).copied()), *axis));
        let (mut slots, mut beginning) = (BTreeMap::new(), Vec::new());
        for axis in axes {
            let init = &reduced.axes[axis].init;
            let (from, states) = (beginning.len(), init.len());
            let by_start = folded.contains(&axis);
            if by_start {
                let unit = |row: usize| (0..states).map(move |state| f64::from(u8::from(state == row)));
                beginning.extend((0..states).flat_map(unit));
            } else {
                beginning.extend(init);
            }
            slots.insert(axis, Slot { axis, from, states, by_start });
        }
        let mut enumeration = Self { chosen, stages: Vec::new(), beginning, cost: 0.0 };
        for (at, cause) in order.iter().enumerate() {
            let stage = enumeration.stage(reduced, *cause, &slots, |axis| last.get(&axis) == Some(&at))?;
            enumeration.stages.push(stage);
        }
        enumeration.cost = enumeration.price(reduced);
        Some(enumeration)
    }

    /// Lays one cause out; none where what it reads is not to be had.
    fn stage(
        &self,
        reduced: &Reduced,
        cause: usize,
        slots: &BTreeMap<usize, Slot>,
        closes: impl Fn(usize) -> bool,
    ) -> Option<Stage> {
        let elimination = reduced.eliminations.get(cause)?;
        let (mut reads, mut led, mut stride) = (Vec::new(), None, 1);
        for axis in &elimination.reads {
            match (self.chosen.binary_search(axis), slots.get(axis)) {
                (Ok(place), _) => reads.push((place, stride)),
                (_, Some(slot)) if led.is_none() && closes(*axis) => led = Some((*slot, stride)),
                _ => return None,
            }
            stride *= reduced.axes.get(*axis)?.init.len();
        }
        let closing = |slot: &&Slot| closes(slot.axis) && led.is_none_or(|(led, _)| led.axis != slot.axis);
        let entries = |slot: &Slot| slot.rows() * slot.states;
        let before = self.stages.last().map_or(self.beginning.len(), |stage| stage.open);
        let closed: usize = slots.values().filter(|slot| closes(slot.axis)).map(entries).sum();
        Some(Stage {
            cause,
            reads,
            moves: elimination
                .moves
                .iter()
                .map(|(axis, m)| Some((*slots.get(axis)?, m.clone())))
                .collect::<Option<_>>()?,
            led,
            closes: slots.values().filter(closing).copied().collect(),
            open: before - closed,
        })
    }

    /// Returns what going through all sets of so many causes takes at least; infinite where it is never done.
    pub(super) fn least(causes: usize) -> f64 {
        let depth = i32::try_from(causes).ok().filter(|_| causes <= MOST_CAUSES);
        depth.map_or(f64::INFINITY, |depth| libm::scalbn(NODE, depth))
    }

    /// Returns how many entries are computed: each is copied or moved once for each state of its cause.
    fn price(&self, reduced: &Reduced) -> f64 {
        let states = |axis: &usize| count(reduced.axes.get(*axis).map_or(1, |a| a.init.len()));
        let choices: f64 = self.chosen.iter().map(states).product();
        let (mut nodes, mut before, mut sum) = (1.0, self.beginning.len(), 0.0);
        for stage in &self.stages {
            nodes *= 2.0;
            sum += nodes * (count(before) + NODE);
            before = stage.open;
        }
        choices * sum
    }

    /// Returns how many entries are open at once.
    pub(super) fn open(&self) -> f64 {
        count(self.beginning.len())
    }

    /// Returns the entries in memory at once: what is open before each cause.
    pub(super) fn entries(&self) -> f64 {
        self.open() * count(self.stages.len() + 1)
    }

    /// Sums the component; puts how much of it each state has into the masses, where they are asked for.
    pub(super) fn run(&self, reduced: &Reduced, masses: Option<&mut Masses>) -> Sum {
        let sizes: Vec<usize> = self.chosen.iter().map(|axis| reduced.axes[*axis].init.len()).collect();
        let buffers = std::iter::once(self.beginning.clone())
            .chain(self.stages.iter().map(|_| vec![0.0; self.beginning.len()]));
        let mut walk = Walk {
            reduced,
            stages: &self.stages,
            buffers: buffers.collect(),
            choice: vec![0; self.chosen.len()],
            wanted: masses.is_some(),
            causes: BTreeMap::new(),
            axes: BTreeMap::new(),
        };
        let mut sum = Total::default();
        for index in 0..sizes.iter().product::<usize>() {
            let (mut left, mut weight) = (index, Scaled::ONE);
            for ((slot, axis), size) in walk.choice.iter_mut().zip(&self.chosen).zip(&sizes) {
                *slot = left % size;
                left /= size;
                let own = &reduced.axes[*axis];
                weight = weight.times(own.init[*slot] * own.last[*slot]);
            }
            let part = walk.from(0, weight);
            sum.add(part);
            for (place, axis) in self.chosen.iter().enumerate() {
                let state = walk.choice[place];
                walk.axes.entry(*axis).or_insert_with(|| vec![Total::default(); sizes[place]])[state]
                    .add(part);
            }
        }
        if let Some(masses) = masses {
            for (cause, (absent, present)) in &walk.causes {
                let both = in_proportion(&[&absent[..], &present[..]].concat());
                let (absent, present) = both.split_at(absent.len());
                masses.causes[*cause] = (absent.to_vec(), present.to_vec());
            }
            for (axis, states) in &walk.axes {
                masses.axes[*axis] = in_proportion(states);
            }
        }
        Sum { value: sum.0.value, exponent: sum.0.exponent, lossy: false }
    }
}

/// What else a node takes, in entries: measured.
const NODE: f64 = 12.0;

/// A sum of numbers that each have an exponent.
#[derive(Debug, Clone, Copy)]
struct Total(Scaled);

impl Default for Total {
    fn default() -> Self {
        Self(Scaled { value: 0.0, exponent: 0 })
    }
}

impl Total {
    fn add(&mut self, part: Scaled) {
        if part.value <= 0.0 {
            return;
        }
        if self.0.value <= 0.0 {
            self.0 = part;
            return;
        }
        let exponent = self.0.exponent.max(part.exponent);
        let at = |number: Scaled| shifted(number.value, number.exponent - exponent);
        self.0 = Scaled { value: at(self.0) + at(part), exponent }.times(1.0);
    }
}

/// Returns sums in one unit.
fn in_proportion(sums: &[Total]) -> Vec<f64> {
    let exponent = sums.iter().filter(|sum| sum.0.value > 0.0).map(|sum| sum.0.exponent).max().unwrap_or(0);
    sums.iter().map(|sum| shifted(sum.0.value, sum.0.exponent - exponent)).collect()
}

/// The way through all sets.
struct Walk<'a> {
    reduced: &'a Reduced,
    stages: &'a [Stage],
    /// The open entries before each stage.
    buffers: Vec<Vec<f64>>,
    /// The states of the contexts.
    choice: Vec<usize>,
    /// Whether masses are asked for.
    wanted: bool,
    /// For each cause, how much there is of it absent and present, by the states of what it reads.
    causes: BTreeMap<usize, (Vec<Total>, Vec<Total>)>,
    /// For each axis, how much there is of each state that it opened with.
    axes: BTreeMap<usize, Vec<Total>>,
}

impl Walk<'_> {
    /// Returns what all sets come to that begin with what was chosen so far, which weighs so much.
    fn from(&mut self, depth: usize, weight: Scaled) -> Scaled {
        let stages = self.stages;
        let Some(stage) = stages.get(depth) else { return weight };
        if weight.value <= 0.0 {
            return weight;
        }
        let mut sum = Total::default();
        for present in [false, true] {
            sum.add(self.with(depth, stage, present, weight));
        }
        sum.0
    }

    /// Returns the same with one more cause, absent or present.
    fn with(&mut self, depth: usize, stage: &Stage, present: bool, weight: Scaled) -> Scaled {
        let reduced = self.reduced;
        let elimination = &reduced.eliminations[stage.cause];
        let table = if present { &elimination.present } else { &elimination.absent };
        let at: usize = stage.reads.iter().map(|(place, stride)| self.choice[*place] * stride).sum();
        let open = self.open_before(depth);
        let (before, after) = self.buffers.split_at_mut(depth + 1);
        let (before, after) = (&before[depth][..open], &mut after[0][..open]);
        after.copy_from_slice(before);
        if present {
            for (slot, matrix) in &stage.moves {
                for row in 0..slot.rows() {
                    let from = slot.from + row * slot.states;
                    forward(matrix, &mut after[from..from + slot.states]);
                }
            }
        }
        let after = &*after;
        let mut weight = weight;
        // What is read of an axis that others have moved: the weights close it.
        let led = stage.led.map(|(slot, stride)| {
            let own = &reduced.axes[slot.axis];
            let counts: Vec<f64> = (0..slot.states).map(|s| own.last[s] * table[at + s * stride]).collect();
            let parts = by_end(slot, &own.init, after, &counts);
            (slot, stride, counts, parts)
        });
        weight = match &led {
            Some((.., parts)) => weight.times(parts.iter().sum()),
            None => weight.times(table[at]),
        };
        // The exponent is taken out now and then: a few axes do not come to less than 1e-300.
        let mut product = 1.0;
        for slot in &stage.closes {
            let own = &reduced.axes[slot.axis];
            product *= closed(*slot, &own.init, after, &own.last);
            if product < 1e-200 {
                weight = weight.times(product);
                product = 1.0;
            }
        }
        weight = weight.times(product);
        let mut openings: Vec<(Slot, Vec<f64>)> = Vec::new();
        if self.wanted && weight.value > 0.0 {
            let closes = stage.closes.iter().map(|slot| (*slot, &reduced.axes[slot.axis].last));
            let led = led.iter().map(|(slot, _, counts, _)| (*slot, counts));
            for (slot, counts) in closes.chain(led).filter(|(slot, _)| slot.by_start) {
                openings.push((slot, by_start(slot, &reduced.axes[slot.axis].init, after, counts)));
            }
        }
        let sum = self.from(depth + 1, weight);
        if self.wanted && sum.value > 0.0 {
            for (slot, parts) in openings {
                let totals =
                    self.axes.entry(slot.axis).or_insert_with(|| vec![Total::default(); slot.states]);
                spread(totals, 0, 1, sum, &parts);
            }
            let states = elimination.absent.len();
            let fresh = || (vec![Total::default(); states], vec![Total::default(); states]);
            let (absent, here) = self.causes.entry(stage.cause).or_insert_with(fresh);
            let totals = if present { here } else { absent };
            match led {
                Some((_, stride, _, parts)) => spread(totals, at, stride, sum, &parts),
                None => totals[at].add(sum),
            }
        }
        sum
    }

    fn open_before(&self, depth: usize) -> usize {
        match depth.checked_sub(1) {
            Some(before) => self.stages[before].open,
            None => self.buffers[0].len(),
        }
    }
}

/// Adds a sum to totals that lie a stride apart, in proportion to its parts.
fn spread(totals: &mut [Total], at: usize, stride: usize, sum: Scaled, parts: &[f64]) {
    let all: f64 = parts.iter().sum();
    for (state, part) in parts.iter().enumerate().filter(|(_, part)| **part > 0.0) {
        totals[at + state * stride].add(sum.times(part / all));
    }
}

/// Moves a row in place: the target states from the last, so that what is read is still old.
fn forward(matrix: &Matrix, row: &mut [f64]) {
    let mut rises = matrix.forward.iter().peekable();
    for to in (0..row.len()).rev() {
        let mut entry = row[to] * matrix.diagonal[to];
        while let Some((from, _, weight)) = rises.next_if(|(_, target, _)| *target == to) {
            entry += weight * row[*from];
        }
        row[to] = entry;
    }
}

/// Returns what an axis has come to.
fn closed(slot: Slot, init: &[f64], open: &[f64], last: &[f64]) -> f64 {
    if !slot.by_start {
        return open[slot.from..slot.from + slot.states].iter().zip(last).map(|(v, l)| v * l).sum();
    }
    by_start(slot, init, open, last).iter().sum()
}

/// Returns what an axis has come to, by the state that it opened with.
fn by_start(slot: Slot, init: &[f64], open: &[f64], last: &[f64]) -> Vec<f64> {
    let rows = open[slot.from..slot.from + slot.rows() * slot.states].chunks_exact(slot.states);
    rows.zip(init).map(|(row, start)| start * row.iter().zip(last).map(|(v, l)| v * l).sum::<f64>()).collect()
}

/// Returns what an axis has come to, by the state that it ends in.
fn by_end(slot: Slot, init: &[f64], open: &[f64], last: &[f64]) -> Vec<f64> {
    let row = |row: usize| &open[slot.from + row * slot.states..][..slot.states];
    let entry = |state: usize| -> f64 {
        if slot.by_start { (0..slot.states).map(|r| init[r] * row(r)[state]).sum() } else { row(0)[state] }
    };
    (0..slot.states).map(|state| entry(state) * last[state]).collect()
}
