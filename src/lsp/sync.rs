//! What is open and what is shown: texts as they change, the packs that they belong to, their problems.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{
    Diagnostic, DidChangeTextDocumentNotification, DidChangeTextDocumentParams,
    DidChangeWatchedFilesNotification, DidChangeWatchedFilesParams, DidCloseTextDocumentNotification,
    DidCloseTextDocumentParams, DidOpenTextDocumentNotification, DidOpenTextDocumentParams, FileChangeType,
    FileEvent, LspNotificationMethod, Notification as _, PublishDiagnosticsNotification,
    PublishDiagnosticsParams,
};
use lsp_server::Notification;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::background::Job;
use super::diagnostics::{diagnostics, problems};
use super::documents::{file_of, uri_of};
use super::project::{self, Project, Root, root_of};
use super::server::Server;

impl Server {
    /// Takes in what the editor tells; what is not understood is passed over, as the protocol says.
    pub(super) fn handle_notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match LspNotificationMethod::from(method.as_str()) {
            DidOpenTextDocumentNotification::METHOD => understood(params, |params| self.open(params)),
            DidChangeTextDocumentNotification::METHOD => understood(params, |params| self.edit(params)),
            DidCloseTextDocumentNotification::METHOD => understood(params, |params| self.close(&params)),
            DidChangeWatchedFilesNotification::METHOD => understood(params, |params| self.on_disk(&params)),
            _ => {}
        }
    }

    /// Takes in a text that was opened.
    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let opened = params.text_document;
        let file = self.documents.open(opened.uri, opened.version, opened.text);
        self.changed(&file, true);
    }

    /// Takes in what was typed.
    fn edit(&mut self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        let file = file_of(&document.text_document_identifier.uri);
        if self.documents.change(&file, document.version, params.content_changes, self.encoding) {
            self.changed(&file, false);
        }
    }

    /// Forgets a text that was closed: its file counts again.
    fn close(&mut self, params: &DidCloseTextDocumentParams) {
        let file = file_of(&params.text_document.uri);
        self.documents.close(&file);
        self.reload(|project| project.id(&file).is_some());
        self.load_open_packs();
    }

    /// Tells the packs that a text was opened or changed.
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
        if opened || !again.is_empty() || !self.failed.is_empty() {
            self.load_open_packs();
        }
    }

    /// Loads again what changed outside of the editor. A file that is open counts as the editor holds it.
    fn on_disk(&mut self, params: &DidChangeWatchedFilesParams) {
        let open = |event: &FileEvent| {
            event.kind == FileChangeType::Changed && self.documents.get(&file_of(&event.uri)).is_some()
        };
        if !params.changes.iter().all(open) {
            self.failed.clear();
            self.reload(|_| true);
            self.load_open_packs();
        }
    }

    /// Forgets packs, so that they are loaded again.
    fn reload(&mut self, which: impl Fn(&Project) -> bool) {
        self.projects.retain(|_, project| !which(project));
    }

    /// Finds to what a file belongs.
    pub(super) fn root(&self, file: &Path) -> Root {
        root_of(file, |path| self.documents.get(path).is_some())
    }

    /// Loads the packs of which something is open, and forgets all others.
    pub(super) fn load_open_packs(&mut self) {
        let wanted: BTreeSet<Root> = self.documents.files().map(|file| self.root(file)).collect();
        self.failed.retain(|root| wanted.contains(root));
        self.written.retain(|root, _| wanted.contains(root));
        self.projects.retain(|root, _| wanted.contains(root));
        let gone: BTreeSet<Root> = self.shown.values().flat_map(BTreeMap::keys).cloned().collect();
        gone.difference(&wanted).for_each(|root| self.show_of(root, BTreeMap::new()));
        let texts = self.documents.texts();
        for root in wanted {
            if self.projects.contains_key(&root) {
                continue;
            }
            match project::load(&root, &texts) {
                Ok(project) => {
                    self.failed.remove(&root);
                    self.projects.insert(root.clone(), project);
                    self.remember_written(&root);
                }
                Err(unreadable) => {
                    // Tried again with whatever happens next, and said once.
                    if self.failed.insert(root.clone()) {
                        self.show(unreadable.to_string());
                        self.show_of(&root, BTreeMap::new());
                    }
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
        let version = document.map(|document| document.version);
        let uri = document.map_or_else(|| uri_of(&file.display().to_string()), |open| open.uri.clone());
        self.notify::<PublishDiagnosticsNotification>(PublishDiagnosticsParams { uri, diagnostics, version });
    }
}

/// Hands on what a notification brings, where it reads.
fn understood<P: DeserializeOwned>(params: Value, handle: impl FnOnce(P)) {
    if let Ok(params) = serde_json::from_value(params) {
        handle(params);
    }
}

/// Merges what several packs say of a file, each thing once.
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
