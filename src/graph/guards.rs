//! Rules over one symptom must never speak at once: their guards are proven to exclude each other.

use std::collections::BTreeMap;

use crate::pack::expr::Reads;
use crate::pack::{Bare, Pack, Rule};
use crate::problem::{Code, Problem, Problems};
use crate::proof::{Assignment, Assignments};

/// Cases of two guards.
const MOST: usize = 100_000;

/// Complains of rules that hear the same and may speak at once. (Where one has no guard, that is found while names are resolved.)
pub(super) fn complain(pack: &Pack, problems: &mut Problems) {
    // What hears the same reads the same.
    let mut guarded: BTreeMap<Reads, Vec<(&Rule, Bare<'_>)>> = BTreeMap::new();
    for rule in pack.rules.iter().filter(|rule| rule.given.is_some()) {
        let Some(heard) = rule.evidence.bare() else { continue };
        let alike = guarded.entry(heard.reads()).or_default();
        let clash = alike
            .iter()
            .filter(|(_, other)| *other == heard)
            .find_map(|(first, _)| Some((*first, clash(pack, first, rule)?)));
        if let Some((first, how)) = clash {
            let message = format!(
                "the rules `{}` and `{}` hear the same evidence, and {how}",
                first.name.value, rule.name.value
            );
            let problem = Problem::error(Code::SameEvidence, rule.name.span, message);
            problems.push(problem.also(first.name.span, "the other").help(
                "let their guards exclude each other (`given x` here, `given not x` there), or put all lines into one rule",
            ));
        }
        alike.push((rule, heard));
    }
}

/// How both may speak at once; none where it is proven that they do not.
fn clash(pack: &Pack, first: &Rule, second: &Rule) -> Option<String> {
    let (Some(a), Some(b)) = (&first.given, &second.given) else { return None };
    let Some(cases) = Assignments::of(pack, [a, b], MOST) else {
        return Some("it is not proven that their guards exclude each other".into());
    };
    let both = |case: &Assignment<'_>| case.holds(a) != Some(false) && case.holds(b) != Some(false);
    let mut clashes = cases.iter().filter(both).peekable();
    clashes.peek()?;
    let witness = clashes.find_map(|case| case.witness(&[(a, true), (b, true)], &[]));
    Some(match witness {
        Some(witness) => format!("both speak where {}", witness.words()),
        None => "it is not proven that their guards exclude each other".into(),
    })
}
