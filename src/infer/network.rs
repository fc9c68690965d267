//! What is observed, as numbers: the input of inference.
//!
//! A compiled pack and the facts of one ticket fill it; nothing in it knows of names or texts. Causes and
//! contexts are indexes within the network: one that is out of range is a defect of the caller, and panics.
//! Whatever is not observed is simply not there.

use std::sync::Arc;

use crate::infer::step::Step;
use crate::infer::table::Table;

/// One ticket as a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// The contexts that priors read.
    pub contexts: Vec<Context>,
    /// What may be wrong.
    pub causes: Vec<Cause>,
    /// The prior of the cause that the pack does not list, under 1.
    pub unlisted: f64,
    /// What is seen.
    pub findings: Vec<Finding>,
    /// Whether it is given that something is wrong, as it is with every ticket.
    pub ticket: bool,
}

impl Network {
    /// Returns the same ticket before any symptom was seen and any fix tried.
    #[must_use]
    pub fn before_symptoms(&self) -> Self {
        let mut bare = Self { findings: Vec::new(), ..self.clone() };
        bare.causes.iter_mut().for_each(|cause| cause.cured = 0.0);
        bare
    }
}

impl Default for Network {
    /// Returns a ticket of which nothing is known.
    fn default() -> Self {
        let (contexts, causes, findings) = (Vec::new(), Vec::new(), Vec::new());
        Self { contexts, causes, unlisted: 0.0, findings, ticket: true }
    }
}

/// A context: a root variable.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Context {
    /// How often each of its values is so; they sum to 1.
    pub rates: Vec<f64>,
    /// Which of the values are still possible, given the facts.
    pub possible: Vec<bool>,
}

/// Something that may be wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// Its prior by context, the scale counted in.
    pub prior: Table,
    /// The causes that come of it, each with the chance, their own priors apart. Without circles: one is
    /// refused where the pack is read, and a link that would close one does nothing here.
    pub leads_to: Vec<(usize, f64)>,
    /// The chance that the fixes that were tried have cured it, were it there; 0 where none was tried.
    pub cured: f64,
    /// Whether it is known to have been there, or not.
    pub known: Option<bool>,
}

/// A symptom that somebody looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The symptom as a chain of steps, the top level first.
    pub steps: Arc<[Step]>,
    /// How many levels it has.
    pub levels: usize,
    /// How much each level counts. A known level: 1 there and 0 elsewhere. Levels still possible: 1 on each.
    /// An unsure report, sure to r: r on what it says and 1 − r on the others.
    pub weights: Vec<f64>,
}
