//! A cause for or against which no rule ever speaks: it keeps the chance that its share gives it.
//!
//! A rule names a cause by a line, by its group, by `rules out`, by `told by` or by `shows`. What comes of a cause speaks for it, and
//! a cause that comes of another rises and falls with it; but two causes that both lead to a third say nothing of each other while
//! nothing is known of that third. So: those that rules name, all that lead to them, and then all that comes of these
//! (d-connection along `leads to`).

use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use crate::pack::{CauseId, Pack, Rule};
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    let spoken_of = spoken_of(pack);
    let unnamed = pack.causes.iter().enumerate().filter(|(at, _)| !spoken_of.contains(&CauseId(*at)));
    for (_, cause) in unnamed {
        let name = &cause.name.value;
        let message = format!("no rule names the cause `{name}`, so nothing ever speaks for or against it");
        problems.push(Problem::warning(Code::UnnamedCause, cause.name.span, message).help(format!(
            "write a line for it in the rules of what is seen with it: `usually with {name}`; or here, `shows … usually`"
        )));
    }
}

fn spoken_of(pack: &Pack) -> BTreeSet<CauseId> {
    let named = pack.rules.iter().flat_map(Rule::causes).collect();
    let (mut effects, mut roots): (Links, Links) = (Links::new(), Links::new());
    for (at, cause) in pack.causes.iter().enumerate() {
        for (effect, ..) in &cause.leads_to {
            effects.entry(CauseId(at)).or_default().push(*effect);
            roots.entry(*effect).or_default().push(CauseId(at));
        }
    }
    reached(reached(named, &roots), &effects)
}

type Links = BTreeMap<CauseId, Vec<CauseId>>;

/// Some causes, and all that links lead to from them.
fn reached(from: BTreeSet<CauseId>, links: &Links) -> BTreeSet<CauseId> {
    let mut todo: Vec<CauseId> = from.iter().copied().collect();
    let mut seen = from;
    while let Some(cause) = todo.pop() {
        let next = links.get(&cause).into_iter().flatten();
        todo.extend(next.filter(|next| seen.insert(**next)));
    }
    seen
}
