//! Proofs about conditions, by enumeration of cells, each with a witness.
//!
//! In: some conditions of a pack. Out: [`Cases`], which cover everything that facts can be as far as these conditions tell it
//! apart. Each fact that they read, through computed facts and symptoms too, is cut into cells (`variable`); a case is one
//! cell of each. What no cell can say (conditions on tables, on two facts at once, `is known`) is true in some cases and
//! false in others, whatever the rest says.
//!
//! That something holds in *no* case is a proof: within a case a condition is evaluated by Kleene's logic on all that its cells
//! hold, which never decides what is not so for each of them, and the cases leave nothing out. They may hold too much (a
//! computed fact beside what it is computed from), so that something holds in *some* case says nothing yet: a
//! [`Witness`] does, values for which the conditions were evaluated like those of a fact file.
//!
//! Where there are more cases than the budget, nothing is said ("not proven").

mod text;
mod variable;

use std::collections::{BTreeMap, BTreeSet};

use crate::eval::{self, Known, Levels, Truth, World};
use crate::pack::expr::{Condition, ConditionKind, Definition, Operand, OperandKind};
use crate::pack::value::Value;
use crate::pack::{FactId, Pack, Reading, SymptomId};

use variable::{Region, Variable};

/// Values of facts for which something was found to be so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Witness {
    /// In the author's words: `` `delivery.delay` = 8 min ``, in the order of the pack.
    pub facts: Vec<String>,
}

impl Witness {
    /// As part of a sentence, `` `delivery.delay` is 8 min and `log.has_message` is no ``; at most so many facts.
    pub fn words(&self) -> String {
        self.facts.join(" and ")
    }
}

/// All cases of some conditions.
#[derive(Debug)]
pub struct Cases<'p> {
    pack: &'p Pack,
    variables: Vec<Variable<'p>>,
    of_fact: BTreeMap<FactId, usize>,
}

/// One case: a cell of each variable.
#[derive(Debug, Clone)]
pub struct Case<'c> {
    of: &'c Cases<'c>,
    chosen: Vec<usize>,
}

impl<'p> Cases<'p> {
    /// The cases of some conditions; none where there are more than `most`, or where what a fact can be has no cells.
    pub fn of(
        pack: &'p Pack,
        conditions: impl IntoIterator<Item = &'p Condition>,
        most: usize,
    ) -> Option<Cases<'p>> {
        let (facts, opaque) = leaves(pack, conditions);
        let mut variables = Vec::new();
        let mut of_fact = BTreeMap::new();
        let mut count = 1_usize;
        for (id, leaves) in facts {
            let variable = variable::of_fact(pack, id, leaves, most)?;
            count = count.saturating_mul(variable.cells.len());
            of_fact.insert(id, variables.len());
            variables.push(variable);
        }
        for leaf in opaque {
            count = count.saturating_mul(2);
            variables.push(variable::opaque(leaf));
        }
        (count <= most).then_some(Cases { pack, variables, of_fact })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.variables.iter().map(|variable| variable.cells.len()).product()
    }

    /// Whether there are none, which does not happen.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = Case<'_>> {
        (0..self.len()).map(|at| {
            let mut rest = at;
            let digit = |variable: &Variable<'_>| {
                let size = variable.cells.len();
                let digit = rest % size;
                rest /= size;
                digit
            };
            Case { of: self, chosen: self.variables.iter().map(digit).collect() }
        })
    }

    fn cell(&self, chosen: &[usize], variable: usize) -> Option<&Region> {
        self.variables.get(variable)?.cells.get(*chosen.get(variable)?)
    }
}

impl<'c> Case<'c> {
    /// Whether a condition holds; none where its cells do not tell.
    pub fn holds(&self, condition: &Condition) -> Truth {
        match &condition.kind {
            ConditionKind::Not(inner) => eval::not(self.holds(inner)),
            ConditionKind::And(all) => eval::all(all.iter().map(|c| self.holds(c))),
            ConditionKind::Or(all) => eval::any(all.iter().map(|c| self.holds(c))),
            ConditionKind::AtLeast(least, all) => {
                eval::at_least(*least, &all.iter().map(|c| self.holds(c)).collect::<Vec<_>>())
            }
            _ => match (expanded(self.of.pack, condition), self.leaf(condition)) {
                (Some(definition), _) => self.holds(definition),
                (None, Some(truth)) => truth,
                (None, None) => eval::holds(condition, self),
            },
        }
    }

    /// The levels that a reading may have.
    pub fn read(&self, reading: &Reading) -> Levels {
        eval::read_by(reading, |condition| self.holds(condition))
    }

    /// What the cell of a leaf says of it by itself, where its cells do that.
    fn leaf(&self, leaf: &Condition) -> Option<Truth> {
        let mut variables = self.of.variables.iter().zip(&self.chosen);
        variables.find_map(|(variable, chosen)| variable.says(leaf, *chosen))
    }

