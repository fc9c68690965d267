//! What is written for programs: the text of it, the parts that several texts share, and their JSON Schema.
//!
//! In: a structure that is serialised. Out: JSON; and, from the same structure, the schema (draft 2020-12) that every such text
//! fits, so that the two cannot differ. The comments of structures and members are the descriptions. Members may be added, so
//! none is forbidden; all that are described are there.
//!
//! Source: *JSON Schema: A Media Type for Describing JSON Documents*, draft 2020-12.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::source;

/// A structure as JSON, with a line break at its end.
pub fn json(written: &impl Serialize) -> String {
    serde_json::to_string_pretty(written).unwrap_or_default() + "\n"
}

/// The schema of what `command` writes: that of a structure, under a name.
pub fn schema<T: JsonSchema>(name: &str, command: &str) -> String {
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

/// The version of what is written: where members are added it stays as it is.
#[derive(Debug, Clone, Copy)]
pub struct Version<const N: u32>;

impl<const N: u32> Serialize for Version<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(N)
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
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(rename = "pack")]
pub struct Pack<'a> {
    /// Its name, as `pack.ron` says it.
    pub name: &'a str,
    /// Its version, likewise; empty where it says none.
    pub version: &'a str,
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "place")]
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
