//! What to do: the plan, each step with whose it is, how long it takes, and how to see that it worked.

use super::evidence::see;
use super::leading;
use super::scope::Scope;
use super::thresholds::{MOST_WRITTEN, PROBABLE, WORTH_ESCALATING, WORTH_WRITING};
use super::words::{about, percent, unlisted};
use crate::pack::expr::{Condition, ConditionKind, OperandKind};
use crate::pack::{CauseId, Fix, FixId, Pack, Verification};
use crate::plan::repair::{LeftAlone, Plan, Step, WhyLeft};
use crate::ticket::diagnosis::Leader;
use crate::value::write_chance;
use crate::value::write_duration;

/// What to do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WhatToDo {
    /// Why nothing is to be done at first, or whom the ticket goes to at once.
    pub instead: Option<String>,
    /// The fixes that are likely needed, in order.
    pub actions: Vec<Action>,
    /// The fixes that come after that, as far as none has resolved it.
    pub then: Vec<Titled>,
    /// Those of the fixes that come after that which do not last, and why.
    pub warnings: Vec<String>,
    /// The likely causes that no fix above removes, and why.
    pub left_alone: Vec<String>,
    /// Whom the ticket goes to where nothing helps.
    pub escalate: Option<String>,
    /// When it is expected to be resolved.
    pub expected: Option<String>,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// What it is, and the chance that it resolves the ticket.
    pub titled: Titled,
    /// The cause that it removes, where that does not go without saying.
    pub against: Option<String>,
    /// Whether it removes the likeliest cause.
    pub is_decisive: bool,
    /// Whose it is, and what it costs.
    pub cost: Vec<String>,
    /// The same, and how surely it works.
    pub about: Vec<String>,
    /// How it is done.
    pub steps: Vec<String>,
    /// How to see that it worked.
    pub verify: Vec<String>,
    /// What it does not do.
    pub notes: Vec<String>,
    /// What it may do besides.
    pub risks: Vec<String>,
    /// Why it does not last.
    pub warnings: Vec<String>,
    /// Where more stands about it.
    pub see: Vec<String>,
}

impl Action {
    /// Returns what it is in a line, with whose it is, what it costs, and what it is against.
    pub fn in_short(&self) -> String {
        let against = self.against.as_ref().map(|cause| format!("if it is: {cause}"));
        let about: Vec<String> = self.cost.iter().cloned().chain(against).collect();
        if about.is_empty() {
            self.titled.title.clone()
        } else {
            format!("{} ({})", self.titled.title, about.join(" · "))
        }
    }
}

/// A fix, and the chance that it resolves the ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Titled {
    /// What it is, in plain words.
    pub title: String,
    /// The chance; none where that is not known exactly.
    pub resolves: Option<f64>,
}

impl Titled {
    fn of(pack: &Pack, step: &Step) -> Self {
        Self { title: pack.fixes[step.fix].in_words().to_owned(), resolves: step.resolves }
    }

    /// Returns the title with its chance: `Switch SMTP Fixup off (9.8 %)`.
    pub fn with_chance(&self) -> String {
        self.resolves.map_or_else(|| self.title.clone(), |p| format!("{} ({})", self.title, percent(p)))
    }
}

impl WhatToDo {
    /// Returns all fixes in their order.
    pub fn in_order(&self) -> impl Iterator<Item = &Titled> {
        self.actions.iter().map(|action| &action.titled).chain(&self.then)
    }

    /// Returns the place of the action that is written out in a short answer: of those in the plan, the one that removes the likeliest
    /// cause, else the first.
    pub fn decisive(&self) -> usize {
        self.actions.iter().position(|action| action.is_decisive).unwrap_or(0)
    }

    /// Returns how what comes after so many written steps is introduced.
    pub fn behind(written: usize) -> &'static str {
        if written == 0 { "Try in order" } else { "If that does not resolve it, try in order" }
    }

    /// Returns whether no step is likely enough to be needed to be written out.
    pub fn is_vague(&self) -> bool {
        self.actions.is_empty() && self.instead.is_none()
    }

    /// Returns whether there is nothing to say.
    pub fn is_nothing(&self) -> bool {
        self.instead.is_none() && self.actions.is_empty() && self.then.is_empty() && self.escalate.is_none()
    }
}

