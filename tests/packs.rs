//! Every pack of `rules/`: it checks clean, each of its cases is answered as its snapshot says, and a case that is called
//! after a cause has that cause first.

use std::path::{Path, PathBuf};

use ruleout::facts::tree::Format;
use ruleout::graph::InferenceGraph;
use ruleout::render::text::{Options, text};
use ruleout::source::Sources;
use ruleout::{engine, load};

const BYTES: u64 = 1 << 20;

fn folders(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> =
        std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    found.sort();
    found
}

fn packs() -> Vec<PathBuf> {
    folders(Path::new("rules"))
}

fn compile(pack: &Path, sources: &mut Sources) -> InferenceGraph {
    let (texts, problems) = load::pack(Some(pack), BYTES, sources).unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
    let (graph, problems) = engine::compile(sources, &texts);
    assert!(problems.is_empty(), "{problems:#?}");
    graph.unwrap()
}

#[test]
fn every_case_is_answered_as_its_snapshot_says() {
    assert!(!packs().is_empty());
    for pack in packs() {
        let mut sources = Sources::default();
        let graph = compile(&pack, &mut sources);
        let mut cases: Vec<_> =
            std::fs::read_dir(pack.join("cases")).unwrap().map(|e| e.unwrap().path()).collect();
        cases.sort();
        assert!(!cases.is_empty(), "{} has no cases", pack.display());
        for case in &cases {
            answer(&pack, &graph, case, &mut sources.clone());
        }
        let stems: Vec<_> = cases.iter().map(|c| c.file_stem().unwrap().to_str().unwrap()).collect();
        let own = |span| sources.place(span).file.starts_with(&format!("{}/", pack.display()));
        for cause in graph.pack.causes.iter().filter(|c| own(c.name.span)) {
            assert!(
                stems.contains(&cause.name.value.as_str()),
                "no case of {} is called {}",
                pack.display(),
                cause.name.value
            );
        }
        unreferenced(&pack, &stems);
    }
}

fn answer(pack: &Path, graph: &InferenceGraph, case: &Path, sources: &mut Sources) {
    let stem = case.file_stem().unwrap().to_str().unwrap();
    let (id, problems) = load::file(case, BYTES, sources).unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
    let format = Format::of_path(case.to_str().unwrap()).unwrap();
    let (facts, problems) = engine::read_facts(graph, sources, id, format);
    assert!(problems.is_empty(), "{}: {problems:#?}", case.display());
    let diagnosis = engine::diagnose(graph, &facts);
    if graph.pack.causes.iter().any(|c| c.name.value == stem) {
        let first = &graph.pack.causes[diagnosis.causes[0].cause.0].name.value;
        assert_eq!(first, stem, "{} has another cause first", case.display());
    }
    let answer = text(graph, &facts, &diagnosis, sources, Options { top: 8 });
    let plain = anstream::adapter::strip_str(&answer).to_string();
    insta::with_settings!({
        snapshot_path => std::env::current_dir().unwrap().join(pack).join("snapshots"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
        description => case.display().to_string(),
    }, {
        insta::assert_snapshot!(stem, plain);
    });
}

/// A snapshot whose case is gone would never be looked at again.
fn unreferenced(pack: &Path, stems: &[&str]) {
    for entry in std::fs::read_dir(pack.join("snapshots")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let stem = name.trim_end_matches(".new").trim_end_matches(".snap");
        assert!(stems.contains(&stem), "{} belongs to no case", path.display());
    }
}

#[test]
fn the_pack_inside_the_binary_is_the_one_in_the_folder() {
    let (mut inside, mut outside) = (Sources::default(), Sources::default());
    let (embedded, _) = load::pack(None, BYTES, &mut inside).unwrap();
    let (folder, _) = load::pack(Some(Path::new("rules/mailflow")), BYTES, &mut outside).unwrap();
    let texts = |sources: &Sources, texts: &load::PackTexts| -> Vec<(String, String)> {
        let ids = texts.files.iter().chain([&texts.manifest]);
        ids.map(|id| sources.get(*id).unwrap()).map(|s| (s.name.clone(), s.text.clone())).collect()
    };
    assert_eq!(texts(&inside, &embedded), texts(&outside, &folder));
}
