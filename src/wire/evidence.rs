//! `ruleout diagnose --evidence --format json` and `ruleout collect --format json`

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::diagnose::Answer;
use super::{Pack, Place, Version};

/// What artefacts come to: tickets, and what was read and what was not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "evidence")]
#[non_exhaustive]
pub struct Evidence {
    /// 1.
    pub schema_version: Version<1>,
    /// The pack.
    pub pack: Pack,
    /// The tickets, in the order in which they begin in the artefacts.
    pub tickets: Vec<Ticket>,
    /// The artefacts, in the order in which they were given, each before those inside it.
    pub artefacts: Vec<Artefact>,
}

/// What is read from artefacts, before any pack says what it means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "records")]
#[non_exhaustive]
pub struct Records {
    /// 1.
    pub schema_version: Version<1>,
    /// The artefacts, in the order in which they were given, each before those inside it.
    pub artefacts: Vec<Artefact>,
}

/// One ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ticket")]
#[non_exhaustive]
pub struct Ticket {
    /// What tells it from others: the keys of the pack (`tickets by`) that are known, with their values; null where all that was read
    /// makes one ticket.
    pub subject: Option<BTreeMap<String, String>>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why there is nothing to diagnose, in the words of the pack; null where there is.
    pub fine_because: Option<String>,
    /// What is known, recorded by a person or read from an artefact, by the names of facts.
    pub facts: BTreeMap<String, Fact>,
    /// What evidence says otherwise of one of them.
    pub otherwise: Vec<Otherwise>,
    /// The answer, as of `ruleout diagnose`; null where there is nothing to diagnose, and from `ruleout collect`.
    pub answer: Option<Answer>,
}

/// How a ticket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "outcome")]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// Something is to be diagnosed.
    Failed,
    /// Nothing is wrong, by what the pack says.
    Fine,
    /// Nothing was read that says anything.
    Unknown,
}

/// A fact of a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "fact")]
#[non_exhaustive]
pub struct Fact {
    /// Its value as a person reads it.
    pub value: String,
    /// Whether it was read from an artefact; otherwise a person recorded it.
    pub read: bool,
    /// Where it stands; null where it follows from what does not stand there.
    pub place: Option<Place>,
}

/// What evidence says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "otherwise")]
#[non_exhaustive]
pub struct Otherwise {
    /// The fact.
    pub fact: String,
    /// Its other value.
    pub value: String,
    /// Where that stands; null where it follows from what does not stand there.
    pub place: Option<Place>,
}

/// What was read of one artefact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "artefact")]
#[non_exhaustive]
pub struct Artefact {
    /// The file, and the way into it: `mails.zip › bounce.eml`.
    pub file: String,
    /// The tables that it gave rows to.
    pub readers: Vec<Reader>,
    /// How many lines it has.
    pub lines: u64,
    /// How many of them belong to no record, without empty ones.
    pub unread_lines: u64,
    /// The first of those.
    pub unread: Vec<Line>,
    /// What must not be passed over: a limit, a year that was taken, a part that does not decode.
    pub notes: Vec<Note>,
}

/// A table that an artefact gave rows to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "reader")]
#[non_exhaustive]
pub struct Reader {
    /// The table: of a reader (`mail.deliveries`), or of the pack.
    pub name: String,
    /// How many rows.
    pub rows: u64,
    /// Whether the artefact holds all that there is to say.
    pub complete: bool,
    /// The rows, each with the columns that are known; only from `ruleout collect` and `ruleout records`.
    #[serde(default)]
    pub records: Vec<Record>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "record")]
#[non_exhaustive]
pub struct Record {
    /// The line that says the most of it, from 1.
    pub line: u32,
    /// Its cells, as a person reads them, by the names of their columns.
    pub cells: BTreeMap<String, String>,
}

/// A line of an artefact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "line")]
#[non_exhaustive]
pub struct Line {
    /// Its number, from 1.
    pub line: u32,
    /// Its text, cut where it is long.
    pub text: String,
}

/// Something that must not be passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "note")]
#[non_exhaustive]
pub struct Note {
    /// In words.
    pub text: String,
    /// The line where it begins; null for the artefact as a whole.
    pub line: Option<u32>,
}

/// Returns the JSON Schema of records.
pub fn schema_of_records() -> String {
    super::schema::<Records>("records", "ruleout records --format json")
}

/// Returns the JSON Schema of evidence.
pub fn schema() -> String {
    super::schema::<Evidence>("evidence", "ruleout diagnose --evidence --format json")
}
