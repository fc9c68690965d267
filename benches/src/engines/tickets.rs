//! What is evaluated: the conditions of the pack, and of each ticket those that can be told.

use std::collections::BTreeSet;
use std::sync::Arc;

use ruleout::eval::{Levels, World, holds};
use ruleout::facts::recorded::Facts;
use ruleout::graph::InferenceGraph;
use ruleout::model::evaluate::{Evaluation, evaluate};
use ruleout::pack::expr::{Condition, ConditionKind, Definition, Operand, OperandKind, TextTest};
use ruleout::pack::{Evidence, FactId, Pack, Reading, Shape, Symptom, SymptomId};
use ruleout::source::Sources;
use ruleout::value::{Amount, Known, Type, Value};
use ruleout::{cases, loader, pipeline};
use serde_json::{Map, Value as Json, json};

use crate::language::{self, Dialect, Rule};
use crate::measure::Failure;

/// A case of the pack.
pub struct Case {
    name: String,
    facts: Facts,
}

/// The conditions, and the tickets in which they are asked.
pub struct Bench<'g> {
    /// The pack.
    pub graph: &'g Arc<InferenceGraph>,
    /// All conditions that each of the languages can say.
    pub asked: Vec<Asked<'g>>,
    /// Those that one cannot.
    pub left_out: Vec<String>,
    /// The cases.
    pub tickets: Vec<Ticket<'g>>,
}

/// A condition.
pub struct Asked<'g> {
    /// Where it stands.
    pub name: String,
    /// As ruleout evaluates it.
    pub condition: &'g Condition,
    /// As an expression of zen.
    pub zen: String,
    /// As an expression of CEL.
    pub cel: String,
    /// As the body of a rule of Rego.
    pub rego: Rule,
    needs: Needs,
}

/// A case, and what is asked of it.
pub struct Ticket<'g> {
    /// Its name.
    pub name: String,
    /// What ruleout reads.
    pub facts: &'g Facts,
    /// What is known of facts and symptoms.
    pub evaluation: Evaluation,
    /// The same for the others.
    pub input: Json,
    /// The conditions that can be told.
    pub asked: Vec<usize>,
    /// What ruleout says of each.
    pub truths: Vec<bool>,
}

/// What is known in a ticket.
pub struct Told<'e> {
    /// The pack.
    pub pack: &'e Pack,
    /// What was evaluated before.
    pub evaluation: &'e Evaluation,
}

impl World for Told<'_> {
    fn fact(&self, id: FactId) -> Known {
        self.evaluation.facts[id].clone()
    }

    fn levels(&self, id: SymptomId) -> Levels {
        self.evaluation.symptoms[id].clone()
    }
}

/// The pack inside the library, and its cases.
pub fn loaded() -> Result<(Arc<InferenceGraph>, Vec<Case>), Failure> {
    let mut sources = Sources::default();
    let (texts, _) = loader::pack(None, loader::DEFAULT_BYTES, &mut sources)?;
    let graph = pipeline::compile(&sources, &texts).0.ok_or("the pack has errors")?;
    let (texts, _) = loader::cases(None, loader::DEFAULT_BYTES, &mut sources)?;
    let (found, _) = cases::discover(&sources, &texts);
    let read = |case: cases::Case| Case {
        facts: pipeline::read_facts(&graph, &sources, case.source, case.format).0,
        name: case.name,
    };
    let cases = found.into_iter().map(read).collect();
    Ok((graph, cases))
}

impl<'g> Bench<'g> {
    /// Puts every condition into every language, and finds those that can be told in each ticket.
    pub fn new(graph: &'g Arc<InferenceGraph>, cases: &'g [Case], patterns: bool) -> Bench<'g> {
        let pack = &graph.pack;
        let mut asked = Vec::new();
        let mut left_out = Vec::new();
        for (name, condition) in conditions(pack) {
            if !patterns && matches_pattern(condition) {
                continue;
            }
            match put(pack, name.clone(), condition) {
                Some(put) => asked.push(put),
                None => left_out.push(name),
            }
        }
        let tickets = cases.iter().map(|case| ticket(graph, &asked, case)).collect();
        Bench { graph, asked, left_out, tickets }
    }
}

