//! `ruleout why-not CAUSE --format json`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Pack, Place, Version};

/// Why a cause is not the first: the prior odds of the first against it, times all likelihood ratios, times `shared`, are the
/// posterior odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct WhyNot {
    /// 1.
    pub schema_version: Version<1>,
    /// The pack.
    pub pack: Pack,
    /// The cause.
    pub cause: String,
    /// How likely it is.
    #[schemars(range(min = 0, max = 1))]
    pub probability: f64,
    /// What is first, by name: the cause itself where it is; null where it is a cause that the pack does not list.
    pub first: Option<String>,
    /// How likely the first is.
    #[schemars(range(min = 0, max = 1))]
    pub first_probability: f64,
    /// The odds of the first against the cause before the evidence; null where they are without bound.
    #[schemars(range(min = 0))]
    pub prior_odds: Option<f64>,
    /// What each rule does to those odds, what keeps the cause down most first.
    pub against: Vec<Against>,
    /// The factor that other causes take or give; null where the odds are 0 or without bound.
    #[schemars(range(min = 0))]
    pub shared: Option<f64>,
    /// The odds with the evidence; null where they are without bound.
    #[schemars(range(min = 0))]
    pub posterior_odds: Option<f64>,
    /// The smallest changes of facts that would make it the first, the cheapest to verify first; none where it is, or where nothing
    /// that was tried does.
    pub ways: Vec<Way>,
    /// How many changes at once were tried; 0 where it is the first.
    #[schemars(range(max = 3))]
    pub tried_together: usize,
}

/// What a rule does to the odds of the first against the cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "against")]
#[non_exhaustive]
pub struct Against {
    /// The rule.
    pub rule: String,
    /// How many times as common what was observed is with the first as with the cause; null where it cannot be with the cause.
    #[schemars(range(min = 0))]
    pub likelihood_ratio: Option<f64>,
    /// Whether what was observed cannot be with the cause.
    pub excludes: bool,
    /// The line of the rule that names the cause; null where none does.
    pub place: Option<Place>,
}

/// Facts that would have to be other than they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "way")]
#[non_exhaustive]
pub struct Way {
    /// Each fact with what it would be, all at once.
    #[schemars(length(min = 1))]
    pub changes: Vec<Change>,
    /// Minutes that it takes to check.
    #[schemars(range(min = 0))]
    pub minutes: f64,
    /// How likely the cause would be.
    #[schemars(range(min = 0, max = 1))]
    pub probability: f64,
}

/// A fact that would have to be other than it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "change")]
#[non_exhaustive]
pub struct Change {
    /// The fact.
    pub fact: String,
    /// What it would be: a value, or values in words; `not recorded` where it would have to be unknown.
    pub to: String,
    /// What it was recorded as; null where it was not recorded.
    pub from: Option<String>,
    /// Where it was recorded; null likewise.
    pub place: Option<Place>,
}

/// Writes the schema.
pub fn schema() -> String {
    super::schema::<WhyNot>("why-not", "ruleout why-not CAUSE --format json")
}
