//! The oracle of the decomposition: random small networks, decomposed and evaluated by plain variable
//! elimination, against [`posterior`].

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::decompose::{Decomposition, Variable};
use super::labelled::{ContextLabel, FindingLabel, Label};
use super::{Labelled, bif, decompose};
use crate::infer::exact::{Budget, Outcome, Posterior, posterior};
use crate::infer::network::{Cause, Context, Finding, Network};
use crate::infer::step::{Link, Step};
use crate::infer::table::Table;

/// A factor: the variables that it is over, the last running fastest.
struct Factor {
    scope: Vec<usize>,
    table: Vec<f64>,
}

impl Factor {
    /// The entry for the states of all variables.
    fn at(&self, on: &[usize], sizes: &[usize]) -> f64 {
        self.table[self.scope.iter().fold(0, |place, &v| place * sizes[v] + on[v])]
    }
}

/// The product of factors over a scope.
fn product(factors: &[Factor], scope: Vec<usize>, sizes: &[usize]) -> Factor {
    let entries: usize = scope.iter().map(|v| sizes[*v]).product();
    let mut on = vec![0; sizes.len()];
    let entry = |at: usize| {
        let mut rest = at;
        for &v in scope.iter().rev() {
            on[v] = rest % sizes[v];
            rest /= sizes[v];
        }
        factors.iter().map(|factor| factor.at(&on, sizes)).product()
    };
    let table = (0..entries).map(entry).collect();
    Factor { scope, table }
}

/// What is observed, and the chances of all states of the variables that are asked for, unnormalised.
fn eliminated(variables: &[Variable], asked: &[usize]) -> Factor {
    let sizes: Vec<usize> = variables.iter().map(|v| v.states.len()).collect();
    let own = |(at, v): (usize, &Variable)| Factor {
        scope: v.parents.iter().copied().chain([at]).collect(),
        table: v.table.clone(),
    };
    let seen = |(at, v): (usize, &Variable)| {
        let state = v.observed?;
        Some(Factor { scope: vec![at], table: (0..sizes[at]).map(|s| f64::from(s == state)).collect() })
    };
    let given = variables.iter().enumerate().filter_map(seen);
    let mut factors: Vec<Factor> = variables.iter().enumerate().map(own).chain(given).collect();
    let mut left: BTreeSet<usize> = (0..variables.len()).filter(|v| !asked.contains(v)).collect();
    let bucket = |v: usize, factors: &[Factor]| -> BTreeSet<usize> {
        factors.iter().filter(|f| f.scope.contains(&v)).flat_map(|f| f.scope.clone()).collect()
    };
    while let Some(v) = left
        .iter()
        .copied()
        .min_by_key(|v| bucket(*v, &factors).iter().map(|other| sizes[*other]).product::<usize>())
    {
        left.remove(&v);
        let scope: Vec<usize> =
            bucket(v, &factors).into_iter().filter(|other| *other != v).chain([v]).collect();
        let (with, without) = factors.into_iter().partition(|f: &Factor| f.scope.contains(&v));
        factors = without;
        let mut joined = product(&with, scope, &sizes);
        joined.scope.pop();
        joined.table = joined.table.chunks(sizes[v]).map(|states| states.iter().sum()).collect();
        factors.push(joined);
    }
    product(&factors, asked.to_vec(), &sizes)
}

/// The posterior of some variables, state by state; nothing where what is observed cannot be.
fn evaluated(decomposition: &Decomposition, asked: &[String]) -> Option<Vec<Vec<f64>>> {
    let variables = &decomposition.variables;
    let at: Vec<usize> =
        asked.iter().map(|name| variables.iter().position(|v| v.name == *name).unwrap()).collect();
    let joint = eliminated(variables, &at);
    let all: f64 = joint.table.iter().sum();
    let sizes: Vec<usize> = at.iter().map(|v| variables[*v].states.len()).collect();
    let marginal = |which: usize| {
        let stride: usize = sizes[which + 1..].iter().product();
        let mut sums = vec![0.0; sizes[which]];
        joint.table.iter().enumerate().for_each(|(i, p)| sums[i / stride % sizes[which]] += p / all);
        sums
    };
    (all > 0.0).then(|| (0..at.len()).map(marginal).collect())
}

