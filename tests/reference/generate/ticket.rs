//! What is recorded, in every form.

use super::super::contexts::reads;
use super::super::model::{Chance, Definition, Known, LAST, Model, NONE, PER, Recorded, Type};
use super::super::write::{date, midnight};
use super::{Generator, whole};

impl Generator<'_> {
    pub(super) fn ticket(&mut self) {
        let normal = self.tape.between(0, 60);
        for fact in 0..self.model.facts.len() {
            let computed = self.model.facts[fact].definition.is_some();
            if self.tape.below(100) < if computed { 100 } else { normal } {
                continue;
            }
            let recorded = self.recorded(fact);
            self.model.ticket.recorded.insert(fact, recorded);
        }
        self.computed_facts();
        self.few_combinations();
        for look in self.looks.clone() {
            let mut one = false;
            for fact in look {
                let Some(recorded) = self.model.ticket.recorded.get_mut(&fact) else { continue };
                if recorded.sure.is_some() && std::mem::replace(&mut one, true) {
                    self.model.ticket.recorded.remove(&fact);
                }
            }
        }
        self.model.ticket.tried = (0..self.model.fixes.len()).filter(|_| self.tape.happens(30)).collect();
    }

    /// Forgets what a rule observes where trying all that is left would take long.
    fn few_combinations(&mut self) {
        for look in self.looks.clone() {
            let mut combinations = 1;
            for fact in look {
                let known = self.model.ticket.recorded.get(&fact).and_then(|r| r.known.as_ref());
                combinations *= known.map_or(1, Known::len);
                if combinations > 1500 {
                    self.model.ticket.recorded.remove(&fact);
                }
            }
        }
    }

    /// What is computed may be recorded too: what a rule observes, and what follows from one context alone. Of two
    /// durations that are added, not so much is left that all sums take long.
    pub(super) fn computed_facts(&mut self) {
        let mut computed: Vec<usize> = self.looks.concat();
        computed.extend((0..self.model.facts.len()).filter(|fact| self.follows_from_one_context(*fact)));
        for fact in computed {
            let left = |model: &Model, fact: usize| {
                model.ticket.recorded.get(&fact).and_then(|r| r.known.clone()).unwrap_or_default()
            };
            match self.model.facts[fact].definition.clone() {
                Some(Definition::Sum(a, b)) => {
                    let (x, y) = (left(&self.model, a), left(&self.model, b));
                    let odd = |known: &Known| known.contains(&NONE);
                    if x.len() * y.len() > 600 || odd(&x) || odd(&y) {
                        self.model.ticket.recorded.remove(&b);
                    }
                    if odd(&x) {
                        self.model.ticket.recorded.remove(&a);
                    }
                }
                Some(Definition::Condition(_)) => {}
                None => continue,
            }
            if self.tape.happens(40) {
                let recorded = self.recorded(fact);
                self.model.ticket.recorded.insert(fact, recorded);
            }
        }
    }

    fn follows_from_one_context(&self, fact: usize) -> bool {
        let Some(Definition::Condition(condition)) = &self.model.facts[fact].definition else { return false };
        let (facts, symptoms) = reads(condition);
        let set = |fact: &usize| matches!(self.model.facts[*fact].ty, Type::SomeOf(_));
        let observed = self.looks.iter().any(|look| look.contains(&fact));
        !observed && symptoms.is_empty() && facts.len() == 1 && !facts.iter().any(set)
    }

    pub(super) fn recorded(&mut self, fact: usize) -> Recorded {
        if self.tape.happens(5) {
            return Recorded { text: "not available".to_owned(), known: None, sure: None };
        }
        let (text, known) = self.value(fact);
        if !self.tape.happens(15) {
            return Recorded { text, known: Some(known), sure: None };
        }
        let mut sure = self.chance();
        if sure.number < 0.5 || sure.number >= 1.0 {
            sure = Chance { text: "75 %".to_owned(), number: 0.75, word: false };
        }
        let text = format!("{{ is: {text}, sure: {} }}", sure.text);
        Recorded { text, known: Some(known), sure: Some(sure.number) }
    }

    /// What is recorded of a fact: all of it, or a part.
    pub(super) fn value(&mut self, fact: usize) -> (String, Known) {
        let ty = self.model.facts[fact].ty.clone();
        let apart = fact >= self.shared && self.model.facts[fact].definition.is_none();
        let exactly = |value: i32| Known::from([value]);
        match &ty {
            Type::YesNo => {
                let yes = self.tape.happens(60);
                let known = exactly(i32::from(yes));
                if self.tape.happens(5) {
                    return (format!("{{ not: {} }}", if yes { "no" } else { "yes" }), known);
                }
                ((if yes { "yes" } else { "no" }).to_owned(), known)
            }
            Type::OneOf(values) => {
                if self.tape.happens(50) {
                    let value = self.tape.below(values.len());
                    return (values[value].clone(), exactly(whole(value)));
                }
                let many = self.tape.between(1, values.len() - 1);
                let (text, out) = self.excluded(values, many, None);
                let left = (0..values.len()).filter(|v| !out.contains(v)).map(whole).collect();
                (text, left)
            }
            Type::SomeOf(values) => {
                let many = self.tape.below(values.len() + 1);
                if self.tape.happens(50) && many > 0 {
                    // That there is a member ties those that are contexts together, which a context is not.
                    let some = apart && many < values.len() && self.tape.happens(40);
                    let many = if some && self.tape.happens(30) { 0 } else { many };
                    let (text, out) = self.excluded(values, many, some.then_some("none"));
                    let lacks = |set: &i32| out.iter().all(|member| set >> member & 1 == 0);
                    let left = (0..1 << values.len()).filter(|set| lacks(set) && !(some && *set == 0));
                    return (text, left.collect());
                }
                let members = self.tape.some(many, values.len());
                let names: Vec<&str> = members.iter().map(|m| values[*m].as_str()).collect();
                let text =
                    if names.is_empty() { "none".to_owned() } else { format!("[{}]", names.join(", ")) };
                (text, exactly(members.iter().map(|member| 1 << member).sum()))
            }
            Type::Duration => self.amount(apart, |minutes| format!("{minutes} min")),
            Type::Time if self.tape.happens(30) => {
                let day = whole(self.tape.below(24));
                (date(day), (day * PER..(day + 1) * PER).collect())
            }
            Type::Time => self.amount(apart, midnight),
        }
    }

    /// An amount, bounds of one, or what it is not.
    fn amount(&mut self, apart: bool, write: impl Fn(i32) -> String) -> (String, Known) {
        let low = whole(self.tape.below(24));
        let high = low + whole(self.tape.between(1, 12));
        let (l, h) = (low * PER, high * PER);
        let (low, high) = (write(low), write(high));
        match self.tape.below(14) {
            5 => (format!("\"> {low}\""), (l + 1..=LAST).collect()),
            6 => (format!("\">= {low}\""), (l..=LAST).collect()),
            7 => (format!("\"< {high}\""), (0..h).collect()),
            8 => (format!("\"<= {high}\""), (0..=h).collect()),
            9 => (format!("\"{low} .. {high}\""), (l..=h).collect()),
            10 => (format!("\"> {low} .. {high}\""), (l + 1..=h).collect()),
            11 => (format!("\"{low} .. < {high}\""), (l..h).collect()),
            // What is not that may also be none at all.
            12 if apart => {
                let any = (0..=LAST).chain([NONE]);
                (format!("{{ not: {low} }}"), any.filter(|v| *v != l).collect())
            }
            13 if apart => ("none".to_owned(), [NONE].into()),
            _ => (low, [l].into()),
        }
    }

    fn excluded(&mut self, values: &[String], many: usize, also: Option<&str>) -> (String, Vec<usize>) {
        let out = self.tape.some(many, values.len());
        let names: Vec<&str> = out.iter().map(|v| values[*v].as_str()).chain(also).collect();
        let text = match names[..] {
            [one] if !self.tape.happens(30) => one.to_owned(),
            _ => format!("[{}]", names.join(", ")),
        };
        (format!("{{ not: {text} }}"), out)
    }
}
