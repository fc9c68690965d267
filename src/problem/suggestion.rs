//! Mends: changes of texts that take a problem away.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Problem;
use crate::source::{SourceId, Sources, Span};

/// A text in place of another; where the span is empty it is put in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// Whether a suggestion may be applied without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "applicability")]
pub enum Applicability {
    /// Nothing else can have been meant, or the meaning stays as it was: `ruleout check --fix` applies it.
    Safe,
    /// It is a guess, or changes what the pack means: `ruleout check --fix --unsafe` applies it.
    Unsafe,
}

/// An edit that is offered for a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What it does, as an order: write this, add that.
    pub title: String,
    /// All of them belong together.
    pub edits: Vec<Edit>,
    /// Whether it may be applied without asking.
    pub applicability: Applicability,
}

impl Suggestion {
    /// Returns whether it may be applied without asking.
    pub fn is_safe(&self) -> bool {
        self.applicability == Applicability::Safe
    }

    /// A mend that may be made without asking.
    pub fn safe(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            edits: vec![Edit { span, text: text.into() }],
            applicability: Applicability::Safe,
        }
    }

    /// A mend that changes what the pack means, or guesses what was meant.
    pub fn guess(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self { applicability: Applicability::Unsafe, ..Self::safe(title, span, text) }
    }

    /// The same, of an edit.
    pub fn guessed(title: impl Into<String>, edit: Edit) -> Self {
        Self { title: title.into(), edits: vec![edit], applicability: Applicability::Unsafe }
    }

    /// One more edit that belongs to it.
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit { span, text: text.into() });
        self
    }
}

/// A further part as the last one between the brackets of a declaration, on a line of its own where the last bracket has one.
pub fn last_in(sources: &Sources, declaration: Span, part: &str) -> Option<Edit> {
    let before = sources.text(declaration).strip_suffix('}')?.trim_end_matches([' ', '\t']);
    let at = declaration.start + before.len();
    let line_break = if before.ends_with('\n') { "\n" } else { "" };
    Some(Edit { span: Span { start: at, end: at, ..declaration }, text: format!("  {part}{line_break}") })
}

/// A further part as the first one between the brackets of what is called by a name, written as the part that was first.
pub fn first_in(sources: &Sources, name: Span, part: &str) -> Option<Edit> {
    let text = sources.text(sources.whole(name.source));
    let open = name.end + text.get(name.end..)?.find('{')? + 1;
    let inside = text.get(open..)?;
    let lead = inside.get(..inside.len() - inside.trim_start().len())?;
    let (end, text) = match lead.rfind('\n') {
        Some(line) => (open, format!("\n{}{part}", lead.get(line + 1..).unwrap_or(""))),
        None => (open + lead.len(), format!(" {part} ")),
    };
    Some(Edit { span: Span { start: open, end, ..name }, text })
}

/// Texts after suggestions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// The new text of each source that changes.
    pub texts: BTreeMap<SourceId, String>,
    /// How many suggestions were made.
    pub made: usize,
}

/// Makes the mend of every problem that has just one, or of several a safe one first; without `guesses` only safe ones. A mend that
/// touches what another changes already is left for the next run.
pub fn mend<'p>(
    problems: impl IntoIterator<Item = &'p Problem>,
    sources: &Sources,
    guesses: bool,
) -> Applied {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut made = 0;
    for problem in problems {
        let safe = problem.suggestions.iter().find(|one| one.is_safe());
        let only = match problem.suggestions.as_slice() {
            [one] if guesses => Some(one),
            _ => None,
        };
        let Some(mend) = safe.or(only) else { continue };
        if mend.edits.iter().all(|edit| taken.iter().all(|other| apart(edit.span, other.span))) {
            taken.extend(&mend.edits);
            made += 1;
        }
    }
    Applied { texts: texts(taken, sources), made }
}

/// Whether two edits can both be made, in either order.
fn apart(a: Span, b: Span) -> bool {
    a.source != b.source || a.end < b.start || b.end < a.start
}

/// The texts with some edits made that lie apart.
fn texts(mut edits: Vec<&Edit>, sources: &Sources) -> BTreeMap<SourceId, String> {
    edits.sort();
    let mut texts: BTreeMap<SourceId, String> = BTreeMap::new();
    for edit in edits.iter().rev() {
        let own = sources.get(edit.span.source).map_or("", |source| source.text.as_str());
        let text = texts.entry(edit.span.source).or_insert_with(|| own.to_owned());
        if text.is_char_boundary(edit.span.start) && text.is_char_boundary(edit.span.end) {
            text.replace_range(edit.span.start..edit.span.end, &edit.text);
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::{Applied, Suggestion, mend};
    use crate::problem::{Code, Problem};
    use crate::source::{Source, Sources, Span};

    fn made(problems: &[Problem], sources: &Sources, guesses: bool) -> (Option<String>, usize) {
        let Applied { texts, made } = mend(problems, sources, guesses);
        (texts.into_values().next(), made)
    }

    #[test]
    fn what_is_safe_is_made_and_a_guess_only_where_it_is_wanted() {
        let mut sources = Sources::default();
        let source = sources.add(Source::new("a", "one two three"));
        let at = |start, end| Span { source, start, end };
        let problem = |suggestions: Vec<Suggestion>| Problem {
            suggestions,
            ..Problem::error(Code::Syntax, at(0, 0), "")
        };
        let problems = [
            problem(vec![Suggestion::safe("", at(0, 3), "1").and(at(8, 13), "3")]),
            problem(vec![Suggestion::guess("", at(4, 7), "2")]),
            problem(vec![Suggestion::guess("", at(4, 7), "4"), Suggestion::guess("", at(4, 7), "5")]),
        ];
        assert_eq!(made(&problems, &sources, false), (Some("1 two 3".into()), 1));
        assert_eq!(made(&problems, &sources, true), (Some("1 2 3".into()), 2));
    }

    #[test]
    fn of_two_suggestions_for_one_place_the_first_is_applied() {
        let mut sources = Sources::default();
        let source = sources.add(Source::new("a", "one two"));
        let at = |start, end| Span { source, start, end };
        let problem = |mend| Problem::error(Code::Syntax, at(0, 0), "").mend(mend);
        let problems = [
            problem(Suggestion::safe("", at(0, 3), "1")),
            problem(Suggestion::safe("", at(2, 5), "x")),
            problem(Suggestion::safe("", at(3, 3), "y")),
        ];
        assert_eq!(made(&problems, &sources, false), (Some("1 two".into()), 1));
    }
}
