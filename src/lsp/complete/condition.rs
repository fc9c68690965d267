//! What may stand in a condition, by the words before.

use super::context::nth_last;
use super::{Owner, Wanted};
use crate::lsp::names::{Names, Sort};
use crate::lsp::view::View;
use crate::pack::Shape;
use crate::value::Type;

/// Words that begin a condition.
const BEGIN: &[&str] = &["not", "any", "every", "count", "all same", "at least"];
/// Words that join two.
const JOIN: &[&str] = &["and", "or"];

/// Returns what may follow the words of a condition in which tables of records may be asked; where it is whole, `then` may follow too.
pub(super) fn of_rows(view: &View<'_>, words: &[&str], then: &'static [&'static str]) -> Vec<Wanted> {
    let mut all = wanted(view, words);
    if all == [Wanted::Tables] {
        all.insert(0, Wanted::OwnRows);
    } else if all == [Wanted::Words(JOIN)] {
        all.push(Wanted::Words(then));
    }
    all
}

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
        (_, word) if is_rows(names, word) => vec![Wanted::Words(&["where", "in all tickets"])],
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

/// Returns the table whose rows the condition is about.
fn table<'t>(names: &Names, words: &[&'t str]) -> Option<&'t str> {
    let at = words.iter().rposition(|word| *word == "where")?;
    let mut before = words.get(..at)?;
    if let [outside @ .., "within", "any", _, _] = before {
        before = outside;
    }
    let before = before.strip_suffix(&["in", "all", "tickets"]).unwrap_or(before);
    let table = nth_last(before, 0);
    names.data.contains_key(table).then_some(table)
}

fn is_rows(names: &Names, word: &str) -> bool {
    names.data.get(word).is_some_and(|data| matches!(data.sort, Sort::Records | Sort::Reader))
}

fn owner(names: &Names, table: Option<&str>, word: &str) -> Option<Owner> {
    let column = |table: &&str| names.data.get(*table).is_some_and(|data| data.column(word).is_some());
    match table.filter(column) {
        Some(table) => Some(Owner::Column(table.to_owned(), word.to_owned())),
        None => names.data.contains_key(word).then(|| Owner::Data(word.to_owned())),
    }
}

/// Returns what the condition asks about: the last name.
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
    shape(view, name).is_some()
}

/// Returns the shape of a symptom; none of a fact.
fn shape(view: &View<'_>, name: &str) -> Option<Shape> {
    match view.analysis.names().data.get(name)?.sort {
        Sort::Symptom(shape) => Some(shape),
        _ => None,
    }
}

/// Returns what may be asked of something, by its type.
fn operators(view: &View<'_>, subject: &Owner, name: &str) -> Vec<Wanted> {
    let words: &[&str] = match (shape(view, name), ty(view, subject)) {
        (Some(Shape::Levels), _) => &["is", "is not", "is one of", "at least", "at most", "is known"],
        (Some(Shape::Kinds), _) => &["is", "is not", "is one of", "is known"],
        (Some(Shape::YesNo), _) | (_, Some(Type::YesNo)) => &["is known", "and", "or"],
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
    match owner {
        Owner::Data(name) => {
            view.analysis.pack.facts.iter().find(|fact| fact.name.value == *name).map(|fact| &fact.ty)
        }
        Owner::Column(table, column) => view.analysis.names().data.get(table)?.column(column),
        Owner::Nobody => None,
    }
}
