//! The answer as JSON.

mod why_not;

pub use why_not::{why_not, why_not_schema};

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::infer::sets::{Set, Sets};
use crate::model::evaluate::RuleState;
use crate::pack::{CauseId, FactId, FixId, RuleId};
use crate::plan::next::{Next, What};
use crate::plan::repair::{Plan, Step, minutes};
use crate::render::stats::Taken;
use crate::source::{Sources, Span};
use crate::ticket::Ticket;
use crate::ticket::diagnosis::{Diagnosis, Probability, Ranked, RuleAccount};
use crate::wire::{self, Pack, Place, Version};

/// The answer to one ticket: its causes ranked, with the reasons, what to ask next, and what to do.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "answer")]
pub struct Answer<'a> {
    /// 1.
    schema_version: Version<1>,
    /// The pack.
    pack: Pack<'a>,
    /// All causes of the pack in rank order.
    causes: Vec<CauseEntry<'a>>,
    /// "Something this pack does not know".
    unlisted: Chance,
    /// What cannot be true together; null where the facts can all be true. Nothing is likely then: each
    /// `low` and `high` is 0.
    impossible: Option<ImpossibleEntry<'a>>,
    /// How the evidence fits together; null with fewer than two findings, or without an exact answer.
    conflict: Option<ConflictEntry<'a>>,
    /// How many steps an exact answer would have taken: each probability is then an interval that is certain to hold it. Null where
    /// the answer is exact, and where they cannot even be counted.
    #[schemars(range(min = 0))]
    over_budget: Option<f64>,
    /// What inference took; null without `--stats`.
    stats: Option<StatsEntry>,
    /// The likeliest sets of causes: no more than 4, each at 1 % or more, or with `--sets N` the first N; null where the facts cannot
    /// all be true, or nothing is known at all.
    sets: Option<SetsEntry<'a>>,
    /// What the answer was before some facts were set; null without `--set`.
    what_if: Option<WhatIfEntry<'a>>,
    /// What to ask, look at or do next, best first; empty where the facts cannot all be true.
    next: Vec<NextEntry<'a>>,
    /// What to do; null where the facts cannot all be true, or nothing is known at all.
    plan: Option<PlanEntry<'a>>,
    /// Every rule, in the order of the pack.
    rules: Vec<RuleEntry<'a>>,
    /// What was recorded, in the order of the pack.
    facts: Vec<FactEntry<'a>>,
    /// What shares depend on and nobody recorded in full.
    contexts: Vec<ContextEntry<'a>>,
}

/// What is written where it was asked for.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    /// What inference took.
    pub taken: Option<Taken>,
    /// The likeliest sets of causes.
    pub sets: Option<Sets>,
    /// The answer before some facts were set.
    pub before: Option<WhatIf>,
}

/// What the answer would be if some facts were otherwise.
#[derive(Debug, Clone)]
pub struct WhatIf {
    /// Each as it was said: `log.has_message=no`.
    pub set: Vec<String>,
    /// The answer without that.
    pub before: Diagnosis,
}

/// What the answer was before some facts were set.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "what-if")]
struct WhatIfEntry<'a> {
    /// Each as it was said: `log.has_message=no`.
    set: &'a [String],
    /// All causes of the pack in the rank order from before.
    causes: Vec<BeforeEntry<'a>>,
    /// "Something this pack does not know", before.
    unlisted: Chance,
}

/// How likely a cause was before.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "before")]
struct BeforeEntry<'a> {
    /// Its name.
    name: &'a str,
    #[serde(flatten)]
    chance: Chance,
}

/// The likeliest sets of causes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "sets")]
struct SetsEntry<'a> {
    /// Whether the budget sufficed for all that are to be named.
    complete: bool,
    /// The likeliest first.
    likeliest: Vec<SetEntry<'a>>,
}

/// Some causes that are there together.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "set")]
struct SetEntry<'a> {
    /// These and no others of the pack; empty: only something that the pack does not know.
    causes: Vec<&'a str>,
    /// That it is exactly these.
    #[schemars(range(min = 0, max = 1))]
    probability: f64,
}

