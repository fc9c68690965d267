//! `ruleout graph`

use std::sync::Arc;

use super::ticket::TicketArgs;
use super::{FAILED, FINE, Format as Told, PROBLEMS, complain, emit, print};
use crate::export::{self, Labelled};
use crate::graph::{Around, InferenceGraph};
use crate::loader::Unreadable;
use crate::problem::which_was_meant;
use crate::render::dot::dot;
use crate::render::svg::{self, TooLarge};
use crate::source::Sources;
use crate::ticket::Ticket;

/// Draws the graph of a pack, perhaps with what matched in a ticket, or writes its network for other programs; with fact files,
/// the picture of that ticket, or its network with what it observes
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout graph --format svg > mailflow.svg
  ruleout graph ticket.yaml --format svg > ticket.svg
  ruleout graph --around hold_time --depth 2 --format svg > hold_time.svg
  ruleout graph | dot -Tpdf > mailflow.pdf
  ruleout graph ticket.yaml --format xdsl > ticket.xdsl
  ruleout graph ticket.yaml --format uai > ticket.uai
  ruleout graph ticket.yaml --format uai --part evidence > ticket.uai.evid

In SVG, facts, symptoms, causes and fixes stand in columns from left to right; a rule is drawn as what it observes. With a fact
file, what matched is seen, each cause has its percentage, and the rest is faint.

In DOT, rounded boxes are facts (dashed: computed), ellipses symptoms, hexagons rules, bold boxes causes, notes fixes.

BIF, XDSL and UAI have the network that inference works on, as variables with small tables; given what is observed, which
stands in them, each cause, each context and `unlisted` has the posterior of `ruleout diagnose`. JSON has its numbers
as they are; README.md says what is what.

Exit codes: 0 written, 1 problems in the pack or the facts, 2 no such name, usage or I/O.")]
pub(super) struct Graph {
    #[command(flatten)]
    ticket: TicketArgs,
    /// What is written
    #[arg(long, value_enum, default_value_t = Format::Dot)]
    format: Format,
    /// Which of the three texts of UAI
    #[arg(long, value_enum, default_value_t = Part::Network)]
    part: Part,
    /// Only what leads to this fact, symptom, rule, cause or fix, and what it leads to (SVG, DOT)
    #[arg(long, value_name = "NAME")]
    around: Option<String>,
    /// So many steps from there at most; without it, all
    #[arg(long, value_name = "N", requires = "around")]
    depth: Option<usize>,
}

/// The form of what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The graph of the pack, for Graphviz
    Dot,
    /// The graph of the pack, or what matched in a ticket, as a picture
    Svg,
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
        let mut sources = Sources::default();
        let told = if self.format == Format::Json { Told::Json } else { Told::Text };
        let (graph, facts) = match self.ticket.read_any(&mut sources, told)? {
            Ok(read) => read,
            Err(code) => return Ok(code),
        };
        let ticket = facts.map(|facts| Ticket::new(Arc::clone(&graph), facts, sources));
        Ok(match self.format {
            Format::Dot => self.of_part(&graph, |part| draw_dot(&graph, part)),
            Format::Svg => self.of_part(&graph, |part| draw_svg(&graph, part, ticket.as_ref())),
            _ => self.network(&graph, ticket.as_ref()),
        })
    }

    /// Returns what was asked for and cannot be had together.
    fn at_odds(&self) -> Option<(&'static str, &'static str)> {
        if self.format == Format::Dot && self.ticket.has_facts() {
            let what = "DOT is the graph of a pack, in which no ticket is seen";
            let help = "say `--format svg` for its picture, `bif`, `xdsl`, `uai` or `json` for its network";
            return Some((what, help));
        }
        if !matches!(self.format, Format::Dot | Format::Svg) && self.around.is_some() {
            let help = "leave out `--around`, or say `--format svg` or `dot`";
            return Some(("a network cannot be cut to a part", help));
        }
        if self.format != Format::Uai && self.part != Part::Network {
            return Some(("only UAI has its evidence and its names apart", "add `--format uai`"));
        }
        None
    }

    /// Writes the part of the graph that was asked for.
    fn of_part(&self, graph: &InferenceGraph, write: impl FnOnce(Option<&Around>) -> u8) -> u8 {
        let Some(name) = &self.around else { return write(None) };
        match graph.around(name, self.depth.unwrap_or(usize::MAX)) {
            None => no_such(name, graph),
            part => write(part.as_ref()),
        }
    }

    fn network(&self, graph: &Arc<InferenceGraph>, ticket: Option<&Ticket>) -> u8 {
        let Some(labelled) = export::labelled(graph, ticket.map(Ticket::assessment)) else {
            complain(
                "a computed fact was recorded as something else\n  help: `ruleout diagnose` says which\n",
            );
            return PROBLEMS;
        };
        let write = if self.format == Format::Json { emit } else { print };
        write(&self.written(&labelled));
        FINE
    }

    fn written(&self, labelled: &Labelled) -> String {
        let decomposition = || export::decompose(labelled);
        match (self.format, self.part) {
            (Format::Dot | Format::Svg | Format::Json, _) => export::json(labelled),
            (Format::Bif, _) => export::bif(&decomposition()),
            (Format::Xdsl, _) => export::xdsl(&decomposition()),
            (Format::Uai, Part::Network) => export::uai(&decomposition()),
            (Format::Uai, Part::Evidence) => export::uai_evidence(&decomposition()),
            (Format::Uai, Part::Variables) => export::uai_variables(&decomposition()),
        }
    }
}

fn draw_dot(graph: &InferenceGraph, part: Option<&Around>) -> u8 {
    print(&dot(graph, part));
    FINE
}

fn draw_svg(graph: &InferenceGraph, part: Option<&Around>, ticket: Option<&Ticket>) -> u8 {
    match svg::svg(graph, part, ticket) {
        Ok(picture) => emit(&picture),
        Err(TooLarge { boxes, lines, columns }) => {
            complain(&format!(
                "{boxes} boxes and {lines} lines in {columns} columns are too much for one picture\n  help: {}\n",
                "name the middle of a part, as in `--around NAME --depth 2`",
            ));
            return FAILED;
        }
    }
    FINE
}

fn no_such(name: &str, graph: &InferenceGraph) -> u8 {
    let names = graph.order.iter().map(|node| node.name(&graph.pack));
    let help = which_was_meant(name, names)
        .unwrap_or_else(|| "name a fact, symptom, rule, cause or fix of it".to_owned());
    complain(&format!("nothing in the pack {} is called `{name}`\n  help: {help}\n", graph.pack.called()));
    FAILED
}
