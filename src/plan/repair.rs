//! What to do: fixes in the order in which the ticket is expected to be solved soonest.
//!
//! In: the likeliest hypotheses, and the fixes of the pack with their minutes. Out: an order, where it ends,
//! and the minutes until the ticket is expected to be resolved. Hands-on time is spent one fix after the
//! other; what then takes its time by itself (`waits`) goes on while the next fix is done, so it delays the
//! end of the ticket and not the next step. A ticket is solved when each of its causes is gone. Whoever gets
//! it handed on after the last step finds out what it is in the time that `pack.ron` says, and then needs as
//! long as the fix takes; handing on is worth it as soon as the next fix helps too seldom.
//!
//! With one cause at a time and a fix each, the order by chance × works over hands-on time is the best there
//! is (Smith 1956; Kadane & Simon 1977); causes that come together and fixes that several causes share break
//! that, so of up to six fixes all orders are tried, and beyond that the order by ratio is taken and compared
//! with the least that any order could need.
//!
//! A fix that fails costs what `pack.ron` says of a fix tried in vain, beside its own minutes: the ratio is
//! then chance × works over hands-on time and that, by the same exchange of neighbours.
//!
//! What comes first must have a reason in what was recorded. It is a fix of a cause that is more likely than
//! not, or that something by itself speaks for ([`mod@super::backing`]); and where it has a risk or needs approval,
//! the cause is one of the likeliest besides. Where no such fix pays, one without a risk may come first that
//! needs no approval, and the plan says that nothing points to it. What may not come first may follow.
//!
//! A fix with a risk does not come before one without that pays too, unless it is needed more likely than
//! not. The ratio takes no account of waiting, other than "chance × works over takes + waits" would: two
//! equally likely fixes, 5 minutes and then 4 hours, and 30 minutes, are over sooner on average if the long
//! wait begins first.
//!
//! Left out: that a fix may make things worse, how long it takes to see that one worked, that something
//! unlisted is there besides a listed cause, and who is free when.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::InferenceGraph;
use crate::infer::hypotheses::Hypothesis;
use crate::pack::{Cause, CauseId, Fix, FixId};
use crate::plan::backing::A_SIGN;

/// Hands-on minutes of a fix whose pack does not say.
const FIX_TAKES: f64 = 15.0;
/// No fix takes fewer minutes than this, so that no ratio is without bound.
const LEAST_TAKES: f64 = 1.0;
/// Minutes until somebody else has found out what it is, where `pack.ron` does not say: a working day.
const HANDING_ON_TAKES: f64 = 480.0;
/// So many fixes are tried in every order: 720 of them.
const MOST_PERMUTED: usize = 6;
/// A fix is worth a step only where it resolves at least this part of what is left.
const STEP_WORTH_TAKING: f64 = 0.05;
/// A cause is likely from here on: its fix is looked for, and where there is none in the plan, it is said why.
const LIKELY: f64 = 0.1;
/// A risky fix comes first only where its cause is at least this part as likely as the likeliest.
const BESIDE_FIRST: f64 = 0.4;
/// A cause is acted upon that is more likely than not, whatever speaks for it.
const MORE_LIKELY_THAN_NOT: f64 = 0.5;
/// A root is named that is there in at least this part of the tickets in which its effect is removed.
const ROOT_WORTH_NAMING: f64 = 0.1;

/// Returns minutes of nanoseconds.
#[expect(clippy::cast_precision_loss, reason = "minutes, for an expectation")]
pub fn minutes(nanos: i128) -> f64 {
    nanos as f64 / 60e9
}

/// A fix in numbers.
#[derive(Debug, Clone)]
struct Action {
    fix: FixId,
    /// Hands-on minutes.
    takes: f64,
    /// Minutes that it then takes by itself.
    waits: f64,
    works: f64,
    /// It has a risk, or needs approval.
    risky: bool,
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// In this order.
    pub steps: Vec<Step>,
    /// Minutes until the ticket is expected to be solved, handed on where nothing helps.
    pub minutes: f64,
    /// The same where any fix may come first, which is what questions are measured against.
    pub soonest: f64,
    /// Whether something that was recorded points to the first step.
    pub is_founded: bool,
    /// Likely causes that no step removes, and why, the likeliest first.
    pub left_alone: Vec<LeftAlone>,
    /// The part of what the steps leave that whoever it is handed to can help with.
    pub theirs: f64,
    /// The chance that the steps solve it, exactly; none where that is over the budget.
    pub resolves: Option<f64>,
    /// No order of these steps needs less than this.
    pub at_least: f64,
}

