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
//! `yaml` may be `json`, `toml` or `ron`. A pack without a cause gets one. `latin1` behind a mark saves the block so,
//! `as=sub/x.ruleout` under that name, and `max-bytes=40` reads no more of it.

use std::collections::BTreeSet;

use libtest_mimic::Trial;
use ruleout::problem::Code;

use crate::chapter::Chapter;
use crate::support::page::Page;

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
