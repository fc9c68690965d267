//! `ruleout watch`

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::output::is_gone;
use super::packs::PackArgs;
use super::test::threads;
use super::{FAILED, FINE, Limits, checked, columns, complain, count, print};
use crate::cases::{self, Outcome};
use crate::loader::{self, Unreadable};
use crate::problem::{Problems, Severity};
use crate::render::wrap::hanging;
use crate::report::words;
use crate::source::Sources;

/// Checks a pack and runs its cases whenever one of its files changes, and says in a line what changed
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout watch rules/printer

Each line says when, what was written, whose answers moved, how many cases are as expected, how many problems there are, and the
first of them.
Ctrl-C ends it; exit code 2 where the folder cannot be read.")]
pub(super) struct Watch {
    #[command(flatten)]
    pack: PackArgs,
    #[command(flatten)]
    limits: Limits,
}

/// How often it is looked.
const PAUSE: Duration = Duration::from_millis(200);
/// What did not change for so long is whole.
const SETTLED: Duration = Duration::from_millis(50);
/// So many answers that moved are named.
const NAMED: usize = 3;
/// So many columns a line has at least, however narrow the terminal.
const NARROWEST: usize = 40;

/// What is known of a pack after a run.
#[derive(Default)]
struct State {
    problems: Problems,
    /// The first problem, at its place.
    first: Option<String>,
    /// Where its files are, those of packs that it uses among them.
    folders: BTreeSet<PathBuf>,
    /// None where the pack does not compile.
    cases: Option<BTreeMap<String, Outcome>>,
}

impl Watch {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let Some(pack) = self.pack.chosen() else {
            complain("the pack inside this program does not change\n  help: give the folder of a pack\n");
            return Ok(FAILED);
        };
        let mut state = self.check(&pack)?;
        let mut seen = loader::written(&state.folders);
        tell(&line(&pack.display().to_string(), None, &state));
        while !is_gone() {
            std::thread::sleep(PAUSE);
            let mut now = loader::written(&state.folders);
            let changed = changed(&seen, &now);
            if changed.is_empty() {
                continue;
            }
            // A file that is being written is read when it is whole.
            loop {
                std::thread::sleep(SETTLED);
                let then = std::mem::replace(&mut now, loader::written(&state.folders));
                if then == now {
                    break;
                }
            }
            seen = now;
            match self.check(&pack) {
                Ok(new) => {
                    tell(&line(&changed.join(", "), Some(&state), &new));
                    state = new;
                }
                Err(error) => complain(&format!("{error}\n")),
            }
        }
        Ok(FINE)
    }

    fn check(&self, pack: &Path) -> Result<State, Unreadable> {
        let mut sources = Sources::default();
        let (graph, problems) = checked(Some(pack), &self.limits, &mut sources)?;
        let folders = folders(pack, &sources);
        let worst = problems.iter().min_by_key(|problem| problem.severity);
        let first = worst
            .filter(|problem| problem.severity != Severity::Hint)
            .map(|problem| format!("{}: {}", sources.place(problem.span()), problem.message));
        let Some(graph) = graph else { return Ok(State { problems, first, folders, cases: None }) };
        let (texts, _) = loader::cases(Some(pack), self.limits.max_bytes, &mut sources)?;
        let (cases, _) = cases::discover(&sources, &texts);
        let outcomes = cases::run_all(&graph, &sources, &cases, threads(), &|_| {});
        let cases = outcomes.into_iter().map(|outcome| (outcome.name.clone(), outcome)).collect();
        Ok(State { problems, first, folders, cases: Some(cases) })
    }
}

/// Where the files that were read are, and the cases.
fn folders(pack: &Path, sources: &Sources) -> BTreeSet<PathBuf> {
    let read = sources.iter().filter_map(|source| Path::new(&source.name).parent()).map(Path::to_path_buf);
    read.chain([pack.to_path_buf(), pack.join("cases")]).collect()
}

/// The names of the files that are new, gone or different.
fn changed<K: PartialEq>(before: &BTreeMap<PathBuf, K>, now: &BTreeMap<PathBuf, K>) -> Vec<String> {
    let different =
        now.iter().filter(|(path, stamp)| before.get(*path) != Some(*stamp)).map(|(path, _)| path);
    let gone = before.keys().filter(|path| !now.contains_key(*path));
    let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    different.chain(gone).filter_map(name).collect()
}

/// Prints a line behind the time of day, wrapped at words where a terminal is narrower.
fn tell(line: &str) {
    let time = jiff::ZonedDateTime::now().strftime("%H:%M:%S  ").to_string();
    let width = columns().unwrap_or(usize::MAX).max(NARROWEST);
    for line in hanging(width, &time, line) {
        print(&format!("{line}\n"));
    }
}

/// Says in a line what moved, what is so now, and what is wrong first.
fn line(what: &str, before: Option<&State>, now: &State) -> String {
    let problems = if now.problems.is_empty() { "no problems".to_owned() } else { count(&now.problems) };
    let mut parts = Vec::new();
    if let Some(cases) = &now.cases {
        if let Some(before) = before.and_then(|before| before.cases.as_ref()) {
            let mut moved: Vec<(Moved, String)> =
                cases.values().filter_map(|outcome| moved(before.get(&outcome.name), outcome)).collect();
            moved.sort();
            let moved: Vec<&str> = moved.iter().map(|(_, said)| said.as_str()).collect();
            parts.push(match moved.as_slice() {
                [] => "no answer moved".to_owned(),
                moved => format!("{} moved: {}", moved.len(), few(moved)),
            });
        }
        parts.push(outcome(cases));
    }
    parts.push(problems.trim_end().to_owned());
    parts.extend(now.first.clone());
    format!("{what}: {}", parts.join(" · "))
}

/// Says how many cases are as expected.
fn outcome(cases: &BTreeMap<String, Outcome>) -> String {
    let failed: Vec<&str> = cases
        .values()
        .filter(|outcome| {
            outcome.todo.is_some() == outcome.missed.is_empty() || outcome.problems.has_errors()
        })
        .map(|outcome| outcome.name.as_str())
        .collect();
    match failed.as_slice() {
        [] => format!("{} as expected", words::count(cases.len(), "case", "cases")),
        failed => {
            let all = words::count(cases.len(), "case", "cases");
            format!("{} of {all} not as expected: {}", failed.len(), few(failed))
        }
    }
}

fn few(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown}, {more} more"),
    }
}

/// How much an answer moved, the most first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Moved {
    /// Something else comes first.
    First,
    /// The first is more or less likely.
    Percent,
    /// What stands behind it.
    Behind,
}

/// How the answer to a case moved: what comes first, and how likely that is.
fn moved(before: Option<&Outcome>, now: &Outcome) -> Option<(Moved, String)> {
    let before = before?;
    if before.answer == now.answer {
        return None;
    }
    let said = |outcome: &Outcome| {
        outcome
            .first
            .as_ref()
            .map_or(("impossible".to_owned(), String::new()), |(name, p)| (name.clone(), words::chance(*p)))
    };
    let ((old, was), (new, is)) = (said(before), said(now));
    Some(match (old == new, was == is) {
        (true, true) => (Moved::Behind, format!("{} (only below the first)", now.name)),
        (true, false) => (Moved::Percent, format!("{} ({new} {was} → {is})", now.name)),
        (false, _) => (Moved::First, format!("{} ({old} {was} → {new} {is})", now.name)),
    })
}
