//! The places in one file where the same thing is named.

use gen_lsp_types::{DocumentHighlight, DocumentHighlightKind};

use super::view::View;

/// Finds where the file names what is named at an offset.
pub(super) fn highlights(view: &View<'_>, offset: usize) -> Vec<DocumentHighlight> {
    let Some((_, symbol)) = view.analysis.mentioned(view.id, offset) else { return Vec::new() };
    let places = view.analysis.places(&symbol);
    let here = places.into_iter().filter(|mention| mention.span.source == view.id);
    let kind = |declares| if declares { DocumentHighlightKind::Write } else { DocumentHighlightKind::Read };
    here.map(|mention| DocumentHighlight {
        range: view.range(mention.span),
        kind: Some(kind(mention.declares)),
    })
    .collect()
}
