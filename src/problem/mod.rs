//! What is wrong with an author's text, and where.
//!
//! A [`Problem`] is about a text that somebody wrote (a pack, a fact file); it carries a [`Code`], the places, and what to
//! do about it. Every stage returns [`Problems`] beside its value and never stops at the first. How they look is the
//! business of `render`.
//!
//! Voice: lowercase, no final period, the user's own words in backticks; the help says what to do.

mod code;

pub use code::Code;

use crate::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The text cannot be used as it stands.
    Error,
    /// It can be used, but probably does not say what was meant.
    Warning,
    /// Worth knowing.
    Advice,
}

impl Severity {
    /// As it is written in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        }
    }
}

/// One thing that is wrong, with its places and its mend.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Which kind of problem; `ruleout check` prints it.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One line: what is wrong.
    pub message: String,
    /// Where: the first is the main place, the others say what they have to do with it.
    pub labels: Vec<(Span, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// An error at a place.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: vec![(span, String::new())],
            help: None,
        }
    }

    /// A warning at a place.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Something worth knowing at a place.
    pub fn advice(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Advice, ..Self::error(code, span, message) }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to do, where there is something to say.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// What the main place is.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(first) = self.labels.first_mut() {
            first.1 = text.into();
        }
        self
    }

    /// A further place, and what it has to do with it.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }

    /// The main place.
    pub fn span(&self) -> Span {
        self.labels.first().map(|(span, _)| *span).unwrap_or_default()
    }
}

/// How many problems are kept; of what is beyond, only the number.
const KEPT: usize = 500;

/// All that was found wrong, in the order of the texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Problems {
    kept: Vec<Problem>,
    /// How many were not kept, and whether one of them was an error.
    more: usize,
    more_errors: bool,
}

impl Problems {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    pub fn push(&mut self, problem: Problem) {
        if self.is_full() {
            self.more += 1;
            self.more_errors |= problem.severity == Severity::Error;
        } else {
            self.kept.push(problem);
        }
    }

    /// One more error, which is made up only where it is kept: looking for what was meant takes time.
    pub fn push_with(&mut self, problem: impl FnOnce() -> Problem) {
        if self.is_full() {
            self.more += 1;
            self.more_errors = true;
        } else {
            self.push(problem());
        }
    }

    /// All of another stage's.
    pub fn extend(&mut self, others: Problems) {
        self.more += others.more;
        self.more_errors |= others.more_errors;
        others.kept.into_iter().for_each(|problem| self.push(problem));
    }

    /// Whether no more are kept, so that nothing needs to be found out about them.
    pub fn is_full(&self) -> bool {
        self.kept.len() >= KEPT
    }

    /// Whether one of them keeps the text from being used.
    pub fn has_errors(&self) -> bool {
        self.more_errors || self.kept.iter().any(|p| p.severity == Severity::Error)
    }

    /// Whether there is nothing to report.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// In the order of the texts; what was found twice at one place stands once.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.kept.sort_by(|a, b| {
            (a.span(), a.severity, a.code.name(), &a.message).cmp(&(
                b.span(),
                b.severity,
                b.code.name(),
                &b.message,
            ))
        });
        self.kept.dedup();
        if self.more > 0 {
            let place = self.kept.last().map(Problem::span).unwrap_or_default();
            let message = format!("{} more mistakes are not shown", self.more);
            let more = Problem::error(Code::TooLarge, place, message).help("mend those above first");
            let severity = if self.more_errors { Severity::Error } else { Severity::Warning };
            self.kept.push(Problem { severity, ..more });
            self.more = 0;
        }
        self
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.kept.iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The longest word that is compared with known names: comparing takes time and memory of the length times the length.
const COMPARED: usize = 80;

/// How many names a word is compared with.
const NAMES: usize = 2000;

/// The nearest of the known names, if one is near.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > COMPARED {
        return None;
    }
    let lower = word.to_lowercase();
    let length = lower.chars().count();
    known
        .into_iter()
        .take(NAMES)
        .filter_map(|name| {
            let other = name.chars().count();
            let allowed = (1 + length.min(other) / 6).min(length.max(other) / 2);
            let distance = || strsim::damerau_levenshtein(&lower, &name.to_lowercase());
            let found = if length.abs_diff(other) > allowed { usize::MAX } else { distance() };
            (found <= allowed).then_some((found, name))
        })
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(did_you_mean("usualy", ["usually", "often"]), Some("usually"));
        assert_eq!(did_you_mean("delivery.dely", ["delivery.delay", "delivery.day"]), Some("delivery.delay"));
        assert_eq!(did_you_mean("quarantine", ["usually", "often"]), None);
    }
}
