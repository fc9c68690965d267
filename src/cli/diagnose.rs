//! `ruleout diagnose`

use std::sync::Arc;
use std::time::Instant;

use super::progress::patiently;
use super::set::{self, Set};
use super::ticket::TicketArgs;
use super::{FAILED, FINE, Format as Told, PROBLEMS, complain, emit, page_width, print};
use crate::collect::{Collected, Incident};
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::infer::bounds::bounds;
use crate::infer::exact::{Budget, Prepared, prepare};
use crate::loader::Unreadable;
use crate::render::evidence as shown;
use crate::render::stats::{self, Taken};
use crate::render::{html, json, markdown, text};
use crate::report::{Answer, Detail, Supposed};
use crate::source::Sources;
use crate::ticket::Ticket;
use crate::wire;

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
  ruleout diagnose --evidence bounce.eml          facts that are read from artefacts, one answer a ticket
  pbpaste | ruleout diagnose --evidence - --format json

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

/// So many tickets are answered in full; of more, each in a line.
const SHOWN_IN_FULL: usize = 5;

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
        if graph.pack.causes.is_empty() {
            complain(&format!(
                "the pack {} has no causes: it is a vocabulary that other packs use\n  help: name one of those; `ruleout collect` shows what this one reads\n",
                graph.pack.called()
            ));
            return Ok(PROBLEMS);
        }
        if let Some(incident) = self.ticket.incident(&graph, &facts, &mut sources)? {
            return Ok(self.incident(&graph, &incident, &sources));
        }
        let (code, answer) = match self.answer(&graph, facts, sources) {
            Ok(answered) => answered,
            Err(code) => return Ok(code),
        };
        let write = if self.format == Format::Text { print } else { emit };
        write(&answer);
        Ok(code)
    }

    /// Answers each ticket that artefacts come to.
    fn incident(&self, graph: &Arc<InferenceGraph>, incident: &Incident, sources: &Sources) -> u8 {
        if self.format == Format::Html && incident.tickets.len() != 1 {
            complain(
                "a page is about one ticket, and there are several\n  help: choose one with `--ticket TEXT`\n",
            );
            return FAILED;
        }
        let nothing = incident.tickets.iter().all(|ticket| ticket.read.is_empty());
        let code = match self.format {
            Format::Json => self.incident_in_json(graph, incident, sources),
            _ => self.incident_in_text(graph, incident, sources),
        };
        if nothing { code.max(PROBLEMS) } else { code }
    }

    /// Begins a ticket of artefacts.
    fn ticket(&self, graph: &Arc<InferenceGraph>, collected: &Collected, sources: &Sources) -> Ticket {
        let budget = Budget { cost: self.budget, ..Budget::default() };
        Ticket::within(Arc::clone(graph), collected.facts.clone(), sources.clone(), budget)
    }

    fn incident_in_json(&self, graph: &Arc<InferenceGraph>, incident: &Incident, sources: &Sources) -> u8 {
        let answered = incident.tickets.iter().map(|collected| {
            let ticket = collected.fine.is_none().then(|| self.ticket(graph, collected, sources));
            (collected, ticket.map(|ticket| json::answer(&ticket, &json::Extras::default())))
        });
        let answered: Vec<(&Collected, Option<wire::diagnose::Answer>)> = answered.collect();
        let mut answers = answered.iter().filter_map(|(_, answer)| answer.as_ref());
        let impossible = answers.any(|answer| answer.impossible.is_some());
        emit(&json::evidence(&graph.pack, answered, &incident.records, sources, false));
        if impossible { PROBLEMS } else { FINE }
    }

    fn incident_in_text(&self, graph: &Arc<InferenceGraph>, incident: &Incident, sources: &Sources) -> u8 {
        let many = incident.tickets.len() > SHOWN_IN_FULL && !self.all;
        let (mut out, mut worst) = (String::new(), FINE);
        for collected in &incident.tickets {
            if many {
                let likeliest = collected
                    .fine
                    .is_none()
                    .then(|| text::likeliest(&self.ticket(graph, collected, sources)));
                out += &shown::in_one_line(collected, &likeliest.unwrap_or_default());
                continue;
            }
            if !out.is_empty() {
                out.push('\n');
            }
            if self.format == Format::Text {
                out += &shown::heading(collected);
            }
            if collected.fine.is_some() {
                out += &shown::fine(collected);
                continue;
            }
            match self.answer(graph, collected.facts.clone(), sources.clone()) {
                Ok((code, answer)) => {
                    worst = worst.max(code);
                    out += &answer;
                    out += &shown::otherwise(&graph.pack, collected, sources, page_width());
                }
                Err(code) => return code,
            }
        }
        if many {
            out += &shown::how_many(incident.tickets.len());
        }
        let write = if self.format == Format::Text { print } else { emit };
        write(&out);
        complain(&shown::read(&incident.records, page_width()));
        worst
    }

    /// Returns the answer to one ticket as it is written, and the exit code.
    fn answer(
        &self,
        graph: &Arc<InferenceGraph>,
        facts: Facts,
        mut sources: Sources,
    ) -> Result<(u8, String), u8> {
        let budget = Budget { cost: self.budget, ..Budget::default() };
        let recorded = Ticket::within(Arc::clone(graph), facts, sources.clone(), budget);
        let before = (!self.set.is_empty()).then(|| {
            let set = self.set.iter().map(|set| set.said.clone()).collect();
            Supposed { set, before: patiently(|| recorded.diagnosis().clone()) }
        });
        let ticket = match set::apply(&self.set, recorded.facts(), graph, &mut sources, self.told()) {
            Ok(facts) => recorded.with(facts, sources),
            Err(code) => return Err(code),
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
        let written = match self.format {
            Format::Text => text::text(&answer, page_width()) + &beside.unwrap_or_default(),
            Format::Html => html::html(answer, beside.as_deref()),
            Format::Markdown => markdown::markdown(answer, beside.as_deref()),
            Format::Json => json::json(&ticket, &json::Extras { taken, sets, before }),
        };
        let inexact = self.require_exact && diagnosis.over_budget.is_some();
        if inexact {
            complain("the answer is not exact, as `--require-exact` demands\n  help: raise `--budget`\n");
        }
        let code = if diagnosis.impossible.is_some() || inexact { PROBLEMS } else { FINE };
        Ok((code, written))
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
