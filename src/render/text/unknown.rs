//! What would settle it: the questions that nobody answered yet, in the words in which one asks them, with their minutes.

use super::Page;
use super::style::{FAINT, STRONG, styled};
use crate::advise::ask::{Look, ask};
use crate::diagnosis::{Diagnosis, Ranked};
use crate::pack::unit::write_duration;
use crate::pack::{CauseId, FactId};
use crate::render::words::percent;

/// So many looks are shown.
const MOST_LOOKS: usize = 4;
/// So many questions of one look.
const MOST_QUESTIONS: usize = 3;

impl Page<'_> {
    pub(super) fn unknown(&mut self, diagnosis: &Diagnosis, leading: &[&Ranked]) {
        let causes: Vec<(CauseId, f64)> = diagnosis
            .causes
            .iter()
            .map(|r| (r.cause, f64::midpoint(r.probability.low, r.probability.high)))
            .collect();
        let heard = diagnosis.rules.iter().map(|account| (account.rule, &account.heard));
        let looks = ask(self.graph, self.facts, heard, &causes);
        let circumstances = self.circumstances(diagnosis, leading);
        self.blank();
        self.heading("What would settle it");
        for look in looks.iter().take(MOST_LOOKS) {
            self.look(look);
        }
        if looks.is_empty() {
            self.paragraph("  ", "  ", "No question that is left would change much.");
        }
        if !circumstances.is_empty() {
            let text = format!("Nobody said, so taken as it usually is: {}", circumstances.join("; "));
            self.faint_paragraph("  ", "    ", &text);
        }
    }

    /// Where to look, how long that takes, and what to find out.
    fn look(&mut self, look: &Look) {
        let takes = look.takes.map_or_else(String::new, write_duration);
        let head = format!("  {takes:>6}  ");
        let indent = " ".repeat(head.chars().count());
        let asked = look.facts.iter().take(MOST_QUESTIONS);
        match look.visit.and_then(|visit| self.graph.pack.visits.get(visit.0)) {
            Some(visit) => {
                self.line(&format!("{}{}", head, styled(STRONG, &visit.title)));
                for fact in asked {
                    self.question(&format!("{indent}- "), *fact);
                }
                let left = look.facts.len().saturating_sub(MOST_QUESTIONS);
                if left > 0 {
                    self.line(&format!("{indent}{}", styled(FAINT, &format!("and {left} more"))));
                }
            }
            None => asked.for_each(|fact| self.question(&head, *fact)),
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

    /// The circumstances that nobody recorded and on which the shares of the likeliest causes depend: what they count as.
    fn circumstances(&self, diagnosis: &Diagnosis, leading: &[&Ranked]) -> Vec<String> {
        let matters = |context: usize| {
            let tables = leading.iter().filter_map(|ranked| self.graph.priors.get(ranked.cause.0));
            tables.into_iter().any(|table| table.scope.contains(&context))
        };
        let counted = diagnosis.circumstances.iter().filter(|a| matters(a.context)).filter_map(|account| {
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
