//! The words and names of the language, in the grammars for editors.

use std::collections::BTreeSet;

use regex::Regex;

use super::{grammar, root};

/// The words that the grammar of the language keeps for itself.
fn reserved() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("grammar/ruleout.pest")).unwrap();
    let list = text.split("reserved = @{").nth(1).unwrap().split("word_end").next().unwrap();
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn editors_reserve_the_words_that_the_language_reserves() {
    let reserved = reserved();
    assert!(reserved.len() > 50);
    let grammar: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(grammar().join("src/grammar.json")).unwrap()).unwrap();
    let words = grammar["reserved"]["names"].as_array().unwrap();
    let words = words.iter().map(|word| word["value"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(words, reserved);
    let textmate =
        std::fs::read_to_string(root().join("editors/vscode/syntaxes/ruleout.tmLanguage.json")).unwrap();
    for word in reserved {
        let known = Regex::new(&format!(r"[(|:]{word}[|)]")).unwrap();
        assert!(known.is_match(&textmate), "{word}");
    }
}

#[test]
fn the_grammar_for_editors_calls_things_as_the_language_does() {
    let pest = std::fs::read_to_string(root().join("grammar/ruleout.pest")).unwrap();
    let rules: BTreeSet<&str> = pest.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
    let grammar: serde_json::Value = serde_json::from_str(tree_sitter_ruleout::NODE_TYPES).unwrap();
    let nodes = grammar.as_array().unwrap().iter().filter(|node| node["named"] == true);
    let unknown: Vec<&str> =
        nodes.map(|node| node["type"].as_str().unwrap()).filter(|node| !rules.contains(node)).collect();
    // The layout takes comments out before the language's grammar sees them; its brackets are not a rule of their own.
    assert_eq!(unknown, ["group", "comment"]);
}
