//! What a fact can be, as far as the pack tells values apart: its domain, cut at the constants in use.
//!
//! In: a resolved pack and one of its facts, recorded or derived. Out: its [`Region`]s, each with a value that lies in it and with
//! words for it. Within a region no condition that reads this fact alone and compares it with what stands in the pack changes its
//! answer: amounts are cut at the numbers that they are compared with, choices and sets are grouped by what is asked of them,
//! of texts there is one that each test likes, so far as one can be made up, and one that none does.
//!
//! Left out: conditions that compare two facts, and tables, which have no regions. Of texts there is not a region for each
//! combination of tests, only for each test that can be met; of a set of which more than four members are asked for, only
//! the single members, all of them together, and none.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::eval::{self, Only, Truth};
use crate::number::Number;
use crate::pack::expr::{Condition, ConditionKind, Operand, OperandKind, TextTest};
use crate::pack::{FactId, Pack};
use crate::value::{Amount, Bound, Known, Range, SECOND, Type, Value, write_range};

/// Values that no condition tells apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// All of them, as far as that can be recorded.
    pub known: Known,
    /// One of them.
    pub example: Value,
    /// In words: `5 min to 15 min`, `gmail`, `contains "blocked"`.
    pub label: String,
}

/// Members of a set of which all combinations are regions.
const MOST_MEMBERS: usize = 4;

/// Returns the regions of a fact, in the order of its type; none where it has none: a table.
pub fn regions(pack: &Pack, id: FactId) -> Vec<Region> {
    let fact = &pack.facts[id];
    let atoms = atoms(pack, id);
    match &fact.ty {
        Type::YesNo => {
            [true, false].map(|yes| whole(Value::YesNo(yes), if yes { "yes" } else { "no" })).into()
        }
        Type::OneOf(names) => choices(id, names, &atoms),
        Type::SomeOf(names) => sets(id, names, &atoms),
        ty if ty.is_amount() => ranges(id, &atoms).into_iter().filter_map(|r| amount(&r, ty)).collect(),
        Type::Text | Type::Domain => texts(id, &fact.ty, &atoms),
        Type::Ip => addresses(id, &atoms),
        _ => Vec::new(),
    }
}

/// Makes a region of one value.
fn whole(value: Value, label: &str) -> Region {
    Region { known: Known::Exactly(value.clone()), example: value, label: label.to_owned() }
}

/// Evaluates conditions where one fact is known and nothing else.
fn answers(id: FactId, known: &Known, atoms: &[&Condition]) -> Vec<Truth> {
    let world = Only { fact: id, known: known.clone() };
    atoms.iter().map(|atom| eval::holds(atom, &world)).collect()
}

/// Returns the smallest conditions of a pack that read a fact and no other.
fn atoms(pack: &Pack, id: FactId) -> Vec<&Condition> {
    let mut found = Vec::new();
    for condition in pack.conditions() {
        condition.visit(
            &mut |part| {
                let reads = part.reads();
                if is_atom(part) && reads.symptoms.is_empty() && reads.facts.iter().eq([&id]) {
                    found.push(part);
                }
            },
            &mut |_| (),
        );
    }
    found
}

/// Returns whether a condition compares something, and is not made of others.
fn is_atom(condition: &Condition) -> bool {
    !matches!(
        condition.kind,
        ConditionKind::Not(_)
            | ConditionKind::And(_)
            | ConditionKind::Or(_)
            | ConditionKind::AtLeast(..)
            | ConditionKind::Known(_)
            | ConditionKind::SymptomKnown(_)
            | ConditionKind::Level(..)
    )
}

/// Returns the literal values in some conditions.
fn literals<'a>(atoms: &[&'a Condition]) -> Vec<&'a Value> {
    let mut found = Vec::new();
    for atom in atoms {
        atom.visit(&mut |_| (), &mut |operand: &'a Operand| {
            if let OperandKind::Literal(value) = &operand.kind {
                found.push(value);
            }
        });
    }
    found
}

