//! What rules observe and say.

use super::super::lines::ruled_out;
use super::super::model::{Chance, Cond, Evidence, Rule, Target, Type};
use super::{FREQUENCIES, Generator, Pool};

impl Generator<'_> {
    /// What a rule observes, over facts of its own.
    pub(super) fn evidence(&mut self) -> Evidence {
        let kind = self.tape.below(6);
        let mut pool = Pool::default();
        let evidence = match kind {
            0 => {
                pool.facts.push(self.fact(Type::YesNo));
                Evidence::Fact(pool.facts[0])
            }
            1 => {
                let values = self.values();
                pool.facts.push(self.fact(Type::OneOf(values)));
                Evidence::Fact(pool.facts[0])
            }
            2 => {
                pool.facts.push(self.fact(Type::Duration));
                if self.tape.happens(40) {
                    pool.facts.push(self.fact(Type::Duration));
                    let sum = self.derived(&pool);
                    pool.facts.push(sum);
                }
                let cut = Pool { facts: pool.facts.last().copied().into_iter().collect(), ..Pool::default() };
                Evidence::Symptom(self.symptom(&cut, true))
            }
            _ => {
                for _ in 0..self.tape.between(1, 3) {
                    let fact = self.any_fact();
                    pool.facts.push(fact);
                }
                let mut read = pool.clone();
                if self.tape.happens(30) {
                    let derived = self.derived(&pool);
                    read.facts.push(derived);
                    pool.facts.push(derived);
                }
                match kind {
                    3 => Evidence::Condition(self.condition(&read, 2)),
                    4 if self.tape.happens(30) => {
                        let below = self.symptom(&read, false);
                        read.symptoms.push(below);
                        Evidence::Symptom(self.symptom(&read, false))
                    }
                    _ => Evidence::Symptom(self.symptom(&read, false)),
                }
            }
        };
        self.looks.push(pool.facts);
        evidence
    }

    pub(super) fn targets(&mut self, free: &mut Vec<usize>) -> Vec<Target> {
        let many = self.tape.between(1, 3).min(free.len());
        (0..many).map(|_| Target::Cause(free.remove(self.tape.below(free.len())))).collect()
    }

    pub(super) fn rule(&mut self, guards: &mut Pool) {
        let evidence = self.evidence();
        let reads = !guards.facts.is_empty() || !guards.symptoms.is_empty();
        let given = (reads && self.tape.happens(35)).then(|| self.condition(guards, 1));
        let twice = given.is_some() && self.tape.happens(30) && !matches!(evidence, Evidence::Condition(_));
        let contrary = given.clone().map(|given| Cond::Not(Box::new(given)));
        self.one_rule(evidence.clone(), given, twice);
        if twice {
            self.one_rule(evidence.clone(), contrary, true);
        }
        match evidence {
            Evidence::Symptom(at) => guards.symptoms.push(at),
            Evidence::Fact(at) => guards.facts.push(at),
            Evidence::Condition(_) => {}
        }
        if self.tape.happens(50) {
            let look = self.looks.last().unwrap().clone();
            guards.facts.extend(look.into_iter().filter(|f| !guards.facts.contains(f)).collect::<Vec<_>>());
        }
    }

    pub(super) fn one_rule(&mut self, evidence: Evidence, given: Option<Cond>, one_of_two: bool) {
        let observed = match evidence {
            Evidence::Symptom(at) => Some(self.model.symptoms[at].name.clone()),
            Evidence::Fact(at) => Some(self.model.facts[at].name.clone()),
            Evidence::Condition(_) => None,
        };
        let own = observed.clone().filter(|_| !one_of_two && !self.tape.happens(30));
        let name = own.unwrap_or_else(|| self.name());
        let levels = self.model.levels(&evidence).1.len();
        let mut rule = Rule {
            name: name.clone(),
            told_by: None,
            evidence,
            given,
            anyway: self.line(levels, true),
            with: Vec::new(),
            shows: Vec::new(),
            rules_out: Vec::new(),
        };
        let mut free: Vec<usize> = (0..self.model.causes.len()).collect();
        for _ in 0..self.tape.between(1, 4) {
            if free.is_empty() {
                break;
            }
            if self.tape.happens(15) {
                let cause = free.remove(self.tape.below(free.len()));
                let called = observed.clone().filter(|_| !one_of_two && self.tape.happens(50));
                let called = called.unwrap_or_else(|| name.clone());
                rule.shows.push((cause, called, self.line(levels, false)));
            } else {
                let targets = self.targets(&mut free);
                rule.with.push((targets, self.line(levels, false)));
            }
        }
        let groups: Vec<usize> = (0..self.model.groups.len())
            .filter(|group| !self.model.members(Target::Group(*group)).is_empty())
            .collect();
        if !groups.is_empty() && self.tape.happens(40) {
            let group = *self.tape.pick(&groups);
            rule.with.push((vec![Target::Group(group)], self.line(levels, false)));
        }
        while self.tape.happens(20) {
            let many = self.tape.between(1, levels - 1);
            let out = if levels == 2 { vec![1] } else { self.tape.some(many, levels) };
            let target = if !groups.is_empty() && self.tape.happens(20) {
                Target::Group(*self.tape.pick(&groups))
            } else {
                Target::Cause(self.tape.below(self.model.causes.len()))
            };
            rule.rules_out.push((out, vec![target]));
            // Every level ruled out is no pack that anybody means.
            if ruled_out(&self.model, &rule).values().any(|out| out.len() == levels) {
                rule.rules_out.pop();
            }
        }
        self.model.rules.push(rule);
    }

    /// Direct checks.
    pub(super) fn told_by(&mut self) {
        for cause in 0..self.model.causes.len() {
            if !self.tape.happens(12) {
                continue;
            }
            let fact = self.fact(Type::YesNo);
            self.looks.push(vec![fact]);
            let condition =
                if self.tape.happens(50) { Cond::Not(Box::new(Cond::Yes(fact))) } else { Cond::Yes(fact) };
            let of = |word: &str| {
                let (_, _, usual) = FREQUENCIES.iter().find(|(name, ..)| *name == word).unwrap();
                let number = self.model.scale.get(word).map_or(*usual, |(_, number)| *number);
                vec![(1, Chance { text: word.to_owned(), number, word: true })]
            };
            let rule = Rule {
                name: String::new(),
                told_by: Some(cause),
                evidence: Evidence::Condition(condition),
                given: None,
                anyway: of("never"),
                with: vec![(vec![Target::Cause(cause)], of("almost always"))],
                shows: Vec::new(),
                rules_out: Vec::new(),
            };
            self.model.rules.push(rule);
        }
    }
}
