//! What holds of the data files together; what each must say is a test of its own (`tests/data`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::data::{DataFile, files, folders};
use crate::support::pack::Texts;

/// The folders of `tests/suite` with data files.
fn all_folders() -> Vec<String> {
    let lints = folders(Path::new("tests/suite/lints")).into_iter().map(|code| format!("lints/{code}"));
    ["broken-packs", "broken-facts", "format"].into_iter().map(str::to_owned).chain(lints).collect()
}

#[test]
fn no_two_data_files_of_a_folder_are_equal() {
    for folder in all_folders() {
        let mut seen: BTreeMap<(String, String), String> = BTreeMap::new();
        for file in DataFile::all(&folder) {
            let ending = file.path.extension().unwrap().to_str().unwrap().to_owned();
            let body = if folder == "format" { &file.written } else { file.body() };
            if let Some(other) = seen.insert((ending, body.to_owned()), file.name().to_owned()) {
                panic!("tests/suite/{folder}: {other} and {} say the same", file.name());
            }
        }
    }
}

#[test]
fn every_snapshot_of_a_data_file_has_its_file() {
    let mut orphans = Vec::new();
    for folder in all_folders() {
        let data = DataFile::all(&folder);
        let shown = data.iter().filter(|file| folder == "format" || !file.expects_nothing());
        let names: BTreeSet<String> = shown.map(|file| format!("{}.snap", file.name())).collect();
        let kept = files(&Path::new("tests/suite").join(&folder), "snap");
        orphans.extend(
            kept.into_iter().filter(|path| !names.contains(path.file_name().unwrap().to_str().unwrap())),
        );
    }
    assert!(orphans.is_empty(), "no data file has these, or none that expects something: {orphans:#?}");
}

#[test]
fn every_other_snapshot_is_named_in_a_test() {
    let named = |folder: &str| -> String {
        let files = files(Path::new(folder), "rs").into_iter();
        files.map(|path| std::fs::read_to_string(path).unwrap()).collect()
    };
    let (tests, screens) = (named("tests"), named("src/cli/ask/screen"));
    for path in files(Path::new("tests/snapshots"), "snap") {
        let name = path.file_stem().unwrap().to_str().unwrap();
        // What is read of an artefact is called after it.
        let kind = path.parent().unwrap().file_name().unwrap();
        if ["readers", "declared"].iter().any(|of| kind == *of) {
            let artefact = Path::new("tests/suite").join(kind).join(name.replace("__", "/"));
            let folder = artefact.parent().unwrap();
            let stands = |entry: PathBuf| {
                entry.file_stem() == artefact.file_name() || entry.file_name() == artefact.file_name()
            };
            let there = std::fs::read_dir(folder)
                .is_ok_and(|all| all.into_iter().any(|entry| stands(entry.unwrap().path())));
            assert!(there, "no artefact belongs to {}", path.display());
            continue;
        }
        let of_screen = name.strip_prefix("ask_").is_some_and(|name| screens.contains(&format!("{name:?}")));
        assert!(of_screen || tests.contains(&format!("{name:?}")), "no test names {}", path.display());
    }
}

#[test]
fn five_true_faults_are_planted_for_every_lint() {
    for code in folders(Path::new("tests/suite/lints")) {
        let files = DataFile::all(&format!("lints/{code}"));
        let planted = files.iter().filter(|file| !file.expects_nothing());
        let planted: usize = planted.map(|file| file.expected().split(", ").count()).sum();
        assert!(planted >= 5 || ["unused-allow", "not-proven"].contains(&code.as_str()), "{code}: {planted}");
    }
}

#[test]
fn some_broken_packs_come_with_suggestions() {
    let of_file = |file: DataFile| -> usize {
        let problems = Texts::beside_base(&file.texts()).compile().problems;
        problems.iter().map(|problem| problem.suggestions.len()).sum()
    };
    let suggestions: usize = DataFile::all("broken-packs").into_iter().map(of_file).sum();
    assert!(suggestions > 20, "{suggestions}");
}

#[test]
fn many_conditions_are_tried() {
    let text = std::fs::read_to_string("tests/suite/conditions.txt").unwrap();
    assert!(text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count() > 100);
}
