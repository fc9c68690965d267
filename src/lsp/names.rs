//! What has values or columns, by name, as an editor asks for it: facts, symptoms, and tables of records, those of readers too; whether or
//! not the pack is whole.

use std::collections::BTreeMap;

use crate::evidence;
use crate::pack::references::Owner;
use crate::pack::{Pack, Shape};
use crate::value::{Column, Type};

/// What a name is that of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A fact, recorded or computed.
    Fact,
    /// A symptom.
    Symptom(Shape),
    /// A table of records that the pack declares.
    Records,
    /// A table that a reader of this program fills.
    Reader,
}

/// Something of a name, as far as it is written.
#[derive(Debug, Clone)]
pub(super) struct Data {
    /// What it is.
    pub(super) sort: Sort,
    /// Its values, levels or kinds, in the order in which they are written.
    values: Vec<String>,
    /// Its columns, in their order.
    pub(super) columns: Vec<Column>,
}

/// The names of a pack.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// All of them, by name.
    pub(super) data: BTreeMap<String, Data>,
}

impl Data {
    fn of_columns(sort: Sort, columns: Vec<Column>) -> Self {
        Self { sort, values: Vec::new(), columns }
    }

    /// Returns the type of a column.
    pub(super) fn column(&self, name: &str) -> Option<&Type> {
        self.columns.iter().find(|column| column.name == name).map(|column| &column.ty)
    }

    /// Returns whether a condition may name it: a table of records stands only behind the words that ask for rows.
    pub(super) fn is_said(&self) -> bool {
        matches!(self.sort, Sort::Fact | Sort::Symptom(_))
    }
}

impl Names {
    /// Enters the names of a pack.
    pub(super) fn of(pack: &Pack) -> Self {
        let facts = pack.facts.iter().map(|fact| {
            let columns = match &fact.ty {
                Type::Table(columns) => columns.clone(),
                _ => Vec::new(),
            };
            (fact.name.value.as_str(), Data { sort: Sort::Fact, values: values(&fact.ty).to_vec(), columns })
        });
        let symptoms = pack.symptoms.iter().map(|symptom| {
            let levels = symptom.reading.levels.iter().map(|level| level.name.clone());
            let values = match symptom.reading.shape {
                Shape::YesNo => Vec::new(),
                Shape::Levels => levels.collect(),
                Shape::Kinds => levels.rev().collect(),
            };
            let sort = Sort::Symptom(symptom.reading.shape);
            (symptom.name.value.as_str(), Data { sort, values, columns: Vec::new() })
        });
        let records = pack
            .records
            .iter()
            .map(|table| (table.name.value.as_str(), Data::of_columns(Sort::Records, table.columns.clone())));
        let readers =
            evidence::tables().map(|table| (table.name, Data::of_columns(Sort::Reader, table.typed())));
        let mut data = BTreeMap::new();
        let all = facts.chain(symptoms).chain(records).chain(readers);
        all.for_each(|(name, one)| _ = data.entry(name.to_owned()).or_insert(one));
        Self { data }
    }

    /// Returns the values, levels or kinds of something.
    pub(super) fn values(&self, owner: &Owner) -> &[String] {
        match owner {
            Owner::Data(name) => self.data.get(name).map_or(&[], |data| &data.values),
            Owner::Column(table, column) => {
                self.data.get(table).and_then(|table| table.column(column)).map_or(&[], values)
            }
            Owner::Nobody => &[],
        }
    }

    /// Returns whether a name is that of a fact, and not of a symptom.
    pub(super) fn is_fact(&self, name: &str) -> bool {
        self.data.get(name).is_some_and(|data| data.sort == Sort::Fact)
    }

    /// Returns the tables of records, by name: those of the pack before those of readers.
    pub(super) fn tables(&self) -> impl Iterator<Item = (&str, &Data)> {
        let of = |sort: Sort| {
            let all = self.data.iter().map(|(name, data)| (name.as_str(), data));
            all.filter(move |(_, data)| data.sort == sort)
        };
        of(Sort::Records).chain(of(Sort::Reader))
    }
}

fn values(ty: &Type) -> &[String] {
    match ty {
        Type::OneOf(values) | Type::SomeOf(values) => values,
        _ => &[],
    }
}
