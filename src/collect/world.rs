//! What a ticket knows: facts as they were recorded, read or computed, and the rows of its tables.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::tickets::Ticket;
use super::{Place, Reading};
use crate::eval::{self, Levels, Rows, Truth, World as _};
use crate::evidence;
use crate::facts::recorded::Facts;
use crate::pack::expr::{Condition, ConditionKind, Operand, OperandKind, RowsOf};
use crate::pack::records::{CellOf, Origin, ReadLine, ReadValue, RecordsFrom, time_column};
use crate::pack::{FactId, Pack, RecordsId, SymptomId};
use crate::records::{Cell, Records, Table};
use crate::syntax::ast::Pick;
use crate::value::{Amount, Bound, Column, Known, Range, Row, Type, Value, write_value};

/// The tables of records, as the pack names them.
pub(super) struct Tables<'r> {
    pack: &'r Pack,
    records: &'r Records,
    /// All rows of a table as conditions see them, which tickets share.
    whole: RefCell<BTreeMap<(String, bool), Arc<Selected>>>,
}

impl<'r> Tables<'r> {
    pub(super) fn new(pack: &'r Pack, records: &'r Records) -> Self {
        Self { pack, records, whole: RefCell::default() }
    }

    /// Returns the name of the table that was read, of which a table of the pack shows rows.
    pub(super) fn base(&self, id: RecordsId) -> Option<String> {
        let mut id = id;
        // A circle of views does not compile.
        for _ in 0..=self.pack.records.len() {
            match &self.pack.records[id].from {
                RecordsFrom::Declared(table) => return Some(table.declared.name.clone()),
                RecordsFrom::View { of: Origin::Reader(spec), .. } => return Some(spec.name.to_owned()),
                RecordsFrom::View { of: Origin::Records(of), .. } => id = *of,
            }
        }
        None
    }

    /// Returns a table that was read; none where nothing was.
    pub(super) fn table(&self, name: &str) -> Option<&'r Table> {
        self.records.tables.get(name)
    }

    /// Returns the tables that have a column of one of these names, and how many rows each has.
    pub(super) fn keyed(&self, names: &[String]) -> Vec<(String, usize)> {
        let has_key = |table: &Table| names.iter().any(|name| table.column(name).is_some());
        let keyed = self.records.tables.iter().filter(|(_, table)| has_key(table));
        keyed.map(|(name, table)| (name.clone(), table.rows.len())).collect()
    }

    /// Returns a cell by the name of its column.
    pub(super) fn cell(&self, table: &str, row: usize, column: &str) -> Option<(&'r Column, &'r Cell)> {
        let table = self.table(table)?;
        let at = table.column(column)?;
        Some((table.columns.get(at)?, table.rows.get(row)?.cell(at)?))
    }
}

/// The rows of a table that count for a ticket: which of those that were read, and as conditions see them.
#[derive(Debug, Default)]
struct Selected {
    /// In their order.
    at: Vec<usize>,
    rows: Arc<Rows>,
}

/// Rows by table, and whether those of all tickets; none where nothing was read.
type Selections = BTreeMap<(RecordsId, bool), Option<Arc<Selected>>>;

/// What one ticket knows.
pub(super) struct World<'r> {
    pack: &'r Pack,
    tables: &'r Tables<'r>,
    /// None for all that was read.
    ticket: Option<&'r Ticket>,
    by_hand: &'r Facts,
    /// Whether tables count as complete: what a condition would be if nothing else were there.
    closed: bool,
    known: RefCell<BTreeMap<FactId, Known>>,
    read: RefCell<Readings>,
    /// Facts that are being read: none is read from itself.
    under_way: RefCell<BTreeSet<FactId>>,
    selected: RefCell<Selections>,
}

/// What was read of the facts of a ticket.
#[derive(Debug, Clone, Default)]
pub(super) struct Readings {
    /// What counts.
    pub(super) first: BTreeMap<FactId, Reading>,
    /// What later lines say otherwise.
    pub(super) others: Vec<(FactId, Reading)>,
}

impl Readings {
    /// Returns where values were read.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        let all = self.first.values().chain(self.others.iter().map(|(_, reading)| reading));
        all.filter_map(|reading| reading.place.as_ref())
    }
}

