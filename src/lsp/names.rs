//! What the names of a pack stand for, whether or not the pack is whole.
//!
//! Input: the trees of all files. Output: [`Names`], which say of every [`Mention`] which [`Symbol`] it means. Unlike a
//! resolved pack this knows what half a declaration says, and where everything is declared.

use std::collections::{BTreeMap, BTreeSet};

use super::mentions::{Mention, Owner, Role};
use crate::syntax::ast::{self, DeclarationKind, RulePart, SymptomBody};

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Symbol {
    /// A fact, computed fact or symptom.
    Data(String),
    /// A rule that says itself what it hears.
    Rule(String),
    /// A cause.
    Cause(String),
    /// A group of causes.
    Group(String),
    /// A fix.
    Fix(String),
    /// Whose work a fix is.
    Person(String),
    /// A value, level or kind.
    Value(Owner, String),
    /// A column of a table.
    Column(String, String),
}

impl Symbol {
    /// Returns what it is called.
    pub(super) fn name(&self) -> &str {
        match self {
            Symbol::Data(name)
            | Symbol::Rule(name)
            | Symbol::Cause(name)
            | Symbol::Group(name)
            | Symbol::Fix(name)
            | Symbol::Person(name)
            | Symbol::Value(_, name)
            | Symbol::Column(_, name) => name,
        }
    }
}

/// A fact or symptom as far as it is written.
#[derive(Debug, Clone)]
pub(super) struct Data {
    /// Which of the three it is.
    pub(super) kind: DataKind,
    /// Its values, levels or kinds.
    pub(super) values: Vec<String>,
    /// Its columns, each with its values.
    pub(super) columns: BTreeMap<String, Vec<String>>,
}

/// What a name in a condition is declared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DataKind {
    /// `fact`
    Fact,
    /// `derive`
    Derive,
    /// `symptom … when`
    YesNo,
    /// `symptom … in levels`
    Levels,
    /// `symptom … in kinds`
    Kinds,
}

/// Everything that a pack names.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// Facts, computed facts and symptoms.
    pub(super) data: BTreeMap<String, Data>,
    /// Rules that say themselves what they hear, and what that is where it is one name.
    pub(super) rules: BTreeMap<String, Option<String>>,
    /// Facts and symptoms that a rule of their own name hears.
    pub(super) heard: BTreeSet<String>,
    /// Causes.
    pub(super) causes: BTreeSet<String>,
    /// Groups of causes.
    pub(super) groups: BTreeSet<String>,
    /// Fixes.
    pub(super) fixes: BTreeSet<String>,
}

