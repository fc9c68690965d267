//! A fact that is read but cannot be obtained: no question asks for it, and no visit answers it.
//!
//! A computed fact needs no question. A fact that only verifies fixes is seen by whoever carries them out, and one that is used
//! only in a computed fact with a question of its own may be answered there.

use super::{Subject, read_for_answers};
use crate::pack::Fact;
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    let mut wanted = read_for_answers(pack).facts;
    let computed = pack.facts.iter().filter(|fact| !can_be_asked(fact));
    wanted.extend(computed.filter_map(|fact| fact.definition.as_ref()).flat_map(|d| d.reads().facts));
    for (id, fact) in pack.facts.enumerated() {
        if fact.definition.is_none() && !can_be_asked(fact) && wanted.contains(&id) {
            let message = format!("`{}` is read, but no question asks for it", fact.name.value);
            problems.push(
                Problem::warning(Code::UnobtainableFact, fact.name.span, message)
                    .label("`ruleout ask` never asks for it")
                    .help("add `ask \"…\"`, or move it into the visit that answers it"),
            );
        }
    }
}

fn can_be_asked(fact: &Fact) -> bool {
    fact.ask.is_some() || fact.visit.is_some() || !fact.read.is_empty()
}
