//! Every name in the texts of a pack: where it is written, what it stands for, and whether it is declared there.
//!
//! In: the trees of all files, and what the pack declares. Out: [`References`], sorted by place. Names in declarations that do not
//! resolve are there too, since an editor asks about texts that are not whole; so the trees are walked once more here, where
//! typing stops at the first thing in a condition that is wrong. What a name beside `is` or inside `where` stands for follows from
//! what the pack declares: a value, a column, or a fact or symptom.

use std::collections::{BTreeMap, BTreeSet};

use super::manifest::Manifest;
use super::records::{Origin, Records, RecordsFrom};
use super::{Fact, Shape, Symptom};
use crate::source::Span;
use crate::syntax::ast::{
    self, CausePart, DeclarationKind, Expr, ExprKind, FactPart, FixPart, RulePart, ShareWhen, SymptomBody,
    Test,
};
use crate::value::{Column, Type};

/// A name at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// Where it is written.
    pub span: Span,
    /// What it stands for.
    pub symbol: Symbol,
    /// What the place has to do with it.
    pub role: Role,
}

/// What a place has to do with what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Declares it.
    Declares,
    /// Makes it known by naming it, since it is declared nowhere else: a group, or whose work a fix is.
    Introduces,
    /// Speaks of it.
    Uses,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Symbol {
    /// A fact, computed fact or symptom.
    Data(String),
    /// A rule that says itself what it observes.
    Rule(String),
    /// A cause.
    Cause(String),
    /// A group of causes.
    Group(String),
    /// A fix.
    Fix(String),
    /// Whose work a fix is, or who can answer a fact.
    Person(String),
    /// A value, level or kind.
    Value(Owner, String),
    /// A column of a table.
    Column(String, String),
}

impl Symbol {
    /// Returns what it is called.
    pub fn name(&self) -> &str {
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

    /// Returns the same under another name.
    #[must_use]
    pub fn called(&self, name: &str) -> Self {
        let name = name.to_owned();
        match self {
            Symbol::Data(_) => Symbol::Data(name),
            Symbol::Rule(_) => Symbol::Rule(name),
            Symbol::Cause(_) => Symbol::Cause(name),
            Symbol::Group(_) => Symbol::Group(name),
            Symbol::Fix(_) => Symbol::Fix(name),
            Symbol::Person(_) => Symbol::Person(name),
            Symbol::Value(owner, _) => Symbol::Value(owner.clone(), name),
            Symbol::Column(table, _) => Symbol::Column(table.clone(), name),
        }
    }
}

/// What a value belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A fact or symptom; of a rule, what it observes.
    Data(String),
    /// A column of a table.
    Column(String, String),
    /// Nobody can say.
    Nobody,
}

/// All names of a pack.
#[derive(Debug, Clone, Default)]
pub struct References {
    all: Vec<Reference>,
    /// Rules that say themselves what they observe, and what that is where it is one name.
    pub rules: BTreeMap<String, Option<String>>,
    /// Facts and symptoms that are observed by a rule of their own name.
    pub observed: BTreeSet<String>,
}

impl References {
    /// Returns every reference, sorted by place.
    pub fn iter(&self) -> impl Iterator<Item = &Reference> {
        self.all.iter()
    }

    /// Returns every reference to one thing, sorted by place.
    pub fn to(&self, symbol: &Symbol) -> impl Iterator<Item = &Reference> {
        self.all.iter().filter(move |reference| reference.symbol == *symbol)
    }

    /// Returns the reference at a byte of a text, its ends included.
    pub fn at(&self, place: Span) -> Option<&Reference> {
        let here =
            |span: Span| span.source == place.source && span.start <= place.start && place.start <= span.end;
        self.all.iter().find(|reference| here(reference.span) && reference.span.start < reference.span.end)
    }
}

/// What a pack declares, as far as names depend on it.
pub(super) struct Declared<'p> {
    data: BTreeMap<&'p str, Values<'p>>,
    causes: BTreeSet<&'p str>,
    groups: BTreeSet<&'p str>,
}

