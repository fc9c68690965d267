//! Amounts that no rule covers, between amounts that rules do cover.

use std::collections::BTreeMap;

use super::Subject;
use crate::eval::{self, Only};
use crate::pack::expr::Condition;
use crate::pack::{FactId, Rule, Shape};
use crate::partition::{Region, regions};
use crate::problem::{Code, Problem, Problems};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    let mut over: BTreeMap<FactId, Vec<(&Rule, &Condition)>> = BTreeMap::new();
    for rule in &pack.rules {
        let Some(reading) = pack.reading(&rule.evidence).filter(|r| r.shape == Shape::YesNo) else {
            continue;
        };
        let Some(condition) = reading.conditions().next() else { continue };
        let reads = condition.reads();
        if let (Some(id), 1, true) = (reads.facts.first(), reads.facts.len(), reads.symptoms.is_empty())
            && pack.facts[*id].ty.is_amount()
        {
            over.entry(*id).or_default().push((rule, condition));
        }
    }
    for (id, rules) in over.into_iter().filter(|(_, rules)| rules.len() > 1) {
        gaps(subject, id, &rules, problems);
    }
}

fn gaps(subject: &Subject<'_>, id: FactId, rules: &[(&Rule, &Condition)], problems: &mut Problems) {
    let all = regions(subject.pack(), id);
    let speaks = |cell: &Region| {
        let world = Only { fact: id, known: cell.known.clone() };
        rules
            .iter()
            .find(|(_, condition)| eval::holds(condition, &world) != Some(false))
            .map(|(rule, _)| *rule)
    };
    let speakers: Vec<Option<&Rule>> = all.iter().map(speaks).collect();
    let name = subject.pack().facts[id].name.value.as_str();
    let mut last: Option<(usize, &Rule)> = None;
    for (at, speaker) in speakers.iter().enumerate() {
        let Some(rule) = speaker else { continue };
        if let Some((before, other)) = last
            && before + 1 < at
        {
            let labels: Vec<&str> =
                all.iter().take(at).skip(before + 1).map(|cell| cell.label.as_str()).collect();
            let message = format!("no rule covers `{name}` at {}", labels.join(" or "));
            problems.push(
                Problem::hint(Code::Gap, rule.name.span, message)
                    .label("this rule covers what is above")
                    .also(other.name.span, "this one covers what is below")
                    .help("move a bound, or make one symptom in levels, which leave no gap; if these amounts mean nothing, write `allow gap \"…\"`"),
            );
        }
        last = Some((at, rule));
    }
}
