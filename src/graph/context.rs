//! Contexts: what the shares of causes read, as root variables.
//!
//! In: a pack without circles. Out: one [`Context`] for each fact that a share depends on, through derived
//! facts and symptoms too, with its values and their rates; and each cause's share as a table over the
//! contexts that it reads.
//!
//! A yes/no or `one of` fact has its own values; of a set, every member that is asked for is a yes/no
//! variable. An amount is cut into ranges at the constants that conditions compare it with, and the one
//! symptom in levels that carries rates says how often each level is so. A symptom with rates over anything
//! else is itself the variable.
//!
//! The variables must be roots, and independent: then a table over a few of them is all that a share can
//! depend on.

use std::collections::{BTreeMap, BTreeSet};

use super::Node;
use crate::eval::{self, Levels, World};
use crate::infer::table::Table;
use crate::pack::expr::{Condition, ConditionKind, Definition, Operand, OperandKind};
use crate::pack::{Cause, Fact, FactId, Pack, RateLine, Symptom, SymptomId};
use crate::partition::ranges;
use crate::problem::{Code, Problem, Problems};
use crate::source::Span;
use crate::value::{Known, Range, Type, Value, write_range};

/// What a context is a value of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContextOf {
    /// A fact.
    Fact(FactId),
    /// Whether a set has a member.
    Member(FactId, usize),
    /// A symptom that carries rates of its own.
    Symptom(SymptomId),
}

/// A context: a root variable of a few values.
#[derive(Debug, Clone)]
pub struct Context {
    /// What it is a value of.
    pub of: ContextOf,
    /// Its name, for people.
    pub name: String,
    /// Its values, for people.
    pub labels: Vec<String>,
    /// Its values, as what would be known of the fact; of a symptom, of its levels.
    pub values: Vec<ContextValue>,
    /// How often each is so; they sum to 1.
    pub rates: Vec<f64>,
    /// Whether somebody wrote rates down; else all values count as equally likely.
    pub rated: bool,
}

/// A value of a context.
#[derive(Debug, Clone)]
pub enum ContextValue {
    /// Of a fact.
    Fact(Known),
    /// Of a symptom.
    Level(usize),
}

/// The most combinations of contexts that one cause may depend on.
pub const MOST_COMBINATIONS: usize = 4096;

/// Finds the contexts of a pack and each cause's share over them; `read_by` says what the shares of a cause
/// read, through others too, each behind what it reads itself.
pub(super) fn contexts(
    pack: &Pack,
    read_by: &dyn Fn(&Cause) -> Vec<Node>,
    problems: &mut Problems,
) -> (Vec<Context>, Vec<Table>) {
    // All causes first: what any of them compares an amount with cuts it for all, so that one variable serves
    // them.
    let mut finder = Finder { pack, found: BTreeMap::new(), atoms: BTreeMap::new(), problems };
    let read: Vec<BTreeSet<ContextOf>> = pack.causes.iter().map(|cause| finder.cause(cause)).collect();
    finder.atoms_of_rate_symptoms();
    let Finder { found, atoms, problems, .. } = finder;
    let mut contexts: Vec<Context> = Vec::new();
    for (of, place) in found {
        contexts.push(context(pack, of, atoms.get(&of).map_or(&[], Vec::as_slice), place, problems));
    }
    let index: BTreeMap<ContextOf, usize> = contexts.iter().enumerate().map(|(at, c)| (c.of, at)).collect();
    let tables = pack
        .causes
        .iter()
        .zip(&read)
        .map(|(cause, of)| {
            let scope = of.iter().filter_map(|o| index.get(o)).copied().collect();
            table(pack, cause, &read_by(cause), scope, &contexts, problems)
        })
        .collect();
    (contexts, tables)
}

/// Finds what the shares of causes read.
struct Finder<'p> {
    pack: &'p Pack,
    /// What was found, and where it is first read.
    found: BTreeMap<ContextOf, Span>,
    /// The conditions that compare an amount with constants.
    atoms: BTreeMap<ContextOf, Vec<Condition>>,
    problems: &'p mut Problems,
}

