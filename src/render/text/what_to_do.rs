//! What to do about the likeliest causes: whose it is, how long it takes, the steps, how to see that it worked.

use super::Page;
use super::style::STRONG;
use crate::diagnosis::Ranked;
use crate::pack::expr::{Condition, ConditionKind, OperandKind};
use crate::pack::scale::write_word;
use crate::pack::unit::write_duration;
use crate::pack::{CauseId, Fix, FixId, Verification};
use crate::syntax::ast::Frequency;

/// Besides those of the first, the fixes of a cause are shown that is as likely as this,
const WORTH_DOING: f64 = 0.2;
/// or nearly as likely as the first.
const NEARLY: f64 = 0.8;

impl Page<'_> {
    /// `unlisted`: most likely it is nothing that the pack knows.
    pub(super) fn what_to_do(&mut self, leading: &[&Ranked], unlisted: bool) {
        let fixes = self.worth_doing(leading);
        let escalate = self.graph.pack.manifest.escalate.as_ref();
        if fixes.is_empty() && escalate.is_none() {
            return;
        }
        self.blank();
        self.heading("What to do");
        let escalate =
            escalate.map(|escalate| format!("{} (takes {})", escalate.to, write_duration(escalate.takes.0)));
        let first = unlisted || fixes.is_empty();
        if let Some(escalate) = escalate.as_ref().filter(|_| first) {
            self.styled_paragraph(STRONG, "  ", "    ", &format!("Ask {escalate}"));
        }
        for (id, cause) in fixes {
            if let Some(fix) = self.graph.pack.fixes.get(id.0) {
                let against = (unlisted || leading.len() > 1).then(|| self.title(cause));
                self.fix(fix, against, self.facts.tried.contains_key(&id));
            }
        }
        if let Some(escalate) = escalate.filter(|_| !first) {
            self.paragraph("  ", "    ", &format!("If nothing helps: {escalate}"));
        }
    }

    /// The fixes of the first cause, and of those that are likely as well; each once.
    fn worth_doing(&self, leading: &[&Ranked]) -> Vec<(FixId, CauseId)> {
        let first = leading.first().map_or(0.0, |ranked| ranked.probability.low);
        let worth = |p: f64| p >= WORTH_DOING || p >= first * NEARLY;
        let mut fixes: Vec<(FixId, CauseId)> = Vec::new();
        for ranked in leading.iter().filter(|ranked| worth(ranked.probability.low)) {
            for id in self.cause(ranked.cause).map_or(&[][..], |cause| &cause.fixes) {
                if fixes.iter().all(|(other, _)| other != id) {
                    fixes.push((*id, ranked.cause));
                }
            }
        }
        fixes
    }

    fn fix(&mut self, fix: &Fix, against: Option<&str>, tried: bool) {
        let title = fix.title.as_deref().unwrap_or(fix.name.value.as_str());
        let tried = if tried { " (tried already)" } else { "" };
        self.styled_paragraph(STRONG, "  ", "    ", &format!("{title}{tried}"));
        if let Some(cause) = against {
            self.faint_paragraph("    if it is: ", "              ", cause);
        }
        self.paragraph("    ", "    ", &about(fix).join(" · "));
        for (at, step) in fix.steps.iter().enumerate() {
            self.paragraph(&format!("    {}. ", at + 1), "       ", step);
        }
        for verification in &fix.verify {
            let text = self.verification(verification);
            self.paragraph("    It worked when: ", "                    ", &text);
        }
        for text in &fix.does_not {
            self.paragraph("    It does not: ", "                 ", text);
        }
        for text in &fix.risks {
            self.paragraph("    Risk: ", "          ", text);
        }
        self.see("    ", &fix.see);
    }

    /// How to see that a fix worked: where a yes/no question asks for it, the question with its answer.
    fn verification(&self, verification: &Verification) -> String {
        match verification {
            Verification::Text(text) => text.clone(),
            Verification::Condition(condition, text) => {
                self.answers(condition, true).map_or_else(|| text.clone(), |answers| answers.join(" "))
            }
        }
    }

    /// The questions of a condition that is made of yes/no facts, each with the answer that it must have.
    fn answers(&self, condition: &Condition, holds: bool) -> Option<Vec<String>> {
        match &condition.kind {
            ConditionKind::Not(inner) => self.answers(inner, !holds),
            ConditionKind::And(all) if holds => {
                let each: Option<Vec<_>> = all.iter().map(|part| self.answers(part, true)).collect();
                each.map(|each| each.concat())
            }
            ConditionKind::Yes(operand) => {
                let OperandKind::Fact(id) = &operand.kind else { return None };
                let question = self.fact(*id)?.ask.as_ref()?;
                Some(vec![format!("{question} {}.", if holds { "Yes" } else { "No" })])
            }
            _ => None,
        }
    }
}

/// Whose it is, what it costs, how surely it works.
fn about(fix: &Fix) -> Vec<String> {
    let time = |nanos: Option<i128>| nanos.filter(|n| *n > 0).map(write_duration);
    let mut about: Vec<String> = Vec::new();
    about.extend(fix.by.as_ref().map(|who| format!("by {who}")));
    about.extend(time(fix.takes).map(|time| format!("takes {time}")));
    let wait = if about.len() > 1 { "then wait" } else { "wait" };
    about.extend(time(fix.waits).map(|time| format!("{wait} {time}")));
    about.push(format!("works {}", write_word(fix.works.word.map(Frequency::word), fix.works.chance)));
    if fix.needs_approval {
        about.push("needs approval".into());
    }
    about
}