/// A likely cause that no step removes.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftAlone {
    /// The cause.
    pub cause: CauseId,
    /// Why.
    pub why: WhyLeft,
}

impl LeftAlone {
    /// Returns whether there is nothing left to try for it.
    pub fn is_without_fix(&self) -> bool {
        matches!(self.why, WhyLeft::NoFix | WhyLeft::Tried)
    }
}

/// Why no step removes a cause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WhyLeft {
    /// The pack has no fix for it.
    NoFix,
    /// Each of its fixes was tried.
    Tried,
    /// Nothing that was recorded points to it, so its fix does not come first.
    Unfounded(FixId),
    /// The plan is over sooner without its fix: with it, in so many minutes at best.
    Later(FixId, f64),
}

/// A step of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What is done.
    pub fix: FixId,
    /// The causes that it removes and that may be there, the likeliest first.
    pub removes: Vec<CauseId>,
    /// The causes that bring back what it removes, as long as they are there too, and that it does not
    /// remove.
    pub returns_with: Vec<CauseId>,
    /// How likely it is, among the hypotheses, to be needed when its turn comes: for choosing what to show,
    /// and not shown.
    pub needed: f64,
    /// The chance that it resolves the ticket, given that nothing before it has, exactly; none where that is
    /// over the budget.
    pub resolves: Option<f64>,
}

/// Hypotheses that differ in nothing that a fix could change.
#[derive(Debug, Clone)]
struct Case {
    /// The causes that are still there.
    still: Vec<usize>,
    /// Where they begin among those of all cases.
    begins: usize,
    /// For each cause that is still there, the actions that remove it.
    removed_by: Vec<Vec<usize>>,
    /// All of these actions.
    actions: Vec<usize>,
    /// Minutes that its fix takes once it is known; 0 where none is.
    known: f64,
    /// Whether whoever the ticket is handed to can help with all of it.
    theirs: bool,
}

impl Case {
    /// Returns its causes among those of all cases.
    fn places(&self) -> std::ops::Range<usize> {
        self.begins..self.begins + self.still.len()
    }

    /// Returns those of its causes that an action removes.
    fn removed(&self, action: usize) -> impl Iterator<Item = usize> + '_ {
        let removed = self.still.iter().zip(&self.removed_by).filter(move |(_, by)| by.contains(&action));
        removed.map(|(cause, _)| *cause)
    }
}

/// Plans for beliefs over the same hypotheses.
#[derive(Debug, Clone)]
pub struct Planner {
    actions: Vec<Action>,
    cases: Vec<Case>,
    /// For each hypothesis, its case.
    case_of: Vec<usize>,
    /// For each action, the cases in which it helps.
    helps: Vec<Vec<usize>>,
    /// For each cause, those that come of it.
    leads_to: Vec<Vec<usize>>,
    handed_on: f64,
    /// What a fix that was tried in vain costs beside its own minutes.
    in_vain: f64,
}

/// Which action may come first in an order.
#[derive(Clone, Copy)]
enum First<'a> {
    Any,
    /// This one does.
    This(usize),
    /// One of those for which it is true.
    OneOf(&'a [bool]),
}

impl First<'_> {
    fn may(self, action: usize) -> bool {
        match self {
            First::Any => true,
            First::This(first) => first == action,
            First::OneOf(all) => all.get(action).copied().unwrap_or(false),
        }
    }
}

