//! What may be written at a place: names of the right kind, words with their numbers, levels of the symptom, units that fit, the parts of a
//! declaration, and whole declarations to fill in.
//!
//! Input: the words before the place (`context.rs`), which need not parse. Output: what is [`Wanted`] there, as items with a line about each.

mod body;
mod condition;
mod context;
mod items;
mod snippets;

use gen_lsp_types::CompletionItem;

use super::mentions::Owner;
use super::view::View;
use context::context;
use snippets::Snippet;

/// What may stand at a place.
#[derive(Debug, Clone, PartialEq)]
enum Wanted {
    /// Words of the language.
    Words(&'static [&'static str]),
    /// Pieces with places to fill in.
    Snippets(&'static [Snippet]),
    /// How often.
    Frequencies,
    /// How common.
    Commonness,
    /// Types of facts.
    Types,
    /// Facts and symptoms.
    Data,
    /// Tables.
    Tables,
    /// Facts and symptoms that no rule hears yet.
    NotObserved,
    /// Columns of a table.
    Columns(String),
    /// Causes and groups.
    Causes,
    /// Groups.
    Groups,
    /// Fixes.
    Fixes,
    /// What causes may join by `shows`.
    Rules,
    /// Whose work fixes are.
    People,
    /// Fixes, or causes, that are named and not declared.
    Undeclared {
        /// Fixes.
        fixes: bool,
    },
    /// Values, levels or kinds.
    Values(Owner),
    /// The same, where yes and no are not said.
    Levels(Owner),
    /// Units that fit what is compared.
    Units(Owner),
    /// Units of time.
    TimeUnits,
    /// Codes of problems.
    Codes,
}

/// Lists what may be written at an offset in bytes.
pub(super) fn completions(view: &View<'_>, offset: usize, snippets: bool) -> Vec<CompletionItem> {
    if view.tree().is_none() {
        return Vec::new();
    }
    let Some(context) = context(view.text(), offset) else { return Vec::new() };
    let wanted = body::wanted(view, &context);
    items::items(view, &context, &wanted, snippets)
}
