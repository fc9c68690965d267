//! Why a cause is not the first: the odds come out, and what is said to make it the first does.

use ruleout::facts::recorded::{Facts, Recorded};
use ruleout::graph::InferenceGraph;
use ruleout::pack::CauseId;
use ruleout::value::Known;
use std::sync::Arc;

use crate::support::pack::{Pack, diagnose, ticket};

fn printer(case: &str) -> (Arc<InferenceGraph>, Facts) {
    let mut pack = Pack::of_rules("printer");
    let facts = pack.open(format!("rules/printer/cases/{case}.yaml").as_ref());
    (pack.graph, facts)
}

#[test]
fn the_odds_multiply_out_and_each_way_makes_it_the_first() {
    let mut ways = 0;
    for case in ["drum_worn", "toner_empty", "queue_stuck", "no_power"] {
        let (graph, facts) = printer(case);
        for cause in (0..graph.pack.causes.len()).map(CauseId) {
            let why_not = ticket(&graph, &facts).why_not(cause).unwrap();
            let product: f64 = why_not.against.iter().filter_map(|a| a.factor).product();
            if let Some(shared) = why_not.shared {
                let after = why_not.before * product * shared;
                assert!((after / why_not.after - 1.0).abs() < 1e-9, "{case} {why_not:#?}");
            }
            if why_not.first == Some(cause) {
                assert!(why_not.ways.is_empty());
            }
            for way in &why_not.ways {
                ways += 1;
                let mut changed = facts.clone();
                for (fact, cell) in &way.changes {
                    let Some(cell) = cell else {
                        assert!(changed.recorded.remove(fact).is_some(), "{case} {way:#?}");
                        continue;
                    };
                    let known = Known::Exactly(cell.example.clone());
                    let place = facts.recorded.values().next().unwrap();
                    changed
                        .recorded
                        .insert(*fact, Recorded { known, sure: None, available: true, ..place.clone() });
                }
                let first = &diagnose(&graph, &changed).causes[0];
                assert_eq!(first.cause, cause, "{case} {way:#?}");
                assert!((first.probability.low - way.probability).abs() < 1e-12, "{case} {way:#?}");
            }
            let minutes: Vec<f64> = why_not.ways.iter().map(|way| way.minutes).collect();
            assert!(minutes.is_sorted(), "{minutes:?}");
        }
    }
    assert!(ways > 20, "{ways}");
}

#[test]
fn what_cannot_be_made_the_first_says_so() {
    let (graph, facts) = printer("drum_worn");
    let mut graph = Arc::unwrap_or_clone(graph);
    let cause = CauseId(0);
    for (at, rule) in graph.pack.rules.iter().enumerate() {
        if !rule.with.contains_key(&cause) {
            continue;
        }
        // Nothing that is looked at says anything of it any more.
        let steps = graph.steps[ruleout::pack::RuleId(at)].iter().cloned().map(|mut step| {
            step.links.remove(&cause.0);
            step
        });
        graph.steps[ruleout::pack::RuleId(at)] = steps.collect();
    }
    graph.priors[cause] = graph.priors[cause].times(1e-9);
    let why_not = ticket(&Arc::new(graph), &facts).why_not(cause).unwrap();
    assert!(why_not.ways.is_empty() && why_not.tried_together == 3, "{why_not:#?}");
}
