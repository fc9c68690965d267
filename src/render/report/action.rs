//! What to do, and what to ask.

use super::account::see;
use crate::pack::{FactId, Fix};
use crate::plan::Advice;
use crate::plan::next::{Next, What};
use crate::plan::repair::Step;
use crate::render::text::{
    MOST_LOOKS, MOST_WRITTEN, NOTHING_YET, Page, WORTH_WRITING, about_step, expected, fix_title, with_chance,
};
use crate::render::words::about;
use crate::ticket::diagnosis::Diagnosis;
use crate::value::write_duration;

/// What to do.
#[derive(Debug, Clone, Default)]
pub(crate) struct WhatToDo {
    /// Why there is no step, where there is none.
    pub(crate) nothing_yet: Option<&'static str>,
    /// Where to go before anything else.
    pub(crate) first: Option<String>,
    /// What is likely needed, in order.
    pub(crate) actions: Vec<Action>,
    /// What comes after that, as far as it is not over: each with the chance that it then resolves the ticket.
    pub(crate) then: Vec<String>,
    /// What a step does not remove, and what will bring back what it does.
    pub(crate) unwaited: Vec<String>,
    /// Where to go if nothing helps, and when it is expected to be over.
    pub(crate) last: Vec<String>,
}

impl WhatToDo {
    /// How what comes after the actions is introduced.
    pub(crate) fn when(&self) -> &'static str {
        if self.actions.is_empty() { "In this order:" } else { "Then, as far as it is not over:" }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.nothing_yet.is_none()
            && self.first.is_none()
            && self.actions.is_empty()
            && self.then.is_empty()
            && self.last.is_empty()
    }
}

/// Something to do.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub(crate) title: String,
    /// Which cause it removes and how likely it is needed, where that does not go without saying.
    pub(crate) against: Option<String>,
    /// Whose it is, what it costs, how surely it works.
    pub(crate) about: Vec<String>,
    pub(crate) steps: Vec<String>,
    /// How to see that it worked.
    pub(crate) verify: Vec<String>,
    pub(crate) does_not: Vec<String>,
    pub(crate) risks: Vec<String>,
    pub(crate) see: Vec<String>,
}

/// Something to find out.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    /// What it costs.
    pub(crate) takes: String,
    /// How much sooner the ticket is expected to be over.
    pub(crate) saves: String,
    /// Where to look; none where a question stands by itself.
    pub(crate) visit: Option<String>,
    /// Each question with the name of its fact.
    pub(crate) questions: Vec<(String, String)>,
}

/// What to do.
pub(super) fn what_to_do(page: &Page, diagnosis: &Diagnosis) -> WhatToDo {
    let Some(Advice { plan, .. }) = &diagnosis.advice else { return WhatToDo::default() };
    let unlisted = diagnosis.is_unlisted();
    let escalate = page.graph.pack.manifest.escalate.as_ref();
    let escalate = escalate.map(|to| format!("{} (takes {})", to.to, write_duration(to.takes)));
    let at_once = unlisted || plan.steps.is_empty();
    let full = plan.steps.iter().take_while(|step| step.needed >= WORTH_WRITING).take(MOST_WRITTEN).count();
    let (full, rest) = plan.steps.split_at(full);
    let several = unlisted || full.len() > 1;
    let helpless = escalate.as_ref().filter(|_| !at_once).map(|to| format!("If nothing helps: {to}"));
    WhatToDo {
        nothing_yet: plan.steps.is_empty().then_some(NOTHING_YET),
        first: escalate.filter(|_| at_once).map(|to| format!("Ask {to}")),
        actions: full.iter().filter_map(|step| action(page, step, several)).collect(),
        then: rest.iter().filter_map(|step| then(page, step)).collect(),
        unwaited: plan.steps.iter().flat_map(|step| unwaited(page, step)).collect(),
        last: helpless.into_iter().chain(expected(plan)).collect(),
    }
}

fn fix<'a>(page: &Page<'a>, step: &Step) -> Option<&'a Fix> {
    page.graph.pack.fixes.nth(step.fix.0)
}

fn then(page: &Page, step: &Step) -> Option<String> {
    Some(with_chance(fix_title(fix(page, step)?), step))
}

fn unwaited(page: &Page, step: &Step) -> Vec<String> {
    let Some(fix) = fix(page, step) else { return Vec::new() };
    let said =
        |root| format!("{}: it comes back as long as this is so: {}", fix_title(fix), page.title(root));
    step.returns_with.iter().copied().map(said).collect()
}

fn action(page: &Page, step: &Step, several: bool) -> Option<Action> {
    let fix = fix(page, step)?;
    let against = step.removes.first().filter(|_| several);
    Some(Action {
        title: fix_title(fix).to_owned(),
        against: against.map(|cause| page.title(*cause).to_owned()),
        about: about_step(fix, step),
        steps: fix.steps.clone(),
        verify: fix.verify.iter().map(|verification| page.verification(verification)).collect(),
        does_not: fix.does_not.clone(),
        risks: fix.risks.clone(),
        see: see(fix.see.iter().cloned()),
    })
}

/// What to ask, the best first, and how many more questions would pay.
pub(super) fn asks(page: &Page, diagnosis: &Diagnosis) -> (Vec<Ask>, usize) {
    let next = diagnosis.advice.as_ref().map_or(&[][..], |advice| &advice.next);
    let pay = next.iter().filter(|next| next.saves > 0.0);
    let asks: Vec<Ask> = pay.filter_map(|next| look(page, next)).collect();
    let more = asks.len().saturating_sub(MOST_LOOKS);
    (asks.into_iter().take(MOST_LOOKS).collect(), more)
}

fn look(page: &Page, next: &Next) -> Option<Ask> {
    let (visit, facts) = match &next.step {
        What::Question(fact) => (None, std::slice::from_ref(fact)),
        What::Visit(visit, facts) => (page.graph.pack.visits.nth(visit.0), facts.as_slice()),
        What::Fix(_) | What::Stop => return None,
    };
    Some(Ask {
        takes: about(next.minutes),
        saves: format!("saves about {}", about(next.saves)),
        visit: visit.map(|visit| visit.title.clone()),
        questions: facts.iter().map(|fact| question(page, *fact)).collect(),
    })
}

fn question(page: &Page, id: FactId) -> (String, String) {
    let name = page.fact_name(id).to_owned();
    let asked = page.fact(id).and_then(|fact| fact.ask.clone());
    (asked.unwrap_or_else(|| name.clone()), name)
}
