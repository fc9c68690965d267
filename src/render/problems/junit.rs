//! Problems as the XML of `JUnit`, which every build server shows: one suite for each file, one failed test for each problem.
//!
//! What does not fail the run stands in what the suite printed. A pack without problems that fail it is one test that passed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::with_help;
use crate::markup::escape_xml;
use crate::problem::{Problem, Problems, Severity};
use crate::source::{Place, Sources};

/// Writes one XML document; `fails` says of which severities a problem fails the run.
pub fn junit(problems: &Problems, sources: &Sources, fails: &dyn Fn(Severity) -> bool) -> String {
    let mut files: BTreeMap<String, Vec<(Place, &Problem)>> = BTreeMap::new();
    for problem in problems {
        let place = sources.place(problem.span());
        files.entry(place.file.clone()).or_default().push((place, problem));
    }
    let severities = [Severity::Error, Severity::Warning, Severity::Hint];
    let failures: usize =
        severities.into_iter().filter(|one| fails(*one)).map(|one| problems.count(one)).sum();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "<testsuites name=\"ruleout check\" tests=\"{}\" failures=\"{failures}\">",
        failures.max(1)
    );
    if failures == 0 {
        out.push_str("  <testsuite name=\"pack\" tests=\"1\" failures=\"0\">\n    <testcase name=\"no problems\" classname=\"pack\"/>\n  </testsuite>\n");
    }
    for (file, found) in &files {
        suite(file, found, fails, &mut out);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(file: &str, found: &[(Place, &Problem)], fails: &dyn Fn(Severity) -> bool, out: &mut String) {
    let (failures, others): (Vec<_>, Vec<_>) = found.iter().partition(|(_, problem)| fails(problem.severity));
    let name = escape_xml(file);
    let _ = writeln!(out, "  <testsuite name=\"{name}\" tests=\"{0}\" failures=\"{0}\">", failures.len());
    for (place, problem) in failures {
        let (code, message) = (problem.code.name(), escape_xml(&problem.message));
        let _ = writeln!(
            out,
            "    <testcase name=\"{code} {}:{}\" classname=\"{name}\">",
            place.position.line, place.position.column
        );
        let _ = writeln!(
            out,
            "      <failure type=\"{}\" message=\"{message}\">{}</failure>",
            problem.severity.name(),
            escape_xml(&format!("{place}: {}", with_help(problem)))
        );
        out.push_str("    </testcase>\n");
    }
    if !others.is_empty() {
        let lines: Vec<String> = others
            .iter()
            .map(|(place, problem)| {
                format!("{place}: {} {}: {}", problem.severity.name(), problem.code.name(), problem.message)
            })
            .collect();
        let _ = writeln!(out, "    <system-out>{}</system-out>", escape_xml(&lines.join("\n")));
    }
    out.push_str("  </testsuite>\n");
}
