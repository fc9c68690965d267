//! A piece of text that holds a declaration: whole, or, where that does not parse, line by line.
//!
//! Where it does not, every line of its body is parsed alone: the ones that parse are kept, the others are reported, once each.
//! The declaration is marked broken, so that later stages know its name and do not report what it lacks.

use std::ops::Range;

use pest::Parser as _;
use pest::iterators::Pair;

use super::ast::{
    Cause, Declaration, DeclarationKind, Derive, Fact, Fix, Name, Records, Rule as RuleDeclaration, Symptom,
    SymptomBody, TicketKeys, Visit,
};
use super::layout::{Chunk, Line};
use super::lower::{Inside as _, Lower};
use super::{Rule, RuleoutParser, diagnose};
use crate::problem::Problems;
use crate::source::{SourceId, Span, Spanned};

struct Recovery<'a> {
    source: SourceId,
    /// The text as laid out.
    text: &'a str,
    chunk: &'a Chunk,
    problems: &'a mut Problems,
}

/// Parses one declaration, whole or, where that fails, in pieces. Several on one line are one piece.
///
/// # Errors
///
/// Where it is not a declaration: the name that stands in it.
pub(super) fn declarations(
    source: SourceId,
    text: &str,
    chunk: &Chunk,
    problems: &mut Problems,
) -> Result<Vec<Declaration>, String> {
    let mut recovery = Recovery { source, text, chunk, problems };
    if chunk.damaged.is_empty()
        && let Some(whole) = recovery.whole()
    {
        return Ok(whole);
    }
    let kind = recovery.in_pieces()?;
    let span = Span { source, start: chunk.range.start, end: chunk.range.end };
    Ok(vec![Declaration { kind, span, broken: true, allows: Vec::new() }])
}

impl<'a> Recovery<'a> {
    fn piece(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or("")
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span { source: self.source, start: range.start, end: range.end }
    }

