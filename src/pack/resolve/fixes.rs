//! Fixes.

use super::{Declared, Resolver};
use crate::pack::evidence::{self};
use crate::pack::{Fix, Frequently, Verification};
use crate::problem::Code;
use crate::syntax::ast::{self, FixPart, Frequency};

impl Resolver<'_> {
    pub(super) fn fix_bodies(&mut self, declared: &Declared<'_>) -> Vec<Fix> {
        declared.fixes.iter().map(|&(fix, broken)| self.fix(fix, broken)).collect()
    }

    pub(super) fn fix(&mut self, declared: &ast::Fix, broken: bool) -> Fix {
        let usually =
            Frequently { chance: self.scale.frequency(Frequency::Usually), word: Some(Frequency::Usually) };
        let (mut by, mut takes, mut waits, mut works) = (None, None, None, None);
        let mut fix = Fix {
            name: declared.name.clone(),
            title: Self::title(declared.title.as_ref()),
            by: None,
            takes: None,
            waits: None,
            works: usually,
            risks: Vec::new(),
            needs_approval: false,
            steps: Vec::new(),
            verify: Vec::new(),
            does_not: Vec::new(),
            see: Vec::new(),
        };
        for part in &declared.parts {
            let span = part.span;
            match &part.value {
                FixPart::By(who) => self.once(&mut by, who.value.clone(), "by", span),
                FixPart::Takes(quantity) => {
                    if let Some(nanos) = self.duration(quantity, "takes") {
                        self.once(&mut takes, nanos, "takes", span);
                    }
                }
                FixPart::Waits(quantity) => {
                    if let Some(nanos) = self.duration(quantity, "waits") {
                        self.once(&mut waits, nanos, "waits", span);
                    }
                }
                FixPart::Works(chance) => {
                    let frequently =
                        evidence::chance(&chance.value, chance.span, self.scale, &mut self.problems);
                    self.once(&mut works, frequently, "works", span);
                }
                FixPart::Risk(text) => fix.risks.push(text.value.clone()),
                FixPart::NeedsApproval => fix.needs_approval = true,
                FixPart::Step(text) => fix.steps.push(text.value.clone()),
                FixPart::Verify(condition) => {
                    let written =
                        self.sources.text(condition.span).split_whitespace().collect::<Vec<_>>().join(" ");
                    let read = self.typer().condition(condition);
                    fix.verify.extend(read.map(|c| Verification::Condition(Box::new(c), written)));
                }
                FixPart::VerifyText(text) => fix.verify.push(Verification::Text(text.value.clone())),
                FixPart::DoesNot(text) => fix.does_not.push(text.value.clone()),
                FixPart::See(text) => fix.see.push(text.value.clone()),
            }
        }
        if fix.steps.is_empty() && !broken {
            let message = format!("the fix `{}` does not say what to do", fix.name.value);
            self.error(
                Code::Missing,
                fix.name.span,
                message,
                "add a line for each thing to do: `step \"…\"`",
            );
        }
        fix.by = by;
        fix.takes = takes;
        fix.waits = waits;
        fix.works = works.unwrap_or(usually);
        fix
    }
}
