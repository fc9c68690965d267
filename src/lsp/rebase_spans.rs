//! Where a place of an old text is in the new one.
//!
//! What is proven in the background is of the text before: until it is proven anew, it is shown where its words are now.

use crate::problem::{Problem, Problems};
use crate::source::{SourceId, Span};

/// From the first to the last byte in which two versions of a text differ.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    source: SourceId,
    start: usize,
    old_end: usize,
    new_end: usize,
}

impl Change {
    /// Compares two texts of a file.
    pub(super) fn between(source: SourceId, old: &str, new: &str) -> Self {
        let (a, b) = (old.as_bytes(), new.as_bytes());
        let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
        let most = a.len().min(b.len()) - start;
        let same = a.iter().rev().zip(b.iter().rev()).take(most).take_while(|(x, y)| x == y).count();
        Self { source, start, old_end: a.len() - same, new_end: b.len() - same }
    }

    /// Returns where a span is now; none where it was changed itself.
    pub(super) fn moved(&self, span: Span) -> Option<Span> {
        if span.source != self.source || span.end < self.start {
            return Some(span);
        }
        let moved = |at: usize| at - self.old_end + self.new_end;
        (span.start >= self.old_end).then(|| Span { start: moved(span.start), end: moved(span.end), ..span })
    }

    /// Moves problems to their places of now.
    pub(super) fn all(&self, problems: &Problems) -> Problems {
        let mut moved = Problems::new();
        problems
            .iter()
            .filter_map(|problem| self.of(problem.clone()))
            .for_each(|problem| moved.push(problem));
        moved
    }

    /// Moves a problem to its places of now; none where its main place was changed, for that may have solved it.
    fn of(&self, mut problem: Problem) -> Option<Problem> {
        self.moved(problem.span())?;
        let labels = std::mem::take(&mut problem.labels);
        let moved = labels.into_iter().filter_map(|(span, text)| Some((self.moved(span)?, text)));
        problem.labels = moved.collect();
        let edits = || problem.suggestions.iter().flat_map(|mend| &mend.edits);
        if edits().any(|edit| self.moved(edit.span).is_none()) {
            problem.suggestions.clear();
        }
        for edit in problem.suggestions.iter_mut().flat_map(|mend| &mut mend.edits) {
            edit.span = self.moved(edit.span).unwrap_or(edit.span);
        }
        Some(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_behind_a_change_moves_with_its_words() {
        let source = SourceId::default();
        let change = Change::between(source, "one two three", "one and a two three");
        let at = |start, end| Span { source, start, end };
        assert_eq!(change.moved(at(0, 3)), Some(at(0, 3)));
        assert_eq!(change.moved(at(8, 13)), Some(at(14, 19)));
        let change = Change::between(source, "aaa", "aa");
        assert_eq!(change.moved(at(0, 3)), None);
    }
}
