//! Chances that cannot all be true, because of what is proven about their conditions.

use std::collections::BTreeSet;

use super::Subject;
use super::relation::{Kind, Relation};
use crate::pack::{CauseId, Pack, Rule, RuleId};
use crate::problem::{Code, Problem, Problems};
use crate::source::Span;
use crate::syntax::ast::Frequency;
use crate::value::write_chance;

/// How far a sum may be from 100 %, or a chance from another, and still be it.
const TOLERANCE: f64 = 1e-9;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let relations = &subject.relations().found;
    for relation in relations.iter().filter(|relation| relation.kind == Kind::Implies) {
        narrower(subject, relation, problems);
    }
    over_full(subject, relations, problems);
}

/// Returns how often the symptom of a yes/no rule is seen with one cause, or with none, and where that is written.
fn chance(pack: &Pack, rule: &Rule, cause: Option<CauseId>) -> (f64, Span) {
    let line = cause.and_then(|cause| rule.with.get(&cause)).unwrap_or(&rule.anyway);
    let excluded =
        cause.and_then(|cause| rule.rules_out.get(&cause)).filter(|(levels, _)| levels.contains(&1));
    match excluded {
        Some((_, span)) => (0.0, *span),
        None => (
            line.chances.get(&1).map_or(pack.manifest.scale.frequency(Frequency::Never), |f| f.chance),
            line.span,
        ),
    }
}

fn with(pack: &Pack, cause: Option<CauseId>) -> String {
    match cause {
        Some(cause) => format!("with `{}`", pack.causes[cause].name.value),
        None => "anyway".into(),
    }
}

/// Reports a symptom that is said to be seen more often than one that it implies.
fn narrower(subject: &Subject<'_>, relation: &Relation, problems: &mut Problems) {
    let pack = subject.pack();
    let (narrow, wide) = (&pack.rules[relation.first], &pack.rules[relation.second]);
    if narrow.given != wide.given {
        return;
    }
    let causes = narrow.with.keys().chain(wide.with.keys()).map(|cause| Some(*cause));
    let mut causes: Vec<Option<CauseId>> = causes.chain([None]).collect();
    causes.sort();
    causes.dedup();
    for cause in causes {
        let ((less, at), (more, other)) = (chance(pack, narrow, cause), chance(pack, wide, cause));
        if less > more + TOLERANCE {
            let message = format!(
                "`{}` is seen in {} {}, but `{}` only in {}, although it is seen whenever the other is",
                narrow.name.value,
                write_chance(less),
                with(pack, cause),
                wide.name.value,
                write_chance(more),
            );
            problems.push(
                Problem::warning(Code::NarrowerLikelier, at, message)
                    .also(other, "this must be at least as high")
                    .help("raise the second chance, or lower the first"),
            );
        }
    }
}

/// Reports symptoms that are never seen together and whose chances come to more than 100 %.
fn over_full(subject: &Subject<'_>, relations: &[Relation], problems: &mut Problems) {
    let pack = subject.pack();
    let given = |id: RuleId| pack.rules[id].given.as_ref();
    let exclusive = relations.iter().filter(|relation| relation.kind == Kind::Exclusive);
    let pairs: BTreeSet<(RuleId, RuleId)> = exclusive
        .map(|r| (r.first.min(r.second), r.first.max(r.second)))
        .filter(|(a, b)| given(*a) == given(*b))
        .collect();
    let rules: BTreeSet<RuleId> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let mut reported: Vec<Vec<RuleId>> = Vec::new();
    for first in &rules {
        let mut group = vec![*first];
        for other in rules.iter().filter(|other| *other > first) {
            if group.iter().all(|member| pairs.contains(&(*member, *other))) {
                group.push(*other);
            }
        }
        if group.len() > 1 && !reported.iter().any(|known| group.iter().all(|rule| known.contains(rule))) {
            problems.extend_one(sum(pack, &group));
            reported.push(group);
        }
    }
}

/// Returns the cause with which the chances of some rules come to the most, if that is more than 100 %.
fn sum(pack: &Pack, group: &[RuleId]) -> Option<Problem> {
    let rules: Vec<&Rule> = group.iter().map(|id| &pack.rules[*id]).collect();
    let named = rules.iter().flat_map(|rule| rule.with.keys()).map(|cause| Some(*cause));
    let sum = |cause| rules.iter().map(|rule| chance(pack, rule, cause).0).sum::<f64>();
    let (cause, total) = named
        .chain([None])
        .map(|cause| (cause, sum(cause)))
        .filter(|(_, total)| *total > 1.0 + TOLERANCE)
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    let terms: Vec<String> = rules
        .iter()
        .map(|rule| format!("{} `{}`", write_chance(chance(pack, rule, cause).0), rule.name.value))
        .collect();
    let message = format!(
        "{} comes to {} {}, although no two of these are ever seen together",
        terms.join(" + "),
        write_chance(total),
        with(pack, cause)
    );
    let last = rules.last()?;
    let problem = Problem::warning(Code::OverTogether, chance(pack, last, cause).1, message)
        .help("make them levels or kinds of one symptom, with one line for each cause");
    let others = rules.iter().take(rules.len() - 1);
    Some(others.fold(problem, |problem, rule| problem.also(chance(pack, rule, cause).1, "this counts too")))
}
