//! `ruleout graph`

use std::path::PathBuf;

use super::{FINE, Limits, PROBLEMS, compile, print, show};
use crate::load::Unreadable;
use crate::render::dot::dot;
use crate::source::Sources;

/// Writes the graph of a pack as DOT, for Graphviz
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  ruleout graph | dot -Tsvg > mailflow.svg

Exit codes: 0 written, 1 problems in the pack, 2 usage or I/O.")]
pub(super) struct Graph {
    /// The folder of the pack; without it, the mail flow pack inside this program
    #[arg(long, value_name = "FOLDER")]
    pack: Option<PathBuf>,
    #[command(flatten)]
    limits: Limits,
}

impl Graph {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let mut sources = Sources::default();
        let (graph, problems) = compile(self.pack.as_ref(), &self.limits, &mut sources)?;
        let Some(graph) = graph else {
            show(&problems, &sources);
            return Ok(PROBLEMS);
        };
        print(&dot(&graph));
        Ok(FINE)
    }
}
