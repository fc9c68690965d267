//! What follows from an answer: which question to ask next, and which fixes to try in which order.
//!
//! Both stand on the likeliest hypotheses of the ticket ([`Outset`]), which are found once.

mod backing;
pub mod next;
mod observable;
pub mod repair;

use crate::infer::exact::ln_chances;
use crate::infer::hypotheses::{Hypotheses, hypotheses};
use crate::infer::sets::{Set, likeliest};
use crate::model::assessment::Assessment;
use crate::model::observe::cured;
use crate::source::Span;
use backing::backing;
use next::{Next, Outlook, What};
use repair::{Plan, Planner};

/// What follows from an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// The likeliest sets of causes, the likeliest first; those of which it is certain that none besides is
    /// likelier.
    pub sets: Vec<Set>,
    /// What next: every step that is worth it, best first.
    pub next: Vec<Next>,
    /// What to do.
    pub plan: Plan,
}

/// So many sets of causes are named.
const MOST_SETS: usize = 4;
/// A set of causes is named from this probability on.
const SET_WORTH_NAMING: f64 = 0.01;

/// What advice stands on: the ticket, its likeliest hypotheses, and the plans for them.
#[derive(Debug, Clone)]
pub struct Outset {
    found: Hypotheses,
    planner: Planner,
    /// The logarithm of the chance of what is seen, where it is known exactly.
    ln_evidence: Option<f64>,
}

impl Outset {
    /// Finds the likeliest hypotheses of a ticket; `causes` says how likely each cause is, where that is not
    /// known exactly.
    pub fn new(ticket: &Assessment, causes: &[f64]) -> Self {
        let ln_evidence = ticket.posterior().map(|posterior| posterior.ln_evidence);
        let found = hypotheses(ticket.network(), causes, ln_evidence);
        let planner =
            Planner::new(ticket.graph(), &found.list, &|fix| ticket.facts().tried.contains_key(&fix));
        Self { found, planner, ln_evidence }
    }

    /// Looks at everything that could be asked.
    fn outlook<'a>(&'a self, ticket: &'a Assessment) -> Outlook<'a> {
        let (graph, facts, evaluation) = (ticket.graph(), ticket.facts(), ticket.evaluation());
        Outlook::new(graph, facts, evaluation, &self.found.list, &self.planner)
    }

    /// Returns the likeliest sets, each exactly as likely as is said.
    fn sets(&self, ticket: &Assessment) -> Vec<Set> {
        let (found, network) = (&self.found, ticket.network());
        let mut sets = match self.ln_evidence {
            None => Vec::new(),
            // What was cured may have been there in sets that were not found, and where contexts were left
            // out, no chance is exact.
            Some(_) if !found.whole || network.causes.iter().any(|cause| cause.cured > 0.0) => {
                likeliest(network, MOST_SETS, ticket.budget()).map(|sets| sets.sets).unwrap_or_default()
            }
            Some(_) => certain(found),
        };
        sets.retain(|set| set.probability >= SET_WORTH_NAMING);
        sets.truncate(MOST_SETS);
        sets
    }

    /// Puts to each step how likely it is to resolve the ticket. The chance that something is still wrong
    /// when some fixes were tried in vain is P(e, ticket | they were tried) / P(e, ticket).
    fn resolved_with(&self, ticket: &Assessment, plan: &mut Plan) {
        let Some(now) = self.ln_evidence else { return };
        let mut facts = ticket.facts().clone();
        let mut network = ticket.network().clone();
        let mut networks = Vec::new();
        for step in &plan.steps {
            facts.tried.insert(step.fix, Span::default());
            for (id, cause) in ticket.graph().pack.causes.ids().zip(&mut network.causes) {
                cause.cured = cured(ticket.graph(), id, &facts);
            }
            networks.push(network.clone());
        }
        let mut before = now;
        for (step, behind) in plan.steps.iter_mut().zip(ln_chances(&networks, ticket.budget())) {
            // Where one step is over the budget, those behind it stay unknown too.
            let Some(behind) = behind else { return };
            step.resolves = Some((1.0 - libm::exp(behind - before)).clamp(0.0, 1.0));
            plan.resolves = Some((1.0 - libm::exp(behind - now)).clamp(0.0, 1.0));
            before = behind;
        }
    }
}

/// Returns the sets that were found and that are likelier than all together that were not: only those are
/// certainly in their place.
fn certain(found: &Hypotheses) -> Vec<Set> {
    let mut sets: Vec<Set> = Vec::new();
    for hypothesis in &found.list {
        match sets.iter_mut().find(|set| set.causes == hypothesis.still) {
            Some(set) => set.probability += hypothesis.probability,
            None => sets.push(Set { causes: hypothesis.still.clone(), probability: hypothesis.probability }),
        }
    }
    sets.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.causes.cmp(&b.causes)));
    sets.retain(|set| set.probability > 1.0 - found.covered);
    sets
}

/// Advises on a ticket; none where nothing is likely enough to follow from.
pub fn advise(ticket: &Assessment, outset: &Outset) -> Option<Advice> {
    if outset.found.list.is_empty() {
        return None;
    }
    let weights: Vec<f64> = outset.found.list.iter().map(|h| h.probability).collect();
    let unlisted = ticket.posterior().map_or(0.0, |posterior| posterior.unlisted);
    let planner = &outset.planner;
    let mut plan = planner.plan(&weights, &backing(ticket), unlisted);
    let next = outset.outlook(ticket).next(&plan);
    // Where nothing points to the first step, asking comes before it, as long as asking pays.
    let asks = next.first().is_some_and(|next| matches!(next.step, What::Question(_) | What::Visit(..)));
    if asks && !plan.is_founded {
        plan = planner.nothing(&weights, plan);
    }
    plan.left_alone = planner.left_alone(&weights, &plan, &|cause| &ticket.graph().pack.causes[cause].fixes);
    outset.resolved_with(ticket, &mut plan);
    Some(Advice { sets: outset.sets(ticket), next, plan })
}

/// Chooses the questions that are best asked at once, whoever can answer them.
pub fn at_once_of_all(ticket: &Assessment, outset: &Outset) -> Vec<What> {
    outset.outlook(ticket).at_once()
}

/// Chooses the questions that are best asked at once, in one message to somebody; without a name, to anybody.
pub fn at_once(ticket: &Assessment, outset: &Outset, who: Option<&str>) -> Vec<What> {
    outset.outlook(ticket).answered_by(&ticket.graph().pack, who).at_once()
}
