//! The answer as JSON.

mod evidence;
mod why_not;

pub use evidence::{evidence, records};
pub use why_not::{why_not, why_not_entry};

use crate::infer::sets;
use crate::model::evaluate::RuleState;
use crate::pack::{CauseId, FactId, FixId, Pack, RuleId};
use crate::plan::next::{self, What};
use crate::plan::repair::{self, minutes};
use crate::render::stats::Taken;
use crate::report::notice::{Noticed, noticed};
use crate::report::{Supposed, value};
use crate::source::Span;
use crate::ticket::Ticket;
use crate::ticket::diagnosis::{self, ContextAccount, Leader, Probability, Ranked, RuleAccount};
use crate::wire::diagnose::{
    Answer, Before, Cause, Conflict, Context, Escalate, Evidence, Fact, Impossible, LeftAlone, NamedPlace,
    Next, NextKind, Notice, Plan, Rule, Set, Sets, Stats, Status, Step, Value, WhatIf, Why, WhyLeft,
};
use crate::wire::{self, Chance, Place, Version};

/// What is written where it was asked for.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    /// What inference took.
    pub taken: Option<Taken>,
    /// The likeliest sets of causes.
    pub sets: Option<sets::Sets>,
    /// The answer before some facts were set.
    pub before: Option<Supposed>,
}

/// Writes the answer as JSON.
pub fn json(ticket: &Ticket, extras: &Extras) -> String {
    wire::json(&answer(ticket, extras))
}

/// Returns the answer as it is written, for what holds it as a part.
pub fn answer(ticket: &Ticket, extras: &Extras) -> Answer {
    Writer(ticket).answer(extras)
}

/// Returns how likely something is, as it is written.
pub fn chance(p: Probability) -> Chance {
    Chance { probability: p.exact.then_some(p.low), low: p.low, high: p.high }
}

/// Returns a number that JSON can hold; none of what is without bound.
fn finite(odds: f64) -> Option<f64> {
    odds.is_finite().then_some(odds)
}

/// Writes a ticket.
struct Writer<'a>(&'a Ticket);

