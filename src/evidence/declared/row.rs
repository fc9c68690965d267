//! The rows of a declared table, from the texts of its cells.

use std::borrow::Cow;

use super::Declared;
use super::cell::Reading;
use crate::evidence::Options;
use crate::number::count;
use crate::records::{At, Cell, Sink};
use crate::value::{Column, Type, Value};

/// What stands in a cell.
pub(super) enum Found<'t> {
    /// This.
    Text(Cow<'t, str>, At),
    /// Nothing, though the record has a place for it.
    Nothing,
    /// The artefact has no place for it.
    NoPlace,
}

/// The rows of a declared table in one artefact.
pub(super) struct Rows<'d> {
    pub(super) declared: &'d Declared,
    cells: Vec<Reading<'d>>,
    /// Of each column, the cells that do not read.
    wrong: Vec<Option<Wrong>>,
    /// Whether the artefact holds this table, even without a row.
    pub(super) is_told: bool,
}

struct Wrong {
    cells: usize,
    example: String,
    line: u32,
}

impl<'d> Rows<'d> {
    pub(super) fn new(declared: &'d Declared, options: &'d Options, is_told: bool) -> Self {
        let cells: Vec<_> = declared.columns.iter().map(|column| Reading::new(column, options)).collect();
        let wrong = cells.iter().map(|_| None).collect();
        Self { declared, cells, wrong, is_told }
    }

    /// Returns from where a column is read: names of groups, of fields and columns, or paths.
    pub(super) fn sources(&self, column: usize) -> &'d [String] {
        let column = self.declared.columns.get(column);
        match column {
            Some(column) if column.from.is_empty() => std::slice::from_ref(&column.name),
            Some(column) => &column.from,
            None => &[],
        }
    }

    /// Returns how many columns there are.
    pub(super) fn columns(&self) -> usize {
        self.declared.columns.len()
    }

    /// Adds a record, whose cells are found by their columns. Where the table is complete, a cell in which nothing stands is none.
    pub(super) fn push<'t>(&mut self, at: At, mut find: impl FnMut(usize) -> Found<'t>, out: &mut Sink<'_>) {
        let mut cells = Vec::with_capacity(self.columns());
        for column in 0..self.columns() {
            cells.push(match find(column) {
                Found::Text(text, at) if !text.trim().is_empty() => self.cell(column, text.trim(), at),
                Found::Text(..) | Found::Nothing => self.none(column, &at),
                Found::NoPlace => None,
            });
        }
        self.known(out);
        let declared = self.declared;
        out.row(&declared.name, || columns(declared), at, cells);
    }

    fn cell(&mut self, column: usize, text: &str, at: At) -> Option<Cell> {
        let reading = self.cells.get_mut(column)?;
        if let Some(value) = reading.read(text) {
            return Some(Cell { value, at });
        }
        let example = || crate::value::scalar::short(text);
        let wrong = self.wrong.get_mut(column)?;
        wrong.get_or_insert_with(|| Wrong { cells: 0, example: example(), line: at.line }).cells += 1;
        None
    }

    fn none(&self, column: usize, at: &At) -> Option<Cell> {
        let ty = self.declared.columns.get(column).map(|column| &column.ty);
        let may_be = self.declared.complete && !matches!(ty, Some(Type::YesNo | Type::SomeOf(_)));
        may_be.then(|| Cell { value: Value::None, at: at.clone() })
    }

    /// Says that the artefact holds this table.
    pub(super) fn known(&self, out: &mut Sink<'_>) {
        let declared = self.declared;
        out.known(&declared.name, || columns(declared), declared.complete);
    }

    /// Says at the end which cells do not read.
    pub(super) fn end(&mut self, out: &mut Sink<'_>) {
        if self.is_told {
            self.known(out);
        }
        for ((column, wrong), reading) in self.declared.columns.iter().zip(&self.wrong).zip(&self.cells) {
            if let Some(note) = reading.note() {
                out.note(format!("{}, column {}: {note}", self.declared.name, column.name), None);
            }
            let Some(wrong) = wrong else { continue };
            let cells = count(wrong.cells, "cell is", "cells are");
            let note = format!(
                "{}, column {}: {cells} not {}, such as `{}`",
                self.declared.name,
                column.name,
                crate::value::expects(&column.ty),
                wrong.example
            );
            out.note(note, Some(wrong.line));
        }
    }
}

/// Returns the columns of a declared table.
pub(super) fn columns(declared: &Declared) -> Vec<Column> {
    let columns = declared.columns.iter();
    columns.map(|column| Column { name: column.name.clone(), ty: column.ty.clone() }).collect()
}