impl<'r> World<'r> {
    pub(super) fn new(
        pack: &'r Pack,
        tables: &'r Tables<'r>,
        ticket: Option<&'r Ticket>,
        by_hand: &'r Facts,
    ) -> Self {
        Self {
            pack,
            tables,
            ticket,
            by_hand,
            closed: false,
            known: RefCell::default(),
            read: RefCell::default(),
            under_way: RefCell::default(),
            selected: RefCell::default(),
        }
    }

    /// Reads all facts that are read from evidence.
    pub(super) fn readings(&self) -> Readings {
        for (id, fact) in self.pack.facts.enumerated() {
            if !fact.read.is_empty() {
                self.read(id);
            }
        }
        self.read.borrow().clone()
    }

    /// Returns the rows of a table for which a condition holds, by their places in the table that was read.
    pub(super) fn rows_for(&self, id: RecordsId, filter: Option<&Condition>) -> Vec<usize> {
        let Some(selected) = self.select(id, false) else { return Vec::new() };
        let pairs = selected.at.iter().zip(&selected.rows.rows);
        let counts = |row: &Row| filter.is_none_or(|filter| eval::holds_of(filter, self, row) == Some(true));
        pairs.filter(|(_, row)| counts(row)).map(|(at, _)| *at).collect()
    }

    // ------------------------------------------------------------ tables

    fn select(&self, id: RecordsId, in_all_tickets: bool) -> Option<Arc<Selected>> {
        if let Some(found) = self.selected.borrow().get(&(id, in_all_tickets)) {
            return found.clone();
        }
        let selected = self.selection(id, in_all_tickets);
        self.selected.borrow_mut().insert((id, in_all_tickets), selected.clone());
        selected
    }

    fn selection(&self, id: RecordsId, in_all_tickets: bool) -> Option<Arc<Selected>> {
        let records = &self.pack.records[id];
        let base = self.tables.base(id)?;
        let RecordsFrom::View { of, pick, filter, each } = &records.from else {
            return self.all_rows(&base, in_all_tickets, records.complete);
        };
        let columns = &records.columns;
        let from = match of {
            Origin::Reader(_) => self.all_rows(&base, in_all_tickets, records.complete)?,
            Origin::Records(of) => self.select(*of, in_all_tickets)?,
        };
        let mut kept: Vec<usize> = Vec::new();
        let mut complete = from.rows.complete || records.complete;
        for (at, row) in from.rows.rows.iter().enumerate() {
            match filter.as_ref().map_or(Some(true), |filter| eval::holds_of(filter, self, row)) {
                Some(true) => kept.push(at),
                Some(false) => {}
                // It may be one of them, so that these are not all.
                None => complete = false,
            }
        }
        let rows = &from.rows.rows;
        let kept = match (pick, each) {
            (None, None) => kept,
            (Some(pick), None) => picked(&kept, rows, columns, *pick).into_iter().collect(),
            (pick, Some(column)) => one_of_each(&kept, rows, columns, *column, pick.unwrap_or(Pick::Last)),
        };
        let at = kept.iter().filter_map(|at| from.at.get(*at).copied()).collect();
        let rows = kept.iter().filter_map(|at| rows.get(*at).cloned()).collect();
        Some(Arc::new(Selected { at, rows: Arc::new(Rows { rows, complete }) }))
    }

    /// Returns the rows of a table that was read, as far as they are the ticket's.
    fn all_rows(&self, base: &str, in_all_tickets: bool, complete: bool) -> Option<Arc<Selected>> {
        let table = self.tables.table(base)?;
        let own = self.ticket.filter(|_| !in_all_tickets).and_then(|ticket| ticket.rows(base));
        let Some(own) = own else {
            let key = (base.to_owned(), complete);
            if let Some(whole) = self.tables.whole.borrow().get(&key) {
                return Some(Arc::clone(whole));
            }
            let whole = Arc::new(seen(table, (0..table.rows.len()).collect(), complete));
            self.tables.whole.borrow_mut().insert(key, Arc::clone(&whole));
            return Some(whole);
        };
        Some(Arc::new(seen(table, own.iter().copied().collect(), complete)))
    }

    fn place_of(&self, id: RecordsId, row: usize, column: Option<usize>) -> Option<Place> {
        let row = self.tables.table(&self.tables.base(id)?)?.rows.get(row)?;
        let at = column.and_then(|column| row.cell(column)).map_or(&row.at, |cell| &cell.at);
        Some((row.artefact, at.clone()))
    }

    // ------------------------------------------------------------ facts

