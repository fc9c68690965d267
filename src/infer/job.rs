//! One network in one view: reduced, planned and summed; and what is known of it afterwards.
//!
//! A [`Job`] is what `exact` and `bounds` run. Where many networks differ in little ([`Known`]), a component that is the same to
//! the last bit is not summed again, and one that has the same shape keeps its plan.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::infer::array::Mass;
use crate::infer::factors::{Axis, Factors, View, Visit, shifted};
use crate::infer::frontier;
use crate::infer::order::{Plan, plan};
use crate::infer::reduce::{Masses, Reduced, reduce};

/// What an exact answer takes; known before anything runs, and a pure function of the network.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stats {
    /// The logarithm to base 2 of the entries of the largest array, rounded up.
    pub width: usize,
    /// C, in the unit of the budget, all runs together.
    pub cost: f64,
    /// Entries kept at once, eight bytes each.
    pub entries: f64,
}

/// Which passes are made: one way is enough for the chance of what is seen, the way back is for that of each cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passes {
    Forward,
    Both,
    /// Both, and what they find is kept for networks that are like this one.
    Kept,
}

/// Components that were summed before, by view and by the first of their causes.
#[derive(Debug, Clone, Default)]
pub struct Known {
    components: BTreeMap<(View, usize), Arc<Solved>>,
}

impl Known {
    fn find(&self, view: View, reduced: &Reduced, component: &[usize]) -> Option<&Arc<Solved>> {
        let first = component.first()?;
        self.components
            .get(&(view, *first))
            .filter(|solved| solved.component.alike(&Component::new(reduced, component)))
    }

    /// Keeps what was found in runs of jobs.
    pub(super) fn learn<'a>(&mut self, runs: impl Iterator<Item = (&'a Job, &'a Run)>) {
        for (job, run) in runs {
            for solved in &run.solved {
                if let Some(first) = solved.component.causes.first() {
                    self.components.insert((job.view, *first), Arc::clone(solved));
                }
            }
        }
    }
}

/// What is left of the factors for some causes.
#[derive(Debug, Clone, PartialEq)]
struct Component {
    causes: Vec<usize>,
    visits: Vec<Visit>,
    axes: Vec<(usize, Axis)>,
}

impl Component {
    fn new(reduced: &Reduced, causes: &[usize]) -> Self {
        let visits: Vec<Visit> = causes.iter().filter_map(|c| reduced.visits.get(*c)).cloned().collect();
        let axes: BTreeSet<usize> = visits.iter().flat_map(Visit::touches).collect();
        let axes = axes.into_iter().filter_map(|axis| Some((axis, reduced.axes.get(axis)?.clone())));
        Self { causes: causes.to_vec(), axes: axes.collect(), visits }
    }

    /// Whether a plan for one serves the other.
    fn alike(&self, other: &Self) -> bool {
        let touches = |a: &Visit, b: &Visit| a.touches().eq(b.touches()) && a.parents == b.parents;
        let states = |a: &(usize, Axis), b: &(usize, Axis)| a.0 == b.0 && a.1.init.len() == b.1.init.len();
        self.causes == other.causes
            && self.visits.iter().zip(&other.visits).all(|(a, b)| touches(a, b))
            && self.axes.len() == other.axes.len()
            && self.axes.iter().zip(&other.axes).all(|(a, b)| states(a, b))
    }
}

/// A component and all that it comes to.
#[derive(Debug)]
struct Solved {
    component: Component,
    plan: Plan,
    sum: (f64, i64),
    causes: Vec<Mass>,
    axes: Vec<Vec<f64>>,
}

impl Solved {
    fn new(reduced: &Reduced, plan: &Plan, sum: (f64, i64), masses: &Masses) -> Self {
        let mut causes: Vec<usize> = plan.stages.iter().map(|stage| stage.cause).collect();
        causes.sort_unstable();
        let component = Component::new(reduced, &causes);
        let cause = |at: &usize| masses.causes.get(*at).cloned().unwrap_or_default();
        let axis = |(at, _): &(usize, Axis)| masses.axes.get(*at).cloned().unwrap_or_default();
        let (causes, axes) = (causes.iter().map(cause).collect(), component.axes.iter().map(axis).collect());
        Self { component, plan: plan.clone(), sum, causes, axes }
    }

    fn put(&self, masses: &mut Masses) {
        for (cause, mass) in self.component.causes.iter().zip(&self.causes) {
            masses.causes.iter_mut().skip(*cause).take(1).for_each(|m| m.clone_from(mass));
        }
        for ((axis, _), mass) in self.component.axes.iter().zip(&self.axes) {
            masses.axes.iter_mut().skip(*axis).take(1).for_each(|m| m.clone_from(mass));
        }
    }
}

/// A component that is to be summed, or was before.
enum Task {
    Open(Plan),
    Solved(Arc<Solved>),
}

