//! Blocks of texts, domains and addresses: the values that the pack names, and everything else by what its tests say.
//!
//! Of everything else there is a block for each combination of answers, but for those that cannot be: what contains `abc` contains
//! `bc`, what starts with `ab` does not start with `b`, what lies in a network lies in each that holds it. Of patterns only
//! equal ones are known to agree, and of a named value none: it stands for itself in small and large letters.

use std::net::IpAddr;

use super::variable::{Block, exactly, truths};
use crate::pack::FactId;
use crate::pack::expr::{Condition, ConditionKind, Operand, OperandKind, TextTest};
use crate::value::{Known, Type, Value};

/// Tests of one fact of which all combinations are looked at.
const MOST: usize = 12;

/// Returns the blocks; none where there are too many, or where a leaf is no test of a value.
pub(super) fn blocks(id: FactId, ty: &Type, leaves: &[&Condition], most: usize) -> Option<Vec<Block>> {
    let mut blocks = Vec::new();
    for value in named(leaves) {
        push(&mut blocks, id, &value, leaves)?;
    }
    let tests: Vec<usize> =
        (0..leaves.len()).filter(|at| leaves.get(*at).is_some_and(|leaf| is_test(leaf))).collect();
    if tests.len() > MOST
        || 1 << tests.len() > most
        || !leaves.iter().all(|leaf| is_test(leaf) || names(leaf))
    {
        return None;
    }
    for bits in 0..1_usize << tests.len() {
        let answers: Vec<bool> = (0..leaves.len()).map(|leaf| is_set(bits, &tests, leaf)).collect();
        if possible(&answers, leaves) {
            blocks.push(other(id, ty, answers, leaves));
        }
    }
    push(&mut blocks, id, &Value::None, leaves)?;
    Some(blocks)
}

/// Adds the blocks of one value.
fn push(blocks: &mut Vec<Block>, id: FactId, value: &Value, leaves: &[&Condition]) -> Option<()> {
    let words = match value {
        Value::Text(text) => format!("is \"{text}\""),
        Value::Domain(domain) => format!("is {domain}"),
        Value::Ip(address) => format!("is {address}"),
        _ => "is none".to_owned(),
    };
    let truths = truths(id, value, leaves)?;
    let patterns: Vec<usize> =
        (0..leaves.len()).filter(|at| leaves.get(*at).is_some_and(|leaf| is_pattern(leaf))).collect();
    let free = if matches!(value, Value::None) { &[][..] } else { &patterns };
    if free.len() > MOST {
        return None;
    }
    for bits in 0..1_usize << free.len() {
        let turned =
            truths.iter().enumerate().map(|(leaf, truth)| truth ^ is_set(bits, free, leaf)).collect();
        blocks.push(Block { truths: turned, ..exactly(value.clone(), &words) });
    }
    Some(())
}

/// Returns whether the bit of a leaf is set, where there is one bit for each of some leaves.
fn is_set(bits: usize, of: &[usize], leaf: usize) -> bool {
    of.iter().position(|at| *at == leaf).is_some_and(|at| bits >> at & 1 == 1)
}

/// Returns the values that leaves name.
fn named(leaves: &[&Condition]) -> Vec<Value> {
    let mut found = Vec::new();
    for leaf in leaves {
        leaf.visit(&mut |_| (), &mut |operand: &Operand| {
            if let OperandKind::Literal(value) = &operand.kind
                && !found.contains(value)
            {
                found.push(value.clone());
            }
        });
    }
    found
}

/// Returns whether a leaf asks something of a value without naming it.
fn is_test(leaf: &Condition) -> bool {
    matches!(leaf.kind, ConditionKind::Text(..) | ConditionKind::InNetwork(..))
}

fn is_pattern(leaf: &Condition) -> bool {
    matches!(leaf.kind, ConditionKind::Text(_, TextTest::Matches(_)))
}

/// Returns whether a leaf is no of whatever it does not name: it compares the fact itself with values.
fn names(leaf: &Condition) -> bool {
    let literal = |operand: &Operand| matches!(operand.kind, OperandKind::Literal(_));
    let fact = |operand: &Operand| matches!(operand.kind, OperandKind::Fact(_));
    match &leaf.kind {
        ConditionKind::Equal(a, b) => fact(a) && literal(b) || literal(a) && fact(b),
        ConditionKind::OneOf(a, others) => fact(a) && others.iter().all(literal),
        ConditionKind::None(a) => fact(a),
        _ => false,
    }
}

/// Returns whether no two answers are known not to go together.
fn possible(answers: &[bool], leaves: &[&Condition]) -> bool {
    let yes = || answers.iter().zip(leaves).filter(|(answer, _)| **answer).map(|(_, leaf)| *leaf);
    yes().all(|a| {
        answers.iter().zip(leaves).all(|(answer, b)| match entails(a, b) {
            Some(truth) => truth == *answer,
            None => true,
        })
    })
}

