//! What is known of a pack as soon as a key was struck: its trees, its names, what does not resolve.
//!
//! Everything here is fast enough to be done anew at each keystroke: only the file that changed is parsed again. What takes
//! longer (the graph, its proofs, the cases) is done in the [`super::background`].

use std::sync::{Arc, OnceLock};

use super::names::Names;
use crate::cases::CaseTexts;
use crate::pack::manifest::Manifest;
use crate::pack::references::Reference;
use crate::pack::{self, Pack};
use crate::problem::Problems;
use crate::source::{SourceId, Sources, Span};
use crate::syntax::{self, ast};

/// A file, parsed.
#[derive(Debug)]
pub(super) struct Tree {
    /// What stands in it.
    pub(super) file: ast::File,
    problems: Problems,
}

impl Tree {
    /// Parses a text.
    pub(super) fn new(id: SourceId, text: &str) -> Self {
        let (file, problems) = syntax::parse(id, text, syntax::DEFAULT_DEPTH);
        Self { file, problems }
    }
}

/// The texts of a pack, and which of them is what.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    /// All of them.
    pub(super) sources: Sources,
    /// `pack.ron`; none for a file that belongs to no pack.
    pub(super) manifest: Option<SourceId>,
    /// What that says, and what is wrong with it.
    pub(super) read: (Manifest, Problems),
    /// The files of the language with their trees, those of used packs first.
    pub(super) files: Vec<(SourceId, Arc<Tree>)>,
    /// The files of `cases/`, without snapshots.
    pub(super) cases: CaseTexts,
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
    let (manifest, found) = texts.read.clone();
    problems.extend(found);
    let files = texts.files.iter().map(|(_, tree)| &tree.file);
    texts.files.iter().for_each(|(_, tree)| problems.extend(tree.problems.clone()));
    let (pack, found) = pack::resolve(&texts.sources, manifest, files);
    // A file by itself names what stands elsewhere.
    if texts.manifest.is_some() {
        problems.extend(found);
    }
    let whole = texts.manifest.is_some() && !problems.has_errors();
    Analysis { texts, pack, problems: problems.sorted(), whole, names: OnceLock::new() }
}

impl Analysis {
    /// Returns the facts and symptoms by name.
    pub(super) fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(&self.pack))
    }

    /// Returns the tree of a file.
    pub(super) fn tree(&self, id: SourceId) -> Option<&Tree> {
        self.texts.files.iter().find(|(file, _)| *file == id).map(|(_, tree)| tree.as_ref())
    }

    /// Returns the name at a byte of a file, and what it stands for.
    pub(super) fn reference(&self, source: SourceId, offset: usize) -> Option<&Reference> {
        self.pack.references.at(Span { source, start: offset, end: offset })
    }
}
