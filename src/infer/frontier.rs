//! A network as axes of one array, and the order in which its causes are visited.
//!
//! Everything that waits for a later cause is an axis of a few states: a finding's automaton, an unknown context (its
//! values), a led-to cause (nothing leads to it so far, or something does), and the ticket (nothing listed is still
//! there so far, or something is). An axis opens at the first cause that touches it and closes at its last, so only the
//! frontier is carried: variable elimination over a decomposed noisy-OR (Heckerman & Breese 1996, Díez 1993). What one
//! cause alone touches, or none, is a number and no axis.
//!
//! The order is greedy: among the causes whose parents are done, the one that leaves the fewest states. Cost and memory
//! are known before anything runs.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::infer::automaton::{Automaton, Matrix};
use crate::infer::finding::automata;
use crate::infer::network::{Cause, Context, Network};

/// A number with an exponent of its own: products of many chances stay above zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scaled {
    /// From 1/2 to 1, or 0.
    pub(super) value: f64,
    /// Of two.
    pub(super) exponent: i64,
}

impl Scaled {
    const ONE: Scaled = Scaled { value: 1.0, exponent: 0 };

    /// The product.
    pub(super) fn times(self, factor: f64) -> Self {
        let (value, exponent) = libm::frexp(self.value * factor);
        Self { value, exponent: self.exponent + i64::from(exponent) }
    }
}

/// A number times two to some power.
pub(super) fn shifted(value: f64, exponent: i64) -> f64 {
    libm::scalbn(value, i32::try_from(exponent.clamp(-5000, 5000)).unwrap_or(0))
}

/// Something that waits for a later cause.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    /// How much of each state there is when it opens.
    pub(super) init: Vec<f64>,
    /// How much each state counts when it closes.
    pub(super) last: Vec<f64>,
    /// The context whose possible values it carries.
    pub(super) context: Option<usize>,
}

/// What a cause does: absent, it weighs; present, it weighs and moves.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Visit {
    /// The axes whose states its weights depend on.
    pub(super) reads: Vec<usize>,
    /// By the states of those axes, the first fastest.
    pub(super) absent: Vec<f64>,
    /// Likewise.
    pub(super) present: Vec<f64>,
    /// The axes that it moves where it is present.
    pub(super) moves: Vec<(usize, Matrix)>,
    /// The causes that must be visited before.
    parents: Vec<usize>,
}

impl Visit {
    fn touches(&self) -> impl Iterator<Item = usize> + '_ {
        self.reads.iter().copied().chain(self.moves.iter().map(|(axis, _)| *axis))
    }

    fn is_never_present(&self) -> bool {
        self.present.iter().all(|w| *w == 0.0)
    }
}

/// A network as axes and visits, quiet or loud.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Frontier {
    /// The axes; the last is the ticket.
    pub(super) axes: Vec<Axis>,
    /// One a cause.
    pub(super) visits: Vec<Visit>,
    /// The factor that nothing waits for.
    pub(super) constant: Scaled,
}

/// The network's frontier; `loud`: with the backgrounds of a loud unlisted cause.
pub(super) fn frontier(network: &Network, loud: bool) -> Frontier {
    let mut build = Build { axes: Vec::new(), constant: Scaled::ONE };
    let contexts = build.contexts(network);
    let parents = parents(network);
    let led: Vec<Option<usize>> = parents.iter().map(|p| build.led_to(p)).collect();
    let mut factors = build.findings(network, loud);
    for (cause, parents) in parents.iter().enumerate() {
        for &(parent, chance) in parents {
            if let (Some(axis), Some(factor)) = (led.get(cause).copied().flatten(), factors.get_mut(parent)) {
                factor.moves.push((axis, two_states(1.0 - chance, chance)));
            }
        }
    }
    let ticket = build.open(vec![1.0, 0.0], vec![0.0, 1.0], None);
    let mut visits = Vec::with_capacity(network.causes.len());
    for (((cause, factor), led), parents) in network.causes.iter().zip(factors).zip(led).zip(parents) {
        let parents = parents.into_iter().map(|(parent, _)| parent).collect();
        visits.push(build.visit(network, &contexts, cause, led, Factor { parents, ..factor }));
    }
    build.fold(&mut visits);
    for (visit, cause) in visits.iter_mut().zip(&network.causes) {
        visit.moves.push((ticket, two_states(cause.cured, 1.0 - cause.cured)));
    }
    Frontier { axes: build.axes, visits, constant: build.constant }
}