impl Names {
    /// Collects all names of some files.
    pub(super) fn of<'f>(files: impl IntoIterator<Item = &'f ast::File>) -> Self {
        let mut names = Names::default();
        let declarations = files.into_iter().flat_map(|file| &file.declarations);
        declarations.for_each(|declaration| names.declaration(&declaration.kind));
        names
    }

    fn declaration(&mut self, kind: &DeclarationKind) {
        match kind {
            DeclarationKind::Visit(visit) => visit.facts.iter().for_each(|(fact, _)| self.fact(fact)),
            DeclarationKind::Fact(fact) => self.fact(fact),
            DeclarationKind::Derive(derive) => {
                self.enter(&derive.name, DataKind::Derive, Vec::new(), BTreeMap::new());
            }
            DeclarationKind::Symptom(symptom) => self.symptom(symptom),
            DeclarationKind::Rule(rule) => self.rule(rule),
            DeclarationKind::Cause(cause) => self.cause(cause),
            DeclarationKind::Fix(fix) => {
                self.fixes.insert(fix.name.value.clone());
            }
        }
    }

    fn enter(
        &mut self,
        name: &ast::Name,
        kind: DataKind,
        values: Vec<String>,
        columns: BTreeMap<String, Vec<String>>,
    ) {
        let data = Data { kind, values, columns };
        self.data.entry(name.value.clone()).or_insert(data);
    }

    fn fact(&mut self, fact: &ast::Fact) {
        let ty = fact.ty.as_ref().map(|ty| &ty.value);
        let columns = match ty {
            Some(ast::Type::Table(columns)) => {
                columns.iter().map(|(name, ty)| (name.value.clone(), values(&ty.value))).collect()
            }
            _ => BTreeMap::new(),
        };
        self.enter(&fact.name, DataKind::Fact, ty.map(values).unwrap_or_default(), columns);
    }

    fn symptom(&mut self, symptom: &ast::Symptom) {
        let (kind, levels) = match &symptom.body {
            SymptomBody::YesNo(_) => (DataKind::YesNo, &[][..]),
            SymptomBody::Levels(levels) => (DataKind::Levels, levels.as_slice()),
            SymptomBody::Kinds(levels) => (DataKind::Kinds, levels.as_slice()),
        };
        let levels = levels.iter().map(|level| level.name.value.clone()).collect();
        self.enter(&symptom.name, kind, levels, BTreeMap::new());
    }

    fn rule(&mut self, rule: &ast::Rule) {
        let when = rule.parts.iter().find_map(|part| match &part.value {
            RulePart::When(when) => Some(when),
            _ => None,
        });
        let name = rule.name.value.clone();
        match when.map(|when| &when.kind) {
            None => _ = self.heard.insert(name),
            Some(ast::ExprKind::Name(heard)) => _ = self.rules.insert(name, Some(heard.clone())),
            Some(_) => _ = self.rules.insert(name, None),
        }
    }

    fn cause(&mut self, cause: &ast::Cause) {
        self.causes.insert(cause.name.value.clone());
        for part in &cause.parts {
            if let ast::CausePart::PartOf(groups) = &part.value {
                self.groups.extend(groups.iter().map(|group| group.value.clone()));
            }
        }
    }

    /// Returns what a mention stands for.
    pub(super) fn symbol(&self, mention: &Mention) -> Symbol {
        let name = || mention.name.clone();
        match &mention.role {
            Role::Rule => Symbol::Rule(name()),
            Role::RuleState if self.rules.contains_key(&mention.name) => Symbol::Rule(name()),
            Role::Data | Role::RuleState => Symbol::Data(name()),
            Role::Cause if !mention.declares && self.is_group(&mention.name) => Symbol::Group(name()),
            Role::Cause => Symbol::Cause(name()),
            Role::Group => Symbol::Group(name()),
            Role::Fix => Symbol::Fix(name()),
            Role::Person => Symbol::Person(name()),
            Role::Value(owner) => Symbol::Value(self.settled(owner), name()),
            Role::Beside(owner, row) => {
                let owner = self.settled(owner);
                let is_value = self.values(&owner).contains(&mention.name);
                if is_value {
                    Symbol::Value(owner, name())
                } else {
                    self.in_row(row.as_deref(), &mention.name)
                }
            }
            Role::InRow(table) => self.in_row(Some(table), &mention.name),
            Role::Column(table) => Symbol::Column(table.clone(), name()),
        }
    }

    fn is_group(&self, name: &str) -> bool {
        self.groups.contains(name) && !self.causes.contains(name)
    }

    fn in_row(&self, table: Option<&str>, name: &str) -> Symbol {
        match table.filter(|table| self.has_column(table, name)) {
            Some(table) => Symbol::Column(table.to_owned(), name.to_owned()),
            None => Symbol::Data(name.to_owned()),
        }
    }

    fn has_column(&self, table: &str, column: &str) -> bool {
        self.data.get(table).is_some_and(|table| table.columns.contains_key(column))
    }

    /// Settles whose value a name is. The levels of a rule belong to what it hears; a name in a row may be that of a fact.
    fn settled(&self, owner: &Owner) -> Owner {
        match owner {
            Owner::Data(name) if !self.data.contains_key(name) => match self.rules.get(name) {
                Some(Some(heard)) => Owner::Data(heard.clone()),
                Some(None) => Owner::Nobody,
                None => owner.clone(),
            },
            Owner::Column(table, name) if !self.has_column(table, name) => Owner::Data(name.clone()),
            _ => owner.clone(),
        }
    }

    /// Returns the values, levels or kinds of something.
    pub(super) fn values(&self, owner: &Owner) -> &[String] {
        let values = match owner {
            Owner::Data(name) => self.data.get(name).map(|data| &data.values),
            Owner::Column(table, column) => self.data.get(table).and_then(|table| table.columns.get(column)),
            Owner::Nobody => None,
        };
        values.map_or(&[], Vec::as_slice)
    }
}

fn values(ty: &ast::Type) -> Vec<String> {
    match ty {
        ast::Type::OneOf(values) | ast::Type::SomeOf(values) => {
            values.iter().map(|value| value.value.clone()).collect()
        }
        _ => Vec::new(),
    }
}
