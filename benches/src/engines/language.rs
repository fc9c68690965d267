//! Conditions in the languages of other engines.
//!
//! Zen and CEL write them as one expression, of like shape; in Rego, where alternatives are rules of one name, one becomes a
//! body and the rules that it leans on. Nothing comes out where a language cannot say it: addresses in networks, and so many of
//! several conditions, which the mail flow pack has none of.

use std::collections::BTreeSet;
use std::fmt::Write;

use ruleout::pack::expr::{Condition, ConditionKind, Operand, OperandKind, TextTest};
use ruleout::value::{Type, Value};
use ruleout::pack::{FactId, Pack, Shape, SymptomId};
use ruleout::syntax::ast::{Operator, Order};
use serde_json::{Value as Json, json};

use crate::tickets::amount;

/// What a fact is called there.
pub fn fact(name: &str) -> String {
    format!("fact_{}", name.replace('.', "__"))
}

/// What a symptom is called there.
pub fn symptom(name: &str) -> String {
    format!("symptom_{}", name.replace('.', "__"))
}

/// What a column is called there.
pub fn column(name: &str) -> String {
    format!("column_{name}")
}

/// A value that is known in full.
pub fn json(ty: &Type, value: &Value) -> Json {
    let name = |at: &usize| match ty {
        Type::OneOf(names) | Type::SomeOf(names) => json!(names[*at]),
        _ => Json::Null,
    };
    match value {
        Value::YesNo(yes) => json!(yes),
        Value::Choice(choice) => name(choice),
        Value::Set(members) => members.iter().map(name).collect(),
        Value::Amount(value) => amount(*value),
        Value::Text(text) | Value::Domain(text) => json!(text.to_lowercase()),
        Value::Ip(address) => json!(address.to_string()),
        Value::None if matches!(ty, Type::SomeOf(_) | Type::Table(_)) => json!([]),
        Value::None => json!(""),
    }
}

/// The languages of one shape.
#[derive(Clone, Copy, PartialEq)]
pub enum Dialect {
    /// That of zen-expression.
    Zen,
    /// CEL.
    Cel,
}

/// A condition as the body of a rule, and the rules that this leans on.
pub struct Rule {
    /// Expressions that must all hold, with `;` between.
    pub body: String,
    /// Rules; `@` stands where their names must differ from those of other conditions.
    pub leans_on: String,
}

/// A condition in Zen or CEL.
pub fn infix(pack: &Pack, dialect: Dialect, condition: &Condition) -> Option<String> {
    Infix { words: Words { pack, dialect: Some(dialect) }, dialect }.condition(condition, None)
}

/// A condition in Rego.
pub fn rego(pack: &Pack, condition: &Condition) -> Option<Rule> {
    let mut rego = Rego { words: Words { pack, dialect: None }, rules: String::new(), count: 0 };
    let body = rego.condition(condition, None)?.join("; ");
    Some(Rule { body, leans_on: rego.rules })
}

/// The table whose row is at hand, and what the row is called.
type Row<'r> = Option<(FactId, &'r str)>;

/// What the languages have in common; no dialect is Rego.
#[derive(Clone, Copy)]
struct Words<'p> {
    pack: &'p Pack,
    dialect: Option<Dialect>,
}

