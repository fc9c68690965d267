//! What is wrong with a text, with its places.

use std::fmt;
use std::path::Path;

use crate::loader::Unreadable;
use crate::problem::{self, Severity};
use crate::source::Sources;

pub use crate::source::Place;

/// What is wrong with a pack or a fact file, in the order of the texts.
#[derive(Clone)]
pub struct Problems {
    found: problem::Problems,
    sources: Sources,
}

impl Problems {
    pub(super) fn new(found: problem::Problems, sources: Sources) -> Self {
        Self { found, sources }
    }

    /// Returns each problem; no more than 500 are kept, see [`Problems::suppressed`].
    pub fn iter(&self) -> impl Iterator<Item = Problem<'_>> {
        self.found.iter().map(|problem| Problem { problem, sources: &self.sources })
    }

    /// Returns how many problems there are besides those that are kept.
    pub fn suppressed(&self) -> usize {
        self.found.suppressed()
    }

    /// Returns how many problems are kept.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Returns whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Returns whether one of them keeps the text from being used.
    pub fn has_errors(&self) -> bool {
        self.found.has_errors()
    }
}

impl fmt::Display for Problems {
    /// Writes a line for each problem, `file:line:column: error: message`, and its help below it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Problems {
    /// Writes the same as `Display`: it is what a program shows whose `main` returns them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Problems {}

/// One thing that is wrong.
#[derive(Debug, Clone, Copy)]
pub struct Problem<'a> {
    problem: &'a problem::Problem,
    sources: &'a Sources,
}

impl Problem<'_> {
    /// Returns its kind, as `ruleout explain` knows it: `unknown-name`.
    pub fn code(&self) -> &'static str {
        self.problem.code.name()
    }

    /// Returns how bad it is.
    pub fn severity(&self) -> Severity {
        self.problem.severity
    }

    /// Returns what is wrong, in a line.
    pub fn message(&self) -> &str {
        &self.problem.message
    }

    /// Returns what to do; none where the message says it.
    pub fn help(&self) -> Option<&str> {
        self.problem.help.as_deref()
    }

    /// Returns where it is: file, line and column, both from 1.
    pub fn place(&self) -> Place {
        self.sources.place(self.problem.span())
    }
}

impl fmt::Display for Problem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place(), self.severity().name(), self.message())?;
        self.help().map_or(Ok(()), |help| write!(f, "\n  help: {help}"))
    }
}

/// Why a pack or a fact file could not be read.
#[non_exhaustive]
pub enum Error {
    /// A file could not be read at all; the text says which, and why.
    Unreadable(Unreadable),
    /// What was read has errors.
    Problems(Problems),
}

impl Error {
    pub(super) fn unknown_format(path: &Path) -> Self {
        Self::Unreadable(Unreadable {
            doing: "read",
            path: path.to_owned(),
            reason: "its ending says no format".to_owned(),
            help: "name it .yaml, .json, .toml or .ron".to_owned(),
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unreadable(unreadable) => unreadable.fmt(f),
            Error::Problems(problems) => problems.fmt(f),
        }
    }
}

impl fmt::Debug for Error {
    /// Writes the same as `Display`: it is what a program shows whose `main` returns it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Unreadable(unreadable) => Some(unreadable),
            Error::Problems(problems) => Some(problems),
        }
    }
}

impl From<Unreadable> for Error {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable)
    }
}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        Self::Problems(problems)
    }
}
