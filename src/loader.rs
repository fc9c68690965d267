//! The one place where texts come from and go to: folders, the pack inside the binary, single files, standard input.
//!
//! Input: a path, or nothing for the pack inside the binary. Output: the texts as [`Sources`], or why they cannot be read.
//! What a command leaves behind (a snapshot, a new pack) is written here too.
//! Files are taken in the order of their names, so that the same folder reads the same everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use include_dir::{Dir, include_dir};

use crate::cases::CaseTexts;
use crate::pack::PackTexts;
use crate::pack::manifest::{self, Manifest};
use crate::problem::{Code, Problem, Problems};
use crate::source::{Source, SourceId, Sources, Span, Spanned};

/// The pack of the mail article.
static MAILFLOW: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules/mailflow");

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
        write!(f, "cannot {} {}: {}\n  help: {}", self.doing, self.path.display(), self.reason, self.help)
    }
}

impl std::error::Error for Unreadable {}

fn unreadable(path: &Path, reason: impl Into<String>, help: impl Into<String>) -> Unreadable {
    Unreadable { doing: "read", path: path.to_owned(), reason: reason.into(), help: help.into() }
}

/// Texts that count in place of the files of their names, as an editor holds them; the files need not be there.
pub type Open = BTreeMap<PathBuf, String>;

/// Reads the texts of the pack in a folder, and of the packs that it uses; without a folder, of the pack inside the binary.
///
/// A used pack is looked for beside the folder of the one that uses it, and then inside the binary.
///
/// # Errors
/// Where the folder, its `pack.ron` or a file cannot be read.
pub fn pack(
    path: Option<&Path>,
    bytes: u64,
    sources: &mut Sources,
) -> Result<(PackTexts, Problems), Unreadable> {
    pack_with(path, &Open::new(), bytes, sources)
}

/// Reads the texts of a pack where some of them are open in an editor.
///
/// # Errors
/// Where the folder, its `pack.ron` or a file cannot be read.
pub fn pack_with(
    path: Option<&Path>,
    open: &Open,
    bytes: u64,
    sources: &mut Sources,
) -> Result<(PackTexts, Problems), Unreadable> {
    let mut loader = Loader {
        bytes,
        open,
        sources,
        problems: Problems::new(),
        files: Vec::new(),
        under_way: Vec::new(),
        done: BTreeSet::new(),
    };
    let (manifest, read) = match path {
        Some(path) => loader.folder(path)?,
        None => loader.embedded(),
    };
    Ok((PackTexts { manifest, files: loader.files, read }, loader.problems))
}

/// A `pack.ron`, what it says, and what is wrong with it.
type Loaded = (SourceId, (Manifest, Problems));

fn is_rules(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "ruleout")
}

/// Loads a pack and, before it, the packs that it uses, each once.
struct Loader<'a> {
    bytes: u64,
    open: &'a Open,
    sources: &'a mut Sources,
    problems: Problems,
    files: Vec<SourceId>,
    /// The names of the packs that are being loaded, the outermost first.
    under_way: Vec<String>,
    /// The names of the packs that have been loaded.
    done: BTreeSet<String>,
}