impl Words<'_> {
    fn fact(&self, id: FactId) -> String {
        let input = if self.dialect.is_none() { "input." } else { "" };
        format!("{input}{}", fact(&self.pack.facts[id].name.value))
    }

    fn symptom(&self, id: SymptomId) -> String {
        let input = if self.dialect.is_none() { "input." } else { "" };
        format!("{input}{}", symptom(&self.pack.symptoms[id].name.value))
    }

    fn column_of(&self, table: FactId, at: usize) -> String {
        match &self.pack.facts[table].ty {
            Type::Table(columns) => column(&columns[at].name),
            _ => String::new(),
        }
    }

    /// The type of a value, where it is of a fact or column.
    fn type_of(&self, operand: &Operand, row: Row<'_>) -> Option<&Type> {
        match (&operand.kind, row) {
            (OperandKind::Fact(id), _) => Some(&self.pack.facts[*id].ty),
            (OperandKind::Column(at), Some((table, _))) => match &self.pack.facts[table].ty {
                Type::Table(columns) => Some(&columns[*at].ty),
                _ => None,
            },
            _ => None,
        }
    }

    /// A string. Zen knows no escapes.
    fn text(&self, text: &str) -> Option<String> {
        match self.dialect {
            Some(Dialect::Zen) if !text.contains('"') => Some(format!("\"{text}\"")),
            Some(Dialect::Zen) => (!text.contains('\'')).then(|| format!("'{text}'")),
            Some(Dialect::Cel) | None => Some(json!(text).to_string()),
        }
    }

    fn literal(&self, ty: Option<&Type>, value: &Value) -> Option<String> {
        match json(ty.unwrap_or(&Type::Text), value) {
            Json::String(text) => self.text(&text),
            Json::Null => None,
            other => Some(other.to_string()),
        }
    }

    /// A value of another's type.
    fn beside(&self, operand: &Operand, ty: Option<&Type>, row: Row<'_>) -> Option<String> {
        match &operand.kind {
            OperandKind::Literal(value) => self.literal(ty, value),
            _ => self.plain(operand, row),
        }
    }

    /// A value that no condition stands in.
    fn plain(&self, operand: &Operand, row: Row<'_>) -> Option<String> {
        match &operand.kind {
            OperandKind::Literal(value) => self.literal(None, value),
            OperandKind::Fact(id) => Some(self.fact(*id)),
            OperandKind::Column(at) => {
                row.map(|(table, name)| format!("{name}.{}", self.column_of(table, *at)))
            }
            OperandKind::Arithmetic(..) | OperandKind::Count(..) => None,
        }
    }

    /// The member of a set that is asked for.
    fn member(&self, set: &Operand, member: usize, row: Row<'_>) -> Option<String> {
        match self.type_of(set, row)? {
            Type::SomeOf(names) => self.text(&names[member]),
            _ => None,
        }
    }

    fn level(&self, id: SymptomId, levels: &BTreeSet<usize>) -> Option<String> {
        let reading = &self.pack.symptoms[id].reading;
        let name = self.symptom(id);
        let words: Option<Vec<String>> =
            levels.iter().map(|level| self.text(&reading.levels[*level].name)).collect();
        let words = words?;
        Some(match (reading.shape, words.as_slice()) {
            (Shape::YesNo, [_]) => format!("{name} == {}", levels.contains(&1)),
            (Shape::YesNo, _) => return None,
            (_, [word]) => format!("{name} == {word}"),
            (_, words) => format!("{name} in {}", self.list(words)),
        })
    }

    fn list(&self, words: &[String]) -> String {
        let words = words.join(", ");
        if self.dialect.is_none() { format!("{{{words}}}") } else { format!("[{words}]") }
    }

    /// Conditions that all languages write alike, given how values are written.
    fn alike(
        &self,
        kind: &ConditionKind,
        row: Row<'_>,
        mut operand: impl FnMut(&Operand, Option<&Type>) -> Option<String>,
    ) -> Option<String> {
        Some(match kind {
            ConditionKind::Yes(a) => format!("{} == true", operand(a, None)?),
            ConditionKind::Level(id, levels) => self.level(*id, levels)?,
            ConditionKind::Compare(a, order, b) => {
                format!("{} {} {}", operand(a, None)?, sign(*order), operand(b, None)?)
            }
            ConditionKind::Equal(a, b) => {
                let ty = self.type_of(a, row).or(self.type_of(b, row));
                format!("{} == {}", operand(a, ty)?, operand(b, ty)?)
            }
            ConditionKind::OneOf(a, others) => {
                let ty = self.type_of(a, row);
                let words: Option<Vec<String>> = others.iter().map(|other| operand(other, ty)).collect();
                format!("{} in {}", operand(a, None)?, self.list(&words?))
            }
            ConditionKind::Has(set, member) => {
                format!("{} in {}", self.member(set, *member, row)?, operand(set, None)?)
            }
            ConditionKind::Known(a) => format!("{} != null", operand(a, None)?),
            ConditionKind::SymptomKnown(id) => format!("{} != null", self.symptom(*id)),
            ConditionKind::None(a) => match self.type_of(a, row)? {
                Type::SomeOf(_) | Type::Table(_) => {
                    let size = match self.dialect {
                        Some(Dialect::Zen) => "len",
                        Some(Dialect::Cel) => "size",
                        None => "count",
                    };
                    format!("{size}({}) == 0", operand(a, None)?)
                }
                _ => format!("{} == \"\"", operand(a, None)?),
            },
            _ => return None,
        })
    }
}

