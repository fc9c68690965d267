//! The contexts that shares depend on: which they are, their values and rates, and every cause's share in each.

use std::collections::{BTreeMap, BTreeSet};

use super::kleene::World;
use super::lines::cut;
use super::model::{Cond, Definition, Line, Model, NONE, PER, Type};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Root {
    Fact(usize),
    Member(usize, usize),
    Symptom(usize),
}

pub(crate) struct Context {
    pub(crate) root: Root,
    pub(crate) name: String,
    /// What each value is: a set of values of the fact, no or yes of a member, or a level.
    pub(crate) values: Vec<BTreeSet<i32>>,
    pub(crate) rates: Vec<f64>,
}

impl Context {
    pub(crate) fn assume(&self, value: usize, world: &mut World) {
        match self.root {
            Root::Fact(fact) => _ = world.assumed.insert(fact, self.values[value].clone()),
            Root::Member(fact, member) => {
                let anything = world.model.facts[fact].anything();
                let sets = world.assumed.entry(fact).or_insert(anything);
                sets.retain(|set| set >> member & 1 == i32::from(value == 1));
            }
            Root::Symptom(symptom) => _ = world.levels.insert(symptom, value),
        }
    }

    /// Whether the facts leave a value open.
    pub(crate) fn is_open(&self, value: usize, ticket: &World) -> bool {
        match self.root {
            Root::Member(fact, member) => {
                ticket.fact(fact).iter().any(|set| set >> member & 1 == i32::from(value == 1))
            }
            Root::Fact(fact) => !ticket.fact(fact).is_disjoint(&self.values[value]),
            Root::Symptom(at) => ticket.levels(at).contains(&value),
        }
    }
}

/// The one duration that a symptom cuts, where it cuts nothing else.
fn cuts(model: &Model, symptom: usize) -> Option<usize> {
    let mut facts = BTreeSet::new();
    for (_, condition) in &model.symptoms[symptom].cases {
        let Some(condition) = condition else { continue };
        let (some, symptoms) = reads(condition);
        facts.extend(some);
        if !symptoms.is_empty() {
            return None;
        }
    }
    facts.first().copied().filter(|at| facts.len() == 1 && model.facts[*at].ty.is_amount())
}

/// The facts and symptoms that stand in a condition.
pub(crate) fn reads(condition: &Cond) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let mut found = (BTreeSet::new(), BTreeSet::new());
    each(condition, &mut |part| match part {
        Cond::Yes(fact)
        | Cond::Is(fact, _)
        | Cond::OneOf(fact, _)
        | Cond::Has(fact, _)
        | Cond::Empty(fact)
        | Cond::Known(fact)
        | Cond::Compare(fact, ..)
        | Cond::Between(fact, ..) => _ = found.0.insert(*fact),
        Cond::Level(symptom, ..) => _ = found.1.insert(*symptom),
        _ => {}
    });
    found
}

fn each<'c>(condition: &'c Cond, visit: &mut dyn FnMut(&'c Cond)) {
    visit(condition);
    match condition {
        Cond::Not(inner) => each(inner, visit),
        Cond::And(all) | Cond::Or(all) | Cond::AtLeast(_, all) => all.iter().for_each(|c| each(c, visit)),
        _ => {}
    }
}