// ---------------------------------------------------------------- amounts

/// Cuts an amount at the constants that it is compared with, and joins neighbours that no condition tells apart.
pub fn ranges(id: FactId, atoms: &[&Condition]) -> Vec<Range> {
    let amount = |value: &&Value| if let Value::Amount(at) = value { Some(*at) } else { None };
    let mut cuts: Vec<Amount> = literals(atoms).iter().filter_map(amount).collect();
    cuts.sort_by(|a, b| a.order(*b).unwrap_or(std::cmp::Ordering::Equal));
    cuts.dedup_by(|a, b| a.order(*b) == Some(std::cmp::Ordering::Equal));
    let bound = |at: &Amount, open| Some(Bound { at: *at, open });
    let mut pieces = Vec::new();
    let mut low = None;
    for cut in &cuts {
        pieces.push(Range { low, high: bound(cut, true) });
        pieces.push(Range { low: bound(cut, false), high: bound(cut, false) });
        low = bound(cut, true);
    }
    pieces.push(Range { low, high: None });
    let mut joined: Vec<(Range, Vec<Truth>)> = Vec::new();
    for piece in pieces {
        let truths = answers(id, &Known::of_range(piece.clone()), atoms);
        match joined.last_mut() {
            Some((range, same)) if *same == truths => range.high = piece.high,
            _ => joined.push((piece, truths)),
        }
    }
    joined.into_iter().map(|(range, _)| range).collect()
}

/// Makes a region of a range; none where no value lies in it: a negative length of time.
fn amount(range: &Range, ty: &Type) -> Option<Region> {
    let example = inside(range, ty)?;
    let label = write_range(range, ty);
    Some(Region { known: Known::of_range(range.clone()), example: Value::Amount(example), label })
}

/// Returns a plain value that lies in a range.
pub(crate) fn inside(range: &Range, ty: &Type) -> Option<Amount> {
    let candidates: Vec<Amount> = match (range.low, range.high) {
        (Some(low), Some(high)) => vec![low.at, high.at, between(low.at, high.at)?],
        (Some(low), None) => vec![low.at, beyond(low.at)],
        (None, Some(high)) => vec![high.at, below(high.at)],
        (None, None) => vec![some(ty)],
    };
    let sensible = |at: &&Amount| match (ty, at) {
        (Type::Duration, Amount::Nanos(n)) => *n >= 0,
        (Type::Size | Type::Percent, Amount::Number(x)) => *x >= Number::ZERO,
        _ => true,
    };
    // A plain value in the middle before a bound, which may be there by a hair.
    candidates.iter().rev().filter(sensible).find(|at| !range.excludes(**at)).copied()
}

fn between(low: Amount, high: Amount) -> Option<Amount> {
    Some(match (low, high) {
        (Amount::Number(a), Amount::Number(b)) => {
            let middle = a.plus(b)?.over(Number::whole(2))?;
            Amount::Number(if middle.floor() > a { middle.floor() } else { middle })
        }
        (Amount::Nanos(a), Amount::Nanos(b)) => Amount::Nanos(a.midpoint(b)),
        (Amount::Instant(a), Amount::Instant(b)) => Amount::Instant(a.midpoint(b)),
        (Amount::Civil(a), Amount::Civil(b)) => Amount::Civil(a.midpoint(b)),
        _ => return None,
    })
}

fn beyond(at: Amount) -> Amount {
    match at {
        Amount::Number(x) if x > Number::ZERO => Amount::Number(x.times(Number::whole(2)).unwrap_or(x)),
        Amount::Number(x) => {
            let half = x.over(Number::whole(2)).and_then(|half| half.plus(Number::ONE));
            Amount::Number(half.unwrap_or(Number::ONE))
        }
        Amount::Nanos(n) => Amount::Nanos(if n > 0 { n.saturating_mul(2) } else { n / 2 + SECOND }),
        Amount::Instant(n) => Amount::Instant(n.saturating_add(3600 * SECOND)),
        Amount::Civil(n) => Amount::Civil(n.saturating_add(3600 * SECOND)),
    }
}

