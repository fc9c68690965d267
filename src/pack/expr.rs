//! Conditions and values with their names resolved and their types checked.

use std::collections::BTreeSet;

use ipnet::IpNet;
use regex::Regex;

use super::{FactId, RecordsId, SymptomId};
use crate::source::Span;
use crate::syntax::ast::{Operator, Order};
use crate::value::Value;

/// A condition and its place.
#[derive(Debug, Clone)]
pub struct Condition {
    /// What it says.
    pub kind: ConditionKind,
    /// Where it is written.
    pub span: Span,
}

/// Conditions are the same where they say the same, wherever they stand.
impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// What a condition says.
#[derive(Debug, Clone, PartialEq)]
pub enum ConditionKind {
    /// A yes/no value is yes.
    Yes(Operand),
    /// A symptom is at one of these levels (of a yes/no symptom, 1 is yes).
    Level(SymptomId, BTreeSet<usize>),
    /// Two amounts in order.
    Compare(Operand, Order, Operand),
    /// Two values alike.
    Equal(Operand, Operand),
    /// A value alike to one of these.
    OneOf(Operand, Vec<Operand>),
    /// A set has a member.
    Has(Operand, usize),
    /// Something about the characters of a text.
    Text(Operand, TextTest),
    /// An address lies in a network.
    InNetwork(Operand, IpNet),
    /// A time lies in the window (nanoseconds) before or after another.
    Within {
        /// The time.
        time: Operand,
        /// How long the window is.
        window: i128,
        /// On which side of the other time it lies.
        before: bool,
        /// The other time.
        of: Operand,
    },
    /// Somebody recorded it, or it can be computed.
    Known(Operand),
    /// The levels of a symptom can be told apart.
    SymptomKnown(SymptomId),
    /// Somebody looked, and there is none.
    None(Operand),
    /// The contrary.
    Not(Box<Condition>),
    /// All of them.
    And(Vec<Condition>),
    /// One of them.
    Or(Vec<Condition>),
    /// So many of them.
    AtLeast(usize, Vec<Condition>),
    /// A value alike to one in a column of a table.
    InColumn(Operand, RowsOf, usize),
    /// Every row of a table, or any.
    Rows {
        /// The table.
        table: RowsOf,
        /// Every row, or any.
        every: bool,
        /// What holds of the row.
        filter: Box<Condition>,
    },
    /// The rows that count have one value in a column.
    AllSame {
        /// The table.
        table: RowsOf,
        /// The column.
        column: usize,
        /// The rows that count.
        filter: Option<Box<Condition>>,
    },
}

/// Where rows come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowsOf {
    /// A fact that is a table.
    Fact(FactId),
    /// What is read from artefacts.
    Records {
        /// The table.
        id: RecordsId,
        /// All rows, or those of the ticket.
        in_all_tickets: bool,
    },
}

impl RowsOf {
    /// Returns the fact that holds the rows.
    pub fn fact(self) -> Option<FactId> {
        match self {
            RowsOf::Fact(id) => Some(id),
            RowsOf::Records { .. } => None,
        }
    }

    /// Returns the table of records that holds them.
    pub fn records(self) -> Option<RecordsId> {
        match self {
            RowsOf::Fact(_) => None,
            RowsOf::Records { id, .. } => Some(id),
        }
    }
}

/// How rows are counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// The table.
    pub table: RowsOf,
    /// The rows that count.
    pub filter: Option<Condition>,
    /// The column whose values are counted, each once.
    pub different: Option<usize>,
    /// The most in a window (nanoseconds) that slides over the times of a column.
    pub window: Option<(usize, i128)>,
}

/// Something about the characters of a text; needles are in the form in which texts are [alike](crate::letters::alike).
#[derive(Debug, Clone)]
pub enum TextTest {
    /// `contains`
    Contains(String),
    /// `starts with`
    StartsWith(String),
    /// `ends with`
    EndsWith(String),
    /// `matches`
    Matches(Box<Regex>),
}

impl PartialEq for TextTest {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Contains(a), Self::Contains(b))
            | (Self::StartsWith(a), Self::StartsWith(b))
            | (Self::EndsWith(a), Self::EndsWith(b)) => a == b,
            (Self::Matches(a), Self::Matches(b)) => a.as_str() == b.as_str(),
            _ => false,
        }
    }
}

/// A value in a condition.
#[derive(Debug, Clone)]
pub struct Operand {
    /// What it is.
    pub kind: OperandKind,
    /// Where it is written.
    pub span: Span,
}

impl PartialEq for Operand {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum OperandKind {
    /// Written in the pack.
    Literal(Value),
    /// A fact, recorded or computed.
    Fact(FactId),
    /// A column of the row at hand.
    Column(usize),
    /// Computed.
    Arithmetic(Box<Operand>, Operator, Box<Operand>),
    /// How many rows.
    Count(Box<Count>),
    /// A column of the one row of a table.
    Cell(RowsOf, usize),
}

/// What a derived fact is.
#[derive(Debug, Clone)]
pub enum Definition {
    /// A yes/no fact.
    Condition(Condition),
    /// Any other.
    Operand(Operand),
}

/// What a condition reads directly.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reads {
    /// Facts, recorded and derived.
    pub facts: BTreeSet<FactId>,
    /// Symptoms.
    pub symptoms: BTreeSet<SymptomId>,
    /// Tables of records; only what reads evidence has them.
    pub records: BTreeSet<RecordsId>,
}

