//! Every name of a file, with its place and what kind of name it is.
//!
//! Input: a tree, nothing resolved. Output: its [`Mention`]s in no order that counts. What a name beside `is` or inside `where` stands for
//! depends on what the pack declares, which [`super::names`] knows.

use crate::source::Span;
use crate::syntax::ast::{
    self, CausePart, DeclarationKind, Expr, ExprKind, FactPart, FixPart, RulePart, ShareWhen, SymptomBody,
    Test,
};

/// A name at a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mention {
    /// Where it stands.
    pub(super) span: Span,
    /// As it is written.
    pub(super) name: String,
    /// What kind of name it is.
    pub(super) role: Role,
    /// Whether this is where it is declared.
    pub(super) declares: bool,
}

/// What kind of name it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    /// A fact, computed fact or symptom.
    Data,
    /// A rule that says itself what it hears.
    Rule,
    /// A rule, or what a rule of the same name hears.
    RuleState,
    /// A cause, or a group of them.
    Cause,
    /// A group of causes.
    Group,
    /// A fix.
    Fix,
    /// Whose work a fix is.
    Person,
    /// A value, level or kind.
    Value(Owner),
    /// A value of what stands before it, or, in a row, a column, or a fact or symptom.
    Beside(Owner, Option<String>),
    /// A column of the table, or a fact or symptom.
    InRow(String),
    /// A column of the table.
    Column(String),
}

/// What a value belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    /// A fact or symptom; of a rule, what it hears.
    Data(String),
    /// A column of a table.
    Column(String, String),
    /// Nobody can say.
    Nobody,
}

/// Collects all names of a file.
pub(super) fn mentions(file: &ast::File) -> Vec<Mention> {
    let mut found = Found(Vec::new());
    file.declarations.iter().for_each(|declaration| found.declaration(&declaration.kind));
    found.0
}

struct Found(Vec<Mention>);

impl Found {
    fn add(&mut self, name: &ast::Name, role: Role, declares: bool) {
        self.0.push(Mention { span: name.span, name: name.value.clone(), role, declares });
    }

    fn all(&mut self, names: &[ast::Name], role: &Role) {
        names.iter().for_each(|name| self.add(name, role.clone(), false));
    }

    fn declaration(&mut self, kind: &DeclarationKind) {
        match kind {
            DeclarationKind::Visit(visit) => visit.facts.iter().for_each(|(fact, _)| self.fact(fact)),
            DeclarationKind::Fact(fact) => self.fact(fact),
            DeclarationKind::Derive(derive) => {
                self.add(&derive.name, Role::Data, true);
                derive.value.iter().for_each(|value| self.expr(value, None));
            }
            DeclarationKind::Symptom(symptom) => self.symptom(symptom),
            DeclarationKind::Rule(rule) => self.rule(rule),
            DeclarationKind::Cause(cause) => self.cause(cause),
            DeclarationKind::Fix(fix) => self.fix(fix),
        }
    }

    fn fact(&mut self, fact: &ast::Fact) {
        self.add(&fact.name, Role::Data, true);
        let owner = Owner::Data(fact.name.value.clone());
        match fact.ty.as_ref().map(|ty| &ty.value) {
            Some(ast::Type::Table(columns)) => {
                for (column, ty) in columns {
                    self.add(column, Role::Column(fact.name.value.clone()), true);
                    self.values(&ty.value, &Owner::Column(fact.name.value.clone(), column.value.clone()));
                }
            }
            Some(ty) => self.values(ty, &owner),
            None => {}
        }
        for part in &fact.parts {
            if let FactPart::Rates(rates) = part {
                self.rates(rates, &owner);
            }
        }
    }

    fn values(&mut self, ty: &ast::Type, owner: &Owner) {
        if let ast::Type::OneOf(values) | ast::Type::SomeOf(values) = ty {
            values.iter().for_each(|value| self.add(value, Role::Value(owner.clone()), true));
        }
    }

    fn rates(&mut self, rates: &ast::Rates, owner: &Owner) {
        rates.rates.iter().for_each(|(_, value)| self.add(value, Role::Value(owner.clone()), false));
    }

    fn symptom(&mut self, symptom: &ast::Symptom) {
        self.add(&symptom.name, Role::Data, true);
        let owner = Owner::Data(symptom.name.value.clone());
        match &symptom.body {
            SymptomBody::YesNo(when) => when.iter().for_each(|when| self.expr(when, None)),
            SymptomBody::Levels(levels) | SymptomBody::Kinds(levels) => {
                for level in levels {
                    self.add(&level.name, Role::Value(owner.clone()), true);
                    level.when.iter().for_each(|when| self.expr(when, None));
                }
            }
        }
        symptom.rates.iter().for_each(|rates| self.rates(rates, &owner));
    }

