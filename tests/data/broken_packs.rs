//! Broken packs: `tests/suite/broken-packs`. Each stands in a small good pack; one mistake, one message. Each suggestion, made
//! by itself, takes its problem away and puts no line that does not read in its place; what a help tells to write is
//! offered as a suggestion; and where all suggestions are followed one after the other, none undoes what an earlier one did.

use std::collections::{BTreeMap, BTreeSet};

use libtest_mimic::{Failed, Trial};
use ruleout::problem::{Code, Problem, Problems, Suggestion, apply};
use ruleout::source::Sources;

use crate::file::{compare, each};
use crate::support::data::DataFile;
use crate::support::pack::{Compiled, Texts};

pub(crate) fn tests() -> Vec<Trial> {
    each("broken-packs", test)
}

fn test(file: &DataFile) -> Result<(), Failed> {
    let texts = file.texts();
    let Compiled { graph, problems, sources } = Texts::beside_base(&texts).compile();
    assert_eq!(graph.is_some(), !problems.has_errors(), "{}", file.path.display());
    compare(file, &problems, &sources)?;
    let all = problems.iter().flat_map(|problem| problem.suggestions.iter().map(move |one| (problem, one)));
    let wrong = all.filter(|(problem, one)| !helps(&texts, &problems, problem, one, &sources));
    let wrong: Vec<String> =
        wrong.map(|(problem, one)| format!("{}: {}", problem.message, one.title)).collect();
    assert!(wrong.is_empty(), "{}: these do not help\n{}", file.path.display(), wrong.join("\n"));
    let untried = problems.errors().iter().filter_map(untried).collect::<Vec<_>>();
    assert!(untried.is_empty(), "{}: told, but not suggested\n{}", file.path.display(), untried.join("\n"));
    assert!(ends(texts), "{}: the suggestions go in a circle", file.path.display());
    Ok(())
}

/// Returns what a help tells to write where no suggestion does so. A text with a gap (`…`, `some_cause`) is an example of one.
fn untried(problem: &Problem) -> Option<String> {
    let written = problem.help.as_deref()?.strip_prefix("write `")?.split('`').next()?;
    let gap = written.contains('…') || written.contains("some_") || written.contains("a, b");
    let offered = |one: &Suggestion| {
        one.edits.iter().any(|edit| edit.text.contains(written) || written.contains(edit.text.trim()))
    };
    let left_out = gap || problem.code == Code::Unclosed || problem.code == Code::Manifest;
    (!left_out && !problem.suggestions.iter().any(offered)).then(|| format!("{}: {written}", problem.message))
}

/// Whether following the first suggestion of the first error, again and again, comes to an end.
fn ends(mut texts: Vec<(&str, String)>) -> bool {
    let mut seen = BTreeSet::new();
    while seen.insert(texts.clone()) {
        let Compiled { problems, sources, .. } = Texts::beside_base(&texts).compile();
        let errors = problems.errors();
        let Some((first, one)) = errors.iter().find_map(|error| Some((error, error.suggestions.first()?)))
        else {
            return true;
        };
        let next = after(&texts, first, one, &sources);
        // An edit of the good pack itself is not made.
        if next == texts {
            return true;
        }
        texts = next;
    }
    false
}

/// Whether one suggestion takes its problem away.
fn helps(
    texts: &[(&str, String)],
    problems: &Problems,
    problem: &Problem,
    one: &Suggestion,
    sources: &Sources,
) -> bool {
    let left = Texts::beside_base(&after(texts, problem, one, sources)).compile().problems;
    let same = |other: &&Problem| other.code == problem.code && other.message == problem.message;
    let gone = left.iter().filter(same).count() < problems.iter().filter(same).count();
    // What is safe leaves at most a mistake that stands further on in the line, which the first one hid.
    let end = one.edits[0].span.start + one.edits[0].text.len();
    let clean = left.errors().iter().all(|other| other.span().start > end);
    // And nothing leaves a line that does not read where one was suggested.
    let known = |other: &&Problem| problems.iter().all(|one| one.message != other.message);
    let within = |other: &&Problem| {
        let at = other.span();
        at.source == one.edits[0].span.source && at.start >= one.edits[0].span.start && at.start < end
    };
    let reads = !left.errors().iter().filter(known).filter(within).any(|other| other.code == Code::Syntax);
    gone && reads && (clean || !one.is_safe() || problems.len() > 1)
}

/// Returns the texts of a data file after one suggestion for one problem.
fn after<'a>(
    texts: &[(&'a str, String)],
    problem: &Problem,
    one: &Suggestion,
    sources: &Sources,
) -> Vec<(&'a str, String)> {
    let only = Problem { suggestions: vec![one.clone()], ..problem.clone() };
    let changed = apply([&only], sources, true).texts;
    let changed: BTreeMap<&str, String> =
        changed.into_iter().map(|(id, text)| (sources.get(id).unwrap().name.as_str(), text)).collect();
    let text = |(name, text): &(&'a str, String)| (*name, changed.get(name).unwrap_or(text).clone());
    texts.iter().map(text).collect()
}
