//! The places in one file where the same thing is named.

use gen_lsp_types::{DocumentHighlight, DocumentHighlightKind};

use super::view::View;
use crate::pack::references::Role;

/// Returns where the file names what is named at a place.
pub(super) fn highlights(view: &View<'_>, offset: usize) -> Vec<DocumentHighlight> {
    let Some(named) = view.analysis.reference(view.id, offset) else { return Vec::new() };
    let places = view.analysis.pack.references.to(&named.symbol);
    let here = places.filter(|reference| reference.span.source == view.id);
    let kind = |role| match role {
        Role::Declares => DocumentHighlightKind::Write,
        Role::Introduces | Role::Uses => DocumentHighlightKind::Read,
    };
    here.map(|reference| DocumentHighlight {
        range: view.range(reference.span),
        kind: Some(kind(reference.role)),
    })
    .collect()
}
