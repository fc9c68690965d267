//! Packs that build on packs.

use crate::support::folder::Folder;
use crate::support::pack::{compile_folder, manifest};

/// Makes a folder with packs: name, what it uses, its rules.
fn packs(packs: &[(&str, &[&str], &str)]) -> Folder {
    let folder = Folder::new();
    for (name, uses, rules) in packs {
        let uses = format!("uses: {uses:?}, language: 1");
        folder.write(&format!("{name}/pack.ron"), manifest(name).replace("language: 1", &uses));
        folder.write(&format!("{name}/rules.ruleout"), rules);
    }
    folder
}

const BASE: &str =
    "fact jam: yes/no\nrule jam { rarely anyway }\ncause paper \"Damp paper\" { rare  shows jam usually }\n";

#[test]
fn a_cause_joins_a_rule_of_another_pack_and_a_diamond_loads_once() {
    let one = "cause roller \"A worn roller\" { rare  shows jam often }";
    let two = "cause tray \"The tray is not shut\" { rare  shows jam sometimes }";
    let top: &[&str] = &["one", "two"];
    let folder =
        packs(&[("base", &[], BASE), ("one", &["base"], one), ("two", &["base"], two), ("top", top, "")]);
    let graph = compile_folder(&folder.path("top")).clean().graph;
    let pack = &graph.pack;
    assert_eq!(pack.manifest.name, "top");
    assert_eq!(pack.causes.len(), 3);
    assert_eq!(pack.rules[ruleout::pack::RuleId(0)].with.len(), 3);
}

#[test]
fn a_missing_pack_and_a_circle_are_named() {
    let folder = packs(&[("a", &["b"], ""), ("b", &["a"], BASE), ("c", &["nowhere"], BASE)]);
    let problems = compile_folder(&folder.path("a")).problems;
    assert!(
        problems.iter().any(|p| p.message == "these packs use each other: `a` → `b` → `a`"),
        "{problems:#?}"
    );
    let problems = compile_folder(&folder.path("c")).problems;
    assert!(
        problems.iter().any(|p| p.message == "there is no pack `nowhere` beside this one"),
        "{problems:#?}"
    );
}
