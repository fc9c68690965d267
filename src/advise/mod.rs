//! What follows from an answer: each file one verb over the posterior.

pub mod conflict;
pub mod explain;
pub mod next;
mod observable;
pub mod plan;
pub mod why_not;

use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::infer::evaluate::Evaluation;
use crate::infer::exact::{Budget, ln_chances};
use crate::infer::hypotheses::{Hypotheses, hypotheses};
use crate::infer::network::Network;
use crate::infer::observe::cured;
use crate::infer::sets::{Set, likeliest};
use crate::source::Span;
use next::{Next, Outlook, What};
use plan::{Plan, Planner};

/// What follows from an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// The likeliest sets of causes, the likeliest first; those of which it is certain that none besides is likelier.
    pub sets: Vec<Set>,
    /// What next: every step that is worth it, best first.
    pub next: Vec<Next>,
    /// What to do.
    pub plan: Plan,
}

/// So many sets are named,
const MOST_SETS: usize = 4;
/// each at least so likely.
const WORTH_NAMING: f64 = 0.01;

/// What an answer stands on.
#[derive(Clone, Copy)]
pub struct Ticket<'a> {
    /// The pack.
    pub graph: &'a InferenceGraph,
    /// What was recorded.
    pub facts: &'a Facts,
    /// What that says.
    pub evaluation: &'a Evaluation,
    /// The same as numbers.
    pub network: &'a Network,
    /// How likely each cause is.
    pub causes: &'a [f64],
    /// The logarithm of the chance of what is seen, where it is known exactly.
    pub ln_evidence: Option<f64>,
}

impl Ticket<'_> {
    fn hypotheses(&self) -> Hypotheses {
        hypotheses(self.network, self.causes, self.ln_evidence)
    }

    fn planner(&self, found: &Hypotheses) -> Planner {
        Planner::new(self.graph, &found.list, &|fix| self.facts.tried.contains_key(&fix))
    }

    /// The likeliest sets, each exactly as likely as is said.
    fn sets(&self, found: &Hypotheses, budget: &Budget) -> Vec<Set> {
        let mut sets = match self.ln_evidence {
            None => Vec::new(),
            // What was cured may have been there in sets that were not found, and where circumstances were left out, no chance
            // is exact.
            Some(_) if !found.whole || self.network.causes.iter().any(|cause| cause.cured > 0.0) => {
                likeliest(self.network, MOST_SETS, budget).map(|sets| sets.sets).unwrap_or_default()
            }
            Some(_) => certain(found),
        };
        sets.retain(|set| set.probability >= WORTH_NAMING);
        sets.truncate(MOST_SETS);
        sets
    }

    /// Puts to each step how likely it is to solve the ticket. What is still wrong when some fixes were tried in vain is the
    /// chance of the ticket with them tried, over that without.
    fn solved_by(&self, plan: &mut Plan, budget: &Budget) {
        let Some(now) = self.ln_evidence else { return };
        let mut facts = self.facts.clone();
        let mut network = self.network.clone();
        let mut networks = Vec::new();
        for step in &plan.steps {
            facts.tried.insert(step.fix, Span::default());
            for (at, cause) in network.causes.iter_mut().enumerate() {
                cause.cured = cured(self.graph, at, &facts);
            }
            networks.push(network.clone());
        }
        let mut before = now;
        for (step, behind) in plan.steps.iter_mut().zip(ln_chances(&networks, budget)) {
            let Some(behind) = behind else { return };
            step.solves = Some((1.0 - libm::exp(behind - before)).clamp(0.0, 1.0));
            plan.solves = Some((1.0 - libm::exp(behind - now)).clamp(0.0, 1.0));
            before = behind;
        }
    }
}

/// The sets that were found and that are likelier than all together that were not.
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

/// What follows from an answer; none where nothing is likely enough to follow from.
pub fn advise(ticket: Ticket<'_>, budget: &Budget) -> Option<Advice> {
    let found = ticket.hypotheses();
    if found.list.is_empty() {
        return None;
    }
    let planner = ticket.planner(&found);
    let weights: Vec<f64> = found.list.iter().map(|h| h.probability).collect();
    let mut plan = planner.plan(&weights);
    ticket.solved_by(&mut plan, budget);
    let outlook = Outlook::new(ticket.graph, ticket.facts, ticket.evaluation, &found.list, &planner);
    Some(Advice { sets: ticket.sets(&found, budget), next: outlook.next(&plan), plan })
}

/// What would be asked next if any second look could follow any first: slow, and what the look-ahead of one is held against.
pub fn two_ahead(ticket: Ticket<'_>) -> Option<What> {
    let found = ticket.hypotheses();
    let planner = ticket.planner(&found);
    Outlook::new(ticket.graph, ticket.facts, ticket.evaluation, &found.list, &planner).two_ahead()
}

/// The questions that are best asked at once, in one message.
pub fn at_once(ticket: Ticket<'_>) -> Vec<What> {
    let found = ticket.hypotheses();
    let planner = ticket.planner(&found);
    Outlook::new(ticket.graph, ticket.facts, ticket.evaluation, &found.list, &planner).at_once()
}
