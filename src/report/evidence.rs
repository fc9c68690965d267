//! Why a cause is as likely as it is: what speaks for and against it, in the reader's own values.
//!
//! The prior odds, times every ratio that is shown, are the posterior odds. Evidence that hardly counts is shown together.

use super::scope::Scope;
use super::thresholds::{DECISIVE, DECISIVE_FACTS, HARDLY, LONGEST_VALUE, MUCH};
use super::values::quoted;
use super::words::{SHARED, factor, one_line, percent, sentence, shortened};
use crate::eval::Levels;
use crate::explain::why::{self, Reason};
use crate::infer::step::levels_given;
use crate::model::evaluate::RuleState;
use crate::pack::expr::{Condition, ConditionKind};
use crate::pack::{CauseId, Evidence, FactId, Reading};
use crate::source::Span;
use crate::syntax::ast::Frequency;
use crate::ticket::diagnosis::{Ranked, RuleAccount};
use crate::value::write_word;

/// Why one cause is as likely as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// The cause in plain words.
    pub title: String,
    /// As the pack calls it.
    pub name: String,
    /// How likely it is before the evidence.
    pub prior: String,
    /// What speaks for and against it, the strongest first.
    pub factors: Vec<Factor>,
    /// How likely it is with the evidence.
    pub posterior: String,
    /// Where more stands about it.
    pub see: Vec<String>,
}

impl Why {
    /// Returns the evidence that decides most: the strongest, whatever it is, and what else counts much.
    pub fn decisive(&self) -> Vec<&Factor> {
        let own = self.factors.iter().filter(|factor| factor.is_own()).take(DECISIVE).enumerate();
        let own: Vec<&Factor> =
            own.filter(|(at, factor)| *at == 0 || factor.is_much()).map(|(_, f)| f).collect();
        if own.is_empty() {
            return self.factors.iter().filter(|factor| factor.kind == FactorKind::Weak).collect();
        }
        own
    }
}

/// What a factor stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorKind {
    /// For what one rule observed.
    Own,
    /// For what hardly counts by itself.
    Weak,
    /// For what competing causes take or give.
    Shared,
}

/// What some evidence does to the odds of a cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// The likelihood ratio; none where nothing else explains what was observed.
    pub ratio: Option<f64>,
    /// The same in words: `× 47`, or `only this`.
    pub times: String,
    /// What it stands for.
    pub kind: FactorKind,
    /// Whether it speaks for the cause.
    pub speaks_for: bool,
    /// What was observed.
    pub observed: Observed,
    /// How often that is so with the cause and without it, and where the rule says so.
    pub line: Option<[String; 2]>,
}

impl Factor {
    /// Returns whether it counts much, for the cause or against it.
    fn is_much(&self) -> bool {
        self.ratio.is_none_or(|ratio| ratio >= MUCH || ratio * MUCH <= 1.0)
    }

    /// Returns whether it stands for what one rule observed.
    pub fn is_own(&self) -> bool {
        self.kind == FactorKind::Own
    }
}

/// What a rule observed, in plain words, with the facts behind it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observed {
    /// In plain words: `Mail comes, but late: yes`.
    pub said: String,
    /// Where the only fact is recorded that would say the same again.
    pub place: Option<String>,
    /// The facts behind it.
    pub witnesses: Vec<Witness>,
    /// Which facts these are, those that only say the same again included.
    pub facts: Vec<FactId>,
}

impl Observed {
    fn of(said: String) -> Self {
        Self { said, ..Self::default() }
    }

    /// Returns what was observed with its place.
    pub fn with_place(&self) -> String {
        self.place.as_ref().map_or_else(|| self.said.clone(), |place| format!("{}  [{place}]", self.said))
    }
}

impl Observed {
    /// Returns the facts that tell most: those with bounds or words beside them, else the first.
    pub fn decisive(&self) -> impl Iterator<Item = &Witness> {
        let tells = self.witnesses.iter().any(|witness| witness.is_telling);
        self.witnesses.iter().filter(move |witness| witness.is_telling || !tells).take(DECISIVE_FACTS)
    }

    /// Returns what was observed in one paragraph, with the facts that tell most.
    pub fn in_short(&self) -> String {
        let facts = self.decisive().map(|witness| witness.said.as_str());
        std::iter::once(self.said.as_str()).chain(facts).collect::<Vec<_>>().join(" · ")
    }
}

/// A fact that a rule observed.
#[derive(Debug, Clone, PartialEq)]
pub struct Witness {
    /// `delivery.delay = 8 min (> 5 min and <= 15 min)`
    pub said: String,
    /// Whether bounds of the pack stand beside it, or words from elsewhere.
    pub is_telling: bool,
    /// Where it is recorded, or that it is computed.
    pub place: String,
}

