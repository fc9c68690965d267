//! Everything: every cause and set, why, the whole plan, all questions, what became of the rules.

use super::{BESIDE, Page};
use crate::render::style::{BAD, FAINT, GOOD, PLAIN, STRONG};
use crate::report::thresholds::{MOST_QUESTIONS, MOST_VISITS};
use crate::report::words::{NO_QUESTION, RATIO, percent};
use crate::report::{Action, Ask, Detail, Factor, Report, Titled, WhatToDo, Why, counted, more_asks};

impl Page {
    pub(super) fn full(&mut self, report: &Report, detail: Detail) {
        self.together(report);
        self.whys(report);
        if report.asks_first {
            self.asks(report, detail);
            self.what_to_do(report);
        } else {
            self.what_to_do(report);
            self.asks(report, detail);
        }
    }

    /// Names the likeliest sets of causes.
    fn together(&mut self, report: &Report) {
        if report.together.is_empty() || report.sets_asked {
            return;
        }
        let named = report.together.iter().map(|row| format!("{} {}", row.title, percent(row.chance.low)));
        let text = format!("Together: {}", named.collect::<Vec<_>>().join("; "));
        self.faint("         ", "         ", &text);
    }

    /// Writes which causes are there together, and no others.
    pub(super) fn sets(&mut self, report: &Report) {
        self.heading("Together, and nothing else of this pack", "");
        self.rows(&report.together);
        if !report.is_complete {
            self.faint("  ", "  ", "No set stands out enough to go on within the budget.");
        }
    }

    pub(super) fn whys(&mut self, report: &Report) {
        report.whys.iter().enumerate().for_each(|(at, why)| self.why(why, at == 0));
    }

    /// Writes why a cause is as likely as it is; what the numbers mean is said with the first.
    pub(super) fn why(&mut self, why: &Why, is_first: bool) {
        let name = if why.title == why.name { String::new() } else { format!(" ({})", why.name) };
        self.heading(&format!("Why: {}{name}", why.title), "");
        self.paragraph("  prior: ", "    ", &why.prior);
        if is_first && !why.factors.is_empty() {
            self.faint("  ", "  ", &format!("({RATIO})"));
        }
        why.factors.iter().for_each(|factor| self.factor(factor));
        self.paragraph("  with the evidence: ", "    ", &why.posterior);
        self.see("  ", &why.see);
    }

    fn factor(&mut self, factor: &Factor) {
        let head = format!("  {:>width$}  ", factor.times, width = BESIDE - 4);
        let indent = " ".repeat(BESIDE);
        if !factor.is_own() {
            return self.paragraph(&head, &indent, &factor.observed.said);
        }
        let style = if factor.speaks_for { GOOD } else { BAD };
        self.beside((style, &head), STRONG, &factor.observed.with_place());
        for witness in &factor.observed.witnesses {
            self.paragraph(&indent, &format!("{indent}  "), &witness.with_place());
        }
        if let Some([words, place]) = &factor.line {
            self.faint(&indent, &format!("{indent}  "), &format!("{words}  [{place}]"));
        }
    }

    pub(super) fn what_to_do(&mut self, report: &Report) {
        let plan = &report.what_to_do;
        if plan.is_nothing() {
            return;
        }
        self.heading("What to do", "");
        if let Some(text) = &plan.instead {
            self.styled(STRONG, "  ", "    ", text);
        }
        plan.actions.iter().for_each(|action| self.action(action));
        if !plan.then.is_empty() {
            let titles: Vec<String> = plan.then.iter().map(Titled::with_chance).collect();
            let text = format!("{}: {}", WhatToDo::behind(plan.actions.len()), titles.join("; "));
            self.paragraph("  ", "    ", &text);
        }
        for text in &plan.warnings {
            self.paragraph("  Warning: ", "    ", text);
        }
        plan.left_alone.iter().for_each(|text| self.paragraph("  ", "    ", text));
        if let Some(text) = &plan.escalate {
            self.paragraph("  ", "    ", text);
        }
        if let Some(text) = &plan.expected {
            self.faint("  ", "  ", text);
        }
    }

    fn action(&mut self, action: &Action) {
        self.styled(STRONG, "  ", "    ", &action.titled.title);
        if let Some(cause) = &action.against {
            self.faint("    if it is: ", "              ", cause);
        }
        self.paragraph("    ", "    ", &action.about.join(" · "));
        for (at, step) in action.steps.iter().enumerate() {
            self.paragraph(&format!("    {}. ", at + 1), "       ", step);
        }
        let said = [
            ("Verify", &action.verify),
            ("Note", &action.notes),
            ("Risk", &action.risks),
            ("Warning", &action.warnings),
        ];
        for (what, texts) in said {
            for text in texts {
                self.paragraph(&format!("    {what}: "), "      ", text);
            }
        }
        self.see("    ", &action.see);
    }

    fn asks(&mut self, report: &Report, detail: Detail) {
        self.heading("What to ask next", "");
        let most = if detail == Detail::All { usize::MAX } else { MOST_VISITS };
        report.asks.iter().take(most).for_each(|ask| self.ask(ask, detail));
        if report.asks.is_empty() {
            self.paragraph("  ", "  ", &format!("{NO_QUESTION}."));
        }
        if let Some(more) = more_asks(report.asks.len().saturating_sub(most)) {
            self.faint("          ", "          ", &more);
        }
        if let Some(text) = &report.assumed {
            self.faint("  ", "    ", text);
        }
    }

    /// Writes where to look, how long that takes, what to find out, and what that saves.
    fn ask(&mut self, ask: &Ask, detail: Detail) {
        let head = format!("  {:>6}  ", ask.takes);
        let indent = " ".repeat(head.chars().count());
        if let Some(visit) = &ask.visit {
            let most = if detail == Detail::All { usize::MAX } else { MOST_QUESTIONS };
            self.beside((PLAIN, &head), STRONG, visit);
            for question in ask.questions.iter().take(most) {
                self.paragraph(&format!("{indent}- "), &format!("{indent}  "), &question.with_fact());
            }
            let left = ask.questions.len().saturating_sub(most);
            let more = if left > 0 { format!("and {left} more; ") } else { String::new() };
            return self.faint(&indent, &indent, &format!("{more}{}", ask.saves));
        }
        for question in &ask.questions {
            self.paragraph(&head, &indent, &question.with_fact());
        }
        self.faint(&indent, &indent, &ask.saves);
    }

    /// Counts the rules by what became of them.
    pub(super) fn rules_in_short(&mut self, report: &Report) {
        if !report.rules.is_empty() {
            self.blank();
            self.faint("", "", &counted(&report.rules));
        }
    }

    /// Names every rule, under what became of it.
    pub(super) fn rules(&mut self, report: &Report) {
        self.heading("Rules", "");
        for group in &report.rules {
            let rules = group.rules.iter().map(|rule| match (group.is_waiting(), rule.said.as_str()) {
                (true, said) if !said.is_empty() => format!("{} ({said})", rule.name),
                _ => rule.name.clone(),
            });
            let text =
                format!("{} {}: {}", group.rules.len(), group.what, rules.collect::<Vec<_>>().join("; "));
            self.faint("  ", "    ", &text);
        }
    }

    /// Writes a line for each rule.
    pub(super) fn rules_one_by_one(&mut self, report: &Report) {
        self.heading("Rules", "");
        for line in &report.rule_lines {
            let line = self.in_style(FAINT, &format!("  {line}"));
            self.line(&line);
        }
    }
}
