//! A direct check that does not settle its cause: with it alone, the cause is not likely enough to act upon.
//!
//! For each cause, the exact posterior with its direct check positive and nothing else known. A check is as good as it is by
//! decision (`almost always` with the cause, `never` without), so a cause stands low where it is rare among the causes, or
//! impossible in most contexts.

use super::Subject;
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::infer::exact::{Budget, Outcome, posteriors};
use crate::infer::network::{Finding, Network};
use crate::model::evaluate::evaluate;
use crate::model::observe::observe;
use crate::pack::CauseId;
use crate::problem::{Code, Problem, Problems};
use crate::source::Span;
use crate::value::write_chance;

/// Below this posterior, a check does not settle.
const SETTLED: f64 = 0.8;

/// So that what is written as 80 % counts as such.
const ROUNDING: f64 = 1e-9;

/// A cause with its direct check alone.
#[derive(Debug, Clone)]
pub struct DirectCheck {
    /// The cause.
    pub cause: CauseId,
    /// Where the check stands.
    pub span: Span,
    /// The posterior of each cause with it,
    causes: Vec<f64>,
    /// and that of the unlisted cause.
    unlisted: f64,
}

impl DirectCheck {
    /// Returns the posterior of its cause.
    pub fn alone(&self) -> f64 {
        self.causes.get(self.cause.0).copied().unwrap_or(1.0)
    }
}

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    for check in direct_checks(subject.graph) {
        if check.alone() < SETTLED - ROUNDING {
            problems.push(problem(subject, &check));
        }
    }
}

/// Computes what each direct check comes to, alone, in the order of the rules; those whose answer would cost too much are left out.
pub fn direct_checks(graph: &InferenceGraph) -> Vec<DirectCheck> {
    let nothing = Facts::default();
    let (network, _) = observe(graph, &evaluate(graph, &nothing), &nothing);
    let direct = || {
        let rules =
            graph.pack.rules.enumerated().filter(|(_, rule)| rule.direct && rule.rules_out.is_empty());
        rules.filter_map(|(id, rule)| Some((id, *rule.with.keys().next()?, rule.name.span)))
    };
    let seen = direct().map(|(rule, ..)| Network {
        findings: vec![Finding { steps: graph.steps[rule].clone(), levels: 2, weights: vec![0.0, 1.0] }],
        ..network.clone()
    });
    let outcomes = posteriors(&seen.collect::<Vec<_>>(), &Budget::default());
    let of = |((_, cause, span), outcome)| match outcome {
        Outcome::Exact(posterior) => {
            Some(DirectCheck { cause, span, causes: posterior.causes, unlisted: posterior.unlisted })
        }
        Outcome::Impossible | Outcome::OverBudget { .. } => None,
    };
    direct().zip(outcomes).filter_map(of).collect()
}

/// Writes a probability rounded down to a tenth of a percent, so that what is short of a bound is never written as the bound.
pub fn rounded_down(chance: f64) -> String {
    write_chance((chance * 1000.0).floor() / 1000.0)
}

fn problem(subject: &Subject<'_>, checked: &DirectCheck) -> Problem {
    let pack = subject.pack();
    let name = pack.causes[checked.cause].name.value.as_str();
    let others = checked.causes.iter().enumerate().filter(|(at, _)| *at != checked.cause.0);
    let next = others.max_by(|a, b| a.1.total_cmp(b.1));
    let rival = match next {
        Some((at, chance)) if *chance > checked.unlisted => {
            format!("`{}` at {}", pack.causes[CauseId(at)].name.value, rounded_down(*chance))
        }
        _ => format!("a cause that this pack does not list at {}", rounded_down(checked.unlisted)),
    };
    let message =
        format!("with its direct check alone, `{name}` stands at {}", rounded_down(checked.alone()));
    let help = format!(
        "beside it stands {rival}; count how common the cause is and say so, or check what is seen even less often without it"
    );
    Problem::hint(Code::DirectCheckTooWeak, checked.span, message).help(help)
}
