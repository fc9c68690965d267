//! Another name for something, everywhere at once: in the files of the pack and in its cases.
//!
//! Refused where the new name could not stand there, or already stands for something else, so that a pack means after it what
//! it meant before.

use std::collections::BTreeMap;

use gen_lsp_types::{Range, TextEdit};

use super::actions::Edits;
use super::diagnostics::is_file;
use super::names::{Data, Sort};
use super::recorded::{self, Recorded};
use super::view::View;
use crate::pack::records::ReadValue;
use crate::pack::references::{Owner, Reference, Role, Symbol};
use crate::source::{Source, SourceId, Span};
use crate::syntax::ast::{DeclarationKind, RecordsPart};
use crate::syntax::{is_name, is_reserved, is_value};

/// Returns what would be renamed at a place, and what it is called now.
///
/// # Errors
/// Where nothing there has a name of its own.
pub(super) fn prepare(view: &View<'_>, offset: usize) -> Result<(Range, String), String> {
    let Reference { span, symbol, .. } = named(view, offset)?;
    may_change(view, symbol)?;
    Ok((view.range(*span), symbol.name().to_owned()))
}

/// Returns the edits that give what is named at a place another name.
///
/// # Errors
/// Where it cannot be called so.
pub(super) fn rename(view: &View<'_>, offset: usize, new: &str) -> Result<Edits, String> {
    let symbol = &named(view, offset)?.symbol;
    may_change(view, symbol)?;
    let new = new.trim();
    if new == symbol.name() {
        return Ok(Edits::new());
    }
    may_be_called(view, symbol, new)?;
    edits(view, symbol, new)
}

/// Returns the name at a place.
fn named<'v>(view: &'v View<'_>, offset: usize) -> Result<&'v Reference, String> {
    let named = view.analysis.reference(view.id, offset);
    named.ok_or_else(|| "nothing here has a name that can be changed".to_owned())
}

/// Checks that every place of a name can be changed.
fn may_change(view: &View<'_>, symbol: &Symbol) -> Result<(), String> {
    let name = symbol.name();
    if matches!(symbol, Symbol::Value(Owner::Nobody, _)) {
        return Err(format!("`{name}` belongs to a condition that does not resolve yet: fix it first"));
    }
    let inside = |span: Span| {
        let source = view.analysis.texts.sources.get(span.source);
        source.is_some_and(|source| !is_file(&source.name))
    };
    let places = || view.analysis.pack.references.to(symbol);
    if places().any(|reference| inside(reference.span)) {
        return Err(format!("`{name}` is a name of the pack inside ruleout, which cannot be changed"));
    }
    let table = match symbol {
        Symbol::Column(table, _) | Symbol::Data(table) | Symbol::Value(Owner::Column(table, _), _) => {
            Some(table.as_str())
        }
        _ => None,
    };
    if let Some(table) = table.filter(|table| is_of_reader(view, table)) {
        return Err(if table == name {
            format!("`{name}` is a table that a reader of ruleout fills, which cannot be changed")
        } else {
            format!("`{name}` belongs to `{table}`, which a reader of ruleout fills, so it cannot be changed")
        });
    }
    let keys = view.analysis.pack.tickets.as_ref().map(|tickets| tickets.keys.as_slice()).unwrap_or_default();
    if matches!(symbol, Symbol::Column(..)) && keys.iter().any(|key| key == name) {
        return Err(format!(
            "`{name}` tells tickets apart, behind `tickets by`, so all tables have to call it so"
        ));
    }
    if is_read(view, symbol) {
        return Err(format!("`{name}` is read from artefacts, where it stands so: it cannot be changed"));
    }
    let declared = places().any(|reference| reference.role != Role::Uses);
    if declared { Ok(()) } else { Err(format!("`{name}` is not declared in this pack")) }
}

/// Returns whether a table is one that a reader fills.
fn is_of_reader(view: &View<'_>, table: &str) -> bool {
    view.analysis.names().data.get(table).is_some_and(|data| data.sort == Sort::Reader)
}

/// Returns whether a value is one that cells are compared with.
fn is_read(view: &View<'_>, symbol: &Symbol) -> bool {
    let pack = &view.analysis.pack;
    match symbol {
        Symbol::Value(Owner::Column(table, _), _) => pack.records.iter().any(|one| one.name.value == *table),
        Symbol::Value(Owner::Data(name), _) => {
            let fact = pack.facts.iter().find(|fact| fact.name.value == *name);
            fact.is_some_and(|fact| fact.read.iter().any(|line| matches!(line.value, ReadValue::Cell(_))))
        }
        _ => false,
    }
}

/// Words that mean something of their own where values stand.
const VALUE_WORDS: [&str; 2] = ["none", "known"];
/// Words that mean something of their own in fact files and cases.
const FILE_WORDS: [&str; 6] = ["tried", "time_zone", "expect", "unlisted", "impossible", "nobody"];

/// Checks that something may be called so.
fn may_be_called(view: &View<'_>, symbol: &Symbol, new: &str) -> Result<(), String> {
    if is_reserved(new) || VALUE_WORDS.contains(&new) || FILE_WORDS.contains(&new) {
        return Err(format!("`{new}` is a word of the language, so nothing can be called that"));
    }
    let one_word = matches!(symbol, Symbol::Value(..) | Symbol::Column(..));
    if one_word && !is_value(new) {
        return Err(format!(
            "`{new}` is no name: write one word of letters, digits and `_` that begins with a letter"
        ));
    }
    if !is_name(new) {
        return Err(format!(
            "`{new}` is no name: write letters, digits and `_`, beginning with a letter; dots may join such words"
        ));
    }
    match taken(view, symbol, new) {
        Some(what) => Err(format!("there is {what} `{new}` already")),
        None => Ok(()),
    }
}

