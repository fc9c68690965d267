//! What to do: the plan, each step with whose it is, how long it takes, and how to see that it worked.

use super::Page;
use super::style::STRONG;
use crate::pack::expr::{Condition, ConditionKind, OperandKind};
use crate::pack::{Fix, Verification};
use crate::plan::repair::{Plan, Step};
use crate::render::words::{about, percent};
use crate::syntax::ast::Frequency;
use crate::ticket::diagnosis::Diagnosis;
use crate::value::{write_duration, write_word};

/// A step is written out that is needed with this chance when its turn comes;
pub(crate) const WORTH_WRITING: f64 = 0.2;
/// but not more than so many of them.
pub(crate) const MOST_WRITTEN: usize = 3;

/// What is said where the plan has no step.
pub(crate) const NOTHING_YET: &str =
    "Nothing is likely enough yet to be worth trying before it is handed on.";

impl Page<'_> {
    /// `unlisted`: most likely it is nothing that the pack knows.
    pub(super) fn what_to_do(&mut self, diagnosis: &Diagnosis, unlisted: bool) {
        let Some(plan) = diagnosis.advice.as_ref().map(|advice| &advice.plan) else { return };
        let escalate = self.graph.pack.manifest.escalate.as_ref();
        let escalate =
            escalate.map(|escalate| format!("{} (takes {})", escalate.to, write_duration(escalate.takes)));
        self.blank();
        self.heading("What to do");
        if plan.steps.is_empty() {
            self.paragraph("  ", "  ", NOTHING_YET);
        }
        let first = unlisted || plan.steps.is_empty();
        if let Some(escalate) = escalate.as_ref().filter(|_| first) {
            self.styled_paragraph(STRONG, "  ", "    ", &format!("Ask {escalate}"));
        }
        self.steps(plan, unlisted);
        if let Some(escalate) = escalate.filter(|_| !first) {
            self.paragraph("  ", "    ", &format!("If nothing helps: {escalate}"));
        }
        if let Some(text) = expected(plan) {
            self.faint_paragraph("  ", "  ", &text);
        }
    }

    /// The steps that are likely needed in full, the others by their titles.
    fn steps(&mut self, plan: &Plan, unlisted: bool) {
        let worth =
            plan.steps.iter().take_while(|step| step.needed >= WORTH_WRITING).take(MOST_WRITTEN).count();
        let (full, rest) = plan.steps.split_at(worth);
        for step in full {
            self.step(step, unlisted || full.len() > 1);
        }
        let title =
            |step: &Step| self.graph.pack.fixes.nth(step.fix.0).map(|fix| with_chance(fix_title(fix), step));
        let titles: Vec<String> = rest.iter().filter_map(title).collect();
        if !titles.is_empty() {
            let when = match full {
                [] => "In this order, each with the chance that it is over then",
                _ => "Then, as far as it is not over, each with the chance that it is over then",
            };
            let text = format!("{when}: {}", titles.join("; "));
            self.paragraph("  ", "    ", &text);
        }
        for step in &plan.steps {
            self.unwaited(step);
        }
    }

    /// What a step does not remove, and what will bring back what it does.
    fn unwaited(&mut self, step: &Step) {
        let Some(fix) = self.graph.pack.fixes.nth(step.fix.0) else { return };
        for root in &step.returns_with {
            let text =
                format!("{}: it comes back as long as this is so: {}", fix_title(fix), self.title(*root));
            self.paragraph("  ! ", "    ", &text);
        }
    }

    fn step(&mut self, step: &Step, among_several: bool) {
        let Some(fix) = self.graph.pack.fixes.nth(step.fix.0) else { return };
        self.styled_paragraph(STRONG, "  ", "    ", fix_title(fix));
        if let Some(cause) = step.removes.first().filter(|_| among_several) {
            self.faint_paragraph("    if it is: ", "              ", self.title(*cause));
        }
        self.paragraph("    ", "    ", &about_step(fix, step).join(" · "));
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
    pub(crate) fn verification(&self, verification: &Verification) -> String {
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

pub(crate) fn fix_title(fix: &Fix) -> &str {
    fix.title.as_deref().unwrap_or(fix.name.value.as_str())
}

/// What is expected of a plan.
pub(crate) fn expected(plan: &Plan) -> Option<String> {
    let over = about(plan.minutes);
    let resolves =
        plan.resolves.map_or_else(String::new, |p| format!("; these steps solve it in {}", percent(p)));
    (!plan.steps.is_empty()).then(|| format!("This way it is expected to be over in {over}{resolves}."))
}

/// The title of a step, and how likely it then resolves the ticket.
pub fn with_chance(title: &str, step: &Step) -> String {
    step.resolves.map_or_else(|| title.to_owned(), |p| format!("{title} ({})", percent(p)))
}

/// What is to be known of a step: of its fix, and how likely it resolves the ticket.
pub(crate) fn about_step(fix: &Fix, step: &Step) -> Vec<String> {
    let resolves = step.resolves.map(|p| format!("then it is over in {}", percent(p)));
    about_fix(fix).into_iter().chain(resolves).collect()
}

/// Whose it is, what it costs, how surely it works.
pub(crate) fn about_fix(fix: &Fix) -> Vec<String> {
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