impl Planner {
    /// Prepares plans for these hypotheses, with the fixes that were not tried.
    #[expect(clippy::indexing_slicing, reason = "the actions of a case are those of the planner")]
    pub fn new(graph: &InferenceGraph, hypotheses: &[Hypothesis], tried: &dyn Fn(FixId) -> bool) -> Self {
        let action = |(at, fix): (usize, &Fix)| Action {
            fix: FixId(at),
            takes: fix.takes.map_or(FIX_TAKES, minutes).max(LEAST_TAKES),
            waits: fix.waits.map_or(0.0, minutes),
            works: fix.works.chance,
            risky: !fix.risks.is_empty() || fix.needs_approval,
        };
        let fixes = graph.pack.fixes.iter().enumerate().filter(|(at, _)| !tried(FixId(*at)));
        let mut actions: Vec<Action> = fixes.map(action).collect();
        let name = |action: &Action| graph.pack.fixes[action.fix].name.value.as_str();
        actions.sort_by_key(name);
        let removed_by = |cause: &usize| -> Vec<usize> {
            let fixes = graph.pack.causes.nth(*cause).map_or(&[][..], |cause| &cause.fixes);
            actions.iter().enumerate().filter(|(_, a)| fixes.contains(&a.fix)).map(|(at, _)| at).collect()
        };
        let mut sets: Vec<&[usize]> = hypotheses.iter().map(|h| h.still.as_slice()).collect();
        sets.sort_unstable();
        sets.dedup();
        let case = |still: &&[usize]| {
            let removed_by: Vec<Vec<usize>> = still.iter().map(removed_by).collect();
            let quickest = |by: &Vec<usize>| {
                let whole = by.iter().filter_map(|at| actions.get(*at)).map(|a| a.takes + a.waits);
                whole.reduce(f64::min).unwrap_or(0.0)
            };
            let known = removed_by.iter().map(quickest).fold(0.0, f64::max);
            let all: BTreeSet<usize> = removed_by.iter().flatten().copied().collect();
            let theirs = still.iter().all(|cause| graph.pack.is_handed_on(CauseId(*cause)));
            let actions = all.into_iter().collect();
            Case { still: still.to_vec(), begins: 0, actions, removed_by, known, theirs }
        };
        let mut cases: Vec<Case> = sets.iter().map(case).collect();
        let mut begins = 0;
        for case in &mut cases {
            case.begins = begins;
            begins += case.still.len();
        }
        let mut helps = vec![Vec::new(); actions.len()];
        for (at, case) in cases.iter().enumerate() {
            for action in &case.actions {
                helps[*action].push(at);
            }
        }
        let case_of =
            hypotheses.iter().map(|h| sets.binary_search(&h.still.as_slice()).unwrap_or(0)).collect();
        let escalate = graph.pack.manifest.escalate.as_ref();
        let effects = |cause: &Cause| cause.leads_to.iter().map(|(effect, _, _)| effect.0).collect();
        let leads_to = graph.pack.causes.iter().map(effects).collect();
        let handed_on = escalate.map_or(HANDING_ON_TAKES, |to| minutes(to.takes));
        let in_vain = minutes(graph.pack.manifest.in_vain);
        Self { actions, cases, case_of, helps, leads_to, handed_on, in_vain }
    }

    /// Returns the minutes that a case takes once it is handed on. Where they cannot help, somebody else has to
    /// find out what it is, of whom the pack says nothing.
    fn handed(&self, case: &Case) -> f64 {
        let found = if case.theirs { self.handed_on } else { self.handed_on.max(HANDING_ON_TAKES) };
        found + case.known
    }

    /// Returns the minutes until the ticket is expected to be resolved if it is handed on at once, weighed by
    /// the sum of the cases.
    fn at_once(&self, cases: &[f64]) -> f64 {
        self.cases.iter().zip(cases).map(|(case, weight)| weight * self.handed(case)).sum()
    }

    /// Returns the minutes until the ticket is expected to be resolved, weighed by the sum of the weights.
    pub fn expected(&self, weights: &[f64]) -> f64 {
        let cases = self.weigh(weights);
        let order = self.order(&cases, First::Any);
        self.walk(&cases, &order, None).minutes.min(self.at_once(&cases))
    }

    /// Returns the same where a certain fix comes first, and then, where something is left, a pause of so
    /// many minutes; none for a fix that was tried.
    pub fn expected_behind(&self, fix: FixId, pause: f64, weights: &[f64]) -> Option<f64> {
        let first = self.actions.iter().position(|action| action.fix == fix)?;
        let cases = self.weigh(weights);
        let order = self.order(&cases, First::This(first));
        Some(self.walk(&cases, &order, Some(pause)).minutes)
    }

    /// Returns the hands-on minutes of a fix.
    pub fn takes(&self, fix: FixId) -> f64 {
        self.actions.iter().find(|action| action.fix == fix).map_or(0.0, |action| action.takes)
    }

