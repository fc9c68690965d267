//! What is wrong with an author's text, and where.
//!
//! A [`Problem`] is about a text that somebody wrote (a pack, a fact file); it carries a [`Code`], the places, and what to
//! do about it. Every stage returns [`Problems`] beside its value and never stops at the first. How they look is the
//! business of `render`.
//!
//! Voice: lowercase, no final period, the user's own words in backticks; the help says what to do.

mod code;
mod distance;
mod suggestion;

pub use code::Code;
pub use suggestion::{Applicability, Applied, Edit, Suggestion, first_in, last_in, mend};

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "severity")]
pub enum Severity {
    /// The text cannot be used as it stands.
    Error,
    /// It can be used, but probably does not say what was meant.
    Warning,
    /// Worth knowing.
    Hint,
}

impl Severity {
    /// In a word, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "advice",
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
    /// Changes that would mend it, each by itself; the likeliest first.
    pub suggestions: Vec<Suggestion>,
}

impl Problem {
    /// An error at a place.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: clipped(message.into()),
            labels: vec![(span, String::new())],
            help: None,
            suggestions: Vec::new(),
        }
    }

    /// A warning at a place.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Something worth knowing at a place.
    pub fn advice(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Hint, ..Self::error(code, span, message) }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(clipped(help.into()));
        self
    }

    /// Says what to do, where there is something to say.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.map(clipped).or(self.help);
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

    /// Says which name is nearly the one at the main place, and offers to write it: a guess.
    #[must_use]
    pub fn meant(self, name: &str) -> Self {
        let mend = Suggestion::guess(format!("write `{name}`"), self.span(), name);
        self.help(format!("did you mean `{name}`?")).mend(mend)
    }

    /// Nothing else than its suggestions can be meant.
    #[must_use]
    pub fn surely(mut self) -> Self {
        self.suggestions.iter_mut().for_each(|mend| mend.applicability = Applicability::Safe);
        self
    }

    /// The same, where there is such a name; else says what to do.
    #[must_use]
    pub fn meant_or(self, name: Option<&str>, help: impl FnOnce() -> String) -> Self {
        match name {
            Some(name) => self.meant(name),
            None => self.help(help()),
        }
    }

    /// Says what to write at the main place, where nothing else can be meant, and offers it.
    #[must_use]
    pub fn write(self, text: &str) -> Self {
        let mend = Suggestion::safe(format!("write `{text}`"), self.span(), text);
        self.help(format!("write `{text}`")).mend(mend)
    }

    /// A change that would mend it.
    #[must_use]
    pub fn mend(self, mend: Suggestion) -> Self {
        self.maybe_suggest(Some(mend))
    }

    /// A change that would mend it, where there is one.
    #[must_use]
    pub fn maybe_suggest(mut self, mend: Option<Suggestion>) -> Self {
        self.suggestions.extend(mend);
        self
    }

    /// The main place.
    pub fn span(&self) -> Span {
        self.labels.first().map(|(span, _)| *span).unwrap_or_default()
    }
}

/// The longest message or help, in bytes: a name in it may be as long as a file.
const LONGEST: usize = 1000;

fn clipped(mut text: String) -> String {
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text
}

/// How many problems are kept; those beyond are counted.
pub const KEPT: usize = 500;

/// All that was found wrong, in the order of the texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Problems {
    kept: Vec<Problem>,
    /// How many were not kept.
    more: BTreeMap<Severity, usize>,
}

impl Problems {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    pub fn push(&mut self, problem: Problem) {
        if self.is_full() {
            *self.more.entry(problem.severity).or_default() += 1;
        } else {
            self.kept.push(problem);
        }
    }

    /// One more error, which is made up only where it is kept: looking for what was meant takes time.
    pub fn push_with(&mut self, problem: impl FnOnce() -> Problem) {
        let problem = (!self.is_full()).then(problem);
        self.push_or_count(problem);
    }

    /// One more error; where it was not made up, it counts all the same.
    pub fn push_or_count(&mut self, problem: Option<Problem>) {
        match problem {
            Some(problem) => self.push(problem),
            None => *self.more.entry(Severity::Error).or_default() += 1,
        }
    }

    /// All of another stage's.
    pub fn extend(&mut self, others: Problems) {
        others.kept.into_iter().for_each(|problem| self.push(problem));
        for (severity, more) in others.more {
            *self.more.entry(severity).or_default() += more;
        }
    }

    /// One more, where there is one.
    pub fn extend_one(&mut self, problem: Option<Problem>) {
        problem.into_iter().for_each(|problem| self.push(problem));
    }

    /// Whether no more are kept, so that nothing needs to be found out about them.
    pub fn is_full(&self) -> bool {
        self.kept.len() >= KEPT
    }

    /// Whether one of them keeps the text from being used.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Whether there is nothing to report.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// How many there are of a severity, kept or not.
    pub fn count(&self, severity: Severity) -> usize {
        let kept = self.kept.iter().filter(|problem| problem.severity == severity).count();
        kept + self.more.get(&severity).copied().unwrap_or(0)
    }

    /// How many are counted only.
    pub fn not_kept(&self) -> usize {
        self.more.values().sum()
    }

    /// Those that keep the text from being used.
    #[must_use]
    pub fn errors(&self) -> Problems {
        let error = |severity: &Severity| *severity == Severity::Error;
        Problems {
            kept: self.kept.iter().filter(|problem| error(&problem.severity)).cloned().collect(),
            more: self.more.iter().filter(|(severity, _)| error(severity)).map(|(s, n)| (*s, *n)).collect(),
        }
    }

    /// Those of which something is so; what was counted only stays so.
    #[must_use]
    pub fn retain(mut self, keep: impl FnMut(&Problem) -> bool) -> Problems {
        self.kept.retain(keep);
        self
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

/// The longest word that is compared with known names: comparing takes time of the length times the length.
const COMPARED: usize = 80;

/// How many names a word is compared with.
const NAMES: usize = 10_000;

/// The nearest of the known names, if one is near.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > COMPARED {
        return None;
    }
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let mut other: Vec<char> = Vec::new();
    let near = |name: &'a str| {
        let length = name.chars().count();
        let (shorter, longer) = (word.len().min(length), word.len().max(length));
        let allowed = (1 + shorter / 6).min(longer / 2);
        if longer - shorter > allowed {
            return None;
        }
        other.clear();
        other.extend(name.chars().flat_map(char::to_lowercase));
        distance::within(&word, &other, allowed).map(|distance| (distance, name))
    };
    known.into_iter().take(NAMES).filter_map(near).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::{Code, KEPT, Problem, Problems, Severity, did_you_mean};
    use crate::source::Span;

    #[test]
    fn what_is_not_kept_is_counted() {
        let mut problems = Problems::new();
        problems.push(Problem::warning(Code::Syntax, Span::default(), "a warning"));
        (0..KEPT + 10).for_each(|_| problems.push_with(|| Problem::error(Code::Syntax, Span::default(), "")));
        assert_eq!((problems.len(), problems.not_kept()), (KEPT, 11));
        assert_eq!((problems.count(Severity::Error), problems.count(Severity::Warning)), (KEPT + 10, 1));
        assert_eq!(problems.errors().count(Severity::Error), KEPT + 10);
    }

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(did_you_mean("usualy", ["usually", "often"]), Some("usually"));
        assert_eq!(did_you_mean("delivery.dely", ["delivery.delay", "delivery.day"]), Some("delivery.delay"));
        assert_eq!(did_you_mean("quarantine", ["usually", "often"]), None);
    }
}
