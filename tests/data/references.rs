//! The references are run: `README.md`, `grammar/README.md` and `rules/README.md` by chapter, and the pages of
//! `ruleout explain`.
//!
//! What stands behind the three backticks says what must hold of a block. A chapter begins with `##`.
//!
//! | mark | what must hold |
//! |---|---|
//! | `ruleout` | all such blocks of a chapter are one pack, without errors |
//! | `ruleout pack`, `ruleout fixed` | a pack of its own, without any problem |
//! | `ruleout broken CODE` | beside the other blocks of its chapter it gives that code, and no other |
//! | `ron pack.ron` | the manifest of the packs behind it in its chapter, without any problem |
//! | `ron broken CODE` | a manifest that gives that code, and no other |
//! | `yaml facts`, `yaml fixed` | facts that the pack before it (else the chapter, else mailflow) reads without any problem |
//! | `yaml broken CODE` | facts that give that code, and no other |
//! | `yaml case` | facts of the first pack of the page, and what they expect; on a page of `ruleout explain`, a case of the packs behind it |
//! | `text answer` | lines of `97 %  cause`: what that pack says of those facts |
//!
//! `yaml` may be `json`, `toml` or `ron`. A pack without a cause gets one. `latin1` behind a mark saves the block so, and
//! `max-bytes=40` reads no more of it.

use std::collections::BTreeSet;

use libtest_mimic::Trial;
use ruleout::problem::{Code, Problem, Problems};
use ruleout::ticket::diagnosis::Diagnosis;

use crate::page_pack::PagePack;
use crate::support::pack::{BYTES, manifest};
use crate::support::page::{Block, Page};

pub(crate) fn chapters() -> Vec<Trial> {
    ["README.md", "grammar/README.md", "rules/README.md"].into_iter().flat_map(chapters_of).collect()
}

/// Returns a test for each chapter in which there is a block to run.
fn chapters_of(path: &'static str) -> Vec<Trial> {
    let text = std::fs::read_to_string(path).unwrap();
    let page = Page::of(path, &text);
    let marked: BTreeSet<usize> =
        page.blocks.iter().filter(|block| block.is_run()).map(|block| block.chapter).collect();
    let test = |chapter: usize| {
        let text = text.clone();
        Trial::test(format!("references::{path}::{}", page.chapters[chapter]), move || {
            Chapter::of(&Page::of(path, &text), chapter).run();
            Ok(())
        })
    };
    marked.into_iter().map(test).collect()
}

pub(crate) fn explain() -> Vec<Trial> {
    let test = |code: &'static Code| {
        Trial::test(format!("explain::{}", code.name()), move || {
            explained(*code);
            Ok(())
        })
    };
    Code::ALL.iter().map(test).collect()
}

/// Checks the page of a code: what it breaks is broken, and what it fixes is fixed.
fn explained(code: Code) {
    let (name, text) = (code.name(), code.page());
    assert_eq!(text.lines().next().unwrap(), format!("# {name}: {}", code.about()));
    assert!(text.lines().skip(1).all(|l| l.chars().count() <= 80), "{name}: a line is wider than a terminal");
    let page = Page::of(&format!("explain/{name}"), text);
    let marked = |at: usize, wanted: &str| {
        page.blocks.iter().any(|b| b.mark.get(at).is_some_and(|word| word == wanted))
    };
    assert!(marked(2, name), "{name}: nothing gives it");
    assert!(marked(1, "fixed"), "{name}: nothing is fixed");
    (0..page.chapters.len()).for_each(|chapter| Chapter::of(&page, chapter).run());
}

/// A chapter that is run, and how far it has come.
struct Chapter<'p> {
    page: &'p Page,
    number: usize,
    /// The texts of all its blocks that are marked with `ruleout` alone.
    whole: String,
    manifest: String,
    pack: Option<PagePack>,
    answer: Option<Diagnosis>,
}

impl<'p> Chapter<'p> {
    fn of(page: &'p Page, number: usize) -> Self {
        let manifest = manifest("printer");
        let blocks =
            page.blocks.iter().filter(|block| block.chapter == number && block.is_marked(&["ruleout"]));
        let whole: String = blocks.clone().map(|block| block.text.as_str()).collect();
        let pack = blocks.clone().next().map(|first| {
            let pack = PagePack::of(&manifest, &whole, first, &[]);
            assert!(!pack.problems.has_errors(), "{}:{}{}", page.path, first.line, listed(&pack.problems));
            pack
        });
        Self { page, number, whole, manifest, pack, answer: None }
    }