/// What is worth doing next.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "next")]
struct NextEntry<'a> {
    /// What it is.
    kind: NextKind,
    /// The fact or the fix; of a visit, what it is called; empty where asking stops.
    name: &'a str,
    /// The facts that it answers, the one that tells most first; none of a fix.
    facts: Vec<&'a str>,
    /// Minutes hands on.
    #[schemars(range(min = 0))]
    minutes: f64,
    /// How many minutes fewer than without it, `resolved_in` counted. What saves 0 or less does not pay: of the fixes, the first of the
    /// plan saves 0.
    saves: f64,
    /// Minutes until the ticket is expected to be solved if this is done first.
    #[schemars(range(min = 0))]
    resolved_in: f64,
    /// How many bits the answers tell about the causes; 0 of a fix.
    #[schemars(range(min = 0))]
    bits: f64,
}

/// What may be done next.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "next-kind")]
enum NextKind {
    /// A fact is asked for.
    Question,
    /// Somebody goes to look, which answers several facts and is paid once.
    Visit,
    /// Something is repaired.
    Fix,
    /// No question pays: asking stops.
    Stop,
}

/// What to do.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "plan")]
struct PlanEntry<'a> {
    /// The fixes, in this order, until one of them resolves it.
    steps: Vec<StepEntry<'a>>,
    /// Who gets the ticket where none of them does; null where the pack does not say.
    escalate: Option<EscalateEntry<'a>>,
    /// Minutes until the ticket is expected to be solved.
    #[schemars(range(min = 0))]
    resolved_in: f64,
    /// No order of these steps needs fewer minutes.
    #[schemars(range(min = 0))]
    at_least: f64,
    /// The chance that the steps solve it; null unless exact.
    #[schemars(range(min = 0, max = 1))]
    resolves: Option<f64>,
}

/// Who gets the ticket where nothing helps.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "escalate")]
struct EscalateEntry<'a> {
    /// Who.
    to: &'a str,
    /// How many minutes that takes.
    #[schemars(range(min = 0))]
    minutes: f64,
}

/// A fix that is to be tried.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "step")]
struct StepEntry<'a> {
    /// The name of the fix.
    fix: &'a str,
    /// What it is in plain words; null where nobody wrote them.
    title: Option<&'a str>,
    /// Who does it; null where the pack does not say.
    by: Option<&'a str>,
    /// Minutes hands on; null where the pack does not say.
    #[schemars(range(min = 0))]
    minutes: Option<f64>,
    /// Minutes to wait until one sees whether it helped; null where the pack says none.
    #[schemars(range(min = 0))]
    waits: Option<f64>,
    /// How often it removes what it is for.
    #[schemars(range(min = 0, max = 1))]
    works: f64,
    /// What it may do besides.
    risks: &'a [String],
    /// Whether somebody has to approve it.
    needs_approval: bool,
    /// The causes that it removes and that may be there, the likeliest first.
    removes: Vec<&'a str>,
    /// The causes that bring back what it removes.
    returns_with: Vec<&'a str>,
    /// The chance that it resolves the ticket when nothing before it has; null unless exact.
    #[schemars(range(min = 0, max = 1))]
    resolves: Option<f64>,
    /// Where the fix is declared.
    place: Place,
}

/// What inference took.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "stats")]
struct StatsEntry {
    /// The base 2 logarithm of the largest array; null where a finding is too large to be counted.
    #[schemars(range(min = 0))]
    width: Option<usize>,
    /// Steps of an exact answer: entries visited times links there; null likewise.
    #[schemars(range(min = 0))]
    cost: Option<f64>,
    /// Whether the answer is exact.
    exact: bool,
    /// Seconds from the network to the answer.
    #[schemars(range(min = 0))]
    infer_seconds: f64,
    /// Bytes of the arrays at their largest, known beforehand; null where nothing exact ran.
    #[schemars(range(min = 0))]
    peak_bytes: Option<f64>,
}

