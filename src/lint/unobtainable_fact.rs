//! A fact that something reads and that nobody can obtain: no question asks for it, and no visit answers it.
//!
//! What is computed needs no question. What only fixes are verified by is seen by whoever carries them out, and what only goes
//! into a computed fact that has a question of its own may be answered there.

use super::{Subject, read_for_answers};
use crate::pack::{Fact, FactId};
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    let mut wanted = read_for_answers(pack).facts;
    let computed = pack.facts.iter().filter(|fact| !can_be_asked(fact));
    wanted.extend(computed.filter_map(|fact| fact.definition.as_ref()).flat_map(|d| d.reads().facts));
    for (at, fact) in pack.facts.iter().enumerate() {
        if fact.definition.is_none() && !can_be_asked(fact) && wanted.contains(&FactId(at)) {
            let message = format!("`{}` is read, and no question asks for it", fact.name.value);
            problems.push(
                Problem::warning(Code::UnobtainableFact, fact.name.span, message)
                    .label("`ruleout ask` leaves it out")
                    .help("add `ask \"…\"`, or put it into the visit that answers it"),
            );
        }
    }
}

fn can_be_asked(fact: &Fact) -> bool {
    fact.ask.is_some() || fact.visit.is_some()
}