/// From the first state to itself or to the second, which nothing leaves.
fn two_states(stays: f64, rises: f64) -> Matrix {
    Matrix::new(vec![stays, 1.0], [(0, 1, rises)])
}

/// What a cause does where it is present: a number, and its moves; and what must come before it.
struct Factor {
    present: Scaled,
    parents: Vec<usize>,
    moves: Vec<(usize, Matrix)>,
}

struct Build {
    axes: Vec<Axis>,
    constant: Scaled,
}

impl Build {
    fn open(&mut self, init: Vec<f64>, last: Vec<f64>, context: Option<usize>) -> usize {
        self.axes.push(Axis { init, last, context });
        self.axes.len() - 1
    }

    /// An axis for each context that is read and unknown; the others are numbers.
    fn contexts(&mut self, network: &Network) -> Vec<Option<usize>> {
        let read: BTreeSet<usize> = network.causes.iter().flat_map(|c| &c.prior.scope).copied().collect();
        let axis = |(index, context): (usize, &Context)| {
            let rates = possible(context).filter_map(|v| context.rates.get(v).copied()).collect::<Vec<f64>>();
            if read.contains(&index) && rates.len() > 1 {
                return Some(self.open(rates.clone(), vec![1.0; rates.len()], Some(index)));
            }
            self.constant = self.constant.times(rates.iter().sum());
            None
        };
        network.contexts.iter().enumerate().map(axis).collect()
    }

    fn led_to(&mut self, parents: &[(usize, f64)]) -> Option<usize> {
        (!parents.is_empty()).then(|| self.open(vec![1.0, 0.0], vec![1.0, 1.0], None))
    }

    fn findings(&mut self, network: &Network, loud: bool) -> Vec<Factor> {
        let nothing = || Factor { present: Scaled::ONE, parents: Vec::new(), moves: Vec::new() };
        let mut factors: Vec<Factor> = network.causes.iter().map(|_| nothing()).collect();
        for automaton in network.findings.iter().flat_map(|finding| automata(finding, loud)) {
            self.add(automaton, &mut factors);
        }
        factors
    }

    /// An automaton as an axis, as far as more than numbers is left of it.
    fn add(&mut self, automaton: Automaton, factors: &mut [Factor]) {
        let Automaton { init, moves, last } = automaton;
        let axis = self.open(init, last, None);
        for (cause, matrix) in moves {
            let Some(factor) = factors.get_mut(cause) else { continue };
            match matrix.scalar() {
                Some(number) => factor.present = factor.present.times(number),
                None => factor.moves.push((axis, matrix)),
            }
        }
    }

    /// The weights of a cause by its contexts and by whether something leads to it, and its moves.
    fn visit(
        &mut self,
        network: &Network,
        contexts: &[Option<usize>],
        cause: &Cause,
        led: Option<usize>,
        factor: Factor,
    ) -> Visit {
        let unknown = cause.prior.scope.iter().filter_map(|c| contexts.get(*c).copied().flatten());
        let reads: Vec<usize> = unknown.chain(led).collect();
        let priors = priors(network, cause);
        let alone = (priors.iter().map(|p| 1.0 - p), priors.iter().copied());
        // Where its own prior is 0, what leads to it is silent.
        let led_to =
            (priors.iter().map(|p| f64::from(*p == 0.0)), priors.iter().map(|p| f64::from(*p > 0.0)));
        let both = led.is_some();
        let mut absent: Vec<f64> = alone.0.chain(led_to.0.filter(|_| both)).collect();
        let mut present: Vec<f64> = alone.1.chain(led_to.1.filter(|_| both)).collect();
        match cause.known {
            Some(true) => absent.iter_mut().for_each(|w| *w = 0.0),
            Some(false) => present.iter_mut().for_each(|w| *w = 0.0),
            None => {}
        }
        let visit = Visit { reads, absent, present, moves: factor.moves, parents: factor.parents };
        let (visit, exponent) = weighed(visit, Scaled::ONE, factor.present);
        self.constant.exponent += exponent;
        visit
    }

