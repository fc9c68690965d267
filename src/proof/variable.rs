//! What is varied: a fact, cut into blocks that leave nothing out, or a condition that no block can decide.

use std::collections::BTreeSet;

use super::text;
use crate::eval::{self, Only, Truth};
use crate::pack::expr::{Condition, ConditionKind, Operand, OperandKind};
use crate::pack::{FactId, Pack};
use crate::partition::{choices, inside, ranges};
use crate::value::{Known, Range, Type, Value, write_amount, write_range};

/// A part of what a fact can be.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// All values in it.
    pub(crate) known: Known,
    /// One of them, where one could be made up.
    pub(crate) example: Option<Value>,
    /// What a sentence says of the fact: `is 8 min`.
    pub(crate) words: String,
    /// What its values say to each leaf, where `known` cannot tell.
    pub(crate) truths: Vec<bool>,
}

/// What is varied.
#[derive(Debug)]
pub(crate) struct Variable<'p> {
    /// The conditions that it decides.
    pub(crate) leaves: Vec<&'p Condition>,
    /// What it can be.
    pub(crate) blocks: Vec<Block>,
}

impl Variable<'_> {
    /// Returns what a block says to a leaf of its own.
    pub(crate) fn says(&self, leaf: &Condition, block: usize) -> Option<Truth> {
        let truths = &self.blocks.get(block)?.truths;
        let at = self.leaves.iter().position(|own| std::ptr::eq(*own, leaf) || *own == leaf)?;
        truths.get(at).map(|truth| Some(*truth))
    }
}

/// Returns the one fact that a leaf reads and compares with what stands in the pack, if that can be cut into blocks.
pub(crate) fn fact_of(pack: &Pack, leaf: &Condition) -> Option<FactId> {
    if matches!(leaf.kind, ConditionKind::Known(_) | ConditionKind::SymptomKnown(_)) {
        return None;
    }
    let reads = leaf.reads();
    let mut facts = reads.facts.iter();
    match (facts.next(), facts.next(), reads.symptoms.is_empty()) {
        (Some(id), None, true) => {
            let ty = &pack.facts[*id].ty;
            (!matches!(ty, Type::Table(_))).then_some(*id)
        }
        _ => None,
    }
}

/// Makes a variable of a condition that is true or false, whatever the rest is.
pub(crate) fn opaque(leaf: &Condition) -> Variable<'_> {
    let block =
        |truth| Block { known: Known::Unknown, example: None, words: String::new(), truths: vec![truth] };
    Variable { leaves: vec![leaf], blocks: vec![block(true), block(false)] }
}

/// Cuts what is known of a fact by its leaves; none where that takes more than `most` blocks, or cannot be done.
pub(crate) fn of_fact<'p>(
    pack: &'p Pack,
    id: FactId,
    leaves: Vec<&'p Condition>,
    known: &Known,
    most: usize,
) -> Option<Variable<'p>> {
    let ty = &pack.facts[id].ty;
    let blocks = match ty {
        Type::YesNo => {
            [true, false].map(|yes| exactly(Value::YesNo(yes), if yes { "is yes" } else { "is no" })).into()
        }
        Type::OneOf(names) => with_none(choices(id, names, &leaves).into_iter().map(|block| Block {
            words: format!("is {}", names_of(&block.example, names)),
            known: block.known,
            example: Some(block.example),
            truths: Vec::new(),
        })),
        Type::SomeOf(names) => sets(names, &leaves, known, most)?,
        ty if ty.is_amount() => with_none(amounts(id, ty, &leaves).into_iter()),
        Type::Text | Type::Domain | Type::Ip => text::blocks(id, ty, &leaves, most)?,
        _ => return None,
    };
    let blocks = blocks.into_iter().filter(|block| !eval::apart(&block.known, known)).collect();
    Some(Variable { leaves, blocks })
}

fn names_of(value: &Value, names: &[String]) -> String {
    match value {
        Value::Choice(at) => names.get(*at).cloned().unwrap_or_default(),
        _ => String::new(),
    }
}

/// Makes a block of one value.
pub(crate) fn exactly(value: Value, words: &str) -> Block {
    Block {
        known: Known::Exactly(value.clone()),
        example: Some(value),
        words: words.to_owned(),
        truths: Vec::new(),
    }
}

/// Adds the block in which somebody looked and there is none.
fn with_none(blocks: impl Iterator<Item = Block>) -> Vec<Block> {
    blocks.chain([exactly(Value::None, "is none")]).collect()
}

fn amounts(id: FactId, ty: &Type, leaves: &[&Condition]) -> Vec<Block> {
    let ranges = ranges(id, leaves);
    let fact = |operand: &Operand| matches!(operand.kind, OperandKind::Fact(_));
    let only_none = leaves.iter().all(|leaf| matches!(&leaf.kind, ConditionKind::None(of) if fact(of)));
    let block = |range: Range| {
        let example = inside(&range, ty);
        let words = example.map_or_else(|| write_range(&range, ty), |at| write_amount(at, ty));
        let known = match example {
            // All that is asked is whether there is a value at all.
            Some(_) if only_none => Known::Not(vec![Value::None]),
            _ => Known::of_range(range),
        };
        let example = example.map(Value::Amount);
        Block { known, example, words: format!("is {words}"), truths: Vec::new() }
    };
    ranges.into_iter().map(block).collect()
}

/// Combines the members of a set that a leaf asks for or names in every way, with and without others.
fn sets(names: &[String], leaves: &[&Condition], known: &Known, most: usize) -> Option<Vec<Block>> {
    let (mut asked, mut named) = (BTreeSet::new(), BTreeSet::<usize>::new());
    for leaf in leaves {
        leaf.visit(
            &mut |part| {
                if let ConditionKind::Has(_, member) = &part.kind {
                    asked.insert(*member);
                }
            },
            &mut |operand: &Operand| {
                if let OperandKind::Literal(Value::Set(members)) = &operand.kind {
                    named.extend(members);
                }
            },
        );
    }
    asked.extend(named);
    let lacks = |member: &usize| matches!(known, Known::Lacks { members, .. } if members.contains(member));
    let other = (0..names.len()).find(|member| !asked.contains(member) && !lacks(member));
    let members: Vec<usize> = asked.into_iter().chain(other).collect();
    if members.len() >= 16 || 1 << members.len() > most {
        return None;
    }
    let combination = |bits: usize| -> BTreeSet<usize> {
        members.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, m)| *m).collect()
    };
    let words = |set: &BTreeSet<usize>| {
        let names: Vec<&str> = set.iter().filter_map(|m| names.get(*m)).map(String::as_str).collect();
        if names.is_empty() { "is none".to_owned() } else { format!("is {}", names.join(", ")) }
    };
    let mut sets: Vec<BTreeSet<usize>> = (0..1_usize << members.len()).map(combination).collect();
    sets.sort_by_key(|set| (set.is_empty(), set.len()));
    Some(
        sets.into_iter()
            .map(|set| {
                let words = words(&set);
                exactly(Value::Set(set), &words)
            })
            .collect(),
    )
}

/// Returns what one value says to some leaves; none where it does not tell.
pub(crate) fn truths(id: FactId, value: &Value, leaves: &[&Condition]) -> Option<Vec<bool>> {
    let world = Only { fact: id, known: Known::Exactly(value.clone()) };
    leaves.iter().map(|leaf| eval::holds(leaf, &world)).collect()
}
