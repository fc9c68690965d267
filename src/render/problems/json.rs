//! Problems as JSON.

use crate::problem::{self, Problems};
use crate::source::{Sources, Span};
use crate::wire::check::{Check, DirectCheck, Edit, Problem, Region, Related, Suggestion};
use crate::wire::{self, Version};

/// Writes all problems as one JSON object, with what the direct checks of the packs come to.
pub fn json(problems: &Problems, direct_checks: &[(String, f64, Span)], sources: &Sources) -> String {
    wire::json(&Check {
        schema_version: Version,
        problems: problems.iter().map(|problem| entry(problem, sources)).collect(),
        suppressed: problems.suppressed(),
        direct_checks: direct_checks
            .iter()
            .map(|(cause, probability, span)| DirectCheck {
                cause: cause.clone(),
                probability: *probability,
                region: region(*span, sources),
            })
            .collect(),
    })
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

fn entry(problem: &problem::Problem, sources: &Sources) -> Problem {
    let related = |(span, message): &(Span, String)| Related {
        region: region(*span, sources),
        message: message.clone(),
    };
    Problem {
        code: problem.code.name().to_owned(),
        severity: problem.severity,
        message: problem.message.clone(),
        help: problem.help.clone(),
        region: region(problem.span(), sources),
        related: problem.labels.iter().skip(1).map(related).collect(),
        suggestions: problem.suggestions.iter().map(|one| suggestion(one, sources)).collect(),
    }
}

fn suggestion(suggestion: &problem::Suggestion, sources: &Sources) -> Suggestion {
    let edit = |edit: &problem::Edit| Edit { region: region(edit.span, sources), text: edit.text.clone() };
    Suggestion {
        title: suggestion.title.clone(),
        applicability: suggestion.applicability,
        edits: suggestion.edits.iter().map(edit).collect(),
    }
}