/// What a condition depends on in the end, and the comparisons of durations on the way.
fn roots(model: &Model, condition: &Cond, found: &mut BTreeSet<Root>, cut: &mut Vec<Cond>) {
    each(condition, &mut |part| match part {
        Cond::Yes(fact) => match &model.facts[*fact].definition {
            Some(Definition::Condition(definition)) => roots(model, definition, found, cut),
            _ => _ = found.insert(Root::Fact(*fact)),
        },
        Cond::Is(fact, _) | Cond::OneOf(fact, _) => _ = found.insert(Root::Fact(*fact)),
        Cond::Has(fact, member) => _ = found.insert(Root::Member(*fact, *member)),
        Cond::Empty(fact) => {
            if let Type::SomeOf(values) = &model.facts[*fact].ty {
                found.extend((0..values.len()).map(|member| Root::Member(*fact, member)));
            }
        }
        Cond::Compare(fact, ..) | Cond::Between(fact, ..) => {
            found.insert(Root::Fact(*fact));
            cut.push(part.clone());
        }
        Cond::Level(symptom, ..) => {
            if model.symptoms[*symptom].rates.is_empty() || cuts(model, *symptom).is_some() {
                for (_, condition) in &model.symptoms[*symptom].cases {
                    condition.iter().for_each(|c| roots(model, c, found, cut));
                }
            } else {
                found.insert(Root::Symptom(*symptom));
            }
        }
        Cond::Known(_) => panic!("no share asks what is known"),
        Cond::Not(_) | Cond::And(_) | Cond::Or(_) | Cond::AtLeast(..) => {}
    });
}

/// All that some share depends on.
pub(crate) fn contexts(model: &Model) -> Vec<Context> {
    let (mut found, mut cut) = (BTreeSet::new(), Vec::new());
    let shares = model.causes.iter().flat_map(|cause| &cause.shares);
    shares.filter_map(|(when, _)| when.as_ref()).for_each(|c| roots(model, c, &mut found, &mut cut));
    for (at, symptom) in model.symptoms.iter().enumerate() {
        if !symptom.rates.is_empty() && cuts(model, at).is_some_and(|f| found.contains(&Root::Fact(f))) {
            let conditions = symptom.cases.iter().filter_map(|(_, c)| c.as_ref());
            conditions.for_each(|c| roots(model, c, &mut BTreeSet::new(), &mut cut));
        }
    }
    found.into_iter().map(|root| context(model, root, &cut)).collect()
}

fn context(model: &Model, root: Root, cut: &[Cond]) -> Context {
    let single = |n: usize| (0..i32::try_from(n).unwrap()).map(|v| BTreeSet::from([v])).collect();
    let (name, values, rates): (String, Vec<BTreeSet<i32>>, Vec<f64>) = match root {
        Root::Symptom(at) => {
            let symptom = &model.symptoms[at];
            let levels = symptom.levels.len();
            (symptom.name.clone(), single(levels), filled(&symptom.rates, levels))
        }
        Root::Member(at, member) => {
            let fact = &model.facts[at];
            let Type::SomeOf(values) = &fact.ty else { panic!("only sets have members") };
            let yes = fact.rates.iter().find(|(of, _)| *of == member).map_or(0.5, |(_, c)| c.number);
            (format!("{} has {}", fact.name, values[member]), single(2), vec![1.0 - yes, yes])
        }
        Root::Fact(at) => {
            let fact = &model.facts[at];
            let (values, rates) = match &fact.ty {
                Type::Duration | Type::Time => cells(model, at, cut),
                Type::OneOf(values) => (single(values.len()), filled(&fact.rates, values.len())),
                _ => (single(2), filled(&fact.rates, 2)),
            };
            (fact.name.clone(), values, rates)
        }
    };
    Context { root, name, values, rates }
}

/// Rates of all values: words over 100 % shrink, what is not named shares the rest.
fn filled(line: &Line, n: usize) -> Vec<f64> {
    let named: BTreeMap<usize, f64> = line.iter().map(|(value, c)| (*value, c.number)).collect();
    let sum: f64 = named.values().sum();
    let over = sum.max(1.0);
    let unnamed = f64::from(u32::try_from(n - named.len()).unwrap());
    (0..n).map(|v| named.get(&v).map_or(cut(1.0 - sum) / unnamed, |rate| rate / over)).collect()
}

/// On which side of every comparison; `between` has two.
type Sides = Vec<(bool, bool)>;

