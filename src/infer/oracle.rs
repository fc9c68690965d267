//! The oracle of inference: the posterior by its definition, against [`posterior`], [`bounds`], [`likeliest`]
//! and [`hypotheses`] on random small networks.
//!
//! It goes through every combination of contexts and every set of causes, and computes the chance of what is
//! seen from the steps of each symptom. It shares no code with inference but [`levels_given`], which is a few
//! lines.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::infer::bounds::{Interval, bounds};
use crate::infer::exact::{Budget, Outcome, Posterior, posterior};
use crate::infer::hypotheses::{Hypothesis, hypotheses};
use crate::infer::network::{Cause, Context, Finding, Network};
use crate::infer::sets::likeliest;
use crate::infer::step::{Link, Step, levels_given};
use crate::infer::table::Table;

/// All ways to choose one number below each size.
fn combinations(sizes: &[usize]) -> Vec<Vec<usize>> {
    let longer = |all: Vec<Vec<usize>>, &size: &usize| {
        all.iter().flat_map(|row| (0..size).map(move |v| [&row[..], &[v]].concat())).collect()
    };
    sizes.iter().fold(vec![vec![]], longer)
}

/// All combinations of values of the contexts, each with its rate.
fn worlds(network: &Network) -> Vec<(Vec<usize>, f64)> {
    let sizes: Vec<usize> = network.contexts.iter().map(|c| c.rates.len()).collect();
    let rate = |world: &Vec<usize>| {
        let of =
            |(&value, context): (&usize, &Context)| context.rates[value] * f64::from(context.possible[value]);
        world.iter().zip(&network.contexts).map(of).product()
    };
    combinations(&sizes).into_iter().map(|world| (world.clone(), rate(&world))).collect()
}

fn entry(table: &Table, network: &Network, world: &[usize]) -> f64 {
    let (mut at, mut stride) = (0, 1);
    for &context in &table.scope {
        at += world[context] * stride;
        stride *= network.contexts[context].rates.len();
    }
    table.values[at]
}

/// P(exactly these causes | the world).
fn chance_of(network: &Network, world: &[usize], on: &[usize]) -> f64 {
    let of = |(index, cause): (usize, &Cause)| {
        let prior = entry(&cause.prior, network, world);
        let mut absent = 1.0 - prior;
        for (parent, other) in network.causes.iter().enumerate() {
            for &(_, chance) in other.leads_to.iter().filter(|(effect, _)| *effect == index) {
                if on[parent] == 1 && prior > 0.0 {
                    absent *= 1.0 - chance;
                }
            }
        }
        let excluded = cause.known.is_some_and(|known| known != (on[index] == 1));
        f64::from(!excluded) * if on[index] == 1 { 1.0 - absent } else { absent }
    };
    network.causes.iter().enumerate().map(of).product()
}

fn seen(network: &Network, on: &[usize], active: bool) -> f64 {
    let there: Vec<usize> = (0..on.len()).filter(|cause| on[*cause] == 1).collect();
    let of = |finding: &Finding| -> f64 {
        let levels = levels_given(&finding.steps, finding.levels, &there, active);
        levels.iter().zip(&finding.weights).map(|(p, w)| p * w).sum()
    };
    network.findings.iter().map(of).product()
}

/// The definition; `None` where what is seen cannot be.
fn enumerated(network: &Network) -> Option<Posterior> {
    let mut wrong = 0.0;
    let mut unlisted = 0.0;
    let mut causes = vec![0.0; network.causes.len()];
    let mut contexts: Vec<Vec<f64>> = network.contexts.iter().map(|c| vec![0.0; c.rates.len()]).collect();
    for (world, rate) in worlds(network) {
        for on in combinations(&vec![2; network.causes.len()]) {
            let p = rate * chance_of(network, &world, &on);
            let (normal, active) = (p * seen(network, &on, false), p * seen(network, &on, true));
            let cured = |index: usize| network.causes[index].cured;
            let gone: f64 = on.iter().enumerate().filter(|(_, o)| **o == 1).map(|(i, _)| cured(i)).product();
            let other = network.unlisted / 2.0 * (normal + active);
            let listed = (1.0 - network.unlisted) * normal;
            let here = other + if network.ticket { listed * (1.0 - gone) } else { listed };
            wrong += here;
            unlisted += other * gone;
            for (index, mass) in causes.iter_mut().enumerate().filter(|(i, _)| on[*i] == 1) {
                *mass += (other + listed) * (1.0 - cured(index));
            }
            world.iter().zip(&mut contexts).for_each(|(&value, masses)| masses[value] += here);
        }
    }
    let over = |masses: Vec<f64>| masses.iter().map(|m| m / wrong).collect::<Vec<f64>>();
    (wrong > 0.0).then(|| Posterior {
        causes: over(causes),
        unlisted: unlisted / wrong,
        ln_evidence: libm::log(wrong),
        contexts: contexts.into_iter().map(over).collect(),
    })
}

