//! The lines in which two texts differ, as edits: what stays is not touched, so that cursor and marks stay too.

use gen_lsp_types::TextEdit;
use similar::{DiffTag, TextDiff};

use super::position::Encoding;
use crate::source::{Source, SourceId, Span};

/// Returns the edits that make a new text of an old one.
pub(super) fn text_edits(old: &Source, new: &str, encoding: Encoding) -> Vec<TextEdit> {
    let difference = TextDiff::from_lines(old.text.as_str(), new);
    let (before, after) = (starts(difference.old_slices()), starts(difference.new_slices()));
    let at = |starts: &[usize], line: usize| starts.get(line).copied().unwrap_or_default();
    let changed = difference.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    let edit = |op: &similar::DiffOp| {
        let (old_lines, new_lines) = (op.old_range(), op.new_range());
        let span = Span {
            source: SourceId::default(),
            start: at(&before, old_lines.start),
            end: at(&before, old_lines.end),
        };
        let text = new.get(at(&after, new_lines.start)..at(&after, new_lines.end)).unwrap_or_default();
        TextEdit::new(encoding.range(old, span), text.to_owned())
    };
    changed.map(edit).collect()
}

/// Returns the bytes at which each line starts, and the one at which the last line ends.
fn starts(lines: &[&str]) -> Vec<usize> {
    let ends = lines.iter().scan(0, |end, line| {
        *end += line.len();
        Some(*end)
    });
    std::iter::once(0).chain(ends).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_differ_are_touched() {
        let old = Source::new("a", "one\ntwo\nthree\nfour");
        let made = text_edits(&old, "one\n2\nthree\nfour\n", Encoding::Utf16);
        let shown: Vec<_> =
            made.iter().map(|e| (e.range.start.line, e.range.end.line, e.new_text.as_str())).collect();
        assert_eq!(shown, [(1, 2, "2\n"), (3, 3, "four\n")]);
        assert!(text_edits(&old, &old.text, Encoding::Utf8).is_empty());
    }
}
