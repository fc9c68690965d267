//! `--set FACT=VALUE`: facts that are supposed.

use super::{Format as Told, PROBLEMS, refuse};
use crate::document::tree::Format;
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::pipeline;
use crate::source::{Source, Sources};

/// One fact with its value.
#[derive(Debug, Clone)]
pub(super) struct Set {
    /// As it was said.
    pub(super) said: String,
    fact: String,
    value: String,
}

/// Reads `log.has_message=no`.
pub(super) fn parse(text: &str) -> Result<Set, String> {
    match text.split_once('=') {
        Some((fact, value)) if !fact.trim().is_empty() => {
            let (fact, value) = (fact.trim().to_owned(), value.trim().to_owned());
            Ok(Set { said: format!("{fact}={value}"), fact, value })
        }
        _ => Err("a fact and its value are needed, as in `--set log.has_message=no`".to_owned()),
    }
}

/// Sets some facts, each value written as in a YAML fact file; nothing behind the `=` takes the fact out.
/// Their problems are shown.
///
/// # Errors
/// The exit code.
pub(super) fn apply(
    sets: &[Set],
    facts: &Facts,
    graph: &InferenceGraph,
    sources: &mut Sources,
    told: Told,
) -> Result<Facts, u8> {
    let mut facts = facts.clone();
    for set in sets {
        let id = sources.add(Source::new("--set", format!("{}: {}", set.fact, set.value)));
        let (found, problems) = pipeline::read_facts(graph, sources, id, Format::Yaml);
        if problems.has_errors() {
            refuse(&problems, sources, told);
            return Err(PROBLEMS);
        }
        if set.value.is_empty() {
            facts
                .recorded
                .retain(|id, _| graph.pack.facts.nth(id.0).is_none_or(|fact| fact.name.value != set.fact));
        }
        facts.recorded.extend(found.recorded);
        facts.tried.extend(found.tried);
    }
    Ok(facts)
}
