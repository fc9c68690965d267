//! `ruleout fmt`: formatting never changes what a text says, and formatting twice is formatting once. Over all texts of the
//! repository, and over texts whose blanks, line breaks and comments are put anywhere they may stand. What is expected of
//! single forms is data (`tests/data/format.rs`).

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use ruleout::format::format;
use ruleout::source::SourceId;
use ruleout::syntax::{DEFAULT_DEPTH, written};

use crate::support::folder::Folder;
use crate::support::format::{checked, formatted, tree};
use crate::support::profile::config;
use crate::support::program;

/// All files of the language in a folder and below it.
fn texts(dir: &Path) -> Vec<(PathBuf, String)> {
    let files = ruleout::loader::rule_files(dir).unwrap();
    files.0.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

static ALL: LazyLock<Vec<(PathBuf, String)>> = LazyLock::new(|| {
    let mut all = texts(Path::new("rules"));
    all.extend(texts(Path::new("tests")));
    let declares = |text: &str| {
        written(SourceId::default(), text, DEFAULT_DEPTH).0.is_some_and(|written| !written.items.is_empty())
    };
    all.retain(|(_, text)| declares(text));
    assert!(all.len() > 8);
    all
});

#[test]
fn every_text_of_the_repository() {
    for (path, text) in ALL.iter() {
        checked(path.to_str().unwrap(), text);
    }
}

#[test]
fn what_does_not_parse_is_left_alone() {
    let (text, problems) = format(SourceId::default(), "cause a {\n  comon\n}\n");
    assert_eq!(text, None);
    assert!(problems.has_errors());
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("\n\n  // alone  \n\n"), "// alone\n");
}

#[test]
fn the_command_changes_files_only_where_it_may() {
    let folder = Folder::new();
    let run = |arguments: &[&str], input: &str| {
        program::ruleout_in(folder.root(), &[&["fmt"], arguments].concat(), input).said()
    };
    let (messy, neat) = ("cause a {common\npart of  b}\n", "cause a {\n  common\n  part of b\n}\n");
    let text = || folder.read("inside/a.ruleout");
    folder.write("inside/a.ruleout", messy);
    assert_eq!(run(&["--check"], ""), (1, "./inside/a.ruleout would change\n".to_owned()));
    let (code, diff) = run(&["--diff", "inside"], "");
    assert!(code == 1 && diff.contains("-part of  b}\n") && diff.contains("+  part of b\n"), "{diff}");
    assert_eq!(text(), messy);
    assert_eq!(run(&[], ""), (0, "./inside/a.ruleout written anew\n".to_owned()));
    assert_eq!(text(), neat);
    assert_eq!(run(&["--check"], ""), (0, String::new()));
    assert_eq!(run(&["-"], messy), (0, neat.to_owned()));
    let broken = "cause b {\n  comon\n}";
    folder.write("b.ruleout", broken);
    folder.write("inside/a.ruleout", messy);
    let (code, said) = run(&["."], "");
    assert!(code == 1 && said.contains("b.ruleout:2") && said.contains("a.ruleout written anew"), "{said}");
    assert_eq!(folder.read("b.ruleout"), broken);
    let (code, said) = run(&["c.ruleout"], "");
    assert!(code == 2 && said.starts_with("cannot read c.ruleout"), "{said}");
}

/// A change of the blanks between two tokens.
#[derive(Debug, Clone)]
struct Change {
    /// Which gap, counted around.
    at: usize,
    blanks: String,
}

fn change() -> impl Strategy<Value = Change> {
    let blanks = prop_oneof![
        Just(String::new()),
        " {1,5}",
        Just("\t".to_owned()),
        "\n {0,4}",
        "\n\n\n {0,60}",
        Just("\r\n".to_owned()),
        "  // [a-zé\"/{}(,]{0,12}\n {0,8}",
        "\n {0,4}// [a-z]{0,5}\n\n?  // x\n",
        " // a\n // b\n",
    ];
    (any::<usize>(), blanks).prop_map(|(at, blanks)| Change { at, blanks })
}

/// Puts other blanks into a text wherever that leaves its tree as it is.
fn changed(text: &str, changes: &[Change]) -> String {
    let mut text = text.to_owned();
    let same = tree(&text);
    for change in changes {
        let (written, _) = written(SourceId::default(), &text, DEFAULT_DEPTH);
        let tokens = written.unwrap().tokens();
        let gap = change.at % (tokens.len() + 1);
        let from = gap.checked_sub(1).map_or(0, |before| tokens[before].end);
        let to = tokens.get(gap).map_or(text.len(), |after| after.start);
        // A gap with a comment in it is only widened, so that comments never get lost.
        let old = &text[from..to];
        let new = if old.contains("//") { format!("{}{old}", change.blanks) } else { change.blanks.clone() };
        let mut next = text.clone();
        next.replace_range(from..to, &new);
        if tree(&next) == same {
            text = next;
        }
    }
    text
}

/// Some declarations that follow each other, with what stands between them.
fn declarations() -> impl Strategy<Value = String> {
    let file = 0..ALL.len();
    (file, any::<usize>(), 1..4usize).prop_map(|(file, at, count)| {
        let text = &ALL[file].1;
        let (written, _) = written(SourceId::default(), text, DEFAULT_DEPTH);
        let items = written.unwrap().items;
        let first = at % items.len();
        let last = (first + count).min(items.len()) - 1;
        text[items[first].start()..items[last].end()].to_owned()
    })
}

proptest! {
    #![proptest_config(config(160))]

    #[test]
    fn blanks_line_breaks_and_comments_anywhere(
        text in declarations(),
        changes in proptest::collection::vec(change(), 1..25),
    ) {
        checked("a changed text", &changed(&text, &changes));
    }

    #[test]
    fn blanks_within_a_line_make_no_difference(
        text in declarations(),
        changes in proptest::collection::vec((any::<usize>(), " {0,9}"), 1..20),
    ) {
        // Blanks before a comment can put it out of the column of the one below it, which is then one of its own.
        prop_assume!(!text.lines().any(|line| line.starts_with("         ") && line.trim().starts_with("//")));
        let changes: Vec<Change> = changes.into_iter().map(|(at, blanks)| Change { at, blanks }).collect();
        let (written, _) = written(SourceId::default(), &text, DEFAULT_DEPTH);
        let tokens = written.unwrap().tokens();
        let within = |change: &Change| {
            let gap = change.at % (tokens.len() + 1);
            let from = gap.checked_sub(1).map_or(0, |before| tokens[before].end);
            let to = tokens.get(gap).map_or(text.len(), |after| after.start);
            !text[from..to].contains('\n')
        };
        let changes: Vec<Change> = changes.into_iter().filter(within).collect();
        prop_assert_eq!(checked("a changed text", &changed(&text, &changes)), checked("a text", &text));
    }
}
