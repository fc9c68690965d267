//! The cases of a pack: tickets whose answer is known, held against what the pack says of them now.
//!
//! A case is a fact file in `cases/` with one more key, `expect`, that says what its answer must be like and why; beside it,
//! in `snapshots/`, stands the whole answer that was accepted last. In: texts and a compiled pack. Out: an [`Outcome`] for
//! each case, in the order of their names whatever the order of finishing. Reading and writing files is left to `load`.

#[cfg(feature = "cli")]
pub mod compare;
#[cfg(feature = "cli")]
pub mod drift;
pub mod expect;
#[cfg(feature = "cli")]
pub mod report;
pub mod snapshot;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::collect::{self, Artefacts};
use crate::document::tree::{self, Format};
use crate::evidence::Input;
use crate::facts::recorded::{self, Facts};
use crate::graph::InferenceGraph;
use crate::pack::CauseId;
use crate::problem::{Code, Problem, Problems};
use crate::records::Limits;
use crate::render::text;
use crate::render::wrap::PAGE;
use crate::report::words::unlisted;
use crate::report::{Answer, Detail};
use crate::source::{SourceId, Sources, Spanned};
use crate::ticket::Ticket;
use crate::ticket::diagnosis::{Diagnosis, Leader, Probability};
use crate::value::Amount;
#[cfg(feature = "cli")]
use drift::Drift;
use expect::{Answered, Expectation, Missed};

/// So many causes stand in the answer that is kept.
const TOP: usize = 8;

/// The texts beside a pack: its cases and the answers that were accepted for them.
#[derive(Debug, Clone, Default)]
pub struct CaseTexts {
    /// All fact files of `cases/`.
    pub cases: Vec<SourceId>,
    /// All others there, each a text that only names it, with what is in it.
    pub artefacts: Vec<(SourceId, Arc<[u8]>)>,
    /// All files of `snapshots/`.
    pub snapshots: Vec<SourceId>,
}

/// A case with its texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The name of its file, without the ending.
    pub name: String,
    /// Its fact file.
    pub source: SourceId,
    /// The format of that.
    pub format: Format,
    /// The artefacts that stand beside it under its name, from which facts are read.
    pub artefacts: Vec<(SourceId, Arc<[u8]>)>,
    /// The answer that was accepted.
    pub accepted: Option<SourceId>,
    /// The answer that a run left behind because it differs.
    pub pending: Option<SourceId>,
}

/// What became of one case.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The name of the case.
    pub name: String,
    /// Its fact file.
    pub source: SourceId,
    /// Why its answer must be as expected.
    pub because: String,
    /// What keeps it from being answered or held against anything.
    pub problems: Problems,
    /// The expectations that its answer does not meet.
    pub missed: Vec<Missed>,
    /// Why its answer is known not to be as expected yet; none where it must be.
    pub todo: Option<Spanned<String>>,
    /// What comes first in its answer, and how likely that is; none where it has no answer, or the facts cannot all be true.
    pub first: Option<(String, Probability)>,
    /// Its answer, without colour and places that move.
    pub answer: Option<String>,
    /// The answer beside the one that was accepted.
    pub kept: Kept,
    /// What became of the accepted answer where this run has put another in its place; none where it has not.
    pub accepted: Option<String>,
}

/// The answer beside the one that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// They are the same, or there is no answer to compare.
    Same,
    /// None was accepted yet.
    New,
    /// Another was accepted, this one.
    Changed(String),
}

/// What an outcome comes to, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As expected, and as it was accepted.
    Same,
    /// As expected, and not far from what was accepted.
    Drifted,
    /// As expected, and nothing was accepted yet.
    New,
    /// Not as expected, as the case itself says.
    Todo,
    /// Not as expected, too far from what was accepted, without an answer, or right though the case says that it is not yet.
    Failed,
}

impl Outcome {
    /// Judges it, where a chance may move by so many percentage points.
    #[cfg(feature = "cli")]
    pub fn verdict(&self, tolerance: f64) -> Verdict {
        let is_right = self.missed.is_empty();
        match &self.kept {
            _ if self.problems.has_errors() => Verdict::Failed,
            _ if self.todo.is_some() => {
                if is_right {
                    Verdict::Failed
                } else {
                    Verdict::Todo
                }
            }
            _ if !is_right => Verdict::Failed,
            Kept::Same => Verdict::Same,
            Kept::New => Verdict::New,
            Kept::Changed(_) if self.drift().is_none_or(|drift| drift.is_within(tolerance)) => {
                Verdict::Drifted
            }
            Kept::Changed(_) => Verdict::Failed,
        }
    }

