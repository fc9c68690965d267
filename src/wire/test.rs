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
    /// The pack; of several, the first.
    pub pack: Pack,
    /// All packs whose cases were run, as they were named. One that does not compile is called like its folder.
    pub packs: Vec<Pack>,
    /// How many cases passed, those that are new or drifted among them.
    pub passed: usize,
    /// How many of those that passed have no accepted answer yet.
    pub new: usize,
    /// How many of those that passed have an answer that has moved no further from the accepted one than is tolerated.
    pub drifted: usize,
    /// How many cases are not as expected, as they say themselves.
    pub todo: usize,
    /// How many cases failed; each stray counts as one more, and so does each pack that cannot be used.
    pub failed: usize,
    /// Every case that was run, by pack and name.
    pub cases: Vec<Case>,
    /// The files that belong to no case.
    pub strays: Vec<Problem>,
    /// What is wrong with the packs themselves.
    pub problems: Vec<Problem>,
    /// The snapshots without a case that were deleted.
    pub deleted: Vec<String>,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "case")]
#[non_exhaustive]
pub struct Case {
    /// The name of its file, without the ending.
    pub name: String,
    /// The name of its pack.
    pub pack: String,
    /// Its fact file.
    pub file: String,
    /// Whether it is answered as it expects, and no further from the accepted answer than is tolerated.
    pub passed: bool,
    /// What it comes to.
    pub outcome: Outcome,
    /// Why its answer must be as expected, as the case says it.
    pub because: String,
    /// Why its answer is known not to be as expected yet, as the case says it; null where it must be.
    pub todo: Option<String>,
    /// The expectations that its answer does not meet.
    pub missed: Vec<Missed>,
    /// The answer beside the one that was accepted.
    pub snapshot: Snapshot,
    /// How far the answer is from the accepted one; null unless the snapshot changed.
    pub drift: Option<Drift>,
    /// The rules that say something else than in the answer that was accepted; none unless the snapshot changed.
    pub moved_rules: Vec<MovedRule>,
    /// What was in the place of the answer that this run has accepted; null where it has accepted none.
    pub accepted: Option<String>,
    /// What is wrong with its fact file.
    pub problems: Vec<Problem>,
}

/// What a case comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "outcome")]
#[non_exhaustive]
pub enum Outcome {
    /// As expected, and as it was accepted.
    Passed,
    /// As expected, and no further from the accepted answer than is tolerated.
    Drifted,
    /// As expected; no answer was accepted yet.
    New,
    /// Not as expected, as the case says itself.
    Todo,
    /// Everything else; also right where the case says that it is not yet.
    Failed,
}

/// How far an answer is from the one that was accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "drift")]
#[non_exhaustive]
pub struct Drift {
    /// Whether the same causes stand in the same order, and the same are ruled out.
    pub same_order: bool,
    /// How far the chance that moved most did, in percentage points.
    pub points: f64,
    /// The chances that moved, the furthest first.
    pub moved: Vec<MovedChance>,
}

/// A chance that moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "moved-chance")]
#[non_exhaustive]
pub struct MovedChance {
    /// What it is the chance of, in plain words.
    pub title: String,
    /// What it was, as the answer writes it.
    pub was: String,
    /// What it is, likewise.
    pub is: String,
    /// How far it moved, in percentage points.
    pub points: f64,
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
