//! Problems as the editor shows them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gen_lsp_types::{Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location};

use super::analysis::{Analysis, Texts};
use super::background::Proven;
use super::documents::uri_of;
use super::position::Encoding;
use crate::cases::expect::Missed;
use crate::problem::{Code, Problem, Severity};
use crate::source::Span;

/// As which program they are shown.
const NAME: &str = "ruleout";

/// Returns all that is known to be wrong with a pack: what was found at once, until all of it is known.
pub(super) fn problems<'p>(analysis: &'p Analysis, proven: &'p Proven) -> impl Iterator<Item = &'p Problem> {
    proven.checked.as_ref().unwrap_or(&analysis.problems).iter().chain(proven.unanswered.iter())
}

/// Collects what is wrong with each file of a pack; files without a problem are in it too.
pub(super) fn diagnostics<'p>(
    texts: &Texts,
    problems: impl Iterator<Item = &'p Problem>,
    missed: &[Missed],
    encoding: Encoding,
) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
    let mut by_file = BTreeMap::new();
    for (_, source) in texts.sources.numbered().filter(|(_, source)| is_file(&source.name)) {
        by_file.insert(PathBuf::from(&source.name), Vec::new());
    }
    let mut add = |span: Span, diagnostic: Diagnostic| {
        let name = texts.sources.get(span.source).map_or("", |source| source.name.as_str());
        by_file.entry(PathBuf::from(name)).or_default().push(diagnostic);
    };
    for problem in problems {
        add(problem.span(), diagnostic(texts, problem, encoding));
    }
    for missed in missed {
        add(missed.span, unmet(texts, missed, encoding));
    }
    by_file
}

/// Returns whether a text is a file, and not one from inside the program.
pub(super) fn is_file(name: &str) -> bool {
    Path::new(name).is_absolute() || name.contains(':')
}

/// Converts a span to a place that the editor can open; none inside the program.
pub(super) fn location(texts: &Texts, span: Span, encoding: Encoding) -> Option<Location> {
    let source = texts.sources.get(span.source).filter(|source| is_file(&source.name))?;
    Some(Location::new(uri_of(&source.name), encoding.range(source, span)))
}

fn diagnostic(texts: &Texts, problem: &Problem, encoding: Encoding) -> Diagnostic {
    let range = texts.sources.get(problem.span().source).map(|source| encoding.range(source, problem.span()));
    let related: Vec<_> =
        problem.labels.iter().skip(1).filter_map(|label| related(texts, label, encoding)).collect();
    Diagnostic {
        range: range.unwrap_or_default(),
        severity: Some(severity(problem.severity)),
        code: Some(problem.code.name().into()),
        source: Some(NAME.to_owned()),
        message: message(problem).into(),
        related_information: (!related.is_empty()).then_some(related),
        tags: tags(problem.code),
        ..Diagnostic::default()
    }
}

/// Writes what is wrong, and on the next line what to do.
fn message(problem: &Problem) -> String {
    let label = problem.labels.first().map_or("", |(_, label)| label.as_str());
    let label = if label.is_empty() { String::new() } else { format!(" ({label})") };
    match &problem.help {
        Some(help) => format!("{}{label}\nhelp: {help}", problem.message),
        None => format!("{}{label}", problem.message),
    }
}

fn related(
    texts: &Texts,
    label: &(Span, String),
    encoding: Encoding,
) -> Option<DiagnosticRelatedInformation> {
    let message = if label.1.is_empty() { "here".to_owned() } else { label.1.clone() };
    Some(DiagnosticRelatedInformation { location: location(texts, label.0, encoding)?, message })
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Hint => DiagnosticSeverity::Hint,
    }
}

/// Marks what has no effect, so that it is shown faintly.
fn tags(code: Code) -> Option<Vec<DiagnosticTag>> {
    matches!(code, Code::Unused | Code::AfterOtherwise).then(|| vec![DiagnosticTag::Unnecessary])
}

/// Converts an expectation of a case that its answer does not meet.
fn unmet(texts: &Texts, missed: &Missed, encoding: Encoding) -> Diagnostic {
    let range = texts.sources.get(missed.span.source).map(|source| encoding.range(source, missed.span));
    Diagnostic {
        range: range.unwrap_or_default(),
        severity: Some(DiagnosticSeverity::Warning),
        source: Some(NAME.to_owned()),
        message: format!("expected: {}\ngot: {}", missed.expected, missed.got).into(),
        ..Diagnostic::default()
    }
}