/// Numbers from a seed (a linear congruential generator, Knuth's constants).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 40).unwrap() % n
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn chance(&mut self) -> f64 {
        match self.below(12) {
            0 => 0.0,
            1 => 1.0,
            _ => f64::from(u32::try_from(1 + self.below(998)).unwrap()) / 1000.0,
        }
    }

    fn context(&mut self) -> Context {
        let weights: Vec<f64> = (0..2 + self.below(2)).map(|_| 0.01 + self.chance()).collect();
        let sum: f64 = weights.iter().sum();
        let possible = weights.iter().map(|_| !self.one_in(6)).collect();
        Context { rates: weights.iter().map(|w| w / sum).collect(), possible }
    }

    fn cause(&mut self, at: usize, causes: usize, contexts: &[Context]) -> Cause {
        let scope: Vec<usize> = (0..contexts.len()).filter(|_| self.one_in(2)).collect();
        let entries: usize = scope.iter().map(|c| contexts[*c].rates.len()).product();
        let values = (0..entries).map(|_| if self.one_in(4) { 0.0 } else { self.chance() * 0.4 });
        let prior = Table { values: values.collect(), scope };
        // Now and then a link back, which may close a circle.
        let effects: Vec<usize> =
            (0..causes).filter(|to| *to != at && self.one_in(if *to > at { 4 } else { 30 })).collect();
        let leads_to = effects.into_iter().map(|to| (to, self.chance())).collect();
        let cured = if self.one_in(4) { self.chance() } else { 0.0 };
        Cause { prior, leads_to, cured, known: self.one_in(8).then(|| self.one_in(2)) }
    }

    fn link(&mut self) -> Option<Link> {
        let (mut power, mut hold, mut possible) = (0.0, 1.0, true);
        match self.below(8) {
            0..3 => return None,
            3..6 => power = self.chance(),
            6 => hold = self.chance(),
            _ => possible = false,
        }
        Some(Link { power, hold, possible })
    }

    fn finding(&mut self, causes: usize) -> Finding {
        let levels = 2 + self.below(3);
        let steps: Vec<Step> = (1..levels)
            .rev()
            .map(|level| {
                let links = (0..causes).filter_map(|cause| Some((cause, self.link()?))).collect();
                Step { level, background: self.chance(), active: self.chance(), links }
            })
            .collect();
        let (at, sure) = (self.below(levels), 0.5 + self.chance() / 2.0);
        let weights: Vec<f64> = match self.below(4) {
            0 => (0..levels).map(|_| f64::from(self.one_in(2))).collect(),
            1 => (0..levels).map(|l| if l == at { sure } else { 1.0 - sure }).collect(),
            _ => (0..levels).map(|l| f64::from(l == at)).collect(),
        };
        Finding { steps: Arc::from(steps), levels, weights }
    }

    fn network(&mut self) -> Network {
        let contexts: Vec<Context> = (0..self.below(3)).map(|_| self.context()).collect();
        let causes = self.below(6);
        Network {
            causes: (0..causes).map(|at| self.cause(at, causes, &contexts)).collect(),
            contexts,
            unlisted: if self.one_in(4) { 0.0 } else { self.chance() * 0.5 },
            findings: (0..self.below(4)).map(|_| self.finding(causes)).collect(),
            ticket: !self.one_in(6),
        }
    }
}

fn named(network: Network) -> Labelled {
    let label = |name: String| Label { name, title: None };
    let numbers = |n: usize| (0..n).map(|at| format!("l{at}")).collect::<Vec<_>>();
    let context = |(at, c): (usize, &Context)| ContextLabel {
        name: format!("x{at}"),
        rated: true,
        values: numbers(c.rates.len()),
    };
    let finding = |(at, f): (usize, &Finding)| FindingLabel {
        rule: label(format!("f{at}")),
        levels: numbers(f.levels),
        observed: true,
    };
    Labelled {
        pack: label("random".to_owned()),
        version: String::new(),
        contexts: network.contexts.iter().enumerate().map(context).collect(),
        causes: (0..network.causes.len()).map(|at| label(format!("c{at}"))).collect(),
        findings: network.findings.iter().enumerate().map(finding).collect(),
        network,
    }
}

