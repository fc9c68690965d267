//! `ruleout fmt`: formatting never changes what a text says, and formatting twice is formatting once. Over all texts of the
//! repository, over texts whose blanks, line breaks and comments are put anywhere they may stand, and over what is
//! expected of single forms (`tests/suite/format`).

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use regex::Regex;
use ruleout::format::{format, says_the_same};
use ruleout::source::SourceId;
use ruleout::syntax::{DEFAULT_DEPTH, parse, written};

/// All files of the language in a folder and below it.
fn texts(dir: &Path) -> Vec<(PathBuf, String)> {
    let files = ruleout::load::rule_files(dir).unwrap();
    files.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

static ALL: LazyLock<Vec<(PathBuf, String)>> = LazyLock::new(|| {
    let mut all = texts(Path::new("rules"));
    all.extend(texts(Path::new("tests")));
    all.retain(|(_, text)| tree(text).is_some());
    assert!(all.len() > 8);
    all
});

/// The tree of a text without places; nothing where it does not parse.
fn tree(text: &str) -> Option<String> {
    static PLACES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(span: )?Span \{ source: SourceId\(\d+\), start: \d+, end: \d+ \}").unwrap()
    });
    let (file, problems) = parse(SourceId::default(), text, DEFAULT_DEPTH);
    (!problems.has_errors()).then(|| PLACES.replace_all(&format!("{file:?}"), "").into_owned())
}

fn formatted(text: &str) -> String {
    let (formatted, problems) = format(SourceId::default(), text);
    assert!(problems.is_empty(), "{problems:#?}\n{text}");
    formatted.unwrap()
}

/// Formats, and checks everything that holds of every text.
fn checked(text: &str) -> String {
    let once = formatted(text);
    assert_eq!(tree(&once), tree(text), "the tree has changed\n--- from\n{text}\n--- to\n{once}");
    assert!(says_the_same(text, &once), "tokens or comments have changed\n--- from\n{text}\n--- to\n{once}");
    let twice = formatted(&once);
    assert!(twice == once, "formatting again changes it\n--- from\n{text}\n--- to\n{once}\n--- to\n{twice}");
    once
}

#[test]
fn every_text_of_the_repository() {
    for (_, text) in ALL.iter() {
        checked(text);
    }
}

#[test]
fn single_forms() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/format");
    insta::glob!(&dir, "*.ruleout", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        insta::with_settings!({
            snapshot_path => &dir, prepend_module_to_snapshot => false, omit_expression => true,
            snapshot_suffix => "",
        }, {
            insta::assert_snapshot!(path.file_stem().unwrap().to_str().unwrap(), checked(&text));
        });
    });
}

#[test]
fn what_does_not_parse_is_left_alone() {
    let (text, problems) = format(SourceId::default(), "cause a {\n  comon\n}\n");
    assert_eq!(text, None);
    assert!(problems.has_errors());
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("\n\n  // alone  \n\n"), "// alone\n");
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
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn blanks_line_breaks_and_comments_anywhere(
        text in declarations(),
        changes in proptest::collection::vec(change(), 1..25),
    ) {
        checked(&changed(&text, &changes));
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
        prop_assert_eq!(checked(&changed(&text, &changes)), checked(&text));
    }
}
