//! Conditions and values: names to ids, types checked, literals read by the type that they stand beside.
//!
//! A function returns nothing where it has reported a problem, or where a name stands for something that was reported
//! before; so one mistake causes one message.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use regex::{Regex, RegexBuilder};

use super::expr::{Condition, ConditionKind, Count, Operand, OperandKind, RowsOf, TextTest};
use super::names::{Data, Names, unknown};
use super::records::{Records, time_column};
use super::{Fact, FactId, Shape, Symptom, SymptomId};
use crate::evidence;
use crate::letters::{alike, composed};
use crate::number::Number;
use crate::problem::{Code, Problem, Problems, did_you_mean};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Expr, ExprKind, Operator, Order, Test};
use crate::value::address;
use crate::value::amount::{parse_amount, why_impossible};
use crate::value::unit::{Unit, amount, unit, unit_words, units_of};
use crate::value::{Amount, Column, Type, Value, moment};

/// Resolves and types expressions.
pub(super) struct Typer<'a> {
    pub(super) names: &'a Names,
    pub(super) facts: &'a [Fact],
    pub(super) symptoms: &'a [Symptom],
    pub(super) records: &'a [Records],
    pub(super) problems: &'a mut Problems,
    /// The columns of the row at hand, inside `where`.
    row: Option<&'a [Column]>,
    /// Whether this is how a fact is read from evidence: tables of records may stand here only.
    pub(super) reading: bool,
    /// Whether the test at hand is turned round by a `not` of its own: `is not`.
    negated: bool,
}

/// How long a pattern may be, in bytes, and how large what it compiles to.
const PATTERN_LENGTH: usize = 4096;
const PATTERN_LIMIT: usize = 1 << 18;

/// Words by which people mean that there is no value.
const NOTHING: [&str; 6] = ["empty", "blank", "missing", "unknown", "nothing", "null"];

/// Units as other people write them.
const OTHER_UNITS: &[(&str, &str)] = &[
    ("hrs", "h"),
    ("hr", "h"),
    ("secs", "s"),
    ("sec", "s"),
    ("wk", "weeks"),
    ("wks", "weeks"),
    ("bytes", "B"),
    ("byte", "B"),
    ("kilobytes", "kB"),
    ("kilobyte", "kB"),
    ("megabytes", "MB"),
    ("megabyte", "MB"),
    ("gigabytes", "GB"),
    ("gigabyte", "GB"),
    ("megs", "MB"),
    ("pct", "%"),
];

/// The largest number that stands before a unit: a billion years are fewer minutes.
const LARGEST: Number = Number::whole(1_000_000_000_000_000_000);

impl<'a> Typer<'a> {
    /// Begins outside of any table.
    pub(super) fn new(
        names: &'a Names,
        facts: &'a [Fact],
        symptoms: &'a [Symptom],
        records: &'a [Records],
        problems: &'a mut Problems,
    ) -> Self {
        Self { names, facts, symptoms, records, problems, row: None, reading: false, negated: false }
    }

    fn error<T>(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<T> {
        self.problems.push(Problem::error(code, span, message).help(help));
        None
    }

    /// Reports an error with what to write in place of a text.
    fn rewrite<T>(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        (place, text): (Span, &str),
    ) -> Option<T> {
        self.problems.push(Problem::error(code, span, message).rewrite(place, text));
        None
    }

    // ------------------------------------------------------------ names

    /// Returns what a name stands for; reports it where nothing declares it.
    pub(super) fn look_up(&mut self, name: &str, span: Span) -> Option<Data> {
        match self.names.data.get(name) {
            Some((Data::Broken, _)) => None,
            Some((data, _)) => Some(*data),
            None if self.names.lost.contains(name) => None,
            None => {
                let columns = self.row.unwrap_or(&[]).iter().map(|c| c.name.as_str());
                let known = self.names.data.keys().map(String::as_str).chain(columns);
                // `users.affected` is a column of `users`.
                if let Some((table, column)) = name.rsplit_once('.')
                    && let Some((Data::Fact(id), _)) = self.names.data.get(table)
                    && let Some(Type::Table(columns)) = self.fact(*id).map(|fact| &fact.ty)
                    && columns.iter().any(|one| one.name == column)
                {
                    let message = format!("`{column}` is a column of the table `{table}`");
                    let text = format!("any {table} where {column}");
                    return self.rewrite(Code::UnknownName, span, message, (span, &text));
                }
                let what = if self.row.is_some() { "fact, symptom or column" } else { "fact or symptom" };
                self.problems.push_with(|| unknown(what, &Spanned::new(name.to_owned(), span), known));
                None
            }
        }
    }

    fn fact(&self, id: FactId) -> Option<&'a Fact> {
        self.facts.get(id.0)
    }

