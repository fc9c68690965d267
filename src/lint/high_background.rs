//! A symptom that is seen so often anyway that it carries almost no information.
//!
//! A background of 10 % and more is not bad by itself: the absence of the symptom may still be evidence against a cause, and one
//! level may be informative where another is not. So a rule is reported only if its background is that high and no level is seen
//! three times as often with any cause as without, or a third as often.

use super::Subject;
use crate::pack::{CauseId, Reading, Rule, RuleId, Shape};
use crate::problem::{Code, Problem, Problems};
use crate::value::write_chance;

/// The least background that is reported.
const HIGH: f64 = 0.1;

/// From this factor on, either way, a line is informative.
const INFORMATIVE: f64 = 3.0;

/// So that what is written as 3 times, or as 10 %, counts as such.
const ROUNDING: f64 = 1e-9;

/// The most informative level of a line.
struct Strongest {
    cause: CauseId,
    level: usize,
    anyway: f64,
    with: f64,
    factor: f64,
}

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    for (at, rule) in pack.rules.iter().enumerate() {
        let Some(reading) = pack.reading(&rule.evidence) else { continue };
        let given = |present: &[usize]| subject.graph.levels_given(RuleId(at), present);
        let anyway = given(&[]);
        let high = anyway.iter().skip(1).any(|chance| *chance >= HIGH - ROUNDING);
        if !high || !rule.rules_out.is_empty() {
            continue;
        }
        let lines = rule.with.keys().map(|cause| strongest(*cause, &anyway, &given(&[cause.0])));
        // One informative line is enough.
        let mut weak = Vec::new();
        for line in lines.flatten() {
            weak.push(line);
            if weak.last().is_some_and(|line| factor(line) >= INFORMATIVE - ROUNDING) {
                break;
            }
        }
        let best = weak.into_iter().max_by(|a, b| factor(a).total_cmp(&factor(b)));
        if let Some(best) = best.filter(|best| factor(best) < INFORMATIVE - ROUNDING) {
            problems.push(problem(subject, rule, reading, &best));
        }
    }
}

fn strongest(cause: CauseId, anyway: &[f64], with: &[f64]) -> Option<Strongest> {
    let levels = anyway.iter().zip(with).enumerate().filter(|(_, (anyway, _))| **anyway > 0.0);
    levels
        .map(|(level, (&anyway, &with))| Strongest { cause, level, anyway, with, factor: with / anyway })
        .max_by(|a, b| factor(a).total_cmp(&factor(b)))
}

/// Returns how many times as likely, or as unlikely, it makes its cause.
fn factor(line: &Strongest) -> f64 {
    line.factor.max(1.0 / line.factor)
}

fn problem(subject: &Subject<'_>, rule: &Rule, reading: &Reading, best: &Strongest) -> Problem {
    let cause = subject.pack().causes[best.cause].name.value.as_str();
    let level = reading.levels.get(best.level).map_or("", |level| level.name.as_str());
    let what = match reading.shape {
        Shape::YesNo if best.level == 1 => "it is seen".to_owned(),
        Shape::YesNo => "it is missing".to_owned(),
        _ => format!("`{level}` is seen"),
    };
    let message =
        format!("`{}` is seen so often anyway that it carries almost no information", rule.name.value);
    let percent = |chance: f64| write_chance((chance * 1000.0).round() / 1000.0);
    let help = format!(
        "narrow it, so that it is rare without these causes, or remove the rule: its strongest line is × {}, since {what} in {} of the tickets without these causes and in {} of those with `{cause}`",
        (best.factor * 100.0).round() / 100.0,
        percent(best.anyway),
        percent(best.with),
    );
    let line = rule.with.get(&best.cause).map(|line| line.span);
    let problem = Problem::hint(Code::HighBackground, rule.anyway.span, message).help(help);
    match line {
        Some(line) => problem.also(line, "the strongest line"),
        None => problem,
    }
}
