//! Artefacts: files and folders of what an engineer has, opened to be read.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Unreadable, folder, unreadable};
use crate::evidence::Input;

/// Opens the artefacts that a person names: files, the files of folders and of those in them, `-` for standard input, and `NAME=FILE`
/// for a file that is read for one table only.
///
/// # Errors
/// Where one cannot be opened.
pub fn artefacts(paths: &[PathBuf]) -> Result<Vec<Input<'static>>, Unreadable> {
    let mut inputs = Vec::new();
    for path in paths {
        let (only, path) = forced(path);
        if path == Path::new("-") {
            let content = Box::new(std::io::stdin());
            inputs.push(Input { name: "<stdin>".to_owned(), is_named: false, only, content });
            continue;
        }
        for file in below(&path)? {
            let failed = |error: std::io::Error| {
                unreadable(&file, error.to_string(), "check the path, and that you may read it")
            };
            let content = Box::new(File::open(&file).map_err(failed)?);
            let name = file.display().to_string();
            inputs.push(Input { name, is_named: true, only: only.clone(), content });
        }
    }
    Ok(inputs)
}

/// Reads a file as it is, up to a limit.
///
/// # Errors
/// Where it cannot be opened or read.
pub(super) fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, Unreadable> {
    let failed = |error: std::io::Error| {
        unreadable(path, error.to_string(), "check the path, and that you may read it")
    };
    let mut content = Vec::new();
    File::open(path).map_err(failed)?.take(most).read_to_end(&mut content).map_err(failed)?;
    Ok(content)
}

/// Reads an artefact that is open, as a whole.
///
/// # Errors
/// Where it cannot be read.
pub fn all(name: &str, mut content: impl std::io::Read) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    let read = content.read_to_end(&mut bytes);
    read.map_err(|error| unreadable(Path::new(name), error.to_string(), "check that you may read it"))?;
    Ok(bytes)
}

/// Reads a file that a pack names as an example.
///
/// # Errors
/// Where it cannot be opened or read.
pub fn example(path: &Path, most: u64) -> Result<String, Unreadable> {
    Ok(String::from_utf8_lossy(&bytes(path, most)?).into_owned())
}

/// Reads the artefact that a person names in an interview, and the day on which it was written last.
///
/// # Errors
/// Where it cannot be opened or read.
pub fn artefact(path: &Path, most: u64) -> Result<(Vec<u8>, Option<Date>), Unreadable> {
    Ok((bytes(path, most)?, newest(&[path.to_owned()])))
}

/// Takes `mail.deliveries=some.log` apart; a file that is called so comes first.
fn forced(path: &Path) -> (Option<String>, PathBuf) {
    let text = path.to_string_lossy();
    match text.split_once('=') {
        Some((name, file)) if !path.exists() && !name.contains(['/', '\\']) => {
            (Some(name.to_owned()), PathBuf::from(file))
        }
        _ => (None, path.to_owned()),
    }
}

/// Returns a file, or all files below a folder, in the order of their names. Files whose names begin with a dot are left out.
fn below(path: &Path) -> Result<Vec<PathBuf>, Unreadable> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let mut way = vec![path.to_owned()];
    while let Some(path) = way.pop() {
        // A link to a folder may lead round in a circle.
        if path.is_dir() && (found.is_empty() && way.is_empty() || !path.is_symlink()) {
            let entries = folder::entries(&path, "check the folder")?;
            way.extend(entries.into_iter().filter(|entry| !folder::is_hidden(entry)).rev());
        } else if path.is_file() {
            found.push(path);
        }
    }
    Ok(found)
}

/// Returns the day on which the newest of some files was last written: close behind its newest line, for times that say no year. That
/// of a paste is today.
pub fn newest(paths: &[PathBuf]) -> Option<Date> {
    let written = |path: &PathBuf| {
        let (_, path) = forced(path);
        if path == Path::new("-") {
            return Some(std::time::SystemTime::now());
        }
        below(&path).ok()?.iter().filter_map(|file| file.metadata().ok()?.modified().ok()).max()
    };
    let newest = Timestamp::try_from(paths.iter().filter_map(written).max()?).ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(newest).date())
}