    fn symptom(&self, id: SymptomId) -> Option<&'a Symptom> {
        self.symptoms.get(id.0)
    }

    /// Returns the rows of a table, and its columns.
    pub(super) fn table(&mut self, rows: &ast::Rows) -> Option<(RowsOf, &'a [Column])> {
        let name = &rows.table;
        if !self.names.data.contains_key(&name.value) && !self.names.lost.contains(&name.value) {
            if evidence::tables().any(|table| table.name == name.value) {
                let message =
                    format!("`{}` is a table of a reader, of which the pack has none yet", name.value);
                let own = name.value.rsplit('.').next().unwrap_or_default();
                let help = format!("declare one, and name that here: `records {own} from {}`", name.value);
                return self.error(Code::UnknownName, name.span, message, help);
            }
            if self.reading {
                let is_table = |data: &Data| match data {
                    Data::Records(_) => true,
                    Data::Fact(id) => matches!(self.fact(*id).map(|fact| &fact.ty), Some(Type::Table(_))),
                    _ => false,
                };
                let tables = self.names.data.iter().filter(|(_, (data, _))| is_table(data));
                let meant = did_you_mean(&name.value, tables.map(|(name, _)| name.as_str()));
                let message = format!("there is no table `{}`", name.value);
                let help = || format!("declare it: `records {} from …`", name.value);
                self.problems
                    .push(Problem::error(Code::UnknownName, name.span, message).meant_or(meant, help));
                return None;
            }
        }
        match self.look_up(&name.value, name.span)? {
            Data::Fact(id) => match &self.fact(id)?.ty {
                Type::Table(columns) => {
                    if let Some(span) = rows.in_all_tickets {
                        let message =
                            format!("`{}` is a fact, which belongs to this ticket alone", name.value);
                        let help = "only tables of records are read for several tickets";
                        return self.error(Code::WrongType, span, message, help);
                    }
                    Some((RowsOf::Fact(id), columns))
                }
                other => {
                    let message = format!("`{}` is not a table but {}", name.value, other.described());
                    self.error(Code::WrongType, name.span, message, "only a table has rows")
                }
            },
            Data::Records(id) => {
                if !self.reading {
                    let message =
                        format!("`{}` is a table of records, which only `read` may look at", name.value);
                    let help = format!(
                        "declare a fact that is read from it, and use that here: `fact some.fact: yes/no {{ read yes when any {} where (…) }}`",
                        name.value
                    );
                    return self.error(Code::WrongType, name.span, message, help);
                }
                let columns = self.records.get(id.0).map(|records| records.columns.as_slice())?;
                Some((RowsOf::Records { id, in_all_tickets: rows.in_all_tickets.is_some() }, columns))
            }
            _ => {
                let message = format!("`{}` is a symptom, not a table", name.value);
                self.error(Code::WrongType, name.span, message, "only a table has rows")
            }
        }
    }

    /// Returns the place of a column.
    pub(super) fn column_of(&mut self, columns: &[Column], name: &ast::Name) -> Option<usize> {
        let found = columns.iter().position(|column| column.name == name.value);
        if found.is_none() {
            let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
            let mut problem = unknown("column", name, names.iter().copied());
            if did_you_mean(&name.value, names.iter().copied()).is_none() {
                problem = problem.help(format!("its columns are {}", names.join(", ")));
            }
            self.problems.push(problem);
        }
        found
    }

    /// Returns the place of a column in `column of table`; what reads `number of users` is a count.
    pub(super) fn column_of_rows(
        &mut self,
        columns: &[Column],
        name: &ast::Name,
        rows: &ast::Rows,
        span: Span,
    ) -> Option<usize> {
        let counts = matches!(name.value.as_str(), "number" | "count" | "amount");
        if counts && columns.iter().all(|column| column.name != name.value) {
            let text = format!("count {}", rows.table.value);
            return self.rewrite(Code::UnknownName, span, "rows are counted with `count`", (span, &text));
        }
        self.column_of(columns, name)
    }

    /// Reads an expression about the rows of a table.
    pub(super) fn about_rows<T>(&mut self, columns: &'a [Column], read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.row.replace(columns);
        let result = read(self);
        self.row = outer;
        result
    }

    // ------------------------------------------------------------ conditions

    /// Types a condition.
    pub(super) fn condition(&mut self, expr: &Expr) -> Option<Condition> {
        let span = expr.span;
        let kind = match &expr.kind {
            ExprKind::Or(all) => ConditionKind::Or(self.conditions(all)?),
            ExprKind::And(all) => ConditionKind::And(self.conditions(all)?),
            ExprKind::Not(inner) => {
                self.negated = inner.span == span;
                let condition = self.condition(inner);
                self.negated = false;
                ConditionKind::Not(Box::new(condition?))
            }
            ExprKind::AtLeastOf(least, all) => self.at_least(*least, all, span)?,
            ExprKind::Quantified { every, rows, filter } => {
                let (table, columns) = self.table(rows)?;
                let filter = Box::new(self.about_rows(columns, |t| t.condition(filter))?);
                ConditionKind::Rows { table, every: *every, filter }
            }
            ExprKind::AllSame { column, rows, filter } => {
                let (table, columns) = self.table(rows)?;
                let column = self.column_of(columns, column)?;
                let filter = self.filter(columns, filter.as_deref())?;
                ConditionKind::AllSame { table, column, filter }
            }
            ExprKind::Test(subject, test) => return self.test(subject, test, span),
            ExprKind::Name(name) => return self.bare_name(name, span),
            ExprKind::Text(name) if self.names.data.contains_key(name) => {
                return self.rewrite(Code::WrongType, span, "names have no quotes", (span, name));
            }
            _ => {
                let (_, ty) = self.operand(expr)?;
                let message = format!("this is {}, not a condition", ty.described());
                let help = "compare it with something, as in `some.fact > 5 min`; an amount is one number and its unit: `90 min` for `1 h 30 min`";
                return self.error(Code::WrongType, span, message, help);
            }
        };
        Some(Condition { kind, span })
    }

    /// Types all of them; reports each that is wrong.
    fn conditions(&mut self, all: &[Expr]) -> Option<Vec<Condition>> {
        let read: Vec<_> = (0..all.len()).map(|at| self.part(all, at)).collect();
        read.into_iter().collect()
    }

    /// Types one of several conditions that `and` or `or` join: `users is one or some` lacks the second comparison.
    fn part(&mut self, all: &[Expr], at: usize) -> Option<Condition> {
        let expr = all.get(at)?;
        let before = at.checked_sub(1).and_then(|before| all.get(before)).map(|before| &before.kind);
        if let Some(ExprKind::Test(subject, test)) = before
            && let Some(text) = self.same_test(subject, test, expr)
        {
            let message = match &expr.kind {
                ExprKind::Name(word) => format!("`{word}` alone is not a condition"),
                _ => "this alone is not a condition".to_owned(),
            };
            return self.rewrite(Code::UnknownName, expr.span, message, (expr.span, &text));
        }
        if let (ExprKind::Name(word), Some(ExprKind::Test(subject, Test::Is(first)))) = (&expr.kind, before)
            && let (ExprKind::Name(fact), ExprKind::Name(first)) = (&subject.kind, &first.kind)
            && let Some((Data::Fact(id), _)) = self.names.data.get(fact)
            && let Some(Type::OneOf(values)) = self.fact(*id).map(|fact| &fact.ty)
            && values.contains(word)
            && self.is_no_name(word)
        {
            // All values that follow: the mistake is one, however many there are.
            let further = |expr: &&Expr| matches!(&expr.kind, ExprKind::Name(word) if values.contains(word) && self.is_no_name(word));
            let words: Vec<&Expr> = all.iter().skip(at).take_while(further).collect();
            let named = words.iter().filter_map(|word| match &word.kind {
                ExprKind::Name(word) => Some(word.as_str()),
                _ => None,
            });
            let text = format!("{fact} is one of {first}, {}", named.collect::<Vec<_>>().join(", "));
            let start = all.get(at - 1).map_or(expr.span, |before| before.span);
            let end = words.last().map_or(expr.span, |last| last.span);
            let message = format!("`{word}` alone is not a condition");
            return self.rewrite(
                Code::UnknownName,
                expr.span,
                message,
                (Span { end: end.end, ..start }, &text),
            );
        }
        self.condition(expr)
    }

    /// Returns the test that a value alone repeats: `"b"` after `text contains "a"`, `outbound` after `direction has inbound`.
    fn same_test(&self, subject: &Expr, test: &Test, expr: &Expr) -> Option<String> {
        let ExprKind::Name(name) = &subject.kind else { return None };
        if let ExprKind::Text(text) = &expr.kind {
            let verb = match test {
                Test::Contains(_) => "contains",
                Test::StartsWith(_) => "starts with",
                Test::EndsWith(_) => "ends with",
                Test::Is(_) => "is",
                _ => return None,
            };
            return Some(format!("{name} {verb} {}", quoted(text)));
        }
        let ExprKind::Name(word) = &expr.kind else { return None };
        let known = match self.names.data.get(name)? {
            (Data::Fact(id), _) => {
                matches!(&self.fact(*id)?.ty, Type::SomeOf(values) if values.contains(word))
            }
            (Data::Symptom(id), _) => {
                self.symptom(*id)?.reading.levels.iter().any(|level| level.name == *word)
            }
            (Data::Records(_) | Data::Broken, _) => false,
        };
        match test {
            _ if !known || !self.is_no_name(word) => None,
            Test::Is(_) if matches!(self.names.data.get(name)?, (Data::Symptom(_), _)) => {
                Some(format!("{name} is {word}"))
            }
            Test::Has(_) | Test::Is(_) => Some(format!("{name} has {word}")),
            _ => None,
        }
    }

    fn at_least(&mut self, least: usize, all: &[Expr], span: Span) -> Option<ConditionKind> {
        let conditions = self.conditions(all)?;
        if least == 0 || least > conditions.len() {
            let message = format!(
                "at least {least} of {} is always {}",
                conditions.len(),
                if least == 0 { "so" } else { "false" }
            );
            return self.error(Code::WrongType, span, message, "count the conditions between the brackets");
        }
        Some(ConditionKind::AtLeast(least, conditions))
    }

    #[expect(clippy::option_option, reason = "outer: whether it reads; inner: whether there is one")]
    fn filter(&mut self, columns: &'a [Column], filter: Option<&Expr>) -> Option<Option<Box<Condition>>> {
        match filter {
            None => Some(None),
            Some(filter) => Some(Some(Box::new(self.about_rows(columns, |t| t.condition(filter))?))),
        }
    }

    fn column(&self, name: &str) -> Option<(usize, &'a Type)> {
        self.row?.iter().enumerate().find(|(_, c)| c.name == name).map(|(at, c)| (at, &c.ty))
    }

    /// Types a name alone: a yes/no value or symptom.
    fn bare_name(&mut self, name: &str, span: Span) -> Option<Condition> {
        let (operand, ty) = match self.column(name) {
            Some((at, ty)) => (OperandKind::Column(at), ty),
            None => match self.look_up(name, span)? {
                Data::Symptom(id) => return self.bare_symptom(id, name, span),
                Data::Fact(id) => (OperandKind::Fact(id), &self.fact(id)?.ty),
                Data::Records(_) => return self.no_value(name, span),
                Data::Broken => return None,
            },
        };
        if *ty != Type::YesNo {
            let message = format!("`{name}` is {}, so it needs a comparison", ty.described());
            return self.error(Code::WrongType, span, message, comparison_example(name, ty));
        }
        Some(Condition { kind: ConditionKind::Yes(Operand { kind: operand, span }), span })
    }

    fn bare_symptom(&mut self, id: SymptomId, name: &str, span: Span) -> Option<Condition> {
        let reading = &self.symptom(id)?.reading;
        if reading.shape != Shape::YesNo {
            let level = reading.levels.last().map_or("…", |l| l.name.as_str());
            let message =
                format!("`{name}` has several {}, so it needs a comparison", levels_word(reading.shape));
            let problem = Problem::error(Code::WrongType, span, message);
            let text = format!("{name} is {level}");
            self.problems.push(problem.help(format!("say which: `{text}`")).rewrite(span, &text));
            return None;
        }
        Some(Condition { kind: ConditionKind::Level(id, BTreeSet::from([1])), span })
    }

    fn no_value<T>(&mut self, name: &str, span: Span) -> Option<T> {
        let message = format!("`{name}` is a table of records, not a value");
        let help = format!(
            "ask its rows: `any {name} where (…)`, `count {name} where (…)`, or read a column: `some_column of {name}`"
        );
        self.error(Code::WrongType, span, message, help)
    }

    fn test(&mut self, subject: &Expr, test: &Test, span: Span) -> Option<Condition> {
        if let ExprKind::Name(name) = &subject.kind
            && self.column(name).is_none()
            && let Data::Symptom(id) = self.look_up(name, subject.span)?
        {
            return self.symptom_test(id, name, test, span);
        }
        let (operand, ty) = self.operand(subject)?;
        let name = match &subject.kind {
            ExprKind::Name(name) => format!("`{name}`"),
            _ => "this".to_owned(),
        };
        let kind = self.fact_test(operand, &ty, &name, test, span)?;
        Some(Condition { kind, span })
    }

    fn symptom_test(&mut self, id: SymptomId, name: &str, test: &Test, span: Span) -> Option<Condition> {
        let reading = &self.symptom(id)?.reading;
        let count = reading.levels.len();
        let kind = match test {
            Test::Known => ConditionKind::SymptomKnown(id),
            Test::Is(level) => ConditionKind::Level(id, BTreeSet::from([self.level_of(id, level)?])),
            Test::OneOf(levels) => {
                let read: Vec<_> = levels.iter().map(|l| self.level_of(id, l)).collect();
                ConditionKind::Level(id, read.into_iter().collect::<Option<_>>()?)
            }
            Test::None => {
                let none = Spanned::new("none".to_owned(), span);
                ConditionKind::Level(id, BTreeSet::from([self.level(id, &none)?]))
            }
            Test::AtLevel { least, level } => {
                if reading.shape != Shape::Levels {
                    let message =
                        format!("`{name}` is not in levels, so none of them is higher than another");
                    return self.error(
                        Code::WrongType,
                        span,
                        message,
                        format!("write `{name} is …` or `{name} is one of …`"),
                    );
                }
                let level = self.level(id, level)?;
                ConditionKind::Level(
                    id,
                    if *least { (level..count).collect() } else { (0..=level).collect() },
                )
            }
            _ => {
                let message = format!(
                    "`{name}` is a symptom, which can only be asked for its {}",
                    levels_word(reading.shape)
                );
                let level = reading.levels.last().map_or("yes", |l| l.name.as_str());
                if let (Test::Compare(order, other), Shape::Levels) = (test, reading.shape) {
                    let named = match &other.kind {
                        ExprKind::Name(level) => level,
                        _ => level,
                    };
                    // What is above a level is at least the next one.
                    let at = reading.levels.iter().position(|level| level.name == named);
                    let next = |at: usize| reading.levels.get(at).map(|level| level.name.as_str());
                    let (side, beyond) = match order {
                        Order::More => ("least", at.and_then(|at| next(at + 1))),
                        Order::AtLeast => ("least", Some(named)),
                        Order::Less => ("most", at.and_then(|at| next(at.checked_sub(1)?))),
                        Order::AtMost => ("most", Some(named)),
                    };
                    let text = format!("{name} at {side} {}", beyond.unwrap_or(named));
                    return self.rewrite(Code::WrongType, span, message, (span, &text));
                }
                let help = match (test, reading.shape) {
                    (_, Shape::YesNo) => format!("write `{name}` or `not {name}`, or ask its facts"),
                    _ => format!("write `{name} is {level}`, or ask its facts"),
                };
                return self.error(Code::WrongType, span, message, help);
            }
        };
        Some(Condition { kind, span })
    }

    fn level_of(&mut self, id: SymptomId, expr: &Expr) -> Option<usize> {
        if let ExprKind::Name(name) = &expr.kind {
            self.level(id, &Spanned::new(name.clone(), expr.span))
        } else {
            let name = &self.symptom(id)?.name.value;
            self.error(
                Code::WrongType,
                expr.span,
                format!("`{name}` is a symptom; this is not one of its levels"),
                "name a level",
            )
        }
    }

    fn level(&mut self, id: SymptomId, level: &ast::Name) -> Option<usize> {
        let symptom = self.symptom(id)?;
        let found = symptom.reading.levels.iter().position(|l| l.name == level.value);
        if found.is_none() {
            if matches!(self.names.data.get(&symptom.name.value), Some((Data::Broken, _))) {
                return None;
            }
            let names: Vec<_> = symptom.reading.levels.iter().map(|l| l.name.as_str()).collect();
            let message = format!("`{}` is not a level of `{}`", level.value, symptom.name.value);
            let problem = Problem::error(Code::UnknownName, level.span, message);
            let meant = did_you_mean(&level.value, names.iter().copied());
            self.problems.push(problem.meant_or(meant, || format!("it can be {}", names.join(", "))));
            return None;
        }
        found
    }

    fn fact_test(
        &mut self,
        subject: Operand,
        ty: &Type,
        name: &str,
        test: &Test,
        span: Span,
    ) -> Option<ConditionKind> {
        Some(match test {
            Test::Known => ConditionKind::Known(subject),
            Test::None => self.none(subject, ty, name, span)?,
            Test::Is(value) => self.is(subject, ty, name, value)?,
            Test::OneOf(values) => {
                let read: Vec<_> = values.iter().map(|v| self.beside(ty, name, v)).collect();
                let read: Vec<Operand> = read.into_iter().collect::<Option<_>>()?;
                self.can_be(&subject, ty, &read)?;
                ConditionKind::OneOf(subject, read)
            }
            Test::InColumn { column, rows } => self.in_column(subject, ty, name, column, rows)?,
            Test::Has(member) => {
                if let Type::SomeOf(values) = ty {
                    ConditionKind::Has(subject, self.value_of(values, member)?)
                } else {
                    let message = format!("{name} is {}, not a set", ty.described());
                    let text = format!("{} is {}", name.trim_matches('`'), member.value);
                    let span = span_of(subject.span, span);
                    return self.rewrite(Code::WrongType, span, message, (span, &text));
                }
            }
            Test::InRange(low, high) => {
                let (low, high) =
                    (self.quantity_beside(ty, name, low)?, self.quantity_beside(ty, name, high)?);
                self.can_be(&subject, ty, [&low, &high])?;
                self.between(&subject, low, high, span)?
            }
            Test::Between(low, high) => {
                self.want_amount(ty, name, span)?;
                let (low, high) = (self.beside(ty, name, low)?, self.beside(ty, name, high)?);
                self.can_be(&subject, ty, [&low, &high])?;
                self.between(&subject, low, high, span)?
            }
            Test::Compare(order, other) => {
                self.want_amount(ty, name, span)?;
                let other = self.beside(ty, name, other)?;
                self.can_be(&subject, ty, [&other])?;
                self.can_be(&other, ty, [&subject])?;
                ConditionKind::Compare(subject, *order, other)
            }
            Test::InNetwork(text) => {
                self.want(ty == &Type::Ip, name, ty, "an address", span)?;
                let parsed =
                    text.value.parse::<IpNet>().or_else(|_| text.value.parse::<IpAddr>().map(IpNet::from));
                let parsed = parsed.map(address::canonical);
                if let Ok(network) = parsed {
                    ConditionKind::InNetwork(subject, network)
                } else {
                    let message = format!("`{}` is not a network", text.value);
                    return self.error(Code::WrongType, text.span, message, "write it like `10.0.0.0/8`");
                }
            }
            Test::Contains(needle) => {
                self.text_test(subject, ty, name, TextTest::Contains(alike(&needle.value)), span)?
            }
            Test::StartsWith(needle) => {
                self.text_test(subject, ty, name, TextTest::StartsWith(alike(&needle.value)), span)?
            }
            Test::EndsWith(needle) => {
                self.text_test(subject, ty, name, TextTest::EndsWith(alike(&needle.value)), span)?
            }
            Test::Matches(pattern) => {
                let regex = self.pattern(pattern)?;
                self.text_test(subject, ty, name, TextTest::Matches(Box::new(regex)), span)?
            }
            Test::Within { window, before, of } => {
                self.want(ty == &Type::Time, name, ty, "a time", span)?;
                let Amount::Nanos(nanos) = self.quantity(window, &Type::Duration, "the window")? else {
                    return None;
                };
                if nanos < 0 {
                    let message = "this is less than no time";
                    let help = "say `before` or `after`, and for how long: `within 24 h before some.time`";
                    return self.error(Code::WrongType, window.span, message, help);
                }
                let of = self.beside(&Type::Time, name, of)?;
                ConditionKind::Within { time: subject, window: nanos, before: *before, of }
            }
            Test::AtLevel { level, .. } => {
                let message = format!("{name} is {}, which has no levels", ty.described());
                return self.error(
                    Code::WrongType,
                    level.span,
                    message,
                    "only a symptom in levels can be `at least` one of them; compare with `>=`",
                );
            }
        })
    }

    /// Types `is one of C of T`.
    fn in_column(
        &mut self,
        subject: Operand,
        ty: &Type,
        name: &str,
        column: &ast::Name,
        rows: &ast::Rows,
    ) -> Option<ConditionKind> {
        let (table, columns) = self.table(rows)?;
        let at = self.column_of(columns, column)?;
        let found = columns.get(at).map(|column| &column.ty)?;
        if found == ty {
            return Some(ConditionKind::InColumn(subject, table, at));
        }
        let message =
            format!("{name} is {}, and `{}` is {}", ty.described(), column.value, found.described());
        self.error(Code::WrongType, column.span, message, "both must be of one type")
    }

    fn want(&mut self, right: bool, name: &str, ty: &Type, wanted: &str, span: Span) -> Option<()> {
        if right {
            return Some(());
        }
        let message = format!("{name} is {}, and this asks for {wanted}", ty.described());
        self.error(Code::WrongType, span, message, comparison_example(name.trim_matches('`'), ty))
    }

    fn want_amount(&mut self, ty: &Type, name: &str, span: Span) -> Option<()> {
        if ty.is_amount() {
            return Some(());
        }
        let help = match ty {
            Type::Text => "texts are compared with `is`, `contains`, `starts with`, `ends with`, `matches`",
            _ => "write `is`, or `is one of`",
        };
        self.error(Code::WrongType, span, format!("{name} is {}, which has no order", ty.described()), help)
    }

    fn text_test(
        &mut self,
        subject: Operand,
        ty: &Type,
        name: &str,
        test: TextTest,
        span: Span,
    ) -> Option<ConditionKind> {
        if let TextTest::Contains(needle) | TextTest::StartsWith(needle) | TextTest::EndsWith(needle) = &test
            && let Type::SomeOf(values) | Type::OneOf(values) = ty
            && values.contains(needle)
        {
            let verb = if matches!(ty, Type::SomeOf(_)) { "has" } else { "is" };
            let message = format!("{name} is {}, and this asks for a text", ty.described());
            let text = format!("{} {verb} {needle}", name.trim_matches('`'));
            return self.rewrite(Code::WrongType, span, message, (span, &text));
        }
        self.want(ty.is_textual(), name, ty, "a text", span)?;
        Some(ConditionKind::Text(subject, test))
    }

    fn between(
        &mut self,
        subject: &Operand,
        low: Operand,
        high: Operand,
        span: Span,
    ) -> Option<ConditionKind> {
        if let (OperandKind::Literal(Value::Amount(l)), OperandKind::Literal(Value::Amount(h))) =
            (&low.kind, &high.kind)
            && l.order(*h) == Some(std::cmp::Ordering::Greater)
        {
            return self.error(
                Code::WrongType,
                span,
                "the first bound is above the second",
                "write the smaller one first",
            );
        }
        let compare =
            |order, bound| Condition { kind: ConditionKind::Compare(subject.clone(), order, bound), span };
        Some(ConditionKind::And(vec![compare(Order::AtLeast, low), compare(Order::AtMost, high)]))
    }

    fn none(&mut self, subject: Operand, ty: &Type, name: &str, span: Span) -> Option<ConditionKind> {
        match ty {
            Type::OneOf(values) => {
                if let Some(at) = values.iter().position(|v| v == "none") {
                    let none = Operand { kind: OperandKind::Literal(Value::Choice(at)), span };
                    return Some(ConditionKind::Equal(subject, none));
                }
                Some(ConditionKind::None(subject))
            }
            Type::YesNo => {
                let name_alone = name.trim_matches('`');
                let text =
                    if self.negated { format!("{name_alone} is known") } else { format!("not {name_alone}") };
                self.rewrite(Code::WrongType, span, format!("{name} is yes/no, never none"), (span, &text))
            }
            _ => Some(ConditionKind::None(subject)),
        }
    }

    fn is(&mut self, subject: Operand, ty: &Type, name: &str, value: &Expr) -> Option<ConditionKind> {
        match (ty, &value.kind) {
            (Type::YesNo, ExprKind::Name(word)) if word == "yes" => Some(ConditionKind::Yes(subject)),
            (Type::YesNo, ExprKind::Name(word)) if word == "no" => {
                let span = subject.span;
                let yes = Condition { kind: ConditionKind::Yes(subject), span };
                Some(ConditionKind::Not(Box::new(yes)))
            }
            (Type::YesNo, ExprKind::Name(word)) if self.is_no_name(word) => {
                let name = name.trim_matches('`');
                let help = format!("say `{name}` alone where it is so, and `not {name}` where it is not");
                let problem =
                    Problem::error(Code::WrongType, value.span, format!("`{name}` is `yes` or `no`"))
                        .help(help);
                let meant = match word.to_lowercase().as_str() {
                    "true" | "on" | "y" | "yes" | "ok" | "enabled" | "active" => Some("yes"),
                    "false" | "off" | "n" | "no" | "disabled" | "inactive" => Some("no"),
                    _ => None,
                };
                self.problems.push(match meant {
                    Some(text) => problem.rewrite(value.span, text),
                    None => problem,
                });
                None
            }
            (Type::SomeOf(_), ExprKind::Name(member)) => {
                let message = format!("{name} is a set, which may have several of its values at once");
                let not = if self.negated { "not " } else { "" };
                let text = format!("{not}{} has {member}", name.trim_matches('`'));
                let place = Span { end: value.span.end, ..subject.span };
                self.rewrite(Code::WrongType, value.span, message, (place, &text))
            }
            (Type::SomeOf(_), _) => self.error(
                Code::WrongType,
                value.span,
                format!("{name} is a set, which may have several of its values at once"),
                format!("write `{} has …`", name.trim_matches('`')),
            ),
            (Type::Table(_), _) => self.error(
                Code::WrongType,
                value.span,
                format!("{name} is a table"),
                "ask its rows: `any … where (…)`, or `is none`",
            ),
            _ => {
                let value = self.beside(ty, name, value)?;
                self.can_be(&subject, ty, [&value])?;
                self.can_be(&value, ty, [&subject])?;
                Some(ConditionKind::Equal(subject, value))
            }
        }
    }

    /// Complains about amounts that a fact or a column is compared with and can never have. A size or a share that is computed has no
    /// limit, and a duration always one: a negative one says that its times are wrong.
    fn can_be<'o>(
        &mut self,
        subject: &Operand,
        ty: &Type,
        amounts: impl IntoIterator<Item = &'o Operand>,
    ) -> Option<()> {
        let limited = match subject.kind {
            OperandKind::Fact(id) => {
                *ty == Type::Duration || self.fact(id).is_some_and(|fact| !fact.computed)
            }
            OperandKind::Column(_) => true,
            _ => false,
        };
        for operand in amounts {
            if limited
                && let OperandKind::Literal(Value::Amount(amount)) = operand.kind
                && let Some(why) = why_impossible(amount, ty)
            {
                return self.error(
                    Code::WrongType,
                    operand.span,
                    format!("no fact is like this: {why}"),
                    "check it again",
                );
            }
        }
        Some(())
    }

    /// Returns whether nothing in the pack is called so.
    fn is_no_name(&self, word: &str) -> bool {
        self.column(word).is_none() && !self.names.data.contains_key(word) && !self.names.lost.contains(word)
    }

    // ------------------------------------------------------------ values

    /// Compiles a regular expression, in time linear in the text that it is looked for in; both it and its machine are bounded.
    pub(super) fn pattern(&mut self, pattern: &ast::Text) -> Option<Regex> {
        let large = |typer: &mut Self| {
            let help = "leave out what is not needed, or put parts of it into symptoms of their own";
            typer.error(Code::TooLarge, pattern.span, "this pattern is too large", help)
        };
        if pattern.value.len() > PATTERN_LENGTH {
            return large(self);
        }
        // Whole lines are described where evidence is read, once for each artefact.
        let limit = if self.reading { PATTERN_LIMIT << 4 } else { PATTERN_LIMIT };
        let built =
            RegexBuilder::new(&composed(&pattern.value)).case_insensitive(true).size_limit(limit).build();
        match built {
            Ok(regex) => Some(regex),
            Err(regex::Error::CompiledTooBig(_)) => large(self),
            Err(error) => {
                let error = error.to_string();
                let reason = error.lines().last().unwrap_or("").trim_start_matches("error: ");
                let message = format!("this pattern does not read: {reason}");
                self.error(
                    Code::WrongType,
                    pattern.span,
                    message,
                    "a `.`, `(`, `[`, `*`, `+` or `?` that is meant itself is written with a `\\` before it",
                )
            }
        }
    }

    /// Returns the place of a value among those of a type.
    pub(super) fn value_of(&mut self, values: &[String], name: &ast::Name) -> Option<usize> {
        let found = values.iter().position(|v| *v == name.value);
        if found.is_none() {
            self.problems.push_with(|| {
                let message = format!("`{}` is not one of the values", name.value);
                let meant = did_you_mean(&name.value, values.iter().map(String::as_str));
                Problem::error(Code::UnknownName, name.span, message)
                    .meant_or(meant, || format!("it can be {}", values.join(", ")))
            });
        }
        found
    }

    /// Types a value that is compared with one of a type.
    pub(super) fn beside(&mut self, ty: &Type, name: &str, expr: &Expr) -> Option<Operand> {
        let span = expr.span;
        let literal = |value| Some(Operand { kind: OperandKind::Literal(value), span });
        match (ty, &expr.kind) {
            (Type::OneOf(values), ExprKind::Name(word)) => {
                let is_value = values.contains(word);
                if !is_value && self.names.data.contains_key(word) {
                    return self.same_type(ty, name, expr);
                }
                literal(Value::Choice(self.value_of(values, &Spanned::new(word.clone(), span))?))
            }
            (Type::OneOf(values), ExprKind::Text(word)) => {
                let choice = values.iter().position(|v| v == word);
                let help = format!("write it without quotes: `{word}`");
                match choice {
                    Some(_) => {
                        let message = "a value of `one of` is written without quotes";
                        let problem = Problem::error(Code::WrongType, span, message).help(help);
                        self.problems.push(problem.rewrite(span, word));
                        None
                    }
                    None => literal(Value::Choice(self.value_of(values, &Spanned::new(word.clone(), span))?)),
                }
            }
            (Type::Text, ExprKind::Text(text)) => literal(Value::Text(text.clone())),
            (Type::Domain, ExprKind::Text(text)) => literal(Value::Domain(address::spelled(text))),
            (_, ExprKind::Name(word)) if NOTHING.contains(&word.as_str()) && self.is_no_name(word) => {
                let problem = Problem::error(Code::WrongType, span, format!("`{word}` is not a value")).help(
                    "`is none` asks whether somebody looked and there is none, `not … is known` whether nobody looked",
                );
                // `is unknown` becomes another condition: no edit of this place alone says it.
                self.problems.push(match word.as_str() {
                    "unknown" => problem,
                    _ => problem.rewrite(span, "none"),
                });
                None
            }
            (Type::Text | Type::Domain, ExprKind::Name(word)) if self.is_no_name(word) => {
                let message = format!("{name} is {}, and `{word}` is not a fact", ty.described());
                let problem = Problem::error(Code::WrongType, span, message);
                let help = format!("put a text in quotes: `\"{word}\"`");
                self.problems.push(problem.help(help).rewrite(span, &format!("\"{word}\"")));
                None
            }
            (Type::Ip, ExprKind::Address(text) | ExprKind::Text(text)) => match text.parse::<IpAddr>() {
                Ok(address) => literal(Value::Ip(address.to_canonical())),
                Err(_) => self.error(
                    Code::WrongType,
                    span,
                    format!("`{text}` is not an address"),
                    "an address looks like `192.0.2.1`; a network is asked with `in 10.0.0.0/8`",
                ),
            },
            (Type::Time, ExprKind::Time(text) | ExprKind::Text(text)) => match moment::of_pack(text) {
                Ok(time) => literal(Value::Amount(time)),
                Err(wrong) => {
                    let problem = Problem::error(Code::WrongType, span, wrong.why);
                    self.problems.push(problem.maybe_help(wrong.help));
                    None
                }
            },
            (_, ExprKind::Quantity(quantity)) => self.quantity_beside(ty, name, quantity),
            _ => self.same_type(ty, name, expr),
        }
    }

    /// Types an operand, which must have a type.
    fn same_type(&mut self, ty: &Type, name: &str, expr: &Expr) -> Option<Operand> {
        let (operand, found) = self.operand(expr)?;
        if found != *ty {
            let message = format!("{name} is {}, this is {}", ty.described(), found.described());
            let problem = Problem::error(Code::WrongType, expr.span, message);
            self.problems.push(match &expr.kind {
                ExprKind::Text(text) if ty.is_amount() && parse_amount(text, ty).is_ok() => {
                    problem.help(format!("write it without quotes: `{text}`")).rewrite(expr.span, text)
                }
                ExprKind::Text(text) if *ty == Type::YesNo && matches!(text.as_str(), "yes" | "no") => {
                    problem.help(format!("write it without quotes: `{text}`")).rewrite(expr.span, text)
                }
                ExprKind::Quantity(ast::Quantity { number: Some(number), unit: None, .. })
                    if *ty == Type::Text =>
                {
                    problem.rewrite(expr.span, &format!("\"{number}\""))
                }
                _ => problem.help("both sides of a comparison must be of one type"),
            });
            return None;
        }
        Some(operand)
    }

    fn quantity_beside(&mut self, ty: &Type, name: &str, quantity: &ast::Quantity) -> Option<Operand> {
        let amount = self.quantity(quantity, ty, name)?;
        Some(Operand { kind: OperandKind::Literal(Value::Amount(amount)), span: quantity.span })
    }

    #[expect(clippy::option_option, reason = "outer: whether it reads; inner: whether there is one")]
    fn unit(&mut self, quantity: &ast::Quantity, ty: Option<&Type>) -> Option<Option<Unit>> {
        let Some(word) = &quantity.unit else { return Some(None) };
        let found = unit(&word.value);
        if found.is_none()
            && let Some((_, ours)) =
                OTHER_UNITS.iter().find(|(theirs, _)| *theirs == word.value.to_lowercase())
        {
            let message = format!("`{}` is not a unit", word.value);
            return self.rewrite(Code::WrongUnit, word.span, message, (word.span, ours));
        }
        if let Some(number) = &quantity.number
            && found.is_none()
            && !word.value.is_empty()
            && word.value.to_lowercase().chars().all(|c| c == 'x')
        {
            let figure = |digit: &str| format!("{number}{}", digit.repeat(word.value.len()));
            let message = format!("`{}` is not a unit", word.value);
            let help = format!("write the range: `in {}..{}`", figure("0"), figure("9"));
            return self.error(Code::WrongUnit, word.span, message, help);
        }
        if let Some(number) = &quantity.number
            && found.is_none()
            && ty == Some(&Type::Number)
        {
            let message = format!("`{}` is not a unit, and a number has none", word.value);
            let text = number.to_string();
            return self.rewrite(Code::WrongUnit, word.span, message, (quantity.span, &text));
        }
        if found.is_none() {
            let problem =
                Problem::error(Code::WrongUnit, word.span, format!("`{}` is not a unit", word.value));
            self.problems.push(match did_you_mean(&word.value, unit_words()) {
                _ if word.value == "m" => problem.meant("min").help("minutes are written `min`"),
                meant => problem.meant_or(meant, || {
                    "units are `s`, `min`, `h`, `days`, `weeks`, `B`, `kB`, `MB`, `GB`, `%`; for any other, write the number alone, and give the fact the type `number`".into()
                }),
            });
            return None;
        }
        Some(found)
    }

    /// Reads a number with its unit, where it is not beyond all bounds.
    fn amount(&mut self, quantity: &ast::Quantity, unit: Option<Unit>) -> Option<(Amount, Type)> {
        let number = quantity.number.as_deref().copied().filter(|number| number.abs() <= LARGEST);
        if let Some(amount) = number.and_then(|number| amount(number, unit)) {
            return Some(amount);
        }
        self.error(
            Code::TooLarge,
            quantity.span,
            "this number is larger than any that is meant",
            "write fewer digits",
        )
    }

    /// Reads a number with a unit that must be of a type.
    pub(super) fn quantity(&mut self, quantity: &ast::Quantity, ty: &Type, name: &str) -> Option<Amount> {
        let unit = self.unit(quantity, Some(ty))?;
        let (amount, found) = self.amount(quantity, unit)?;
        if found == *ty {
            return Some(amount);
        }
        let number = quantity.number.as_deref().copied().unwrap_or(Number::ZERO);
        let (message, help) = match (unit, ty) {
            (None, Type::Duration | Type::Size | Type::Percent) => (
                format!("`{number}` has no unit, but {name} is {}", ty.described()),
                match ty {
                    Type::Percent if number < Number::ZERO || number > Number::whole(100) => {
                        "write a share between `0 %` and `100 %`".to_owned()
                    }
                    Type::Percent => format!("write `{number} %`"),
                    _ => format!("add its unit: {}", units_of(ty)),
                },
            ),
            (Some(_), Type::Number) => {
                (format!("{name} is a number, which has no unit"), format!("write `{number}`"))
            }
            _ => (
                format!("{name} is {}, and this is {}", ty.described(), found.described()),
                format!("write a value of its type, with {}", units_of(ty)),
            ),
        };
        let problem = Problem::error(Code::WrongUnit, quantity.span, message).help(help);
        self.problems.push(match (unit, ty) {
            (None, Type::Percent) if number > Number::ZERO && number <= Number::ONE => {
                let percent = number.times(Number::whole(100)).map_or_else(String::new, |p| format!("{p} %"));
                let help = format!("write `{percent}`, or `{number} %` if it is as little as that");
                problem
                    .help(help)
                    .rewrite(quantity.span, &percent)
                    .rewrite(quantity.span, &format!("{number} %"))
            }
            // What cannot be does not become right with a unit.
            (None, _) if number < Number::ZERO => problem,
            (None, Type::Percent) if number > Number::whole(100) => problem,
            (None, Type::Percent) => problem.rewrite(quantity.span, &format!("{number} %")),
            (None, Type::Duration) => ["min", "s", "h"]
                .iter()
                .fold(problem, |all, unit| all.rewrite(quantity.span, &format!("{number} {unit}"))),
            (None, Type::Size) => ["MB", "kB", "GB"]
                .iter()
                .fold(problem, |all, unit| all.rewrite(quantity.span, &format!("{number} {unit}"))),
            (Some(_), Type::Number) => problem.rewrite(quantity.span, &number.to_string()),
            _ => problem,
        });
        None
    }

    /// Complains about `message-size` and `message/size`, where nothing is called `message`.
    fn joined(&mut self, left: &Expr, right: &Expr, span: Span) -> Option<()> {
        let (ExprKind::Name(a), ExprKind::Name(b)) = (&left.kind, &right.kind) else { return Some(()) };
        let called = |name: &String| self.names.data.contains_key(name);
        let meant = [format!("{a}.{b}"), format!("{a}_{b}")].into_iter().find(called);
        match meant.filter(|_| !called(a)) {
            Some(meant) => {
                let message = "a name has no hyphens and slashes: they are read as signs between two facts";
                self.problems.push(Problem::error(Code::UnknownName, span, message).meant(&meant));
                None
            }
            None => Some(()),
        }
    }

    /// Reads a window that slides over the times of some rows.
    fn window(
        &mut self,
        columns: &[Column],
        rows: &ast::Rows,
        window: &ast::Quantity,
    ) -> Option<(usize, i128)> {
        let Some(at) = time_column(columns) else {
            let message = format!("`{}` has no column that is a time", rows.table.value);
            return self.error(
                Code::WrongType,
                rows.table.span,
                message,
                "without times, rows are counted alone: `count … where (…)`",
            );
        };
        match self.quantity(window, &Type::Duration, "the window")? {
            Amount::Nanos(nanos) if nanos > 0 => Some((at, nanos)),
            _ => self.error(
                Code::WrongType,
                window.span,
                "this is no time at all",
                "write a duration, as in `within any 10 min`",
            ),
        }
    }

    /// Types a value of any type.
    pub(super) fn operand(&mut self, expr: &Expr) -> Option<(Operand, Type)> {
        let span = expr.span;
        let (kind, ty) = match &expr.kind {
            ExprKind::Name(name) => match self.column(name) {
                Some((at, ty)) => (OperandKind::Column(at), ty.clone()),
                None => match self.look_up(name, span)? {
                    Data::Fact(id) => (OperandKind::Fact(id), self.fact(id)?.ty.clone()),
                    Data::Records(_) => return self.no_value(name, span),
                    _ => {
                        return self.error(
                            Code::WrongType,
                            span,
                            format!("`{name}` is a symptom, not a value"),
                            "use the facts that it reads",
                        );
                    }
                },
            },
            ExprKind::Quantity(quantity) => {
                let unit = self.unit(quantity, None)?;
                let (amount, ty) = self.amount(quantity, unit)?;
                (OperandKind::Literal(Value::Amount(amount)), ty)
            }
            ExprKind::Text(text) => (OperandKind::Literal(Value::Text(text.clone())), Type::Text),
            ExprKind::Time(_) => (self.beside(&Type::Time, "this", expr)?.kind, Type::Time),
            ExprKind::Address(_) => (self.beside(&Type::Ip, "this", expr)?.kind, Type::Ip),
            ExprKind::Cell { column, rows } => {
                let (table, columns) = self.table(rows)?;
                let at = self.column_of_rows(columns, column, rows, span)?;
                let one_row =
                    table.records().and_then(|id| self.records.get(id.0)).is_some_and(Records::is_one_row);
                if !one_row {
                    let table = &rows.table.value;
                    let message =
                        format!("`{table}` may have several rows, and this does not say which is meant");
                    let help = format!(
                        "ask its rows, `any {table} where (…)`, or make it one row: `records … from last {table}`"
                    );
                    return self.error(Code::WrongType, span, message, help);
                }
                (OperandKind::Cell(table, at), columns.get(at).map(|column| column.ty.clone())?)
            }
            ExprKind::Count { different, rows, window, filter } => {
                let (table, columns) = self.table(rows)?;
                let different = match different {
                    Some(column) => Some(self.column_of(columns, column)?),
                    None => None,
                };
                let window = match window {
                    Some(window) => Some(self.window(columns, rows, window)?),
                    None => None,
                };
                let filter = self.filter(columns, filter.as_deref())?.map(|filter| *filter);
                (OperandKind::Count(Box::new(Count { table, filter, different, window })), Type::Number)
            }
            ExprKind::Arithmetic(left, operator, right) => {
                self.joined(left, right, span)?;
                let (left, left_ty) = self.operand(left)?;
                let (right, right_ty) = self.operand(right)?;
                let Some(ty) = result_type(&left_ty, *operator, &right_ty) else {
                    let message = format!(
                        "{} {} {} has no meaning",
                        left_ty.described(),
                        sign(*operator),
                        right_ty.described()
                    );
                    return self.error(
                        Code::WrongType,
                        span,
                        message,
                        "add what has the same unit; multiply and divide by plain numbers",
                    );
                };
                (OperandKind::Arithmetic(Box::new(left), *operator, Box::new(right)), ty)
            }
            ExprKind::Pattern(_) => {
                return self.error(
                    Code::WrongType,
                    span,
                    "a pattern is not a value",
                    "write `F matches /…/`",
                );
            }
            _ => {
                return self.error(
                    Code::WrongType,
                    span,
                    "a value is expected here, and this is a condition",
                    "compare values, and join conditions with `and`",
                );
            }
        };
        Some((Operand { kind, span }, ty))
    }
}

