//! Another name for something, everywhere at once: in the files of the pack and in its cases.
//!
//! Refused where the new name could not stand there, or already stands for something else, so that a pack means after it what
//! it meant before.

use gen_lsp_types::{Range, TextEdit};

use super::actions::Edits;
use super::diagnostics::is_file;
use super::mentions::Owner;
use super::names::{Names, Symbol};
use super::recorded::{self, Recorded};
use super::view::View;
use crate::source::Span;
use crate::syntax::{is_name, is_reserved, is_value};

/// Returns what would be renamed at an offset, and what it is called now.
///
/// # Errors
/// Where nothing there has a name of its own.
pub(super) fn prepare(view: &View<'_>, offset: usize) -> Result<(Range, String), String> {
    let Some((mention, symbol)) = view.analysis.mentioned(view.id, offset) else {
        return Err("nothing here has a name that can be changed".to_owned());
    };
    may_change(view, &symbol)?;
    Ok((view.range(mention.span), mention.name.clone()))
}

/// Returns the edits that give what stands at an offset another name.
///
/// # Errors
/// Where it cannot be called so.
pub(super) fn rename(view: &View<'_>, offset: usize, new: &str) -> Result<Edits, String> {
    let Some((mention, symbol)) = view.analysis.mentioned(view.id, offset) else {
        return Err("nothing here has a name that can be changed".to_owned());
    };
    may_change(view, &symbol)?;
    let new = new.trim();
    if new == mention.name {
        return Ok(Edits::new());
    }
    may_be_called(view.analysis.names(), &symbol, new)?;
    edits(view, &symbol, new)
}

/// Checks that all places of a name can be reached.
fn may_change(view: &View<'_>, symbol: &Symbol) -> Result<(), String> {
    let name = symbol.name();
    if matches!(symbol, Symbol::Value(Owner::Nobody, _)) {
        return Err(format!("`{name}` belongs to a condition that is not clear yet: mend it first"));
    }
    let inside = |span: Span| {
        let source = view.analysis.texts.sources.get(span.source);
        source.is_some_and(|source| !is_file(&source.name))
    };
    let places = view.analysis.places(symbol);
    if places.iter().any(|mention| inside(mention.span)) {
        return Err(format!("`{name}` is a name of the pack inside ruleout, which cannot be changed"));
    }
    let declared = places.iter().any(|mention| mention.declares);
    let needs_none = matches!(symbol, Symbol::Group(_) | Symbol::Person(_));
    if declared || needs_none { Ok(()) } else { Err(format!("`{name}` is not declared in this pack")) }
}

/// Words that mean something of their own where values stand.
const VALUE_WORDS: [&str; 2] = ["none", "known"];
/// Words that mean something of their own in fact files and cases.
const FILE_WORDS: [&str; 6] = ["tried", "time_zone", "expect", "unlisted", "impossible", "nobody"];

/// Checks that something may be called so.
fn may_be_called(names: &Names, symbol: &Symbol, new: &str) -> Result<(), String> {
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
    match taken(names, symbol, new) {
        Some(what) => Err(format!("there is {what} `{new}` already")),
        None => Ok(()),
    }
}

/// Returns what is called so already, where that would get mixed up.
fn taken(names: &Names, symbol: &Symbol, new: &str) -> Option<&'static str> {
    let is = |there: bool, what: &'static str| there.then_some(what);
    let data = || is(names.data.contains_key(new), "a fact or symptom");
    let rule = || is(names.rules.contains_key(new) || names.heard.contains(new), "a rule");
    match symbol {
        Symbol::Data(_) => data().or_else(rule),
        Symbol::Rule(_) => rule().or_else(data),
        Symbol::Cause(_) | Symbol::Group(_) => is(names.causes.contains(new), "a cause")
            .or_else(|| is(names.groups.contains(new), "a group of causes")),
        Symbol::Fix(_) => is(names.fixes.contains(new), "a fix"),
        Symbol::Person(_) => None,
        Symbol::Value(owner, _) => {
            is(names.values(owner).iter().any(|value| value == new), "a value").or_else(data)
        }
        Symbol::Column(table, _) => {
            let columns = names.data.get(table).map(|table| &table.columns);
            is(columns.is_some_and(|columns| columns.contains_key(new)), "a column").or_else(data)
        }
    }
}

fn edits(view: &View<'_>, symbol: &Symbol, new: &str) -> Result<Edits, String> {
    let mut edits = Edits::new();
    let mut add = |span: Span, text: &str| {
        let edit = TextEdit::new(view.range(span), text.to_owned());
        edits.entry(span.source).or_default().push(edit);
    };
    for mention in view.analysis.places(symbol) {
        add(mention.span, new);
    }
    for place in recorded::places(&view.analysis.texts, symbol) {
        add(place.span, nested(view, symbol.name(), place, new)?);
    }
    Ok(edits)
}

/// Returns what of a new name is written at a place: where the old one is nested, only its last part stands there.
fn nested<'n>(view: &View<'_>, old: &str, place: Recorded, new: &'n str) -> Result<&'n str, String> {
    match old.get(..place.outside).filter(|outside| !outside.is_empty()) {
        None => Ok(new),
        Some(outside) => new.strip_prefix(outside).ok_or_else(|| {
            let at = view.analysis.texts.sources.place(place.span);
            format!("`{old}` is nested in {at}: write it there as `{old}: …` on a line of its own first")
        }),
    }
}
