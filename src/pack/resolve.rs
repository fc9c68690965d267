//! From the trees of all files to a pack: first all names, then everything that refers to them.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{self, LineKind};
use super::expr::{Condition, ConditionKind, Definition, Operand, OperandKind};
use super::manifest::Manifest;
use super::names::{Data, Names, read_type};
use super::scale::Scale;
use super::typing::Typer;
use super::value::{Amount, Type, Value};
use super::{
    Cause, CauseId, Evidence, Fact, FactId, Fix, FixId, Frequently, LevelName, Line, Pack, RateLine, Reading,
    Rule, Shape, ShareLine, Symptom, SymptomId, Verification, Visit, VisitId,
};
use crate::problem::{Code, Problem, Problems};
use crate::source::{Sources, Span, Spanned};
use crate::syntax::ast::{
    self, CausePart, DeclarationKind, Expr, ExprKind, FactPart, FixPart, Frequency, RulePart, ShareWhen,
    SymptomBody,
};

/// The declarations of a pack by kind, each with whether a part of it did not parse.
#[derive(Default)]
struct Declared<'a> {
    facts: Vec<(&'a ast::Fact, Option<VisitId>, bool)>,
    derives: Vec<(&'a ast::Derive, bool)>,
    symptoms: Vec<(&'a ast::Symptom, bool)>,
    rules: Vec<(&'a ast::Rule, Span, bool)>,
    causes: Vec<(&'a ast::Cause, bool)>,
    fixes: Vec<(&'a ast::Fix, bool)>,
}

struct Resolver<'a> {
    sources: &'a Sources,
    names: Names,
    scale: &'a Scale,
    facts: Vec<Fact>,
    visits: Vec<Visit>,
    symptoms: Vec<Symptom>,
    rules: Vec<Rule>,
    /// Rules that did not parse whole: what they hear, and where they speak, may have got lost.
    broken_rules: BTreeSet<usize>,
    /// For each rule that has some, the causes whose line there names only a group of theirs.
    by_group: BTreeMap<usize, BTreeSet<CauseId>>,
    problems: Problems,
}

/// Resolves a pack. Where the problems hold an error, the pack is not whole and must not be used.
pub fn resolve(sources: &Sources, manifest: Manifest, scale: Scale, files: &[ast::File]) -> (Pack, Problems) {
    let mut resolver = Resolver {
        sources,
        names: Names::default(),
        scale: &scale,
        facts: Vec::new(),
        visits: Vec::new(),
        symptoms: Vec::new(),
        rules: Vec::new(),
        broken_rules: BTreeSet::new(),
        by_group: BTreeMap::new(),
        problems: Problems::new(),
    };
    let declared = resolver.declare(files);
    resolver.definitions(&declared);
    resolver.symptom_bodies(&declared);
    resolver.rule_bodies(&declared);
    let causes = resolver.cause_bodies(&declared);
    let fixes = resolver.fix_bodies(&declared);
    resolver.same_evidence();
    let Resolver { names, facts, visits, symptoms, rules, problems, .. } = resolver;
    (Pack { manifest, scale, facts, visits, symptoms, rules, causes, fixes, groups: names.groups }, problems)
}

impl<'a> Resolver<'a> {
    fn typer(&mut self) -> Typer<'_> {
        Typer::new(&self.names, &self.facts, &self.symptoms, &mut self.problems)
    }

    fn error(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::error(code, span, message).help(help));
    }

    /// Complains where a part that may stand once stands again.
    fn once<T>(&mut self, slot: &mut Option<T>, value: T, what: &str, span: Span) {
        if slot.is_some() {
            self.error(Code::Duplicate, span, format!("there are two of `{what}` here"), "keep one of them");
        } else {
            *slot = Some(value);
        }
    }

    fn texts(texts: &[ast::Text]) -> Vec<String> {
        texts.iter().map(|t| t.value.clone()).collect()
    }

    fn title(title: Option<&ast::Text>) -> Option<String> {
        title.map(|t| t.value.clone())
    }

    // ------------------------------------------------------------ names

    fn declare(&mut self, files: &'a [ast::File]) -> Declared<'a> {
        let mut declared = Declared::default();
        for file in files {
            self.names.lost.extend(file.lost.iter().cloned());
            for declaration in &file.declarations {
                self.sort(declaration, &mut declared);
            }
        }
        for &(fact, visit, broken) in &declared.facts {
            self.declare_fact(fact, visit, broken);
        }
        for &(derive, broken) in &declared.derives {
            let ty = derive.ty.as_ref().and_then(|ty| read_type(ty, false, &mut self.problems));
            self.enter_fact(&derive.name, ty, &derive.parts, None, broken || derive.value.is_none());
        }
        for &(symptom, broken) in &declared.symptoms {
            self.declare_symptom(symptom, broken);
        }
        for (at, &(cause, broken)) in declared.causes.iter().enumerate() {
            self.names.enter_cause(&cause.name, CauseId(at), &mut self.problems);
            self.names.broken_cause |= broken;
        }
        for (at, &(cause, _)) in declared.causes.iter().enumerate() {
            for part in &cause.parts {
                if let CausePart::PartOf(groups) = &part.value {
                    groups.iter().for_each(|g| self.names.enter_group(g, CauseId(at), &mut self.problems));
                }
            }
        }
        for (at, (fix, _)) in declared.fixes.iter().enumerate() {
            self.names.enter_fix(&fix.name, FixId(at), &mut self.problems);
        }
        declared
    }

    fn sort(&mut self, declaration: &'a ast::Declaration, declared: &mut Declared<'a>) {
        let broken = declaration.broken;
        match &declaration.kind {
            DeclarationKind::Visit(visit) => {
                let id = VisitId(self.visits.len());
                declared.facts.extend(visit.facts.iter().map(|(fact, bad)| (fact, Some(id), *bad)));
                let takes = self.one_duration(&visit.takes, "takes");
                let title = visit.title.value.clone();
                self.visits.push(Visit { title, takes, see: Self::texts(&visit.see), facts: Vec::new() });
            }
            DeclarationKind::Fact(fact) => declared.facts.push((fact, None, broken)),
            DeclarationKind::Derive(derive) => declared.derives.push((derive, broken)),
            DeclarationKind::Symptom(symptom) => declared.symptoms.push((symptom, broken)),
            DeclarationKind::Rule(rule) => declared.rules.push((rule, declaration.span, broken)),
            DeclarationKind::Cause(cause) => declared.causes.push((cause, broken)),
            DeclarationKind::Fix(fix) => declared.fixes.push((fix, broken)),
        }
    }

    fn one_duration(&mut self, quantities: &[ast::Quantity], what: &str) -> Option<i128> {
        let mut found = None;
        for quantity in quantities {
            if let Some(nanos) = self.duration(quantity, what) {
                self.once(&mut found, nanos, what, quantity.span);
            }
        }
        found
    }

    /// A duration that is no condition: `takes 5 min`.
    fn duration(&mut self, quantity: &ast::Quantity, what: &str) -> Option<i128> {
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

    fn declare_fact(&mut self, fact: &ast::Fact, visit: Option<VisitId>, broken: bool) {
        let ty = fact.ty.as_ref().and_then(|ty| read_type(ty, false, &mut self.problems));
        self.enter_fact(&fact.name, ty, &fact.parts, visit, broken);
    }

    fn enter_fact(
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
            takes: None,
            visit,
            see: Vec::new(),
            definition: None,
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
            FactPart::Takes(quantity) => {
                if let Some(nanos) = self.duration(quantity, "takes") {
                    self.once(&mut fact.takes, nanos, "takes", quantity.span);
                }
            }
            FactPart::See(text) => fact.see.push(text.value.clone()),
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

    /// Rates over some values; over a set each member's stands alone, else they may not come to more than 100 %.
    fn rates(&mut self, rates: &ast::Rates, names: &[String], set: bool) -> Option<RateLine> {
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
            let message = format!("these rates come to {}", super::scale::write_chance(sum));
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

    fn declare_symptom(&mut self, symptom: &ast::Symptom, broken: bool) {
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
        let reading = Reading { levels, cases: Vec::new(), shape };
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

    // ------------------------------------------------------------ derived facts and symptoms

    fn definitions(&mut self, declared: &Declared<'a>) {
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

    fn symptom_bodies(&mut self, declared: &Declared<'a>) {
        for (at, &(symptom, broken)) in declared.symptoms.iter().enumerate() {
            let cases = match &symptom.body {
                SymptomBody::YesNo(when) => self.yes_no_cases(symptom, when, broken),
                SymptomBody::Levels(levels) => self.level_cases(symptom, levels, false, broken),
                SymptomBody::Kinds(levels) => self.level_cases(symptom, levels, true, broken),
            };
            if let Some(symptom) = self.symptoms.get_mut(at) {
                symptom.reading.cases = cases;
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
                        format!("`{}` stands behind `otherwise`, so it is never reached", level.name.value),
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
                "make the last kind the quiet one: `something otherwise`"
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

    // ------------------------------------------------------------ rules

    fn rule_bodies(&mut self, declared: &Declared<'a>) {
        for &(rule, _, broken) in &declared.rules {
            if self.names.enter_rule(&rule.name, &mut self.problems) {
                self.rule(rule, broken);
            }
        }
    }

    fn rule(&mut self, rule: &ast::Rule, broken: bool) {
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
            let quiet = if reading.shape == Shape::YesNo {
                String::new()
            } else {
                format!("{} ", reading.levels.last().map_or("", |l| l.name.as_str()))
            };
            let message =
                format!("the rule `{}` does not say how often this is seen anyway", rule.name.value);
            self.error(Code::NoBackground, rule.name.span, message, format!("add a line such as `rarely {quiet}anyway`: how often it is seen with none of the causes named"));
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
        self.rules.push(Rule {
            name: rule.name.clone(),
            title,
            given,
            evidence,
            anyway,
            with: read.with,
            rules_out: read.rules_out,
            see,
        });
    }

    /// Names the causes that there are not, where the rest of a rule cannot be read.
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

    fn reading<'b>(&'b self, evidence: &'b Evidence) -> Option<&'b Reading> {
        match evidence {
            Evidence::Symptom(id) => self.symptoms.get(id.0).map(|s| &s.reading),
            Evidence::Fact(_, reading) | Evidence::Condition(reading) => Some(reading),
        }
    }

    /// What a condition lets a rule hear.
    fn evidence(&mut self, when: &Expr) -> Option<Evidence> {
        if let ExprKind::Name(name) = &when.kind
            && let Some((Data::Symptom(_) | Data::Fact(_), _)) = self.names.data.get(name)
        {
            return self.evidence_called(&Spanned::new(name.clone(), when.span));
        }
        Some(Evidence::Condition(reading_of(yes_no(self.typer().condition(when)?))))
    }

    /// What a rule hears by its own name.
    fn evidence_called(&mut self, name: &ast::Name) -> Option<Evidence> {
        let data = if let Some((data, _)) = self.names.data.get(&name.value) {
            *data
        } else {
            let known = self.names.data.keys().map(String::as_str);
            let meant = crate::problem::did_you_mean(&name.value, known);
            let help = match meant {
                Some(meant) => format!("did you mean `{meant}`? Otherwise say what it hears: `when …`"),
                None => {
                    "name the rule after the symptom or fact that it hears, or say it: `when …`".to_owned()
                }
            };
            if !self.names.lost.contains(&name.value) {
                self.error(
                    Code::UnknownName,
                    name.span,
                    format!("there is no symptom or fact `{}` for this rule to hear", name.value),
                    help,
                );
            }
            return None;
        };
        match data {
            Data::Broken => None,
            Data::Symptom(id) => Some(Evidence::Symptom(id)),
            Data::Fact(id) => self.fact_evidence(id, name),
        }
    }

    /// A rule straight over a fact.
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
                // Every kind has its condition, the quiet one too: where there is no value at all, none of them is seen.
                let cases = (0..values.len()).map(|v| (last - v, Some(is(v)))).collect();
                let levels =
                    values.iter().rev().map(|v| LevelName { name: v.clone(), title: None }).collect();
                Some(Evidence::Fact(id, Reading { levels, cases, shape: Shape::Kinds }))
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

    /// Two rules that hear the same symptom, fact or condition count one look twice.
    fn same_evidence(&mut self) {
        let mut heard: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, rule) in self.rules.iter().enumerate().filter(|(at, _)| !self.broken_rules.contains(at)) {
            heard.entry(self.evidence_key(&rule.evidence)).or_default().push(at);
        }
        for rules in heard.values() {
            for (n, second) in rules.iter().enumerate() {
                let Some(second) = self.rules.get(*second) else { continue };
                let earlier = rules.iter().take(n).filter_map(|r| self.rules.get(*r));
                let clash = earlier.into_iter().find(|first| first.given.is_none() || second.given.is_none());
                if let Some(first) = clash {
                    let message = format!(
                        "the rules `{}` and `{}` hear the same evidence",
                        first.name.value, second.name.value
                    );
                    self.problems.push(
                        Problem::error(Code::SameEvidence, second.name.span, message)
                            .also(first.name.span, "the other")
                            .help("one look counts once: put all lines into one rule, or, from a cause, join it with `shows`"),
                    );
                }
            }
        }
    }

    /// Evidence under a key that is the same for a condition and its contrary.
    fn evidence_key(&self, evidence: &Evidence) -> String {
        match evidence {
            Evidence::Symptom(id) => format!("symptom {}", id.0),
            Evidence::Fact(id, _) => format!("fact {}", id.0),
            Evidence::Condition(reading) => {
                let condition = reading.cases.first().and_then(|(_, c)| c.as_ref());
                let Some(condition) = condition else { return String::new() };
                let mut condition = condition;
                while let ConditionKind::Not(inner) = &condition.kind {
                    condition = inner;
                }
                match &condition.kind {
                    ConditionKind::Yes(Operand { kind: OperandKind::Fact(id), .. }) => {
                        format!("fact {}", id.0)
                    }
                    ConditionKind::Level(id, _) => format!("symptom {}", id.0),
                    _ => {
                        let text = self.sources.text(condition.span);
                        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                        format!("condition {}", text.trim_start_matches("not "))
                    }
                }
            }
        }
    }

    // ------------------------------------------------------------ causes

    fn cause_bodies(&mut self, declared: &Declared<'a>) -> Vec<Cause> {
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
                    "write `otherwise` behind it",
                );
            }
            _ => {}
        }
    }

    /// A direct check: almost always with the cause, never anyway.
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
        self.rules.push(Rule {
            name,
            title: None,
            given: None,
            evidence,
            anyway,
            with: BTreeMap::from([(id, with)]),
            rules_out: BTreeMap::new(),
            see: Vec::new(),
        });
    }

    /// Joins a rule by its name, or by the symptom or fact that it hears; what a rule says of a cause's group counts after it.
    fn shows(&mut self, id: CauseId, target: &ast::Name, entries: &[ast::Entry], span: Span) {
        let heard = |rule: &Rule| match (&rule.evidence, self.names.data.get(&target.value)) {
            (Evidence::Symptom(s), Some((Data::Symptom(t), _))) => s == t,
            (Evidence::Fact(f, _), Some((Data::Fact(t), _))) => f == t,
            _ => false,
        };
        let by_name: Vec<usize> = self
            .rules
            .iter()
            .enumerate()
            .filter(|(_, r)| r.name.value == target.value)
            .map(|(at, _)| at)
            .collect();
        let found = if by_name.is_empty() {
            self.rules.iter().enumerate().filter(|(_, r)| heard(r)).map(|(at, _)| at).collect()
        } else {
            by_name
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
            let message = format!("several rules hear `{}`", target.value);
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
                let message = format!("no rule hears `{}` yet", target.value);
                let help =
                    format!("write one with its background: `rule {} {{ rarely anyway }}`", target.value);
                self.error(Code::NoBackground, target.span, message, help);
            }
            None => {
                let known = self.names.data.keys().chain(self.names.rules.keys()).map(String::as_str);
                self.problems.push(super::names::unknown("symptom, fact or rule", target, known));
            }
        }
    }

    // ------------------------------------------------------------ fixes

    fn fix_bodies(&mut self, declared: &Declared<'a>) -> Vec<Fix> {
        declared.fixes.iter().map(|&(fix, broken)| self.fix(fix, broken)).collect()
    }

    fn fix(&mut self, declared: &ast::Fix, broken: bool) -> Fix {
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
                    fix.verify.extend(read.map(|c| Verification::Condition(c, written)));
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

/// The lines of a rule while they are collected.
#[derive(Default)]
struct RuleLines {
    anyway: Option<Line>,
    bad_anyway: bool,
    with: BTreeMap<CauseId, Line>,
    from_group: BTreeSet<CauseId>,
    rules_out: BTreeMap<CauseId, (Vec<usize>, Span)>,
}

/// Yes where a condition holds, no where it does not.
fn yes_no(condition: Condition) -> Vec<(usize, Option<Condition>)> {
    vec![(1, Some(condition)), (0, None)]
}

fn reading_of(cases: Vec<(usize, Option<Condition>)>) -> Reading {
    let levels = ["no", "yes"].map(|name| LevelName { name: name.into(), title: None }).to_vec();
    Reading { levels, cases, shape: Shape::YesNo }
}
