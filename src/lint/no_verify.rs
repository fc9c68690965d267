//! A fix that does not say how to see that it worked.
//!
//! If it removes a single cause with a single direct check, the contrary of the check is suggested.

use std::collections::BTreeMap;

use super::Subject;
use super::declared::Declarations;
use crate::pack::expr::{Condition, ConditionKind};
use crate::pack::{CauseId, Evidence, FixId, Pack, Rule};
use crate::problem::{Code, Problem, Problems, Suggestion, last_in};
use crate::source::Sources;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    let checks = direct_checks(pack, subject.sources);
    let mut declarations = Declarations::of(subject.sources);
    for (id, fix) in pack.fixes.enumerated() {
        if !fix.verify.is_empty() {
            continue;
        }
        let message = format!("`{}` does not say how to see that it worked", fix.name.value);
        let problem = Problem::hint(Code::NoVerify, fix.name.span, message)
            .help("add a line: `verify` and a condition, or in quotes what is seen when it worked");
        let check = checks.get(&id).map(|check| format!("verify {check}"));
        let suggestion = check.and_then(|line| {
            let edit = last_in(subject.sources, declarations.around(fix.name.span)?, &line)?;
            Some(Suggestion::uncertain_edit(format!("add `{line}`"), edit))
        });
        problems.push(problem.maybe_suggest(suggestion));
    }
}

/// Returns the contrary of the direct check, for each fix of a single cause with a single one.
fn direct_checks(pack: &Pack, sources: &Sources) -> BTreeMap<FixId, String> {
    let mut told_by: BTreeMap<CauseId, Vec<&Rule>> = BTreeMap::new();
    for rule in &pack.rules {
        if let Some((cause, line)) = rule.with.first_key_value()
            && line.span == rule.name.span
        {
            told_by.entry(*cause).or_default().push(rule);
        }
    }
    let mut removes: BTreeMap<FixId, Vec<CauseId>> = BTreeMap::new();
    for (id, cause) in pack.causes.enumerated() {
        cause.fixes.iter().for_each(|fix| removes.entry(*fix).or_default().push(id));
    }
    let check = |causes: &[CauseId]| {
        let [cause] = causes else { return None };
        let [rule] = told_by.get(cause)?.as_slice() else { return None };
        contrary(pack, rule, sources)
    };
    removes.iter().filter_map(|(fix, causes)| Some((*fix, check(causes)?))).collect()
}

/// Returns what holds when a direct check finds nothing any more, as a condition.
fn contrary(pack: &Pack, rule: &Rule, sources: &Sources) -> Option<String> {
    let condition = match &rule.evidence {
        Evidence::Symptom(id) => return Some(format!("not {}", pack.symptoms[*id].name.value)),
        Evidence::Fact(id, _) => return Some(format!("not {}", pack.facts[*id].name.value)),
        Evidence::Condition(reading) => reading.conditions().next()?,
    };
    let written = |condition: &Condition| {
        let text = sources.text(condition.span);
        (!text.contains("//")).then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    match &condition.kind {
        ConditionKind::Not(inner) => written(inner),
        _ => written(condition).map(|text| format!("not ({text})")),
    }
}
