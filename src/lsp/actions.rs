//! The suggestions of problems, as the light bulb offers them.

use std::collections::BTreeMap;

use gen_lsp_types::{CodeAction, CodeActionKind, Diagnostic, TextEdit, WorkspaceEdit};

use super::view::View;
use super::{diagnostics, text_edits};
use crate::problem::{Edit, Problem, Suggestion, mend};
use crate::source::{SourceId, Span};

/// Edits of several files.
pub(super) type Edits = BTreeMap<SourceId, Vec<TextEdit>>;

/// An action before it is known how the editor takes edits.
pub(super) struct Action {
    title: String,
    kind: CodeActionKind,
    preferred: bool,
    /// Which of the problems shown it suggestions.
    suggestions: Option<Diagnostic>,
    edits: Edits,
}

impl Action {
    /// Returns whether it resolves one problem or all of them.
    pub(super) fn kind(&self) -> &CodeActionKind {
        &self.kind
    }

    /// Takes out what it changes.
    pub(super) fn take(&mut self) -> Edits {
        std::mem::take(&mut self.edits)
    }

    /// Converts it to the structure of the protocol.
    pub(super) fn with(self, edit: WorkspaceEdit) -> CodeAction {
        CodeAction {
            title: self.title,
            kind: Some(self.kind),
            diagnostics: self.suggestions.map(|mended| vec![mended]),
            edit: Some(edit),
            is_preferred: self.preferred.then_some(true),
            ..CodeAction::default()
        }
    }
}

/// Returns what can be done about the problems that a span touches; `shown` are those that the editor has there.
pub(super) fn actions(view: &View<'_>, span: Span, shown: &[Diagnostic]) -> Vec<Action> {
    let touched = problems(view).filter(|problem| touches(problem.span(), span));
    let mut all: Vec<Action> = touched.flat_map(|problem| suggestions(view, problem, shown)).collect();
    all.extend(fix_all(view));
    all
}

fn problems<'v>(view: &'v View<'_>) -> impl Iterator<Item = &'v Problem> {
    diagnostics::problems(&view.analysis, view.proven)
}

fn touches(a: Span, b: Span) -> bool {
    a.source == b.source && a.start <= b.end && b.start <= a.end
}

/// Returns the suggestions for one problem. A safe one may be made without looking, so it is preferred.
fn suggestions(view: &View<'_>, problem: &Problem, shown: &[Diagnostic]) -> Vec<Action> {
    let range = view.range(problem.span());
    let code = problem.code.name();
    let is_it = |diagnostic: &&Diagnostic| {
        let same = matches!(&diagnostic.code, Some(gen_lsp_types::Code::String(name)) if name == code);
        same && diagnostic.range == range
    };
    let mended = shown.iter().find(is_it);
    let action = |mend: &Suggestion| Action {
        title: capitalised(&mend.title),
        kind: CodeActionKind::QuickFix,
        preferred: mend.is_safe(),
        suggestions: mended.cloned(),
        edits: edits(view, &mend.edits),
    };
    problem.suggestions.iter().map(action).collect()
}

fn edits(view: &View<'_>, edits: &[Edit]) -> Edits {
    let mut by_file = Edits::new();
    for edit in edits {
        let change = TextEdit::new(view.range(edit.span), edit.text.clone());
        by_file.entry(edit.span.source).or_default().push(change);
    }
    by_file
}

/// Collects all that is safe in this file into one action.
fn fix_all(view: &View<'_>) -> Option<Action> {
    let here = |problem: &&Problem| {
        let mut edits = problem.suggestions.iter().flat_map(|mend| &mend.edits);
        edits.all(|edit| edit.span.source == view.id)
    };
    let mended = mend(problems(view).filter(here), &view.analysis.texts.sources, false);
    let (source, new) = (view.source()?, mended.texts.get(&view.id)?);
    Some(Action {
        title: "Fix all auto-fixable problems in this file".to_owned(),
        kind: CodeActionKind::SourceFixAll,
        preferred: false,
        suggestions: None,
        edits: Edits::from([(view.id, text_edits::text_edits(source, new, view.encoding))]),
    })
}

fn capitalised(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
