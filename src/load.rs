//! The one place where texts come from: folders, the pack inside the binary, single files, standard input.
//!
//! Input: a path, or nothing for the pack inside the binary. Output: the texts as [`Sources`], or why they cannot be read.
//! Files are taken in the order of their names, so that the same folder reads the same everywhere.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::problem::{Code, Problem, Problems};
use crate::source::{Source, SourceId, Sources, Span};

/// The pack of the mail article.
static MAILFLOW: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules/mailflow");

/// The largest text that is read, in bytes, unless a caller says otherwise.
pub const DEFAULT_BYTES: u64 = 8 * 1024 * 1024;

/// The texts of a pack.
#[derive(Debug, Clone)]
pub struct PackTexts {
    /// `pack.ron`.
    pub manifest: SourceId,
    /// The files of the language.
    pub files: Vec<SourceId>,
}

/// Why something could not be read at all.
#[derive(Debug)]
pub struct Unreadable {
    /// What was to be read.
    pub path: PathBuf,
    /// Why it could not be.
    pub reason: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read {}: {}\n  help: {}", self.path.display(), self.reason, self.help)
    }
}

impl std::error::Error for Unreadable {}

fn unreadable(path: &Path, reason: impl Into<String>, help: impl Into<String>) -> Unreadable {
    Unreadable { path: path.to_owned(), reason: reason.into(), help: help.into() }
}

/// Reads the texts of the pack in a folder; without one, of the pack inside the binary.
///
/// # Errors
/// Where the folder, its `pack.ron` or a file cannot be read.
pub fn pack(
    path: Option<&Path>,
    bytes: u64,
    sources: &mut Sources,
) -> Result<(PackTexts, Problems), Unreadable> {
    match path {
        Some(path) => folder(path, bytes, sources),
        None => Ok((embedded(sources), Problems::new())),
    }
}

fn embedded(sources: &mut Sources) -> PackTexts {
    let mut files: Vec<_> = MAILFLOW.files().collect();
    files.sort_by_key(|file| file.path());
    let mut texts = PackTexts { manifest: SourceId::default(), files: Vec::new() };
    for file in files {
        let name = Path::new("rules/mailflow").join(file.path());
        let Some(text) = file.contents_utf8() else { continue };
        let is_manifest = file.path() == Path::new("pack.ron");
        if is_manifest || is_rules(file.path()) {
            let id = sources.add(Source::new(name.display().to_string(), text));
            if is_manifest { texts.manifest = id } else { texts.files.push(id) }
        }
    }
    texts
}

fn is_rules(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "ruleout")
}

fn folder(path: &Path, bytes: u64, sources: &mut Sources) -> Result<(PackTexts, Problems), Unreadable> {
    let entries = std::fs::read_dir(path).map_err(|error| {
        unreadable(path, error.to_string(), "give the folder of a pack: the one with `pack.ron` in it")
    })?;
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(path, error.to_string(), "check the folder"))?;
        if is_rules(&entry.path()) {
            files.push(entry.path());
        }
    }
    files.sort();
    let manifest = path.join("pack.ron");
    if !manifest.is_file() {
        return Err(unreadable(
            &manifest,
            "there is no such file",
            "a pack is a folder with a `pack.ron` and `*.ruleout` files",
        ));
    }
    let mut problems = Problems::new();
    let mut read = |path: &Path| {
        let (id, found) = file(path, bytes, sources)?;
        problems.extend(found);
        Ok(id)
    };
    let manifest = read(&manifest)?;
    let files = files.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    Ok((PackTexts { manifest, files }, problems))
}

/// Reads one file; `-` is standard input.
///
/// # Errors
/// Where it cannot be opened or read.
pub fn file(path: &Path, bytes: u64, sources: &mut Sources) -> Result<(SourceId, Problems), Unreadable> {
    let name = if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() };
    let mut content = Vec::new();
    let failed = |error: std::io::Error| {
        unreadable(path, error.to_string(), "check the path, and that you may read it")
    };
    if path == Path::new("-") {
        std::io::stdin().lock().take(bytes + 1).read_to_end(&mut content).map_err(failed)?;
    } else {
        let opened = std::fs::File::open(path).map_err(failed)?;
        opened.take(bytes + 1).read_to_end(&mut content).map_err(failed)?;
    }
    Ok(text(name, &content, bytes, sources))
}

/// Takes bytes in as a text; complains where they are too many or not UTF-8.
fn text(name: String, content: &[u8], bytes: u64, sources: &mut Sources) -> (SourceId, Problems) {
    let mut problems = Problems::new();
    if content.len() as u64 > bytes {
        let id = sources.add(Source::new(name, ""));
        let message = format!("this file is larger than {bytes} bytes");
        problems.push(
            Problem::error(Code::TooLarge, sources.whole(id), message)
                .help("split it, or raise the limit with `--max-bytes`"),
        );
        return (id, problems);
    }
    match std::str::from_utf8(content) {
        Ok(text) => (sources.add(Source::new(name, text)), problems),
        Err(error) => {
            let at = error.valid_up_to();
            // What follows the first bad byte is kept out: nothing in it can be trusted to be what was written.
            let text = std::str::from_utf8(content.get(..at).unwrap_or(&[])).unwrap_or("");
            let id = sources.add(Source::new(name, text));
            let mut span = Span { start: at, ..sources.whole(id) };
            span.end = at;
            problems.push(
                Problem::error(Code::NotUtf8, span, "from here on this file is not UTF-8")
                    .help("save it as UTF-8"),
            );
            (id, problems)
        }
    }
}