    fn rule(&mut self, rule: &ast::Rule) {
        let when = rule.parts.iter().find_map(|part| match &part.value {
            RulePart::When(when) => Some(when),
            _ => None,
        });
        let owner = match when.map(|when| &when.kind) {
            None => Owner::Data(rule.name.value.clone()),
            Some(ExprKind::Name(heard)) => Owner::Data(heard.clone()),
            Some(_) => Owner::Nobody,
        };
        // A rule that hears what it is called after has no name of its own.
        self.add(&rule.name, if when.is_some() { Role::Rule } else { Role::Data }, when.is_some());
        for part in &rule.parts {
            match &part.value {
                RulePart::Given(condition) | RulePart::When(condition) => self.expr(condition, None),
                RulePart::Line { entries, with } => {
                    self.entries(entries, &owner);
                    self.all(with.as_deref().unwrap_or_default(), &Role::Cause);
                }
                RulePart::RulesOut { levels, causes } => {
                    self.all(levels, &Role::Value(owner.clone()));
                    self.all(causes, &Role::Cause);
                }
                RulePart::See(_) => {}
            }
        }
    }

    fn entries(&mut self, entries: &[ast::Entry], owner: &Owner) {
        let levels = entries.iter().filter_map(|entry| entry.level.as_ref());
        levels.for_each(|level| self.add(level, Role::Value(owner.clone()), false));
    }

    fn cause(&mut self, cause: &ast::Cause) {
        self.add(&cause.name, Role::Cause, true);
        for part in &cause.parts {
            match &part.value {
                CausePart::Share { when: ShareWhen::When(when), .. } | CausePart::ToldBy(when) => {
                    self.expr(when, None);
                }
                CausePart::PartOf(groups) => self.all(groups, &Role::Group),
                CausePart::Shows { target, entries } => {
                    self.add(target, Role::RuleState, false);
                    self.entries(entries, &Owner::Data(target.value.clone()));
                }
                CausePart::LeadsTo { causes, .. } => self.all(causes, &Role::Cause),
                CausePart::Fix(fixes) => self.all(fixes, &Role::Fix),
                CausePart::Share { .. } | CausePart::See(_) => {}
            }
        }
    }

    fn fix(&mut self, fix: &ast::Fix) {
        self.add(&fix.name, Role::Fix, true);
        for part in &fix.parts {
            match &part.value {
                FixPart::By(person) => self.add(person, Role::Person, false),
                FixPart::Verify(condition) => self.expr(condition, None),
                _ => {}
            }
        }
    }

    fn name(&mut self, name: &str, span: Span, role: Role) {
        self.0.push(Mention { span, name: name.to_owned(), role, declares: false });
    }

    /// Adds the names of a condition or value; inside `where`, about the rows of a table.
    fn expr(&mut self, expr: &Expr, row: Option<&str>) {
        match &expr.kind {
            ExprKind::Or(all) | ExprKind::And(all) | ExprKind::AtLeastOf(_, all) => {
                all.iter().for_each(|inner| self.expr(inner, row));
            }
            ExprKind::Not(inner) => self.expr(inner, row),
            ExprKind::Quantified { table, filter, .. } => {
                self.add(table, Role::Data, false);
                self.expr(filter, Some(&table.value));
            }
            ExprKind::AllSame { column, table, filter } => {
                self.add(column, Role::Column(table.value.clone()), false);
                self.add(table, Role::Data, false);
                filter.iter().for_each(|filter| self.expr(filter, Some(&table.value)));
            }
            ExprKind::Count { table, filter } => {
                self.add(table, Role::Data, false);
                filter.iter().for_each(|filter| self.expr(filter, Some(&table.value)));
            }
            ExprKind::Test(subject, test) => {
                self.expr(subject, row);
                self.test(&owner(subject, row), test, row);
            }
            ExprKind::Arithmetic(a, _, b) => [a, b].into_iter().for_each(|side| self.expr(side, row)),
            ExprKind::Name(name) => {
                let role = row.map_or(Role::Data, |table| Role::InRow(table.to_owned()));
                self.name(name, expr.span, role);
            }
            ExprKind::Quantity(_)
            | ExprKind::Text(_)
            | ExprKind::Pattern(_)
            | ExprKind::Time(_)
            | ExprKind::Address(_) => {}
        }
    }

    fn test(&mut self, owner: &Owner, test: &Test, row: Option<&str>) {
        match test {
            Test::Is(value) | Test::Compare(_, value) => self.beside(owner, value, row),
            Test::OneOf(values) => values.iter().for_each(|value| self.beside(owner, value, row)),
            Test::Between(low, high) => {
                [low, high].into_iter().for_each(|value| self.beside(owner, value, row));
            }
            Test::Within { of, .. } => self.expr(of, row),
            Test::Has(value) | Test::AtLevel { level: value, .. } => {
                self.add(value, Role::Value(owner.clone()), false);
            }
            _ => {}
        }
    }

    fn beside(&mut self, owner: &Owner, value: &Expr, row: Option<&str>) {
        match &value.kind {
            ExprKind::Name(name) => {
                self.name(name, value.span, Role::Beside(owner.clone(), row.map(str::to_owned)));
            }
            _ => self.expr(value, row),
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
