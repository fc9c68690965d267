//! `ruleout diagnose --format json`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Chance, Pack, Place, Version};

/// The answer to one ticket: its causes ranked, with the reasons, what to ask next, and what to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "answer")]
#[non_exhaustive]
pub struct Answer {
    /// 1.
    pub schema_version: Version<1>,
    /// The pack.
    pub pack: Pack,
    /// All causes of the pack in rank order.
    pub causes: Vec<Cause>,
    /// A cause that this pack does not list.
    pub unlisted: Chance,
    /// What is certainly likelier than everything else: the name of a cause, or `unlisted`; null where nothing is, as where two
    /// causes are equally likely or their ranges overlap.
    pub leader: Option<String>,
    /// What cannot be true together; null where the facts can all be true. Nothing is likely then: each
    /// `low` and `high` is 0.
    pub impossible: Option<Impossible>,
    /// What the answer does not pass over: a ticket in which nothing is recorded, times that could not be compared, rows without
    /// a time.
    #[serde(default)]
    pub notices: Vec<Notice>,
    /// How the evidence fits together; null with fewer than two findings, or without an exact answer.
    pub conflict: Option<Conflict>,
    /// How many steps an exact answer would have taken: each probability is then an interval that is certain to hold it. Null where
    /// the answer is exact, and where they cannot even be counted.
    #[schemars(range(min = 0))]
    pub over_budget: Option<f64>,
    /// What inference took; null without `--stats`.
    pub stats: Option<Stats>,
    /// The likeliest sets of causes: no more than 4, each at 1 % or more, or with `--sets N` the first N; null where the facts cannot
    /// all be true, or nothing is known at all.
    pub sets: Option<Sets>,
    /// What the answer was before some facts were set; null without `--set`.
    pub what_if: Option<WhatIf>,
    /// What to ask, check or do next, best first; empty where the facts cannot all be true.
    pub next: Vec<Next>,
    /// What to do; null where the facts cannot all be true, or nothing is known at all.
    pub plan: Option<Plan>,
    /// Every rule, in the order of the pack.
    pub rules: Vec<Rule>,
    /// What was recorded, in the order of the pack.
    pub facts: Vec<Fact>,
    /// The contexts that shares depend on and that nobody recorded in full.
    pub contexts: Vec<Context>,
}

/// A cause in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "cause")]
#[non_exhaustive]
pub struct Cause {
    /// Its name.
    pub name: String,
    /// What it is in plain words; null where nobody wrote them.
    pub title: Option<String>,
    /// How likely it is.
    #[serde(flatten)]
    pub chance: Chance,
    /// Whether it is certain that no cause behind it is likelier.
    pub rank_certain: bool,
    /// Why it is so likely; null unless exact.
    pub why: Option<Why>,
    /// What it is part of.
    pub groups: Vec<String>,
    /// The fixes that remove it.
    pub fixes: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// Why a cause is so likely: the prior odds times all likelihood ratios times `shared` are the posterior odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "why")]
#[non_exhaustive]
pub struct Why {
    /// Its odds before anything but the contexts was known; null where they are without bound.
    #[schemars(range(min = 0))]
    pub prior_odds: Option<f64>,
    /// The likelihood ratio of each rule that says something about it, the strongest first.
    pub evidence: Vec<Evidence>,
    /// The factor that competing causes take or give; null where the odds are 0 or without bound.
    #[schemars(range(min = 0))]
    pub shared: Option<f64>,
    /// Its odds with the evidence; null where they are without bound.
    #[schemars(range(min = 0))]
    pub posterior_odds: Option<f64>,
}

/// What one rule says about a cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "factor")]
#[non_exhaustive]
pub struct Evidence {
    /// The rule.
    pub rule: String,
    /// How many times as common what was observed is with this cause as without it; null where nothing else explains it.
    #[schemars(range(min = 0))]
    pub likelihood_ratio: Option<f64>,
    /// Whether nothing else explains what was observed.
    pub nothing_else_explains: bool,
    /// The line of the rule that names the cause.
    pub place: Place,
}

/// What cannot be true together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "impossible")]
#[non_exhaustive]
pub struct Impossible {
    /// The facts, and where they were recorded.
    pub facts: Vec<NamedPlace>,
    /// The rules whose findings exclude each other, and where they stand; none where computed facts contradict what was recorded.
    pub rules: Vec<NamedPlace>,
    /// The fixes that were tried and left it broken, although nothing would be left of what they remove, and where that was recorded.
    pub tried: Vec<NamedPlace>,
}

/// What the answer does not pass over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "notice")]
#[non_exhaustive]
pub struct Notice {
    /// In words.
    pub text: String,
    /// The facts that it is about, and where they were recorded.
    pub facts: Vec<NamedPlace>,
}

/// How the evidence fits together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "conflict")]
#[non_exhaustive]
pub struct Conflict {
    /// ln(∏ P(finding) / P(all findings)), given the ticket; below 0 the findings bear each other out, above 1.1 they rarely occur
    /// together.
    pub value: f64,
    /// Where they rarely occur together, the fact without which the rest fits best; null where they do not, or no one fact is it.
    pub resolved_by: Option<NamedPlace>,
}

/// Something by its name, and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "named-place")]
#[non_exhaustive]
pub struct NamedPlace {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "rule")]
#[non_exhaustive]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Whether it matched, or why not.
    pub status: Status,
    /// The levels that it observed, several where not all is known; none unless it matched.
    pub levels: Vec<String>,
    /// How sure the report is, from 0.5 to below 1; null where it is sure, and unless it matched.
    #[schemars(range(min = 0, max = 1))]
    pub sure: Option<f64>,
    /// The facts that it observed; none unless it matched.
    pub facts: Vec<String>,
    /// The facts for want of which it, or its guard, is unknown.
    pub waiting_for: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// Whether a rule matched, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "status")]
