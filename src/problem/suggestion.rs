//! Suggestions: edits of a text that solve a problem.

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
    /// What is put there.
    pub text: String,
}

/// Whether a suggestion may be applied without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "applicability")]
pub enum Applicability {
    /// Nothing else can have been meant, or the meaning stays the same: `ruleout check --fix` applies it.
    Safe,
    /// Something else may have been meant, or the pack's meaning changes: `ruleout check --fix --unsafe` applies it.
    Unsafe,
}

/// Edits that solve a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What it does, as an order: "write `usually`".
    pub title: String,
    /// The edits; all of them belong together.
    pub edits: Vec<Edit>,
    /// Whether it may be applied without asking.
    pub applicability: Applicability,
}

impl Suggestion {
    /// Returns whether it may be applied without asking.
    pub fn is_safe(&self) -> bool {
        self.applicability == Applicability::Safe
    }

    /// Returns a suggestion that may be applied without asking.
    pub fn safe(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            edits: vec![Edit { span, text: text.into() }],
            applicability: Applicability::Safe,
        }
    }

    /// Returns a suggestion that a person must confirm: it changes the meaning, or something else may have been meant.
    pub fn uncertain(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self { applicability: Applicability::Unsafe, ..Self::safe(title, span, text) }
    }

    /// Returns a suggestion of one edit that a person must confirm.
    pub fn uncertain_edit(title: impl Into<String>, edit: Edit) -> Self {
        Self { title: title.into(), edits: vec![edit], applicability: Applicability::Unsafe }
    }

    /// Adds an edit that belongs to it.
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit { span, text: text.into() });
        self
    }
}

/// Returns the edit that adds a part as the last one of a declaration, on a line of its own if the closing bracket has one.
pub fn last_in(sources: &Sources, declaration: Span, part: &str) -> Option<Edit> {
    let before = sources.text(declaration).strip_suffix('}')?.trim_end_matches([' ', '\t']);
    let at = declaration.start + before.len();
    let line_break = if before.ends_with('\n') { "\n" } else { "" };
    Some(Edit { span: Span { start: at, end: at, ..declaration }, text: format!("  {part}{line_break}") })
}

/// Returns the edit that adds a part as the first one of the declaration with this name, indented like the part that was first.
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

/// Texts with suggestions applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// The new text of each source that changes.
    pub texts: BTreeMap<SourceId, String>,
    /// How many suggestions were applied.
    pub count: usize,
}

/// Applies one suggestion for each problem: a safe one, or, with `uncertain`, its only one. A suggestion that touches what
/// another changes already is left for the next run.
pub fn apply<'p>(
    problems: impl IntoIterator<Item = &'p Problem>,
    sources: &Sources,
    uncertain: bool,
) -> Applied {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut count = 0;
    for problem in problems {
        let safe = problem.suggestions.iter().find(|one| one.is_safe());
        let only = match problem.suggestions.as_slice() {
            [one] if uncertain => Some(one),
            _ => None,
        };
        let Some(suggestion) = safe.or(only) else { continue };
        if suggestion.edits.iter().all(|edit| taken.iter().all(|other| apart(edit.span, other.span))) {
            taken.extend(&suggestion.edits);
            count += 1;
        }
    }
    Applied { texts: texts(taken, sources), count }
}

/// Returns whether two edits can both be made, in either order.
fn apart(a: Span, b: Span) -> bool {
    a.source != b.source || a.end < b.start || b.end < a.start
}

/// Makes edits that lie apart, and returns the texts that they change.
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
    use super::{Applied, Suggestion, apply};
    use crate::problem::{Code, Problem};
    use crate::source::{Source, Sources, Span};

    fn applied(problems: &[Problem], sources: &Sources, uncertain: bool) -> (Option<String>, usize) {
        let Applied { texts, count } = apply(problems, sources, uncertain);
        (texts.into_values().next(), count)
    }

    #[test]
    fn a_safe_suggestion_is_applied_and_an_uncertain_one_only_on_demand() {
        let mut sources = Sources::default();
        let source = sources.add(Source::new("a", "one two three"));
        let at = |start, end| Span { source, start, end };
        let problem = |suggestions: Vec<Suggestion>| Problem {
            suggestions,
            ..Problem::error(Code::Syntax, at(0, 0), "")
        };
        let problems = [
            problem(vec![Suggestion::safe("", at(0, 3), "1").and(at(8, 13), "3")]),
            problem(vec![Suggestion::uncertain("", at(4, 7), "2")]),
            problem(vec![Suggestion::uncertain("", at(4, 7), "4"), Suggestion::uncertain("", at(4, 7), "5")]),
        ];
        assert_eq!(applied(&problems, &sources, false), (Some("1 two 3".into()), 1));
        assert_eq!(applied(&problems, &sources, true), (Some("1 2 3".into()), 2));
    }

    #[test]
    fn of_two_suggestions_for_one_place_the_first_is_applied() {
        let mut sources = Sources::default();
        let source = sources.add(Source::new("a", "one two"));
        let at = |start, end| Span { source, start, end };
        let problem = |suggestion| Problem::error(Code::Syntax, at(0, 0), "").suggest(suggestion);
        let problems = [
            problem(Suggestion::safe("", at(0, 3), "1")),
            problem(Suggestion::safe("", at(2, 5), "x")),
            problem(Suggestion::safe("", at(3, 3), "y")),
        ];
        assert_eq!(applied(&problems, &sources, false), (Some("1 two".into()), 1));
    }
}
