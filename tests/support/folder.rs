//! A temporary folder.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder that is gone when the test is over.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// Makes an empty one.
    pub(crate) fn new() -> Self {
        Self(tempfile::Builder::new().prefix("ruleout-").tempdir().unwrap())
    }

    /// Makes one with a copy of a pack of `rules/` in it, and of the one that it builds on.
    pub(crate) fn with_pack(pack: &str) -> Self {
        let folder = Self::new();
        let used = (pack == "mailflow").then_some("mail-evidence");
        for pack in [Some(pack), used].into_iter().flatten() {
            copy(&Path::new("rules").join(pack), &folder.path(pack));
        }
        folder
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Writes a file, with the folders that lead to it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Puts a text in the place of another, which must be in the file.
    pub(crate) fn change(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{text}");
        self.write(name, text.replacen(from, to, 1));
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { _ = fs::copy(&path, &target).unwrap() }
    }
}
