//! A pack with its names resolved and its types checked.
//!
//! Input: the trees of all files of a pack, in any order, and its `pack.ron`. Output: a [`Pack`], in which everything is
//! named by an id, conditions are typed, chances are numbers; and what is wrong. Facts, derived facts and symptoms share
//! one namespace; rules, causes and fixes have one each.

mod evidence;
pub mod expr;
pub mod manifest;
mod names;
pub mod records;
pub mod references;
mod resolve;
mod texts;
mod typing;

pub use resolve::resolve;
pub use texts::PackTexts;

use std::collections::{BTreeMap, BTreeSet};

use crate::arena::{IndexVec, ids};
use crate::problem::Code;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Commonness, Frequency};
use crate::value::Type;
use expr::{Condition, ConditionKind, Definition, Operand, OperandKind, Reads};
use manifest::Manifest;
use references::References;

ids! {
    FactId "A fact, recorded or derived."
    SymptomId "A symptom."
    RuleId "A rule."
    CauseId "A cause."
    FixId "A fix."
    VisitId "A visit."
    RecordsId "A table of what is read from artefacts."
}

/// A pack, resolved.
#[derive(Debug, Clone)]
pub struct Pack {
    /// What `pack.ron` says.
    pub manifest: Manifest,
    /// Facts, recorded and derived.
    pub facts: IndexVec<FactId, Fact>,
    /// Where one looks.
    pub visits: IndexVec<VisitId, Visit>,
    /// Named conditions.
    pub symptoms: IndexVec<SymptomId, Symptom>,
    /// How often symptoms are seen with causes.
    pub rules: IndexVec<RuleId, Rule>,
    /// What may be wrong.
    pub causes: IndexVec<CauseId, Cause>,
    /// What to do.
    pub fixes: IndexVec<FixId, Fix>,
    /// Tables of what is read from artefacts.
    pub records: IndexVec<RecordsId, records::Records>,
    /// Which of their rows make one ticket; none where all make one.
    pub tickets: Option<records::TicketKeys>,
    /// Groups of causes, by name.
    pub groups: BTreeMap<String, Vec<CauseId>>,
    /// The causes with which whoever tickets are handed on to can help; none for all.
    pub handed_on: Option<BTreeSet<CauseId>>,
    /// Every name in its texts, and what it stands for.
    pub references: References,
    /// Warnings that are known and all right.
    pub allows: Vec<Allowed>,
}

impl Pack {
    /// Returns every condition that decides something; those by which evidence is read are not among them.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let derived = self.facts.iter().filter_map(|fact| match &fact.definition {
            Some(Definition::Condition(condition)) => Some(condition),
            _ => None,
        });
        let symptoms = self.symptoms.iter().flat_map(|symptom| symptom.reading.conditions());
        let rules = self.rules.iter().flat_map(|rule| {
            let own = match &rule.evidence {
                Evidence::Symptom(_) => None,
                Evidence::Fact(_, reading) | Evidence::Condition(reading) => Some(reading),
            };
            rule.given.iter().chain(own.into_iter().flat_map(Reading::conditions))
        });
        let shares =
            self.causes.iter().flat_map(|cause| &cause.shares).filter_map(|share| share.when.as_ref());
        derived.chain(symptoms).chain(rules).chain(shares)
    }

    /// Returns its name as messages say it: `printer`, `mailflow (built in)`.
    pub fn called(&self) -> String {
        let Manifest { name, built_in, .. } = &self.manifest;
        let name = if name.is_empty() { "without a name" } else { name };
        if *built_in { format!("{name} (built in)") } else { name.to_owned() }
    }
}

/// A kind of warning that is known and all right.
#[derive(Debug, Clone)]
pub struct Allowed {
    /// Which kind.
    pub code: Code,
    /// Where that is written, from its keyword to its reason.
    pub span: Span,
    /// The declaration of which it speaks; none is the whole pack.
    pub within: Option<Span>,
}

/// Where one looks, answering several facts at once.
#[derive(Debug, Clone)]
pub struct Visit {
    /// In plain words.
    pub title: String,
    /// Who can make it; none for anybody.
    pub by: Option<String>,
    /// What it costs, in nanoseconds.
    pub takes: Option<i128>,
    /// Where to read more.
    pub see: Vec<String>,
    /// What it answers.
    pub facts: Vec<FactId>,
}