    /// Makes the plan; `backing` says of each cause how much something that was recorded speaks for it, and
    /// `unlisted` how likely it is that none of them is there.
    pub fn plan(&self, weights: &[f64], backing: &[f64], unlisted: f64) -> Plan {
        let cases = self.weigh(weights);
        let all: f64 = cases.iter().sum();
        let over = |part: f64| if all > 0.0 { part / all } else { 0.0 };
        let likely = self.likely(&cases);
        let (founded, safe) = (self.founded(&likely, backing, unlisted), self.safe());
        let soonest = self.best_order(&cases, First::Any);
        let may = |order: &[usize], first: First<'_>| order.first().is_some_and(|at| first.may(*at));
        let of = |first| {
            if may(&soonest, first) { soonest.clone() } else { self.best_order(&cases, first) }
        };
        let founded = Some(of(First::OneOf(&founded))).filter(|order| !order.is_empty());
        let is_founded = founded.is_some() || soonest.is_empty();
        let first = First::OneOf(&safe);
        let order = founded.unwrap_or_else(|| of(first));
        let left = self.left(&cases, &order);
        let theirs = self.cases.iter().zip(&left).filter(|(case, _)| case.theirs).map(|(_, left)| left);
        let theirs = theirs.sum::<f64>() / left.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let step = |(at, action): (usize, &usize)| {
            self.step(*action, &self.left(&cases, order.get(..at).unwrap_or(&[])))
        };
        Plan {
            steps: order.iter().enumerate().filter_map(step).collect(),
            minutes: over(self.walk(&cases, &order, None).minutes),
            soonest: over(self.walk(&cases, &soonest, None).minutes),
            is_founded,
            left_alone: Vec::new(),
            theirs,
            resolves: None,
            at_least: over(self.at_least(&cases, &order)),
        }
    }

    /// Returns the plan in which nothing is done and the ticket is handed on at once.
    pub fn nothing(&self, weights: &[f64], plan: Plan) -> Plan {
        let cases = self.weigh(weights);
        let all = cases.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let theirs = self.cases.iter().zip(&cases).filter(|(case, _)| case.theirs).map(|(_, weight)| weight);
        let minutes = self.at_once(&cases) / all;
        Plan { steps: Vec::new(), minutes, at_least: minutes, theirs: theirs.sum::<f64>() / all, ..plan }
    }

