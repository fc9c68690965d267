//! Where readers put what they find.

use super::{
    ArtefactId, At, Cell, Limits, NOTES_SHOWN, Note, Read, Records, Row, Table, TableSpec, UNREAD_SHOWN,
};
use crate::number::Number;
use crate::value::address;
use crate::value::{Amount, Column, Value};

/// A row under way.
#[derive(Debug, Clone)]
pub struct Draft {
    spec: &'static TableSpec,
    at: At,
    cells: Vec<Option<Cell>>,
}

impl Draft {
    /// Begins a row of a table; `at` is the line that says the most of it.
    pub fn new(spec: &'static TableSpec, at: At) -> Self {
        Self { spec, at, cells: spec.columns.iter().map(|_| None).collect() }
    }

    /// Sets a cell. A column that the table does not have is a mistake of the reader, which its tests find.
    pub fn set(&mut self, column: &str, value: Value, at: &At) {
        let place = self.spec.column(column);
        debug_assert!(place.is_some(), "{} has no column `{column}`", self.spec.name);
        if let Some(cell) = place.and_then(|place| self.cells.get_mut(place)) {
            *cell = Some(Cell { value, at: at.clone() });
        }
    }

    /// Sets a text; an empty one says nothing.
    pub fn text(&mut self, column: &str, text: &str, at: &At) {
        if !text.trim().is_empty() {
            self.set(column, Value::Text(text.trim().to_owned()), at);
        }
    }

    /// Sets a domain name; what is none is left out.
    pub fn domain(&mut self, column: &str, name: &str, at: &At) {
        if let Ok(name) = address::domain(name.trim()) {
            self.set(column, Value::Domain(name), at);
        }
    }

    /// Sets an address; what is none is left out. `[IPv6:2001:db8::1]` and `[192.0.2.1]` are read too.
    pub fn ip(&mut self, column: &str, text: &str, at: &At) {
        let bare = text.trim().trim_start_matches('[').trim_end_matches(']');
        let bare = bare.strip_prefix("IPv6:").or_else(|| bare.strip_prefix("ipv6:")).unwrap_or(bare);
        if let Ok(address) = bare.parse::<std::net::IpAddr>() {
            self.set(column, Value::Ip(address.to_canonical()), at);
        }
    }

    /// Sets a whole number, or a size in bytes.
    pub fn whole(&mut self, column: &str, number: i128, at: &At) {
        self.set(column, Value::Amount(Amount::Number(Number::whole(number))), at);
    }

    /// Sets a number as it is written; what is none is left out.
    pub fn number(&mut self, column: &str, text: &str, at: &At) {
        if let Ok(number) = Number::parse(text.trim()) {
            self.set(column, Value::Amount(Amount::Number(number)), at);
        }
    }

    /// Sets a choice by its word; a word that the column does not know is a mistake of the reader.
    pub fn choice(&mut self, column: &str, word: &str, at: &At) {
        let spec = self.spec.columns.iter().find(|spec| spec.name == column).map(|spec| spec.ty);
        let choice = match spec {
            Some(super::ColumnType::OneOf(words)) => words.iter().position(|one| *one == word),
            _ => None,
        };
        debug_assert!(choice.is_some(), "`{column}` of {} is never `{word}`", self.spec.name);
        if let Some(choice) = choice {
            self.set(column, Value::Choice(choice), at);
        }
    }

    /// Sets yes or no.
    pub fn yes_no(&mut self, column: &str, yes: bool, at: &At) {
        self.set(column, Value::YesNo(yes), at);
    }

    /// Sets a point in time.
    pub fn time(&mut self, column: &str, time: Amount, at: &At) {
        self.set(column, Value::Amount(time), at);
    }

    /// Sets a length of time, in nanoseconds.
    pub fn duration(&mut self, column: &str, nanos: i128, at: &At) {
        self.set(column, Value::Amount(Amount::Nanos(nanos)), at);
    }
}

/// Takes in the rows of one artefact.
#[derive(Debug)]
pub struct Sink<'r> {
    records: &'r mut Records,
    artefact: ArtefactId,
    limits: Limits,
    /// The one table whose rows are wanted; none for all.
    only: Option<String>,
}

