//! What holds of every text that is formatted.

use std::sync::LazyLock;

use regex::Regex;
use ruleout::format::{format, says_the_same};
use ruleout::source::SourceId;
use ruleout::syntax::{DEFAULT_DEPTH, parse};

/// Returns the tree of a text without places; nothing where it does not parse.
pub(crate) fn tree(text: &str) -> Option<String> {
    static PLACES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(span: )?Span \{ source: SourceId\(\d+\), start: \d+, end: \d+ \}").unwrap()
    });
    let (file, problems) = parse(SourceId::default(), text, DEFAULT_DEPTH);
    (!problems.has_errors()).then(|| PLACES.replace_all(&format!("{file:?}"), "").into_owned())
}

/// Formats a text, of which nothing may be wrong.
pub(crate) fn formatted(text: &str) -> String {
    let (formatted, problems) = format(SourceId::default(), text);
    assert!(!problems.has_errors(), "{problems:#?}\n{text}");
    formatted.unwrap()
}

/// Formats a text, and checks that it says the same, and that formatting again changes nothing.
pub(crate) fn checked(what: &str, text: &str) -> String {
    let once = formatted(text);
    let both = || format!("\n--- from\n{text}\n--- to\n{once}");
    assert_eq!(tree(&once), tree(text), "{what}: the tree has changed{}", both());
    assert!(says_the_same(text, &once), "{what}: tokens or comments have changed{}", both());
    let twice = formatted(&once);
    assert!(twice == once, "{what}: formatting again changes it{}\n--- to\n{twice}", both());
    once
}
