//! A pack that is open, or a file that belongs to none.
//!
//! Every text keeps its id while the pack is open, so that the trees of files that did not change stay true.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::analysis::{Analysis, Texts, Tree, analyse};
use super::background::Proven;
use super::rebase_spans::Change;
use crate::cases::CaseTexts;
use crate::loader::{self, DEFAULT_BYTES, Open, Unreadable};
use crate::pack::manifest::{self, Manifest};
use crate::problem::Problems;
use crate::source::{Source, SourceId, Sources};

/// What is open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Root {
    /// The folder of a pack.
    Pack(PathBuf),
    /// A file that belongs to no pack.
    File(PathBuf),
}

/// Finds to what a file belongs: the pack in whose folder it stands, or in whose `cases/`.
pub(super) fn root_of(file: &Path, open: impl Fn(&Path) -> bool) -> Root {
    let is_pack = |folder: &Path| {
        let manifest = folder.join("pack.ron");
        open(&manifest) || manifest.is_file()
    };
    let folder = file.parent().filter(|_| file.is_absolute());
    let above = folder.filter(|folder| folder.ends_with("cases")).and_then(Path::parent);
    let found = folder.filter(|folder| is_pack(folder)).or(above.filter(|folder| is_pack(folder)));
    found.map_or_else(|| Root::File(file.to_owned()), |folder| Root::Pack(folder.to_owned()))
}

/// A pack that is open.
#[derive(Debug)]
pub(super) struct Project {
    texts: Texts,
    ids: BTreeMap<String, SourceId>,
    unread: Problems,
    analysis: Option<Arc<Analysis>>,
    /// Whether it changed since its problems were shown.
    pub(super) stale: bool,
    /// What is known beyond that, of this state or the one before.
    pub(super) proven: Proven,
    newest: Arc<AtomicU64>,
}

/// Loads what is open.
pub(super) fn load(root: &Root, open: &Open) -> Result<Project, Unreadable> {
    let mut sources = Sources::default();
    let mut unread = Problems::new();
    let (mut manifest, mut read) = (None, Default::default());
    let (mut files, mut cases) = (Vec::new(), CaseTexts::default());
    let mut unread_cases = Problems::new();
    match root {
        Root::Pack(folder) => {
            let (texts, found) = loader::pack_with(Some(folder), open, DEFAULT_BYTES, &mut sources)?;
            unread.extend(found);
            (manifest, read, files) = (Some(texts.manifest), texts.read, texts.files);
            let (texts, found) = loader::cases_with(Some(folder), open, DEFAULT_BYTES, &mut sources)?;
            unread_cases = found;
            cases = CaseTexts { snapshots: Vec::new(), ..texts };
        }
        Root::File(file) => {
            let (id, found) = loader::open_or_file(file, open, DEFAULT_BYTES, &mut sources)?;
            unread.extend(found);
            if file.extension().is_none_or(|ending| ending == "ruleout") {
                files.push(id);
            }
        }
    }
    let files = files.into_iter().map(|id| (id, Arc::new(tree(&sources, id)))).collect();
    let ids = sources.numbered().map(|(id, source)| (source.name.clone(), id)).collect();
    let texts = Texts { sources, manifest, read, files, cases, unread_cases };
    let newest = Arc::new(AtomicU64::new(0));
    Ok(Project { texts, ids, unread, analysis: None, stale: true, proven: Proven::default(), newest })
}

fn tree(sources: &Sources, id: SourceId) -> Tree {
    Tree::new(id, sources.get(id).map_or("", |source| source.text.as_str()))
}

/// Names the packs that a pack uses.
fn uses(manifest: &Manifest) -> Vec<&str> {
    manifest.uses.iter().map(|used| used.value.as_str()).collect()
}

impl Project {
    /// Returns the folders in which its files are.
    pub(super) fn folders(&self) -> impl Iterator<Item = PathBuf> {
        let files = self.ids.keys().map(Path::new).filter(|file| file.is_absolute());
        files.filter_map(Path::parent).map(Path::to_owned)
    }

    /// Returns the text of a file, where it is one of them.
    pub(super) fn id(&self, file: &Path) -> Option<SourceId> {
        self.ids.get(&file.display().to_string()).copied()
    }

    /// Takes another text of a file in; returns false where the pack must be loaded again.
    pub(super) fn change(&mut self, file: &Path, text: &str) -> bool {
        let Some(id) = self.id(file) else { return false };
        let sources = &mut self.texts.sources;
        let mut unread = self.unread.iter().chain(self.texts.unread_cases.iter());
        let problematic = unread.any(|problem| problem.span().source == id);
        if text.len() as u64 > DEFAULT_BYTES || problematic {
            return false;
        }
        let new = loader::one_kind_of_newline(text);
        let old = sources.get(id).map_or("", |source| source.text.as_str());
        if old == new {
            return true;
        }
        self.proven.rebase_spans(&Change::between(id, old, &new));
        sources.replace(id, Source::new(file.display().to_string(), new));
        (self.analysis, self.stale) = (None, true);
        // What is found out of the old text is of no use any more.
        self.newest.fetch_add(1, Ordering::Relaxed);
        if self.texts.manifest == Some(id) {
            let read = manifest::read(id, sources.get(id).map_or("", |source| source.text.as_str()));
            let same = uses(&read.0) == uses(&self.texts.read.0);
            self.texts.read = read;
            return same;
        }
        let tree = tree(sources, id);
        if let Some((_, old)) = self.texts.files.iter_mut().find(|(file, _)| *file == id) {
            *old = Arc::new(tree);
        }
        true
    }

    /// Returns what is known at once of its state now.
    pub(super) fn analysis(&mut self) -> Arc<Analysis> {
        let analysis = || Arc::new(analyse(self.texts.clone(), &self.unread));
        Arc::clone(self.analysis.get_or_insert_with(analysis))
    }

    /// Begins a new state: whoever works on an older one may stop.
    pub(super) fn next(&self) -> State {
        let number = self.newest.fetch_add(1, Ordering::Relaxed) + 1;
        State { number, newest: Arc::clone(&self.newest) }
    }
}

/// One of the states that a pack was in while it was written.
#[derive(Debug, Clone)]
pub(super) struct State {
    number: u64,
    newest: Arc<AtomicU64>,
}

impl State {
    /// Returns whether the pack has been changed since.
    pub(super) fn is_over(&self) -> bool {
        self.newest.load(Ordering::Relaxed) != self.number
    }
}

impl Drop for Project {
    /// Calls off what is under way: nobody waits for what is closed.
    fn drop(&mut self) {
        self.newest.fetch_add(1, Ordering::Relaxed);
    }
}
