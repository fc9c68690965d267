//! What the facts of a ticket, or some assumed contexts, say of conditions and symptoms: yes, no, or nothing.
//!
//! Of facts that are known in part, every combination of the values that are left is tried, as far as what was recorded of
//! computed facts allows it. Of a fact of which nothing is known, nothing is tried: it is unknown.

use std::collections::{BTreeMap, BTreeSet};

use super::contexts::reads;
use super::model::{Cond, Definition, Evidence, Fact, Known, Model, NONE, PER, Type};

#[derive(Clone)]
pub(crate) struct World<'m> {
    pub(crate) model: &'m Model,
    /// What counts whatever it is computed from.
    pub(crate) assumed: BTreeMap<usize, Known>,
    /// What was recorded; of a computed fact it counts beside what is computed, and before it where it is sure.
    pub(crate) recorded: BTreeMap<usize, Known>,
    /// Symptoms that are assumed.
    pub(crate) levels: BTreeMap<usize, usize>,
}

impl<'m> World<'m> {
    pub(crate) fn new(model: &'m Model) -> Self {
        Self { model, assumed: BTreeMap::new(), recorded: BTreeMap::new(), levels: BTreeMap::new() }
    }

    /// What the ticket says; `unsure` takes unsure reports as sure.
    pub(crate) fn of_ticket(model: &'m Model, unsure: bool) -> Self {
        let mut world = Self::new(model);
        for (fact, recorded) in &model.ticket.recorded {
            if let Some(known) = recorded.known.as_ref().filter(|_| unsure || recorded.sure.is_none()) {
                world.recorded.insert(*fact, known.clone());
            }
        }
        world
    }

    pub(crate) fn fact(&self, at: usize) -> Known {
        if let Some(known) = self.assumed.get(&at) {
            return known.clone();
        }
        let computed = self.computed(at);
        let recorded = self.recorded.get(&at).cloned();
        match (computed, recorded) {
            (Some(computed), Some(recorded)) if computed.is_disjoint(&recorded) => {
                if self.is_unsure(at) {
                    computed
                } else {
                    recorded
                }
            }
            (Some(computed), Some(recorded)) => computed.intersection(&recorded).copied().collect(),
            (Some(computed), None) => computed,
            (None, recorded) => recorded.unwrap_or_else(|| self.model.facts[at].anything()),
        }
    }

    fn computed(&self, at: usize) -> Option<Known> {
        match self.model.facts[at].definition.as_ref()? {
            Definition::Condition(condition) => {
                let worlds = self.combinations(&self.behind([condition]));
                the_same(worlds.iter().map(|w| w.holds(condition))).map(|yes| [i32::from(yes)].into())
            }
            Definition::Sum(a, b) => {
                let (x, y) = (self.fact(*a), self.fact(*b));
                let anywhere = self.is_unknown(*a) || self.is_unknown(*b);
                (!anywhere).then(|| x.iter().flat_map(|x| y.iter().map(move |y| x + y)).collect())
            }
        }
    }

    fn is_unknown(&self, at: usize) -> bool {
        self.fact(at) == self.model.facts[at].anything()
    }

    fn is_partial(&self, at: usize) -> bool {
        self.fact(at).len() > 1 && !self.is_unknown(at)
    }

    fn is_unsure(&self, at: usize) -> bool {
        self.model.ticket.recorded.get(&at).is_some_and(|recorded| recorded.sure.is_some())
    }

    /// Whether a fact computes to something else than what was recorded.
    pub(crate) fn contradicts_itself(&self) -> bool {
        self.recorded
            .iter()
            .any(|(at, recorded)| self.computed(*at).is_some_and(|computed| computed.is_disjoint(recorded)))
    }