/// Returns what a test that is met surely says of another.
fn entails(a: &Condition, b: &Condition) -> Option<bool> {
    match (&a.kind, &b.kind) {
        (ConditionKind::Text(_, a), ConditionKind::Text(_, b)) => text_entails(a, b),
        (ConditionKind::InNetwork(_, a), ConditionKind::InNetwork(_, b)) => {
            if b.contains(a) {
                Some(true)
            } else {
                (!a.contains(b)).then_some(false)
            }
        }
        _ => None,
    }
}

fn text_entails(a: &TextTest, b: &TextTest) -> Option<bool> {
    use TextTest::{Contains, EndsWith, Matches, StartsWith};
    match (a, b) {
        (Contains(x) | StartsWith(x) | EndsWith(x), Contains(y)) if x.contains(y.as_str()) => Some(true),
        (StartsWith(x), StartsWith(y)) if x.starts_with(y.as_str()) => Some(true),
        (StartsWith(x), StartsWith(y)) if !y.starts_with(x.as_str()) => Some(false),
        (EndsWith(x), EndsWith(y)) if x.ends_with(y.as_str()) => Some(true),
        (EndsWith(x), EndsWith(y)) if !y.ends_with(x.as_str()) => Some(false),
        (Matches(x), Matches(y)) if x.as_str() == y.as_str() => Some(true),
        _ => None,
    }
}

/// Returns the block of all values that give these answers.
fn other(id: FactId, ty: &Type, answers: Vec<bool>, leaves: &[&Condition]) -> Block {
    let example = candidates(ty, &answers, leaves)
        .into_iter()
        .find(|value| truths(id, value, leaves).is_some_and(|found| found == answers));
    let words = match &example {
        Some(Value::Text(text)) => format!("is \"{text}\""),
        Some(Value::Domain(domain)) => format!("is {domain}"),
        Some(Value::Ip(address)) => format!("is {address}"),
        _ => "is something else".to_owned(),
    };
    Block { known: Known::Unknown, example, words, truths: answers }
}

/// Returns values that may give some answers.
fn candidates(ty: &Type, answers: &[bool], leaves: &[&Condition]) -> Vec<Value> {
    let yes = || answers.iter().zip(leaves).filter(|(answer, _)| **answer).map(|(_, leaf)| &leaf.kind);
    if *ty == Type::Ip {
        let networks = yes().filter_map(|kind| match kind {
            ConditionKind::InNetwork(_, network) => Some(*network),
            _ => None,
        });
        // The narrowest holds addresses that lie in all the others.
        let narrowest = networks.max_by_key(ipnet::IpNet::prefix_len);
        let others = ["192.0.2.1", "203.0.113.77", "2001:db8::1"].iter().filter_map(|a| a.parse().ok());
        let hosts = narrowest
            .into_iter()
            .flat_map(|n| [n.network(), n.broadcast()].into_iter().chain(n.hosts().take(4)));
        return hosts.chain(others).map(|address: IpAddr| Value::Ip(address)).collect();
    }
    let (mut start, mut middle, mut end) = (String::new(), Vec::new(), String::new());
    for kind in yes() {
        match kind {
            ConditionKind::Text(_, TextTest::StartsWith(text)) if text.len() > start.len() => {
                start.clone_from(text);
            }
            ConditionKind::Text(_, TextTest::EndsWith(text)) if text.len() > end.len() => {
                end.clone_from(text);
            }
            ConditionKind::Text(_, TextTest::Contains(text)) => middle.push(text.clone()),
            ConditionKind::Text(_, TextTest::Matches(regex)) => {
                middle.extend(crate::partition::example(regex));
            }
            _ => {}
        }
    }
    let joined = |between: &str| {
        let parts = || middle.iter().chain([&start, &end]);
        let needless = |m: &&String| parts().any(|part| part.len() > m.len() && part.contains(m.as_str()));
        let inner = middle.iter().filter(|m| !needless(m));
        let parts: Vec<&str> =
            [start.as_str()].into_iter().chain(inner.map(String::as_str)).chain([end.as_str()]).collect();
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
    };
    let made = match ty {
        Type::Domain => vec![joined(""), joined("-"), joined("."), "elsewhere.example".to_owned()],
        _ => vec![joined(" "), joined(""), "something else".to_owned()],
    };
    let value = |text: String| if *ty == Type::Domain { Value::Domain(text) } else { Value::Text(text) };
    made.into_iter().filter(|text| !text.is_empty()).map(value).collect()
}
