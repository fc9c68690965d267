//! Causes that nothing clears: whatever is found, they stay nearly as likely as they were.

use super::Subject;
use crate::graph::InferenceGraph;
use crate::graph::numbers::levels_given;
use crate::pack::CauseId;
use crate::pack::scale::write_chance;
use crate::problem::{Code, Problem, Problems};

/// What speaks against a cause by less than this, all rules together, does not clear it.
const CLEARS: f64 = 2.0;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let graph = subject.graph;
    for (at, cause) in graph.pack.causes.iter().enumerate() {
        let share = cause.shares.iter().map(|line| line.share).fold(0.0, f64::max);
        if share >= 1.0 || cause.shares.iter().any(|line| line.share <= 0.0) {
            continue;
        }
        let Some(against) = against(graph, CauseId(at)).filter(|against| *against < CLEARS) else { continue };
        let odds = share / (1.0 - share) / against;
        let message = format!(
            "nothing clears `{}`: if all that can be is found against it, it falls from {} to {}",
            cause.name.value,
            write_chance(share),
            write_chance(odds / (1.0 + odds)),
        );
        problems.push(Problem::advice(Code::NothingClears, cause.name.span, message).help(
            "give it a direct check (`told by`), or a line about what is nearly always seen with it: `almost always with …`",
        ));
    }
}

/// By how much all rules together can speak against a cause; none where no rule tells anything of it.
fn against(graph: &InferenceGraph, cause: CauseId) -> Option<f64> {
    let mut against: Option<f64> = None;
    for (rule, steps) in graph.pack.rules.iter().zip(&graph.steps) {
        if !steps.iter().any(|step| step.links.contains_key(&cause.0)) {
            continue;
        }
        let levels = graph.pack.reading(&rule.evidence).map_or(0, |reading| reading.levels.len());
        let (with, without) =
            (levels_given(steps, levels, &[cause.0], false), levels_given(steps, levels, &[], false));
        let factors =
            with.iter().zip(&without).filter(|(_, none)| **none > 0.0).map(|(with, none)| none / with);
        let most = factors.fold(1.0, f64::max);
        against = Some(against.unwrap_or(1.0) * most);
    }
    against
}
