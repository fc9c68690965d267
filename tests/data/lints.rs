//! Packs with planted faults: `tests/suite/lints/CODE/*.ruleout`, each a pack of its own.
//!
//! The first line says all that the lint of that code must find, or `nothing` where the file holds what only looks like it;
//! other codes do not count here. `--- cases/one.yaml` begins a case, `--- used/more.ruleout` a file of another pack that this
//! one uses. Each suggestion, made by itself, takes its problem away and leaves a pack; a safe one leaves every answer as it
//! was.

use crate::support::pack::diagnose;
use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use ruleout::cases::CaseTexts;
use ruleout::facts::recorded::Facts;
use ruleout::graph::InferenceGraph;
use ruleout::problem::{Problem, Problems, Suggestion, apply};
use ruleout::source::{Source, Sources};
use ruleout::{cases, pipeline};

use crate::found::compare;
use crate::support::data::{DataFile, folders};
use crate::support::pack::Texts;

pub(crate) fn tests() -> Vec<Trial> {
    let of_code = |code: String| {
        let test = |file: DataFile| {
            let code = code.clone();
            Trial::test(format!("lints::{code}::{}", file.stem()), move || test(&file, &code))
        };
        DataFile::all(&format!("lints/{code}")).into_iter().map(test).collect::<Vec<_>>()
    };
    folders(Path::new("tests/suite/lints")).into_iter().flat_map(of_code).collect()
}

fn test(file: &DataFile, code: &str) -> Result<(), Failed> {
    let texts = file.texts();
    let (graph, problems, sources) = check(&texts, code);
    assert!(graph.is_some(), "{}: {problems:#?}", file.path.display());
    compare(file, &problems, &sources)?;
    for problem in &problems {
        problem.suggestions.iter().for_each(|one| hold(file, &texts, problem, one, code));
    }
    Ok(())
}

/// Returns what one lint says of some texts, and every error.
fn check(texts: &[(&str, String)], code: &str) -> (Option<Arc<InferenceGraph>>, Problems, Sources) {
    let (of_cases, of_pack): (Vec<_>, Vec<_>) =
        texts.iter().cloned().partition(|(name, _)| name.starts_with("cases/"));
    let (mut beside, mut found) = (Sources::default(), CaseTexts::default());
    found.cases = of_cases.into_iter().map(|(name, text)| beside.add(Source::new(name, text))).collect();
    let (cases, _) = cases::discover(&beside, &found);
    let covered = |graph: &InferenceGraph| cases::covered(graph, &beside, &cases);
    let Texts { sources, pack, .. } = Texts::of(&of_pack);
    let (graph, problems) = pipeline::check(&sources, &pack, Some(&covered));
    let problems =
        problems.retain(|problem| problem.severity.name() == "error" || problem.code.name() == code);
    (graph, problems, sources)
}

/// Makes one suggestion, and checks what it must do.
fn hold(file: &DataFile, all: &[(&str, String)], problem: &Problem, one: &Suggestion, code: &str) {
    let (before, problems, sources) = check(all, code);
    let alone = Problem { suggestions: vec![one.clone()], ..problem.clone() };
    let made = apply([&alone], &sources, true);
    let what = format!("{}: {}: {}", file.path.display(), problem.message, one.title);
    assert_eq!(made.count, 1, "{what}");
    let new = |name: &str| made.texts.iter().find(|(id, _)| sources.get(**id).unwrap().name == name);
    let texts: Vec<(&str, String)> =
        all.iter().map(|(name, text)| (*name, new(name).map_or(text, |(_, new)| new).clone())).collect();
    let (after, left, _) = check(&texts, code);
    assert!(after.is_some() && left.len() < problems.len(), "{what}\n{left:#?}");
    if one.is_safe() {
        let answer = |graph: Option<Arc<InferenceGraph>>| diagnose(&graph.unwrap(), &Facts::default()).causes;
        assert_eq!(format!("{:?}", answer(before)), format!("{:?}", answer(after)), "{what}");
    }
}
