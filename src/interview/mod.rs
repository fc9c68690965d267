//! An interview about one ticket: what is asked, what is answered, and what that changes; without a terminal.
//!
//! In: a compiled pack, what is recorded already, and one [`Event`] after the other. Out: after each, what is asked now and
//! the answer so far. The state is the text of a fact file and what the person passed over; the answer follows from the text
//! alone, read as any fact file is, so the order of the answers changes nothing, and what is saved is what was seen.
//!
//! Every event leaves the state before it behind, whole, so taking back gives exactly what was there.
//!
//! What is answered, not available, or passed over is not asked again by itself; a person may come back to it. A visit is
//! asked through once it has begun, as far as its questions still tell anything, and is paid once.

mod asked;
mod evidence;
mod progress;
mod record;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use asked::{Asked, Choice, Form, Price, Question, tells_apart};
pub use evidence::Artefact;
pub use progress::Progress;
pub use record::Record;

use crate::document::tree::Format;
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::infer::exact::Budget;
use crate::pack::{Fact, FactId, FixId, VisitId};
use crate::pipeline;
use crate::plan::repair::minutes;
use crate::source::{Source, Sources};
use crate::ticket::Ticket;
use crate::value::Type;
use asked::{Choosing, choose};
use progress::{Foreseen, is_surprise};

/// What a person does.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Answers what is asked, as a person types it.
    Answer(String),
    /// Answers what is asked, as it stands in a fact file in YAML.
    Written(String),
    /// Hands over an artefact, from which facts are read.
    Evidence(Artefact),
    /// Does not know: it stays open, and something else is asked.
    DontKnow,
    /// Nobody can find out.
    NotAvailable,
    /// The fix was tried, and it is still broken.
    StillBroken,
    /// The fix was tried, and it helped.
    Solved,
    /// Goes on asking for one more look, although nothing pays.
    GoOn,
    /// Wants to answer a certain question again.
    Revise(FactId),
    /// Wants to answer the question before again.
    Back,
    /// Leaves a question as it is that was come back to.
    Forward,
    /// Takes back whatever was done last.
    Undo,
}

/// Why something cannot be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// In one line.
    pub message: String,
    /// What to do instead.
    pub help: String,
}

impl Refusal {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

/// One point of an interview.
#[derive(Debug, Clone)]
pub struct Situation {
    /// What is recorded.
    pub record: Record,
    /// The ticket so far, with its answer.
    pub ticket: Arc<Ticket>,
    /// What is asked now.
    pub asked: Asked,
    /// Everything that was asked, in its order, each once.
    pub order: Vec<FactId>,
    /// Hands-on minutes of the looks that told something and of the fixes that were tried.
    pub minutes: f64,
    /// What was handed over, and the facts that were read from it.
    artefacts: Vec<Artefact>,
    read: BTreeSet<FactId>,
    passed: BTreeSet<FactId>,
    paid: BTreeSet<VisitId>,
    visit: Option<VisitId>,
    revised: Option<FactId>,
    beyond: bool,
    foreseen: Arc<Foreseen>,
}

/// An interview.
#[derive(Debug)]
pub struct Interview {
    graph: Arc<InferenceGraph>,
    /// The texts of the pack.
    sources: Sources,
    /// How the record is called where places are named.
    name: String,
    budget: Budget,
    now: Situation,
    before: Vec<Situation>,
}

impl Interview {
    /// Begins from what is recorded; `name` is the name of its file.
    pub fn new(
        graph: Arc<InferenceGraph>,
        sources: Sources,
        name: impl Into<String>,
        record: Record,
        budget: Budget,
    ) -> Self {
        let name = name.into();
        let ticket = Arc::new(answer(&graph, &sources, &name, &record, budget));
        let now = Situation {
            record,
            foreseen: Arc::new(Foreseen::new(Arc::clone(&ticket), 0)),
            ticket,
            asked: Asked::Stop,
            order: Vec::new(),
            minutes: 0.0,
            artefacts: Vec::new(),
            read: BTreeSet::new(),
            passed: BTreeSet::new(),
            paid: BTreeSet::new(),
            visit: None,
            revised: None,
            beyond: false,
        };
        let mut interview = Self { graph, sources, name, budget, now, before: Vec::new() };
        interview.now.asked = interview.choose();
        interview
    }

    /// Returns the compiled pack.
    pub fn graph(&self) -> &Arc<InferenceGraph> {
        &self.graph
    }

    /// Returns where the interview stands.
    pub fn now(&self) -> &Situation {
        &self.now
    }

    /// Returns where it stood before what was done last.
    pub fn before(&self) -> Option<&Situation> {
        self.before.last()
    }