/// What is asked for, and what the posterior says of it: contexts, causes, and that none is there.
fn expected(network: &Network, exact: &Posterior) -> Vec<(String, Vec<f64>)> {
    let contexts = exact.contexts.iter().enumerate().map(|(at, p)| (format!("x{at}"), p.clone()));
    let causes = exact.causes.iter().zip(&network.causes).enumerate().map(|(at, (p, cause))| {
        let name = if cause.cured > 0.0 { format!("c{at}__still_there") } else { format!("c{at}") };
        (name, vec![1.0 - p, *p])
    });
    // Where nothing need be wrong, that none is there is no longer that something is there which is not
    // listed.
    let none = network.ticket.then(|| ("unlisted".to_owned(), vec![1.0 - exact.unlisted, exact.unlisted]));
    contexts.chain(causes).chain(none).collect()
}

fn is_well_formed(decomposition: &Decomposition) -> Result<(), TestCaseError> {
    let names: BTreeSet<&str> = decomposition.variables.iter().map(|v| v.name.as_str()).collect();
    prop_assert_eq!(names.len(), decomposition.variables.len());
    for (at, variable) in decomposition.variables.iter().enumerate() {
        prop_assert!(variable.parents.iter().all(|parent| *parent < at), "{variable:?}");
        let sizes = variable.parents.iter().map(|p| decomposition.variables[*p].states.len());
        let rows: usize = sizes.product();
        prop_assert_eq!(variable.table.len(), rows * variable.states.len());
        for row in variable.table.chunks(variable.states.len()) {
            prop_assert!(row.iter().all(|p| *p >= 0.0 && p.is_sign_positive()), "{variable:?}");
            prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{variable:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_decomposed_network_has_the_posterior(seed in any::<u64>()) {
        let network = Dice(seed).network();
        let decomposition = decompose(&named(network.clone()));
        is_well_formed(&decomposition)?;
        match posterior(&network, &Budget::default()) {
            Outcome::Exact(exact) => {
                let expected = expected(&network, &exact);
                let asked: Vec<String> = expected.iter().map(|(name, _)| name.clone()).collect();
                let Some(got) = evaluated(&decomposition, &asked) else {
                    return Err(TestCaseError::fail(format!("impossible: {network:?}")));
                };
                for ((name, expected), got) in expected.iter().zip(&got) {
                    for (a, b) in expected.iter().zip(got) {
                        prop_assert!((a - b).abs() < 1e-9, "{name}: {expected:?} {got:?} {network:?}");
                    }
                }
            }
            Outcome::Impossible => prop_assert_eq!(evaluated(&decomposition, &["unlisted".to_owned()]), None),
            Outcome::OverBudget { needed } => prop_assert!(false, "{needed}"),
        }
    }
}

#[test]
fn no_table_grows_with_the_number_of_causes() {
    let largest = |causes: usize| {
        let link = |cause: usize| {
            let (power, hold) = if cause.is_multiple_of(3) { (0.0, 0.5) } else { (0.5, 1.0) };
            (cause, Link { power, hold, possible: !cause.is_multiple_of(7) })
        };
        let step =
            |level| Step { level, background: 0.1, active: 0.3, links: (0..causes).map(link).collect() };
        let steps: Vec<Step> = (1..4).rev().map(step).collect();
        let finding = Finding { steps: steps.into(), levels: 4, weights: vec![0.0, 1.0, 1.0, 0.0] };
        let cause = |at: usize| Cause {
            prior: Table::constant(0.01),
            leads_to: (at + 1..causes).map(|to| (to, 0.1)).collect(),
            cured: 0.5,
            known: None,
        };
        let network = Network {
            causes: (0..causes).map(cause).collect(),
            findings: vec![finding],
            ..Network::default()
        };
        let decomposition = decompose(&named(network));
        decomposition.variables.iter().map(|v| v.table.len()).max()
    };
    assert_eq!(largest(4), largest(40));
}

#[test]
fn what_is_written_does_not_depend_on_the_run() {
    let written = || bif(&decompose(&named(Dice(5).network())));
    assert_eq!(written(), written());
}