impl Reads {
    /// Returns what some conditions read directly.
    pub fn of<'c>(conditions: impl Iterator<Item = &'c Condition>) -> Self {
        conditions.map(Condition::reads).fold(Self::default(), Self::joined)
    }

    /// Returns the table that rows come from.
    pub fn of_rows(rows: RowsOf) -> Self {
        let facts = rows.fact().into_iter().collect();
        Self { facts, records: rows.records().into_iter().collect(), ..Self::default() }
    }

    /// Returns both together.
    #[must_use]
    pub fn joined(mut self, more: Self) -> Self {
        self.facts.extend(more.facts);
        self.symptoms.extend(more.symptoms);
        self.records.extend(more.records);
        self
    }
}

impl Condition {
    /// Returns what it reads directly.
    pub fn reads(&self) -> Reads {
        let facts = std::cell::RefCell::new(BTreeSet::new());
        let records = std::cell::RefCell::new(BTreeSet::new());
        let rows = |table: RowsOf| match table {
            RowsOf::Fact(fact) => _ = facts.borrow_mut().insert(fact),
            RowsOf::Records { id, .. } => _ = records.borrow_mut().insert(id),
        };
        let mut symptoms = BTreeSet::new();
        self.visit(
            &mut |condition| match &condition.kind {
                ConditionKind::Level(symptom, _) | ConditionKind::SymptomKnown(symptom) => {
                    symptoms.insert(*symptom);
                }
                ConditionKind::Rows { table, .. }
                | ConditionKind::AllSame { table, .. }
                | ConditionKind::InColumn(_, table, _) => rows(*table),
                _ => {}
            },
            &mut |operand| match &operand.kind {
                OperandKind::Fact(fact) => _ = facts.borrow_mut().insert(*fact),
                OperandKind::Count(count) => rows(count.table),
                OperandKind::Cell(table, _) => rows(*table),
                _ => {}
            },
        );
        Reads { facts: facts.into_inner(), symptoms, records: records.into_inner() }
    }

    /// Returns whether it reads a column of the row at hand.
    pub(crate) fn reads_columns(&self) -> bool {
        let mut found = false;
        self.visit(&mut |_| (), &mut |operand| found |= matches!(operand.kind, OperandKind::Column(_)));
        found
    }

    /// Visits all conditions and operands inside, itself first.
    pub fn visit<'a>(
        &'a self,
        condition: &mut dyn FnMut(&'a Condition),
        operand: &mut dyn FnMut(&'a Operand),
    ) {
        condition(self);
        match &self.kind {
            ConditionKind::Level(..) | ConditionKind::SymptomKnown(_) => {}
            ConditionKind::Yes(a)
            | ConditionKind::Has(a, _)
            | ConditionKind::Text(a, _)
            | ConditionKind::InNetwork(a, _)
            | ConditionKind::Known(a)
            | ConditionKind::InColumn(a, ..)
            | ConditionKind::None(a) => a.visit(condition, operand),
            ConditionKind::Compare(a, _, b)
            | ConditionKind::Equal(a, b)
            | ConditionKind::Within { time: a, of: b, .. } => {
                a.visit(condition, operand);
                b.visit(condition, operand);
            }
            ConditionKind::OneOf(a, others) => {
                a.visit(condition, operand);
                others.iter().for_each(|o| o.visit(condition, operand));
            }
            ConditionKind::Not(inner) | ConditionKind::Rows { filter: inner, .. } => {
                inner.visit(condition, operand);
            }
            ConditionKind::And(all) | ConditionKind::Or(all) | ConditionKind::AtLeast(_, all) => {
                all.iter().for_each(|c| c.visit(condition, operand));
            }
            ConditionKind::AllSame { filter, .. } => {
                if let Some(filter) = filter {
                    filter.visit(condition, operand);
                }
            }
        }
    }
}

impl Operand {
    /// Visits all conditions and operands inside, itself first.
    pub fn visit<'a>(
        &'a self,
        condition: &mut dyn FnMut(&'a Condition),
        operand: &mut dyn FnMut(&'a Operand),
    ) {
        operand(self);
        match &self.kind {
            OperandKind::Literal(_)
            | OperandKind::Fact(_)
            | OperandKind::Column(_)
            | OperandKind::Cell(..) => {}
            OperandKind::Arithmetic(a, _, b) => {
                a.visit(condition, operand);
                b.visit(condition, operand);
            }
            OperandKind::Count(count) => {
                if let Some(filter) = &count.filter {
                    filter.visit(condition, operand);
                }
            }
        }
    }
}

impl Definition {
    /// Returns what it reads directly.
    pub fn reads(&self) -> Reads {
        match self {
            Definition::Condition(condition) => condition.reads(),
            Definition::Operand(operand) => {
                let known = Condition { kind: ConditionKind::Known(operand.clone()), span: operand.span };
                known.reads()
            }
        }
    }
}
