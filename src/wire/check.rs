//! `ruleout check --format json`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Version;
use crate::problem::{Applicability, Severity};

/// All problems of a pack in one run, in the order of the texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Check {
    /// 1.
    pub schema_version: Version<1>,
    /// What is wrong; empty where nothing is. No more than 500 are written out.
    pub problems: Vec<Problem>,
    /// How many problems there are besides those that are written out.
    pub suppressed: usize,
    /// What each direct check comes to; empty for a pack that does not compile.
    pub direct_checks: Vec<DirectCheck>,
}

/// A cause with its direct check alone, `told by`, and nothing else known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "direct-check")]
#[non_exhaustive]
pub struct DirectCheck {
    /// The cause.
    pub cause: String,
    /// How likely it is then.
    #[schemars(range(min = 0, max = 1))]
    pub probability: f64,
    /// Where the check stands.
    #[serde(flatten)]
    pub region: Region,
}

/// One thing that is wrong; its place is the main one.
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
    /// Where it stands.
    #[serde(flatten)]
    pub region: Region,
    /// Further places, and what they have to do with it.
    pub related: Vec<Related>,
    /// Edits that would resolve it, each by itself, the likeliest first.
    pub suggestions: Vec<Suggestion>,
}

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Region {
    /// The file as it was named.
    pub file: String,
    /// The line in which it begins, from 1.
    #[schemars(range(min = 1))]
    pub line: usize,
    /// The column at which it begins, from 1, in characters.
    #[schemars(range(min = 1))]
    pub column: usize,
    /// The line in which it ends, from 1.
    #[schemars(range(min = 1))]
    pub end_line: usize,
    /// The column behind its last character, from 1; that of `column` in the same line where it is empty.
    #[schemars(range(min = 1))]
    pub end_column: usize,
}

/// A further place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "related-place")]
#[non_exhaustive]
pub struct Related {
    /// Where it is.
    #[serde(flatten)]
    pub region: Region,
    /// What it has to do with the problem.
    pub message: String,
}

/// An edit offered for a problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "suggestion")]
#[non_exhaustive]
pub struct Suggestion {
    /// What it does, in a line.
    pub title: String,
    /// Whether `ruleout check --fix` applies it, or only with `--unsafe`.
    pub applicability: Applicability,
    /// All of its edits; they are made together.
    pub edits: Vec<Edit>,
}

/// A place, and what goes there instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "edit")]
#[non_exhaustive]
pub struct Edit {
    /// What is replaced.
    #[serde(flatten)]
    pub region: Region,
    /// What goes there; empty where it is taken out.
    pub text: String,
}

/// Writes the schema.
pub fn schema() -> String {
    super::schema::<Check>("check", "ruleout check --format json")
}