    /// Returns how far its answer is from the one that was accepted; none where it is the same, or there are not both.
    #[cfg(feature = "cli")]
    pub fn drift(&self) -> Option<Drift> {
        match (&self.kept, &self.answer) {
            (Kept::Changed(old), Some(new)) => Some(drift::drift(old, new)),
            _ => None,
        }
    }

    /// Returns whether its answer has become right, so that its `todo` is to be taken out.
    pub fn is_done(&self) -> bool {
        self.todo.is_some() && self.missed.is_empty() && !self.problems.has_errors()
    }
}

/// Finds the cases among the files beside a pack, by name, and the files that belong to none.
pub fn discover(sources: &Sources, texts: &CaseTexts) -> (Vec<Case>, Problems) {
    let mut problems = Problems::new();
    let mut cases: BTreeMap<&str, Case> = BTreeMap::new();
    let stems: BTreeSet<&str> = texts.cases.iter().map(|id| stem(file_name(sources, *id))).collect();
    for id in &texts.cases {
        let file = file_name(sources, *id);
        let stem = stem(file);
        match (Format::of_path(file), cases.get(stem)) {
            (None, _) => {}
            (Some(_), Some(first)) => problems.push(called_twice(sources, *id, stem, first)),
            (Some(format), None) => {
                let case = Case {
                    name: stem.to_owned(),
                    source: *id,
                    format,
                    artefacts: Vec::new(),
                    accepted: None,
                    pending: None,
                };
                cases.insert(stem, case);
            }
        }
    }
    for (id, bytes) in &texts.artefacts {
        let file = file_name(sources, *id);
        // A bounce or a log stands beside its case, under its name, perhaps with more behind a dot.
        let beginnings = file.match_indices('.').map(|(at, _)| file.get(..at).unwrap_or(file));
        let owner = beginnings.rev().find(|beginning| stems.contains(beginning));
        if let Some(case) = owner.and_then(|stem| cases.get_mut(stem)) {
            case.artefacts.push((*id, Arc::clone(bytes)));
        } else if owner.is_none() {
            let message = format!("`{file}` is no case: its ending is that of no format");
            let help =
                "end a case in .yaml, .json, .toml or .ron; call what belongs to one as the case is called";
            problems.push(Problem::error(Code::Case, start(*id, sources), message).help(help));
        }
    }
    for id in &texts.snapshots {
        let file = file_name(sources, *id);
        let accepted = file.strip_suffix(".snap");
        let pending = file.strip_suffix(".snap.new");
        let Some(stem) = accepted.or(pending) else {
            let message = format!("`{file}` is no snapshot");
            let help = "move it out of `snapshots`; the name of a snapshot ends in `.snap`";
            problems.push(Problem::warning(Code::Case, start(*id, sources), message).help(help));
            continue;
        };
        match cases.get_mut(stem) {
            Some(case) if accepted.is_some() => case.accepted = Some(*id),
            Some(case) => case.pending = Some(*id),
            None => {
                let message = format!("the snapshot `{file}` belongs to no case");
                let help = "delete it, or name it after its case; `ruleout test --accept` deletes it";
                problems.push(Problem::error(Code::Case, start(*id, sources), message).help(help));
            }
        }
    }
    (cases.into_values().collect(), problems)
}

/// Collects the causes that some case expects: first, among the first, or at least so likely.
pub fn covered(graph: &InferenceGraph, sources: &Sources, cases: &[Case]) -> BTreeSet<CauseId> {
    let expected = cases.iter().filter_map(|case| expected(graph, sources, case).0);
    let expected = expected.flat_map(|(_, expectation)| expectation.holds);
    expected.filter_map(|holds| holds.value.expected_cause()).collect()
}

/// A case as it was read: its fact file, and its artefacts by what the pack says of them.
#[derive(Debug, Clone)]
pub struct CaseRead {
    /// What is known.
    pub facts: Facts,
    /// What it expects.
    pub expectation: Expectation,
    /// Why there is nothing to diagnose, in the words of the pack; none where there is.
    pub fine: Option<String>,
    /// The texts, with the lines of artefacts that facts were read from.
    pub sources: Sources,
}

