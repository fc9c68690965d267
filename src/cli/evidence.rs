//! The artefacts that a command is given, and the tickets that they come to.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use super::output::progress;
use super::{FAILED, FINE, complain};
use crate::collect::{self, Artefacts, Collected, Incident};
use crate::evidence::{self, Options};
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::loader::{self, Unreadable};
use crate::records::{Limits, Records};
use crate::render::evidence as shown;
use crate::source::Sources;

/// What an engineer has, as it is.
#[derive(Debug, Default, clap::Args)]
pub(super) struct EvidenceArgs {
    /// Read facts from artefacts, as they are: bounces, logs, answers of `dig`, exports; files, folders, or `-`. Several of one
    /// incident are read together. `NAME=FILE` reads a file for one table, whatever it looks like. What ends in .yaml, .toml or
    /// .ron is a fact file
    #[arg(long, value_name = "FILE", num_args = 1..)]
    evidence: Vec<PathBuf>,
    /// A fact file about what is ours: own hosts, addresses, time zone; without it, `site.yaml` beside the pack is read, where
    /// it is there
    #[arg(long, value_name = "FILE")]
    site: Option<PathBuf>,
    /// Only tickets whose subject contains this: an address, a message id
    #[arg(long, value_name = "TEXT")]
    ticket: Option<String>,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Returns whether a path is that of a fact file in a format that no artefact has.
fn is_fact_file(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    matches!(ending.as_deref(), Some("yaml" | "yml" | "toml" | "ron"))
}

/// Returns the one ticket that artefacts come to; where they come to several, or nothing is wrong, that is said.
///
/// # Errors
/// The exit code.
pub(super) fn one(mut incident: Incident) -> Result<Collected, u8> {
    let several = incident.tickets.len();
    let Some(ticket) = incident.tickets.pop().filter(|_| several == 1) else {
        if several > 1 {
            let subjects: Vec<String> = incident.tickets.iter().take(SUBJECTS).map(shown::subject).collect();
            complain(&format!(
                "these artefacts come to {several} tickets\n  help: choose one with `--ticket TEXT`, by a part of its subject: {}\n",
                subjects.join("; ")
            ));
        }
        return Err(FAILED);
    };
    if let Some(fine) = &ticket.fine {
        complain(&format!("There is nothing to diagnose: {fine}\n"));
        return Err(FINE);
    }
    if ticket.read.is_empty() {
        complain(
            "note: nothing in these artefacts says anything that the pack reads\n  help: `ruleout records FILE` shows what is read of one\n",
        );
    }
    Ok(ticket)
}

/// So many subjects are named where one is to be chosen.
const SUBJECTS: usize = 5;

impl EvidenceArgs {
    /// Makes the arguments of `collect`, whose artefacts stand alone.
    pub(super) fn of(evidence: Vec<PathBuf>, site: Option<PathBuf>, limits: LimitArgs) -> Self {
        Self { evidence, site, ticket: None, limits }
    }

    /// Returns whether artefacts were named.
    pub(super) fn is_said(&self) -> bool {
        !self.evidence.is_empty()
    }

    /// Returns the fact files among what was named, and the site file.
    pub(super) fn fact_files(&self, pack: Option<&Path>) -> Vec<PathBuf> {
        if !self.is_said() && self.site.is_none() {
            return Vec::new();
        }
        let beside = pack.map(|pack| pack.join("site.yaml")).filter(|path| path.is_file());
        let site = self.site.clone().or(beside);
        let among = self.evidence.iter().filter(|path| is_fact_file(path)).cloned();
        among.chain(site).collect()
    }

    /// Reads the artefacts, by what the pack says of them.
    pub(super) fn read(
        &self,
        graph: &InferenceGraph,
        by_hand: &Facts,
        sources: &mut Sources,
    ) -> Result<Incident, Unreadable> {
        let files: Vec<PathBuf> = self.evidence.iter().filter(|path| !is_fact_file(path)).cloned().collect();
        let inputs = loader::artefacts(&files)?;
        let artefacts = Artefacts { inputs, newest: loader::newest(&files), limits: self.limits.limits() };
        let mut incident =
            telling(|progress| collect::incident(&graph.pack, artefacts, by_hand, sources, progress));
        if let Some(wanted) = self.ticket.as_ref().map(|wanted| wanted.to_lowercase()) {
            let names = |(_, value): &(String, String)| value.to_lowercase().contains(&wanted);
            incident.tickets.retain(|ticket| ticket.subject.iter().any(names));
            if incident.tickets.is_empty() {
                complain(&format!(
                    "no ticket contains `{wanted}`\n  help: leave out `--ticket` to see all\n"
                ));
            }
        }
        Ok(incident)
    }
}

/// Says on a terminal how much was read so far, where that lasts.
fn telling<R>(read: impl FnOnce(&mut dyn FnMut(u64)) -> R) -> R {
    const STEP: u64 = 64 << 20;
    let is_seen = std::io::stderr().is_terminal();
    let (mut bytes, mut told) = (0u64, 0u64);
    let result = read(&mut |more| {
        bytes += more;
        if is_seen && bytes >= told + STEP {
            told = bytes;
            progress(&format!("{} MB read ...", bytes >> 20));
        }
    });
    if told > 0 {
        progress("");
    }
    result
}

/// Reads artefacts, and says on a terminal how far it is where that lasts.
pub(super) fn records(files: &[PathBuf], options: Options) -> Result<Records, Unreadable> {
    let options = Options { newest: loader::newest(files), ..options };
    let inputs = loader::artefacts(files)?;
    Ok(telling(|progress| evidence::read(inputs, &options, progress)))
}

/// How much is read of artefacts.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct LimitArgs {
    /// How much is read of artefacts: `rows=200000` rows of a table, `bytes=` of a text that is read as a whole, `unpacked=` bytes
    /// out of archives, `parts=` of a mail or files of an archive, `depth=` of those in each other, `line=` bytes. May be given
    /// several times
    #[arg(long = "limit", value_name = "NAME=N", value_parser = limit)]
    limits: Vec<(Limit, u64)>,
}

/// What is limited.
#[derive(Debug, Clone, Copy)]
enum Limit {
    Rows,
    Bytes,
    Unpacked,
    Parts,
    Depth,
    Line,
}

fn limit(text: &str) -> Result<(Limit, u64), String> {
    let wrong = || {
        "write `rows`, `bytes`, `unpacked`, `parts`, `depth` or `line` and a number, as in `--limit rows=200000`".to_owned()
    };
    let (name, number) = text.split_once('=').ok_or_else(wrong)?;
    let which = match name {
        "rows" => Limit::Rows,
        "bytes" => Limit::Bytes,
        "unpacked" => Limit::Unpacked,
        "parts" => Limit::Parts,
        "depth" => Limit::Depth,
        "line" => Limit::Line,
        _ => return Err(wrong()),
    };
    let number = number.parse::<u64>().ok().filter(|number| *number > 0).ok_or_else(wrong)?;
    Ok((which, number))
}

impl LimitArgs {
    /// Returns the limits.
    pub(super) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        for (which, number) in &self.limits {
            let count = usize::try_from(*number).unwrap_or(usize::MAX);
            match which {
                Limit::Rows => limits.rows = count,
                Limit::Bytes => limits.bytes = *number,
                Limit::Unpacked => limits.unpacked = *number,
                Limit::Parts => limits.parts = count,
                Limit::Depth => limits.depth = count,
                Limit::Line => limits.line = count,
            }
        }
        limits
    }
}
