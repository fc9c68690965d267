//! The answer from its definition: every combination of contexts, every set of causes, the unlisted one normal or active.

use std::collections::BTreeSet;

use super::contexts::{Setting, contexts, reads, settings};
use super::kleene::World;
use super::lines::{chances, steps};
use super::model::{Definition, Evidence, Model};

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) causes: Vec<f64>,
    pub(crate) unlisted: f64,
    /// By name, what each value of a context has.
    pub(crate) contexts: Vec<(String, Vec<f64>)>,
}

/// What a rule observed: how much each of its levels counts.
pub(crate) fn observed(model: &Model) -> Vec<(usize, Vec<f64>)> {
    let (sure, reported) = (World::of_ticket(model, false), World::of_ticket(model, true));
    let mut all = Vec::new();
    for (at, rule) in model.rules.iter().enumerate() {
        if rule.given.as_ref().is_some_and(|given| sure.told(given) != Some(true)) {
            continue;
        }
        let levels = model.levels(&rule.evidence).1.len();
        let (possible, told) = (sure.observed(&rule.evidence), reported.observed(&rule.evidence));
        let right = if told.len() < possible.len() { right(model, &rule.evidence) } else { 1.0 };
        let weight = |level| match (possible.contains(&level), told.contains(&level)) {
            (_, true) => right,
            (true, false) => 1.0 - right,
            (false, false) => 0.0,
        };
        let weights: Vec<f64> = (0..levels).map(weight).collect();
        if weights.iter().any(|w| w.to_bits() != weights[0].to_bits()) {
            all.push((at, weights));
        }
    }
    all
}

/// How sure the one unsure report is that a rule observes.
fn right(model: &Model, evidence: &Evidence) -> f64 {
    let (mut facts, mut symptoms) = match evidence {
        Evidence::Fact(fact) => (BTreeSet::from([*fact]), BTreeSet::new()),
        Evidence::Condition(condition) => reads(condition),
        Evidence::Symptom(at) => (BTreeSet::new(), BTreeSet::from([*at])),
    };
    loop {
        let mut conditions = Vec::new();
        if let Some(at) = symptoms.pop_first() {
            conditions.extend(model.symptoms[at].cases.iter().filter_map(|(_, c)| c.as_ref()));
        } else if let Some(fact) = facts.pop_first() {
            if let Some(sure) = model.ticket.recorded.get(&fact).and_then(|r| r.sure) {
                return sure;
            }
            match &model.facts[fact].definition {
                Some(Definition::Condition(condition)) => conditions.push(condition),
                Some(Definition::Sum(a, b)) => facts.extend([*a, *b]),
                None => {}
            }
        } else {
            panic!("what is told only by unsure reports observes one");
        }
        for (more, deeper) in conditions.into_iter().map(reads) {
            facts.extend(more);
            symptoms.extend(deeper);
        }
    }
}

/// The factor from shares to priors, and the prior of the unlisted cause.
fn scale(model: &Model, settings: &[Setting]) -> (f64, f64) {
    let unlisted = model.unlisted.number / (1.0 - model.unlisted.number)
        * settings.iter().map(|s| s.rate * s.shares.iter().sum::<f64>()).sum::<f64>();
    let several = |factor: f64| {
        let (mut some, mut more) = (0.0, 0.0);
        for setting in settings {
            let priors = || setting.shares.iter().chain([&unlisted]).map(|s| s * factor);
            let none: f64 = priors().map(|p| 1.0 - p).product();
            let one: f64 = priors().map(|p| p / (1.0 - p)).sum::<f64>() * none;
            some += setting.rate * (1.0 - none);
            more += setting.rate * (1.0 - none - one);
        }
        more / some
    };
    let top = 0.5 / settings.iter().flat_map(|s| &s.shares).copied().fold(unlisted, f64::max);
    if model.several.number == 0.0 {
        // Exactly one cause: the limit of small factors.
        return (1e-12 * top, 1e-12 * top * unlisted);
    }
    if several(top) <= model.several.number {
        return (top, top * unlisted);
    }
    let (mut low, mut high) = (0.0, top);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if several(middle) < model.several.number { low = middle } else { high = middle }
    }
    (high, high * unlisted)
}

