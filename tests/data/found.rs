//! What was found in a data file, against what its first line expects, and against the snapshot beside it.

use libtest_mimic::Failed;
use ruleout::problem::{Problem, Problems};
use ruleout::render::problems::{Look, text};
use ruleout::source::Sources;

use crate::support::data::DataFile;
use crate::support::snapshot::snapshot_in;

/// Fails where the problems are not those that the file expects, or do not look as in its snapshot. Where nothing is
/// expected, there is nothing to look at, and no snapshot.
pub(crate) fn compare(file: &DataFile, problems: &Problems, sources: &Sources) -> Result<(), Failed> {
    let place = |problem: &Problem| {
        let place = sources.place(problem.span());
        let of = if place.file == file.name() { String::new() } else { format!("{}:", place.file) };
        format!("{} {of}{}:{}", problem.code.name(), place.position.line, place.position.column)
    };
    let found = problems.iter().map(place).collect::<Vec<_>>().join(", ");
    let found = if problems.is_empty() { "nothing" } else { &found };
    let shown = text(problems, sources, Look::Plain);
    if found != file.expected() {
        let path = file.path.display();
        let (expected, shown) = (file.expected(), shown.trim_end());
        return Err(format!("{path}:1\n  expected {expected}\n  found    {found}\n\n{shown}").into());
    }
    if !problems.is_empty() {
        snapshot_in(file.folder(), file.name(), &shown);
    }
    Ok(())
}
