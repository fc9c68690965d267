//! Problems as JSON; README.md says what is in it.

use serde::Serialize;

use crate::problem::{Edit, Mend, Problem, Problems};
use crate::source::{Sources, Span};

#[derive(Debug, Serialize)]
struct Listed<'a> {
    schema_version: u32,
    problems: Vec<Entry<'a>>,
    /// How many there are besides.
    more: usize,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    #[serde(flatten)]
    region: Region,
    also: Vec<Other<'a>>,
    mends: Vec<Change<'a>>,
}

/// Where something stands.
#[derive(Debug, Serialize)]
struct Region {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    /// Behind the last character.
    end_column: usize,
}

#[derive(Debug, Serialize)]
struct Other<'a> {
    #[serde(flatten)]
    region: Region,
    message: &'a str,
}

#[derive(Debug, Serialize)]
struct Change<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<Replacement<'a>>,
}

#[derive(Debug, Serialize)]
struct Replacement<'a> {
    #[serde(flatten)]
    region: Region,
    text: &'a str,
}

/// All problems as one JSON object.
pub fn json(problems: &Problems, sources: &Sources) -> String {
    let entries = problems.iter().map(|problem| entry(problem, sources)).collect();
    let listed = Listed { schema_version: 1, problems: entries, more: problems.not_kept() };
    serde_json::to_string_pretty(&listed).unwrap_or_default() + "\n"
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
        severity: problem.severity.name(),
        message: &problem.message,
        help: problem.help.as_deref(),
        region: region(problem.span(), sources),
        also: problem.labels.iter().skip(1).map(other).collect(),
        mends: problem.mends.iter().map(|mend| change(mend, sources)).collect(),
    }
}

fn change<'a>(mend: &'a Mend, sources: &Sources) -> Change<'a> {
    let replacement = |edit: &'a Edit| Replacement { region: region(edit.span, sources), text: &edit.text };
    Change { title: &mend.title, safe: mend.safe, edits: mend.edits.iter().map(replacement).collect() }
}
