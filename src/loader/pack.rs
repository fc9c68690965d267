//! The texts of a pack, and of the packs that it uses.
//!
//! A pack is known by its folder, wherever links lead, and not by what it calls itself: so each is read once, and packs that use each
//! other are found whatever their names are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use include_dir::Dir;

use super::{Open, Unreadable, folder, inside, open_or_file, unreadable};
use crate::pack::PackTexts;
use crate::pack::manifest::{self, Manifest};
use crate::problem::{Code, Problem, Problems};
use crate::source::{Source, SourceId, Sources, Span, Spanned};

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
        done: BTreeSet::new(),
        inside: BTreeSet::new(),
        named: BTreeMap::new(),
    };
    let (manifest, read) = match path {
        Some(path) => loader.folder(path)?,
        None => loader.embedded("mailflow"),
    };
    Ok((PackTexts { manifest, files: loader.files, read }, loader.problems))
}

/// A `pack.ron`, what it says, and what is wrong with it.
type Loaded = (SourceId, (Manifest, Problems));

/// A folder, wherever links lead; none is the pack inside the binary.
type Identity = Option<PathBuf>;

/// Loads a pack and, before it, the packs that it uses, each once.
struct Loader<'a> {
    bytes: u64,
    open: &'a Open,
    sources: &'a mut Sources,
    problems: Problems,
    files: Vec<SourceId>,
    /// The packs that have been loaded.
    done: BTreeSet<Identity>,
    /// The packs inside the binary that have been loaded.
    inside: BTreeSet<String>,
    /// What the packs call themselves, and where.
    named: BTreeMap<String, Span>,
}

/// A pack whose `pack.ron` has been read, and of those that it uses only some.
struct UnderWay {
    identity: Identity,
    path: PathBuf,
    /// What its folder is called.
    name: String,
    loaded: Loaded,
    /// How many of those that it uses have been looked at.
    used: usize,
    files: BTreeSet<PathBuf>,
}

impl Loader<'_> {
    /// Takes in a pack inside the binary, after those that it uses, which are there too.
    fn embedded(&mut self, name: &str) -> Loaded {
        let mut files: Vec<_> = inside(name).into_iter().flat_map(Dir::files).collect();
        files.sort_by_key(|file| file.path());
        let (mut manifest, mut rules) = (SourceId::default(), Vec::new());
        for file in files {
            let Some(text) = file.contents_utf8() else { continue };
            let path = Path::new("rules").join(name).join(file.path()).display().to_string();
            if file.path() == Path::new("pack.ron") {
                manifest = self.sources.add(Source::new(path, text));
            } else if folder::is_rules(file.path()) {
                rules.push(self.sources.add(Source::new(path, text)));
            }
        }
        let mut read = self.manifest(manifest);
        read.0.built_in = true;
        for used in read.0.uses.clone() {
            if self.inside.insert(used.value.clone()) {
                self.embedded(&used.value);
            }
        }
        self.files.extend(rules);
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

    /// Returns whether something is there under a name, whatever it is.
    fn is_there(&self, path: &Path) -> bool {
        self.open.contains_key(path) || path.symlink_metadata().is_ok()
    }

    /// Takes in the pack of a folder, after the packs that it uses. The way there is kept in a list: it may be longer than functions
    /// can call each other.
    fn folder(&mut self, path: &Path) -> Result<Loaded, Unreadable> {
        let outermost = self.begin(path, folder_name(path))?;
        self.named.insert(outermost.loaded.1.0.name.clone(), outermost.loaded.1.0.place);
        let mut way = vec![outermost];
        let mut last_read = Loaded::default();
        while let Some(mut pack) = way.pop() {
            if let Some(used) = pack.loaded.1.0.uses.get(pack.used).cloned() {
                pack.used += 1;
                way.push(pack);
                if let Some(found) = self.find(&way, &used) {
                    way.push(self.used(&found, &used)?);
                }
                continue;
            }
            for file in &pack.files {
                let id = self.read(file)?;
                self.files.push(id);
            }
            self.done.insert(pack.identity);
            last_read = pack.loaded;
        }
        Ok(last_read)
    }

    /// Reads the `pack.ron` of a folder, and lists its files.
    fn begin(&mut self, path: &Path, name: String) -> Result<UnderWay, Unreadable> {
        let manifest = path.join("pack.ron");
        let files = folder::rules_in(path, self.open)?;
        if !self.is_there(&manifest) {
            let help = "a pack is a folder with a `pack.ron` and `*.ruleout` files";
            return Err(unreadable(&manifest, "there is no such file", help));
        }
        let manifest = self.read(&manifest)?;
        let loaded = (manifest, self.manifest(manifest));
        Ok(UnderWay { identity: Some(identity(path)), path: path.to_owned(), name, loaded, used: 0, files })
    }

    /// Reads the `pack.ron` of a pack that is used.
    fn used(&mut self, path: &Path, used: &Spanned<String>) -> Result<UnderWay, Unreadable> {
        let begun = self.begin(path, used.value.clone())?;
        let (manifest, found) = &begun.loaded.1;
        // What is wrong with the one that was asked for is told by whoever asked.
        self.problems.extend(found.errors());
        if !found.has_errors() && manifest.name != used.value {
            let message = format!("the pack in the folder `{}` calls itself `{}`", used.value, manifest.name);
            let help = format!(
                "write `name: \"{}\"` in its pack.ron, or call its folder as it calls itself",
                used.value
            );
            self.problems.push(Problem::warning(Code::Manifest, used.span, message).help(help));
        } else if let Some(first) = self.named.get(&manifest.name) {
            let message = format!("two packs are called `{}`", manifest.name);
            let problem = Problem::error(Code::Duplicate, manifest.place, message);
            self.problems.push(problem.also(*first, "the other one").help("give one of them another name"));
        }
        self.named.entry(manifest.name.clone()).or_insert(manifest.place);
        Ok(begun)
    }

    /// Finds the folder of a used pack, where it has to be read; what is wrong with using it is told.
    fn find(&mut self, way: &[UnderWay], used: &Spanned<String>) -> Option<PathBuf> {
        let (name, place) = (used.value.as_str(), used.span);
        if !is_folder_name(name) {
            let message = format!("`{name}` cannot be the name of a pack");
            let help = "a pack is used by the name of its folder, which stands beside this one";
            self.problems.push(Problem::error(Code::UnknownName, place, message).help(help));
            return None;
        }
        let beside = beside(&way.last()?.path, name);
        if !self.is_there(&beside.join("pack.ron")) {
            if inside(name).is_some() {
                if self.inside.insert(name.to_owned()) {
                    self.embedded(name);
                }
            } else {
                let message = || format!("there is no pack `{name}` beside this one");
                let help = || format!("put its folder there: `{}`", beside.display());
                let problem = || Problem::error(Code::UnknownName, place, message()).help(help());
                self.problems.push_with(problem);
            }
            return None;
        }
        let identity = Some(identity(&beside));
        let Some(first) = way.iter().position(|pack| pack.identity == identity) else {
            return (!self.done.contains(&identity)).then_some(beside);
        };
        let circle = || circle(way.get(first..).unwrap_or(way), name);
        self.problems.push_with(|| {
            let (message, help) = circle();
            Problem::error(Code::Circle, place, message).help(help)
        });
        None
    }
}

