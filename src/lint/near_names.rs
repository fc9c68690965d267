//! Two names of one kind that are easily confused: they differ only in capitals, or in one letter.
//!
//! Found by deletion neighbourhoods (Mor and Fraenkel 1982; SymSpell): two names are at most one insertion, deletion,
//! replacement or swap apart only if they are equal once each has lost at most one letter. So each name is filed under itself and
//! under what is left of it without each of its letters, and only names filed together are compared.
//!
//! Names that differ in a digit are a series (`server1`, `server2`), and one letter of a short word makes another word (`lan`,
//! `wan`). A plural counts only between facts of one type, since a key and its table are often named so; and what is computed
//! from a fact may be named like it.

use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use crate::pack::expr::{Definition, Reads};
use crate::pack::{FactId, Pack, SymptomId};
use crate::problem::{Code, Problem, Problems, lookalike};
use crate::source::Spanned;
use crate::value::Type;

/// In words of fewer letters, one letter makes another word.
const WORD: usize = 5;

/// Longer names are not compared: filing a name takes time in proportion to the square of its length.
const MAX_LENGTH: usize = 80;

/// More names than this filed together are a series.
const SERIES: usize = 64;

/// A name and what it stands for.
struct Named<'p> {
    name: &'p Spanned<String>,
    /// In lower case.
    letters: Vec<char>,
    data: Option<Data<'p>>,
}

/// A fact or symptom.
struct Data<'p> {
    /// The type of a fact.
    ty: Option<&'p Type>,
    /// As others would read it.
    itself: Reads,
    /// What it reads.
    reads: Reads,
}

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    let data = data(pack);
    let taken: BTreeSet<&str> = data.iter().map(|named| named.name.value.as_str()).collect();
    // A rule over a fact or symptom has its name, and a direct check that of its cause.
    let own = |name: &&Spanned<String>| !taken.contains(name.value.as_str()) && !name.value.contains(' ');
    let rules: Vec<Named<'_>> = pack.rules.iter().map(|rule| &rule.name).filter(own).map(plain).collect();
    let causes: Vec<Named<'_>> = pack.causes.iter().map(|cause| plain(&cause.name)).collect();
    let fixes: Vec<Named<'_>> = pack.fixes.iter().map(|fix| plain(&fix.name)).collect();
    for names in [data, rules, causes, fixes] {
        for (one, other) in alike(&names) {
            problems.push(problem(subject, one, other, "letters of different scripts, which look the same"));
        }
        for (one, other, how) in near(&names) {
            problems.push(problem(subject, one, other, how));
        }
    }
}

fn problem(subject: &Subject<'_>, one: &Spanned<String>, other: &Spanned<String>, how: &str) -> Problem {
    // Reported at the later one, or at the one in this pack.
    let order = |name: &Spanned<String>| (subject.is_own(name.span), name.span);
    let (first, later) = if order(one) < order(other) { (one, other) } else { (other, one) };
    let message = format!("`{}` and `{}` differ only in {how}", first.value, later.value);
    Problem::warning(Code::NearNames, later.span, message).also(first.span, "the other").help(
        "if they mean the same, keep one; otherwise give one a name that nobody confuses with the other",
    )
}

/// Returns the names that nobody tells apart by looking, of which one has letters of another script.
fn alike<'p>(names: &[Named<'p>]) -> Vec<(&'p Spanned<String>, &'p Spanned<String>)> {
    if names.iter().all(|named| named.name.value.is_ascii()) {
        return Vec::new();
    }
    let mut seen: BTreeMap<String, &'p Spanned<String>> = BTreeMap::new();
    let mut found = Vec::new();
    for named in names {
        match seen.get(&lookalike::looks(&named.name.value)) {
            Some(first) if !(first.value.is_ascii() && named.name.value.is_ascii()) => {
                found.push((*first, named.name));
            }
            Some(_) => {}
            None => _ = seen.insert(lookalike::looks(&named.name.value), named.name),
        }
    }
    found
}

fn plain(name: &Spanned<String>) -> Named<'_> {
    Named { name, letters: name.value.to_lowercase().chars().collect(), data: None }
}

