//! Problems as miette draws them, and as JSON.

use std::fmt::Write as _;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, ReportHandler, SourceCode,
    SourceSpan,
};
use serde::Serialize;

use crate::problem::{Problem, Problems, Severity};
use crate::source::{SourceId, Sources, Span};

/// How wide a report is.
const WIDTH: usize = 80;

/// How problems are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// With colour.
    Coloured,
    /// Without.
    Plain,
}

/// All problems, each with its place in the text and what to do.
pub fn text(problems: &Problems, sources: &Sources, look: Look) -> String {
    let theme = match look {
        Look::Coloured => GraphicalTheme::unicode(),
        Look::Plain => GraphicalTheme::unicode_nocolor(),
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false);
    let mut out = String::new();
    for problem in problems {
        let report = Report::new(problem, sources);
        // Writing to a string does not fail.
        let _ = write_report(&handler, &report, &mut out);
        for (span, label) in elsewhere(problem) {
            let place = sources.place(*span);
            let colon = if label.is_empty() { "" } else { ": " };
            let _ = writeln!(out, "  also: {place}{colon}{label}");
        }
        out.push('\n');
    }
    out
}

fn write_report(handler: &GraphicalReportHandler, report: &Report, out: &mut String) -> std::fmt::Result {
    struct Shown<'a>(&'a GraphicalReportHandler, &'a Report);
    impl std::fmt::Display for Shown<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.debug(self.1, f)
        }
    }
    write!(out, "{}", Shown(handler, report))
}

/// The labels that lie in another text than the main one.
fn elsewhere(problem: &Problem) -> impl Iterator<Item = &(Span, String)> {
    let main = problem.span().source;
    problem.labels.iter().filter(move |(span, _)| span.source != main)
}

/// A problem with the text that it is about.
#[derive(Debug)]
struct Report {
    message: String,
    code: String,
    severity: miette::Severity,
    help: Option<String>,
    labels: Vec<LabeledSpan>,
    source: NamedSource<String>,
}

impl Report {
    fn new(problem: &Problem, sources: &Sources) -> Self {
        let main: SourceId = problem.span().source;
        let (name, text) = sources.get(main).map_or(("", ""), |s| (s.name.as_str(), s.text.as_str()));
        let labels = problem.labels.iter().filter(|(span, _)| span.source == main).map(|(span, label)| {
            let start = span.start.min(text.len());
            let span = SourceSpan::from((start, span.end.min(text.len()).saturating_sub(start)));
            LabeledSpan::new_with_span((!label.is_empty()).then(|| label.clone()), span)
        });
        let severity = match problem.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Advice => miette::Severity::Advice,
        };
        Self {
            message: problem.message.clone(),
            code: problem.code.name().to_owned(),
            severity,
            help: problem.help.clone(),
            labels: labels.collect(),
            source: NamedSource::new(name, text.to_owned()),
        }
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }
}

/// Problems as JSON; see `rules/README.md` for the schema.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    schema_version: u32,
    problems: Vec<Entry<'a>>,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    file: String,
    line: usize,
    column: usize,
    also: Vec<Other<'a>>,
}

#[derive(Debug, Serialize)]
struct Other<'a> {
    file: String,
    line: usize,
    column: usize,
    message: &'a str,
}

/// All problems as one JSON object.
pub fn json(problems: &Problems, sources: &Sources) -> String {
    let problems = problems.iter().map(|problem| entry(problem, sources)).collect();
    let listed = Listed { schema_version: 1, problems };
    serde_json::to_string_pretty(&listed).unwrap_or_default() + "\n"
}

fn entry<'a>(problem: &'a Problem, sources: &Sources) -> Entry<'a> {
    let place = sources.place(problem.span());
    let also = problem.labels.iter().skip(1).map(|(span, message)| {
        let place = sources.place(*span);
        Other { file: place.file, line: place.position.line, column: place.position.column, message }
    });
    Entry {
        code: problem.code.name(),
        severity: match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        },
        message: &problem.message,
        help: problem.help.as_deref(),
        file: place.file,
        line: place.position.line,
        column: place.position.column,
        also: also.collect(),
    }
}