    fn lower(&mut self, base: usize) -> Lower<'_> {
        Lower { source: self.source, base, problems: self.problems, summed: 0, allows: Vec::new() }
    }

    fn damaged(&self, range: &Range<usize>) -> bool {
        // The places are in order and apart from each other.
        let before = self.chunk.damaged.partition_point(|d| d.end.max(d.start + 1) <= range.start);
        self.chunk.damaged.get(before).is_some_and(|d| d.start < range.end)
    }

    fn whole(&mut self) -> Option<Vec<Declaration>> {
        let range = self.chunk.range.clone();
        let pairs = RuleoutParser::parse(Rule::file, self.piece(&range)).ok()?;
        Some(self.lower(range.start).declarations(pairs.flat_map(Pair::into_inner)))
    }

    fn in_pieces(&mut self) -> Result<DeclarationKind, String> {
        let keyword =
            self.piece(&self.chunk.range).split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
        Ok(match keyword {
            "facts" => self.visit(),
            "fact" => self.fact(),
            "derive" => self.derive(),
            "symptom" => self.symptom(),
            "rule" => self.rule(),
            "cause" => self.cause(),
            "fix" => self.fix(),
            "records" => self.records(),
            "tickets" => self.ticket_keys(),
            _ => {
                self.no_declaration();
                return Err(self.salvaged_name().value);
            }
        })
    }

    /// Reports a text that does not begin with a declaration's keyword.
    fn no_declaration(&mut self) {
        let rest = self.piece(&self.chunk.range);
        let word = rest.split_whitespace().next().unwrap_or("");
        let word: String = word.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        // What is no word is a sign, of however many bytes.
        let sign = || rest.chars().next().map_or(0, char::len_utf8);
        let length = if word.is_empty() { sign() } else { word.len() };
        let end = self.chunk.range.start + length;
        if self.damaged(&(self.chunk.range.start..end)) {
            return;
        }
        let span = self.span(&(self.chunk.range.start..end));
        self.problems.push(diagnose::no_declaration(span, &word, rest));
    }

    /// Parses a piece with one of the grammar's `only_…` rules, and reports it where that fails.
    fn parse(&mut self, which: Rule, range: &Range<usize>) -> Option<Pair<'a, Rule>> {
        let text = self.piece(range);
        let start = range.start + (text.len() - text.trim_start().len());
        let text = text.trim();
        if text.is_empty() || self.damaged(range) {
            return None;
        }
        match RuleoutParser::parse(which, text) {
            Ok(mut pairs) => pairs.next(),
            Err(error) => {
                let source = self.source;
                self.problems.push_with(|| diagnose::diagnose(source, text, start, &error, which));
                None
            }
        }
    }

    /// Parses the head; none where it does not parse.
    fn head(&mut self, which: Rule) -> Option<Pair<'a, Rule>> {
        let range = self.chunk.head.clone();
        if self.piece(&range).trim_end().ends_with('{') {
            return self.parse(which, &range);
        }
        // No body: the whole declaration stands on its line, and what is wrong is found by parsing all of it.
        self.parse(Rule::only_declaration, &range);
        None
    }

    /// Returns the second word of the head, which is the name where the head is right.
    fn salvaged_name(&self) -> Name {
        let head = self.piece(&self.chunk.head);
        let keyword = head.find(char::is_whitespace).unwrap_or(head.len());
        let rest = head.get(keyword..).unwrap_or("");
        let start = keyword + (rest.len() - rest.trim_start().len());
        let name: String =
            rest.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '.').collect();
        let start = self.chunk.head.start + start;
        Spanned::new(name.trim_end_matches('.').to_owned(), self.span(&(start..start + name.len())))
    }

    /// Lowers each line of the body that parses.
    fn lines(&mut self, which: Rule, mut keep: impl FnMut(&mut Lower<'_>, Pair<'a, Rule>)) {
        for line in &self.chunk.lines {
            self.line(which, &line.range, &mut keep);
        }
    }

    /// Lowers one line if it parses.
    fn line(
        &mut self,
        which: Rule,
        range: &Range<usize>,
        mut keep: impl FnMut(&mut Lower<'_>, Pair<'a, Rule>),
    ) {
        let Some(pair) = self.parse(which, range) else { return };
        let mut lower = self.lower(self.start(range));
        for part in pair.inside() {
            keep(&mut lower, part);
        }
    }

    /// Returns where the text of a range begins.
    fn start(&self, range: &Range<usize>) -> usize {
        let text = self.piece(range);
        range.start + (text.len() - text.trim_start().len())
    }

    fn base(&self) -> usize {
        self.chunk.head.start
    }

    fn visit(&mut self) -> DeclarationKind {
        let title = Spanned::new(String::new(), self.span(&self.chunk.head));
        let mut visit =
            Visit { title, by: Vec::new(), takes: Vec::new(), see: Vec::new(), facts: Vec::new() };
        self.head(Rule::only_visit_head);
        for line in &self.chunk.lines {
            self.visit_line(line, &mut visit);
        }
        DeclarationKind::Visit(visit)
    }

    /// Reads a line of a visit: facts, the head of one with brackets of its own, or what stands in these.
    fn visit_line(&mut self, line: &Line, visit: &mut Visit) {
        let (range, text) = (&line.range, self.piece(&line.range).trim());
        if line.nested {
            self.line(Rule::only_fact_line, range, |lower, part| {
                let parts = lower.fact_part(part);
                if let Some((fact, _)) = visit.facts.last_mut() {
                    fact.parts.extend(parts);
                }
            });
            return;
        }
        let base = self.start(range);
        if text.ends_with('{') {
            let head = self.parse(Rule::only_visit_fact_head, range);
            let broken = head.is_none();
            let fact = head.map(|head| self.lower(base).fact_body(head));
            visit.facts.push((fact.unwrap_or_else(|| nameless_fact(text, self.source, base)), broken));
            return;
        }
        let Some(pair) = self.parse(Rule::only_visit_line, range) else {
            visit.facts.push((nameless_fact(text, self.source, base), true));
            return;
        };
        for part in pair.inside() {
            match part.as_rule() {
                Rule::visit_part => self.lower(base).visit_part(part, visit),
                Rule::visit_fact => self.lower(base).visit_fact(part, visit),
                _ => {}
            }
        }
    }

    fn fact(&mut self) -> DeclarationKind {
        let mut fact = Fact { name: self.salvaged_name(), ty: None, parts: Vec::new() };
        let base = self.base();
        if let Some(head) = self.head(Rule::only_fact_head) {
            fact = self.lower(base).fact_body(head);
        }
        self.lines(Rule::only_fact_line, |lower, part| fact.parts.extend(lower.fact_part(part)));
        DeclarationKind::Fact(fact)
    }

    fn derive(&mut self) -> DeclarationKind {
        self.head(Rule::only_derive_head);
        self.lines(Rule::only_fact_line, |_, _| ());
        DeclarationKind::Derive(Derive {
            name: self.salvaged_name(),
            ty: None,
            value: None,
            parts: Vec::new(),
        })
    }

    fn symptom(&mut self) -> DeclarationKind {
        let body = match self.piece(&self.chunk.head) {
            head if head.contains(" levels") => SymptomBody::Levels(Vec::new()),
            head if head.contains(" kinds") => SymptomBody::Kinds(Vec::new()),
            _ if self.looks_like_levels() => SymptomBody::Levels(Vec::new()),
            _ => SymptomBody::YesNo(Vec::new()),
        };
        let pieces = match body {
            SymptomBody::YesNo(_) => Rule::only_symptom_line,
            _ => Rule::only_level_line,
        };
        let mut symptom =
            Symptom { name: self.salvaged_name(), title: None, body, rates: Vec::new(), see: Vec::new() };
        self.head(Rule::only_symptom_head);
        self.lines(pieces, |lower, part| lower.symptom_parts_of_line(part, &mut symptom));
        DeclarationKind::Symptom(symptom)
    }

    /// Returns whether the lines of a symptom are those of levels, where its head does not say.
    fn looks_like_levels(&self) -> bool {
        let parses = |which| {
            self.chunk.lines.iter().any(|l| RuleoutParser::parse(which, self.piece(&l.range).trim()).is_ok())
        };
        !parses(Rule::only_symptom_line) && parses(Rule::only_level_line)
    }

    fn rule(&mut self) -> DeclarationKind {
        let mut rule = RuleDeclaration { name: self.salvaged_name(), title: None, parts: Vec::new() };
        self.head(Rule::only_rule_head);
        self.lines(Rule::only_rule_line, |lower, part| rule.parts.extend(lower.rule_part(part)));
        DeclarationKind::Rule(rule)
    }

    fn cause(&mut self) -> DeclarationKind {
        let mut cause = Cause { name: self.salvaged_name(), title: None, parts: Vec::new() };
        self.head(Rule::only_cause_head);
        self.lines(Rule::only_cause_line, |lower, part| cause.parts.extend(lower.cause_part(part)));
        DeclarationKind::Cause(cause)
    }

    fn fix(&mut self) -> DeclarationKind {
        let mut fix = Fix { name: self.salvaged_name(), title: None, parts: Vec::new() };
        self.head(Rule::only_fix_head);
        self.lines(Rule::only_fix_line, |lower, part| fix.parts.extend(lower.fix_part(part)));
        DeclarationKind::Fix(fix)
    }

    fn records(&mut self) -> DeclarationKind {
        let mut records = Records { name: self.salvaged_name(), from: None, parts: Vec::new() };
        let base = self.base();
        if let Some(head) = self.head(Rule::only_records_head) {
            self.lower(base).records_parts(head, &mut records);
        }
        self.lines(Rule::only_records_line, |lower, part| records.parts.extend(lower.records_part(part)));
        DeclarationKind::Records(records)
    }

    fn ticket_keys(&mut self) -> DeclarationKind {
        let span = self.span(&self.chunk.head);
        let mut keys = TicketKeys { keys: Vec::new(), opened: Vec::new(), fine: Vec::new(), span };
        let base = self.base();
        if let Some(head) = self.head(Rule::only_ticket_keys_head) {
            self.lower(base).ticket_keys_parts(head, &mut keys);
        }
        self.lines(Rule::only_ticket_keys_line, |lower, part| lower.ticket_part(part, &mut keys));
        DeclarationKind::TicketKeys(keys)
    }
}

/// Returns the fact of a line that did not parse, with its name only, so that uses of it are not reported.
fn nameless_fact(line: &str, source: SourceId, base: usize) -> Fact {
    let line = line.strip_prefix("fact ").unwrap_or(line).trim_start();
    let name: String = line.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '.').collect();
    let span = Span { source, start: base, end: base + name.len() };
    Fact { name: Spanned::new(name, span), ty: None, parts: Vec::new() }
}
