//! The data files of `tests/suite`.
//!
//! The first line of a file says what must be found in it: `expect: unknown-name 3:12, syntax 5:1`, or `expect: nothing`. A
//! line `--- pack.ron` or `--- other.ruleout` begins a further text of the same pack; its places are counted from the top of
//! the file.

use std::path::{Path, PathBuf};

/// A data file.
pub(crate) struct DataFile {
    pub(crate) path: PathBuf,
    pub(crate) written: String,
}

impl DataFile {
    pub(crate) fn read(path: PathBuf) -> Self {
        let written = std::fs::read_to_string(&path).unwrap();
        Self { path, written }
    }

    /// Reads the data files of a folder of `tests/suite`, in order.
    pub(crate) fn all(folder: &str) -> Vec<Self> {
        let of_data =
            |path: &PathBuf| path.extension().is_some_and(|ending| ending != "snap" && ending != "new");
        entries(&Path::new("tests/suite").join(folder)).into_iter().filter(of_data).map(Self::read).collect()
    }

    /// Returns the file name.
    pub(crate) fn name(&self) -> &str {
        self.path.file_name().unwrap().to_str().unwrap()
    }

    /// Returns the file name without its ending: the name of the test.
    pub(crate) fn stem(&self) -> &str {
        self.path.file_stem().unwrap().to_str().unwrap()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap()
    }

    /// Returns what the first line expects.
    pub(crate) fn expected(&self) -> &str {
        let first = self.written.lines().next().unwrap_or_default();
        first.split_once("expect: ").unwrap_or_else(|| panic!("{}:1: no `expect:`", self.path.display())).1
    }

    /// Whether the file is one in which nothing is to be found.
    pub(crate) fn expects_nothing(&self) -> bool {
        self.expected() == "nothing"
    }

    /// Returns the text behind the first line.
    pub(crate) fn body(&self) -> &str {
        self.written.split_once('\n').unwrap_or_default().1
    }

    /// Returns the texts of the file, each on the lines that it has there.
    pub(crate) fn texts(&self) -> Vec<(&str, String)> {
        let mut texts = vec![(self.name(), "\n".to_owned())];
        for (at, line) in self.written.split_inclusive('\n').enumerate().skip(1) {
            match line.strip_prefix("--- ") {
                Some(name) => texts.push((name.trim(), "\n".repeat(at + 1))),
                None => texts.last_mut().unwrap().1.push_str(line),
            }
        }
        texts
    }
}

/// Returns what is in a folder, in order.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// Returns the names of the folders in a folder, in order.
pub(crate) fn folders(folder: &Path) -> Vec<String> {
    let folders = entries(folder).into_iter().filter(|path| path.is_dir());
    folders.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

/// Returns the files with an ending in a folder and below it, in order, without what is built or installed.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let apart = |path: &Path| ["target", "node_modules", ".git"].iter().any(|name| path.ends_with(name));
    let (inside, beside): (Vec<_>, Vec<_>) = entries(folder).into_iter().partition(|path| path.is_dir());
    let below = inside.iter().filter(|path| !apart(path)).flat_map(|path| files(path, ending));
    let here = beside.iter().filter(|path| path.extension().is_some_and(|own| own == ending)).cloned();
    let mut found: Vec<PathBuf> = below.chain(here).collect();
    found.sort();
    found
}

/// Returns whether a file among cases is one, and no artefact beside one: JSON that is called after a case with more behind a dot.
pub(crate) fn is_fact_file(path: &Path) -> bool {
    let stem = path.file_stem().unwrap().to_str().unwrap();
    ruleout::document::tree::Format::of_path(path.to_str().unwrap()).is_some() && !stem.contains('.')
}