    /// What one cause alone moves becomes a number of that cause, what none touches a number.
    fn fold(&mut self, visits: &mut [Visit]) {
        let ticket = self.axes.len() - 1;
        for visit in visits.iter_mut().filter(|visit| visit.is_never_present()) {
            visit.moves.clear();
        }
        let mut touched = vec![0_usize; self.axes.len()];
        for axis in visits.iter().flat_map(Visit::touches) {
            touched.iter_mut().skip(axis).take(1).for_each(|count| *count += 1);
        }
        for (axis, _) in self.axes.iter().zip(&touched).take(ticket).filter(|(_, count)| **count == 0) {
            self.constant = self.constant.times(dot(&axis.init, &axis.last));
        }
        for visit in visits {
            let alone = |axis: &usize| touched.get(*axis) == Some(&1);
            let (folded, kept) = visit.moves.drain(..).partition(|(axis, _)| alone(axis));
            visit.moves = kept;
            self.number(visit, folded);
        }
    }

    fn number(&mut self, visit: &mut Visit, folded: Vec<(usize, Matrix)>) {
        let (mut absent, mut present) = (Scaled::ONE, Scaled::ONE);
        for (axis, matrix) in folded {
            let Some(axis) = self.axes.get(axis) else { continue };
            absent = absent.times(dot(&axis.init, &axis.last));
            present = present.times(matrix.between(&axis.init, &axis.last));
        }
        let (numbered, exponent) = weighed(visit.clone(), absent, present);
        *visit = numbered;
        self.constant.exponent += exponent;
    }
}

/// The visit with its weights multiplied, and the exponent that was taken out so that the largest weight is near 1.
fn weighed(mut visit: Visit, absent: Scaled, present: Scaled) -> (Visit, i64) {
    let largest = |weights: &[f64], factor: Scaled| {
        let top = factor.times(weights.iter().copied().fold(0.0, f64::max));
        (top.value > 0.0).then_some(top.exponent)
    };
    let exponent = largest(&visit.absent, absent).max(largest(&visit.present, present)).unwrap_or(0);
    let apply = |weights: &mut Vec<f64>, factor: Scaled| {
        for w in weights.iter_mut() {
            *w = shifted(*w * factor.value, factor.exponent - exponent);
        }
    };
    apply(&mut visit.absent, absent);
    apply(&mut visit.present, present);
    (visit, exponent)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The values of a context that the facts leave.
pub(super) fn possible(context: &Context) -> impl Iterator<Item = usize> + '_ {
    context.possible.iter().enumerate().filter(|(_, possible)| **possible).map(|(value, _)| value)
}

/// The prior of a cause for every combination of what its contexts may still be.
fn priors(network: &Network, cause: &Cause) -> Vec<f64> {
    let mut entries = vec![0];
    let mut stride = 1;
    for context in cause.prior.scope.iter().filter_map(|c| network.contexts.get(*c)) {
        let at = |value: usize| entries.iter().map(move |entry| entry + value * stride);
        entries = possible(context).flat_map(at).collect();
        stride *= context.rates.len();
    }
    entries.iter().map(|entry| cause.prior.values.get(*entry).copied().unwrap_or(0.0)).collect()
}

