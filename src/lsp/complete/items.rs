//! What is wanted, as items with a line about each.

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, InsertTextFormat, TextEdit,
};

use super::condition::ty;
use super::context::Context;
use super::snippets::{Snippet, plain};
use super::{Owner, Wanted};
use crate::lsp::inlay::one_in;
use crate::lsp::mentions::Role;
use crate::lsp::names::DataKind;
use crate::lsp::view::View;
use crate::pack::scale::write_chance;
use crate::pack::unit::units_of;
use crate::pack::value::{NAMED_TYPES, Type};
use crate::problem::Code;
use crate::source::Span;
use crate::syntax::ast::{Commonness, Frequency};

/// Lists all items; what is wanted most stands first.
pub(super) fn items(
    view: &View<'_>,
    context: &Context<'_>,
    wanted: &[Wanted],
    snippets: bool,
) -> Vec<CompletionItem> {
    let span = Span { source: view.id, start: context.prefix.start, end: context.prefix.end };
    let mut list = List { view, span, snippets, rank: 0, items: Vec::new() };
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
    rank: usize,
    items: Vec<CompletionItem>,
}

impl List<'_> {
    /// Adds one item, in the order in which they come.
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
        words.iter().for_each(|word| self.item(word, CompletionItemKind::Keyword, ""));
    }

    fn add(&mut self, wanted: &Wanted) {
        let view = self.view;
        let (names, pack) = (view.analysis.names(), &view.analysis.pack);
        match wanted {
            Wanted::Words(words) => self.words(words),
            Wanted::Snippets(snippets) => snippets.iter().for_each(|snippet| self.snippet(snippet)),
            Wanted::Frequencies => {
                for word in Frequency::ALL {
                    let number = write_chance(pack.scale.frequency(*word));
                    self.item(word.word(), CompletionItemKind::Value, &number);
                }
            }
            Wanted::Commonness => {
                for word in Commonness::ALL {
                    let number = format!("{} tickets", one_in(pack.scale.commonness(*word)));
                    self.item(word.word(), CompletionItemKind::Value, &number);
                }
            }
            Wanted::Types => {
                let composed = ["yes/no", "one of", "some of", "table of"];
                composed.iter().for_each(|ty| self.item(ty, CompletionItemKind::Struct, ""));
                NAMED_TYPES.iter().for_each(|(ty, _)| self.item(ty, CompletionItemKind::Struct, ""));
            }
            Wanted::Data => names.data.keys().for_each(|name| self.data(name)),
            Wanted::Tables => {
                let tables = names.data.iter().filter(|(_, data)| !data.columns.is_empty());
                tables.for_each(|(name, _)| self.data(name));
            }
            Wanted::NotObserved => {
                let unheard: Vec<_> = names.data.keys().filter(|name| self.may_be_heard(name)).collect();
                unheard.into_iter().for_each(|name| self.data(name));
            }
            Wanted::Columns(table) => {
                let columns = names.data.get(table).into_iter().flat_map(|data| data.columns.keys());
                columns.for_each(|column| self.item(column, CompletionItemKind::Property, "column"));
            }
            Wanted::Causes => {
                pack.causes.iter().for_each(|cause| self.cause(&cause.name.value, cause.title.as_deref()));
                names
                    .groups
                    .iter()
                    .for_each(|group| self.item(group, CompletionItemKind::Module, "group of causes"));
            }
            Wanted::Groups => {
                names
                    .groups
                    .iter()
                    .for_each(|group| self.item(group, CompletionItemKind::Module, "group of causes"));
            }
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
                names.heard.iter().for_each(|name| self.data(name));
                names.rules.keys().for_each(|name| self.item(name, CompletionItemKind::Function, "rule"));
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

    /// Returns whether a rule could stand over something, and none does yet.
    fn may_be_heard(&self, name: &str) -> bool {
        let names = self.view.analysis.names();
        let of_few_values = |name: &str| {
            let owner = Owner::Data(name.to_owned());
            matches!(ty(self.view, &owner), Some(Type::YesNo | Type::OneOf(_)))
        };
        let fact =
            matches!(names.data.get(name).map(|data| data.kind), Some(DataKind::Fact | DataKind::Derive));
        !names.heard.contains(name) && (!fact || of_few_values(name))
    }

    fn cause(&mut self, name: &str, title: Option<&str>) {
        self.item(name, CompletionItemKind::Class, title.unwrap_or(""));
    }

    fn mentioned(&self, wanted: impl Fn(&Role) -> bool) -> Vec<String> {
        let all = self.view.analysis.texts.files.iter().flat_map(|(_, tree)| tree.mentions());
        let names = all.filter(|mention| !mention.declares && wanted(&mention.role));
        let mut names: Vec<String> = names.map(|mention| mention.name.clone()).collect();
        names.sort();
        names.dedup();
        names
    }

    fn people(&mut self) {
        let people = self.mentioned(|role| *role == Role::Person);
        people.iter().for_each(|name| self.item(name, CompletionItemKind::Constant, "whose work it is"));
        self.item("nobody", CompletionItemKind::Constant, "it suggestions itself");
    }

    /// Adds the names that stand somewhere and are declared nowhere.
    fn undeclared(&mut self, fixes: bool) {
        let names = self.view.analysis.names();
        let role = if fixes { Role::Fix } else { Role::Cause };
        for name in self.mentioned(|other| *other == role) {
            let known = if fixes { names.fixes.contains(&name) } else { names.causes.contains(&name) };
            if !known && !names.groups.contains(&name) {
                self.item(&name, CompletionItemKind::Reference, "named, not declared yet");
            }
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

    /// Adds the units that the help of a type names.
    fn units(&mut self, ty: &Type) {
        let units = units_of(ty).split('`').skip(1).step_by(2);
        units.for_each(|unit| self.item(unit, CompletionItemKind::Unit, ""));
    }
}
