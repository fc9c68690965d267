//! Broken packs and fact files, each a data file of `tests/suite/` that stands in a small good pack.
//!
//! The first line of a file says all that must be complained about, `expect: unknown-name 3:12, syntax 5:1`, or `nothing`:
//! one mistake, one message. What a person then reads stands beside it as a snapshot. A line `--- pack.ron` or
//! `--- other.ruleout` begins a further text of the same pack; its places are counted from the top of the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ruleout::document::tree::Format;
use ruleout::graph::InferenceGraph;
use ruleout::loader::PackTexts;
use ruleout::pipeline;
use ruleout::problem::{self, Problem, Problems, Suggestion};
use ruleout::render::problems::{Look, text};
use ruleout::source::{Source, SourceId, Sources};

pub(crate) const MANIFEST: &str = include_str!("suite/base/pack.ron");
pub(crate) const BASE: &str = include_str!("suite/base/base.ruleout");

/// Compiles the base pack with further texts; one that is called `pack.ron` stands in for the base's.
pub(crate) fn compile(texts: &[(&str, String)]) -> (Option<InferenceGraph>, Problems, Sources) {
    let mut sources = Sources::default();
    let mut pack = PackTexts { manifest: SourceId::default(), files: Vec::new() };
    let manifest = texts.iter().find(|(name, _)| *name == "pack.ron").map_or(MANIFEST, |(_, text)| text);
    pack.manifest = sources.add(Source::new("pack.ron", manifest));
    pack.files.push(sources.add(Source::new("base.ruleout", BASE)));
    let further = texts.iter().filter(|(name, _)| *name != "pack.ron");
    pack.files.extend(further.map(|(name, text)| sources.add(Source::new(*name, text.as_str()))));
    let (graph, problems) = pipeline::compile(&sources, &pack);
    (graph, problems, sources)
}

/// The data files of a folder, in order.
pub(crate) fn data(folder: &str) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(Path::new("tests/suite").join(folder)).unwrap().map(|e| e.unwrap().path());
    let mut found: Vec<_> =
        paths.filter(|p| p.extension().is_some_and(|e| e != "snap" && e != "new")).collect();
    found.sort();
    found
}

/// Holds what was found against the first line of the file, and against the snapshot beside it.
pub(crate) fn hold(path: &Path, written: &str, problems: &Problems, sources: &Sources) -> Option<String> {
    let shown = if problems.is_empty() { "nothing\n".into() } else { text(problems, sources, Look::Plain) };
    insta::with_settings!({
        snapshot_path => std::env::current_dir().unwrap().join(path.parent().unwrap()),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(path.file_name().unwrap().to_str().unwrap(), shown) });
    let told = |span| {
        let (of, at) = (sources.place(span).file, sources.place(span).position);
        let of = if path.ends_with(&of) { String::new() } else { format!("{of}:") };
        format!("{of}{}:{}", at.line, at.column)
    };
    let found: Vec<_> = problems.iter().map(|p| format!("{} {}", p.code.name(), told(p.span()))).collect();
    let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
    let first = written.lines().next().unwrap_or_default();
    let wanted = first.split_once("expect: ").unwrap_or_default().1;
    (found != wanted).then(|| format!("{}\n  expected {wanted}\n  found    {found}", path.display()))
}

/// The texts of a data file, each on the lines that it has there; the first line is taken out.
pub(crate) fn texts<'a>(path: &'a Path, written: &'a str) -> Vec<(&'a str, String)> {
    let mut texts = vec![(path.file_name().unwrap().to_str().unwrap(), String::new())];
    for (at, line) in written.split_inclusive('\n').enumerate() {
        match line.strip_prefix("--- ") {
            Some(name) => texts.push((name.trim(), "\n".repeat(at + 1))),
            None if at == 0 => texts[0].1.push('\n'),
            None => texts.last_mut().unwrap().1.push_str(line),
        }
    }
    texts
}

/// Every broken pack with what is complained about.
pub(crate) fn packs() -> Vec<(PathBuf, Problems, Sources)> {
    let compiled = |path: PathBuf| {
        let written = std::fs::read_to_string(&path).unwrap();
        let (_, problems, sources) = compile(&texts(&path, &written));
        (path, problems, sources)
    };
    data("broken-packs").into_iter().map(compiled).collect()
}

#[test]
fn every_broken_pack_is_complained_about_once_and_at_its_place() {
    let wrong: Vec<_> = data("broken-packs")
        .iter()
        .filter_map(|path| {
            let written = std::fs::read_to_string(path).unwrap();
            let (graph, problems, sources) = compile(&texts(path, &written));
            assert_eq!(graph.is_some(), !problems.has_errors(), "{}", path.display());
            hold(path, &written, &problems, &sources)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_broken_fact_file_is_complained_about_once_and_at_its_place() {
    let (graph, problems, sources) = compile(&[]);
    assert!(problems.is_empty(), "{}", text(&problems, &sources, Look::Plain));
    let graph = graph.unwrap();
    let wrong: Vec<_> = data("broken-facts")
        .iter()
        .filter_map(|path| {
            let (written, mut sources) = (std::fs::read_to_string(path).unwrap(), Sources::default());
            let (name, text) = texts(path, &written).remove(0);
            let id = sources.add(Source::new(name, text));
            let (facts, problems) =
                pipeline::read_facts(&graph, &sources, id, Format::of_path(name).unwrap());
            engine::diagnose(&graph, &facts);
            hold(path, &written, &problems, &sources)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The texts of a data file after one mend of one problem.
fn mended(
    texts: &[(&str, String)],
    problem: &Problem,
    mend: &Suggestion,
    sources: &Sources,
) -> Vec<(String, String)> {
    let only = Problem { suggestions: vec![mend.clone()], ..problem.clone() };
    let changed = problem::mend([&only], sources, true).texts;
    let changed: BTreeMap<&str, String> =
        changed.into_iter().map(|(id, text)| (sources.get(id).unwrap().name.as_str(), text)).collect();
    let text =
        |(name, text): &(&str, String)| ((*name).to_owned(), changed.get(name).unwrap_or(text).clone());
    texts.iter().map(text).collect()
}

#[test]
fn every_suggestion_removes_its_problem() {
    let (mut tried, mut wrong) = (0, Vec::new());
    for path in data("broken-packs") {
        let written = std::fs::read_to_string(&path).unwrap();
        let texts = texts(&path, &written);
        let (_, problems, sources) = compile(&texts);
        for problem in &problems {
            for mend in &problem.suggestions {
                tried += 1;
                let mended = mended(&texts, problem, mend, &sources);
                let mended: Vec<(&str, String)> =
                    mended.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
                let (_, left, _) = compile(&mended);
                let same = |other: &&Problem| other.code == problem.code && other.message == problem.message;
                let gone = left.iter().filter(same).count() < problems.iter().filter(same).count();
                // What is safe leaves at most a mistake that stands further on in the line, which the first one hid.
                let end = mend.edits[0].span.start + mend.edits[0].text.len();
                let hidden = |other: &Problem| other.span().start > end;
                let clean = left.errors().iter().all(hidden);
                if !gone || mend.is_safe() && problems.len() == 1 && !clean {
                    wrong.push(format!("{}: {}: {}", path.display(), problem.message, mend.title));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 20, "{tried}");
}