fn data(pack: &Pack) -> Vec<Named<'_>> {
    let facts = pack.facts.iter().enumerate().map(|(at, fact)| Named {
        data: Some(Data {
            ty: Some(&fact.ty),
            itself: Reads { facts: BTreeSet::from([FactId(at)]), ..Reads::default() },
            reads: fact.definition.as_ref().map_or_else(Reads::default, Definition::reads),
        }),
        ..plain(&fact.name)
    });
    let symptoms = pack.symptoms.iter().enumerate().map(|(at, symptom)| Named {
        data: Some(Data {
            ty: None,
            itself: Reads { symptoms: BTreeSet::from([SymptomId(at)]), ..Reads::default() },
            reads: Reads::of(symptom.reading.conditions()),
        }),
        ..plain(&symptom.name)
    });
    facts.chain(symptoms).collect()
}

type Pair<'p> = (&'p Spanned<String>, &'p Spanned<String>, &'static str);

/// Finds the names that are near another, each once, and how they differ.
fn near<'p>(names: &[Named<'p>]) -> Vec<Pair<'p>> {
    let mut filed: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, named) in names.iter().enumerate().filter(|(_, named)| named.letters.len() <= MAX_LENGTH) {
        for key in keys(&named.letters) {
            filed.entry(key).or_default().push(at);
        }
    }
    let mut found = BTreeMap::new();
    for file in filed.values().filter(|file| file.len() <= SERIES) {
        for (n, second) in file.iter().enumerate() {
            for first in file.iter().take(n).filter(|first| *first != second) {
                let (Some(a), Some(b)) = (names.get(*first), names.get(*second)) else { continue };
                if let Some(how) = differ(a, b) {
                    found.entry(*second.max(first)).or_insert((a.name, b.name, how));
                }
            }
        }
    }
    found.into_values().collect()
}

/// Returns a name, and what is left of it without each of its letters.
fn keys(letters: &[char]) -> BTreeSet<String> {
    let without = |at: usize| letters.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, c)| *c).collect();
    (0..letters.len()).map(without).chain([letters.iter().collect()]).collect()
}

/// Returns how two names differ, if they are easily confused.
fn differ(a: &Named<'_>, b: &Named<'_>) -> Option<&'static str> {
    let alike = a.letters.iter().zip(&b.letters).take_while(|(a, b)| a == b).count();
    let (rest_a, rest_b) = (a.letters.get(alike..)?, b.letters.get(alike..)?);
    let behind = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (rest_a, rest_b) = (rest_a.get(..rest_a.len() - behind)?, rest_b.get(..rest_b.len() - behind)?);
    let how = match (rest_a, rest_b) {
        ([], []) => return Some("capitals"),
        ([one], [] | [_]) | ([], [one]) if is_separator(*one) => "a separator",
        ([_], [one]) if is_separator(*one) => "a separator",
        ([_] | [], [_]) | ([_], []) => "one letter",
        ([a, b], [c, d]) if a == d && b == c => "two swapped letters",
        _ => return None,
    };
    let digits = rest_a.iter().chain(rest_b).any(|c| c.is_numeric());
    let longer = if a.letters.len() >= b.letters.len() { a } else { b };
    let short = how != "a separator" && word_around(&longer.letters, alike) < WORD;
    let plural = is_plural(rest_a, rest_b, longer.letters.get(alike + 1)) && !same_type(a, b);
    (!digits && !short && !plural && !reads(a, b) && !reads(b, a)).then_some(how)
}

fn is_separator(sign: char) -> bool {
    matches!(sign, '.' | '_')
}

/// Returns the length of the word in which a letter stands.
fn word_around(letters: &[char], at: usize) -> usize {
    let inside = |c: &&char| !is_separator(**c);
    let before = letters.iter().take(at).rev().take_while(inside).count();
    before + letters.iter().skip(at).take_while(inside).count()
}

/// Returns whether one is the other with an `s` at the end of a word; `behind` is what follows it.
fn is_plural(a: &[char], b: &[char], behind: Option<&char>) -> bool {
    matches!((a, b), (['s'], []) | ([], ['s'])) && behind.is_none_or(|sign| is_separator(*sign))
}

fn same_type(a: &Named<'_>, b: &Named<'_>) -> bool {
    let ty = |named: &Named<'_>| named.data.as_ref().and_then(|data| data.ty).map(Type::name);
    ty(a).is_some() && ty(a) == ty(b)
}

fn reads(a: &Named<'_>, b: &Named<'_>) -> bool {
    let (Some(a), Some(b)) = (&a.data, &b.data) else { return false };
    !a.reads.facts.is_disjoint(&b.itself.facts) || !a.reads.symptoms.is_disjoint(&b.itself.symptoms)
}
