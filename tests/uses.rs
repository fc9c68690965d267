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

#[test]
fn packs_that_use_each_other_are_found_whatever_they_call_themselves() {
    let message = |folder: &Folder, pack: &str| {
        let problems = compile_folder(&folder.path(pack)).problems;
        problems.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("\n")
    };
    let folder = packs(&[("a", &["a"], BASE), ("b", &["c"], BASE), ("c", &["b"], ""), ("d", &["b"], "")]);
    for (pack, name) in [("a", "x"), ("b", "y"), ("c", "z")] {
        folder.change(&format!("{pack}/pack.ron"), &format!("{pack:?}"), &format!("{name:?}"));
    }
    assert!(message(&folder, "a").contains("this pack uses itself: `a` → `a`"), "{}", message(&folder, "a"));
    for pack in ["b", "d"] {
        let said = message(&folder, pack);
        assert!(said.contains("these packs use each other: `b` → `c` → `b`"), "{said}");
    }
}

#[test]
fn a_pack_is_used_by_the_name_of_a_folder_beside_it() {
    let folder = packs(&[("base", &[], BASE), ("a", &["other"], ""), ("other", &[], BASE)]);
    folder.change("other/pack.ron", "\"other\"", "\"another\"");
    let problems = compile_folder(&folder.path("a")).problems;
    assert!(
        problems.iter().any(|p| p.message == "the pack in the folder `other` calls itself `another`"),
        "{problems:#?}"
    );
    for name in ["..", ".", "", "../base", "/", "a/../base"] {
        folder.write(
            "a/pack.ron",
            manifest("a").replace("language: 1", &format!("uses: [{name:?}], language: 1")),
        );
        let problems = compile_folder(&folder.path("a")).problems;
        let message = format!("`{name}` cannot be the name of a pack");
        assert!(problems.iter().any(|p| p.message == message), "{name} {problems:#?}");
    }
}

#[test]
fn two_packs_of_one_name_are_an_error() {
    let folder = packs(&[("mine", &["base"], ""), ("base", &[], BASE)]);
    folder.change("mine/pack.ron", "\"mine\"", "\"base\"");
    let problems = compile_folder(&folder.path("mine")).problems;
    assert!(problems.iter().any(|p| p.message == "two packs are called `base`"), "{problems:#?}");
}

#[test]
fn a_long_chain_of_packs_is_read() {
    let folder = Folder::new();
    let last = crate::support::profile::size(3000);
    for at in 0..=last {
        let uses = if at < last {
            format!("uses: [\"p{}\"], language: 1", at + 1)
        } else {
            "language: 1".to_owned()
        };
        folder.write(&format!("p{at}/pack.ron"), manifest(&format!("p{at}")).replace("language: 1", &uses));
    }
    folder.write(&format!("p{last}/rules.ruleout"), BASE);
    assert_eq!(compile_folder(&folder.path("p0")).clean().graph.pack.causes.len(), 1);
}

#[cfg(unix)]
#[test]
fn links_lead_to_one_pack() {
    let folder = packs(&[("a", &["b"], BASE), ("top", &["base", "again"], ""), ("base", &[], BASE)]);
    std::os::unix::fs::symlink("a", folder.path("b")).unwrap();
    std::os::unix::fs::symlink("base", folder.path("again")).unwrap();
    let problems = compile_folder(&folder.path("a")).problems;
    assert!(problems.iter().any(|p| p.message == "this pack uses itself: `a` → `b`"), "{problems:#?}");
    assert!(compile_folder(&folder.path("top")).graph.is_some());
}
