//! The one way in which a file is written.
//!
//! What is to be in it goes into a new file of its own beside it, which nobody else has opened, is brought to the disk, and takes the
//! place of the old one in one step: whoever reads sees the old text or the new one, and what breaks off leaves the old one. The file
//! keeps its mode, and its owner where the system lets it; a link stays a link. Refused is whatever that would spoil: a file that may
//! not be written, one that has several names (hard links), one in another encoding, and one that lies outside of the pack.
//!
//! A program that is killed in the middle may leave a file `.ruleout-XXXXXX.tmp` behind. It is hidden, so it is never read, and goes
//! away when the next file is written there. While somebody still writes, it is locked, and stays.

use std::collections::BTreeSet;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::{Builder, NamedTempFile, TempDir};

use super::{Unreadable, is_within, text::text, unreadable};
use crate::source::Sources;

const PREFIX: &str = ".ruleout-";
const SUFFIX: &str = ".tmp";

/// Writes a file, and the folders above it where they are missing. What is no file (a device, a pipe) is written to.
///
/// # Errors
/// Where that cannot be done; what was there before is there still.
pub fn write(path: &Path, text: &str) -> Result<(), Unreadable> {
    write_bytes(path, text.as_bytes())
}

/// Writes what is no text of this program's own likewise.
///
/// # Errors
/// Where that cannot be done; what was there before is there still.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Unreadable> {
    let written = if is_written_to(path) {
        OpenOptions::new().append(true).open(path).and_then(|mut open| open.write_all(bytes))
    } else {
        path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| put(path, bytes, Who::All))
    };
    written.map_err(|error| unwritable(path, &error))
}

/// Writes a file that a person names, as [`write`](fn@write) does, but in a folder that is there: one that is not may be mistyped.
///
/// # Errors
/// Where that cannot be done.
pub fn write_named(path: &Path, text: &str) -> Result<(), Unreadable> {
    must_be_there(parent(path), path)?;
    write(path, text)
}

/// Refuses to write something where the folder that it goes into is not there.
fn must_be_there(folder: &Path, path: &Path) -> Result<(), Unreadable> {
    if folder.is_dir() {
        return Ok(());
    }
    let reason = format!("there is no folder {}", folder.display());
    Err(Unreadable {
        doing: "write",
        ..unreadable(path, reason, "correct the name, or make the folder first")
    })
}

/// Writes a file that nobody but its owner may read, and the folders above it where they are missing, which nobody else may enter.
///
/// # Errors
/// Where that cannot be done; what was there before is there still.
pub fn write_private(path: &Path, text: &str) -> Result<(), Unreadable> {
    private_folder(parent(path))
        .and_then(|()| put(path, text.as_bytes(), Who::Owner))
        .map_err(|error| unwritable(path, &error))
}

/// A file that one process at a time can claim; it is free again when this is dropped, or the process is gone.
#[derive(Debug)]
pub struct Claim(#[expect(dead_code, reason = "it is open as long as it is claimed")] File);

/// Claims a file, which is created where it is missing and stays; none where another process has claimed it.
///
/// # Errors
/// Where that cannot be done.
pub fn claim(path: &Path) -> Result<Option<Claim>, Unreadable> {
    let failed = |error: io::Error| unwritable(path, &error);
    private_folder(parent(path)).map_err(failed)?;
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Claim(file))),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Makes a folder, and those above it, which nobody but their owner may enter; those that are there stay as they are.
fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file in a folder, as [`write`](fn@write) does, unless a link would lead out of the folder.
///
/// # Errors
/// Where that cannot be done.
pub fn write_in(folder: &Path, path: &Path, text: &str) -> Result<(), Unreadable> {
    stays_within(folder, path)?;
    if is_written_to(path) {
        return Err(unwritable(path, &io::Error::other("it is no file")));
    }
    write(path, text)
}

/// Replaces the text of a file that is there, and keeps the ends of its lines where a carriage return alone ends them.
///
/// # Errors
/// Where that cannot be done, and where the file is no text in UTF-8, which it would be afterwards.
pub fn replace(path: &Path, new: &str) -> Result<(), Unreadable> {
    super::folder::must_be_a_file(path).map_err(|unreadable| Unreadable { doing: "write", ..unreadable })?;
    let old = std::fs::read(path).map_err(|error| unwritable(path, &error))?;
    let (_, problems) = text(None, "", &old, u64::MAX, &mut Sources::default());
    if problems.has_errors() {
        let help = "save it as UTF-8 first";
        return Err(Unreadable { doing: "write", ..unreadable(path, "it is not UTF-8", help) });
    }
    let of_an_old_mac = old.contains(&b'\r') && !old.contains(&b'\n');
    let new = if of_an_old_mac { new.replace('\n', "\r") } else { new.to_owned() };
    put(path, new.as_bytes(), Who::All).map_err(|error| unwritable(path, &error))
}

/// Takes a file of a folder away; one that is not there is away already.
///
/// # Errors
/// Where that cannot be done, or a link leads out of the folder.
pub fn remove_in(folder: &Path, path: &Path) -> Result<(), Unreadable> {
    // A link is taken away itself: only where it stands counts.
    stays_within(folder, path.parent().unwrap_or(folder))?;
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritable(path, &error)),
        _ => Ok(()),
    }
}

/// Makes a folder with all that `fill` puts into it, or none at all: it gets its name when it is whole. The folder that it goes
/// into is there already.
///
/// # Errors
/// Where that cannot be done, or something is there already.
pub fn new_folder(path: &Path, fill: impl FnOnce(&Path) -> Result<(), Unreadable>) -> Result<(), Unreadable> {
    let failed = |error: io::Error| unwritable(path, &error);
    let parent = parent(path);
    must_be_there(parent, path)?;
    let (folder, lock) = temporary_folder(parent).map_err(failed)?;
    fill(folder.path())?;
    if path.symlink_metadata().is_ok() {
        return Err(failed(io::ErrorKind::AlreadyExists.into()));
    }
    std::fs::rename(folder.path(), path).map_err(failed)?;
    drop((folder.keep(), lock));
    sync(parent);
    Ok(())
}

