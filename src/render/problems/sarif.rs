//! Problems as SARIF 2.1.0 (OASIS, 2020), which code hosts and editors read: with the page of each code, and suggestions as `fixes`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{uri, with_help};
use crate::problem::{Code, Problem, Problems, Severity, Suggestion};
use crate::source::{Sources, Span};

/// Writes one log with one run.
pub fn sarif(problems: &Problems, sources: &Sources) -> String {
    let mut rules: BTreeMap<Code, usize> = problems.iter().map(|problem| (problem.code, 0)).collect();
    rules.values_mut().enumerate().for_each(|(at, index)| *index = at);
    let results: Vec<Value> = problems.iter().map(|problem| result(problem, &rules, sources)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "ruleout",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.keys().map(|code| rule(*code)).collect::<Vec<Value>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    crate::wire::json(&log)
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.name(),
        "shortDescription": { "text": code.about() },
        "help": { "text": code.page(), "markdown": code.page() },
    })
}

fn result(problem: &Problem, rules: &BTreeMap<Code, usize>, sources: &Sources) -> Value {
    let level = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    };
    let related = problem.labels.iter().skip(1).enumerate().map(|(at, (span, message))| {
        let mut place = location(*span, sources);
        if let Some(place) = place.as_object_mut() {
            place.insert("id".into(), json!(at + 1));
            place.insert("message".into(), json!({ "text": message }));
        }
        place
    });
    json!({
        "ruleId": problem.code.name(),
        "ruleIndex": rules.get(&problem.code),
        "level": level,
        "message": { "text": with_help(problem) },
        "locations": [location(problem.span(), sources)],
        "relatedLocations": related.collect::<Vec<Value>>(),
        "fixes": problem.suggestions.iter().map(|suggestion| fix(suggestion, sources)).collect::<Vec<Value>>(),
    })
}

fn artifact(span: Span, sources: &Sources) -> Value {
    json!({ "uri": uri(&sources.place(span).file) })
}

fn region(span: Span, sources: &Sources) -> Value {
    let (start, end) = (sources.place(span).position, sources.end(span));
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

fn location(span: Span, sources: &Sources) -> Value {
    json!({ "physicalLocation": { "artifactLocation": artifact(span, sources), "region": region(span, sources) } })
}

/// Returns the edits of a suggestion, by file.
fn fix(suggestion: &Suggestion, sources: &Sources) -> Value {
    let mut files: BTreeMap<_, Vec<Value>> = BTreeMap::new();
    for edit in &suggestion.edits {
        let replacement =
            json!({ "deletedRegion": region(edit.span, sources), "insertedContent": { "text": edit.text } });
        files.entry(edit.span.source).or_default().push(replacement);
    }
    let change = |(source, replacements): (_, Vec<Value>)| {
        let file = artifact(Span { source, ..Span::default() }, sources);
        json!({ "artifactLocation": file, "replacements": replacements })
    };
    json!({
        "description": { "text": suggestion.title },
        "artifactChanges": files.into_iter().map(change).collect::<Vec<Value>>(),
    })
}
