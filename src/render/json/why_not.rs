//! Why a cause is not the first, as JSON. The schema stands in `README.md`.

use serde::Serialize;

use super::{PlaceEntry, SCHEMA_VERSION, Writer};
use crate::advise::why_not::{Against, Way, WhyNot};
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::pack::CauseId;
use crate::source::Sources;

#[derive(Serialize)]
struct WhyNotEntry<'a> {
    schema_version: u32,
    cause: &'a str,
    probability: f64,
    /// Null where it is something that the pack does not know.
    first: Option<&'a str>,
    first_probability: f64,
    odds_before: Option<f64>,
    against: Vec<AgainstEntry<'a>>,
    shared: Option<f64>,
    odds_after: Option<f64>,
    ways: Vec<WayEntry<'a>>,
    tried_together: usize,
}

#[derive(Serialize)]
struct AgainstEntry<'a> {
    rule: &'a str,
    /// Null where what was seen cannot be with the cause.
    factor: Option<f64>,
    excludes: bool,
    place: Option<PlaceEntry>,
}

#[derive(Serialize)]
struct WayEntry<'a> {
    changes: Vec<ChangeEntry<'a>>,
    minutes: f64,
    probability: f64,
}

#[derive(Serialize)]
struct ChangeEntry<'a> {
    fact: &'a str,
    to: &'a str,
    /// Null where nobody looked.
    from: Option<&'a str>,
    place: Option<PlaceEntry>,
}

/// Writes why a cause is not the first, as JSON.
pub fn why_not(graph: &InferenceGraph, facts: &Facts, why_not: &WhyNot, sources: &Sources) -> String {
    let writer = Writer { graph, facts, sources };
    serde_json::to_string_pretty(&writer.why_not(why_not)).unwrap_or_default() + "\n"
}

impl<'a> Writer<'a> {
    fn why_not(&self, why_not: &'a WhyNot) -> WhyNotEntry<'a> {
        let finite = |odds: f64| odds.is_finite().then_some(odds);
        let name = |cause: CauseId| self.cause_name(cause);
        WhyNotEntry {
            schema_version: SCHEMA_VERSION,
            cause: name(why_not.cause),
            probability: why_not.probability,
            first: why_not.first.map(name),
            first_probability: why_not.first_probability,
            odds_before: finite(why_not.before),
            against: why_not.against.iter().map(|against| self.against(against)).collect(),
            shared: why_not.shared,
            odds_after: finite(why_not.after),
            ways: why_not.ways.iter().map(|way| self.way(way)).collect(),
            tried_together: why_not.tried_together,
        }
    }

    fn against(&self, against: &Against) -> AgainstEntry<'a> {
        AgainstEntry {
            rule: self.rule_name(against.rule),
            factor: against.factor,
            excludes: against.factor.is_none(),
            place: against.line.map(|line| self.place(line)),
        }
    }

    fn way(&self, way: &'a Way) -> WayEntry<'a> {
        let changes = way.changes.iter().map(|(fact, cell)| {
            let recorded = self.facts.recorded.get(fact);
            ChangeEntry {
                fact: self.fact_name(*fact),
                to: &cell.label,
                from: recorded.map(|recorded| recorded.written.as_str()),
                place: recorded.map(|recorded| self.place(recorded.span)),
            }
        });
        WayEntry { changes: changes.collect(), minutes: way.minutes, probability: way.probability }
    }
}
