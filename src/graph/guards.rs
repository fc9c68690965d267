//! Rules over one symptom must never match at once, since each would count its evidence: their guards are
//! proven to exclude each other.

use std::collections::BTreeMap;

use crate::pack::expr::Reads;
use crate::pack::{Bare, Pack, Rule};
use crate::problem::{Code, Problem, Problems};
use crate::proof::{Assignment, Assignments};

/// The most combinations of values under which two guards are compared.
const MOST_CASES: usize = 100_000;

/// Reports rules that observe the same and may match at once. (Where one has no guard, that is found while
/// names are resolved.)
pub(super) fn report(pack: &Pack, problems: &mut Problems) {
    // Evidence that is the same reads the same: only such pairs are compared.
    let mut guarded: BTreeMap<Reads, Vec<(&Rule, Bare<'_>)>> = BTreeMap::new();
    for rule in pack.rules.iter().filter(|rule| rule.given.is_some()) {
        let Some(observed) = rule.evidence.bare() else { continue };
        let alike = guarded.entry(observed.reads()).or_default();
        let clash = alike
            .iter()
            .filter(|(_, other)| *other == observed)
            .find_map(|(first, _)| Some((*first, clash(pack, first, rule)?)));
        if let Some((first, how)) = clash {
            let message = format!(
                "the rules `{}` and `{}` observe the same evidence, and {how}",
                first.name.value, rule.name.value
            );
            let problem = Problem::error(Code::SameEvidence, rule.name.span, message);
            problems.push(problem.also(first.name.span, "the other").help(
                "let their guards exclude each other (`given x` here, `given not x` there), or put all lines into one rule",
            ));
        }
        alike.push((rule, observed));
    }
}

/// Says how both may match at once; none where it is proven that they do not.
fn clash(pack: &Pack, first: &Rule, second: &Rule) -> Option<String> {
    let (Some(a), Some(b)) = (&first.given, &second.given) else { return None };
    let Some(cases) = Assignments::of(pack, [a, b], MOST_CASES) else {
        return Some("it is not proven that their guards exclude each other".into());
    };
    let both = |case: &Assignment<'_>| case.holds(a) != Some(false) && case.holds(b) != Some(false);
    let mut clashes = cases.iter().filter(both).peekable();
    clashes.peek()?;
    let witness = clashes.find_map(|case| case.witness(&[(a, true), (b, true)], &[]));
    Some(match witness {
        Some(witness) => format!("both match where {}", witness.words()),
        None => "it is not proven that their guards exclude each other".into(),
    })
}
