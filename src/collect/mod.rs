//! From records to tickets and their facts, by what the pack says of them.
//!
//! In: [`Records`], a pack with its `records`, `tickets` and `read`, and what a person recorded. Out: one [`Collected`] a ticket: its
//! facts, each with the line that it was read from, and what evidence says otherwise.
//!
//! Rows join a ticket where all keys that both know agree, and at least one is known in both; tables without any of the keys are
//! shared. Over a table that is not complete, `any` is yes or not known, and a count is a lower bound: "no" comes only from a row.
//! What a person recorded counts before what is read.

mod clocks;
mod tickets;
mod world;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::eval;
use crate::evidence::{self, Input, Options};
use crate::facts::recorded::{Facts, Recorded};
use crate::pack::{FactId, Pack};
use crate::records::{ArtefactId, At, Limits, Records};
use crate::source::{Source, SourceId, Sources, Span};
use crate::value::{Known, Type, write_known};

pub use clocks::{declared, site};
pub use written::written;

/// Artefacts as they are given, and what has to be known to read them.
pub struct Artefacts<'i> {
    /// The artefacts, of one incident.
    pub inputs: Vec<Input<'i>>,
    /// A day close behind their newest lines, for times that say no year.
    pub newest: Option<Date>,
    /// How much is read of them.
    pub limits: Limits,
}

/// What artefacts come to.
#[derive(Debug, Clone)]
pub struct Incident {
    /// What was read, and what was not.
    pub records: Records,
    /// The tickets, in the order in which they begin.
    pub tickets: Vec<Collected>,
}

/// Reads artefacts by what a pack says of them, and makes tickets of them; `progress` is told how many bytes more were read. The lines that
/// facts were read from are added to the sources.
pub fn incident(
    pack: &Pack,
    artefacts: Artefacts<'_>,
    by_hand: &Facts,
    sources: &mut Sources,
    progress: &mut dyn FnMut(u64),
) -> Incident {
    let options = Options {
        zone: site(pack, by_hand),
        declared: declared(pack, by_hand),
        newest: artefacts.newest,
        limits: artefacts.limits,
    };
    let records = evidence::read(artefacts.inputs, &options, progress);
    let tickets = collect(pack, &records, by_hand, sources);
    Incident { records, tickets }
}

/// A ticket, and the facts that evidence gives.
#[derive(Debug, Clone)]
pub struct Collected {
    /// What tells it from others: the keys of the pack with their values, those that are known.
    pub subject: Vec<(String, String)>,
    /// What is known: recorded by a person, or read.
    pub facts: Facts,
    /// Which of them were read.
    pub read: BTreeSet<FactId>,
    /// Why there is nothing to diagnose, in the words of the pack; none where there is.
    pub fine: Option<String>,
}

/// Where a value was read.
type Place = (ArtefactId, At);

/// A fact as it was read, with its place still to be found in a text.
#[derive(Debug, Clone)]
struct Reading {
    known: Known,
    place: Option<Place>,
}

/// Makes tickets of records. The lines that facts were read from are added to the sources.
pub fn collect(pack: &Pack, records: &Records, by_hand: &Facts, sources: &mut Sources) -> Vec<Collected> {
    let tables = world::Tables::new(pack, records);
    let grouped = tickets::tickets(pack, &tables, by_hand);
    let mut read = Vec::new();
    for ticket in &grouped {
        let world = world::World::new(pack, &tables, Some(ticket), by_hand);
        let readings = world.readings();
        let fine = pack.tickets.iter().flat_map(|keys| &keys.fine);
        let fine = fine.clone().find(|(when, _)| eval::holds(when, &world) == Some(true));
        read.push((readings, fine.map(|(_, text)| text.clone())));
    }
    let places = Excerpts::new(records, read.iter().flat_map(|(readings, _)| readings.places()), sources);
    let subjects = grouped.iter().map(|ticket| ticket.subject(pack));
    subjects
        .zip(read)
        .map(|(subject, (readings, fine))| collected(pack, by_hand, subject, &readings, fine, &places))
        .collect()
}

fn collected(
    pack: &Pack,
    by_hand: &Facts,
    subject: Vec<(String, String)>,
    readings: &world::Readings,
    fine: Option<String>,
    places: &Excerpts,
) -> Collected {
    let mut facts = by_hand.clone();
    let mut read = BTreeSet::new();
    let recorded = |id: FactId, reading: &Reading| Recorded {
        known: reading.known.clone(),
        sure: None,
        available: true,
        span: places.span(reading.place.as_ref(), &reading.known, &pack.facts[id].ty),
        written: write_known(&reading.known, &pack.facts[id].ty),
    };
    for (id, reading) in &readings.first {
        match by_hand.recorded.get(id).filter(|recorded| recorded.available) {
            None => {
                facts.recorded.insert(*id, recorded(*id, reading));
                read.insert(*id);
            }
            Some(first) if eval::apart(&first.known, &reading.known) => {
                facts.otherwise.push((*id, recorded(*id, reading)));
            }
            Some(_) => {}
        }
    }
    for (id, reading) in &readings.others {
        facts.otherwise.push((*id, recorded(*id, reading)));
    }
    Collected { subject, facts, read, fine }
}

/// The lines that facts were read from, as texts.
struct Excerpts {
    /// By artefact: the text, and where each line begins in it.
    lines: BTreeMap<ArtefactId, (SourceId, BTreeMap<At, usize>)>,
}

impl Excerpts {
    fn new<'p>(records: &Records, places: impl Iterator<Item = &'p Place>, sources: &mut Sources) -> Self {
        let mut wanted: BTreeMap<ArtefactId, BTreeSet<&At>> = BTreeMap::new();
        for (artefact, at) in places {
            wanted.entry(*artefact).or_default().insert(at);
        }
        let mut lines = BTreeMap::new();
        for (artefact, wanted) in wanted {
            let name = records.artefact(artefact).map_or("", |artefact| artefact.name.as_str());
            let text = wanted.iter().map(|at| (at.line as usize, &*at.text));
            let id = sources.add(Source::excerpt(name, text));
            let starts = (1..).zip(&wanted).map(|(line, at)| {
                let start = sources.get(id).map_or(0, |source| source.line_start(line));
                ((*at).clone(), start)
            });
            let starts = starts.collect();
            lines.insert(artefact, (id, starts));
        }
        Self { lines }
    }

    /// Returns where a value stands in its line, or the line where it does not stand there as it is written.
    fn span(&self, place: Option<&Place>, known: &Known, ty: &Type) -> Span {
        let found = place.and_then(|(artefact, at)| {
            let (source, starts) = self.lines.get(artefact)?;
            let start = *starts.get(at)?;
            let line = Span { source: *source, start, end: start + at.text.len() };
            let written = write_known(known, ty);
            let within = at.text.find(&written).filter(|_| !written.is_empty());
            Some(within.map_or(line, |from| line.slice(from, from + written.len())))
        });
        found.unwrap_or_default()
    }
}
