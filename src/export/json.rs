//! The numbers of a network as JSON, not decomposed.

use schemars::JsonSchema;
use serde::Serialize;

use super::labelled::{ContextLabel, FindingLabel, Label, Labelled};
use crate::infer::network::{Cause, Context, Finding};
use crate::infer::step::{Link, Step};
use crate::wire::{self, Version};

/// The numbers of the Bayesian network of a pack, or of one ticket with what it observes, not decomposed.
/// Everything is given that at least one cause, listed or not, is still there.
#[derive(Serialize, JsonSchema)]
struct Written<'a> {
    /// 1.
    schema_version: Version<1>,
    /// The name of the pack.
    pack: &'a str,
    /// Its title; null where it has none.
    title: Option<&'a str>,
    /// The prior of the cause that the pack does not list; where it is there, it is as likely normal as
    /// active.
    #[schemars(range(min = 0, max = 1))]
    unlisted: f64,
    /// The contexts that priors depend on.
    contexts: Vec<ContextEntry<'a>>,
    /// What may be wrong.
    causes: Vec<CauseEntry<'a>>,
    /// What is seen, or could be; rules that are silent in the ticket are left out.
    findings: Vec<FindingEntry<'a>>,
}

/// A context, a root variable.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "context")]
struct ContextEntry<'a> {
    /// Its name.
    name: &'a str,
    /// Whether somebody wrote rates; else all values count as equally likely.
    rated: bool,
    /// Its values; their rates come to 1.
    values: Vec<ValueEntry<'a>>,
}

/// A value of a context.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "value")]
struct ValueEntry<'a> {
    /// The value.
    value: &'a str,
    /// How often it is so, before the facts.
    #[schemars(range(min = 0, max = 1))]
    rate: f64,
    /// Whether the facts do not exclude it.
    possible: bool,
}

/// A cause.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "cause")]
struct CauseEntry<'a> {
    /// Its name.
    name: &'a str,
    /// What it is in plain words; null where nobody wrote them.
    title: Option<&'a str>,
    /// How likely it is of itself.
    prior: PriorEntry<'a>,
    /// The causes that come of it.
    leads_to: Vec<EffectEntry<'a>>,
    /// The chance that what was tried cured it, were it there; 0 where nothing was tried.
    #[schemars(range(min = 0, max = 1))]
    cured: f64,
}

/// A prior by contexts.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "prior")]
struct PriorEntry<'a> {
    /// The contexts that it depends on, by name.
    contexts: Vec<&'a str>,
    /// One probability for each combination of their values, the first context fastest; a single one without
    /// contexts.
    #[schemars(inner(range(min = 0, max = 1)), length(min = 1))]
    values: &'a [f64],
}

/// A cause that comes of another.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "effect")]
struct EffectEntry<'a> {
    /// The cause that comes of it.
    cause: &'a str,
    /// The chance that it does.
    #[schemars(range(min = 0, max = 1))]
    chance: f64,
}

/// What a rule hears. It is at the level of its first step that is seen, else at the normal one.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "finding")]
struct FindingEntry<'a> {
    /// The rule.
    rule: &'a str,
    /// What it is about in plain words; null where nobody wrote them.
    title: Option<&'a str>,
    /// Its levels, the normal one first.
    levels: &'a [String],
    /// How much each level counts, in their order: 1 for one that may be so, 0 for one that is not, r and 1 -
    /// r where the report is sure to r; null where nothing is observed.
    #[schemars(inner(range(min = 0, max = 1)))]
    weights: Option<&'a [f64]>,
    /// From the top level down; the normal level has none.
    steps: Vec<StepEntry<'a>>,
}

/// A step of a finding. It is seen with P = 1 - (1 - background · ∏ hold) · ∏ (1 - power) over the causes
/// that are there, and not at all where one of them makes it not `possible`.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "step")]
struct StepEntry<'a> {
    /// The level.
    level: &'a str,
    /// How often it is seen with none of the causes.
    #[schemars(range(min = 0, max = 1))]
    background: f64,
    /// The background where an unlisted cause is active.
    #[schemars(range(min = 0, max = 1))]
    active: f64,
    /// What the causes do to it; one that does nothing has no link.
    links: Vec<LinkEntry<'a>>,
}

/// What a cause does to a step.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "link")]
struct LinkEntry<'a> {
    /// The cause.
    cause: &'a str,
    /// The chance that the cause alone produces it.
    #[schemars(range(min = 0, max = 1))]
    power: f64,
    /// The factor by which the cause holds the background back; 1 where it does not.
    #[schemars(range(min = 0, max = 1))]
    hold: f64,
    /// Whether the step can be seen at all with the cause there.
    possible: bool,
}

/// Writes a network as JSON.
pub fn json(labelled: &Labelled) -> String {
    let network = &labelled.network;
    let written = Written {
        schema_version: Version,
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
    wire::json(&written)
}

/// Returns the JSON Schema of what [`json`] writes.
pub fn json_schema() -> String {
    wire::schema::<Written<'_>>("graph", "ruleout graph --format json")
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
    let link = |(cause, link): (&usize, &Link)| LinkEntry {
        cause: name(labelled, *cause),
        power: link.power,
        hold: link.hold,
        possible: link.possible,
    };
    StepEntry {
        level: label.levels.get(step.level).map_or("", String::as_str),
        background: step.background,
        active: step.active,
        links: step.links.iter().map(link).collect(),
    }
}
