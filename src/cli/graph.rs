//! `ruleout graph`

use std::path::PathBuf;

use super::recorded::Recorded;
use super::{FAILED, FINE, Limits, PROBLEMS, complain, print, usable};
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::interchange::{self, Labelled};
use crate::load::Unreadable;
use crate::problem::did_you_mean;
use crate::render::dot::dot;
use crate::source::Sources;

/// Writes the graph of a pack for Graphviz, or its network, or that of one ticket, for other programs
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout graph | dot -Tsvg > mailflow.svg
  ruleout graph --around hold_time --depth 2 | dot -Tsvg > hold_time.svg
  ruleout graph ticket.yaml --format xdsl > ticket.xdsl
  ruleout graph ticket.yaml --format uai > ticket.uai
  ruleout graph ticket.yaml --format uai --part evidence > ticket.uai.evid

In DOT, rounded boxes are facts (dashed: computed), ellipses symptoms, hexagons rules, bold boxes causes, notes fixes.

BIF, XDSL and UAI have the network that inference works on, as variables with small tables; given what is observed, which
stands in them, each cause, each circumstance and `not_in_pack` has the posterior of `ruleout diagnose`. JSON has its numbers
as they are; README.md says what is what.

Exit codes: 0 written, 1 problems in the pack or the facts, 2 no such name, usage or I/O.")]
pub(super) struct Graph {
    /// A fact file (RON, YAML, JSON or TOML, by its ending), or `-`: the network of this ticket, with what it observes
    facts: Option<PathBuf>,
    /// The folder of the pack; without it, the mail flow pack inside this program
    #[arg(long, value_name = "FOLDER")]
    pack: Option<PathBuf>,
    /// The format of the facts: ron, yaml, json or toml; needed for standard input
    #[arg(long, value_name = "FORMAT", requires = "facts")]
    facts_format: Option<crate::facts::tree::Format>,
    /// What is written
    #[arg(long, value_enum, default_value_t = Format::Dot)]
    format: Format,
    /// Which of the three texts of UAI
    #[arg(long, value_enum, default_value_t = Part::Network)]
    part: Part,
    /// Only what leads to this fact, symptom, rule, cause or fix, and what it leads to (DOT)
    #[arg(long, value_name = "NAME")]
    around: Option<String>,
    /// So many steps from there at most; without it, all
    #[arg(long, value_name = "N", requires = "around")]
    depth: Option<usize>,
    #[command(flatten)]
    limits: Limits,
}

/// The form of what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The graph of the pack, for Graphviz
    Dot,
    /// The network, as BIF 0.3: pyAgrum, pgmpy, bnlearn and others
    Bif,
    /// The network, for `GeNIe` and SMILE
    Xdsl,
    /// The network, as in the UAI competitions: variables by number
    Uai,
    /// The numbers of the network, not decomposed
    Json,
}

/// UAI is a model and evidence, and knows no names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The model
    Network,
    /// What is observed: the `.evid` file
    Evidence,
    /// The number, name and states of each variable
    Variables,
}

impl Graph {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        if let Some((what, help)) = self.at_odds() {
            complain(&format!("{what}\n  help: {help}\n"));
            return Ok(FAILED);
        }
        let recorded = self.facts.as_ref().map(|path| Recorded::new(path, self.facts_format));
        if let Some(Err(code)) = recorded {
            return Ok(code);
        }
        let mut sources = Sources::default();
        let Some(graph) = usable(self.pack.as_ref(), &self.limits, &mut sources)? else {
            return Ok(PROBLEMS);
        };
        let facts = match recorded.and_then(Result::ok).map(|r| r.read(&graph, &self.limits, &mut sources)) {
            None => None,
            Some(read) => match read? {
                Ok(facts) => Some(facts),
                Err(code) => return Ok(code),
            },
        };
        Ok(if self.format == Format::Dot { self.dot(&graph) } else { self.network(&graph, facts.as_ref()) })
    }

    /// What was asked for and cannot be had together.
    fn at_odds(&self) -> Option<(&'static str, &'static str)> {
        if self.format == Format::Dot && self.facts.is_some() {
            let what = "DOT is the graph of a pack, in which no ticket is seen";
            return Some((what, "say `--format bif`, `xdsl`, `uai` or `json` for the network of a ticket"));
        }
        if self.format != Format::Dot && self.around.is_some() {
            return Some(("only DOT can be cut to a part", "leave out `--around`, or say `--format dot`"));
        }
        if self.format != Format::Uai && self.part != Part::Network {
            return Some(("only UAI has its evidence and its names apart", "add `--format uai`"));
        }
        None
    }

    fn dot(&self, graph: &InferenceGraph) -> u8 {
        let part = match &self.around {
            None => None,
            Some(name) => match graph.around(name, self.depth.unwrap_or(usize::MAX)) {
                None => return no_such(name, graph),
                part => part,
            },
        };
        print(&dot(graph, part.as_ref()));
        FINE
    }

    fn network(&self, graph: &InferenceGraph, facts: Option<&Facts>) -> u8 {
        let Some(labelled) = interchange::labelled(graph, facts) else {
            complain(
                "a computed fact was recorded as something else\n  help: `ruleout diagnose` says which\n",
            );
            return PROBLEMS;
        };
        print(&self.written(&labelled));
        FINE
    }

    fn written(&self, labelled: &Labelled) -> String {
        let decomposition = || interchange::decompose(labelled);
        match (self.format, self.part) {
            (Format::Dot | Format::Json, _) => interchange::json(labelled),
            (Format::Bif, _) => interchange::bif(&decomposition()),
            (Format::Xdsl, _) => interchange::xdsl(&decomposition()),
            (Format::Uai, Part::Network) => interchange::uai(&decomposition()),
            (Format::Uai, Part::Evidence) => interchange::uai_evidence(&decomposition()),
            (Format::Uai, Part::Variables) => interchange::uai_variables(&decomposition()),
        }
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
