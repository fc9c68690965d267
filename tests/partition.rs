//! What a fact can be, as far as a pack tells values apart.

use ruleout::eval::{self, Only};
use ruleout::graph::InferenceGraph;
use ruleout::pack::{Evidence, FactId};
use ruleout::partition::{Region, regions};
use ruleout::value::Known;
use std::sync::Arc;

use crate::support::pack::Pack;

fn graph() -> Arc<InferenceGraph> {
    Pack::mailflow().graph
}

fn of(graph: &InferenceGraph, name: &str) -> Vec<Region> {
    let id = graph.pack.facts.iter().position(|fact| fact.name.value == name).unwrap();
    regions(&graph.pack, FactId(id))
}

fn labels(graph: &InferenceGraph, name: &str) -> Vec<String> {
    of(graph, name).into_iter().map(|cell| cell.label).collect()
}

#[test]
fn amounts_are_cut_at_the_constants_in_use() {
    let graph = graph();
    let delays = ["up to 1 min", "1 min to 5 min", "5 min to 15 min", "more than 15 min"];
    assert_eq!(labels(&graph, "delivery.delay"), delays);
    assert_eq!(labels(&graph, "message.size"), ["up to 10 MB", "more than 10 MB"]);
}

#[test]
fn choices_that_no_condition_tells_apart_are_one() {
    let graph = graph();
    let speakers = labels(&graph, "rejection.speaker");
    assert!(speakers.contains(&"proofpoint".to_owned()) && speakers.len() == 2, "{speakers:?}");
    assert_eq!(labels(&graph, "impact.users"), ["all", "some", "one"]);
    assert_eq!(labels(&graph, "log.has_message"), ["yes", "no"]);
}

#[test]
fn a_text_is_made_up_for_each_test() {
    let labels = labels(&graph(), "rejection.text");
    for part in ["marked as invalid", "blocked", "no such user", "relay", "something else", "none"] {
        assert!(labels.iter().any(|label| label.contains(part)), "{part} {labels:#?}");
    }
}

#[test]
fn every_level_of_a_symptom_over_one_fact_has_a_cell() {
    let graph = graph();
    for rule in &graph.pack.rules {
        let Some(reading) = graph.pack.reading(&rule.evidence) else { continue };
        let mut facts: Vec<FactId> = match &rule.evidence {
            Evidence::Fact(id, _) => vec![*id],
            _ => reading
                .branches
                .iter()
                .filter_map(|(_, c)| c.as_ref())
                .flat_map(|c| c.reads().facts)
                .collect(),
        };
        facts.dedup();
        let symptoms =
            reading.branches.iter().filter_map(|(_, c)| c.as_ref()).any(|c| !c.reads().symptoms.is_empty());
        let ([fact], false) = (facts.as_slice(), symptoms) else { continue };
        let all = regions(&graph.pack, *fact);
        if all.is_empty() {
            continue;
        }
        let at = |cell: &Region| {
            let known = Known::Exactly(cell.example.clone());
            eval::read(reading, &Only { fact: *fact, known })
        };
        for level in 0..reading.levels.len() {
            let name = &rule.name.value;
            assert!(all.iter().any(|cell| at(cell).iter().eq([&level])), "{name} at {level}: {all:#?}");
        }
    }
}
