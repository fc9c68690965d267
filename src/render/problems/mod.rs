//! Problems as miette draws them; each other form is a file here.

mod github;
mod json;
mod junit;
mod sarif;
mod uri;

pub use github::github;
pub use json::json;
pub use junit::junit;
pub use sarif::sarif;
pub(crate) use uri::uri;

use std::fmt::Write as _;

use crate::problem::{Problem, Problems, Severity};
use crate::source::{Source, SourceId, Sources, Span};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    ReportHandler, SourceCode, SourceSpan, SpanContents,
};

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
    // A literal that is to be copied is not broken at its hyphens.
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(WIDTH)
        .with_links(false)
        .with_break_words(false)
        .with_word_separator(textwrap::WordSeparator::AsciiSpace)
        .with_word_splitter(textwrap::WordSplitter::NoHyphenation);
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
    if problems.not_kept() > 0 {
        let _ = writeln!(out, "{} more are not shown: fix those above first\n", problems.not_kept());
    }
    out
}

fn write_report(handler: &GraphicalReportHandler, report: &Report<'_>, out: &mut String) -> std::fmt::Result {
    struct Shown<'a>(&'a GraphicalReportHandler, &'a Report<'a>);
    impl std::fmt::Display for Shown<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.debug(self.1, f)
        }
    }
    write!(out, "{}", Shown(handler, report))
}

/// What is wrong and what to do, as one text.
fn told(problem: &Problem) -> String {
    match &problem.help {
        Some(help) => format!("{}\nhelp: {help}", problem.message),
        None => problem.message.clone(),
    }
}

/// The labels that lie in another text than the main one.
fn elsewhere(problem: &Problem) -> impl Iterator<Item = &(Span, String)> {
    let main = problem.span().source;
    problem.labels.iter().filter(move |(span, _)| span.source != main)
}

/// A problem with the text that it is about.
#[derive(Debug)]
struct Report<'s> {
    message: String,
    code: String,
    severity: miette::Severity,
    help: Option<String>,
    labels: Vec<LabeledSpan>,
    source: Option<Excerpt<'s>>,
}

/// A text of which only the lines around a place are read, and of long lines only a piece: drawing a problem takes as
/// long as what is shown.
#[derive(Debug)]
struct Excerpt<'s>(&'s Source);

/// The longest stretch of text that is shown around a place, in bytes.
const SHOWN: usize = 1000;

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.0.text.as_str();
        let (from, to) = (span.offset().min(text.len()), (span.offset() + span.len()).min(text.len()));
        let (first, last) = (self.0.position(from).line, self.0.position(to).line);
        let mut start = self.0.line_start(first.saturating_sub(before));
        let mut end = self.0.line_start(last + after + 1);
        if before == 0 || end.saturating_sub(start) > SHOWN {
            start = if before == 0 {
                from
            } else {
                start.max(text.floor_char_boundary(from.saturating_sub(SHOWN / 10)))
            };
            end = end.min(text.floor_char_boundary((to + SHOWN / 10).min(start + SHOWN))).max(start);
        }
        let at = self.0.position(start);
        let (line, column, shown) = (at.line - 1, at.column - 1, text.get(start..end).unwrap_or(""));
        let contents = MietteSpanContents::new_named(
            self.0.name.clone(),
            shown.as_bytes(),
            SourceSpan::from((start, end - start)),
            line,
            column,
            shown.lines().count(),
        );
        Ok(Box::new(contents))
    }
}

impl<'s> Report<'s> {
    fn new(problem: &Problem, sources: &'s Sources) -> Self {
        let main: SourceId = problem.span().source;
        let source = sources.get(main);
        let text = source.map_or("", |s| s.text.as_str());
        let labels = problem.labels.iter().filter(|(span, _)| span.source == main).map(|(span, label)| {
            let start = span.start.min(text.len());
            let length = span.end.min(text.len()).saturating_sub(start).min(SHOWN / 2);
            let span =
                SourceSpan::from((start, text.floor_char_boundary(start + length).saturating_sub(start)));
            LabeledSpan::new_with_span((!label.is_empty()).then(|| label.clone()), span)
        });
        let severity = match problem.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Hint => miette::Severity::Advice,
        };
        Self {
            message: problem.message.clone(),
            code: problem.code.name().to_owned(),
            severity,
            help: problem.help.clone(),
            labels: labels.collect(),
            source: source.map(Excerpt),
        }
    }
}

impl std::fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report<'_> {}

impl Diagnostic for Report<'_> {
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
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }
}
