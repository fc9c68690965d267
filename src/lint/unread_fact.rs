//! A fact that nothing reads: asking for it would tell nothing.

use super::{Subject, read_anywhere};
use crate::pack::FactId;
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let read = read_anywhere(subject.pack()).facts;
    let unread = subject.pack().facts.iter().enumerate().filter(|(at, _)| !read.contains(&FactId(*at)));
    for (_, fact) in unread {
        let message = format!("nothing reads the fact `{}`", fact.name.value);
        problems.push(
            Problem::warning(Code::UnreadFact, fact.name.span, message)
                .help("write a rule over it, or take it away: whoever answers it learns nothing"),
        );
    }
}