/// The answer; nothing where what was recorded cannot be.
pub(crate) fn answer(model: &Model) -> Option<Answer> {
    if World::of_ticket(model, false).contradicts_itself() {
        return None;
    }
    let contexts = contexts(model);
    let settings = settings(model, &contexts);
    let (factor, unlisted) = scale(model, &settings);
    let sets = 1_usize << model.causes.len();
    let seen = likelihoods(model, sets);
    let cured: Vec<f64> = model.causes.iter().map(|cause| cured(model, &cause.fixes)).collect();
    let mut total = 0.0;
    let mut answer = Answer {
        causes: vec![0.0; model.causes.len()],
        unlisted: 0.0,
        contexts: contexts.iter().map(|c| (c.name.clone(), vec![0.0; c.values.len()])).collect(),
    };
    for setting in settings.iter().filter(|s| s.open) {
        let mut here = 0.0;
        for (set, [normal, active]) in seen.iter().enumerate() {
            let there = |cause: usize| set >> cause & 1 == 1;
            let p = setting.rate * prior(model, setting, factor, &there);
            let another = p * unlisted / 2.0 * (normal + active);
            let alone = p * (1.0 - unlisted) * normal;
            let all_cured: f64 = (0..cured.len()).filter(|c| there(*c)).map(|c| cured[c]).product();
            here += another + alone * (1.0 - all_cured);
            answer.unlisted += another * all_cured;
            for (cause, mass) in answer.causes.iter_mut().enumerate().filter(|(cause, _)| there(*cause)) {
                *mass += (another + alone) * (1.0 - cured[cause]);
            }
        }
        total += here;
        for ((_, values), value) in answer.contexts.iter_mut().zip(&setting.values) {
            values[*value] += here;
        }
    }
    let masses = answer.contexts.iter_mut().flat_map(|(_, values)| values);
    masses.chain(&mut answer.causes).chain([&mut answer.unlisted]).for_each(|mass| *mass /= total);
    (total > 0.0).then_some(answer)
}

/// How likely what was observed is, for every set of causes, with the unlisted one normal and active.
fn likelihoods(model: &Model, sets: usize) -> Vec<[f64; 2]> {
    let observed: Vec<_> = observed(model)
        .into_iter()
        .map(|(rule, weights)| (steps(model, &model.rules[rule]), weights))
        .collect();
    let of = |set: usize, active: bool| -> f64 {
        let seen = |(steps, weights): &(Vec<_>, Vec<f64>)| -> f64 {
            chances(steps, &|cause| set >> cause & 1 == 1, active)
                .iter()
                .zip(weights)
                .map(|(p, w)| p * w)
                .sum()
        };
        observed.iter().map(seen).product()
    };
    (0..sets).map(|set| [of(set, false), of(set, true)]).collect()
}

fn cured(model: &Model, fixes: &[usize]) -> f64 {
    let works = |fix: usize| model.fixes[fix].works.as_ref().map_or(model.usually(), |c| c.number);
    let tried = fixes.iter().filter(|fix| model.ticket.tried.contains(fix));
    1.0 - tried.map(|fix| 1.0 - works(*fix)).product::<f64>()
}

fn prior(model: &Model, setting: &Setting, factor: f64, there: &dyn Fn(usize) -> bool) -> f64 {
    let mut p = 1.0;
    for effect in 0..model.causes.len() {
        // Both are summed: 1 - absent would round where shares are tiny.
        let mut present = factor * setting.shares[effect];
        let mut absent = 1.0 - present;
        if setting.shares[effect] > 0.0 {
            let roots = model.causes.iter().enumerate().filter(|(at, _)| there(*at) && *at != effect);
            for (_, chance) in roots.flat_map(|(_, cause)| &cause.leads_to).filter(|(to, _)| *to == effect) {
                present += absent * chance.number;
                absent *= 1.0 - chance.number;
            }
        }
        p *= if there(effect) { present } else { absent };
    }
    p
}
