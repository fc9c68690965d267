//! What next: the questions that pay, in the words in which one asks them, with their minutes and what they save.

use super::Page;
use super::style::{FAINT, STRONG, styled};
use crate::pack::FactId;
use crate::plan::Advice;
use crate::plan::next::{Next, What};
use crate::render::words::{about, percent};
use crate::ticket::diagnosis::{Diagnosis, Ranked};

/// So many looks are shown.
pub(crate) const MOST_LOOKS: usize = 4;
/// So many questions of one look.
const MOST_QUESTIONS: usize = 3;

impl Page<'_> {
    pub(super) fn next(&mut self, diagnosis: &Diagnosis, leading: &[&Ranked]) {
        self.blank();
        self.heading("What next");
        match &diagnosis.advice {
            Some(advice) => self.looks(advice),
            None => self.paragraph("  ", "  ", "Nothing can be said of what a question would bring."),
        }
        let contexts = self.contexts(diagnosis, leading);
        if !contexts.is_empty() {
            let text = format!("Nobody said, so taken as it usually is: {}", contexts.join("; "));
            self.faint_paragraph("  ", "    ", &text);
        }
    }

    fn looks(&mut self, advice: &Advice) {
        let asked =
            |next: &&Next| next.saves > 0.0 && matches!(next.step, What::Question(_) | What::Visit(..));
        let looks = || advice.next.iter().filter(asked);
        looks().take(MOST_LOOKS).for_each(|next| self.look(next));
        match looks().count() {
            0 => self.paragraph("  ", "  ", "No question that is left would pay for itself."),
            n if n > MOST_LOOKS => {
                let text = format!("{} more would pay for themselves", n - MOST_LOOKS);
                self.faint_paragraph("          ", "          ", &text);
            }
            _ => {}
        }
    }

    /// Where to look, how long that takes, what to find out, and how much sooner the ticket is then over than by the plan alone.
    fn look(&mut self, next: &Next) {
        let head = format!("  {:>6}  ", about(next.minutes));
        let indent = " ".repeat(head.chars().count());
        let saves = format!("saves about {}", about(next.saves));
        match &next.step {
            What::Visit(visit, facts) => {
                let title = self.graph.pack.visits.nth(visit.0).map_or("", |visit| visit.title.as_str());
                self.line(&format!("{head}{}", styled(STRONG, title)));
                for fact in facts.iter().take(MOST_QUESTIONS) {
                    self.question(&format!("{indent}- "), *fact);
                }
                let left = facts.len().saturating_sub(MOST_QUESTIONS);
                let more = if left > 0 { format!("and {left} more; ") } else { String::new() };
                self.line(&format!("{indent}{}", styled(FAINT, &format!("{more}{saves}"))));
            }
            What::Question(fact) => {
                self.question(&head, *fact);
                self.line(&format!("{indent}{}", styled(FAINT, &saves)));
            }
            What::Fix(_) | What::Stop => {}
        }
    }

    fn question(&mut self, head: &str, id: FactId) {
        let name = self.fact_name(id);
        let text = match self.fact(id).and_then(|fact| fact.ask.as_ref()) {
            Some(question) => format!("{question} ({name})"),
            None => name.to_owned(),
        };
        self.paragraph(head, &" ".repeat(head.chars().count()), &text);
    }

    /// The contexts that nobody recorded and on which the shares of the likeliest causes depend: what they count as.
    pub(crate) fn contexts(&self, diagnosis: &Diagnosis, leading: &[&Ranked]) -> Vec<String> {
        let matters = |context: usize| {
            let tables = leading.iter().filter_map(|ranked| self.graph.priors.nth(ranked.cause.0));
            tables.into_iter().any(|table| table.scope.contains(&context))
        };
        let counted = diagnosis.contexts.iter().filter(|a| matters(a.context)).filter_map(|account| {
            let context = self.graph.contexts.get(account.context)?;
            let named = context.labels.iter().zip(&account.values).filter(|(_, p)| **p > 0.0);
            let values: Vec<String> = named.map(|(label, p)| format!("{label} {}", percent(*p))).collect();
            if values.is_empty() {
                return None;
            }
            let rated =
                if context.rated { "" } else { " (no rate in the pack, so equally likely beforehand)" };
            Some(format!("{} ({}){rated}", context.name, values.join(", ")))
        });
        counted.collect()
    }
}
