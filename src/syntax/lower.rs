//! From pest's pairs to the tree.
//!
//! The grammar has already decided what is what, so this stage only renames: it never fails, and reports only numbers
//! that are not chances and conditions that can be read in two ways. A missing pair (which the grammar does not allow) lowers
//! to something empty rather than to a panic.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use pest::iterators::{Pair, Pairs};

use super::Rule;
use super::ast::{
    Allow, Cause, CausePart, Chance, Commonness, Declaration, DeclarationKind, Derive, Entry, Expr, ExprKind,
    Fact, FactPart, Fix, FixPart, Frequency, Level, Name, Operator, Order, Pick, Quantity, Rates, Read,
    ReadColumn, ReadValue, RecordShape, Records, RecordsFrom, RecordsPart, Rows, Rule as RuleDeclaration,
    RulePart, Share, ShareWhen, Symptom, SymptomBody, Test, Text, TicketKeys, Type, Visit,
};
use crate::letters::composed;
use crate::number::Number;
use crate::problem::{Code, Problem, Problems, Suggestion};
use crate::source::{SourceId, Span, Spanned};

/// Pairs that are no tokens.
type Parts<'i> = std::iter::Filter<Pairs<'i, Rule>, fn(&Pair<'i, Rule>) -> bool>;

/// The parts of a pair without its tokens (keywords and signs), which matter only for finding mistakes.
pub(super) trait Inside<'i>: Sized {
    /// Returns the parts.
    fn inside(self) -> Parts<'i>;
}

impl<'i> Inside<'i> for Pair<'i, Rule> {
    fn inside(self) -> Parts<'i> {
        self.into_inner().filter(|p| !TOKENS.contains(&p.as_rule()))
    }
}

/// The signs that are rules of their own in the grammar.
const SIGNS: [Rule; 9] = [
    Rule::open,
    Rule::close,
    Rule::open_round,
    Rule::close_round,
    Rule::comma,
    Rule::colon,
    Rule::equals,
    Rule::slash,
    Rule::dots,
];

/// The rules of the grammar that are tokens: signs, and keywords, which are called `k_…`.
static TOKENS: LazyLock<BTreeSet<Rule>> = LazyLock::new(|| {
    let keywords = Rule::all_rules().iter().filter(|which| format!("{which:?}").starts_with("k_"));
    keywords.copied().chain(SIGNS).collect()
});

/// Lowers the pairs of one parsed piece of text that starts at byte `base` of its source.
pub(super) struct Lower<'p> {
    /// The text.
    pub(super) source: SourceId,
    /// Where the parsed piece starts in it.
    pub(super) base: usize,
    /// Where problems go.
    pub(super) problems: &'p mut Problems,
    /// How many operands of sums and products were read in this declaration.
    pub(super) summed: usize,
    /// The warnings that this declaration allows.
    pub(super) allows: Vec<Allow>,
}

/// The name of a declaration that has none; the grammar does not let it happen.
const NAMELESS: &str = "?";

