//! One ticket: a set of facts, and everything that follows from them, each part computed once and kept.
//!
//! In: a compiled pack, recorded facts with the texts that they stand in, and a budget. Out: the [`Diagnosis`] and what else is asked
//! of a ticket. It is owned, and can be sent to another thread and shared with it; whatever shows an answer goes through it.

pub mod diagnosis;

use std::sync::{Arc, OnceLock};

use crate::explain::why_not::{self, WhyNot};
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::infer::exact::Budget;
use crate::infer::sets::{Sets, likeliest};
use crate::model::assessment::Assessment;
use crate::pack::CauseId;
use crate::plan::next::What;
use crate::plan::{self, Outset};
use crate::source::Sources;
use diagnosis::Diagnosis;

/// One ticket.
#[derive(Debug, Clone)]
pub struct Ticket {
    assessment: Assessment,
    sources: Sources,
    outset: OnceLock<Outset>,
    diagnosis: OnceLock<Diagnosis>,
}

impl Ticket {
    /// Begins from recorded facts and the texts that they and the pack stand in; nothing is computed yet.
    pub fn new(graph: Arc<InferenceGraph>, facts: Facts, sources: Sources) -> Self {
        Self::within(graph, facts, sources, Budget::default())
    }

    /// Begins like [`Ticket::new`], with another limit on what an exact answer may cost.
    pub fn within(graph: Arc<InferenceGraph>, facts: Facts, sources: Sources, budget: Budget) -> Self {
        Self::of(Assessment::new(graph, facts, budget), sources)
    }

    fn of(assessment: Assessment, sources: Sources) -> Self {
        Self { assessment, sources, outset: OnceLock::new(), diagnosis: OnceLock::new() }
    }

    /// Begins from other facts, with the same pack and budget.
    #[must_use]
    pub fn with(&self, facts: Facts, sources: Sources) -> Self {
        Self::of(self.assessment.with(facts), sources)
    }

    /// Returns the compiled pack.
    pub fn graph(&self) -> &Arc<InferenceGraph> {
        self.assessment.graph()
    }

    /// Returns what was recorded.
    pub fn facts(&self) -> &Facts {
        self.assessment.facts()
    }

    /// Returns the texts of the pack and of the facts.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Returns what the facts come to: evaluation, network, posterior.
    pub fn assessment(&self) -> &Assessment {
        &self.assessment
    }

    /// Returns the answer.
    pub fn diagnosis(&self) -> &Diagnosis {
        self.diagnosis.get_or_init(|| diagnosis::diagnose(&self.assessment, &self.outset))
    }

    /// Chooses the questions that are best asked at once; none where nothing exact is known of the ticket.
    pub fn at_once(&self) -> Option<Vec<What>> {
        if self.assessment.is_contradictory() {
            return None;
        }
        let posterior = self.assessment.posterior()?;
        let outset = self.outset.get_or_init(|| Outset::new(&self.assessment, &posterior.causes));
        Some(plan::at_once(&self.assessment, outset))
    }

    /// Finds the `most` likeliest sets of causes; none where even the chance of what is seen is over the budget.
    pub fn sets(&self, most: usize) -> Option<Sets> {
        likeliest(self.assessment.network(), most, self.assessment.budget())
    }

    /// Says why a cause is not first, and what would make it so; none where there is no exact answer.
    pub fn why_not(&self, cause: CauseId) -> Option<WhyNot> {
        why_not::why_not(&self.assessment, cause)
    }
}
