//! Causes that nothing rules out: whatever is found, they stay nearly as likely as they were.

use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use crate::graph::InferenceGraph;
use crate::pack::CauseId;
use crate::problem::{Code, Problem, Problems};
use crate::value::write_chance;

/// All evidence against a cause must come to this factor to clear it.
const CLEARS: f64 = 2.0;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    for (id, against) in against(subject.graph).into_iter().filter(|(_, against)| *against < CLEARS) {
        let cause = &pack.causes[id];
        let share = cause.shares.iter().map(|line| line.share).fold(0.0, f64::max);
        if share >= 1.0 || cause.shares.iter().any(|line| line.share <= 0.0) {
            continue;
        }
        let odds = share / (1.0 - share) / against;
        let message = format!(
            "nothing clears `{}`: with all possible evidence against it, it falls only from {} to {}",
            cause.name.value,
            write_chance(share),
            write_chance(odds / (1.0 + odds)),
        );
        problems.push(Problem::hint(Code::NothingClears, cause.name.span, message).help(
            "add a direct check (`told by`), or a line for a symptom that it nearly always has: `almost always with …`",
        ));
    }
}

/// Returns the greatest factor by which all rules together can make each cause less likely.
fn against(graph: &InferenceGraph) -> BTreeMap<CauseId, f64> {
    let mut against = BTreeMap::new();
    for (rule, steps) in graph.steps.enumerated() {
        let without = graph.levels_given(rule, &[]);
        let linked: BTreeSet<usize> = steps.iter().flat_map(|step| step.links.keys().copied()).collect();
        for cause in linked {
            let with = graph.levels_given(rule, &[cause]);
            let factors =
                with.iter().zip(&without).filter(|(_, none)| **none > 0.0).map(|(with, none)| none / with);
            *against.entry(CauseId(cause)).or_insert(1.0) *= factors.fold(1.0, f64::max);
        }
    }
    against
}
