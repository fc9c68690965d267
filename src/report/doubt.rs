//! What stands in the way of believing an answer: evidence that cannot be true, or that hardly goes together.

use super::scope::Scope;
use super::words::{RARELY, times};
use crate::explain::conflict::{BADLY, Conflict};
use crate::model::evaluate::Contradiction;
use crate::pack::{FixId, Pack};
use crate::ticket::Ticket;
use crate::ticket::diagnosis::{Diagnosis, Impossible};
use crate::value::{write_chance, write_known};

/// Returns the conflict where the facts rarely occur together; none where they go together.
pub(super) fn doubted(diagnosis: &Diagnosis) -> Option<&Conflict> {
    diagnosis.conflict.as_ref().filter(|conflict| conflict.value >= BADLY)
}

/// Says in a line that the facts rarely occur together, and which one to check.
pub fn doubt_in_short(pack: &Pack, diagnosis: &Diagnosis) -> Option<String> {
    Some(match doubted(diagnosis)?.resolved_by {
        Some((id, _)) => format!("{RARELY}: check {} first", pack.facts[id].name.value),
        None => format!("{RARELY}: several causes, or two tickets in one?"),
    })
}

/// Says how rarely the facts occur together, and what to check; none where they go together.
pub(super) fn doubt(scope: &Scope) -> Option<[String; 2]> {
    let diagnosis = scope.ticket.diagnosis();
    let doubted = doubted(diagnosis)?;
    let times = times(libm::exp(doubted.value));
    let check = match doubted.resolved_by.and_then(|(id, _)| scope.recorded(id)) {
        Some(recorded) => format!("Check this one first; without it the others fit: {recorded}"),
        None => "No single fact is to blame: perhaps several causes at once, or two tickets in one.".into(),
    };
    Some([format!("{RARELY} ({times} times less often than expected)."), check])
}

/// Lists what cannot all be true.
pub(super) fn contradiction(scope: &Scope, impossible: &Impossible) -> Vec<String> {
    let computed = computed(scope, impossible);
    let rules = impossible.rules.iter().map(|id| {
        let rule = &scope.pack().rules[*id];
        format!("the rule {}  [{}]", rule.name.value, scope.place_of_rule(*id, rule.name.span))
    });
    let facts = impossible.facts.iter().filter_map(|id| scope.recorded(*id));
    let tried = impossible.tried.iter().map(|id| scope.tried_in_vain(*id));
    let said: Vec<String> = computed.into_iter().chain(rules).chain(facts).chain(tried).collect();
    // Without any observation, what is left is the pack itself.
    if said.is_empty() {
        vec!["the pack: no cause of it can be there, whatever is recorded".to_owned()]
    } else {
        said
    }
}

impl Scope<'_> {
    /// Names a fix that was tried in vain, although it would have cured its cause.
    fn tried_in_vain(&self, id: FixId) -> String {
        let fix = &self.pack().fixes[id];
        let works = match fix.works.chance {
            always if always >= 1.0 => "always works".to_owned(),
            often => format!("works {} of the time", write_chance(often)),
        };
        let place = self.facts().tried.get(&id).map(|span| format!("  [{}]", self.place(*span)));
        let said = format!(
            "\u{201c}{}\u{201d} was tried and it is still broken, although it {works}",
            fix.in_words()
        );
        said + &place.unwrap_or_default()
    }
}

fn computed(scope: &Scope, impossible: &Impossible) -> Vec<String> {
    let said = |contradiction: &Contradiction| {
        let fact = &scope.pack().facts[contradiction.fact];
        let computed = write_known(&contradiction.computed, &fact.ty);
        match scope.value(contradiction.fact) {
            Some(recorded) => {
                format!("{} is recorded as {recorded}, but computes to {computed}", fact.name.value)
            }
            None => format!("{} computes to {computed}, and no duration is negative", fact.name.value),
        }
    };
    impossible.computed.iter().map(said).collect()
}

/// Lists the facts that are recorded as something else than they compute to.
pub fn computed_otherwise(ticket: &Ticket) -> Vec<String> {
    let impossible = ticket.diagnosis().impossible.as_ref();
    impossible.map_or(Vec::new(), |impossible| computed(&Scope::new(ticket), impossible))
}
