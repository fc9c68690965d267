//! From the trees of all files to a pack: first all names, then everything that refers to them.

mod causes;
mod facts;
mod fixes;
mod records;
mod rules;
mod symptoms;

use std::collections::{BTreeMap, BTreeSet};

use crate::pack::manifest::Manifest;
use crate::pack::names::{Data, Names, read_type};
use crate::pack::records::Records;
use crate::pack::references::{self, References, references};
use crate::pack::typing::Typer;
use crate::pack::{Allowed, CauseId, Evidence, Fact, FixId, Pack, Rule, Symptom, Visit, VisitId};
use crate::problem::{Code, Problem, Problems};
use crate::source::{Sources, Span, Spanned};
use crate::syntax::ast::{self, CausePart, DeclarationKind};
use crate::value::scale::FrequencyScale;

/// The declarations of a pack by kind, each with whether a part of it did not parse.
#[derive(Default)]
struct Declared<'a> {
    facts: Vec<(&'a ast::Fact, Option<VisitId>, bool)>,
    derives: Vec<(&'a ast::Derive, bool)>,
    symptoms: Vec<(&'a ast::Symptom, bool)>,
    rules: Vec<(&'a ast::Rule, Span, bool)>,
    causes: Vec<(&'a ast::Cause, bool)>,
    fixes: Vec<(&'a ast::Fix, bool)>,
    records: Vec<(&'a ast::Records, bool)>,
    tickets: Vec<(&'a ast::TicketKeys, bool)>,
}

struct Resolver<'a> {
    sources: &'a Sources,
    names: Names,
    scale: &'a FrequencyScale,
    facts: Vec<Fact>,
    visits: Vec<Visit>,
    symptoms: Vec<Symptom>,
    records: Vec<Records>,
    rules: Vec<Rule>,
    /// Where among them each of a name of its own is, and those that observe a fact or symptom.
    called: BTreeMap<String, usize>,
    observers: BTreeMap<Data, Vec<usize>>,
    /// Rules that did not parse whole: what they observe, and where they match, may have got lost.
    broken_rules: BTreeSet<usize>,
    /// For each rule that has some, the causes whose line there names only a group of theirs.
    by_group: BTreeMap<usize, BTreeSet<CauseId>>,
    allows: Vec<Allowed>,
    problems: Problems,
}

/// Resolves a pack. Where the problems hold an error, the pack is not whole and must not be used.
pub fn resolve<'f>(
    sources: &Sources,
    manifest: Manifest,
    files: impl IntoIterator<Item = &'f ast::File>,
) -> (Pack, Problems) {
    let mut resolver = Resolver {
        sources,
        names: Names::default(),
        scale: &manifest.scale,
        facts: Vec::new(),
        visits: Vec::new(),
        symptoms: Vec::new(),
        records: Vec::new(),
        rules: Vec::new(),
        called: BTreeMap::new(),
        observers: BTreeMap::new(),
        broken_rules: BTreeSet::new(),
        by_group: BTreeMap::new(),
        allows: manifest.allowed.clone(),
        problems: Problems::new(),
    };
    let files: Vec<&ast::File> = files.into_iter().collect();
    let declared = resolver.declare(&files);
    resolver.definitions(&declared);
    resolver.symptom_bodies(&declared);
    resolver.records_bodies(&declared);
    resolver.reads(&declared);
    let tickets = resolver.ticket_keys(&declared);
    resolver.read_in_circles();
    resolver.rule_bodies(&declared);
    let causes = resolver.cause_bodies(&declared);
    let fixes = resolver.fix_bodies(&declared);
    resolver.same_evidence();
    let handed_on = resolver.handed_on(&manifest);
    let references = resolver.references(&files, &manifest);
    let Resolver { names, facts, visits, symptoms, records, rules, allows, problems, .. } = resolver;
    let groups = names.groups;
    let pack = Pack {
        manifest,
        facts: facts.into(),
        visits: visits.into(),
        symptoms: symptoms.into(),
        rules: rules.into(),
        causes: causes.into(),
        fixes: fixes.into(),
        records: records.into(),
        tickets,
        groups,
        handed_on,
        references,
        allows,
    };
    (pack, problems)
}

impl<'a> Resolver<'a> {
    fn typer(&mut self) -> Typer<'_> {
        Typer::new(&self.names, &self.facts, &self.symptoms, &self.records, &mut self.problems)
    }

    fn error(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::error(code, span, message).help(help));
    }

    /// Reports a part that may be there once and is there again.
    fn once<T>(&mut self, slot: &mut Option<T>, value: T, what: &str, span: Span) {
        if slot.is_some() {
            self.error(Code::Duplicate, span, format!("there are two of `{what}` here"), "keep one of them");
        } else {
            *slot = Some(value);
        }
    }

    fn add_rule(&mut self, rule: Rule) {
        let at = self.rules.len();
        self.called.entry(rule.name.value.clone()).or_insert(at);
        let observed = match &rule.evidence {
            Evidence::Symptom(id) => Some(Data::Symptom(*id)),
            Evidence::Fact(id, _) => Some(Data::Fact(*id)),
            Evidence::Condition(_) => None,
        };
        if let Some(observed) = observed {
            self.observers.entry(observed).or_default().push(at);
        }
        self.rules.push(rule);
    }

    /// Returns the causes with which whoever tickets are handed on to can help, by their names and groups.
    fn handed_on(&mut self, manifest: &Manifest) -> Option<BTreeSet<CauseId>> {
        let names = manifest.escalate.as_ref()?.with.as_ref()?;
        let called = |name: &Spanned<String>| self.names.causes_called(name, &mut self.problems).0;
        Some(names.iter().flat_map(called).collect())
    }

    /// Returns every name in the files, and what it stands for.
    fn references(&self, files: &[&ast::File], manifest: &Manifest) -> References {
        let causes = self.names.causes.keys().map(String::as_str);
        let groups = self.names.groups.keys().map(String::as_str);
        let declared = references::Declared::new(&self.facts, &self.symptoms, &self.records, causes, groups);
        references(&declared, files, manifest)
    }

    fn texts(texts: &[ast::Text]) -> Vec<String> {
        texts.iter().map(|t| t.value.clone()).collect()
    }

    fn title(title: Option<&ast::Text>) -> Option<String> {
        title.map(|t| t.value.clone())
    }

    fn declare(&mut self, files: &[&'a ast::File]) -> Declared<'a> {
        let mut declared = Declared::default();
        for file in files {
            self.names.lost.extend(file.lost.iter().cloned());
            for declaration in &file.declarations {
                self.sort(declaration, &mut declared);
                declaration.allows.iter().for_each(|allow| self.allow(allow));
            }
        }
        for &(fact, visit, broken) in &declared.facts {
            self.declare_fact(fact, visit, broken);
        }
        for &(derive, broken) in &declared.derives {
            let ty = derive.ty.as_ref().and_then(|ty| read_type(ty, false, &mut self.problems));
            self.enter_fact(&derive.name, ty, &derive.parts, None, broken || derive.value.is_none());
            self.facts.last_mut().into_iter().for_each(|fact| fact.computed = true);
        }
        for &(symptom, broken) in &declared.symptoms {
            self.declare_symptom(symptom, broken);
        }
        self.declare_records(&declared);
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

    fn allow(&mut self, allow: &ast::Allow) {
        match Code::by_name(&allow.code.value) {
            Ok(code) => self.allows.push(Allowed { code, span: allow.span, within: Some(allow.within) }),
            Err(help) => {
                let message = format!("there is no code `{}`", allow.code.value);
                self.error(Code::UnknownName, allow.code.span, message, help);
            }
        }
        if allow.reason.value.trim().is_empty() {
            self.error(
                Code::Missing,
                allow.reason.span,
                "this does not say why",
                "say in a few words why it is all right",
            );
        }
    }

    fn sort(&mut self, declaration: &'a ast::Declaration, declared: &mut Declared<'a>) {
        let broken = declaration.broken;
        match &declaration.kind {
            DeclarationKind::Visit(visit) => {
                let id = VisitId(self.visits.len());
                declared.facts.extend(visit.facts.iter().map(|(fact, bad)| (fact, Some(id), *bad)));
                let takes = self.one_duration(&visit.takes, "takes");
                let title = visit.title.value.clone();
                let mut by = None;
                visit.by.iter().for_each(|who| self.once(&mut by, who.value.clone(), "by", who.span));
                self.visits.push(Visit { title, by, takes, see: Self::texts(&visit.see), facts: Vec::new() });
            }
            DeclarationKind::Fact(fact) => declared.facts.push((fact, None, broken)),
            DeclarationKind::Derive(derive) => declared.derives.push((derive, broken)),
            DeclarationKind::Symptom(symptom) => declared.symptoms.push((symptom, broken)),
            DeclarationKind::Rule(rule) => declared.rules.push((rule, declaration.span, broken)),
            DeclarationKind::Cause(cause) => declared.causes.push((cause, broken)),
            DeclarationKind::Fix(fix) => declared.fixes.push((fix, broken)),
            DeclarationKind::Records(records) => declared.records.push((records, broken)),
            DeclarationKind::TicketKeys(keys) => declared.tickets.push((keys, broken)),
        }
    }
}