/// A duration in cells, within each of which no comparison changes.
fn cells(model: &Model, fact: usize, cut: &[Cond]) -> (Vec<BTreeSet<i32>>, Vec<f64>) {
    let points = model.facts[fact].anything().into_iter().filter(|point| *point != NONE);
    let at = |point: i32| {
        let mut world = World::new(model);
        world.assumed.insert(fact, [point].into());
        world
    };
    let cut: Vec<&Cond> = cut.iter().filter(|c| reads(c).0.contains(&fact)).collect();
    let mut cells: Vec<(Sides, BTreeSet<i32>)> = Vec::new();
    for point in points {
        let world = at(point);
        // Both ends of `between` are cuts of their own.
        let side = |c: &&Cond| match c {
            Cond::Between(_, low, high) => (point >= low * PER, point <= high * PER),
            c => (world.holds(c).unwrap(), true),
        };
        let sides = cut.iter().map(side).collect();
        match cells.last_mut() {
            Some((same, cell)) if *same == sides => _ = cell.insert(point),
            _ => cells.push((sides, [point].into())),
        }
    }
    let rated = (0..model.symptoms.len())
        .find(|s| !model.symptoms[*s].rates.is_empty() && cuts(model, *s) == Some(fact));
    let count = f64::from(u32::try_from(cells.len()).unwrap());
    let rates = match rated {
        None => vec![1.0 / count; cells.len()],
        Some(symptom) => {
            let level = |cell: &BTreeSet<i32>| *at(*cell.first().unwrap()).levels(symptom).first().unwrap();
            let levels: Vec<usize> = cells.iter().map(|(_, cell)| level(cell)).collect();
            let rates = filled(&model.symptoms[symptom].rates, model.symptoms[symptom].levels.len());
            let alike = |level: usize| levels.iter().filter(|l| **l == level).count();
            levels.iter().map(|l| rates[*l] / f64::from(u32::try_from(alike(*l)).unwrap())).collect()
        }
    };
    (cells.into_iter().map(|(_, cell)| cell).collect(), rates)
}

/// A combination of contexts: how often it is so, whether the ticket leaves it open, every cause's share.
pub(crate) struct Setting {
    pub(crate) values: Vec<usize>,
    pub(crate) rate: f64,
    pub(crate) open: bool,
    pub(crate) shares: Vec<f64>,
}

/// Whether what was recorded for sure of computed facts is what they compute to in these contexts.
fn agrees(model: &Model, all: &[Context], values: &[usize]) -> bool {
    let mut world = World::of_ticket(model, false);
    all.iter().zip(values).for_each(|(c, v)| c.assume(*v, &mut world));
    !world.contradicts_itself()
}

pub(crate) fn settings(model: &Model, all: &[Context]) -> Vec<Setting> {
    let ticket = World::of_ticket(model, false);
    let mut combinations = vec![Vec::new()];
    for context in all {
        let longer = |c: &Vec<usize>| {
            let c = c.clone();
            (0..context.values.len()).map(move |v| c.iter().copied().chain([v]).collect::<Vec<_>>())
        };
        combinations = combinations.iter().flat_map(longer).collect();
    }
    let setting = |values: Vec<usize>| {
        let mut world = World::new(model);
        all.iter().zip(&values).for_each(|(c, v)| c.assume(*v, &mut world));
        // No share tells the points of a cell apart, so one of each will do.
        let amounts = world.assumed.iter_mut().filter(|(at, _)| model.facts[**at].ty.is_amount());
        amounts.for_each(|(_, cell)| *cell = cell.iter().take(1).copied().collect());
        let share = |shares: &Vec<(Option<Cond>, super::model::Chance)>| {
            let holds = |when: &Option<Cond>| when.as_ref().is_none_or(|c| world.told(c).unwrap());
            shares.iter().find(|(when, _)| holds(when)).map_or(0.0, |(_, c)| c.number)
        };
        Setting {
            rate: all.iter().zip(&values).map(|(c, v)| c.rates[*v]).product(),
            open: all.iter().zip(&values).all(|(c, v)| c.is_open(*v, &ticket)) && agrees(model, all, &values),
            shares: model.causes.iter().map(|cause| share(&cause.shares)).collect(),
            values,
        }
    };
    combinations.into_iter().map(setting).collect()
}
