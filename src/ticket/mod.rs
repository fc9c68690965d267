//! One ticket: a set of facts, and everything that follows from them, each part computed once and kept.
//!
//! In: a compiled pack, recorded facts with the texts that they stand in, and a budget. Out: the
//! [`Diagnosis`] and what else is asked of a ticket. It is owned, and can be sent to another thread and
//! shared with it; whatever shows an answer goes through it.
//!
//! The diagnosis and what it stands on are kept. What takes an argument, or is asked for seldom (sets, why a
//! cause is not first, questions to ask at once), is computed when it is asked for, from what is kept.

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
    /// What planning stands on: the diagnosis needs it, and so do questions to ask at once.
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

    /// Chooses the questions that are best asked at once of somebody, or where nobody is named, of anybody; none
    /// where there is no exact answer.
    pub fn at_once(&self, who: Option<&str>) -> Option<Vec<What>> {
        let outset = self.outset()?;
        Some(plan::at_once(&self.assessment, outset, who))
    }

    /// Chooses the questions that are best asked at once, whoever can answer them; none where there is no exact
    /// answer.
    pub fn at_once_of_all(&self) -> Option<Vec<What>> {
        Some(plan::at_once_of_all(&self.assessment, self.outset()?))
    }

    fn outset(&self) -> Option<&Outset> {
        let posterior = self.assessment.posterior()?;
        Some(self.outset.get_or_init(|| Outset::new(&self.assessment, &posterior.causes)))
    }

    /// Finds the `most` likeliest sets of causes; none where the evidence is impossible, or even the chance
    /// of what is seen is over the budget.
    pub fn sets(&self, most: usize) -> Option<Sets> {
        if self.assessment.is_contradictory() {
            return None;
        }
        likeliest(self.assessment.network(), most, self.assessment.budget())
    }

    /// Says why a cause is not first, and what would make it so; none where there is no exact answer.
    pub fn why_not(&self, cause: CauseId) -> Option<WhyNot> {
        why_not::why_not(&self.assessment, cause)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Ticket;
    use crate::document::tree::Format;
    use crate::model::assessment::Assessment;
    use crate::pack::CauseId;
    use crate::pack::PackTexts;
    use crate::pipeline;
    use crate::source::{Source, Sources};

    const PACK: &str = "
fact wait: duration { ask \"How long?\" }
fact sent: yes/no { ask \"Sent?\" }
derive late: yes/no = wait > 5 min
rule late { usually with queue  rarely anyway }
rule sent { usually with reader  rarely anyway }
cause queue { common  fix restart }
cause reader { common  fix restart }
fix restart { step \"Restart it.\" }
";

    /// The same pack, compiled anew, and facts in YAML.
    fn ticket(facts: &str) -> Ticket {
        let manifest =
            "(name: \"small\", language: 1, cases: (unlisted: \"10 %\", several_at_once: \"8 %\"))";
        let mut sources = Sources::default();
        let manifest = sources.add(Source::new("pack.ron", manifest));
        let files = vec![sources.add(Source::new("small.ruleout", PACK))];
        let (graph, problems) = pipeline::compile(&sources, &PackTexts::new(&sources, manifest, files));
        let graph = graph.unwrap_or_else(|| panic!("{problems:#?}"));
        let source = sources.add(Source::new("facts.yaml", facts));
        let (facts, problems) = pipeline::read_facts(&graph, &sources, source, Format::Yaml);
        assert!(!problems.has_errors(), "{problems:#?}");
        Ticket::new(graph, facts, sources)
    }

    /// Compiles only if both can be sent to another thread and shared with it.
    const _: () = {
        const fn shared<T: Send + Sync + 'static>() {}
        shared::<Assessment>();
        shared::<Ticket>();
    };

    #[test]
    fn a_ticket_is_diagnosed_once_whoever_asks() {
        let ticket = Arc::new(ticket("wait: 10 min"));
        let ask = || {
            let ticket = Arc::clone(&ticket);
            std::thread::spawn(move || std::ptr::from_ref(ticket.diagnosis()).addr())
        };
        let asked: Vec<usize> =
            [ask(), ask(), ask()].into_iter().map(|thread| thread.join().unwrap()).collect();
        let here = std::ptr::from_ref(ticket.diagnosis()).addr();
        assert!(asked.iter().all(|there| *there == here), "{asked:?} {here}");
        assert_eq!(ticket.diagnosis().causes[0].cause, CauseId(0));
    }

    #[test]
    fn other_facts_begin_another_ticket_of_the_same_pack() {
        let first = ticket("wait: 10 min");
        let facts = ticket("sent: yes").facts().clone();
        let second = first.with(facts, first.sources().clone());
        assert_eq!(first.diagnosis().causes[0].cause, CauseId(0));
        assert_eq!(second.diagnosis().causes[0].cause, CauseId(1));
        assert!(Arc::ptr_eq(first.graph(), second.graph()));
    }

    #[test]
    fn nothing_follows_from_facts_that_contradict_what_others_compute() {
        let ticket = ticket("wait: 10 min\nlate: no");
        assert!(ticket.diagnosis().impossible.is_some());
        assert!(ticket.why_not(CauseId(1)).is_none());
        assert_eq!(ticket.sets(3), None);
        assert_eq!(ticket.at_once(None), None);
    }
}
