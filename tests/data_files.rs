//! What holds of the data files together; what each must say is a test of its own (`tests/data`).

use std::path::Path;

use crate::support::data::{DataFile, folders};
use crate::support::pack::Texts;

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
        problems.iter().map(|problem| problem.mends.len()).sum()
    };
    let suggestions: usize = DataFile::all("broken-packs").into_iter().map(of_file).sum();
    assert!(suggestions > 20, "{suggestions}");
}

#[test]
fn many_conditions_are_tried() {
    let lines = include_str!("suite/conditions.txt").lines();
    assert!(lines.filter(|line| !line.is_empty() && !line.starts_with('#')).count() > 100);
}
