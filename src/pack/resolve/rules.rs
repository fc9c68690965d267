//! Rules: what they observe, their lines, and whether two observe the same.

use std::collections::{BTreeMap, BTreeSet};

use super::{Declared, Resolver};
use crate::pack::evidence::{self, LineKind};
use crate::pack::expr::{Condition, ConditionKind, Operand, OperandKind};
use crate::pack::names::Data;
use crate::pack::{Bare, CauseId, Evidence, FactId, LevelName, Line, Reading, Rule, Shape};
use crate::problem::{Code, Problem, Suggestion, did_you_mean, last_in};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, Expr, ExprKind, RulePart};
use crate::value::{Type, Value};

impl Resolver<'_> {
    pub(super) fn rule_bodies(&mut self, declared: &Declared<'_>) {
        for &(rule, span, broken) in &declared.rules {
            if self.names.enter_rule(&rule.name, &mut self.problems) {
                self.rule(rule, span, broken);
            }
        }
    }

    fn rule(&mut self, rule: &ast::Rule, span: Span, broken: bool) {
        let (mut given, mut when, mut see) = (None, None, Vec::new());
        for part in &rule.parts {
            match &part.value {
                RulePart::Given(condition) => self.once(&mut given, condition, "given", part.span),
                RulePart::When(condition) => self.once(&mut when, condition, "when", part.span),
                RulePart::See(text) => see.push(text.value.clone()),
                _ => {}
            }
        }
        let given_read = given.map(|g| self.typer().condition(g));
        let evidence = match when {
            Some(when) => self.evidence(when),
            None if broken && !self.names.data.contains_key(&rule.name.value) => None,
            None => self.evidence_called(&rule.name),
        };
        let Some(evidence) = evidence else { return self.check_causes(rule) };
        let Some(reading) = self.reading(&evidence).cloned() else { return };
        let mut read = RuleLines::default();
        for part in &rule.parts {
            self.rule_line(part, &reading, &mut read);
        }
        if read.anyway.is_none() && !read.bad_anyway && !broken {
            let normal = if reading.shape == Shape::YesNo {
                String::new()
            } else {
                format!("{} ", reading.levels.last().map_or("", |l| l.name.as_str()))
            };
            let message =
                format!("the rule `{}` does not say how often this is seen anyway", rule.name.value);
            let line = format!("rarely {normal}anyway");
            let problem = Problem::error(Code::NoBackground, rule.name.span, message).help(format!(
                "add a line such as `{line}`: how often it is seen with none of the causes named"
            ));
            let suggestion = last_in(self.sources, span, &line)
                .map(|edit| Suggestion::uncertain_edit(format!("add `{line}`"), edit));
            self.problems.push(problem.maybe_suggest(suggestion));
        }
        let anyway = read.anyway.unwrap_or(Line { chances: BTreeMap::new(), span: rule.name.span });
        for (levels, span) in read.rules_out.values() {
            if levels.len() >= reading.levels.len() {
                self.all_ruled_out(*span);
            }
        }
        let given = given_read.flatten();
        let title = Self::title(rule.title.as_ref());
        if broken {
            self.broken_rules.insert(self.rules.len());
        }
        self.by_group.insert(self.rules.len(), read.from_group);
        self.add_rule(Rule {
            name: rule.name.clone(),
            title,
            given,
            evidence,
            direct: false,
            anyway,
            with: read.with,
            rules_out: read.rules_out,
            see,
        });
    }

    /// Reports the causes that there are not, where the rest of a rule cannot be read.
    fn check_causes(&mut self, rule: &ast::Rule) {
        for part in &rule.parts {
            if let RulePart::Line { with: Some(names), .. } | RulePart::RulesOut { causes: names, .. } =
                &part.value
            {
                names.iter().for_each(|name| {
                    self.names.causes_called(name, &mut self.problems);
                });
            }
        }
    }

    pub(super) fn reading<'b>(&'b self, evidence: &'b Evidence) -> Option<&'b Reading> {
        match evidence {
            Evidence::Symptom(id) => self.symptoms.get(id.0).map(|s| &s.reading),
            Evidence::Fact(_, reading) | Evidence::Condition(reading) => Some(reading),
        }
    }

    /// Returns what a condition lets a rule observe.
    pub(super) fn evidence(&mut self, when: &Expr) -> Option<Evidence> {
        if let ExprKind::Name(name) = &when.kind
            && let Some((Data::Symptom(_) | Data::Fact(_), _)) = self.names.data.get(name)
        {
            return self.evidence_called(&Spanned::new(name.clone(), when.span));
        }
        Some(Evidence::Condition(reading_of(yes_no(self.typer().condition(when)?))))
    }

    /// Returns what a rule observes by its own name.
    fn evidence_called(&mut self, name: &ast::Name) -> Option<Evidence> {
        let data = if let Some((data, _)) = self.names.data.get(&name.value) {
            *data
        } else {
            if !self.names.lost.contains(&name.value) {
                let known = self.names.data.keys().map(String::as_str);
                self.problems.push_with(|| nothing_to_observe(name, did_you_mean(&name.value, known)));
            }
            return None;
        };
        match data {
            Data::Broken => None,
            Data::Symptom(id) => Some(Evidence::Symptom(id)),
            Data::Fact(id) => self.fact_evidence(id, name),
            Data::Records(_) => {
                let message =
                    format!("`{}` is a table of records, and a rule observes symptoms and facts", name.value);
                let help = "declare a fact that is read from it, and write the rule over that";
                self.error(Code::WrongType, name.span, message, help);
                None
            }
        }
    }

    /// Returns the evidence of a rule straight over a fact.
    fn fact_evidence(&mut self, id: FactId, name: &ast::Name) -> Option<Evidence> {
        let ty = self.facts.get(id.0)?.ty.clone();
        let span = name.span;
        let fact = || Operand { kind: OperandKind::Fact(id), span };
        match &ty {
            Type::YesNo => {
                let yes = Condition { kind: ConditionKind::Yes(fact()), span };
                Some(Evidence::Fact(id, reading_of(yes_no(yes))))
            }
            Type::OneOf(values) if values.len() > 1 => {
                let is = |value: usize| {
                    let value = Operand { kind: OperandKind::Literal(Value::Choice(value)), span };
                    Condition { kind: ConditionKind::Equal(fact(), value), span }
                };
                let last = values.len() - 1;
                // Every kind has its condition, the normal one too: where there is no value at all, none of them is seen.
                let cases = (0..values.len()).map(|v| (last - v, Some(is(v)))).collect();
                let levels =
                    values.iter().rev().map(|v| LevelName { name: v.clone(), title: None }).collect();
                Some(Evidence::Fact(id, Reading { levels, branches: cases, shape: Shape::Kinds }))
            }
            _ => {
                let message =
                    format!("no rule can stand straight over `{}`, which is {}", name.value, ty.described());
                let help = match ty {
                    Type::SomeOf(_) => format!("ask for a member: `when {} has …`", name.value),
                    _ => format!(
                        "cut it: `symptom … in levels {{ … when {} … }}`, or say `when …`",
                        name.value
                    ),
                };
                self.error(Code::EvidenceKind, span, message, help);
                None
            }
        }
    }

    fn rule_line(&mut self, part: &Spanned<RulePart>, reading: &Reading, read: &mut RuleLines) {
        match &part.value {
            RulePart::Line { entries, with: None } => {
                let line = evidence::line(
                    entries,
                    part.span,
                    LineKind::Anyway,
                    reading,
                    self.scale,
                    &mut self.problems,
                );
                match (line, &read.anyway) {
                    (None, _) => read.bad_anyway = true,
                    (Some(_), Some(first)) => {
                        let first = first.span;
                        self.problems.push(
                            Problem::error(Code::Duplicate, part.span, "there are two of `anyway` here")
                                .also(first, "the first")
                                .help("write all levels in one line, with commas between them"),
                        );
                    }
                    (line, None) => read.anyway = line,
                }
            }
            RulePart::Line { entries, with: Some(names) } => {
                let line = evidence::line(
                    entries,
                    part.span,
                    LineKind::With,
                    reading,
                    self.scale,
                    &mut self.problems,
                );
                for name in names {
                    let (causes, group) = self.names.causes_called(name, &mut self.problems);
                    let Some(line) = &line else { continue };
                    causes
                        .into_iter()
                        .for_each(|cause| self.add_line(read, cause, line.clone(), name, group));
                }
            }
            RulePart::RulesOut { levels, causes } => {
                let Some(levels) = self.ruled_out_levels(levels, part.span, reading) else { return };
                for name in causes {
                    for cause in self.names.causes_called(name, &mut self.problems).0 {
                        let entry = read.rules_out.entry(cause).or_insert_with(|| (Vec::new(), part.span));
                        entry.0.extend(
                            levels.iter().filter(|l| !entry.0.contains(l)).copied().collect::<Vec<_>>(),
                        );
                    }
                }
            }
            _ => {}
        }
    }

    /// Adds a line of a cause; one that names the cause itself counts before one that names its group.
    fn add_line(&mut self, read: &mut RuleLines, cause: CauseId, line: Line, name: &ast::Name, group: bool) {
        let from_group = read.from_group.contains(&cause);
        match read.with.get(&cause) {
            Some(_) if group && !from_group => {}
            Some(first) if group == from_group => {
                let first = first.span;
                let message = format!("the rule already has a line with `{}`", name.value);
                self.problems.push(
                    Problem::error(Code::Duplicate, name.span, message)
                        .also(first, "the first")
                        .help("write all levels in one line, with commas between them"),
                );
            }
            _ => {
                if group {
                    read.from_group.insert(cause);
                } else {
                    read.from_group.remove(&cause);
                }
                read.with.insert(cause, line);
            }
        }
    }

    fn ruled_out_levels(
        &mut self,
        levels: &[ast::Name],
        span: Span,
        reading: &Reading,
    ) -> Option<Vec<usize>> {
        if levels.is_empty() {
            if reading.shape == Shape::YesNo {
                return Some(vec![1]);
            }
            let names: Vec<_> = reading.levels.iter().map(|l| l.name.as_str()).collect();
            let message = "this does not say which level rules the cause out";
            self.error(
                Code::Missing,
                span,
                message,
                format!("name it before `rules out`; the levels are {}", names.join(", ")),
            );
            return None;
        }
        let found: Vec<_> = levels
            .iter()
            .map(|level| {
                let found = reading.levels.iter().position(|l| l.name == level.value);
                if found.is_none() {
                    self.problems.push(evidence::no_level(&level.value, level.span, reading));
                }
                found
            })
            .collect();
        let found: Vec<usize> = found.into_iter().collect::<Option<_>>()?;
        if found.len() >= reading.levels.len() {
            self.all_ruled_out(span);
            return None;
        }
        Some(found)
    }

    fn all_ruled_out(&mut self, span: Span) {
        self.error(
            Code::WrongType,
            span,
            "every level rules this cause out, so it could never be",
            "say of it `impossible`, or leave a level",
        );
    }

    /// Reports two rules that observe the same symptom, fact or condition: one visit would count twice.
    pub(super) fn same_evidence(&mut self) {
        let mut observed: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, rule) in self.rules.iter().enumerate().filter(|(at, _)| !self.broken_rules.contains(at)) {
            observed.entry(self.evidence_key(&rule.evidence)).or_default().push(at);
        }
        for rules in observed.values() {
            for (n, second) in rules.iter().enumerate() {
                let Some(second) = self.rules.get(*second) else { continue };
                let earlier = rules.iter().take(n).filter_map(|r| self.rules.get(*r));
                let clash = earlier.into_iter().find(|first| first.given.is_none() || second.given.is_none());
                if let Some(first) = clash {
                    let message = format!(
                        "the rules `{}` and `{}` observe the same evidence",
                        first.name.value, second.name.value
                    );
                    self.problems.push(
                        Problem::error(Code::SameEvidence, second.name.span, message)
                            .also(first.name.span, "the other")
                            .help("one visit counts once: put all lines into one rule, or, from a cause, join it with `shows`"),
                    );
                }
            }
        }
    }

    /// Returns a key of evidence that is the same for a condition and its contrary.
    fn evidence_key(&self, evidence: &Evidence) -> String {
        match evidence.bare() {
            None => String::new(),
            Some(Bare::Symptom(id)) => format!("symptom {}", id.0),
            Some(Bare::Fact(id)) => format!("fact {}", id.0),
            Some(Bare::Condition(condition)) => {
                let text = self.sources.text(condition.span);
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                format!("condition {}", text.trim_start_matches("not "))
            }
        }
    }
}

