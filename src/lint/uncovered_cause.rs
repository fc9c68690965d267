//! A cause that no case expects: nobody would notice if it were never found again.
//!
//! Known only where the cases are at hand. A pack without any case is told once.

use super::Subject;
use crate::pack::CauseId;
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let Some(covered) = subject.covered else { return };
    let causes = || subject.pack().causes.iter().enumerate().filter(|(_, c)| subject.is_own(c.name.span));
    if causes().next().is_some() && covered.is_empty() {
        let message = "no case expects any cause of this pack";
        let help = "put a ticket whose cause is known into `cases/`: its facts, with `expect: { first: …, because: … }` on top";
        problems.push(Problem::hint(Code::UncoveredCause, subject.whole_pack(), message).help(help));
        return;
    }
    for (_, cause) in causes().filter(|(at, _)| !covered.contains(&CauseId(*at))) {
        let name = &cause.name.value;
        let message = format!("no case expects the cause `{name}`");
        problems.push(
            Problem::hint(Code::UncoveredCause, cause.name.span, message)
                .help(format!("put a ticket that turned out to be it into `cases/`, with `first: {name}`")),
        );
    }
}
