//! A fact that nothing reads: asking for it is a waste of time.

use super::{Subject, is_vocabulary, read_anywhere};
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    if is_vocabulary(pack) {
        return;
    }
    let read = read_anywhere(pack).facts;
    let unread = pack.facts.enumerated().filter(|(id, _)| !read.contains(id));
    for (_, fact) in unread {
        let message = format!("nothing reads the fact `{}`", fact.name.value);
        problems.push(
            Problem::warning(Code::UnreadFact, fact.name.span, message)
                .help("write a rule over it, or remove it: its answer changes nothing"),
        );
    }
}