fn sign(order: Order) -> &'static str {
    match order {
        Order::Less => "<",
        Order::AtMost => "<=",
        Order::More => ">",
        Order::AtLeast => ">=",
    }
}

fn operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Plus => "+",
        Operator::Minus => "-",
        Operator::Times => "*",
        Operator::Over => "/",
    }
}

struct Infix<'p> {
    words: Words<'p>,
    dialect: Dialect,
}

impl Infix<'_> {
    fn condition(&self, condition: &Condition, row: Row<'_>) -> Option<String> {
        let zen = self.dialect == Dialect::Zen;
        Some(match &condition.kind {
            ConditionKind::Text(a, test) => self.text_test(&self.operand(a, None, row)?, test)?,
            ConditionKind::Within { time, window, before, of } => {
                let (time, of) = (self.operand(time, None, row)?, self.operand(of, None, row)?);
                let apart = if *before { format!("({of} - {time})") } else { format!("({time} - {of})") };
                let and = if zen { "and" } else { "&&" };
                format!("{apart} >= 0 {and} {apart} <= {window}")
            }
            ConditionKind::Not(inner) => {
                let not = if zen { "not " } else { "!" };
                format!("{not}({})", self.condition(inner, row)?)
            }
            ConditionKind::And(all) => self.joined(all, if zen { " and " } else { " && " }, row)?,
            ConditionKind::Or(all) => self.joined(all, if zen { " or " } else { " || " }, row)?,
            ConditionKind::Rows { table, every, filter } => {
                let verb = match (every, zen) {
                    (true, _) => "all",
                    (false, true) => "some",
                    (false, false) => "exists",
                };
                let table_name = self.words.fact(*table);
                self.over(verb, &table_name, "row", &self.condition(filter, Some((*table, "row")))?)
            }
            ConditionKind::AllSame { table, column, filter } => {
                let counted = |row| match filter.as_deref() {
                    Some(filter) => self.counted(*table, filter, row),
                    None => Some(self.words.fact(*table)),
                };
                let column = self.words.column_of(*table, *column);
                let first = format!("{}[0].{column}", counted("other")?);
                self.over("all", &counted("row")?, "row", &format!("row.{column} == {first}"))
            }
            kind => self.words.alike(kind, row, |a, ty| self.operand(a, ty, row))?,
        })
    }

    fn joined(&self, all: &[Condition], with: &str, row: Row<'_>) -> Option<String> {
        let all: Option<Vec<String>> =
            all.iter().map(|c| Some(format!("({})", self.condition(c, row)?))).collect();
        Some(all?.join(with))
    }

    /// A word over the rows of a list.
    fn over(&self, verb: &str, list: &str, row: &str, body: &str) -> String {
        match self.dialect {
            Dialect::Zen => format!("{verb}({list} as {row}, {body})"),
            Dialect::Cel => format!("{list}.{verb}({row}, {body})"),
        }
    }

    fn counted(&self, table: FactId, filter: &Condition, row: &str) -> Option<String> {
        let filter = self.condition(filter, Some((table, row)))?;
        Some(self.over("filter", &self.words.fact(table), row, &filter))
    }

    fn operand(&self, operand: &Operand, ty: Option<&Type>, row: Row<'_>) -> Option<String> {
        match &operand.kind {
            OperandKind::Arithmetic(a, by, b) => {
                let (a, b) = (self.operand(a, None, row)?, self.operand(b, None, row)?);
                Some(format!("({a} {} {b})", operator(*by)))
            }
            OperandKind::Count(table, filter) => {
                let rows = match filter {
                    Some(filter) => self.counted(*table, filter, "row")?,
                    None => self.words.fact(*table),
                };
                Some(format!("{}({rows})", if self.dialect == Dialect::Zen { "len" } else { "size" }))
            }
            _ => self.words.beside(operand, ty, row),
        }
    }

    fn text_test(&self, text: &str, test: &TextTest) -> Option<String> {
        let (verb, with) = match test {
            TextTest::Contains(needle) => ("contains", needle.clone()),
            TextTest::StartsWith(needle) => ("startsWith", needle.clone()),
            TextTest::EndsWith(needle) => ("endsWith", needle.clone()),
            TextTest::Matches(pattern) => ("matches", format!("(?i){}", pattern.as_str())),
        };
        let with = self.words.text(&with)?;
        Some(match self.dialect {
            Dialect::Zen => format!("{verb}({text}, {with})"),
            Dialect::Cel => format!("{text}.{verb}({with})"),
        })
    }
}

