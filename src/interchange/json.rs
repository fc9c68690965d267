//! The numbers of a network as JSON, not decomposed. The schema stands in `README.md`; later versions add, never rename.

use serde::Serialize;

use super::labelled::{ContextLabel, FindingLabel, Label, Labelled};
use crate::graph::numbers::Step;
use crate::infer::network::{Cause, Context, Finding};

/// The version of the schema.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Written<'a> {
    schema_version: u32,
    pack: &'a str,
    title: Option<&'a str>,
    unlisted: f64,
    contexts: Vec<ContextEntry<'a>>,
    causes: Vec<CauseEntry<'a>>,
    findings: Vec<FindingEntry<'a>>,
}

#[derive(Serialize)]
struct ContextEntry<'a> {
    name: &'a str,
    rated: bool,
    values: Vec<ValueEntry<'a>>,
}

#[derive(Serialize)]
struct ValueEntry<'a> {
    value: &'a str,
    rate: f64,
    possible: bool,
}

#[derive(Serialize)]
struct CauseEntry<'a> {
    name: &'a str,
    title: Option<&'a str>,
    prior: PriorEntry<'a>,
    leads_to: Vec<EffectEntry<'a>>,
    cured: f64,
}

#[derive(Serialize)]
struct PriorEntry<'a> {
    contexts: Vec<&'a str>,
    values: &'a [f64],
}

#[derive(Serialize)]
struct EffectEntry<'a> {
    cause: &'a str,
    chance: f64,
}

#[derive(Serialize)]
struct FindingEntry<'a> {
    rule: &'a str,
    title: Option<&'a str>,
    levels: &'a [String],
    /// Null where nothing is observed.
    weights: Option<&'a [f64]>,
    steps: Vec<StepEntry<'a>>,
}

#[derive(Serialize)]
struct StepEntry<'a> {
    level: &'a str,
    background: f64,
    loud: f64,
    links: Vec<LinkEntry<'a>>,
}

#[derive(Serialize)]
struct LinkEntry<'a> {
    cause: &'a str,
    power: f64,
    hold: f64,
    possible: bool,
}

/// Writes a network as JSON.
pub fn json(labelled: &Labelled) -> String {
    let network = &labelled.network;
    let written = Written {
        schema_version: SCHEMA_VERSION,
        pack: &labelled.pack.name,
        title: labelled.pack.title.as_deref(),
        unlisted: network.unlisted,
        contexts: labelled.contexts.iter().zip(&network.contexts).map(context).collect(),
        causes: labelled.causes.iter().zip(&network.causes).map(|pair| cause(labelled, pair)).collect(),
        findings: labelled
            .findings
            .iter()
            .zip(&network.findings)
            .map(|pair| finding(labelled, pair))
            .collect(),
    };
    serde_json::to_string_pretty(&written).unwrap_or_default() + "\n"
}

fn context<'a>((label, context): (&'a ContextLabel, &Context)) -> ContextEntry<'a> {
    let values = label.values.iter().zip(context.rates.iter().zip(&context.possible));
    let value = |(value, (rate, possible)): (&'a String, (&f64, &bool))| ValueEntry {
        value,
        rate: *rate,
        possible: *possible,
    };
    ContextEntry { name: &label.name, rated: label.rated, values: values.map(value).collect() }
}

fn name(labelled: &Labelled, cause: usize) -> &str {
    labelled.causes.get(cause).map_or("", |label| label.name.as_str())
}

fn cause<'a>(labelled: &'a Labelled, (label, cause): (&'a Label, &'a Cause)) -> CauseEntry<'a> {
    let context = |at: &usize| labelled.contexts.get(*at).map_or("", |label| label.name.as_str());
    CauseEntry {
        name: &label.name,
        title: label.title.as_deref(),
        prior: PriorEntry {
            contexts: cause.prior.scope.iter().map(context).collect(),
            values: &cause.prior.values,
        },
        leads_to: cause
            .leads_to
            .iter()
            .map(|(effect, chance)| EffectEntry { cause: name(labelled, *effect), chance: *chance })
            .collect(),
        cured: cause.cured,
    }
}

fn finding<'a>(
    labelled: &'a Labelled,
    (label, finding): (&'a FindingLabel, &'a Finding),
) -> FindingEntry<'a> {
    FindingEntry {
        rule: &label.rule.name,
        title: label.rule.title.as_deref(),
        levels: &label.levels,
        weights: label.observed.then_some(&finding.weights),
        steps: finding.steps.iter().map(|s| step(labelled, label, s)).collect(),
    }
}

fn step<'a>(labelled: &'a Labelled, label: &'a FindingLabel, step: &Step) -> StepEntry<'a> {
    let link = |(cause, link): (&usize, &crate::graph::numbers::Link)| LinkEntry {
        cause: name(labelled, *cause),
        power: link.power,
        hold: link.hold,
        possible: link.possible,
    };
    StepEntry {
        level: label.levels.get(step.level).map_or("", String::as_str),
        background: step.background,
        loud: step.loud,
        links: step.links.iter().map(link).collect(),
    }
}
