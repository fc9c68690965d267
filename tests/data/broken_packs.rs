//! Broken packs: `tests/suite/broken-packs`. Each stands in a small good pack; one mistake, one message. Each suggestion, made
//! by itself, takes its problem away.

use std::collections::BTreeMap;

use libtest_mimic::{Failed, Trial};
use ruleout::problem::{Problem, Problems, Suggestion, apply};
use ruleout::source::Sources;

use crate::found::compare;
use crate::support::data::DataFile;
use crate::support::pack::{Compiled, Texts};

pub(crate) fn tests() -> Vec<Trial> {
    let test = |file: DataFile| Trial::test(format!("broken-packs::{}", file.stem()), move || test(&file));
    DataFile::all("broken-packs").into_iter().map(test).collect()
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
    Ok(())
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
    gone && (clean || !one.is_safe() || problems.len() > 1)
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
