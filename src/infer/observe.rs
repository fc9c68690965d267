//! From an evaluation to a network: what was seen, as numbers.

use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::graph::context::{Context as Circumstance, ContextOf, ContextValue};
use crate::logic::{self, Known};
use crate::pack::value::Value;

use super::evaluate::{Evaluation, Heard};
use super::network::{Cause, Context, Finding, Network};

/// The network of one ticket, and for each of its findings the rule that it comes from.
pub fn observe(graph: &InferenceGraph, evaluation: &Evaluation, facts: &Facts) -> (Network, Vec<usize>) {
    let mut rules = Vec::new();
    let mut findings = Vec::new();
    for (rule, heard) in evaluation.rules.iter().enumerate() {
        if let (Heard::Speaks { weights, .. }, Some(steps)) = (heard, graph.steps.get(rule)) {
            rules.push(rule);
            findings.push(Finding { steps: steps.clone(), levels: weights.len(), weights: weights.clone() });
        }
    }
    let contexts = graph.contexts.iter().map(|c| context(c, evaluation)).collect();
    let causes = graph.priors.iter().enumerate().map(|(at, prior)| Cause {
        prior: prior.clone(),
        leads_to: graph.pack.causes.get(at).map_or_else(Vec::new, |c| {
            c.leads_to.iter().map(|(effect, chance, _)| (effect.0, chance.chance)).collect()
        }),
        cured: cured(graph, at, facts),
        known: None,
    });
    (Network { contexts, causes: causes.collect(), unlisted: graph.unlisted, findings }, rules)
}

/// The chance that the fixes that were tried have cured a cause, were it there.
fn cured(graph: &InferenceGraph, cause: usize, facts: &Facts) -> f64 {
    let fixes = graph.pack.causes.get(cause).map_or(&[][..], |c| &c.fixes);
    let tried = fixes.iter().filter(|fix| facts.tried.contains_key(fix));
    1.0 - tried
        .filter_map(|fix| graph.pack.fixes.get(fix.0))
        .map(|fix| 1.0 - fix.works.chance)
        .product::<f64>()
}

fn context(circumstance: &Circumstance, evaluation: &Evaluation) -> Context {
    let possible = circumstance
        .values
        .iter()
        .enumerate()
        .map(|(at, value)| possible(circumstance.of, at, value, evaluation));
    Context { rates: circumstance.rates.clone(), possible: possible.collect() }
}

/// Whether a circumstance can still have a value. One that was looked for and is `none` has none of them and counts as
/// unknown.
fn possible(of: ContextOf, at: usize, value: &ContextValue, evaluation: &Evaluation) -> bool {
    let fact = |id: crate::pack::FactId| evaluation.facts.get(id.0).cloned().unwrap_or(Known::Unknown);
    match (of, value) {
        (ContextOf::Symptom(id), ContextValue::Level(level)) => {
            evaluation.symptoms.get(id.0).is_none_or(|levels| levels.is_empty() || levels.contains(level))
        }
        (ContextOf::Member(id, member), _) => match fact(id) {
            Known::Exactly(Value::Set(members)) => members.contains(&member) == (at == 1),
            Known::Exactly(Value::None) => at == 0,
            Known::Lacks(members) => at == 0 || !members.contains(&member),
            _ => true,
        },
        (ContextOf::Fact(id), ContextValue::Fact(known)) => match fact(id) {
            Known::Exactly(Value::None) => true,
            recorded => !logic::apart(&recorded, known),
        },
        _ => true,
    }
}
