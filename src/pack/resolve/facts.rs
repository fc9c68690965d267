//! Facts, visits, rates, and what a computed fact is.

use std::collections::BTreeMap;

use super::{Declared, Resolver};
use crate::pack::evidence::{self};
use crate::pack::expr::Definition;
use crate::pack::names::{Data, read_type};
use crate::pack::{Fact, FactId, RateLine, VisitId};
use crate::problem::Code;
use crate::syntax::ast::{self, Expr, FactPart};
use crate::value::{Amount, Type};

impl Resolver<'_> {
    pub(super) fn one_duration(&mut self, quantities: &[ast::Quantity], what: &str) -> Option<i128> {
        let mut found = None;
        for quantity in quantities {
            if let Some(nanos) = self.duration(quantity, what) {
                self.once(&mut found, nanos, what, quantity.span);
            }
        }
        found
    }

    /// Reads a duration that is not part of a condition: `takes 5 min`.
    pub(super) fn duration(&mut self, quantity: &ast::Quantity, what: &str) -> Option<i128> {
        let name = format!("what `{what}` says");
        match self.typer().quantity(quantity, &Type::Duration, &name)? {
            Amount::Nanos(nanos) if nanos >= 0 => Some(nanos),
            _ => {
                self.error(
                    Code::WrongType,
                    quantity.span,
                    format!("`{what}` is less than no time"),
                    "write a duration, as in `5 min`",
                );
                None
            }
        }
    }

    pub(super) fn declare_fact(&mut self, fact: &ast::Fact, visit: Option<VisitId>, broken: bool) {
        let ty = fact.ty.as_ref().and_then(|ty| read_type(ty, false, &mut self.problems));
        self.enter_fact(&fact.name, ty, &fact.parts, visit, broken);
    }

    pub(super) fn enter_fact(
        &mut self,
        name: &ast::Name,
        ty: Option<Type>,
        parts: &[FactPart],
        visit: Option<VisitId>,
        broken: bool,
    ) {
        let id = FactId(self.facts.len());
        let data = if ty.is_none() || broken { Data::Broken } else { Data::Fact(id) };
        self.names.enter_data(name, data, &mut self.problems);
        let ty = ty.unwrap_or(Type::Text);
        let mut fact = Fact {
            name: name.clone(),
            ty,
            rates: None,
            ask: None,
            ask_first: false,
            by: None,
            takes: None,
            visit,
            see: Vec::new(),
            computed: false,
            definition: None,
            read: Vec::new(),
        };
        for part in parts {
            self.fact_part(&mut fact, part, data == Data::Broken);
        }
        if let Some(visit) = visit.and_then(|v| self.visits.get_mut(v.0)) {
            visit.facts.push(id);
        }
        self.facts.push(fact);
    }

    fn fact_part(&mut self, fact: &mut Fact, part: &FactPart, broken: bool) {
        match part {
            FactPart::Ask { first, question } => {
                self.once(&mut fact.ask, question.value.clone(), "ask", question.span);
                fact.ask_first |= first;
            }
            FactPart::By(who) => self.once(&mut fact.by, who.value.clone(), "by", who.span),
            FactPart::Takes(quantity) => {
                if let Some(nanos) = self.duration(quantity, "takes") {
                    self.once(&mut fact.takes, nanos, "takes", quantity.span);
                }
            }
            FactPart::See(text) => fact.see.push(text.value.clone()),
            // Read once all names are known.
            FactPart::Read(_) => {}
            FactPart::Rates(_) if broken => {}
            FactPart::Rates(rates) => {
                let names: Vec<String> = match &fact.ty {
                    Type::YesNo => vec!["no".into(), "yes".into()],
                    Type::OneOf(values) | Type::SomeOf(values) => values.clone(),
                    other => {
                        let message = format!("{} has no values that a rate could stand on", other.name());
                        let help = "put the rates into the one symptom in levels that cuts it";
                        return self.error(Code::WrongType, rates.span, message, help);
                    }
                };
                let set = matches!(fact.ty, Type::SomeOf(_));
                if let Some(line) = self.rates(rates, &names, set) {
                    self.once(&mut fact.rates, line, "a line of rates", rates.span);
                }
            }
        }
    }

    /// Reads rates over some values; over a set each member's stands alone, else they may not come to more than 100 %.
    pub(super) fn rates(&mut self, rates: &ast::Rates, names: &[String], set: bool) -> Option<RateLine> {
        let mut line = RateLine { rates: BTreeMap::new(), span: rates.span };
        for (chance, value) in &rates.rates {
            let Some(at) = names.iter().position(|n| *n == value.value) else {
                let names: Vec<String> = names.to_vec();
                self.typer().value_of(&names, value);
                return None;
            };
            let number = evidence::chance(&chance.value, chance.span, self.scale, &mut self.problems).chance;
            if line.rates.insert(at, number).is_some() {
                let message = format!("this line says twice how often it is `{}`", value.value);
                self.error(Code::Duplicate, value.span, message, "take one of the two away");
            }
        }
        let sum: f64 = line.rates.values().sum();
        let all = line.rates.len() == names.len();
        if !set && (sum > 1.0 + 1e-9 || (all && sum < 1.0 - 1e-9)) {
            if rates.rates.iter().all(|(c, _)| matches!(c.value, ast::Chance::Word(..))) {
                let scaled = line.rates.values_mut();
                scaled.for_each(|rate| *rate /= sum);
                return Some(line);
            }
            let message = format!("these rates come to {}", crate::value::write_chance(sum));
            let (code, help) = if sum > 1.0 {
                (Code::OverFull, "together they must not be over 100 %; what is not named gets the rest")
            } else {
                (Code::UnderFull, "leave one value out: it gets the rest")
            };
            self.error(code, rates.span, message, help);
            return None;
        }
        Some(line)
    }

    pub(super) fn definitions(&mut self, declared: &Declared<'_>) {
        for (at, (derive, broken)) in declared.derives.iter().enumerate() {
            let id = declared.facts.len() + at;
            let Some(Fact { ty, rates, .. }) = self.facts.get(id) else { continue };
            let ty = ty.clone();
            if let Some(rates) = rates {
                let span = rates.span;
                self.error(
                    Code::Unused,
                    span,
                    "a computed fact has no rate of its own",
                    "put the rates on the facts that it is computed from",
                );
            }
            let Some(value) = derive.value.as_ref().filter(|_| !broken && derive.ty.is_some()) else {
                continue;
            };
            let definition = self.definition(&ty, value);
            if let Some(fact) = self.facts.get_mut(id) {
                fact.definition = definition;
            }
        }
    }

    fn definition(&mut self, ty: &Type, value: &Expr) -> Option<Definition> {
        match ty {
            Type::YesNo => self.typer().condition(value).map(Definition::Condition),
            Type::Table(_) | Type::SomeOf(_) | Type::OneOf(_) => {
                let help = "make it a symptom in kinds: `symptom … in kinds { … }`";
                self.error(Code::WrongType, value.span, format!("{} cannot be computed", ty.name()), help);
                None
            }
            _ => {
                let (operand, found) = self.typer().operand(value)?;
                if found != *ty {
                    let message = format!("this computes {}, not {}", found.described(), ty.described());
                    self.error(Code::WrongType, value.span, message, format!("say `: {}`", found.name()));
                    return None;
                }
                Some(Definition::Operand(operand))
            }
        }
    }
}
