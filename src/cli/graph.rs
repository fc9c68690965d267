//! `ruleout graph`

use std::path::PathBuf;

use super::{FAILED, FINE, Limits, PROBLEMS, complain, print, usable};
use crate::graph::InferenceGraph;
use crate::load::Unreadable;
use crate::problem::did_you_mean;
use crate::render::dot::dot;
use crate::source::Sources;

/// Writes the graph of a pack as DOT, for Graphviz
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout graph | dot -Tsvg > mailflow.svg
  ruleout graph --around hold_time --depth 2 | dot -Tsvg > hold_time.svg

Rounded boxes are facts (dashed: computed), ellipses symptoms, hexagons rules, bold boxes causes, notes fixes.

Exit codes: 0 written, 1 problems in the pack, 2 no such name, usage or I/O.")]
pub(super) struct Graph {
    /// The folder of the pack; without it, the mail flow pack inside this program
    #[arg(long, value_name = "FOLDER")]
    pack: Option<PathBuf>,
    /// Only what leads to this fact, symptom, rule, cause or fix, and what it leads to
    #[arg(long, value_name = "NAME")]
    around: Option<String>,
    /// So many steps from there at most; without it, all
    #[arg(long, value_name = "N", requires = "around")]
    depth: Option<usize>,
    #[command(flatten)]
    limits: Limits,
}

impl Graph {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let mut sources = Sources::default();
        let Some(graph) = usable(self.pack.as_ref(), &self.limits, &mut sources)? else {
            return Ok(PROBLEMS);
        };
        let part = match &self.around {
            None => None,
            Some(name) => match graph.around(name, self.depth.unwrap_or(usize::MAX)) {
                None => return Ok(no_such(name, &graph)),
                part => part,
            },
        };
        print(&dot(&graph, part.as_ref()));
        Ok(FINE)
    }
}

fn no_such(name: &str, graph: &InferenceGraph) -> u8 {
    let names = graph.order.iter().map(|node| node.name(&graph.pack));
    let help = match did_you_mean(name, names) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "name a fact, symptom, rule, cause or fix of the pack".to_owned(),
    };
    complain(&format!("nothing in the pack is called `{name}`\n  help: {help}\n"));
    FAILED
}
