//! Artefacts that a person hands over in an interview: facts are read from all of them together, and what a person answered counts
//! before what they say.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::{Interview, Refusal, read};
use crate::collect::{self, Artefacts, Collected};
use crate::evidence::Input;
use crate::pack::FactId;
use crate::records::Limits;
use crate::source::Sources;

/// What a person hands over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// The name of its file; none of a paste.
    pub file: Option<String>,
    /// What is in it.
    pub bytes: Arc<[u8]>,
    /// A day close behind its newest line, for times that say no year.
    pub newest: Option<Date>,
}

impl Interview {
    /// Reads facts from one more artefact, together with those before it.
    pub(super) fn take_in(&mut self, artefact: &Artefact) -> Result<(), Refusal> {
        self.now.artefacts.push(artefact.clone());
        let ticket = self.ticket_of_artefacts()?;
        let read = ticket.read.iter().filter_map(|id| {
            let recorded = ticket.facts.recorded.get(id)?;
            Some((*id, collect::written(recorded, &self.graph.pack.facts[*id].ty)))
        });
        let read: Vec<(FactId, String)> = read.collect();
        for fact in std::mem::take(&mut self.now.read) {
            self.now.record.forget(fact);
        }
        for (fact, value) in read {
            self.now.record.set(fact, value);
            self.now.passed.remove(&fact);
            self.now.read.insert(fact);
        }
        self.now.revised = None;
        self.diagnose();
        Ok(())
    }

    /// Returns the one ticket that all artefacts come to.
    fn ticket_of_artefacts(&self) -> Result<Collected, Refusal> {
        let mut answered = self.now.record.clone();
        self.now.read.iter().for_each(|fact| answered.forget(*fact));
        let mut sources = self.sources.clone();
        let (facts, _) = read(&self.graph, &mut sources, &self.name, &answered.text(&self.graph.pack));
        let inputs = self.now.artefacts.iter().enumerate().map(|(at, artefact)| {
            let paste = || format!("paste {}", at + 1);
            let input = Input::of_bytes(artefact.file.clone().unwrap_or_else(paste), &artefact.bytes);
            Input { is_named: artefact.file.is_some(), ..input }
        });
        let pack = &self.graph.pack;
        let newest = self.now.artefacts.iter().filter_map(|artefact| artefact.newest).max();
        let artefacts = Artefacts { inputs: inputs.collect(), newest, limits: Limits::default() };
        let mut sources = Sources::default();
        let mut tickets = collect::incident(pack, artefacts, &facts, &mut sources, &mut |_| ()).tickets;
        let ticket = tickets.pop().ok_or_else(nothing)?;
        if let Some(other) = tickets.last() {
            let of =
                |ticket: &Collected| ticket.subject.first().map_or(String::new(), |(_, value)| value.clone());
            let message = format!(
                "this is about {} tickets, such as {} and {}",
                tickets.len() + 1,
                of(other),
                of(&ticket)
            );
            return Err(Refusal::new(
                message,
                "take the lines of one; `ruleout diagnose --evidence FILE` answers all of them",
            ));
        }
        match ticket.fine {
            Some(fine) => Err(Refusal::new(format!("by this, nothing is wrong: {fine}"), "go on answering")),
            None if ticket.read.is_empty() => Err(nothing()),
            None => Ok(ticket),
        }
    }

    /// Returns the facts that were read from artefacts.
    pub fn read_from_artefacts(&self) -> &BTreeSet<FactId> {
        &self.now.read
    }
}

fn nothing() -> Refusal {
    Refusal::new(
        "nothing in this says anything that the pack reads",
        "`ruleout records FILE` shows what is read of it",
    )
}