impl<'p> Finder<'p> {
    /// Finds what the shares of a cause read.
    fn cause(&mut self, cause: &'p Cause) -> BTreeSet<ContextOf> {
        let mut read = BTreeSet::new();
        for share in &cause.shares {
            if let Some(when) = &share.when {
                self.condition(when, when.span, &mut read);
            }
        }
        for of in &read {
            self.found.entry(*of).or_insert(cause.name.span);
        }
        read
    }

    /// Finds what a condition reads, through derived facts and symptoms too, each once, on a stack of its
    /// own: a pack may chain definitions as deep as it likes.
    fn condition(&mut self, condition: &'p Condition, place: Span, read: &mut BTreeSet<ContextOf>) {
        let (mut facts, mut symptoms) = (BTreeSet::new(), BTreeSet::new());
        let mut todo = vec![condition];
        while let Some(condition) = todo.pop() {
            let reads = condition.reads();
            for id in reads.symptoms.into_iter().filter(|id| symptoms.insert(*id)) {
                self.read_symptom(id, read, &mut todo);
            }
            for id in reads.facts.into_iter().filter(|id| facts.insert(*id)) {
                self.read_fact(id, place, read, &mut todo);
            }
            let mut parts = Vec::new();
            condition.visit(&mut |part| parts.push(part), &mut |_| ());
            for part in parts {
                self.part(part, place, read);
            }
        }
    }

    /// Reports what a share cannot depend on.
    fn refuse(&mut self, place: Span, message: String, help: &str) {
        self.problems.push(Problem::error(Code::ContextShape, place, message).help(help));
    }

    /// Reads a symptom: as a variable of its own where it has rates, else by its conditions. One that cuts an
    /// amount only lends its rates to the amount: as a variable beside it, it would not be independent.
    fn read_symptom(&mut self, id: SymptomId, read: &mut BTreeSet<ContextOf>, todo: &mut Vec<&'p Condition>) {
        let symptom = &self.pack.symptoms[id];
        if symptom.rates.is_some() && amount_cut_by(self.pack, id).is_none() {
            read.insert(ContextOf::Symptom(id));
            return;
        }
        todo.extend(symptom.reading.branches.iter().filter_map(|(_, condition)| condition.as_ref()));
    }

    /// Reads a fact. A computed amount is a variable like a recorded one: what it is computed from has no few
    /// values.
    fn read_fact(
        &mut self,
        id: FactId,
        place: Span,
        read: &mut BTreeSet<ContextOf>,
        todo: &mut Vec<&'p Condition>,
    ) {
        let fact = &self.pack.facts[id];
        match (&fact.definition, &fact.ty) {
            (_, ty) if ty.is_amount() => {
                read.insert(ContextOf::Fact(id));
            }
            (Some(Definition::Condition(condition)), _) => todo.push(condition),
            (None, Type::YesNo | Type::OneOf(_)) => {
                read.insert(ContextOf::Fact(id));
            }
            // Its members are found where they are asked for.
            (None, Type::SomeOf(_)) => {}
            (_, ty) => {
                let message = format!(
                    "a share cannot depend on `{}`, which is {}: nobody could say how often it has which value",
                    fact.name.value,
                    ty.name()
                );
                self.refuse(place, message, "depend on a yes/no or `one of` fact, or on a symptom that carries rates of its own, such as `rarely yes`");
            }
        }
    }

