//! What is written about the facts of a pack: the list, the file to fill in, the schema for editors.

use std::path::{Path, PathBuf};

use ruleout::document::tree::{self, Format, Kind, Limits, Node};
use ruleout::facts::recorded::{self, Facts};
use ruleout::markup::for_terminal;
use ruleout::render::{facts, schema, template};
use ruleout::source::{Source, SourceId, Sources};
use serde_json::{Value, json};

use crate::support::data::{folders, is_fact_file};
use crate::support::pack::Pack;
use crate::support::snapshot::snapshot;

fn packs() -> Vec<(PathBuf, Pack)> {
    let all = folders(Path::new("rules")).into_iter();
    all.map(|name| (Path::new("rules").join(&name), Pack::of_rules(&name))).collect()
}

/// Reads facts, which must be without problems.
fn read(pack: &mut Pack, text: &str, format: Format) -> Facts {
    let (facts, problems) = pack.read(&format!("facts.{}", format.name()), text);
    assert!(problems.is_empty(), "{problems:#?}\n{text}");
    facts
}

/// Takes the sign away from every line that is to be filled in.
fn filled(text: &str, sign: &str) -> String {
    let line = |line: &str| match line.strip_prefix(sign) {
        Some(rest) if !rest.is_empty() && !rest.starts_with(' ') => rest.to_owned(),
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// What stands on a terminal, without colour.
fn shown(text: &str) -> String {
    anstream::adapter::strip_str(&for_terminal(text)).to_string()
}

#[test]
fn a_file_to_fill_in_says_nothing_until_it_is_filled_in() {
    for (folder, mut pack) in packs() {
        for (format, sign) in [(Format::Yaml, "#"), (Format::Toml, "#"), (Format::Ron, "//")] {
            let text = template::template(&pack.graph.pack, format).unwrap();
            assert_eq!(read(&mut pack, &text, format), Facts::default());
            let facts = read(&mut pack, &filled(&text, sign), format);
            assert_eq!(facts.recorded.len(), pack.graph.pack.facts.len(), "{} {format:?}", folder.display());
            assert_eq!(facts.tried.len(), pack.graph.pack.fixes.len().min(1));
        }
        assert_eq!(template::template(&pack.graph.pack, Format::Json), None);
    }
}

#[test]
fn the_list_and_the_file_of_a_small_pack() {
    let Pack { graph, .. } = Pack::of_rules("printer");
    snapshot("facts_list", &shown(&facts::text(&graph, true, 80)));
    snapshot("facts_template", &template::template(&graph.pack, Format::Yaml).unwrap());
}

#[test]
fn lists_name_every_fact_within_the_page() {
    for (_, Pack { graph, .. }) in packs() {
        let list = shown(&facts::text(&graph, true, 80));
        let wide: Vec<&str> = list.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "{wide:#?}");
        let listed: Value = serde_json::from_str(&facts::json(&graph)).unwrap();
        let places = listed["visits"].as_array().unwrap();
        let mut names: Vec<&str> = places
            .iter()
            .flat_map(|p| p["facts"].as_array().unwrap())
            .map(|f| f["name"].as_str().unwrap())
            .collect();
        names.sort_unstable();
        let mut all: Vec<&str> = graph.pack.facts.iter().map(|fact| fact.name.value.as_str()).collect();
        all.sort_unstable();
        assert_eq!(names, all);
    }
}

/// As an editor sees a fact file: the JSON that it stands for.
fn as_json(node: &Node) -> Value {
    match &node.kind {
        Kind::Empty => Value::Null,
        Kind::Scalar { text, quoted: false } => match serde_json::from_str::<Value>(text) {
            Ok(value @ (Value::Bool(_) | Value::Number(_))) => value,
            _ => json!(text),
        },
        Kind::Scalar { text, .. } => json!(text),
        Kind::List(nodes) => nodes.iter().map(as_json).collect(),
        Kind::Map(entries) => {
            Value::Object(entries.iter().map(|e| (e.key.value.clone(), as_json(&e.value))).collect())
        }
    }
}

fn tree_of(text: &str, format: Format) -> Value {
    let (node, problems) = tree::read(SourceId::default(), text, format, &Limits::default());
    assert!(problems.is_empty(), "{problems:#?}");
    as_json(&node.unwrap())
}

#[test]
fn the_schema_takes_all_cases_and_the_filled_file() {
    for (folder, Pack { graph, .. }) in packs() {
        let schema: Value = serde_json::from_str(&schema::schema(&graph.pack)).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        for entry in std::fs::read_dir(folder.join("cases")).unwrap() {
            let path = entry.unwrap().path();
            let Some(format) = Format::of_path(path.to_str().unwrap()).filter(|_| is_fact_file(&path)) else {
                continue;
            };
            let case = tree_of(&std::fs::read_to_string(&path).unwrap(), format);
            let errors: Vec<String> =
                validator.iter_errors(&case).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
        }
        let text = filled(&template::template(&graph.pack, Format::Yaml).unwrap(), "#");
        assert!(validator.is_valid(&tree_of(&text, Format::Yaml)));
    }
}

#[test]
fn the_schema_and_the_reader_agree() {
    let Pack { graph, .. } = Pack::of_rules("mailflow");
    let schema: Value = serde_json::from_str(&schema::schema(&graph.pack)).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let both = |text: &str| {
        let mut sources = Sources::default();
        let id = sources.add(Source::new("facts.yaml", text));
        let (node, _) = tree::read(id, text, Format::Yaml, &Limits::default());
        let node = node.unwrap();
        let (_, problems) = recorded::read(&graph.pack, &sources, id, &node);
        (validator.is_valid(&as_json(&node)), problems.is_empty())
    };
    for good in [
        "{}",
        "impact.users: { is: one, sure: usually }",
        "impact: { users: { not: [one, some] } }",
        "impact: { users: { is: { not: all }, sure: 80 % } }",
        "log: { received_at: 2026-03-03T09:14:20Z, has_message: not available }",
        "delivery.delay: \"> 5 min\"",
        "delivery: { delay: \"5 min .. 15 min\" }",
        "delivery.delay: 7 min 45 s",
        "message.size: none",
        "problem.kind: delayed",
        "problem.kind: [delayed, missing]",
        "rejection.code: 550",
        "rejection.code: 500 .. 599",
        "rejection: { text: none, status: 5.7 }",
        "users: [{ address: a@b, affected: yes }, { affected: ~ }]",
        "users: none",
        "tried: { wait_for_scan: still_broken }",
        "tried.wait_for_scan: still_broken",
        "time_zone: Europe/Berlin",
        "$schema: mailflow.schema.json",
        "expect: { first: unlisted, because: so }",
        "sandbox.enabled: true",
        "sandbox.enabled: ~",
    ] {
        assert_eq!(both(good), (true, true), "{good}");
    }
    for bad in [
        "impact.user: one",
        "impact: { user: one }",
        "impact.users: two",
        "impact.users: { is: one, shure: usually }",
        "impact.users: { is: one, sure: rarely }",
        "delivery.delay: 5",
        "delivery.delay: soon",
        "delivery.delay: { sure: usually }",
        "sandbox.enabled: none",
        "sandbox.enabled: maybe",
        "problem.kind: [late]",
        "rejection.code: many",
        "users: [{ adress: a }]",
        "users: { address: a }",
        "tried: { wait_for_scan: solved }",
        "tried: { wait_for_scans: still_broken }",
        "log: 5",
    ] {
        assert_eq!(both(bad), (false, false), "{bad}");
    }
}
