//! What became of the cases, for people and for programs.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Kept, Outcome, compare};
use crate::problem::{Problem, Problems, Severity};
use crate::render::problems::{self, Look};
use crate::source::Sources;
use crate::wire::{self, Pack, Place, Version};

const FAILED: Style = AnsiColor::Red.on_default().bold();
const PASSED: Style = AnsiColor::Green.on_default();
const FAINT: Style = Style::new().dimmed();
const WIDTH: usize = 80;
/// So many lines of a difference are shown; `ruleout review` shows all.
const MOST_LINES: usize = 40;

/// The outcomes of a run.
#[derive(Debug)]
pub struct Report<'a> {
    /// Name and version of the pack.
    pub pack: (&'a str, &'a str),
    /// Every case, by name.
    pub outcomes: &'a [Outcome],
    /// Files that belong to no case; each counts as a failure.
    pub strays: &'a Problems,
    /// The texts.
    pub sources: &'a Sources,
}

impl Report<'_> {
    /// How many passed, and how many failed.
    pub fn count(&self) -> (usize, usize) {
        let passed = self.outcomes.iter().filter(|outcome| outcome.passed()).count();
        (passed, self.outcomes.len() - passed + self.strays.len())
    }
}

/// Every failure with what was expected and what came, then a line that counts; with `names`, those that passed too.
pub fn text(report: &Report<'_>, names: bool, look: Look) -> String {
    let mut out = String::new();
    for outcome in report.outcomes {
        if !outcome.passed() {
            failure(&mut out, outcome, report.sources, look);
        } else if names {
            // Writing to a string does not fail.
            let _ = writeln!(out, "{PASSED}ok{PASSED:#}   {}", outcome.name);
        }
    }
    out.push_str(&problems::text(report.strays, report.sources, look));
    let (passed, failed) = report.count();
    let style = if failed == 0 { PASSED } else { FAILED };
    let _ = writeln!(out, "{style}{passed} passed, {failed} failed{style:#}");
    out
}

fn failure(out: &mut String, outcome: &Outcome, sources: &Sources, look: Look) {
    let _ = writeln!(out, "{FAILED}FAIL{FAILED:#} {}", outcome.name);
    let place = |span| sources.place(span).to_string();
    if !outcome.because.is_empty() {
        paragraph(out, "  because   ", &outcome.because);
    }
    for missed in &outcome.missed {
        paragraph(out, "  expected  ", &format!("{}  [{}]", missed.expected, place(missed.span)));
        paragraph(out, "  got       ", &missed.got);
    }
    out.push_str(&problems::text(&outcome.problems, sources, look));
    let new = outcome.answer.as_deref().unwrap_or_default();
    match &outcome.kept {
        Kept::Same => {}
        Kept::New => {
            paragraph(out, "  answer    ", "not accepted yet: see `ruleout review`, or run with `--accept`");
        }
        Kept::Changed(old) => changed(out, old, new),
    }
    out.push('\n');
}

fn changed(out: &mut String, old: &str, new: &str) {
    let moved = compare::moved(old, new);
    if !moved.is_empty() {
        out.push_str("  rules that moved\n");
    }
    for rule in moved {
        let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "not there".to_owned());
        paragraph(out, "    ", &format!("{}: {} → {}", rule.rule, said(&rule.old), said(&rule.new)));
    }
    out.push_str("  the answer changed (- accepted, + now)\n");
    let lines = compare::lines(old, new);
    for line in lines.lines().take(MOST_LINES) {
        let style = match line.chars().next() {
            Some('-') => FAILED,
            Some('+') => PASSED,
            _ => FAINT,
        };
        let _ = writeln!(out, "    {style}{line}{style:#}");
    }
    let left = lines.lines().count().saturating_sub(MOST_LINES);
    if left > 0 {
        let _ = writeln!(out, "    … {left} more lines; `ruleout review` shows all");
    }
}

fn paragraph(out: &mut String, first: &str, text: &str) {
    let indent = " ".repeat(first.chars().count());
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(first)
        .subsequent_indent(&indent)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .break_words(false);
    for line in textwrap::wrap(text, options) {
        out.push_str(&line);
        out.push('\n');
    }
}

