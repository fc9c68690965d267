//! For an editor that does not watch files: whether those of the open packs changed on disk.
//!
//! An editor that renames through the cases of a pack, or a person who saves one in another window, would otherwise leave what is
//! shown behind.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use super::project::Root;
use super::server::Server;
use crate::loader::{self, Written};

/// How long nothing has to happen before it is looked at.
pub(super) const POLL_INTERVAL: Duration = Duration::from_secs(1);

impl Server {
    /// Loads every pack again of which a file changed on disk; one that is open counts as the editor holds it.
    pub(super) fn poll_files(&mut self) {
        // A folder that could not be read may be there again, and nobody tells.
        if !self.failed.is_empty() {
            self.load_open_packs();
        }
        if self.client.watches() {
            return;
        }
        let roots: Vec<Root> = self.projects.keys().cloned().collect();
        let now: Vec<(Root, Written)> =
            roots.into_iter().map(|root| (root.clone(), self.written_now(&root))).collect();
        let mut changed = false;
        for (root, written) in now {
            if self.written.get(&root).is_some_and(|before| *before != written) {
                self.projects.remove(&root);
                changed = true;
            }
        }
        if changed {
            self.load_open_packs();
        }
    }

    /// Remembers how the files of a pack are, as it was just loaded.
    pub(super) fn remember_written(&mut self, root: &Root) {
        if !self.client.watches() {
            let written = self.written_now(root);
            self.written.insert(root.clone(), written);
        }
    }

    /// Reads how the files of a pack are on disk.
    fn written_now(&self, root: &Root) -> Written {
        let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
        if let Root::Pack(folder) = root {
            folders.extend([folder.clone(), folder.join("cases")]);
        }
        folders.extend(self.projects.get(root).into_iter().flat_map(super::project::Project::folders));
        let mut written = loader::written(&folders);
        written.retain(|file, _| self.documents.get(file).is_none());
        written
    }
}
