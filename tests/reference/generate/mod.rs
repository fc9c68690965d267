//! Random packs with a ticket each: everything that the numbers of a pack can say.

mod chances;
mod conditions;
mod rules;
mod ticket;

use super::model::{Cause, Chance, Fix, Model, Type};
use super::tape::Tape;

const FREQUENCIES: [(&str, &str, f64); 8] = [
    ("sometimes", "30 %", 0.3),
    ("usually", "80 %", 0.8),
    ("often", "60 %", 0.6),
    ("rarely", "8 %", 0.08),
    ("almost always", "95 %", 0.95),
    ("almost never", "2 %", 0.02),
    ("always", "99 %", 0.99),
    ("never", "0.5 %", 0.005),
];

const COMMONNESS: [(&str, &str, f64); 5] = [
    ("common", "1 in 20", 0.05),
    ("uncommon", "1 in 100", 0.01),
    ("rare", "1 in 500", 0.002),
    ("very common", "20 %", 0.2),
    ("very rare", "1 in 5000", 0.0002),
];

const SIGNS: [&str; 4] = ["<=", "<", ">", ">="];

const STEMS: [&str; 8] = ["mail", "queue", "relay.host", "zone", "cert_age", "route", "log.spool", "agent"];

const VALUES: [&str; 8] = ["low", "mid", "high", "top", "other", "azure", "vendor", "peak"];

/// What a condition may read.
#[derive(Debug, Clone, Default)]
struct Pool {
    facts: Vec<usize>,
    symptoms: Vec<usize>,
}

struct Generator<'t> {
    tape: Tape<'t>,
    model: Model,
    names: usize,
    /// Facts that one rule observes together: at most one of them is unsure.
    looks: Vec<Vec<usize>>,
    /// Facts on which shares depend: what is left of them is left for each value by itself.
    shared: usize,
}

pub(crate) fn model(numbers: &[u32]) -> Model {
    let mut generator = Generator {
        tape: Tape::new(numbers),
        model: Model::default(),
        names: 0,
        looks: Vec::new(),
        shared: 0,
    };
    generator.pack();
    generator.ticket();
    generator.model
}

impl Generator<'_> {
    fn name(&mut self) -> String {
        self.names += 1;
        format!("{}{}", self.tape.pick(&STEMS), self.names)
    }

    fn values(&mut self) -> Vec<String> {
        let many = self.tape.between(2, 5);
        let mut values: Vec<String> =
            self.tape.some(many, VALUES.len()).into_iter().map(|v| VALUES[v].to_owned()).collect();
        self.tape.shuffle(&mut values);
        values
    }

    fn pack(&mut self) {
        for (word, ..) in FREQUENCIES {
            if self.tape.happens(5) {
                let n = self.tape.between(1, 24);
                // `never` is counted for each level that a background does not name, so it stays small.
                let n = if word == "never" { decimal(n) / 10.0 } else { decimal(n) * 4.0 };
                self.model.scale.insert(word, (format!("{n} %"), n / 100.0));
            }
        }
        for (word, ..) in COMMONNESS {
            if self.tape.happens(5) {
                let n = self.tape.between(2, 2000);
                self.model.scale.insert(word, (format!("1 in {n}"), 1.0 / decimal(n)));
            }
        }
        let percent = |n: usize| Chance { text: format!("{n} %"), number: decimal(n) / 100.0, word: false };
        self.model.unlisted = percent(self.tape.between(0, 40));
        self.model.several =
            if self.tape.happens(8) { percent(0) } else { percent(self.tape.between(1, 40)) };
        let contexts = self.contexts();
        self.shared = self.model.facts.len();
        self.causes(&contexts);
        let mut guards = contexts;
        for _ in 0..self.tape.between(1, 6) {
            self.rule(&mut guards);
        }
        self.told_by();
    }

    /// Facts on which shares depend, with what is read from them.
    fn contexts(&mut self) -> Pool {
        let mut pool = Pool::default();
        for _ in 0..self.tape.between(0, 3) {
            let fact = self.any_fact();
            if self.tape.happens(70) {
                self.rate(fact);
            }
            pool.facts.push(fact);
            if self.model.facts[fact].ty == Type::Duration && self.tape.happens(70) {
                let symptom = self.symptom(&Pool { facts: vec![fact], symptoms: Vec::new() }, true);
                self.model.symptoms[symptom].rates = self.rates(self.model.symptoms[symptom].levels.len());
                pool.symptoms.push(symptom);
            }
        }
        if !pool.facts.is_empty() && self.tape.happens(25) {
            let derived = self.derived(&pool);
            pool.facts.push(derived);
        }
        if !pool.facts.is_empty() && self.tape.happens(25) {
            let symptom = self.symptom(&pool.clone(), false);
            pool.symptoms.push(symptom);
        }
        if self.tape.happens(15) {
            let own = Pool { facts: vec![self.any_fact()], symptoms: Vec::new() };
            if !self.model.facts[own.facts[0]].ty.is_amount() {
                let symptom = self.symptom(&own, false);
                self.model.symptoms[symptom].rates = self.rates(self.model.symptoms[symptom].levels.len());
                pool.symptoms.push(symptom);
            }
        }
        pool
    }

    fn rate(&mut self, fact: usize) {
        self.model.facts[fact].rates = match self.model.facts[fact].ty.clone() {
            Type::YesNo => self.rates(2),
            Type::OneOf(values) => self.rates(values.len()),
            Type::SomeOf(values) => {
                let many = self.tape.between(1, values.len());
                let members = self.tape.some(many, values.len());
                members.into_iter().map(|member| (member, self.chance())).collect()
            }
            Type::Duration | Type::Time => Vec::new(),
        };
    }

    fn causes(&mut self, contexts: &Pool) {
        let groups = self.tape.below(3);
        self.model.groups = (0..groups).map(|_| self.name()).collect();
        for _ in 0..self.tape.below(4) {
            let fix = Fix { name: self.name(), works: self.tape.happens(70).then(|| self.chance()) };
            self.model.fixes.push(fix);
        }
        let many = self.tape.between(1, 8);
        for at in 0..many {
            let mut shares = Vec::new();
            let reads = !contexts.facts.is_empty() || !contexts.symptoms.is_empty();
            // The first is always possible, so that there is something to scale.
            if at > 0 && reads && self.tape.happens(40) {
                for _ in 0..self.tape.between(1, 2) {
                    shares.push((Some(self.condition(contexts, 1)), self.share()));
                }
            }
            let mut otherwise = self.share();
            if at == 0 && otherwise.number == 0.0 {
                otherwise = Chance { text: "4 %".to_owned(), number: 0.04, word: true };
            }
            shares.push((None, otherwise));
            let groups = (0..groups).filter(|_| self.tape.happens(40)).collect();
            let fixes = (0..self.model.fixes.len()).filter(|_| self.tape.happens(40)).collect();
            let leads_to = (at + 1..many).filter(|_| self.tape.happens(12)).collect::<Vec<_>>();
            let leads_to = leads_to.into_iter().map(|effect| (effect, self.chance())).collect();
            let name = self.name();
            self.model.causes.push(Cause { name, shares, groups, leads_to, fixes });
        }
    }
}

fn decimal(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap())
}

fn whole(n: usize) -> i32 {
    i32::try_from(n).unwrap()
}
