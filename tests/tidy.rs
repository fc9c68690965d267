//! Holds the layers: which module may use which, and which crates stay where. Imports are read as text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::data::files;

/// The modules in the order of `src/lib.rs`; each may use those before it.
fn layers() -> Vec<String> {
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    lib.lines()
        .filter_map(|l| l.trim().strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The module of the top level that a file belongs to.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The lines of a file that are neither comment nor test, with their numbers.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let body = text.split("#[cfg(test)]").next().unwrap();
    body.lines().enumerate().map(|(at, l)| (at + 1, l)).filter(|(_, l)| !l.trim_start().starts_with("//"))
}

#[test]
fn modules_use_only_those_before_them() {
    let order = layers();
    assert!(order.len() > 10, "src/lib.rs lists the modules");
    let rank: BTreeMap<&str, usize> =
        order.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let mut wrong = Vec::new();
    for path in files(&root().join("src"), "rs") {
        let module = module_of(&path);
        let Some(own) = rank.get(module.as_str()) else { continue };
        let text = std::fs::read_to_string(&path).unwrap();
        for (line, content) in code(&text) {
            for used in content.split("crate::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if used != module && rank.get(used.as_str()).is_some_and(|other| other > own) {
                    wrong.push(format!(
                        "{}:{line}: `{module}` uses `{used}`, which comes after it",
                        path.display()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_is_in_the_list() {
    let order = layers();
    for entry in std::fs::read_dir(root().join("src")).unwrap() {
        let name = entry.unwrap().file_name().to_str().unwrap().trim_end_matches(".rs").to_owned();
        assert!(
            ["lib", "main"].contains(&name.as_str()) || order.contains(&name),
            "src/lib.rs does not list `{name}`"
        );
    }
}

/// Which modules may use a crate, or a piece of the standard library that reaches outside.
const KEPT_IN: &[(&str, &[&str])] = &[
    ("pest", &["syntax"]),
    ("pest_derive", &["syntax"]),
    // From the structures that are written.
    ("schemars", &["wire", "problem"]),
    ("unicode_security", &["problem"]),
    ("petgraph", &["graph"]),
    ("icu_normalizer", &["letters"]),
    ("idna", &["value"]),
    ("num_rational", &["number"]),
    ("num_traits", &["number"]),
    ("maud", &["render"]),
    ("pulp", &["infer"]),
    ("rayon", &["infer"]),
    ("miette", &["problem", "render", "cli"]),
    ("percent_encoding", &["render"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("anstream", &["cli"]),
    ("ratatui", &["cli"]),
    ("rustix", &["lsp", "cli"]),
    ("signal_hook", &["cli"]),
    ("lsp_server", &["lsp"]),
    ("gen_lsp_types", &["lsp"]),
    ("url", &["lsp"]),
    ("similar", &["cases", "lsp"]),
    ("imara_diff", &["cli"]),
    ("std::fs", &["loader"]),
    // Readers are handed what the loader opened.
    ("std::io", &["loader", "lsp", "cli", "evidence"]),
    ("mail_parser", &["evidence"]),
    ("psl", &["evidence"]),
    ("csv", &["evidence"]),
    ("csv_core", &["evidence"]),
    ("quick_xml", &["evidence"]),
    ("flate2", &["evidence"]),
    ("zip", &["evidence"]),
    ("encoding_rs", &["evidence"]),
    ("base64", &["evidence"]),
    ("hmac", &["evidence"]),
    ("sha2", &["evidence"]),
    // Whether it lasts long enough to say how far it is; when a file was written.
    ("std::time", &["loader", "lsp", "cli"]),
    ("std::env", &["cli"]),
];

#[test]
fn crates_stay_in_their_modules() {
    let mut wrong = Vec::new();
    for path in files(&root().join("src"), "rs") {
        let module = module_of(&path);
        let text = std::fs::read_to_string(&path).unwrap();
        for (line, content) in code(&text) {
            for (name, modules) in KEPT_IN {
                let uses = content.match_indices(&format!("{name}::")).any(|(at, _)| {
                    !content[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                });
                if uses && !modules.contains(&module.as_str()) {
                    wrong
                        .push(format!("{}:{line}: `{name}` may be used in {modules:?} only", path.display()));
                }
            }
            if content.contains("use crate::*") || content.trim() == "use super::*;" {
                wrong.push(format!("{}:{line}: imports are named one by one", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is() {
    for path in files(&root().join("src"), "rs") {
        let text = std::fs::read_to_string(&path).unwrap();
        let first = text.lines().next().unwrap_or("");
        assert!(
            first.starts_with("//!") || first.starts_with("#![doc"),
            "{} begins without `//!`",
            path.display()
        );
    }
}

#[test]
fn every_rule_of_the_grammar_says_what_it_is() {
    let text = std::fs::read_to_string(root().join("grammar/ruleout.pest")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let Some((name, _)) = line.split_once(" = ") else { continue };
        if name.starts_with(|c: char| c.is_ascii_lowercase())
            && !name.starts_with("k_")
            && !name.contains(' ')
        {
            assert!(
                at > 0 && lines[at - 1].starts_with("///"),
                "grammar/ruleout.pest:{}: `{name}` has no `///`",
                at + 1
            );
        }
    }
}

/// Words that were given up for the field's (CONTRIBUTING.md, "Glossary"), and what is said instead.
const GIVEN_UP: &[(&str, &str)] = &[
    (r"mend(s|ed|ing)?", "suggestion, fix"),
    (r"circumstances?", "context"),
    (r"not_in_pack", "unlisted"),
    (r"(un)?heard|hears", "observed, matched"),
    (r"spoke", "matched"),
    (r"quiet", "normal"),
    (r"loud", "active"),
    (r"belied", "contradicted"),
    (r"patrol", "poll_files"),
];

#[test]
fn the_words_that_were_given_up_do_not_come_back() {
    let words: Vec<(regex::Regex, &str)> = GIVEN_UP
        .iter()
        .map(|(word, instead)| (regex::Regex::new(&format!(r"(?i)\b({word})\b")).unwrap(), *instead))
        .collect();
    let mut wrong = Vec::new();
    let sources =
        ["src", "tests", "examples"].into_iter().flat_map(|folder| files(&root().join(folder), "rs"));
    for path in sources.filter(|path| !path.ends_with("tests/tidy.rs")) {
        let text = std::fs::read_to_string(&path).unwrap();
        for (at, line) in text.lines().enumerate() {
            for (word, instead) in &words {
                // Editors and terminals hear; what a rule does has another word.
                if let Some(found) = word.find(line).filter(|_| !line.contains("editor")) {
                    wrong.push(format!("{}:{}: `{}`: say {instead}", path.display(), at + 1, found.as_str()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