    /// Returns how far the interview is.
    pub fn progress(&self) -> Progress {
        let now = &self.now;
        let asks = matches!(now.asked, Asked::Question(_));
        Progress { asked: now.order.len(), left: if asks { now.foreseen.left(now.order.len()) } else { 0 } }
    }

    /// Writes the fact file as it would be saved.
    pub fn text(&self) -> String {
        self.now.record.text(&self.graph.pack)
    }

    /// Does what a person does.
    ///
    /// # Errors
    /// Where that cannot be done now; nothing is changed then.
    pub fn apply(&mut self, event: &Event) -> Result<(), Refusal> {
        if *event == Event::Undo {
            let last = self.before.pop();
            self.now = last.ok_or_else(|| Refusal::new("nothing was done yet", "answer the question"))?;
            return Ok(());
        }
        let before = self.now.clone();
        match self.change(event) {
            Ok(()) => {
                if is_surprise(&before.ticket, &self.now.ticket) {
                    let foreseen = Foreseen::new(Arc::clone(&self.now.ticket), self.now.order.len());
                    self.now.foreseen = Arc::new(foreseen);
                }
                self.before.push(before);
            }
            Err(refusal) => {
                self.now = before;
                return Err(refusal);
            }
        }
        Ok(())
    }

    fn change(&mut self, event: &Event) -> Result<(), Refusal> {
        match event {
            Event::Answer(text) => {
                let value = written(self.fact(self.question()?.fact), text)?;
                self.answer(value)
            }
            Event::Written(value) => self.answer(value.clone()),
            Event::Evidence(artefact) => self.take_in(artefact),
            Event::DontKnow => self.pass(),
            Event::NotAvailable => self.answer(record::NOT_AVAILABLE.to_owned()),
            Event::StillBroken => self.still_broken(),
            Event::Solved => {
                let (fix, _) = self.fix()?;
                self.now.asked = Asked::Solved(fix);
                Ok(())
            }
            Event::GoOn => self.go_on(),
            Event::Revise(fact) => {
                self.revise(*fact);
                Ok(())
            }
            Event::Back => self.back(),
            Event::Forward => self.forward(),
            Event::Undo => Ok(()),
        }
    }

    /// How a fact is answered. A cell is offered only where what would be recorded is read as that cell, and no more or less.
    pub fn form(&self, fact: FactId) -> Form {
        let of = self.fact(fact);
        asked::form(of, || {
            let cells = asked::cells_of(&self.graph.pack, fact);
            let known = |choice: &Choice| {
                let document =
                    self.now.record.only(&self.graph.pack, fact, &written(of, &choice.answer).ok()?);
                let (facts, _) = read(&self.graph, &mut Sources::default(), "answer.yaml", &document);
                facts.recorded.get(&fact).map(|recorded| recorded.known.clone())
            };
            let same = cells.into_iter().filter(|(choice, cell)| known(choice).as_ref() == Some(cell));
            same.map(|(choice, _)| choice).collect()
        })
    }

    /// Reads a typed answer to a question and returns the value as it is understood.
    ///
    /// # Errors
    /// What is wrong with it, and what to write instead.
    pub fn check(&self, fact: FactId, text: &str) -> Result<String, Refusal> {
        self.readable(fact, &written(self.fact(fact), text)?)
    }

    fn readable(&self, fact: FactId, value: &str) -> Result<String, Refusal> {
        let document = self.now.record.only(&self.graph.pack, fact, value);
        let (facts, problems) = read(&self.graph, &mut Sources::default(), "answer.yaml", &document);
        match (problems.iter().next(), facts.recorded.get(&fact)) {
            (None, Some(recorded)) => Ok(recorded.written.clone()),
            (None, None) => {
                Err(Refusal::new("nothing is there yet", "type a value, or say that you don't know"))
            }
            (Some(problem), _) => {
                Err(Refusal::new(problem.message.clone(), problem.help.clone().unwrap_or_default()))
            }
        }
    }

    fn answer(&mut self, value: String) -> Result<(), Refusal> {
        let fact = self.question()?.fact;
        self.readable(fact, &value)?;
        self.pay();
        self.now.record.set(fact, value);
        self.now.read.remove(&fact);
        self.now.passed.remove(&fact);
        self.done_with(fact);
        self.diagnose();
        Ok(())
    }

    fn pass(&mut self) -> Result<(), Refusal> {
        let fact = self.question()?.fact;
        let was = self.now.record.value(fact).is_some();
        self.now.record.forget(fact);
        self.now.read.remove(&fact);
        self.now.passed.insert(fact);
        self.done_with(fact);
        if was {
            self.diagnose();
        } else {
            self.now.asked = self.choose();
        }
        Ok(())
    }

    /// What a question costs is paid with its first answer; a visit's once for all.
    fn pay(&mut self) {
        let Asked::Question(question) = &self.now.asked else { return };
        let paid = question.visit.is_some_and(|visit| !self.now.paid.insert(visit));
        self.now.minutes += question.price.filter(|_| !paid).map_or(0.0, |price| price.minutes);
    }