/// Reads a case; nothing where its text does not read as its format, or nobody can say which ticket is meant.
pub fn read(graph: &InferenceGraph, sources: &Sources, case: &Case) -> (Option<CaseRead>, Problems) {
    let (read, mut problems) = expected(graph, sources, case);
    let Some((facts, expectation)) = read else { return (None, problems) };
    let mut sources = sources.clone();
    let reads = graph.pack.facts.iter().any(|fact| !fact.read.is_empty());
    if case.artefacts.is_empty() || !reads {
        return (Some(CaseRead { facts, expectation, fine: None, sources }), problems);
    }
    let inputs = case.artefacts.iter().map(|(id, bytes)| {
        let name = sources.get(*id).map_or("", |source| source.name.as_str());
        Input::of_bytes(name, bytes)
    });
    let artefacts =
        Artefacts { inputs: inputs.collect(), newest: Some(newest(&facts)), limits: Limits::default() };
    let mut tickets = collect::incident(&graph.pack, artefacts, &facts, &mut sources, &mut |_| ()).tickets;
    let wanted = expectation.ticket.as_ref();
    if let Some(wanted) = wanted {
        let part = wanted.value.to_lowercase();
        tickets.retain(|ticket| ticket.subject.iter().any(|(_, value)| value.to_lowercase().contains(&part)));
    }
    if tickets.len() == 1
        && let Some(ticket) = tickets.pop()
    {
        let read = CaseRead { facts: ticket.facts, expectation, fine: ticket.fine, sources };
        return (Some(read), problems);
    }
    let subjects = tickets.iter().map(|ticket| {
        let values: Vec<&str> = ticket.subject.iter().map(|(_, value)| value.as_str()).collect();
        format!("`{}`", values.join(", "))
    });
    let subjects: Vec<String> = subjects.take(SUBJECTS).collect();
    let (message, help) = match (tickets.len(), wanted) {
        (0, _) => (
            "no ticket has this in its subject".to_owned(),
            "`ruleout collect` shows the tickets of an artefact".to_owned(),
        ),
        (several, _) => (
            format!("the artefacts of this case come to {several} tickets"),
            format!("say which is meant, as in `ticket: bob@example.com`: {}", subjects.join(", ")),
        ),
    };
    let span = wanted.map_or_else(|| start(case.source, &sources), |wanted| wanted.span);
    problems.push(Problem::error(Code::Case, span, message).help(help));
    (None, problems)
}

/// So many subjects are named where nobody can say which ticket is meant.
const SUBJECTS: usize = 5;

/// Where no fact says a date, none of an artefact is compared with one: whatever the year, the times say the same.
const ANY_YEAR: Date = Date::constant(2024, 12, 31);

/// Returns a day close behind the newest line of an artefact whose times say no year: the last that a fact says.
fn newest(facts: &Facts) -> Date {
    let times = facts.recorded.values().filter_map(|recorded| recorded.known.range()?.high);
    let day = times.filter_map(|bound| match bound.at {
        Amount::Instant(nanos) | Amount::Civil(nanos) => Timestamp::from_nanosecond(nanos).ok(),
        _ => None,
    });
    day.max().map_or(ANY_YEAR, |last| Offset::UTC.to_datetime(last).date())
}

/// Reads the fact file of a case: what it records, and what it expects.
fn expected(
    graph: &InferenceGraph,
    sources: &Sources,
    case: &Case,
) -> (Option<(Facts, Expectation)>, Problems) {
    let (source, format) = (case.source, case.format);
    let text = sources.text(sources.whole(source));
    let (node, mut problems) = tree::read(source, text, format, &tree::Limits::default());
    let Some(node) = node else { return (None, problems) };
    let (facts, found) = recorded::read(&graph.pack, sources, source, &node);
    problems.extend(found);
    let (expectation, found) = expect::read(&graph.pack, sources, source, &node);
    problems.extend(found);
    (Some((facts, expectation)), problems)
}

/// Returns the name of a file without its ending.
fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

fn called_twice(sources: &Sources, id: SourceId, stem: &str, first: &Case) -> Problem {
    let message = format!("two cases are called `{stem}`, and would share one snapshot");
    let problem = Problem::error(Code::Duplicate, start(id, sources), message);
    problem.also(start(first.source, sources), "the other one").help("give one of them another name")
}

fn start(id: SourceId, sources: &Sources) -> crate::source::Span {
    crate::source::Span { end: 0, ..sources.whole(id) }
}

