//! As the XML of `JUnit`, which every build server shows: one suite for each pack, one test for each case.
//!
//! What is known to be wrong is a test that was skipped. What is only told of a case that passed stands in what it printed.

use std::fmt::Write as _;

use super::{Report, Run};
use crate::cases::{Outcome, Verdict};
use crate::markup::escape_xml;
use crate::problem::{Problem, Problems, Severity};
use crate::source::Sources;

/// Writes one XML document.
pub fn junit(report: &Report<'_>) -> String {
    let suites: Vec<Suite> = report.runs.iter().map(|run| Suite::new(report, run)).collect();
    let sum = |of: fn(&Suite) -> usize| suites.iter().map(of).sum::<usize>();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "<testsuites name=\"ruleout test\" tests=\"{}\" failures=\"{}\">",
        sum(|suite| suite.tests),
        sum(|suite| suite.failures)
    );
    for Suite { name, tests, failures, skipped, text } in &suites {
        let _ = writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\">"
        );
        out.push_str(text);
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// A pack: its tests, how many they are, and how many of them failed or were skipped.
struct Suite {
    name: String,
    tests: usize,
    failures: usize,
    skipped: usize,
    text: String,
}

impl Suite {
    fn new(report: &Report<'_>, run: &Run) -> Self {
        let mut suite =
            Self { name: escape_xml(&run.name), tests: 0, failures: 0, skipped: 0, text: String::new() };
        for outcome in &run.outcomes {
            suite.case(report, outcome);
        }
        let fails = |problem: &&Problem| match problem.severity {
            Severity::Error => true,
            Severity::Warning => report.strictness.warnings,
            Severity::Hint => false,
        };
        let wrong = |problems: &Problems| problems.iter().filter(fails).cloned().collect::<Vec<_>>();
        for problem in wrong(&run.problems).iter().chain(&wrong(&run.strays)) {
            let place = report.sources.place(problem.span());
            suite.test(
                problem.code.name(),
                &place.file,
                &[failure(std::slice::from_ref(problem), report.sources)],
            );
            suite.failures += 1;
        }
        suite
    }

    fn case(&mut self, report: &Report<'_>, outcome: &Outcome) {
        let mut told: Vec<Problem> = outcome.problems.iter().cloned().collect();
        told.extend(report.told(outcome));
        let element = match report.verdict(outcome) {
            Verdict::Failed => {
                self.failures += 1;
                told.retain(|problem| problem.severity == Severity::Error || report.strictness.warnings);
                failure(&told, report.sources)
            }
            Verdict::Todo => {
                self.skipped += 1;
                let todo = outcome.todo.as_ref().map_or("", |todo| todo.value.as_str());
                format!("<skipped message=\"{}\"/>", escape_xml(todo))
            }
            Verdict::New | Verdict::Drifted | Verdict::Same if told.is_empty() => String::new(),
            Verdict::New | Verdict::Drifted | Verdict::Same => {
                format!("<system-out>{}</system-out>", escape_xml(&lines(&told, report.sources)))
            }
        };
        let elements = if element.is_empty() { Vec::new() } else { vec![element] };
        let class = self.name.clone();
        self.test(&escape_xml(&outcome.name), &class, &elements);
    }

    fn test(&mut self, name: &str, class: &str, elements: &[String]) {
        self.tests += 1;
        let _ = write!(self.text, "    <testcase name=\"{name}\" classname=\"{class}\"");
        if elements.is_empty() {
            self.text.push_str("/>\n");
            return;
        }
        self.text.push_str(">\n");
        for element in elements {
            let _ = writeln!(self.text, "      {element}");
        }
        self.text.push_str("    </testcase>\n");
    }
}

fn failure(told: &[Problem], sources: &Sources) -> String {
    let first = told.first().map_or("", |problem| problem.message.as_str());
    format!("<failure message=\"{}\">{}</failure>", escape_xml(first), escape_xml(&lines(told, sources)))
}

/// Writes each problem in a line, with its place, and below it what to do.
fn lines(told: &[Problem], sources: &Sources) -> String {
    let line = |problem: &Problem| {
        let help = problem.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
        format!("{}: {}{help}", sources.place(problem.span()), problem.message)
    };
    told.iter().map(line).collect::<Vec<_>>().join("\n")
}