impl Lower<'_> {
    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        let text = span.as_str();
        let end = span.start() + text.trim_end().len();
        Span { source: self.source, start: self.base + span.start(), end: self.base + end }
    }

    fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        Spanned::new(composed(pair.as_str()).into_owned(), self.span(pair))
    }

    fn names(&self, pair: Pair<'_, Rule>) -> Vec<Name> {
        pair.inside().map(|p| self.name(&p)).collect()
    }

    fn nameless(span: Span) -> Name {
        Spanned::new(NAMELESS.to_owned(), span)
    }

    fn text(&self, pair: &Pair<'_, Rule>) -> Text {
        let inner = pair.clone().inside().next().map_or("", |p| p.as_str());
        let mut text = String::with_capacity(inner.len());
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n') => text.push('\n'),
                    Some(escaped @ ('"' | '\\')) => text.push(escaped),
                    Some(other) => text.extend(['\\', other]),
                    None => text.push('\\'),
                },
                _ => text.push(c),
            }
        }
        Spanned::new(text, self.span(pair))
    }

    fn number(pair: Option<Pair<'_, Rule>>) -> f64 {
        pair.and_then(|p| p.as_str().parse().ok()).unwrap_or(f64::NAN)
    }

    fn quantity(&self, pair: Pair<'_, Rule>) -> Quantity {
        let span = self.span(&pair);
        let negative = pair.as_str().starts_with('-');
        let mut inner = pair.inside();
        let number = inner.next().and_then(|pair| Number::parse(pair.as_str()).ok());
        let number = number.map(|number| Box::new(if negative { number.negated() } else { number }));
        Quantity { number, unit: inner.next().map(|p| self.name(&p)), span }
    }

    fn figure(&mut self, pair: Pair<'_, Rule>) -> f64 {
        let span = self.span(&pair);
        let Some(inner) = pair.inside().next() else { return 0.0 };
        let which = inner.as_rule();
        let mut numbers = inner.inside();
        let first = Self::number(numbers.next());
        let chance = match which {
            Rule::percent => first / 100.0,
            _ => first / Self::number(numbers.next()),
        };
        if (0.0..=1.0).contains(&chance) && (chance > 0.0 || first == 0.0) {
            return chance;
        }
        let help = "write a chance between 0 % and 100 %: `80 %`, `17 of 20`, `1 in 200`";
        self.problems.push(Problem::error(Code::Chance, span, "this is not a chance").help(help));
        0.5
    }

    /// Returns a phrase of several words, with single spaces.
    fn phrase(pair: &Pair<'_, Rule>) -> String {
        pair.as_str().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn chance(&mut self, pair: Pair<'_, Rule>) -> Spanned<Chance> {
        let span = self.span(&pair);
        let mut chance = Chance::Number(0.0);
        for part in pair.inside() {
            match (part.as_rule(), &mut chance) {
                (Rule::frequency, _) => chance = Chance::Word(self.frequency(&part), None),
                (_, Chance::Word(_, figure)) => *figure = Some(self.figure(part)),
                (_, Chance::Number(number)) => *number = self.figure(part),
            }
        }
        Spanned::new(chance, span)
    }

    fn frequency(&mut self, pair: &Pair<'_, Rule>) -> Frequency {
        let phrase = Self::phrase(pair);
        Frequency::of_word(&phrase).unwrap_or_else(|| {
            let problem = Problem::error(
                Code::Chance,
                self.span(pair),
                format!("`{phrase}` is not a word of the language"),
            );
            self.problems.push(problem.help(frequencies()));
            Frequency::Often
        })
    }

    fn share(&mut self, pair: Pair<'_, Rule>) -> Spanned<Share> {
        let span = self.span(&pair);
        let mut share = Share::Impossible;
        for part in pair.inside() {
            match (part.as_rule(), &mut share) {
                (Rule::commonness, _) => share = Share::Word(self.commonness(&part), None),
                (Rule::tickets, Share::Word(_, figure)) => *figure = Some(self.tickets(part)),
                (Rule::tickets, _) => share = Share::Number(self.tickets(part)),
                _ => {}
            }
        }
        Spanned::new(share, span)
    }

    fn tickets(&mut self, pair: Pair<'_, Rule>) -> f64 {
        pair.inside().next().map_or(0.0, |figure| self.figure(figure))
    }

    fn commonness(&mut self, pair: &Pair<'_, Rule>) -> Commonness {
        let phrase = Self::phrase(pair);
        Commonness::of_word(&phrase).unwrap_or_else(|| {
            let words: Vec<_> = Commonness::ALL.iter().map(|w| format!("`{}`", w.word())).collect();
            let problem = Problem::error(
                Code::Chance,
                self.span(pair),
                format!("`{phrase}` is not a word of the language"),
            );
            self.problems.push(problem.help(format!("write one of {}", words.join(", "))));
            Commonness::Uncommon
        })
    }

    // ------------------------------------------------------------ declarations

    /// Lowers the declarations of a file.
    pub(super) fn declarations<'i>(
        &mut self,
        pairs: impl Iterator<Item = Pair<'i, Rule>>,
    ) -> Vec<Declaration> {
        let declared = |p: &Pair<'_, Rule>| p.as_rule() == Rule::declaration;
        pairs
            .flat_map(|p| if declared(&p) { vec![p] } else { p.inside().filter(declared).collect() })
            .filter_map(|p| p.inside().next())
            .filter_map(|p| self.declaration(p))
            .collect()
    }

    fn declaration(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        let span = self.span(&pair);
        self.summed = 0;
        self.allows.clear();
        let kind = match pair.as_rule() {
            Rule::visit => DeclarationKind::Visit(self.visit(pair)),
            Rule::fact => DeclarationKind::Fact(self.fact_body(pair.inside().next()?)),
            Rule::derive => DeclarationKind::Derive(self.derive(pair)),
            Rule::symptom => DeclarationKind::Symptom(self.symptom(pair)),
            Rule::rule => DeclarationKind::Rule(self.rule(pair)),
            Rule::cause => DeclarationKind::Cause(self.cause(pair)),
            Rule::fix => DeclarationKind::Fix(self.fix(pair)),
            Rule::records => DeclarationKind::Records(self.records(pair)),
            Rule::ticket_keys => DeclarationKind::TicketKeys(self.ticket_keys(pair)),
            _ => return None,
        };
        let mut allows = std::mem::take(&mut self.allows);
        for allow in allows.iter_mut().filter(|allow| allow.within == allow.span) {
            allow.within = span;
        }
        Some(Declaration { kind, span, broken: false, allows })
    }

    /// Lowers `allow …`; it covers only itself until the declaration around it is known.
    fn allow(&mut self, pair: Pair<'_, Rule>) {
        let span = self.span(&pair);
        let mut inner = pair.inside();
        if let (Some(code), Some(reason)) = (inner.next(), inner.next()) {
            let (code, reason) = (self.name(&code), self.text(&reason));
            self.allows.push(Allow { code, reason, span, within: span });
        }
    }

    fn visit(&mut self, pair: Pair<'_, Rule>) -> Visit {
        let title = Self::nameless(self.span(&pair));
        let mut visit =
            Visit { title, by: Vec::new(), takes: Vec::new(), see: Vec::new(), facts: Vec::new() };
        for part in pair.inside() {
            match part.as_rule() {
                Rule::string => visit.title = self.text(&part),
                Rule::visit_part => self.visit_part(part, &mut visit),
                Rule::visit_fact => self.visit_fact(part, &mut visit),
                _ => {}
            }
        }
        visit
    }

    pub(super) fn visit_part(&mut self, pair: Pair<'_, Rule>, visit: &mut Visit) {
        match self.fact_part(pair) {
            Some(FactPart::By(who)) => visit.by.push(who),
            Some(FactPart::Takes(quantity)) => visit.takes.push(quantity),
            Some(FactPart::See(text)) => visit.see.push(text),
            _ => {}
        }
    }

    pub(super) fn visit_fact(&mut self, pair: Pair<'_, Rule>, visit: &mut Visit) {
        let span = self.span(&pair);
        let before = self.allows.len();
        if let Some(body) = pair.inside().next() {
            let fact = self.fact_body(body);
            visit.facts.push((fact, false));
        }
        self.allows.iter_mut().skip(before).for_each(|allow| allow.within = span);
    }

    /// Lowers name, type and parts of a fact.
    pub(super) fn fact_body(&mut self, pair: Pair<'_, Rule>) -> Fact {
        let mut fact = Fact { name: Self::nameless(self.span(&pair)), ty: None, parts: Vec::new() };
        for part in pair.inside() {
            match part.as_rule() {
                Rule::name => fact.name = self.name(&part),
                Rule::r#type => fact.ty = self.ty(part),
                Rule::fact_part => fact.parts.extend(self.fact_part(part)),
                _ => {}
            }
        }
        fact
    }

    /// Lowers a part of a fact or visit.
    pub(super) fn fact_part(&mut self, pair: Pair<'_, Rule>) -> Option<FactPart> {
        let part = pair.inside().next()?;
        Some(match part.as_rule() {
            Rule::ask => {
                let mut ask = part.inside().peekable();
                let first = ask.next_if(|p| p.as_rule() == Rule::first).is_some();
                FactPart::Ask { first, question: self.text(&ask.next()?) }
            }
            Rule::by => FactPart::By(self.name(&part.inside().next()?)),
            Rule::takes => FactPart::Takes(self.quantity(part.inside().next()?)),
            Rule::see => FactPart::See(self.text(&part.inside().next()?)),
            Rule::rates => FactPart::Rates(self.rates(part)),
            Rule::read => FactPart::Read(Box::new(self.read(part)?)),
            Rule::allow => {
                self.allow(part);
                return None;
            }
            _ => return None,
        })
    }

    fn read(&mut self, pair: Pair<'_, Rule>) -> Option<Read> {
        let span = self.span(&pair);
        let mut inner = pair.inside();
        let value = inner.next()?;
        let value = match value.as_rule() {
            Rule::picked => self.picked(value)?,
            Rule::counted_rows => {
                let span = self.span(&value);
                ReadValue::Expr(Expr { kind: self.count(value)?, span })
            }
            _ => ReadValue::Expr(self.condition(value)),
        };
        Some(Read { value, when: inner.next().and_then(|when| self.when(when)), span })
    }

    fn picked(&mut self, pair: Pair<'_, Rule>) -> Option<ReadValue> {
        let span = self.span(&pair);
        let mut inner = pair.inside().peekable();
        let pick =
            inner.next_if(|p| p.as_rule() == Rule::pick).and_then(|p| Pick::of_word(p.as_str().trim()));
        let column = self.name(&inner.next()?);
        let rows = self.rows(inner.next()?)?;
        let (mut filter, mut matching) = (None, None);
        for part in inner {
            match part.as_rule() {
                Rule::filter => filter = self.filter(Some(part)),
                _ => matching = part.inside().next().map(|pattern| self.pattern(&pattern)),
            }
        }
        Some(ReadValue::Picked { pick, column, rows, filter, matching, span })
    }

    fn rows(&self, pair: Pair<'_, Rule>) -> Option<Box<Rows>> {
        let mut inner = pair.inside();
        let table = self.name(&inner.next()?);
        Some(Box::new(Rows { table, in_all_tickets: inner.next().map(|all| self.span(&all)) }))
    }

    /// Lowers a pattern, without its slashes.
    fn pattern(&self, pair: &Pair<'_, Rule>) -> Text {
        let text = pair.clone().inside().next().map_or("", |p| p.as_str()).replace("\\/", "/");
        Spanned::new(text, self.span(pair))
    }

    /// Lowers `count …`.
    fn count(&mut self, pair: Pair<'_, Rule>) -> Option<ExprKind> {
        let (mut different, mut rows, mut window, mut filter) = (None, None, None, None);
        for part in pair.inside() {
            match part.as_rule() {
                Rule::different => {
                    different = part.inside().next().map(|column| Box::new(self.name(&column)));
                }
                Rule::any_window => {
                    let quantity = part.inside().find(|p| p.as_rule() == Rule::quantity);
                    window = quantity.map(|quantity| Box::new(self.quantity(quantity)));
                }
                Rule::count_filter => filter = self.count_filter(Some(part)),
                Rule::filter => filter = self.filter(Some(part)),
                _ => rows = self.rows(part),
            }
        }
        Some(ExprKind::Count { different, rows: rows?, window, filter })
    }

    // ------------------------------------------------------------ evidence

    fn records(&mut self, pair: Pair<'_, Rule>) -> Records {
        let mut records = Records { name: Self::nameless(self.span(&pair)), from: None, parts: Vec::new() };
        self.records_parts(pair, &mut records);
        records
    }

    /// Lowers name, origin and parts of a table, whole or in pieces.
    pub(super) fn records_parts(&mut self, pair: Pair<'_, Rule>, records: &mut Records) {
        for part in pair.inside() {
            match part.as_rule() {
                Rule::name => records.name = self.name(&part),
                Rule::declared => records.from = self.declared(part),
                Rule::view => records.from = self.view(part),
                Rule::records_part => records.parts.extend(self.records_part(part)),
                _ => {}
            }
        }
    }

    fn declared(&self, pair: Pair<'_, Rule>) -> Option<RecordsFrom> {
        let (mut shape, mut path, mut files) = (None, None, Vec::new());
        for part in pair.inside() {
            match part.as_rule() {
                Rule::shape => {
                    let word = RecordShape::of_word(part.as_str().trim())?;
                    shape = Some(Spanned::new(word, self.span(&part)));
                }
                Rule::string => path = Some(self.text(&part)),
                _ => files = part.inside().map(|file| self.text(&file)).collect(),
            }
        }
        Some(RecordsFrom::Declared { shape: shape?, path, files })
    }

    fn view(&mut self, pair: Pair<'_, Rule>) -> Option<RecordsFrom> {
        let (mut pick, mut table, mut filter, mut each) = (None, None, None, None);
        for part in pair.inside() {
            match part.as_rule() {
                Rule::pick_row => pick = Pick::of_word(part.as_str().trim()),
                Rule::name => table = Some(self.name(&part)),
                Rule::filter => filter = self.filter(Some(part)),
                _ => each = part.inside().next().map(|column| self.name(&column)),
            }
        }
        Some(RecordsFrom::View { pick, table: table?, filter, each })
    }

    /// Lowers a part of a table.
    pub(super) fn records_part(&mut self, pair: Pair<'_, Rule>) -> Option<Spanned<RecordsPart>> {
        let span = self.span(&pair);
        let part = pair.inside().next()?;
        let which = part.as_rule();
        if which == Rule::allow {
            self.allow(part);
            return None;
        }
        let column = part.clone();
        let mut inner = part.inside().filter(|p| p.as_rule() != Rule::first);
        let part = match which {
            Rule::read_column => RecordsPart::Column(Box::new(self.read_column(column)?)),
            Rule::starts => RecordsPart::Starts(self.pattern(&inner.next()?)),
            Rule::also => RecordsPart::Also(self.pattern(&inner.next()?)),
            Rule::example => RecordsPart::Example(self.text(&inner.next()?)),
            Rule::complete => RecordsPart::Complete,
            Rule::ask => RecordsPart::Ask(self.text(&inner.next()?)),
            Rule::by => RecordsPart::By(self.name(&inner.next()?)),
            Rule::takes => RecordsPart::Takes(self.quantity(inner.next()?)),
            _ => RecordsPart::See(self.text(&inner.next()?)),
        };
        Some(Spanned::new(part, span))
    }

    fn read_column(&mut self, pair: Pair<'_, Rule>) -> Option<ReadColumn> {
        let mut inner = pair.inside();
        let name = self.name(&inner.next()?);
        let mut column = ReadColumn {
            name,
            ty: None,
            form: None,
            unit: None,
            unit_quoted: false,
            decimal: None,
            places: Vec::new(),
        };
        for part in inner {
            match part.as_rule() {
                Rule::r#type => column.ty = self.ty(part),
                Rule::time_form => column.form = part.inside().next().map(|text| self.text(&text)),
                Rule::unit_or_clock => {
                    let unit = part.inside().next()?;
                    column.unit_quoted = unit.as_rule() == Rule::string;
                    column.unit = Some(if column.unit_quoted { self.text(&unit) } else { self.name(&unit) });
                }
                Rule::decimal_sign => column.decimal = part.inside().next().map(|text| self.text(&text)),
                _ => column.places = part.inside().filter_map(|place| self.place(place)).collect(),
            }
        }
        Some(column)
    }

    /// Lowers a place, as it is written: a name without its quotes, or a path.
    fn place(&self, pair: Pair<'_, Rule>) -> Option<Text> {
        let inner = pair.inside().next()?;
        Some(match inner.as_rule() {
            Rule::string => self.text(&inner),
            _ => Spanned::new(inner.as_str().to_owned(), self.span(&inner)),
        })
    }

    fn ticket_keys(&mut self, pair: Pair<'_, Rule>) -> TicketKeys {
        let span = self.span(&pair);
        let mut keys = TicketKeys { keys: Vec::new(), opened: Vec::new(), fine: Vec::new(), span };
        self.ticket_keys_parts(pair, &mut keys);
        keys
    }

    /// Lowers keys and parts of what makes a ticket, whole or in pieces.
    pub(super) fn ticket_keys_parts(&mut self, pair: Pair<'_, Rule>, keys: &mut TicketKeys) {
        for part in pair.inside() {
            match part.as_rule() {
                Rule::values => keys.keys = self.names(part),
                Rule::ticket_part => self.ticket_part(part, keys),
                _ => {}
            }
        }
    }

    /// Lowers a part of what makes a ticket.
    pub(super) fn ticket_part(&mut self, pair: Pair<'_, Rule>, keys: &mut TicketKeys) {
        for part in pair.inside() {
            match part.as_rule() {
                Rule::opened => {
                    let mut inner = part.inside();
                    if let Some(table) = inner.next() {
                        let table = self.name(&table);
                        let filter = inner.next().and_then(|filter| self.filter(Some(filter)));
                        keys.opened.push((table, filter.map(|filter| *filter)));
                    }
                }
                Rule::fine => {
                    let mut inner = part.inside();
                    if let (Some(condition), Some(text)) = (inner.next(), inner.next()) {
                        let condition = self.condition(condition);
                        keys.fine.push((condition, self.text(&text)));
                    }
                }
                Rule::allow => self.allow(part),
                _ => {}
            }
        }
    }

    fn rates(&mut self, pair: Pair<'_, Rule>) -> Rates {
        let span = self.span(&pair);
        let rates = pair.inside().filter_map(|rate| {
            let mut rate = rate.inside();
            let chance = self.chance(rate.next()?);
            Some((chance, self.name(&rate.next()?)))
        });
        Rates { rates: rates.collect(), span }
    }

    fn ty(&mut self, pair: Pair<'_, Rule>) -> Option<Spanned<Type>> {
        let inner = pair.inside().next()?;
        let span = self.span(&inner);
        let values =
            |lower: &Self, p: Pair<'_, Rule>| p.inside().next().map_or(Vec::new(), |v| lower.names(v));
        let ty = match inner.as_rule() {
            Rule::yes_no => Type::YesNo,
            Rule::one_of => Type::OneOf(values(self, inner)),
            Rule::some_of => Type::SomeOf(values(self, inner)),
            Rule::table_of => Type::Table(inner.inside().filter_map(|column| self.column(column)).collect()),
            _ => Type::Named(inner.as_str().to_owned()),
        };
        Some(Spanned::new(ty, span))
    }

    fn column(&mut self, pair: Pair<'_, Rule>) -> Option<(Name, Spanned<Type>)> {
        let mut inner = pair.inside();
        let name = self.name(&inner.next()?);
        Some((name, self.ty(inner.next()?)?))
    }

    fn derive(&mut self, pair: Pair<'_, Rule>) -> Derive {
        let mut derive =
            Derive { name: Self::nameless(self.span(&pair)), ty: None, value: None, parts: Vec::new() };
        for part in pair.inside() {
            match part.as_rule() {
                Rule::name => derive.name = self.name(&part),
                Rule::r#type => derive.ty = self.ty(part),
                Rule::condition => derive.value = Some(self.condition(part)),
                Rule::fact_part => derive.parts.extend(self.fact_part(part)),
                _ => {}
            }
        }
        derive
    }

    fn symptom(&mut self, pair: Pair<'_, Rule>) -> Symptom {
        let mut symptom = Symptom {
            name: Self::nameless(self.span(&pair)),
            title: None,
            body: SymptomBody::YesNo(Vec::new()),
            rates: Vec::new(),
            see: Vec::new(),
        };
        self.symptom_parts(pair, &mut symptom);
        symptom
    }

    /// Lowers name, title and parts of a symptom, whole or in pieces.
    pub(super) fn symptom_parts(&mut self, pair: Pair<'_, Rule>, symptom: &mut Symptom) {
        for part in pair.inside() {
            match part.as_rule() {
                Rule::name => symptom.name = self.name(&part),
                Rule::string => symptom.title = Some(self.text(&part)),
                Rule::levels => {
                    symptom.body = SymptomBody::Levels(Vec::new());
                    self.symptom_parts(part, symptom);
                }
                Rule::kinds => {
                    symptom.body = SymptomBody::Kinds(Vec::new());
                    self.symptom_parts(part, symptom);
                }
                Rule::level_part | Rule::symptom_part => self.symptom_parts(part, symptom),
                Rule::level => self.level(part, symptom),
                Rule::when => {
                    let condition = self.when(part);
                    if let (SymptomBody::YesNo(when), Some(condition)) = (&mut symptom.body, condition) {
                        when.push(condition);
                    }
                }
                Rule::rates => symptom.rates.push(self.rates(part)),
                Rule::see => symptom.see.extend(part.inside().next().map(|p| self.text(&p))),
                Rule::allow => self.allow(part),
                _ => {}
            }
        }
    }

    /// Lowers one part of a symptom that is parsed line by line.
    pub(super) fn symptom_parts_of_line(&mut self, part: Pair<'_, Rule>, symptom: &mut Symptom) {
        if matches!(part.as_rule(), Rule::level_part | Rule::symptom_part) {
            self.symptom_parts(part, symptom);
        }
    }

    fn when(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        pair.inside().next().map(|p| self.condition(p))
    }

    fn level(&mut self, pair: Pair<'_, Rule>, symptom: &mut Symptom) {
        let mut level = Level { name: Self::nameless(self.span(&pair)), title: None, when: None };
        for part in pair.inside() {
            match part.as_rule() {
                Rule::value => level.name = self.name(&part),
                Rule::string => level.title = Some(self.text(&part)),
                Rule::when => level.when = self.when(part),
                _ => {}
            }
        }
        match &mut symptom.body {
            SymptomBody::Levels(levels) | SymptomBody::Kinds(levels) => levels.push(level),
            SymptomBody::YesNo(_) => {}
        }
    }

    fn rule(&mut self, pair: Pair<'_, Rule>) -> RuleDeclaration {
        let mut rule =
            RuleDeclaration { name: Self::nameless(self.span(&pair)), title: None, parts: Vec::new() };
        for part in pair.inside() {
            match part.as_rule() {
                Rule::name => rule.name = self.name(&part),
                Rule::string => rule.title = Some(self.text(&part)),
                Rule::rule_part => rule.parts.extend(self.rule_part(part)),
                _ => {}
            }
        }
        rule.parts.shrink_to_fit();
        rule
    }

    /// Lowers a part of a rule.
    pub(super) fn rule_part(&mut self, pair: Pair<'_, Rule>) -> Option<Spanned<RulePart>> {
        let span = self.span(&pair);
        let part = pair.inside().next()?;
        let part = match part.as_rule() {
            Rule::given => RulePart::Given(self.when(part)?),
            Rule::when => RulePart::When(self.when(part)?),
            Rule::see => RulePart::See(self.text(&part.inside().next()?)),
            Rule::allow => {
                self.allow(part);
                return None;
            }
            Rule::rules_out => {
                let mut levels = Vec::new();
                let mut causes = Vec::new();
                for list in part.inside() {
                    match list.as_rule() {
                        Rule::values => levels = self.names(list),
                        _ => causes = self.names(list),
                    }
                }
                RulePart::RulesOut { levels, causes }
            }
            _ => {
                let mut line = part.inside();
                let entries = self.entries(line.next()?);
                let with = line.next().filter(|p| p.as_rule() == Rule::with);
                let with = with.and_then(|p| p.inside().next()).map(|names| self.names(names));
                RulePart::Line { entries, with }
            }
        };
        Some(Spanned::new(part, span))
    }

    fn entries(&mut self, pair: Pair<'_, Rule>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for entry in pair.inside() {
            let mut inner = entry.inside();
            if let Some(chance) = inner.next() {
                let chance = self.chance(chance);
                entries.push(Entry { chance, level: inner.next().map(|p| self.name(&p)) });
            }
        }
        entries
    }

    fn cause(&mut self, pair: Pair<'_, Rule>) -> Cause {
        let mut cause = Cause { name: Self::nameless(self.span(&pair)), title: None, parts: Vec::new() };
        for part in pair.inside() {
            match part.as_rule() {
                Rule::name => cause.name = self.name(&part),
                Rule::string => cause.title = Some(self.text(&part)),
                Rule::cause_part => cause.parts.extend(self.cause_part(part)),
                _ => {}
            }
        }
        // Parts are large, and a vector of one reserves room for four.
        cause.parts.shrink_to_fit();
        cause
    }

    /// Lowers a part of a cause.
    pub(super) fn cause_part(&mut self, pair: Pair<'_, Rule>) -> Option<Spanned<CausePart>> {
        let span = self.span(&pair);
        let part = pair.inside().next()?;
        let which = part.as_rule();
        if which == Rule::allow {
            self.allow(part);
            return None;
        }
        let mut inner = part.inside();
        let part = match which {
            Rule::share_part => {
                let share = self.share(inner.next()?);
                let when = match inner.next() {
                    None => ShareWhen::Always,
                    Some(p) if p.as_rule() == Rule::when => ShareWhen::When(self.when(p)?),
                    Some(_) => ShareWhen::Otherwise,
                };
                CausePart::Share { share, when }
            }
            Rule::part_of => CausePart::PartOf(self.names(inner.next()?)),
            Rule::told_by => CausePart::ToldBy(self.condition(inner.next()?)),
            Rule::shows => {
                CausePart::Shows { target: self.name(&inner.next()?), entries: self.entries(inner.next()?) }
            }
            Rule::leads_to => {
                CausePart::LeadsTo { causes: self.names(inner.next()?), chance: self.chance(inner.next()?) }
            }
            Rule::cause_fix => CausePart::Fix(self.names(inner.next()?)),
            _ => CausePart::See(self.text(&inner.next()?)),
        };
        Some(Spanned::new(part, span))
    }

    fn fix(&mut self, pair: Pair<'_, Rule>) -> Fix {
        let mut fix = Fix { name: Self::nameless(self.span(&pair)), title: None, parts: Vec::new() };
        for part in pair.inside() {
            match part.as_rule() {
                Rule::name => fix.name = self.name(&part),
                Rule::string => fix.title = Some(self.text(&part)),
                Rule::fix_part => fix.parts.extend(self.fix_part(part)),
                _ => {}
            }
        }
        fix
    }

    /// Lowers a part of a fix.
    pub(super) fn fix_part(&mut self, pair: Pair<'_, Rule>) -> Option<Spanned<FixPart>> {
        let span = self.span(&pair);
        let part = pair.inside().next()?;
        let which = part.as_rule();
        if which == Rule::allow {
            self.allow(part);
            return None;
        }
        let mut inner = part.inside();
        let part = match which {
            Rule::by => FixPart::By(self.name(&inner.next()?)),
            Rule::takes => FixPart::Takes(self.quantity(inner.next()?)),
            Rule::waits => FixPart::Waits(self.quantity(inner.next()?)),
            Rule::works => FixPart::Works(self.chance(inner.next()?)),
            Rule::risk => FixPart::Risk(self.text(&inner.next()?)),
            Rule::needs_approval => FixPart::NeedsApproval,
            Rule::step => FixPart::Step(self.text(&inner.next()?)),
            Rule::verify => match inner.next()? {
                text if text.as_rule() == Rule::string => FixPart::VerifyText(self.text(&text)),
                condition => FixPart::Verify(self.condition(condition)),
            },
            Rule::does_not => FixPart::DoesNot(self.text(&inner.next()?)),
            _ => FixPart::See(self.text(&inner.next()?)),
        };
        Some(Spanned::new(part, span))
    }

    // ------------------------------------------------------------ conditions

    fn condition(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        let (mut terms, mut written) = (Vec::new(), Vec::new());
        let mut connectives: Vec<(String, Span)> = Vec::new();
        for part in pair.inside() {
            if part.as_rule() == Rule::connective {
                connectives.push((part.as_str().trim().to_owned(), self.span(&part)));
            } else {
                written.push(part.as_str());
                terms.push(self.term(part));
            }
        }
        let and = connectives.iter().all(|(word, _)| word == "and");
        if !and && connectives.iter().any(|(word, _)| word == "and") {
            self.mixed(span, &written, &connectives);
        }
        match terms.pop() {
            Some(only) if terms.is_empty() => only,
            last => {
                terms.extend(last);
                Expr { kind: if and { ExprKind::And(terms) } else { ExprKind::Or(terms) }, span }
            }
        }
    }

    /// Reports a condition that mixes `and` and `or`, with both readings.
    fn mixed(&mut self, span: Span, written: &[&str], connectives: &[(String, Span)]) {
        let first = connectives.first().map_or("and", |(word, _)| word.as_str());
        let other = connectives.iter().find(|(word, _)| word != first).map_or(span, |(_, at)| *at);
        let words: Vec<&str> = connectives.iter().map(|(word, _)| word.as_str()).collect();
        self.problems.push_with(|| {
            let [and, or] = ["and", "or"].map(|word| bracketed(written, &words, word));
            let suggestion = |text: &str| Suggestion::uncertain(format!("write `{text}`"), span, text);
            Problem::error(Code::MixedAndOr, other, "`and` and `or` without brackets can be read in two ways")
                .also(span, "in this condition")
                .help(format!("write brackets: `{and}`, or `{or}`"))
                .suggest(suggestion(&and))
                .suggest(suggestion(&or))
        });
    }

    fn term(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        let mut negated = false;
        let mut term = Expr { kind: ExprKind::And(Vec::new()), span };
        for part in pair.inside() {
            match part.as_rule() {
                Rule::not => negated = !negated,
                _ => term = self.positive_term(part).unwrap_or(term),
            }
        }
        if negated { Expr { kind: ExprKind::Not(Box::new(term)), span } } else { term }
    }

    fn positive_term(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let which = pair.as_rule();
        let mut inner = pair.inside();
        let kind = match which {
            Rule::at_least_of => {
                let least = inner.next()?.as_str().parse().unwrap_or(usize::MAX);
                ExprKind::AtLeastOf(least, inner.map(|p| self.condition(p)).collect())
            }
            Rule::quantified => {
                let every = inner.next()?.as_rule() == Rule::every;
                let rows = self.rows(inner.next()?)?;
                ExprKind::Quantified { every, rows, filter: self.filter(inner.next())? }
            }
            Rule::all_same => {
                let (column, rows) = (self.name(&inner.next()?), self.rows(inner.next()?)?);
                ExprKind::AllSame { column, rows, filter: self.filter(inner.next()) }
            }
            _ => return self.comparison(inner, span),
        };
        Some(Expr { kind, span })
    }

    /// Lowers what follows `where` of a count.
    fn count_filter(&mut self, pair: Option<Pair<'_, Rule>>) -> Option<Box<Expr>> {
        let counted = pair?.inside().next()?;
        let span = self.span(&counted);
        let negated = counted.clone().inside().filter(|p| p.as_rule() == Rule::not).count() % 2 == 1;
        let inner = counted.inside().find(|p| p.as_rule() != Rule::not)?;
        let expr = self.atom(inner)?;
        Some(Box::new(if negated { Expr { kind: ExprKind::Not(Box::new(expr)), span } } else { expr }))
    }

    fn filter(&mut self, pair: Option<Pair<'_, Rule>>) -> Option<Box<Expr>> {
        pair?.inside().next().map(|term| Box::new(self.term(term)))
    }

    fn comparison<'i>(
        &mut self,
        mut inner: impl Iterator<Item = Pair<'i, Rule>>,
        span: Span,
    ) -> Option<Expr> {
        let subject = self.sum(inner.next()?);
        match inner.next() {
            None => Some(subject),
            Some(test) => self.test(subject, test.inside().next()?, span),
        }
    }

    fn test(&mut self, subject: Expr, pair: Pair<'_, Rule>, span: Span) -> Option<Expr> {
        let here = self.span(&pair);
        let which = pair.as_rule();
        let written = pair.as_str().to_owned();
        let mut inner = pair.inside().peekable();
        let negated = inner.next_if(|p| p.as_rule() == Rule::not).is_some();
        let test = match which {
            Rule::is_known => Test::Known,
            Rule::is_none => Test::None,
            Rule::is_in_column => {
                Test::InColumn { column: self.name(&inner.next()?), rows: self.rows(inner.next()?)? }
            }
            Rule::is_one_of => Test::OneOf(inner.filter_map(|p| self.atom(p.inside().next()?)).collect()),
            Rule::is_value => Test::Is(Box::new(self.sum(inner.next()?))),
            Rule::has => Test::Has(self.name(&inner.next()?)),
            Rule::in_range => Test::InRange(self.quantity(inner.next()?), self.quantity(inner.next()?)),
            Rule::in_network => Test::InNetwork(self.name(&inner.next()?)),
            Rule::compare => {
                let order = match inner.next()?.as_str() {
                    "<" => Order::Less,
                    "<=" => Order::AtMost,
                    ">" => Order::More,
                    _ => Order::AtLeast,
                };
                Test::Compare(order, Box::new(self.sum(inner.next()?)))
            }
            Rule::between => {
                Test::Between(Box::new(self.sum(inner.next()?)), Box::new(self.sum(inner.next()?)))
            }
            Rule::contains => Test::Contains(self.text(&inner.next()?)),
            Rule::starts_with => Test::StartsWith(self.text(&inner.next()?)),
            Rule::ends_with => Test::EndsWith(self.text(&inner.next()?)),
            Rule::matches => Test::Matches(self.pattern(&inner.next()?)),
            Rule::within => {
                let window = self.quantity(inner.next()?);
                let before = inner.next()?.as_str().starts_with("before");
                Test::Within { window, before, of: Box::new(self.sum(inner.next()?)) }
            }
            Rule::at_level => {
                let least = inner.next()?.as_str().starts_with("least");
                Test::AtLevel { least, level: self.name(&inner.next()?) }
            }
            _ => {
                let unequal = written.starts_with(['!', '<']);
                let word = if unequal { "is not" } else { "is" };
                let sign = written.chars().take_while(|c| "=!<>".contains(*c)).count();
                let problem = Problem::error(
                    Code::Syntax,
                    here.slice(0, sign),
                    format!("`{}` is not an operator", written.get(..sign).unwrap_or("")),
                );
                // A sign may touch what it compares, a word may not.
                let touches =
                    |at: usize| written.get(at..).is_some_and(|rest| !rest.starts_with(char::is_whitespace));
                let after = if touches(sign) { " " } else { "" };
                let before = if subject.span.end == problem.span().start { " " } else { "" };
                let text = format!("{before}{word}{after}");
                let help = format!("write `{word}`");
                let suggestion = Suggestion::safe(help.clone(), problem.span(), text);
                self.problems.push(problem.help(help).suggest(suggestion));
                Test::Is(Box::new(self.sum(inner.next()?)))
            }
        };
        let kind = ExprKind::Test(Box::new(subject), test);
        let tested = Expr { kind, span };
        Some(if negated { Expr { kind: ExprKind::Not(Box::new(tested)), span } } else { tested })
    }

    /// Lowers a sum or product: operands with signs between them, from the left.
    fn sum(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        let mut value: Option<Expr> = None;
        let mut operator = Operator::Plus;
        for part in pair.inside() {
            let operand = match part.as_rule() {
                Rule::sum_sign | Rule::product_sign => {
                    operator = match part.as_str() {
                        "+" => Operator::Plus,
                        "-" => Operator::Minus,
                        "*" => Operator::Times,
                        _ => Operator::Over,
                    };
                    continue;
                }
                Rule::product => Some(self.sum(part)),
                _ => part.inside().next().and_then(|p| self.atom(p)),
            };
            value = match (value, operand) {
                (Some(left), Some(right)) => {
                    self.summed += 1;
                    if self.summed > MAX_OPERANDS {
                        self.too_long(right.span);
                        return left;
                    }
                    let span = left.span.to(right.span);
                    Some(Expr { kind: ExprKind::Arithmetic(Box::new(left), operator, Box::new(right)), span })
                }
                (left, right) => left.or(right),
            };
        }
        value.unwrap_or(Expr { kind: ExprKind::Name(NAMELESS.to_owned()), span })
    }

    /// Reports a sum that is too long, once for each declaration.
    fn too_long(&mut self, place: Span) {
        if self.summed == MAX_OPERANDS + 1 {
            let message = format!("more than {MAX_OPERANDS} values are added or multiplied here");
            let help = "split it into facts with names of their own: `derive … = …`";
            self.problems.push(Problem::error(Code::TooLarge, place, message).help(help));
        }
    }

    /// Lowers what an `atom` holds.
    fn atom(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::atom => return pair.inside().next().and_then(|p| self.atom(p)),
            Rule::condition => return Some(self.condition(pair)),
            Rule::string => ExprKind::Text(self.text(&pair).value),
            Rule::pattern => ExprKind::Pattern(pair.as_str().to_owned()),
            Rule::time => ExprKind::Time(pair.as_str().to_owned()),
            Rule::address => ExprKind::Address(pair.as_str().to_owned()),
            Rule::quantity => ExprKind::Quantity(self.quantity(pair)),
            Rule::count => self.count(pair)?,
            Rule::cell => {
                let mut inner = pair.inside();
                ExprKind::Cell { column: self.name(&inner.next()?), rows: self.rows(inner.next()?)? }
            }
            _ => ExprKind::Name(pair.as_str().to_owned()),
        };
        Some(Expr { kind, span })
    }
}

