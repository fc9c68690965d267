//! The JSON Schema of the fact files of a pack, with which an editor completes names and values and marks what is none.
//!
//! It says what the reader of fact files (`facts`) takes, in the usual spelling: `facts` is kinder about capitals, and only
//! `facts` can say that a file records one thing twice or that an amount ends before it begins. Names may be dotted or
//! nested, so a group of names is an object, and every way to cut a name at its dots is a property. YAML and TOML are
//! checked by it as well, as editors do: as the JSON that they stand for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::inventory::title;
use crate::document::tree::Format;
use crate::facts::example::Style;
use crate::facts::recorded::EXPECT;
use crate::pack::{Fact, Pack};
use crate::syntax::ast::Frequency;
use crate::value::unit::units_of;
use crate::value::{Type, expects};

/// The schema of the fact files of a pack.
pub fn schema(pack: &Pack) -> String {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut definitions = Map::new();
    for fact in &pack.facts {
        let definition = format!("fact {}", fact.name.value);
        definitions.insert(format!("value {}", fact.name.value), value(&fact.ty));
        definitions.insert(definition.clone(), of_fact(fact));
        names.insert(fact.name.value.clone(), definition);
    }
    for fix in &pack.fixes {
        names.insert(format!("tried.{}", fix.name.value), "tried".to_owned());
    }
    definitions.insert("tried".to_owned(), tried());
    definitions.insert("sure".to_owned(), sure());
    let mut root = group(&names, "", &mut definitions);
    let about = format!("Facts for {}", title(pack));
    let head = [
        ("$schema", json!("https://json-schema.org/draft/2020-12/schema")),
        ("title", json!(about)),
        (
            "description",
            json!("What was observed in one case. What is not there is unknown; nothing is taken for no."),
        ),
    ];
    let mut schema: Map<String, Value> =
        head.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    if let Some(properties) = root.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(
            "time_zone".to_owned(),
            json!({
                "type": ["string", "null"],
                "description": "The clock of times that are written without an offset.",
                "examples": ["Europe/Berlin", "+01:00"],
            }),
        );
        properties.insert("$schema".to_owned(), json!({ "type": "string" }));
        properties.insert(
            EXPECT.to_owned(),
            json!({
                "type": "object",
                "description": "Of a case of the pack: what its answer must be, for `ruleout test`.",
            }),
        );
    }
    root.insert("patternProperties".to_owned(), json!({ format!("^{EXPECT}\\."): {} }));
    schema.extend(root);
    schema.insert("$defs".to_owned(), Value::Object(definitions));
    crate::wire::json(&Value::Object(schema))
}

/// The object whose properties are the names that begin so, cut at any of their dots.
fn group(
    names: &BTreeMap<String, String>,
    prefix: &str,
    definitions: &mut Map<String, Value>,
) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut keys = BTreeSet::new();
    for name in names.keys() {
        let Some(rest) = name.strip_prefix(prefix) else { continue };
        keys.extend(rest.match_indices('.').filter_map(|(at, _)| rest.get(..at)).chain([rest]));
    }
    for key in keys {
        let path = format!("{prefix}{key}");
        let beneath = format!("{path}.");
        let fact = names.get(&path).map(|definition| reference(definition));
        let below = names.keys().any(|name| name.starts_with(&beneath)).then(|| {
            let definition = format!("group {path}");
            if !definitions.contains_key(&definition) {
                definitions.insert(definition.clone(), Value::Null);
                let mut inside = group(names, &beneath, definitions);
                inside.insert("type".to_owned(), json!(["object", "null"]));
                definitions.insert(definition.clone(), Value::Object(inside));
            }
            reference(&definition)
        });
        let property = match (fact, below) {
            (Some(fact), Some(below)) => json!({ "anyOf": [fact, below] }),
            (fact, below) => fact.or(below).unwrap_or_default(),
        };
        properties.insert(key.to_owned(), property);
    }
    let parts = [
        ("type", json!("object")),
        ("properties", Value::Object(properties)),
        ("additionalProperties", json!(false)),
    ];
    parts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// A pointer to a definition; blanks are escaped, names hold neither `~` nor `/`.
fn reference(definition: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{}", definition.replace(' ', "%20")) })
}