/// Returns whether something is written to, and not replaced: what is no file, and what the system only shows as one.
fn is_written_to(path: &Path) -> bool {
    let of_the_system = path.starts_with("/dev") || path.starts_with("/proc");
    path.metadata().is_ok_and(|kind| !kind.is_dir() && (of_the_system || !kind.is_file()))
}

/// Refuses what lies outside of a folder, wherever links lead. What is not there yet lies where its folder does.
fn stays_within(folder: &Path, path: &Path) -> Result<(), Unreadable> {
    let there = path.ancestors().find(|above| above.symlink_metadata().is_ok()).unwrap_or(folder);
    if is_within(folder, there) {
        return Ok(());
    }
    let help = format!("put the file itself into {}", folder.display());
    Err(Unreadable {
        doing: "write",
        ..unreadable(path, "a link leads out of the folder, or to nothing", help)
    })
}

/// Who may read a new file.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    /// Whoever the system lets read a new file of this person.
    All,
    Owner,
}

/// Puts a file in the place of another, or where none was, in one step.
fn put(path: &Path, content: &[u8], who: Who) -> io::Result<()> {
    let is_new = path.symlink_metadata().is_err();
    // A link stays one: what it leads to is replaced, in its own folder.
    let target = if is_new { path.to_owned() } else { std::fs::canonicalize(path)? };
    let old = if is_new { None } else { Some(replaceable(&target)?) };
    let folder = parent(&target);
    let mut new = temporary(folder, is_new && who == Who::All)?;
    new.write_all(content)?;
    if let Some(old) = &old {
        keep_owner_and_mode(new.as_file(), old)?;
    }
    new.as_file().sync_all()?;
    new.persist(&target).map_err(|error| error.error)?;
    sync(folder);
    Ok(())
}

/// Returns what is known of a file that may be replaced.
fn replaceable(target: &Path) -> io::Result<Metadata> {
    let known = target.metadata()?;
    if known.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !known.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    // The superuser could write it all the same.
    if known.permissions().readonly() {
        return Err(io::Error::other("it is read-only"));
    }
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::nlink(&known) > 1 {
        return Err(io::Error::other("it has several names (hard links), which would no longer be one file"));
    }
    // Whoever may not write the file may perhaps write its folder, and could replace it.
    OpenOptions::new().write(true).open(target)?;
    Ok(known)
}

/// Gives a file the mode of another, and its owner where that is possible; with another owner, it gets no rights of that one.
fn keep_owner_and_mode(file: &File, old: &Metadata) -> io::Result<()> {
    let mode = old.permissions();
    #[cfg(unix)]
    let mode = {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
        let new = file.metadata()?;
        let is_same = (new.uid(), new.gid()) == (old.uid(), old.gid());
        let kept = is_same || fchown(file, Some(old.uid()), Some(old.gid())).is_ok();
        if !kept {
            let _ = fchown(file, None, Some(old.gid()));
        }
        let all = if kept { 0o7777 } else { 0o777 };
        std::fs::Permissions::from_mode(mode.mode() & all)
    };
    file.set_permissions(mode)
}

/// Creates a file that nobody else has opened; nobody but its owner may read it yet, unless it is for all.
fn temporary(folder: &Path, is_for_all: bool) -> io::Result<NamedTempFile> {
    tidy_once(folder);
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    if is_for_all {
        // Of which the system takes away what a new file of this person does not allow.
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    loop {
        let file = builder.tempfile_in(folder)?;
        if is_locked(file.as_file(), file.path()) {
            return Ok(file);
        }
    }
}

/// Creates a folder likewise, with what locks it.
fn temporary_folder(parent: &Path) -> io::Result<(TempDir, Option<File>)> {
    tidy_once(parent);
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    loop {
        let folder = builder.tempdir_in(parent)?;
        // Some systems open no folders: there it stays unlocked, and nobody tidies up.
        let lock = File::open(folder.path()).ok();
        if lock.as_ref().is_none_or(|lock| is_locked(lock, folder.path())) {
            return Ok((folder, lock));
        }
    }
}

/// Locks what was just created, and returns whether it is there still: somebody who tidies up may have been quicker. Where there are
/// no locks, nobody tidies up.
fn is_locked(open: &File, path: &Path) -> bool {
    let _ = open.lock();
    path.symlink_metadata().is_ok()
}

/// Takes away what programs left behind in a folder that were killed in the middle, once in a run.
fn tidy_once(folder: &Path) {
    static TIDIED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let is_first = TIDIED.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
    if is_first {
        tidy(folder);
    }
}

fn tidy(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
        let Some(kind) = entry.file_type().ok().filter(|_| random.is_some_and(|random| random.len() == 6))
        else {
            continue;
        };
        if !kind.is_file() && !kind.is_dir() {
            continue;
        }
        let path = entry.path();
        let Ok(open) = File::open(&path) else { continue };
        if open.try_lock().is_ok() {
            let _ = if kind.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        }
    }
}

/// Returns the folder in which a file stands.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Brings a folder to the disk, so that a name stays after a loss of power; not every system can, and the text is there already.
fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

fn unwritable(path: &Path, error: &io::Error) -> Unreadable {
    let help = "check that you may write there, and that there is room";
    Unreadable { doing: "write", ..unreadable(path, error.to_string(), help) }
}
