//! Problems as miette draws them: the lines of the text, with what is wrong below.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::markup::{is_unseen, visible, visible_in_place};
use crate::problem::{Problem, Problems, Severity};
use crate::render::style::of_our_own;
use crate::source::{Source, SourceId, Sources, Span};
use crate::syntax::words;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    ReportHandler, SourceCode, SourceSpan, SpanContents,
};
use textwrap::{WordSeparator, WordSplitter, core::Word};

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

/// Draws all problems, each with its place in the text and what to do.
pub fn text(problems: &Problems, sources: &Sources, look: Look) -> String {
    let theme = match look {
        Look::Coloured => GraphicalTheme::unicode(),
        Look::Plain => GraphicalTheme::unicode_nocolor(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(WIDTH)
        .with_links(false)
        .with_word_splitter(WordSplitter::NoHyphenation)
        .with_word_separator(WordSeparator::Custom(words));
    let mut out = String::new();
    let seen = seen(problems, sources);
    for problem in problems {
        let main = problem.span().source;
        let report = Report::new(problem, seen.get(&main).or(sources.get(main)));
        // Writing to a string does not fail.
        let mut drawn = String::new();
        let _ = write_report(&handler, &report, &mut drawn);
        out.push_str(&of_our_own(&drawn));
        for (span, label) in elsewhere(problem) {
            let place = sources.place(*span);
            let colon = if label.is_empty() { "" } else { ": " };
            let _ = writeln!(out, "  also: {place}{colon}{label}");
        }
        out.push('\n');
    }
    if problems.suppressed() > 0 {
        let _ = writeln!(out, "{} more are not shown: solve those above first\n", problems.suppressed());
    }
    out
}

/// Returns the texts in which something acts on a terminal or hides there, as they are shown: everything stands where it stood.
fn seen(problems: &Problems, sources: &Sources) -> BTreeMap<SourceId, Source> {
    let mut seen = BTreeMap::new();
    for id in problems.iter().map(|problem| problem.span().source) {
        let Some(source) = sources.get(id).filter(|_| !seen.contains_key(&id)) else { continue };
        if source.text.contains(is_unseen) || source.name.contains(is_unseen) {
            seen.insert(id, Source::new(visible(&source.name), visible_in_place(&source.text)));
        }
    }
    seen
}

/// The longest text in backticks that is kept on one line, in characters.
const MAX_LITERAL: usize = 40;

/// Splits a line into words that are not broken: what stands in backticks, unless it is long, and a number with its unit.
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut words: Vec<&str> = Vec::new();
    let (mut start, mut rest) = (0, line);
    while let Some((before, after)) = rest.split_once(' ') {
        let at = line.len() - after.len();
        let word = line.get(start..at).unwrap_or("");
        rest = after;
        if !after.starts_with(' ') && !in_literal(word, after) && !is_amount(before, after) {
            words.push(word);
            start = at;
        }
    }
    words.push(line.get(start..).unwrap_or(""));
    Box::new(words.into_iter().map(Word::from))
}

/// Returns whether a short text in backticks has begun in a word and ends behind it.
fn in_literal(word: &str, rest: &str) -> bool {
    let open = word.matches('`').count() % 2 == 1;
    let begun = word.rfind('`').map_or(0, |at| word.len() - at);
    open && rest.find('`').is_some_and(|end| begun + end < MAX_LITERAL)
}

/// Returns whether a number ends a text and its unit begins the next.
fn is_amount(before: &str, rest: &str) -> bool {
    let next = rest.split(' ').next().unwrap_or("").trim_end_matches([',', ';', ':', '.', ')']);
    before.ends_with(|c: char| c.is_ascii_digit()) && (next == "%" || words::is(next, words::Kind::Unit))
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

/// Returns the labels that lie in another text than the main one.
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
    fn new(problem: &Problem, source: Option<&'s Source>) -> Self {
        let main: SourceId = problem.span().source;
        let text = source.map_or("", |s| s.text.as_str());
        let labels = problem.labels.iter().filter(|(span, _)| span.source == main).map(|(span, label)| {
            let start = span.start.min(text.len());
            let length = span.end.min(text.len()).saturating_sub(start).min(SHOWN / 2);
            let span =
                SourceSpan::from((start, text.floor_char_boundary(start + length).saturating_sub(start)));
            LabeledSpan::new_with_span((!label.is_empty()).then(|| visible(label).into_owned()), span)
        });
        let severity = match problem.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Hint => miette::Severity::Advice,
        };
        Self {
            message: visible(&problem.message).into_owned(),
            code: problem.code.name().to_owned(),
            severity,
            help: problem.help.as_deref().map(|help| visible(help).into_owned()),
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

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_literal_and_a_number_with_its_unit_are_not_broken() {
        let line = "write `2026-01-31 14:05` or about 5 min, 80 % of it";
        let split: Vec<String> = words(line).map(|word| word.word.to_owned()).collect();
        assert_eq!(split, ["write", "`2026-01-31 14:05`", "or", "about", "5 min,", "80 %", "of", "it"]);
        let long = format!("`{}`", "word ".repeat(20));
        assert_eq!(words(&long).count(), 21);
    }
}
