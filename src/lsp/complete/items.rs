//! What is wanted, as items with a line about each.

use std::collections::BTreeSet;

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, InsertTextFormat, TextEdit,
};

use super::condition::ty;
use super::context::Context;
use super::snippets::{Snippet, plain};
use super::{Owner, Wanted};
use crate::lsp::hover::evidence;
use crate::lsp::inlay::one_in;
use crate::lsp::names::Sort;
use crate::lsp::view::View;
use crate::pack::references::{Reference, Symbol};
use crate::problem::Code;
use crate::source::Span;
use crate::syntax::ast::{Commonness, Frequency};
use crate::syntax::words;
use crate::value::unit::units_for;
use crate::value::{Column, NAMED_TYPES, Type, write_chance};

/// Returns all items; what is wanted most comes first.
pub(super) fn items(
    view: &View<'_>,
    context: &Context<'_>,
    wanted: &[Wanted],
    snippets: bool,
) -> Vec<CompletionItem> {
    let span = Span { source: view.id, start: context.prefix.start, end: context.prefix.end };
    let own = if context.keyword == "records" { context.name } else { "" };
    let mut list = List { view, span, snippets, own, rank: 0, items: Vec::new() };
    for (rank, wanted) in wanted.iter().enumerate() {
        list.rank = rank;
        list.add(wanted);
    }
    list.items
}

struct List<'v> {
    view: &'v View<'v>,
    span: Span,
    snippets: bool,
    /// The table that is being declared, which cannot be read from itself.
    own: &'v str,
    rank: usize,
    items: Vec<CompletionItem>,
}