/// Says which packs use each other, and what to do.
fn circle(packs: &[UnderWay], last: &str) -> (String, String) {
    let names = packs.iter().map(|pack| pack.name.as_str()).chain([last]);
    let way = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → ");
    let message = match packs {
        [_] => format!("this pack uses itself: {way}"),
        _ => format!("these packs use each other: {way}"),
    };
    let first = packs.first().map_or(last, |pack| pack.name.as_str());
    let help = match packs {
        _ if first != last => format!("`{last}` and `{first}` are one folder: let one pack stand by itself"),
        [_] => "take that out".to_owned(),
        _ => "let one of them stand by itself".to_owned(),
    };
    (message, help)
}

/// Returns what tells a folder from all others: its path without links. One that was never saved has only its name.
fn identity(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Returns what a folder is called, also where it is given as `.`.
fn folder_name(path: &Path) -> String {
    let whole = std::fs::canonicalize(path).ok();
    let name = path.file_name().or_else(|| whole.as_ref().and_then(|whole| whole.file_name()));
    name.unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Returns whether a name leads to a folder right beside another, and nowhere else.
fn is_folder_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    let plain = matches!(parts.next(), Some(std::path::Component::Normal(part)) if part == name);
    plain && parts.next().is_none() && !name.contains(['/', '\\', ':']) && !name.contains(char::is_control)
}

/// Returns the folder of another pack beside a pack's own.
fn beside(path: &Path, name: &str) -> PathBuf {
    match path.file_name() {
        Some(_) => path.with_file_name(name),
        None => path.join("..").join(name),
    }
}

#[cfg(test)]
mod tests {
    use super::is_folder_name;

    #[test]
    fn only_a_name_leads_to_a_pack() {
        for name in ["base", "my pack", "größe", "a.b", "..a"] {
            assert!(is_folder_name(name), "{name}");
        }
        for name in ["", ".", "..", "../a", "a/..", "a/", "/a", "/", "a\\b", "C:", "a\0"] {
            assert!(!is_folder_name(name), "{name}");
        }
    }
}
