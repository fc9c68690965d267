//! The answer in one line: the likeliest cause, and how sure that is.

use std::fmt;

use super::thresholds::{ALMOST_CERTAIN, MOST_LIKELY, PROBABLE};
use super::words::{IMPOSSIBLE, chance, unlisted};
use crate::graph::InferenceGraph;
use crate::ticket::diagnosis::{Diagnosis, Leader, Probability};

/// What is said of a cause: `Most likely: Paper is jammed (85 %)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// How sure it is.
    pub sure: &'static str,
    /// The cause in plain words, as they stand within a sentence.
    pub what: String,
    /// How likely it is; none where that says nothing.
    pub chance: Option<Probability>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.sure, self.what)?;
        self.chance.map_or(Ok(()), |p| write!(f, " ({})", chance(p)))
    }
}

/// Returns the likeliest cause, and those that are probably there as well; none where the evidence is impossible.
pub(super) fn verdicts(graph: &InferenceGraph, diagnosis: &Diagnosis) -> Vec<Verdict> {
    if diagnosis.impossible.is_some() {
        return Vec::new();
    }
    if diagnosis.over_budget.is_some() {
        return ranged(graph, diagnosis).into_iter().collect();
    }
    let Some(first) = diagnosis.causes.first() else { return Vec::new() };
    let title = |cause| graph.pack.causes[cause].in_words();
    let is_unlisted = diagnosis.is_unlisted();
    let (p, what) =
        if is_unlisted { (diagnosis.unlisted, unlisted()) } else { (first.probability, title(first.cause)) };
    let sure = match p.low {
        p if p >= ALMOST_CERTAIN => "Almost certainly",
        p if p >= MOST_LIKELY => "Most likely",
        p if p >= PROBABLE => "Probably",
        _ => "Not clear yet. Likeliest so far",
    };
    let said = |sure, p, what: &str| Verdict { sure, what: what.to_owned(), chance: Some(p) };
    let behind = diagnosis.causes.iter().skip(usize::from(!is_unlisted));
    let as_well = behind.filter(|ranked| ranked.probability.low >= PROBABLE);
    std::iter::once(said(sure, p, what))
        .chain(as_well.map(|ranked| said("And as well", ranked.probability, title(ranked.cause))))
        .collect()
}

/// Returns, where the answer is not exact, what is likeliest as far as that is certain.
fn ranged(graph: &InferenceGraph, diagnosis: &Diagnosis) -> Option<Verdict> {
    let first = diagnosis.causes.first()?;
    let p = first.probability;
    if p.low <= 0.0 && p.high >= 1.0 {
        let what = "no cause can be told from another".to_owned();
        return Some(Verdict { sure: "Nothing can be said yet", what, chance: None });
    }
    let surely = diagnosis.leader().is_some_and(|(leader, _)| leader == Leader::Cause(first.cause));
    let sure = if surely { "Certainly the likeliest" } else { "Likeliest so far, though not for certain" };
    Some(Verdict { sure, what: graph.pack.causes[first.cause].in_words().to_owned(), chance: Some(p) })
}

/// Returns the answer in one line, whatever it is.
pub fn verdict(graph: &InferenceGraph, diagnosis: &Diagnosis) -> String {
    if diagnosis.impossible.is_some() {
        return IMPOSSIBLE.to_owned();
    }
    verdicts(graph, diagnosis).iter().map(Verdict::to_string).collect::<Vec<_>>().join(". ")
}

/// Says, where the answer is not exact, what an exact one would take, and how far the order is certain.
pub(super) fn inexact(diagnosis: &Diagnosis) -> Option<String> {
    let needed = diagnosis.over_budget?;
    let most = if needed.is_finite() {
        format!("An exact answer would take {needed:.1e} steps, more than `--budget` allows.")
    } else {
        "One finding has more possible levels than can be counted exactly.".to_owned()
    };
    let order = diagnosis.causes.iter().take_while(|ranked| ranked.certain).count();
    let order = match order {
        0 => String::new(),
        1 => " The first is certain.".to_owned(),
        n if n == diagnosis.causes.len() => " The order is certain.".to_owned(),
        n => format!(" The order of the first {n} is certain."),
    };
    Some(format!("{most} Each range is certain to hold the true chance.{order}"))
}
