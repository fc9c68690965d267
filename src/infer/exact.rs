//! The exact posterior.
//!
//! In: a [`Network`]. Out: for every cause the chance that it is still there, given what is seen and that something is wrong.
//! The network becomes `factors`, its leaves are folded away (`reduce`), each component that is left gets an order (`order`)
//! and is summed (`frontier`), and the leaves come back.
//!
//! The unlisted cause, with prior u, is as likely quiet as loud, which is one run each: Q and L are P(seen), and Q₀, L₀ are
//! P(seen, nothing listed still there), networks of the tried causes alone. Then
//!
//! - P(seen, something wrong) = (1 − u)·(Q − Q₀) + u/2·(Q + L),
//! - of a cause: its share of Q, weighed 1 − u/2, and of L, weighed u/2, times the chance that it was not cured,
//! - of something that the pack does not know: u/2·(Q₀ + L₀).
//!
//! The one subtraction loses at most −log₁₀(u/2) digits. Where u is under `CARRIED`, Q − Q₀ is summed as such, with the
//! ticket as one more axis. Everything else is a sum or a product of non-negative numbers, rescaled by powers of two, so
//! nothing is lost and the result is the same everywhere, on any number of threads.
//!
//! Limits: time and memory grow with the number of states that are open at once; both are known before the run and held
//! against a [`Budget`]. Chances within one array that differ by more than 1e300 count as 0.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::infer::array::Mass;
use crate::infer::factors::{Axis, Factors, View, Visit, factors, possible, shifted};
use crate::infer::finding::states;
use crate::infer::frontier;
use crate::infer::network::Network;
use crate::infer::order::{Plan, plan};
use crate::infer::reduce::{Masses, Reduced, reduce};

/// What a run may cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// C: entries visited, times the axes touched there and two, one way.
    pub cost: f64,
    /// Entries kept at once, eight bytes each.
    pub entries: f64,
}

impl Default for Budget {
    /// 2³⁰ steps, a second or two, and 2²⁸ entries, two gigabytes.
    fn default() -> Self {
        Self { cost: 1_073_741_824.0, entries: 268_435_456.0 }
    }
}

impl Budget {
    /// Whether something may be run.
    pub fn holds(&self, stats: &Stats) -> bool {
        stats.cost <= self.cost && stats.entries <= self.entries
    }
}

/// States of one finding, several of whose levels count and whose causes hold back or rule out.
const WIDEST: f64 = 512.0;

/// Under this prior of the unlisted cause the ticket is carried, not subtracted.
const CARRIED: f64 = 1e-4;

/// What inference says.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The posterior, exactly.
    Exact(Posterior),
    /// What is seen cannot be.
    Impossible,
    /// It would cost more than the budget; nothing ran.
    OverBudget {
        /// The cost; where only the memory is too much, it may be within the budget. Infinite where a single finding
        /// is too large to be counted: several of its levels are possible, and many causes hold many of them back.
        needed: f64,
    },
}

/// The chances, given what is seen and that something, listed or not, is still wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// For each cause, that it is still there.
    pub causes: Vec<f64>,
    /// That none of the listed causes is still there.
    pub not_in_pack: f64,
    /// The logarithm of P(what is seen, and something is wrong).
    pub ln_evidence: f64,
    /// For each context, its values.
    pub contexts: Vec<Vec<f64>>,
}

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

/// The exact posterior, unless it would cost more than the budget.
pub fn posterior(network: &Network, budget: &Budget) -> Outcome {
    answer(network, budget, Passes::Both, &mut Known::default())
}

/// The same, with what is known of networks that are like this one; afterwards this one is known as well. The answer is the
/// same, to the last bit, and what is known already costs nothing.
pub fn posterior_knowing(network: &Network, budget: &Budget, known: &mut Known) -> Outcome {
    answer(network, budget, Passes::Kept, known)
}

/// The logarithm of P(what is seen, and something is wrong), at a third of the price of the posterior; none where it cannot
/// be or would cost more than the budget.
pub fn ln_evidence(network: &Network, budget: &Budget) -> Option<f64> {
    match answer(network, budget, Passes::Forward, &mut Known::default()) {
        Outcome::Exact(posterior) => Some(posterior.ln_evidence),
        _ => None,
    }
}

