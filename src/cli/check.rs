//! `ruleout check`

use std::path::PathBuf;

use super::{FINE, Format, Limits, PROBLEMS, compile_with, count, look, print};
use crate::engine;
use crate::load::{PackTexts, Unreadable};
use crate::render::problems;
use crate::source::Sources;

/// Reports every problem of a pack in one run
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout check rules/printer
  ruleout check --format json

Exit codes: 0 no errors, 1 errors, 2 usage or I/O.")]
pub(super) struct Check {
    /// The folder of the pack; without it, the mail flow pack inside this program
    pack: Option<PathBuf>,
    /// How the problems are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    limits: Limits,
}

impl Check {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let mut sources = Sources::default();
        let check = |sources: &Sources, texts: &PackTexts| engine::check(sources, texts, None);
        let (graph, found) = compile_with(self.pack.as_ref(), &self.limits, &mut sources, check)?;
        match self.format {
            Format::Json => print(&problems::json(&found, &sources)),
            Format::Text => {
                print(&problems::text(&found, &sources, look()));
                if !found.is_empty() {
                    print(&count(&found));
                }
                if let Some(graph) = &graph {
                    let pack = &graph.pack;
                    print(&format!(
                        "{}: {} facts, {} symptoms, {} rules, {} causes, {} fixes\n",
                        format!("{} {}", pack.manifest.name, pack.manifest.version).trim_end(),
                        pack.facts.len(),
                        pack.symptoms.len(),
                        pack.rules.len(),
                        pack.causes.len(),
                        pack.fixes.len(),
                    ));
                }
            }
        }
        Ok(if found.has_errors() { PROBLEMS } else { FINE })
    }
}
