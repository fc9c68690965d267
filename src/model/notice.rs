//! What a ticket leaves open in a way that nobody sees in its answer.
//!
//! In: the compiled pack and recorded facts. Out: notices: that nothing is recorded at all, that two times could not be compared
//! because only one of them has an offset, that a row has no time although the pack asks when it was.

use std::collections::BTreeSet;

use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::pack::expr::{Condition, ConditionKind, Definition, Operand, OperandKind};
use crate::pack::{Evidence, FactId, Pack};
use crate::value::{Amount, Known, Type};

/// What an answer should not pass over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// Nothing is recorded.
    Nothing,
    /// Two facts, or a table and a fact, hold times that cannot be compared.
    Clocks {
        /// Where the time has an offset.
        offset: FactId,
        /// Where it has none.
        none: FactId,
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
            ConditionKind::Rows { table, filter, .. } => self.within(filter, Some(*table)),
            ConditionKind::AllSame { table, filter, .. } => {
                filter.iter().for_each(|filter| self.within(filter, Some(*table)));
            }
            _ => {}
        }
    }

    fn operand(&mut self, operand: &Operand, table: Option<FactId>) {
        match &operand.kind {
            OperandKind::Arithmetic(a, _, b) => self.compared(a, b, table),
            OperandKind::Count(table, filter) => {
                filter.iter().for_each(|filter| self.within(filter, Some(*table)));
            }
            _ => {}
        }
    }

    /// Looks at two values that are compared with each other, or of which one is taken from the other.
    fn compared(&mut self, a: &Operand, b: &Operand, table: Option<FactId>) {
        self.operand(a, table);
        self.operand(b, table);
        let (Some(x), Some(y)) = (self.times(a, table), self.times(b, table)) else { return };
        for (with, without) in [(&x, &y), (&y, &x)] {
            if with.1 && without.2 {
                self.found.insert(Notice::Clocks { offset: with.0, none: without.0 });
            }
        }
    }

    /// Returns the fact or table behind a time, whether one there has an offset, and whether one there has none.
    fn times(&self, operand: &Operand, table: Option<FactId>) -> Option<(FactId, bool, bool)> {
        let of = |id: FactId, all: &mut dyn Iterator<Item = &Known>| {
            let at =
                |known: &Known| known.range().and_then(|range| range.low.or(range.high)).map(|end| end.at);
            let (mut offset, mut none) = (false, false);
            all.filter_map(at).for_each(|at| match at {
                Amount::Instant(_) => offset = true,
                Amount::Civil(_) => none = true,
                _ => {}
            });
            (id, offset, none)
        };
        match operand.kind {
            OperandKind::Fact(id) if self.pack.facts[id].ty == Type::Time => {
                Some(of(id, &mut std::iter::once(&self.facts.recorded.get(&id)?.known)))
            }
            OperandKind::Column(at) => {
                let Known::Rows(rows) = &self.facts.recorded.get(&table?)?.known else { return None };
                Some(of(table?, &mut rows.iter().filter_map(|row| row.get(at))))
            }
            _ => None,
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
