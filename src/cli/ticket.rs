//! A ticket as a command is given it: the fact file, and the pack that reads it.

use std::path::PathBuf;
use std::sync::Arc;

use super::recorded::Recorded;
use super::{Limits, PROBLEMS, usable};
use crate::document::tree::Format;
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::loader::Unreadable;
use crate::source::Sources;

/// Where a ticket is.
#[derive(Debug, clap::Args)]
pub(super) struct TicketArgs {
    /// The fact file (RON, YAML, JSON or TOML, by its ending), or `-` for standard input
    facts: PathBuf,
    /// The folder of the pack; without it, the mail flow pack inside this program
    #[arg(long, value_name = "FOLDER")]
    pack: Option<PathBuf>,
    /// The format of the facts: ron, yaml, json or toml; needed for standard input
    #[arg(long, value_name = "FORMAT")]
    facts_format: Option<Format>,
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
    ) -> Result<Result<(Arc<InferenceGraph>, Facts), u8>, Unreadable> {
        let recorded = match Recorded::new(&self.facts, self.facts_format) {
            Ok(recorded) => recorded,
            Err(code) => return Ok(Err(code)),
        };
        let Some(graph) = usable(self.pack.as_ref(), &self.limits, sources)? else {
            return Ok(Err(PROBLEMS));
        };
        Ok(recorded.read(&graph, &self.limits, sources)?.map(|facts| (graph, facts)))
    }
}