impl Writer<'_> {
    fn pack_of(&self) -> &Pack {
        &self.0.graph().pack
    }

    fn pack(&self) -> wire::Pack {
        let manifest = &self.pack_of().manifest;
        wire::Pack::new(&manifest.name, &manifest.version)
    }

    fn place(&self, span: Span) -> Place {
        self.0.sources().place(span).into()
    }

    fn fact_name(&self, id: FactId) -> String {
        self.pack_of().facts[id].name.value.clone()
    }

    fn rule_name(&self, id: RuleId) -> String {
        self.pack_of().rules[id].name.value.clone()
    }

    fn cause_name(&self, id: CauseId) -> String {
        self.pack_of().causes[id].name.value.clone()
    }

    fn fix_name(&self, id: FixId) -> String {
        self.pack_of().fixes[id].name.value.clone()
    }

    fn answer(&self, extras: &Extras) -> Answer {
        let (diagnosis, facts) = (self.0.diagnosis(), self.0.facts());
        let advice = diagnosis.advice.as_ref();
        Answer {
            schema_version: Version,
            pack: self.pack(),
            causes: diagnosis.causes.iter().map(|ranked| self.cause(ranked)).collect(),
            unlisted: chance(diagnosis.unlisted),
            leader: diagnosis.leader().map(|(leader, _)| match leader {
                Leader::Cause(cause) => self.cause_name(cause),
                Leader::Unlisted => "unlisted".to_owned(),
            }),
            impossible: diagnosis.impossible.as_ref().map(|impossible| self.impossible(impossible)),
            notices: noticed(self.0).iter().map(|noticed| self.notice(noticed)).collect(),
            conflict: diagnosis.conflict.as_ref().map(|conflict| Conflict {
                value: conflict.value,
                resolved_by: conflict.resolved_by.and_then(|(id, _)| self.recorded(id)),
            }),
            over_budget: diagnosis.over_budget.and_then(finite),
            stats: extras.taken.map(stats),
            sets: match &extras.sets {
                Some(sets) => Some(self.sets(&sets.sets, sets.complete)),
                None => advice.map(|advice| self.sets(&advice.sets, diagnosis.over_budget.is_none())),
            },
            what_if: extras.before.as_ref().map(|supposed| self.what_if(supposed)),
            next: advice.map_or(Vec::new(), |advice| advice.next.iter().map(|n| self.next(n)).collect()),
            plan: advice.map(|advice| self.plan(&advice.plan)),
            rules: diagnosis.rules.iter().map(|account| self.rule(account)).collect(),
            facts: facts.recorded.keys().map(|id| self.fact(*id)).collect(),
            contexts: diagnosis.contexts.iter().filter_map(|account| self.context(account)).collect(),
        }
    }

    fn impossible(&self, impossible: &diagnosis::Impossible) -> Impossible {
        let rule = |id: &RuleId| NamedPlace {
            name: self.rule_name(*id),
            place: self.place(self.pack_of().rules[*id].name.span),
        };
        Impossible {
            facts: impossible.facts.iter().filter_map(|id| self.recorded(*id)).collect(),
            rules: impossible.rules.iter().map(rule).collect(),
            tried: impossible.tried.iter().filter_map(|id| self.tried(*id)).collect(),
        }
    }

    fn notice(&self, noticed: &Noticed) -> Notice {
        Notice {
            text: noticed.text.clone(),
            facts: noticed.facts.iter().filter_map(|id| self.recorded(*id)).collect(),
        }
    }

    /// Names a fact and where it was recorded.
    fn recorded(&self, id: FactId) -> Option<NamedPlace> {
        let recorded = self.0.facts().recorded.get(&id)?;
        Some(NamedPlace { name: self.fact_name(id), place: self.place(recorded.span) })
    }

    /// Names a fix and where it was recorded as tried.
    fn tried(&self, id: FixId) -> Option<NamedPlace> {
        let span = self.0.facts().tried.get(&id)?;
        Some(NamedPlace { name: self.fix_name(id), place: self.place(*span) })
    }

    fn fact(&self, id: FactId) -> Fact {
        #[expect(
            clippy::indexing_slicing,
            reason = "the facts that are written are those that were recorded"
        )]
        let recorded = &self.0.facts().recorded[&id];
        Fact {
            name: self.fact_name(id),
            value: value(&self.pack_of().facts[id], recorded),
            sure: recorded.sure,
            available: recorded.available,
            place: self.place(recorded.span),
        }
    }

    fn context(&self, account: &ContextAccount) -> Option<Context> {
        let context = self.0.graph().contexts.get(account.context)?;
        let values = context.labels.iter().zip(&account.values);
        Some(Context {
            name: context.name.clone(),
            rated: context.rated,
            values: values.map(|(value, p)| Value { value: value.clone(), probability: *p }).collect(),
        })
    }

    fn cause(&self, ranked: &Ranked) -> Cause {
        let cause = &self.pack_of().causes[ranked.cause];
        Cause {
            name: cause.name.value.clone(),
            title: cause.title.clone(),
            chance: chance(ranked.probability),
            rank_certain: ranked.certain,
            why: ranked.why.as_ref().map(|why| Why {
                prior_odds: finite(why.before),
                evidence: why.reasons.iter().map(|reason| self.evidence(reason)).collect(),
                shared: why.shared,
                posterior_odds: finite(why.after),
            }),
            groups: cause.groups.clone(),
            fixes: cause.fixes.iter().map(|fix| self.fix_name(*fix)).collect(),
            place: self.place(cause.name.span),
        }
    }

    fn evidence(&self, reason: &crate::explain::why::Reason) -> Evidence {
        Evidence {
            rule: self.rule_name(reason.rule),
            likelihood_ratio: reason.factor,
            nothing_else_explains: reason.factor.is_none(),
            place: self.place(reason.line),
        }
    }

    fn what_if(&self, supposed: &Supposed) -> WhatIf {
        let before = |ranked: &Ranked| Before {
            name: self.cause_name(ranked.cause),
            chance: chance(ranked.probability),
        };
        WhatIf {
            set: supposed.set.clone(),
            causes: supposed.before.causes.iter().map(before).collect(),
            unlisted: chance(supposed.before.unlisted),
        }
    }

    fn sets(&self, sets: &[sets::Set], complete: bool) -> Sets {
        let set = |set: &sets::Set| Set {
            causes: set.causes.iter().map(|at| self.cause_name(CauseId(*at))).collect(),
            probability: set.probability,
        };
        Sets { complete, likeliest: sets.iter().map(set).collect() }
    }

    fn next(&self, next: &next::Next) -> Next {
        let (kind, name, facts) = match &next.step {
            What::Question(fact) => (NextKind::Question, self.fact_name(*fact), std::slice::from_ref(fact)),
            What::Visit(visit, facts) => {
                (NextKind::Visit, self.pack_of().visits[*visit].title.clone(), facts.as_slice())
            }
            What::Fix(fix) => (NextKind::Fix, self.fix_name(*fix), &[][..]),
            What::Stop => (NextKind::Stop, String::new(), &[][..]),
        };
        Next {
            kind,
            name,
            facts: facts.iter().map(|fact| self.fact_name(*fact)).collect(),
            by: match &next.step {
                What::Fix(fix) => self.pack_of().fixes[*fix].by.clone(),
                _ => self.pack_of().answered_all_by(facts).map(str::to_owned),
            },
            minutes: next.minutes,
            saves: next.saves,
            resolved_in: next.resolved_in,
            bits: next.tells / std::f64::consts::LN_2,
        }
    }

    fn plan(&self, plan: &repair::Plan) -> Plan {
        let escalate = self.pack_of().manifest.escalate.as_ref();
        Plan {
            steps: plan.steps.iter().map(|step| self.step(step)).collect(),
            escalate: escalate.map(|to| Escalate {
                to: to.to.clone(),
                waits: minutes(to.takes),
                theirs: plan.theirs.clamp(0.0, 1.0),
            }),
            left_alone: plan.left_alone.iter().map(|left| self.left_alone(left)).collect(),
            resolved_in: plan.minutes,
            at_least: plan.at_least,
            resolves: plan.resolves,
        }
    }

    fn left_alone(&self, left: &repair::LeftAlone) -> LeftAlone {
        let (why, fix, resolved_in) = match left.why {
            repair::WhyLeft::NoFix => (WhyLeft::NoFix, None, None),
            repair::WhyLeft::Tried => (WhyLeft::Tried, None, None),
            repair::WhyLeft::Unfounded(fix) => (WhyLeft::Unfounded, Some(fix), None),
            repair::WhyLeft::Later(fix, minutes) => (WhyLeft::Later, Some(fix), Some(minutes)),
        };
        let fix = fix.map(|fix| self.fix_name(fix));
        LeftAlone { cause: self.cause_name(left.cause), why, fix, resolved_in }
    }

    fn step(&self, step: &repair::Step) -> Step {
        let fix = &self.pack_of().fixes[step.fix];
        let names = |causes: &[CauseId]| causes.iter().map(|id| self.cause_name(*id)).collect();
        Step {
            fix: fix.name.value.clone(),
            title: fix.title.clone(),
            by: fix.by.clone(),
            minutes: fix.takes.map(minutes),
            waits: fix.waits.map(minutes),
            works: fix.works.chance,
            risks: fix.risks.clone(),
            needs_approval: fix.needs_approval,
            removes: names(&step.removes),
            returns_with: names(&step.returns_with),
            resolves: step.resolves,
            place: self.place(fix.name.span),
        }
    }

    fn rule(&self, account: &RuleAccount) -> Rule {
        let declared = &self.pack_of().rules[account.rule];
        let (status, levels, sure, waiting_for) = match &account.state {
            RuleState::Matched { levels, sure, .. } => (Status::Matched, Some(levels), *sure, &[][..]),
            RuleState::GuardFalse => (Status::GuardFalse, None, None, &[][..]),
            RuleState::GuardWaiting(facts) => (Status::GuardWaiting, None, None, facts.as_slice()),
            RuleState::Waiting(facts) => (Status::Waiting, None, None, facts.as_slice()),
            RuleState::NotMatched => (Status::NotMatched, None, None, &[][..]),
        };
        let reading = self.pack_of().reading(&declared.evidence);
        let levels = levels.into_iter().flatten().filter_map(|level| reading?.levels.get(*level));
        Rule {
            name: declared.name.value.clone(),
            status,
            levels: levels.map(|level| level.name.clone()).collect(),
            sure,
            facts: account.witnesses.iter().map(|witness| self.fact_name(witness.fact)).collect(),
            waiting_for: waiting_for.iter().map(|id| self.fact_name(*id)).collect(),
            place: self.place(declared.name.span),
        }
    }
}

fn stats(taken: Taken) -> Stats {
    Stats {
        width: taken.stats.map(|s| s.width),
        cost: taken.stats.map(|s| s.cost),
        exact: taken.exact,
        infer_seconds: taken.seconds,
        peak_bytes: taken.bytes(),
    }
}
