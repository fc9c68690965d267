//! The numbers of a network as JSON, not decomposed.

use super::labelled::{ContextLabel, FindingLabel, Label, Labelled};
use crate::infer::{network, step as infer_step};
use crate::wire::graph::{Cause, Context, Effect, Finding, Graph, Link, Prior, Step, Value};
use crate::wire::{self, Pack, Version};

/// Writes a network as JSON.
pub fn json(labelled: &Labelled) -> String {
    let network = &labelled.network;
    let findings = labelled.findings.iter().zip(&network.findings);
    wire::json(&Graph {
        schema_version: Version,
        pack: Pack::new(&labelled.pack.name, &labelled.version),
        title: labelled.pack.title.clone(),
        unlisted: network.unlisted,
        contexts: labelled.contexts.iter().zip(&network.contexts).map(context).collect(),
        causes: labelled.causes.iter().zip(&network.causes).map(|pair| cause(labelled, pair)).collect(),
        findings: findings.map(|pair| finding(labelled, pair)).collect(),
    })
}

fn context((label, context): (&ContextLabel, &network::Context)) -> Context {
    let values = label.values.iter().zip(context.rates.iter().zip(&context.possible));
    let value = |(value, (rate, possible)): (&String, (&f64, &bool))| Value {
        value: value.clone(),
        rate: *rate,
        possible: *possible,
    };
    Context { name: label.name.clone(), rated: label.rated, values: values.map(value).collect() }
}

fn name(labelled: &Labelled, cause: usize) -> String {
    labelled.causes.get(cause).map_or_else(String::new, |label| label.name.clone())
}

fn cause(labelled: &Labelled, (label, cause): (&Label, &network::Cause)) -> Cause {
    let context =
        |at: &usize| labelled.contexts.get(*at).map_or_else(String::new, |label| label.name.clone());
    let effect = |(effect, chance): &(usize, f64)| Effect { cause: name(labelled, *effect), chance: *chance };
    Cause {
        name: label.name.clone(),
        title: label.title.clone(),
        prior: Prior {
            contexts: cause.prior.scope.iter().map(context).collect(),
            values: cause.prior.values.clone(),
        },
        leads_to: cause.leads_to.iter().map(effect).collect(),
        resolved: cause.cured,
    }
}

fn finding(labelled: &Labelled, (label, finding): (&FindingLabel, &network::Finding)) -> Finding {
    Finding {
        rule: label.rule.name.clone(),
        title: label.rule.title.clone(),
        levels: label.levels.clone(),
        weights: label.observed.then(|| finding.weights.clone()),
        steps: finding.steps.iter().map(|s| step(labelled, label, s)).collect(),
    }
}

fn step(labelled: &Labelled, label: &FindingLabel, step: &infer_step::Step) -> Step {
    let link = |(cause, link): (&usize, &infer_step::Link)| Link {
        cause: name(labelled, *cause),
        power: link.power,
        hold: link.hold,
        possible: link.possible,
    };
    Step {
        level: label.levels.get(step.level).cloned().unwrap_or_default(),
        background: step.background,
        active: step.active,
        links: step.links.iter().map(link).collect(),
    }
}
