//! A chapter of a page, block by block.

use std::collections::BTreeSet;

use ruleout::problem::{Problem, Problems};
use ruleout::ticket::diagnosis::Diagnosis;

use crate::page_pack::PagePack;
use crate::support::pack::{BYTES, manifest};
use crate::support::page::{Block, Page};

/// A chapter that is run, and how far it has come.
pub(crate) struct Chapter<'p> {
    page: &'p Page,
    number: usize,
    /// The texts of all its blocks that are marked with `ruleout` alone.
    whole: String,
    manifest: String,
    pack: Option<PagePack>,
    answer: Option<Diagnosis>,
}

impl<'p> Chapter<'p> {
    pub(crate) fn of(page: &'p Page, number: usize) -> Self {
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

    pub(crate) fn run(mut self) {
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
