//! Where a name is declared, and where it stands.

use gen_lsp_types::Location;

use super::mentions::Mention;
use super::names::Symbol;
use super::view::View;

/// Finds where the name at an offset is declared. A group is declared by each cause that is part of it.
pub(super) fn definitions(view: &View<'_>, offset: usize) -> Vec<Location> {
    let Some((_, symbol)) = view.analysis.mentioned(view.id, offset) else { return Vec::new() };
    let places = view.analysis.places(&symbol);
    let declared = places.into_iter().filter(|mention| is_declaration(mention, &symbol));
    declared.filter_map(|mention| view.location(mention.span)).collect()
}

/// Finds every place in the pack that names the same.
pub(super) fn references(view: &View<'_>, offset: usize, declaration: bool) -> Vec<Location> {
    let Some((_, symbol)) = view.analysis.mentioned(view.id, offset) else { return Vec::new() };
    let places = view.analysis.places(&symbol);
    let wanted = places.into_iter().filter(|mention| declaration || !is_declaration(mention, &symbol));
    wanted.filter_map(|mention| view.location(mention.span)).collect()
}

/// Returns whether a mention is what declares a name.
fn is_declaration(mention: &Mention, symbol: &Symbol) -> bool {
    let by_being_named = matches!(symbol, Symbol::Person(_))
        || matches!((symbol, &mention.role), (Symbol::Group(_), super::mentions::Role::Group));
    mention.declares || by_being_named
}
