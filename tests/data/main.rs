//! The tests that are data: each data file of `tests/suite`, each line of `conditions.txt` and `wordings.txt`, each pair of `habits.txt`, each case of a pack, each page of
//! `ruleout explain` and each chapter of the references is a test of its own name. `tests/README.md` says how to add one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

#[path = "../support/mod.rs"]
mod support;

mod broken_facts;
mod broken_packs;
mod cases;
mod chapter;
mod conditions;
mod corpus;
mod declared;
mod evidence;
mod file;
mod format;
mod habits;
mod lints;
mod page_pack;
mod readers;
mod references;
mod wordings;

use std::collections::BTreeSet;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let collections = [
        broken_packs::tests(),
        broken_facts::tests(),
        lints::tests(),
        format::tests(),
        conditions::tests(),
        habits::tests(),
        cases::tests(),
        evidence::tests(),
        readers::tests(),
        wordings::tests(),
        declared::tests(),
        corpus::tests(),
        references::chapters(),
        references::explain(),
    ];
    assert!(collections.iter().all(|tests| !tests.is_empty()), "a collection has no tests");
    let tests: Vec<Trial> = collections.into_iter().flatten().collect();
    let mut names = BTreeSet::new();
    for test in &tests {
        assert!(names.insert(test.name()), "two tests are called `{}`", test.name());
    }
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}