    /// Says of the likely causes that no step of a plan removes why that is so; `fixes` are those of a cause.
    pub fn left_alone<'f>(
        &self,
        weights: &[f64],
        plan: &Plan,
        fixes: &dyn Fn(CauseId) -> &'f [FixId],
    ) -> Vec<LeftAlone> {
        let cases = self.weigh(weights);
        let all = cases.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let place = |fix: &FixId| self.actions.iter().position(|action| action.fix == *fix);
        let order: Vec<usize> = plan.steps.iter().filter_map(|step| place(&step.fix)).collect();
        let with = |action: usize| {
            let at = |at: usize| {
                let mut order = order.clone();
                order.insert(at, action);
                self.walk(&cases, &order, None).minutes / all
            };
            (0..=order.len()).map(at).fold(f64::INFINITY, f64::min)
        };
        let why = |cause: CauseId| {
            let fixes = fixes(cause);
            let left = fixes.iter().filter_map(|fix| Some((*fix, with(place(fix)?))));
            match left.min_by(|a, b| a.1.total_cmp(&b.1)) {
                _ if fixes.is_empty() => WhyLeft::NoFix,
                None => WhyLeft::Tried,
                Some((fix, minutes)) if minutes < plan.minutes => WhyLeft::Unfounded(fix),
                Some((fix, minutes)) => WhyLeft::Later(fix, minutes),
            }
        };
        let mut likely: Vec<(CauseId, f64)> = self
            .likely(&cases)
            .into_iter()
            .enumerate()
            .map(|(at, p)| (CauseId(at), p))
            .filter(|(_, p)| *p >= LIKELY)
            .filter(|(cause, _)| !plan.steps.iter().any(|step| step.removes.contains(cause)))
            .collect();
        likely.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        likely.into_iter().map(|(cause, _)| LeftAlone { cause, why: why(cause) }).collect()
    }

    /// Returns how likely each cause is, in the order of the pack.
    fn likely(&self, cases: &[f64]) -> Vec<f64> {
        let all = cases.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let mut likely = vec![0.0; self.leads_to.len()];
        for (case, weight) in self.cases.iter().zip(cases) {
            for cause in &case.still {
                if let Some(likely) = likely.get_mut(*cause) {
                    *likely += weight / all;
                }
            }
        }
        likely
    }

    /// Returns of each action whether what was recorded is reason enough that it comes first.
    fn founded(&self, likely: &[f64], backing: &[f64], unlisted: f64) -> Vec<bool> {
        let first = likely.iter().copied().fold(unlisted, f64::max);
        let mut founded = vec![false; self.actions.len()];
        for case in &self.cases {
            for (cause, by) in case.still.iter().zip(&case.removed_by) {
                let of = |numbers: &[f64]| numbers.get(*cause).copied().unwrap_or(0.0);
                let (likely, is_backed) = (of(likely), of(backing) >= A_SIGN);
                let leads = likely >= LIKELY.max(first * BESIDE_FIRST);
                for action in by {
                    let risky = self.actions.get(*action).is_some_and(|action| action.risky);
                    if let Some(founded) = founded.get_mut(*action) {
                        *founded |= likely >= MORE_LIKELY_THAN_NOT || is_backed && (!risky || leads);
                    }
                }
            }
        }
        founded
    }

    /// Returns of each action whether it has no risk and needs no approval.
    fn safe(&self) -> Vec<bool> {
        self.actions.iter().map(|action| !action.risky).collect()
    }

    /// Returns the best order that was found in which the first may come first. Two fixes may pay together of
    /// which neither does alone, so the order of all that are worth a step is a second one to begin from.
    fn best_order(&self, cases: &[f64], first: First<'_>) -> Vec<usize> {
        let paying = self.best(cases, self.order(cases, first), first);
        let all = self.ordered(cases, first, false);
        let better = |order| {
            let order = self.improved(cases, self.ended(cases, order), first);
            (self.walk(cases, &order, None).minutes, order)
        };
        let (one, other) = (better(paying), better(all));
        // Orders that differ by rounding only are as good as each other: the first stays.
        if other.0 < one.0 * (1.0 - 1e-9) { other.1 } else { one.1 }
    }

    /// Adds to an order the fixes of likely causes that were passed over, and takes out what does not pay behind
    /// others, one at a time, each time what makes it soonest, as long as that is sooner.
    fn improved(&self, cases: &[f64], mut order: Vec<usize>, first: First<'_>) -> Vec<usize> {
        let of_likely = self.of_likely(cases);
        let mut now = self.walk(cases, &order, None).minutes;
        // Each round is sooner than the one before; the limit is for rounding.
        for _ in 0..2 * self.actions.len() {
            let without = (0..order.len()).map(|at| {
                let mut without = order.clone();
                without.remove(at);
                without
            });
            let further = of_likely.iter().filter(|action| !order.contains(action));
            let with = further.flat_map(|action| {
                (0..=order.len()).map(|at| {
                    let mut with = order.clone();
                    with.insert(at, *action);
                    with
                })
            });
            let may = |order: &Vec<usize>| order.first().is_none_or(|at| first.may(*at));
            let near = without.chain(with).filter(may);
            let near = near.map(|order| (self.walk(cases, &order, None).minutes, order));
            match near.min_by(|a, b| a.0.total_cmp(&b.0)) {
                // What differs by rounding only is no better.
                Some((minutes, better)) if minutes < now * (1.0 - 1e-9) => (now, order) = (minutes, better),
                _ => break,
            }
        }
        order
    }

    /// Returns the actions that remove a likely cause.
    fn of_likely(&self, cases: &[f64]) -> BTreeSet<usize> {
        let likely = self.likely(cases);
        let is_likely = |cause: &usize| likely.get(*cause).is_some_and(|p| *p >= LIKELY);
        let of = |case: &'_ Case| -> Vec<usize> {
            let removed = case.still.iter().zip(&case.removed_by).filter(|(cause, _)| is_likely(cause));
            removed.flat_map(|(_, by)| by.iter().copied()).collect()
        };
        self.cases.iter().flat_map(of).collect()
    }

    /// Returns a step, from what is left of each case before it.
    fn step(&self, action: usize, before: &[f64]) -> Option<Step> {
        let all: f64 = before.iter().sum();
        let part = |part: f64| if all > 0.0 { part / all } else { 0.0 };
        let (mut removes, mut roots) = (BTreeMap::<usize, f64>::new(), BTreeMap::<usize, f64>::new());
        let mut needed = 0.0;
        for (case, weight) in self.cases.iter().zip(before).filter(|(_, weight)| **weight > 0.0) {
            let mine: Vec<usize> = case.removed(action).collect();
            if !mine.is_empty() {
                needed += weight;
            }
            for root in case.still.iter().filter(|cause| !mine.contains(cause)) {
                let leads = |effect: &usize| self.leads_to.get(*root).is_some_and(|to| to.contains(effect));
                if mine.iter().any(leads) {
                    *roots.entry(*root).or_default() += weight;
                }
            }
            mine.iter().for_each(|cause| *removes.entry(*cause).or_default() += weight);
        }
        let mut removes: Vec<(usize, f64)> = removes.into_iter().collect();
        removes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        Some(Step {
            fix: self.actions.get(action)?.fix,
            removes: removes.into_iter().map(|(cause, _)| CauseId(cause)).collect(),
            returns_with: roots
                .into_iter()
                .filter(|(_, w)| *w >= needed * ROOT_WORTH_NAMING)
                .map(|(c, _)| CauseId(c))
                .collect(),
            needed: part(needed),
            resolves: None,
        })
    }

    /// Sums the weights of the hypotheses of each case.
    #[expect(clippy::indexing_slicing, reason = "the case of a hypothesis is one of the planner")]
    fn weigh(&self, weights: &[f64]) -> Vec<f64> {
        let mut cases = vec![0.0; self.cases.len()];
        for (case, weight) in self.case_of.iter().zip(weights) {
            cases[*case] += weight;
        }
        cases
    }

    /// Returns an order, greedily by ratio, as long as the next one pays.
    fn order(&self, cases: &[f64], first: First<'_>) -> Vec<usize> {
        self.ordered(cases, first, true)
    }

    /// Returns an order, greedily by ratio, of what pays by itself, or of all that is worth a step.
    fn ordered(&self, cases: &[f64], first: First<'_>, pays: bool) -> Vec<usize> {
        let mut remain = Remaining::new(self, cases);
        let mut order = Vec::new();
        if let First::This(first) = first {
            remain.apply(first);
            order.push(first);
        }
        while let Some(next) = remain.next(&order, first, pays) {
            remain.apply(next);
            order.push(next);
        }
        order
    }

    /// Cuts an order where handing on is soonest.
    fn ended(&self, cases: &[f64], mut order: Vec<usize>) -> Vec<usize> {
        let minutes = |steps: usize| self.walk(cases, order.get(..steps).unwrap_or(&order), None).minutes;
        let best = (0..=order.len()).rev().map(|steps| (minutes(steps), steps));
        let end = best.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0, |(_, steps)| steps);
        order.truncate(end);
        order
    }

    /// Returns the best of all orders where they are few; risky fixes stay behind what they are behind.
    fn best(&self, cases: &[f64], order: Vec<usize>, first: First<'_>) -> Vec<usize> {
        if order.len() > MOST_PERMUTED {
            return order;
        }
        let risky: Vec<bool> =
            order.iter().map(|at| self.actions.get(*at).is_some_and(|a| a.risky)).collect();
        let mut best = (self.walk(cases, &order, None).minutes, order.clone());
        let mut tried = Vec::new();
        permute(&order, &risky, &mut tried, &mut |candidate| {
            if !candidate.first().is_some_and(|at| first.may(*at)) {
                return;
            }
            let minutes = self.walk(cases, candidate, None).minutes;
            // Orders that differ by rounding only are as good as each other: the first stays.
            if minutes < best.0 - 1e-9 {
                best = (minutes, candidate.to_vec());
            }
        });
        best.1
    }

    /// Returns what comes of an order, with a pause behind its first step.
    #[expect(clippy::indexing_slicing, reason = "an order is of actions of the planner")]
    fn walk(&self, cases: &[f64], order: &[usize], pause: Option<f64>) -> Walk {
        let mut clock = 0.0;
        // For each action of the order, its place and when it is done.
        let mut done: Vec<Option<(usize, f64)>> = vec![None; self.actions.len()];
        for (at, action) in order.iter().enumerate() {
            clock += self.actions[*action].takes;
            done[*action] = Some((at, clock));
            clock += self.in_vain + pause.filter(|_| at == 0).unwrap_or(0.0);
        }
        let mut walk = Walk::default();
        for (case, weight) in self.cases.iter().zip(cases).filter(|(_, weight)| **weight > 0.0) {
            let unsolved = self.solve(case, *weight, &done, &mut walk);
            walk.minutes += weight * unsolved * (clock + self.handed(case));
        }
        walk
    }

    /// Adds the minutes in which a case is resolved, and returns the chance that it is not.
    fn solve(&self, case: &Case, weight: f64, done: &[Option<(usize, f64)>], walk: &mut Walk) -> f64 {
        // Most have one cause and one fix for it.
        if let ([action], [_]) = (case.actions.as_slice(), case.still.as_slice()) {
            let Some((_, clock)) = done.get(*action).copied().flatten() else { return 1.0 };
            let Some(of) = self.actions.get(*action) else { return 1.0 };
            walk.minutes += weight * of.works * (clock + of.waits);
            return 1.0 - of.works;
        }
        let mut helps: Vec<(usize, f64, usize)> = case
            .actions
            .iter()
            .filter_map(|action| done.get(*action).copied().flatten().map(|(at, clock)| (at, clock, *action)))
            .collect();
        helps.sort_unstable_by_key(|(at, _, _)| *at);
        // The case is over when the last of its causes is gone: what waits by itself ends no sooner than what
        // waited before it.
        let (mut ready, mut unsolved) = (0.0_f64, 1.0);
        let mut there: Vec<f64> = vec![1.0; case.removed_by.len()];
        for (_, clock, action) in helps {
            let Some(of) = self.actions.get(action) else { continue };
            remove(case, action, of.works, &mut there);
            ready = ready.max(clock + of.waits);
            let left = left(&there);
            walk.minutes += weight * (unsolved - left) * ready;
            unsolved = left;
        }
        unsolved
    }

    /// Returns how much of each case is left when some fixes are done.
    fn left(&self, cases: &[f64], done: &[usize]) -> Vec<f64> {
        let of = |(case, weight): (&Case, &f64)| {
            let there: Vec<f64> = case
                .removed_by
                .iter()
                .map(|by| {
                    let done = done.iter().filter(|action| by.contains(action));
                    done.filter_map(|at| self.actions.get(*at)).map(|a| 1.0 - a.works).product()
                })
                .collect();
            weight * left(&there)
        };
        self.cases.iter().zip(cases).map(of).collect()
    }

    /// Returns the minutes that no order can undercut: each case with nothing but its own fixes before it.
    fn at_least(&self, cases: &[f64], order: &[usize]) -> f64 {
        let own = |case: &Case| -> Vec<usize> {
            let helps = |action: &&usize| case.removed_by.iter().any(|by| by.contains(action));
            order.iter().filter(helps).copied().collect()
        };
        let mut sum = 0.0;
        for (at, case) in self.cases.iter().enumerate() {
            let alone: Vec<f64> =
                cases.iter().enumerate().map(|(other, w)| if other == at { *w } else { 0.0 }).collect();
            sum += self.walk(&alone, &own(case), None).minutes;
        }
        sum
    }
}

