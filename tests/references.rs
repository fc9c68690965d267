//! The references are run: `README.md`, `grammar/README.md`, `rules/README.md` and the pages of `ruleout explain`.
//!
//! What stands behind the three backticks says what must hold of a block. A chapter begins with `##`.
//!
//! | mark | what must hold |
//! |---|---|
//! | `ruleout` | all such blocks of a chapter are one pack, without errors |
//! | `ruleout pack`, `ruleout mended` | a pack of its own, without any problem |
//! | `ruleout broken CODE` | beside the other blocks of its chapter it gives that code, and no other |
//! | `ron pack.ron` | the manifest of the packs behind it in its chapter, without any problem |
//! | `ron broken CODE` | a manifest that gives that code, and no other |
//! | `yaml facts`, `yaml mended` | facts that the pack before it (else the chapter, else mailflow) reads without any problem |
//! | `yaml broken CODE` | facts that give that code, and no other |
//! | `yaml case` | facts of the first pack of the page, and what they expect; on a page of `ruleout explain`, a case of the packs behind it |
//! | `text answer` | lines of `97 %  cause`: what that pack says of those facts |
//!
//! `yaml` may be `json`, `toml` or `ron`. A pack without a cause gets one. `latin1` behind a mark saves the block so, and
//! `max-bytes=40` reads no more of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ruleout::cases::{self, expect};
use ruleout::document::tree::{self, Format, Limits};
use ruleout::graph::InferenceGraph;
use ruleout::problem::{Code, Problem, Problems};
use ruleout::source::Sources;
use ruleout::ticket::diagnosis::Diagnosis;
use ruleout::{loader, pipeline};

const BYTES: u64 = 1 << 20;

const MANIFEST: &str = r#"(name: "printer", language: 1, cases: (unlisted: "10 %", several_at_once: "8 %"))"#;

/// A block of a page, and where it begins.
struct Block {
    line: usize,
    chapter: usize,
    mark: Vec<String>,
    text: String,
}

/// The marked blocks of a page.
fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let (mut chapter, mut open) = (0, false);
    for (at, line) in page.lines().enumerate() {
        if let Some(mark) = line.strip_prefix("```") {
            open = !open;
            if open {
                let mark: Vec<String> = mark.split_whitespace().map(str::to_owned).collect();
                found.push(Block { line: at + 1, chapter, mark, text: String::new() });
            }
        } else if open {
            let text = &mut found.last_mut().unwrap().text;
            *text = format!("{text}{line}\n");
        } else if line.starts_with("## ") {
            chapter += 1;
        }
    }
    assert!(!open, "a block is never closed");
    found
}

/// The texts of a pack, and what became of them.
struct Run {
    sources: Sources,
    graph: Option<InferenceGraph>,
    problems: Problems,
    /// With those that only `check` finds.
    checked: Problems,
}

fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("references").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// As it stands in its file: in the encoding of old text editors, where the mark says so.
fn saved(text: &str, mark: &[String]) -> Vec<u8> {
    if mark.iter().any(|m| m == "latin1") {
        text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
    } else {
        text.as_bytes().to_vec()
    }
}

fn most_bytes(mark: &[String]) -> u64 {
    mark.iter().find_map(|m| m.strip_prefix("max-bytes=")).map_or(BYTES, |n| n.parse().unwrap())
}

fn compile(name: &str, manifest: &str, rules: &str, mark: &[String]) -> Run {
    compile_with(name, manifest, rules, mark, &[])
}

/// The same, with cases beside it.
fn compile_with(name: &str, manifest: &str, rules: &str, mark: &[String], cases: &[&str]) -> Run {
    let folder = scratch(name);
    let _ = std::fs::remove_dir_all(folder.join("cases"));
    for (at, case) in cases.iter().enumerate() {
        loader::write(&folder.join(format!("cases/{at}.yaml")), case).unwrap();
    }
    let any = if rules.lines().any(|l| l.starts_with("cause ")) {
        ""
    } else {
        "cause anything \"Anything\" { rare }\n"
    };
    std::fs::write(folder.join("pack.ron"), manifest).unwrap();
    std::fs::write(folder.join("page.ruleout"), saved(&format!("{rules}{any}"), mark)).unwrap();
    compiled(Some(&folder), most_bytes(mark))
}