impl<'r> Sink<'r> {
    /// Begins to take in the rows of an artefact.
    pub fn new(records: &'r mut Records, artefact: ArtefactId, limits: Limits) -> Self {
        Self { records, artefact, limits, only: None }
    }

    /// Takes in the rows of one table only.
    #[must_use]
    pub fn only(self, table: Option<String>) -> Self {
        Self { only: table, ..self }
    }

    fn wants(&self, table: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == table)
    }

    /// Returns the limits of this run.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Adds a row of a reader's own table.
    pub fn push(&mut self, draft: Draft) {
        let Draft { spec, at, cells } = draft;
        self.row(spec.name, || spec.typed(), at, cells);
    }

    /// Adds a row of a table; `columns` says what its columns are, where it is the first one. The row's cells stand in the order of
    /// the columns.
    pub fn row(
        &mut self,
        table: &str,
        columns: impl FnOnce() -> Vec<Column>,
        at: At,
        cells: Vec<Option<Cell>>,
    ) {
        if !self.wants(table) {
            return;
        }
        let into = self.table(table, columns);
        if into.rows.len() >= self.limits.rows {
            let into = self.records.tables.get_mut(table);
            into.into_iter().for_each(|into| into.beyond += 1);
            return;
        }
        let cells = (0..).zip(cells).filter_map(|(at, cell)| Some((at, cell?))).collect();
        let row = Row { artefact: self.artefact, at, cells };
        if let Some(into) = self.records.tables.get_mut(table) {
            into.rows.push(row);
        }
        if let Some(read) = self.artefact().and_then(|artefact| artefact.read.get_mut(table)) {
            read.rows += 1;
        }
    }

    /// Says that a reader knows this artefact, with or without a row for its table, and whether the artefact holds all that
    /// there is to say.
    pub fn recognised(&mut self, spec: &'static TableSpec, complete: bool) {
        self.known(spec.name, || spec.typed(), complete);
    }

    /// Says the same of a table of any name.
    pub fn known(&mut self, table: &str, columns: impl FnOnce() -> Vec<Column>, complete: bool) {
        if !self.wants(table) {
            return;
        }
        self.table(table, columns);
        if let Some(read) = self.artefact().and_then(|artefact| artefact.read.get_mut(table)) {
            read.complete = complete;
        }
    }

    fn table(&mut self, table: &str, columns: impl FnOnce() -> Vec<Column>) -> &mut Table {
        if let Some(artefact) = self.artefact()
            && !artefact.read.contains_key(table)
        {
            artefact.read.insert(table.to_owned(), Read { rows: 0, complete: false });
        }
        if !self.records.tables.contains_key(table) {
            let made = Table { columns: columns(), ..Table::default() };
            self.records.tables.insert(table.to_owned(), made);
        }
        self.records.tables.entry(table.to_owned()).or_default()
    }

    /// Says what must not be passed over.
    pub fn note(&mut self, text: impl Into<String>, line: Option<u32>) {
        let note = Note { text: text.into(), line };
        let Some(artefact) = self.artefact() else { return };
        match artefact.notes.len() {
            most if most > NOTES_SHOWN => {}
            NOTES_SHOWN => artefact.notes.push(Note { text: "there is more to note".to_owned(), line: None }),
            _ if artefact.notes.contains(&note) => {}
            _ => artefact.notes.push(note),
        }
    }

    /// Says that something of the artefact is not read: it does not hold all that there is to say.
    pub fn cut(&mut self, text: impl Into<String>, line: Option<u32>) {
        self.note(text, line);
        if let Some(artefact) = self.artefact() {
            artefact.is_cut = true;
        }
    }

    /// Counts a line that no reader makes anything of.
    pub fn unread(&mut self, line: u32, text: &str) {
        let Some(artefact) = self.artefact().filter(|_| !text.trim().is_empty()) else { return };
        artefact.unread.lines += 1;
        if artefact.unread.first.len() < UNREAD_SHOWN {
            artefact.unread.first.push(At::new(line, text));
        }
    }

    /// Returns the artefact that is being read.
    pub fn artefact(&mut self) -> Option<&mut super::Artefact> {
        self.records.artefacts.get_mut(self.artefact.0 as usize)
    }
}
