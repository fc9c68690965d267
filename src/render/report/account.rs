//! What was recorded, and what became of every rule.

use crate::model::evaluate::RuleState;
use crate::render::text::Page;
use crate::ticket::diagnosis::{Diagnosis, RuleAccount};

/// Values are cut where they are longer than this.
const LONGEST_VALUE: usize = 400;
/// The longest list of facts that a rule wants.
const MOST_WANTED: usize = 4;

/// What was recorded of a fact.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    /// The question that it answers, where the pack has one.
    pub(crate) question: Option<String>,
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) place: String,
}

/// Rules that have the same thing in common.
#[derive(Debug, Clone)]
pub(crate) struct RuleGroup {
    /// What that is.
    pub(crate) what: &'static str,
    /// Each rule by its name, with what it heard or wants, and its place.
    pub(crate) rules: Vec<[String; 3]>,
}

/// What was recorded, in the order of the pack.
pub(super) fn facts(page: &Page) -> Vec<Recorded> {
    let recorded = page.facts.recorded.iter().map(|(id, recorded)| Recorded {
        question: page.fact(*id).and_then(|fact| fact.ask.clone()),
        name: page.fact_name(*id).to_owned(),
        value: if recorded.available { short(&recorded.written) } else { "not available".to_owned() },
        place: page.place(recorded.span),
    });
    recorded.collect()
}

/// What was tried, and left it broken.
pub(super) fn tried(page: &Page) -> Vec<String> {
    let fixes = page.facts.tried.keys().filter_map(|id| page.graph.pack.fixes.nth(id.0));
    fixes.map(|fix| fix.title.as_ref().unwrap_or(&fix.name.value).clone()).collect()
}

/// Every rule, by what became of it.
pub(super) fn rules(page: &Page, diagnosis: &Diagnosis) -> Vec<RuleGroup> {
    let groups = ["heard", "waiting for facts", "not applicable", "looked for, and there is nothing"];
    let of = |heard: &RuleState| match heard {
        RuleState::Matched { .. } => 0,
        RuleState::Waiting(_) | RuleState::GuardWaiting(_) => 1,
        RuleState::GuardFalse => 2,
        RuleState::NotMatched => 3,
    };
    let group = |(at, what): (usize, &'static str)| RuleGroup {
        what,
        rules: diagnosis.rules.iter().filter(|a| of(&a.state) == at).map(|a| rule(page, a)).collect(),
    };
    groups.into_iter().enumerate().map(group).filter(|group| !group.rules.is_empty()).collect()
}

fn rule(page: &Page, account: &RuleAccount) -> [String; 3] {
    let said = match &account.state {
        RuleState::Matched { .. } => page.said(account),
        RuleState::Waiting(facts) | RuleState::GuardWaiting(facts) => {
            let names: Vec<&str> = facts.iter().take(MOST_WANTED).map(|id| page.fact_name(*id)).collect();
            let more = if facts.len() > MOST_WANTED { " and others" } else { "" };
            if names.is_empty() { String::new() } else { format!("wants {}{more}", names.join(", ")) }
        }
        RuleState::GuardFalse | RuleState::NotMatched => String::new(),
    };
    let span = page.rule(account.rule).map(|rule| rule.name.span).unwrap_or_default();
    [page.rule_name(account.rule).to_owned(), said, page.place_of_rule(account.rule, span)]
}

/// A value in one line, cut where it is long.
pub(super) fn short(value: &str) -> String {
    let text = value.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

/// Where more stands, each place once.
pub(super) fn see(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    for text in texts {
        for place in text.split(';').map(str::trim).filter(|place| !place.is_empty()) {
            if !places.iter().any(|known| known == place) {
                places.push(place.to_owned());
            }
        }
    }
    places
}
