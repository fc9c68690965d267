//! Packs that build on packs.

use std::fs;
use std::path::{Path, PathBuf};

use ruleout::graph::InferenceGraph;
use ruleout::problem::Problems;
use ruleout::source::Sources;
use ruleout::{loader, pipeline};

/// A folder with packs: name, what it uses, its rules.
fn packs(test: &str, packs: &[(&str, &[&str], &str)]) -> PathBuf {
    let root = std::env::temp_dir().join(format!("ruleout-uses-{test}-{}", std::process::id()));
    for (name, uses, rules) in packs {
        let folder = root.join(name);
        fs::create_dir_all(&folder).unwrap();
        let manifest = format!(
            "(name: {name:?}, language: 1, uses: {uses:?}, cases: (unlisted: \"10 %\", several_at_once: \"8 %\"))"
        );
        fs::write(folder.join("pack.ron"), manifest).unwrap();
        fs::write(folder.join("rules.ruleout"), rules).unwrap();
    }
    root
}

fn compile(folder: &Path) -> (Option<InferenceGraph>, Problems) {
    let mut sources = Sources::default();
    let (texts, mut problems) = loader::pack(Some(folder), 1 << 20, &mut sources).unwrap();
    let (graph, found) = pipeline::compile(&sources, &texts);
    problems.extend(found);
    (graph, problems)
}

const BASE: &str =
    "fact jam: yes/no\nrule jam { rarely anyway }\ncause paper \"Damp paper\" { rare  shows jam usually }\n";

#[test]
fn a_cause_joins_a_rule_of_another_pack_and_a_diamond_loads_once() {
    let one = "cause roller \"A worn roller\" { rare  shows jam often }";
    let two = "cause tray \"The tray is not shut\" { rare  shows jam sometimes }";
    let top: &[&str] = &["one", "two"];
    let root = packs(
        "diamond",
        &[("base", &[], BASE), ("one", &["base"], one), ("two", &["base"], two), ("top", top, "")],
    );
    let (graph, problems) = compile(&root.join("top"));
    assert!(problems.is_empty(), "{problems:#?}");
    let graph = graph.unwrap();
    assert_eq!(graph.pack.manifest.name, "top");
    assert_eq!(graph.pack.causes.len(), 3);
    assert_eq!(graph.pack.rules[0].with.len(), 3);
    fs::remove_dir_all(root).unwrap();
}

#[test]
fn a_missing_pack_and_a_circle_are_named() {
    let root = packs("circle", &[("a", &["b"], ""), ("b", &["a"], BASE), ("c", &["nowhere"], BASE)]);
    let (_, problems) = compile(&root.join("a"));
    assert!(
        problems.iter().any(|p| p.message == "these packs use each other: `a` → `b` → `a`"),
        "{problems:#?}"
    );
    let (_, problems) = compile(&root.join("c"));
    assert!(
        problems.iter().any(|p| p.message == "there is no pack `nowhere` beside this one"),
        "{problems:#?}"
    );
    fs::remove_dir_all(root).unwrap();
}
