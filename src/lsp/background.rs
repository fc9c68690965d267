//! What takes longer than a keystroke may: the graph with its proofs, what every cause's share comes to, the cases.
//!
//! One thread does it, of the newest state of each pack, and stops at the next step when that is no longer the newest. So
//! typing never waits, and what comes late is never of an old text.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::analysis::Analysis;
use super::cases::{Tally, covered, tally};
use super::project::{Root, State};
use super::rebase_spans::Change;
use crate::cases::expect::Missed;
use crate::facts::recorded::Facts;
use crate::graph::{self, InferenceGraph};
use crate::infer::exact::Budget;
use crate::model::assessment::Assessment;
use crate::pipeline;
use crate::problem::Problems;

/// What is known of a pack beyond its [`Analysis`].
#[derive(Debug, Clone, Default)]
pub(super) struct Proven {
    /// All that is wrong with the pack, where it is known already; none where the pack cannot be compiled.
    pub(super) checked: Option<Problems>,
    /// What keeps its cases from being answered.
    pub(super) unanswered: Problems,
    /// What its cases expect and do not get.
    pub(super) missed: Vec<Missed>,
    /// In how many tickets each cause is there, before anything is known.
    pub(super) shares: BTreeMap<String, f64>,
    /// What the cases say of each cause; none before they ran.
    pub(super) tally: Option<BTreeMap<String, Tally>>,
}

impl Proven {
    /// Moves every span to where it is after a change.
    pub(super) fn rebase_spans(&mut self, change: &Change) {
        self.checked = self.checked.take().map(|problems| change.all(&problems));
        self.unanswered = change.all(&self.unanswered);
        self.missed.retain_mut(|missed| match change.moved(missed.span) {
            Some(span) => {
                missed.span = span;
                true
            }
            None => false,
        });
    }

    /// Forgets what is not so where the pack cannot be compiled.
    pub(super) fn broken(&mut self) {
        (self.checked, self.unanswered) = (None, Problems::new());
        self.missed.clear();
    }
}

/// A pack to look at.
#[derive(Debug)]
pub(super) struct Job {
    /// Which pack.
    pub(super) root: Root,
    /// In which state.
    pub(super) state: State,
    /// What is known of it already.
    pub(super) analysis: Arc<Analysis>,
    /// What was known of the state before, of which the cases are kept until they ran again.
    pub(super) before: Proven,
}

/// What was found out about a pack.
#[derive(Debug)]
pub(super) struct Found {
    /// Which pack.
    pub(super) root: Root,
    /// In which state.
    pub(super) state: State,
    /// What is known now.
    pub(super) proven: Proven,
}

/// As much as the main thread of a program has, where the same is done by `ruleout check`.
const STACK: usize = 8 * 1024 * 1024;

/// Starts the thread: jobs go in, and each time that more is known of one, `tell` is called.
pub(super) fn start(tell: impl Fn(Found) + Send + 'static) -> Sender<Job> {
    let (sender, receiver) = channel();
    // Without the thread, nothing is known beyond what is known at once.
    let _ = std::thread::Builder::new().stack_size(STACK).spawn(move || work(&receiver, &tell));
    sender
}

fn work(jobs: &Receiver<Job>, tell: &dyn Fn(Found)) {
    let mut waiting: BTreeMap<Root, Job> = BTreeMap::new();
    while let Ok(job) = jobs.recv() {
        waiting.insert(job.root.clone(), job);
        loop {
            waiting.extend(jobs.try_iter().map(|job| (job.root.clone(), job)));
            let Some((_, job)) = waiting.pop_first() else { break };
            // A defect in one pack must not silence the others.
            let _ = catch_unwind(AssertUnwindSafe(|| prove(job, tell)));
        }
    }
}

/// Finds out all that can be found out, the quickest first.
fn prove(job: Job, tell: &dyn Fn(Found)) {
    let Job { root, state, analysis, before: mut proven } = job;
    let report = |proven: &Proven| {
        tell(Found { root: root.clone(), state: state.clone(), proven: proven.clone() });
    };
    if state.is_over() || !analysis.whole {
        return;
    }
    let (graph, found) = graph::compile(analysis.pack.clone());
    let mut problems = analysis.problems.clone();
    problems.extend(found);
    let Some(graph) = graph.map(Arc::new) else {
        proven = Proven { checked: Some(problems.sorted()), tally: proven.tally, ..Proven::default() };
        return report(&proven);
    };
    if state.is_over() {
        return;
    }
    // The proofs and lints of `ruleout check`; what else is said of a whole pack belongs there.
    let texts = &analysis.texts;
    let manifest = texts.manifest.unwrap_or_default();
    let covered = covered(&graph, texts);
    proven.checked = Some(pipeline::judged(&graph, &texts.sources, manifest, problems, Some(&covered)));
    report(&proven);
    if state.is_over() {
        return;
    }
    proven.shares = shares(&graph);
    let Some(cases) = tally(&graph, &analysis.texts, &|| state.is_over()) else { return };
    (proven.unanswered, proven.missed, proven.tally) = (cases.problems, cases.missed, Some(cases.tally));
    report(&proven);
}

/// Returns in how many tickets each cause is there, from 0 to 1, before anything is known.
fn shares(graph: &Arc<InferenceGraph>) -> BTreeMap<String, f64> {
    let ticket = Assessment::new(Arc::clone(graph), Facts::default(), Budget::default());
    let Some(after) = ticket.posterior() else { return BTreeMap::new() };
    let names = graph.pack.causes.iter().map(|cause| cause.name.value.clone());
    names.zip(after.causes.iter().copied()).collect()
}