/// Returns a text in quotes, as a pack writes it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Returns the place from where something begins to where another ends.
fn span_of(from: Span, to: Span) -> Span {
    Span { end: to.end, ..from }
}

fn result_type(left: &Type, operator: Operator, right: &Type) -> Option<Type> {
    use Type::{Duration, Number, Percent, Size, Time};
    Some(match (left, operator, right) {
        (Time, Operator::Minus, Time) => Duration,
        (Time, Operator::Plus | Operator::Minus, Duration) | (Duration, Operator::Plus, Time) => Time,
        (Number | Percent | Size | Duration, Operator::Plus | Operator::Minus, other) if other == left => {
            left.clone()
        }
        (Number | Percent, Operator::Times, Number | Percent | Size | Duration) => right.clone(),
        (Size | Duration, Operator::Times, Number | Percent)
        | (Number | Percent | Size | Duration, Operator::Over, Number | Percent) => left.clone(),
        (Size | Duration, Operator::Over, other) if other == left => Number,
        _ => return None,
    })
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Plus => "+",
        Operator::Minus => "-",
        Operator::Times => "*",
        Operator::Over => "/",
    }
}

fn levels_word(shape: Shape) -> &'static str {
    match shape {
        Shape::Kinds => "kinds",
        Shape::Levels => "levels",
        Shape::YesNo => "yes or no",
    }
}

fn comparison_example(name: &str, ty: &Type) -> String {
    match ty {
        Type::OneOf(values) => {
            format!("for example `{name} is {}`", values.first().map_or("…", String::as_str))
        }
        Type::SomeOf(values) => {
            format!("for example `{name} has {}`", values.first().map_or("…", String::as_str))
        }
        Type::Number => format!("for example `{name} is 5`, `{name} > 3`"),
        Type::Duration => format!("for example `{name} > 5 min`"),
        Type::Size => format!("for example `{name} > 25 MB`"),
        Type::Percent => format!("for example `{name} > 80 %`"),
        Type::Time => format!("for example `{name} within 24 h before …`"),
        Type::Text | Type::Domain => format!("for example `{name} contains \"…\"`"),
        Type::Ip => format!("for example `{name} in 10.0.0.0/8`"),
        Type::Table(_) => format!("for example `any {name} where (…)` or `{name} is none`"),
        Type::YesNo => String::new(),
    }
}
