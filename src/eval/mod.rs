//! Three-valued evaluation of conditions (Kleene's strong logic).
//!
//! Input: a typed condition and a [`World`] that says what is known of facts and symptoms. Output: yes, no, or nothing
//! where it cannot be told. Unknown never silently means no; only `is known` sees the difference. Of an amount that is
//! known within bounds, arithmetic and comparisons are those of intervals.
//!
//! Where a table has no row that counts, `every` and `all same` cannot be told, since nothing can be judged by nothing.
//!
//! Source: Kleene, *Introduction to Metamathematics* (1952), §64; Moore, *Interval Analysis* (1966).

mod cells;

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::letters;
use crate::number::Number;
use crate::pack::expr::{
    Condition, ConditionKind, Count, Definition, Operand, OperandKind, RowsOf, TextTest,
};
use crate::pack::{FactId, Reading, RecordsId, SymptomId};
use crate::syntax::ast::{Operator, Order};
use crate::value::{Amount, Bound, Known, Range, Row, Value};

/// Yes, no, or nothing where it cannot be told.
pub type Truth = Option<bool>;

/// The levels of a reading that are still possible; empty where it has no level at all.
pub type Levels = BTreeSet<usize>;

/// What is known.
pub trait World {
    /// Returns what is known of a fact, recorded or derived.
    fn fact(&self, id: FactId) -> Known;
    /// Returns the levels that a symptom may have.
    fn levels(&self, id: SymptomId) -> Levels;
    /// Returns the rows of a table of records, of a ticket or of all; none where nothing like it was read.
    fn records(&self, _: RecordsId, _in_all_tickets: bool) -> Option<Arc<Rows>> {
        None
    }
    /// Returns whether a condition holds, where this world says so of it as a whole, whatever its facts are.
    fn says(&self, _: &Condition) -> Option<Truth> {
        None
    }
}

/// Rows, and whether there are no others.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The rows.
    pub rows: Vec<Row>,
    /// Whether what is not among them is not so; otherwise it is not known.
    pub complete: bool,
}

/// A world of which one fact is known.
pub struct Only {
    /// The fact.
    pub fact: FactId,
    /// What is known of it.
    pub known: Known,
}

impl World for Only {
    fn fact(&self, id: FactId) -> Known {
        if id == self.fact { self.known.clone() } else { Known::Unknown }
    }

    fn levels(&self, _: SymptomId) -> Levels {
        Levels::new()
    }
}

/// Returns the contrary.
pub fn not(truth: Truth) -> Truth {
    truth.map(|t| !t)
}

