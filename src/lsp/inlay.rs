//! The number behind each word for how often: ` (80 %)`, or what is left of it where the words of a line shrink.

use std::collections::BTreeMap;

use gen_lsp_types::InlayHint;

use super::view::View;
use crate::pack::{Line, Pack, Reading};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{
    CausePart, Chance, DeclarationKind, Entry, FactPart, FixPart, Rates, RulePart, Share,
};
use crate::value::scale::FrequencyScale;
use crate::value::write_chance;

/// Returns the numbers of all words in a span.
pub(super) fn hints(view: &View<'_>, span: Span) -> Vec<InlayHint> {
    let declarations = view.tree().map_or(&[][..], |tree| tree.file.declarations.as_slice());
    let mut hints = Hints { view, span, lines: lines(&view.analysis.pack, span), found: Vec::new() };
    for declaration in
        declarations.iter().filter(|one| one.span.end >= span.start && one.span.start <= span.end)
    {
        hints.declaration(&declaration.kind);
    }
    hints.found
}

/// Collects the lines of rules by where they begin: those that a group of causes shares are alike.
fn lines(pack: &Pack, span: Span) -> BTreeMap<usize, (&Line, &Reading)> {
    let rules = pack.rules.iter().filter_map(|rule| Some((rule, pack.reading(&rule.evidence)?)));
    let all = rules.flat_map(|(rule, reading)| {
        std::iter::once(&rule.anyway).chain(rule.with.values()).map(move |line| (line, reading))
    });
    let here = all.filter(|(line, _)| line.span.source == span.source);
    here.map(|(line, reading)| (line.span.start, (line, reading))).collect()
}

struct Hints<'v> {
    view: &'v View<'v>,
    span: Span,
    lines: BTreeMap<usize, (&'v Line, &'v Reading)>,
    found: Vec<InlayHint>,
}

impl Hints<'_> {
    fn scale(&self) -> &FrequencyScale {
        &self.view.analysis.pack.manifest.scale
    }

    fn declaration(&mut self, kind: &DeclarationKind) {
        match kind {
            DeclarationKind::Visit(visit) => visit.facts.iter().for_each(|(fact, _)| self.facts(&fact.parts)),
            DeclarationKind::Fact(fact) => self.facts(&fact.parts),
            DeclarationKind::Derive(derive) => self.facts(&derive.parts),
            DeclarationKind::Symptom(symptom) => symptom.rates.iter().for_each(|rates| self.rates(rates)),
            DeclarationKind::Rule(rule) => {
                rule.parts.iter().for_each(|part| self.rule(&part.value, part.span));
            }
            DeclarationKind::Cause(cause) => {
                cause.parts.iter().for_each(|part| self.cause(&part.value, part.span));
            }
            DeclarationKind::Fix(fix) => fix.parts.iter().for_each(|part| {
                if let FixPart::Works(chance) = &part.value {
                    self.chance(chance, None);
                }
            }),
            DeclarationKind::Records(_) | DeclarationKind::TicketKeys(_) => {}
        }
    }

    fn facts(&mut self, parts: &[FactPart]) {
        for part in parts {
            if let FactPart::Rates(rates) = part {
                self.rates(rates);
            }
        }
    }

    fn rates(&mut self, rates: &Rates) {
        rates.rates.iter().for_each(|(chance, _)| self.chance(chance, None));
    }

    fn rule(&mut self, part: &RulePart, span: Span) {
        if let RulePart::Line { entries, .. } = part {
            self.entries(entries, span);
        }
    }

    fn cause(&mut self, part: &CausePart, span: Span) {
        match part {
            CausePart::Share { share, .. } => self.share(share),
            CausePart::Shows { entries, .. } => self.entries(entries, span),
            CausePart::LeadsTo { chance, .. } => self.chance(chance, None),
            _ => {}
        }
    }

    fn entries(&mut self, entries: &[Entry], span: Span) {
        for entry in entries {
            let counted =
                self.lines.get(&span.start).and_then(|(line, reading)| counted(line, reading, entry));
            self.chance(&entry.chance, counted);
        }
    }

    /// Adds the number of a word; `counted` is what it comes to where the words of its line shrink.
    fn chance(&mut self, chance: &Spanned<Chance>, counted: Option<f64>) {
        let Chance::Word(word, None) = chance.value else { return };
        let number = self.scale().frequency(word);
        let shrunk = counted.filter(|counted| (counted - number).abs() > 1e-9);
        let tip = shrunk.map(|_| {
            format!(
                "`{}` is {}; the words of this line come to more than 100 %, so all of them shrink in proportion",
                word.word(),
                write_chance(number)
            )
        });
        self.add(chance.span, &rounded(shrunk.unwrap_or(number)), tip);
    }

    fn share(&mut self, share: &Spanned<Share>) {
        let Share::Word(word, None) = share.value else { return };
        let number = self.scale().commonness(word);
        self.add(
            share.span,
            &one_in(number),
            Some("of the tickets, in proportion to the other causes".to_owned()),
        );
    }

    fn add(&mut self, behind: Span, number: &str, tip: Option<String>) {
        if behind.end < self.span.start || behind.end > self.span.end {
            return;
        }
        self.found.push(InlayHint {
            position: self.view.position(behind.end),
            label: format!("({number})").into(),
            kind: None,
            text_edits: None,
            tooltip: tip.map(Into::into),
            padding_left: Some(true),
            padding_right: None,
            data: None,
        });
    }
}

/// Returns what an entry counts as.
fn counted(line: &Line, reading: &Reading, entry: &Entry) -> Option<f64> {
    let level = match &entry.level {
        None => 1,
        Some(level) => reading.levels.iter().position(|known| known.name == level.value)?,
    };
    line.chances.get(&level).map(|frequently| frequently.chance)
}

/// Writes a chance to a tenth of a percent, as `66.7 %`.
fn rounded(chance: f64) -> String {
    write_chance((chance * 1000.0).round() / 1000.0)
}

/// Writes a share as people count it: `1 in 20`.
pub(super) fn one_in(share: f64) -> String {
    let one = 1.0 / share;
    if share > 0.0 && (one - one.round()).abs() < 1e-6 {
        format!("1 in {}", one.round())
    } else {
        write_chance(share)
    }
}
