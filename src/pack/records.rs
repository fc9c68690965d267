//! What a pack says of evidence, resolved: tables of records, which of their rows make one ticket, and how facts are read from them.

use regex::Regex;

use super::expr::{Condition, Definition, Operand, Reads, RowsOf};
use super::{FactId, RecordsId, VisitId};
use crate::evidence;
use crate::records::TableSpec;
use crate::source::{Span, Spanned};
use crate::syntax::ast::Pick;
use crate::value::{Column, Value};

/// A table of what is read from artefacts.
#[derive(Debug, Clone)]
pub struct Records {
    /// Its name.
    pub name: Spanned<String>,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// Where its rows come from.
    pub from: RecordsFrom,
    /// Whether the pack says that there are no others.
    pub complete: bool,
    /// What must be read from a text, or from the file of a name.
    pub examples: Vec<Spanned<String>>,
    /// The visit that asks for it, where it is not there.
    pub visit: Option<VisitId>,
    /// Where to read more.
    pub see: Vec<String>,
}

/// Where the rows of a table come from.
#[derive(Debug, Clone)]
pub enum RecordsFrom {
    /// Read as the pack declares.
    Declared(Box<Declared>),
    /// Rows of another table.
    View {
        /// Which table.
        of: Origin,
        /// One of its rows: the first or the last.
        pick: Option<Pick>,
        /// The rows that count.
        filter: Option<Box<Condition>>,
        /// One row for each value of this column.
        each: Option<usize>,
    },
}

/// A table of a reader or of the pack.
#[derive(Debug, Clone, Copy)]
pub enum Origin {
    /// Filled by a reader of this program.
    Reader(&'static TableSpec),
    /// Another one of the pack.
    Records(RecordsId),
}

/// How a table is read from an artefact.
#[derive(Debug, Clone)]
pub struct Declared {
    /// For the readers; times without an offset take the clock of the run.
    pub declared: evidence::Declared,
    /// The facts that name the clocks of columns.
    pub clocks: Vec<(usize, FactId)>,
}

/// Which rows make one ticket.
#[derive(Debug, Clone)]
pub struct TicketKeys {
    /// The names of the columns that tell tickets apart.
    pub keys: Vec<String>,
    /// The rows that begin tickets: the first line that has some counts.
    pub opened: Vec<(RecordsId, Option<Condition>)>,
    /// Where there is nothing to diagnose, and what is said then.
    pub fine: Vec<(Condition, String)>,
    /// Where that is written.
    pub span: Span,
}

/// One line of how evidence gives a fact a value.
#[derive(Debug, Clone)]
pub struct ReadLine {
    /// What it then is.
    pub value: ReadValue,
    /// When; none is always.
    pub when: Option<Condition>,
    /// Where it is written.
    pub span: Span,
}

/// What evidence gives.
#[derive(Debug, Clone)]
pub enum ReadValue {
    /// A value as it is written; of a set, one member.
    Value(Value),
    /// Whether a condition holds.
    Condition(Condition),
    /// A count, or another fact.
    Operand(Operand),
    /// A cell.
    Cell(Box<CellOf>),
}

/// A cell of a table's rows.
#[derive(Debug, Clone)]
pub struct CellOf {
    /// Of several rows; none where there is one.
    pub pick: Option<Pick>,
    /// The column.
    pub column: usize,
    /// The table.
    pub rows: RowsOf,
    /// The rows that count.
    pub filter: Option<Condition>,
    /// The part of a text that counts: the first group, or all that matches.
    pub matching: Option<Regex>,
}

/// Returns whether an example is the name of a file, and not a text.
pub fn is_file(example: &str) -> bool {
    let name = example.rsplit('/').next().unwrap_or(example);
    !example.contains(char::is_whitespace) && name.contains('.') && !example.contains([':', '"', '{', '<'])
}

/// Returns the column by whose times rows are ordered: `at`, or else the first that is a time.
pub fn time_column(columns: &[Column]) -> Option<usize> {
    let is_time = |column: &&Column| column.ty == crate::value::Type::Time;
    let named = columns.iter().position(|column| column.name == "at" && is_time(&column));
    named.or_else(|| columns.iter().position(|column| is_time(&column)))
}

impl ReadLine {
    /// Returns what it reads directly.
    pub fn reads(&self) -> Reads {
        let value = match &self.value {
            ReadValue::Value(_) => Reads::default(),
            ReadValue::Condition(condition) => condition.reads(),
            ReadValue::Operand(operand) => Definition::Operand(operand.clone()).reads(),
            ReadValue::Cell(cell) => {
                let filter = cell.filter.iter().map(Condition::reads).fold(Reads::default(), Reads::joined);
                filter.joined(Reads::of_rows(cell.rows))
            }
        };
        self.when.iter().map(Condition::reads).fold(value, Reads::joined)
    }
}

impl Records {
    /// Returns what it reads directly.
    pub fn reads(&self) -> Reads {
        match &self.from {
            RecordsFrom::Declared(declared) => {
                let facts = declared.clocks.iter().map(|(_, fact)| *fact).collect();
                Reads { facts, ..Reads::default() }
            }
            RecordsFrom::View { of, filter, .. } => {
                let of = match of {
                    Origin::Reader(_) => Reads::default(),
                    Origin::Records(id) => Reads { records: [*id].into(), ..Reads::default() },
                };
                filter.iter().map(|filter| filter.reads()).fold(of, Reads::joined)
            }
        }
    }

    /// Returns whether it has one row at most.
    pub fn is_one_row(&self) -> bool {
        matches!(self.from, RecordsFrom::View { pick: Some(_), each: None, .. })
    }
}