#[non_exhaustive]
pub enum Status {
    /// It observed something.
    Matched,
    /// Its guard is false.
    GuardFalse,
    /// It is not known whether its guard is true.
    GuardWaiting,
    /// What it would observe is not known.
    Waiting,
    /// What it would observe was looked for, and there is none.
    NotMatched,
}

/// A fact that was recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "fact")]
#[non_exhaustive]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// Its value as a person reads it, in short: `8 min`, `550`, `firewall, 2026-03-04 02:00`, `2 rows`.
    pub value: String,
    /// How sure it is, from 0.5 to below 1; null where it is sure.
    #[schemars(range(min = 0, max = 1))]
    pub sure: Option<f64>,
    /// Whether it could be found out: not what was recorded as `not available`.
    pub available: bool,
    /// Where it was recorded.
    pub place: Place,
}

/// A context that nobody recorded in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "context")]
#[non_exhaustive]
pub struct Context {
    /// Its name.
    pub name: String,
    /// Whether somebody wrote rates; else all values count as equally likely.
    pub rated: bool,
    /// How likely each of its values is now.
    pub values: Vec<Value>,
}

/// A value of a context.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "value")]
#[non_exhaustive]
pub struct Value {
    /// The value.
    pub value: String,
    /// How likely it is now, from 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    pub probability: f64,
}

/// What the answer was before some facts were set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "what-if")]
#[non_exhaustive]
pub struct WhatIf {
    /// Each as it was said: `log.has_message=no`.
    pub set: Vec<String>,
    /// All causes of the pack in the rank order from before.
    pub causes: Vec<Before>,
    /// A cause that this pack does not list, before.
    pub unlisted: Chance,
}

/// How likely a cause was before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "before")]
#[non_exhaustive]
pub struct Before {
    /// Its name.
    pub name: String,
    /// How likely it was.
    #[serde(flatten)]
    pub chance: Chance,
}

/// The likeliest sets of causes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "sets")]
#[non_exhaustive]
pub struct Sets {
    /// Whether the budget sufficed for all that are to be named.
    pub complete: bool,
    /// The likeliest first.
    pub likeliest: Vec<Set>,
}

/// Some causes that are there together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "set")]
#[non_exhaustive]
pub struct Set {
    /// These and no others of the pack; empty: only a cause that the pack does not list.
    pub causes: Vec<String>,
    /// That it is exactly these.
    #[schemars(range(min = 0, max = 1))]
    pub probability: f64,
}

/// What is worth doing next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "next")]
#[non_exhaustive]
pub struct Next {
    /// What it is.
    pub kind: NextKind,
    /// The fact or the fix; of a visit, what it is called; empty where asking stops.
    pub name: String,
    /// The facts that it answers, the most informative first; none of a fix.
    pub facts: Vec<String>,
    /// Who can answer it, or carries it out; null where the pack does not say, or several do.
    pub by: Option<String>,
    /// Hands-on minutes.
    #[schemars(range(min = 0))]
    pub minutes: f64,
    /// How many minutes fewer than without it, `resolved_in` counted. What saves 0 or less is not worth it: of the fixes, the first
    /// of the plan saves 0.
    pub saves: f64,
    /// Minutes until the ticket is expected to be resolved if this is done first.
    #[schemars(range(min = 0))]
    pub resolved_in: f64,
    /// How many bits the answers tell about the causes; 0 of a fix.
    #[schemars(range(min = 0))]
    pub bits: f64,
}

