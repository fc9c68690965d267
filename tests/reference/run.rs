//! Texts through the whole program, in memory.

use std::fmt::Write;

use ruleout::document::tree::Format;
use ruleout::facts::recorded::Facts;
use ruleout::graph::InferenceGraph;
use ruleout::loader::PackTexts;
use ruleout::pipeline;
use ruleout::problem::{Problems, Severity};
use ruleout::source::{Source, Sources};
use ruleout::ticket::diagnosis::Diagnosis;

use super::write::Texts;

pub(crate) struct Run {
    pub(crate) sources: Sources,
    pub(crate) graph: InferenceGraph,
    pub(crate) facts: Facts,
    pub(crate) diagnosis: Diagnosis,
}

/// The answer, or the problems that keep it from being one.
pub(crate) fn run(texts: &Texts) -> Result<Run, String> {
    let mut sources = Sources::default();
    let manifest = sources.add(Source::new("pack.ron", &texts.manifest));
    let files = texts.files.iter().enumerate();
    let files = files.map(|(at, text)| sources.add(Source::new(format!("{at}.ruleout"), text))).collect();
    let ticket = sources.add(Source::new("ticket.yaml", &texts.facts));
    let (graph, problems) = pipeline::compile(&sources, &PackTexts { manifest, files });
    let Some(graph) = graph else { return Err(errors(&sources, &problems)) };
    let (facts, problems) = pipeline::read_facts(&graph, &sources, ticket, Format::Yaml);
    if problems.has_errors() {
        return Err(errors(&sources, &problems));
    }
    let diagnosis = engine::diagnose(&graph, &facts);
    Ok(Run { sources, graph, facts, diagnosis })
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
        self.diagnosis.unlisted.low
    }

    pub(crate) fn cause(&self, name: &str) -> f64 {
        let called = |at: usize| self.graph.pack.causes[at].name.value == name;
        let found = self.diagnosis.causes.iter().find(|ranked| called(ranked.cause.0));
        found.filter(|ranked| ranked.probability.exact).map_or(f64::NAN, |ranked| ranked.probability.low)
    }

    pub(crate) fn context(&self, name: &str) -> Option<&[f64]> {
        let called = |at: usize| self.graph.contexts[at].name == name;
        let found = self.diagnosis.contexts.iter().find(|account| called(account.context));
        found.map(|account| account.values.as_slice())
    }
}
