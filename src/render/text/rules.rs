//! Every rule accounted for: in one line, in full, or a line each for answers that are kept.

use super::style::{FAINT, styled};
use super::why::level_names;
use super::{Page, leading};
use crate::model::evaluate::RuleState;
use crate::render::words::factor;
use crate::ticket::diagnosis::{Diagnosis, RuleAccount};
use crate::value::write_chance;

/// The longest list of facts in one line.
const MOST_NAMED: usize = 3;

/// What a rule did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Did {
    Spoke,
    Silent,
    Nothing,
    Unknown,
}

fn did(heard: &RuleState) -> Did {
    match heard {
        RuleState::Matched { .. } => Did::Spoke,
        RuleState::GuardFalse => Did::Silent,
        RuleState::NotMatched => Did::Nothing,
        RuleState::Waiting(_) | RuleState::GuardWaiting(_) => Did::Unknown,
    }
}

impl Page<'_> {
    /// How many rules spoke, and how many not.
    pub(super) fn rules_in_short(&mut self, diagnosis: &Diagnosis) {
        let count = |wanted| diagnosis.rules.iter().filter(|a| did(&a.state) == wanted).count();
        let parts = [
            (Did::Spoke, "heard"),
            (Did::Silent, "not applicable"),
            (Did::Nothing, "without anything to hear"),
            (Did::Unknown, "waiting for facts"),
        ];
        let said = parts.into_iter().map(|(what, words)| (count(what), words)).filter(|(n, _)| *n > 0);
        let said: Vec<String> = said.map(|(n, words)| format!("{n} {words}")).collect();
        if !said.is_empty() {
            self.blank();
            let text = format!("{} rules: {} (--rules names them)", diagnosis.rules.len(), said.join(", "));
            self.faint_paragraph("", "", &text);
        }
    }

    /// Every rule by name, under what it did.
    pub(super) fn rules_in_full(&mut self, diagnosis: &Diagnosis) {
        self.blank();
        self.heading("Rules");
        let parts = [
            (Did::Spoke, "heard"),
            (Did::Silent, "silent, their `given` is not so"),
            (Did::Nothing, "nothing to hear"),
            (Did::Unknown, "unknown"),
        ];
        for (wanted, what) in parts {
            let accounts = diagnosis.rules.iter().filter(|a| did(&a.state) == wanted);
            let listed: Vec<String> = accounts.map(|a| self.waiting_for(a)).collect();
            if !listed.is_empty() {
                let text = format!("{} {what}: {}", listed.len(), listed.join("; "));
                self.faint_paragraph("  ", "    ", &text);
            }
        }
    }

    /// One line a rule: what it heard, and its factors for the causes that are explained.
    pub(super) fn rules_one_by_one(&mut self, diagnosis: &Diagnosis) {
        self.blank();
        self.heading("Rules");
        for account in &diagnosis.rules {
            let Some(rule) = self.rule(account.rule) else { continue };
            let status = match &account.state {
                RuleState::Matched { levels, sure, .. } => {
                    let reading = self.graph.pack.reading(&rule.evidence);
                    let names = reading.map_or_else(String::new, |r| level_names(levels, r));
                    sure.map_or(names.clone(), |r| format!("{names}, {} sure", write_chance(r)))
                }
                RuleState::GuardFalse => "silent".to_owned(),
                RuleState::NotMatched => "nothing to hear".to_owned(),
                RuleState::Waiting(_) | RuleState::GuardWaiting(_) => "unknown".to_owned(),
            };
            let factors = leading(diagnosis).into_iter().filter_map(|ranked| {
                let reasons = &ranked.why.as_ref()?.reasons;
                let reason = reasons.iter().find(|reason| reason.rule == account.rule)?;
                let shown = reason.factor.map_or_else(|| "only this".to_owned(), factor);
                Some(format!("; {shown} {}", self.cause_name(ranked.cause)))
            });
            let line = format!("  {}: {status}{}", rule.name.value, factors.collect::<String>());
            self.line(&styled(FAINT, &line));
        }
    }

    /// `hold_time for want of log.received_at`; a rule that wants nothing, by its name.
    fn waiting_for(&self, account: &RuleAccount) -> String {
        let name = self.rule_name(account.rule);
        let (RuleState::Waiting(facts) | RuleState::GuardWaiting(facts)) = &account.state else {
            return name.to_owned();
        };
        let names: Vec<&str> = facts.iter().take(MOST_NAMED).map(|f| self.fact_name(*f)).collect();
        let more = if facts.len() > MOST_NAMED { " and others" } else { "" };
        if names.is_empty() {
            name.to_owned()
        } else {
            format!("{name} for want of {}{more}", names.join(", "))
        }
    }
}
