//! `ruleout records`

use std::path::PathBuf;

use super::evidence::LimitArgs;
use super::packs::{self, Chosen};
use super::{FINE, Format, Limits, PROBLEMS, emit, evidence, page_width, print, usable};
use crate::collect;
use crate::evidence::Options;
use crate::facts::recorded::Facts;
use crate::loader::Unreadable;
use crate::render::{json, records};
use crate::source::Sources;

/// Shows what is read from artefacts, row by row, before any pack says what it means
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout records bounce.eml
  ruleout records /var/log/mail.log answer.txt
  pbpaste | ruleout records -
  ruleout records switch.log --pack rules/switch  with the tables that a pack declares
  ruleout records mail.deliveries=strange.log     for that table only, whatever it looks like

Exit codes: 0 shown, 1 nothing in it is known, or problems in the pack, 2 usage or I/O.")]
pub(super) struct RecordsCommand {
    /// Files, folders, or `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The folder of a pack, whose own tables are read too; without it, the current folder if `pack.ron` is there
    #[arg(long, value_name = "FOLDER")]
    pack: Option<PathBuf>,
    /// How the rows are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    reading: LimitArgs,
    #[command(flatten)]
    limits: Limits,
}

impl RecordsCommand {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let pack: Chosen = packs::chosen(self.pack.as_deref());
        let mut options = Options { limits: self.reading.limits(), ..Options::default() };
        if self.pack.is_some() || pack.is_some() {
            let mut sources = Sources::default();
            let Some(graph) = usable(pack.as_deref(), &self.limits, &mut sources, self.format)? else {
                return Ok(PROBLEMS);
            };
            options.declared = collect::declared(&graph.pack, &Facts::default());
        }
        let read = evidence::records(&self.files, options)?;
        if self.format == Format::Json {
            emit(&json::records(&read));
        } else {
            print(&records::text(&read, page_width()));
        }
        Ok(if read.tables.is_empty() { PROBLEMS } else { FINE })
    }
}