/// Returns the problem of a rule whose name is nothing that it could observe.
fn nothing_to_observe(name: &ast::Name, meant: Option<&str>) -> Problem {
    let message = format!("there is no symptom or fact `{}` for this rule to observe", name.value);
    let problem = Problem::error(Code::UnknownName, name.span, message);
    match meant {
        Some(meant) => problem
            .meant(meant)
            .help(format!("did you mean `{meant}`? Otherwise say what it observes: `when …`")),
        None => problem.help("name the rule after the symptom or fact that it observes, or say it: `when …`"),
    }
}

/// The lines of a rule while they are collected.
#[derive(Default)]
struct RuleLines {
    anyway: Option<Line>,
    bad_anyway: bool,
    with: BTreeMap<CauseId, Line>,
    from_group: BTreeSet<CauseId>,
    rules_out: BTreeMap<CauseId, (Vec<usize>, Span)>,
}

/// Returns the branches of a condition: yes where it holds, no where it does not.
pub(super) fn yes_no(condition: Condition) -> Vec<(usize, Option<Condition>)> {
    vec![(1, Some(condition)), (0, None)]
}

pub(super) fn reading_of(cases: Vec<(usize, Option<Condition>)>) -> Reading {
    let levels = ["no", "yes"].map(|name| LevelName { name: name.into(), title: None }).to_vec();
    Reading { levels, branches: cases, shape: Shape::YesNo }
}