/// Says what to do.
pub(super) fn what_to_do(scope: &Scope) -> WhatToDo {
    let diagnosis = scope.ticket.diagnosis();
    let Some(plan) = diagnosis.advice.as_ref().map(|advice| &advice.plan) else { return WhatToDo::default() };
    let pack = scope.pack();
    let is_unlisted = diagnosis.is_unlisted();
    let escalate = pack.manifest.escalate.as_ref();
    let escalate = escalate.map(|to| format!("{} (takes {})", to.to, write_duration(to.takes)));
    if plan.steps.is_empty() {
        return without_plan(scope, plan, escalate.as_deref());
    }
    let written =
        plan.steps.iter().take_while(|step| step.needed >= WORTH_WRITING).take(MOST_WRITTEN).count();
    let (written, rest) = plan.steps.split_at(written);
    let several = is_unlisted || written.len() > 1;
    let instead =
        escalate.as_ref().filter(|_| is_unlisted).map(|to| format!("Escalate to {to}: {}", unlisted_first()));
    WhatToDo {
        actions: written.iter().map(|step| action(scope, step, several)).collect(),
        then: rest.iter().map(|step| Titled::of(pack, step)).collect(),
        warnings: rest.iter().flat_map(|step| warnings_of(scope, step)).collect(),
        left_alone: leading_left_alone(scope, plan),
        escalate: escalate.filter(|_| instead.is_none()).map(|to| {
            if is_theirs(plan) { format!("If nothing helps, escalate to {to}") } else { not_theirs(pack) }
        }),
        expected: expected(plan),
        instead,
    }
}

/// What is said where asking comes before any fix.
const NOTHING_POINTS: &str = "Nothing recorded so far points to a fix by itself: wait for the answers";

fn is_theirs(plan: &Plan) -> bool {
    plan.theirs >= WORTH_ESCALATING
}

fn not_theirs(pack: &Pack) -> String {
    let to = pack.manifest.escalate.as_ref().map_or("", |to| to.to.as_str());
    format!("What remains is probably nothing that {to} can fix")
}

fn unlisted_first() -> String {
    format!("the likeliest is {}", unlisted())
}

/// Says of the leading causes that no step removes why that is so. That a fix is not worth its minutes is said only where
/// its cause is more likely than not: of the others nobody expects it.
fn leading_left_alone(scope: &Scope, plan: &Plan) -> Vec<String> {
    let diagnosis = scope.ticket.diagnosis();
    let leading = leading(diagnosis);
    let of = |left: &LeftAlone| {
        let ranked = leading.iter().find(|ranked| ranked.cause == left.cause)?;
        let is_probable = ranked.probability.low >= PROBABLE;
        let is_expected = is_probable || left.is_without_fix();
        is_expected.then(|| left_alone(scope, plan, left))
    };
    plan.left_alone.iter().filter_map(of).collect()
}

/// Says why no step removes a cause.
fn left_alone(scope: &Scope, plan: &Plan, left: &LeftAlone) -> String {
    let cause = scope.title(left.cause);
    let fix = |fix: FixId| scope.pack().fixes[fix].in_words();
    match left.why {
        WhyLeft::NoFix => format!("This pack knows no fix for \u{201c}{cause}\u{201d}"),
        WhyLeft::Tried => format!("Every fix that this pack knows for \u{201c}{cause}\u{201d} was tried"),
        WhyLeft::Unfounded(id) => {
            format!(
                "Nothing recorded points to \u{201c}{cause}\u{201d} by itself, so \u{201c}{}\u{201d} is not first",
                fix(id)
            )
        }
        WhyLeft::Later(id, minutes) => format!(
            "Without \u{201c}{}\u{201d} it is expected to be resolved in {}, with it in {}",
            fix(id),
            about(plan.minutes),
            about(minutes)
        ),
    }
}

/// Says what to do where there is nothing to try, or nothing pays more than to hand the ticket on at once.
fn without_plan(scope: &Scope, plan: &Plan, escalate: Option<&str>) -> WhatToDo {
    let diagnosis = scope.ticket.diagnosis();
    let to = match escalate {
        Some(to) if is_theirs(plan) => format!("; escalate to {to}"),
        Some(_) => format!(". {}", not_theirs(scope.pack())),
        None => String::new(),
    };
    let said = |what: String| WhatToDo { instead: Some(what + &to), ..WhatToDo::default() };
    let Some((Leader::Cause(first), chance)) = diagnosis.ranking().next() else {
        return WhatToDo {
            instead: Some(match escalate {
                Some(to) => format!("Escalate to {to}: {}", unlisted_first()),
                None => format!("No fix is known: {}", unlisted_first()),
            }),
            left_alone: leading_left_alone(scope, plan),
            ..WhatToDo::default()
        };
    };
    match plan.left_alone.iter().find(|left| left.cause == first) {
        left if !plan.is_founded && !left.is_some_and(LeftAlone::is_without_fix) => {
            WhatToDo { instead: Some(NOTHING_POINTS.to_owned()), ..WhatToDo::default() }
        }
        Some(left) => {
            let fix = match left.why {
                WhyLeft::Later(fix, _) | WhyLeft::Unfounded(fix) => {
                    Some(fix).filter(|_| chance.low >= PROBABLE)
                }
                WhyLeft::NoFix | WhyLeft::Tried => None,
            };
            let others = leading_left_alone(scope, plan)
                .into_iter()
                .filter(|text| *text != left_alone(scope, plan, left));
            WhatToDo {
                actions: fix.map(|fix| of_fix(scope, fix, None, None)).into_iter().collect(),
                left_alone: others.collect(),
                ..said(left_alone(scope, plan, left))
            }
        }
        None => said("No cause is likely enough to act upon".to_owned()),
    }
}

