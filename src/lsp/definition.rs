//! Where a name is declared, and where it is used.

use gen_lsp_types::Location;

use super::view::View;
use crate::pack::references::{Reference, Role};

/// Returns where what is named at a place is declared. A group is declared by each cause that is part of it.
pub(super) fn definitions(view: &View<'_>, offset: usize) -> Vec<Location> {
    locations(view, offset, |reference| reference.role != Role::Uses)
}

/// Returns every place in the pack that names it too, with or without those that declare it.
pub(super) fn references(view: &View<'_>, offset: usize, declaration: bool) -> Vec<Location> {
    locations(view, offset, |reference| declaration || reference.role == Role::Uses)
}

/// Returns the places that name what is named at a place.
fn locations(view: &View<'_>, offset: usize, wanted: impl Fn(&Reference) -> bool) -> Vec<Location> {
    let Some(named) = view.analysis.reference(view.id, offset) else { return Vec::new() };
    let places = view.analysis.pack.references.to(&named.symbol).filter(|reference| wanted(reference));
    places.filter_map(|reference| view.location(reference.span)).collect()
}