impl From<Taken> for StatsEntry {
    fn from(taken: Taken) -> Self {
        Self {
            width: taken.stats.map(|s| s.width),
            cost: taken.stats.map(|s| s.cost),
            exact: taken.exact,
            infer_seconds: taken.seconds,
            peak_bytes: taken.bytes(),
        }
    }
}

/// How likely something is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "chance")]
struct Chance {
    /// The probability, from 0 to 1; null unless it is exact.
    #[schemars(range(min = 0, max = 1))]
    probability: Option<f64>,
    /// It is certainly not less; where it is exact, the probability.
    #[schemars(range(min = 0, max = 1))]
    low: f64,
    /// It is certainly not more; where it is exact, the probability.
    #[schemars(range(min = 0, max = 1))]
    high: f64,
}

impl From<Probability> for Chance {
    fn from(p: Probability) -> Self {
        Self { probability: p.exact.then_some(p.low), low: p.low, high: p.high }
    }
}

/// A cause in its place.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "cause")]
struct CauseEntry<'a> {
    /// Its name.
    name: &'a str,
    /// What it is in plain words; null where nobody wrote them.
    title: Option<&'a str>,
    #[serde(flatten)]
    chance: Chance,
    /// Whether it is certain that no cause behind it is likelier.
    rank_certain: bool,
    /// Why it is so likely; null unless exact.
    why: Option<WhyEntry<'a>>,
    /// What it is part of.
    groups: Vec<&'a str>,
    /// The fixes that remove it.
    fixes: Vec<&'a str>,
    /// Where it is declared.
    place: Place,
}

/// Why a cause is so likely: the odds before times all factors times `shared` are the odds after.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "why")]
struct WhyEntry<'a> {
    /// Its odds before anything but the contexts was known; null where they are without bound.
    #[schemars(range(min = 0))]
    prior_odds: Option<f64>,
    /// The factor of each rule that says something about it, the strongest first.
    evidence: Vec<FactorEntry<'a>>,
    /// The factor that other causes take or give; null where the odds are 0 or without bound.
    #[schemars(range(min = 0))]
    shared: Option<f64>,
    /// Its odds now; null where they are without bound.
    #[schemars(range(min = 0))]
    posterior_odds: Option<f64>,
}

/// What one rule says about a cause.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "factor")]
struct FactorEntry<'a> {
    /// The rule.
    rule: &'a str,
    /// How many times as often what was seen is seen with this cause as without it; null where nothing else explains it.
    #[schemars(range(min = 0))]
    likelihood_ratio: Option<f64>,
    /// Whether nothing else explains what was seen.
    nothing_else_explains: bool,
    /// The line of the rule that names the cause.
    place: Place,
}

/// What cannot be true together.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "impossible")]
struct ImpossibleEntry<'a> {
    /// The facts, and where they were recorded.
    facts: Vec<NamedPlace<'a>>,
    /// The rules whose findings exclude each other, and where they stand; none where computed facts contradict what was recorded.
    rules: Vec<NamedPlace<'a>>,
}

/// How the evidence fits together.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "conflict")]
struct ConflictEntry<'a> {
    /// ln(∏ P(finding) / P(all findings)), given the ticket; below 0 the findings bear each other out, above 1.1 they fit badly.
    value: f64,
    /// Where they fit badly, the fact without which the rest fits best; null where they do not, or no one fact is it.
    resolved_by: Option<NamedPlace<'a>>,
}

/// Something by its name, and where it stands.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "named-place")]
struct NamedPlace<'a> {
    /// Its name.
    name: &'a str,
    /// Where it stands.
    place: Place,
}

/// What a rule had to say.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "rule")]
struct RuleEntry<'a> {
    /// Its name.
    name: &'a str,
    /// Whether it spoke, or why not.
    status: Status,
    /// The levels that it heard, several where not all is known; none unless it spoke.
    levels: Vec<&'a str>,
    /// How sure the report is, from 0.5 to below 1; null where it is sure, and unless it spoke.
    #[schemars(range(min = 0, max = 1))]
    sure: Option<f64>,
    /// The facts that it heard; none unless it spoke.
    facts: Vec<&'a str>,
    /// The facts for want of which it, or its guard, is unknown.
    waiting_for: Vec<&'a str>,
    /// Where it is declared.
    place: Place,
}

