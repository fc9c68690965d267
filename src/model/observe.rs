//! From an evaluation to a network: what was seen, as numbers.

use std::collections::BTreeSet;

use crate::eval::{self, Known, Levels, World};
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::graph::context::{Context as Circumstance, ContextOf, ContextValue};
use crate::pack::expr::Definition;
use crate::pack::value::Value;
use crate::pack::{FactId, SymptomId};

use super::evaluate::{Evaluation, RuleState};
use crate::infer::network::{Cause, Context, Finding, Network};

/// The network of one ticket, and for each of its findings the rule that it comes from.
pub fn observe(graph: &InferenceGraph, evaluation: &Evaluation, facts: &Facts) -> (Network, Vec<usize>) {
    let mut rules = Vec::new();
    let mut findings = Vec::new();
    for (rule, heard) in evaluation.rules.iter().enumerate() {
        if let (RuleState::Matched { weights, .. }, Some(steps)) = (heard, graph.steps.get(rule)) {
            rules.push(rule);
            findings.push(Finding { steps: steps.clone(), levels: weights.len(), weights: weights.clone() });
        }
    }
    let contexts = graph.contexts.iter().map(|c| context(graph, c, evaluation, facts)).collect();
    let causes = graph.priors.iter().enumerate().map(|(at, prior)| Cause {
        prior: prior.clone(),
        leads_to: graph.pack.causes.get(at).map_or_else(Vec::new, |c| {
            c.leads_to.iter().map(|(effect, chance, _)| (effect.0, chance.chance)).collect()
        }),
        cured: cured(graph, at, facts),
        known: None,
    });
    (Network { contexts, causes: causes.collect(), unlisted: graph.unlisted, findings, ticket: true }, rules)
}

/// The chance that the fixes that were tried have cured a cause, were it there.
pub fn cured(graph: &InferenceGraph, cause: usize, facts: &Facts) -> f64 {
    let fixes = graph.pack.causes.get(cause).map_or(&[][..], |c| &c.fixes);
    let tried = fixes.iter().filter(|fix| facts.tried.contains_key(fix));
    1.0 - tried
        .filter_map(|fix| graph.pack.fixes.get(fix.0))
        .map(|fix| 1.0 - fix.works.chance)
        .product::<f64>()
}

fn context(
    graph: &InferenceGraph,
    context: &Circumstance,
    evaluation: &Evaluation,
    facts: &Facts,
) -> Context {
    let possible = context.values.iter().enumerate().map(|(at, value)| {
        possible(context.of, at, value, evaluation)
            && Supposed { graph, evaluation, of: context.of, value }.agrees(facts)
    });
    Context { rates: context.rates.clone(), possible: possible.collect() }
}

/// The ticket with one context supposed.
struct Supposed<'a> {
    graph: &'a InferenceGraph,
    evaluation: &'a Evaluation,
    of: ContextOf,
    value: &'a ContextValue,
}

impl Supposed<'_> {
    /// Whether no computed fact comes out as something else than what was recorded of it for sure.
    fn agrees(&self, facts: &Facts) -> bool {
        let computed = |id: FactId| Some(eval::define(self.definition(id)?, self));
        let sure = facts.recorded.iter().filter(|(_, recorded)| recorded.sure.is_none());
        sure.filter(|(id, _)| self.of != ContextOf::Fact(**id))
            .all(|(id, recorded)| computed(*id).is_none_or(|c| !eval::apart(&c, &recorded.known)))
    }

    fn definition(&self, id: FactId) -> Option<&Definition> {
        self.graph.pack.facts.get(id.0)?.definition.as_ref()
    }
}

impl World for Supposed<'_> {
    fn fact(&self, id: FactId) -> Known {
        let known = || self.evaluation.facts.get(id.0).cloned().unwrap_or(Known::Unknown);
        match (self.of, self.value, self.definition(id)) {
            (ContextOf::Fact(of), ContextValue::Fact(value), _) if of == id && !known().is_exact() => {
                value.clone()
            }
            (ContextOf::Member(of, member), ContextValue::Fact(value), _)
                if of == id && known() == Known::Unknown && *value == Known::Exactly(Value::YesNo(false)) =>
            {
                Known::Lacks(BTreeSet::from([member]))
            }
            (_, _, Some(definition)) => match eval::define(definition, self) {
                Known::Unknown => known(),
                computed => computed,
            },
            _ => known(),
        }
    }

    fn levels(&self, id: SymptomId) -> Levels {
        match (self.of, self.value, self.graph.pack.symptoms.get(id.0)) {
            (ContextOf::Symptom(of), ContextValue::Level(level), _) if of == id => Levels::from([*level]),
            (_, _, Some(symptom)) => eval::read(&symptom.reading, self),
            _ => Levels::new(),
        }
    }
}

/// Whether a context can still have a value. One that was looked for and is `none` has none of them and counts as
/// unknown.
fn possible(of: ContextOf, at: usize, value: &ContextValue, evaluation: &Evaluation) -> bool {
    let fact = |id: FactId| evaluation.facts.get(id.0).cloned().unwrap_or(Known::Unknown);
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
            recorded => !eval::apart(&recorded, known),
        },
        _ => true,
    }
}
