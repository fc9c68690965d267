//! For programs: `ruleout schema --of test`.

use super::{Count, Report, Run, Verdict};
use crate::cases::drift::{Drift, Moved};
use crate::cases::{Kept, Outcome, compare};
use crate::problem::{self, Problems};
use crate::source::Sources;
use crate::wire::test::{Case, Missed, MovedChance, MovedRule, Problem, Snapshot, Test};
use crate::wire::{self, Version};

/// Writes the outcomes as one JSON object.
pub fn json(report: &Report<'_>) -> String {
    let Count { passed, new, drifted, todo, failed } = report.count();
    let pack = |run: &Run| wire::Pack::new(&run.name, &run.version);
    let all = |of: fn(&Run) -> &Problems| {
        report.runs.iter().flat_map(of).map(|p| written(p, report.sources)).collect()
    };
    let case = |run: &Run| run.outcomes.iter().map(|outcome| case(report, run, outcome)).collect::<Vec<_>>();
    wire::json(&Test {
        schema_version: Version,
        pack: report.runs.first().map_or_else(|| wire::Pack::new("", ""), pack),
        packs: report.runs.iter().map(pack).collect(),
        passed,
        new,
        drifted,
        todo,
        failed,
        cases: report.runs.iter().flat_map(case).collect(),
        strays: all(|run| &run.strays),
        problems: all(|run| &run.problems),
        deleted: report.runs.iter().flat_map(|run| run.deleted.clone()).collect(),
    })
}

fn case(report: &Report<'_>, run: &Run, outcome: &Outcome) -> Case {
    let sources = report.sources;
    let missed = outcome.missed.iter().map(|missed| {
        let position = sources.place(missed.span).position;
        Missed {
            expected: missed.expected.clone(),
            got: missed.got.clone(),
            line: position.line,
            column: position.column,
        }
    });
    let moved = match &outcome.kept {
        Kept::Changed(old) => compare::moved(old, outcome.answer.as_deref().unwrap_or_default()),
        Kept::Same | Kept::New => Vec::new(),
    };
    let verdict = report.verdict(outcome);
    Case {
        name: outcome.name.clone(),
        pack: run.name.clone(),
        file: sources.get(outcome.source).map_or_else(String::new, |source| source.name.clone()),
        passed: verdict < Verdict::Todo,
        outcome: match verdict {
            Verdict::Same => wire::test::Outcome::Passed,
            Verdict::Drifted => wire::test::Outcome::Drifted,
            Verdict::New => wire::test::Outcome::New,
            Verdict::Todo => wire::test::Outcome::Todo,
            Verdict::Failed => wire::test::Outcome::Failed,
        },
        because: outcome.because.clone(),
        todo: outcome.todo.as_ref().map(|todo| todo.value.clone()),
        missed: missed.collect(),
        snapshot: match &outcome.kept {
            _ if outcome.answer.is_none() => Snapshot::NoAnswer,
            Kept::Same => Snapshot::Same,
            Kept::New => Snapshot::New,
            Kept::Changed(_) => Snapshot::Changed,
        },
        drift: outcome.drift().map(drift),
        moved_rules: moved.into_iter().map(|m| MovedRule { rule: m.rule, old: m.old, new: m.new }).collect(),
        accepted: outcome.accepted.clone(),
        problems: outcome.problems.iter().map(|p| written(p, sources)).collect(),
    }
}

fn drift(drift: Drift) -> wire::test::Drift {
    let points = drift.points();
    let moved = drift.moved.into_iter();
    let moved =
        moved.map(|Moved { title, was, is, points }| MovedChance { title, was, is, points }).collect();
    wire::test::Drift { same_order: drift.same_order, points, moved }
}

fn written(problem: &problem::Problem, sources: &Sources) -> Problem {
    Problem {
        code: problem.code.name().to_owned(),
        severity: problem.severity,
        message: problem.message.clone(),
        help: problem.help.clone(),
        place: sources.place(problem.span()).into(),
    }
}