    /// Reads one part of a condition: members of sets, constants beside amounts, what cannot be enumerated.
    fn part(&mut self, part: &Condition, place: Span, read: &mut BTreeSet<ContextOf>) {
        let fact_of = |operand: &Operand| match operand.kind {
            OperandKind::Fact(id) => Some(id),
            _ => None,
        };
        match &part.kind {
            ConditionKind::Has(set, member) => {
                if let Some(id) = fact_of(set) {
                    read.insert(ContextOf::Member(id, *member));
                }
            }
            ConditionKind::None(set) => {
                if let Some(id) = fact_of(set)
                    && let Type::SomeOf(values) = &self.pack.facts[id].ty
                {
                    read.extend((0..values.len()).map(|member| ContextOf::Member(id, member)));
                }
            }
            ConditionKind::Known(_) | ConditionKind::SymptomKnown(_) => {
                let help = "a share says how common a cause is in a context, whether somebody looked or not";
                self.refuse(place, "`is known` cannot stand in a share".into(), help);
            }
            ConditionKind::Compare(a, _, b) | ConditionKind::Equal(a, b) => self.atom(part, a, &[b], place),
            ConditionKind::OneOf(a, others) => self.atom(part, a, &others.iter().collect::<Vec<_>>(), place),
            ConditionKind::Within { time, .. } if fact_of(time).is_some() => {
                self.refuse(
                    place,
                    "a share cannot depend on how near two times are".into(),
                    "make it a yes/no fact with a rate",
                );
            }
            _ => {}
        }
    }

    /// Reads a comparison of an amount with constants, on either side.
    fn atom(&mut self, part: &Condition, a: &Operand, others: &[&Operand], place: Span) {
        let amount = |operand: &Operand| match operand.kind {
            OperandKind::Fact(id) if self.pack.facts[id].ty.is_amount() => Some(id),
            _ => None,
        };
        let literal = |operand: &Operand| matches!(operand.kind, OperandKind::Literal(Value::Amount(_)));
        let (id, rest): (_, Vec<&Operand>) = match (amount(a), others) {
            (Some(id), others) => (id, others.to_vec()),
            (None, [b]) if amount(b).is_some() => match amount(b) {
                Some(id) => (id, vec![a]),
                None => return,
            },
            _ => {
                let computed = std::iter::once(&a)
                    .chain(others)
                    .any(|o| matches!(o.kind, OperandKind::Arithmetic(..) | OperandKind::Count(..)));
                if computed {
                    self.refuse(
                        place,
                        "a share cannot depend on something computed on the spot".into(),
                        "give it a name: `derive … = …`, and rates in the symptom in levels that cuts it",
                    );
                }
                return;
            }
        };
        if rest.iter().all(|o| literal(o)) {
            self.atoms.entry(ContextOf::Fact(id)).or_default().push(part.clone());
        } else {
            self.refuse(
                place,
                "a share can compare an amount with fixed values only".into(),
                "derive the difference, and compare that",
            );
        }
    }

    /// Finds what the symptoms compare an amount with whose rates are those of the amount: their levels must
    /// be unions of ranges.
    fn atoms_of_rate_symptoms(&mut self) {
        let amounts: Vec<FactId> = self
            .found
            .keys()
            .filter_map(|of| match of {
                ContextOf::Fact(id) if self.pack.facts[*id].ty.is_amount() => Some(*id),
                _ => None,
            })
            .collect();
        for id in amounts {
            for (symptom, _) in rate_symptoms(self.pack, id) {
                for (_, condition) in &symptom.reading.branches {
                    if let Some(condition) = condition {
                        self.condition(condition, condition.span, &mut BTreeSet::new());
                    }
                }
            }
        }
    }
}

/// Returns the one amount that a symptom cuts; none where it reads anything else.
fn amount_cut_by(pack: &Pack, id: SymptomId) -> Option<FactId> {
    let mut facts = BTreeSet::new();
    for (_, condition) in &pack.symptoms[id].reading.branches {
        let Some(condition) = condition else { continue };
        let reads = condition.reads();
        if !reads.symptoms.is_empty() {
            return None;
        }
        facts.extend(reads.facts);
    }
    let &only = facts.first().filter(|_| facts.len() == 1)?;
    pack.facts[only].ty.is_amount().then_some(only)
}

