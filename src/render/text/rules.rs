//! Every rule accounted for: in one line, in full, or a line each for answers that are kept.

use super::style::{FAINT, styled};
use super::why::level_names;
use super::{Page, leading};
use crate::diagnosis::{Diagnosis, RuleAccount};
use crate::infer::evaluate::Heard;
use crate::pack::scale::write_chance;
use crate::render::words::factor;

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

fn did(heard: &Heard) -> Did {
    match heard {
        Heard::Speaks { .. } => Did::Spoke,
        Heard::Silent => Did::Silent,
        Heard::Nothing => Did::Nothing,
        Heard::Unknown(_) | Heard::GuardUnknown(_) => Did::Unknown,
    }
}

impl Page<'_> {
    /// How many rules spoke, and how many not.
    pub(super) fn rules_in_short(&mut self, diagnosis: &Diagnosis) {
        let count = |wanted| diagnosis.rules.iter().filter(|a| did(&a.heard) == wanted).count();
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
            let accounts = diagnosis.rules.iter().filter(|a| did(&a.heard) == wanted);
            let listed: Vec<String> = accounts.map(|a| self.wanting(a)).collect();
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
            let status = match &account.heard {
                Heard::Speaks { levels, sure, .. } => {
                    let reading = self.graph.pack.reading(&rule.evidence);
                    let names = reading.map_or_else(String::new, |r| level_names(levels, r));
                    sure.map_or(names.clone(), |r| format!("{names}, {} sure", write_chance(r)))
                }
                Heard::Silent => "silent".to_owned(),
                Heard::Nothing => "nothing to hear".to_owned(),
                Heard::Unknown(_) | Heard::GuardUnknown(_) => "unknown".to_owned(),
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
    fn wanting(&self, account: &RuleAccount) -> String {
        let name = self.rule_name(account.rule);
        let (Heard::Unknown(facts) | Heard::GuardUnknown(facts)) = &account.heard else {
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
