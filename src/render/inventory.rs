//! What may be recorded, in the order in which one would look: by visit, what comes before anything else first.

use crate::pack::{Fact, FactId, Pack};
use crate::value::write_duration;

/// Facts that are found in one place.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Where one looks.
    pub(super) title: String,
    /// What it costs, in nanoseconds, where it is one visit.
    pub(super) takes: Option<i128>,
    /// Where more stands.
    pub(super) see: Vec<String>,
    /// What is found there.
    pub(super) facts: Vec<FactId>,
    /// Whether it is computed, and recorded only where the computation has nothing to go by.
    pub(super) computed: bool,
}

/// All places of a pack.
pub(super) fn places(pack: &Pack) -> Vec<Place> {
    let visits = pack.visits.iter().map(|visit| Place {
        title: visit.title.clone(),
        takes: visit.takes,
        see: visit.see.clone(),
        facts: visit.facts.clone(),
        computed: false,
    });
    let ids = |wanted: &dyn Fn(&Fact) -> bool| -> Vec<FactId> {
        pack.facts.iter().enumerate().filter(|(_, fact)| wanted(fact)).map(|(at, _)| FactId(at)).collect()
    };
    let place = |title: &str, facts, computed| Place {
        title: title.to_owned(),
        takes: None,
        see: Vec::new(),
        facts,
        computed,
    };
    let alone = ids(&|fact| fact.visit.is_none() && fact.definition.is_none());
    let computed = ids(&|fact| fact.visit.is_none() && fact.definition.is_some());
    let mut places: Vec<Place> = visits.collect();
    places.push(place("Each by itself", alone, false));
    places.push(place("Computed from other facts; recorded where those are not known", computed, true));
    places.retain(|place| !place.facts.is_empty());
    let first = |place: &Place| facts(pack, place).any(|fact| fact.ask_first);
    places.sort_by_key(|place| (place.computed, !first(place)));
    places
}

/// The facts of a place.
pub(super) fn facts<'p>(pack: &'p Pack, place: &'p Place) -> impl Iterator<Item = &'p Fact> {
    place.facts.iter().filter_map(|id| pack.facts.nth(id.0))
}

/// `Message log, Details (2 min)`
pub(super) fn heading(place: &Place) -> String {
    match place.takes {
        Some(takes) => format!("{} ({})", place.title, write_duration(takes)),
        None => place.title.clone(),
    }
}

/// `mailflow 1.0.0: Mail flow and delivery`
pub(super) fn title(pack: &Pack) -> String {
    let manifest = &pack.manifest;
    let name = format!("{} {}", manifest.name, manifest.version);
    let parts = [name.trim_end(), manifest.title.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
}