/// Returns the symptoms that carry rates for an amount.
fn rate_symptoms(pack: &Pack, id: FactId) -> Vec<(&Symptom, &RateLine)> {
    let cuts = |symptom: SymptomId| amount_cut_by(pack, symptom) == Some(id);
    let rated = pack.symptoms.enumerated().filter_map(|(at, s)| Some((at, s, s.rates.as_ref()?)));
    rated.filter(|(at, ..)| cuts(*at)).map(|(_, symptom, rates)| (symptom, rates)).collect()
}

/// Less than this is left over only by rounding.
const ROUNDING: f64 = 1e-12;

/// Returns rates over `n` values: what is named, and the rest shared equally.
fn fill(named: &BTreeMap<usize, f64>, n: usize) -> Vec<f64> {
    let rest = 1.0 - named.values().sum::<f64>();
    let rest = if rest > ROUNDING { rest } else { 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "a handful of values")]
    let unnamed = (n - named.len()).max(1) as f64;
    (0..n).map(|value| named.get(&value).copied().unwrap_or(rest / unnamed)).collect()
}

/// Makes a context of what was found, and warns where nobody says how often which of its values is so.
fn context(pack: &Pack, of: ContextOf, atoms: &[Condition], place: Span, problems: &mut Problems) -> Context {
    let context = match of {
        ContextOf::Symptom(id) => symptom_context(pack, of, id),
        ContextOf::Member(id, member) => member_context(pack, of, id, member),
        ContextOf::Fact(id) if pack.facts[id].ty.is_amount() => amount_context(pack, id, atoms, problems),
        ContextOf::Fact(id) => value_context(of, &pack.facts[id]),
    };
    if !context.rated {
        let span = match of {
            ContextOf::Fact(id) | ContextOf::Member(id, _) => pack.facts[id].name.span,
            ContextOf::Symptom(id) => pack.symptoms[id].name.span,
        };
        let message = format!(
            "nothing says how often `{}` has which value, so all of them count as equally likely",
            context.name
        );
        let help = match of {
            ContextOf::Fact(id) if pack.facts[id].ty.is_amount() => {
                "say it in the symptom in levels that cuts it: a line such as `rarely fresh`".to_owned()
            }
            _ => format!(
                "say it behind its type: `often {}`",
                context.labels.last().map_or("yes", String::as_str)
            ),
        };
        problems.push(
            Problem::warning(Code::NoRate, span, message).also(place, "this cause depends on it").help(help),
        );
    }
    context
}

fn symptom_context(pack: &Pack, of: ContextOf, id: SymptomId) -> Context {
    let symptom = &pack.symptoms[id];
    let labels: Vec<String> = symptom.reading.levels.iter().map(|level| level.name.clone()).collect();
    let rates = symptom.rates.as_ref().map_or_else(BTreeMap::new, |line| line.rates.clone());
    Context {
        of,
        name: symptom.name.value.clone(),
        values: (0..labels.len()).map(ContextValue::Level).collect(),
        rates: fill(&rates, labels.len()),
        labels,
        rated: true,
    }
}

fn member_context(pack: &Pack, of: ContextOf, id: FactId, member: usize) -> Context {
    let fact = &pack.facts[id];
    let rate = fact.rates.as_ref().and_then(|line| line.rates.get(&member)).copied();
    let label = match &fact.ty {
        Type::SomeOf(values) => values.get(member).map_or("", String::as_str),
        _ => "",
    };
    let yes = rate.unwrap_or(0.5);
    Context {
        of,
        name: format!("{} has {label}", fact.name.value),
        labels: vec!["no".into(), "yes".into()],
        values: [false, true].map(|yes| ContextValue::Fact(Known::Exactly(Value::YesNo(yes)))).to_vec(),
        rates: vec![1.0 - yes, yes],
        rated: rate.is_some(),
    }
}

fn value_context(of: ContextOf, fact: &Fact) -> Context {
    let (labels, values): (Vec<String>, Vec<Value>) = match &fact.ty {
        Type::OneOf(names) => (names.clone(), (0..names.len()).map(Value::Choice).collect()),
        _ => (vec!["no".into(), "yes".into()], vec![Value::YesNo(false), Value::YesNo(true)]),
    };
    let rates = fact.rates.as_ref();
    Context {
        of,
        name: fact.name.value.clone(),
        rates: fill(rates.map_or(&BTreeMap::new(), |r| &r.rates), labels.len()),
        labels,
        values: values.into_iter().map(|v| ContextValue::Fact(Known::Exactly(v))).collect(),
        rated: rates.is_some(),
    }
}