/// A chance, hard ones among them.
fn chance() -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(0.0), 1 => Just(1.0), 6 => 0.001..0.999]
}

fn context() -> impl Strategy<Value = Context> {
    prop::collection::vec((prop_oneof![1 => Just(0.0), 8 => 0.05..1.0], prop::bool::weighted(0.8)), 2..4)
        .prop_map(|values| {
            let sum: f64 = values.iter().map(|(rate, _)| rate).sum::<f64>().max(0.05);
            let rates = values.iter().map(|(rate, _)| rate / sum).collect();
            Context { rates, possible: values.iter().map(|(_, possible)| *possible).collect() }
        })
}

/// A cause that may lead to those behind it.
fn cause(index: usize, causes: usize, sizes: Vec<usize>) -> impl Strategy<Value = Cause> {
    let scope =
        prop::sample::subsequence((0..sizes.len()).collect::<Vec<_>>(), 0..=sizes.len()).prop_shuffle();
    let prior = scope.prop_flat_map(move |scope| {
        let entries: usize = scope.iter().map(|&c| sizes[c]).product();
        let priors = prop::collection::vec(prop_oneof![1 => Just(0.0), 5 => 0.001..0.5], entries);
        priors.prop_map(move |values| Table { scope: scope.clone(), values })
    });
    let behind =
        prop::sample::subsequence((index + 1..causes).collect::<Vec<_>>(), 0..=(causes - index - 1).min(2));
    let leads_to = behind.prop_flat_map(|effects| {
        effects.into_iter().map(|effect| (Just(effect), chance())).collect::<Vec<_>>()
    });
    let cured = prop_oneof![4 => Just(0.0), 1 => chance()];
    let known = prop_oneof![8 => Just(None), 1 => Just(Some(false)), 1 => Just(Some(true))];
    (prior, leads_to, cured, known).prop_map(|(prior, leads_to, cured, known)| Cause {
        prior,
        leads_to,
        cured,
        known,
    })
}

fn link() -> impl Strategy<Value = Option<Link>> {
    prop_oneof![
        3 => Just(None),
        4 => chance().prop_map(|power| Some(Link { power, hold: 1.0, possible: true })),
        2 => chance().prop_map(|hold| Some(Link { power: 0.0, hold, possible: true })),
        1 => Just(Some(Link { power: 0.0, hold: 1.0, possible: false })),
    ]
}

fn step(level: usize, causes: usize, plain: bool) -> impl Strategy<Value = Step> {
    (chance(), 0.01..0.99, prop::collection::vec(link(), causes)).prop_map(
        move |(background, active, links)| {
            let kept = |link: &Link| !plain || (link.possible && link.hold >= 1.0);
            let links = links.into_iter().enumerate().filter_map(|(i, l)| l.filter(kept).map(|l| (i, l)));
            Step { level, background, active, links: links.collect::<BTreeMap<_, _>>() }
        },
    )
}

fn weights(levels: usize) -> impl Strategy<Value = Vec<f64>> {
    let known = (0..levels).prop_map(move |at| (0..levels).map(|l| f64::from(l == at)).collect());
    let partly = prop::collection::vec(prop_oneof![Just(0.0), Just(1.0)], levels);
    let unsure = (0..levels, prop_oneof![Just(0.5), Just(1.0), 0.5..1.0])
        .prop_map(move |(at, sure)| (0..levels).map(|l| if l == at { sure } else { 1.0 - sure }).collect());
    prop_oneof![3 => known, 1 => partly, 1 => unsure]
}

