//! `ruleout review`

use std::io::BufRead as _;
use std::path::{Path, PathBuf};

use super::packs::PackArgs;
use super::{FAILED, FINE, Limits, PROBLEMS, complain, print};
use crate::cases::{self, Case, compare, snapshot};
use crate::loader::{self, Unreadable};
use crate::source::Sources;

/// Shows each answer that changed beside the one that was accepted, to take it or not
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  ruleout test rules/printer; ruleout review rules/printer

Answers are read a line at a time from standard input: a accepts, r rejects, s leaves it for later, q stops.

Exit codes: 0 nothing is left to look at, 1 something is, 2 usage or I/O.")]
pub(super) struct Review {
    #[command(flatten)]
    pack: PackArgs,
    /// How wide the page is, in columns
    #[arg(long, value_name = "N", default_value_t = 80)]
    width: usize,
    #[command(flatten)]
    limits: Limits,
}

/// What to do with a changed answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Accept,
    Reject,
    Skip,
    Stop,
}

impl Review {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let Some(pack) = self.pack.chosen() else {
            complain(
                "the pack inside this program has nothing to review\n  help: give the folder of a pack\n",
            );
            return Ok(FAILED);
        };
        if !pack.is_dir() {
            complain(&format!("there is no folder {}\n  help: give the folder of a pack\n", pack.display()));
            return Ok(FAILED);
        }
        let mut sources = Sources::default();
        let (texts, _) = loader::cases(Some(&pack), self.limits.max_bytes, &mut sources)?;
        let (mut cases, _) = cases::discover(&sources, &texts);
        cases.retain(|case| case.pending.is_some());
        if cases.is_empty() {
            print("nothing to look at: `ruleout test` leaves here what changed\n");
        }
        let mut left = cases.len();
        for (at, case) in cases.iter().enumerate() {
            print(&self.page(case, &sources, (at + 1, cases.len())));
            match ask() {
                Verdict::Accept => accept(&pack, case, &sources)?,
                Verdict::Reject => loader::remove_in(&pack, &path(&pack, case, "snap.new"))?,
                Verdict::Skip => continue,
                Verdict::Stop => break,
            }
            left -= 1;
        }
        Ok(if left == 0 { FINE } else { PROBLEMS })
    }

    fn page(&self, case: &Case, sources: &Sources, (at, all): (usize, usize)) -> String {
        let text = |id| sources.get(id).map(|source| snapshot::contents(&source.text));
        let new = case.pending.and_then(text).unwrap_or_default();
        let shown = match case.accepted.and_then(text) {
            None => format!("{new}\n"),
            Some(old) if old == new => "the answer is the accepted one again\n".to_owned(),
            Some(old) => compare::side_by_side(&old, &new, self.width),
        };
        let what = if case.accepted.is_none() { ", a new case" } else { "" };
        format!("\n{} ({at} of {all}{what})\n\n{shown}\n", case.name)
    }
}

fn path(pack: &Path, case: &Case, ending: &str) -> PathBuf {
    pack.join("snapshots").join(format!("{}.{ending}", case.name))
}

fn accept(pack: &Path, case: &Case, sources: &Sources) -> Result<(), Unreadable> {
    let new = case.pending.and_then(|id| sources.get(id)).map_or("", |source| source.text.as_str());
    loader::write_in(pack, &path(pack, case, "snap"), new)?;
    loader::remove_in(pack, &path(pack, case, "snap.new"))
}

/// Asks until there is an answer; the end of the input stops.
fn ask() -> Verdict {
    loop {
        print("(a)ccept, (r)eject, (s)kip, (q)uit? ");
        let mut line = String::new();
        if std::io::stdin().lock().read_line(&mut line).unwrap_or(0) == 0 {
            print("\n");
            return Verdict::Stop;
        }
        match line.trim().to_lowercase().as_str() {
            "a" | "accept" => return Verdict::Accept,
            "r" | "reject" => return Verdict::Reject,
            "s" | "skip" => return Verdict::Skip,
            "q" | "quit" => return Verdict::Stop,
            _ => {}
        }
    }
}
