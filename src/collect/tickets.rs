//! Which rows make one ticket.

use std::collections::{BTreeMap, BTreeSet};

use super::world::{Tables, World};
use crate::facts::recorded::Facts;
use crate::letters::alike;
use crate::pack::Pack;
use crate::value::{Value, write_value};

/// The keys of a row or ticket: as two are compared, and as the first row has it; none where it is not known.
type Keys = Vec<Option<(String, String)>>;

/// A ticket: the values of the keys, those that are known, and its rows of each table.
#[derive(Debug, Clone, Default)]
pub(super) struct Ticket {
    /// In the order of the keys.
    keys: Keys,
    /// Which of the rows that begin tickets is its first.
    place: usize,
    /// By table: the rows that are its own; a table that is not here is shared.
    rows: BTreeMap<String, BTreeSet<usize>>,
}

impl Ticket {
    /// Returns the keys that are known.
    pub(super) fn subject(&self, pack: &Pack) -> Vec<(String, String)> {
        let names = pack.tickets.iter().flat_map(|keys| &keys.keys);
        let known = names.zip(&self.keys).filter_map(|(name, value)| Some((name.clone(), value.clone()?.1)));
        known.collect()
    }

    /// Returns the rows of a table that belong to it; none where all do.
    pub(super) fn rows(&self, table: &str) -> Option<&BTreeSet<usize>> {
        self.rows.get(table)
    }

    /// Returns whether all keys that both know agree, and at least one is known in both.
    fn takes(&self, keys: &[Option<(String, String)>]) -> bool {
        let mut shared = false;
        for (own, other) in self.keys.iter().zip(keys) {
            if let (Some((own, _)), Some((other, _))) = (own, other) {
                if own != other {
                    return false;
                }
                shared = true;
            }
        }
        shared
    }
}

/// Tickets, and which of them know a key.
struct Grouped {
    tickets: Vec<Ticket>,
    /// By key and value.
    known: BTreeMap<(usize, String), BTreeSet<usize>>,
}

impl Grouped {
    /// Returns the tickets that take a row of these keys, in their order.
    fn takers(&self, keys: &[Option<(String, String)>]) -> Vec<usize> {
        let known = keys.iter().enumerate().filter_map(|(at, key)| Some((at, key.as_ref()?.0.clone())));
        let candidates: BTreeSet<usize> =
            known.filter_map(|key| self.known.get(&key)).flatten().copied().collect();
        let takes = |at: &usize| self.tickets.get(*at).is_some_and(|ticket| ticket.takes(keys));
        candidates.into_iter().filter(takes).collect()
    }

    /// Lets a ticket know the keys of a row.
    fn learn(&mut self, at: usize, place: usize, keys: &[Option<(String, String)>]) {
        let Some(ticket) = self.tickets.get_mut(at) else { return };
        ticket.place = ticket.place.min(place);
        for (key, (own, other)) in ticket.keys.iter_mut().zip(keys).enumerate() {
            if let (None, Some(other)) = (&own, other) {
                self.known.entry((key, other.0.clone())).or_default().insert(at);
                *own = Some(other.clone());
            }
        }
    }

    fn open(&mut self, place: usize, keys: &[Option<(String, String)>]) {
        let at = self.tickets.len();
        let unknown = keys.iter().map(|_| None).collect();
        self.tickets.push(Ticket { keys: unknown, place, rows: BTreeMap::new() });
        self.learn(at, place, keys);
    }
}

/// Returns the tickets of some records, in the order of the rows that begin them; without such a row, one to which all belong.
pub(super) fn tickets(pack: &Pack, tables: &Tables<'_>, by_hand: &Facts) -> Vec<Ticket> {
    let Some(declared) = &pack.tickets else { return vec![Ticket::default()] };
    let mut grouped = Grouped { tickets: Vec::new(), known: BTreeMap::new() };
    let world = World::new(pack, tables, None, by_hand);
    for (table, filter) in &declared.opened {
        let opening = world.rows_for(*table, filter.as_ref());
        let Some(name) = tables.base(*table) else { continue };
        // What knows most of the keys begins, so that what knows less joins it.
        let keys_of = |at: &usize| keys(&declared.keys, tables, &name, *at);
        let mut keyed: Vec<(usize, Keys)> = opening.iter().map(keys_of).enumerate().collect();
        keyed.sort_by_key(|(_, keys)| std::cmp::Reverse(keys.iter().flatten().count()));
        for (place, keys) in &keyed {
            match grouped.takers(keys).as_slice() {
                [] => grouped.open(*place, keys),
                [one] => grouped.learn(*one, *place, keys),
                _ => {}
            }
        }
        // The order of the artefact is the order of the tickets.
        grouped.tickets.sort_by_key(|ticket| ticket.place);
        if !grouped.tickets.is_empty() {
            break;
        }
    }
    if grouped.tickets.is_empty() {
        return vec![Ticket::default()];
    }
    grouped.known.clear();
    for (at, ticket) in grouped.tickets.iter().enumerate() {
        for (key, value) in ticket.keys.iter().enumerate() {
            if let Some((value, _)) = value {
                grouped.known.entry((key, value.clone())).or_default().insert(at);
            }
        }
    }
    // A ticket that knows no key is that of all rows: nothing tells them from it.
    let lone = grouped.tickets.len() == 1
        && grouped.tickets.iter().all(|ticket| ticket.keys.iter().all(Option::is_none));
    if lone {
        return grouped.tickets;
    }
    share(&declared.keys, tables, &mut grouped);
    grouped.tickets
}

/// Gives each ticket its rows of the tables that have keys.
fn share(names: &[String], tables: &Tables<'_>, grouped: &mut Grouped) {
    for (table, rows) in tables.keyed(names) {
        for ticket in &mut grouped.tickets {
            ticket.rows.entry(table.clone()).or_default();
        }
        for at in 0..rows {
            let keys = keys(names, tables, &table, at);
            for taker in grouped.takers(&keys) {
                if let Some(own) =
                    grouped.tickets.get_mut(taker).and_then(|ticket| ticket.rows.get_mut(&table))
                {
                    own.insert(at);
                }
            }
        }
    }
}

/// Returns the keys of a row, as they are compared and as they are shown.
fn keys(names: &[String], tables: &Tables<'_>, table: &str, row: usize) -> Keys {
    let key = |name: &String| {
        let (column, cell) = tables.cell(table, row, name)?;
        let written = write_value(&cell.value, &column.ty);
        let compared = match &cell.value {
            Value::Text(text) => alike(text),
            _ => written.clone(),
        };
        Some((compared, written))
    };
    names.iter().map(key).collect()
}