fn of_fact(fact: &Fact) -> Value {
    let style = Style(Some(Format::Json));
    let question = fact.ask.clone().unwrap_or_else(|| format!("Computed: {}.", fact.name.value));
    let value = reference(&format!("value {}", fact.name.value));
    let not = json!({ "anyOf": [value, { "type": "array", "items": value, "minItems": 1 }] });
    let forms = json!([
        value,
        { "const": "not available", "description": "It cannot be found out; it is not asked for again." },
        { "type": "null", "description": "Nobody looked." },
        {
            "type": "object",
            "description": "What it is not.",
            "properties": { "not": not, "sure": { "$ref": "#/$defs/sure" } },
            "required": ["not"],
            "additionalProperties": false,
        },
        {
            "type": "object",
            "description": "What it is, and how sure.",
            "properties": {
                "is": { "anyOf": [value, {
                    "type": "object",
                    "properties": { "not": not },
                    "required": ["not"],
                    "additionalProperties": false,
                }] },
                "sure": { "$ref": "#/$defs/sure" },
            },
            "required": ["is"],
            "additionalProperties": false,
        },
    ]);
    json!({
        "description": format!("{question} ({}, for example {})", expects(&fact.ty), style.example(&fact.ty)),
        "anyOf": forms,
    })
}

/// What a type takes as a whole value, or as bounds.
fn value(ty: &Type) -> Value {
    const NONE: [&str; 2] = ["none", ""];
    match ty {
        Type::YesNo => json!({ "enum": ["yes", "no", true, false] }),
        Type::OneOf(values) => json!({ "enum": with_none(values, &["none"]) }),
        Type::SomeOf(values) => json!({
            "anyOf": [{ "type": "array", "items": { "enum": values } }, { "enum": with_none(values, &NONE) }],
        }),
        Type::Text => json!({ "type": ["string", "number", "boolean"] }),
        Type::Number => json!({ "anyOf": [
            { "type": "number" },
            { "type": "string", "pattern": amount("") },
            { "enum": NONE },
        ] }),
        Type::Percent | Type::Size | Type::Duration => json!({ "anyOf": [
            { "type": "string", "pattern": amount(&units_of(ty)), "examples": [Style(None).example(ty)] },
            { "enum": NONE },
        ] }),
        Type::Time => json!({ "anyOf": [{ "type": "string", "pattern": "[0-9]" }, { "enum": NONE }] }),
        Type::Domain => json!({ "anyOf": [{ "type": "string", "pattern": "^[^@\\s]+$" }, { "enum": NONE }] }),
        Type::Ip => {
            json!({ "anyOf": [{ "type": "string", "pattern": "^[0-9a-fA-F.:]+$" }, { "enum": NONE }] })
        }
        Type::Table(columns) => {
            let cells = columns.iter().map(|column| (column.name.clone(), cell(&column.ty)));
            let row = json!({
                "type": "object",
                "properties": cells.collect::<Map<_, _>>(),
                "additionalProperties": false,
            });
            json!({ "anyOf": [{ "type": "array", "items": row }, { "enum": NONE }] })
        }
    }
}

fn cell(ty: &Type) -> Value {
    let value = value(ty);
    json!({ "anyOf": [
        value,
        { "enum": ["not available", null] },
        {
            "type": "object",
            "properties": { "is": value, "not": { "anyOf": [value, { "type": "array", "items": value }] } },
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": false,
        },
    ] })
}

fn with_none(values: &[String], none: &[&str]) -> Vec<String> {
    let more = none.iter().filter(|word| !values.iter().any(|value| value == *word));
    values.iter().cloned().chain(more.map(|word| (*word).to_owned())).collect()
}

/// An amount, one with a sign of a bound before it, or two with points between them.
fn amount(units: &str) -> String {
    let unit = if units.is_empty() { "" } else { "[^0-9]*[^0-9\\s.]" };
    format!("^\\s*([<>]=?|[\u{2264}\u{2265}])?\\s*[-+P]?[0-9T].*{unit}\\s*$")
}

fn sure() -> Value {
    let words = Frequency::ALL.iter().map(|word| word.word());
    let likely: Vec<&str> = words.take_while(|word| *word != "sometimes").collect();
    json!({ "anyOf": [{ "enum": likely }, { "type": "string", "pattern": "[0-9]" }] })
}

fn tried() -> Value {
    json!({
        "description": "A fix that was tried and left it broken; one that worked ends the ticket.",
        "enum": ["still_broken", null],
    })
}
