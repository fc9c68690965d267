//! Causes that nothing clears: whatever is found, they stay nearly as likely as they were.

use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use crate::graph::InferenceGraph;
use crate::pack::scale::write_chance;
use crate::pack::{CauseId, RuleId};
use crate::problem::{Code, Problem, Problems};

/// What speaks against a cause by less than this, all rules together, does not clear it.
const CLEARS: f64 = 2.0;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    for (id, against) in against(subject.graph).into_iter().filter(|(_, against)| *against < CLEARS) {
        let Some(cause) = pack.causes.get(id.0) else { continue };
        let share = cause.shares.iter().map(|line| line.share).fold(0.0, f64::max);
        if share >= 1.0 || cause.shares.iter().any(|line| line.share <= 0.0) {
            continue;
        }
        let odds = share / (1.0 - share) / against;
        let message = format!(
            "nothing clears `{}`: if all that can be is found against it, it falls from {} to {}",
            cause.name.value,
            write_chance(share),
            write_chance(odds / (1.0 + odds)),
        );
        problems.push(Problem::hint(Code::NothingClears, cause.name.span, message).help(
            "give it a direct check (`told by`), or a line about what is nearly always seen with it: `almost always with …`",
        ));
    }
}

/// By how much all rules together can speak against each cause of which some tell.
fn against(graph: &InferenceGraph) -> BTreeMap<CauseId, f64> {
    let mut against = BTreeMap::new();
    for (at, steps) in graph.steps.iter().enumerate() {
        let without = graph.levels_given(RuleId(at), &[]);
        let told: BTreeSet<usize> = steps.iter().flat_map(|step| step.links.keys().copied()).collect();
        for cause in told {
            let with = graph.levels_given(RuleId(at), &[cause]);
            let factors =
                with.iter().zip(&without).filter(|(_, none)| **none > 0.0).map(|(with, none)| none / with);
            *against.entry(CauseId(cause)).or_insert(1.0) *= factors.fold(1.0, f64::max);
        }
    }
    against
}
