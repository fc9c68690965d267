//! What somebody acts on who was woken up: the evidence that decides, what to do first, what to ask next.

use super::Page;
use crate::render::style::{BAD, GOOD, PLAIN, STRONG};
use crate::report::thresholds::SHORT_STEPS;
use crate::report::words::{NO_QUESTION, RATIO, count};
use crate::report::{Action, Ask, Factor, Question, Report, Titled, WhatToDo};

impl Page {
    pub(super) fn short(&mut self, report: &Report) {
        self.evidence(report);
        self.do_and_ask(report);
    }

    /// Writes what to do and what to ask, what is worth more first.
    pub(super) fn do_and_ask(&mut self, report: &Report) {
        if report.is_empty() {
            // A plan for what nobody looked at would be one for what is common.
            return self.first_question(report, "Ask first");
        }
        if report.asks_first {
            self.first_question(report, "Ask first");
            self.first_action(report, "Then do");
        } else {
            self.first_action(report, "Do first");
            self.first_question(report, "Ask next");
        }
    }

    fn evidence(&mut self, report: &Report) {
        if report.observed.is_empty() {
            let Some(why) = report.whys.first().filter(|why| !why.decisive().is_empty()) else { return };
            self.heading("Evidence", &format!("({RATIO})"));
            let decisive = why.decisive();
            let wide = decisive.iter().map(|factor| factor.times.chars().count()).max().unwrap_or(0);
            decisive.into_iter().for_each(|factor| self.decisive(factor, wide));
        } else {
            self.heading("What was observed", "");
            report.observed.iter().for_each(|observed| self.paragraph("  ", "    ", &observed.in_short()));
        }
        if let Some(quotation) = &report.quotation {
            self.paragraph("  Also recorded: ", "    ", quotation);
        }
    }

    fn decisive(&mut self, factor: &Factor, wide: usize) {
        let style = if factor.speaks_for { GOOD } else { BAD };
        let head = format!("  {:>wide$}  ", factor.times);
        self.beside((style, &head), PLAIN, &factor.observed.in_short());
    }

    fn first_action(&mut self, report: &Report, heading: &str) {
        let plan = &report.what_to_do;
        if plan.is_nothing() || (report.asks_first && plan.is_vague()) {
            return;
        }
        self.heading(heading, "");
        if let Some(text) = &plan.instead {
            self.styled(STRONG, "  ", "    ", text);
        }
        // Where most likely none of it helps, what may help is named and not written out.
        let written = plan.actions.get(plan.decisive()).filter(|_| plan.instead.is_none());
        if let Some(action) = written {
            for before in plan.actions.iter().take(plan.decisive()) {
                self.paragraph("  Start with: ", "    ", &before.in_short());
            }
            self.action_in_short(action, report, plan.decisive() > 0);
        }
        self.then(plan, written.map_or(0, |_| plan.decisive() + 1));
        plan.left_alone.iter().for_each(|text| self.paragraph("  ", "    ", text));
        if let Some(text) = &plan.escalate {
            self.paragraph("  ", "    ", text);
        }
    }

    fn action_in_short(&mut self, action: &Action, report: &Report, is_second: bool) {
        let then = if is_second { "Then: " } else { "" };
        self.styled(STRONG, "  ", "    ", &format!("{then}{}", action.titled.title));
        let verdict = report.verdicts.first().map(|verdict| verdict.what.as_str());
        if let Some(cause) = action.against.as_deref().filter(|cause| verdict != Some(cause)) {
            self.faint("  if it is: ", "            ", cause);
        }
        self.paragraph("  ", "  ", &action.about.join(" · "));
        for (at, step) in action.steps.iter().enumerate() {
            self.paragraph(&format!("  {}. ", at + 1), "     ", step);
        }
        for (what, texts) in
            [("Verify", &action.verify), ("Risk", &action.risks), ("Warning", &action.warnings)]
        {
            texts.iter().for_each(|text| self.paragraph(&format!("  {what}: "), "    ", text));
        }
    }

    /// Writes the steps that come after so many.
    fn then(&mut self, plan: &WhatToDo, done: usize) {
        let rest = || plan.in_order().skip(done);
        let titles: Vec<String> = rest().take(SHORT_STEPS).map(Titled::with_chance).collect();
        if titles.is_empty() {
            return;
        }
        let more = match rest().count() - titles.len() {
            0 => String::new(),
            n => format!("; and {n} more"),
        };
        let text = format!("{}: {}{more}", WhatToDo::behind(done), titles.join("; "));
        self.paragraph("  ", "    ", &text);
    }

    fn first_question(&mut self, report: &Report, heading: &str) {
        let Some(ask) = report.asks.first() else {
            self.blank();
            return self.faint("", "", &format!("{NO_QUESTION}."));
        };
        self.heading(heading, "");
        self.ask_in_short(ask);
    }

    fn ask_in_short(&mut self, ask: &Ask) {
        let head = format!("  {:>6}  ", ask.takes);
        let visit = ask.visit.as_ref().map_or_else(String::new, |visit| format!("{visit}: "));
        let question = ask.questions.first().map(Question::with_fact).unwrap_or_default();
        let more = match ask.questions.len().saturating_sub(1) {
            0 => String::new(),
            n => format!("; {} there", count(n, "more question", "more questions")),
        };
        self.beside((PLAIN, &head), PLAIN, &format!("{visit}{question}{more}; {}", ask.saves));
    }
}
