//! What the facts of one ticket come to, each part computed at most once.
//!
//! In: a compiled pack, recorded facts and a budget. Out, each on first use and then kept: the
//! [`Evaluation`], the [`Network`] with the rule behind each finding, the posterior, and the prior.
//! Explanations, the plan and the ranking stand on it, so nothing of a ticket is computed twice, whoever
//! asks.

use std::sync::{Arc, OnceLock};

use super::evaluate::{Evaluation, evaluate};
use super::observe::observe;
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::infer::exact::{Budget, Outcome, Posterior, posterior};
use crate::infer::network::Network;
use crate::pack::RuleId;

/// What the facts of one ticket come to.
#[derive(Debug, Clone)]
pub struct Assessment {
    graph: Arc<InferenceGraph>,
    facts: Facts,
    budget: Budget,
    evaluation: OnceLock<Evaluation>,
    observed: OnceLock<(Network, Vec<RuleId>)>,
    outcome: OnceLock<Outcome>,
    prior: OnceLock<Option<Posterior>>,
}

impl Assessment {
    /// Begins from recorded facts; nothing is computed yet.
    pub fn new(graph: Arc<InferenceGraph>, facts: Facts, budget: Budget) -> Self {
        Self {
            graph,
            facts,
            budget,
            evaluation: OnceLock::new(),
            observed: OnceLock::new(),
            outcome: OnceLock::new(),
            prior: OnceLock::new(),
        }
    }

    /// Begins from other facts, with the same pack and budget.
    #[must_use]
    pub fn with(&self, facts: Facts) -> Self {
        Self::new(Arc::clone(&self.graph), facts, self.budget)
    }

    /// Returns the compiled pack.
    pub fn graph(&self) -> &Arc<InferenceGraph> {
        &self.graph
    }

    /// Returns what was recorded.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Returns what an exact answer may cost.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Returns what the facts say of every fact, symptom and rule.
    pub fn evaluation(&self) -> &Evaluation {
        self.evaluation.get_or_init(|| evaluate(&self.graph, &self.facts))
    }

    /// Returns what was observed, as numbers.
    pub fn network(&self) -> &Network {
        &self.observed().0
    }

    /// Returns the rule behind each finding of the network.
    pub fn rules(&self) -> impl Iterator<Item = RuleId> {
        self.observed().1.iter().copied()
    }

    /// Returns the rule behind one finding of the network.
    pub fn rule(&self, finding: usize) -> Option<RuleId> {
        self.observed().1.get(finding).copied()
    }

    fn observed(&self) -> &(Network, Vec<RuleId>) {
        self.observed.get_or_init(|| observe(&self.graph, self.evaluation(), &self.facts))
    }

    /// Returns whether a recorded fact contradicts what others compute it to.
    pub fn is_contradictory(&self) -> bool {
        !self.evaluation().contradictions.is_empty()
    }

    /// Returns the posterior, or why there is none. Facts that contradict what others compute are impossible,
    /// whatever the rest says: the network is built from one of the two, and knows nothing of the other.
    pub fn outcome(&self) -> &Outcome {
        self.outcome.get_or_init(|| {
            if self.is_contradictory() {
                Outcome::Impossible
            } else {
                posterior(self.network(), &self.budget)
            }
        })
    }

    /// Returns the exact posterior; none where the evidence is impossible or an exact answer costs too much.
    pub fn posterior(&self) -> Option<&Posterior> {
        match self.outcome() {
            Outcome::Exact(posterior) => Some(posterior),
            Outcome::Impossible | Outcome::OverBudget { .. } => None,
        }
    }

    /// Returns the exact probabilities before anything but the contexts was known; none where the contexts
    /// are impossible or that costs too much.
    pub fn prior(&self) -> Option<&Posterior> {
        let prior = || match posterior(&self.network().before_symptoms(), &self.budget) {
            Outcome::Exact(prior) => Some(prior),
            Outcome::Impossible | Outcome::OverBudget { .. } => None,
        };
        self.prior.get_or_init(prior).as_ref()
    }
}