fn finding(causes: usize) -> impl Strategy<Value = Finding> {
    (2_usize..5, any::<bool>()).prop_flat_map(move |(levels, plain)| {
        let steps: Vec<_> = (1..levels).rev().map(|level| step(level, causes, plain)).collect();
        (steps, weights(levels)).prop_map(move |(steps, weights)| Finding {
            steps: steps.into(),
            levels,
            weights,
        })
    })
}

pub(super) fn network() -> impl Strategy<Value = Network> {
    (prop::collection::vec(context(), 0..3), 1_usize..7, any::<bool>()).prop_flat_map(
        |(contexts, causes, ticket)| {
            let sizes: Vec<usize> = contexts.iter().map(|c| c.rates.len()).collect();
            let all: Vec<_> = (0..causes).map(|index| cause(index, causes, sizes.clone())).collect();
            let unlisted = prop_oneof![1 => Just(0.0), 1 => Just(1e-7), 3 => 0.001..0.5];
            (all, unlisted, prop::collection::vec(finding(causes), 0..5)).prop_map(
                move |(causes, unlisted, findings)| Network {
                    contexts: contexts.clone(),
                    causes,
                    unlisted,
                    findings,
                    ticket,
                },
            )
        },
    )
}

fn agree(exact: &Posterior, defined: &Posterior) -> Result<(), TestCaseError> {
    let flat = |p: &Posterior| {
        let contexts = p.contexts.iter().flatten().copied();
        p.causes.iter().copied().chain([p.unlisted]).chain(contexts).collect::<Vec<f64>>()
    };
    for (a, b) in flat(exact).iter().zip(&flat(defined)) {
        prop_assert!((a - b).abs() < 1e-12, "{exact:?} {defined:?}");
    }
    prop_assert!((exact.ln_evidence - defined.ln_evidence).abs() < 1e-10, "{exact:?} {defined:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn exact_is_the_definition(network in network()) {
        match (posterior(&network, &Budget::default()), enumerated(&network)) {
            (Outcome::Exact(exact), Some(defined)) => agree(&exact, &defined)?,
            (Outcome::Impossible, None) => {}
            // Where the definition subtracts nearly equal numbers, all that it leaves is rounding.
            (Outcome::Impossible, Some(defined)) => prop_assert!(defined.ln_evidence < -30.0, "{defined:?}"),
            (outcome, defined) => prop_assert!(false, "{outcome:?} {defined:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn bounds_hold_the_definition(network in network(), cost in 1_i32..14) {
        let budget = Budget { cost: libm::scalbn(1.0, cost), entries: 1e6 };
        let Some(defined) = enumerated(&network).filter(|defined| defined.ln_evidence > -30.0) else { return Ok(()) };
        let found = bounds(&network, &budget);
        let inside = |i: &Interval, p: f64| i.low <= p * (1.0 + 1e-9) + 1e-13 && p <= i.high * (1.0 + 1e-9) + 1e-13;
        for (interval, p) in found.causes.iter().zip(&defined.causes) {
            prop_assert!(inside(interval, *p), "{found:?} {defined:?}");
        }
        prop_assert!(inside(&found.unlisted, defined.unlisted), "{found:?} {defined:?}");
        prop_assert!(found.cost <= budget.cost, "{found:?}");
    }
}

/// Several levels of a symptom that look like a background which a cause holds back, but for how often they
/// are covered.
#[test]
fn levels_are_not_taken_for_a_step() {
    let prior = Table { scope: Vec::new(), values: vec![0.5] };
    let step = |level, background, power| {
        let links = BTreeMap::from([(0, Link { power, hold: 1.0, possible: true })]);
        Step { level, background, active: 0.01, links }
    };
    let steps = [step(3, 0.0, 0.001), step(2, 0.0, 0.001), step(1, 0.001, 0.5)];
    let network = Network {
        causes: vec![Cause { prior, leads_to: Vec::new(), cured: 0.0, known: None }],
        unlisted: 1e-7,
        findings: vec![Finding { steps: steps.into(), levels: 4, weights: vec![1.0, 0.0, 1.0, 0.0] }],
        ..Network::default()
    };
    let defined = enumerated(&network).unwrap();
    let found = bounds(&network, &Budget { cost: 32.0, entries: 1e6 });
    let near =
        |interval: &Interval, p: f64| interval.low <= p * (1.0 + 1e-9) && p <= interval.high * (1.0 + 1e-9);
    assert!(near(&found.unlisted, defined.unlisted), "{found:?} {defined:?}");
    assert!(near(&found.causes[0], defined.causes[0]), "{found:?} {defined:?}");
}

/// P(exactly these are still there), by the definition.
fn sets_enumerated(network: &Network) -> BTreeMap<Vec<usize>, f64> {
    let mut sets: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
    for (world, rate) in worlds(network) {
        for on in combinations(&vec![2; network.causes.len()]) {
            let p = rate * chance_of(network, &world, &on);
            let (normal, active) = (p * seen(network, &on, false), p * seen(network, &on, true));
            // Each cause that was there is still there, or was cured.
            for still in combinations(&on.iter().map(|o| o + 1).collect::<Vec<usize>>()) {
                let chance = |(i, s): (usize, &usize)| match (on[i], s) {
                    (0, _) => 1.0,
                    (_, 1) => 1.0 - network.causes[i].cured,
                    _ => network.causes[i].cured,
                };
                let part: f64 = still.iter().enumerate().map(chance).product();
                let set: Vec<usize> =
                    still.iter().enumerate().filter(|(_, s)| **s == 1).map(|(i, _)| i).collect();
                let u = network.unlisted;
                let listed = if set.is_empty() && network.ticket { 0.0 } else { (1.0 - u) * normal };
                *sets.entry(set).or_default() += part * (listed + u / 2.0 * (normal + active));
            }
        }
    }
    let all: f64 = sets.values().sum();
    sets.into_iter().map(|(set, p)| (set, p / all)).filter(|(_, p)| *p > 0.0).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_likeliest_sets_are_those_of_the_definition(network in network(), most in 1_usize..8) {
        let Some(_) = enumerated(&network).filter(|defined| defined.ln_evidence > -30.0) else { return Ok(()) };
        let mut defined: Vec<(Vec<usize>, f64)> = sets_enumerated(&network).into_iter().collect();
        defined.sort_by(|a, b| b.1.total_cmp(&a.1));
        let found = likeliest(&network, most, &Budget::default()).unwrap();
        prop_assert!(found.complete);
        let wanted: Vec<f64> = defined.iter().take(most).map(|(_, p)| *p).filter(|p| *p > 1e-12).collect();
        for (at, p) in wanted.iter().enumerate() {
            let set = &found.sets[at];
            let own = defined.iter().find(|(causes, _)| *causes == set.causes).map_or(0.0, |(_, p)| *p);
            prop_assert!((set.probability - own).abs() < 1e-10, "{set:?} {own} {defined:?}");
            prop_assert!((set.probability - p).abs() < 1e-10, "{found:?} {defined:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn hypotheses_are_weighed_as_the_definition_says(network in network()) {
        let defined = enumerated(&network).filter(|defined| defined.ln_evidence > -30.0);
        let Some(defined) = defined else { return Ok(()) };
        let found = hypotheses(&network, &vec![1.0; network.causes.len()], Some(defined.ln_evidence));
        prop_assert!(found.covered > 0.97 && found.covered < 1.0 + 1e-9, "{found:?} {defined:?}");
        let sets = sets_enumerated(&network);
        let mut own: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
        for hypothesis in &found.list {
            *own.entry(hypothesis.still.clone()).or_default() += hypothesis.probability;
        }
        for (set, p) in own {
            let p_defined = sets.get(&set).copied().unwrap_or(0.0);
            prop_assert!(p <= p_defined + 1e-9 && p > p_defined - 0.03, "{set:?} {p} {p_defined}");
        }
        for (context, values) in defined.contexts.iter().enumerate() {
            for (value, p) in values.iter().enumerate() {
                let part = |h: &Hypothesis| h.probability * h.contexts[context][value];
                let own: f64 = found.list.iter().map(part).sum();
                prop_assert!((own - p).abs() < 0.03, "{found:?} {defined:?}");
            }
        }
    }
}

fn yes_no(background: f64, links: &[(usize, f64)], yes: bool) -> Finding {
    let link = |&(cause, power): &(usize, f64)| (cause, Link { power, hold: 1.0, possible: true });
    let step = Step { level: 1, background, active: background, links: links.iter().map(link).collect() };
    Finding { steps: [step].into(), levels: 2, weights: vec![f64::from(!yes), f64::from(yes)] }
}

fn plain(prior: f64) -> Cause {
    Cause { prior: Table::constant(prior), leads_to: vec![], cured: 0.0, known: None }
}

fn exact(network: &Network) -> Posterior {
    match posterior(network, &Budget::default()) {
        Outcome::Exact(posterior) => posterior,
        other => panic!("{other:?}"),
    }
}

#[test]
fn evidence_far_below_the_smallest_number_keeps_its_digits() {
    let findings = (0..400).map(|_| yes_no(0.001, &[(0, 0.01)], true)).collect();
    let network =
        Network { causes: vec![plain(0.1), plain(0.1)], unlisted: 0.01, findings, ..Network::default() };
    let p = exact(&network);
    // With the first cause, 1 − .999·.99 each time; without it .001: ln ≈ 400·ln(.01099) + ln(.1).
    let expected = 400.0 * libm::log(0.010_99) + libm::log(0.1);
    assert!((p.ln_evidence - expected).abs() < 1e-6 && (p.causes[0] - 1.0).abs() < 1e-12, "{p:?}");
}

#[test]
fn a_cause_that_is_known_and_unlikely_is_no_rounding() {
    let findings = (0..400).map(|_| yes_no(0.0, &[(0, 0.9)], false)).collect();
    let known = Cause { known: Some(true), ..plain(0.1) };
    let p = exact(&Network { causes: vec![known], findings, ..Network::default() });
    assert!((p.ln_evidence - 401.0 * libm::log(0.1)).abs() < 1e-6, "{p:?}");
}

#[test]
fn a_run_over_the_budget_does_not_start() {
    let all: Vec<(usize, f64)> = (0..60).map(|cause| (cause, 0.5)).collect();
    let findings = (0..50).map(|_| yes_no(0.01, &all, true)).collect();
    let network = Network { causes: vec![plain(0.01); 60], findings, ..Network::default() };
    assert!(
        matches!(posterior(&network, &Budget::default()), Outcome::OverBudget { needed } if needed > 1e15)
    );
}

#[test]
fn a_circle_among_effects_does_not_hang() {
    let to = |effect| Cause { leads_to: vec![(effect, 0.5)], ..plain(0.1) };
    let network = Network { causes: vec![to(1), to(0)], ..Network::default() };
    assert!(exact(&network).causes[1] > exact(&network).causes[0]);
}

#[test]
fn nothing_listed_leaves_what_is_not_listed() {
    let p = exact(&Network { unlisted: 0.1, ..Network::default() });
    assert!((p.unlisted - 1.0).abs() < 1e-15);
    assert_eq!(posterior(&Network::default(), &Budget::default()), Outcome::Impossible);
}

#[test]
fn a_finding_too_large_to_be_counted_is_over_the_budget() {
    let held = Link { power: 0.0, hold: 0.5, possible: true };
    let step = |level| Step {
        level,
        background: 0.3,
        active: 0.4,
        links: (0..30).map(|cause| (cause, held)).collect(),
    };
    let steps: Vec<Step> = (1..40).rev().map(step).collect();
    let finding = |weights| Finding { steps: steps.clone().into(), levels: 40, weights };
    // Two of them: one by itself would be the sum of twenty small networks.
    let outcome = |weights: Vec<f64>| {
        let causes = vec![plain(0.1); 30];
        let findings = vec![finding(weights.clone()), finding(weights)];
        posterior(&Network { causes, findings, ..Network::default() }, &Budget::default())
    };
    let known = (0..40).map(|level| f64::from(level == 1)).collect();
    assert!(matches!(outcome(known), Outcome::OverBudget { needed } if needed.is_finite()));
    let every_other = (0..40).map(|level| f64::from(level % 2 == 1)).collect();
    assert!(matches!(outcome(every_other), Outcome::OverBudget { needed } if needed.is_infinite()));
}
