//! A cause without a fix: the answer that finds it can only escalate.
//!
//! A cause that leads to one with a fix is reported as a root without a fix instead. A pack without any fix is reported once.

use super::{Subject, is_vocabulary, root_without_fix};
use crate::pack::CauseId;
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    if is_vocabulary(pack) {
        return;
    }
    if pack.causes.iter().all(|cause| cause.fixes.is_empty()) {
        let message = "no cause of this pack has a fix, so no answer can say what to do";
        let help = "declare what removes each cause: `fix NAME \"…\" { step \"…\" }`, and write `fix NAME` in the cause";
        problems.push(Problem::hint(Code::NoFix, subject.whole_pack(), message).help(help));
        return;
    }
    let roots = root_without_fix::fixed_further_on(pack);
    for (at, cause) in pack.causes.iter().enumerate() {
        if cause.fixes.is_empty() && !roots.contains_key(&CauseId(at)) {
            let message = format!("the cause `{}` has no fix", cause.name.value);
            problems.push(
                Problem::hint(Code::NoFix, cause.name.span, message)
                    .help("write `fix NAME` here, and declare it: `fix NAME \"…\" { by …  step \"…\" }`"),
            );
        }
    }
}