/// What a fact or symptom can be.
enum Values<'p> {
    Of(&'p Type),
    Levels(&'p Symptom),
    /// Rows of columns; of a view, the name of the table that has them.
    Rows(&'p [Column], &'p str),
}

impl<'p> Declared<'p> {
    /// Enters what is declared; of a name that is declared twice, the first counts.
    pub(super) fn new(
        facts: &'p [Fact],
        symptoms: &'p [Symptom],
        records: &'p [Records],
        causes: impl Iterator<Item = &'p str>,
        groups: impl Iterator<Item = &'p str>,
    ) -> Self {
        let facts = facts.iter().map(|fact| (fact.name.value.as_str(), Values::Of(&fact.ty)));
        let symptoms = symptoms.iter().map(|symptom| (symptom.name.value.as_str(), Values::Levels(symptom)));
        let tables = records.iter().map(|table| {
            let name = table.name.value.as_str();
            (name, Values::Rows(&table.columns, declaring(table, records)))
        });
        let mut data = BTreeMap::new();
        facts.chain(symptoms).chain(tables).for_each(|(name, values)| _ = data.entry(name).or_insert(values));
        Self { data, causes: causes.collect(), groups: groups.collect() }
    }

    fn column(&self, table: &str, column: &str) -> Option<&Type> {
        match self.data.get(table)? {
            Values::Of(Type::Table(columns)) => {
                columns.iter().find(|known| known.name == column).map(|c| &c.ty)
            }
            Values::Rows(columns, _) => columns.iter().find(|known| known.name == column).map(|c| &c.ty),
            _ => None,
        }
    }

    /// Returns the table that declares the columns of another, which may be itself.
    fn shown_by<'n>(&'n self, table: &'n str) -> &'n str {
        match self.data.get(table) {
            Some(Values::Rows(_, declaring)) => declaring,
            _ => table,
        }
    }

    /// Returns whether something has a value, level or kind of a name.
    fn has_value(&self, owner: &Owner, name: &str) -> bool {
        let in_type = |ty: &Type| match ty {
            Type::OneOf(values) | Type::SomeOf(values) => values.iter().any(|value| value == name),
            _ => false,
        };
        match owner {
            Owner::Data(of) => match self.data.get(of.as_str()) {
                Some(Values::Of(ty)) => in_type(ty),
                Some(Values::Levels(symptom)) => {
                    let levels = &symptom.reading.levels;
                    symptom.reading.shape != Shape::YesNo && levels.iter().any(|level| level.name == name)
                }
                Some(Values::Rows(..)) | None => false,
            },
            Owner::Column(table, column) => self.column(table, column).is_some_and(in_type),
            Owner::Nobody => false,
        }
    }

    fn is_group(&self, name: &str) -> bool {
        self.groups.contains(name) && !self.causes.contains(name)
    }
}

/// Returns the name of the table whose columns a table shows: its own, or that of the one that it is a view of; those of readers are
/// declared by none.
fn declaring<'p>(table: &'p Records, records: &'p [Records]) -> &'p str {
    let mut shown = table;
    // A circle of views is an error of its own.
    for _ in 0..records.len() {
        match shown.from {
            RecordsFrom::View { of: Origin::Records(id), .. } => match records.get(id.0) {
                Some(next) => shown = next,
                None => break,
            },
            RecordsFrom::View { of: Origin::Reader(spec), .. } => return spec.name,
            RecordsFrom::Declared(_) => break,
        }
    }
    &shown.name.value
}

/// Collects all names of some files.
pub(super) fn references(declared: &Declared<'_>, files: &[&ast::File], manifest: &Manifest) -> References {
    let mut collector = Collector { declared, found: References::default() };
    let declarations = || files.iter().flat_map(|file| &file.declarations);
    for declaration in declarations() {
        if let DeclarationKind::Rule(rule) = &declaration.kind {
            collector.enter_rule(rule);
        }
    }
    declarations().for_each(|declaration| collector.declaration(&declaration.kind));
    let handed_on = manifest.escalate.as_ref().and_then(|to| to.with.as_deref());
    collector.causes(handed_on.unwrap_or_default());
    let mut found = collector.found;
    found.all.sort_by_key(|reference| reference.span);
    found.all.dedup_by_key(|reference| reference.span);
    found
}

struct Collector<'p> {
    declared: &'p Declared<'p>,
    found: References,
}

/// Returns the condition in which a rule says itself what it observes.
fn own_condition(rule: &ast::Rule) -> Option<&Expr> {
    rule.parts.iter().find_map(|part| match &part.value {
        RulePart::When(when) => Some(when),
        _ => None,
    })
}