fn put<'g>(pack: &Pack, name: String, condition: &'g Condition) -> Option<Asked<'g>> {
    let mut needs = Needs::default();
    needs.condition(condition, None);
    Some(Asked {
        name,
        condition,
        zen: language::infix(pack, Dialect::Zen, condition)?,
        cel: language::infix(pack, Dialect::Cel, condition)?,
        rego: language::rego(pack, condition)?,
        needs,
    })
}

fn ticket<'g>(graph: &'g InferenceGraph, all: &[Asked<'g>], case: &'g Case) -> Ticket<'g> {
    let pack = &graph.pack;
    let evaluation = evaluate(graph, &case.facts);
    let told = Told { pack, evaluation: &evaluation };
    let (asked, truths) = all
        .iter()
        .enumerate()
        .filter(|(_, asked)| asked.needs.are_met(&told))
        .filter_map(|(at, asked)| Some((at, holds(asked.condition, &told)?)))
        .unzip();
    let input = input(pack, &evaluation);
    Ticket { name: case.name.clone(), facts: &case.facts, evaluation, input, asked, truths }
}

/// Every condition that a diagnosis evaluates, with its place.
fn conditions(pack: &Pack) -> Vec<(String, &Condition)> {
    let mut found = Vec::new();
    for fact in &pack.facts {
        if let Some(Definition::Condition(condition)) = &fact.definition {
            found.push((fact.name.value.clone(), condition));
        }
    }
    for symptom in &pack.symptoms {
        found.extend(of_reading(&symptom.name.value, &symptom.reading));
    }
    for rule in &pack.rules {
        let name = format!("rule {}", rule.name.value);
        found.extend(rule.given.iter().map(|given| (format!("{name} given"), given)));
        if let Evidence::Fact(_, reading) | Evidence::Condition(reading) = &rule.evidence {
            found.extend(of_reading(&name, reading));
        }
    }
    for cause in &pack.causes {
        let when = cause.shares.iter().filter_map(|share| share.when.as_ref());
        found.extend(when.map(|when| (format!("share of {}", cause.name.value), when)));
    }
    found
}

fn of_reading<'p>(name: &str, reading: &'p Reading) -> Vec<(String, &'p Condition)> {
    let level = |level: usize| reading.levels.get(level).map_or("", |l| l.name.as_str());
    let branches = reading.branches.iter();
    branches.filter_map(|(at, when)| Some((format!("{name} {}", level(*at)), when.as_ref()?))).collect()
}

fn matches_pattern(condition: &Condition) -> bool {
    let mut found = false;
    let mut look = |c: &Condition| found |= matches!(c.kind, ConditionKind::Text(_, TextTest::Matches(_)));
    condition.visit(&mut look, &mut |_| {});
    found
}

/// What must be known in full for a condition to be told by engines that know no unknown.
#[derive(Default)]
struct Needs {
    facts: BTreeSet<FactId>,
    symptoms: BTreeSet<SymptomId>,
    columns: BTreeSet<(FactId, usize)>,
}

impl Needs {
    /// Of `is known` nothing is needed: the others are told that there is nothing.
    fn condition(&mut self, condition: &Condition, table: Option<FactId>) {
        match &condition.kind {
            ConditionKind::Known(_) | ConditionKind::SymptomKnown(_) => {}
            ConditionKind::Level(symptom, _) => drop(self.symptoms.insert(*symptom)),
            ConditionKind::Yes(a)
            | ConditionKind::Has(a, _)
            | ConditionKind::Text(a, _)
            | ConditionKind::InNetwork(a, _)
            | ConditionKind::None(a) => self.operand(a, table),
            ConditionKind::Compare(a, _, b)
            | ConditionKind::Equal(a, b)
            | ConditionKind::Within { time: a, of: b, .. } => {
                self.operand(a, table);
                self.operand(b, table);
            }
            ConditionKind::OneOf(a, others) => {
                self.operand(a, table);
                others.iter().for_each(|o| self.operand(o, table));
            }
            ConditionKind::Not(inner) => self.condition(inner, table),
            ConditionKind::And(all) | ConditionKind::Or(all) | ConditionKind::AtLeast(_, all) => {
                all.iter().for_each(|c| self.condition(c, table));
            }
            ConditionKind::Rows { table, filter, .. } => self.rows(*table, Some(filter)),
            ConditionKind::AllSame { table, column, filter } => {
                self.columns.insert((*table, *column));
                self.rows(*table, filter.as_deref());
            }
        }
    }

