//! Problems as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::problem::{Applicability, Edit, Problem, Problems, Severity, Suggestion};
use crate::source::{Sources, Span};
use crate::wire::{self, Version};

/// All problems of a pack in one run, in the order of the texts.
#[derive(Debug, Serialize, JsonSchema)]
struct Listed<'a> {
    /// 1.
    schema_version: Version<1>,
    /// What is wrong; empty where nothing is. No more than 500 are written out.
    problems: Vec<Entry<'a>>,
    /// How many problems there are besides those that are written out.
    suppressed: usize,
}

/// One thing that is wrong; its place is the main one.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "problem")]
struct Entry<'a> {
    /// Which kind of problem; `ruleout explain CODE` says what it means.
    #[schemars(pattern("^[a-z0-9]+(-[a-z0-9]+)*$"))]
    code: &'static str,
    /// How bad it is.
    severity: Severity,
    /// What is wrong, in a line.
    message: &'a str,
    /// What to do; null where the message says it.
    help: Option<&'a str>,
    #[serde(flatten)]
    region: Region,
    /// Further places, and what they have to do with it.
    related: Vec<Other<'a>>,
    /// Edits that would resolve it, each by itself, the likeliest first.
    suggestions: Vec<Change<'a>>,
}

/// Where something stands.
#[derive(Debug, Serialize, JsonSchema)]
struct Region {
    /// The file as it was named.
    file: String,
    /// The line in which it begins, from 1.
    #[schemars(range(min = 1))]
    line: usize,
    /// The column at which it begins, from 1, in characters.
    #[schemars(range(min = 1))]
    column: usize,
    /// The line in which it ends, from 1.
    #[schemars(range(min = 1))]
    end_line: usize,
    /// The column behind its last character, from 1; that of `column` in the same line where it is empty.
    #[schemars(range(min = 1))]
    end_column: usize,
}

/// A further place.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "related-place")]
struct Other<'a> {
    #[serde(flatten)]
    region: Region,
    /// What it has to do with the problem.
    message: &'a str,
}

/// An edit offered for a problem.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "suggestion")]
struct Change<'a> {
    /// What it does, in a line.
    title: &'a str,
    /// Whether `ruleout check --fix` applies it, or only with `--unsafe`.
    applicability: Applicability,
    /// All of its edits; they are made together.
    edits: Vec<Replacement<'a>>,
}

/// A place, and what goes there instead.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "edit")]
struct Replacement<'a> {
    #[serde(flatten)]
    region: Region,
    /// What goes there; empty where it is taken out.
    text: &'a str,
}

/// All problems as one JSON object.
pub fn json(problems: &Problems, sources: &Sources) -> String {
    let entries = problems.iter().map(|problem| entry(problem, sources)).collect();
    wire::json(&Listed { schema_version: Version, problems: entries, suppressed: problems.suppressed() })
}

/// The schema of that.
pub fn json_schema() -> String {
    wire::schema::<Listed<'_>>("check", "ruleout check --format json")
}

fn region(span: Span, sources: &Sources) -> Region {
    let (start, end) = (sources.place(span), sources.end(span));
    Region {
        file: start.file,
        line: start.position.line,
        column: start.position.column,
        end_line: end.line,
        end_column: end.column,
    }
}

fn entry<'a>(problem: &'a Problem, sources: &Sources) -> Entry<'a> {
    let other = |(span, message): &'a (Span, String)| Other { region: region(*span, sources), message };
    Entry {
        code: problem.code.name(),
        severity: problem.severity,
        message: &problem.message,
        help: problem.help.as_deref(),
        region: region(problem.span(), sources),
        related: problem.labels.iter().skip(1).map(other).collect(),
        suggestions: problem.suggestions.iter().map(|suggestion| change(suggestion, sources)).collect(),
    }
}

fn change<'a>(suggestion: &'a Suggestion, sources: &Sources) -> Change<'a> {
    let replacement = |edit: &'a Edit| Replacement { region: region(edit.span, sources), text: &edit.text };
    Change {
        title: &suggestion.title,
        applicability: suggestion.applicability,
        edits: suggestion.edits.iter().map(replacement).collect(),
    }
}
