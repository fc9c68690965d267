//! The one place where texts come from and go to: folders, the pack inside the binary, single files, standard input.
//!
//! Input: a path, or nothing for the pack inside the binary. Output: the texts as [`Sources`], or why they cannot be read.
//! What a command leaves behind (a snapshot, a new pack) is written here too, all of it in one way (`write`).
//! Files are taken in the order of their names, so that the same folder reads the same everywhere. What a person names is read
//! whatever it is, a pipe among others; what only stands in a folder has to be a file.

mod artefact;
mod cases;
mod folder;
mod pack;
mod text;
mod write;

pub use artefact::{all, artefact, artefacts, example, newest};
pub use cases::{cases, cases_with};
pub use folder::{Written, is_within, passed_over, rule_files, written};
pub use pack::{pack, pack_with};
pub use text::one_kind_of_newline;
pub use write::{
    Claim, claim, new_folder, remove_in, replace, write, write_bytes, write_in, write_named, write_private,
};

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::markup::without_styles;
use crate::problem::Problems;
use crate::source::{SourceId, Sources};
use text::text;

/// The pack of the mail article.
static MAILFLOW: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules/mailflow");

/// The vocabulary that it builds on.
static MAIL_EVIDENCE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules/mail-evidence");

/// Returns the pack inside the binary that has a name.
fn inside(name: &str) -> Option<&'static Dir<'static>> {
    match name {
        "mailflow" => Some(&MAILFLOW),
        "mail-evidence" => Some(&MAIL_EVIDENCE),
        _ => None,
    }
}

/// The largest text that is read, in bytes, unless a caller says otherwise.
pub const DEFAULT_BYTES: u64 = 8 * 1024 * 1024;

/// Why something could not be read or written at all.
#[derive(Debug)]
pub struct Unreadable {
    /// What could not be done: `read`, `write`.
    pub doing: &'static str,
    /// What was to be read.
    pub path: PathBuf,
    /// Why it could not be.
    pub reason: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = without_styles(self.path.display().to_string());
        write!(f, "cannot {} {path}: {}\n  help: {}", self.doing, self.reason, self.help)
    }
}

impl std::error::Error for Unreadable {}

fn unreadable(path: &Path, reason: impl Into<String>, help: impl Into<String>) -> Unreadable {
    Unreadable { doing: "read", path: path.to_owned(), reason: reason.into(), help: help.into() }
}

/// Texts that count in place of the files of their names, as an editor holds them; the files need not be there.
pub type Open = BTreeMap<PathBuf, String>;

/// Reads one file that a person names, also a pipe or a device; `-` is standard input.
///
/// # Errors
/// Where it cannot be opened or read.
pub fn file(path: &Path, bytes: u64, sources: &mut Sources) -> Result<(SourceId, Problems), Unreadable> {
    let mut content = Vec::new();
    let failed = |error: std::io::Error| {
        unreadable(path, error.to_string(), "check the path, and that you may read it")
    };
    // One byte more tells that there is too much.
    let most = bytes.saturating_add(1);
    if path == Path::new("-") {
        std::io::stdin().lock().take(most).read_to_end(&mut content).map_err(failed)?;
        return Ok(text(None, "<stdin>", &content, bytes, sources));
    }
    let opened = std::fs::File::open(path).map_err(failed)?;
    opened.take(most).read_to_end(&mut content).map_err(failed)?;
    Ok(text(Some(path), &path.display().to_string(), &content, bytes, sources))
}

/// Reads one file of a folder, or what an editor holds of it.
///
/// # Errors
/// Where it is not open, and cannot be opened or read, or is no file.
pub fn open_or_file(
    path: &Path,
    open: &Open,
    bytes: u64,
    sources: &mut Sources,
) -> Result<(SourceId, Problems), Unreadable> {
    if let Some(held) = open.get(path) {
        return Ok(text(Some(path), &path.display().to_string(), held.as_bytes(), bytes, sources));
    }
    folder::must_be_a_file(path)?;
    file(path, bytes, sources)
}

/// Returns what is open of a folder.
fn open_in(folder: &Path, open: &Open) -> impl Iterator<Item = PathBuf> {
    open.keys().filter(move |path| path.parent() == Some(folder)).cloned()
}
