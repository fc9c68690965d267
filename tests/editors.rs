//! The grammars for editors (`editors/`) against the grammar of the language: they know the same words, accept the same texts,
//! and find the same declarations in them.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::support::data::files;
use crate::support::page::Page;
use regex::Regex;
use ruleout::problem::Code;
use ruleout::source::{Source, SourceId};
use ruleout::syntax::{self, ast::DeclarationKind};
use tree_sitter::{
    InputEdit, Language, Node, Parser, Point, Query, QueryCursor, StreamingIterator as _, Tree,
};

/// What `ruleout::syntax` says where a text is none of the language. Everything else is said of texts that parse.
const SYNTACTIC: &[Code] = &[Code::Syntax, Code::Character, Code::Unclosed, Code::TooDeep];

static LANGUAGE: LazyLock<Language> = LazyLock::new(|| tree_sitter_ruleout::LANGUAGE.into());

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn parser() -> Parser {
    let mut parser = Parser::new();
    parser.set_language(&LANGUAGE).unwrap();
    parser
}

fn tree(text: &str) -> Tree {
    parser().parse(text, None).unwrap()
}

/// A text, and where it comes from.
struct Sample {
    from: String,
    text: String,
}

/// The texts of a file: a line `--- other.ruleout` begins a further one (`tests/broken.rs`).
fn texts_of_file(path: &Path) -> Vec<Sample> {
    let from = path.strip_prefix(root()).unwrap().display().to_string();
    let mut texts = vec![Sample { from: from.clone(), text: String::new() }];
    let mut of_language = true;
    for line in std::fs::read_to_string(path).unwrap().split_inclusive('\n') {
        match line.strip_prefix("--- ") {
            Some(name) => {
                of_language = name.trim().ends_with(".ruleout");
                if of_language {
                    texts.push(Sample { from: format!("{from}, {}", name.trim()), text: String::new() });
                }
            }
            None if of_language => texts.last_mut().unwrap().text.push_str(line),
            None => {}
        }
    }
    texts
}

/// The blocks of a page that are marked `ruleout`.
fn texts_of_page(path: &Path) -> Vec<Sample> {
    let from = path.strip_prefix(root()).unwrap().display().to_string();
    let blocks = Page::of(&from, &std::fs::read_to_string(path).unwrap()).blocks.into_iter();
    let of_language = blocks.filter(|block| block.mark.first().is_some_and(|word| word == "ruleout"));
    of_language.map(|block| Sample { from: format!("{from}:{}", block.line), text: block.text }).collect()
}

/// Every text in the language that the repository holds.
fn samples() -> Vec<Sample> {
    let packs = files(&root(), "ruleout").into_iter().flat_map(|path| texts_of_file(&path));
    let pages = files(&root(), "md").into_iter().flat_map(|path| texts_of_page(&path));
    packs.chain(pages).collect()
}

/// Whether a text is one of the language, as the language sees it. No difference between the two is left out anywhere below.
fn accepted(text: &str) -> bool {
    let (_, problems) = syntax::parse(SourceId::default(), text, syntax::DEFAULT_DEPTH);
    !problems.iter().any(|p| SYNTACTIC.contains(&p.code))
}

/// Whether it is, as an editor sees it.
fn accepted_by_editors(text: &str) -> bool {
    !tree(text).root_node().has_error()
}

#[test]
fn editors_accept_what_the_language_accepts() {
    let samples = samples();
    let mut wrong = Vec::new();
    let mut good = 0;
    for Sample { from, text } in &samples {
        let (language, editors) = (accepted(text), accepted_by_editors(text));
        good += usize::from(language);
        if language != editors {
            wrong.push(format!("{from}: the language {language}, editors {editors}"));
        }
    }
    assert!(good > 200 && samples.len() - good > 100, "{good} of {}", samples.len());
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), samples.len(), wrong.join("\n"));
}

/// Kind, name and line of each declaration, as the language finds them.
fn declared(text: &str) -> Vec<(String, String, usize)> {
    let source = Source::new("", text);
    let (file, _) = syntax::parse(SourceId::default(), text, syntax::DEFAULT_DEPTH);
    let declared = file.declarations.iter().map(|declaration| {
        let (kind, name) = match &declaration.kind {
            DeclarationKind::Visit(visit) => ("visit", &visit.title),
            DeclarationKind::Fact(fact) => ("fact", &fact.name),
            DeclarationKind::Derive(derive) => ("derive", &derive.name),
            DeclarationKind::Symptom(symptom) => ("symptom", &symptom.name),
            DeclarationKind::Rule(rule) => ("rule", &rule.name),
            DeclarationKind::Cause(cause) => ("cause", &cause.name),
            DeclarationKind::Fix(fix) => ("fix", &fix.name),
        };
        (kind.to_owned(), name.value.clone(), source.position(declaration.span.start).line)
    });
    declared.collect()
}