    /// All that some conditions are read from.
    fn behind<'c>(&self, conditions: impl IntoIterator<Item = &'c Cond>) -> BTreeSet<usize> {
        let mut all = BTreeSet::new();
        let mut todo: Vec<Cond> = conditions.into_iter().cloned().collect();
        while let Some(condition) = todo.pop() {
            let (facts, symptoms) = reads(&condition);
            for at in symptoms.into_iter().filter(|at| !self.levels.contains_key(at)) {
                todo.extend(self.model.symptoms[at].cases.iter().filter_map(|(_, c)| c.clone()));
            }
            for fact in facts {
                all.insert(fact);
                match &self.model.facts[fact].definition {
                    Some(Definition::Condition(condition)) => todo.push(condition.clone()),
                    Some(Definition::Sum(a, b)) => all.extend([*a, *b]),
                    None => {}
                }
            }
        }
        all
    }

    /// A world for each combination of values that facts known in part may have.
    fn worlds(&self, mut behind: BTreeSet<usize>) -> Vec<World<'m>> {
        // What was recorded for sure of a computed fact says something of all that it is computed from.
        let fact = |at: &usize| [Cond::Yes(*at)];
        loop {
            let before = behind.len();
            let computed = |at: &&usize| self.model.facts[**at].definition.is_some() && !self.is_unsure(**at);
            for at in self.recorded.keys().filter(computed) {
                let own = self.behind(&fact(at));
                if own.iter().any(|f| behind.contains(f) && self.is_partial(*f)) {
                    behind.extend(own);
                }
            }
            if behind.len() == before {
                break;
            }
        }
        self.combinations(&behind)
    }

    fn combinations(&self, behind: &BTreeSet<usize>) -> Vec<World<'m>> {
        let mut worlds = vec![self.clone()];
        for at in behind.iter().filter(|at| self.is_partial(**at)) {
            let values = self.told_apart(*at);
            let each = |world: &World<'m>| {
                let world = world.clone();
                let of = |value: &i32| {
                    let mut world = world.clone();
                    world.assumed.insert(*at, [*value].into());
                    world
                };
                values.iter().map(of).collect::<Vec<_>>()
            };
            worlds = worlds.iter().flat_map(each).collect();
        }
        let agrees = |world: &World| {
            behind.iter().all(|at| {
                let said = world.assumed.get(at).or_else(|| world.recorded.get(at));
                let computed = world.computed(*at);
                said.is_none_or(|said| computed.is_none_or(|computed| !computed.is_disjoint(said)))
            })
        };
        let agreeing: Vec<World> = worlds.iter().filter(|world| agrees(world)).cloned().collect();
        if agreeing.is_empty() { worlds } else { agreeing }
    }

    /// The values that are left of a fact; of amounts that are added to no other part, one on each side of all that they are
    /// compared with.
    fn told_apart(&self, at: usize) -> Vec<i32> {
        let values = self.fact(at);
        let part = |other: usize| self.fact(other).len() > 1;
        let added = |fact: &Fact| match fact.definition {
            Some(Definition::Sum(a, b)) => a == at && part(b) || b == at && part(a),
            _ => false,
        };
        let of = &self.model.facts[at];
        if !of.ty.is_amount() || of.definition.is_some() || self.model.facts.iter().any(added) {
            return values.into_iter().collect();
        }
        let mut seen = BTreeSet::new();
        let side = |v: &i32| if v % PER == 0 { *v } else { v - v % PER + 1 };
        values.into_iter().filter(|v| *v == NONE || seen.insert(side(v))).collect()
    }

    /// Whether a condition holds for every value that is left.
    pub(crate) fn told(&self, condition: &Cond) -> Option<bool> {
        let worlds = self.worlds(self.behind([condition]));
        the_same(worlds.iter().map(|world| world.holds(condition)))
    }

    fn every(&self, at: usize, test: impl Fn(i32) -> bool) -> Option<bool> {
        let values = self.fact(at);
        if self.model.facts[at].ty.is_amount() && self.is_unknown(at) {
            return None;
        }
        if values.iter().all(|v| test(*v)) {
            Some(true)
        } else {
            (!values.iter().any(|v| test(*v))).then_some(false)
        }
    }

    /// Whether a condition holds, word by word.
    pub(crate) fn holds(&self, condition: &Cond) -> Option<bool> {
        match condition {
            Cond::Yes(fact) => self.every(*fact, |v| v == 1),
            Cond::Is(fact, value) => self.every(*fact, |v| v == *value),
            Cond::OneOf(fact, values) => self.every(*fact, |v| values.contains(&v)),
            Cond::Has(fact, member) => self.every(*fact, |v| v >> member & 1 == 1),
            Cond::Empty(fact) => self.every(*fact, |v| v == 0),
            Cond::Known(fact) => Some(World::of_ticket(self.model, false).fact(*fact).len() == 1),
            Cond::Compare(fact, sign, bound) => self.every(*fact, |v| {
                v != NONE
                    && match *sign {
                        "<" => v < bound * PER,
                        "<=" => v <= bound * PER,
                        ">" => v > bound * PER,
                        _ => v >= bound * PER,
                    }
            }),
            Cond::Between(fact, low, high) => self.every(*fact, |v| (low * PER..=high * PER).contains(&v)),
            Cond::Level(symptom, wanted, _) => {
                let levels = self.levels(*symptom);
                if levels.is_disjoint(wanted) {
                    Some(false)
                } else {
                    levels.is_subset(wanted).then_some(true)
                }
            }
            Cond::Not(inner) => not(self.holds(inner)),
            Cond::And(all) => not(any(all.iter().map(|c| not(self.holds(c))))),
            Cond::Or(all) => any(all.iter().map(|c| self.holds(c))),
            Cond::AtLeast(least, all) => {
                let truths: Vec<_> = all.iter().map(|c| self.holds(c)).collect();
                let yes = truths.iter().filter(|t| **t == Some(true)).count();
                let maybe = truths.iter().filter(|t| t.is_none()).count();
                if yes >= *least { Some(true) } else { (yes + maybe < *least).then_some(false) }
            }
        }
    }

    /// The levels of a symptom that are still possible.
    pub(crate) fn levels(&self, at: usize) -> BTreeSet<usize> {
        if let Some(level) = self.levels.get(&at) {
            return [*level].into();
        }
        self.first(&self.model.symptoms[at].cases)
    }

    /// The levels of what a rule observes that are still possible.
    pub(crate) fn observed(&self, evidence: &Evidence) -> BTreeSet<usize> {
        match evidence {
            Evidence::Symptom(at) => self.levels(*at),
            Evidence::Condition(condition) => self.first(&[(1, Some(condition.clone())), (0, None)]),
            Evidence::Fact(at) => {
                let last = match &self.model.facts[*at].ty {
                    Type::OneOf(values) => Some(values.len() - 1),
                    _ => None,
                };
                let level = |value: i32| {
                    let value = usize::try_from(value).unwrap();
                    last.map_or(value, |last| last - value)
                };
                let worlds = self.worlds(BTreeSet::from([*at]));
                worlds.iter().flat_map(|world| world.fact(*at)).map(level).collect()
            }
        }
    }

    fn first(&self, cases: &[(usize, Option<Cond>)]) -> BTreeSet<usize> {
        let worlds = self.worlds(self.behind(cases.iter().filter_map(|(_, c)| c.as_ref())));
        worlds.iter().flat_map(|world| world.first_that_holds(cases)).collect()
    }

    fn first_that_holds(&self, cases: &[(usize, Option<Cond>)]) -> BTreeSet<usize> {
        let mut levels = BTreeSet::new();
        for (level, condition) in cases {
            let truth = condition.as_ref().map_or(Some(true), |c| self.holds(c));
            if truth != Some(false) {
                levels.insert(*level);
            }
            if truth == Some(true) {
                break;
            }
        }
        levels
    }
}

/// What all say, where all say the same.
fn the_same(mut truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let first = truths.next().unwrap();
    first.filter(|first| truths.all(|truth| truth == Some(*first)))
}

fn not(truth: Option<bool>) -> Option<bool> {
    truth.map(|yes| !yes)
}

fn any(truths: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut any = Some(false);
    for truth in truths {
        match truth {
            Some(true) => return truth,
            Some(false) => {}
            None => any = None,
        }
    }
    any
}
