//! What is known of a pack as soon as a key was struck: its trees, its names, what does not resolve.
//!
//! Everything here is fast enough to be done anew at each keystroke: only the file that changed is parsed again. What takes
//! longer (the graph, its proofs, the cases) is done in the [`super::background`].

use std::sync::{Arc, OnceLock};

use super::mentions::{Mention, mentions};
use super::names::{Names, Symbol};
use crate::pack::{self, Pack, manifest};
use crate::problem::Problems;
use crate::source::{SourceId, Sources, Span};
use crate::syntax::{self, ast};

/// A file, parsed.
#[derive(Debug)]
pub(super) struct Tree {
    /// What stands in it.
    pub(super) file: ast::File,
    problems: Problems,
    mentions: OnceLock<Vec<Mention>>,
}

impl Tree {
    /// Parses a text.
    pub(super) fn new(id: SourceId, text: &str) -> Self {
        let (file, problems) = syntax::parse(id, text, syntax::DEFAULT_DEPTH);
        Self { file, problems, mentions: OnceLock::new() }
    }

    /// Returns every name in it.
    pub(super) fn mentions(&self) -> &[Mention] {
        self.mentions.get_or_init(|| mentions(&self.file))
    }
}

/// The texts of a pack, and which of them is what.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    /// All of them.
    pub(super) sources: Sources,
    /// `pack.ron`; none for a file that belongs to no pack.
    pub(super) manifest: Option<SourceId>,
    /// The files of the language with their trees, those of used packs first.
    pub(super) files: Vec<(SourceId, Arc<Tree>)>,
    /// The files of `cases/`.
    pub(super) cases: Vec<SourceId>,
    /// What was wrong with reading those: it keeps no pack from being used.
    pub(super) unread_cases: Problems,
}

/// What is known of a pack at once.
#[derive(Debug)]
pub(super) struct Analysis {
    /// What it is known of.
    pub(super) texts: Texts,
    /// The pack as far as it resolves.
    pub(super) pack: Pack,
    /// What is wrong with it so far.
    pub(super) problems: Problems,
    /// Whether it can be compiled.
    pub(super) whole: bool,
    names: OnceLock<Names>,
}

/// Resolves a pack; `unread` is what was wrong with reading its texts.
pub(super) fn analyse(texts: Texts, unread: &Problems) -> Analysis {
    let mut problems = unread.clone();
    let text = |id: SourceId| texts.sources.get(id).map_or("", |source| source.text.as_str());
    let read = texts.manifest.and_then(|id| {
        let (read, found) = manifest::read(id, text(id));
        problems.extend(found);
        read
    });
    let readable = read.is_some();
    let (manifest, scale) = read.unwrap_or_default();
    let files = texts.files.iter().map(|(_, tree)| &tree.file);
    texts.files.iter().for_each(|(_, tree)| problems.extend(tree.problems.clone()));
    let (pack, found) = pack::resolve(&texts.sources, manifest, scale, files);
    // A file by itself names what stands elsewhere.
    if texts.manifest.is_some() {
        problems.extend(found);
    }
    let whole = readable && !problems.has_errors();
    Analysis { texts, pack, problems: problems.sorted(), whole, names: OnceLock::new() }
}

impl Analysis {
    /// Returns what its names stand for.
    pub(super) fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(self.texts.files.iter().map(|(_, tree)| &tree.file)))
    }

    /// Returns the tree of a file.
    pub(super) fn tree(&self, id: SourceId) -> Option<&Tree> {
        self.texts.files.iter().find(|(file, _)| *file == id).map(|(_, tree)| tree.as_ref())
    }

    /// Returns the name at an offset in bytes, and what it stands for.
    pub(super) fn mentioned(&self, id: SourceId, offset: usize) -> Option<(&Mention, Symbol)> {
        let here = |span: Span| span.start <= offset && offset <= span.end && span.start < span.end;
        let found = self.tree(id)?.mentions().iter().find(|mention| here(mention.span))?;
        Some((found, self.names().symbol(found)))
    }

    /// Returns every place that names something, in the order of the texts.
    pub(super) fn places(&self, symbol: &Symbol) -> Vec<&Mention> {
        let all = self.texts.files.iter().flat_map(|(_, tree)| tree.mentions());
        let alike = all.filter(|mention| mention.name == symbol.name());
        let mut places: Vec<&Mention> =
            alike.filter(|mention| self.names().symbol(mention) == *symbol).collect();
        places.sort_by_key(|mention| mention.span);
        places.dedup_by_key(|mention| mention.span);
        places
    }
}