/// For each cause, what leads to it; a link that would close a circle is left out.
fn parents(network: &Network) -> Vec<Vec<(usize, f64)>> {
    let mut parents: Vec<Vec<(usize, f64)>> = vec![Vec::new(); network.causes.len()];
    for (cause, &(effect, chance)) in
        network.causes.iter().enumerate().flat_map(|(i, c)| c.leads_to.iter().map(move |link| (i, link)))
    {
        if let Some(into) = parents.get_mut(effect) {
            into.push((cause, chance));
        }
    }
    let mut left: BTreeSet<usize> = (0..parents.len()).collect();
    while let Some(next) = first_without(&left, &parents) {
        left.remove(&next);
        if let Some(into) = parents.get_mut(next) {
            into.retain(|(parent, _)| *parent != next && !left.contains(parent));
        }
    }
    parents
}

/// The first cause to which none of those left leads; in a circle, the first.
fn first_without(left: &BTreeSet<usize>, parents: &[Vec<(usize, f64)>]) -> Option<usize> {
    let free = |cause: &&usize| {
        parents.get(**cause).is_none_or(|into| into.iter().all(|(parent, _)| !left.contains(parent)))
    };
    left.iter().find(free).or(left.first()).copied()
}

/// The causes in their order, and what each opens and closes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    /// One a cause, in order.
    pub(super) stages: Vec<Stage>,
    /// Entries visited, times the axes that are touched.
    pub(super) cost: f64,
    /// Entries of the largest array.
    pub(super) largest: f64,
    /// Entries kept for the way back.
    pub(super) kept: f64,
}

/// The visit of one cause.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stage {
    /// Which cause.
    pub(super) cause: usize,
    /// The axes that open before it.
    pub(super) opens: Vec<usize>,
    /// The axes of the array while it is visited, the fastest first; the ticket is the slowest.
    pub(super) layout: Vec<usize>,
    /// The axes that close after it.
    pub(super) closes: Vec<usize>,
}

/// The order in which to visit the causes. It fits the quiet and the loud frontier of a network alike.
///
/// Greedy first; where that is dear, single causes are moved to where the whole gets cheapest, until none is worth moving
/// or the search has cost as much as the order would.
pub(super) fn order(frontier: &Frontier) -> Vec<usize> {
    let mut open = Open::new(frontier);
    let mut queue = Queue::new(&open);
    let mut order = Vec::with_capacity(frontier.visits.len());
    while let Some(cause) = queue.pop() {
        order.push(cause);
        open.visit(cause);
        queue.update(&open, cause);
    }
    improved(frontier, order)
}

/// A cheaper array is not worth a search.
const CHEAP: f64 = 20_000.0;

/// Moves causes one by one to their cheapest place.
fn improved(frontier: &Frontier, mut order: Vec<usize>) -> Vec<usize> {
    let start = Open::new(frontier);
    let mut least = cost(start.clone(), &order);
    // One look at an order takes about as long as so many entries of an array.
    let look = f64::from(u32::try_from(order.len()).unwrap_or(u32::MAX)) * 16.0;
    let mut spent = 0.0;
    let mut moved = least > CHEAP;
    while std::mem::take(&mut moved) {
        for cause in order.clone() {
            let Some(from) = order.iter().position(|c| *c == cause) else { continue };
            let mut best = (least, from);
            let mut rest = order.clone();
            rest.remove(from);
            for to in places(frontier, &rest, cause) {
                if spent > least {
                    return order;
                }
                spent += look;
                rest.insert(to, cause);
                let there = cost(start.clone(), &rest);
                rest.remove(to);
                if there < best.0 * (1.0 - 1e-9) {
                    best = (there, to);
                }
            }
            if best.1 != from {
                rest.insert(best.1, cause);
                (order, least, moved) = (rest, best.0, true);
            }
        }
    }
    order
}