/// What may be recorded or computed.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Its name.
    pub name: Spanned<String>,
    /// Its type.
    pub ty: Type,
    /// How often it has which value, by the value's place in its type (yes/no: 0 is no); none where nobody said.
    pub rates: Option<RateLine>,
    /// The question that obtains it.
    pub ask: Option<String>,
    /// Whether that question comes before all others.
    pub ask_first: bool,
    /// Who can answer it; none for anybody, or where its visit says who.
    pub by: Option<String>,
    /// What asking costs, in nanoseconds; where a visit answers it, that counts instead.
    pub takes: Option<i128>,
    /// The visit that answers it.
    pub visit: Option<VisitId>,
    /// Where to read more.
    pub see: Vec<String>,
    /// Whether it is computed; its definition is read once all names are known.
    pub computed: bool,
    /// What it is, where it is computed.
    pub definition: Option<Definition>,
    /// How evidence gives it a value: the first line that does counts.
    pub read: Vec<records::ReadLine>,
}

/// Rates that somebody wrote down.
#[derive(Debug, Clone)]
pub struct RateLine {
    /// The chance of each value that is named.
    pub rates: BTreeMap<usize, f64>,
    /// The line.
    pub span: Span,
}

/// What is read from facts, in levels. Level 0 is the normal one; of a yes/no reading 1 is yes; kinds count from the last
/// that is written.
#[derive(Debug, Clone)]
pub struct Reading {
    /// How the levels are called, the normal one first.
    pub levels: Vec<LevelName>,
    /// In the order in which they are tried: the first that is true is it; no condition is `otherwise`.
    pub branches: Vec<(usize, Option<Condition>)>,
    /// Which of the three shapes.
    pub shape: Shape,
}

impl Reading {
    /// Returns its conditions in the order in which they are tried, without `otherwise`.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.branches.iter().filter_map(|(_, condition)| condition.as_ref())
    }
}

/// The name of a level.
#[derive(Debug, Clone)]
pub struct LevelName {
    /// As it is written in rules.
    pub name: String,
    /// In plain words.
    pub title: Option<String>,
}

/// The three shapes of a symptom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Yes or no.
    YesNo,
    /// Ordered.
    Levels,
    /// Without an order.
    Kinds,
}

/// A named condition.
#[derive(Debug, Clone)]
pub struct Symptom {
    /// Its name.
    pub name: Spanned<String>,
    /// In plain words.
    pub title: Option<String>,
    /// What it reads.
    pub reading: Reading,
    /// How often it has which level, broken or not.
    pub rates: Option<RateLine>,
    /// Where to read more.
    pub see: Vec<String>,
}

/// What a rule observes.
#[derive(Debug, Clone)]
pub enum Evidence {
    /// A symptom.
    Symptom(SymptomId),
    /// A fact of a few values.
    Fact(FactId, Reading),
    /// A condition of its own.
    Condition(Reading),
}

impl Rule {
    /// Returns the causes that it names, some of them twice.
    pub fn causes(&self) -> impl Iterator<Item = CauseId> {
        self.with.keys().chain(self.rules_out.keys()).copied()
    }
}

/// Evidence without the shape in which it is observed: the same for a condition and its contrary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bare<'p> {
    /// A symptom, at whatever level.
    Symptom(SymptomId),
    /// A fact of a few values.
    Fact(FactId),
    /// A condition of its own.
    Condition(&'p Condition),
}

impl Bare<'_> {
    /// Returns what it reads directly.
    pub fn reads(&self) -> Reads {
        match self {
            Bare::Symptom(id) => Reads { symptoms: BTreeSet::from([*id]), ..Reads::default() },
            Bare::Fact(id) => Reads { facts: BTreeSet::from([*id]), ..Reads::default() },
            Bare::Condition(condition) => condition.reads(),
        }
    }
}

impl Evidence {
    /// Returns a key that is the same for whatever observes the same; none where it has no condition.
    pub fn bare(&self) -> Option<Bare<'_>> {
        let mut condition = match self {
            Evidence::Symptom(id) => return Some(Bare::Symptom(*id)),
            Evidence::Fact(id, _) => return Some(Bare::Fact(*id)),
            Evidence::Condition(reading) => reading.conditions().next()?,
        };
        while let ConditionKind::Not(inner) = &condition.kind {
            condition = inner;
        }
        Some(match &condition.kind {
            ConditionKind::Yes(Operand { kind: OperandKind::Fact(id), .. }) => Bare::Fact(*id),
            ConditionKind::Level(id, _) => Bare::Symptom(*id),
            _ => Bare::Condition(condition),
        })
    }

    /// Returns what it reads directly.
    pub fn reads(&self) -> Reads {
        match self {
            Evidence::Symptom(id) => Reads { symptoms: BTreeSet::from([*id]), ..Reads::default() },
            Evidence::Fact(id, _) => Reads { facts: BTreeSet::from([*id]), ..Reads::default() },
            Evidence::Condition(reading) => Reads::of(reading.conditions()),
        }
    }
}

/// A chance and the word for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frequently {
    /// The number, after words over 100 % have shrunk.
    pub chance: f64,
    /// The word, where one was written.
    pub word: Option<Frequency>,
}

