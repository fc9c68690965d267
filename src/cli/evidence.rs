//! The artefacts that a command is given, and the tickets that they come to.

use std::path::{Path, PathBuf};

use super::output::progress;
use super::{FAILED, FINE, complain};
use crate::collect::{self, Collected};
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
}

/// Returns whether a path is that of a fact file in a format that no artefact has.
fn is_fact_file(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    matches!(ending.as_deref(), Some("yaml" | "yml" | "toml" | "ron"))
}

/// What artefacts come to.
pub(super) struct Incident {
    pub(super) records: Records,
    pub(super) tickets: Vec<Collected>,
}

impl Incident {
    /// Returns the one ticket that it comes to; where it comes to several, or nothing is wrong, that is said.
    ///
    /// # Errors
    /// The exit code.
    pub(super) fn one(mut self) -> Result<Collected, u8> {
        let several = self.tickets.len();
        let Some(ticket) = self.tickets.pop().filter(|_| several == 1) else {
            let subjects: Vec<String> = self.tickets.iter().take(SUBJECTS).map(shown::subject).collect();
            complain(&format!(
                "these artefacts come to {several} tickets\n  help: choose one with `--ticket TEXT`, by a part of its subject: {}\n",
                subjects.join("; ")
            ));
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
}

/// So many subjects are named where one is to be chosen.
const SUBJECTS: usize = 5;

impl EvidenceArgs {
    /// Makes the arguments of `collect`, whose artefacts stand alone.
    pub(super) fn of(evidence: Vec<PathBuf>, site: Option<PathBuf>) -> Self {
        Self { evidence, site, ticket: None }
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
        let records = records(&files, options(graph, by_hand))?;
        let mut tickets = collect::collect(&graph.pack, &records, by_hand, sources);
        if let Some(wanted) = self.ticket.as_ref().map(|wanted| wanted.to_lowercase()) {
            let names = |(_, value): &(String, String)| value.to_lowercase().contains(&wanted);
            tickets.retain(|ticket| ticket.subject.iter().any(names));
            if tickets.is_empty() {
                complain(&format!(
                    "no ticket contains `{wanted}`\n  help: leave out `--ticket` to see all\n"
                ));
            }
        }
        Ok(Incident { records, tickets })
    }
}

/// Returns what readers have to know of a pack and of a site.
fn options(graph: &InferenceGraph, by_hand: &Facts) -> Options {
    Options {
        limits: Limits::default(),
        zone: collect::site(&graph.pack, by_hand),
        newest: None,
        declared: collect::declared(&graph.pack, by_hand),
    }
}

/// Reads artefacts, and says on a terminal how far it is where that lasts.
pub(super) fn records(files: &[PathBuf], mut options: Options) -> Result<Records, Unreadable> {
    options.newest = loader::newest(files);
    let inputs = loader::artefacts(files)?;
    let mut bytes = 0u64;
    let mut told = 0u64;
    const STEP: u64 = 64 << 20;
    let records = evidence::read(inputs, &options, &mut |more| {
        bytes += more;
        if bytes >= told + STEP {
            told = bytes;
            progress(&format!("{} MB read ...", bytes >> 20));
        }
    });
    if told > 0 {
        progress("");
    }
    Ok(records)
}