    fn run(mut self) {
        let (page, number) = (self.page, self.number);
        page.blocks.iter().filter(|block| block.chapter == number).for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        let place = format!("{}:{}", self.page.path, block.line);
        let mark: Vec<&str> = block.mark.iter().map(String::as_str).collect();
        match mark.as_slice() {
            ["ruleout", "pack" | "fixed", ..] => {
                let pack = PagePack::of(&self.manifest, &block.text, block, &self.cases_before(block));
                assert!(
                    pack.problems.is_empty() && pack.graph.is_some(),
                    "{place}:{}",
                    listed(&pack.problems)
                );
                let still = self.page.explains().is_some_and(|code| has(&pack.checked, code));
                assert!(!still, "{place}:{}", listed(&pack.checked));
                if self.page.path == "README.md" {
                    assert!(pack.checked.is_empty(), "{place}:{}", listed(&pack.checked));
                }
                self.pack = Some(pack);
            }
            ["ruleout", "broken", code, ..] => {
                let rules = format!("{}{}", self.whole, block.text);
                let pack = PagePack::of(&self.manifest, &rules, block, &self.cases_before(block));
                breaks(&pack, code, &place);
            }
            ["ron", "pack.ron" | "fixed"] => {
                let pack = PagePack::of(&block.text, &self.whole, block, &[]);
                assert!(pack.problems.is_empty(), "{place}:{}", listed(&pack.problems));
                self.manifest.clone_from(&block.text);
            }
            ["ron", "broken", code] => {
                gives(&PagePack::of(&block.text, "", block, &[]).problems, code, &place);
            }
            ["yaml" | "json" | "toml" | "ron", "facts" | "fixed", ..] => {
                let (problems, answer) = self.pack().ask(block);
                assert!(problems.is_empty(), "{place}:{}", listed(&problems));
                self.answer = answer;
            }
            ["yaml" | "json" | "toml", "broken", code, ..] => gives(&self.pack().ask(block).0, code, &place),
            ["yaml", "case"] => {
                let (problems, _) = self.pack_of_case(block).ask(block);
                assert!(problems.is_empty(), "{place}:{}", listed(&problems));
            }
            ["text", "answer"] => {
                self.pack.as_ref().unwrap().says(self.answer.as_ref().unwrap(), &block.text, &place);
            }
            _ => assert!(
                !block.is_run() || block.is_marked(&["ruleout"]),
                "{place}: nothing is known of {mark:?}"
            ),
        }
    }

    /// Returns the pack of which the facts are: the one before them, else the mail flow pack.
    fn pack(&mut self) -> &PagePack {
        self.pack.get_or_insert_with(|| PagePack::read(None, BYTES))
    }

    /// Returns the cases of a page of `ruleout explain` that stand before a block.
    fn cases_before(&self, block: &Block) -> Vec<&'p str> {
        let before = |b: &&Block| self.page.explains().is_some() && b.line < block.line;
        let cases = self.page.blocks.iter().filter(|b| b.is_marked(&["yaml", "case"])).filter(before);
        cases.map(|case| case.text.as_str()).collect()
    }

    /// Returns the pack of which a case is: that of the page, where one stands above it, else the one inside the program.
    fn pack_of_case(&self, block: &Block) -> PagePack {
        let mut blocks = self.page.blocks.iter();
        let above = blocks.clone().find(|b| b.line < block.line && b.is_marked(&["ruleout", "pack"]));
        let explains = self.page.explains().is_some();
        let behind = || blocks.find(|b| explains && b.line > block.line && b.mark[0] == "ruleout");
        let of_block = |b: &Block| PagePack::of(&self.manifest, &b.text, b, &[]);
        above.or_else(behind).map_or_else(|| PagePack::read(None, BYTES), of_block)
    }
}

/// Checks that a pack has problems of one code and no other; of those that only `check` finds, that it has that one.
fn breaks(pack: &PagePack, code: &str, place: &str) {
    if pack.problems.is_empty() {
        assert!(has(&pack.checked, code), "{place}:{}", listed(&pack.checked));
    } else {
        gives(&pack.problems, code, place);
    }
}

fn has(problems: &Problems, code: &str) -> bool {
    problems.iter().any(|problem| problem.code.name() == code)
}

/// Checks that the problems are of one code and no other.
fn gives(problems: &Problems, code: &str, place: &str) {
    let found: BTreeSet<&str> = problems.iter().map(|p| p.code.name()).collect();
    assert_eq!(found, BTreeSet::from([code]), "{place}:{}", listed(problems));
}

/// Writes each problem in a line.
fn listed(problems: &Problems) -> String {
    let line = |p: &Problem| format!("\n  {} at byte {}: {}", p.code.name(), p.span().start, p.message);
    problems.iter().map(line).collect()
}
