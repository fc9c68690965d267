//! What the facts of a ticket, or some assumed contexts, say of conditions and symptoms: yes, no, or nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Cond, Definition, Evidence, Known, Model, Type};

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
        let fact = &self.model.facts[at];
        let anything = fact.anything();
        let computed = match &fact.definition {
            None => None,
            Some(Definition::Condition(condition)) => {
                self.holds(condition).map(|yes| Known::Values([i32::from(yes)].into()))
            }
            Some(Definition::Sum(a, b)) => {
                let (a, b) = (self.values(*a), self.values(*b));
                let anywhere = |values: &BTreeSet<i32>| Known::Values(values.clone()) == anything;
                (!anywhere(&a) && !anywhere(&b))
                    .then(|| Known::Values(a.iter().flat_map(|x| b.iter().map(move |y| x + y)).collect()))
            }
        };
        let recorded = self.recorded.get(&at).cloned();
        match (computed, recorded) {
            (Some(computed), Some(recorded)) if apart(&computed, &recorded) => {
                if self.is_unsure(at) {
                    computed
                } else {
                    recorded
                }
            }
            (Some(Known::Values(computed)), Some(Known::Values(recorded))) => {
                Known::Values(computed.intersection(&recorded).copied().collect())
            }
            (Some(computed), _) => computed,
            (None, recorded) => recorded.unwrap_or(anything),
        }
    }

    fn is_unsure(&self, at: usize) -> bool {
        self.model.ticket.recorded.get(&at).is_some_and(|recorded| recorded.sure.is_some())
    }

    /// Whether a fact computes to something else than what was recorded.
    pub(crate) fn contradicts_itself(&self) -> bool {
        self.recorded.iter().any(|(at, recorded)| {
            let mut without = World {
                model: self.model,
                assumed: self.assumed.clone(),
                recorded: self.recorded.clone(),
                levels: self.levels.clone(),
            };
            without.recorded.remove(at);
            self.model.facts[*at].definition.is_some() && apart(&without.fact(*at), recorded)
        })
    }

    fn values(&self, at: usize) -> BTreeSet<i32> {
        match self.fact(at) {
            Known::Values(values) => values,
            Known::Members(_) => panic!("a set has members"),
        }
    }

    fn every(&self, at: usize, test: impl Fn(i32) -> bool) -> Option<bool> {
        let values = self.values(at);
        let anything = self.model.facts[at].anything();
        if self.model.facts[at].ty == Type::Duration && anything == Known::Values(values.clone()) {
            return None;
        }
        if values.iter().all(|v| test(*v)) {
            Some(true)
        } else {
            (!values.iter().any(|v| test(*v))).then_some(false)
        }
    }

    pub(crate) fn holds(&self, condition: &Cond) -> Option<bool> {
        match condition {
            Cond::Yes(fact) => self.every(*fact, |v| v == 1),
            Cond::Is(fact, value) => self.every(*fact, |v| v == *value),
            Cond::OneOf(fact, values) => self.every(*fact, |v| values.contains(&v)),
            Cond::Has(fact, member) => match self.fact(*fact) {
                Known::Members(members) => members[*member],
                Known::Values(_) => panic!("only sets have members"),
            },
            Cond::Empty(fact) => match self.fact(*fact) {
                Known::Members(members) => not(any(members)),
                Known::Values(_) => panic!("only sets have members"),
            },
            Cond::Compare(fact, sign, minutes) => self.every(*fact, |v| match *sign {
                "<" => v < minutes * 2,
                "<=" => v <= minutes * 2,
                ">" => v > minutes * 2,
                _ => v >= minutes * 2,
            }),
            Cond::Between(fact, low, high) => {
                not(any([self.every(*fact, |v| v < low * 2), self.every(*fact, |v| v > high * 2)]))
            }
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
        self.first(self.model.symptoms[at].cases.iter().map(|(level, c)| (*level, c.clone())))
    }

    /// The levels of what a rule observes that are still possible.
    pub(crate) fn observed(&self, evidence: &Evidence) -> BTreeSet<usize> {
        match evidence {
            Evidence::Symptom(at) => self.levels(*at),
            Evidence::Condition(condition) => self.first([(1, Some(condition.clone())), (0, None)]),
            Evidence::Fact(at) => {
                let last = match &self.model.facts[*at].ty {
                    Type::OneOf(values) => values.len() - 1,
                    _ => return self.values(*at).iter().map(|v| usize::try_from(*v).unwrap()).collect(),
                };
                self.values(*at).iter().map(|v| last - usize::try_from(*v).unwrap()).collect()
            }
        }
    }

    fn first(&self, cases: impl IntoIterator<Item = (usize, Option<Cond>)>) -> BTreeSet<usize> {
        let mut levels = BTreeSet::new();
        for (level, condition) in cases {
            let truth = condition.map_or(Some(true), |c| self.holds(&c));
            if truth != Some(false) {
                levels.insert(level);
            }
            if truth == Some(true) {
                break;
            }
        }
        levels
    }
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

fn apart(a: &Known, b: &Known) -> bool {
    matches!((a, b), (Known::Values(a), Known::Values(b)) if a.is_disjoint(b))
}
