//! What stands in a folder: which of it is read, which is nobody's business, and which looks as if it were read and is not.
//!
//! Files whose names begin with a dot, and those that editors and systems leave behind, are passed over quietly, everywhere alike.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Open, Unreadable, open_in, unreadable};
use crate::document::tree::Format;
use crate::problem::{Code, Problem};
use crate::source::{Source, Sources};

const ENDING: &str = "ruleout";

/// Returns whether a file is of the language, by its ending.
pub(super) fn is_rules(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == ENDING)
}

/// Returns whether a file is hidden, or was left there by an editor or a system: a lock, a backup, what was saved by itself.
pub(super) fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let of_a_system = ["Thumbs.db", "desktop.ini"].iter().any(|known| name.eq_ignore_ascii_case(known));
    name.starts_with(['.', '#']) || name.starts_with("~$") || name.ends_with('~') || of_a_system
}

/// Refuses what is no file: reading from a pipe or a device may take for ever.
pub(super) fn must_be_a_file(path: &Path) -> Result<(), Unreadable> {
    let read = std::fs::metadata(path);
    let kind = read
        .map_err(|error| unreadable(path, error.to_string(), "check the path, and that you may read it"))?;
    if kind.is_file() {
        return Ok(());
    }
    let reason = format!("it is {}, and no file", what(kind.file_type()));
    Err(unreadable(path, reason, "take it away, or put a file there"))
}

/// Returns in a word what something is.
pub(super) fn what(kind: std::fs::FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return "a pipe";
        } else if kind.is_socket() {
            return "a socket";
        }
    }
    if kind.is_dir() { "a folder" } else { "a device" }
}

/// Returns the entries of a folder in the order of their names, hidden ones apart.
pub(super) fn entries(folder: &Path, help: &str) -> Result<BTreeSet<PathBuf>, Unreadable> {
    let failed = |error: std::io::Error| unreadable(folder, error.to_string(), help);
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let paths: Result<BTreeSet<PathBuf>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(failed)?;
    paths.retain(|path| !is_hidden(path));
    Ok(paths)
}

/// Lists the files of the language in the folder of a pack, by name; those that are open count too.
pub(super) fn rules_in(folder: &Path, open: &Open) -> Result<BTreeSet<PathBuf>, Unreadable> {
    let mut files: BTreeSet<PathBuf> = open_in(folder, open).filter(|file| is_rules(file)).collect();
    // A pack that was never saved has no folder yet.
    if open.contains_key(&folder.join("pack.ron")) && !folder.exists() {
        return Ok(files);
    }
    let found = entries(folder, "give the folder of a pack: the one with `pack.ron` in it")?;
    files.extend(found.into_iter().filter(|path| is_rules(path) && !path.is_dir()));
    Ok(files)
}

/// Lists the files of a folder; none where there is no such folder.
pub(super) fn files_in(folder: &Path) -> Result<BTreeSet<PathBuf>, Unreadable> {
    if !folder.is_dir() {
        return Ok(BTreeSet::new());
    }
    let mut files = entries(folder, "check the folder")?;
    files.retain(|path| !path.is_dir());
    Ok(files)
}

/// Returns whether something lies in a folder or below it, wherever links lead.
pub fn is_within(folder: &Path, path: &Path) -> bool {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match (std::fs::canonicalize(folder), std::fs::canonicalize(path)) {
        (Ok(folder), Ok(path)) => path.starts_with(folder),
        _ => false,
    }
}

/// Something that looks as if it were read, and is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// What it is.
    pub path: PathBuf,
    reason: String,
    help: String,
}

impl PassedOver {
    fn new(path: &Path, reason: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: path.to_owned(), reason: reason.into(), help: help.into() }
    }

    /// Returns it as a problem, whose place is the beginning of the file.
    pub fn problem(&self, sources: &mut Sources) -> Problem {
        let id = sources.add(Source::new(self.path.display().to_string(), ""));
        let message = format!("this is not read: {}", self.reason);
        Problem::warning(Code::NotRead, sources.whole(id), message).help(self.help.clone())
    }
}