fn compiled(folder: Option<&Path>, bytes: u64) -> Run {
    let mut sources = Sources::default();
    let (texts, problems) = loader::pack(folder, bytes, &mut sources).unwrap();
    if problems.has_errors() {
        return Run { sources, graph: None, checked: problems.clone(), problems };
    }
    let (graph, problems) = pipeline::compile(&sources, &texts);
    let mut beside = Sources::default();
    let (found, _) = loader::cases(folder, bytes, &mut beside).unwrap();
    let (cases, _) = cases::discover(&beside, &found);
    let covered = |graph: &InferenceGraph| cases::covered(graph, &beside, &cases);
    let checked = pipeline::check(&sources, &texts, (!cases.is_empty()).then_some(&covered)).1;
    Run { sources, graph, problems, checked }
}

/// Reads facts by a pack; what is wrong with them, and what the pack says of them.
fn ask(run: &Run, name: &str, block: &Block) -> (Problems, Option<Diagnosis>) {
    let format = &block.mark[0];
    let path = scratch(name).join(format!("facts.{format}"));
    std::fs::write(&path, saved(&block.text, &block.mark)).unwrap();
    let mut sources = run.sources.clone();
    let (id, problems) = loader::file(&path, most_bytes(&block.mark), &mut sources).unwrap();
    let graph = run.graph.as_ref().expect("facts stand behind a pack that compiles");
    if problems.has_errors() {
        return (problems, None);
    }
    let format = format.parse::<Format>().unwrap();
    let (facts, mut problems) = pipeline::read_facts(graph, &sources, id, format);
    // Only a case has to expect something.
    if block.mark.iter().any(|m| m == "case") || block.text.contains("expect:") {
        let (node, _) = tree::read(id, &block.text, format, &Limits::default());
        problems.extend(expect::read(&graph.pack, id, &node.unwrap()).1);
    }
    let diagnosis = (!problems.has_errors()).then(|| engine::diagnose(graph, &facts));
    (problems, diagnosis)
}

/// Each problem in a line.
fn told(problems: &Problems) -> String {
    let line = |p: &Problem| format!("  {} at byte {}: {}", p.code.name(), p.span().start, p.message);
    problems.iter().map(line).fold(String::new(), |all, line| format!("{all}\n{line}"))
}

/// Whether a pack has problems of one code and no other; of those that only `check` finds, whether it has that one.
fn breaks(run: &Run, code: &str, place: &str) {
    if run.problems.is_empty() {
        assert!(has(&run.checked, code), "{place}:{}", told(&run.checked));
    } else {
        gives(&run.problems, code, place);
    }
}

fn has(problems: &Problems, code: &str) -> bool {
    problems.iter().any(|problem| problem.code.name() == code)
}

/// Whether the problems are of one code and no other.
fn gives(problems: &Problems, code: &str, place: &str) {
    let found: BTreeSet<&str> = problems.iter().map(|p| p.code.name()).collect();
    assert_eq!(found, BTreeSet::from([code]), "{place}:{}", told(problems));
}

/// Whether a pack says what a block of text says that it does.
fn says(run: &Run, diagnosis: &Diagnosis, text: &str, place: &str) {
    let causes = &run.graph.as_ref().unwrap().pack.causes;
    for line in text.lines() {
        let (percent, name) = line.split_once('%').unwrap();
        let (percent, name) = (percent.trim(), name.split_whitespace().next().unwrap());
        let probability = if name == "something" {
            diagnosis.unlisted.low
        } else {
            let is = |r: &&ruleout::ticket::diagnosis::Ranked| causes[r.cause.0].name.value == name;
            diagnosis.causes.iter().find(is).unwrap_or_else(|| panic!("{place}: {name}")).probability.low
        };
        let digits = percent.split_once('.').map_or(0, |(_, digits)| digits.len());
        let found = format!("{:.digits$}", probability * 100.0);
        assert_eq!(found, percent, "{place}: {name}");
    }
}

