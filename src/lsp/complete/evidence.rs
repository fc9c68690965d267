//! What may stand in what is said of evidence: tables of records, what makes a ticket, and how a fact is read.

use super::body::after;
use super::context::{Context, nth_last};
use super::snippets::{RECORDS, SHAPES, STARTS, TICKETS, VIEW};
use super::{Owner, Wanted, condition};
use crate::lsp::view::View;
use crate::syntax::ast::{Pick, RecordShape};

/// Returns what may stand in the head of a table.
pub(super) fn records_head(view: &View<'_>, context: &Context<'_>) -> Vec<Wanted> {
    let Some(from) = after(&context.part, "from") else {
        return if context.part.len() > 1 { vec![Wanted::Words(&["from"])] } else { Vec::new() };
    };
    let is_shape = from.first().is_some_and(|word| RecordShape::of_word(word).is_some());
    match (nth_last(from, 1), nth_last(from, 0)) {
        (_, "") => vec![Wanted::Rows, Wanted::Snippets(SHAPES), Wanted::Words(&["last", "first"])],
        ("", "last" | "first") => vec![Wanted::Rows],
        (_, "in" | ",") if is_shape => Vec::new(),
        _ if is_shape && !from.contains(&"where") => vec![Wanted::Words(&["in"])],
        (_, "for") => vec![Wanted::Words(&["each"])],
        ("for", "each") => columns_shown(from),
        _ if from.contains(&"where") => condition::of_rows(view, from, &["for each"]),
        _ => vec![Wanted::Words(&["where", "for each"])],
    }
}

/// Returns the columns of the table that the head of a view names.
fn columns_shown(from: &[&str]) -> Vec<Wanted> {
    let table = from.iter().find(|word| !matches!(**word, "last" | "first"));
    table.map(|table| Wanted::Columns((*table).to_owned())).into_iter().collect()
}

/// Returns what may stand in a line of a table.
pub(super) fn records(context: &Context<'_>) -> Vec<Wanted> {
    let shape = after(&context.head, "from").and_then(|from| RecordShape::of_word(from.first()?));
    let begins = || match shape.filter(|_| !context.head.contains(&"where")) {
        Some(RecordShape::Lines | RecordShape::Fields) => {
            vec![Wanted::Snippets(STARTS), Wanted::Snippets(RECORDS)]
        }
        Some(_) => vec![Wanted::Snippets(RECORDS)],
        None => vec![Wanted::Snippets(VIEW)],
    };
    match (context.before(1), context.before(0)) {
        (_, "") => begins(),
        (_, ":") => vec![Wanted::Types],
        ("takes", _) => vec![Wanted::TimeUnits],
        (_, "by") => vec![Wanted::People],
        (_, "in") => clock_or_unit(after(&context.part, ":").unwrap_or_default()),
        (":", "time") => vec![Wanted::Words(&["as", "in", "="])],
        (":", "duration" | "size" | "percent") => vec![Wanted::Words(&["in", "with", "="])],
        (":", "number") => vec![Wanted::Words(&["with", "="])],
        ("as", _) => vec![Wanted::Words(&["in", "="])],
        ("with", _) => vec![Wanted::Words(&["decimal"])],
        (_, "takes" | "as" | "with" | "=" | "or" | "ask" | "see" | "example" | "," | "of") => Vec::new(),
        _ => begins(),
    }
}

/// Returns the clocks or units behind `in`, by the type of a column.
fn clock_or_unit(ty: &[&str]) -> Vec<Wanted> {
    match ty.first() {
        Some(&"time") => vec![Wanted::Clocks],
        Some(&"duration") => vec![Wanted::TimeUnits],
        _ => vec![Wanted::Units(Owner::Nobody)],
    }
}

/// Returns what may stand in what makes a ticket.
pub(super) fn tickets(view: &View<'_>, context: &Context<'_>) -> Vec<Wanted> {
    if context.depth == 0 {
        return match context.before(0) {
            "tickets" => vec![Wanted::Words(&["by"])],
            "by" | "," => vec![Wanted::AllColumns],
            _ => Vec::new(),
        };
    }
    let part = context.part.as_slice();
    if let Some(at) = part.iter().rposition(|word| matches!(*word, "opened" | "fine"))
        && let Some(words) = part.get(at..).filter(|words| words.len() > 1)
    {
        return match words {
            ["fine", "when", condition @ ..] => condition::wanted(view, condition),
            ["opened", "by"] => vec![Wanted::OwnRows],
            ["opened", "by", _] => vec![Wanted::Words(&["where"])],
            ["opened", "by", rows @ ..] => condition::of_rows(view, rows, &[]),
            _ => Vec::new(),
        };
    }
    match context.before(0) {
        "opened" => vec![Wanted::Words(&["by"])],
        "fine" => vec![Wanted::Words(&["when"])],
        _ => vec![Wanted::Snippets(TICKETS)],
    }
}

/// Words that begin what is read, other than a value.
const BEGIN: &[&str] = &[
    "last",
    "first",
    "least",
    "greatest",
    "sum",
    "count",
    "count different",
    "any",
    "every",
    "all same",
    "not",
];

/// Returns what may follow `read` and some words; none where a further part has begun.
pub(super) fn read(view: &View<'_>, words: &[&str], owner: Owner) -> Option<Vec<Wanted>> {
    if words.iter().any(|word| matches!(*word, "ask" | "takes" | "see" | "by" | "allow")) {
        return None;
    }
    if let Some(condition) = after(words, "when") {
        return Some(condition::of_rows(view, condition, &[]));
    }
    let pick = |word: &str| Pick::of_word(word).is_some();
    Some(match (nth_last(words, 2), nth_last(words, 1), nth_last(words, 0)) {
        (_, _, "") => vec![Wanted::Values(owner.clone()), Wanted::Cells(owner), Wanted::Words(BEGIN)],
        ("", "", word) if pick(word) => vec![Wanted::AllColumns],
        (_, "count", "different") => vec![Wanted::AllColumns],
        (before, column, "of") if before != "is" && column != "one" => {
            vec![Wanted::RowsWith(column.to_owned())]
        }
        (_, "count", _) => vec![Wanted::Words(&["where", "in all tickets", "within any"])],
        (_, "of", table) if view.analysis.names().data.contains_key(table) => {
            vec![Wanted::Words(&["where", "in all tickets", "matching", "when"])]
        }
        (_, column, _) if pick(column) => vec![Wanted::Words(&["of"])],
        _ => condition::of_rows(view, words, &["when"]),
    })
}
