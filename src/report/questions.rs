//! What to ask next, in the words in which one asks, with what it costs and saves.

use super::scope::Scope;
use super::words::{briefly, percent, roughly};
use crate::pack::FactId;
use crate::plan::next::{Next, What};
use crate::ticket::diagnosis::Ranked;

/// Something to find out.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// What it costs.
    pub takes: String,
    /// Who can answer it, where the pack says so, and how much sooner the ticket is expected to be resolved.
    pub saves: String,
    /// Where to look; none where a question stands by itself.
    pub visit: Option<String>,
    /// What is asked there.
    pub questions: Vec<Question>,
}

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// As one asks it; the name of the fact where the pack has no question.
    pub text: String,
    /// The fact that it asks for, where that is something else.
    pub fact: Option<String>,
}

impl Question {
    /// Returns the question with the name of its fact behind it.
    pub fn with_fact(&self) -> String {
        self.fact.as_ref().map_or_else(|| self.text.clone(), |fact| format!("{} ({fact})", self.text))
    }
}

/// Returns all that is worth asking, the best first.
pub(super) fn asks(scope: &Scope) -> Vec<Ask> {
    let next = scope.ticket.diagnosis().advice.as_ref().map_or(&[][..], |advice| &advice.next);
    next.iter().filter(|next| next.saves > 0.0).filter_map(|next| ask(scope, next)).collect()
}

fn ask(scope: &Scope, next: &Next) -> Option<Ask> {
    let (visit, facts) = match &next.step {
        What::Question(fact) => (None, std::slice::from_ref(fact)),
        What::Visit(visit, facts) => (Some(&scope.pack().visits[*visit]), facts.as_slice()),
        What::Fix(_) | What::Stop => return None,
    };
    Some(Ask {
        takes: briefly(next.minutes),
        saves: match scope.pack().answered_all_by(facts) {
            Some(who) => format!("by {who}; {}", saves(next.saves)),
            None => saves(next.saves),
        },
        visit: visit.map(|visit| visit.title.clone()),
        questions: facts.iter().map(|fact| question(scope, *fact)).collect(),
    })
}

/// Says how much a question saves: `saves about 34 min`.
pub fn saves(minutes: f64) -> String {
    format!("saves {}", roughly(minutes))
}

fn question(scope: &Scope, id: FactId) -> Question {
    let name = scope.fact_name(id).to_owned();
    match &scope.pack().facts[id].ask {
        Some(text) => Question { text: text.clone(), fact: Some(name) },
        None => Question { text: name, fact: None },
    }
}

/// Says what further questions are worth: `3 more questions are worth asking`.
pub fn more_asks(n: usize) -> Option<String> {
    match n {
        0 => None,
        1 => Some("1 more question is worth asking".to_owned()),
        n => Some(format!("{n} more questions are worth asking")),
    }
}

/// Says what the contexts count as that nobody recorded and on which the shares of the likeliest causes depend.
pub(super) fn assumed(scope: &Scope, leading: &[&Ranked]) -> Option<String> {
    let matters = |context: usize| {
        let tables = leading.iter().filter_map(|ranked| scope.graph().priors.nth(ranked.cause.0));
        tables.into_iter().any(|table| table.scope.contains(&context))
    };
    let accounts = scope.ticket.diagnosis().contexts.iter().filter(|account| matters(account.context));
    let counted = accounts.filter_map(|account| {
        let context = scope.graph().contexts.get(account.context)?;
        let named = context.labels.iter().zip(&account.values).filter(|(_, p)| **p > 0.0);
        let values: Vec<String> = named.map(|(label, p)| format!("{label} {}", percent(*p))).collect();
        if values.is_empty() {
            return None;
        }
        let rated = if context.rated { "" } else { " (no rate in the pack, so equally likely beforehand)" };
        Some(format!("{} ({}){rated}", context.name, values.join(", ")))
    });
    let counted: Vec<String> = counted.collect();
    (!counted.is_empty()).then(|| format!("Not recorded, typical values assumed: {}", counted.join("; ")))
}
