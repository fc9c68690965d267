//! What the tables of readers look like, for whoever writes `records … from` in a pack.

use crate::value::{Column, Type};

/// A table that a reader fills.
#[derive(Debug, PartialEq, Eq)]
pub struct TableSpec {
    /// As a pack names it: `mail.deliveries`.
    pub name: &'static str,
    /// What one row is: `an attempt to deliver a message to one recipient`.
    pub row: &'static str,
    /// What it is read from, in plain words.
    pub from: &'static str,
    /// Its columns.
    pub columns: &'static [ColumnSpec],
}

/// A column of such a table.
#[derive(Debug, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Its name.
    pub name: &'static str,
    /// What its cells are.
    pub ty: ColumnType,
    /// What it says, in plain words.
    pub about: &'static str,
}

/// The type of a column, as a constant can say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// `yes/no`
    YesNo,
    /// `one of …`
    OneOf(&'static [&'static str]),
    /// `number`
    Number,
    /// `size`
    Size,
    /// `duration`
    Duration,
    /// `time`
    Time,
    /// `text`
    Text,
    /// `domain`
    Domain,
    /// `ip`
    Ip,
}

impl TableSpec {
    /// Returns the place of a column; none where it has no such column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Returns the columns with the types of the language.
    pub fn typed(&self) -> Vec<Column> {
        let column = |spec: &ColumnSpec| Column { name: spec.name.to_owned(), ty: spec.ty.of_language() };
        self.columns.iter().map(column).collect()
    }
}

impl ColumnType {
    /// Returns it as a type of the language.
    pub fn of_language(self) -> Type {
        match self {
            Self::YesNo => Type::YesNo,
            Self::OneOf(values) => Type::OneOf(values.iter().map(|&value| value.to_owned()).collect()),
            Self::Number => Type::Number,
            Self::Size => Type::Size,
            Self::Duration => Type::Duration,
            Self::Time => Type::Time,
            Self::Text => Type::Text,
            Self::Domain => Type::Domain,
            Self::Ip => Type::Ip,
        }
    }
}
