//! What holds in every case that a ticket can be, and what in none: proven by enumeration, with a witness.
//!
//! In: some conditions of a pack. Out: [`Assignments`], which cover everything that facts can be as far as these conditions tell
//! it apart. Each fact that they read, through computed facts and symptoms too, is cut into blocks (`variable`); an assignment
//! is one block of each. What no block can say (conditions on tables, on two facts at once, `is known`) is true in some
//! assignments and false in others, whatever the rest says.
//!
//! That something holds in *no* assignment is a proof: within one a condition is evaluated by Kleene's logic on all that its
//! blocks hold, which never decides what is not so for each of them, and the assignments leave nothing out. They may hold too
//! much (a computed fact beside what it is computed from), so that something holds in *some* assignment says nothing yet: a
//! [`Witness`] does, values for which the conditions were evaluated like those of a fact file.
//!
//! The blocks are not the regions of [`crate::partition`]. Those are answers to offer, one value for each test of a pack that can be
//! met, and leave combinations out; these must leave out nothing, so each combination of answers has a block, and `none` one of
//! its own. What amounts and choices are cut at is the same, and is computed there.
//!
//! Where there are more assignments than the budget, nothing is said ("not proven").

mod text;
pub(crate) mod variable;

use std::collections::{BTreeMap, BTreeSet};

use crate::eval::{self, Levels, Truth, World};
use crate::pack::expr::{Condition, ConditionKind, Definition, Operand, OperandKind};
use crate::pack::{FactId, Pack, Reading, SymptomId};
use crate::value::{Known, Value};

use variable::{Block, Variable};

/// Values of facts for which something was found to be so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Witness {
    /// In the author's words: `` `delivery.delay` = 8 min ``, in the order of the pack.
    pub facts: Vec<String>,
}

impl Witness {
    /// Writes it as part of a sentence: `` `delivery.delay` is 8 min and `log.has_message` is no ``.
    pub fn words(&self) -> String {
        self.facts.join(" and ")
    }
}

/// All assignments of some conditions.
#[derive(Debug)]
pub struct Assignments<'p> {
    pack: &'p Pack,
    variables: Vec<Variable<'p>>,
    of_fact: BTreeMap<FactId, usize>,
}

/// One assignment: a block of each variable.
#[derive(Debug, Clone)]
pub struct Assignment<'c> {
    of: &'c Assignments<'c>,
    chosen: Vec<usize>,
}

impl<'p> Assignments<'p> {
    /// Enumerates the assignments of some conditions; none where there are more than `most`, or where what a fact can be has no blocks.
    pub fn of(
        pack: &'p Pack,
        conditions: impl IntoIterator<Item = &'p Condition>,
        most: usize,
    ) -> Option<Assignments<'p>> {
        let (facts, opaque) = leaves(pack, conditions);
        let mut variables = Vec::new();
        let mut of_fact = BTreeMap::new();
        let mut count = 1_usize;
        for (id, leaves) in facts {
            let variable = variable::of_fact(pack, id, leaves, &Known::Unknown, most)?;
            count = count.saturating_mul(variable.blocks.len());
            of_fact.insert(id, variables.len());
            variables.push(variable);
        }
        for leaf in opaque {
            count = count.saturating_mul(2);
            variables.push(variable::opaque(leaf));
        }
        (count <= most).then_some(Assignments { pack, variables, of_fact })
    }

    /// Returns how many there are.
    pub fn count(&self) -> usize {
        self.variables.iter().map(|variable| variable.blocks.len()).product()
    }

    /// Enumerates them.
    pub fn iter(&self) -> impl Iterator<Item = Assignment<'_>> {
        (0..self.count()).map(|at| {
            let mut rest = at;
            let digit = |variable: &Variable<'_>| {
                let size = variable.blocks.len();
                let digit = rest % size;
                rest /= size;
                digit
            };
            Assignment { of: self, chosen: self.variables.iter().map(digit).collect() }
        })
    }

    fn block(&self, chosen: &[usize], variable: usize) -> Option<&Block> {
        self.variables.get(variable)?.blocks.get(*chosen.get(variable)?)
    }
}

impl<'c> Assignment<'c> {
    /// Returns whether a condition holds; none where its blocks do not tell.
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

    /// Returns the levels that a reading may have.
    pub fn read(&self, reading: &Reading) -> Levels {
        eval::read_by(reading, |condition| self.holds(condition))
    }

    /// Returns what the block of a leaf says of it by itself, where its blocks do that.
    fn leaf(&self, leaf: &Condition) -> Option<Truth> {
        let mut variables = self.of.variables.iter().zip(&self.chosen);
        variables.find_map(|(variable, chosen)| variable.says(leaf, *chosen))
    }

    /// Returns values of the facts in this assignment for which some conditions are what they should be, and readings at some levels.
    pub fn witness(&self, wanted: &[(&Condition, bool)], levels: &[(&Reading, usize)]) -> Option<Witness> {
        let world = self.example()?;
        let holds = wanted.iter().all(|(condition, truth)| eval::holds(condition, &world) == Some(*truth));
        let read = levels.iter().all(|(reading, level)| eval::read(reading, &world).iter().eq([level]));
        (holds && read && world.agrees()).then(|| self.words())
    }

    fn words(&self) -> Witness {
        let name = |id: &FactId| self.of.pack.facts[*id].name.value.as_str();
        let fact = |(id, variable): (&FactId, &usize)| {
            let block = self.of.block(&self.chosen, *variable)?;
            Some(format!("`{}` {}", name(id), block.words))
        };
        Witness { facts: self.of.of_fact.iter().filter_map(fact).collect() }
    }

    /// Returns the example of each block; none where one has none.
    fn example(&self) -> Option<Example<'c>> {
        let example = |(id, variable): (&FactId, &usize)| {
            Some((*id, self.of.block(&self.chosen, *variable)?.example.clone()?))
        };
        let facts = self.of.of_fact.iter().map(example).collect::<Option<BTreeMap<FactId, Value>>>()?;
        Some(Example { pack: self.of.pack, facts })
    }
}

impl World for Assignment<'_> {
    fn fact(&self, id: FactId) -> Known {
        let variable = self.of.of_fact.get(&id).and_then(|at| self.of.block(&self.chosen, *at));
        variable.map_or(Known::Unknown, |block| block.known.clone())
    }

    fn levels(&self, id: SymptomId) -> Levels {
        self.read(&self.of.pack.symptoms[id].reading)
    }
}

/// A world of a few facts, from which the others follow.
struct Example<'p> {
    pack: &'p Pack,
    facts: BTreeMap<FactId, Value>,
}

impl Example<'_> {
    fn computed(&self, id: FactId) -> Option<Known> {
        let definition = self.pack.facts[id].definition.as_ref()?;
        Some(eval::define(definition, self))
    }

    /// Returns whether no computed fact comes out as something else than what it is supposed to be.
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
        eval::read(&self.pack.symptoms[id].reading, self)
    }
}

/// Returns the condition that a yes/no fact stands for, where it is computed.
fn expanded<'p>(pack: &'p Pack, condition: &Condition) -> Option<&'p Condition> {
    let ConditionKind::Yes(Operand { kind: OperandKind::Fact(id), .. }) = &condition.kind else {
        return None;
    };
    match &pack.facts[*id].definition {
        Some(Definition::Condition(definition)) => Some(definition),
        _ => None,
    }
}

/// Returns the leaves of some conditions: those that compare one fact with constants of the pack, by fact, and all others.
pub(crate) fn leaves<'p>(
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
                    todo.extend(pack.symptoms[*id].reading.conditions());
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