    fn rows(&mut self, table: FactId, filter: Option<&Condition>) {
        self.facts.insert(table);
        if let Some(filter) = filter {
            self.condition(filter, Some(table));
        }
    }

    fn operand(&mut self, operand: &Operand, table: Option<FactId>) {
        match &operand.kind {
            OperandKind::Literal(_) => {}
            OperandKind::Fact(fact) => drop(self.facts.insert(*fact)),
            OperandKind::Column(column) => self.columns.extend(table.map(|table| (table, *column))),
            OperandKind::Arithmetic(a, _, b) => {
                self.operand(a, table);
                self.operand(b, table);
            }
            OperandKind::Count(table, filter) => self.rows(*table, filter.as_deref()),
        }
    }

    fn are_met(&self, told: &Told<'_>) -> bool {
        let facts = &told.pack.facts;
        let fact = |id: &FactId| is_plain(&facts[*id].ty, &told.fact(*id));
        let column = |(table, at): &(FactId, usize)| match (&facts[*table].ty, told.fact(*table)) {
            (Type::Table(columns), Known::Rows(rows)) => {
                rows.iter().all(|row| is_plain(&columns[*at].ty, &row[*at]))
            }
            (_, known) => known == Known::Exactly(Value::None),
        };
        self.facts.iter().all(fact)
            && self.columns.iter().all(column)
            && self.symptoms.iter().all(|symptom| told.levels(*symptom).len() == 1)
    }
}

/// Whether a value is known in full, and, of an amount, is one.
fn is_plain(ty: &Type, known: &Known) -> bool {
    known.is_exact() && !(ty.is_amount() && *known == Known::Exactly(Value::None))
}

/// Everything that is known, as JSON; null where it is not known, or not in full.
fn input(pack: &Pack, evaluation: &Evaluation) -> Json {
    let facts = pack.facts.iter().zip(evaluation.facts.iter());
    let facts = facts.map(|(fact, known)| (language::fact(&fact.name.value), value(&fact.ty, known)));
    let symptoms = pack.symptoms.iter().zip(evaluation.symptoms.iter());
    let symptoms = symptoms.map(|(s, levels)| (language::symptom(&s.name.value), level(s, levels)));
    Json::Object(facts.chain(symptoms).collect())
}

fn level(symptom: &Symptom, levels: &Levels) -> Json {
    match (levels.first(), levels.len(), symptom.reading.shape) {
        (Some(level), 1, Shape::YesNo) => json!(*level == 1),
        (Some(level), 1, _) => json!(symptom.reading.levels[*level].name),
        _ => Json::Null,
    }
}

/// A value: text in lower case, since ruleout compares it so; durations and times in nanoseconds, sizes in bytes; `none` as
/// text, set or table of nothing.
fn value(ty: &Type, known: &Known) -> Json {
    match (ty, known) {
        (Type::Table(columns), Known::Rows(rows)) => {
            let cells = |row: &Vec<Known>| -> Map<String, Json> {
                let cells = columns.iter().zip(row);
                cells
                    .map(|(column, cell)| (language::column(&column.name), value(&column.ty, cell)))
                    .collect()
            };
            rows.iter().map(|row| Json::Object(cells(row))).collect()
        }
        (_, Known::Exactly(value)) => language::json(ty, value),
        _ => Json::Null,
    }
}

/// An amount as a number, whole where it is.
pub fn amount(amount: Amount) -> Json {
    match amount {
        Amount::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or(Json::Null),
        Amount::Nanos(n) | Amount::Instant(n) | Amount::Civil(n) => {
            i64::try_from(n).map_or(Json::Null, |n| json!(n))
        }
    }
}
