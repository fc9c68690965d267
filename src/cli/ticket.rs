//! A ticket as a command is given it: its fact files, and the pack that reads them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::evidence::{EvidenceArgs, one};
use super::packs::TicketPlaces;
use super::{FAILED, Format as Told, Limits, PROBLEMS, complain, recorded, usable};
use crate::collect::Incident;
use crate::document::tree::Format;
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::loader::Unreadable;
use crate::source::Sources;

/// A pack, and what is recorded where fact files were named.
type Read = (Arc<InferenceGraph>, Option<Facts>);

/// Where a ticket is.
#[derive(Debug, clap::Args)]
pub(super) struct TicketArgs {
    #[command(flatten)]
    places: TicketPlaces,
    /// The format of the facts: ron, yaml, json or toml; needed for standard input
    #[arg(long, value_name = "FORMAT")]
    facts_format: Option<Format>,
    #[command(flatten)]
    evidence: EvidenceArgs,
    #[command(flatten)]
    limits: Limits,
}

impl TicketArgs {
    /// Reads the pack, then the facts; their problems are shown.
    ///
    /// # Errors
    /// The exit code, where they keep the ticket from being answered.
    pub(super) fn read(
        &self,
        sources: &mut Sources,
        told: Told,
    ) -> Result<Result<(Arc<InferenceGraph>, Facts), u8>, Unreadable> {
        if self.places.facts().is_empty() && !self.evidence.is_said() {
            complain("no fact file is named\n  help: name one, or `-` for standard input\n");
            return Ok(Err(FAILED));
        }
        Ok(self.read_any(sources, told)?.map(|(graph, facts)| (graph, facts.unwrap_or_default())))
    }

    /// Reads the pack, then the facts if there are any; their problems are shown.
    ///
    /// # Errors
    /// The exit code, where they keep the command from being carried out.
    pub(super) fn read_any(&self, sources: &mut Sources, told: Told) -> Result<Result<Read, u8>, Unreadable> {
        let pack = match self.places.pack() {
            Ok(pack) => pack,
            Err(message) => {
                complain(&message);
                return Ok(Err(FAILED));
            }
        };
        let beside = self.evidence.fact_files(pack.as_deref());
        let named: Vec<&Path> =
            self.places.facts().into_iter().chain(beside.iter().map(PathBuf::as_path)).collect();
        let files = match recorded::known(&named, self.facts_format) {
            Ok(files) => files,
            Err(code) => return Ok(Err(code)),
        };
        let Some(graph) = usable(pack.as_deref(), &self.limits, sources, told)? else {
            return Ok(Err(PROBLEMS));
        };
        if files.is_empty() {
            return Ok(Ok((graph, None)));
        }
        let facts = recorded::joined(&files, &graph, &pack, &self.limits, sources, told)?;
        Ok(facts.map(|facts| (graph, Some(facts))))
    }

    /// Reads the pack, the facts, and the artefacts, which come to one ticket; their problems are shown.
    ///
    /// # Errors
    /// The exit code, where they keep the ticket from being answered.
    pub(super) fn read_one(
        &self,
        sources: &mut Sources,
        told: Told,
    ) -> Result<Result<(Arc<InferenceGraph>, Facts), u8>, Unreadable> {
        let (graph, facts) = match self.read(sources, told)? {
            Ok(read) => read,
            Err(code) => return Ok(Err(code)),
        };
        let incident = self.incident(&graph, &facts, sources)?;
        Ok(match incident.map(one) {
            None => Ok((graph, facts)),
            Some(one) => one.map(|ticket| (graph, ticket.facts)),
        })
    }

    /// Reads the artefacts, where some were named, by what the pack says of them.
    pub(super) fn incident(
        &self,
        graph: &InferenceGraph,
        facts: &Facts,
        sources: &mut Sources,
    ) -> Result<Option<Incident>, Unreadable> {
        self.evidence.is_said().then(|| self.evidence.read(graph, facts, sources)).transpose()
    }

    /// Returns whether fact files were named.
    pub(super) fn has_facts(&self) -> bool {
        !self.places.facts().is_empty()
    }
}
