//! The mends of problems, as the light bulb offers them.

use std::collections::BTreeMap;

use gen_lsp_types::{CodeAction, CodeActionKind, Diagnostic, TextEdit, WorkspaceEdit};

use super::view::View;
use super::{diagnostics, difference};
use crate::problem::{Edit, Mend, Problem, mend};
use crate::source::{SourceId, Span};

/// Edits of several files.
pub(super) type Edits = BTreeMap<SourceId, Vec<TextEdit>>;

/// An action before it is known how the editor takes edits.
pub(super) struct Action {
    title: String,
    kind: CodeActionKind,
    preferred: bool,
    /// Which of the problems shown it mends.
    mends: Option<Diagnostic>,
    edits: Edits,
}

impl Action {
    /// Returns whether it solves one problem or all of them.
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
            diagnostics: self.mends.map(|mended| vec![mended]),
            edit: Some(edit),
            is_preferred: self.preferred.then_some(true),
            ..CodeAction::default()
        }
    }
}

/// Returns what can be done about the problems that a span touches; `shown` are those that the editor has there.
pub(super) fn actions(view: &View<'_>, span: Span, shown: &[Diagnostic]) -> Vec<Action> {
    let touched = problems(view).filter(|problem| touches(problem.span(), span));
    let mut all: Vec<Action> = touched.flat_map(|problem| mends(view, problem, shown)).collect();
    all.extend(mend_all(view));
    all
}

fn problems<'v>(view: &'v View<'_>) -> impl Iterator<Item = &'v Problem> {
    diagnostics::problems(&view.analysis, view.proven)
}

fn touches(a: Span, b: Span) -> bool {
    a.source == b.source && a.start <= b.end && b.start <= a.end
}

/// Returns the suggestions for one problem. A safe one may be made without looking, so it is preferred.
fn mends(view: &View<'_>, problem: &Problem, shown: &[Diagnostic]) -> Vec<Action> {
    let range = view.range(problem.span());
    let code = problem.code.name();
    let is_it = |diagnostic: &&Diagnostic| {
        let same = matches!(&diagnostic.code, Some(gen_lsp_types::Code::String(name)) if name == code);
        same && diagnostic.range == range
    };
    let mended = shown.iter().find(is_it);
    let action = |mend: &Mend| Action {
        title: capitalised(&mend.title),
        kind: CodeActionKind::QuickFix,
        preferred: mend.safe,
        mends: mended.cloned(),
        edits: edits(view, &mend.edits),
    };
    problem.mends.iter().map(action).collect()
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
fn mend_all(view: &View<'_>) -> Option<Action> {
    let here = |problem: &&Problem| {
        let mut edits = problem.mends.iter().flat_map(|mend| &mend.edits);
        edits.all(|edit| edit.span.source == view.id)
    };
    let mended = mend(problems(view).filter(here), &view.analysis.texts.sources, false);
    let (source, new) = (view.source()?, mended.texts.get(&view.id)?);
    Some(Action {
        title: "Mend everything in this file that is safe to mend".to_owned(),
        kind: CodeActionKind::SourceFixAll,
        preferred: false,
        mends: None,
        edits: Edits::from([(view.id, difference::text_edits(source, new, view.encoding))]),
    })
}

fn capitalised(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
