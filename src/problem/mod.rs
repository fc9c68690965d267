//! What is wrong with an author's text, and where.
//!
//! A [`Problem`] is about a text that somebody wrote (a pack, a fact file); it carries a [`Code`], the places, and what to
//! do about it. Every stage returns [`Problems`] beside its value and never stops at the first. How they are drawn is the
//! business of `render`.
//!
//! Voice: lowercase, no final period, the author's own words in backticks; the help says what to write.

mod code;
mod distance;
pub mod lookalike;
mod suggestion;

pub use code::Code;
pub use suggestion::{Applicability, Applied, Edit, Suggestion, apply, first_in, last_in};

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "severity")]
#[non_exhaustive]
pub enum Severity {
    /// The text cannot be used as it stands.
    Error,
    /// The text can be used, but probably does not say what its author meant.
    Warning,
    /// Worth knowing.
    Hint,
}

impl Severity {
    /// Returns the word for it, the same in texts and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
        }
    }
}

/// One thing that is wrong, with its places and what to do about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Which kind of problem; `ruleout explain` has a page about it.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// Where: the main place first, then further ones, each with what it has to do with the problem.
    pub labels: Vec<(Span, String)>,
    /// What to do about it.
    pub help: Option<String>,
    /// Edits that would solve it, each by itself; the likeliest first.
    pub suggestions: Vec<Suggestion>,
}

impl Problem {
    /// Returns an error at a place.
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

    /// Returns a warning at a place.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Returns a hint at a place.
    pub fn hint(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Hint, ..Self::error(code, span, message) }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(clipped(help.into()));
        self
    }

    /// Says what to do, if there is something to say.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.map(clipped).or(self.help);
        self
    }

    /// Says what stands at the main place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(first) = self.labels.first_mut() {
            first.1 = text.into();
        }
        self
    }

    /// Adds a further place, and what it has to do with the problem.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }

    /// Asks whether a name was meant at the main place, and suggests it; not safe, since it may be another.
    #[must_use]
    pub fn meant(self, name: &str) -> Self {
        let suggestion = Suggestion::uncertain(format!("write `{name}`"), self.span(), name);
        self.help(format!("did you mean `{name}`?")).suggest(suggestion)
    }

    /// Asks whether one of some names was meant, and suggests each in place of a name that is written at the main place, perhaps in
    /// quotes; where that place is another, it only asks. Without names it says what to do.
    #[must_use]
    pub fn meant_in_place_of(self, written: &str, names: &[&str], help: impl FnOnce() -> String) -> Self {
        let Some(question) = question(names) else { return self.help(help()) };
        let span = self.span();
        let place = match (span.end - span.start).checked_sub(written.len()) {
            Some(0) => Some(span),
            Some(2) => Some(Span { start: span.start + 1, end: span.end - 1, ..span }),
            _ => None,
        };
        let suggestion = |name: &&str| {
            let dotted = name.contains('.') && !written.contains('.') && place == Some(span);
            let place = place.filter(|_| !dotted)?;
            Some(Suggestion::uncertain(format!("write `{name}`"), place, *name))
        };
        names.iter().filter_map(suggestion).fold(self.help(question), Problem::suggest)
    }

    /// Marks its suggestions as safe: nothing else can have been meant.
    #[must_use]
    pub fn mark_safe(mut self) -> Self {
        self.suggestions.iter_mut().for_each(|suggestion| suggestion.applicability = Applicability::Safe);
        self
    }

    /// Asks whether a name was meant, if there is one; otherwise says what to do.
    #[must_use]
    pub fn meant_or(self, name: Option<&str>, help: impl FnOnce() -> String) -> Self {
        match name {
            Some(name) => self.meant(name),
            None => self.help(help()),
        }
    }

    /// Says what to write at the main place, and suggests it as safe.
    #[must_use]
    pub fn write(self, text: &str) -> Self {
        let suggestion = Suggestion::safe(format!("write `{text}`"), self.span(), text);
        self.help(format!("write `{text}`")).suggest(suggestion)
    }

    /// Says what to write in place of a text, and suggests it; not safe, since something else may have been meant. A help that
    /// is there already stays.
    #[must_use]
    pub fn rewrite(mut self, span: Span, text: &str) -> Self {
        let title = format!("write `{text}`");
        self.help.get_or_insert_with(|| clipped(title.clone()));
        self.suggest(Suggestion::uncertain(title, span, text))
    }

    /// Adds a suggestion.
    #[must_use]
    pub fn suggest(self, suggestion: Suggestion) -> Self {
        self.maybe_suggest(Some(suggestion))
    }

    /// Adds a suggestion, if there is one.
    #[must_use]
    pub fn maybe_suggest(mut self, suggestion: Option<Suggestion>) -> Self {
        self.suggestions.extend(suggestion);
        self
    }

    /// Returns the main place.
    pub fn span(&self) -> Span {
        self.labels.first().map(|(span, _)| *span).unwrap_or_default()
    }
}