fn below(at: Amount) -> Amount {
    match at {
        Amount::Number(x) if x > Number::ZERO => {
            Amount::Number(x.over(Number::whole(2)).unwrap_or(Number::ZERO))
        }
        Amount::Number(x) => {
            let twice = x.times(Number::whole(2)).and_then(|twice| twice.minus(Number::ONE));
            Amount::Number(twice.unwrap_or(x))
        }
        Amount::Nanos(n) => Amount::Nanos(if n > 0 { n / 2 } else { n.saturating_mul(2) - SECOND }),
        Amount::Instant(n) => Amount::Instant(n.saturating_sub(3600 * SECOND)),
        Amount::Civil(n) => Amount::Civil(n.saturating_sub(3600 * SECOND)),
    }
}

fn some(ty: &Type) -> Amount {
    match ty {
        Type::Duration => Amount::Nanos(60 * SECOND),
        Type::Time => Amount::Instant(1_767_225_600 * SECOND),
        Type::Percent => Amount::Number(Number::fraction(1, 2).unwrap_or(Number::ONE)),
        _ => Amount::Number(Number::ONE),
    }
}

// ---------------------------------------------------------------- choices and sets

/// Returns the values of a type, those together that no condition tells apart.
pub(crate) fn choices(id: FactId, names: &[String], atoms: &[&Condition]) -> Vec<Region> {
    let mut groups: Vec<(Vec<Truth>, BTreeSet<usize>)> = Vec::new();
    for value in 0..names.len() {
        let truths = answers(id, &Known::Exactly(Value::Choice(value)), atoms);
        match groups.iter_mut().find(|(same, _)| *same == truths) {
            Some((_, values)) => _ = values.insert(value),
            None => groups.push((truths, BTreeSet::from([value]))),
        }
    }
    let region = |values: BTreeSet<usize>| {
        let example = Value::Choice(values.first().copied()?);
        let label = values.iter().filter_map(|v| names.get(*v)).map(String::as_str).collect::<Vec<_>>();
        let known =
            if values.len() == 1 { Known::Exactly(example.clone()) } else { Known::Possible(values.clone()) };
        Some(Region { known, example, label: label.join(" or ") })
    };
    groups.into_iter().filter_map(|(_, values)| region(values)).collect()
}

/// Returns the combinations of the members that are asked for.
fn sets(id: FactId, names: &[String], atoms: &[&Condition]) -> Vec<Region> {
    let with = |members: &[usize]| Value::Set(members.iter().copied().collect());
    let alone = |member: usize| answers(id, &Known::Exactly(with(&[member])), atoms);
    let nothing = answers(id, &Known::Exactly(with(&[])), atoms);
    let asked: Vec<usize> = (0..names.len()).filter(|member| alone(*member) != nothing).collect();
    let mut found: Vec<Vec<usize>> = vec![Vec::new()];
    if asked.len() <= MOST_MEMBERS {
        for member in &asked {
            let more: Vec<Vec<usize>> =
                found.iter().map(|set| set.iter().copied().chain([*member]).collect()).collect();
            found.extend(more);
        }
    } else {
        found.extend(asked.iter().map(|member| vec![*member]));
        found.push(asked.clone());
    }
    found.sort_by_key(|set| (set.is_empty(), set.len(), set.clone()));
    let label = |set: &[usize]| {
        let names: Vec<&str> = set.iter().filter_map(|m| names.get(*m)).map(String::as_str).collect();
        if names.is_empty() { "none of these".to_owned() } else { names.join(" and ") }
    };
    found.iter().map(|set| whole(with(set), &label(set))).collect()
}

// ---------------------------------------------------------------- texts and addresses

