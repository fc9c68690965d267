//! What the answer does not pass over, in words.

use super::scope::Scope;
use super::words::count;
use crate::model::notice::{Clock, Notice, notices};
use crate::pack::FactId;
use crate::ticket::Ticket;
use crate::value::Type;

/// One thing that the answer does not pass over.
#[derive(Debug, Clone, PartialEq)]
pub struct Noticed {
    /// In words.
    pub text: String,
    /// The facts that it is about.
    pub facts: Vec<FactId>,
}

/// Lists what the answer does not pass over.
pub fn noticed(ticket: &Ticket) -> Vec<Noticed> {
    let scope = Scope::new(ticket);
    notices(ticket.graph(), ticket.facts()).iter().map(|notice| said(&scope, notice)).collect()
}

fn said(scope: &Scope, notice: &Notice) -> Noticed {
    let recorded = |id: FactId| scope.recorded(id).unwrap_or_default();
    match *notice {
        Notice::Nothing => Noticed {
            text: "Nothing is recorded in this ticket, so this is how likely each cause is before any fact."
                .to_owned(),
            facts: Vec::new(),
        },
        Notice::Clocks { offset, none } => {
            let shown = |clock: Clock| match clock {
                Clock::Recorded(id) => recorded(id),
                Clock::Pack(span) => {
                    format!("{} in the pack ({})", scope.sources().text(span), scope.sources().place(span))
                }
            };
            let what_to_do = match none {
                Clock::Recorded(_) => "Write both with one, or add `time_zone`.",
                Clock::Pack(_) => "Write both with one.",
            };
            Noticed {
                text: format!(
                    "Two times could not be compared, since one has an offset and the other has none: {}; {}. {what_to_do}",
                    shown(offset),
                    shown(none)
                ),
                facts: [offset, none].into_iter().filter_map(Clock::fact).collect(),
            }
        }
        Notice::NoTime { table, column, rows } => {
            let name = match &scope.pack().facts[table].ty {
                Type::Table(columns) => columns.get(column).map_or("", |column| column.name.as_str()),
                _ => "",
            };
            let rows = count(rows, "row has", "rows have");
            Noticed {
                text: format!(
                    "{rows} no `{name}`, so that nobody can tell when it was: {}.",
                    recorded(table)
                ),
                facts: vec![table],
            }
        }
    }
}