/// What an order costs, from nothing open: entries visited, times the axes that are touched.
fn cost(mut open: Open, order: &[usize]) -> f64 {
    let (mut entries, mut cost) = (2.0, 0.0);
    for &cause in order {
        let (after, during) = open.growth(cause);
        // The ticket, and the visit itself.
        let touched = open.touches.get(cause).map_or(0, BTreeSet::len) + 2;
        cost += entries * during * f64::from(u32::try_from(touched).unwrap_or(u32::MAX));
        entries *= after;
        open.visit(cause);
    }
    cost
}

/// Where a cause may stand among the others: behind its parents, before its effects.
fn places(frontier: &Frontier, rest: &[usize], cause: usize) -> std::ops::RangeInclusive<usize> {
    let parents = frontier.visits.get(cause).map_or(&[][..], |v| &v.parents);
    let leads = |effect: &usize| frontier.visits.get(*effect).is_some_and(|v| v.parents.contains(&cause));
    let first = rest.iter().rposition(|c| parents.contains(c)).map_or(0, |at| at + 1);
    first..=rest.iter().position(leads).unwrap_or(rest.len())
}

/// Plans the visits in an order.
pub(super) fn plan(frontier: &Frontier, order: &[usize]) -> Plan {
    let ticket = frontier.axes.len().saturating_sub(1);
    let mut open = Open::new(frontier);
    let mut plan = Plan { stages: Vec::new(), cost: 0.0, largest: 2.0, kept: 0.0 };
    let mut layout = vec![ticket];
    for &cause in order {
        let touched = frontier.visits.get(cause).map_or(0, |v| v.touches().count());
        plan.kept += open.entries(&layout);
        let (opens, closes) = open.visit(cause);
        layout.pop();
        layout.extend(opens.iter().copied().chain([ticket]));
        let entries = open.entries(&layout);
        plan.cost += entries * f64::from(u32::try_from(touched + 1).unwrap_or(u32::MAX));
        plan.largest = plan.largest.max(entries);
        plan.stages.push(Stage { cause, opens, layout: layout.clone(), closes: closes.clone() });
        layout.retain(|axis| !closes.contains(axis));
    }
    plan
}

/// How far the visits are planned.
#[derive(Clone)]
struct Open<'a> {
    frontier: &'a Frontier,
    /// The axes that each cause touches, without the ticket.
    touches: Rc<[BTreeSet<usize>]>,
    /// For each axis, whether it is open, and how many causes that touch it are left.
    axes: Vec<(bool, usize)>,
}

impl<'a> Open<'a> {
    fn new(frontier: &'a Frontier) -> Self {
        let ticket = frontier.axes.len().saturating_sub(1);
        let touches = |v: &Visit| v.touches().filter(|axis| *axis != ticket).collect::<BTreeSet<usize>>();
        let touches: Rc<[_]> = frontier.visits.iter().map(touches).collect();
        let mut axes = vec![(false, 0); frontier.axes.len()];
        for axis in touches.iter().flatten() {
            axes.iter_mut().skip(*axis).take(1).for_each(|(_, left)| *left += 1);
        }
        Self { frontier, touches, axes }
    }

    fn entries(&self, layout: &[usize]) -> f64 {
        layout.iter().map(|axis| self.states(*axis)).product()
    }

    fn states(&self, axis: usize) -> f64 {
        let states = self.frontier.axes.get(axis).map_or(1, |a| a.init.len());
        f64::from(u32::try_from(states).unwrap_or(u32::MAX))
    }

    /// By what factor the array grows by a visit, and while it lasts.
    fn growth(&self, cause: usize) -> (f64, f64) {
        let (mut after, mut during) = (1.0, 1.0);
        for &axis in self.touches.get(cause).into_iter().flatten() {
            let (open, left) = self.axes.get(axis).copied().unwrap_or((true, 0));
            let opening = if open { 1.0 } else { self.states(axis) };
            during *= opening;
            after *= if left == 1 { opening / self.states(axis) } else { opening };
        }
        (after, during)
    }

