//! From an evaluation to a network: what was seen, as numbers.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::eval::{self, Levels, World};
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::graph::context::{self, ContextOf, ContextValue};
use crate::pack::expr::Definition;
use crate::pack::{CauseId, FactId, RuleId, SymptomId};
use crate::value::{Known, Value};

use super::evaluate::{Evaluation, RuleState};
use crate::infer::network::{Cause, Context, Finding, Network};

/// Writes one ticket as a network; returns it with the rule that each of its findings comes from.
pub fn observe(graph: &InferenceGraph, evaluation: &Evaluation, facts: &Facts) -> (Network, Vec<RuleId>) {
    let mut rules = Vec::new();
    let mut findings = Vec::new();
    for (rule, state) in evaluation.rules.enumerated() {
        if let RuleState::Matched { weights, .. } = state {
            rules.push(rule);
            let steps = Arc::clone(&graph.steps[rule]);
            findings.push(Finding { steps, levels: weights.len(), weights: weights.clone() });
        }
    }
    let contexts = graph.contexts.iter().map(|c| context(graph, c, evaluation, facts)).collect();
    let causes = graph.pack.causes.enumerated().map(|(id, cause)| Cause {
        prior: graph.priors[id].clone(),
        leads_to: cause.leads_to.iter().map(|(effect, chance, _)| (effect.0, chance.chance)).collect(),
        cured: cured(graph, id, facts),
        known: None,
    });
    (Network { contexts, causes: causes.collect(), unlisted: graph.unlisted, findings, ticket: true }, rules)
}

/// Returns the chance that the fixes that were tried have cured a cause, were it there.
pub fn cured(graph: &InferenceGraph, cause: CauseId, facts: &Facts) -> f64 {
    let tried = graph.pack.causes[cause].fixes.iter().filter(|fix| facts.tried.contains_key(fix));
    1.0 - tried.map(|fix| 1.0 - graph.pack.fixes[*fix].works.chance).product::<f64>()
}

/// Returns a context with the values that the facts leave: those that no fact contradicts, itself or through
/// what is computed.
fn context(
    graph: &InferenceGraph,
    context: &context::Context,
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
    /// Returns whether no computed fact comes out as something else than what was recorded of it for sure.
    fn agrees(&self, facts: &Facts) -> bool {
        let computed = |id: FactId| Some(eval::define(self.definition(id)?, self));
        let sure = facts.recorded.iter().filter(|(_, recorded)| recorded.sure.is_none());
        sure.filter(|(id, _)| self.of != ContextOf::Fact(**id))
            .all(|(id, recorded)| computed(*id).is_none_or(|c| !eval::apart(&c, &recorded.known)))
    }

    fn definition(&self, id: FactId) -> Option<&Definition> {
        self.graph.pack.facts[id].definition.as_ref()
    }
}

impl World for Supposed<'_> {
    fn fact(&self, id: FactId) -> Known {
        let known = || self.evaluation.facts[id].clone();
        match (self.of, self.value, self.definition(id)) {
            (ContextOf::Fact(of), ContextValue::Fact(value), _) if of == id && !known().is_exact() => {
                value.clone()
            }
            (ContextOf::Member(of, member), ContextValue::Fact(value), _)
                if of == id && known() == Known::Unknown && *value == Known::Exactly(Value::YesNo(false)) =>
            {
                Known::Lacks { members: BTreeSet::from([member]), some: false }
            }
            (_, _, Some(definition)) => match eval::define(definition, self) {
                Known::Unknown => known(),
                computed => computed,
            },
            _ => known(),
        }
    }

    fn levels(&self, id: SymptomId) -> Levels {
        match (self.of, self.value) {
            (ContextOf::Symptom(of), ContextValue::Level(level)) if of == id => Levels::from([*level]),
            _ => eval::read(&self.graph.pack.symptoms[id].reading, self),
        }
    }
}

/// Returns whether a context can still have a value. One that was looked for and is `none` has none of them
/// and counts as unknown.
fn possible(of: ContextOf, at: usize, value: &ContextValue, evaluation: &Evaluation) -> bool {
    let fact = |id: FactId| evaluation.facts[id].clone();
    match (of, value) {
        (ContextOf::Symptom(id), ContextValue::Level(level)) => {
            let levels = &evaluation.symptoms[id];
            levels.is_empty() || levels.contains(level)
        }
        (ContextOf::Member(id, member), _) => match fact(id) {
            Known::Exactly(Value::Set(members)) => members.contains(&member) == (at == 1),
            Known::Exactly(Value::None) => at == 0,
            Known::Lacks { members, .. } => at == 0 || !members.contains(&member),
            _ => true,
        },
        (ContextOf::Fact(id), ContextValue::Fact(known)) => match fact(id) {
            Known::Exactly(Value::None) => true,
            recorded => !eval::apart(&recorded, known),
        },
        _ => true,
    }
}
