//! The fact file that an interview leaves behind.

use std::path::{Path, PathBuf};

use crate::document::tree::Format;
use crate::interview::Interview;
use crate::loader::{self, Unreadable};

/// Returns the name under which facts from a file are saved: its own where it is YAML, else beside it.
pub(super) fn saved_as(path: &Path) -> PathBuf {
    match Format::of_path(&path.display().to_string()) {
        Some(Format::Yaml) => path.to_owned(),
        _ if path == Path::new("-") => PathBuf::from("answers.yaml"),
        _ => path.with_extension("yaml"),
    }
}

/// Returns the file that a person names: `.yaml` is added where no ending is there.
///
/// # Errors
/// Why a file cannot be called so.
pub(super) fn named(text: &str) -> Result<PathBuf, String> {
    let text = text.trim();
    let path = PathBuf::from(text);
    match Format::of_path(text) {
        _ if text.is_empty() => Err("type the name of a file".to_owned()),
        _ if path.is_dir() => Err(format!("{text} is a folder: type the name of a file in it")),
        Some(Format::Yaml) => Ok(path),
        None if path.extension().is_none() => Ok(path.with_extension("yaml")),
        _ => Err("facts are saved as YAML: end the name in `.yaml`".to_owned()),
    }
}

/// Saves what is recorded; a file that is there already is replaced in one step.
///
/// # Errors
/// Where that cannot be done, also because the folder is not there, which may be mistyped.
pub(super) fn save(path: &Path, interview: &Interview) -> Result<(), Unreadable> {
    loader::write_named(path, &interview.text())
}
