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

/// What may be so of a fact. Durations are points of half a minute, and all bounds are whole minutes, so that what lies
/// between two bounds has a point.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Known {
    Values(BTreeSet<i32>),
    Members(Vec<Option<bool>>),
}

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
            Type::YesNo => Known::Values([0, 1].into()),
            Type::OneOf(values) => Known::Values((0..i32::try_from(values.len()).unwrap()).collect()),
            Type::SomeOf(values) => Known::Members(vec![None; values.len()]),
            Type::Duration => Known::Values((POINTS.0..=POINTS.1).collect()),
        }
    }
}

/// Far below and above every bound.
pub(crate) const POINTS: (i32, i32) = (-200, 200);