/// Runs the blocks of a page.
fn run(path: &str, page: &str) {
    let blocks = blocks(page);
    let name = path.replace(['/', '.'], "_");
    let (mut manifest, mut chapter, mut pack, mut answer) = (MANIFEST.to_owned(), usize::MAX, None, None);
    for block in &blocks {
        let place = format!("{path}:{}", block.line);
        let beside = |b: &&Block| b.chapter == block.chapter && b.mark == ["ruleout"];
        let whole: String = blocks.iter().filter(beside).map(|b| b.text.as_str()).collect();
        if block.chapter != chapter {
            (manifest, chapter) = (MANIFEST.to_owned(), block.chapter);
            pack = (!whole.is_empty()).then(|| compile(&name, &manifest, &whole, &[]));
            if let Some(Run { problems, .. }) = &pack {
                assert!(!problems.has_errors(), "{place}:{}", told(problems));
            }
        }
        let cases_before =
            |b: &&Block| path.starts_with("explain/") && b.line < block.line && b.mark == ["yaml", "case"];
        let cases: Vec<&str> = blocks.iter().filter(cases_before).map(|b| b.text.as_str()).collect();
        let mut facts = || ask(pack.get_or_insert_with(|| compiled(None, BYTES)), &name, block);
        let mark: Vec<&str> = block.mark.iter().map(String::as_str).collect();
        match mark.as_slice() {
            ["ruleout", "pack" | "mended", ..] => {
                let run = compile_with(&name, &manifest, &block.text, &block.mark, &cases);
                assert!(run.problems.is_empty() && run.graph.is_some(), "{place}:{}", told(&run.problems));
                let explained = path.strip_prefix("explain/").is_some_and(|code| has(&run.checked, code));
                assert!(!explained, "{place}:{}", told(&run.checked));
                if path == "README.md" {
                    assert!(run.checked.is_empty(), "{place}:{}", told(&run.checked));
                }
                pack = Some(run);
            }
            ["ruleout", "broken", code, ..] => {
                let rules = format!("{whole}{}", block.text);
                let run = compile_with(&name, &manifest, &rules, &block.mark, &cases);
                breaks(&run, code, &place);
            }
            ["ron", "pack.ron" | "mended"] => {
                let run = compile(&name, &block.text, &whole, &[]);
                assert!(run.problems.is_empty(), "{place}:{}", told(&run.problems));
                manifest.clone_from(&block.text);
            }
            ["ron", "broken", code] => gives(&compile(&name, &block.text, "", &[]).problems, code, &place),
            ["yaml" | "json" | "toml" | "ron", "facts" | "mended", ..] => {
                let (problems, found) = facts();
                assert!(problems.is_empty(), "{place}:{}", told(&problems));
                answer = found;
            }
            ["yaml" | "json" | "toml", "broken", code, ..] => gives(&facts().0, code, &place),
            ["yaml", "case"] => {
                // A case is of the page's pack, where one stands above it, else of the pack inside the program.
                let behind = |b: &&Block| {
                    path.starts_with("explain/") && b.line > block.line && b.mark[0] == "ruleout"
                };
                let above = blocks.iter().find(|b| b.line < block.line && b.mark == ["ruleout", "pack"]);
                let above = above.or_else(|| blocks.iter().find(behind));
                let run =
                    above.map_or_else(|| compiled(None, BYTES), |b| compile(&name, &manifest, &b.text, &[]));
                let (problems, _) = ask(&run, &name, block);
                assert!(problems.is_empty(), "{place}:{}", told(&problems));
            }
            ["text", "answer"] => says(pack.as_ref().unwrap(), answer.as_ref().unwrap(), &block.text, &place),
            _ => {}
        }
    }
}

#[test]
fn the_references_say_what_is_so() {
    for path in ["README.md", "grammar/README.md", "rules/README.md"] {
        run(path, &std::fs::read_to_string(path).unwrap());
    }
}

#[test]
fn every_page_of_explain_breaks_and_fixes() {
    for code in Code::ALL {
        let (name, page) = (code.name(), code.page());
        assert_eq!(page.lines().next().unwrap(), format!("# {name}: {}", code.about()));
        assert!(
            page.lines().skip(1).all(|l| l.chars().count() <= 80),
            "{name}: a line is wider than a terminal"
        );
        let blocks = blocks(page);
        let marked = |word: &str| blocks.iter().any(|b| b.mark.get(1).is_some_and(|m| m == word));
        assert!(blocks.iter().any(|b| b.mark.get(2).is_some_and(|m| m == name)), "{name}: nothing gives it");
        assert!(marked("mended"), "{name}: nothing is mended");
        run(&format!("explain/{name}"), page);
    }
}