fn amount_context(pack: &Pack, id: FactId, atoms: &[Condition], problems: &mut Problems) -> Context {
    let fact = &pack.facts[id];
    let ranges = ranges(id, &atoms.iter().collect::<Vec<_>>());
    let carriers = rate_symptoms(pack, id);
    if let [_, (second, line), ..] = carriers.as_slice() {
        let message = format!("two symptoms carry rates for `{}`", fact.name.value);
        let problem = Problem::error(Code::Duplicate, line.span, message);
        problems.push(
            problem
                .help(format!("keep those of one of them; `{}` may cut it without rates", second.name.value)),
        );
    }
    let (rates, labels) = match carriers.first() {
        Some((symptom, line)) => rates_by_level(pack, id, symptom, line, &ranges),
        None => {
            (fill(&BTreeMap::new(), ranges.len()), ranges.iter().map(|r| write_range(r, &fact.ty)).collect())
        }
    };
    Context {
        of: ContextOf::Fact(id),
        name: fact.name.value.clone(),
        labels,
        values: ranges.into_iter().map(|r| ContextValue::Fact(Known::of_range(r))).collect(),
        rates,
        rated: !carriers.is_empty(),
    }
}

/// Returns the rates of ranges, and what they are called: each level's rate is shared equally among the
/// ranges that lie in it.
fn rates_by_level(
    pack: &Pack,
    id: FactId,
    symptom: &Symptom,
    line: &RateLine,
    ranges: &[Range],
) -> (Vec<f64>, Vec<String>) {
    let fact_type = &pack.facts[id].ty;
    let levels: Vec<usize> = ranges
        .iter()
        .map(|range| {
            let mut world = Assigned::new(pack);
            world.facts.insert(id, Known::of_range(range.clone()));
            eval::read(&symptom.reading, &world).first().copied().unwrap_or(0)
        })
        .collect();
    let by_level = fill(&line.rates, symptom.reading.levels.len());
    #[expect(clippy::cast_precision_loss, reason = "a handful of ranges")]
    let shared = |level: usize| {
        let ranges = levels.iter().filter(|l| **l == level).count() as f64;
        by_level.get(level).copied().unwrap_or(0.0) / ranges
    };
    let rates: Vec<f64> = levels.iter().map(|level| shared(*level)).collect();
    // A level in which no range lies, as one that conditions before it shadow, has its rate lost.
    let total: f64 = rates.iter().sum();
    let labels = levels.iter().zip(ranges).map(|(level, range)| {
        let name = symptom.reading.levels.get(*level).map_or("", |l| l.name.as_str());
        format!("{name} ({})", write_range(range, fact_type))
    });
    (rates.iter().map(|rate| rate / total).collect(), labels.collect())
}

/// Returns a cause's share for every combination of the contexts that it reads.
fn table(
    pack: &Pack,
    cause: &Cause,
    read: &[Node],
    scope: Vec<usize>,
    contexts: &[Context],
    problems: &mut Problems,
) -> Table {
    let sizes: Vec<usize> = scope.iter().filter_map(|at| contexts.get(*at)).map(|c| c.values.len()).collect();
    let combinations =
        sizes.iter().try_fold(1_usize, |n, size| n.checked_mul(*size)).filter(|n| *n <= MOST_COMBINATIONS);
    let Some(combinations) = combinations else {
        let message = format!(
            "`{}` depends on more than {MOST_COMBINATIONS} combinations of contexts",
            cause.name.value
        );
        problems.push(
            Problem::error(Code::ContextShape, cause.name.span, message)
                .help("name the contexts that matter, and use fewer"),
        );
        return Table::constant(0.0);
    };
    let mut values = Vec::with_capacity(combinations);
    let mut reported = false;
    for combination in 0..combinations {
        let mut world = Assigned::new(pack);
        let mut rest = combination;
        for (at, size) in scope.iter().zip(&sizes) {
            if let Some(context) = contexts.get(*at) {
                world.assign(context, rest % size);
            }
            rest /= size;
        }
        // Computed facts and symptoms once each, in topological order: the conditions of a share may read
        // them many times.
        world.follow(read);
        values.push(share(cause, &world).unwrap_or_else(|place| {
            if !reported {
                let message = "this context cannot be computed from its facts";
                problems.push(
                    Problem::error(Code::ContextShape, place, message)
                        .help("depend on yes/no facts, `one of` facts and amounts"),
                );
                reported = true;
            }
            0.0
        }));
    }
    Table { scope, values }
}

