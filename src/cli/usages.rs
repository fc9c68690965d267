//! `ruleout usages`

use super::packs::PackArgs;
use super::{FAILED, FINE, Format, Limits, PROBLEMS, complain, emit, page_width, print, usable};
use crate::cases;
use crate::loader::{self, Unreadable};
use crate::problem::which_was_meant;
use crate::source::Sources;
use crate::usages::{report, usages};

/// Shows what hangs on a fact, symptom, rule, cause or fix, and in which cases it says something
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout usages delivery.delay
  ruleout usages no_paper rules/printer --format json

`←` is what it is read from, `→` what is read from it, through others, up to the causes.

Exit codes: 0 written, 1 problems in the pack, 2 no such name, usage or I/O.")]
pub(super) struct Usages {
    /// The name, as it stands in the pack
    name: String,
    #[command(flatten)]
    pack: PackArgs,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    limits: Limits,
}

impl Usages {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let mut sources = Sources::default();
        let pack = self.pack.chosen();
        let Some(graph) = usable(pack.as_deref(), &self.limits, &mut sources, self.format)? else {
            return Ok(PROBLEMS);
        };
        let (texts, _) = loader::cases(pack.as_deref(), self.limits.max_bytes, &mut sources)?;
        let (cases, _) = cases::discover(&sources, &texts);
        let usages = usages(&graph, &sources, &cases, &self.name);
        if usages.is_empty() {
            let names = graph.order.iter().map(|node| node.name(&graph.pack));
            let help = which_was_meant(&self.name, names)
                .unwrap_or_else(|| "`ruleout facts` lists the facts".to_owned());
            let pack = graph.pack.called();
            complain(&format!("nothing in the pack {pack} is called `{}`\n  help: {help}\n", self.name));
            return Ok(FAILED);
        }
        let write = if self.format == Format::Text { print } else { emit };
        write(&match self.format {
            Format::Text => report::text(&graph, &sources, &usages, cases.len(), page_width()),
            Format::Json => report::json(&graph, &sources, &self.name, &usages),
        });
        Ok(FINE)
    }
}