/// How many values may be added or multiplied in one declaration.
const MAX_OPERANDS: usize = 200;

/// The longest condition of which both readings are written out, in bytes.
const MAX_READING: usize = 120;

/// Returns a condition with brackets around the terms that one word joins.
fn bracketed(terms: &[&str], words: &[&str], tight: &str) -> String {
    if terms.iter().map(|term| term.len()).sum::<usize>() > MAX_READING {
        let (left, right) = if tight == "and" { ("(… and …)", "or") } else { ("(… or …)", "and") };
        return format!("{left} {right} …");
    }
    let mut out = String::new();
    for (at, term) in terms.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| words.get(before)).copied();
        let after = words.get(at).copied();
        if let Some(word) = before {
            out.extend([" ", word, " "]);
        }
        if after == Some(tight) && before != Some(tight) {
            out.push('(');
        }
        out += &term.split_whitespace().collect::<Vec<_>>().join(" ");
        if before == Some(tight) && after != Some(tight) {
            out.push(')');
        }
    }
    out
}

/// Returns a help that lists the words for how often.
pub(super) fn frequencies() -> String {
    let words: Vec<_> = Frequency::ALL.iter().map(|w| format!("`{}`", w.word())).collect();
    format!("write one of {}, or a number such as `80 %`", words.join(", "))
}