    /// Values of the facts in this case for which some conditions are what they should be, and readings at some levels.
    pub fn witness(&self, wanted: &[(&Condition, bool)], levels: &[(&Reading, usize)]) -> Option<Witness> {
        let world = self.example()?;
        let holds = wanted.iter().all(|(condition, truth)| eval::holds(condition, &world) == Some(*truth));
        let read = levels.iter().all(|(reading, level)| eval::read(reading, &world).iter().eq([level]));
        (holds && read && world.agrees()).then(|| self.words())
    }

    fn words(&self) -> Witness {
        let name = |id: &FactId| self.of.pack.facts.get(id.0).map_or("", |fact| fact.name.value.as_str());
        let fact = |(id, variable): (&FactId, &usize)| {
            let cell = self.of.cell(&self.chosen, *variable)?;
            Some(format!("`{}` {}", name(id), cell.words))
        };
        Witness { facts: self.of.of_fact.iter().filter_map(fact).collect() }
    }

    /// The example of each cell; none where one has none.
    fn example(&self) -> Option<Example<'c>> {
        let example = |(id, variable): (&FactId, &usize)| {
            Some((*id, self.of.cell(&self.chosen, *variable)?.example.clone()?))
        };
        let facts = self.of.of_fact.iter().map(example).collect::<Option<BTreeMap<FactId, Value>>>()?;
        Some(Example { pack: self.of.pack, facts })
    }
}

impl World for Case<'_> {
    fn fact(&self, id: FactId) -> Known {
        let variable = self.of.of_fact.get(&id).and_then(|at| self.of.cell(&self.chosen, *at));
        variable.map_or(Known::Unknown, |cell| cell.known.clone())
    }

    fn levels(&self, id: SymptomId) -> Levels {
        self.of.pack.symptoms.get(id.0).map_or_else(Levels::new, |symptom| self.read(&symptom.reading))
    }
}

/// A world of a few facts, from which the others follow.
struct Example<'p> {
    pack: &'p Pack,
    facts: BTreeMap<FactId, Value>,
}

impl Example<'_> {
    fn computed(&self, id: FactId) -> Option<Known> {
        let definition = self.pack.facts.get(id.0)?.definition.as_ref()?;
        Some(eval::define(definition, self))
    }

    /// Whether no computed fact comes out as something else than what it is supposed to be.
    fn agrees(&self) -> bool {
        let apart = |(id, value): (&FactId, &Value)| {
            self.computed(*id).is_some_and(|computed| eval::apart(&computed, &Known::Exactly(value.clone())))
        };
        !self.facts.iter().any(apart)
    }
}

impl World for Example<'_> {
    fn fact(&self, id: FactId) -> Known {
        let supposed = self.facts.get(&id).map(|value| Known::Exactly(value.clone()));
        supposed.or_else(|| self.computed(id)).unwrap_or(Known::Unknown)
    }

    fn levels(&self, id: SymptomId) -> Levels {
        self.pack.symptoms.get(id.0).map_or_else(Levels::new, |symptom| eval::read(&symptom.reading, self))
    }
}

/// The condition that a yes/no fact stands for, where it is computed.
fn expanded<'p>(pack: &'p Pack, condition: &Condition) -> Option<&'p Condition> {
    let ConditionKind::Yes(Operand { kind: OperandKind::Fact(id), .. }) = &condition.kind else {
        return None;
    };
    match &pack.facts.get(id.0)?.definition {
        Some(Definition::Condition(definition)) => Some(definition),
        _ => None,
    }
}

/// The leaves of some conditions: those that compare one fact with what stands in the pack, by fact, and all others.
fn leaves<'p>(
    pack: &'p Pack,
    conditions: impl IntoIterator<Item = &'p Condition>,
) -> (BTreeMap<FactId, Vec<&'p Condition>>, Vec<&'p Condition>) {
    let mut facts: BTreeMap<FactId, Vec<&Condition>> = BTreeMap::new();
    let mut opaque: Vec<&Condition> = Vec::new();
    let mut symptoms = BTreeSet::new();
    let mut todo: Vec<&Condition> = conditions.into_iter().collect();
    let mut seen: BTreeSet<*const Condition> = BTreeSet::new();
    while let Some(condition) = todo.pop() {
        if !seen.insert(std::ptr::from_ref(condition)) {
            continue;
        }
        match &condition.kind {
            ConditionKind::Not(inner) => todo.push(inner),
            ConditionKind::And(all) | ConditionKind::Or(all) | ConditionKind::AtLeast(_, all) => {
                todo.extend(all);
            }
            ConditionKind::Level(id, _) => {
                if symptoms.insert(*id) {
                    todo.extend(pack.symptoms.get(id.0).into_iter().flat_map(|s| s.reading.conditions()));
                }
            }
            _ => match (expanded(pack, condition), variable::fact_of(pack, condition)) {
                (Some(definition), _) => todo.push(definition),
                (None, Some(id)) => {
                    let own = facts.entry(id).or_default();
                    if !own.contains(&condition) {
                        own.push(condition);
                    }
                }
                (None, None) => {
                    if !opaque.contains(&condition) {
                        opaque.push(condition);
                    }
                }
            },
        }
    }
    (facts, opaque)
}
