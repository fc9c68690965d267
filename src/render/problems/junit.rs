//! Problems as the XML of `JUnit`, which every build server shows: one suite for each file, one failed test for each problem.
//!
//! Advice does not fail a build, so it stands in what the suite printed. A pack without problems is one test that passed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::told;
use crate::markup::escape_xml;
use crate::problem::{Problem, Problems, Severity};
use crate::source::{Place, Sources};

/// One XML document.
pub fn junit(problems: &Problems, sources: &Sources) -> String {
    let mut files: BTreeMap<String, Vec<(Place, &Problem)>> = BTreeMap::new();
    for problem in problems {
        let place = sources.place(problem.span());
        files.entry(place.file.clone()).or_default().push((place, problem));
    }
    let failures = problems.count(Severity::Error) + problems.count(Severity::Warning);
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
        suite(file, found, &mut out);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(file: &str, found: &[(Place, &Problem)], out: &mut String) {
    let (advice, failures): (Vec<_>, Vec<_>) =
        found.iter().partition(|(_, problem)| problem.severity == Severity::Hint);
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
            escape_xml(&format!("{place}: {}", told(problem)))
        );
        out.push_str("    </testcase>\n");
    }
    if !advice.is_empty() {
        let lines: Vec<String> = advice
            .iter()
            .map(|(place, problem)| format!("{place}: {}: {}", problem.code.name(), problem.message))
            .collect();
        let _ = writeln!(out, "    <system-out>{}</system-out>", escape_xml(&lines.join("\n")));
    }
    out.push_str("  </testsuite>\n");
}