/// Makes up a text for each test that it can meet, and one that meets none.
fn texts(id: FactId, ty: &Type, atoms: &[&Condition]) -> Vec<Region> {
    let mut candidates: Vec<(String, String)> = Vec::new();
    for value in literals(atoms) {
        if let Value::Text(text) | Value::Domain(text) = value {
            candidates.push((text.clone(), format!("\"{text}\"")));
        }
    }
    for atom in atoms {
        if let ConditionKind::Text(_, test) = &atom.kind {
            candidates.extend(liked(test));
        }
    }
    let other = if *ty == Type::Domain { "elsewhere.example" } else { "something else" };
    candidates.push((other.to_owned(), "something else".to_owned()));
    let value = |text: &str| match ty {
        Type::Domain => Value::Domain(text.to_owned()),
        _ => Value::Text(text.to_owned()),
    };
    let all = candidates.iter().map(|(text, label)| whole(value(text), label));
    told_apart(id, all.chain([whole(Value::None, "none")]), atoms)
}

/// Returns the first of those that no condition tells apart.
fn told_apart(id: FactId, regions: impl Iterator<Item = Region>, atoms: &[&Condition]) -> Vec<Region> {
    let mut seen = BTreeSet::new();
    regions.filter(|region| seen.insert(answers(id, &region.known, atoms))).collect()
}

/// Makes up a text that passes a test, and words for it.
fn liked(test: &TextTest) -> Vec<(String, String)> {
    match test {
        TextTest::Contains(text) => vec![(text.clone(), format!("contains \"{text}\""))],
        TextTest::StartsWith(text) => vec![(text.clone(), format!("starts with \"{text}\""))],
        TextTest::EndsWith(text) => vec![(text.clone(), format!("ends with \"{text}\""))],
        TextTest::Matches(regex) => {
            example(regex).map(|text| (text.clone(), format!("such as \"{text}\""))).into_iter().collect()
        }
    }
}

/// Makes up a short text that a pattern matches, where one can be.
pub(crate) fn example(regex: &Regex) -> Option<String> {
    let sample = regex_syntax::parse(regex.as_str()).ok().map(|hir| sample(&hir));
    sample.filter(|text| regex.is_match(text))
}

/// Makes up a short text that a pattern matches: of each choice the first, of each repetition the fewest.
fn sample(hir: &Hir) -> String {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => String::new(),
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).into_owned(),
        HirKind::Class(Class::Unicode(class)) => {
            let plain = |c: &char| c.is_ascii_alphanumeric();
            let ends = || class.ranges().iter().flat_map(|range| [range.end(), range.start()]);
            let inside = || class.ranges().iter().flat_map(|r| (r.start()..=r.end()).take(256));
            let any = ends().find(plain).or_else(|| inside().find(plain)).or_else(|| ends().next());
            any.map(String::from).unwrap_or_default()
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.ranges().first().map(|range| char::from(range.start()).to_string()).unwrap_or_default()
        }
        HirKind::Repetition(repetition) => {
            sample(&repetition.sub).repeat(usize::try_from(repetition.min.min(64)).unwrap_or(0))
        }
        HirKind::Capture(capture) => sample(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(sample).collect(),
        HirKind::Alternation(parts) => parts.first().map(sample).unwrap_or_default(),
    }
}

/// Makes up an address in each network, and one in none.
fn addresses(id: FactId, atoms: &[&Condition]) -> Vec<Region> {
    let mut candidates: Vec<(IpAddr, String)> = Vec::new();
    for value in literals(atoms) {
        if let Value::Ip(address) = value {
            candidates.push((*address, address.to_string()));
        }
    }
    for atom in atoms {
        if let ConditionKind::InNetwork(_, network) = &atom.kind {
            let host = network.hosts().next().unwrap_or(network.network());
            candidates.push((host, format!("in {network}")));
        }
    }
    candidates.push((IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), "another".to_owned()));
    candidates.push((IpAddr::V4(Ipv4Addr::new(203, 0, 113, 77)), "another".to_owned()));
    told_apart(id, candidates.iter().map(|(address, label)| whole(Value::Ip(*address), label)), atoms)
}