/// Visits every order in which a risky fix stays behind those without a risk that it is behind.
fn permute(order: &[usize], risky: &[bool], taken: &mut Vec<usize>, visit: &mut dyn FnMut(&[usize])) {
    if taken.len() == order.len() {
        let candidate: Vec<usize> = taken.iter().filter_map(|at| order.get(*at)).copied().collect();
        return visit(&candidate);
    }
    for at in 0..order.len() {
        let held = risky.get(at) == Some(&true)
            && (0..at).any(|other| risky.get(other) == Some(&false) && !taken.contains(&other));
        if taken.contains(&at) || held {
            continue;
        }
        taken.push(at);
        permute(order, risky, taken, visit);
        taken.pop();
    }
}

/// Takes from the causes of a case what an action removes.
fn remove(case: &Case, action: usize, works: f64, there: &mut [f64]) {
    for (by, there) in case.removed_by.iter().zip(there) {
        if by.contains(&action) {
            *there *= 1.0 - works;
        }
    }
}

/// Returns the chance that one cause or another is still there; where none is listed, nothing removes what
/// is.
fn left(there: &[f64]) -> f64 {
    if there.is_empty() { 1.0 } else { 1.0 - there.iter().map(|p| 1.0 - p).product::<f64>() }
}

#[derive(Default)]
struct Walk {
    minutes: f64,
}

