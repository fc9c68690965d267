//! Why a cause is not the first, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::Writer;
use crate::explain::why_not::{Against, Way, WhyNot};
use crate::pack::CauseId;
use crate::ticket::Ticket;
use crate::wire::{self, Place, Version};

/// Why a cause is not the first: the odds of the first against it before, times all factors, times `shared`, are the odds after.
#[derive(Serialize, JsonSchema)]
struct WhyNotEntry<'a> {
    /// 1.
    schema_version: Version<1>,
    /// The cause.
    cause: &'a str,
    /// How likely it is.
    #[schemars(range(min = 0, max = 1))]
    probability: f64,
    /// What is first, by name: the cause itself where it is; null where it is something that the pack does not know.
    first: Option<&'a str>,
    /// How likely the first is.
    #[schemars(range(min = 0, max = 1))]
    first_probability: f64,
    /// The odds of the first against the cause before any symptom; null where they are without bound.
    #[schemars(range(min = 0))]
    prior_odds: Option<f64>,
    /// What each rule does to those odds, what keeps the cause down most first.
    against: Vec<AgainstEntry<'a>>,
    /// The factor that other causes take or give; null where the odds are 0 or without bound.
    #[schemars(range(min = 0))]
    shared: Option<f64>,
    /// The odds after; null where they are without bound.
    #[schemars(range(min = 0))]
    posterior_odds: Option<f64>,
    /// The smallest changes of facts that would make it the first, the cheapest to verify first; none where it is, or where nothing
    /// that was tried does.
    ways: Vec<WayEntry<'a>>,
    /// How many changes at once were tried; 0 where it is the first.
    #[schemars(range(max = 3))]
    tried_together: usize,
}

/// What a rule does to the odds of the first against the cause.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "against")]
struct AgainstEntry<'a> {
    /// The rule.
    rule: &'a str,
    /// How many times as often what was seen is seen with the first as with the cause; null where it cannot be with the cause.
    #[schemars(range(min = 0))]
    likelihood_ratio: Option<f64>,
    /// Whether what was seen cannot be with the cause.
    excludes: bool,
    /// The line of the rule that names the cause; null where none does.
    place: Option<Place>,
}

/// Facts that would have to be other than they are.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "way")]
struct WayEntry<'a> {
    /// Each fact with what it would be, all at once.
    #[schemars(length(min = 1))]
    changes: Vec<ChangeEntry<'a>>,
    /// Minutes that it takes to look.
    #[schemars(range(min = 0))]
    minutes: f64,
    /// How likely the cause would be.
    #[schemars(range(min = 0, max = 1))]
    probability: f64,
}

/// A fact that would have to be other than it is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "change")]
struct ChangeEntry<'a> {
    /// The fact.
    fact: &'a str,
    /// What it would be: a value, or values in words.
    to: &'a str,
    /// What it was recorded as; null where nobody looked.
    from: Option<&'a str>,
    /// Where it was recorded; null likewise.
    place: Option<Place>,
}

/// Writes why a cause is not the first, as JSON.
pub fn why_not(ticket: &Ticket, why_not: &WhyNot) -> String {
    wire::json(&Writer::new(ticket).why_not(why_not))
}

/// The schema of that.
pub fn why_not_schema() -> String {
    wire::schema::<WhyNotEntry<'_>>("why-not", "ruleout why-not CAUSE --format json")
}

impl<'a> Writer<'a> {
    fn why_not(&self, why_not: &'a WhyNot) -> WhyNotEntry<'a> {
        let finite = |odds: f64| odds.is_finite().then_some(odds);
        let name = |cause: CauseId| self.cause_name(cause);
        WhyNotEntry {
            schema_version: Version,
            cause: name(why_not.cause),
            probability: why_not.probability,
            first: why_not.first.map(name),
            first_probability: why_not.first_probability,
            prior_odds: finite(why_not.before),
            against: why_not.against.iter().map(|against| self.against(against)).collect(),
            shared: why_not.shared,
            posterior_odds: finite(why_not.after),
            ways: why_not.ways.iter().map(|way| self.way(way)).collect(),
            tried_together: why_not.tried_together,
        }
    }

    fn against(&self, against: &Against) -> AgainstEntry<'a> {
        AgainstEntry {
            rule: self.rule_name(against.rule),
            likelihood_ratio: against.factor,
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
