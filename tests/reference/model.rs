//! A pack and a ticket, as plain data. Levels count from the normal one; kinds too, so in the reverse of how they are written.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    /// Words with another number than usual, with that number as text.
    pub(crate) scale: BTreeMap<&'static str, (String, f64)>,
    pub(crate) unlisted: Chance,
    pub(crate) several: Chance,
    pub(crate) facts: Vec<Fact>,
    pub(crate) symptoms: Vec<Symptom>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) causes: Vec<Cause>,
    pub(crate) groups: Vec<String>,
    pub(crate) fixes: Vec<Fix>,
    pub(crate) ticket: Ticket,
}

/// A chance or share: as it is written, and what it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chance {
    pub(crate) text: String,
    pub(crate) number: f64,
    pub(crate) word: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) rates: Vec<(usize, Chance)>,
    pub(crate) definition: Option<Definition>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    YesNo,
    OneOf(Vec<String>),
    SomeOf(Vec<String>),
    Duration,
    /// Whole days are its bounds, as whole minutes are those of a duration.
    Time,
}

#[derive(Debug, Clone)]
pub(crate) enum Definition {
    Condition(Cond),
    Sum(usize, usize),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    YesNo,
    Levels,
    Kinds,
}

#[derive(Debug, Clone)]
pub(crate) struct Symptom {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) levels: Vec<String>,
    /// In the order in which they are tried; the last has no condition.
    pub(crate) cases: Vec<(usize, Option<Cond>)>,
    pub(crate) rates: Vec<(usize, Chance)>,
}

#[derive(Debug, Clone)]
pub(crate) enum Evidence {
    Symptom(usize),
    Fact(usize),
    Condition(Cond),
}

/// The chance of each level that is named.
pub(crate) type Line = Vec<(usize, Chance)>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Cause(usize),
    Group(usize),
}

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) name: String,
    /// The cause that says `told by`; such a rule has no text of its own.
    pub(crate) told_by: Option<usize>,
    pub(crate) evidence: Evidence,
    pub(crate) given: Option<Cond>,
    pub(crate) anyway: Line,
    pub(crate) with: Vec<(Vec<Target>, Line)>,
    /// Lines that stand in the causes, with the name by which they join.
    pub(crate) shows: Vec<(usize, String, Line)>,
    pub(crate) rules_out: Vec<(Vec<usize>, Vec<Target>)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Cause {
    pub(crate) name: String,
    pub(crate) shares: Vec<(Option<Cond>, Chance)>,
    pub(crate) groups: Vec<usize>,
    pub(crate) leads_to: Vec<(usize, Chance)>,
    pub(crate) fixes: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Fix {
    pub(crate) name: String,
    pub(crate) works: Option<Chance>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Ticket {
    pub(crate) recorded: BTreeMap<usize, Recorded>,
    pub(crate) tried: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub(crate) text: String,
    /// Nothing where it is not available.
    pub(crate) known: Option<Known>,
    pub(crate) sure: Option<f64>,
}

/// The values that a fact may have: yes is 1, a choice its place, a set a bit for each member, an amount a point. All bounds are
/// whole minutes or days, and each has several points, so that between two bounds of a sum there is one too.
pub(crate) type Known = BTreeSet<i32>;

/// Somebody looked, and there is no amount.
pub(crate) const NONE: i32 = i32::MIN;

#[derive(Debug, Clone)]
pub(crate) enum Cond {
    Yes(usize),
    Is(usize, i32),
    OneOf(usize, Vec<i32>),
    Has(usize, usize),
    Empty(usize),
    /// `<`, `<=`, `>`, `>=` so many minutes.
    Compare(usize, &'static str, i32),
    Between(usize, i32, i32),
    /// Only one value is left.
    Known(usize),
    /// A symptom at one of these levels; the text says how it is written behind the name.
    Level(usize, BTreeSet<usize>, String),
    Not(Box<Cond>),
    And(Vec<Cond>),
    Or(Vec<Cond>),
    AtLeast(usize, Vec<Cond>),
}

impl Model {
    pub(crate) fn levels(&self, evidence: &Evidence) -> (Shape, Vec<String>) {
        let yes_no = || (Shape::YesNo, vec!["no".to_owned(), "yes".to_owned()]);
        match evidence {
            Evidence::Symptom(at) => (self.symptoms[*at].shape, self.symptoms[*at].levels.clone()),
            Evidence::Fact(at) => match &self.facts[*at].ty {
                Type::OneOf(values) => (Shape::Kinds, values.iter().rev().cloned().collect()),
                _ => yes_no(),
            },
            Evidence::Condition(_) => yes_no(),
        }
    }

    pub(crate) fn members(&self, target: Target) -> Vec<usize> {
        match target {
            Target::Cause(at) => vec![at],
            Target::Group(group) => {
                (0..self.causes.len()).filter(|at| self.causes[*at].groups.contains(&group)).collect()
            }
        }
    }

    pub(crate) fn never(&self) -> f64 {
        self.scale.get("never").map_or(0.005, |(_, number)| *number)
    }

    pub(crate) fn usually(&self) -> f64 {
        self.scale.get("usually").map_or(0.8, |(_, number)| *number)
    }
}

impl Fact {
    /// All that may be so of it.
    pub(crate) fn anything(&self) -> Known {
        match &self.ty {
            Type::YesNo => [0, 1].into(),
            Type::OneOf(values) => (0..i32::try_from(values.len()).unwrap()).collect(),
            Type::SomeOf(values) => (0..1 << values.len()).collect(),
            Type::Duration | Type::Time => (0..=LAST).chain([NONE]).collect(),
        }
    }
}

impl Type {
    pub(crate) fn is_amount(&self) -> bool {
        matches!(self, Type::Duration | Type::Time)
    }
}

/// So many points has a minute, or a day: a sum of two that are more than a bound is just more than both together.
pub(crate) const PER: i32 = 4;

/// Far above every bound.
pub(crate) const LAST: i32 = 60 * PER;
