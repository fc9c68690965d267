//! What was recorded about one ticket.

use super::{Pack, Problems};
use crate::document::tree::Format;
use crate::facts::recorded;
use crate::source::Sources;

/// What was recorded about one ticket, typed by the pack that read it.
#[derive(Debug, Clone)]
pub struct Facts {
    pub(super) pack: Pack,
    pub(super) recorded: recorded::Facts,
    pub(super) sources: Sources,
}

impl Facts {
    pub(super) fn new(pack: Pack, recorded: recorded::Facts, sources: Sources) -> Self {
        Self { pack, recorded, sources }
    }

    /// Returns the pack that read them.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Returns how many facts are recorded.
    pub fn len(&self) -> usize {
        self.recorded.recorded.len()
    }

    /// Returns whether nothing is recorded and nothing was tried.
    pub fn is_empty(&self) -> bool {
        self.recorded.recorded.is_empty() && self.recorded.tried.is_empty()
    }

    /// Records further facts, or others in the place of these, from a text.
    ///
    /// # Errors
    /// As [`Pack::read`].
    pub fn and(mut self, text: &str, format: Format) -> Result<Self, Problems> {
        let id = self.sources.add(crate::source::Source::new(format!("further.{}", format.name()), text));
        let further = self.pack.type_facts(self.sources.clone(), id, format)?;
        self.recorded.recorded.extend(further.recorded.recorded);
        self.recorded.tried.extend(further.recorded.tried);
        Ok(self)
    }
}