    /// Returns the same where nothing else than what was read is there.
    fn as_if_closed(&self) -> World<'r> {
        let world = World { closed: true, ..World::new(self.pack, self.tables, self.ticket, self.by_hand) };
        // What facts are is known by what is certain, whatever a condition would be.
        world.known.borrow_mut().clone_from(&self.known.borrow());
        world.under_way.borrow_mut().clone_from(&self.under_way.borrow());
        world
    }

    fn read(&self, id: FactId) -> Known {
        if let Some(known) = self.known.borrow().get(&id) {
            return known.clone();
        }
        if !self.under_way.borrow_mut().insert(id) {
            return Known::Unknown;
        }
        let reading = self.lines(id);
        self.under_way.borrow_mut().remove(&id);
        let known = reading.map_or(Known::Unknown, |reading| {
            let known = reading.known.clone();
            self.read.borrow_mut().first.insert(id, reading);
            known
        });
        self.known.borrow_mut().insert(id, known.clone());
        known
    }

    /// Reads a fact by its lines: the first that is true, and gives a value, counts.
    fn lines(&self, id: FactId) -> Option<Reading> {
        let fact = &self.pack.facts[id];
        if let Type::SomeOf(_) = fact.ty {
            return self.members(&fact.read);
        }
        let mut first: Option<Reading> = None;
        // Lines before the first of which nobody can tell whether they are true.
        let mut open: Vec<Known> = Vec::new();
        for line in &fact.read {
            let truth = self.when(line);
            if truth == Tells::No {
                continue;
            }
            let Some(reading) = self.value(line, &fact.ty) else { continue };
            match (&first, truth) {
                (None, Tells::Yes) => first = Some(reading),
                (None, _) => open.push(reading.known),
                (Some(counts), Tells::Yes)
                    if fact.ty != Type::Text && eval::apart(&counts.known, &reading.known) =>
                {
                    self.read.borrow_mut().others.push((id, reading));
                }
                (Some(_), _) => {}
            }
        }
        let first = first?;
        let known = open.into_iter().try_fold(first.known, |known, other| one_of(known, &other))?;
        Some(Reading { known, place: first.place })
    }

    /// Reads a set: every true line adds its member. Where one cannot be told, neither can the set.
    fn members(&self, lines: &[ReadLine]) -> Option<Reading> {
        let mut members = BTreeSet::new();
        let mut perhaps = BTreeSet::new();
        let mut place = None;
        for line in lines {
            let ReadValue::Value(Value::Choice(member)) = line.value else { continue };
            match self.when(line) {
                Tells::Yes => {
                    members.insert(member);
                    place = place.or_else(|| line.when.as_ref().and_then(|when| self.witness(when)));
                }
                Tells::Perhaps => _ = perhaps.insert(member),
                Tells::No => {}
            }
        }
        let is_told = perhaps.is_subset(&members) && !members.is_empty();
        is_told.then_some(Reading { known: Known::Exactly(Value::Set(members)), place })
    }

    fn when(&self, line: &ReadLine) -> Tells {
        let Some(when) = &line.when else { return Tells::Yes };
        match eval::holds(when, self) {
            Some(true) => Tells::Yes,
            Some(false) => Tells::No,
            None => {
                let closed: Truth = eval::holds(when, &self.as_if_closed());
                // What is only not among the rows that were read was not seen.
                if closed == Some(false) { Tells::No } else { Tells::Perhaps }
            }
        }
    }

    fn value(&self, line: &ReadLine, ty: &Type) -> Option<Reading> {
        let why = || line.when.as_ref().and_then(|when| self.witness(when));
        match &line.value {
            ReadValue::Value(value) => Some(Reading { known: Known::Exactly(value.clone()), place: why() }),
            ReadValue::Condition(condition) => {
                let truth = eval::holds(condition, self)?;
                let place = self.witness(condition).or_else(why);
                Some(Reading { known: Known::Exactly(Value::YesNo(truth)), place })
            }
            ReadValue::Operand(operand) => {
                let known = eval::value(operand, self, None);
                let place = self.witness_of(operand).or_else(why);
                (known != Known::Unknown).then_some(Reading { known, place })
            }
            ReadValue::Cell(cell) => self.cell(cell, ty),
        }
    }

    /// Reads a cell of some rows.
    fn cell(&self, cell: &CellOf, ty: &Type) -> Option<Reading> {
        let (id, in_all_tickets) = match cell.rows {
            RowsOf::Records { id, in_all_tickets } => (id, in_all_tickets),
            RowsOf::Fact(table) => return self.cell_of_fact(cell, table, ty),
        };
        let selected = self.select(id, in_all_tickets)?;
        let columns = &self.pack.records[id].columns;
        let of = columns.get(cell.column).map(|column| &column.ty)?;
        let rows = &selected.rows.rows;
        let mut complete = selected.rows.complete;
        let mut counted = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            match cell.filter.as_ref().map_or(Some(true), |filter| eval::holds_of(filter, self, row)) {
                Some(true) if row.get(cell.column).is_some_and(|known| *known != Known::Unknown) => {
                    counted.push(at);
                }
                Some(false) => {}
                Some(true) | None => complete = false,
            }
        }
        let at = match cell.pick {
            None => counted.first().copied(),
            Some(pick @ (Pick::First | Pick::Last)) => picked(&counted, rows, columns, pick),
            Some(pick) => extreme(&counted, rows, cell.column, pick),
        }?;
        let place = self.place_of(id, *selected.at.get(at)?, Some(cell.column));
        let value = match rows.get(at)?.get(cell.column)? {
            Known::Exactly(value) => value.clone(),
            _ => return None,
        };
        let value = match cell.pick {
            Some(Pick::Sum) => sum(&counted, rows, cell.column)?,
            _ => typed(&value, of, ty, cell)?,
        };
        let known = match (cell.pick, &value) {
            // Rows that were not read may be beyond it.
            (Some(pick), Value::Amount(at)) if !complete => bounded(pick, *at, value.clone()),
            _ => Known::Exactly(value),
        };
        Some(Reading { known, place })
    }

    fn cell_of_fact(&self, cell: &CellOf, table: FactId, ty: &Type) -> Option<Reading> {
        let Type::Table(columns) = &self.pack.facts[table].ty else { return None };
        let Known::Rows(rows) = self.fact(table) else { return None };
        let of = columns.get(cell.column).map(|column| &column.ty)?;
        let counts = |row: &Row| {
            let counts =
                cell.filter.as_ref().is_none_or(|filter| eval::holds_of(filter, self, row) == Some(true));
            counts && matches!(row.get(cell.column), Some(Known::Exactly(_)))
        };
        let counted: Vec<usize> =
            rows.iter().enumerate().filter(|(_, row)| counts(row)).map(|(at, _)| at).collect();
        let at = match cell.pick {
            None => counted.first().copied(),
            Some(pick @ (Pick::First | Pick::Last)) => picked(&counted, &rows, columns, pick),
            Some(pick) => extreme(&counted, &rows, cell.column, pick),
        }?;
        let Some(Known::Exactly(value)) = rows.get(at)?.get(cell.column) else { return None };
        let value = if cell.pick == Some(Pick::Sum) {
            sum(&counted, &rows, cell.column)?
        } else {
            typed(value, of, ty, cell)?
        };
        Some(Reading { known: Known::Exactly(value), place: None })
    }

    // ------------------------------------------------------------ places

    /// Returns where a condition was seen to hold: the first row that it asks for.
    fn witness(&self, condition: &Condition) -> Option<Place> {
        match &condition.kind {
            ConditionKind::Rows { table: RowsOf::Records { id, in_all_tickets }, every, filter } => {
                let selected = self.select(*id, *in_all_tickets)?;
                let holds = |row: &Row| *every || eval::holds_of(filter, self, row) == Some(true);
                let at = selected.rows.rows.iter().position(holds)?;
                self.place_of(*id, *selected.at.get(at)?, column_of(filter))
            }
            ConditionKind::AllSame { table: RowsOf::Records { id, in_all_tickets }, column, .. } => {
                let selected = self.select(*id, *in_all_tickets)?;
                self.place_of(*id, *selected.at.first()?, Some(*column))
            }
            ConditionKind::Not(inner) => self.witness(inner),
            ConditionKind::And(all) | ConditionKind::Or(all) | ConditionKind::AtLeast(_, all) => {
                let held = all.iter().filter(|one| eval::holds(one, self) == Some(true));
                held.clone().find_map(|one| self.witness(one))
            }
            ConditionKind::Compare(a, _, b) | ConditionKind::Equal(a, b) => {
                self.witness_of(a).or_else(|| self.witness_of(b))
            }
            ConditionKind::Yes(a)
            | ConditionKind::OneOf(a, _)
            | ConditionKind::Has(a, _)
            | ConditionKind::Text(a, _)
            | ConditionKind::InNetwork(a, _)
            | ConditionKind::InColumn(a, ..)
            | ConditionKind::Known(a)
            | ConditionKind::None(a)
            | ConditionKind::Within { time: a, .. } => self.witness_of(a),
            _ => None,
        }
    }

    fn witness_of(&self, operand: &Operand) -> Option<Place> {
        match &operand.kind {
            OperandKind::Count(count) => {
                let RowsOf::Records { id, in_all_tickets } = count.table else { return None };
                let selected = self.select(id, in_all_tickets)?;
                let counts = |row: &Row| {
                    count.filter.as_ref().is_none_or(|filter| eval::holds_of(filter, self, row) == Some(true))
                };
                let at = selected.rows.rows.iter().position(counts)?;
                self.place_of(id, *selected.at.get(at)?, None)
            }
            OperandKind::Cell(RowsOf::Records { id, in_all_tickets }, column) => {
                let selected = self.select(*id, *in_all_tickets)?;
                self.place_of(*id, *selected.at.first()?, Some(*column))
            }
            OperandKind::Fact(id) => {
                self.read.borrow().first.get(id).and_then(|reading| reading.place.clone())
            }
            OperandKind::Arithmetic(a, _, b) => self.witness_of(a).or_else(|| self.witness_of(b)),
            _ => None,
        }
    }
}