impl List<'_> {
    /// Adds an item; items keep their order.
    fn item(&mut self, label: &str, kind: CompletionItemKind, detail: &str) {
        self.put(label, label, kind, detail);
    }

    fn put(&mut self, label: &str, text: &str, kind: CompletionItemKind, detail: &str) {
        if self.items.iter().any(|item| item.label == label) {
            return;
        }
        let edit = TextEdit::new(self.view.range(self.span), text.to_owned());
        let short = (!detail.is_empty() && detail.len() < 40).then(|| format!(" {detail}"));
        self.items.push(CompletionItem {
            label: label.to_owned(),
            label_details: short
                .map(|detail| CompletionItemLabelDetails { detail: Some(detail), description: None }),
            kind: Some(kind),
            detail: (!detail.is_empty()).then(|| detail.to_owned()),
            sort_text: Some(format!("{}{:05}", self.rank, self.items.len())),
            filter_text: Some(label.to_owned()),
            text_edit: Some(edit.into()),
            ..CompletionItem::default()
        });
    }

    fn snippet(&mut self, snippet: &Snippet) {
        let text =
            if self.snippets { snippet.text.trim_end_matches('\n').to_owned() } else { plain(snippet.text) };
        self.put(snippet.label, text.trim_end_matches('\n'), CompletionItemKind::Snippet, snippet.about);
        if let Some(item) = self.items.last_mut().filter(|_| self.snippets) {
            item.insert_text_format = Some(InsertTextFormat::Snippet);
        }
    }

    fn words(&mut self, words: &[&str]) {
        for phrase in words {
            let first = phrase.split(' ').next().and_then(words::word);
            self.item(phrase, CompletionItemKind::Keyword, first.map_or("", |word| word.about));
        }
    }

    fn add(&mut self, wanted: &Wanted) {
        let view = self.view;
        let (names, pack) = (view.analysis.names(), &view.analysis.pack);
        match wanted {
            Wanted::Words(words) => self.words(words),
            Wanted::Snippets(snippets) => snippets.iter().for_each(|snippet| self.snippet(snippet)),
            Wanted::Frequencies => {
                for word in Frequency::ALL {
                    let number = write_chance(pack.manifest.scale.frequency(*word));
                    self.item(word.word(), CompletionItemKind::Value, &number);
                }
            }
            Wanted::Commonness => {
                for word in Commonness::ALL {
                    let number = format!("{} tickets", one_in(pack.manifest.scale.commonness(*word)));
                    self.item(word.word(), CompletionItemKind::Value, &number);
                }
            }
            Wanted::Types => {
                let composed = ["yes/no", "one of", "some of", "table of"];
                for ty in composed.into_iter().chain(NAMED_TYPES.iter().map(|(ty, _)| *ty)) {
                    let first = ty.split([' ', '/']).next().and_then(words::word);
                    self.item(ty, CompletionItemKind::Struct, first.map_or("", |word| word.about));
                }
            }
            Wanted::Data => {
                let said = names.data.iter().filter(|(_, data)| data.is_said());
                said.for_each(|(name, _)| self.data(name));
            }
            Wanted::Tables => {
                let tables = names.data.iter().filter(|(_, data)| data.is_said() && !data.columns.is_empty());
                tables.for_each(|(name, _)| self.data(name));
            }
            Wanted::Rows
            | Wanted::OwnRows
            | Wanted::RowsWith(_)
            | Wanted::Cells(_)
            | Wanted::Clocks
            | Wanted::AllColumns => self.of_records(wanted),
            Wanted::NotObserved => {
                let said = names.data.iter().filter(|(_, data)| data.is_said()).map(|(name, _)| name);
                let unobserved: Vec<_> = said.filter(|name| self.may_be_observed(name)).collect();
                unobserved.into_iter().for_each(|name| self.data(name));
            }
            Wanted::Columns(table) => {
                names.data.get(table).into_iter().for_each(|data| self.columns(table, &data.columns));
            }
            Wanted::Causes => {
                pack.causes.iter().for_each(|cause| self.cause(&cause.name.value, cause.title.as_deref()));
                self.groups();
            }
            Wanted::Groups => self.groups(),
            Wanted::Fixes => {
                for fix in &pack.fixes {
                    self.item(
                        &fix.name.value,
                        CompletionItemKind::Method,
                        fix.title.as_deref().unwrap_or(""),
                    );
                }
                self.undeclared(true);
            }
            Wanted::Rules => {
                let references = &pack.references;
                references.observed.iter().for_each(|name| self.data(name));
                references
                    .rules
                    .keys()
                    .for_each(|name| self.item(name, CompletionItemKind::Function, "rule"));
            }
            Wanted::People => self.people(),
            Wanted::Undeclared { fixes } => self.undeclared(*fixes),
            Wanted::Levels(owner) => self.values(owner),
            Wanted::Values(owner) => {
                self.values(owner);
                if matches!(ty(view, owner), Some(Type::YesNo)) {
                    self.words(&["yes", "no"]);
                }
            }
            Wanted::Units(owner) => match ty(view, owner) {
                Some(ty) => self.units(ty),
                None => [Type::Duration, Type::Size, Type::Percent].iter().for_each(|ty| self.units(ty)),
            },
            Wanted::Codes => {
                for code in Code::ALL {
                    self.item(code.name(), CompletionItemKind::Constant, code.about());
                }
            }
            Wanted::TimeUnits => self.units(&Type::Duration),
        }
    }

    fn data(&mut self, name: &str) {
        let pack = &self.view.analysis.pack;
        let fact = pack.facts.iter().find(|fact| fact.name.value == name);
        let symptom = pack.symptoms.iter().find(|symptom| symptom.name.value == name);
        match (fact, symptom) {
            (Some(fact), _) => self.item(name, CompletionItemKind::Variable, &fact.ty.name()),
            (None, Some(symptom)) => {
                self.item(name, CompletionItemKind::Event, symptom.title.as_deref().unwrap_or("symptom"));
            }
            (None, None) => self.item(name, CompletionItemKind::Variable, ""),
        }
    }

    /// Adds what is wanted of tables of records.
    fn of_records(&mut self, wanted: &Wanted) {
        let view = self.view;
        let own = || view.analysis.names().tables().filter(|(_, data)| data.sort == Sort::Records);
        match wanted {
            Wanted::Rows => {
                let tables = view.analysis.names().tables().map(|(name, _)| name);
                let others: Vec<&str> = tables.filter(|name| *name != self.own).collect();
                others.into_iter().for_each(|name| self.rows(name));
            }
            Wanted::OwnRows => own().for_each(|(name, _)| self.rows(name)),
            Wanted::RowsWith(column) => {
                let with = own().filter(|(_, data)| data.column(column).is_some());
                with.for_each(|(name, _)| self.rows(name));
            }
            Wanted::Cells(owner) => self.cells(owner),
            Wanted::Clocks => {
                let named = view.analysis.pack.facts.iter().filter(|fact| fact.ty == Type::Text);
                named.for_each(|fact| self.data(&fact.name.value));
            }
            Wanted::AllColumns => own().for_each(|(table, data)| self.columns(table, &data.columns)),
            _ => {}
        }
    }

    /// Adds a table of records, with what its rows are.
    fn rows(&mut self, name: &str) {
        self.item(name, CompletionItemKind::Struct, &evidence::rows(self.view, name));
    }

    /// Adds the columns of a table, each with its type and what it says.
    fn columns(&mut self, table: &str, columns: &[Column]) {
        for column in columns {
            let detail = evidence::column(self.view, table, &column.name).unwrap_or_else(|| column.ty.name());
            self.item(&column.name, CompletionItemKind::Property, &detail);
        }
    }

    /// Adds the cells of tables of one row that can be a value of something.
    fn cells(&mut self, owner: &Owner) {
        let view = self.view;
        let Some(wanted) = ty(view, owner) else { return };
        for table in view.analysis.pack.records.iter().filter(|table| table.is_one_row()) {
            let fitting = table.columns.iter().filter(|column| column.ty == *wanted);
            for column in fitting {
                let label = format!("{} of {}", column.name, table.name.value);
                let detail = evidence::column(view, &table.name.value, &column.name).unwrap_or_default();
                self.item(&label, CompletionItemKind::Property, &detail);
            }
        }
    }

    /// Returns whether a rule could observe something, and none does yet.
    fn may_be_observed(&self, name: &str) -> bool {
        let names = self.view.analysis.names();
        let of_few_values = |name: &str| {
            let owner = Owner::Data(name.to_owned());
            matches!(ty(self.view, &owner), Some(Type::YesNo | Type::OneOf(_)))
        };
        let observed = &self.view.analysis.pack.references.observed;
        !observed.contains(name) && (!names.is_fact(name) || of_few_values(name))
    }

    fn cause(&mut self, name: &str, title: Option<&str>) {
        self.item(name, CompletionItemKind::Class, title.unwrap_or(""));
    }

    fn groups(&mut self) {
        let groups = self.view.analysis.pack.groups.keys();
        groups.for_each(|group| self.item(group, CompletionItemKind::Module, "group of causes"));
    }

    fn people(&mut self) {
        let people = named(self.view, |reference| match &reference.symbol {
            Symbol::Person(name) => Some(name),
            _ => None,
        });
        people
            .iter()
            .for_each(|name| self.item(name, CompletionItemKind::Constant, "who does it, or can answer it"));
        self.item("nobody", CompletionItemKind::Constant, "it resolves by itself");
    }

    /// Offers names that are used and declared nowhere.
    fn undeclared(&mut self, fixes: bool) {
        let pack = &self.view.analysis.pack;
        let declared: BTreeSet<&str> = if fixes {
            pack.fixes.iter().map(|fix| fix.name.value.as_str()).collect()
        } else {
            pack.causes.iter().map(|cause| cause.name.value.as_str()).collect()
        };
        let used = named(self.view, |reference| match &reference.symbol {
            Symbol::Fix(name) if fixes => Some(name),
            Symbol::Cause(name) if !fixes => Some(name),
            _ => None,
        });
        for name in used.difference(&declared) {
            self.item(name, CompletionItemKind::Reference, "used, not declared yet");
        }
    }

    fn values(&mut self, owner: &Owner) {
        let view = self.view;
        let pack = &view.analysis.pack;
        let symptom = match owner {
            Owner::Data(name) => pack.symptoms.iter().find(|symptom| symptom.name.value == *name),
            _ => None,
        };
        let title = |value: &str| {
            let level = symptom?.reading.levels.iter().find(|level| level.name == value)?;
            level.title.as_deref()
        };
        for value in view.analysis.names().values(owner) {
            self.item(value, CompletionItemKind::EnumMember, title(value).unwrap_or(""));
        }
    }

    /// Adds the units of a type.
    fn units(&mut self, ty: &Type) {
        for unit in units_for(ty) {
            let about = words::word(unit).map_or("", |word| word.about);
            self.item(unit, CompletionItemKind::Unit, about);
        }
    }
}

