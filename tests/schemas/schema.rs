//! A schema, held against the outputs that it describes.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use serde_json::Value;

use super::ruleout;

/// A part of a schema that fits a value: where it stands, and the type that it says.
type Part = (String, String);

/// A schema, and what was seen of it.
pub(super) struct Schema {
    pub(super) root: Value,
    validator: Validator,
    outputs: Vec<Value>,
    /// Each part with the first value that it fits: the output, and where in it.
    seen: BTreeMap<Part, (usize, String)>,
    wrong: BTreeSet<String>,
}

impl Schema {
    pub(super) fn of(name: &str) -> Self {
        let root: Value = serde_json::from_str(&ruleout(&["schema", "--of", name])).unwrap();
        assert_eq!(root["$id"], format!("urn:ruleout:schema:{name}:1"));
        for key in ["title", "description"] {
            assert!(!root[key].as_str().unwrap().is_empty(), "{name}: {key}");
        }
        assert!(!root.to_string().contains("additionalProperties"), "{name}: members may be added");
        let meta = jsonschema::meta::validate(&root);
        assert!(meta.is_ok(), "{name}: {meta:?}");
        let validator = jsonschema::draft202012::new(&root).unwrap();
        Self { root, validator, outputs: Vec::new(), seen: BTreeMap::new(), wrong: BTreeSet::new() }
    }

    pub(super) fn take(&mut self, what: &str, text: &str) {
        let value: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{what}: {e}\n{text}"));
        let errors =
            self.validator.iter_errors(&value).map(|e| format!("{what}: {}: {e}", e.instance_path()));
        self.wrong.extend(errors);
        let (mut seen, mut wrong) = (BTreeMap::new(), BTreeSet::new());
        Walk { root: &self.root, seen: &mut seen, wrong: &mut wrong }.value("", &value, "");
        self.wrong.extend(wrong);
        let mut new = false;
        for (part, at) in seen {
            self.seen.entry(part).or_insert_with(|| {
                new = true;
                (self.outputs.len(), at)
            });
        }
        // Only what shows something new is kept.
        if new {
            self.outputs.push(value);
        }
    }

    /// Whether all of it was seen, and nothing else fits.
    pub(super) fn hold(&mut self) {
        self.hold_but(&[]);
    }

    /// The same; what stands elsewhere need not be seen here.
    pub(super) fn hold_but(&mut self, elsewhere: &[&str]) {
        let mut described = BTreeSet::new();
        parts(&self.root, "", elsewhere, &mut described);
        let seen: BTreeSet<Part> = self.seen.keys().cloned().collect();
        let title = self.root["title"].as_str().unwrap().to_owned();
        self.wrong.extend(described.difference(&seen).map(|part| format!("{title}: never seen: {part:?}")));
        for ((schema, ty), (output, at)) in &self.seen {
            for changed in changes(&self.outputs[*output], at, schema) {
                if self.validator.is_valid(&changed) {
                    self.wrong.insert(format!("{title}: fits all the same: {schema} {ty} {at}"));
                }
            }
        }
        let wrong: Vec<&str> = self.wrong.iter().take(40).map(String::as_str).collect();
        assert!(wrong.is_empty(), "{} wrong\n{}", self.wrong.len(), wrong.join("\n"));
    }
}

/// A schema beside a value that fits it.
struct Walk<'a> {
    root: &'a Value,
    seen: &'a mut BTreeMap<Part, String>,
    wrong: &'a mut BTreeSet<String>,
}

