//! What people write from habit, and what their pack says when all help is followed: `tests/suite/habits.txt`.
//!
//! Each text stands beside the small good pack. The first suggestion of the first error that has one is made, and again, until
//! nothing is left to suggest. What comes out must be the second line, in which nothing is wrong.

use std::collections::BTreeSet;

use libtest_mimic::{Failed, Trial};
use ruleout::problem::{Problem, apply};

use crate::support::pack::{Compiled, Texts};

const PATH: &str = "tests/suite/habits.txt";

/// The name of the text beside the good pack.
const NAME: &str = "habit.ruleout";

pub(crate) fn tests() -> Vec<Trial> {
    let text = std::fs::read_to_string(PATH).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    lines.chunks(2).map(of_pair).collect()
}

fn of_pair(lines: &[&str]) -> Trial {
    let [written, wanted] = lines else { panic!("{PATH}: a line without its second: {lines:?}") };
    let wanted = wanted.strip_prefix("=> ").unwrap_or_else(|| panic!("{PATH}: `=> TEXT`, not `{wanted}`"));
    let text = |line: &str| line.replace('⏎', "\n");
    let (name, written, wanted) = (format!("habits::{written}"), text(written), text(wanted));
    Trial::test(name, move || {
        let (found, left) = followed(&written);
        if found == wanted && left.is_empty() {
            return Ok(());
        }
        Err(Failed::from(format!("{PATH}\n  expected {wanted}\n  found    {found}\n  {}", left.join("\n  "))))
    })
}

/// Follows all help from a text on, and returns what it becomes, and what is still wrong.
fn followed(text: &str) -> (String, Vec<String>) {
    let (mut text, mut seen) = (text.to_owned(), BTreeSet::new());
    loop {
        let Compiled { problems, sources, .. } = Texts::beside_base(&[(NAME, &text)]).compile();
        let errors = problems.errors();
        let left = errors.iter().map(ToString::to_string).collect();
        if !seen.insert(text.clone()) {
            return (format!("{text}, in a circle"), left);
        }
        let Some(first) = errors.iter().find(|error| !error.suggestions.is_empty()) else {
            return (text, left);
        };
        let only = Problem {
            suggestions: first.suggestions.first().cloned().into_iter().collect(),
            ..first.clone()
        };
        let of_name = |(id, text)| sources.get(id).is_some_and(|source| source.name == NAME).then_some(text);
        let Some(next) = apply([&only], &sources, true).texts.into_iter().find_map(of_name) else {
            return (text, left);
        };
        text = next;
    }
}
