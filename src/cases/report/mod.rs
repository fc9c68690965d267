//! What became of the cases of some packs, for people and for programs, one file per form.
//!
//! What a case expects decides whether it passes. What else moved in its answer is told apart from that, and fails it only where
//! the order of the causes is another or a chance moved further than may be ([`Strictness`]).

mod json;
mod junit;
mod text;

pub use json::json;
pub use junit::junit;
pub use text::text;

use super::{Kept, Outcome, Verdict};
use crate::problem::{Code, Problem, Problems, Severity};
use crate::source::{Sources, Span};

/// The cases of a pack after a run.
#[derive(Debug, Default)]
pub struct Run {
    /// The name of the pack; where it does not compile, that of its folder.
    pub name: String,
    /// Its version; empty where it says none.
    pub version: String,
    /// Every case, by name; none where the pack does not compile.
    pub outcomes: Vec<Outcome>,
    /// Files that belong to no case; each counts as a failure.
    pub strays: Problems,
    /// What is wrong with the pack itself; where that fails, it counts as one failure.
    pub problems: Problems,
    /// The snapshots without a case that were deleted.
    pub deleted: Vec<String>,
}

/// What fails besides what is wrong.
#[derive(Debug, Clone, Copy, Default)]
pub struct Strictness {
    /// How far a chance may move from the answer that was accepted, in percentage points.
    pub tolerance: f64,
    /// Whether a warning fails.
    pub warnings: bool,
    /// Whether a case without an accepted answer fails.
    pub new: bool,
    /// Whether every answer fails that is not the accepted one.
    pub drift: bool,
}

/// What there is to report.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The packs, as they were named.
    pub runs: &'a [Run],
    /// The texts.
    pub sources: &'a Sources,
    /// What fails.
    pub strictness: Strictness,
}

/// How many cases came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// As expected, those that are new or drifted among them.
    pub passed: usize,
    /// Of these, those without an accepted answer.
    pub new: usize,
    /// Of these, those whose answer has moved as far as it may.
    pub drifted: usize,
    /// Not as expected, as they say themselves.
    pub todo: usize,
    /// Everything else, with the files that belong to no case and the packs that cannot be used.
    pub failed: usize,
}

impl Report<'_> {
    /// Counts all cases.
    pub fn count(&self) -> Count {
        self.runs.iter().fold(Count::default(), |sum, run| {
            let of = self.count_of(run);
            Count {
                passed: sum.passed + of.passed,
                new: sum.new + of.new,
                drifted: sum.drifted + of.drifted,
                todo: sum.todo + of.todo,
                failed: sum.failed + of.failed,
            }
        })
    }

    /// Counts the cases of a pack.
    fn count_of(&self, run: &Run) -> Count {
        let mut count = Count { failed: run.strays.count(Severity::Error), ..Count::default() };
        count.failed += usize::from(self.fails_by(&run.problems));
        for outcome in &run.outcomes {
            let verdict = self.verdict(outcome);
            count.todo += usize::from(verdict == Verdict::Todo);
            count.failed += usize::from(verdict == Verdict::Failed);
            count.passed += usize::from(verdict < Verdict::Todo);
            count.new += usize::from(verdict == Verdict::New);
            count.drifted += usize::from(verdict == Verdict::Drifted);
        }
        count
    }

    /// Returns what an outcome comes to, as strictly as it is asked for.
    fn verdict(&self, outcome: &Outcome) -> Verdict {
        let Strictness { tolerance, new, drift, .. } = self.strictness;
        match outcome.verdict(tolerance) {
            Verdict::New if new => Verdict::Failed,
            Verdict::Drifted if drift => Verdict::Failed,
            _ if self.fails_by(&outcome.problems) => Verdict::Failed,
            verdict => verdict,
        }
    }

    fn fails_by(&self, problems: &Problems) -> bool {
        problems.has_errors() || self.strictness.warnings && problems.count(Severity::Warning) > 0
    }

    /// Returns everything as problems at their places, for the forms that are lists of problems: what fails as errors, what is only
    /// told as hints.
    pub fn problems(&self) -> Problems {
        let mut all = Problems::new();
        for run in self.runs {
            all.extend(run.problems.clone());
            all.extend(run.strays.clone());
            for outcome in &run.outcomes {
                all.extend(outcome.problems.clone());
                self.told(outcome).into_iter().for_each(|problem| all.push(problem));
            }
        }
        all
    }

    /// Returns what is to be told of a case besides its own problems.
    fn told(&self, outcome: &Outcome) -> Vec<Problem> {
        let verdict = self.verdict(outcome);
        let severity = if verdict == Verdict::Failed { Severity::Error } else { Severity::Hint };
        let at =
            |span: Span, message: String| Problem { severity, ..Problem::error(Code::Case, span, message) };
        let start = Span { source: outcome.source, start: 0, end: 0 };
        let name = &outcome.name;
        if let Some(todo) = outcome.todo.as_ref().filter(|_| outcome.is_done()) {
            return vec![at(todo.span, format!("{name}: {DONE}")).help(TAKE_OUT)];
        }
        if !outcome.missed.is_empty() {
            let missed = outcome.missed.iter().map(|missed| {
                let todo = if verdict == Verdict::Todo { "known not to be as expected yet: " } else { "" };
                let message = format!("{name}: {todo}expected {}, got {}", missed.expected, missed.got);
                let why = outcome.todo.as_ref().map_or(&outcome.because, |todo| &todo.value);
                at(missed.span, message).help(format!("because {why}"))
            });
            return missed.collect();
        }
        match &outcome.kept {
            Kept::New if outcome.answer.is_some() => {
                vec![at(start, format!("{name}: {NEW}")).help(ACCEPT)]
            }
            Kept::Changed(_) => {
                let drift = outcome.drift().map_or_else(String::new, |drift| drift.to_string());
                vec![at(start, format!("{name}: the answer changed: {drift}")).help(ACCEPT)]
            }
            _ => Vec::new(),
        }
    }
}

/// What is said of a case whose `todo` is over.
const DONE: &str = "it is answered as it expects, though its `todo` says that it is not";
/// What to do then.
const TAKE_OUT: &str = "take out `todo`, so that it stays right";
/// What is said of a case without an accepted answer.
const NEW: &str = "as expected; its answer is not accepted yet";
/// What to do then.
const ACCEPT: &str = "look at it with `ruleout review`, or accept it with `ruleout test --accept`";
