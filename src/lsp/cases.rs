//! What the cases of a pack say of each of its causes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::analysis::Texts;
use crate::cases::expect::{self, Answered, Expectation, Holds, Missed, Of};
use crate::cases::{self, Case, CaseRead};
use crate::document::tree::Format;
use crate::graph::InferenceGraph;
use crate::pack::CauseId;
use crate::problem::Problems;
use crate::ticket::Ticket;
use crate::ticket::diagnosis::{Diagnosis, Leader};

/// The cases that expect something of a cause.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// How many.
    pub(super) cases: usize,
    /// In how many of them it comes first.
    pub(super) first: usize,
}

/// What became of all cases.
#[derive(Debug, Default)]
pub(super) struct Cases {
    /// What keeps them from being answered.
    pub(super) problems: Problems,
    /// What they expect and do not get.
    pub(super) missed: Vec<Missed>,
    /// By cause.
    pub(super) tally: BTreeMap<String, Tally>,
}

/// Returns the causes that some case expects.
pub(super) fn covered(graph: &InferenceGraph, texts: &Texts) -> BTreeSet<CauseId> {
    cases::covered(graph, &texts.sources, &cases::discover(&texts.sources, &texts.cases).0)
}

/// Runs all cases; nothing where that is called off between two of them.
pub(super) fn tally(graph: &Arc<InferenceGraph>, texts: &Texts, is_over: &dyn Fn() -> bool) -> Option<Cases> {
    let mut found = Cases { problems: unread(texts), ..Cases::default() };
    for case in cases::discover(&texts.sources, &texts.cases).0 {
        if is_over() {
            return None;
        }
        run(graph, texts, &case, &mut found);
    }
    Some(found)
}

/// Returns what was wrong with reading fact files. A log or a mail beside one need not be read.
fn unread(texts: &Texts) -> Problems {
    let name = |id| texts.sources.get(id).map_or("", |source| source.name.as_str());
    let mut problems = Problems::new();
    let unread =
        texts.unread_cases.iter().filter(|problem| Format::of_path(name(problem.span().source)).is_some());
    unread.for_each(|problem| problems.push(problem.clone()));
    problems
}

fn run(graph: &Arc<InferenceGraph>, texts: &Texts, case: &Case, all: &mut Cases) {
    let (read, problems) = cases::read(graph, &texts.sources, case);
    if let Some(CaseRead { facts, expectation, fine, sources }) = read
        && !problems.has_errors()
    {
        let ticket = Ticket::new(Arc::clone(graph), facts, sources);
        let is_open = fine.is_none() && !graph.pack.causes.is_empty();
        let diagnosis = is_open.then(|| ticket.diagnosis());
        let first = match diagnosis.and_then(Diagnosis::leader) {
            Some((Leader::Cause(id), _)) => Some(id),
            Some((Leader::Unlisted, _)) | None => None,
        };
        // What the case itself says to be wrong yet is no news.
        if expectation.todo.is_none() {
            let answered = Answered { facts: ticket.facts(), fine: fine.as_deref(), diagnosis };
            all.missed.extend(expect::missed(&graph.pack, &expectation, &answered));
        }
        count(graph, &expectation, first, all);
    }
    all.problems.extend(problems);
}

fn count(graph: &InferenceGraph, expectation: &Expectation, first: Option<CauseId>, cases: &mut Cases) {
    let named: BTreeSet<CauseId> = expectation.holds.iter().filter_map(|holds| about(&holds.value)).collect();
    for id in named {
        let cause = &graph.pack.causes[id];
        let tally = cases.tally.entry(cause.name.value.clone()).or_default();
        tally.cases += 1;
        tally.first += usize::from(first == Some(id));
    }
}

/// Returns the cause that an expectation is about.
fn about(holds: &Holds) -> Option<CauseId> {
    match holds {
        Holds::First(Of::Cause(id))
        | Holds::AtLeast(Of::Cause(id), _)
        | Holds::AtMost(Of::Cause(id), _)
        | Holds::Among(id, _)
        | Holds::RuledOut(id) => Some(*id),
        _ => None,
    }
}