    fn done_with(&mut self, fact: FactId) {
        let visit = self.fact(fact).visit;
        if self.now.revised.take().is_none() {
            self.now.visit = visit;
            // One more look was asked for, and a visit is one look.
            self.now.beyond &= matches!(&self.now.asked, Asked::Question(question) if question.more > 0);
        }
        if !self.now.order.contains(&fact) {
            self.now.order.push(fact);
        }
    }

    fn still_broken(&mut self) -> Result<(), Refusal> {
        let (fix, price) = self.fix()?;
        let waits = self.graph.pack.fixes[fix].waits.map_or(0.0, minutes);
        self.now.minutes += price.minutes + waits + minutes(self.graph.pack.manifest.in_vain);
        self.now.record.try_in_vain(fix);
        self.diagnose();
        Ok(())
    }

    fn go_on(&mut self) -> Result<(), Refusal> {
        if !matches!(self.now.asked, Asked::Fix(..) | Asked::Stop) {
            return Err(Refusal::new("a question is being asked", "answer it, or say that you don't know"));
        }
        self.now.beyond = true;
        self.now.asked = self.choose();
        match self.now.asked {
            Asked::Question(_) => Ok(()),
            _ => Err(Refusal::new("no question is left that tells anything", "save, or undo an answer")),
        }
    }

    fn revise(&mut self, fact: FactId) {
        let visit = self.fact(fact).visit;
        self.now.revised = Some(fact);
        self.now.asked = Asked::Question(Question { fact, visit, more: 0, there_already: true, price: None });
    }

    fn back(&mut self) -> Result<(), Refusal> {
        let order = &self.now.order;
        let at = self.now.revised.and_then(|fact| order.iter().position(|other| *other == fact));
        let earlier = order.get(..at.unwrap_or(order.len())).and_then(<[FactId]>::last).copied();
        let fact = earlier.ok_or_else(|| Refusal::new("this is the first question", "answer it"))?;
        self.revise(fact);
        Ok(())
    }

    fn forward(&mut self) -> Result<(), Refusal> {
        if self.now.revised.take().is_none() {
            return Err(Refusal::new("this is the last question", "answer it, or say that you don't know"));
        }
        self.now.asked = self.choose();
        Ok(())
    }

    fn question(&self) -> Result<&Question, Refusal> {
        match &self.now.asked {
            Asked::Question(question) => Ok(question),
            _ => Err(no_question()),
        }
    }

    fn fix(&self) -> Result<(FixId, Price), Refusal> {
        match &self.now.asked {
            Asked::Fix(fix, price) => Ok((*fix, *price)),
            _ => Err(Refusal::new("nothing is to be repaired now", "answer the question")),
        }
    }

    fn fact(&self, fact: FactId) -> &Fact {
        &self.graph.pack.facts[fact]
    }

    fn diagnose(&mut self) {
        let ticket = answer(&self.graph, &self.sources, &self.name, &self.now.record, self.budget);
        self.now.ticket = Arc::new(ticket);
        self.now.asked = self.choose();
    }

    fn choose(&self) -> Asked {
        choose(Choosing {
            diagnosis: self.now.ticket.diagnosis(),
            passed: &self.now.passed,
            visit: self.now.visit,
            beyond: self.now.beyond,
        })
    }
}

fn no_question() -> Refusal {
    Refusal::new("nothing is asked now", "go on asking, or save")
}

/// Writes an answer as it stands in a fact file.
fn written(fact: &Fact, text: &str) -> Result<String, Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::new("nothing is there yet", "type a value, or say that you don't know"));
    }
    let set = matches!(fact.ty, Type::SomeOf(_));
    record::typed(text, set, fact.ty.is_textual()).ok_or_else(|| {
        Refusal::new("this begins like a value in parts, and is none", "as in `{ not: gmail }` or `[a, b]`")
    })
}

fn answer(
    graph: &Arc<InferenceGraph>,
    sources: &Sources,
    name: &str,
    record: &Record,
    budget: Budget,
) -> Ticket {
    let mut sources = sources.clone();
    let (facts, _) = read(graph, &mut sources, name, &record.text(&graph.pack));
    let ticket = Ticket::within(Arc::clone(graph), facts, sources, budget);
    // The answer is wanted before the next question, and on this thread.
    ticket.diagnosis();
    ticket
}

fn read(
    graph: &InferenceGraph,
    sources: &mut Sources,
    name: &str,
    text: &str,
) -> (Facts, crate::problem::Problems) {
    let id = sources.add(Source::new(name, text));
    pipeline::read_facts(graph, sources, id, Format::Yaml)
}

#[cfg(test)]
mod tests;
