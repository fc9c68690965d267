//! A cause that no case expects: nobody would notice if it were never found again.
//!
//! Reported only if the cases are at hand. A pack without any case is reported once.

use super::Subject;
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let Some(covered) = subject.covered else { return };
    let causes = || subject.pack().causes.enumerated().filter(|(_, c)| subject.is_own(c.name.span));
    if causes().next().is_some() && covered.is_empty() {
        let message = "no case expects a cause of this pack";
        let help = "add a ticket whose cause is known to `cases/`: its facts, with `expect: { first: …, because: … }` at the top";
        problems.push(Problem::hint(Code::UncoveredCause, subject.whole_pack(), message).help(help));
        return;
    }
    for (_, cause) in causes().filter(|(id, _)| !covered.contains(id)) {
        let name = &cause.name.value;
        let message = format!("no case expects the cause `{name}`");
        problems.push(
            Problem::hint(Code::UncoveredCause, cause.name.span, message)
                .help(format!("add a ticket with this cause to `cases/`, with `first: {name}`")),
        );
    }
}
