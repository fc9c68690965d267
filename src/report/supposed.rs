//! What is supposed of a ticket, and what that changes.

use super::scope::Scope;
use super::thresholds::WORTH_A_ROW;
use super::words::UNLISTED;
use crate::ticket::diagnosis::{Diagnosis, Leader, Probability};

/// What is supposed of a ticket.
#[derive(Debug, Clone)]
pub struct Supposed {
    /// Each fact as it was said: `log.has_message=no`.
    pub set: Vec<String>,
    /// The answer without that.
    pub before: Diagnosis,
}

/// What that changes of a cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// How likely it was.
    pub was: Probability,
    /// How likely it is.
    pub is: Probability,
    /// What it is, in plain words.
    pub title: String,
}

/// Returns each cause that is worth a row, before and after, and the unlisted one among them.
pub(super) fn changes(scope: &Scope, before: &Diagnosis) -> Vec<Change> {
    let was = |cause| before.causes.iter().find(|r| r.cause == cause).map(|r| r.probability);
    let row = |(what, is): (Leader, Probability)| match what {
        Leader::Unlisted => Some(Change { was: before.unlisted, is, title: UNLISTED.to_owned() }),
        Leader::Cause(cause) => {
            let was = was(cause)?;
            let worth = was.high >= WORTH_A_ROW || is.high >= WORTH_A_ROW;
            worth.then(|| Change { was, is, title: scope.title(cause).to_owned() })
        }
    };
    scope.ticket.diagnosis().ranking().filter_map(row).collect()
}
