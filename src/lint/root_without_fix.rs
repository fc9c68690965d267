//! A root cause has no fix although one of its effects does, so the effect will recur.

use std::collections::{BTreeMap, VecDeque};

use super::Subject;
use crate::pack::{CauseId, Pack};
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    for (root, effect) in fixed_further_on(pack) {
        let (root, effect) = (&pack.causes[root], &pack.causes[effect]);
        let (of, what) = (&root.name.value, &effect.name.value);
        let message = format!("`{what}` has a fix, but `{of}`, which leads to it, has none");
        problems.push(
            Problem::warning(Code::RootWithoutFix, root.name.span, message)
                .also(effect.name.span, "its effect")
                .help(format!(
                    "give `{of}` a fix too: while it remains, `{what}` recurs however often it is fixed"
                )),
        );
    }
}

/// Returns the causes without a fix that lead to one with a fix, each with the nearest such effect.
pub(super) fn fixed_further_on(pack: &Pack) -> BTreeMap<CauseId, CauseId> {
    let mut roots: BTreeMap<CauseId, Vec<CauseId>> = BTreeMap::new();
    let mut todo = VecDeque::new();
    for (id, cause) in pack.causes.enumerated() {
        for (effect, ..) in &cause.leads_to {
            roots.entry(*effect).or_default().push(id);
        }
        if !cause.fixes.is_empty() {
            todo.push_back((id, id));
        }
    }
    // Breadth first, so that the nearest is found first.
    let mut found = BTreeMap::new();
    while let Some((cause, fixed)) = todo.pop_front() {
        for root in roots.get(&cause).into_iter().flatten() {
            if pack.causes[*root].fixes.is_empty() && !found.contains_key(root) {
                found.insert(*root, fixed);
                todo.push_back((*root, fixed));
            }
        }
    }
    found
}
