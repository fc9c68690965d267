//! What became of the cases, for people and for programs.

use std::fmt::Write as _;

use super::{Kept, Outcome, compare};
use crate::problem::{Problem, Problems, Severity};
use crate::render::problems::{self, Look};
use crate::render::style::{FAILED, FAINT, PASSED};
use crate::render::wrap::{PAGE, hanging};
use crate::source::Sources;
use crate::wire::test::{Case, Missed, MovedRule, Snapshot, Test};
use crate::wire::{self, Version};

/// So many lines of a difference are shown; `ruleout review` shows all.
const MOST_LINES: usize = 40;

/// The outcomes of a run.
#[derive(Debug)]
pub struct Report<'a> {
    /// Name and version of the pack.
    pub pack: (&'a str, &'a str),
    /// Every case, by name.
    pub outcomes: &'a [Outcome],
    /// Files that belong to no case, each of which counts as a failure, and what is not read.
    pub strays: &'a Problems,
    /// The texts.
    pub sources: &'a Sources,
}

impl Report<'_> {
    /// How many passed, and how many failed.
    pub fn count(&self) -> (usize, usize) {
        let passed = self.outcomes.iter().filter(|outcome| outcome.passed()).count();
        (passed, self.outcomes.len() - passed + self.strays.count(Severity::Error))
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
    for line in hanging(PAGE, first, text) {
        out.push_str(&line);
        out.push('\n');
    }
}

/// Writes the outcomes as one JSON object.
pub fn json(report: &Report<'_>) -> String {
    let (passed, failed) = report.count();
    let (name, version) = report.pack;
    wire::json(&Test {
        schema_version: Version,
        pack: wire::Pack::new(name, version),
        passed,
        failed,
        cases: report.outcomes.iter().map(|outcome| case(outcome, report.sources)).collect(),
        strays: report.strays.iter().map(|p| problem(p, report.sources)).collect(),
    })
}

fn case(outcome: &Outcome, sources: &Sources) -> Case {
    let missed = outcome.missed.iter().map(|missed| {
        let position = sources.place(missed.span).position;
        Missed {
            expected: missed.expected.clone(),
            got: missed.got.clone(),
            line: position.line,
            column: position.column,
        }
    });
    let moved = match &outcome.kept {
        Kept::Changed(old) => compare::moved(old, outcome.answer.as_deref().unwrap_or_default()),
        Kept::Same | Kept::New => Vec::new(),
    };
    Case {
        name: outcome.name.clone(),
        file: sources.get(outcome.source).map_or_else(String::new, |source| source.name.clone()),
        passed: outcome.passed(),
        because: outcome.because.clone(),
        missed: missed.collect(),
        snapshot: match &outcome.kept {
            _ if outcome.answer.is_none() => Snapshot::NoAnswer,
            Kept::Same => Snapshot::Same,
            Kept::New => Snapshot::New,
            Kept::Changed(_) => Snapshot::Changed,
        },
        moved_rules: moved.into_iter().map(|m| MovedRule { rule: m.rule, old: m.old, new: m.new }).collect(),
        problems: outcome.problems.iter().map(|p| problem(p, sources)).collect(),
    }
}

fn problem(problem: &Problem, sources: &Sources) -> wire::test::Problem {
    wire::test::Problem {
        code: problem.code.name().to_owned(),
        severity: problem.severity,
        message: problem.message.clone(),
        help: problem.help.clone(),
        place: sources.place(problem.span()).into(),
    }
}
