//! `ruleout facts --format json`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Pack, Version};

/// What may be recorded in a fact file of a pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Facts {
    /// 1.
    pub schema_version: Version<1>,
    /// The pack.
    pub pack: Pack,
    /// Where one looks, in the order in which one would.
    pub visits: Vec<Visit>,
}

/// Facts that are found in one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "visit")]
#[non_exhaustive]
pub struct Visit {
    /// Where one looks, in the words of the pack.
    pub title: String,
    /// Whether it is one visit, which answers all of its facts and is paid once.
    pub paid_once: bool,
    /// Whether its facts are computed from others, and recorded only where those are not known.
    pub computed: bool,
    /// What the visit costs in minutes; null where it is none, or nobody said.
    #[schemars(range(min = 0))]
    pub minutes: Option<f64>,
    /// Where more stands about it.
    pub see: Vec<String>,
    /// What is found there.
    pub facts: Vec<Fact>,
}

/// A fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "fact")]
#[non_exhaustive]
pub struct Fact {
    /// Its name in a fact file.
    pub name: String,
    /// Its type, as a pack says it: `yes/no`, `one of gmail, other`, `number`, `percent`, `size`, `duration`, `time`, `text`,
    /// `domain`, `ip`, `table of { … }`.
    #[serde(rename = "type")]
    pub ty: String,
    /// The values of `one of` and `some of`; null with other types.
    pub values: Option<Vec<String>>,
    /// The question that obtains it; null where the pack has none.
    pub question: Option<String>,
    /// Whether it is asked before all others.
    pub asked_first: bool,
    /// What the question costs in minutes; null where its visit is what costs, or nobody said.
    #[schemars(range(min = 0))]
    pub minutes: Option<f64>,
    /// How often each value is so, where shares depend on it; null where none does.
    pub context: Option<Vec<Rate>>,
    /// Where more stands about it.
    pub see: Vec<String>,
}

/// How often a context has a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "rate")]
#[non_exhaustive]
pub struct Rate {
    /// The value.
    pub value: String,
    /// How often, from 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    pub probability: f64,
}

/// Writes the schema.
pub fn schema() -> String {
    super::schema::<Facts>("facts", "ruleout facts --format json")
}
