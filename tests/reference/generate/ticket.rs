//! What is recorded, in every form.

use super::super::contexts::reads;
use super::super::model::{Chance, Definition, Known, Model, POINTS, Recorded, Type};
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

    /// What is computed may be recorded too: what a rule observes, and what follows from one context alone. Of two
    /// durations that are added, one at least is known in full, or nothing is.
    pub(super) fn computed_facts(&mut self) {
        let mut computed: Vec<usize> = self.looks.concat();
        computed.extend((0..self.model.facts.len()).filter(|fact| self.follows_from_one_context(*fact)));
        for fact in computed {
            let many = |model: &Model, fact: usize| match model.ticket.recorded.get(&fact)?.known.as_ref()? {
                Known::Values(values) => Some(values.len()),
                Known::Members(_) => None,
            };
            match self.model.facts[fact].definition.clone() {
                Some(Definition::Sum(a, b)) => {
                    if let (Some(2..), Some(2..)) = (many(&self.model, a), many(&self.model, b)) {
                        self.model.ticket.recorded.remove(&b);
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
        let ty = self.model.facts[fact].ty.clone();
        let (text, known) = self.value(&ty);
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
    pub(super) fn value(&mut self, ty: &Type) -> (String, Known) {
        let exactly = |value: i32| Known::Values([value].into());
        match ty {
            Type::YesNo => {
                let yes = self.tape.happens(60);
                if self.tape.happens(5) {
                    return (
                        format!("{{ not: {} }}", if yes { "no" } else { "yes" }),
                        exactly(i32::from(yes)),
                    );
                }
                ((if yes { "yes" } else { "no" }).to_owned(), exactly(i32::from(yes)))
            }
            Type::OneOf(values) => {
                if self.tape.happens(70) {
                    let value = self.tape.below(values.len());
                    return (values[value].clone(), exactly(whole(value)));
                }
                let many = self.tape.between(1, values.len() - 1);
                let (text, out) = self.excluded(values, many);
                let left = (0..values.len()).filter(|v| !out.contains(v)).map(whole).collect();
                (text, Known::Values(left))
            }
            Type::SomeOf(values) => {
                let many = self.tape.below(values.len() + 1);
                if self.tape.happens(30) && many > 0 {
                    let (text, out) = self.excluded(values, many);
                    let all = out.len() == values.len();
                    let has = |v: usize| (all || out.contains(&v)).then_some(false);
                    return (text, Known::Members((0..values.len()).map(has).collect()));
                }
                let members = self.tape.some(many, values.len());
                let names: Vec<&str> = members.iter().map(|m| values[*m].as_str()).collect();
                let text =
                    if names.is_empty() { "none".to_owned() } else { format!("[{}]", names.join(", ")) };
                let has = |v: usize| Some(members.contains(&v));
                (text, Known::Members((0..values.len()).map(has).collect()))
            }
            Type::Duration => {
                let low = self.tape.below(24);
                let high = low + self.tape.between(1, 12);
                let points = |range: std::ops::RangeInclusive<i32>| Known::Values(range.collect());
                let (l, h) = (whole(low) * 2, whole(high) * 2);
                let (first, last) = POINTS;
                match self.tape.below(10) {
                    5 => (format!("\"> {low} min\""), points(l + 1..=last)),
                    6 => (format!("\">= {low} min\""), points(l..=last)),
                    7 => (format!("\"< {high} min\""), points(first..=h - 1)),
                    8 => (format!("\"<= {high} min\""), points(first..=h)),
                    9 => (format!("\"{low} min .. {high} min\""), points(l..=h)),
                    0 => (format!("{} s", low * 60), exactly(l)),
                    _ => (format!("{low} min"), exactly(l)),
                }
            }
        }
    }

    pub(super) fn excluded(&mut self, values: &[String], many: usize) -> (String, Vec<usize>) {
        let out = self.tape.some(many, values.len());
        let names: Vec<&str> = out.iter().map(|v| values[*v].as_str()).collect();
        let text = match names[..] {
            [one] if !self.tape.happens(30) => one.to_owned(),
            _ => format!("[{}]", names.join(", ")),
        };
        (format!("{{ not: {text} }}"), out)
    }
}