impl Witness {
    /// Returns the fact with its place.
    pub fn with_place(&self) -> String {
        format!("{}  [{}]", self.said, self.place)
    }
}

/// Explains a cause; nothing where there is no exact answer.
pub(super) fn why(scope: &Scope, ranked: &Ranked) -> Option<Why> {
    let why = ranked.why.as_ref()?;
    let (weak, strong) = by_strength(&why.reasons);
    let strong = strong.into_iter().filter_map(|reason| strongly(scope, reason, ranked.cause));
    let factors = strong.chain(weakly(scope, &weak)).chain(shared(why)).collect();
    let cause = &scope.pack().causes[ranked.cause];
    let others = why.reasons.iter().flat_map(|reason| see_of(scope, reason));
    Some(Why {
        title: scope.title(ranked.cause).to_owned(),
        name: scope.cause_name(ranked.cause).to_owned(),
        prior: percent(why.before / (1.0 + why.before)),
        factors,
        posterior: percent(ranked.probability.low),
        see: see(cause.see.iter().cloned().chain(others)),
    })
}

fn account<'a>(scope: &Scope<'a>, reason: &Reason) -> Option<&'a RuleAccount> {
    scope.ticket.diagnosis().rules.iter().find(|account| account.rule == reason.rule)
}

/// Returns where more stands about what a rule observes.
fn see_of(scope: &Scope, reason: &Reason) -> Vec<String> {
    let rule = &scope.pack().rules[reason.rule];
    let symptom = match &rule.evidence {
        Evidence::Symptom(id) => Some(&scope.pack().symptoms[*id]),
        _ => None,
    };
    symptom.iter().flat_map(|s| &s.see).chain(&rule.see).cloned().collect()
}

/// Returns where more stands, each place once.
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

fn strongly(scope: &Scope, reason: &Reason, cause: CauseId) -> Option<Factor> {
    let account = account(scope, reason)?;
    let mut observed = scope.observed(account);
    if reason.factor.is_none() {
        let only = Witness {
            said: "nothing else explains this".to_owned(),
            is_telling: false,
            place: String::new(),
        };
        observed.witnesses.insert(0, only);
    }
    Some(Factor {
        ratio: reason.factor,
        times: reason.factor.map_or_else(|| "only this".to_owned(), factor),
        kind: FactorKind::Own,
        speaks_for: reason.factor.is_none_or(|factor| factor >= 1.0),
        observed,
        line: Some([scope.line_in_words(account, cause), scope.place_of_rule(account.rule, reason.line)]),
    })
}

/// Puts together what hardly counts by itself.
fn weakly(scope: &Scope, weak: &[&Reason]) -> Option<Factor> {
    if weak.is_empty() {
        return None;
    }
    let said = weak.iter().filter_map(|reason| {
        let said = scope.said(account(scope, reason)?);
        Some(if weak.len() == 1 { said } else { format!("{said} ({})", factor(reason.factor?)) })
    });
    let what = if weak.len() == 1 { "weaker evidence" } else { "weaker evidence together" };
    let product: f64 = weak.iter().filter_map(|reason| reason.factor).product();
    Some(Factor {
        ratio: Some(product),
        times: factor(product),
        kind: FactorKind::Weak,
        speaks_for: product >= 1.0,
        observed: Observed::of(format!("{what}: {}", said.collect::<Vec<_>>().join("; "))),
        line: None,
    })
}

fn shared(why: &why::Why) -> Option<Factor> {
    let shared = why.shared.filter(|shared| factor(*shared) != factor(1.0))?;
    Some(Factor {
        ratio: Some(shared),
        times: factor(shared),
        kind: FactorKind::Shared,
        speaks_for: shared >= 1.0,
        observed: Observed::of(SHARED.to_owned()),
        line: None,
    })
}

/// Splits evidence into what hardly counts and the rest, the strongest first; what is all there is counts.
fn by_strength(reasons: &[Reason]) -> (Vec<&Reason>, Vec<&Reason>) {
    let hardly = |reason: &&Reason| reason.factor.is_some_and(|f| f < HARDLY && f * HARDLY > 1.0);
    let (weak, strong): (Vec<_>, Vec<_>) = reasons.iter().partition(hardly);
    if weak.len() > 1 || !strong.is_empty() { (weak, strong) } else { (Vec::new(), weak) }
}

