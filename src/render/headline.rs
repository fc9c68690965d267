//! The answer in one line: the likeliest cause, and how sure that is.

use std::fmt;

use crate::graph::InferenceGraph;
use crate::pack::CauseId;
use crate::render::words::chance;
use crate::ticket::diagnosis::{Diagnosis, Leader, Probability};

/// From here on a further cause is taken to be there as well.
const AS_WELL: f64 = 0.5;

/// What is said of a cause: `Most likely: Paper is jammed (85 %)`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Headline {
    /// How sure it is.
    pub(super) sure: &'static str,
    /// The cause in plain words.
    pub(super) what: String,
    /// How likely it is; none where that says nothing.
    pub(super) chance: Option<Probability>,
}

impl fmt::Display for Headline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.sure, self.what)?;
        self.chance.map_or(Ok(()), |p| write!(f, " ({})", chance(p)))
    }
}

/// The likeliest cause, and those that are probably there as well; none where the evidence is impossible.
pub(super) fn headlines(graph: &InferenceGraph, diagnosis: &Diagnosis) -> Vec<Headline> {
    if diagnosis.impossible.is_some() {
        return Vec::new();
    }
    if diagnosis.over_budget.is_some() {
        return ranged(graph, diagnosis).into_iter().collect();
    }
    let Some(first) = diagnosis.causes.first() else { return Vec::new() };
    let unlisted = diagnosis.is_unlisted();
    let (p, what) = if unlisted {
        (diagnosis.unlisted, "a cause that this pack does not list")
    } else {
        (first.probability, title(graph, first.cause))
    };
    let sure = match p.low {
        p if p >= 0.95 => "Almost certainly",
        p if p >= 0.70 => "Most likely",
        p if p >= 0.50 => "Probably",
        _ => "Not clear yet. Likeliest so far",
    };
    let said = |sure, p, what: &str| Headline { sure, what: what.to_owned(), chance: Some(p) };
    let behind = diagnosis.causes.iter().skip(usize::from(!unlisted));
    let as_well = behind.filter(|ranked| ranked.probability.low >= AS_WELL);
    std::iter::once(said(sure, p, what))
        .chain(as_well.map(|ranked| said("And as well", ranked.probability, title(graph, ranked.cause))))
        .collect()
}

/// Where the answer is not exact: what is likeliest as far as that is certain.
fn ranged(graph: &InferenceGraph, diagnosis: &Diagnosis) -> Option<Headline> {
    let first = diagnosis.causes.first()?;
    let p = first.probability;
    if p.low <= 0.0 && p.high >= 1.0 {
        let what = "no cause can be told from another".to_owned();
        return Some(Headline { sure: "Nothing can be said yet", what, chance: None });
    }
    let surely = diagnosis.leader().is_some_and(|(leader, _)| leader == Leader::Cause(first.cause));
    let sure = if surely { "Certainly the likeliest" } else { "Likeliest so far, though not for certain" };
    Some(Headline { sure, what: title(graph, first.cause).to_owned(), chance: Some(p) })
}

/// The answer in one line, whatever it is.
pub fn headline(graph: &InferenceGraph, diagnosis: &Diagnosis) -> String {
    if diagnosis.impossible.is_some() {
        return IMPOSSIBLE.to_owned();
    }
    headlines(graph, diagnosis).iter().map(Headline::to_string).collect::<Vec<_>>().join(". ")
}

/// Where the answer is not exact: what an exact one would take, and how far the order is certain.
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
    Some(format!("{most} Each range holds the true chance for certain.{order}"))
}

/// What is said where there is no ranking.
pub(super) const IMPOSSIBLE: &str = "These facts cannot all be true";

/// A cause in plain words.
pub(super) fn title(graph: &InferenceGraph, id: CauseId) -> &str {
    graph.pack.causes.nth(id.0).map_or("", |c| c.title.as_deref().unwrap_or(c.name.value.as_str()))
}