/// Returns rows of a table as conditions see them.
fn seen(table: &Table, at: Vec<usize>, complete: bool) -> Selected {
    let known = |row: &crate::records::Row| -> Row {
        let cell = |at: usize| row.cell(at).map_or(Known::Unknown, |cell| Known::Exactly(cell.value.clone()));
        (0..table.columns.len()).map(cell).collect()
    };
    let rows = at.iter().filter_map(|at| table.rows.get(*at)).map(known).collect();
    Selected { at, rows: Arc::new(Rows { rows, complete: complete || table.complete }) }
}

/// Whether a line of `read` counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    Yes,
    No,
    /// Nobody can tell.
    Perhaps,
}

impl eval::World for World<'_> {
    fn fact(&self, id: FactId) -> Known {
        let fact = &self.pack.facts[id];
        match self.by_hand.recorded.get(&id) {
            // Unsure is not read from.
            Some(recorded) if recorded.sure.is_some() => return Known::Unknown,
            Some(recorded) if recorded.known != Known::Unknown => return recorded.known.clone(),
            _ => {}
        }
        match &fact.definition {
            Some(definition) => eval::define(definition, self),
            None if fact.read.is_empty() => Known::Unknown,
            None => self.read(id),
        }
    }

    fn levels(&self, id: SymptomId) -> Levels {
        eval::read(&self.pack.symptoms[id].reading, self)
    }

    fn records(&self, id: RecordsId, in_all_tickets: bool) -> Option<Arc<Rows>> {
        let selected = self.select(id, in_all_tickets);
        if !self.closed {
            return selected.map(|selected| Arc::clone(&selected.rows));
        }
        let rows = selected.map_or(Vec::new(), |selected| selected.rows.rows.clone());
        Some(Arc::new(Rows { rows, complete: true }))
    }
}