impl Loader<'_> {
    /// Takes in the pack inside the binary.
    fn embedded(&mut self) -> Loaded {
        let mut files: Vec<_> = MAILFLOW.files().collect();
        files.sort_by_key(|file| file.path());
        let mut manifest = SourceId::default();
        for file in files {
            let Some(text) = file.contents_utf8() else { continue };
            let name = Path::new("rules/mailflow").join(file.path()).display().to_string();
            if file.path() == Path::new("pack.ron") {
                manifest = self.sources.add(Source::new(name, text));
            } else if is_rules(file.path()) {
                self.files.push(self.sources.add(Source::new(name, text)));
            }
        }
        let mut read = self.manifest(manifest);
        read.0.built_in = true;
        (manifest, read)
    }

    /// Reads what a `pack.ron` says.
    fn manifest(&self, id: SourceId) -> (Manifest, Problems) {
        manifest::read(id, self.sources.get(id).map_or("", |source| source.text.as_str()))
    }

    fn read(&mut self, path: &Path) -> Result<SourceId, Unreadable> {
        let (id, found) = open_or_file(path, self.open, self.bytes, self.sources)?;
        self.problems.extend(found);
        Ok(id)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.open.contains_key(path) || path.is_file()
    }

    /// Takes in the pack of a folder, after the packs that it uses.
    fn folder(&mut self, path: &Path) -> Result<Loaded, Unreadable> {
        let manifest = path.join("pack.ron");
        let files = self.rules_in(path)?;
        if !self.is_file(&manifest) {
            let help = "a pack is a folder with a `pack.ron` and `*.ruleout` files";
            return Err(unreadable(&manifest, "there is no such file", help));
        }
        let manifest = self.read(&manifest)?;
        let read = self.manifest(manifest);
        self.uses(path, &read.0)?;
        for file in files {
            let id = self.read(&file)?;
            self.files.push(id);
        }
        Ok((manifest, read))
    }

    /// Lists the files of the language in a folder, by name.
    fn rules_in(&self, path: &Path) -> Result<BTreeSet<PathBuf>, Unreadable> {
        let mut files: BTreeSet<PathBuf> = open_in(path, self.open).filter(|file| is_rules(file)).collect();
        // A pack that was never saved has no folder yet.
        if self.open.contains_key(&path.join("pack.ron")) && !path.exists() {
            return Ok(files);
        }
        let help = "give the folder of a pack: the one with `pack.ron` in it";
        let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, error.to_string(), help))?;
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(path, error.to_string(), "check the folder"))?;
            if is_rules(&entry.path()) {
                files.insert(entry.path());
            }
        }
        Ok(files)
    }

    /// Loads the packs that a pack uses.
    fn uses(&mut self, path: &Path, manifest: &Manifest) -> Result<(), Unreadable> {
        self.under_way.push(manifest.name.clone());
        for used in &manifest.uses {
            if self.under_way.contains(&used.value) {
                let way =
                    self.under_way.iter().chain([&used.value]).map(|n| format!("`{n}`")).collect::<Vec<_>>();
                let message = format!("these packs use each other: {}", way.join(" → "));
                let problem = || Problem::error(Code::Circle, used.span, message);
                self.problems.push_with(|| problem().help("let one of them stand by itself"));
            } else if !self.done.contains(&used.value) {
                self.used(path, used)?;
            }
        }
        self.under_way.pop();
        Ok(())
    }

    /// Loads one used pack.
    fn used(&mut self, path: &Path, used: &Spanned<String>) -> Result<(), Unreadable> {
        let (used, place) = (used.value.as_str(), used.span);
        let beside = beside(path, used);
        if !used.contains(['/', '\\']) && self.is_file(&beside.join("pack.ron")) {
            self.folder(&beside)?;
        } else if used == "mailflow" {
            self.embedded();
        } else {
            let message = || format!("there is no pack `{used}` beside this one");
            let help = || format!("put its folder there: `{}`", beside.display());
            let problem = || Problem::error(Code::UnknownName, place, message()).help(help());
            self.problems.push_with(problem);
        }
        self.done.insert(used.to_owned());
        Ok(())
    }
}

/// Returns the folder of another pack beside a pack's own.
fn beside(path: &Path, name: &str) -> PathBuf {
    match path.file_name() {
        Some(_) => path.with_file_name(name),
        None => path.join("..").join(name),
    }
}

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
        let mut files: BTreeSet<PathBuf> = files_of(&folder)?.into_iter().collect();
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

/// Returns the files of a folder in the order of their names, hidden ones apart; none where there is no such folder.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>, Unreadable> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let failed = |error: std::io::Error| unreadable(folder, error.to_string(), "check the folder");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_file() && !hidden {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn embedded_in(folder: &str, sources: &mut Sources) -> Vec<SourceId> {
    let mut files: Vec<_> = MAILFLOW.get_dir(folder).map(Dir::files).into_iter().flatten().collect();
    files.sort_by_key(|file| file.path());
    let named = |file: &&include_dir::File<'_>| Path::new("rules/mailflow").join(file.path());
    let texts = files.iter().filter_map(|file| Some((named(file), file.contents_utf8()?)));
    texts.map(|(name, text)| sources.add(Source::new(name.display().to_string(), text))).collect()
}

/// Writes a file, and the folders above it where they are missing.
///
/// # Errors
/// Where that cannot be done.
pub fn write(path: &Path, text: &str) -> Result<(), Unreadable> {
    let folders = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    folders.and_then(|()| std::fs::write(path, text)).map_err(|error| unwritable(path, &error))
}

/// Writes a file in one step: a reader sees the old text or the new one, and what breaks off leaves the old one.
///
/// # Errors
/// Where that cannot be done.
pub fn replace(path: &Path, text: &str) -> Result<(), Unreadable> {
    let failed = |error: std::io::Error| unwritable(path, &error);
    // A link stays one: what it leads to is replaced.
    let target = std::fs::canonicalize(path).map_err(failed)?;
    let mut beside = target.clone().into_os_string();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    std::fs::write(&beside, text).map_err(failed)?;
    let permissions = std::fs::metadata(&target).map_err(failed)?.permissions();
    std::fs::set_permissions(&beside, permissions).map_err(failed)?;
    std::fs::rename(&beside, &target).map_err(failed)
}

