//! What is answered is kept while it is not saved, so that nothing is lost where an interview breaks off: a window is closed, a
//! connection drops, the machine stops.
//!
//! It is a fact file which nobody but its owner may read, `ruleout/ask/PACK.yaml` in the folder where a system keeps such things
//! (`$XDG_STATE_HOME`, else `~/.local/state`; `%LOCALAPPDATA%` on Windows); `PACK.2.yaml` and so on where several interviews go on at
//! once. Each is claimed by its interview through a file `.lock` beside it, which stays. It goes away when the interview is saved or
//! ends as its person wants; what is left over is offered to the next interview with that pack.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::interview::Record;
use crate::loader::{self, Claim, Unreadable};

/// How many interviews with one pack are kept.
const MOST: usize = 99;

/// Begins the line that names the file in which it is to be saved.
const FILE: &str = "# file: ";

/// Where what is answered is kept, and what is.
#[derive(Debug)]
pub(super) struct Kept {
    /// The pack, as files may be called.
    pack: String,
    head: String,
    place: Option<(PathBuf, Claim)>,
    /// What is kept now.
    text: Option<String>,
    is_able: bool,
}

/// What an interview has left that broke off.
#[derive(Debug)]
pub(super) struct LeftOver {
    pub(super) path: PathBuf,
    claim: Claim,
}

impl Kept {
    /// For an interview with a pack that is to be saved in a file; nothing is kept yet.
    pub(super) fn new(pack: &str, file: Option<&Path>) -> Self {
        let file =
            file.and_then(|file| std::path::absolute(file).ok()).map(|file| file.display().to_string());
        let file = file.filter(|file| !file.contains(char::is_control));
        let head = format!(
            "# What was answered in `ruleout ask` with the pack {pack}, and not saved; the next one offers to go on from it.\n{}",
            file.map_or_else(String::new, |file| format!("{FILE}{file}\n"))
        );
        Self { pack: file_name(pack), head, place: None, text: None, is_able: true }
    }

    /// Goes on in the place of what was left over.
    pub(super) fn instead_of(self, left: LeftOver) -> Self {
        Self { place: Some((left.path, left.claim)), text: Some(String::new()), ..self }
    }

    /// Keeps a text in the place of what was kept before; none where nothing would be lost.
    ///
    /// # Errors
    /// Where it cannot be kept; that is not tried again.
    pub(super) fn keep(&mut self, text: Option<String>) -> Result<(), Unreadable> {
        if !self.is_able || self.text == text {
            return Ok(());
        }
        let kept = match &text {
            Some(text) => self.write(text),
            None => self.remove(),
        };
        self.is_able = kept.is_ok();
        self.text = text.filter(|_| self.is_able);
        kept
    }

    /// Returns where it is kept, where something is.
    pub(super) fn place(&self) -> Option<&Path> {
        self.place.as_ref().filter(|_| self.text.is_some()).map(|(path, _)| path.as_path())
    }

    fn write(&mut self, text: &str) -> Result<(), Unreadable> {
        if self.place.is_none() {
            self.place = free(&self.pack)?;
        }
        let Some((path, _)) = &self.place else { return Ok(()) };
        loader::write_private(path, &format!("{}{text}", self.head))
    }

    fn remove(&self) -> Result<(), Unreadable> {
        self.place.as_ref().map_or(Ok(()), |(path, _)| remove(path))
    }
}

impl LeftOver {
    /// Returns what interviews with a pack have left that broke off.
    pub(super) fn of(pack: &str) -> Vec<Self> {
        let there = places(&file_name(pack)).into_iter().filter(|path| path.is_file());
        // Whoever still asks has claimed it.
        there.filter_map(|path| Some(Self { claim: claim(&path).ok()??, path })).collect()
    }

    /// Returns the file in which it was to be saved, from its text.
    pub(super) fn file(text: &str) -> Option<PathBuf> {
        text.lines()
            .take_while(|line| line.starts_with('#'))
            .find_map(|line| line.strip_prefix(FILE))
            .map(PathBuf::from)
    }

    /// Takes it away.
    ///
    /// # Errors
    /// Where that cannot be done.
    pub(super) fn delete(self) -> Result<(), Unreadable> {
        remove(&self.path)
    }
}

/// Returns how many facts and fixes are recorded: `1 answer`, `3 answers`.
pub(super) fn answers(record: &Record) -> String {
    let n = record.len();
    format!("{n} answer{}", if n == 1 { "" } else { "s" })
}

/// Returns a place that nobody uses, claimed; none where the system names no folder, or all are used.
fn free(pack: &str) -> Result<Option<(PathBuf, Claim)>, Unreadable> {
    for path in places(pack) {
        // Who claims it first writes it: looked at before, it could be there after.
        if let Some(claim) = claim(&path)?.filter(|_| path.symlink_metadata().is_err()) {
            return Ok(Some((path, claim)));
        }
    }
    Ok(None)
}

fn claim(path: &Path) -> Result<Option<Claim>, Unreadable> {
    loader::claim(&path.with_extension("lock"))
}

fn remove(path: &Path) -> Result<(), Unreadable> {
    loader::remove_in(path.parent().unwrap_or(path), path)
}

/// Returns where an interview with a pack may be kept.
fn places(pack: &str) -> Vec<PathBuf> {
    let Some(folder) = folder(|name| std::env::var_os(name)) else { return Vec::new() };
    let name = |n| if n == 1 { format!("{pack}.yaml") } else { format!("{pack}.{n}.yaml") };
    (1..=MOST).map(|n| folder.join(name(n))).collect()
}

/// Returns the folder of all that is kept, by the environment.
fn folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let of = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = if cfg!(windows) {
        of("LOCALAPPDATA")
    } else {
        of("XDG_STATE_HOME").or_else(|| of("HOME").map(|home| home.join(".local/state")))
    };
    state.map(|state| state.join("ruleout").join("ask"))
}

/// Returns a name as a file can be called on every system.
fn file_name(pack: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || c == '-' { c } else { '_' };
    pack.chars().take(60).map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_folder_follows_the_environment() {
        let with = |state: Option<&str>, home: Option<&str>| {
            folder(|name| if name == "HOME" { home } else { state }.map(OsString::from))
        };
        assert_eq!(with(Some("/s"), Some("/h")), Some("/s/ruleout/ask".into()));
        // What is not absolute is to be ignored, says the specification.
        assert_eq!(with(Some("s"), Some("/h")), Some("/h/.local/state/ruleout/ask".into()));
        assert_eq!(with(Some(""), None), None);
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        assert_eq!(file_name("../a b.2"), "___a_b_2");
    }
}