/// Says why a fix does not last.
fn warnings(scope: &Scope, step: &Step) -> Vec<String> {
    let warning = |root: &CauseId| format!("does not last while this remains: {}", scope.title(*root));
    step.returns_with.iter().map(warning).collect()
}

/// Says the same with the name of the fix.
fn warnings_of(scope: &Scope, step: &Step) -> Vec<String> {
    let fix = scope.pack().fixes[step.fix].in_words();
    warnings(scope, step).into_iter().map(|text| format!("\u{201c}{fix}\u{201d} {text}")).collect()
}

fn action(scope: &Scope, step: &Step, several: bool) -> Action {
    let first = scope.ticket.diagnosis().causes.first().map(|ranked| ranked.cause);
    let against = step.removes.first().filter(|cause| several || first != Some(**cause));
    let against = against.map(|cause| scope.title(*cause).to_owned());
    let warnings = warnings(scope, step).into_iter().map(|text| format!("this {text}")).collect();
    let is_decisive = first.is_some_and(|first| step.removes.contains(&first));
    Action { is_decisive, warnings, ..of_fix(scope, step.fix, step.resolves, against) }
}

fn of_fix(scope: &Scope, id: FixId, resolves: Option<f64>, against: Option<String>) -> Action {
    let fix = &scope.pack().fixes[id];
    Action {
        titled: Titled { title: fix.in_words().to_owned(), resolves },
        against,
        is_decisive: true,
        cost: cost_of_fix(fix),
        about: about_fix(fix, resolves),
        steps: fix.steps.clone(),
        verify: fix.verify.iter().map(|verification| scope.verification(verification)).collect(),
        notes: fix.does_not.iter().map(|text| format!("it does not {text}")).collect(),
        risks: fix.risks.clone(),
        warnings: Vec::new(),
        see: see(fix.see.iter().cloned()),
    }
}

/// Says when it is expected to be resolved, and how many tickets like this the steps resolve.
fn expected(plan: &Plan) -> Option<String> {
    let resolves = plan
        .resolves
        .map_or_else(String::new, |p| format!(" These steps resolve {} of tickets like this.", percent(p)));
    (!plan.steps.is_empty())
        .then(|| format!("Expected time to resolution: {}.{resolves}", about(plan.minutes)))
}

/// Says whose a fix is, what it costs and how surely it works.
fn about_fix(fix: &Fix, resolves: Option<f64>) -> Vec<String> {
    let works = format!("works {} of the time", write_chance(fix.works.chance));
    let resolves = resolves.map(|p| format!("; resolves {} of tickets like this", percent(p)));
    let mut about = cost_of_fix(fix);
    about.push(works + &resolves.unwrap_or_default());
    about
}

/// Says whose a fix is, what it costs, and whether somebody has to approve it.
pub fn cost_of_fix(fix: &Fix) -> Vec<String> {
    let time = |nanos: Option<i128>| nanos.filter(|n| *n > 0).map(write_duration);
    let by = fix.by.as_ref().map(|who| format!("by {who}"));
    let takes = match (time(fix.takes), time(fix.waits)) {
        (Some(takes), Some(waits)) => Some(format!("takes {takes}, then wait {waits}")),
        (Some(takes), None) => Some(format!("takes {takes}")),
        (None, waits) => waits.map(|waits| format!("wait {waits}")),
    };
    let approval = fix.needs_approval.then(|| "needs approval".to_owned());
    [by, takes, approval].into_iter().flatten().collect()
}

impl Scope<'_> {
    /// Says how to see that a fix worked: where a yes/no question asks for it, the question with its answer.
    fn verification(&self, verification: &Verification) -> String {
        match verification {
            Verification::Text(text) => text.clone(),
            Verification::Condition(condition, text) => {
                self.answers(condition, true).map_or_else(|| text.clone(), |answers| answers.join(" "))
            }
        }
    }

    /// Returns the questions of a condition that is made of yes/no facts and symptoms in plain words, each with the answer that it
    /// must have.
    fn answers(&self, condition: &Condition, holds: bool) -> Option<Vec<String>> {
        let yes = if holds { "yes" } else { "no" };
        match &condition.kind {
            ConditionKind::Not(inner) => self.answers(inner, !holds),
            ConditionKind::And(all) if holds => {
                let each: Option<Vec<_>> = all.iter().map(|part| self.answers(part, true)).collect();
                each.map(|each| each.concat())
            }
            ConditionKind::Yes(operand) => {
                let OperandKind::Fact(id) = &operand.kind else { return None };
                let question = self.pack().facts[*id].ask.as_ref()?;
                Some(vec![format!("{question} Expected: {yes}.")])
            }
            ConditionKind::Level(id, levels) if levels.len() == 1 && levels.contains(&1) => {
                let symptom = &self.pack().symptoms[*id];
                let title = symptom.title.as_ref().filter(|_| symptom.reading.levels.len() == 2)?;
                Some(vec![format!("{title}: {yes}.")])
            }
            _ => None,
        }
    }
}