/// What a line of a rule says of the levels that it names.
#[derive(Debug, Clone)]
pub struct Line {
    /// The chances.
    pub chances: BTreeMap<usize, Frequently>,
    /// Where it is written.
    pub span: Span,
}

/// How often a symptom is seen with which cause.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name; of a direct check, its cause's name and `told by`.
    pub name: Spanned<String>,
    /// In plain words.
    pub title: Option<String>,
    /// Where it speaks.
    pub given: Option<Condition>,
    /// What it observes.
    pub evidence: Evidence,
    /// Whether it is a direct check (`told by`): it asks for one cause alone, and a cause that the pack does
    /// not list does not show it.
    pub direct: bool,
    /// The background.
    pub anyway: Line,
    /// The lines of the causes that differ from it.
    pub with: BTreeMap<CauseId, Line>,
    /// The levels that cannot be with a cause there, and where that is written.
    pub rules_out: BTreeMap<CauseId, (Vec<usize>, Span)>,
    /// Where to read more.
    pub see: Vec<String>,
}

/// What may be wrong.
#[derive(Debug, Clone)]
pub struct Cause {
    /// Its name.
    pub name: Spanned<String>,
    /// In plain words.
    pub title: Option<String>,
    /// Its share of tickets, by context: the first whose condition holds counts.
    pub shares: Vec<ShareLine>,
    /// The groups that it belongs to.
    pub groups: Vec<String>,
    /// What comes of it, how often, and where that is written.
    pub leads_to: Vec<(CauseId, Frequently, Span)>,
    /// What removes it.
    pub fixes: Vec<FixId>,
    /// Where to read more.
    pub see: Vec<String>,
}

/// A share of tickets in some contexts.
#[derive(Debug, Clone)]
pub struct ShareLine {
    /// The contexts; none is all.
    pub when: Option<Condition>,
    /// The share, 0 where it is impossible.
    pub share: f64,
    /// The word, where one was written.
    pub word: Option<Commonness>,
    /// Where it is written.
    pub span: Span,
}

/// What to do.
#[derive(Debug, Clone)]
pub struct Fix {
    /// Its name.
    pub name: Spanned<String>,
    /// In plain words.
    pub title: Option<String>,
    /// Whose it is.
    pub by: Option<String>,
    /// Hands-on time, in nanoseconds.
    pub takes: Option<i128>,
    /// How long it then takes by itself, in nanoseconds.
    pub waits: Option<i128>,
    /// How surely it works; where nobody says, `usually`.
    pub works: Frequently,
    /// What may go wrong.
    pub risks: Vec<String>,
    /// Whether somebody must agree first.
    pub needs_approval: bool,
    /// What to do, in order.
    pub steps: Vec<String>,
    /// How to see that it worked.
    pub verify: Vec<Verification>,
    /// What it does not do.
    pub does_not: Vec<String>,
    /// Where to read more.
    pub see: Vec<String>,
}

/// How to see that a fix worked.
#[derive(Debug, Clone)]
pub enum Verification {
    /// A condition over facts, and how it is written.
    Condition(Box<Condition>, String),
    /// In words.
    Text(String),
}

impl Pack {
    /// Returns whether whoever tickets are handed on to can help with a cause.
    pub fn is_handed_on(&self, cause: CauseId) -> bool {
        self.handed_on.as_ref().is_none_or(|causes| causes.contains(&cause))
    }

    /// Returns who can answer a fact, or make the visit that answers it; none for anybody.
    pub fn answered_by(&self, id: FactId) -> Option<&str> {
        let fact = &self.facts[id];
        let visit = || fact.visit.and_then(|visit| self.visits[visit].by.as_deref());
        fact.by.as_deref().or_else(visit)
    }

    /// Returns who alone can answer all of some facts; none where anybody can, or several must.
    pub fn answered_all_by(&self, facts: &[FactId]) -> Option<&str> {
        let mut all = facts.iter().map(|fact| self.answered_by(*fact));
        let first = all.next()??;
        all.all(|who| who == Some(first)).then_some(first)
    }

    /// Returns everybody who is named as somebody who can answer a fact, in the order of their names.
    pub fn who_answer(&self) -> BTreeSet<&str> {
        self.facts.ids().filter_map(|id| self.answered_by(id)).collect()
    }

    /// Returns what a rule observes, in levels.
    pub fn reading<'a>(&'a self, evidence: &'a Evidence) -> Option<&'a Reading> {
        match evidence {
            Evidence::Symptom(id) => self.symptoms.nth(id.0).map(|s| &s.reading),
            Evidence::Fact(_, reading) | Evidence::Condition(reading) => Some(reading),
        }
    }
}

impl Cause {
    /// Returns what it is in plain words, or its name where nobody wrote any.
    pub fn in_words(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name.value)
    }
}

impl Fix {
    /// Returns what it is in plain words, or its name where nobody wrote any.
    pub fn in_words(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name.value)
    }
}
