//! Causes: shares, direct checks, what they show and lead to.

use std::collections::BTreeMap;

use super::{Declared, Resolver};
use crate::pack::evidence::{self, LineKind};
use crate::pack::names::Data;
use crate::pack::{Cause, CauseId, Frequently, Line, Rule, Shape, ShareLine};
use crate::problem::{Code, Problem};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, CausePart, Expr, Frequency, ShareWhen};

impl Resolver<'_> {
    pub(super) fn cause_bodies(&mut self, declared: &Declared<'_>) -> Vec<Cause> {
        let causes: Vec<_> = declared
            .causes
            .iter()
            .enumerate()
            .map(|(at, &(cause, broken))| self.cause(CauseId(at), cause, broken))
            .collect();
        causes
    }

    fn cause(&mut self, id: CauseId, declared: &ast::Cause, broken: bool) -> Cause {
        let mut cause = Cause {
            name: declared.name.clone(),
            title: Self::title(declared.title.as_ref()),
            shares: Vec::new(),
            groups: Vec::new(),
            leads_to: Vec::new(),
            fixes: Vec::new(),
            see: Vec::new(),
        };
        for part in &declared.parts {
            self.cause_part(id, &mut cause, part);
        }
        // Shares are large, and room for four is taken where there is one.
        cause.shares.shrink_to_fit();
        let said = declared.parts.iter().filter(|p| matches!(p.value, CausePart::Share { .. })).count();
        if !broken && cause.shares.len() == said {
            self.check_shares(&cause, declared);
        }
        cause
    }

    fn cause_part(&mut self, id: CauseId, cause: &mut Cause, part: &Spanned<CausePart>) {
        match &part.value {
            CausePart::Share { share, when } => self.share(cause, share, when, part.span),
            CausePart::PartOf(groups) => cause.groups.extend(groups.iter().map(|g| g.value.clone())),
            CausePart::ToldBy(condition) => self.told_by(id, cause, condition, part.span),
            CausePart::Shows { target, entries } => self.shows(id, target, entries, part.span),
            CausePart::LeadsTo { causes, chance } => {
                let frequently = evidence::chance(&chance.value, chance.span, self.scale, &mut self.problems);
                for name in causes {
                    let Some(effect) = self.names.cause(name, &mut self.problems) else { continue };
                    if cause.leads_to.iter().any(|(known, ..)| *known == effect) {
                        self.error(
                            Code::Duplicate,
                            name.span,
                            format!("this cause already leads to `{}`", name.value),
                            "keep one of the two",
                        );
                    }
                    cause.leads_to.push((effect, frequently, part.span));
                }
            }
            CausePart::Fix(fixes) => {
                for name in fixes {
                    let Some(fix) = self.names.fix(name, &mut self.problems) else { continue };
                    if cause.fixes.contains(&fix) {
                        self.error(
                            Code::Duplicate,
                            name.span,
                            format!("this cause already has the fix `{}`", name.value),
                            "keep one of the two",
                        );
                    } else {
                        cause.fixes.push(fix);
                    }
                }
            }
            CausePart::See(text) => cause.see.push(text.value.clone()),
        }
    }

    fn share(&mut self, cause: &mut Cause, share: &Spanned<ast::Share>, when: &ShareWhen, span: Span) {
        let word = match &share.value {
            ast::Share::Word(word, _) => Some(*word),
            _ => None,
        };
        let number = self.scale.share(&share.value).unwrap_or_else(|number| {
            self.problems.push(evidence::other_number(
                word.map_or("", ast::Commonness::word),
                number,
                share.span,
            ));
            number
        });
        let when = match when {
            ShareWhen::When(condition) => match self.typer().condition(condition) {
                Some(condition) => Some(condition),
                None => return,
            },
            _ => None,
        };
        if let Some(last) = cause.shares.iter().find(|s| s.when.is_none()) {
            let first = last.span;
            self.problems.push(
                Problem::error(Code::AfterOtherwise, span, "this share is never reached")
                    .also(first, "this one already holds for everything that is left")
                    .help("put the one without `when`, or with `otherwise`, last"),
            );
            return;
        }
        cause.shares.push(ShareLine { when, share: number, word, span });
    }

    fn check_shares(&mut self, cause: &Cause, declared: &ast::Cause) {
        let mut said = declared.parts.iter().filter_map(|p| match &p.value {
            CausePart::Share { when, .. } => Some((when, p.span)),
            _ => None,
        });
        let name = &cause.name;
        match (said.next(), said.next_back()) {
            (None, _) => self.error(
                Code::Missing,
                name.span,
                format!("`{}` does not say how common it is", name.value),
                "add a word: `rare` until you have counted; then `common`, `in 50 of 1000 tickets`",
            ),
            (Some((ShareWhen::When(_), span)), None) | (_, Some((ShareWhen::When(_), span)))
                if cause.shares.iter().all(|share| share.when.is_some()) =>
            {
                self.error(
                    Code::NoOtherwise,
                    span,
                    format!("`{}` does not say how common it is otherwise", name.value),
                    "add a line such as `rare otherwise`, or `impossible otherwise`",
                );
            }
            (_, Some((ShareWhen::Always, span))) => {
                self.error(
                    Code::NoOtherwise,
                    span,
                    "the last of several shares says `otherwise`",
                    "write `otherwise` after it",
                );
            }
            _ => {}
        }
    }

    /// Adds the rule of a direct check: almost always with the cause, never anyway.
    fn told_by(&mut self, id: CauseId, cause: &Cause, condition: &Expr, span: Span) {
        let Some(evidence) = self.evidence(condition) else { return };
        let Some(reading) = self.reading(&evidence) else { return };
        if reading.shape != Shape::YesNo {
            self.error(
                Code::WrongType,
                condition.span,
                "a direct check is yes or no",
                "say which: `told by … is …`",
            );
            return;
        }
        let line = |word: Frequency| Line {
            chances: BTreeMap::from([(
                1,
                Frequently { chance: self.scale.frequency(word), word: Some(word) },
            )]),
            span,
        };
        let name = Spanned::new(format!("{} told by", cause.name.value), span);
        let (anyway, with) = (line(Frequency::Never), line(Frequency::AlmostAlways));
        self.add_rule(Rule {
            name,
            title: None,
            given: None,
            evidence,
            direct: true,
            anyway,
            with: BTreeMap::from([(id, with)]),
            rules_out: BTreeMap::new(),
            see: Vec::new(),
        });
    }

    /// Joins a rule by its name, or by the symptom or fact that it observes; what a rule says of a cause's group counts after it.
    fn shows(&mut self, id: CauseId, target: &ast::Name, entries: &[ast::Entry], span: Span) {
        let data = self.names.data.get(&target.value).map(|(data, _)| data);
        let found = match (self.called.get(&target.value), data) {
            (Some(rule), _) => vec![*rule],
            (None, Some(data)) => self.observers.get(data).cloned().unwrap_or_default(),
            (None, None) => Vec::new(),
        };
        let &[at] = found.as_slice() else { return self.no_rule_to_join(target, found.len()) };
        let Some(rule) = self.rules.get(at) else { return };
        let Some(reading) = self.reading(&rule.evidence).cloned() else { return };
        let line = evidence::line(entries, span, LineKind::With, &reading, self.scale, &mut self.problems);
        let (Some(line), Some(rule)) = (line, self.rules.get_mut(at)) else { return };
        let by_group = self.by_group.get_mut(&at).is_some_and(|causes| causes.remove(&id));
        let first = rule.with.get(&id).filter(|_| !by_group).map(|l| l.span);
        match first {
            None => {
                rule.with.insert(id, line);
            }
            Some(first) => self.problems.push(
                Problem::error(
                    Code::Duplicate,
                    span,
                    format!("the rule `{}` already has a line with this cause", target.value),
                )
                .also(first, "the other")
                .help("keep one of the two"),
            ),
        }
    }

    fn no_rule_to_join(&mut self, target: &ast::Name, found: usize) {
        if self.names.rules.contains_key(&target.value) || self.names.lost.contains(&target.value) {
            return;
        }
        if found > 1 {
            let message = format!("several rules observe `{}`", target.value);
            return self.error(
                Code::UnknownName,
                target.span,
                message,
                "name the rule: `shows the_rule usually`",
            );
        }
        match self.names.data.get(&target.value) {
            Some((Data::Broken, _)) => {}
            Some(_) => {
                let message = format!("no rule observes `{}` yet", target.value);
                let help =
                    format!("write one with its background: `rule {} {{ rarely anyway }}`", target.value);
                self.error(Code::NoBackground, target.span, message, help);
            }
            None => {
                let known = self.names.data.keys().chain(self.names.rules.keys()).map(String::as_str);
                self.problems.push(crate::pack::names::unknown("symptom, fact or rule", target, known));
            }
        }
    }
}
