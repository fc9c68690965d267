//! `ruleout test`

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::path::Path;
use std::time::{Duration, Instant};

use super::output;
use super::outputs::{Form, Outputs};
use super::packs::{Chosen, PacksArgs};
use super::{FAILED, FINE, Limits, PROBLEMS, checked, compile, complain, page_width, show};
use crate::cases::report::{self, Report, Run, Strictness};
use crate::cases::{self, Case, CaseTexts, Kept, Outcome, file_name, snapshot};
use crate::loader::{self, Unreadable};
use crate::problem::Problems;
use crate::render::problems;
use crate::source::Sources;

/// Runs the cases of one or more packs: is each answered as it expects, and as it was answered before?
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout test                                    the pack of the current folder
  ruleout test rules/*                            several packs, with one summary
  ruleout test rules/printer --filter near_miss
  ruleout test rules/printer --accept
  ruleout test --deny new --format github --format junit=cases.xml

A case is a fact file in `cases/` with `expect` in it: what is expected there decides. Its whole answer is
kept in `snapshots/` too. Where that changes, the case fails if the causes or their order change, or if a
chance moves by more than --tolerance; less is told as drift. A case whose answer was not accepted yet is
told as new. `todo: \"why\"` in `expect` marks an answer that is known to be wrong: that is told and does not
fail, until it is right.

A new answer is left beside the accepted one as `.snap.new`, for `ruleout review` or `cargo insta review`;
not where CI=true or INSTA_UPDATE=no.

Exit codes: 0 none failed, 1 some failed or errors in a pack, 2 usage or I/O.")]
pub(super) struct Test {
    #[command(flatten)]
    packs: PacksArgs,
    /// Only cases whose names contain this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// Take every answer as it is now, say which, and delete snapshots that belong to no case
    #[arg(long)]
    accept: bool,
    /// How far a chance may move from the accepted answer, in percentage points; another order of causes always fails
    #[arg(long, value_name = "POINTS", default_value = "5", value_parser = points)]
    tolerance: f64,
    /// What fails besides
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    deny: Vec<Deny>,
    /// Name the cases that passed too
    #[arg(long, short)]
    verbose: bool,
    #[command(flatten)]
    outputs: Outputs,
    #[command(flatten)]
    limits: Limits,
}

/// What fails besides what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Deny {
    /// Warnings of the pack, as `ruleout check` finds them, and of the cases
    Warnings,
    /// Cases without an accepted answer
    New,
    /// Answers that are not the accepted ones, however little has moved
    Drift,
}

/// Reads percentage points: `5`, `2.5`, `5 %`.
fn points(text: &str) -> Result<f64, String> {
    match text.trim().trim_end_matches('%').trim_end().parse::<f64>() {
        Ok(points) if (0.0..=100.0).contains(&points) => Ok(points),
        _ => Err("percentage points from 0 to 100 are needed, as in `--tolerance 2.5`".to_owned()),
    }
}

/// From then on it is said how far it is.
const LASTS: Duration = Duration::from_secs(1);

impl Test {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        if self.outputs.are_mixed() {
            return Ok(FAILED);
        }
        let packs = self.packs.chosen();
        if self.accept && packs.iter().any(Option::is_none) {
            complain("the pack inside this program cannot be written\n  help: name the folder of a pack\n");
            return Ok(FAILED);
        }
        let mut sources = Sources::default();
        let mut keeper = Keeper { accept: self.accept, failed: None };
        let (mut runs, mut failed) = (Vec::new(), Vec::new());
        for pack in &packs {
            match self.pack(pack, &mut sources, &mut keeper) {
                Ok(run) => runs.push(run),
                Err(error) => failed.push(error.to_string()),
            }
        }
        let has_cases = |run: &Run| !run.outcomes.is_empty() || run.problems.has_errors();
        if failed.is_empty() && !runs.iter().any(has_cases) {
            complain(&self.nothing(&runs));
            return Ok(FAILED);
        }
        for run in runs.iter().filter(|run| !has_cases(run) && self.filter.is_empty()) {
            complain(&format!("note: the pack {} has no cases\n", run.name));
        }
        let report = Report { runs: &runs, sources: &sources, strictness: self.strictness() };
        if !runs.is_empty() {
            self.report(&report)?;
        }
        // An answer that should be accepted and is not is a failure; one that could only be looked at later is not.
        match keeper.failed {
            Some(error) if self.accept => failed.push(error.to_string()),
            Some(error) => {
                complain(&format!("note: the new answers could not be kept for review: {}\n", error.reason));
            }
            None => {}
        }
        failed.iter().for_each(|error| complain(&format!("{error}\n")));
        Ok(if !failed.is_empty() {
            FAILED
        } else if report.count().failed == 0 {
            FINE
        } else {
            PROBLEMS
        })
    }

    fn strictness(&self) -> Strictness {
        let denies = |what| self.deny.contains(&what);
        Strictness {
            tolerance: self.tolerance,
            warnings: denies(Deny::Warnings),
            new: denies(Deny::New),
            drift: denies(Deny::Drift),
        }
    }

    fn report(&self, report: &Report<'_>) -> Result<(), Unreadable> {
        self.outputs.write(|form, look| match form {
            Form::Text => report::text(report, self.verbose, look, page_width()),
            Form::Json => report::json(report),
            Form::Github => problems::github(&report.problems(), report.sources),
            Form::Sarif => problems::sarif(&report.problems(), report.sources),
            Form::Junit => report::junit(report),
        })?;
        // In the other forms they are among the rest.
        for run in report.runs.iter().filter(|run| self.outputs.is_text() && !run.problems.is_empty()) {
            show(&run.problems, report.sources);
        }
        Ok(())
    }

    /// Runs the cases of one pack.
    fn pack(&self, pack: &Chosen, sources: &mut Sources, keeper: &mut Keeper) -> Result<Run, Unreadable> {
        let folder = pack.as_deref();
        // What is only a warning is for `ruleout check`, unless it is to fail.
        let (graph, found) = if self.deny.contains(&Deny::Warnings) {
            let (graph, found) = checked(folder, &self.limits, sources)?;
            (graph, found.retain(|problem| problem.severity < crate::problem::Severity::Hint))
        } else {
            let (graph, found) = compile(folder, &self.limits, sources)?;
            (graph, found.errors())
        };
        let Some(graph) = graph else {
            let name = folder.map_or_else(String::new, called);
            return Ok(Run { name, problems: found, ..Run::default() });
        };
        let (texts, unread) = loader::cases(folder, self.limits.max_bytes, sources)?;
        let (mut cases, mut strays) = cases::discover(sources, &texts);
        strays.extend(unread);
        for passed in folder.map(loader::passed_over).unwrap_or_default() {
            strays.push(passed.problem(sources));
        }
        cases.retain(|case| case.name.contains(&self.filter));
        let mut outcomes = cases::run_all(&graph, sources, &cases, threads(), &progress(cases.len()));
        clear_progress();
        let mut deleted = Vec::new();
        if let Some(folder) = folder {
            for (case, outcome) in cases.iter().zip(&mut outcomes) {
                keeper.leave(folder, case, outcome, sources);
            }
            if self.accept {
                (strays, deleted) = keeper.delete(folder, &texts, &strays, sources);
            }
        }
        let manifest = &graph.pack.manifest;
        let (name, version) = (manifest.name.clone(), manifest.version.clone());
        Ok(Run { name, version, outcomes, strays, problems: found, deleted })
    }

    fn nothing(&self, runs: &[Run]) -> String {
        let names: BTreeSet<&str> = runs.iter().map(|run| run.name.as_str()).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let packs = match names.as_slice() {
            [one] => format!("the pack {one}"),
            several => format!("the packs {}", several.join(", ")),
        };
        if self.filter.is_empty() {
            format!("{packs}: no cases\n  help: put a fact file with `expect` in it into `cases/`\n")
        } else {
            format!("{packs}: no case has `{}` in its name\n", self.filter)
        }
    }
}

/// Returns the name of a folder; of `.`, where that is.
fn called(folder: &Path) -> String {
    let path = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    path.file_name().map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Writes what a run found out, as far as it may: a folder that cannot be written keeps nobody from seeing the outcome.
struct Keeper {
    /// Whether every answer is taken as it is.
    accept: bool,
    /// Why something could not be written.
    failed: Option<Unreadable>,
}

impl Keeper {
    /// Returns whether anything is written: nothing is left behind where nobody would look at it.
    fn writes(&self) -> bool {
        let is = |name: &str| std::env::var(name).unwrap_or_default();
        let is_ci = !matches!(is("CI").to_lowercase().as_str(), "" | "0" | "false" | "no");
        self.accept || !is_ci && is("INSTA_UPDATE") != "no"
    }

    /// Leaves what a run found out: the accepted answer, or the one to look at.
    fn leave(&mut self, folder: &Path, case: &Case, outcome: &mut Outcome, sources: &Sources) {
        let Some(answer) = outcome.answer.as_ref().filter(|_| self.writes()) else { return };
        let path = |ending| folder.join("snapshots").join(format!("{}.{ending}", case.name));
        let source = format!("cases/{}", file_name(sources, case.source));
        let file = || snapshot::file(&source, &outcome.because, answer);
        if outcome.kept != Kept::Same && !self.accept {
            return self.note(loader::write_in(folder, &path("snap.new"), &file()));
        }
        if outcome.kept != Kept::Same {
            match loader::write_in(folder, &path("snap"), &file()) {
                Ok(()) => {
                    let was =
                        outcome.drift().map_or_else(|| "its first answer".to_owned(), |d| d.to_string());
                    outcome.accepted = Some(was);
                    outcome.kept = Kept::Same;
                }
                failed => return self.note(failed),
            }
        }
        if case.pending.is_some() {
            self.note(loader::remove_in(folder, &path("snap.new")));
        }
    }

    /// Deletes the snapshots that belong to no case, and returns what is left over and what was deleted.
    fn delete(
        &mut self,
        folder: &Path,
        texts: &CaseTexts,
        strays: &Problems,
        sources: &Sources,
    ) -> (Problems, Vec<String>) {
        let (mut left, mut deleted) = (Problems::new(), Vec::new());
        for stray in strays {
            let id = stray.span().source;
            let file = file_name(sources, id);
            if texts.snapshots.contains(&id) && snapshot::is_one(file) {
                let removed = loader::remove_in(folder, &folder.join("snapshots").join(file));
                if removed.is_ok() {
                    deleted.push(format!("snapshots/{file}"));
                }
                self.note(removed);
            } else {
                left.push(stray.clone());
            }
        }
        (left, deleted)
    }

    fn note(&mut self, written: Result<(), Unreadable>) {
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }
}

pub(super) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// On a terminal, and where it lasts, how many cases are over.
fn progress(all: usize) -> impl Fn(usize) + Sync {
    let (start, shown) = (Instant::now(), std::io::stderr().is_terminal());
    move |over| {
        if shown && start.elapsed() > LASTS {
            output::progress(&format!("{over} of {all} cases"));
        }
    }
}

fn clear_progress() {
    if std::io::stderr().is_terminal() {
        output::progress("");
    }
}
