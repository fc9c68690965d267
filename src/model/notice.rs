//! What a ticket leaves open in a way that nobody sees in its answer.
//!
//! In: the compiled pack and recorded facts. Out: notices: that nothing is recorded at all, that two times could not be compared
//! because only one of them has an offset, that a row has no time although the pack asks when it was. A time that is computed has the
//! offset of the time that it is computed from.

use std::collections::BTreeSet;

use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::pack::expr::{Condition, ConditionKind, Definition, Operand, OperandKind};
use crate::pack::{Evidence, FactId, Pack};
use crate::source::Span;
use crate::value::{Amount, Known, Type, Value};

/// What an answer should not pass over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// Nothing is recorded.
    Nothing,
    /// Two times cannot be compared, of which at least one is recorded.
    Clocks {
        /// Where the time has an offset.
        offset: Clock,
        /// Where it has none.
        none: Clock,
    },
    /// Some rows of a table have no time.
    NoTime {
        /// The table.
        table: FactId,
        /// The column, by its place.
        column: usize,
        /// How many rows.
        rows: usize,
    },
}

/// Where a time stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clock {
    /// It is recorded of a fact, or in the rows of a table.
    Recorded(FactId),
    /// A condition of the pack names it, there.
    Pack(Span),
}

impl Clock {
    /// Returns the fact that it is recorded of.
    pub fn fact(self) -> Option<FactId> {
        match self {
            Clock::Recorded(id) => Some(id),
            Clock::Pack(_) => None,
        }
    }
}

/// A time that is compared with another.
struct Stamp {
    at: Clock,
    /// Whether one there has an offset.
    offset: bool,
    /// Whether one there has none.
    none: bool,
}

/// Returns what an answer should not pass over, each once.
pub fn notices(graph: &InferenceGraph, facts: &Facts) -> Vec<Notice> {
    if facts.recorded.values().all(|recorded| !recorded.available) && facts.tried.is_empty() {
        return vec![Notice::Nothing];
    }
    let mut finder = Finder { pack: &graph.pack, facts, found: BTreeSet::new() };
    let pack = &graph.pack;
    for fact in &pack.facts {
        match &fact.definition {
            Some(Definition::Condition(condition)) => finder.condition(condition),
            Some(Definition::Operand(operand)) => finder.operand(operand, None),
            None => {}
        }
    }
    for symptom in &pack.symptoms {
        symptom.reading.conditions().for_each(|condition| finder.condition(condition));
    }
    for rule in &pack.rules {
        rule.given.iter().for_each(|condition| finder.condition(condition));
        if let Evidence::Fact(_, reading) | Evidence::Condition(reading) = &rule.evidence {
            reading.conditions().for_each(|condition| finder.condition(condition));
        }
    }
    for share in pack.causes.iter().flat_map(|cause| &cause.shares) {
        share.when.iter().for_each(|condition| finder.condition(condition));
    }
    finder.found.into_iter().collect()
}

struct Finder<'a> {
    pack: &'a Pack,
    facts: &'a Facts,
    found: BTreeSet<Notice>,
}

