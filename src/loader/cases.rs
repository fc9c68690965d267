//! The texts beside a pack: its cases and their snapshots.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use include_dir::Dir;

use super::{MAILFLOW, Open, Unreadable, folder, open_in, open_or_file};
use crate::cases::CaseTexts;
use crate::document::tree::Format;
use crate::problem::Problems;
use crate::source::{Source, Sources};

/// Reads the cases of the pack in a folder, with their snapshots; without one, of the pack inside the binary. A pack may
/// have none.
///
/// # Errors
/// Where a file cannot be read.
pub fn cases(
    path: Option<&Path>,
    bytes: u64,
    sources: &mut Sources,
) -> Result<(CaseTexts, Problems), Unreadable> {
    cases_with(path, &Open::new(), bytes, sources)
}

/// Reads the cases of a pack where some of them are open in an editor.
///
/// # Errors
/// Where a file cannot be read.
pub fn cases_with(
    path: Option<&Path>,
    open: &Open,
    bytes: u64,
    sources: &mut Sources,
) -> Result<(CaseTexts, Problems), Unreadable> {
    let mut problems = Problems::new();
    let mut texts = CaseTexts::default();
    for of in ["cases", "snapshots"] {
        let Some(path) = path else {
            embedded_in(of, sources, &mut texts);
            continue;
        };
        let folder = path.join(of);
        let mut files: BTreeSet<PathBuf> = folder::files_in(&folder)?;
        files.extend(open_in(&folder, open));
        for path in &files {
            if of == "cases" && is_artefact(path, &files) && !open.contains_key(path) {
                folder::must_be_a_file(path)?;
                let content = super::artefact::bytes(path, bytes)?;
                let id = sources.add(Source::new(path.display().to_string(), "").read_from(Some(path)));
                texts.artefacts.push((id, content.into()));
                continue;
            }
            let (id, found) = open_or_file(path, open, bytes, sources)?;
            problems.extend(found);
            if of == "cases" { texts.cases.push(id) } else { texts.snapshots.push(id) }
        }
    }
    Ok((texts, problems))
}

/// Returns whether a file among cases is no fact file: by its ending, or since it is JSON that is called after a case with more behind
/// a dot: `port_down.interfaces.json`.
fn is_artefact(path: &Path, all: &BTreeSet<PathBuf>) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match Format::of_path(&name) {
        None => true,
        Some(Format::Json) => {
            name.strip_suffix(".json").and_then(|stem| stem.rsplit_once('.')).is_some_and(|(case, _)| {
                let called =
                    |other: &PathBuf| other.file_stem().is_some_and(|stem| stem.to_string_lossy() == case);
                all.iter().any(|other| called(other) && Format::of_path(&other.to_string_lossy()).is_some())
            })
        }
        Some(_) => false,
    }
}

fn embedded_in(folder: &str, sources: &mut Sources, texts: &mut CaseTexts) {
    let mut files: Vec<_> = MAILFLOW.get_dir(folder).map(Dir::files).into_iter().flatten().collect();
    files.sort_by_key(|file| file.path());
    let paths: BTreeSet<PathBuf> = files.iter().map(|file| file.path().to_owned()).collect();
    for file in files {
        let name = Path::new("rules/mailflow").join(file.path()).display().to_string();
        if folder == "cases" && is_artefact(file.path(), &paths) {
            let id = sources.add(Source::new(name, ""));
            texts.artefacts.push((id, file.contents().into()));
        } else if let Some(text) = file.contents_utf8() {
            let id = sources.add(Source::new(name, text));
            if folder == "cases" { texts.cases.push(id) } else { texts.snapshots.push(id) }
        }
    }
}
