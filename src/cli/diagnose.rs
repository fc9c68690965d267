//! `ruleout diagnose`

use std::sync::Arc;
use std::time::Instant;

use super::progress::patiently;
use super::set::{self, Set};
use super::ticket::TicketArgs;
use super::{FINE, Format as Told, PROBLEMS, complain, emit, page_width, print};
use crate::infer::bounds::bounds;
use crate::infer::exact::{Budget, Prepared, prepare};
use crate::loader::Unreadable;
use crate::render::stats::{self, Taken};
use crate::render::{html, json, markdown, text};
use crate::report::{Answer, Detail, Supposed};
use crate::source::Sources;
use crate::ticket::Ticket;

/// Ranks the likely causes of one ticket, with the evidence and what to do
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(after_help = "Examples:
  ruleout diagnose facts.yaml
  ruleout diagnose facts.yaml --why
  ruleout diagnose --pack rules/printer facts.toml --top 3
  ruleout diagnose seen.yaml measured.json        two fact files of one ticket
  collect-facts | ruleout diagnose - --facts-format json --format json
  ruleout diagnose facts.yaml --format html > answer.html

Exit codes: 0 answered, 1 problems in the pack or the facts, or facts that cannot all be true, 2 usage or I/O.")]
pub(super) struct Diagnose {
    #[command(flatten)]
    ticket: TicketArgs,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Show the evidence in full: likelihood ratios, facts with their bounds, and where each stands (text, Markdown)
    #[arg(long)]
    why: bool,
    /// Show everything: every cause, the evidence, the whole plan, all questions (text, Markdown, HTML)
    #[arg(long, conflicts_with = "why")]
    all: bool,
    /// How many causes the ranking shows; without it, the likeliest three
    #[arg(long, value_name = "N")]
    top: Option<std::num::NonZero<usize>>,
    /// Name every rule at the end: matched, not matched, or waiting for which facts (text; HTML and JSON always do)
    #[arg(long)]
    rules: bool,
    /// What an exact answer may cost, in steps (entries visited times links there); a second is about a thousand million.
    /// Beyond it, every probability is an interval that is certain to hold it
    #[arg(long, value_name = "STEPS", default_value_t = Budget::default().cost, value_parser = steps)]
    budget: f64,
    /// Exit with 1 unless every probability is exact
    #[arg(long)]
    require_exact: bool,
    /// Also name the N likeliest sets of causes: which of them are there together, and no others
    #[arg(long, value_name = "N")]
    sets: Option<usize>,
    /// Suppose a fact, and show the ranking before and after: `--set log.has_message=no`; with nothing after the `=`, that it was
    /// not recorded. May be given several times
    #[arg(long, value_name = "FACT=VALUE", value_parser = set::parse)]
    set: Vec<Set>,
    /// Show what inference took: width, cost, seconds, memory
    #[arg(long)]
    stats: bool,
}

/// The form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people, on a terminal
    Text,
    /// For programs; `ruleout schema --of diagnose` describes it
    Json,
    /// One page by itself, for a ticket, a manager, or paper
    Html,
    /// In short, to paste into a ticket
    Markdown,
}

/// Reads a number of steps: `1000000`, `1e9`.
fn steps(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(steps) if steps.is_finite() && steps >= 1.0 => Ok(steps),
        _ => Err("a number of steps from 1 up is needed, as in `--budget 1e9`".to_owned()),
    }
}

impl Diagnose {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let mut sources = Sources::default();
        let (graph, facts) = match self.ticket.read(&mut sources, self.told())? {
            Ok(read) => read,
            Err(code) => return Ok(code),
        };
        let budget = Budget { cost: self.budget, ..Budget::default() };
        let recorded = Ticket::within(Arc::clone(&graph), facts, sources.clone(), budget);
        let before = (!self.set.is_empty()).then(|| {
            let set = self.set.iter().map(|set| set.said.clone()).collect();
            Supposed { set, before: patiently(|| recorded.diagnosis().clone()) }
        });
        let ticket = match set::apply(&self.set, recorded.facts(), &graph, &mut sources, self.told()) {
            Ok(facts) => recorded.with(facts, sources),
            Err(code) => return Ok(code),
        };
        let taken = self.stats.then(|| patiently(|| taken(&ticket)));
        let diagnosis = patiently(|| ticket.diagnosis());
        let possible = diagnosis.impossible.is_none();
        let sets = self.sets.filter(|_| possible).and_then(|most| patiently(|| ticket.sets(most)));
        let detail = match (self.all, self.why) {
            (true, _) => Detail::All,
            (false, true) => Detail::Why,
            (false, false) => Detail::Short,
        };
        let answer = Answer {
            top: self.top.map(std::num::NonZero::get),
            rules: self.rules,
            hints: true,
            sets: sets.as_ref(),
            supposed: before.as_ref(),
            ..Answer::new(&ticket).in_detail(detail)
        };
        let beside = taken.map(stats::line);
        let write = if self.format == Format::Text { print } else { emit };
        write(&match self.format {
            Format::Text => text::text(&answer, page_width()) + &beside.unwrap_or_default(),
            Format::Html => html::html(answer, beside.as_deref()),
            Format::Markdown => markdown::markdown(answer, beside.as_deref()),
            Format::Json => json::json(&ticket, &json::Extras { taken, sets, before }),
        });
        let inexact = self.require_exact && diagnosis.over_budget.is_some();
        if inexact {
            complain("the answer is not exact, as `--require-exact` demands\n  help: raise `--budget`\n");
        }
        Ok(if diagnosis.impossible.is_some() || inexact { PROBLEMS } else { FINE })
    }

    /// Returns who is told what keeps the ticket from being answered.
    fn told(&self) -> Told {
        if self.format == Format::Json { Told::Json } else { Told::Text }
    }
}

/// Measures what inference takes for a ticket; it runs once more for that.
fn taken(ticket: &Ticket) -> Taken {
    let (network, budget) = (ticket.assessment().network(), ticket.assessment().budget());
    let start = Instant::now();
    let prepared = prepare(network);
    let stats = prepared.as_ref().map(Prepared::stats);
    let exact = stats.is_some_and(|stats| budget.holds(&stats));
    match &prepared {
        Some(prepared) if exact => drop(prepared.posterior()),
        Some(_) => drop(bounds(network, budget)),
        // A finding that is too large to be counted is not bounded either.
        None => {}
    }
    Taken { stats, exact, seconds: start.elapsed().as_secs_f64() }
}
