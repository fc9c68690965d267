//! Problems as commands of GitHub Actions, which shows them beside the lines of a change.
//!
//! Source: "Workflow commands for GitHub Actions", `::error file=…,line=…::message`.

use std::fmt::Write as _;

use super::told;
use crate::problem::{Problems, Severity};
use crate::source::Sources;

/// A line for each problem.
pub fn github(problems: &Problems, sources: &Sources) -> String {
    let mut out = String::new();
    for problem in problems {
        let command = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "notice",
        };
        let (start, end) = (sources.place(problem.span()), sources.end(problem.span()));
        // Writing to a string does not fail.
        let _ = write!(
            out,
            "::{command} file={},line={},endLine={}",
            property(&start.file),
            start.position.line,
            end.line,
        );
        // Columns are read within one line only.
        if start.position.line == end.line {
            let _ = write!(out, ",col={},endColumn={}", start.position.column, end.column);
        }
        let _ = writeln!(out, ",title={}::{}", property(problem.code.name()), data(&told(problem)));
    }
    if problems.not_kept() > 0 {
        let _ = writeln!(out, "::notice::{} more are not shown: fix those above first", problems.not_kept());
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