/// What is left of the cases while an order grows.
struct Remaining<'a> {
    planner: &'a Planner,
    cases: &'a [f64],
    /// For each cause of each case, the chance that it is still there.
    there: Vec<f64>,
    /// For each action, how far it would bring the tickets on their way: one that has two causes, half.
    gains: Vec<f64>,
    /// For each action, the minutes of handing on that it would save with that.
    saves: Vec<f64>,
    /// How much of the way is ahead.
    unsolved: f64,
}

impl<'a> Remaining<'a> {
    fn new(planner: &'a Planner, cases: &'a [f64]) -> Self {
        let there = vec![1.0; planner.cases.iter().map(|case| case.still.len()).sum()];
        let (gains, saves) = (vec![0.0; planner.actions.len()], vec![0.0; planner.actions.len()]);
        let mut remaining = Self { planner, cases, there, gains, saves, unsolved: cases.iter().sum() };
        for at in 0..planner.cases.len() {
            remaining.count(at, 1.0);
        }
        remaining
    }

    /// Does an action: only the cases in which it helps are counted anew.
    fn apply(&mut self, action: usize) {
        let works = self.planner.actions.get(action).map_or(0.0, |a| a.works);
        for at in self.planner.helps.get(action).into_iter().flatten() {
            let weight = self.cases.get(*at).copied().unwrap_or(0.0);
            let Some(case) = self.planner.cases.get(*at).filter(|_| weight > 0.0) else { continue };
            self.count(*at, -1.0);
            if let Some(there) = self.there.get_mut(case.places()) {
                self.unsolved -= weight * ahead(there);
                remove(case, action, works, there);
                self.unsolved += weight * ahead(there);
            }
            self.count(*at, 1.0);
        }
    }