/// Returns the names that some references have, each once.
fn named<'v>(view: &'v View<'_>, wanted: impl Fn(&'v Reference) -> Option<&'v String>) -> BTreeSet<&'v str> {
    view.analysis.pack.references.iter().filter_map(wanted).map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::syntax::words::{self, Kind, Standing};
    use crate::value::NAMED_TYPES;
    use crate::value::unit::unit_words;

    #[test]
    fn the_words_for_units_are_the_units_of_packs() {
        let units: BTreeSet<&str> = unit_words().filter(|unit| *unit != "%").collect();
        assert_eq!(words::of_kind(Kind::Unit).collect::<BTreeSet<_>>(), units);
    }

    #[test]
    fn the_words_for_types_are_the_types_of_packs() {
        let named: BTreeSet<&str> = NAMED_TYPES.iter().map(|(name, _)| *name).collect();
        let by_word = |word: &&words::Word| {
            word.is(Kind::Type) && !["yes", "no", "one", "some", "table"].contains(&word.text)
        };
        assert_eq!(words::WORDS.iter().filter(by_word).map(|word| word.text).collect::<BTreeSet<_>>(), named);
        assert!(
            NAMED_TYPES
                .iter()
                .all(|(name, _)| words::word(name).is_some_and(|word| word.standing != Standing::Reserved))
        );
    }
}
