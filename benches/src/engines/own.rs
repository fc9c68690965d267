//! Ruleout: the same conditions alone; all that is evaluated of a ticket; a whole diagnosis.

use std::hint::black_box;
use std::sync::Arc;

use ruleout::eval::holds;
use ruleout::model::evaluate::evaluate;
use ruleout::source::Sources;
use ruleout::ticket::Ticket;

use crate::measure::{Evaluator, Failure};
use crate::tickets::{Bench, Told};

struct Conditions<'b>(&'b Bench<'b>);

/// The conditions that the others are asked.
pub fn conditions<'b>(bench: &'b Bench<'b>) -> Result<Box<dyn Evaluator + 'b>, Failure> {
    Ok(Box::new(Conditions(bench)))
}

impl Evaluator for Conditions<'_> {
    fn evaluate(&mut self, ticket: usize, truths: &mut Vec<bool>) -> Result<(), Failure> {
        let ticket = &self.0.tickets[ticket];
        let told = Told { pack: &self.0.graph.pack, evaluation: &ticket.evaluation };
        for at in &ticket.asked {
            truths.push(holds(self.0.asked[*at].condition, &told).ok_or("it cannot be told")?);
        }
        Ok(())
    }
}

struct Evaluation<'b>(&'b Bench<'b>);

/// All computed facts, symptoms and rules, with what is missing.
pub fn evaluation<'b>(bench: &'b Bench<'b>) -> Result<Box<dyn Evaluator + 'b>, Failure> {
    Ok(Box::new(Evaluation(bench)))
}

impl Evaluator for Evaluation<'_> {
    fn evaluate(&mut self, ticket: usize, _: &mut Vec<bool>) -> Result<(), Failure> {
        black_box(evaluate(self.0.graph, self.0.tickets[ticket].facts));
        Ok(())
    }
}

struct Diagnosis<'b>(&'b Bench<'b>);

/// That, the exact posterior of every cause, the reasons, the conflict.
pub fn diagnosis<'b>(bench: &'b Bench<'b>) -> Result<Box<dyn Evaluator + 'b>, Failure> {
    Ok(Box::new(Diagnosis(bench)))
}

impl Evaluator for Diagnosis<'_> {
    fn evaluate(&mut self, ticket: usize, _: &mut Vec<bool>) -> Result<(), Failure> {
        let facts = self.0.tickets[ticket].facts.clone();
        black_box(Ticket::new(Arc::clone(self.0.graph), facts, Sources::default()).diagnosis());
        Ok(())
    }
}
