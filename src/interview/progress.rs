//! How far an interview is: the questions that were asked, of those that it is expected to ask until it stops.
//!
//! The expected minutes of a ticket are no measure of an interview: they rise with whatever is worse than it was
//! hoped, while every answer brings the end of the questions nearer. So the questions that are best asked at once
//! are counted where the interview begins, and from there each that is asked is one less. They are counted anew
//! where an answer was a surprise, after which the ticket is expected to take longer than before it. As long as
//! something is asked, one question at least is left.

use std::sync::{Arc, OnceLock};

use crate::plan::next::What;
use crate::ticket::Ticket;

/// How far an interview is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Questions that were asked.
    pub asked: usize,
    /// Questions that are expected to be asked until it stops, the one that is asked now among them.
    pub left: usize,
}

/// What was foreseen at some point of an interview, counted when somebody wants to know.
#[derive(Debug)]
pub(super) struct Foreseen {
    ticket: Arc<Ticket>,
    /// How many questions had been asked then.
    asked: usize,
    left: OnceLock<usize>,
}

impl Foreseen {
    pub(super) fn new(ticket: Arc<Ticket>, asked: usize) -> Self {
        Self { ticket, asked, left: OnceLock::new() }
    }

    /// Returns how many questions are left when so many were asked.
    pub(super) fn left(&self, asked: usize) -> usize {
        let then = *self.left.get_or_init(|| count(&self.ticket));
        then.saturating_sub(asked.saturating_sub(self.asked)).max(1)
    }
}

/// Counts the questions that whoever can answer all of them is best asked at once.
fn count(ticket: &Ticket) -> usize {
    let chosen = ticket.at_once_of_all().unwrap_or_default();
    let questions = chosen.iter().map(|what| match what {
        What::Question(_) => 1,
        What::Visit(_, facts) => facts.len(),
        What::Fix(_) | What::Stop => 0,
    });
    questions.sum()
}

/// Returns whether a ticket is expected to take longer than it was before.
pub(super) fn is_surprise(before: &Arc<Ticket>, now: &Arc<Ticket>) -> bool {
    let expected = |ticket: &Ticket| ticket.diagnosis().advice.as_ref().map(|advice| advice.plan.soonest);
    let longer = || expected(now).zip(expected(before)).is_some_and(|(now, before)| now > before);
    !Arc::ptr_eq(before, now) && longer()
}