impl Collector<'_> {
    fn enter_rule(&mut self, rule: &ast::Rule) {
        let name = rule.name.value.clone();
        match own_condition(rule).map(|when| &when.kind) {
            None => _ = self.found.observed.insert(name),
            Some(ExprKind::Name(observed)) => _ = self.found.rules.insert(name, Some(observed.clone())),
            Some(_) => _ = self.found.rules.insert(name, None),
        }
    }

    fn add(&mut self, span: Span, symbol: Symbol, role: Role) {
        self.found.all.push(Reference { span, symbol, role });
    }

    fn declares(&mut self, name: &ast::Name, symbol: impl FnOnce(String) -> Symbol) {
        self.add(name.span, symbol(name.value.clone()), Role::Declares);
    }

    fn uses(&mut self, name: &ast::Name, symbol: impl FnOnce(String) -> Symbol) {
        self.add(name.span, symbol(name.value.clone()), Role::Uses);
    }

    /// Adds names of causes or groups.
    fn causes(&mut self, names: &[ast::Name]) {
        for name in names {
            let group = self.declared.is_group(&name.value);
            self.uses(name, if group { Symbol::Group } else { Symbol::Cause });
        }
    }

    fn value(&mut self, name: &ast::Name, owner: &Owner, role: Role) {
        let symbol = Symbol::Value(self.settled(owner), name.value.clone());
        self.add(name.span, symbol, role);
    }

    fn declaration(&mut self, kind: &DeclarationKind) {
        match kind {
            DeclarationKind::Visit(visit) => {
                visit.by.iter().for_each(|who| self.person(who));
                visit.facts.iter().for_each(|(fact, _)| self.fact(fact));
            }
            DeclarationKind::Fact(fact) => self.fact(fact),
            DeclarationKind::Derive(derive) => {
                self.declares(&derive.name, Symbol::Data);
                derive.value.iter().for_each(|value| self.expr(value, None));
            }
            DeclarationKind::Symptom(symptom) => self.symptom(symptom),
            DeclarationKind::Rule(rule) => self.rule(rule),
            DeclarationKind::Cause(cause) => self.cause(cause),
            DeclarationKind::Fix(fix) => self.fix(fix),
            DeclarationKind::Records(records) => self.records(records),
            DeclarationKind::TicketKeys(keys) => {
                for (table, filter) in &keys.opened {
                    self.uses(table, Symbol::Data);
                    filter.iter().for_each(|filter| self.expr(filter, Some(&table.value)));
                }
                keys.fine.iter().for_each(|(condition, _)| self.expr(condition, None));
            }
        }
    }

    fn records(&mut self, records: &ast::Records) {
        self.declares(&records.name, Symbol::Data);
        let table = &records.name.value;
        match &records.from {
            Some(ast::RecordsFrom::View { table: of, filter, each, .. }) => {
                self.uses(of, Symbol::Data);
                filter.iter().for_each(|filter| self.expr(filter, Some(table)));
                let shown = self.declared.shown_by(table).to_owned();
                each.iter().for_each(|column| self.uses(column, |name| Symbol::Column(shown.clone(), name)));
            }
            Some(ast::RecordsFrom::Declared { .. }) | None => {}
        }
        for part in &records.parts {
            match &part.value {
                ast::RecordsPart::Column(column) => {
                    self.declares(&column.name, |name| Symbol::Column(table.clone(), name));
                    let owner = Owner::Column(table.clone(), column.name.value.clone());
                    column.ty.iter().for_each(|ty| self.values(&ty.value, &owner));
                    if let Some(unit) = column.unit.as_ref().filter(|unit| {
                        !column.unit_quoted && self.declared.data.contains_key(unit.value.as_str())
                    }) {
                        self.uses(unit, Symbol::Data);
                    }
                }
                ast::RecordsPart::By(who) => self.person(who),
                _ => {}
            }
        }
    }

    /// Collects the names in how a fact is read from evidence.
    fn read(&mut self, read: &ast::Read, owner: &Owner) {
        match &read.value {
            ast::ReadValue::Expr(expr) => self.beside(owner, expr, None),
            ast::ReadValue::Picked { column, rows, filter, .. } => {
                self.column(column, rows);
                filter.iter().for_each(|filter| self.expr(filter, Some(&rows.table.value)));
            }
        }
        read.when.iter().for_each(|when| self.expr(when, None));
    }

    fn fact(&mut self, fact: &ast::Fact) {
        self.declares(&fact.name, Symbol::Data);
        let table = &fact.name.value;
        let owner = Owner::Data(table.clone());
        match fact.ty.as_ref().map(|ty| &ty.value) {
            Some(ast::Type::Table(columns)) => {
                for (column, ty) in columns {
                    self.declares(column, |name| Symbol::Column(table.clone(), name));
                    self.values(&ty.value, &Owner::Column(table.clone(), column.value.clone()));
                }
            }
            Some(ty) => self.values(ty, &owner),
            None => {}
        }
        for part in &fact.parts {
            match part {
                FactPart::Rates(rates) => self.rates(rates, &owner),
                FactPart::By(who) => self.person(who),
                FactPart::Read(read) => self.read(read, &owner),
                _ => {}
            }
        }
    }

    fn person(&mut self, who: &ast::Name) {
        self.add(who.span, Symbol::Person(who.value.clone()), Role::Introduces);
    }

    fn values(&mut self, ty: &ast::Type, owner: &Owner) {
        if let ast::Type::OneOf(values) | ast::Type::SomeOf(values) = ty {
            values.iter().for_each(|value| self.value(value, owner, Role::Declares));
        }
    }

    fn rates(&mut self, rates: &ast::Rates, owner: &Owner) {
        rates.rates.iter().for_each(|(_, value)| self.value(value, owner, Role::Uses));
    }

    fn symptom(&mut self, symptom: &ast::Symptom) {
        self.declares(&symptom.name, Symbol::Data);
        let owner = Owner::Data(symptom.name.value.clone());
        match &symptom.body {
            SymptomBody::YesNo(when) => when.iter().for_each(|when| self.expr(when, None)),
            SymptomBody::Levels(levels) | SymptomBody::Kinds(levels) => {
                for level in levels {
                    self.value(&level.name, &owner, Role::Declares);
                    level.when.iter().for_each(|when| self.expr(when, None));
                }
            }
        }
        symptom.rates.iter().for_each(|rates| self.rates(rates, &owner));
    }

    fn rule(&mut self, rule: &ast::Rule) {
        let own = own_condition(rule);
        let owner = match own.map(|when| &when.kind) {
            None => Owner::Data(rule.name.value.clone()),
            Some(ExprKind::Name(observed)) => Owner::Data(observed.clone()),
            Some(_) => Owner::Nobody,
        };
        // A rule that observes what it is called after has no name of its own.
        match own {
            Some(_) => self.declares(&rule.name, Symbol::Rule),
            None => self.uses(&rule.name, Symbol::Data),
        }
        for part in &rule.parts {
            match &part.value {
                RulePart::Given(condition) | RulePart::When(condition) => self.expr(condition, None),
                RulePart::Line { entries, with } => {
                    self.entries(entries, &owner);
                    self.causes(with.as_deref().unwrap_or_default());
                }
                RulePart::RulesOut { levels, causes } => {
                    levels.iter().for_each(|level| self.value(level, &owner, Role::Uses));
                    self.causes(causes);
                }
                RulePart::See(_) => {}
            }
        }
    }

    fn entries(&mut self, entries: &[ast::Entry], owner: &Owner) {
        let levels = entries.iter().filter_map(|entry| entry.level.as_ref());
        levels.for_each(|level| self.value(level, owner, Role::Uses));
    }

    fn cause(&mut self, cause: &ast::Cause) {
        self.declares(&cause.name, Symbol::Cause);
        for part in &cause.parts {
            match &part.value {
                CausePart::Share { when: ShareWhen::When(when), .. } | CausePart::ToldBy(when) => {
                    self.expr(when, None);
                }
                CausePart::PartOf(groups) => {
                    for group in groups {
                        self.add(group.span, Symbol::Group(group.value.clone()), Role::Introduces);
                    }
                }
                CausePart::Shows { target, entries } => {
                    let rule = self.found.rules.contains_key(&target.value);
                    self.uses(target, if rule { Symbol::Rule } else { Symbol::Data });
                    self.entries(entries, &Owner::Data(target.value.clone()));
                }
                CausePart::LeadsTo { causes, .. } => self.causes(causes),
                CausePart::Fix(fixes) => fixes.iter().for_each(|fix| self.uses(fix, Symbol::Fix)),
                CausePart::Share { .. } | CausePart::See(_) => {}
            }
        }
    }

    fn fix(&mut self, fix: &ast::Fix) {
        self.declares(&fix.name, Symbol::Fix);
        for part in &fix.parts {
            match &part.value {
                FixPart::By(who) => self.person(who),
                FixPart::Verify(condition) => self.expr(condition, None),
                _ => {}
            }
        }
    }

    /// Collects the names of a condition or value; inside `where`, about the rows of a table.
    fn expr(&mut self, expr: &Expr, row: Option<&str>) {
        match &expr.kind {
            ExprKind::Or(all) | ExprKind::And(all) | ExprKind::AtLeastOf(_, all) => {
                all.iter().for_each(|inner| self.expr(inner, row));
            }
            ExprKind::Not(inner) => self.expr(inner, row),
            ExprKind::Quantified { rows, filter, .. } => {
                self.uses(&rows.table, Symbol::Data);
                self.expr(filter, Some(&rows.table.value));
            }
            ExprKind::AllSame { column, rows, filter } => {
                self.column(column, rows);
                filter.iter().for_each(|filter| self.expr(filter, Some(&rows.table.value)));
            }
            ExprKind::Cell { column, rows } => self.column(column, rows),
            ExprKind::Count { different, rows, filter, .. } => {
                match different {
                    Some(column) => self.column(column, rows),
                    None => self.uses(&rows.table, Symbol::Data),
                }
                filter.iter().for_each(|filter| self.expr(filter, Some(&rows.table.value)));
            }
            ExprKind::Test(subject, test) => {
                self.expr(subject, row);
                self.test(&owner(subject, row), test, row);
            }
            ExprKind::Arithmetic(a, _, b) => [a, b].into_iter().for_each(|side| self.expr(side, row)),
            ExprKind::Name(name) => {
                let symbol = self.in_row(row, name);
                self.add(expr.span, symbol, Role::Uses);
            }
            ExprKind::Quantity(_)
            | ExprKind::Text(_)
            | ExprKind::Pattern(_)
            | ExprKind::Time(_)
            | ExprKind::Address(_) => {}
        }
    }

    /// Adds the column of a table, and the table; of a view, the column is that of the table that it shows.
    fn column(&mut self, column: &ast::Name, rows: &ast::Rows) {
        let table = self.declared.shown_by(&rows.table.value).to_owned();
        self.uses(column, |name| Symbol::Column(table, name));
        self.uses(&rows.table, Symbol::Data);
    }

    fn test(&mut self, owner: &Owner, test: &Test, row: Option<&str>) {
        match test {
            Test::InColumn { column, rows } => self.column(column, rows),
            Test::Is(value) | Test::Compare(_, value) => self.beside(owner, value, row),
            Test::OneOf(values) => values.iter().for_each(|value| self.beside(owner, value, row)),
            Test::Between(low, high) => {
                [low, high].into_iter().for_each(|value| self.beside(owner, value, row));
            }
            Test::Within { of, .. } => self.expr(of, row),
            Test::Has(value) | Test::AtLevel { level: value, .. } => self.value(value, owner, Role::Uses),
            _ => {}
        }
    }

    /// Collects what something is compared with: a value of it, or what any name in a condition stands for.
    fn beside(&mut self, owner: &Owner, value: &Expr, row: Option<&str>) {
        let ExprKind::Name(name) = &value.kind else { return self.expr(value, row) };
        // A view has the values of what it shows, also where a reader declares them.
        let settled = self.settled(owner);
        let has = |owner: &Owner| self.declared.has_value(owner, name);
        let symbol = if has(&settled) || has(owner) {
            Symbol::Value(settled, name.clone())
        } else {
            self.in_row(row, name)
        };
        self.add(value.span, symbol, Role::Uses);
    }

    /// Returns what a name stands for that may be a column of the rows at hand.
    fn in_row(&self, table: Option<&str>, name: &str) -> Symbol {
        match table.filter(|table| self.declared.column(table, name).is_some()) {
            Some(table) => Symbol::Column(self.declared.shown_by(table).to_owned(), name.to_owned()),
            None => Symbol::Data(name.to_owned()),
        }
    }

    /// Returns what values belong to: those of a rule to what it observes; a name in a row may be that of a fact.
    fn settled(&self, owner: &Owner) -> Owner {
        match owner {
            Owner::Data(name) if !self.declared.data.contains_key(name.as_str()) => {
                match self.found.rules.get(name) {
                    Some(Some(observed)) => Owner::Data(observed.clone()),
                    Some(None) => Owner::Nobody,
                    None => owner.clone(),
                }
            }
            Owner::Column(table, name) if self.declared.column(table, name).is_none() => {
                Owner::Data(name.clone())
            }
            Owner::Column(table, name) => {
                Owner::Column(self.declared.shown_by(table).to_owned(), name.clone())
            }
            _ => owner.clone(),
        }
    }
}

fn owner(subject: &Expr, row: Option<&str>) -> Owner {
    match (&subject.kind, row) {
        (ExprKind::Name(name), None) => Owner::Data(name.clone()),
        (ExprKind::Name(name), Some(table)) => Owner::Column(table.to_owned(), name.clone()),
        _ => Owner::Nobody,
    }
}
