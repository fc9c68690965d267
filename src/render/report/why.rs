//! Why a cause is as likely as it is: the odds before, each factor, the odds after.

use super::account::see;
use crate::explain::why;
use crate::render::text::{Page, by_strength};
use crate::render::words::{factor, odds, percent};
use crate::ticket::diagnosis::{Diagnosis, Ranked, RuleAccount};

/// Why one cause is as likely as it is.
#[derive(Debug, Clone)]
pub(crate) struct Why {
    pub(crate) title: String,
    pub(crate) name: String,
    /// The odds before any symptom, and the percentage.
    pub(crate) before: [String; 2],
    pub(crate) factors: Vec<Factor>,
    /// The odds after, and the percentage.
    pub(crate) after: [String; 2],
    pub(crate) see: Vec<String>,
}

/// What one sign does to the odds.
#[derive(Debug, Clone)]
pub(crate) struct Factor {
    /// `× 47`, or `only this`.
    pub(crate) times: String,
    /// Whether it stands for several, or for what is left.
    pub(crate) beside: bool,
    /// Whether it speaks for the cause.
    pub(crate) speaks_for: bool,
    /// What was seen, in plain words.
    pub(crate) said: String,
    /// The facts behind it, each with its bounds and place.
    pub(crate) witnesses: Vec<String>,
    /// How often that is seen with the cause and without it, and the place of the rule.
    pub(crate) line: Option<[String; 2]>,
}

/// Explains a cause; nothing where there is no exact answer.
pub(super) fn why(page: &Page, ranked: &Ranked, diagnosis: &Diagnosis) -> Option<Why> {
    let why = ranked.why.as_ref()?;
    let (weak, strong) = by_strength(&why.reasons);
    let account = |reason: &why::Reason| diagnosis.rules.iter().find(|a| a.rule == reason.rule);
    let strong =
        strong.into_iter().filter_map(|reason| Some(strongly(page, reason, account(reason)?, ranked)));
    let factors = strong.chain(weakly(page, &weak, diagnosis)).chain(shared(why)).collect();
    let before = why.before / (1.0 + why.before);
    let own = page.cause(ranked.cause).map_or(&[][..], |cause| &cause.see);
    let others = why.reasons.iter().flat_map(|reason| page.see_of(reason));
    Some(Why {
        title: page.title(ranked.cause).to_owned(),
        name: page.cause_name(ranked.cause).to_owned(),
        before: [odds(why.before), percent(before)],
        factors,
        after: [odds(why.after), percent(ranked.probability.low)],
        see: see(own.iter().cloned().chain(others)),
    })
}

fn strongly(page: &Page, reason: &why::Reason, account: &RuleAccount, ranked: &Ranked) -> Factor {
    let (said, witnesses) = page.said_with_place(account);
    let (said, place) = match witnesses {
        // Only its place stands beside it.
        [] => {
            (page.said(account), said.strip_prefix(&page.said(account)).map(|place| place.trim().to_owned()))
        }
        _ => (said, None),
    };
    let only = reason.factor.is_none().then(|| "nothing else explains this".to_owned());
    Factor {
        times: reason.factor.map_or_else(|| "only this".to_owned(), factor),
        beside: false,
        speaks_for: reason.factor.is_none_or(|factor| factor >= 1.0),
        said,
        witnesses: only
            .into_iter()
            .chain(place.filter(|place| !place.is_empty()))
            .chain(witnesses.iter().map(|witness| page.witness(witness)))
            .collect(),
        line: Some([
            page.line_in_words(account, ranked.cause),
            page.place_of_rule(account.rule, reason.line),
        ]),
    }
}

/// What hardly counts by itself, as one factor.
fn weakly(page: &Page, weak: &[&why::Reason], diagnosis: &Diagnosis) -> Option<Factor> {
    if weak.is_empty() {
        return None;
    }
    let said = weak.iter().filter_map(|reason| {
        let said = page.said(diagnosis.rules.iter().find(|a| a.rule == reason.rule)?);
        Some(if weak.len() == 1 { said } else { format!("{said} ({})", factor(reason.factor?)) })
    });
    let what = if weak.len() == 1 { "A weaker sign" } else { "Weaker signs together" };
    let product: f64 = weak.iter().filter_map(|reason| reason.factor).product();
    Some(Factor {
        times: factor(product),
        beside: true,
        speaks_for: product >= 1.0,
        said: format!("{what}: {}", said.collect::<Vec<_>>().join("; ")),
        witnesses: Vec::new(),
        line: None,
    })
}

fn shared(why: &why::Why) -> Option<Factor> {
    let shared = why.shared.filter(|shared| factor(*shared) != factor(1.0))?;
    let said =
        if shared < 1.0 { "Other causes explain some of it too" } else { "Other causes fit this less well" };
    Some(Factor {
        times: factor(shared),
        beside: true,
        speaks_for: shared >= 1.0,
        said: said.to_owned(),
        witnesses: Vec::new(),
        line: None,
    })
}