/// Returns the last part of the name of a text.
pub fn file_name(sources: &Sources, id: SourceId) -> &str {
    let name = sources.get(id).map_or("", |source| source.name.as_str());
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// Runs one case.
#[cfg(feature = "cli")]
pub fn run(graph: &Arc<InferenceGraph>, sources: &Sources, case: &Case) -> Outcome {
    let mut outcome = Outcome {
        name: case.name.clone(),
        source: case.source,
        because: String::new(),
        problems: Problems::new(),
        missed: Vec::new(),
        todo: None,
        first: None,
        answer: None,
        kept: Kept::Same,
        accepted: None,
    };
    let (read, problems) = read(graph, sources, case);
    if let Some(read) = read {
        outcome.because.clone_from(&read.expectation.because);
        outcome.todo.clone_from(&read.expectation.todo);
        if !problems.has_errors() {
            compare_with_expected(&mut outcome, graph, case, &read);
        }
    }
    outcome.problems = problems.sorted();
    outcome
}

/// Compares an answer with what is expected and with what was accepted.
#[cfg(feature = "cli")]
fn compare_with_expected(outcome: &mut Outcome, graph: &Arc<InferenceGraph>, case: &Case, read: &CaseRead) {
    let sources = &read.sources;
    let ticket = Ticket::new(Arc::clone(graph), read.facts.clone(), sources.clone());
    let is_open = read.fine.is_none() && !graph.pack.causes.is_empty();
    let diagnosis = is_open.then(|| ticket.diagnosis());
    outcome.first = diagnosis.and_then(|diagnosis| first(graph, diagnosis));
    let answered = Answered { facts: &read.facts, fine: read.fine.as_deref(), diagnosis };
    outcome.missed = expect::missed(&graph.pack, &read.expectation, &answered);
    let answer = match (&read.fine, diagnosis) {
        (Some(fine), _) => format!("There is nothing to diagnose: {fine}"),
        (None, None) => known(graph, &read.facts),
        (None, Some(_)) => {
            // All of it: what moved is looked for in what is kept.
            let kept = Answer { top: Some(TOP), ..Answer::new(&ticket).in_detail(Detail::Kept) };
            text::plain(&kept, PAGE).trim_end().to_owned()
        }
    };
    outcome.kept = match case.accepted.and_then(|id| sources.get(id)) {
        None => Kept::New,
        Some(accepted) => match snapshot::contents(&accepted.text) {
            old if old == answer => Kept::Same,
            old => Kept::Changed(old),
        },
    };
    outcome.answer = Some(answer);
}

/// Lists what is known, which is all that a pack without causes says of a case.
#[cfg(feature = "cli")]
fn known(graph: &InferenceGraph, facts: &Facts) -> String {
    let fact = |(id, recorded): (&crate::pack::FactId, &recorded::Recorded)| {
        format!("{}: {}", graph.pack.facts[*id].name.value, recorded.written)
    };
    facts.recorded.iter().map(fact).collect::<Vec<_>>().join("\n")
}

/// Returns what comes first in an answer.
#[cfg(feature = "cli")]
fn first(graph: &InferenceGraph, diagnosis: &Diagnosis) -> Option<(String, Probability)> {
    if diagnosis.impossible.is_some() {
        return None;
    }
    let (first, probability) = diagnosis.ranking().next()?;
    let name = match first {
        Leader::Cause(id) => graph.pack.causes[id].name.value.clone(),
        Leader::Unlisted => unlisted().to_owned(),
    };
    Some((name, probability))
}

/// Runs cases side by side on so many threads; `done` is told after each how many are over.
#[cfg(feature = "cli")]
pub fn run_all(
    graph: &Arc<InferenceGraph>,
    sources: &Sources,
    cases: &[Case],
    threads: usize,
    done: &(dyn Fn(usize) + Sync),
) -> Vec<Outcome> {
    let (next, over) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut outcomes = Vec::new();
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            outcomes.push(run(graph, sources, case));
            done(over.fetch_add(1, Ordering::Relaxed) + 1);
        }
        outcomes
    };
    let mut outcomes: Vec<Outcome> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.clamp(1, cases.len().max(1))).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect()
    });
    outcomes.sort_by(|a, b| a.name.cmp(&b.name));
    outcomes.extend(lost(cases, &outcomes));
    outcomes
}

/// Cases whose thread ended before they did: a defect of this program, which must not look like success.
#[cfg(feature = "cli")]
fn lost(cases: &[Case], outcomes: &[Outcome]) -> Vec<Outcome> {
    let over: BTreeSet<&str> = outcomes.iter().map(|o| o.name.as_str()).collect();
    let missing = cases.iter().filter(|case| !over.contains(case.name.as_str()));
    let failed = |case: &Case| {
        let mut problems = Problems::new();
        let message = "this case could not be run to its end, which is a defect of this program";
        let span = crate::source::Span { source: case.source, start: 0, end: 0 };
        problems.push(Problem::error(Code::Case, span, message).help("please report it, with the case"));
        Outcome {
            name: case.name.clone(),
            source: case.source,
            because: String::new(),
            problems,
            missed: Vec::new(),
            todo: None,
            first: None,
            answer: None,
            kept: Kept::Same,
            accepted: None,
        }
    };
    missing.map(failed).collect()
}