fn text_of<'a>(node: Node<'_>, text: &'a str) -> &'a str {
    &text[node.byte_range()]
}

/// The same, as an editor finds them.
fn declared_for_editors(text: &str) -> Vec<(String, String, usize)> {
    let tree = tree(text);
    let mut cursor = tree.walk();
    let nodes = tree.root_node().named_children(&mut cursor).filter(|node| node.kind() != "comment");
    let declared = nodes.map(|node| {
        let name = match node.kind() {
            "visit" => text_of(node.child_by_field_name("title").unwrap(), text).trim_matches('"'),
            _ => text_of(node.child_by_field_name("name").unwrap(), text),
        };
        (node.kind().to_owned(), name.to_owned(), node.start_position().row + 1)
    });
    declared.collect()
}

#[test]
fn editors_find_the_declarations_that_the_language_finds() {
    let mut count = 0;
    for Sample { from, text } in samples().iter().filter(|sample| accepted(&sample.text)) {
        let declared = declared(text);
        count += declared.len();
        assert_eq!(declared, declared_for_editors(text), "{from}");
    }
    assert!(count > 600, "{count}");
}

// ---------------------------------------------------------------- random texts

/// Numbers that look random (xorshift, after Marsaglia), the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

/// The tokens of a text: words, numbers, texts in quotes, comments, runs of blanks, and single characters.
fn tokens(text: &str) -> Vec<&str> {
    static TOKEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"//[^\n]*|"(?:\\.|[^"\\\n])*"|[\w.]*\w|[ \t]+|(?s:.)"#).unwrap());
    TOKEN.find_iter(text).map(|found| found.as_str()).collect()
}

/// Words and signs that mean something at one place and something else at another.
const CHANGEABLE: &[&str] = &[
    "\n",
    "\n",
    ",",
    ",\n",
    "{",
    "}",
    "(",
    ")",
    ":",
    "=",
    "-",
    "/",
    "..",
    "<=",
    "%",
    "// c\n",
    "5",
    "1.5",
    "1 of 2",
    "\"x\"",
    "/x/",
    "10.0.0.0/8",
    "a::b",
    "2026-01-31",
    "x",
    "x.y",
    "in.x",
    "not",
    "and",
    "or",
    "in",
    "is",
    "is one of",
    "of",
    "one",
    "one of",
    "some",
    "table",
    "any",
    "every",
    "all",
    "count",
    "at",
    "least",
    "at least",
    "known",
    "none",
    "first",
    "yes",
    "no",
    "allow",
    "over-100",
    "when",
    "otherwise",
    "where",
    "tickets",
    "percent",
    "before",
    "out",
    "to",
    "levels",
    "with",
    "anyway",
    "often",
    "almost",
    "very",
    "common",
    "impossible",
    "takes 5",
    "see",
    "fact",
    "fix",
    "ask",
];

/// A token or two taken out, doubled, exchanged, or put where others stood.
fn mutated(text: &str, pool: &[&str], numbers: &mut Numbers) -> String {
    let mut tokens = tokens(text);
    for _ in 0..=numbers.below(3) / 2 {
        let at = numbers.below(tokens.len().max(1));
        let Some(&token) = tokens.get(at) else { break };
        let pool = if numbers.below(2) == 0 { CHANGEABLE } else { pool };
        match numbers.below(6) {
            0 => drop(tokens.remove(at)),
            1 => tokens.splice(at..at, [token, " "]).for_each(drop),
            2 | 3 => tokens.splice(at..at, [" ", pool[numbers.below(pool.len())], " "]).for_each(drop),
            4 => tokens[at] = pool[numbers.below(pool.len())],
            _ => {
                let other = numbers.below(tokens.len());
                tokens.swap(at, other);
            }
        }
    }
    tokens.concat()
}

/// Each declaration of the good samples by itself.
fn pieces(samples: &[Sample]) -> Vec<String> {
    let mut pieces = BTreeSet::new();
    for Sample { text, .. } in samples.iter().filter(|sample| accepted(&sample.text)) {
        let (file, _) = syntax::parse(SourceId::default(), text, syntax::DEFAULT_DEPTH);
        pieces.extend(file.declarations.iter().map(|d| text[d.span.start..d.span.end].to_owned()));
    }
    pieces.into_iter().collect()
}

/// How many of so many random texts the two reference alike, and those that they do not.
fn disagreements(cases: usize, seed: u64) -> (usize, Vec<(String, bool)>) {
    let samples = samples();
    let pieces = pieces(&samples);
    let words: BTreeSet<&str> = pieces.iter().flat_map(|piece| tokens(piece)).collect();
    let pool: Vec<&str> = words.into_iter().collect();
    let mut numbers = Numbers(seed);
    let mut good = 0;
    let mut different = Vec::new();
    for _ in 0..cases {
        let mut text = pieces[numbers.below(pieces.len())].clone();
        // A mistake in one declaration may reach into the next.
        if numbers.below(4) == 0 {
            text = format!("{text}\n{}\n", pieces[numbers.below(pieces.len())]);
        }
        let text = mutated(&text, &pool, &mut numbers);
        let language = accepted(&text);
        good += usize::from(language);
        if language != accepted_by_editors(&text) {
            different.push((text, language));
        }
    }
    (good, different)
}

/// How many random texts an ordinary run takes; `RULEOUT_EDITORS_CASES` and `RULEOUT_EDITORS_SEED` take more, and others.
const CASES: usize = 2000;

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|number| number.parse().unwrap())
}