/// What may be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "next-kind")]
#[non_exhaustive]
pub enum NextKind {
    /// A fact is asked for.
    Question,
    /// Somebody goes to look, which answers several facts and is paid once.
    Visit,
    /// Something is repaired.
    Fix,
    /// No question is worth asking: asking stops.
    Stop,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "plan")]
#[non_exhaustive]
pub struct Plan {
    /// The fixes, in this order, until one of them resolves it.
    pub steps: Vec<Step>,
    /// Who gets the ticket where none of them does; null where the pack does not say.
    pub escalate: Option<Escalate>,
    /// The causes at 10 % or more that no step removes, the likeliest first.
    pub left_alone: Vec<LeftAlone>,
    /// Minutes until the ticket is expected to be resolved.
    #[schemars(range(min = 0))]
    pub resolved_in: f64,
    /// No order of these steps needs fewer minutes.
    #[schemars(range(min = 0))]
    pub at_least: f64,
    /// The chance that the steps resolve it; null unless exact.
    #[schemars(range(min = 0, max = 1))]
    pub resolves: Option<f64>,
}

/// A likely cause that no step of a plan removes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "left-alone")]
#[non_exhaustive]
pub struct LeftAlone {
    /// The cause.
    pub cause: String,
    /// Why.
    pub why: WhyLeft,
    /// The fix that is not in the plan; null where there is none left.
    pub fix: Option<String>,
    /// Minutes in which the ticket is expected to be resolved with it, at best; null unless `later`.
    #[schemars(range(min = 0))]
    pub resolved_in: Option<f64>,
}

/// Why no step removes a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "why-left")]
#[non_exhaustive]
pub enum WhyLeft {
    /// The pack has no fix for it.
    NoFix,
    /// Each of its fixes was tried.
    Tried,
    /// Nothing that was recorded points to it, so its fix does not come first.
    Unfounded,
    /// The ticket is expected to be resolved sooner without its fix.
    Later,
}

/// Who gets the ticket where nothing helps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "escalate")]
#[non_exhaustive]
pub struct Escalate {
    /// Who.
    pub to: String,
    /// Minutes until they have found out what it is.
    #[schemars(range(min = 0))]
    pub waits: f64,
    /// The part of what the steps leave that they can help with.
    #[schemars(range(min = 0, max = 1))]
    pub theirs: f64,
}

/// A fix that is to be tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "step")]
#[non_exhaustive]
pub struct Step {
    /// The name of the fix.
    pub fix: String,
    /// What it is in plain words; null where nobody wrote them.
    pub title: Option<String>,
    /// Who does it; null where the pack does not say.
    pub by: Option<String>,
    /// Hands-on minutes; null where the pack does not say.
    #[schemars(range(min = 0))]
    pub minutes: Option<f64>,
    /// Minutes to wait until one sees whether it helped; null where the pack says none.
    #[schemars(range(min = 0))]
    pub waits: Option<f64>,
    /// How often it removes what it is for.
    #[schemars(range(min = 0, max = 1))]
    pub works: f64,
    /// What it may do besides.
    pub risks: Vec<String>,
    /// Whether somebody has to approve it.
    pub needs_approval: bool,
    /// The causes that it removes and that may be there, the likeliest first.
    pub removes: Vec<String>,
    /// The causes that bring back what it removes.
    pub returns_with: Vec<String>,
    /// The chance that it resolves the ticket when nothing before it has; null unless exact.
    #[schemars(range(min = 0, max = 1))]
    pub resolves: Option<f64>,
    /// Where the fix is declared.
    pub place: Place,
}

/// What inference took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "stats")]
#[non_exhaustive]
pub struct Stats {
    /// The base 2 logarithm of the largest array; null where a finding is too large to be counted.
    #[schemars(range(min = 0))]
    pub width: Option<usize>,
    /// Steps of an exact answer: entries visited times links there; null likewise.
    #[schemars(range(min = 0))]
    pub cost: Option<f64>,
    /// Whether the answer is exact.
    pub exact: bool,
    /// Seconds from the network to the answer.
    #[schemars(range(min = 0))]
    pub infer_seconds: f64,
    /// Bytes of the arrays at their largest, known beforehand; null where nothing exact ran.
    #[schemars(range(min = 0))]
    pub peak_bytes: Option<f64>,
}

/// Writes the schema.
pub fn schema() -> String {
    super::schema::<Answer>("diagnose", "ruleout diagnose --format json")
}
