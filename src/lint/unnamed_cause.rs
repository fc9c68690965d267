//! A cause that no evidence ever counts for or against: it keeps the chance that its share gives it.
//!
//! A rule names a cause by a line, by its group, by `rules out`, by `told by` or by `shows`. The effect of a cause is evidence for it,
//! and an effect rises and falls with its cause; but two causes that lead to the same effect say nothing about each other while
//! nothing is known about the effect. So evidence reaches the causes that rules name, all that lead to them, and then all effects
//! of these (d-connection along `leads to`).

use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use crate::pack::{CauseId, Pack, Rule};
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    let with_evidence = with_evidence(pack);
    let unnamed = pack.causes.enumerated().filter(|(id, _)| !with_evidence.contains(id));
    for (_, cause) in unnamed {
        let name = &cause.name.value;
        let message =
            format!("no rule names the cause `{name}`, so no evidence ever counts for or against it");
        problems.push(
            Problem::warning(Code::UnnamedCause, cause.name.span, message).help(format!(
                "add a line to a rule, `usually with {name}`, or write here: `shows … usually`"
            )),
        );
    }
}

/// Returns the causes that some evidence can count for or against.
fn with_evidence(pack: &Pack) -> BTreeSet<CauseId> {
    let named = pack.rules.iter().flat_map(Rule::causes).collect();
    let (mut effects, mut roots): (Links, Links) = (Links::new(), Links::new());
    for (id, cause) in pack.causes.enumerated() {
        for (effect, ..) in &cause.leads_to {
            effects.entry(id).or_default().push(*effect);
            roots.entry(*effect).or_default().push(id);
        }
    }
    reached(reached(named, &roots), &effects)
}

type Links = BTreeMap<CauseId, Vec<CauseId>>;

/// Returns some causes and all that links lead to from them.
fn reached(from: BTreeSet<CauseId>, links: &Links) -> BTreeSet<CauseId> {
    let mut todo: Vec<CauseId> = from.iter().copied().collect();
    let mut seen = from;
    while let Some(cause) = todo.pop() {
        let next = links.get(&cause).into_iter().flatten();
        todo.extend(next.filter(|next| seen.insert(**next)));
    }
    seen
}
