//! Facts and symptoms by name, as an editor asks for them: their shape, values and columns, whether or not the pack is whole.

use std::collections::BTreeMap;

use crate::pack::references::Owner;
use crate::pack::{Pack, Shape};
use crate::value::Type;

/// A fact or symptom as far as it is written.
#[derive(Debug, Clone)]
pub(super) struct Data {
    /// The shape of a symptom; none of a fact.
    pub(super) shape: Option<Shape>,
    /// Its values, levels or kinds, in the order in which they are written.
    values: Vec<String>,
    /// Its columns, each with its values.
    pub(super) columns: BTreeMap<String, Vec<String>>,
}

/// The facts and symptoms of a pack.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// All of them, by name.
    pub(super) data: BTreeMap<String, Data>,
}

impl Names {
    /// Enters the facts and symptoms of a pack.
    pub(super) fn of(pack: &Pack) -> Self {
        let facts = pack.facts.iter().map(|fact| {
            let columns = match &fact.ty {
                Type::Table(columns) => columns.iter().map(|c| (c.name.clone(), values(&c.ty))).collect(),
                _ => BTreeMap::new(),
            };
            (&fact.name.value, Data { shape: None, values: values(&fact.ty), columns })
        });
        let symptoms = pack.symptoms.iter().map(|symptom| {
            let levels = symptom.reading.levels.iter().map(|level| level.name.clone());
            let values = match symptom.reading.shape {
                Shape::YesNo => Vec::new(),
                Shape::Levels => levels.collect(),
                Shape::Kinds => levels.rev().collect(),
            };
            let shape = Some(symptom.reading.shape);
            (&symptom.name.value, Data { shape, values, columns: BTreeMap::new() })
        });
        let mut data = BTreeMap::new();
        facts.chain(symptoms).for_each(|(name, one)| _ = data.entry(name.clone()).or_insert(one));
        Self { data }
    }

    /// Returns the values, levels or kinds of something.
    pub(super) fn values(&self, owner: &Owner) -> &[String] {
        let values = match owner {
            Owner::Data(name) => self.data.get(name).map(|data| &data.values),
            Owner::Column(table, column) => self.data.get(table).and_then(|table| table.columns.get(column)),
            Owner::Nobody => None,
        };
        values.map_or(&[], Vec::as_slice)
    }

    /// Returns whether a name is that of a fact, and not of a symptom.
    pub(super) fn is_fact(&self, name: &str) -> bool {
        self.data.get(name).is_some_and(|data| data.shape.is_none())
    }
}

fn values(ty: &Type) -> Vec<String> {
    match ty {
        Type::OneOf(values) | Type::SomeOf(values) => values.clone(),
        _ => Vec::new(),
    }
}
