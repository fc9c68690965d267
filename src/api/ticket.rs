//! One ticket and what follows from it.

use std::sync::Arc;

use super::{Facts, Problems};
use crate::document::tree::Format;
use crate::infer::exact::Budget;
use crate::render::json::{self, Extras};
use crate::render::text;
use crate::render::wrap::PAGE;
use crate::report;
use crate::ticket;
use crate::wire::diagnose::Answer;
use crate::wire::why_not::WhyNot;

/// One ticket: a set of facts, and everything that follows from them, each part computed once, on first use. A clone shares what is
/// computed.
#[derive(Debug, Clone)]
pub struct Ticket {
    facts: Facts,
    inner: Arc<ticket::Ticket>,
}

impl Ticket {
    /// Begins from facts; nothing is computed yet.
    pub fn new(facts: Facts) -> Self {
        Self::within(facts, Budget::default())
    }

    /// Begins from facts, with a limit on what an exact answer may cost, in steps; a second is about 10⁹. Beyond it each probability
    /// is an interval that is certain to hold it.
    pub fn with_budget(facts: Facts, steps: f64) -> Self {
        Self::within(facts, Budget { cost: steps, ..Budget::default() })
    }

    fn within(facts: Facts, budget: Budget) -> Self {
        let graph = Arc::clone(&facts.pack.compiled.graph);
        let (recorded, sources) = (facts.recorded.clone(), facts.sources.clone());
        Self { facts, inner: Arc::new(ticket::Ticket::within(graph, recorded, sources, budget)) }
    }

    /// Returns what was recorded.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Supposes that some facts were other than they are, each written as in a YAML fact file: `quarantine.has_message: no`.
    ///
    /// # Errors
    /// As [`super::Pack::read`].
    pub fn suppose(&self, facts: &str) -> Result<Self, Problems> {
        Ok(Self::within(self.facts.clone().and(facts, Format::Yaml)?, *self.inner.assessment().budget()))
    }

    /// Returns the answer: the causes ranked, with the reasons, what to ask next, and what to do.
    pub fn answer(&self) -> Answer {
        json::answer(&self.inner, &Extras::default())
    }

    /// Says why a cause is not first, and the smallest changes of facts that would make it so; none where the pack has no cause of
    /// that name or there is no exact answer.
    pub fn why_not(&self, cause: &str) -> Option<WhyNot> {
        let id = self.inner.graph().pack.causes.find(|own| own.name.value == cause)?;
        Some(json::why_not_entry(&self.inner, &self.inner.why_not(id)?))
    }

    /// Returns the answer as a person reads it in a terminal, without colour, 80 columns wide.
    pub fn to_text(&self) -> String {
        text::plain(&report::Answer::new(&self.inner), PAGE)
    }
}