/// Returns the share that counts in some contexts: the first whose condition holds.
///
/// # Errors
/// The place of the first condition that is neither true nor false there.
fn share(cause: &Cause, world: &Assigned<'_>) -> Result<f64, Span> {
    for line in &cause.shares {
        match line.when.as_ref().map_or(Some(true), |when| eval::holds(when, world)) {
            Some(true) => return Ok(line.share),
            Some(false) => {}
            None => return Err(line.span),
        }
    }
    Ok(0.0)
}

/// A world in which some facts and symptoms have been given a value and the others follow from them.
struct Assigned<'p> {
    pack: &'p Pack,
    facts: BTreeMap<FactId, Known>,
    symptoms: BTreeMap<SymptomId, usize>,
    members: BTreeMap<FactId, BTreeSet<usize>>,
    /// What follows from those, for some.
    derived: BTreeMap<FactId, Known>,
    read: BTreeMap<SymptomId, Levels>,
}

impl<'p> Assigned<'p> {
    fn new(pack: &'p Pack) -> Self {
        Self {
            pack,
            facts: BTreeMap::new(),
            symptoms: BTreeMap::new(),
            members: BTreeMap::new(),
            derived: BTreeMap::new(),
            read: BTreeMap::new(),
        }
    }

    /// Works out what follows for some nodes, each behind what it reads: once each, and none deep inside
    /// another.
    fn follow(&mut self, nodes: &[Node]) {
        for node in nodes {
            match *node {
                Node::Derive(id) => {
                    let known = self.fact(id);
                    self.derived.insert(id, known);
                }
                Node::Symptom(id) => {
                    let levels = self.levels(id);
                    self.read.insert(id, levels);
                }
                _ => {}
            }
        }
    }

    /// Gives a context a value.
    fn assign(&mut self, context: &Context, value: usize) {
        match (context.of, context.values.get(value)) {
            (ContextOf::Fact(id), Some(ContextValue::Fact(known))) => {
                self.facts.insert(id, known.clone());
            }
            (ContextOf::Symptom(id), Some(ContextValue::Level(level))) => {
                self.symptoms.insert(id, *level);
            }
            (ContextOf::Member(id, member), _) => {
                let members = self.members.entry(id).or_default();
                if value == 1 {
                    members.insert(member);
                }
            }
            _ => {}
        }
    }
}

impl World for Assigned<'_> {
    fn fact(&self, id: FactId) -> Known {
        if let Some(known) = self.facts.get(&id) {
            return known.clone();
        }
        if let Some(members) = self.members.get(&id) {
            return Known::Exactly(Value::Set(members.clone()));
        }
        if let Some(known) = self.derived.get(&id) {
            return known.clone();
        }
        let definition = self.pack.facts[id].definition.as_ref();
        definition.map_or(Known::Unknown, |definition| eval::define(definition, self))
    }

    fn levels(&self, id: SymptomId) -> Levels {
        match (self.symptoms.get(&id), self.read.get(&id)) {
            (Some(level), _) => Levels::from([*level]),
            (None, Some(levels)) => levels.clone(),
            (None, None) => eval::read(&self.pack.symptoms[id].reading, self),
        }
    }
}
