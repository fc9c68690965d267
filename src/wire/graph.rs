//! `ruleout graph --format json`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Pack, Version};

/// The numbers of the Bayesian network of a pack, or of one ticket with what it observes, not decomposed. Everything is given
/// that at least one cause, listed or not, is still there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Graph {
    /// 1.
    pub schema_version: Version<1>,
    /// The pack.
    pub pack: Pack,
    /// Its title; null where it has none.
    pub title: Option<String>,
    /// The prior of the cause that the pack does not list; where it is there, it is as likely normal as active.
    #[schemars(range(min = 0, max = 1))]
    pub unlisted: f64,
    /// The contexts that priors depend on.
    pub contexts: Vec<Context>,
    /// What may be wrong.
    pub causes: Vec<Cause>,
    /// What is observed, or could be; rules that are silent in the ticket are left out.
    pub findings: Vec<Finding>,
}

/// A context, a root variable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "context")]
#[non_exhaustive]
pub struct Context {
    /// Its name.
    pub name: String,
    /// Whether somebody wrote rates; else all values count as equally likely.
    pub rated: bool,
    /// Its values; their rates come to 1.
    pub values: Vec<Value>,
}

/// A value of a context.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "value")]
#[non_exhaustive]
pub struct Value {
    /// The value.
    pub value: String,
    /// How often it is so, before the facts.
    #[schemars(range(min = 0, max = 1))]
    pub rate: f64,
    /// Whether the facts do not exclude it.
    pub possible: bool,
}

/// A cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "cause")]
#[non_exhaustive]
pub struct Cause {
    /// Its name.
    pub name: String,
    /// What it is in plain words; null where nobody wrote them.
    pub title: Option<String>,
    /// How likely it is of itself.
    pub prior: Prior,
    /// The causes that come of it.
    pub leads_to: Vec<Effect>,
    /// The chance that what was tried removed it, were it there; 0 where nothing was tried.
    #[schemars(range(min = 0, max = 1))]
    pub resolved: f64,
}

/// A prior by contexts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "prior")]
#[non_exhaustive]
pub struct Prior {
    /// The contexts that it depends on, by name.
    pub contexts: Vec<String>,
    /// One probability for each combination of their values, the first context fastest; a single one without contexts.
    #[schemars(inner(range(min = 0, max = 1)), length(min = 1))]
    pub values: Vec<f64>,
}

/// A cause that comes of another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "effect")]
#[non_exhaustive]
pub struct Effect {
    /// The cause that comes of it.
    pub cause: String,
    /// The chance that it does.
    #[schemars(range(min = 0, max = 1))]
    pub chance: f64,
}

/// What a rule observes. It is at the level of its first step that is seen, else at the normal one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "finding")]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// What it is about in plain words; null where nobody wrote them.
    pub title: Option<String>,
    /// Its levels, the normal one first.
    pub levels: Vec<String>,
    /// How much each level counts, in their order: 1 for one that may be so, 0 for one that is not, r and 1 - r where the report
    /// is sure to r; null where nothing is observed.
    #[schemars(inner(range(min = 0, max = 1)))]
    pub weights: Option<Vec<f64>>,
    /// From the top level down; the normal level has none.
    pub steps: Vec<Step>,
}

/// A step of a finding. It is seen with P = 1 - (1 - background · ∏ hold) · ∏ (1 - power) over the causes that are there, and not
/// at all where one of them makes it not `possible`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "step")]
#[non_exhaustive]
pub struct Step {
    /// The level.
    pub level: String,
    /// How often it is seen with none of the causes.
    #[schemars(range(min = 0, max = 1))]
    pub background: f64,
    /// The background where an unlisted cause is active.
    #[schemars(range(min = 0, max = 1))]
    pub active: f64,
    /// What the causes do to it; one that does nothing has no link.
    pub links: Vec<Link>,
}

/// What a cause does to a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "link")]
#[non_exhaustive]
pub struct Link {
    /// The cause.
    pub cause: String,
    /// The chance that the cause alone produces it.
    #[schemars(range(min = 0, max = 1))]
    pub power: f64,
    /// The factor by which the cause holds the background back; 1 where it does not.
    #[schemars(range(min = 0, max = 1))]
    pub hold: f64,
    /// Whether the step can be seen at all with the cause there.
    pub possible: bool,
}

/// Writes the schema.
pub fn schema() -> String {
    super::schema::<Graph>("graph", "ruleout graph --format json")
}
