//! Symptoms: levels, and the condition of each.

use std::collections::BTreeMap;

use super::rules::yes_no;
use super::{Declared, Resolver};
use crate::pack::expr::Condition;
use crate::pack::names::Data;
use crate::pack::{LevelName, Reading, Shape, Symptom, SymptomId};
use crate::problem::{Code, Problem};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, SymptomBody};

impl Resolver<'_> {
    pub(super) fn declare_symptom(&mut self, symptom: &ast::Symptom, broken: bool) {
        let id = SymptomId(self.symptoms.len());
        let data = if broken { Data::Broken } else { Data::Symptom(id) };
        self.names.enter_data(&symptom.name, data, &mut self.problems);
        let (shape, written) = match &symptom.body {
            SymptomBody::YesNo(_) => (Shape::YesNo, Vec::new()),
            SymptomBody::Levels(levels) => (Shape::Levels, levels.iter().collect::<Vec<_>>()),
            SymptomBody::Kinds(levels) => (Shape::Kinds, levels.iter().rev().collect()),
        };
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for level in &written {
            if let Some(first) = seen.insert(&level.name.value, level.name.span) {
                let message = format!("there are two levels `{}`", level.name.value);
                self.problems.push(
                    Problem::error(Code::Duplicate, level.name.span, message)
                        .also(first, "the other")
                        .help("join their conditions with `or`, or give one another name"),
                );
            }
        }
        let levels = match shape {
            Shape::YesNo => ["no", "yes"].map(|name| LevelName { name: name.into(), title: None }).to_vec(),
            _ => written
                .iter()
                .map(|l| LevelName { name: l.name.value.clone(), title: Self::title(l.title.as_ref()) })
                .collect(),
        };
        let names: Vec<String> = levels.iter().map(|l| l.name.clone()).collect();
        let reading = Reading { levels, branches: Vec::new(), shape };
        let mut rates = None;
        for line in &symptom.rates {
            if !broken && let Some(read) = self.rates(line, &names, false) {
                self.once(&mut rates, read, "a line of rates", line.span);
            }
        }
        self.symptoms.push(Symptom {
            name: symptom.name.clone(),
            title: Self::title(symptom.title.as_ref()),
            reading,
            rates,
            see: Self::texts(&symptom.see),
        });
    }

    pub(super) fn symptom_bodies(&mut self, declared: &Declared<'_>) {
        for (at, &(symptom, broken)) in declared.symptoms.iter().enumerate() {
            let cases = match &symptom.body {
                SymptomBody::YesNo(when) => self.yes_no_cases(symptom, when, broken),
                SymptomBody::Levels(levels) => self.level_cases(symptom, levels, false, broken),
                SymptomBody::Kinds(levels) => self.level_cases(symptom, levels, true, broken),
            };
            if let Some(symptom) = self.symptoms.get_mut(at) {
                symptom.reading.branches = cases;
            }
        }
    }

    fn yes_no_cases(
        &mut self,
        symptom: &ast::Symptom,
        when: &[Expr],
        broken: bool,
    ) -> Vec<(usize, Option<Condition>)> {
        if let [_, again, ..] = when {
            self.error(
                Code::Duplicate,
                again.span,
                "there are two of `when` here",
                "join them with `and` or `or`",
            );
        }
        if let Some(when) = when.first() {
            self.typer().condition(when).map_or(Vec::new(), yes_no)
        } else {
            if !broken {
                let message = format!("`{}` does not say when it is so", symptom.name.value);
                self.error(Code::Missing, symptom.name.span, message, "add `when` and a condition");
            }
            Vec::new()
        }
    }

    fn level_cases(
        &mut self,
        symptom: &ast::Symptom,
        levels: &[ast::Level],
        kinds: bool,
        broken: bool,
    ) -> Vec<(usize, Option<Condition>)> {
        let mut cases = Vec::new();
        let mut otherwise: Option<Span> = None;
        for (at, level) in levels.iter().enumerate() {
            if let Some(first) = otherwise {
                self.problems.push(
                    Problem::error(
                        Code::AfterOtherwise,
                        level.name.span,
                        format!("`{}` comes after `otherwise`, so it is never reached", level.name.value),
                    )
                    .also(first, "everything that is left is already this")
                    .help("put the level with `otherwise` last"),
                );
                continue;
            }
            let place = if kinds { levels.len() - 1 - at } else { at };
            match &level.when {
                None => {
                    otherwise = Some(level.name.span);
                    cases.push((place, None));
                }
                Some(when) => cases.extend(self.typer().condition(when).map(|c| (place, Some(c)))),
            }
        }
        if !broken && otherwise.is_none() {
            let message = format!("`{}` does not say what it is when nothing matches", symptom.name.value);
            let help = if kinds {
                "make the last kind the normal one: `something otherwise`"
            } else {
                "make the last level `… otherwise`"
            };
            self.error(Code::NoOtherwise, symptom.name.span, message, help);
        } else if !broken && levels.len() < 2 {
            let message = format!("`{}` has one level only", symptom.name.value);
            self.error(
                Code::Missing,
                symptom.name.span,
                message,
                "name at least two, or write `symptom … when …`",
            );
        }
        cases
    }
}