/// Joins answers by `and`: no where one is no, yes where all are yes.
pub fn all(truths: impl IntoIterator<Item = Truth>) -> Truth {
    let mut result = Some(true);
    for truth in truths {
        match truth {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

/// Joins answers by `or`: yes where one is yes, no where all are no.
pub fn any(truths: impl IntoIterator<Item = Truth>) -> Truth {
    not(all(truths.into_iter().map(not)))
}

/// Returns yes where at least that many are yes, no where too few can be.
pub fn at_least(least: usize, truths: &[Truth]) -> Truth {
    let certain = truths.iter().filter(|t| **t == Some(true)).count();
    let possible = truths.iter().filter(|t| **t != Some(false)).count();
    if certain >= least { Some(true) } else { (possible < least).then_some(false) }
}

/// Returns whether a condition holds.
pub fn holds(condition: &Condition, world: &dyn World) -> Truth {
    truth(condition, world, None)
}

/// Returns what is known of a derived fact.
pub fn define(definition: &Definition, world: &dyn World) -> Known {
    match definition {
        Definition::Condition(condition) => match holds(condition, world) {
            Some(yes) => Known::Exactly(Value::YesNo(yes)),
            None => Known::Unknown,
        },
        Definition::Operand(operand) => value(operand, world, None),
    }
}

/// Returns the levels that are still possible: those whose condition may be the first that holds.
pub fn read(reading: &Reading, world: &dyn World) -> Levels {
    read_by(reading, |condition| holds(condition, world))
}

/// Returns the levels that are still possible, given what holds.
pub fn read_by(reading: &Reading, holds: impl Fn(&Condition) -> Truth) -> Levels {
    let mut levels = Levels::new();
    for (level, condition) in &reading.branches {
        let truth = condition.as_ref().map_or(Some(true), &holds);
        if truth != Some(false) {
            levels.insert(*level);
        }
        if truth == Some(true) {
            break;
        }
    }
    levels
}

fn truth(condition: &Condition, world: &dyn World, row: Option<&Row>) -> Truth {
    if let Some(truth) = world.says(condition).filter(|_| row.is_none() || !condition.reads_columns()) {
        return truth;
    }
    let known = |operand: &Operand| value(operand, world, row);
    match &condition.kind {
        ConditionKind::Yes(operand) => match known(operand) {
            Known::Exactly(Value::YesNo(yes)) => Some(yes),
            Known::Exactly(Value::None) => Some(false),
            _ => None,
        },
        ConditionKind::Level(symptom, wanted) => {
            let levels = world.levels(*symptom);
            if levels.is_disjoint(wanted) { Some(false) } else { levels.is_subset(wanted).then_some(true) }
        }
        ConditionKind::Compare(a, order, b) => compare(&known(a), *order, &known(b)),
        ConditionKind::Equal(a, b) => equal(&known(a), &known(b)),
        ConditionKind::OneOf(a, others) => one_of(&known(a), others.iter().map(known)),
        ConditionKind::Has(set, member) => has(&known(set), *member),
        ConditionKind::Text(a, test) => text_test(&known(a), test),
        ConditionKind::InNetwork(a, network) => match known(a) {
            Known::Exactly(Value::Ip(address)) => Some(network.contains(&address)),
            Known::Exactly(Value::None) => Some(false),
            _ => None,
        },
        ConditionKind::Within { time, window, before, of } => {
            within(&known(time), *window, *before, &known(of))
        }
        ConditionKind::Known(operand) => Some(matches!(known(operand), Known::Exactly(_) | Known::Rows(_))),
        // Every symptom has two levels or more.
        ConditionKind::SymptomKnown(symptom) => Some(world.levels(*symptom).len() == 1),
        ConditionKind::None(operand) => is_none(&known(operand)),
        ConditionKind::Not(inner) => not(truth(inner, world, row)),
        ConditionKind::And(conditions) => all(conditions.iter().map(|c| truth(c, world, row))),
        ConditionKind::Or(conditions) => any(conditions.iter().map(|c| truth(c, world, row))),
        ConditionKind::AtLeast(least, conditions) => {
            at_least(*least, &conditions.iter().map(|c| truth(c, world, row)).collect::<Vec<_>>())
        }
        ConditionKind::InColumn(a, table, column) => in_column(&known(a), *table, *column, world),
        ConditionKind::Rows { table, every, filter } => rows(*table, *every, filter, world),
        ConditionKind::AllSame { table, column, filter } => {
            all_same(*table, *column, filter.as_deref(), world)
        }
    }
}

/// Returns the rows of a table; none where they are unknown.
fn rows_of(table: RowsOf, world: &dyn World) -> Option<Arc<Rows>> {
    let rows = match table {
        RowsOf::Records { id, in_all_tickets } => return world.records(id, in_all_tickets),
        RowsOf::Fact(id) => match world.fact(id) {
            Known::Rows(rows) => rows,
            Known::Exactly(Value::None) => Vec::new(),
            _ => return None,
        },
    };
    Some(Arc::new(Rows { rows, complete: true }))
}

/// Returns whether a condition holds of a row.
pub fn holds_of(condition: &Condition, world: &dyn World, row: &Row) -> Truth {
    cells::holds(condition, world, row)
}

fn in_column(value: &Known, table: RowsOf, column: usize, world: &dyn World) -> Truth {
    let table = rows_of(table, world)?;
    let same = table.rows.iter().map(|row| equal(value, row.get(column).unwrap_or(&Known::Unknown)));
    any(same.chain((!table.complete).then_some(None)))
}

fn rows(table: RowsOf, every: bool, filter: &Condition, world: &dyn World) -> Truth {
    let table = rows_of(table, world)?;
    // Rows that nobody has seen may be of any kind.
    let unseen = (!table.complete).then_some(None);
    let truths = table.rows.iter().map(|row| cells::holds(filter, world, row)).chain(unseen);
    match (every, table.rows.is_empty()) {
        (true, true) => None,
        (true, false) => all(truths),
        (false, _) => any(truths),
    }
}

/// Returns the rows for which a filter holds, and those for which it may.
fn counted<'r>(
    rows: &'r [Row],
    filter: Option<&Condition>,
    world: &dyn World,
) -> (Vec<&'r Row>, Vec<&'r Row>) {
    let mut certain = Vec::new();
    let mut possible = Vec::new();
    for row in rows {
        match filter.map_or(Some(true), |f| cells::holds(f, world, row)) {
            Some(true) => certain.push(row),
            None => possible.push(row),
            Some(false) => {}
        }
    }
    (certain, possible)
}

fn all_same(table: RowsOf, column: usize, filter: Option<&Condition>, world: &dyn World) -> Truth {
    let table = rows_of(table, world)?;
    let complete = table.complete;
    let (certain, possible) = counted(&table.rows, filter, world);
    let cell = |row: &&Row| row.get(column).cloned().unwrap_or(Known::Unknown);
    let counted: Vec<Known> = certain.iter().map(cell).collect();
    // Whatever it is, it is the same as itself.
    if counted.len() == 1 && possible.is_empty() && complete {
        return Some(true);
    }
    let (exact, partial): (Vec<&Known>, Vec<&Known>) = counted.iter().partition(|known| known.is_exact());
    let first = *exact.first().or(partial.first())?;
    let differ = |one: &Known, others: &[&Known]| others.iter().any(|other| apart(one, other));
    let several = partial.iter().take(MOST_PARTIAL);
    if differ(first, &exact) || several.clone().any(|one| differ(one, &[first]) || differ(one, &partial)) {
        return Some(false);
    }
    let others = counted.iter().cloned().chain(possible.iter().map(cell));
    all(others.map(|other| equal(first, &other))).filter(|same| *same && complete)
}

/// So many cells that are known in part are compared with each other.
const MOST_PARTIAL: usize = 64;

fn count(count: &Count, world: &dyn World) -> Known {
    let Some(table) = rows_of(count.table, world) else { return Known::Unknown };
    let (certain, possible) = counted(&table.rows, count.filter.as_ref(), world);
    let (least, most) = match (count.different, count.window) {
        (Some(column), _) => different(&certain, &possible, column),
        (None, Some((column, nanos))) => {
            let both: Vec<&Row> = certain.iter().chain(&possible).copied().collect();
            (most_in_window(&certain, column, nanos).0, most_in_window(&both, column, nanos).1)
        }
        (None, None) => (certain.len(), certain.len() + possible.len()),
    };
    let amount = |rows: usize| Amount::Number(Number::whole(i128::try_from(rows).unwrap_or(i128::MAX)));
    if table.complete {
        return Known::between(amount(least), amount(most));
    }
    let low = Bound { at: amount(least), open: false };
    if least == 0 { Known::Unknown } else { Known::of_range(Range { low: Some(low), high: None }) }
}

/// Returns how many different values a column has, at least and at most.
fn different(certain: &[&Row], possible: &[&Row], column: usize) -> (usize, usize) {
    let mut seen: Vec<&Value> = Vec::new();
    let mut others = 0;
    let (mut least, mut rest) = (0, 0);
    for (at, row) in certain.iter().chain(possible).enumerate() {
        match row.get(column) {
            Some(Known::Exactly(value)) => {
                if !seen.iter().any(|one| alike(one, value) == Some(true)) {
                    seen.push(value);
                    if at < certain.len() { least += 1 } else { rest += 1 }
                }
            }
            _ => others += 1,
        }
    }
    // A cell that is not known may be like another, or none.
    (least, least + rest + others)
}

/// Returns the most rows in a window that slides over their times: for sure, and where each row without a time is in it too.
fn most_in_window(rows: &[&Row], column: usize, nanos: i128) -> (usize, usize) {
    let amounts = rows.iter().filter_map(|row| match row.get(column) {
        Some(Known::Exactly(Value::Amount(at @ (Amount::Instant(_) | Amount::Civil(_))))) => Some(*at),
        _ => None,
    });
    let (mut instants, mut civil) = (Vec::new(), Vec::new());
    for at in amounts {
        match at {
            Amount::Instant(at) => instants.push(at),
            Amount::Civil(at) => civil.push(at),
            _ => {}
        }
    }
    let timed = instants.len() + civil.len();
    let most = |mut times: Vec<i128>| {
        times.sort_unstable();
        let mut from = 0;
        let mut most = 0;
        for (to, at) in times.iter().enumerate() {
            while times.get(from).is_some_and(|first| at.saturating_sub(*first) > nanos) {
                from += 1;
            }
            most = most.max(to + 1 - from);
        }
        most
    };
    let (instants, civil) = (most(instants), most(civil));
    let least = instants.max(civil);
    // Clocks that cannot be compared may stand in one window.
    (least.max(usize::from(!rows.is_empty())), instants + civil + (rows.len() - timed))
}

/// Returns what is known of a value.
pub fn value(operand: &Operand, world: &dyn World, row: Option<&Row>) -> Known {
    match &operand.kind {
        OperandKind::Literal(value) => Known::Exactly(value.clone()),
        OperandKind::Fact(id) => world.fact(*id),
        OperandKind::Column(at) => row.and_then(|row| row.get(*at)).cloned().unwrap_or(Known::Unknown),
        OperandKind::Count(how) => count(how, world),
        OperandKind::Cell(table, column) => {
            let row = rows_of(*table, world).and_then(|table| table.rows.first().cloned());
            row.and_then(|row| row.get(*column).cloned()).unwrap_or(Known::Unknown)
        }
        OperandKind::Arithmetic(left, operator, right) => {
            arithmetic(&value(left, world, row), *operator, &value(right, world, row))
        }
    }
}

fn arithmetic(left: &Known, operator: Operator, right: &Known) -> Known {
    let (Some(left), Some(right)) = (left.range(), right.range()) else { return Known::Unknown };
    left.compute(operator, &right).map_or(Known::Unknown, Known::of_range)
}

fn compare(left: &Known, order: Order, right: &Known) -> Truth {
    if matches!((left, right), (Known::Exactly(Value::None), _) | (_, Known::Exactly(Value::None))) {
        return Some(false);
    }
    let (left, right) = (left.range()?, right.range()?);
    match order {
        Order::Less => left.less(&right, false),
        Order::AtMost => left.less(&right, true),
        Order::More => right.less(&left, false),
        Order::AtLeast => right.less(&left, true),
    }
}

fn within(time: &Known, window: i128, before: bool, of: &Known) -> Truth {
    if matches!((time, of), (Known::Exactly(Value::None), _) | (_, Known::Exactly(Value::None))) {
        return Some(false);
    }
    let apart =
        if before { arithmetic(of, Operator::Minus, time) } else { arithmetic(time, Operator::Minus, of) };
    let amount = |nanos| Known::Exactly(Value::Amount(Amount::Nanos(nanos)));
    all([compare(&apart, Order::AtLeast, &amount(0)), compare(&apart, Order::AtMost, &amount(window))])
}

/// Returns whether two values in full are the same.
pub fn alike(a: &Value, b: &Value) -> Truth {
    match (a, b) {
        (Value::Amount(a), Value::Amount(b)) => a.order(*b).map(|order| order == Ordering::Equal),
        (Value::Text(a), Value::Text(b)) => Some(letters::alike(a) == letters::alike(b)),
        (Value::Text(text), Value::None) | (Value::None, Value::Text(text)) => Some(text.is_empty()),
        _ => Some(a == b),
    }
}

/// Returns whether two pieces of knowledge about one value cannot both be true.
pub fn apart(a: &Known, b: &Known) -> bool {
    if let (Some(a), Some(b)) = (a.range(), b.range()) {
        return a.is_apart_from(&b);
    }
    equal(a, b) == Some(false)
}

fn equal(a: &Known, b: &Known) -> Truth {
    match (a, b) {
        (Known::Exactly(a), Known::Exactly(b)) => alike(a, b),
        (Known::Possible(values), Known::Exactly(value))
        | (Known::Exactly(value), Known::Possible(values)) => match value {
            Value::Choice(choice) if values.contains(choice) => (values.len() == 1).then_some(true),
            _ => Some(false),
        },
        (Known::Not(values), Known::Exactly(value)) | (Known::Exactly(value), Known::Not(values)) => {
            values.iter().any(|v| alike(v, value) == Some(true)).then_some(false)
        }
        (Known::Within(range), Known::Exactly(value)) | (Known::Exactly(value), Known::Within(range)) => {
            match value {
                Value::Amount(amount) => range.excludes(*amount).then_some(false),
                _ => Some(false),
            }
        }
        (Known::Lacks { members, some }, Known::Exactly(Value::Set(set)))
        | (Known::Exactly(Value::Set(set)), Known::Lacks { members, some }) => {
            (!set.is_disjoint(members) || *some && set.is_empty()).then_some(false)
        }
        (Known::Within(a), Known::Within(b)) => a.is_apart_from(b).then_some(false),
        (Known::Possible(a), Known::Possible(b)) => a.is_disjoint(b).then_some(false),
        _ => None,
    }
}

fn one_of(a: &Known, others: impl Iterator<Item = Known>) -> Truth {
    let others: Vec<_> = others.collect();
    if let Known::Possible(values) = a {
        let among = |choice: &usize| others.contains(&Known::Exactly(Value::Choice(*choice)));
        return if values.iter().all(among) {
            Some(true)
        } else {
            (!values.iter().any(among)).then_some(false)
        };
    }
    any(others.iter().map(|b| equal(a, b)))
}

fn has(set: &Known, member: usize) -> Truth {
    match set {
        Known::Exactly(Value::Set(members)) => Some(members.contains(&member)),
        Known::Exactly(Value::None) => Some(false),
        Known::Lacks { members, .. } => members.contains(&member).then_some(false),
        _ => None,
    }
}

fn text_test(known: &Known, test: &TextTest) -> Truth {
    let text = match known {
        Known::Exactly(Value::Text(text) | Value::Domain(text)) => text.as_str(),
        Known::Exactly(Value::None) => "",
        _ => return None,
    };
    let alike = letters::alike(text);
    Some(match test {
        TextTest::Contains(needle) => alike.contains(needle),
        TextTest::StartsWith(needle) => alike.starts_with(needle),
        TextTest::EndsWith(needle) => alike.ends_with(needle),
        TextTest::Matches(regex) => regex.is_match(&letters::composed(text)),
    })
}

fn is_none(known: &Known) -> Truth {
    match known {
        Known::Exactly(Value::None) => Some(true),
        Known::Exactly(Value::Text(text)) => Some(text.is_empty()),
        Known::Exactly(Value::Set(members)) => Some(members.is_empty()),
        Known::Rows(rows) => Some(rows.is_empty()),
        Known::Exactly(_) | Known::Possible(_) | Known::Within(_) | Known::Lacks { some: true, .. } => {
            Some(false)
        }
        Known::Not(values) if values.contains(&Value::None) => Some(false),
        Known::Unknown | Known::Lacks { .. } | Known::Not(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(n: i128) -> Amount {
        Amount::Nanos(n)
    }

    fn exactly(n: i128) -> Known {
        Known::Exactly(Value::Amount(minutes(n)))
    }

    fn over(n: i128) -> Known {
        Known::Within(Range { low: Some(Bound { at: minutes(n), open: true }), high: None })
    }

    #[test]
    fn unknown_is_neither_yes_nor_no() {
        assert_eq!(all([Some(true), None]), None);
        assert_eq!(all([Some(false), None]), Some(false));
        assert_eq!(any([Some(true), None]), Some(true));
        assert_eq!(any([Some(false), None]), None);
        assert_eq!(compare(&Known::Unknown, Order::Less, &exactly(1)), None);
    }

    #[test]
    fn bounds_decide_what_they_can() {
        assert_eq!(compare(&over(5), Order::AtMost, &exactly(5)), Some(false));
        assert_eq!(compare(&over(5), Order::More, &exactly(5)), Some(true));
        assert_eq!(compare(&over(5), Order::AtMost, &exactly(6)), None);
        let between = Known::between(minutes(5), minutes(15));
        assert_eq!(compare(&between, Order::AtMost, &exactly(15)), Some(true));
        assert_eq!(compare(&between, Order::Less, &exactly(15)), None);
        assert_eq!(equal(&between, &exactly(4)), Some(false));
        assert_eq!(equal(&between, &exactly(5)), None);
    }

    #[test]
    fn what_a_value_is_not_can_decide_what_it_is() {
        let possible = |values: &[usize]| Known::Possible(values.iter().copied().collect());
        let choice = |at| Known::Exactly(Value::Choice(at));
        assert_eq!(equal(&possible(&[0, 1]), &choice(2)), Some(false));
        assert_eq!(equal(&possible(&[0, 1]), &choice(1)), None);
        assert_eq!(one_of(&possible(&[0, 1]), [choice(0), choice(1)].into_iter()), Some(true));
    }

    #[test]
    fn a_time_before_another_is_not_after_it() {
        let at = |n| Known::Exactly(Value::Amount(Amount::Instant(n)));
        assert_eq!(within(&at(90), 24, true, &at(100)), Some(true));
        assert_eq!(within(&at(70), 24, true, &at(100)), Some(false));
        assert_eq!(within(&at(101), 24, true, &at(100)), Some(false));
        let civil = Known::Exactly(Value::Amount(Amount::Civil(90)));
        assert_eq!(within(&civil, 24, true, &at(100)), None);
    }
}
