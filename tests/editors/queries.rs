//! The queries: what editors colour.

use std::ops::Range;

use regex::Regex;
use tree_sitter::{Node, Query, QueryCursor, StreamingIterator as _, Tree};

use super::{LANGUAGE, Sample, accepted, grammar, samples, text_of, tree};
use crate::support::data::files;

fn query(path: &str) -> Query {
    let text = std::fs::read_to_string(grammar().join("queries").join(path)).unwrap();
    Query::new(&LANGUAGE, &text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What a query catches: the bytes of each node, and as what.
fn caught(query: &Query, tree: &Tree, text: &str) -> Vec<(Range<usize>, String)> {
    let names = query.capture_names();
    let mut cursor = QueryCursor::new();
    let mut captures = cursor.captures(query, tree.root_node(), text.as_bytes());
    let mut found = Vec::new();
    while let Some((matched, at)) = captures.next() {
        let capture = matched.captures()[*at];
        found.push((capture.node.byte_range(), names[capture.index as usize].to_owned()));
    }
    found
}

#[test]
fn every_query_compiles() {
    let queries = files(&grammar().join("queries"), "scm");
    assert!(queries.len() > 10);
    for path in queries {
        query(path.strip_prefix(grammar().join("queries")).unwrap().to_str().unwrap());
    }
}

#[test]
fn highlights_are_the_same_in_every_editor_but_for_their_names() {
    let names = Regex::new(r"@[\w.]+").unwrap();
    let patterns = |path: &str| {
        let text = std::fs::read_to_string(grammar().join("queries").join(path)).unwrap();
        let patterns: Vec<&str> = text.lines().filter(|line| !line.starts_with(';')).collect();
        names.replace_all(patterns.join("\n").trim(), "@").into_owned()
    };
    for editor in ["helix/highlights.scm", "zed/highlights.scm"] {
        assert_eq!(patterns("highlights.scm"), patterns(editor), "{editor}");
    }
}

/// The nodes without children.
fn leaves<'t>(node: Node<'t>, found: &mut Vec<Node<'t>>) {
    if node.child_count() == 0 {
        found.push(node);
    }
    for at in 0..node.child_count() {
        leaves(node.child(at).unwrap(), found);
    }
}

#[test]
fn every_token_has_one_highlight() {
    let query = query("highlights.scm");
    for Sample { from, text } in samples().iter().filter(|sample| accepted(&sample.text)) {
        let tree = tree(text);
        let caught = caught(&query, &tree, text);
        let mut tokens = Vec::new();
        leaves(tree.root_node(), &mut tokens);
        for token in tokens.into_iter().filter(|token| !text_of(*token, text).trim().is_empty()) {
            let of =
                caught.iter().filter(|(at, _)| at.start <= token.start_byte() && token.end_byte() <= at.end);
            let names: Vec<&str> = of.map(|(_, name)| name.as_str()).collect();
            let line = token.start_position().row + 1;
            assert_eq!(names.len(), 1, "{from}:{line}: `{}` {names:?}", text_of(token, text));
        }
    }
}

#[test]
fn highlights_of_a_sample() {
    let text = r#"
cause jam "Jam" { // c
  common when lights is not red and x matches /a/
  fix clear
}
symptom late in levels { short when d <= 5 min  long otherwise }
rule late { usually long, 3 % short with jam  allow over-100 "r" }
"#;
    let tree = tree(text);
    assert!(!tree.root_node().has_error());
    let found: Vec<String> = caught(&query("highlights.scm"), &tree, text)
        .into_iter()
        .map(|(at, name)| format!("{} {name}", &text[at]))
        .filter(|found| !found.contains("punctuation"))
        .collect();
    let expected = [
        "cause keyword.type",
        "jam type",
        "\"Jam\" string",
        "// c comment",
        "common constant.builtin",
        "when keyword",
        "lights variable",
        "is keyword.operator",
        "not keyword.operator",
        "red constant",
        "and keyword.operator",
        "x variable",
        "matches keyword.operator",
        "/a/ string.regexp",
        "fix keyword.type",
        "clear constructor",
        "symptom keyword.type",
        "late function",
        "in keyword.operator",
        "levels keyword",
        "short constant",
        "when keyword",
        "d variable",
        "<= operator",
        "5 number",
        "min number",
        "long constant",
        "otherwise keyword",
        "rule keyword.type",
        "late function",
        "usually constant.builtin",
        "long constant",
        "3 number",
        "% number",
        "short constant",
        "with keyword",
        "jam type",
        "allow keyword",
        "over-100 label",
        "\"r\" string",
    ];
    assert_eq!(found, expected);
}
