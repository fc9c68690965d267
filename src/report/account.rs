//! What was recorded, and what became of every rule.

use super::evidence::level_names;
use super::scope::Scope;
use super::thresholds::MOST_WANTED;
use super::values::{is_quotation, quoted, whole};
use super::words::{count, factor};
use crate::model::evaluate::RuleState;
use crate::pack::FactId;
use crate::ticket::diagnosis::{Ranked, RuleAccount};
use crate::value::Known;
use crate::value::Value;
use crate::value::write_chance;

/// What was recorded of a fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The question that it answers, where the pack has one.
    pub question: Option<String>,
    /// The fact.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Where it stands.
    pub place: String,
}

/// Rules that have the same thing in common.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleGroup {
    /// What that is.
    pub what: &'static str,
    /// The rules.
    pub rules: Vec<Rule>,
}

impl RuleGroup {
    /// Returns whether these wait for facts.
    pub fn is_waiting(&self) -> bool {
        self.what == WAITING
    }
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// What it observed, or waits for; empty where it does neither.
    pub said: String,
    /// Where it stands.
    pub place: String,
}

/// Lists what was recorded, in the order of the pack.
pub(super) fn facts(scope: &Scope) -> Vec<Recorded> {
    let recorded = scope.facts().recorded.iter().map(|(id, recorded)| {
        let fact = &scope.pack().facts[*id];
        let value = if recorded.available { whole(fact, recorded) } else { "not available".to_owned() };
        Recorded {
            question: fact.ask.clone(),
            name: fact.name.value.clone(),
            value,
            place: scope.place(recorded.span),
        }
    });
    recorded.collect()
}

/// Returns the longest words from elsewhere that were recorded and are none of these facts: what somebody pasted belongs beside an
/// answer, whether or not it decided anything.
pub(super) fn quotation(scope: &Scope, shown: &[FactId]) -> Option<String> {
    let texts = scope.facts().recorded.iter().filter_map(|(id, recorded)| match &recorded.known {
        Known::Exactly(Value::Text(text)) if is_quotation(text) && !shown.contains(id) => {
            Some((*id, recorded, text))
        }
        _ => None,
    });
    let (id, recorded, _) = texts.max_by_key(|(_, _, text)| text.chars().count())?;
    let fact = &scope.pack().facts[id];
    Some(format!("{} = {}", fact.name.value, quoted(fact, recorded)))
}

/// Lists what was tried, and left it broken.
pub(super) fn tried(scope: &Scope) -> Vec<String> {
    scope.facts().tried.keys().map(|id| scope.pack().fixes[*id].in_words().to_owned()).collect()
}

// What may have become of a rule, in the words of a heading.
const MATCHED: &str = "matched";
const WAITING: &str = "waiting for facts";
const NOT_APPLICABLE: &str = "not applicable";
const NOT_MATCHED: &str = "not matched";

fn group(state: &RuleState) -> &'static str {
    match state {
        RuleState::Matched { .. } => MATCHED,
        RuleState::Waiting(_) | RuleState::GuardWaiting(_) => WAITING,
        RuleState::GuardFalse => NOT_APPLICABLE,
        RuleState::NotMatched => NOT_MATCHED,
    }
}

/// Lists every rule, by what became of it.
pub(super) fn rules(scope: &Scope) -> Vec<RuleGroup> {
    let accounts = &scope.ticket.diagnosis().rules;
    let of = |what: &'static str| RuleGroup {
        what,
        rules: accounts.iter().filter(|a| group(&a.state) == what).map(|a| rule(scope, a)).collect(),
    };
    [MATCHED, WAITING, NOT_APPLICABLE, NOT_MATCHED]
        .map(of)
        .into_iter()
        .filter(|group| !group.rules.is_empty())
        .collect()
}

/// Counts the rules by what became of them: `30 rules: 12 matched, 18 waiting for facts`.
pub fn counted(groups: &[RuleGroup]) -> String {
    let all: usize = groups.iter().map(|group| group.rules.len()).sum();
    let parts: Vec<String> =
        groups.iter().map(|group| format!("{} {}", group.rules.len(), group.what)).collect();
    format!("{}: {}", count(all, "rule", "rules"), parts.join(", "))
}

fn rule(scope: &Scope, account: &RuleAccount) -> Rule {
    let said = match &account.state {
        RuleState::Matched { .. } => scope.said(account),
        RuleState::Waiting(facts) | RuleState::GuardWaiting(facts) => {
            let names: Vec<&str> = facts.iter().take(MOST_WANTED).map(|id| scope.fact_name(*id)).collect();
            let more = if facts.len() > MOST_WANTED { " and others" } else { "" };
            if names.is_empty() { String::new() } else { format!("waits for {}{more}", names.join(", ")) }
        }
        RuleState::GuardFalse | RuleState::NotMatched => String::new(),
    };
    let declared = &scope.pack().rules[account.rule];
    Rule {
        name: declared.name.value.clone(),
        said,
        place: scope.place_of_rule(account.rule, declared.name.span),
    }
}

/// Writes a line for each rule: what it observed, and its ratios for some causes.
pub(super) fn rule_lines(scope: &Scope, leading: &[&Ranked]) -> Vec<String> {
    let line = |account: &RuleAccount| {
        let ratios = leading.iter().filter_map(|ranked| {
            let reasons = &ranked.why.as_ref()?.reasons;
            let reason = reasons.iter().find(|reason| reason.rule == account.rule)?;
            let shown = reason.factor.map_or_else(|| "only this".to_owned(), factor);
            Some(format!("; {shown} {}", scope.cause_name(ranked.cause)))
        });
        format!("{}: {}{}", scope.rule_name(account.rule), status(scope, account), ratios.collect::<String>())
    };
    scope.ticket.diagnosis().rules.iter().map(line).collect()
}

fn status(scope: &Scope, account: &RuleAccount) -> String {
    let RuleState::Matched { levels, sure, .. } = &account.state else {
        return group(&account.state).to_owned();
    };
    let reading = scope.pack().reading(&scope.pack().rules[account.rule].evidence);
    let names = reading.map_or_else(String::new, |reading| level_names(levels, reading));
    sure.map_or(names.clone(), |r| format!("{names}, {} sure", write_chance(r)))
}
