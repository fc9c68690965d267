//! A direct check that does not settle its cause: with it alone, the cause is not likely enough to act upon.
//!
//! For each cause, the exact posterior with its direct check positive and nothing else known. A check is as good as it is by
//! decision (`almost always` with the cause, `never` without), so a cause stands low where it is rare among the causes, or
//! impossible in most contexts.

use super::Subject;
use crate::facts::recorded::Facts;
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
struct Checked {
    cause: CauseId,
    span: Span,
    /// What is likely then, and how likely; the unlisted cause is none.
    causes: Vec<f64>,
    unlisted: f64,
}

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    for checked in checked(subject) {
        let alone = checked.causes.get(checked.cause.0).copied().unwrap_or(1.0);
        if alone < SETTLED - ROUNDING {
            problems.push(problem(subject, &checked, alone));
        }
    }
}

/// Computes what each direct check comes to, alone; those whose answer would cost too much are left out.
fn checked(subject: &Subject<'_>) -> Vec<Checked> {
    let graph = subject.graph;
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
            Some(Checked { cause, span, causes: posterior.causes, unlisted: posterior.unlisted })
        }
        Outcome::Impossible | Outcome::OverBudget { .. } => None,
    };
    direct().zip(outcomes).filter_map(of).collect()
}

fn problem(subject: &Subject<'_>, checked: &Checked, alone: f64) -> Problem {
    let pack = subject.pack();
    let name = pack.causes[checked.cause].name.value.as_str();
    let percent = |chance: f64| write_chance((chance * 1000.0).floor() / 1000.0);
    let others = checked.causes.iter().enumerate().filter(|(at, _)| *at != checked.cause.0);
    let next = others.max_by(|a, b| a.1.total_cmp(b.1));
    let rival = match next {
        Some((at, chance)) if *chance > checked.unlisted => {
            format!("`{}` at {}", pack.causes[CauseId(at)].name.value, percent(*chance))
        }
        _ => format!("a cause that this pack does not list at {}", percent(checked.unlisted)),
    };
    let message = format!("with its direct check alone, `{name}` stands at {}", percent(alone));
    let help = format!(
        "beside it stands {rival}; count how common the cause is and say so, or check what is seen even less often without it"
    );
    Problem::hint(Code::DirectCheckTooWeak, checked.span, message).help(help)
}
