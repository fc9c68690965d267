//! What artefacts come to, for people: tickets, and what was read and what was not.

use std::fmt::Write as _;

use super::records::gave;
use super::style::{FAINT, PLAIN, STRONG, Style};
use super::wrap::{hanging, lines};
use crate::collect::{self, Collected};
use crate::facts::recorded::Recorded;
use crate::number::count;
use crate::pack::Pack;
use crate::records::{Artefact, Records};
use crate::source::{Sources, Span};

/// Says which ticket it is: `recipient bob@example.com, sender ann@example.net`.
pub fn subject(collected: &Collected) -> String {
    let keys = collected.subject.iter().map(|(key, value)| format!("{} {value}", key.replace('_', " ")));
    keys.collect::<Vec<_>>().join(", ")
}

/// Says what was read of each artefact, and what was not: short where all was.
pub fn read(records: &Records, width: usize) -> String {
    let mut out = String::new();
    let mut line = |style: Style, head: &str, text: &str| {
        for line in hanging(width, head, text) {
            // Writing to a string does not fail.
            let _ = writeln!(out, "{style}{line}{style:#}");
        }
    };
    for artefact in &records.artefacts {
        if is_container(artefact, records) {
            continue;
        }
        let unread = unread(artefact);
        line(FAINT, "", &format!("{}: {}{unread}", artefact.name, gave(artefact)));
        for note in &artefact.notes {
            let place = note.line.map_or_else(String::new, |line| format!("line {line}: "));
            line(PLAIN, "  note: ", &format!("{place}{}", note.text));
        }
        for at in &artefact.unread.first {
            line(FAINT, &format!("    {}: ", at.line), &at.text);
        }
    }
    for (name, table) in records.tables.iter().filter(|(_, table)| table.beyond > 0) {
        let kept = count(table.rows.len(), "row", "rows");
        line(PLAIN, "note: ", &format!("{name} has {} more than the {kept} that are kept", table.beyond));
    }
    out
}

/// Returns whether an artefact is only what others stand in.
fn is_container(artefact: &Artefact, records: &Records) -> bool {
    let within = |other: &Artefact| {
        other.name.strip_prefix(&artefact.name).is_some_and(|rest| rest.starts_with(" › "))
    };
    artefact.read.is_empty() && artefact.notes.is_empty() && records.artefacts.iter().any(within)
}

fn unread(artefact: &Artefact) -> String {
    let unread = usize::try_from(artefact.unread.lines).unwrap_or(usize::MAX);
    match unread {
        0 => String::new(),
        n => format!("; {} of {} not read", count(n, "line", "lines"), artefact.lines),
    }
}

/// Says that two sources differ: `rejection.code: 550 in ticket.yaml:3:1, 554 in bounce.eml:12:4`.
pub fn otherwise(pack: &Pack, collected: &Collected, sources: &Sources, width: usize) -> String {
    let mut out = String::new();
    // What two lines of an artefact say is for the pack to weigh; what a person said otherwise is for the person.
    let by_hand = collected.facts.otherwise.iter().filter(|(id, _)| !collected.read.contains(id));
    for (id, other) in by_hand {
        let said = |recorded: &Recorded| match place(sources, recorded.span) {
            Some(place) => format!("{} ({place})", recorded.written),
            None => recorded.written.clone(),
        };
        let first = collected.facts.recorded.get(id).map_or_else(String::new, said);
        let text = format!("`{}` is {first}; evidence also says {}", pack.facts[*id].name.value, said(other));
        for line in lines(width, "Note: ", "  ", &text) {
            let _ = writeln!(out, "{STRONG}{line}{STRONG:#}");
        }
    }
    out
}

fn place(sources: &Sources, span: Span) -> Option<String> {
    (span != Span::default()).then(|| sources.place(span).to_string())
}

/// Writes the facts of a ticket as a fact file in YAML, each with the line that it was read from; what is said otherwise stands
/// beside it.
pub fn fact_file(pack: &Pack, collected: &Collected, sources: &Sources) -> String {
    let mut out = String::new();
    if !collected.subject.is_empty() {
        let _ = writeln!(out, "# {}", subject(collected));
    }
    if let Some(fine) = &collected.fine {
        let _ = writeln!(out, "# There is nothing to diagnose: {fine}");
    }
    for (id, recorded) in &collected.facts.recorded {
        let fact = &pack.facts[*id];
        let mut written = collect::written(recorded, &fact.ty);
        if let Some(sure) = recorded.sure {
            written = format!("{{ is: {written}, sure: {} }}", crate::value::write_chance(sure));
        }
        let place = place(sources, recorded.span).map_or_else(String::new, |place| format!("  # {place}"));
        let _ = writeln!(out, "{}: {written}{place}", fact.name.value);
    }
    for fix in collected.facts.tried.keys() {
        let _ = writeln!(out, "tried.{}: still_broken", pack.fixes[*fix].name.value);
    }
    for (id, recorded) in &collected.facts.otherwise {
        let place = place(sources, recorded.span).map_or_else(String::new, |place| format!(" ({place})"));
        let _ =
            writeln!(out, "# {} is said to be {} too{place}", pack.facts[*id].name.value, recorded.written);
    }
    out
}

/// Names the ticket in a line of its own; nothing where all that was read makes one.
pub fn heading(collected: &Collected) -> String {
    let subject = subject(collected);
    if subject.is_empty() { subject } else { format!("{STRONG}{subject}{STRONG:#}\n") }
}

/// Says why there is nothing to diagnose.
pub fn fine(collected: &Collected) -> String {
    collected.fine.as_ref().map_or_else(String::new, |fine| format!("There is nothing to diagnose: {fine}\n"))
}

/// Says in one line what a ticket is about, and what is likeliest, or why nothing is wrong.
pub fn in_one_line(collected: &Collected, likeliest: &str) -> String {
    format!("{}: {}\n", subject(collected), collected.fine.as_deref().unwrap_or(likeliest))
}

/// Says how many tickets there are, and how to see more of them.
pub fn how_many(tickets: usize) -> String {
    format!(
        "\n{}; `--ticket TEXT` shows one in full, `--all` all of them\n",
        count(tickets, "ticket", "tickets")
    )
}
