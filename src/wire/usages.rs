//! `ruleout usages NAME --format json`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Pack, Place, Version};

/// Who uses a name of a pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Usages {
    /// 1.
    pub schema_version: Version<1>,
    /// The pack.
    pub pack: Pack,
    /// The name that was asked for.
    pub name: String,
    /// Each thing of that name: facts, symptoms, rules, causes and fixes may share one.
    #[schemars(length(min = 1))]
    pub usages: Vec<Usage>,
}

/// A thing of the pack, what it depends on, and what uses it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "usage")]
#[non_exhaustive]
pub struct Usage {
    /// What it is.
    pub kind: Kind,
    /// Where it is declared.
    pub place: Place,
    /// What it is read from, through others; of a cause, its rules too, and the causes that lead to it; of a fix, the causes that it
    /// removes.
    pub depends_on: Vec<Named>,
    /// What is read from it, through others, up to the causes; of a cause, what comes of it and what removes it.
    pub used_by: Vec<Named>,
    /// The cases in which it says something, by name.
    pub cases: Vec<Case>,
}

/// A thing of the pack by its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "named")]
#[non_exhaustive]
pub struct Named {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
}

/// What a thing is; in the order in which a pack is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "kind")]
#[non_exhaustive]
pub enum Kind {
    /// A fact that is recorded.
    Fact,
    /// A computed fact.
    Derive,
    /// A symptom.
    Symptom,
    /// A rule.
    Rule,
    /// A cause.
    Cause,
    /// A fix.
    Fix,
}

/// A case in which the thing says something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "case")]
#[non_exhaustive]
pub struct Case {
    /// The name of its file, without the ending.
    pub name: String,
    /// Its fact file.
    pub file: String,
    /// What it has to do with the thing.
    pub how: How,
}

/// What a case has to do with something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "how")]
#[non_exhaustive]
pub enum How {
    /// It records the fact.
    Recorded,
    /// The fact or symptom follows from what it records.
    Follows,
    /// The rule matched.
    Matched,
    /// The cause is expected.
    Expected,
    /// The cause comes first.
    First,
    /// The fix was tried.
    Tried,
    /// The fix is a step of the plan.
    Offered,
}

impl How {
    /// Returns the word that stands in JSON.
    pub fn name(self) -> &'static str {
        match self {
            How::Recorded => "recorded",
            How::Follows => "follows",
            How::Matched => "matched",
            How::Expected => "expected",
            How::First => "first",
            How::Tried => "tried",
            How::Offered => "offered",
        }
    }
}

/// Writes the schema.
pub fn schema() -> String {
    super::schema::<Usages>("usages", "ruleout usages NAME --format json")
}
