//! `ruleout schema`

use super::packs::PackArgs;
use super::{FAILED, FINE, Format, Limits, PROBLEMS, complain, emit, usable};
use crate::loader::Unreadable;
use crate::render::schema::schema;
use crate::source::Sources;
use crate::wire;

/// Writes a JSON Schema: of fact files, with which an editor completes and checks them (YAML, JSON, TOML), or of what a command
/// writes as JSON
///
/// In YAML, the first line `# yaml-language-server: $schema=mailflow.schema.json` tells an editor to use it; in JSON, the
/// member `"$schema": "mailflow.schema.json"` does.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout schema > mailflow.schema.json
  ruleout schema rules/printer > printer.schema.json
  ruleout schema --of diagnose > answer.schema.json

All members that a schema of an output describes are always there. Later versions add members, and rename none.

Exit codes: 0 written, 1 problems in the pack, 2 usage or I/O.")]
pub(super) struct Schema {
    /// What it is the schema of
    #[arg(long, value_enum, value_name = "NAME", default_value_t = Of::FactsFile)]
    of: Of,
    #[command(flatten)]
    pack: PackArgs,
    #[command(flatten)]
    limits: Limits,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Of {
    /// Fact files of a pack
    FactsFile,
    /// `ruleout diagnose --format json`, also with `--set`, `--sets`, `--stats`
    Diagnose,
    /// `ruleout diagnose --evidence --format json`, `ruleout collect --format json`
    Evidence,
    /// `ruleout records --format json`
    Records,
    /// `ruleout why-not CAUSE --format json`
    WhyNot,
    /// `ruleout check --format json`, and what every command writes with `--format json` where the pack or the facts have errors
    /// (`sarif` is a form of OASIS, with a schema of its own)
    Check,
    /// `ruleout test --format json`
    Test,
    /// `ruleout ask --answers FILE --format json`
    AskAnswers,
    /// `ruleout ask --message --format json`
    AskMessage,
    /// `ruleout facts --format json`
    Facts,
    /// `ruleout graph --format json`
    Graph,
    /// `ruleout usages NAME --format json`
    Usages,
}

impl Schema {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        if self.of != Of::FactsFile && self.pack.is_said() {
            complain("what a command writes has one schema for all packs\n  help: leave out the pack\n");
            return Ok(FAILED);
        }
        emit(&match self.of {
            Of::FactsFile => return self.facts_file(),
            Of::Diagnose => wire::diagnose::schema(),
            Of::Evidence => wire::evidence::schema(),
            Of::Records => wire::evidence::schema_of_records(),
            Of::WhyNot => wire::why_not::schema(),
            Of::Check => wire::check::schema(),
            Of::Test => wire::test::schema(),
            Of::AskAnswers => wire::ask_answers::schema(),
            Of::AskMessage => wire::ask_message::schema(),
            Of::Facts => wire::facts::schema(),
            Of::Graph => wire::graph::schema(),
            Of::Usages => wire::usages::schema(),
        });
        Ok(FINE)
    }

    fn facts_file(&self) -> Result<u8, Unreadable> {
        let mut sources = Sources::default();
        let Some(graph) = usable(self.pack.chosen().as_deref(), &self.limits, &mut sources, Format::Text)?
        else {
            return Ok(PROBLEMS);
        };
        emit(&schema(&graph.pack));
        Ok(FINE)
    }
}
