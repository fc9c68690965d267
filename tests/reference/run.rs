//! Texts through the whole program, in memory.

use ruleout::pack::CauseId;
use ruleout::ticket::Ticket;
use std::fmt::Write;

use ruleout::problem::{Problems, Severity};
use ruleout::source::Sources;

use super::write::Texts;
use crate::support::pack::{Pack, compile};

pub(crate) struct Run {
    pub(crate) ticket: Ticket,
}

/// The answer, or the problems that keep it from being one.
pub(crate) fn run(texts: &Texts) -> Result<Run, String> {
    let files = texts.files.iter().enumerate().map(|(at, text)| (format!("{at}.ruleout"), text));
    let all: Vec<_> = [("pack.ron".to_owned(), &texts.manifest)].into_iter().chain(files).collect();
    let compiled = compile(&all);
    if compiled.graph.is_none() {
        return Err(errors(&compiled.sources, &compiled.problems));
    }
    let mut pack = compiled.sound();
    let (facts, problems) = pack.read("ticket.yaml", &texts.facts);
    let Pack { graph, sources } = pack;
    if problems.has_errors() {
        return Err(errors(&sources, &problems));
    }
    Ok(Run { ticket: Ticket::new(graph, facts, sources) })
}

fn errors(sources: &Sources, problems: &Problems) -> String {
    let mut text = String::new();
    for problem in problems.into_iter().filter(|p| p.severity == Severity::Error) {
        let help = problem.help.as_deref().unwrap_or("");
        writeln!(text, "{}: {} ({help})", sources.place(problem.span()), problem.message).unwrap();
    }
    text
}

impl Run {
    pub(crate) fn unlisted(&self) -> f64 {
        self.ticket.diagnosis().unlisted.low
    }

    pub(crate) fn cause(&self, name: &str) -> f64 {
        let called = |at: usize| self.ticket.graph().pack.causes[CauseId(at)].name.value == name;
        let found = self.ticket.diagnosis().causes.iter().find(|ranked| called(ranked.cause.0));
        found.filter(|ranked| ranked.probability.exact).map_or(f64::NAN, |ranked| ranked.probability.low)
    }

    pub(crate) fn context(&self, name: &str) -> Option<&[f64]> {
        let called = |at: usize| self.ticket.graph().contexts[at].name == name;
        let found = self.ticket.diagnosis().contexts.iter().find(|account| called(account.context));
        found.map(|account| account.values.as_slice())
    }
}