impl fmt::Display for Problem {
    /// Writes severity, message and help; the place is known only together with the texts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.severity.name(), self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, " (help: {help})"))
    }
}

/// The longest message or help, in bytes: a name in it may be as long as a file.
const MAX_TEXT: usize = 1000;

fn clipped(mut text: String) -> String {
    if text.len() > MAX_TEXT {
        text.truncate(text.floor_char_boundary(MAX_TEXT));
        text.push('…');
    }
    text
}

/// How many problems are reported; those beyond are only counted.
pub const MAX_REPORTED: usize = 500;

/// All that was found wrong, in the order of the texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Problems {
    reported: Vec<Problem>,
    /// How many are only counted, by severity.
    suppressed: BTreeMap<Severity, usize>,
}

impl Problems {
    /// Returns an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a problem.
    pub fn push(&mut self, problem: Problem) {
        if self.is_full() {
            *self.suppressed.entry(problem.severity).or_default() += 1;
        } else {
            self.reported.push(problem);
        }
    }

    /// Adds an error that is worked out only if it is reported: looking for what was meant takes time.
    pub fn push_with(&mut self, problem: impl FnOnce() -> Problem) {
        let problem = (!self.is_full()).then(problem);
        self.push_or_count(problem);
    }

    /// Adds an error; one that was not worked out counts all the same.
    pub fn push_or_count(&mut self, problem: Option<Problem>) {
        match problem {
            Some(problem) => self.push(problem),
            None => *self.suppressed.entry(Severity::Error).or_default() += 1,
        }
    }

    /// Adds all problems of another stage.
    pub fn extend(&mut self, others: Problems) {
        others.reported.into_iter().for_each(|problem| self.push(problem));
        for (severity, more) in others.suppressed {
            *self.suppressed.entry(severity).or_default() += more;
        }
    }

    /// Adds a problem, if there is one.
    pub fn extend_one(&mut self, problem: Option<Problem>) {
        problem.into_iter().for_each(|problem| self.push(problem));
    }

    /// Returns whether further problems are only counted, so that nothing needs to be worked out about them.
    pub fn is_full(&self) -> bool {
        self.reported.len() >= MAX_REPORTED
    }

    /// Returns whether one of them keeps the text from being used.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Returns whether there is nothing to report.
    pub fn is_empty(&self) -> bool {
        self.reported.is_empty()
    }

    /// Returns how many are reported.
    pub fn len(&self) -> usize {
        self.reported.len()
    }

    /// Returns how many there are of a severity, reported or only counted.
    pub fn count(&self, severity: Severity) -> usize {
        let reported = self.reported.iter().filter(|problem| problem.severity == severity).count();
        reported + self.suppressed.get(&severity).copied().unwrap_or(0)
    }

    /// Returns how many are only counted.
    pub fn suppressed(&self) -> usize {
        self.suppressed.values().sum()
    }

    /// Returns only the errors.
    #[must_use]
    pub fn errors(&self) -> Problems {
        let error = |severity: &Severity| *severity == Severity::Error;
        Problems {
            reported: self.reported.iter().filter(|problem| error(&problem.severity)).cloned().collect(),
            suppressed: self
                .suppressed
                .iter()
                .filter(|(severity, _)| error(severity))
                .map(|(s, n)| (*s, *n))
                .collect(),
        }
    }

