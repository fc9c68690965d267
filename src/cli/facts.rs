//! `ruleout facts`

use super::packs::PackArgs;
use super::{FAILED, FINE, Format, Limits, PROBLEMS, complain, emit, page_width, print, usable};
use crate::document::tree::Format as FactsFormat;
use crate::loader::Unreadable;
use crate::render::{facts, template};
use crate::source::Sources;

/// Lists what may be recorded, with type and question, or writes a fact file to fill in
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout facts
  ruleout facts --details
  ruleout facts rules/printer --format json
  ruleout facts --template > ticket.yaml
  ruleout facts --template --facts-format toml > ticket.toml

Exit codes: 0 written, 1 problems in the pack, 2 usage or I/O.")]
pub(super) struct Facts {
    #[command(flatten)]
    pack: PackArgs,
    /// How the list is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Also show what each fact costs to find out, where more stands about it, and how common its values are
    #[arg(long)]
    details: bool,
    /// Write a fact file to fill in: every fact and its question, behind a comment sign until it is filled in
    #[arg(long, conflicts_with = "format")]
    template: bool,
    /// The format of that file: yaml, toml or ron
    #[arg(long = "facts-format", value_name = "FORMAT", requires = "template", default_value = "yaml")]
    fill_in: FactsFormat,
    #[command(flatten)]
    limits: Limits,
}

impl Facts {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let mut sources = Sources::default();
        let Some(graph) = usable(self.pack.chosen().as_deref(), &self.limits, &mut sources, self.format)?
        else {
            return Ok(PROBLEMS);
        };
        let text = match (self.template, self.format) {
            (true, _) => template::template(&graph.pack, self.fill_in),
            (false, Format::Json) => Some(facts::json(&graph)),
            (false, Format::Text) => Some(facts::text(&graph, self.details, page_width())),
        };
        let Some(text) = text else {
            complain(
                "JSON has no comments, so there is no file to fill in\n  help: use `--facts-format yaml`, or let an editor complete JSON with `ruleout schema`\n",
            );
            return Ok(FAILED);
        };
        if self.format == Format::Json {
            emit(&text);
        } else {
            print(&text);
        }
        Ok(FINE)
    }
}
