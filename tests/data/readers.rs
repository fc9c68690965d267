//! Artefacts and the records that are read from each: `tests/suite/readers`, in folders of any names. What is read stands beside it as
//! a snapshot.

use std::path::{Path, PathBuf};

use libtest_mimic::Trial;
use ruleout::evidence::{self, Input, Options};
use ruleout::render::records::text;

use crate::support::snapshot::snapshot_in;

/// Wide enough that no cell of an artefact here is wrapped.
const WIDTH: usize = 400;

pub(crate) fn tests() -> Vec<Trial> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/readers");
    let mut files = Vec::new();
    below(&root, &mut files);
    files.sort();
    let of_file = |path: PathBuf| {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        Trial::test(format!("readers::{name}"), move || {
            let bytes = std::fs::read(&path).unwrap();
            let records =
                evidence::read(vec![Input::of_bytes(name.clone(), &bytes)], &Options::default(), &mut |_| ());
            let shown = text(&records, WIDTH);
            assert!(
                !records.tables.is_empty()
                    || records.artefacts.iter().any(|artefact| !artefact.notes.is_empty()),
                "nothing is read: {shown}"
            );
            snapshot_in(Path::new("tests/snapshots/readers"), &name.replace('/', "__"), &shown);
            Ok(())
        })
    };
    files.into_iter().map(of_file).collect()
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { below(&path, files) } else { files.push(path) }
    }
}
