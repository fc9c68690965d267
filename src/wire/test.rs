//! `ruleout test --format json`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Pack, Place, Version};
use crate::problem::Severity;

/// What became of the cases of a pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Test {
    /// 1.
    pub schema_version: Version<1>,
    /// The pack.
    pub pack: Pack,
    /// How many cases passed.
    pub passed: usize,
    /// How many cases failed; each stray counts as one more.
    pub failed: usize,
    /// Every case that was run, by name.
    pub cases: Vec<Case>,
    /// The files that belong to no case.
    pub strays: Vec<Problem>,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "case")]
#[non_exhaustive]
pub struct Case {
    /// The name of its file, without the ending.
    pub name: String,
    /// Its fact file.
    pub file: String,
    /// Whether it has an answer, misses nothing, and its snapshot is the same.
    pub passed: bool,
    /// Why its answer must be as expected, as the case says it.
    pub because: String,
    /// The expectations that its answer does not meet.
    pub missed: Vec<Missed>,
    /// The answer beside the one that was accepted.
    pub snapshot: Snapshot,
    /// The rules that say something else than in the answer that was accepted; none unless the snapshot changed.
    pub moved_rules: Vec<MovedRule>,
    /// What is wrong with its fact file.
    pub problems: Vec<Problem>,
}

/// The answer beside the one that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "snapshot")]
#[non_exhaustive]
pub enum Snapshot {
    /// They are the same.
    Same,
    /// Another was accepted.
    Changed,
    /// None was accepted yet.
    New,
    /// The case has no answer.
    NoAnswer,
}

/// An expectation that is not met, and where it stands in the fact file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "missed")]
#[non_exhaustive]
pub struct Missed {
    /// As the case says it.
    pub expected: String,
    /// What came instead.
    pub got: String,
    /// The line, from 1.
    #[schemars(range(min = 1))]
    pub line: usize,
    /// The column, from 1, in characters.
    #[schemars(range(min = 1))]
    pub column: usize,
}

/// A rule that says something else than before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "moved-rule")]
#[non_exhaustive]
pub struct MovedRule {
    /// The rule.
    pub rule: String,
    /// What it said, as the answer writes it; null where it is new.
    pub old: Option<String>,
    /// What it says, likewise; null where it is gone.
    pub new: Option<String>,
}

/// Something that is wrong, and where it begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "problem")]
#[non_exhaustive]
pub struct Problem {
    /// Which kind of problem; `ruleout explain CODE` says what it means.
    #[schemars(pattern("^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a line.
    pub message: String,
    /// What to do; null where the message says it.
    pub help: Option<String>,
    /// Where it begins.
    #[serde(flatten)]
    pub place: Place,
}

/// Writes the schema.
pub fn schema() -> String {
    super::schema::<Test>("test", "ruleout test --format json")
}