/// Returns the first column that a condition about a row reads.
fn column_of(filter: &Condition) -> Option<usize> {
    let mut column = None;
    filter.visit(&mut |_| (), &mut |operand| {
        if let OperandKind::Column(at) = operand.kind {
            column = column.or(Some(at));
        }
    });
    column
}

/// Returns the first or last of some rows, by the table's times where all have one that can be compared, else by place.
fn picked(kept: &[usize], rows: &[Row], columns: &[Column], pick: Pick) -> Option<usize> {
    let ordered = by_time(kept, rows, columns).unwrap_or_else(|| kept.to_vec());
    if pick == Pick::First { ordered.first().copied() } else { ordered.last().copied() }
}

/// Sorts rows by their times; none where one has none, or two cannot be compared.
fn by_time(kept: &[usize], rows: &[Row], columns: &[Column]) -> Option<Vec<usize>> {
    let column = time_column(columns)?;
    let time = |at: &usize| match rows.get(*at)?.get(column)? {
        Known::Exactly(Value::Amount(Amount::Instant(nanos))) => Some((false, *nanos)),
        Known::Exactly(Value::Amount(Amount::Civil(nanos))) => Some((true, *nanos)),
        _ => None,
    };
    let mut timed = kept.iter().map(|at| Some((time(at)?, *at))).collect::<Option<Vec<_>>>()?;
    let first = timed.first()?.0.0;
    if timed.iter().any(|((civil, _), _)| *civil != first) {
        return None;
    }
    timed.sort_unstable();
    Some(timed.into_iter().map(|(_, at)| at).collect())
}

