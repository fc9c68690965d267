//! What may be written at a place: names of the right kind, words with their numbers, levels of the symptom, units that fit, the
//! parts of a declaration, and whole declarations to fill in.
//!
//! Input: the words before the place (`context.rs`), which need not parse. Output: what is [`Wanted`] there, as items with a
//! line about each.

mod body;
mod condition;
mod context;
mod evidence;
mod items;
mod snippets;

use gen_lsp_types::CompletionItem;

use super::view::View;
use crate::pack::references::Owner;
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
    /// Facts that are tables.
    Tables,
    /// Tables of records, of the pack and of readers.
    Rows,
    /// Tables of records that the pack declares.
    OwnRows,
    /// Those of them that have a column.
    RowsWith(String),
    /// Cells of tables that have one row, as far as they can be a value of something: `text of refusal`.
    Cells(Owner),
    /// Facts that can name a clock.
    Clocks,
    /// Facts and symptoms that no rule observes yet.
    NotObserved,
    /// Columns of a table.
    Columns(String),
    /// Columns of all tables of records that the pack declares, each once.
    AllColumns,
    /// Causes and groups.
    Causes,
    /// Groups.
    Groups,
    /// Fixes.
    Fixes,
    /// Rules that a cause may join by `shows`.
    Rules,
    /// Whose work fixes are.
    People,
    /// Fixes, or causes, that are named but not declared.
    Undeclared {
        /// Fixes.
        fixes: bool,
    },
    /// Values, levels or kinds.
    Values(Owner),
    /// Values, levels or kinds other than `yes` and `no`.
    Levels(Owner),
    /// Units that fit what is compared.
    Units(Owner),
    /// Units of time.
    TimeUnits,
    /// Codes of problems.
    Codes,
}

/// Returns what may be written at a place.
pub(super) fn completions(view: &View<'_>, offset: usize, snippets: bool) -> Vec<CompletionItem> {
    if view.tree().is_none() {
        return Vec::new();
    }
    let Some(context) = context(view.text(), offset) else { return Vec::new() };
    let wanted = body::wanted(view, &context);
    items::items(view, &context, &wanted, snippets)
}
