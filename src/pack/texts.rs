//! The texts of a pack, and what its `pack.ron` says.

use super::manifest::{self, Manifest};
use crate::problem::Problems;
use crate::source::{SourceId, Sources};

/// The texts of a pack.
#[derive(Debug, Clone, Default)]
pub struct PackTexts {
    /// `pack.ron` of the pack itself: the outermost one counts.
    pub manifest: SourceId,
    /// The files of the language, those of the packs that it uses first.
    pub files: Vec<SourceId>,
    /// What `pack.ron` says, and what is wrong with it.
    pub read: (Manifest, Problems),
}

impl PackTexts {
    /// Reads the `pack.ron` of a pack whose files are there.
    pub fn new(sources: &Sources, manifest: SourceId, files: Vec<SourceId>) -> Self {
        let text = sources.get(manifest).map_or("", |source| source.text.as_str());
        Self { manifest, files, read: manifest::read(manifest, text) }
    }
}