impl Finder<'_> {
    fn condition(&mut self, condition: &Condition) {
        self.within(condition, None);
    }

    /// Looks through a condition, of the rows of a table where one is given.
    fn within(&mut self, condition: &Condition, table: Option<FactId>) {
        match &condition.kind {
            ConditionKind::Compare(a, _, b) | ConditionKind::Equal(a, b) => {
                self.compared(a, b, table);
            }
            ConditionKind::Within { time, of, .. } => {
                self.compared(time, of, table);
                self.timed(time, table);
            }
            ConditionKind::OneOf(a, others) => others.iter().for_each(|b| self.compared(a, b, table)),
            ConditionKind::Not(inner) => self.within(inner, table),
            ConditionKind::And(all) | ConditionKind::Or(all) | ConditionKind::AtLeast(_, all) => {
                all.iter().for_each(|condition| self.within(condition, table));
            }
            ConditionKind::Rows { table, filter, .. } => self.within(filter, table.fact()),
            ConditionKind::AllSame { table, filter, .. } => {
                filter.iter().for_each(|filter| self.within(filter, table.fact()));
            }
            _ => {}
        }
    }

    fn operand(&mut self, operand: &Operand, table: Option<FactId>) {
        match &operand.kind {
            OperandKind::Arithmetic(a, _, b) => self.compared(a, b, table),
            OperandKind::Count(count) => {
                count.filter.iter().for_each(|filter| self.within(filter, count.table.fact()));
            }
            _ => {}
        }
    }

    /// Looks at two values that are compared with each other, or of which one is taken from the other.
    fn compared(&mut self, a: &Operand, b: &Operand, table: Option<FactId>) {
        self.operand(a, table);
        self.operand(b, table);
        let (left, right) = (self.times(a, table), self.times(b, table));
        let pairs = left.iter().flat_map(|x| right.iter().flat_map(move |y| [(x, y), (y, x)]));
        let apart = pairs.filter(|(with, without)| with.offset && without.none);
        // Two times of the pack are its author's business.
        let recorded = apart.filter(|(x, y)| [x.at, y.at].iter().any(|at| matches!(at, Clock::Recorded(_))));
        self.found
            .extend(recorded.map(|(with, without)| Notice::Clocks { offset: with.at, none: without.at }));
    }

    /// Returns the times behind an operand; none where it is not a time.
    fn times(&self, operand: &Operand, table: Option<FactId>) -> Vec<Stamp> {
        let of = |at: Clock, all: &mut dyn Iterator<Item = Amount>| {
            let mut stamp = Stamp { at, offset: false, none: false };
            all.for_each(|at| match at {
                Amount::Instant(_) => stamp.offset = true,
                Amount::Civil(_) => stamp.none = true,
                _ => {}
            });
            vec![stamp]
        };
        let end = |known: &Known| known.range().and_then(|range| range.low.or(range.high)).map(|end| end.at);
        match &operand.kind {
            OperandKind::Fact(id) if self.pack.facts[*id].ty == Type::Time => {
                match (self.facts.recorded.get(id), &self.pack.facts[*id].definition) {
                    (Some(recorded), _) => of(Clock::Recorded(*id), &mut end(&recorded.known).into_iter()),
                    (None, Some(Definition::Operand(computed))) => self.times(computed, None),
                    _ => Vec::new(),
                }
            }
            OperandKind::Column(at) => {
                let table = table.and_then(|id| Some((id, self.facts.recorded.get(&id)?)));
                match table.map(|(id, recorded)| (id, &recorded.known)) {
                    Some((id, Known::Rows(rows))) => {
                        let cells = rows.iter().filter_map(|row| row.get(*at));
                        of(Clock::Recorded(id), &mut cells.filter_map(end))
                    }
                    _ => Vec::new(),
                }
            }
            OperandKind::Literal(Value::Amount(at @ (Amount::Instant(_) | Amount::Civil(_)))) => {
                of(Clock::Pack(operand.span), &mut std::iter::once(*at))
            }
            OperandKind::Arithmetic(a, _, b) => match (self.times(a, table), self.times(b, table)) {
                // From one time to another it is a duration.
                (a, b) if !a.is_empty() && !b.is_empty() => Vec::new(),
                (mut a, b) => {
                    a.extend(b);
                    a
                }
            },
            _ => Vec::new(),
        }
    }

    /// Looks for rows without the time that is asked for.
    fn timed(&mut self, time: &Operand, table: Option<FactId>) {
        let (OperandKind::Column(column), Some(table)) = (&time.kind, table) else { return };
        let recorded = self.facts.recorded.get(&table).map(|recorded| &recorded.known);
        if let Some(Known::Rows(rows)) = recorded {
            let count =
                rows.iter().filter(|row| row.get(*column).is_none_or(|c| *c == Known::Unknown)).count();
            if count > 0 {
                self.found.insert(Notice::NoTime { table, column: *column, rows: count });
            }
        }
    }
}