#[test]
fn editors_judge_random_texts_as_the_language_does() {
    let cases =
        from_environment("RULEOUT_EDITORS_CASES").map_or(CASES, |cases| usize::try_from(cases).unwrap());
    let seed = from_environment("RULEOUT_EDITORS_SEED").unwrap_or(20_260_101);
    let (good, different) = disagreements(cases, seed);
    // Both verdicts must have come up, or there was nothing to agree on.
    assert!(good * 20 > cases && good * 2 < cases, "{good} of {cases}");
    let shown: Vec<String> = different
        .iter()
        .map(|(text, language)| format!("--- the language says {language}\n{text}"))
        .collect();
    assert!(different.is_empty(), "{} of {cases} differ\n{}", different.len(), shown.join("\n"));
}

/// The change that makes one text of another: what lies between their common beginning and their common end.
fn edit(before: &str, after: &str) -> InputEdit {
    let common = |a: &mut dyn Iterator<Item = u8>, b: &mut dyn Iterator<Item = u8>| {
        a.zip(b).take_while(|(a, b)| a == b).count()
    };
    let start = common(&mut before.bytes(), &mut after.bytes());
    let most = before.len().min(after.len()) - start;
    let end = common(&mut before.bytes().rev(), &mut after.bytes().rev()).min(most);
    let point = |text: &str, at: usize| {
        let before = &text[..at];
        Point::new(before.matches('\n').count(), at - before.rfind('\n').map_or(0, |line| line + 1))
    };
    let start =
        (0..=start).rev().find(|at| before.is_char_boundary(*at) && after.is_char_boundary(*at)).unwrap();
    let whole = |end: &usize| {
        before.is_char_boundary(before.len() - end) && after.is_char_boundary(after.len() - end)
    };
    let end = (0..=end).rev().find(whole).unwrap();
    let (old_end, new_end) = (before.len() - end, after.len() - end);
    InputEdit {
        start_byte: start,
        old_end_byte: old_end,
        new_end_byte: new_end,
        start_position: point(before, start),
        old_end_position: point(before, old_end),
        new_end_position: point(after, new_end),
    }
}

/// What an editor does with each key: it parses what has changed, and keeps the rest.
#[test]
fn a_change_is_parsed_as_the_whole_text_is() {
    let samples = samples();
    let pieces = pieces(&samples);
    let mut numbers = Numbers(20_260_101);
    let mut good = 0;
    for _ in 0..1000 {
        let before = [(); 3].map(|()| pieces[numbers.below(pieces.len())].clone()).join("\n");
        let after = mutated(&before, CHANGEABLE, &mut numbers);
        let whole = tree(&after);
        let mut old = tree(&before);
        old.edit(&edit(&before, &after));
        let changed = parser().parse(&after, Some(&old)).unwrap();
        assert_eq!(changed.root_node().has_error(), whole.root_node().has_error(), "{after}");
        if !whole.root_node().has_error() {
            good += 1;
            assert_eq!(changed.root_node().to_sexp(), whole.root_node().to_sexp(), "{after}");
        }
    }
    assert!(good > 100, "{good}");
}

// ---------------------------------------------------------------- queries and words

fn grammar() -> PathBuf {
    root().join("editors/tree-sitter-ruleout")
}

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
