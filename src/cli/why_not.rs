//! `ruleout why-not`

use super::progress::patiently;
use super::ticket::TicketArgs;
use super::{FAILED, FINE, Format, PROBLEMS, complain, emit, page_width, print};
use crate::graph::InferenceGraph;
use crate::loader::Unreadable;
use crate::pack::CauseId;
use crate::problem::which_was_meant;
use crate::render::{json, text};
use crate::source::Sources;
use crate::ticket::Ticket;

/// Says why a cause is not the likeliest, and the smallest change of facts that would make it so
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  ruleout why-not firewall_blocks_provider ticket.yaml

Exit codes: 0 answered, 1 problems in the pack or the facts, or no exact answer, 2 no such cause, usage or I/O.")]
pub(super) struct WhyNot {
    /// The cause, by its name in the pack
    cause: String,
    #[command(flatten)]
    ticket: TicketArgs,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl WhyNot {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let mut sources = Sources::default();
        let (graph, facts) = match self.ticket.read_one(&mut sources, self.format)? {
            Ok(read) => read,
            Err(code) => return Ok(code),
        };
        let Some(cause) = self.cause(&graph) else { return Ok(FAILED) };
        let ticket = Ticket::new(graph, facts, sources);
        let Some(found) = patiently(|| ticket.why_not(cause)) else {
            complain("there is no exact answer to this ticket: see `ruleout diagnose`\n");
            return Ok(PROBLEMS);
        };
        let write = if self.format == Format::Text { print } else { emit };
        write(&match self.format {
            Format::Text => text::why_not(&ticket, &found, page_width()),
            Format::Json => json::why_not(&ticket, &found),
        });
        Ok(FINE)
    }

    /// Finds the cause; where there is none, says so.
    fn cause(&self, graph: &InferenceGraph) -> Option<CauseId> {
        let names = || graph.pack.causes.iter().map(|cause| cause.name.value.as_str());
        let found = graph.pack.causes.find(|cause| cause.name.value == self.cause);
        if found.is_none() {
            let pack = graph.pack.called();
            let help = if self.cause == "unlisted" {
                "`unlisted` is no cause of a pack but what is left where none of them fits: ask about the cause that you expect"
                    .to_owned()
            } else {
                which_was_meant(&self.cause, names())
                    .unwrap_or_else(|| format!("its causes are {}", few(names())))
            };
            complain(&format!("the pack {pack} has no cause `{}`\n  help: {help}\n", self.cause));
        }
        found
    }
}

/// Lists some names.
fn few<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 8;
    let mut names: Vec<String> = names.take(MOST + 1).map(|name| format!("`{name}`")).collect();
    if names.len() > MOST {
        names.truncate(MOST);
        names.push("…".to_owned());
    }
    names.join(", ")
}
