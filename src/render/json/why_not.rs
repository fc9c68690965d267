//! Why a cause is not the first, as JSON.

use super::{Writer, finite};
use crate::explain::why_not;
use crate::report::value;
use crate::ticket::Ticket;
use crate::wire::why_not::{Against, Change, Way, WhyNot};
use crate::wire::{self, Version};

/// Writes why a cause is not the first, as JSON.
pub fn why_not(ticket: &Ticket, found: &why_not::WhyNot) -> String {
    wire::json(&why_not_entry(ticket, found))
}

/// Returns why a cause is not the first, as it is written.
pub fn why_not_entry(ticket: &Ticket, found: &why_not::WhyNot) -> WhyNot {
    Writer(ticket).why_not(found)
}

impl Writer<'_> {
    fn why_not(&self, why_not: &why_not::WhyNot) -> WhyNot {
        WhyNot {
            schema_version: Version,
            pack: self.pack(),
            cause: self.cause_name(why_not.cause),
            probability: why_not.probability,
            first: why_not.first.map(|cause| self.cause_name(cause)),
            first_probability: why_not.first_probability,
            prior_odds: finite(why_not.before),
            against: why_not.against.iter().map(|against| self.against(against)).collect(),
            shared: why_not.shared,
            posterior_odds: finite(why_not.after),
            ways: why_not.ways.iter().map(|way| self.way(way)).collect(),
            tried_together: why_not.tried_together,
        }
    }

    fn against(&self, against: &why_not::Against) -> Against {
        Against {
            rule: self.rule_name(against.rule),
            likelihood_ratio: against.factor,
            excludes: against.factor.is_none(),
            place: against.line.map(|line| self.place(line)),
        }
    }

    fn way(&self, way: &why_not::Way) -> Way {
        let changes = way.changes.iter().map(|(fact, region)| {
            let recorded = self.0.facts().recorded.get(fact);
            Change {
                fact: self.fact_name(*fact),
                to: region.as_ref().map_or_else(|| "not recorded".to_owned(), |region| region.label.clone()),
                from: recorded.map(|recorded| value(&self.pack_of().facts[*fact], recorded)),
                place: recorded.map(|recorded| self.place(recorded.span)),
            }
        });
        Way { changes: changes.collect(), minutes: way.minutes, probability: way.probability }
    }
}
