//! Why a cause is as likely as it is: what speaks for and against it, in the reader's own values.
//!
//! The odds before, times every factor shown, are the odds after. Factors that hardly count are shown as one.

use super::style::{BAD, GOOD, STRONG, one_line, shortened, styled};
use super::{Page, lines};
use crate::eval::Levels;
use crate::explain::why::{Reason, Why, Witness};
use crate::infer::step::levels_given;
use crate::model::evaluate::RuleState;
use crate::pack::expr::{Condition, ConditionKind};
use crate::pack::{CauseId, Evidence, Reading};
use crate::render::words::{factor, odds, percent};
use crate::source::Span;
use crate::syntax::ast::Frequency;
use crate::ticket::diagnosis::{Diagnosis, Ranked, RuleAccount};
use crate::value::write_word;

/// A factor between this and one over it hardly counts by itself.
const HARDLY: f64 = 1.5;
/// The column where the text beside a factor begins.
const BESIDE: usize = 13;

impl Page<'_> {
    /// `first`: what the numbers mean is said with the first cause.
    pub(super) fn why(&mut self, ranked: &Ranked, diagnosis: &Diagnosis, first: bool) {
        let Some(why) = &ranked.why else { return };
        self.blank();
        let (name, title) = (self.cause_name(ranked.cause), self.title(ranked.cause));
        self.heading(&if title == name { format!("Why {name}") } else { format!("Why: {title} ({name})") });
        let before = why.before / (1.0 + why.before);
        self.line(&format!("  before any symptom: {} ({})", percent(before), odds(why.before)));
        if first && !why.reasons.is_empty() {
            let text = "(× 5 is: seen 5 times as often with it as without it; × 0.2: a fifth as often)";
            self.faint_paragraph("  ", "  ", text);
        }
        let account = |reason: &Reason| diagnosis.rules.iter().find(|a| a.rule == reason.rule);
        let (weak, strong) = by_strength(&why.reasons);
        for reason in strong {
            if let Some(account) = account(reason) {
                self.reason(reason, account, ranked.cause);
            }
        }
        self.weak(&weak, diagnosis);
        self.shared(why);
        let after = percent(ranked.probability.low);
        self.line(&format!("  after all of this: {after} ({})", odds(why.after)));
        let mut see = self.cause(ranked.cause).map_or(Vec::new(), |c| c.see.clone());
        see.extend(why.reasons.iter().flat_map(|reason| self.see_of(reason)));
        self.see("  ", &see);
    }

    /// Where more stands about what a rule hears.
    pub(crate) fn see_of(&self, reason: &Reason) -> Vec<String> {
        let Some(rule) = self.rule(reason.rule) else { return Vec::new() };
        let symptom = match &rule.evidence {
            Evidence::Symptom(id) => self.graph.pack.symptoms.nth(id.0),
            _ => None,
        };
        symptom.iter().flat_map(|s| &s.see).chain(&rule.see).cloned().collect()
    }

    fn shared(&mut self, why: &Why) {
        let Some(shared) = why.shared.filter(|shared| factor(*shared) != factor(1.0)) else { return };
        let text = if shared < 1.0 {
            "other causes explain some of it too"
        } else {
            "other causes fit this less well"
        };
        self.line(&format!("  {:>9}  {text}", factor(shared)));
    }

    /// What hardly counts by itself, as one factor.
    fn weak(&mut self, weak: &[&Reason], diagnosis: &Diagnosis) {
        if weak.is_empty() {
            return;
        }
        let said = weak.iter().filter_map(|reason| {
            let said = self.said(diagnosis.rules.iter().find(|a| a.rule == reason.rule)?);
            Some(if weak.len() == 1 { said } else { format!("{said} ({})", factor(reason.factor?)) })
        });
        let what = if weak.len() == 1 { "a weaker sign" } else { "weaker signs together" };
        let text = format!("{what}: {}", said.collect::<Vec<_>>().join("; "));
        let product = weak.iter().filter_map(|reason| reason.factor).product();
        self.paragraph(&format!("  {:>9}  ", factor(product)), &" ".repeat(BESIDE), &text);
    }

    fn reason(&mut self, reason: &Reason, account: &RuleAccount, cause: CauseId) {
        let shown = reason.factor.map_or_else(|| "only this".to_owned(), factor);
        let style = if reason.factor.is_none_or(|f| f >= 1.0) { GOOD } else { BAD };
        let indent = " ".repeat(BESIDE);
        let (said, witnesses) = self.said_with_place(account);
        for (at, line) in lines(&indent, &format!("{indent}  "), &said).iter().enumerate() {
            let head = if at == 0 { styled(style, &format!("  {shown:>9}  ")) } else { indent.clone() };
            let text = line.strip_prefix(indent.as_str()).unwrap_or(line);
            self.line(&format!("{head}{}", styled(STRONG, text)));
        }
        if reason.factor.is_none() {
            self.paragraph(&indent, &indent, "nothing else explains this");
        }
        for witness in witnesses {
            let text = self.witness(witness);
            self.paragraph(&indent, &format!("{indent}  "), &text);
        }
        let (words, place) =
            (self.line_in_words(account, cause), self.place_of_rule(account.rule, reason.line));
        self.faint_paragraph(&indent, &format!("{indent}  "), &format!("{words}  [{place}]"));
    }

    /// What a rule heard, and the facts behind it; where those would only say it again, the place stands beside it.
    pub(crate) fn said_with_place<'w>(&self, account: &'w RuleAccount) -> (String, &'w [Witness]) {
        let said = self.said(account);
        if let [Witness { fact, value, bounds, place: Some(place) }] = account.witnesses.as_slice()
            && bounds.is_empty()
            && said == format!("{}: {value}", self.fact_name(*fact))
        {
            return (format!("{said}  [{}]", self.place(*place)), &[]);
        }
        (said, &account.witnesses)
    }

    /// What a rule heard, in plain words.
    pub(crate) fn said(&self, account: &RuleAccount) -> String {
        let Some(rule) = self.rule(account.rule) else { return String::new() };
        let RuleState::Matched { levels, sure, .. } = &account.state else { return rule.name.value.clone() };
        let Some(reading) = self.graph.pack.reading(&rule.evidence) else { return rule.name.value.clone() };
        let names = level_names(levels, reading);
        let said = match &rule.evidence {
            Evidence::Symptom(id) => match self.graph.pack.symptoms.nth(id.0) {
                Some(symptom) => {
                    format!("{}: {names}", symptom.title.as_ref().unwrap_or(&symptom.name.value))
                }
                None => names,
            },
            Evidence::Fact(id, _) => format!("{}: {names}", self.fact_name(*id)),
            Evidence::Condition(reading) => {
                let condition = reading.branches.first().and_then(|(_, c)| c.as_ref());
                condition.map_or(names, |c| self.statement(c, levels.contains(&1)))
            }
        };
        let unsure = sure.map_or_else(String::new, |r| format!(" (reported, {} sure)", percent(r)));
        format!("{said}{unsure}")
    }

    /// A condition as it turned out, without double negation.
    fn statement(&self, condition: &Condition, holds: bool) -> String {
        if let ConditionKind::Not(inner) = &condition.kind {
            return self.statement(inner, !holds);
        }
        let text = one_line(self.sources.text(condition.span));
        let simple =
            matches!(condition.kind, ConditionKind::Yes(_) | ConditionKind::Level(..)) && !text.contains(' ');
        match (holds, simple) {
            (true, true) => format!("{text}: yes"),
            (false, true) => format!("{text}: no"),
            (true, false) => text,
            (false, false) => format!("not ({text})"),
        }
    }

    pub(crate) fn witness(&self, witness: &Witness) -> String {
        let bounds = if witness.bounds.is_empty() {
            String::new()
        } else {
            format!(" ({})", witness.bounds.join(" and "))
        };
        let place = witness.place.map_or_else(|| "computed".to_owned(), |span| self.place(span));
        format!("{} = {}{bounds}  [{place}]", self.fact_name(witness.fact), shortened(&witness.value, 60))
    }

    /// How often what was seen is seen with a cause alone and without it.
    pub(crate) fn line_in_words(&self, account: &RuleAccount, cause: CauseId) -> String {
        let title = self.rule(account.rule).and_then(|rule| rule.title.as_ref());
        let title = title.map_or_else(String::new, |title| format!("{title}: "));
        let (with, without) = (self.how_often(account, Some(cause)), self.how_often(account, None));
        format!("{title}{with} with it, {without} without it")
    }

    /// How often what was seen is seen with a cause alone, or with none: the line's word, or the number that follows.
    pub(super) fn how_often(&self, account: &RuleAccount, cause: Option<CauseId>) -> String {
        let (Some(rule), Some(steps)) = (self.rule(account.rule), self.graph.steps.nth(account.rule.0))
        else {
            return String::new();
        };
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

/// Those that hardly count, and the others, the strongest first; what is all there is counts.
pub(crate) fn by_strength(reasons: &[Reason]) -> (Vec<&Reason>, Vec<&Reason>) {
    let hardly = |reason: &&Reason| reason.factor.is_some_and(|f| f < HARDLY && f * HARDLY > 1.0);
    let (weak, strong): (Vec<_>, Vec<_>) = reasons.iter().partition(hardly);
    if weak.len() > 1 || !strong.is_empty() { (weak, strong) } else { (Vec::new(), weak) }
}

/// The levels that a rule heard: `yes`, `scan_like`, `slow or stuck`.
pub(crate) fn level_names(levels: &Levels, reading: &Reading) -> String {
    let names: Vec<&str> = levels
        .iter()
        .filter_map(|l| reading.levels.get(*l))
        .map(|l| l.title.as_deref().unwrap_or(l.name.as_str()))
        .collect();
    names.join(" or ")
}
