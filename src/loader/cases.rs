//! The texts beside a pack: its cases and their snapshots.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use include_dir::Dir;

use super::{MAILFLOW, Open, Unreadable, folder, open_in, open_or_file};
use crate::cases::CaseTexts;
use crate::problem::Problems;
use crate::source::{Source, SourceId, Sources};

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
    let mut read = |folder: &str| -> Result<Vec<SourceId>, Unreadable> {
        let Some(path) = path else { return Ok(embedded_in(folder, sources)) };
        let mut ids = Vec::new();
        let folder = path.join(folder);
        let mut files: BTreeSet<PathBuf> = folder::files_in(&folder)?;
        files.extend(open_in(&folder, open));
        for path in files {
            let (id, found) = open_or_file(&path, open, bytes, sources)?;
            problems.extend(found);
            ids.push(id);
        }
        Ok(ids)
    };
    let texts = CaseTexts { cases: read("cases")?, snapshots: read("snapshots")? };
    Ok((texts, problems))
}

fn embedded_in(folder: &str, sources: &mut Sources) -> Vec<SourceId> {
    let mut files: Vec<_> = MAILFLOW.get_dir(folder).map(Dir::files).into_iter().flatten().collect();
    files.sort_by_key(|file| file.path());
    let named = |file: &&include_dir::File<'_>| Path::new("rules/mailflow").join(file.path());
    let texts = files.iter().filter_map(|file| Some((named(file), file.contents_utf8()?)));
    texts.map(|(name, text)| sources.add(Source::new(name.display().to_string(), text))).collect()
}
