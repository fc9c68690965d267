//! `ruleout ask --answers FILE --format json`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::diagnose::Answer;
use super::{Chance, Pack, Version};

/// An interview that was played from a fact file, and the answer at its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Transcript {
    /// 1.
    pub schema_version: Version<1>,
    /// The pack.
    pub pack: Pack,
    /// Each question or fix, in the order in which they were asked.
    pub turns: Vec<Turn>,
    /// Why it ended.
    pub ended: Ended,
    /// Hands-on minutes in all.
    #[schemars(range(min = 0))]
    pub minutes: f64,
    /// The answer, as `ruleout diagnose --format json` writes it.
    pub answer: Answer,
}

/// What was asked, what was answered, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "turn")]
#[non_exhaustive]
pub struct Turn {
    /// What it is.
    pub kind: Kind,
    /// The fact or the fix.
    pub name: String,
    /// Where one looks for it, in the words of the pack; null for what is asked by itself, and for a fix.
    pub visit: Option<String>,
    /// The question, in the words of the pack; of a fix, what it is.
    pub question: String,
    /// The answer as a person reads it, in short; `still_broken` of a fix; null where nobody knows.
    pub answer: Option<String>,
    /// Hands-on minutes so far: of the visits that told something, each once, and of fixes with their waits.
    #[schemars(range(min = 0))]
    pub minutes: f64,
    /// What is likeliest then.
    pub first: First,
}

/// What a turn is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "turn-kind")]
#[non_exhaustive]
pub enum Kind {
    /// A fact was asked for.
    Question,
    /// A fix was tried, in vain.
    Fix,
}

/// What is likeliest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "first")]
#[non_exhaustive]
pub struct First {
    /// The cause; null for one that the pack does not list.
    pub name: Option<String>,
    /// How likely it is.
    #[serde(flatten)]
    pub chance: Chance,
}

/// Why an interview ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "ended")]
#[non_exhaustive]
pub enum Ended {
    /// No remaining question is worth asking.
    Stop,
    /// Acting now is worth more than any question.
    Fix,
    /// What was answered cannot all be true.
    Impossible,
}

/// Writes the schema.
pub fn schema() -> String {
    super::schema::<Transcript>("ask-answers", "ruleout ask --answers FILE --format json")
}
