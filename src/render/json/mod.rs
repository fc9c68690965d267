//! The answer as JSON. The schema stands in `README.md`; later versions add, never rename.

mod why_not;

pub use why_not::why_not;

use serde::Serialize;

use crate::advise::next::{Next, What};
use crate::advise::plan::{Plan, Step, minutes};
use crate::diagnosis::{Diagnosis, Probability, Ranked, RuleAccount};
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::infer::evaluate::Heard;
use crate::infer::sets::{Set, Sets};
use crate::pack::{CauseId, FactId, FixId, RuleId};
use crate::render::stats::Taken;
use crate::source::{Sources, Span};

/// The version of the schema.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Answer<'a> {
    schema_version: u32,
    pack: Pack<'a>,
    causes: Vec<CauseEntry<'a>>,
    not_in_pack: Chance,
    impossible: Option<ImpossibleEntry<'a>>,
    conflict: Option<ConflictEntry<'a>>,
    over_budget: Option<f64>,
    stats: Option<StatsEntry>,
    sets: Option<SetsEntry<'a>>,
    what_if: Option<WhatIfEntry<'a>>,
    next: Vec<NextEntry<'a>>,
    plan: Option<PlanEntry<'a>>,
    rules: Vec<RuleEntry<'a>>,
    facts: Vec<FactEntry<'a>>,
    circumstances: Vec<CircumstanceEntry<'a>>,
}

#[derive(Serialize)]
struct Pack<'a> {
    name: &'a str,
    version: &'a str,
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
#[derive(Serialize)]
struct WhatIfEntry<'a> {
    set: &'a [String],
    causes: Vec<BeforeEntry<'a>>,
    not_in_pack: Chance,
}

#[derive(Serialize)]
struct BeforeEntry<'a> {
    name: &'a str,
    #[serde(flatten)]
    chance: Chance,
}

/// The likeliest sets of causes.
#[derive(Serialize)]
struct SetsEntry<'a> {
    complete: bool,
    likeliest: Vec<SetEntry<'a>>,
}

#[derive(Serialize)]
struct SetEntry<'a> {
    causes: Vec<&'a str>,
    probability: f64,
}

/// What is worth doing next.
#[derive(Serialize)]
struct NextEntry<'a> {
    kind: &'static str,
    name: &'a str,
    facts: Vec<&'a str>,
    minutes: f64,
    saves: f64,
    solved_in: f64,
    /// In bits.
    tells: f64,
}

/// What to do.
#[derive(Serialize)]
struct PlanEntry<'a> {
    steps: Vec<StepEntry<'a>>,
    escalate: Option<EscalateEntry<'a>>,
    solved_in: f64,
    at_least: f64,
    solves: Option<f64>,
}

#[derive(Serialize)]
struct EscalateEntry<'a> {
    to: &'a str,
    minutes: f64,
}

#[derive(Serialize)]
struct StepEntry<'a> {
    fix: &'a str,
    title: Option<&'a str>,
    by: Option<&'a str>,
    minutes: Option<f64>,
    waits: Option<f64>,
    works: f64,
    risks: &'a [String],
    needs_approval: bool,
    removes: Vec<&'a str>,
    returns_with: Vec<&'a str>,
    solves: Option<f64>,
    place: PlaceEntry,
}

/// What inference took.
#[derive(Serialize)]
struct StatsEntry {
    width: Option<usize>,
    cost: Option<f64>,
    exact: bool,
    infer_seconds: f64,
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

/// A probability; `probability` is null unless it is exact.
#[derive(Serialize)]
struct Chance {
    probability: Option<f64>,
    low: f64,
    high: f64,
}

impl From<Probability> for Chance {
    fn from(p: Probability) -> Self {
        Self { probability: p.exact.then_some(p.low), low: p.low, high: p.high }
    }
}

#[derive(Serialize)]
struct CauseEntry<'a> {
    name: &'a str,
    title: Option<&'a str>,
    #[serde(flatten)]
    chance: Chance,
    rank_certain: bool,
    why: Option<WhyEntry<'a>>,
    groups: Vec<&'a str>,
    fixes: Vec<&'a str>,
    place: PlaceEntry,
}

#[derive(Serialize)]
struct WhyEntry<'a> {
    odds_before: Option<f64>,
    factors: Vec<FactorEntry<'a>>,
    shared: Option<f64>,
    odds_after: Option<f64>,
}

#[derive(Serialize)]
struct FactorEntry<'a> {
    rule: &'a str,
    /// Null where nothing else explains what was seen.
    factor: Option<f64>,
    nothing_else_explains: bool,
    place: PlaceEntry,
}

#[derive(Serialize)]
struct ImpossibleEntry<'a> {
    facts: Vec<NamedPlace<'a>>,
    rules: Vec<NamedPlace<'a>>,
}

#[derive(Serialize)]
struct ConflictEntry<'a> {
    value: f64,
    mended_by: Option<NamedPlace<'a>>,
}

#[derive(Serialize)]
struct NamedPlace<'a> {
    name: &'a str,
    place: PlaceEntry,
}

#[derive(Serialize)]
struct RuleEntry<'a> {
    name: &'a str,
    status: &'static str,
    levels: Vec<&'a str>,
    sure: Option<f64>,
    facts: Vec<&'a str>,
    wanting: Vec<&'a str>,
    place: PlaceEntry,
}

