//! What artefacts come to, as JSON.

use std::collections::BTreeMap;

use crate::collect::Collected;
use crate::facts::recorded::Recorded;
use crate::pack::Pack;
use crate::records::{Artefact, Records};
use crate::source::{Sources, Span};
use crate::value::write_value;
use crate::wire::diagnose::Answer;
use crate::wire::evidence::{
    Artefact as Written, Evidence, Fact, Line, Note, Otherwise, Outcome, Reader, Record, Ticket,
};
use crate::wire::{self, Place, Version};

/// Writes tickets, each with its answer where there is one, and what was read; with `rows`, row by row.
pub fn evidence(
    pack: &Pack,
    tickets: Vec<(&Collected, Option<Answer>)>,
    records: &Records,
    sources: &Sources,
    rows: bool,
) -> String {
    wire::json(&Evidence {
        schema_version: Version,
        pack: wire::Pack::new(&pack.manifest.name, &pack.manifest.version),
        tickets: tickets
            .into_iter()
            .map(|(collected, answer)| ticket(pack, collected, answer, sources))
            .collect(),
        artefacts: artefacts(records, rows),
    })
}

/// Writes what was read from artefacts, row by row.
pub fn records(records: &Records) -> String {
    wire::json(&wire::evidence::Records { schema_version: Version, artefacts: artefacts(records, true) })
}

fn ticket(pack: &Pack, collected: &Collected, answer: Option<Answer>, sources: &Sources) -> Ticket {
    let place =
        |recorded: &Recorded| (recorded.span != Span::default()).then(|| sources.place(recorded.span).into());
    let name = |id| pack.facts[id].name.value.clone();
    let fact = |(id, recorded): (&crate::pack::FactId, &Recorded)| {
        let place: Option<Place> = place(recorded);
        (name(*id), Fact { value: recorded.written.clone(), read: collected.read.contains(id), place })
    };
    let otherwise = collected.facts.otherwise.iter().map(|(id, recorded)| Otherwise {
        fact: name(*id),
        value: recorded.written.clone(),
        place: place(recorded),
    });
    Ticket {
        subject: (!collected.subject.is_empty()).then(|| collected.subject.iter().cloned().collect()),
        outcome: match &collected.fine {
            Some(_) => Outcome::Fine,
            None if collected.read.is_empty() => Outcome::Unknown,
            None => Outcome::Failed,
        },
        fine_because: collected.fine.clone(),
        facts: collected.facts.recorded.iter().map(fact).collect(),
        otherwise: otherwise.collect(),
        answer,
    }
}

/// Returns what was read of each artefact; with `rows`, row by row.
fn artefacts(records: &Records, rows: bool) -> Vec<Written> {
    let at = |(at, artefact): (usize, &Artefact)| {
        let reader = |(name, read): (&String, &crate::records::Read)| Reader {
            name: name.clone(),
            rows: read.rows,
            complete: read.complete,
            records: if rows { self::rows(records, name, at) } else { Vec::new() },
        };
        Written {
            file: artefact.name.clone(),
            readers: artefact.read.iter().map(reader).collect(),
            lines: artefact.lines,
            unread_lines: artefact.unread.lines,
            unread: artefact
                .unread
                .first
                .iter()
                .map(|at| Line { line: at.line, text: at.text.to_string() })
                .collect(),
            notes: artefact
                .notes
                .iter()
                .map(|note| Note { text: note.text.clone(), line: note.line })
                .collect(),
        }
    };
    records.artefacts.iter().enumerate().map(at).collect()
}

fn rows(records: &Records, table: &str, artefact: usize) -> Vec<Record> {
    let Some(table) = records.tables.get(table) else { return Vec::new() };
    let own = table.rows.iter().filter(|row| row.artefact.0 as usize == artefact);
    let written = own.map(|row| {
        let cells = table.columns.iter().enumerate().filter_map(|(at, column)| {
            Some((column.name.clone(), write_value(&row.cell(at)?.value, &column.ty)))
        });
        Record { line: row.at.line, cells: cells.collect::<BTreeMap<_, _>>() }
    });
    written.collect()
}