impl Walk<'_> {
    fn value(&mut self, schema: &str, value: &Value, at: &str) {
        let node = self.root.pointer(schema).unwrap();
        if let Some(reference) = node["$ref"].as_str() {
            return self.value(reference.trim_start_matches('#'), value, at);
        }
        if let Some(several) = ["anyOf", "oneOf"].into_iter().find(|several| node[several].is_array()) {
            let branches =
                (0..node[several].as_array().unwrap().len()).map(|at| format!("{schema}/{several}/{at}"));
            let branch = branches.into_iter().find(|branch| fits(self.root, branch, value));
            return branch.into_iter().for_each(|branch| self.value(&branch, value, at));
        }
        for ty in types(node).into_iter().filter(|ty| is(value, ty)) {
            self.seen.entry((schema.to_owned(), ty.to_owned())).or_insert_with(|| at.to_owned());
        }
        for (at_item, item) in value.as_array().into_iter().flatten().enumerate() {
            self.value(&format!("{schema}/items"), item, &format!("{at}/{at_item}"));
        }
        for (name, member) in value.as_object().into_iter().flatten() {
            let inside = format!("{schema}/properties/{name}");
            let described = self.root.pointer(&inside).and_then(|node| node["description"].as_str());
            if described.is_none_or(|text| text.len() < 2) {
                self.wrong.insert(format!("not described: {inside}"));
            } else {
                self.value(&inside, member, &format!("{at}/{name}"));
            }
        }
    }
}

/// The types that a part of a schema allows; `word` where it is one word or number.
fn types(node: &Value) -> Vec<&str> {
    match (&node["const"], &node["type"]) {
        (Value::Null, Value::String(one)) => vec![one],
        (Value::Null, Value::Array(several)) => several.iter().map(|ty| ty.as_str().unwrap()).collect(),
        (Value::Null, _) => Vec::new(),
        _ => vec!["word"],
    }
}

fn is(value: &Value, ty: &str) -> bool {
    match ty {
        "word" => value.is_string() || value.is_number(),
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => panic!("{ty}"),
    }
}

/// Whether one of several schemas is that of a value: by its word, else by its type.
fn fits(root: &Value, schema: &str, value: &Value) -> bool {
    let node = root.pointer(schema).unwrap();
    match (node["$ref"].as_str(), &node["const"]) {
        (Some(reference), _) => fits(root, reference.trim_start_matches('#'), value),
        (None, Value::Null) if node["oneOf"].is_array() => value.is_string(),
        (None, Value::Null) => types(node).into_iter().any(|ty| is(value, ty)),
        (None, word) => word == value,
    }
}

/// All parts of a schema.
fn parts(root: &Value, schema: &str, elsewhere: &[&str], found: &mut BTreeSet<Part>) {
    if elsewhere.contains(&schema) {
        return;
    }
    let node = root.pointer(schema).unwrap();
    if let Some(reference) = node["$ref"].as_str() {
        let reference = reference.trim_start_matches('#');
        if !found.iter().any(|(at, _)| at == reference) {
            found.insert((reference.to_owned(), String::new()));
            parts(root, reference, elsewhere, found);
            found.remove(&(reference.to_owned(), String::new()));
        }
        return;
    }
    found.extend(types(node).into_iter().map(|ty| (schema.to_owned(), ty.to_owned())));
    for several in ["anyOf", "oneOf"] {
        let branches = node[several].as_array().map_or(0, Vec::len);
        (0..branches)
            .for_each(|branch| parts(root, &format!("{schema}/{several}/{branch}"), elsewhere, found));
    }
    if node["items"].is_object() {
        parts(root, &format!("{schema}/items"), elsewhere, found);
    }
    for name in node["properties"].as_object().into_iter().flat_map(|members| members.keys()) {
        parts(root, &format!("{schema}/properties/{name}"), elsewhere, found);
    }
}

/// An output in which one value is of another type, is another word, or is not there.
fn changes(output: &Value, at: &str, schema: &str) -> Vec<Value> {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut output = output.clone();
        change(&mut output);
        output
    };
    let put = |new: Value| with(&|output| *output.pointer_mut(at).unwrap() = new.clone());
    let value = output.pointer(at).unwrap();
    let mut changed = vec![put(if value.is_boolean() { "yes".into() } else { true.into() })];
    if schema.contains("/oneOf/") {
        changed.push(put("no such word".into()));
    }
    if let Some((parent, member)) = at.rsplit_once('/') {
        let without = |output: &mut Value| {
            if let Some(object) = output.pointer_mut(parent).unwrap().as_object_mut() {
                object.remove(member).unwrap();
            }
        };
        changed.extend(output.pointer(parent).unwrap().is_object().then(|| with(&without)));
    }
    changed
}
