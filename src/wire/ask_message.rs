//! `ruleout ask --message --format json`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Pack, Version};

/// The questions worth asking at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Message {
    /// 1.
    pub schema_version: Version<1>,
    /// The pack.
    pub pack: Pack,
    /// To whom it goes, as the pack calls them; null for anybody.
    pub to: Option<String>,
    /// The message, plain text in lines of 72 characters; null where no question is worth asking.
    pub text: Option<String>,
    /// What answering takes in minutes, all visits together.
    #[schemars(range(min = 0))]
    pub minutes: f64,
    /// The questions by where one looks, in the order of the message; empty where no question is worth asking.
    pub visits: Vec<Visit>,
}

/// Questions that are answered in one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "visit")]
#[non_exhaustive]
pub struct Visit {
    /// Where one looks, in the words of the pack; null for what is asked by itself.
    pub title: Option<String>,
    /// What it takes in minutes.
    #[schemars(range(min = 0))]
    pub minutes: f64,
    /// What is asked there.
    pub questions: Vec<Question>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "question")]
#[non_exhaustive]
pub struct Question {
    /// Its number in the message, from 1.
    #[schemars(range(min = 1))]
    pub number: usize,
    /// The fact that it asks for.
    pub fact: String,
    /// The question, in the words of the pack; the name of the fact where the pack has none.
    pub question: String,
    /// The type of the fact, as a pack says it: `yes/no`, `duration`.
    #[serde(rename = "type")]
    pub ty: String,
}

/// Writes the schema.
pub fn schema() -> String {
    super::schema::<Message>("ask-message", "ruleout ask --message --format json")
}
