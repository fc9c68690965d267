//! `ruleout schema`

use std::path::PathBuf;

use super::{FINE, Limits, PROBLEMS, print, usable};
use crate::load::Unreadable;
use crate::render::schema::schema;
use crate::source::Sources;

/// Writes a JSON Schema with which an editor completes and checks fact files (YAML, JSON, TOML)
///
/// In YAML, the first line `# yaml-language-server: $schema=mailflow.schema.json` tells an editor to use it; in JSON, the
/// member `"$schema": "mailflow.schema.json"` does.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout schema > mailflow.schema.json
  ruleout schema --pack rules/printer > printer.schema.json

Exit codes: 0 written, 1 problems in the pack, 2 usage or I/O.")]
pub(super) struct Schema {
    /// The folder of the pack; without it, the mail flow pack inside this program
    #[arg(long, value_name = "FOLDER")]
    pack: Option<PathBuf>,
    #[command(flatten)]
    limits: Limits,
}

impl Schema {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let mut sources = Sources::default();
        let Some(graph) = usable(self.pack.as_ref(), &self.limits, &mut sources)? else {
            return Ok(PROBLEMS);
        };
        print(&schema(&graph.pack));
        Ok(FINE)
    }
}
