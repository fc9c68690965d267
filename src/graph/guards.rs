//! Rules over one symptom must never speak at once: their guards are proven to exclude each other.

use crate::pack::expr::{Condition, ConditionKind};
use crate::pack::{Evidence, Pack, Rule};
use crate::problem::{Code, Problem, Problems};
use crate::proof::{Case, Cases};

/// Cases of two guards.
const MOST: usize = 100_000;

/// Complains of rules that hear the same and may speak at once. (Where one has no guard, that is found while names are resolved.)
pub(super) fn complain(pack: &Pack, problems: &mut Problems) {
    let guarded: Vec<&Rule> = pack.rules.iter().filter(|rule| rule.given.is_some()).collect();
    for (at, second) in guarded.iter().enumerate() {
        let alike = guarded.iter().take(at).filter(|first| same(&first.evidence, &second.evidence));
        let clash = alike.into_iter().find_map(|first| Some((first, clash(pack, first, second)?)));
        if let Some((first, how)) = clash {
            let message = format!(
                "the rules `{}` and `{}` hear the same evidence, and {how}",
                first.name.value, second.name.value
            );
            let problem = Problem::error(Code::SameEvidence, second.name.span, message);
            problems.push(problem.also(first.name.span, "the other").help(
                "let their guards exclude each other (`given x` here, `given not x` there), or put all lines into one rule",
            ));
        }
    }
}

/// Whether two rules hear the same symptom, fact or condition, or a condition and its contrary.
fn same(a: &Evidence, b: &Evidence) -> bool {
    match (a, b) {
        (Evidence::Symptom(a), Evidence::Symptom(b)) => a == b,
        (Evidence::Fact(a, _), Evidence::Fact(b, _)) => a == b,
        (Evidence::Condition(a), Evidence::Condition(b)) => {
            a.conditions().map(bare).eq(b.conditions().map(bare))
        }
        _ => false,
    }
}

fn bare(condition: &Condition) -> &Condition {
    match &condition.kind {
        ConditionKind::Not(inner) => bare(inner),
        _ => condition,
    }
}

/// How both may speak at once; none where it is proven that they do not.
fn clash(pack: &Pack, first: &Rule, second: &Rule) -> Option<String> {
    let (Some(a), Some(b)) = (&first.given, &second.given) else { return None };
    let Some(cases) = Cases::of(pack, [a, b], MOST) else {
        return Some("it is not proven that their guards exclude each other".into());
    };
    let both = |case: &Case<'_>| case.holds(a) != Some(false) && case.holds(b) != Some(false);
    let mut clashes = cases.iter().filter(both).peekable();
    clashes.peek()?;
    let witness = clashes.find_map(|case| case.witness(&[(a, true), (b, true)], &[]));
    Some(match witness {
        Some(witness) => format!("both speak where {}", witness.words()),
        None => "it is not proven that their guards exclude each other".into(),
    })
}