#[derive(Serialize)]
struct FactEntry<'a> {
    name: &'a str,
    value: &'a str,
    sure: Option<f64>,
    available: bool,
    place: PlaceEntry,
}

#[derive(Serialize)]
struct CircumstanceEntry<'a> {
    name: &'a str,
    rated: bool,
    values: Vec<ValueEntry<'a>>,
}

#[derive(Serialize)]
struct ValueEntry<'a> {
    value: &'a str,
    probability: f64,
}

#[derive(Serialize)]
struct PlaceEntry {
    file: String,
    line: usize,
    column: usize,
}

/// Writes the answer as JSON.
pub fn json(
    graph: &InferenceGraph,
    facts: &Facts,
    diagnosis: &Diagnosis,
    sources: &Sources,
    extras: &Extras,
) -> String {
    let writer = Writer { graph, facts, sources };
    let answer = writer.answer(diagnosis, extras);
    serde_json::to_string_pretty(&answer).unwrap_or_default() + "\n"
}

struct Writer<'a> {
    graph: &'a InferenceGraph,
    facts: &'a Facts,
    sources: &'a Sources,
}

impl<'a> Writer<'a> {
    fn place(&self, span: Span) -> PlaceEntry {
        let place = self.sources.place(span);
        PlaceEntry { file: place.file, line: place.position.line, column: place.position.column }
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
            schema_version: SCHEMA_VERSION,
            pack: Pack { name: &manifest.name, version: &manifest.version },
            causes: diagnosis.causes.iter().map(|ranked| self.cause(ranked)).collect(),
            not_in_pack: diagnosis.not_in_pack.into(),
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
                mended_by: conflict.mended_by.and_then(|(id, _)| {
                    let recorded = self.facts.recorded.get(&id)?;
                    Some(NamedPlace { name: self.fact_name(id), place: self.place(recorded.span) })
                }),
            }),
            over_budget: diagnosis.over_budget.filter(|n| n.is_finite()),
            stats: extras.taken.map(StatsEntry::from),
            sets: match &extras.sets {
                Some(sets) => Some(self.sets(&sets.sets, sets.complete)),
                None => advice.map(|advice| self.sets(&advice.sets, true)),
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
            circumstances: diagnosis
                .circumstances
                .iter()
                .filter_map(|account| {
                    let context = self.graph.contexts.get(account.context)?;
                    let values = context.labels.iter().zip(&account.values);
                    Some(CircumstanceEntry {
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
                odds_before: finite(why.before),
                factors: why
                    .reasons
                    .iter()
                    .map(|reason| FactorEntry {
                        rule: self.rule_name(reason.rule),
                        factor: reason.factor,
                        nothing_else_explains: reason.factor.is_none(),
                        place: self.place(reason.line),
                    })
                    .collect(),
                shared: why.shared,
                odds_after: finite(why.after),
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
            not_in_pack: what_if.before.not_in_pack.into(),
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
            What::Question(fact) => ("question", self.fact_name(*fact), std::slice::from_ref(fact)),
            What::Visit(visit, facts) => {
                let title = self.graph.pack.visits.get(visit.0).map_or("", |visit| visit.title.as_str());
                ("visit", title, facts.as_slice())
            }
            What::Fix(fix) => ("fix", self.fix_name(*fix), &[][..]),
            What::Stop => ("stop", "", &[][..]),
        };
        NextEntry {
            kind,
            name,
            facts: facts.iter().map(|fact| self.fact_name(*fact)).collect(),
            minutes: next.minutes,
            saves: next.saves,
            solved_in: next.solved_in,
            tells: next.tells / std::f64::consts::LN_2,
        }
    }

    fn plan(&self, plan: &'a Plan) -> PlanEntry<'a> {
        let escalate = self.graph.pack.manifest.escalate.as_ref();
        PlanEntry {
            steps: plan.steps.iter().filter_map(|step| self.step(step)).collect(),
            escalate: escalate.map(|to| EscalateEntry { to: &to.to, minutes: minutes(to.takes.0) }),
            solved_in: plan.minutes,
            at_least: plan.at_least,
            solves: plan.solves,
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
            solves: step.solves,
            place: self.place(fix.name.span),
        })
    }

    fn rule(&self, account: &'a RuleAccount) -> RuleEntry<'a> {
        let reading =
            self.graph.pack.rules.get(account.rule.0).and_then(|r| self.graph.pack.reading(&r.evidence));
        let (status, levels, sure, wanting) = match &account.heard {
            Heard::Speaks { levels, sure, .. } => ("spoke", levels.iter().copied().collect(), *sure, &[][..]),
            Heard::Silent => ("silent", Vec::new(), None, &[][..]),
            Heard::GuardUnknown(facts) => ("guard_unknown", Vec::new(), None, facts.as_slice()),
            Heard::Unknown(facts) => ("unknown", Vec::new(), None, facts.as_slice()),
            Heard::Nothing => ("nothing", Vec::new(), None, &[][..]),
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
            wanting: wanting.iter().map(|id| self.fact_name(*id)).collect(),
            place: self.place(self.rule_span(account.rule)),
        }
    }
}
