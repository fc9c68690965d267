//! Packs with planted faults: `tests/suite/lints/CODE/*.ruleout`, each a pack of its own.
//!
//! The first line says all that the lint of that code must find, `expect: no-fix 3:7`, or `nothing` where the file holds what only
//! looks like it; other codes do not count here. What a person reads stands beside it as a snapshot. `--- cases/one.yaml` begins a
//! case, `--- used/more.ruleout` a file of another pack that this one uses. Each mend, made by itself, takes its problem away and
//! leaves a pack; a safe one leaves every answer as it was.

use std::path::Path;

use ruleout::facts::recorded::Facts;
use ruleout::graph::InferenceGraph;
use ruleout::loader::{CaseTexts, PackTexts};
use ruleout::problem::{Problem, Problems, Suggestion, mend};
use ruleout::source::{Source, Sources};
use ruleout::{cases, pipeline};

use crate::broken::{MANIFEST, data, hold, texts};

/// What one lint says of some texts.
fn check(texts: &[(&str, String)], code: &str) -> (Option<InferenceGraph>, Problems, Sources) {
    let (mut sources, mut beside) = (Sources::default(), Sources::default());
    let (mut pack, mut found) = (PackTexts::default(), CaseTexts::default());
    let manifest = texts.iter().find(|(name, _)| *name == "pack.ron").map_or(MANIFEST, |(_, text)| text);
    pack.manifest = sources.add(Source::new("pack.ron", manifest));
    for (name, text) in texts.iter().filter(|(name, _)| *name != "pack.ron") {
        if name.starts_with("cases/") {
            found.cases.push(beside.add(Source::new(*name, text.as_str())));
        } else {
            pack.files.push(sources.add(Source::new(*name, text.as_str())));
        }
    }
    let (cases, _) = cases::discover(&beside, &found);
    let covered = |graph: &InferenceGraph| cases::covered(graph, &beside, &cases);
    let (graph, problems) = pipeline::check(&sources, &pack, Some(&covered));
    let problems =
        problems.retain(|problem| problem.severity.name() == "error" || problem.code.name() == code);
    (graph, problems, sources)
}

/// Makes one mend, and holds what it must do.
fn made(path: &Path, all: &[(&str, String)], problem: &Problem, one: &Suggestion, code: &str) {
    let (before, problems, sources) = check(all, code);
    let alone = Problem { suggestions: vec![one.clone()], ..problem.clone() };
    let mended = mend([&alone], &sources, true);
    assert_eq!(mended.made, 1, "{}", path.display());
    let new = |name: &str| mended.texts.iter().find(|(id, _)| sources.get(**id).unwrap().name == name);
    let texts: Vec<(&str, String)> =
        all.iter().map(|(name, text)| (*name, new(name).map_or(text, |(_, new)| new).clone())).collect();
    let (after, left, _) = check(&texts, code);
    let what = format!("{}: {}: {}", path.display(), problem.message, one.title);
    assert!(after.is_some() && left.len() < problems.len(), "{what}\n{left:#?}");
    if one.is_safe() {
        let answer =
            |graph: Option<InferenceGraph>| engine::diagnose(&graph.unwrap(), &Facts::default()).causes;
        assert_eq!(format!("{:?}", answer(before)), format!("{:?}", answer(after)), "{what}");
    }
}

#[test]
fn each_lint_finds_what_is_planted_and_nothing_that_only_looks_like_it() {
    let mut wrong = Vec::new();
    for folder in std::fs::read_dir("tests/suite/lints").unwrap().map(|entry| entry.unwrap().path()) {
        let code = folder.file_name().unwrap().to_str().unwrap();
        let mut found = 0;
        for path in data(&format!("lints/{code}")) {
            let written = std::fs::read_to_string(&path).unwrap();
            let all = texts(&path, &written);
            let (graph, problems, sources) = check(&all, code);
            assert!(graph.is_some(), "{}: {problems:#?}", path.display());
            problems
                .iter()
                .for_each(|p| p.suggestions.iter().for_each(|mend| made(&path, &all, p, mend, code)));
            found += problems.len();
            wrong.extend(hold(&path, &written, &problems, &sources));
        }
        assert!(
            found >= 5 || ["unused-allow", "not-proven"].contains(&code),
            "{code}: five true ones are planted"
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
