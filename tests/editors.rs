//! The grammars for editors (`editors/`) against the grammar of the language: they know the same words, accept the same texts,
//! and find the same declarations in them.

mod queries;
mod random;
mod words;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use ruleout::problem::Code;
use ruleout::source::{Source, SourceId};
use ruleout::syntax::{self, ast::DeclarationKind};
use tree_sitter::{Language, Node, Parser, Tree};

use crate::support::data::files;
use crate::support::page::Page;

/// What `ruleout::syntax` says where a text is none of the language. Everything else is said of texts that parse.
const SYNTACTIC: &[Code] = &[Code::Syntax, Code::Character, Code::Unclosed, Code::TooDeep];

static LANGUAGE: LazyLock<Language> = LazyLock::new(|| tree_sitter_ruleout::LANGUAGE.into());

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn grammar() -> PathBuf {
    root().join("editors/tree-sitter-ruleout")
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

/// The texts of a file: a line `--- other.ruleout` begins a further one (`tests/support/data.rs`).
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
    !problems.errors().iter().any(|p| SYNTACTIC.contains(&p.code))
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
        let (kind, names) = match &declaration.kind {
            DeclarationKind::Visit(visit) => ("visit", std::slice::from_ref(&visit.title)),
            DeclarationKind::Fact(fact) => ("fact", std::slice::from_ref(&fact.name)),
            DeclarationKind::Derive(derive) => ("derive", std::slice::from_ref(&derive.name)),
            DeclarationKind::Symptom(symptom) => ("symptom", std::slice::from_ref(&symptom.name)),
            DeclarationKind::Rule(rule) => ("rule", std::slice::from_ref(&rule.name)),
            DeclarationKind::Cause(cause) => ("cause", std::slice::from_ref(&cause.name)),
            DeclarationKind::Fix(fix) => ("fix", std::slice::from_ref(&fix.name)),
            DeclarationKind::Records(records) => ("records", std::slice::from_ref(&records.name)),
            DeclarationKind::TicketKeys(keys) => ("ticket_keys", keys.keys.as_slice()),
        };
        let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
        (kind.to_owned(), names.join(" "), source.position(declaration.span.start).line)
    });
    declared.collect()
}

fn text_of<'a>(node: Node<'_>, text: &'a str) -> &'a str {
    &text[node.byte_range()]
}

/// The children of a node that are of a kind.
fn children<'t>(node: Node<'t>, kind: &str) -> Vec<Node<'t>> {
    node.named_children(&mut node.walk()).filter(|child| child.kind() == kind).collect()
}

/// The same, as an editor finds them.
fn declared_for_editors(text: &str) -> Vec<(String, String, usize)> {
    let tree = tree(text);
    let mut cursor = tree.walk();
    let nodes = tree.root_node().named_children(&mut cursor).filter(|node| node.kind() != "comment");
    let declared = nodes.map(|node| {
        let field = |name: &str| text_of(node.child_by_field_name(name).unwrap(), text);
        let name = match node.kind() {
            "visit" => field("title").trim_matches('"').to_owned(),
            "ticket_keys" => {
                let keys = children(node, "values").into_iter().flat_map(|keys| children(keys, "value"));
                keys.map(|key| text_of(key, text)).collect::<Vec<_>>().join(" ")
            }
            _ => field("name").to_owned(),
        };
        (node.kind().to_owned(), name, node.start_position().row + 1)
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
