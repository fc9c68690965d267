//! The text in the one form that all packs share.

use gen_lsp_types::TextEdit;

use super::text_edits;
use super::view::View;
use crate::format::{format, says_the_same};

/// Returns what `ruleout fmt` would change.
///
/// # Errors
/// Where the text does not parse: what cannot be read is left as it is.
pub(super) fn formatting(view: &View<'_>) -> Result<Vec<TextEdit>, String> {
    let Some(source) = view.source().filter(|_| view.tree().is_some()) else { return Ok(Vec::new()) };
    match format(view.id, &source.text).0 {
        Some(new) if says_the_same(&source.text, &new) => {
            Ok(text_edits::text_edits(source, &new, view.encoding))
        }
        Some(_) => {
            Err("left as it is: written anew, it would say something else; please report it".to_owned())
        }
        None => Err("mend what does not read first; then the file can be put in order".to_owned()),
    }
}