/// Whether a rule spoke, or why not.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "status")]
enum Status {
    /// It heard something.
    Matched,
    /// Its guard is false.
    GuardFalse,
    /// It is not known whether its guard is true.
    GuardWaiting,
    /// What it would hear is not known.
    Waiting,
    /// What it would hear was looked for, and there is none.
    NotMatched,
}

/// A fact that was recorded.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "fact")]
struct FactEntry<'a> {
    /// Its name.
    name: &'a str,
    /// Its value as a person reads it, in short: `8 min`, `550`, `2 rows`.
    value: &'a str,
    /// How sure it is, from 0.5 to below 1; null where it is sure.
    #[schemars(range(min = 0, max = 1))]
    sure: Option<f64>,
    /// Whether it could be found out: not what was recorded as `not available`.
    available: bool,
    /// Where it was recorded.
    place: Place,
}

/// A context that nobody recorded in full.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "context")]
struct ContextEntry<'a> {
    /// Its name.
    name: &'a str,
    /// Whether somebody wrote rates; else all values count as equally likely.
    rated: bool,
    /// How likely each of its values is now.
    values: Vec<ValueEntry<'a>>,
}

/// A value of a context.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "value")]
struct ValueEntry<'a> {
    /// The value.
    value: &'a str,
    /// How likely it is now, from 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    probability: f64,
}

/// The schema of what `ruleout diagnose --format json` writes.
pub fn json_schema() -> String {
    wire::schema::<Answer<'_>>("diagnose", "ruleout diagnose --format json")
}

/// Writes the answer as JSON.
pub fn json(ticket: &Ticket, extras: &Extras) -> String {
    wire::json(&answer(ticket, extras))
}

/// The answer as it is written, for what holds it as a part.
pub fn answer<'a>(ticket: &'a Ticket, extras: &'a Extras) -> Answer<'a> {
    Writer::new(ticket).answer(ticket.diagnosis(), extras)
}

struct Writer<'a> {
    graph: &'a InferenceGraph,
    facts: &'a Facts,
    sources: &'a Sources,
}

impl<'a> Writer<'a> {
    fn new(ticket: &'a Ticket) -> Self {
        Self { graph: ticket.graph(), facts: ticket.facts(), sources: ticket.sources() }
    }

    fn place(&self, span: Span) -> Place {
        self.sources.place(span).into()
    }

