//! `ruleout usages`

use std::path::PathBuf;

use super::{FAILED, FINE, Format, Limits, PROBLEMS, complain, emit, print, usable};
use crate::cases;
use crate::loader::{self, Unreadable};
use crate::problem::did_you_mean;
use crate::source::Sources;
use crate::usages::{report, usages};

/// Shows what hangs on a fact, symptom, rule, cause or fix, and in which cases it says something
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout usages delivery.delay
  ruleout usages no_paper --pack rules/printer --format json

`←` is what it is read from, `→` what is read from it, through others, up to the causes.

Exit codes: 0 written, 1 problems in the pack, 2 no such name, usage or I/O.")]
pub(super) struct Usages {
    /// The name, as it stands in the pack
    name: String,
    /// The folder of the pack; without it, the mail flow pack inside this program
    #[arg(long, value_name = "FOLDER")]
    pack: Option<PathBuf>,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    limits: Limits,
}

impl Usages {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let mut sources = Sources::default();
        let Some(graph) = usable(self.pack.as_ref(), &self.limits, &mut sources)? else {
            return Ok(PROBLEMS);
        };
        let (texts, _) = loader::cases(self.pack.as_deref(), self.limits.max_bytes, &mut sources)?;
        let (cases, _) = cases::discover(&sources, &texts);
        let usages = usages(&graph, &sources, &cases, &self.name);
        if usages.is_empty() {
            let names = graph.order.iter().map(|node| node.name(&graph.pack));
            let help = did_you_mean(&self.name, names).map_or_else(
                || "`ruleout facts` lists the facts".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            );
            complain(&format!("nothing in this pack is called `{}`\n  help: {help}\n", self.name));
            return Ok(FAILED);
        }
        let write = if self.format == Format::Text { print } else { emit };
        write(&match self.format {
            Format::Text => report::text(&graph, &sources, &usages, cases.len()),
            Format::Json => report::json(&graph, &sources, &self.name, &usages),
        });
        Ok(FINE)
    }
}