/// Returns what is called so already, where that would get mixed up.
fn taken(view: &View<'_>, symbol: &Symbol, new: &str) -> Option<&'static str> {
    let (names, pack) = (view.analysis.names(), &view.analysis.pack);
    let references = &pack.references;
    let is = |there: bool, what: &'static str| there.then_some(what);
    let data = || match names.data.get(new).map(Data::is_said) {
        Some(true) => Some("a fact or symptom"),
        Some(false) => Some("a table"),
        None => None,
    };
    let rule = || is(references.rules.contains_key(new) || references.observed.contains(new), "a rule");
    match symbol {
        Symbol::Data(_) => data().or_else(rule),
        Symbol::Rule(_) => rule().or_else(data),
        Symbol::Cause(_) | Symbol::Group(_) => {
            is(pack.causes.iter().any(|cause| cause.name.value == new), "a cause")
                .or_else(|| is(pack.groups.contains_key(new), "a group of causes"))
        }
        Symbol::Fix(_) => is(pack.fixes.iter().any(|fix| fix.name.value == new), "a fix"),
        Symbol::Person(_) => None,
        Symbol::Value(owner, _) => {
            is(names.values(owner).iter().any(|value| value == new), "a value").or_else(data)
        }
        Symbol::Column(table, _) => {
            let column = names.data.get(table).and_then(|table| table.column(new));
            is(column.is_some(), "a column").or_else(data)
        }
    }
}

fn edits(view: &View<'_>, symbol: &Symbol, new: &str) -> Result<Edits, String> {
    let mut edits = Edits::new();
    let mut add = |span: Span, text: &str| {
        let edit = TextEdit::new(view.range(span), text.to_owned());
        edits.entry(span.source).or_default().push(edit);
    };
    for reference in view.analysis.pack.references.to(symbol) {
        add(reference.span, new);
    }
    for behind in unplaced(view, symbol) {
        add(behind, &format!(" = {}", symbol.name()));
    }
    let mut in_cases: BTreeMap<SourceId, Vec<(Span, &str)>> = BTreeMap::new();
    for place in recorded::places(&view.analysis.texts, symbol) {
        let written = nested(view, symbol.name(), place, new)?;
        add(place.span, written);
        in_cases.entry(place.span.source).or_default().push((place.span, written));
    }
    for (id, written) in in_cases {
        still_reads(view, id, written, symbol, new)?;
    }
    Ok(edits)
}

/// Returns where it has to be said from now on what a column is read from: its own name said that so far.
fn unplaced(view: &View<'_>, symbol: &Symbol) -> Vec<Span> {
    let Symbol::Column(table, name) = symbol else { return Vec::new() };
    let declarations = view.analysis.texts.files.iter().flat_map(|(_, tree)| &tree.file.declarations);
    let tables = declarations.filter_map(|declaration| match &declaration.kind {
        DeclarationKind::Records(records) if records.name.value == *table => Some(records),
        _ => None,
    });
    let parts = tables.flat_map(|records| &records.parts);
    let ends = parts.filter_map(|part| match &part.value {
        RecordsPart::Column(column) if column.name.value == *name && column.places.is_empty() => {
            Some(Span { start: part.span.end, ..part.span })
        }
        _ => None,
    });
    ends.collect()
}

/// Checks that a fact file reads after the edits, and has the new name wherever it had the old one: RON has no dotted names
/// without quotes, and in TOML and YAML a name may begin like a group that stands there already.
fn still_reads(
    view: &View<'_>,
    id: SourceId,
    mut written: Vec<(Span, &str)>,
    symbol: &Symbol,
    new: &str,
) -> Result<(), String> {
    let Some(source) = view.analysis.texts.sources.get(id) else { return Ok(()) };
    written.sort();
    let mut text = source.text.clone();
    for (span, name) in written.iter().rev() {
        if text.is_char_boundary(span.start) && text.is_char_boundary(span.end) {
            text.replace_range(span.start..span.end, name);
        }
    }
    let after = Source::new(source.name.clone(), text);
    let found = recorded::in_text(id, &after, &symbol.called(new)).map_or(0, |places| places.len());
    if found == written.len() {
        return Ok(());
    }
    let at = written.first().map(|(span, _)| view.analysis.texts.sources.place(*span));
    let at = at.map_or_else(String::new, |place| place.to_string());
    Err(format!(
        "`{new}` cannot be written at {at}, where `{}` stands: put that name in quotes, or on a line of its own, first",
        symbol.name()
    ))
}

/// Returns what of a new name is written at a place: where the old one is nested, only its last part.
fn nested<'n>(view: &View<'_>, old: &str, place: Recorded, new: &'n str) -> Result<&'n str, String> {
    match old.get(..place.outside).filter(|outside| !outside.is_empty()) {
        None => Ok(new),
        Some(outside) => new.strip_prefix(outside).ok_or_else(|| {
            let at = view.analysis.texts.sources.place(place.span);
            format!("`{old}` is nested in {at}: write it there as `{old}: …` on a line of its own first")
        }),
    }
}
