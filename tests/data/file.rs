//! Data files as tests, and what was found in one against what its first line expects and the snapshot beside it.

use libtest_mimic::{Failed, Trial};
use ruleout::problem::{Problem, Problems};
use ruleout::render::problems::{Look, text};
use ruleout::source::Sources;

use crate::support::data::DataFile;
use crate::support::snapshot::snapshot_in;

/// Returns a test for each data file of a folder.
pub(crate) fn each<T>(folder: &str, test: T) -> Vec<Trial>
where
    T: Fn(&DataFile) -> Result<(), Failed> + Clone + Send + 'static,
{
    let of_file = |file: DataFile| {
        let (name, test) = (format!("{}::{}", folder.replace('/', "::"), file.stem()), test.clone());
        Trial::test(name, move || test(&file))
    };
    DataFile::all(folder).into_iter().map(of_file).collect()
}

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