struct Rego<'p> {
    words: Words<'p>,
    rules: String,
    count: usize,
}

impl Rego<'_> {
    /// Expressions that must all hold.
    fn condition(&mut self, condition: &Condition, row: Row<'_>) -> Option<Vec<String>> {
        let words = self.words;
        Some(match &condition.kind {
            ConditionKind::And(all) => {
                let all: Option<Vec<Vec<String>>> = all.iter().map(|c| self.condition(c, row)).collect();
                all?.concat()
            }
            ConditionKind::Or(all) => {
                let bodies: Option<Vec<Vec<String>>> = all.iter().map(|c| self.condition(c, row)).collect();
                vec![self.rule(&bodies?, row)]
            }
            ConditionKind::Not(inner) => {
                let body = self.condition(inner, row)?;
                match body.as_slice() {
                    [one] if !one.starts_with("not ") && !one.starts_with("every ") => {
                        vec![format!("not {one}")]
                    }
                    _ => vec![format!("not {}", self.rule(&[body], row))],
                }
            }
            ConditionKind::Text(a, test) => vec![self.text_test(a, test, row)?],
            ConditionKind::Within { time, window, before, of } => {
                let (time, of) = (self.operand(time, None, row)?, self.operand(of, None, row)?);
                let apart = if *before { format!("{of} - {time}") } else { format!("{time} - {of}") };
                vec![format!("{apart} >= 0"), format!("{apart} <= {window}")]
            }
            ConditionKind::Rows { table, every: true, filter } => {
                let body = self.condition(filter, Some((*table, "row")))?.join("; ");
                vec![format!("every row in {} {{ {body} }}", words.fact(*table))]
            }
            ConditionKind::Rows { table, every: false, filter } => {
                let mut body = vec![format!("some row in {}", words.fact(*table))];
                body.extend(self.condition(filter, Some((*table, "row")))?);
                vec![self.rule(&[body], None)]
            }
            ConditionKind::AllSame { table, column, filter } => {
                let of_row = format!("row.{}", words.column_of(*table, *column));
                let values = self.each(*table, filter.as_deref())?;
                vec![format!("count({{{of_row} | {values}}}) == 1")]
            }
            kind => vec![words.alike(kind, row, |a, ty| self.operand(a, ty, row))?],
        })
    }

    /// A rule that holds where one of the bodies does.
    fn rule(&mut self, bodies: &[Vec<String>], row: Row<'_>) -> String {
        let head = format!("part_@_{}{}", self.count, if row.is_some() { "(row)" } else { "" });
        self.count += 1;
        for body in bodies {
            let _ = writeln!(self.rules, "{head} if {{ {} }}", body.join("; "));
        }
        head
    }

    /// The rows that count.
    fn each(&mut self, table: FactId, filter: Option<&Condition>) -> Option<String> {
        let mut body = vec![format!("some row in {}", self.words.fact(table))];
        if let Some(filter) = filter {
            body.extend(self.condition(filter, Some((table, "row")))?);
        }
        Some(body.join("; "))
    }

    fn operand(&mut self, operand: &Operand, ty: Option<&Type>, row: Row<'_>) -> Option<String> {
        match &operand.kind {
            OperandKind::Arithmetic(a, by, b) => {
                let (a, b) = (self.operand(a, None, row)?, self.operand(b, None, row)?);
                Some(format!("({a} {} {b})", operator(*by)))
            }
            OperandKind::Count(table, None) => Some(format!("count({})", self.words.fact(*table))),
            OperandKind::Count(table, filter) => {
                Some(format!("count([1 | {}])", self.each(*table, filter.as_deref())?))
            }
            _ => self.words.beside(operand, ty, row),
        }
    }

    fn text_test(&mut self, text: &Operand, test: &TextTest, row: Row<'_>) -> Option<String> {
        let text = self.operand(text, None, row)?;
        let quoted = |needle: &str| self.words.text(needle);
        Some(match test {
            TextTest::Contains(needle) => format!("contains({text}, {})", quoted(needle)?),
            TextTest::StartsWith(needle) => format!("startswith({text}, {})", quoted(needle)?),
            TextTest::EndsWith(needle) => format!("endswith({text}, {})", quoted(needle)?),
            TextTest::Matches(pattern) => {
                let pattern = quoted(&format!("(?i){}", pattern.as_str()))?;
                format!("regex.match({pattern}, {text})")
            }
        })
    }
}