/// What became of the cases of a pack.
#[derive(Debug, Serialize, JsonSchema)]
struct Written<'a> {
    /// 1.
    schema_version: Version<1>,
    /// The pack.
    pack: Pack<'a>,
    /// How many cases passed.
    passed: usize,
    /// How many cases failed; each stray counts as one more.
    failed: usize,
    /// Every case that was run, by name.
    cases: Vec<CaseWritten<'a>>,
    /// The files that belong to no case.
    strays: Vec<ProblemWritten<'a>>,
}

/// A case.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "case")]
struct CaseWritten<'a> {
    /// The name of its file, without the ending.
    name: &'a str,
    /// Its fact file.
    file: String,
    /// Whether it has an answer, misses nothing, and its snapshot is the same.
    passed: bool,
    /// Why its answer must be as expected, as the case says it.
    because: &'a str,
    /// The expectations that its answer does not meet.
    missed: Vec<MissedWritten<'a>>,
    /// The answer beside the one that was accepted.
    snapshot: Snapshot,
    /// The rules that say something else than in the answer that was accepted; none unless the snapshot changed.
    moved_rules: Vec<MovedWritten>,
    /// What is wrong with its fact file.
    problems: Vec<ProblemWritten<'a>>,
}

/// The answer beside the one that was accepted.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "snapshot")]
enum Snapshot {
    /// They are the same.
    Same,
    /// Another was accepted.
    Changed,
    /// None was accepted yet.
    New,
    /// The case has no answer.
    #[serde(rename = "no answer")]
    NoAnswer,
}

/// An expectation that is not met, and where it stands in the fact file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "missed")]
struct MissedWritten<'a> {
    /// As the case says it.
    expected: &'a str,
    /// What came instead.
    got: &'a str,
    /// The line, from 1.
    #[schemars(range(min = 1))]
    line: usize,
    /// The column, from 1, in characters.
    #[schemars(range(min = 1))]
    column: usize,
}

/// A rule that says something else than before.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "moved-rule")]
struct MovedWritten {
    /// The rule.
    rule: String,
    /// What it said, as the answer writes it; null where it is new.
    old: Option<String>,
    /// What it says, likewise; null where it is gone.
    new: Option<String>,
}

/// Something that is wrong, and where it begins.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "problem")]
struct ProblemWritten<'a> {
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
    place: Place,
}

/// The outcomes as one JSON object.
pub fn json(report: &Report<'_>) -> String {
    let (passed, failed) = report.count();
    let written = Written {
        schema_version: Version,
        pack: Pack { name: report.pack.0, version: report.pack.1 },
        passed,
        failed,
        cases: report.outcomes.iter().map(|outcome| case(outcome, report.sources)).collect(),
        strays: report.strays.iter().map(|p| problem(p, report.sources)).collect(),
    };
    wire::json(&written)
}

/// The schema of that.
pub fn json_schema() -> String {
    wire::schema::<Written<'_>>("test", "ruleout test --format json")
}

fn case<'a>(outcome: &'a Outcome, sources: &Sources) -> CaseWritten<'a> {
    let missed = outcome.missed.iter().map(|missed| {
        let position = sources.place(missed.span).position;
        let (expected, got) = (missed.expected.as_str(), missed.got.as_str());
        MissedWritten { expected, got, line: position.line, column: position.column }
    });
    let moved = match &outcome.kept {
        Kept::Changed(old) => compare::moved(old, outcome.answer.as_deref().unwrap_or_default()),
        Kept::Same | Kept::New => Vec::new(),
    };
    CaseWritten {
        name: &outcome.name,
        file: sources.get(outcome.source).map_or_else(String::new, |source| source.name.clone()),
        passed: outcome.passed(),
        because: &outcome.because,
        missed: missed.collect(),
        snapshot: match &outcome.kept {
            _ if outcome.answer.is_none() => Snapshot::NoAnswer,
            Kept::Same => Snapshot::Same,
            Kept::New => Snapshot::New,
            Kept::Changed(_) => Snapshot::Changed,
        },
        moved_rules: moved
            .into_iter()
            .map(|m| MovedWritten { rule: m.rule, old: m.old, new: m.new })
            .collect(),
        problems: outcome.problems.iter().map(|p| problem(p, sources)).collect(),
    }
}

fn problem<'a>(problem: &'a Problem, sources: &Sources) -> ProblemWritten<'a> {
    ProblemWritten {
        code: problem.code.name(),
        severity: problem.severity,
        message: &problem.message,
        help: problem.help.as_deref(),
        place: sources.place(problem.span()).into(),
    }
}
