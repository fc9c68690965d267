//! An answer beside another: the lines that differ, the rules that moved, both side by side.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use similar::{ChangeTag, DiffOp, TextDiff};

use crate::render::wrap;

/// So many lines that are the same stand around those that differ.
const AROUND: usize = 2;

/// A rule that says something else than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The rule.
    pub rule: String,
    /// What it said; none where it is new.
    pub old: Option<String>,
    /// What it says; none where it is gone.
    pub new: Option<String>,
}

/// The rules whose line in the answer differs: what they observed, or their factors for the causes that are explained.
pub fn moved(old: &str, new: &str) -> Vec<Moved> {
    let (old, new) = (rules(old), rules(new));
    let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
    let differ = names.filter(|name| old.get(*name) != new.get(*name));
    let said = |of: &BTreeMap<&str, &str>, name: &str| of.get(name).map(|said| (*said).to_owned());
    differ
        .map(|name| Moved { rule: (*name).to_owned(), old: said(&old, name), new: said(&new, name) })
        .collect()
}

/// The list of rules that ends an answer.
fn rules(answer: &str) -> BTreeMap<&str, &str> {
    let lines = answer.lines().skip_while(|line| *line != "Rules").skip(1);
    lines.filter_map(|line| line.strip_prefix("  ")?.split_once(": ")).collect()
}

/// The lines that differ, with a few around them: `-` before the old, `+` before the new.
pub fn lines(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut out = String::new();
    for (at, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if at > 0 {
            out.push_str("  …\n");
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            // Writing to a string does not fail.
            let _ = writeln!(out, "{sign} {}", change.value().trim_end_matches('\n'));
        }
    }
    out
}

/// No terminal is wider.
const WIDEST: usize = 1_000;

/// Both texts side by side in so many columns, the old one left; what is the same and far from a difference is left out.
pub fn side_by_side(old: &str, new: &str, width: usize) -> String {
    let column = width.min(WIDEST).saturating_sub(3) / 2;
    let diff = TextDiff::from_lines(old, new);
    let (left, right): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut out = format!("{:<column$}   new\n{}\n", "old", "─".repeat(column * 2 + 3));
    for (at, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if at > 0 {
            let _ = writeln!(out, "{:<column$} ┊", "  …");
        }
        for op in group {
            let sign = match op {
                DiffOp::Equal { .. } => '│',
                DiffOp::Delete { .. } => '<',
                DiffOp::Insert { .. } => '>',
                DiffOp::Replace { .. } => '≠',
            };
            let old = left.get(op.old_range()).unwrap_or_default();
            let new = right.get(op.new_range()).unwrap_or_default();
            for row in 0..old.len().max(new.len()) {
                pair(&mut out, old.get(row), new.get(row), sign, column);
            }
        }
    }
    out
}

/// One line of each, cut into as many as they need.
fn pair(out: &mut String, old: Option<&&str>, new: Option<&&str>, sign: char, column: usize) {
    let cut = |line: Option<&&str>| line.map_or_else(Vec::new, |line| pieces(line, column));
    let (left, right) = (cut(old), cut(new));
    for row in 0..left.len().max(right.len()).max(1) {
        let left = left.get(row).map_or("", String::as_str);
        let right = right.get(row).map_or("", String::as_str);
        let fill = " ".repeat(column.saturating_sub(left.chars().count()));
        out.push_str(format!("{left}{fill} {sign} {right}").trim_end());
        out.push('\n');
    }
}

/// A line in pieces of a width; those after the first are set in.
fn pieces(line: &str, width: usize) -> Vec<String> {
    let set_in = line.chars().take_while(|c| *c == ' ').count().min(width / 2);
    let indent = " ".repeat(set_in);
    // Nothing stands out of its column.
    wrap::lines(width, &indent, &indent, line.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str =
        "first\na\nb\nc\nd\ne\nf\n\nRules\n  hold_time: slow; × 80 scan\n  path: unknown\n  gone: silent";
    const NEW: &str =
        "other\na\nb\nc\nd\ne\nf\n\nRules\n  hold_time: stuck; × 2 scan\n  path: unknown\n  come: yes";

    #[test]
    fn rules_that_moved_are_named() {
        let moved = moved(OLD, NEW);
        let names: Vec<_> = moved.iter().map(|m| m.rule.as_str()).collect();
        assert_eq!(names, ["gone", "hold_time", "come"]);
        assert_eq!(moved[1].old.as_deref(), Some("slow; × 80 scan"));
        assert_eq!(moved[1].new.as_deref(), Some("stuck; × 2 scan"));
        assert_eq!((moved[0].new.as_deref(), moved[2].old.as_deref()), (None, None));
    }

    #[test]
    fn only_what_differs_is_shown() {
        let shown = lines("a\nb\nc\nd\ne\nf\ng\nh\ni", "A\nb\nc\nd\ne\nf\ng\nh\nI");
        assert_eq!(shown, "- a\n+ A\n  b\n  c\n  …\n  g\n  h\n- i\n+ I\n");
    }

    #[test]
    fn a_page_of_any_width_is_written() {
        for width in [0, 1, 3, 5, WIDEST, 131_080, usize::MAX] {
            let shown = side_by_side(OLD, NEW, width);
            assert!(shown.contains('┊') || shown.contains('≠'), "{shown}");
            assert!(shown.lines().all(|line| line.chars().count() <= WIDEST), "{width}");
        }
    }

    #[test]
    fn side_by_side_keeps_the_width() {
        let old = "the same\nold words that are longer than one column of the page holds\nend";
        let new = "the same\nnew words\nend\nmore";
        let shown = side_by_side(old, new, 40);
        assert!(shown.lines().all(|line| line.chars().count() <= 40), "{shown}");
        let expected = "\
old                  new
───────────────────────────────────────
the same           │ the same
old words that are ≠ new words
longer than one    ≠
column of the page ≠
holds              ≠
end                ≠ end
                   ≠ more
";
        assert_eq!(shown, expected, "{shown}");
    }
}
