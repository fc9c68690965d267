//! `ruleout lsp`

use std::io::{BufReader, stdin, stdout};

use super::{FINE, PROBLEMS};
use crate::lsp;

/// Serves an editor: problems, hovers, completions, renames as a pack is written
///
/// It speaks the Language Server Protocol over standard input and output; an editor starts it. editors/README.md says how to set up yours.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout lsp        started by an editor for files that end in .ruleout

Exit codes: 0 the editor ended it in order, 1 it broke off.")]
pub(super) struct Lsp {
    /// Speak over standard input and output, as always; some editors say so
    #[arg(long)]
    stdio: bool,
}

impl Lsp {
    pub(super) fn run(&self) -> u8 {
        // Said or not, it is the same.
        let _ = self.stdio;
        if lsp::serve(BufReader::new(stdin()), &mut stdout().lock()) { FINE } else { PROBLEMS }
    }
}
