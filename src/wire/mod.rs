//! What is written for programs: one file per output with its structures, and their JSON Schema.
//!
//! In: a structure of one of these files. Out: JSON; and, from the same structure, the schema (draft 2020-12) that every such text
//! fits, so that the two cannot differ. The comments of structures and members are the descriptions. Members may be added, so
//! none is forbidden; all that are described are there. The structures are owned and can be read back, so that a program in Rust
//! reads an answer with `serde_json` into the very types that it was written from.
//!
//! In all of them `minutes` are hands-on minutes, a name that ends in another word for time (`waits`, `resolved_in`, `saves`) counts
//! minutes too, and what is not known is null.
//!
//! Source: *JSON Schema: A Media Type for Describing JSON Documents*, draft 2020-12.

pub mod ask_answers;
pub mod ask_message;
pub mod check;
pub mod diagnose;
pub mod evidence;
pub mod facts;
pub mod graph;
pub mod test;
pub mod usages;
pub mod why_not;

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::markup::escaped_json;
use crate::source;

/// Writes a structure as JSON, with a line break at its end.
pub fn json(written: &impl Serialize) -> String {
    escaped_json(serde_json::to_string_pretty(written).unwrap_or_default() + "\n")
}

/// Writes the schema of what `command` writes: that of a structure, under a name.
fn schema<T: JsonSchema>(name: &str, command: &str) -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(plain);
    let mut derived = settings.into_generator().into_root_schema_for::<T>();
    let derived = std::mem::take(derived.ensure_object());
    let mut schema = Map::new();
    schema.extend(derived.get_key_value("$schema").map(|(key, meta)| (key.clone(), meta.clone())));
    schema.insert("$id".to_owned(), format!("urn:ruleout:schema:{name}:1").into());
    schema.insert("title".to_owned(), command.into());
    schema.extend(derived.into_iter().filter(|(key, _)| key != "title"));
    json(&schema)
}

/// Takes out how numbers are kept in memory and the ends of the lines of comments, and puts first what something is.
fn plain(schema: &mut Schema) {
    if let Some(object) = schema.as_object_mut() {
        object.shift_remove("format");
        if let Some(Value::String(text)) = object.shift_remove("description") {
            object.shift_insert(0, "description".to_owned(), text.replace('\n', " ").into());
        }
    }
    transform_subschemas(&mut plain, schema);
}

/// The version of what is written: where members are added it stays as it is. Another version is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version<const N: u32>;

impl<const N: u32> Serialize for Version<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(N)
    }
}

impl<'de, const N: u32> Deserialize<'de> for Version<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            found if found == N => Ok(Self),
            found => Err(Error::invalid_value(Unexpected::Unsigned(found.into()), &N.to_string().as_str())),
        }
    }
}

impl<const N: u32> JsonSchema for Version<N> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "version".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": N })
    }
}

/// A pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "pack")]
#[non_exhaustive]
pub struct Pack {
    /// Its name, as `pack.ron` says it.
    pub name: String,
    /// Its version, likewise; empty where it says none.
    pub version: String,
}

impl Pack {
    /// Names a pack.
    pub fn new(name: &str, version: &str) -> Self {
        Self { name: name.to_owned(), version: version.to_owned() }
    }
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "place")]
#[non_exhaustive]
pub struct Place {
    /// The file as it was named, `<stdin>`, or `--set`.
    pub file: String,
    /// The line, from 1.
    #[schemars(range(min = 1))]
    pub line: usize,
    /// The column, from 1, in characters.
    #[schemars(range(min = 1))]
    pub column: usize,
}

impl From<source::Place> for Place {
    fn from(place: source::Place) -> Self {
        Self { file: place.file, line: place.position.line, column: place.position.column }
    }
}

/// How likely something is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "chance")]
#[non_exhaustive]
pub struct Chance {
    /// The probability, from 0 to 1; null unless it is exact.
    #[schemars(range(min = 0, max = 1))]
    pub probability: Option<f64>,
    /// It is certainly not less; where it is exact, the probability.
    #[schemars(range(min = 0, max = 1))]
    pub low: f64,
    /// It is certainly not more; where it is exact, the probability.
    #[schemars(range(min = 0, max = 1))]
    pub high: f64,
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn another_version_is_not_read() {
        assert_eq!(serde_json::from_str::<Version<1>>("1").unwrap(), Version);
        let error = serde_json::from_str::<Version<1>>("2").unwrap_err().to_string();
        assert_eq!(error, "invalid value: integer `2`, expected 1");
    }
}
