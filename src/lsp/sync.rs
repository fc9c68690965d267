//! What is open and what is shown: texts as they change, the packs that they belong to, their problems.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_server::Notification;
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument,
    Notification as _, PublishDiagnostics,
};
use lsp_types::{Diagnostic, FileChangeType, FileEvent, PublishDiagnosticsParams};

use super::background::Job;
use super::diagnostics::{diagnostics, problems};
use super::documents::file_of;
use super::project::{self, Project, Root, root_of};
use super::server::Server;
use super::uri;

impl Server {
    /// Takes in what the editor tells; what is not understood is passed over, as the protocol says.
    pub(super) fn told(&mut self, told: Notification) {
        match told.method.as_str() {
            DidOpenTextDocument::METHOD => {
                let Ok(params) =
                    told.extract::<lsp_types::DidOpenTextDocumentParams>(DidOpenTextDocument::METHOD)
                else {
                    return;
                };
                let opened = params.text_document;
                let file = self.documents.open(opened.uri, opened.version, opened.text);
                self.changed(&file, true);
            }
            DidChangeTextDocument::METHOD => {
                let Ok(params) =
                    told.extract::<lsp_types::DidChangeTextDocumentParams>(DidChangeTextDocument::METHOD)
                else {
                    return;
                };
                let file = file_of(&params.text_document.uri);
                let version = params.text_document.version;
                if self.documents.change(&file, version, params.content_changes, self.encoding) {
                    self.changed(&file, false);
                }
            }
            DidCloseTextDocument::METHOD => {
                let Ok(params) =
                    told.extract::<lsp_types::DidCloseTextDocumentParams>(DidCloseTextDocument::METHOD)
                else {
                    return;
                };
                let file = file_of(&params.text_document.uri);
                self.documents.close(&file);
                self.reload(|project| project.id(&file).is_some());
                self.settle();
            }
            DidChangeWatchedFiles::METHOD => {
                let Ok(params) =
                    told.extract::<lsp_types::DidChangeWatchedFilesParams>(DidChangeWatchedFiles::METHOD)
                else {
                    return;
                };
                self.on_disk(&params.changes);
            }
            _ => {}
        }
    }

    /// A text was opened or changed.
    fn changed(&mut self, file: &Path, opened: bool) {
        let Some(document) = self.documents.get(file) else { return };
        let text = document.source.text.clone();
        self.changed.insert(file.to_owned());
        let mut again = BTreeSet::new();
        for (root, project) in &mut self.projects {
            if project.id(file).is_some() && !project.change(file, &text) {
                again.insert(root.clone());
            }
        }
        let own = self.root(file);
        if opened && self.projects.get(&own).is_some_and(|project| project.id(file).is_none()) {
            again.insert(own);
        }
        self.projects.retain(|root, _| !again.contains(root));
        if opened || !again.is_empty() {
            self.settle();
        }
    }

    /// Files changed outside of the editor. One that is open counts as the editor holds it.
    fn on_disk(&mut self, changes: &[FileEvent]) {
        let open = |event: &FileEvent| {
            event.typ == FileChangeType::CHANGED && self.documents.get(&file_of(&event.uri)).is_some()
        };
        if !changes.iter().all(open) {
            self.failed.clear();
            self.reload(|_| true);
            self.settle();
        }
    }

    /// Forgets packs, so that they are loaded again.
    fn reload(&mut self, which: impl Fn(&Project) -> bool) {
        self.projects.retain(|_, project| !which(project));
    }

    /// To what a file belongs.
    pub(super) fn root(&self, file: &Path) -> Root {
        root_of(file, |path| self.documents.get(path).is_some())
    }

    /// Has exactly those packs loaded of which something is open.
    pub(super) fn settle(&mut self) {
        let wanted: BTreeSet<Root> = self.documents.files().map(|file| self.root(file)).collect();
        self.failed.retain(|root| wanted.contains(root));
        self.written.retain(|root, _| wanted.contains(root));
        self.projects.retain(|root, _| wanted.contains(root));
        let gone: BTreeSet<Root> = self.shown.values().flat_map(BTreeMap::keys).cloned().collect();
        gone.difference(&wanted).for_each(|root| self.show_of(root, BTreeMap::new()));
        let texts = self.documents.texts();
        for root in wanted {
            if self.projects.contains_key(&root) || self.failed.contains(&root) {
                continue;
            }
            match project::load(&root, &texts) {
                Ok(project) => {
                    self.projects.insert(root.clone(), project);
                    self.look(&root);
                }
                Err(unreadable) => {
                    self.show(unreadable.to_string());
                    self.show_of(&root, BTreeMap::new());
                    self.failed.insert(root);
                }
            }
        }
    }

    /// Looks at every pack that changed, and shows what is wrong with it.
    pub(super) fn refresh(&mut self) {
        let stale: Vec<Root> =
            self.projects.iter().filter(|(_, p)| p.stale).map(|(r, _)| r.clone()).collect();
        for root in stale {
            let Some(project) = self.projects.get_mut(&root) else { continue };
            project.stale = false;
            let analysis = project.analysis();
            if !analysis.whole {
                project.proven.broken();
            }
            let before = project.proven.clone();
            let job =
                Job { root: root.clone(), state: project.next(), analysis: Arc::clone(&analysis), before };
            self.publish(&root);
            if matches!(root, Root::Pack(_)) {
                self.prove(job);
            }
        }
    }

    /// Shows what is known to be wrong with a pack.
    pub(super) fn publish(&mut self, root: &Root) {
        let encoding = self.encoding;
        let Some(project) = self.projects.get_mut(root) else { return };
        let analysis = project.analysis();
        let problems = problems(&analysis, &project.proven);
        let by_file = diagnostics(&analysis.texts, problems, &project.proven.missed, encoding);
        self.show_of(root, by_file);
    }

    /// Shows what a pack says of its files now, where that is something else than before.
    fn show_of(&mut self, root: &Root, mut now: BTreeMap<PathBuf, Vec<Diagnostic>>) {
        let before = self.shown.iter().filter(|(_, by_root)| by_root.contains_key(root));
        for file in before.map(|(file, _)| file.clone()).collect::<Vec<_>>() {
            now.entry(file).or_default();
        }
        for (file, found) in now {
            let by_root = self.shown.entry(file.clone()).or_default();
            let old = merged(by_root);
            if found.is_empty() {
                by_root.remove(root)
            } else {
                by_root.insert(root.clone(), found)
            };
            let new = merged(by_root);
            if by_root.is_empty() {
                self.shown.remove(&file);
            }
            if self.changed.remove(&file) || old != new {
                self.show_file(&file, new);
            }
        }
    }

    fn show_file(&mut self, file: &Path, diagnostics: Vec<Diagnostic>) {
        let document = self.documents.get(file);
        let named = document.map(|document| document.uri.clone());
        let version = document.map(|document| document.version);
        let Some(uri) = named.or_else(|| uri::of_name(&file.display().to_string())) else { return };
        self.notify::<PublishDiagnostics>(PublishDiagnosticsParams { uri, diagnostics, version });
    }
}

/// What several packs say of a file, each thing once.
fn merged(by_root: &BTreeMap<Root, Vec<Diagnostic>>) -> Vec<Diagnostic> {
    if let (1, Some(all)) = (by_root.len(), by_root.values().next()) {
        return all.clone();
    }
    let mut all: Vec<Diagnostic> = Vec::new();
    for diagnostic in by_root.values().flatten() {
        if !all.contains(diagnostic) {
            all.push(diagnostic.clone());
        }
    }
    all
}