/// Takes a file away; one that is not there is away already.
///
/// # Errors
/// Where that cannot be done.
pub fn remove(path: &Path) -> Result<(), Unreadable> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unwritable(path, &error)),
        _ => Ok(()),
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Unreadable {
    let help = "check that you may write there, and that there is room";
    Unreadable { doing: "write", ..unreadable(path, error.to_string(), help) }
}

/// When each file was written last, and how large it is.
pub type Written = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Returns when each file of some folders was written last, and how large it is; what is not there is left out.
pub fn written(folders: &BTreeSet<PathBuf>) -> Written {
    let mut found = BTreeMap::new();
    for folder in folders {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for entry in entries.filter_map(Result::ok) {
            if let Ok(file) = entry.metadata()
                && file.is_file()
            {
                found.insert(entry.path(), (file.modified().ok(), file.len()));
            }
        }
    }
    found
}

/// Returns the files of the language that a path means: itself, or all in a folder and below it. `-` is standard input.
///
/// # Errors
/// Where a folder cannot be read.
pub fn rule_files(path: &Path) -> Result<Vec<PathBuf>, Unreadable> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let failed = |error: std::io::Error| unreadable(path, error.to_string(), "check the folder");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        // Links are not followed: they may lead in a circle.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && !hidden {
            files.extend(rule_files(&entry.path())?);
        } else if is_rules(&entry.path()) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
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

/// Reads one file, or what an editor holds of it.
///
/// # Errors
/// Where it is not open, and cannot be opened or read.
pub fn open_or_file(
    path: &Path,
    open: &Open,
    bytes: u64,
    sources: &mut Sources,
) -> Result<(SourceId, Problems), Unreadable> {
    match open.get(path) {
        Some(held) => Ok(text(path.display().to_string(), held.as_bytes(), bytes, sources)),
        None => file(path, bytes, sources),
    }
}

/// Returns what is open of a folder.
fn open_in(folder: &Path, open: &Open) -> impl Iterator<Item = PathBuf> {
    open.keys().filter(move |path| path.parent() == Some(folder)).cloned()
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
        Ok(text) if utf_16(content).is_none() => {
            (sources.add(Source::new(name, one_kind_of_newline(text))), problems)
        }
        read => {
            let at = read.map_or_else(|error| error.valid_up_to(), str::len);
            let unicode = "save it as UTF-8, which some programs call Unicode (UTF-8)";
            let not_utf_8 = "from here on this file is not UTF-8";
            // The rest is read all the same, so that nobody misses what is declared in it.
            let (at, text, message, help) = match utf_16(content) {
                Some(text) => (0, text, "this file is not UTF-8 but UTF-16", unicode),
                None if content.contains(&0) => {
                    (0, String::new(), "this file is no text", "take it away, or save what it says as text")
                }
                None => (at, western(content), not_utf_8, "save it as UTF-8"),
            };
            let id = sources.add(Source::new(name, one_kind_of_newline(&text)));
            let span = Span { start: at, end: at, ..sources.whole(id) };
            problems.push(Problem::error(Code::NotUtf8, span, message).help(help));
            (id, problems)
        }
    }
}

/// Ends every line by a newline, also where a carriage return alone ends it, as old Macs write it.
pub fn one_kind_of_newline(text: &str) -> String {
    let mut lines = text.split("\r\n");
    let mut out = lines.next().unwrap_or("").replace('\r', "\n");
    for line in lines {
        out.push_str("\r\n");
        out.push_str(&line.replace('\r', "\n"));
    }
    out
}

/// Reads a text in UTF-16: it begins with its mark, or every other byte of its beginning is zero.
fn utf_16(content: &[u8]) -> Option<String> {
    let (little, content) = match content {
        [0xFF, 0xFE, rest @ ..] => (true, rest),
        [0xFE, 0xFF, rest @ ..] => (false, rest),
        _ => (zeros(content)?, content),
    };
    let units = content.chunks_exact(2).filter_map(|pair| pair.first_chunk()).copied();
    let units: Vec<u16> = units.map(if little { u16::from_le_bytes } else { u16::from_be_bytes }).collect();
    Some(String::from_utf16_lossy(&units).replace('\0', ""))
}

/// How many bytes are looked at for zeros.
const LOOKED_AT: usize = 64;

/// Returns whether it is always the second of two bytes that is zero, or always the first.
fn zeros(content: &[u8]) -> Option<bool> {
    let pairs = || content.chunks_exact(2).take(LOOKED_AT / 2);
    let zero = |at: usize| pairs().count() > 1 && pairs().all(|pair| pair.get(at) == Some(&0));
    match (zero(0), zero(1)) {
        (false, true) => Some(true),
        (true, false) => Some(false),
        _ => None,
    }
}

/// Reads a text in which every byte that is not UTF-8 counts as the letter that it is in western Europe.
fn western(content: &[u8]) -> String {
    let mut text = String::with_capacity(content.len());
    for chunk in content.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| char::from(*byte)));
    }
    text
}
