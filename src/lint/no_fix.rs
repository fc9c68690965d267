//! A cause that nothing removes: where it is found, the answer has nothing to do about it but to pass it on.
//!
//! One of which something comes that has a fix is told of as a root without a fix. A pack without any fix is told once.

use super::{Subject, root_without_fix};
use crate::pack::CauseId;
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    if pack.causes.iter().all(|cause| cause.fixes.is_empty()) {
        let message = "no cause of this pack has a fix, so no answer says what to do";
        let help = "write what removes each: `fix NAME \"…\" { step \"…\" }`, and `fix NAME` in its cause";
        problems.push(Problem::hint(Code::NoFix, subject.whole_pack(), message).help(help));
        return;
    }
    let roots = root_without_fix::fixed_further_on(pack);
    for (at, cause) in pack.causes.iter().enumerate() {
        if cause.fixes.is_empty() && !roots.contains_key(&CauseId(at)) {
            let message = format!("nothing removes the cause `{}`", cause.name.value);
            problems.push(
                Problem::hint(Code::NoFix, cause.name.span, message)
                    .help("say who does what: `fix NAME` here, and `fix NAME \"…\" { by …  step \"…\" }`"),
            );
        }
    }
}
