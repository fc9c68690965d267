//! Facts, what is computed from them, conditions and symptoms.

use std::collections::BTreeSet;

use super::super::model::{Cond, Definition, Fact, Shape, Symptom, Type};
use super::{Generator, Pool, SIGNS, whole};

impl Generator<'_> {
    pub(super) fn fact(&mut self, ty: Type) -> usize {
        let name = self.name();
        self.model.facts.push(Fact { name, ty, rates: Vec::new(), definition: None });
        self.model.facts.len() - 1
    }

    pub(super) fn any_fact(&mut self) -> usize {
        let ty = match self.tape.below(6) {
            0 | 1 => Type::YesNo,
            2 => Type::OneOf(self.values()),
            3 => Type::Duration,
            5 => Type::Time,
            // Every member may become a context.
            _ => Type::SomeOf(self.values().into_iter().take(3).collect()),
        };
        self.fact(ty)
    }

    /// Something computed from some facts.
    pub(super) fn derived(&mut self, pool: &Pool) -> usize {
        let durations: Vec<usize> =
            pool.facts.iter().copied().filter(|f| self.model.facts[*f].ty == Type::Duration).collect();
        let (ty, definition) = match durations.as_slice() {
            [a, b, ..] => (Type::Duration, Definition::Sum(*a, *b)),
            _ => (Type::YesNo, Definition::Condition(self.condition(pool, 1))),
        };
        let name = self.name();
        self.model.facts.push(Fact { name, ty, rates: Vec::new(), definition: Some(definition) });
        self.model.facts.len() - 1
    }

    pub(super) fn condition(&mut self, pool: &Pool, depth: usize) -> Cond {
        if depth > 0 && self.tape.happens(40) {
            let several = |g: &mut Self, low: usize| -> Vec<Cond> {
                (0..g.tape.between(low, 3)).map(|_| g.condition(pool, depth - 1)).collect()
            };
            return match self.tape.below(4) {
                0 => Cond::Not(Box::new(self.condition(pool, depth - 1))),
                1 => Cond::And(several(self, 2)),
                2 => Cond::Or(several(self, 2)),
                _ => {
                    let all = several(self, 2);
                    Cond::AtLeast(self.tape.between(1, all.len()), all)
                }
            };
        }
        let at = self.tape.below(pool.facts.len() + pool.symptoms.len());
        match pool.facts.get(at) {
            Some(fact) => self.about_fact(*fact),
            None => self.about_symptom(pool.symptoms[at - pool.facts.len()]),
        }
    }

    pub(super) fn about_fact(&mut self, fact: usize) -> Cond {
        if self.shared > 0 && fact >= self.shared && self.tape.happens(6) {
            return Cond::Known(fact);
        }
        match self.model.facts[fact].ty.clone() {
            Type::YesNo => Cond::Yes(fact),
            Type::OneOf(values) => {
                let many = self.tape.between(1, values.len() - 1);
                let some: Vec<i32> = self.tape.some(many, values.len()).into_iter().map(whole).collect();
                if let [one] = some[..] { Cond::Is(fact, one) } else { Cond::OneOf(fact, some) }
            }
            Type::SomeOf(values) => {
                if self.tape.happens(20) {
                    Cond::Empty(fact)
                } else {
                    Cond::Has(fact, self.tape.below(values.len()))
                }
            }
            Type::Duration | Type::Time => {
                let low = whole(self.tape.between(1, 20));
                if self.tape.happens(20) {
                    return Cond::Between(fact, low, low + whole(self.tape.below(8)));
                }
                Cond::Compare(fact, SIGNS[self.tape.below(4)], low)
            }
        }
    }

    pub(super) fn about_symptom(&mut self, at: usize) -> Cond {
        let Symptom { shape, levels, .. } = self.model.symptoms[at].clone();
        if shape == Shape::YesNo {
            return Cond::Level(at, [1].into(), String::new());
        }
        let level = self.tape.below(levels.len());
        let name = &levels[level];
        let (wanted, text) = match (self.tape.below(4), shape) {
            (1, Shape::Levels) => ((level..levels.len()).collect(), format!("at least {name}")),
            (2, Shape::Levels) => ((0..=level).collect(), format!("at most {name}")),
            (3, _) => {
                let other = self.tape.below(levels.len());
                (BTreeSet::from([level, other]), format!("is one of {name}, {}", levels[other]))
            }
            _ => (BTreeSet::from([level]), format!("is {name}")),
        };
        Cond::Level(at, wanted, text)
    }

    /// A symptom over some facts; `cut` asks for one in levels that cuts the first of them.
    pub(super) fn symptom(&mut self, pool: &Pool, cut: bool) -> usize {
        let mut levels = self.values();
        let n = levels.len();
        let shape = match self.tape.below(3) {
            _ if cut => Shape::Levels,
            0 => Shape::YesNo,
            1 => Shape::Levels,
            _ => Shape::Kinds,
        };
        let mut cases: Vec<(usize, Option<Cond>)> = Vec::new();
        match shape {
            Shape::YesNo => {
                levels = vec!["no".to_owned(), "yes".to_owned()];
                cases.push((1, Some(self.condition(pool, 2))));
            }
            Shape::Levels | Shape::Kinds => {
                let mut minutes = 0;
                for step in 0..n - 1 {
                    minutes += whole(self.tape.between(1, 6));
                    let condition = if cut {
                        Cond::Compare(pool.facts[0], SIGNS[self.tape.below(2)], minutes)
                    } else {
                        self.condition(pool, 1)
                    };
                    cases.push((if shape == Shape::Levels { step } else { n - 1 - step }, Some(condition)));
                }
            }
        }
        let last = if shape == Shape::Levels { n - 1 } else { 0 };
        cases.push((last, None));
        let name = self.name();
        self.model.symptoms.push(Symptom { name, shape, levels, cases, rates: Vec::new() });
        self.model.symptoms.len() - 1
    }
}
