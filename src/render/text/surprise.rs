//! What stands before a ranking: evidence that cannot be true, or that fits together badly.

use super::Page;
use super::style::{BAD, shortened};
use crate::explain::conflict::BADLY;
use crate::pack::FactId;
use crate::render::words::times;
use crate::ticket::diagnosis::{Diagnosis, Impossible};
use crate::value::write_known;

impl Page<'_> {
    pub(super) fn surprise(&mut self, diagnosis: &Diagnosis) {
        let Some(conflict) = diagnosis.conflict.as_ref().filter(|c| c.value >= BADLY) else { return };
        let times = times(libm::exp(conflict.value));
        let text = format!(
            "These facts fit together badly: together they are seen {times} times less often than by chance."
        );
        self.styled_paragraph(BAD, "", "", &text);
        let doubted = conflict.resolved_by.and_then(|(id, _)| self.recorded(id));
        let text = match doubted {
            Some(recorded) => format!("Check this one first, without it the others fit: {recorded}"),
            None => "No single fact is to blame: perhaps several causes at once, or two tickets in one."
                .to_owned(),
        };
        self.paragraph("  ", "  ", &text);
        self.blank();
    }

    /// A fact as it was recorded, and where.
    fn recorded(&self, id: FactId) -> Option<String> {
        let recorded = self.facts.recorded.get(&id)?;
        let (name, value) = (self.fact_name(id), shortened(&recorded.written, 60));
        Some(format!("{name} = {value}  [{}]", self.place(recorded.span)))
    }

    pub(super) fn impossible(&mut self, impossible: &Impossible) {
        self.styled_paragraph(BAD, "", "", "These facts cannot all be true");
        self.blank();
        for contradiction in &impossible.computed {
            let Some(fact) = self.fact(contradiction.fact) else { continue };
            let recorded = self.facts.recorded.get(&contradiction.fact).map_or("", |r| r.written.as_str());
            let computed = write_known(&contradiction.computed, &fact.ty);
            let text = format!("{} is recorded as {recorded}, but computes to {computed}", fact.name.value);
            self.paragraph("  ", "    ", &text);
        }
        for rule in &impossible.rules {
            let Some(declared) = self.rule(*rule) else { continue };
            let place = self.place_of_rule(*rule, declared.name.span);
            self.paragraph("  ", "    ", &format!("the rule {} ({place})", declared.name.value));
        }
        for id in &impossible.facts {
            if let Some(text) = self.recorded(*id) {
                self.paragraph("  ", "    ", &text);
            }
        }
        self.paragraph("  ", "  ", "One of them must be wrong, or the pack is: check them again.");
    }
}