    /// Keeps the problems for which `keep` is true; what is only counted stays counted.
    #[must_use]
    pub fn retain(mut self, keep: impl FnMut(&Problem) -> bool) -> Problems {
        self.reported.retain(keep);
        self
    }

    /// Sorts them, errors first, then warnings, then hints, each in the order of the texts, and drops what was found twice at
    /// one place.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.reported.sort_by(|a, b| {
            (a.severity, a.span(), a.code.name(), &a.message).cmp(&(
                b.severity,
                b.span(),
                b.code.name(),
                &b.message,
            ))
        });
        self.reported.dedup();
        self
    }

    /// Returns an iterator over those that are reported.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.reported.iter()
    }
}

impl fmt::Display for Problems {
    /// Writes a line for each problem, without its place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.iter().enumerate() {
            let line_break = if at > 0 { "\n" } else { "" };
            write!(f, "{line_break}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.reported.into_iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The longest word that is compared with known names, in bytes: the time grows with the square of the length.
const MAX_COMPARED: usize = 80;

/// How many names a word is compared with.
const MAX_NAMES: usize = 10_000;

/// Returns the known name that is nearest to a word, if one is near.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > MAX_COMPARED {
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
    known.into_iter().take(MAX_NAMES).filter_map(near).min().map(|(_, name)| name)
}

/// Returns the known names that may have been meant: the nearest, else those in which the word stands, or that stand in it, if they
/// are few.
pub fn which_were_meant<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Vec<&'a str> {
    /// Fewer characters stand in too many names.
    const SHORTEST: usize = 3;
    const MOST: usize = 3;
    if let Some(name) = did_you_mean(word, known.clone()) {
        return vec![name];
    }
    if word.chars().count() < SHORTEST || word.len() > MAX_COMPARED {
        return Vec::new();
    }
    let word = word.to_lowercase();
    let like = |name: &&str| {
        let name = name.to_lowercase();
        name.contains(&word) || name.chars().count() >= SHORTEST && word.contains(&name)
    };
    let named: Vec<&str> = known.into_iter().filter(like).take(MOST + 1).collect();
    if named.len() > MOST { Vec::new() } else { named }
}

/// Returns a question for the known name that was meant, if there is one that may have been.
pub fn which_was_meant<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    question(&which_were_meant(word, known))
}

/// Asks whether one of some names was meant; nothing where there is none.
fn question(names: &[&str]) -> Option<String> {
    let named: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    (!named.is_empty()).then(|| format!("did you mean {}?", named.join(" or ")))
}

#[cfg(test)]
mod tests {
    use super::{Code, MAX_REPORTED, Problem, Problems, Severity, did_you_mean};
    use crate::source::Span;

    #[test]
    fn beyond_the_limit_problems_are_only_counted() {
        let mut problems = Problems::new();
        problems.push(Problem::warning(Code::Syntax, Span::default(), "a warning"));
        (0..MAX_REPORTED + 10)
            .for_each(|_| problems.push_with(|| Problem::error(Code::Syntax, Span::default(), "")));
        assert_eq!((problems.len(), problems.suppressed()), (MAX_REPORTED, 11));
        assert_eq!(
            (problems.count(Severity::Error), problems.count(Severity::Warning)),
            (MAX_REPORTED + 10, 1)
        );
        assert_eq!(problems.errors().count(Severity::Error), MAX_REPORTED + 10);
    }

    #[test]
    fn problems_are_written_a_line_each() {
        let mut problems = Problems::new();
        problems.push(Problem::error(Code::Syntax, Span::default(), "no").help("write `yes`"));
        problems.push(Problem::hint(Code::Unused, Span::default(), "perhaps"));
        assert_eq!(problems.to_string(), "error: no (help: write `yes`)\nhint: perhaps");
        let by_value: Vec<Code> = problems.clone().into_iter().map(|problem| problem.code).collect();
        assert_eq!(by_value, problems.iter().map(|problem| problem.code).collect::<Vec<_>>());
    }

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(did_you_mean("usualy", ["usually", "often"]), Some("usually"));
        assert_eq!(did_you_mean("delivery.dely", ["delivery.delay", "delivery.day"]), Some("delivery.delay"));
        assert_eq!(did_you_mean("quarantine", ["usually", "often"]), None);
    }
}