    fn fact_name(&self, id: FactId) -> &'a str {
        self.graph.pack.facts.get(id.0).map_or("", |f| f.name.value.as_str())
    }

    fn rule_name(&self, id: RuleId) -> &'a str {
        self.graph.pack.rules.get(id.0).map_or("", |r| r.name.value.as_str())
    }

    fn rule_span(&self, id: RuleId) -> Span {
        self.graph.pack.rules.get(id.0).map(|r| r.name.span).unwrap_or_default()
    }

    fn answer(&self, diagnosis: &'a Diagnosis, extras: &'a Extras) -> Answer<'a> {
        let manifest = &self.graph.pack.manifest;
        let advice = diagnosis.advice.as_ref();
        Answer {
            schema_version: Version,
            pack: Pack { name: &manifest.name, version: &manifest.version },
            causes: diagnosis.causes.iter().map(|ranked| self.cause(ranked)).collect(),
            unlisted: diagnosis.unlisted.into(),
            impossible: diagnosis.impossible.as_ref().map(|impossible| ImpossibleEntry {
                facts: impossible
                    .facts
                    .iter()
                    .filter_map(|id| {
                        let recorded = self.facts.recorded.get(id)?;
                        Some(NamedPlace { name: self.fact_name(*id), place: self.place(recorded.span) })
                    })
                    .collect(),
                rules: impossible
                    .rules
                    .iter()
                    .map(|id| NamedPlace {
                        name: self.rule_name(*id),
                        place: self.place(self.rule_span(*id)),
                    })
                    .collect(),
            }),
            conflict: diagnosis.conflict.as_ref().map(|conflict| ConflictEntry {
                value: conflict.value,
                resolved_by: conflict.resolved_by.and_then(|(id, _)| {
                    let recorded = self.facts.recorded.get(&id)?;
                    Some(NamedPlace { name: self.fact_name(id), place: self.place(recorded.span) })
                }),
            }),
            over_budget: diagnosis.over_budget.filter(|n| n.is_finite()),
            stats: extras.taken.map(StatsEntry::from),
            sets: match &extras.sets {
                Some(sets) => Some(self.sets(&sets.sets, sets.complete)),
                None => advice.map(|advice| self.sets(&advice.sets, diagnosis.over_budget.is_none())),
            },
            what_if: extras.before.as_ref().map(|what_if| self.what_if(what_if)),
            next: advice.map_or(Vec::new(), |advice| advice.next.iter().map(|n| self.next(n)).collect()),
            plan: advice.map(|advice| self.plan(&advice.plan)),
            rules: diagnosis.rules.iter().map(|account| self.rule(account)).collect(),
            facts: self
                .facts
                .recorded
                .iter()
                .map(|(id, recorded)| FactEntry {
                    name: self.fact_name(*id),
                    value: &recorded.written,
                    sure: recorded.sure,
                    available: recorded.available,
                    place: self.place(recorded.span),
                })
                .collect(),
            contexts: diagnosis
                .contexts
                .iter()
                .filter_map(|account| {
                    let context = self.graph.contexts.get(account.context)?;
                    let values = context.labels.iter().zip(&account.values);
                    Some(ContextEntry {
                        name: &context.name,
                        rated: context.rated,
                        values: values.map(|(value, p)| ValueEntry { value, probability: *p }).collect(),
                    })
                })
                .collect(),
        }
    }

    fn cause(&self, ranked: &'a Ranked) -> CauseEntry<'a> {
        let CauseId(at) = ranked.cause;
        let cause = self.graph.pack.causes.get(at);
        let finite = |odds: f64| odds.is_finite().then_some(odds);
        CauseEntry {
            name: cause.map_or("", |c| c.name.value.as_str()),
            title: cause.and_then(|c| c.title.as_deref()),
            chance: ranked.probability.into(),
            rank_certain: ranked.certain,
            why: ranked.why.as_ref().map(|why| WhyEntry {
                prior_odds: finite(why.before),
                evidence: why
                    .reasons
                    .iter()
                    .map(|reason| FactorEntry {
                        rule: self.rule_name(reason.rule),
                        likelihood_ratio: reason.factor,
                        nothing_else_explains: reason.factor.is_none(),
                        place: self.place(reason.line),
                    })
                    .collect(),
                shared: why.shared,
                posterior_odds: finite(why.after),
            }),
            groups: cause.map_or(Vec::new(), |c| c.groups.iter().map(String::as_str).collect()),
            fixes: cause.map_or(Vec::new(), |c| {
                c.fixes
                    .iter()
                    .filter_map(|f| self.graph.pack.fixes.get(f.0))
                    .map(|f| f.name.value.as_str())
                    .collect()
            }),
            place: self.place(cause.map(|c| c.name.span).unwrap_or_default()),
        }
    }

    fn what_if(&self, what_if: &'a WhatIf) -> WhatIfEntry<'a> {
        let before = |ranked: &Ranked| BeforeEntry {
            name: self.cause_name(ranked.cause),
            chance: ranked.probability.into(),
        };
        WhatIfEntry {
            set: &what_if.set,
            causes: what_if.before.causes.iter().map(before).collect(),
            unlisted: what_if.before.unlisted.into(),
        }
    }

    fn cause_name(&self, id: CauseId) -> &'a str {
        self.graph.pack.causes.get(id.0).map_or("", |c| c.name.value.as_str())
    }

    fn fix_name(&self, id: FixId) -> &'a str {
        self.graph.pack.fixes.get(id.0).map_or("", |f| f.name.value.as_str())
    }

    fn sets(&self, sets: &[Set], complete: bool) -> SetsEntry<'a> {
        let entry = |set: &Set| SetEntry {
            causes: set.causes.iter().map(|at| self.cause_name(CauseId(*at))).collect(),
            probability: set.probability,
        };
        SetsEntry { complete, likeliest: sets.iter().map(entry).collect() }
    }

    fn next(&self, next: &'a Next) -> NextEntry<'a> {
        let (kind, name, facts) = match &next.step {
            What::Question(fact) => (NextKind::Question, self.fact_name(*fact), std::slice::from_ref(fact)),
            What::Visit(visit, facts) => {
                let title = self.graph.pack.visits.get(visit.0).map_or("", |visit| visit.title.as_str());
                (NextKind::Visit, title, facts.as_slice())
            }
            What::Fix(fix) => (NextKind::Fix, self.fix_name(*fix), &[][..]),
            What::Stop => (NextKind::Stop, "", &[][..]),
        };
        NextEntry {
            kind,
            name,
            facts: facts.iter().map(|fact| self.fact_name(*fact)).collect(),
            minutes: next.minutes,
            saves: next.saves,
            resolved_in: next.resolved_in,
            bits: next.tells / std::f64::consts::LN_2,
        }
    }

    fn plan(&self, plan: &'a Plan) -> PlanEntry<'a> {
        let escalate = self.graph.pack.manifest.escalate.as_ref();
        PlanEntry {
            steps: plan.steps.iter().filter_map(|step| self.step(step)).collect(),
            escalate: escalate.map(|to| EscalateEntry { to: &to.to, minutes: minutes(to.takes) }),
            resolved_in: plan.minutes,
            at_least: plan.at_least,
            resolves: plan.resolves,
        }
    }

    fn step(&self, step: &'a Step) -> Option<StepEntry<'a>> {
        let fix = self.graph.pack.fixes.get(step.fix.0)?;
        let names = |causes: &[CauseId]| causes.iter().map(|id| self.cause_name(*id)).collect();
        Some(StepEntry {
            fix: &fix.name.value,
            title: fix.title.as_deref(),
            by: fix.by.as_deref(),
            minutes: fix.takes.map(minutes),
            waits: fix.waits.map(minutes),
            works: fix.works.chance,
            risks: &fix.risks,
            needs_approval: fix.needs_approval,
            removes: names(&step.removes),
            returns_with: names(&step.returns_with),
            resolves: step.resolves,
            place: self.place(fix.name.span),
        })
    }

    fn rule(&self, account: &'a RuleAccount) -> RuleEntry<'a> {
        let reading =
            self.graph.pack.rules.get(account.rule.0).and_then(|r| self.graph.pack.reading(&r.evidence));
        let (status, levels, sure, waiting_for) = match &account.state {
            RuleState::Matched { levels, sure, .. } => {
                (Status::Matched, levels.iter().copied().collect(), *sure, &[][..])
            }
            RuleState::GuardFalse => (Status::GuardFalse, Vec::new(), None, &[][..]),
            RuleState::GuardWaiting(facts) => (Status::GuardWaiting, Vec::new(), None, facts.as_slice()),
            RuleState::Waiting(facts) => (Status::Waiting, Vec::new(), None, facts.as_slice()),
            RuleState::NotMatched => (Status::NotMatched, Vec::new(), None, &[][..]),
        };
        RuleEntry {
            name: self.rule_name(account.rule),
            status,
            levels: levels
                .iter()
                .filter_map(|l: &usize| reading?.levels.get(*l))
                .map(|l| l.name.as_str())
                .collect(),
            sure,
            facts: account.witnesses.iter().map(|w| self.fact_name(w.fact)).collect(),
            waiting_for: waiting_for.iter().map(|id| self.fact_name(*id)).collect(),
            place: self.place(self.rule_span(account.rule)),
        }
    }
}
