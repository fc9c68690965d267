//! What may stand in a condition, by the words before.

use super::context::nth_last;
use super::{Owner, Wanted};
use crate::lsp::names::{DataKind, Names};
use crate::lsp::view::View;
use crate::pack::value::Type;

/// Words that begin a condition.
const BEGIN: &[&str] = &["not", "any", "every", "count", "all same", "at least"];
/// Words that join two.
const JOIN: &[&str] = &["and", "or"];

/// Returns what may follow the words of a condition.
pub(super) fn wanted(view: &View<'_>, words: &[&str]) -> Vec<Wanted> {
    let names = view.analysis.names();
    let table = table(names, words);
    let subject = subject(names, table, words);
    match (nth_last(words, 1), nth_last(words, 0)) {
        ("is", "not") | (_, "is") => is(view, &subject),
        ("one", "of") | (_, "has") | ("at", "least" | "most") => vec![Wanted::Values(subject)],
        (_, ",") if words.contains(&"one") => vec![Wanted::Values(subject)],
        (_, "any" | "every" | "count") => vec![Wanted::Tables],
        (_, "of") if words.contains(&"same") => vec![Wanted::Tables],
        ("least", number) if number.starts_with(|c: char| c.is_ascii_digit()) => vec![Wanted::Words(&["of"])],
        (_, "at") => vec![Wanted::Words(&["least", "most"])],
        (_, "starts" | "ends") => vec![Wanted::Words(&["with"])],
        ("all", "same") | (_, "contains" | "matches" | "within" | "with" | "in") => Vec::new(),
        ("within", _) => vec![Wanted::TimeUnits],
        (_, "" | "and" | "or" | "not" | "(" | "{" | "," | "where") => begin(table),
        (_, "<" | ">" | "=" | "between" | "before" | "after" | "+" | "-" | "*" | "/") => vec![Wanted::Data],
        (_, word) if word.starts_with(|c: char| c.is_ascii_digit()) => vec![Wanted::Units(subject)],
        (_, word) if owner(names, table, word).is_some() => operators(view, &subject, word),
        _ if words.contains(&"within") && !words.contains(&"before") && !words.contains(&"after") => {
            vec![Wanted::Words(&["before", "after"])]
        }
        _ => vec![Wanted::Words(JOIN)],
    }
}

fn begin(table: Option<&str>) -> Vec<Wanted> {
    let columns = table.map(|table| Wanted::Columns(table.to_owned()));
    columns.into_iter().chain([Wanted::Data, Wanted::Words(BEGIN)]).collect()
}

/// Returns the table whose rows are spoken of.
fn table<'t>(names: &Names, words: &[&'t str]) -> Option<&'t str> {
    let at = words.iter().rposition(|word| *word == "where")?;
    let table = words.get(at.checked_sub(1)?).copied()?;
    names.data.contains_key(table).then_some(table)
}

fn owner(names: &Names, table: Option<&str>, word: &str) -> Option<Owner> {
    let column = |table: &&str| names.data.get(*table).is_some_and(|data| data.columns.contains_key(word));
    match table.filter(column) {
        Some(table) => Some(Owner::Column(table.to_owned(), word.to_owned())),
        None => names.data.contains_key(word).then(|| Owner::Data(word.to_owned())),
    }
}

/// Returns what is asked about: the last name.
fn subject(names: &Names, table: Option<&str>, words: &[&str]) -> Owner {
    words.iter().rev().find_map(|word| owner(names, table, word)).unwrap_or(Owner::Nobody)
}

fn is(view: &View<'_>, subject: &Owner) -> Vec<Wanted> {
    let words: &[&str] = match subject {
        Owner::Data(name) if is_symptom(view, name) => &["not", "one of", "known"],
        _ => &["not", "one of", "known", "none"],
    };
    vec![Wanted::Values(subject.clone()), Wanted::Words(words)]
}

fn is_symptom(view: &View<'_>, name: &str) -> bool {
    let data = view.analysis.names().data.get(name);
    data.is_some_and(|data| !matches!(data.kind, DataKind::Fact | DataKind::Derive))
}

/// Returns what may be asked of something, by its type.
fn operators(view: &View<'_>, subject: &Owner, name: &str) -> Vec<Wanted> {
    let kind = view.analysis.names().data.get(name).map(|data| data.kind);
    let words: &[&str] = match (kind, ty(view, subject)) {
        (Some(DataKind::Levels), _) => &["is", "is not", "is one of", "at least", "at most", "is known"],
        (Some(DataKind::Kinds), _) => &["is", "is not", "is one of", "is known"],
        (Some(DataKind::YesNo), _) | (_, Some(Type::YesNo)) => &["is known", "and", "or"],
        (_, Some(Type::OneOf(_))) => &["is", "is not", "is one of", "is none", "is known"],
        (_, Some(Type::SomeOf(_))) => &["has", "is none", "is known"],
        (_, Some(Type::Text | Type::Domain)) => {
            &["contains", "is", "is one of", "starts with", "ends with", "matches", "is none", "is known"]
        }
        (_, Some(Type::Time)) => &["within", "<", "<=", ">", ">=", "between", "is known"],
        (_, Some(Type::Ip)) => &["in", "is", "is known"],
        (_, Some(Type::Table(_))) => &["where", "is none", "is known"],
        (_, Some(_)) => &["<=", "<", ">=", ">", "between", "is", "is known"],
        (_, None) => &["is", "is not", "is known", "and", "or"],
    };
    vec![Wanted::Words(words)]
}

/// Returns the type of a fact or column.
pub(super) fn ty<'v>(view: &'v View<'_>, owner: &Owner) -> Option<&'v Type> {
    let fact = |name: &str| {
        view.analysis.pack.facts.iter().find(|fact| fact.name.value == name).map(|fact| &fact.ty)
    };
    match owner {
        Owner::Data(name) => fact(name),
        Owner::Column(table, column) => match fact(table)? {
            Type::Table(columns) => columns.iter().find(|known| known.name == *column).map(|found| &found.ty),
            _ => None,
        },
        Owner::Nobody => None,
    }
}