/// A network, reduced and planned.
pub struct Prepared<'a> {
    network: &'a Network,
    jobs: Jobs,
}

impl Prepared<'_> {
    /// What an exact posterior takes.
    pub fn stats(&self) -> Stats {
        self.jobs.stats()
    }

    /// The posterior, whatever it takes; none where what is seen cannot be.
    pub fn posterior(&self) -> Option<Posterior> {
        self.jobs.run(Passes::Both).posterior(self.network)
    }
}

/// Reduces and plans a network; none where a single finding is too large to be counted.
pub fn prepare(network: &Network) -> Option<Prepared<'_>> {
    countable(network).then(|| Prepared { network, jobs: jobs(network, &Known::default()) })
}

/// Which passes are made: one way is enough for the chance of what is seen, the way back is for that of each cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passes {
    Forward,
    Both,
    /// Both, and what they find is kept for networks that are like this one.
    Kept,
}

fn countable(network: &Network) -> bool {
    network.findings.iter().all(|finding| states(finding) <= WIDEST)
}

fn answer(network: &Network, budget: &Budget, passes: Passes, known: &mut Known) -> Outcome {
    if network.contexts.iter().any(|context| possible(context).next().is_none()) {
        return Outcome::Impossible;
    }
    if !countable(network) {
        return Outcome::OverBudget { needed: f64::INFINITY };
    }
    let jobs = jobs(network, known);
    let stats = jobs.stats();
    if !budget.holds(&stats) {
        return Outcome::OverBudget { needed: stats.cost };
    }
    let mixture = jobs.run(passes);
    known.learn(&jobs, &mixture);
    mixture.posterior(network).map_or(Outcome::Impossible, Outcome::Exact)
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

    fn learn(&mut self, jobs: &Jobs, mixture: &Mixture) {
        for (job, run) in jobs.all().zip(mixture.all()) {
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
        Self::knowing(View::Quiet, factors, &Known::default())
    }

    fn knowing(view: View, factors: Factors, known: &Known) -> Self {
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
        let cost = open().map(|p| p.cost).sum();
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
fn normalised(mut weights: Vec<f64>) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 {
        weights.iter_mut().for_each(|w| *w /= sum);
    }
    weights
}

/// Everything that is summed for one answer.
struct Jobs {
    quiet: Job,
    /// Where something unlisted may be wrong.
    loud: Option<Job>,
    /// Nothing listed still there, quiet and loud.
    none: Vec<Job>,
    /// Where the ticket is carried.
    ticket: Option<Job>,
}

fn jobs(network: &Network, known: &Known) -> Jobs {
    let job = |view| Job::knowing(view, factors(network, view), known);
    let unlisted = network.unlisted > 0.0;
    let none: &[View] = match (unlisted, network.ticket) {
        (true, _) => &[View::QuietNone, View::LoudNone],
        (false, true) => &[View::QuietNone],
        (false, false) => &[],
    };
    Jobs {
        quiet: job(View::Quiet),
        loud: unlisted.then(|| job(View::Loud)),
        none: none.iter().map(|view| job(*view)).collect(),
        ticket: (network.ticket && network.unlisted < CARRIED).then(|| job(View::Ticket)),
    }
}

impl Jobs {
    fn all(&self) -> impl Iterator<Item = &Job> {
        [&self.quiet].into_iter().chain(&self.loud).chain(&self.none).chain(&self.ticket)
    }

    fn stats(&self) -> Stats {
        let all = || self.all().map(Job::stats);
        Stats {
            width: all().map(|s| s.width).max().unwrap_or(0),
            cost: all().map(|s| s.cost).sum(),
            entries: all().map(|s| s.entries).fold(0.0, f64::max)
                * if self.side_by_side() { 2.0 } else { 1.0 },
        }
    }

    /// Whether the quiet and the loud run go side by side. Large arrays are shared among the threads by themselves, small
    /// ones are done before a thread has begun.
    fn side_by_side(&self) -> bool {
        let quiet = self.quiet.stats();
        self.loud.is_some() && quiet.cost > WORTH_A_THREAD && quiet.width <= SHARED
    }

    fn run(&self, passes: Passes) -> Mixture {
        let quiet = || self.quiet.run(passes);
        let loud = || self.loud.as_ref().map(|job| job.run(passes));
        let (quiet, loud) = if self.side_by_side() { rayon::join(quiet, loud) } else { (quiet(), loud()) };
        Mixture {
            quiet,
            loud,
            none: self.none.iter().map(|job| job.run(passes)).collect(),
            ticket: self.ticket.as_ref().map(|job| job.run(passes)),
        }
    }
}

/// Below this cost, starting a thread takes longer than the run.
const WORTH_A_THREAD: f64 = 200_000.0;
/// From this width on an array is shared among threads.
const SHARED: usize = 15;

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

    fn cause(&self, index: usize) -> f64 {
        self.causes.get(index).map_or(0.0, |(_, present)| *present)
    }

    fn context(&self, index: usize, place: usize) -> Option<f64> {
        self.contexts.iter().find(|(i, _)| *i == index).and_then(|(_, shares)| shares.get(place)).copied()
    }
}

/// The runs together.
struct Mixture {
    quiet: Run,
    loud: Option<Run>,
    /// Nothing listed still there: quiet, loud.
    none: Vec<Run>,
    ticket: Option<Run>,
}

impl Mixture {
    /// In the order of the jobs.
    fn all(&self) -> impl Iterator<Item = &Run> {
        let loud = self.loud.as_ref();
        [&self.quiet].into_iter().chain(loud).chain(&self.none).chain(&self.ticket)
    }

    fn posterior(&self, network: &Network) -> Option<Posterior> {
        let of = |run: &Run| (run.total > 0.0).then_some(run.exponent);
        let exponent = of(&self.quiet).max(self.loud.as_ref().and_then(of))?;
        let (quiet, loud) = (self.quiet.at(exponent), self.loud.as_ref().map_or(0.0, |run| run.at(exponent)));
        let u = network.unlisted;
        let listed = match &self.ticket {
            _ if !network.ticket => quiet,
            Some(carried) => carried.at(exponent),
            None => (quiet - self.none.first().map_or(0.0, |run| run.at(exponent))).max(0.0),
        };
        let wrong = (1.0 - u) * listed + u / 2.0 * (quiet + loud);
        if wrong <= 0.0 {
            return None;
        }
        let cause = |index: usize, cured: f64| {
            let other = self.loud.as_ref().map_or(0.0, |run| run.cause(index));
            let mass = (1.0 - u / 2.0) * self.quiet.cause(index) * quiet + u / 2.0 * other * loud;
            ((1.0 - cured) * mass / wrong).min(1.0)
        };
        let none: f64 = self.none.iter().map(|run| run.at(exponent)).sum();
        Some(Posterior {
            causes: network.causes.iter().enumerate().map(|(i, c)| cause(i, c.cured)).collect(),
            not_in_pack: (u / 2.0 * none / wrong).min(1.0),
            ln_evidence: libm::log(wrong) + as_f64(exponent) * std::f64::consts::LN_2,
            contexts: (0..network.contexts.len()).map(|i| self.context(network, i, exponent)).collect(),
        })
    }

    /// The chances of a context's values.
    fn context(&self, network: &Network, index: usize, exponent: i64) -> Vec<f64> {
        let Some(context) = network.contexts.get(index) else { return Vec::new() };
        let u = network.unlisted;
        let mut weights = vec![0.0; context.rates.len()];
        for (place, value) in possible(context).enumerate() {
            let of = |run: &Run| run.context(index, place);
            let read = of(&self.quiet).or(self.loud.as_ref().and_then(of)).is_some();
            let mass = |run: &Run| of(run).unwrap_or(0.0) * run.at(exponent);
            let (quiet, loud) = (mass(&self.quiet), self.loud.as_ref().map_or(0.0, mass));
            let listed = match &self.ticket {
                _ if !network.ticket => quiet,
                Some(carried) => mass(carried),
                None => (quiet - self.none.first().map_or(0.0, mass)).max(0.0),
            };
            let weight = match context.rates.get(value) {
                // One that no cause reads is as its rates say.
                Some(rate) if !read => *rate,
                _ => (1.0 - u) * listed + u / 2.0 * (quiet + loud),
            };
            weights.iter_mut().skip(value).take(1).for_each(|w| *w = weight);
        }
        normalised(weights)
    }
}

fn as_f64(exponent: i64) -> f64 {
    i32::try_from(exponent).map_or(f64::NEG_INFINITY, f64::from)
}