/// A network in one view, reduced and planned.
pub(super) struct Job {
    view: View,
    reduced: Reduced,
    tasks: Vec<Task>,
}

impl Job {
    pub(super) fn new(factors: Factors) -> Self {
        Self::knowing(View::Normal, factors, &Known::default())
    }

    pub(super) fn knowing(view: View, factors: Factors, known: &Known) -> Self {
        let reduced = reduce(factors);
        let task = |component: &Vec<usize>| match known.find(view, &reduced, component) {
            Some(solved) if solved.component == Component::new(&reduced, component) => {
                Task::Solved(Arc::clone(solved))
            }
            Some(solved) => Task::Open(solved.plan.clone()),
            None => Task::Open(plan(&reduced, component)),
        };
        Self { view, tasks: reduced.components.iter().map(task).collect(), reduced }
    }

    pub(super) fn stats(&self) -> Stats {
        let open =
            || self.tasks.iter().filter_map(|t| if let Task::Open(plan) = t { Some(plan) } else { None });
        let most = |of: fn(&Plan) -> f64| open().map(of).fold(0.0, f64::max);
        let cost = open().map(|p| p.cost).fold(0.0, |sum, cost| sum + cost);
        Stats { width: width(most(|p| p.largest)), cost, entries: most(|p| p.entries) }
    }

    pub(super) fn run(&self, passes: Passes) -> Run {
        let constant = self.reduced.constant;
        let (mut total, mut exponent) = (constant.value, constant.exponent);
        let visits = self.reduced.visits.len();
        let mut masses =
            Masses { causes: vec![Mass::default(); visits], axes: vec![Vec::new(); self.reduced.axes.len()] };
        let mut solved = Vec::new();
        for task in &self.tasks {
            let (sum, taken) = match (task, passes) {
                (Task::Solved(known), _) => {
                    known.put(&mut masses);
                    known.sum
                }
                (Task::Open(plan), Passes::Forward) => frontier::sum(&self.reduced, plan),
                (Task::Open(plan), Passes::Both) => frontier::parts(&self.reduced, plan, &mut masses),
                (Task::Open(plan), Passes::Kept) => {
                    let sum = frontier::parts(&self.reduced, plan, &mut masses);
                    solved.push(Arc::new(Solved::new(&self.reduced, plan, sum, &masses)));
                    sum
                }
            };
            let (value, shift) = libm::frexp(total * sum);
            total = value;
            exponent += taken + i64::from(shift);
        }
        if total <= 0.0 || passes == Passes::Forward {
            return Run { total, exponent, ..Run::default() };
        }
        self.reduced.recover(&mut masses);
        let context = |(axis, mass): (&Axis, Vec<f64>)| Some((axis.context?, normalised(mass)));
        Run {
            total,
            exponent,
            causes: masses.causes.iter().map(|(absent, present)| shares(absent, present)).collect(),
            contexts: self.reduced.axes.iter().zip(masses.axes).filter_map(context).collect(),
            solved,
        }
    }
}

/// The shares of both.
fn shares(absent: &[f64], present: &[f64]) -> (f64, f64) {
    let (absent, present): (f64, f64) = (absent.iter().sum(), present.iter().sum());
    let all = absent + present;
    if all > 0.0 { (absent / all, present / all) } else { (1.0, 0.0) }
}

/// The weights in proportion, with sum 1; as they are where all are 0.
pub(super) fn normalised(mut weights: Vec<f64>) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 {
        weights.iter_mut().for_each(|w| *w /= sum);
    }
    weights
}

fn width(entries: f64) -> usize {
    (0..63)
        .find(|&bits| libm::scalbn(1.0, bits) >= entries)
        .and_then(|bits| usize::try_from(bits).ok())
        .unwrap_or(63)
}

/// What one run finds.
#[derive(Debug, Clone, Default)]
pub(super) struct Run {
    /// Its sum, times two to −exponent.
    pub(super) total: f64,
    pub(super) exponent: i64,
    /// For each cause, the shares of the sum in which it was not there, and in which it was.
    pub(super) causes: Vec<(f64, f64)>,
    /// For each context that is unknown: its index, and the share of each value that is possible.
    contexts: Vec<(usize, Vec<f64>)>,
    /// The components that were summed.
    solved: Vec<Arc<Solved>>,
}

impl Run {
    /// The sum, in units of two to an exponent.
    pub(super) fn at(&self, exponent: i64) -> f64 {
        shifted(self.total, self.exponent - exponent)
    }

    pub(super) fn cause(&self, index: usize) -> f64 {
        self.causes.get(index).map_or(0.0, |(_, present)| *present)
    }

    pub(super) fn context(&self, index: usize, place: usize) -> Option<f64> {
        self.contexts.iter().find(|(i, _)| *i == index).and_then(|(_, shares)| shares.get(place)).copied()
    }
}
