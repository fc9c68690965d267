//! A cause without a fix of which, in one step or several, something comes that has one: mending that alone, it comes back.

use std::collections::{BTreeMap, VecDeque};

use super::Subject;
use crate::pack::{CauseId, Pack};
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    for (root, effect) in fixed_further_on(pack) {
        let (Some(root), Some(effect)) = (pack.causes.get(root.0), pack.causes.get(effect.0)) else {
            continue;
        };
        let (of, what) = (&root.name.value, &effect.name.value);
        let message = format!("`{what}` has a fix, and `{of}`, of which it comes, has none");
        problems.push(
            Problem::warning(Code::RootWithoutFix, root.name.span, message)
                .also(effect.name.span, "what comes of it")
                .help(format!(
                    "give `{of}` a fix as well: while it is there, `{what}` comes back however often it is mended"
                )),
        );
    }
}

/// The causes without a fix of which something comes that has one, each with the nearest such thing.
pub(super) fn fixed_further_on(pack: &Pack) -> BTreeMap<CauseId, CauseId> {
    let mut roots: BTreeMap<CauseId, Vec<CauseId>> = BTreeMap::new();
    let mut todo = VecDeque::new();
    for (at, cause) in pack.causes.iter().enumerate() {
        for (effect, ..) in &cause.leads_to {
            roots.entry(*effect).or_default().push(CauseId(at));
        }
        if !cause.fixes.is_empty() {
            todo.push_back((CauseId(at), CauseId(at)));
        }
    }
    // Breadth first, so that the nearest is found first.
    let mut found = BTreeMap::new();
    while let Some((cause, mended)) = todo.pop_front() {
        for root in roots.get(&cause).into_iter().flatten() {
            let bare = pack.causes.get(root.0).is_some_and(|root| root.fixes.is_empty());
            if bare && !found.contains_key(root) {
                found.insert(*root, mended);
                todo.push_back((*root, mended));
            }
        }
    }
    found
}