impl Scope<'_> {
    /// Returns what a rule observed, and the facts behind it; where those would only say it again, the place stands beside it.
    pub(crate) fn observed(&self, account: &RuleAccount) -> Observed {
        let said = self.said(account);
        let facts = account.witnesses.iter().map(|witness| witness.fact).collect();
        if let [why::Witness { fact, value, bounds, place: Some(place) }] = account.witnesses.as_slice()
            && bounds.is_empty()
            && said == format!("{}: {value}", self.fact_name(*fact))
        {
            return Observed { said, place: Some(self.place(*place)), witnesses: Vec::new(), facts };
        }
        let witnesses = account.witnesses.iter().map(|witness| self.witness(witness)).collect();
        Observed { said, place: None, witnesses, facts }
    }

    fn witness(&self, witness: &why::Witness) -> Witness {
        let bounds = if witness.bounds.is_empty() {
            String::new()
        } else {
            format!(" ({})", witness.bounds.join(" and "))
        };
        let recorded = self.facts().recorded.get(&witness.fact).filter(|_| witness.place.is_some());
        let value = recorded.map_or_else(
            || shortened(&witness.value, LONGEST_VALUE),
            |recorded| quoted(&self.pack().facts[witness.fact], recorded),
        );
        Witness {
            said: format!("{} = {value}{bounds}", self.fact_name(witness.fact)),
            is_telling: !bounds.is_empty() || value.starts_with('\u{201c}'),
            place: witness.place.map_or_else(|| "computed".to_owned(), |span| self.place(span)),
        }
    }

    /// Returns what a rule observed, in plain words.
    pub(crate) fn said(&self, account: &RuleAccount) -> String {
        let rule = &self.pack().rules[account.rule];
        let RuleState::Matched { levels, sure, .. } = &account.state else { return rule.name.value.clone() };
        let Some(reading) = self.pack().reading(&rule.evidence) else { return rule.name.value.clone() };
        let names = level_names(levels, reading);
        let said = match &rule.evidence {
            Evidence::Symptom(id) => {
                let symptom = &self.pack().symptoms[*id];
                format!("{}: {names}", symptom.title.as_ref().unwrap_or(&symptom.name.value))
            }
            Evidence::Fact(id, _) => format!("{}: {names}", self.fact_name(*id)),
            Evidence::Condition(reading) => {
                let condition = reading.branches.first().and_then(|(_, c)| c.as_ref());
                condition.map_or(names, |c| self.statement(c, levels.contains(&1)))
            }
        };
        let unsure = sure.map_or_else(String::new, |r| format!(" (reported, {} sure)", percent(r)));
        format!("{said}{unsure}")
    }

    /// Returns a condition as it turned out, without double negation.
    fn statement(&self, condition: &Condition, holds: bool) -> String {
        if let ConditionKind::Not(inner) = &condition.kind {
            return self.statement(inner, !holds);
        }
        let text = one_line(self.sources().text(condition.span));
        let simple =
            matches!(condition.kind, ConditionKind::Yes(_) | ConditionKind::Level(..)) && !text.contains(' ');
        match (holds, simple) {
            (true, true) => format!("{text}: yes"),
            (false, true) => format!("{text}: no"),
            (true, false) => text,
            (false, false) => format!("not ({text})"),
        }
    }

    /// Returns how often what was observed is so with a cause alone and without it.
    fn line_in_words(&self, account: &RuleAccount, cause: CauseId) -> String {
        let title = self.pack().rules[account.rule].title.as_ref();
        let title = title.map_or_else(String::new, |title| format!("{title}: "));
        let (with, without) = (self.how_often(account, Some(cause)), self.how_often(account, None));
        sentence(&format!("{title}{with} with this cause, {without} without it"))
    }

    /// Returns how often what was observed is so with a cause alone, or with none: the line's word, or the number that follows.
    pub(crate) fn how_often(&self, account: &RuleAccount, cause: Option<CauseId>) -> String {
        let rule = &self.pack().rules[account.rule];
        let Some(steps) = self.graph().steps.nth(account.rule.0) else { return String::new() };
        let RuleState::Matched { levels, weights, .. } = &account.state else { return String::new() };
        let excluded = |(out, _): &(Vec<usize>, Span)| levels.iter().all(|level| out.contains(level));
        if cause.and_then(|cause| rule.rules_out.get(&cause)).is_some_and(excluded) {
            return "never".to_owned();
        }
        let line = cause.map_or(Some(&rule.anyway), |cause| rule.with.get(&cause));
        let only = (levels.len() == 1).then(|| levels.first()).flatten();
        if let Some(f) = only.and_then(|level| line?.chances.get(level)) {
            return write_word(f.word.map(Frequency::word), f.chance);
        }
        let there: Vec<usize> = cause.iter().map(|cause| cause.0).collect();
        let chances = levels_given(steps, weights.len(), &there, false);
        percent(levels.iter().filter_map(|l| chances.get(*l)).sum())
    }
}

/// Returns the levels that a rule observed: `yes`, `scan_like`, `slow or stuck`.
pub(crate) fn level_names(levels: &Levels, reading: &Reading) -> String {
    let names: Vec<&str> = levels
        .iter()
        .filter_map(|l| reading.levels.get(*l))
        .map(|l| l.title.as_deref().unwrap_or(l.name.as_str()))
        .collect();
    names.join(" or ")
}
