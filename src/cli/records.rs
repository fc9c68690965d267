//! `ruleout records`

use std::path::PathBuf;

use super::{FINE, PROBLEMS, page_width, print};
use crate::evidence::{self, Options};
use crate::loader::{self, Unreadable};
use crate::render::records;

/// Shows what is read from artefacts, row by row, before any pack says what it means
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout records bounce.eml
  ruleout records /var/log/mail.log answer.txt
  pbpaste | ruleout records -
  ruleout records mail.deliveries=strange.log     for that table only, whatever it looks like

Exit codes: 0 shown, 1 nothing in it is known, 2 usage or I/O.")]
pub(super) struct RecordsCommand {
    /// Files, folders, or `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl RecordsCommand {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let inputs = loader::artefacts(&self.files)?;
        let read = evidence::read(inputs, &Options::default(), &mut |_| ());
        print(&records::text(&read, page_width()));
        Ok(if read.tables.is_empty() { PROBLEMS } else { FINE })
    }
}
