//! `ruleout test`

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::output;
use super::{FAILED, FINE, Format, Limits, PROBLEMS, complain, emit, look, print, usable};
use crate::cases::report::{self, Report};
use crate::cases::{self, Case, Kept, Outcome, file_name, snapshot};
use crate::loader::{self, Unreadable};
use crate::problem::Problems;
use crate::source::Sources;

/// Runs the cases of a pack: is each answered as it expects, and as it was answered before?
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout test rules/printer
  ruleout test rules/printer --filter near_miss
  ruleout test rules/printer --accept

A case is a fact file in `cases/` with `expect` in it. Its whole answer is kept in `snapshots/`; where it
changes, the new one is left beside it as `.snap.new`, for `ruleout review` or `cargo insta review`.

Exit codes: 0 all passed, 1 some failed or problems in the pack, 2 usage or I/O.")]
pub(super) struct Test {
    /// The folder of the pack; without it, the mail flow pack inside this program
    pack: Option<PathBuf>,
    /// Only cases whose names contain this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// Take every answer as it is now, and delete snapshots that belong to no case
    #[arg(long)]
    accept: bool,
    /// Name the cases that passed too
    #[arg(long, short)]
    verbose: bool,
    /// How the outcome is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    limits: Limits,
}

/// From then on it is said how far it is.
const LASTS: Duration = Duration::from_secs(1);

impl Test {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        if self.accept && self.pack.is_none() {
            complain("the pack inside this program cannot be written\n  help: name the folder of a pack\n");
            return Ok(FAILED);
        }
        let mut sources = Sources::default();
        let Some(graph) = usable(self.pack.as_ref(), &self.limits, &mut sources)? else {
            return Ok(PROBLEMS);
        };
        let pack = self.pack.as_deref();
        let (texts, unread) = loader::cases(pack, self.limits.max_bytes, &mut sources)?;
        let (mut cases, mut strays) = cases::discover(&sources, &texts);
        strays.extend(unread);
        let found = cases.len();
        cases.retain(|case| case.name.contains(&self.filter));
        if cases.is_empty() {
            complain(&nothing(found, &self.filter));
            return Ok(FAILED);
        }
        for passed in pack.map(loader::passed_over).unwrap_or_default() {
            strays.push(passed.problem(&mut sources));
        }
        let mut outcomes = cases::run_all(&graph, &sources, &cases, threads(), &progress(cases.len()));
        clear_progress();
        if let Some(folder) = pack {
            for (case, outcome) in cases.iter().zip(&mut outcomes) {
                self.leave(folder, case, outcome, &sources)?;
            }
            if self.accept {
                strays = removed(folder, &texts, &strays, &sources)?;
            }
        }
        let manifest = &graph.pack.manifest;
        let report = Report {
            pack: (&manifest.name, &manifest.version),
            outcomes: &outcomes,
            strays: &strays,
            sources: &sources,
        };
        let write = if self.format == Format::Text { print } else { emit };
        write(&match self.format {
            Format::Text => report::text(&report, self.verbose, look()),
            Format::Json => report::json(&report),
        });
        Ok(if report.count().1 == 0 { FINE } else { PROBLEMS })
    }

    /// Leaves what a run found out: the accepted answer, or the one to look at.
    fn leave(
        &self,
        folder: &Path,
        case: &Case,
        outcome: &mut Outcome,
        sources: &Sources,
    ) -> Result<(), Unreadable> {
        let Some(answer) = &outcome.answer else { return Ok(()) };
        let path = |ending| folder.join("snapshots").join(format!("{}.{ending}", case.name));
        let source = format!("cases/{}", file_name(sources, case.source));
        let file = || snapshot::file(&source, &outcome.because, answer);
        if outcome.kept != Kept::Same && !self.accept {
            return loader::write_in(folder, &path("snap.new"), &file());
        }
        if outcome.kept != Kept::Same {
            loader::write_in(folder, &path("snap"), &file())?;
            outcome.kept = Kept::Same;
        }
        if case.pending.is_some() { loader::remove_in(folder, &path("snap.new")) } else { Ok(()) }
    }
}

/// Deletes the snapshots that belong to no case, and says which; what is left over is still told.
fn removed(
    folder: &Path,
    texts: &cases::CaseTexts,
    strays: &Problems,
    sources: &Sources,
) -> Result<Problems, Unreadable> {
    let mut left = Problems::new();
    for stray in strays {
        let id = stray.span().source;
        let file = file_name(sources, id);
        if texts.snapshots.contains(&id) && snapshot::is_one(file) {
            let path = folder.join("snapshots").join(file);
            loader::remove_in(folder, &path)?;
            complain(&format!("deleted {}\n", path.display()));
        } else {
            left.push(stray.clone());
        }
    }
    Ok(left)
}

fn nothing(found: usize, filter: &str) -> String {
    match found {
        0 => "this pack has no cases\n  help: put a fact file with `expect` in it into `cases/`\n".to_owned(),
        1 => format!("the one case is not called like `{filter}`\n"),
        _ => format!("none of {found} cases has `{filter}` in its name\n"),
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