/// Finds what looks as if it were read with the pack in a folder, and is not.
pub fn passed_over(pack: &Path) -> Vec<PassedOver> {
    let mut found: Vec<PassedOver> = Vec::new();
    let of_a_case = |path: &Path| Format::of_path(&path.display().to_string()).is_some();
    let accepted = |path: &Path| path.to_string_lossy().ends_with(".snap");
    for path in entries(pack, "").unwrap_or_default() {
        match path.file_name().and_then(|name| name.to_str()) {
            Some("cases") if path.is_dir() => {
                let help = "move it up into `cases`, or end its name in something else";
                let below = below(&path).into_iter().filter(|path| of_a_case(path) || is_rules(path));
                found.extend(below.map(|path| {
                    PassedOver::new(&path, "cases are not looked for in folders of `cases`", help)
                }));
            }
            Some("snapshots") if path.is_dir() => {
                let below = below(&path).into_iter().filter(|path| accepted(path));
                let reason = "snapshots are not looked for in folders of `snapshots`";
                found.extend(below.map(|path| PassedOver::new(&path, reason, "delete it, or move it up")));
            }
            _ if path.is_dir() && is_rules(&path) => {
                let help = "put the files in it into the folder of the pack, and call it something else";
                found.push(PassedOver::new(&path, "it is a folder", help));
            }
            _ if is_folder(&path) && !is_pack(&path) => {
                let below = below(&path).into_iter().chain(entries(&path, "").unwrap_or_default());
                let rules: BTreeSet<PathBuf> =
                    below.filter(|path| is_rules(path) && !path.is_dir()).collect();
                let reason = "a pack is what stands in its folder itself, not what stands below";
                let help = "move it into the folder of the pack";
                found.extend(rules.iter().map(|path| PassedOver::new(path, reason, help)));
            }
            _ => found.extend(in_other_letters(&path)),
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Returns a file that would be of the language if its ending were written in small letters.
fn in_other_letters(path: &Path) -> Option<PassedOver> {
    let ending = path.extension()?.to_str()?;
    let differs = ending != ENDING && ending.eq_ignore_ascii_case(ENDING) && path.is_file();
    let reason = || format!("its name ends in `.{ending}`, and not in `.{ENDING}`");
    differs.then(|| PassedOver::new(path, reason(), format!("end its name in `.{ENDING}`")))
}

/// Returns whether something is a folder, and no link to one: links may lead in a circle.
fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|kind| kind.is_dir())
}

fn is_pack(folder: &Path) -> bool {
    folder.join("pack.ron").symlink_metadata().is_ok()
}

/// Lists what stands in the folders of a folder and below them, except in other packs.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for path in entries(&next, "").unwrap_or_default() {
            if is_folder(&path) {
                if !is_pack(&path) {
                    left.push(path);
                }
            } else if next != folder {
                found.push(path);
            }
        }
    }
    found
}

/// Returns the files of the language that a path means: itself, or all in a folder and below it, and what is passed over there. In a
/// pack, these are the files of the pack, and those of packs below it. `-` is standard input.
///
/// # Errors
/// Where a folder cannot be read.
pub fn rule_files(path: &Path) -> Result<(Vec<PathBuf>, Vec<PassedOver>), Unreadable> {
    if !path.is_dir() {
        return Ok((vec![path.to_owned()], Vec::new()));
    }
    let (mut files, mut passed) = (Vec::new(), Vec::new());
    // Each with whether it lies within a pack.
    let mut left = vec![(path.to_owned(), false)];
    while let Some((folder, within)) = left.pop() {
        let is_pack = is_pack(&folder);
        if is_pack || !within {
            let rules = rules_in(&folder, &Open::new())?;
            rules.iter().try_for_each(|file| must_be_a_file(file))?;
            let (own, others): (Vec<_>, Vec<_>) =
                rules.into_iter().partition(|file| !is_link(file) || is_within(path, file));
            let reason = format!("it is a link that leads out of {}", path.display());
            passed.extend(
                others.iter().map(|file| PassedOver::new(file, reason.as_str(), "name the file itself")),
            );
            files.extend(own);
        }
        if is_pack {
            passed.extend(passed_over(&folder));
        }
        let folders = entries(&folder, "check the folder")?.into_iter().filter(|entry| is_folder(entry));
        left.extend(folders.map(|entry| (entry, within || is_pack)));
    }
    files.sort();
    Ok((files, passed))
}

fn is_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|kind| kind.is_symlink())
}

/// When each file was written last, and how large it is.
pub type Written = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Returns when each file of some folders was written last, and how large it is; what is not there is left out.
pub fn written(folders: &BTreeSet<PathBuf>) -> Written {
    let mut found = BTreeMap::new();
    for folder in folders {
        for path in entries(folder, "").unwrap_or_default() {
            if let Ok(file) = path.metadata()
                && file.is_file()
            {
                found.insert(path, (file.modified().ok(), file.len()));
            }
        }
    }
    found
}
