//! The corpus of the grammar for editors: `editors/tree-sitter-ruleout/test/corpus`, as `tree-sitter test` runs it. Texts, and
//! the trees that come of them; behind a name `:error` says that a text has none.

use std::path::Path;

use libtest_mimic::{Failed, Trial};
use tree_sitter::Parser;

use crate::support::data::entries;

pub(crate) fn tests() -> Vec<Trial> {
    let files = entries(Path::new("editors/tree-sitter-ruleout/test/corpus")).into_iter();
    files
        .flat_map(|path| of_file(&path.display().to_string(), &std::fs::read_to_string(&path).unwrap()))
        .collect()
}

/// Returns a test for each entry of a file: a name between two lines of `=`, a text, a line of `-`, a tree.
fn of_file(path: &str, text: &str) -> Vec<Trial> {
    let lines: Vec<&str> = text.lines().collect();
    let is_rule = |line: &str, sign: char| line.len() > 2 && line.chars().all(|c| c == sign);
    let parts: Vec<&[&str]> = lines.split(|line| is_rule(line, '=')).skip(1).collect();
    let test = |part: &[&[&str]]| {
        let [head, body] = part else { panic!("{path}: a name stands between two lines of `=`") };
        let divided: Vec<&[&str]> = body.split(|line| is_rule(line, '-')).collect();
        let [text, tree] = divided.as_slice() else {
            panic!("{path}: {head:?}: a text, one line of `-`, a tree")
        };
        let (text, tree, path) = (text.join("\n"), tree.join(" "), path.to_owned());
        let wrong = head.contains(&":error");
        Trial::test(format!("corpus::{}", head[0]), move || compare(&path, &text, &tree, wrong))
    };
    parts.chunks(2).map(test).collect()
}

fn compare(path: &str, text: &str, tree: &str, wrong: bool) -> Result<(), Failed> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_ruleout::LANGUAGE.into()).unwrap();
    let parsed = parser.parse(text, None).unwrap();
    let root = parsed.root_node();
    // Fields are left out, as `tree-sitter test` does where the tree that is expected names none.
    let found = root.to_sexp();
    let found = found.split(' ').filter(|word| !word.ends_with(':')).collect::<Vec<_>>().join(" ");
    let expected = tree.split_whitespace().collect::<Vec<_>>().join(" ");
    let right = if wrong { root.has_error() } else { found == expected };
    let expected = if wrong { "an error" } else { &expected };
    if right { Ok(()) } else { Err(format!("{path}\n  expected {expected}\n  found    {found}").into()) }
}