    /// Visits a cause: which axes open, and which close.
    fn visit(&mut self, cause: usize) -> (Vec<usize>, Vec<usize>) {
        let (mut opens, mut closes) = (Vec::new(), Vec::new());
        for &axis in self.touches.get(cause).into_iter().flatten() {
            let Some((open, left)) = self.axes.get_mut(axis) else { continue };
            if !std::mem::replace(open, true) {
                opens.push(axis);
            }
            *left -= 1;
            if *left == 0 {
                closes.push(axis);
            }
        }
        (opens, closes)
    }
}

/// The causes left to visit whose parents are done: the fewest states after it first, then the fewest while it is
/// visited, then the first. Sizes are kept as bits, which sort like the positive numbers that they are.
struct Queue {
    free: BTreeSet<(u64, u64, usize)>,
    /// For each cause, its key while it is in the queue.
    keys: Vec<Option<(u64, u64, usize)>>,
    /// For each cause, how many of its parents are left, and to whom it is a parent.
    waiting: Vec<(usize, Vec<usize>)>,
    /// For each axis, the causes that touch it.
    touched_by: Vec<Vec<usize>>,
}

impl Queue {
    fn new(open: &Open) -> Self {
        let visits = &open.frontier.visits;
        let mut waiting: Vec<(usize, Vec<usize>)> =
            visits.iter().map(|v| (v.parents.len(), Vec::new())).collect();
        for (effect, parent) in
            visits.iter().enumerate().flat_map(|(i, v)| v.parents.iter().map(move |p| (i, *p)))
        {
            waiting.iter_mut().skip(parent).take(1).for_each(|(_, effects)| effects.push(effect));
        }
        let mut touched_by = vec![Vec::new(); open.axes.len()];
        for (cause, axis) in open.touches.iter().enumerate().flat_map(|(i, t)| t.iter().map(move |a| (i, *a)))
        {
            touched_by.iter_mut().skip(axis).take(1).for_each(|causes: &mut Vec<usize>| causes.push(cause));
        }
        let keys = vec![None; visits.len()];
        let mut queue = Self { free: BTreeSet::new(), keys, waiting, touched_by };
        for cause in 0..visits.len() {
            if queue.waiting.get(cause).is_some_and(|(parents, _)| *parents == 0) {
                queue.put(open, cause);
            }
        }
        queue
    }

    fn pop(&mut self) -> Option<usize> {
        let (_, _, cause) = self.free.pop_first()?;
        self.keys.iter_mut().skip(cause).take(1).for_each(|key| *key = None);
        Some(cause)
    }

    /// Puts a cause where it belongs now.
    fn put(&mut self, open: &Open, cause: usize) {
        let Some(key) = self.keys.get_mut(cause) else { return };
        if let Some(old) = key.take() {
            self.free.remove(&old);
        }
        let (after, during) = open.growth(cause);
        let new = (after.to_bits(), during.to_bits(), cause);
        *key = Some(new);
        self.free.insert(new);
    }

    /// After a visit: what waited for the cause, and what touches an axis that it has opened or left to the last.
    fn update(&mut self, open: &Open, visited: usize) {
        let effects =
            self.waiting.get_mut(visited).map(|(_, effects)| std::mem::take(effects)).unwrap_or_default();
        for effect in effects {
            let Some((parents, _)) = self.waiting.get_mut(effect) else { continue };
            *parents -= 1;
            if *parents == 0 {
                self.put(open, effect);
            }
        }
        let near: BTreeSet<usize> = open
            .touches
            .get(visited)
            .into_iter()
            .flatten()
            .filter_map(|axis| self.touched_by.get(*axis))
            .flatten()
            .copied()
            .filter(|cause| self.keys.get(*cause).is_some_and(Option::is_some))
            .collect();
        for cause in near {
            self.put(open, cause);
        }
    }
}