    /// Returns the action that resolves most per minute of those that pay: one with a risk only where it is
    /// needed, or none without a risk pays.
    fn next(&self, order: &[usize], first: First<'_>, must_pay: bool) -> Option<usize> {
        if self.unsolved <= 0.0 {
            return None;
        }
        let (mut best, mut safe): (Option<Choice>, Option<Choice>) = (None, None);
        let gains = self.gains.iter().zip(&self.saves);
        for (at, (action, (gain, saves))) in self.planner.actions.iter().zip(gains).enumerate() {
            // Doing it takes its minutes where it does not help, and saves handing on where it does.
            let part = gain / self.unsolved;
            let costs = action.takes + self.planner.in_vain;
            let pays = !must_pay || *saves > costs * (self.unsolved - gain);
            let may = !order.is_empty() || first.may(at);
            if part < STEP_WORTH_TAKING || !pays || !may || order.contains(&at) {
                continue;
            }
            let choice = Choice { ratio: gain / costs, at, needed: part >= action.works / 2.0 };
            if best.is_none_or(|best| choice.ratio > best.ratio) {
                best = Some(choice);
            }
            if !action.risky && safe.is_none_or(|safe| choice.ratio > safe.ratio) {
                safe = Some(choice);
            }
        }
        best.filter(|best| best.needed).or(safe).or(best).map(|choice| choice.at)
    }

    /// Adds how far each action would bring a case, so many times.
    #[expect(clippy::indexing_slicing, reason = "the actions of a case are those of the planner")]
    fn count(&mut self, at: usize, times: f64) {
        let weight = self.cases.get(at).copied().unwrap_or(0.0);
        let Some(case) = self.planner.cases.get(at).filter(|_| weight > 0.0) else { return };
        let there = self.there.get(case.places()).unwrap_or(&[]);
        let (many, handed) = (count(there.len()), self.planner.handed(case));
        for action in &case.actions {
            let works = self.planner.actions[*action].works;
            let removed = case.removed_by.iter().zip(there).filter(|(by, _)| by.contains(action));
            let gain = times * weight * removed.map(|(_, p)| p * works).sum::<f64>() / many;
            self.gains[*action] += gain;
            self.saves[*action] += gain * handed;
        }
    }
}

/// Returns how much of a ticket's way is still ahead: the part of its causes that is still there.
fn ahead(there: &[f64]) -> f64 {
    if there.is_empty() { 1.0 } else { there.iter().sum::<f64>() / count(there.len()) }
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n.max(1)).unwrap_or(u32::MAX))
}

/// What could be done next.
#[derive(Clone, Copy)]
struct Choice {
    ratio: f64,
    at: usize,
    needed: bool,
}
