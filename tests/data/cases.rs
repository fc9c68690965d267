//! Each case of each pack of `rules/`: it is answered as it expects and as its snapshot says, through the same code as
//! `ruleout test`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Failed, Trial};
use ruleout::cases::expect::Missed;
use ruleout::cases::{self, Case};
use ruleout::render::problems::{Look, text};

use crate::support::data::{entries, folders, is_fact_file};
use crate::support::pack::Pack;
use crate::support::snapshot::snapshot_in;

/// A pack of `rules/` with its cases, compiled by the first test that wants it.
struct PackCases {
    name: String,
    folder: PathBuf,
    compiled: OnceLock<(Pack, Vec<Case>)>,
}

impl PackCases {
    fn of(name: String) -> Arc<Self> {
        let folder = Path::new("rules").join(&name);
        Arc::new(Self { name, folder, compiled: OnceLock::new() })
    }

    fn compiled(&self) -> &(Pack, Vec<Case>) {
        self.compiled.get_or_init(|| {
            let mut pack = Pack::of_rules(&self.name);
            let cases = pack.cases(&self.folder);
            (pack, cases)
        })
    }

    fn tests(self: &Arc<Self>) -> Vec<Trial> {
        let is_case = |path: &PathBuf| is_fact_file(path);
        let test = |path: PathBuf| {
            let (pack, name) = (self.clone(), path.file_stem().unwrap().to_str().unwrap().to_owned());
            Trial::test(format!("cases::{}::{name}", self.name), move || pack.test(&name))
        };
        entries(&self.folder.join("cases")).into_iter().filter(is_case).map(test).collect()
    }

    fn test(&self, name: &str) -> Result<(), Failed> {
        let (pack, all) = self.compiled();
        let case =
            all.iter().find(|case| case.name == name).ok_or("`ruleout test` does not find this case")?;
        let outcome = cases::run(&pack.graph, &pack.sources, case);
        let line = |missed: &Missed| {
            let place = pack.sources.place(missed.span);
            format!("{place}\n  expected {}\n  got      {}\n", missed.expected, missed.got)
        };
        let wrong: String = outcome.missed.iter().map(line).collect();
        let is_as_said = outcome.todo.is_some() != wrong.is_empty();
        if !is_as_said || !outcome.problems.is_empty() {
            let wrong = if outcome.is_done() { "its `todo` is over".to_owned() } else { wrong };
            return Err((wrong + &text(&outcome.problems, &pack.sources, Look::Plain)).into());
        }
        insta::with_settings!({ description => outcome.because.clone() }, {
            snapshot_in(&self.folder.join("snapshots"), name, &outcome.answer.unwrap());
        });
        Ok(())
    }
}

pub(crate) fn tests() -> Vec<Trial> {
    folders(Path::new("rules")).into_iter().flat_map(|name| PackCases::of(name).tests()).collect()
}