/// Returns the first or last row of each value of a column, in the order of the values' first rows; rows without one are left out.
fn one_of_each(kept: &[usize], rows: &[Row], columns: &[Column], column: usize, pick: Pick) -> Vec<usize> {
    let mut groups: Vec<(&Value, Vec<usize>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let ty = columns.get(column).map_or(&Type::Text, |column| &column.ty);
    for at in kept {
        let Some(Known::Exactly(value)) = rows.get(*at).and_then(|row| row.get(column)) else { continue };
        let key = crate::letters::alike(&write_value(value, ty));
        let group = *places.entry(key).or_insert_with(|| {
            groups.push((value, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, group)) = groups.get_mut(group) {
            group.push(*at);
        }
    }
    groups.iter().filter_map(|(_, group)| picked(group, rows, columns, pick)).collect()
}

/// Returns the row of the least or greatest value; of a sum, the last that counts.
fn extreme(counted: &[usize], rows: &[Row], column: usize, pick: Pick) -> Option<usize> {
    let amount = |at: usize| match rows.get(at)?.get(column)? {
        Known::Exactly(Value::Amount(amount)) => Some(*amount),
        _ => None,
    };
    let mut found: Option<(Amount, usize)> = None;
    for at in counted {
        let Some(amount) = amount(*at) else { continue };
        let beyond = match &found {
            None => true,
            Some((most, _)) => match (pick, amount.order(*most)) {
                (Pick::Least, Some(order)) => order.is_lt(),
                (Pick::Greatest, Some(order)) => order.is_gt(),
                (Pick::Sum, _) => true,
                _ => false,
            },
        };
        if beyond {
            found = Some((amount, *at));
        }
    }
    found.map(|(_, at)| at)
}

fn sum(counted: &[usize], rows: &[Row], column: usize) -> Option<Value> {
    let mut total: Option<Amount> = None;
    for at in counted {
        let Some(Known::Exactly(Value::Amount(amount))) = rows.get(*at).and_then(|row| row.get(column))
        else {
            continue;
        };
        total = Some(match total {
            None => *amount,
            Some(sum) => sum.compute(crate::syntax::ast::Operator::Plus, *amount)?,
        });
    }
    total.map(Value::Amount)
}

/// Returns what is known of the least, greatest or sum of rows of which there may be more.
fn bounded(pick: Pick, at: Amount, value: Value) -> Known {
    let bound = Some(Bound { at, open: false });
    match pick {
        Pick::Greatest | Pick::Sum => Known::Within(Range { low: bound, high: None }),
        Pick::Least => Known::Within(Range { low: None, high: bound }),
        Pick::First | Pick::Last => Known::Exactly(value),
    }
}

/// Returns a cell as a value of a fact.
fn typed(value: &Value, of: &Type, ty: &Type, cell: &CellOf) -> Option<Value> {
    let captured = match (&cell.matching, value) {
        (Some(pattern), Value::Text(text) | Value::Domain(text)) => {
            let found = pattern.captures(text)?;
            found.get(1).or_else(|| found.get(0))?.as_str().to_owned()
        }
        (Some(_), _) => return None,
        (None, value) if of == ty && !matches!(ty, Type::OneOf(_)) => return Some(value.clone()),
        (None, value) => write_value(value, of),
    };
    evidence::typed(&captured, ty)
}

/// Returns what is known of a value that is one of two.
fn one_of(known: Known, other: &Known) -> Option<Known> {
    if known == *other {
        return Some(known);
    }
    match (&known, other) {
        (Known::Exactly(Value::Choice(a)), Known::Exactly(Value::Choice(b))) => {
            Some(Known::possible(BTreeSet::from([*a, *b])))
        }
        (Known::Possible(all), Known::Exactly(Value::Choice(b))) => {
            Some(Known::possible(all.iter().copied().chain([*b]).collect()))
        }
        (Known::Exactly(Value::Amount(a)), Known::Exactly(Value::Amount(b))) => match a.order(*b)? {
            std::cmp::Ordering::Greater => Some(Known::between(*b, *a)),
            _ => Some(Known::between(*a, *b)),
        },
        _ => None,
    }
}
