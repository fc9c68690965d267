//! Proofs about conditions against brute force: what is proven never to be so is not so for any values that were tried.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use ruleout::eval::{self, Levels, Truth, World};
use ruleout::graph::InferenceGraph;
use ruleout::number::Number;
use ruleout::pack::expr::Condition;
use ruleout::pack::{Evidence, FactId, SymptomId};
use ruleout::proof::Assignments;
use ruleout::value::{Amount, Known, SECOND, Value};

use crate::support::pack::Texts;
use crate::support::profile::scaled;

const FACTS: &str = "
fact p: yes/no
fact q: yes/no
fact kind: one of a, b, c
fact parts: some of x, y, z
fact delay: duration
fact size: size
fact from: time
fact to: time
fact text: text
fact domain: domain
fact ip: ip
derive both: yes/no = p and kind is a
derive took: duration = to - from
derive late: yes/no = took > 5 min or delay > 15 min
symptom hold in levels { short when delay <= 1 min  slow when delay <= 5 min  stuck otherwise }
symptom says in kinds { blocked when text contains \"blocked\"  refused when text starts with \"550\"  other otherwise }
";

/// Conditions over one fact or symptom each.
const ATOMS: &[&str] = &[
    "p",
    "q",
    "both",
    "late",
    "kind is a",
    "kind is not b",
    "kind is one of a, c",
    "kind is none",
    "parts has x",
    "parts has y",
    "parts is none",
    "delay > 1 min",
    "delay <= 5 min",
    "delay >= 15 min",
    "delay between 1 min and 5 min",
    "delay is 5 min",
    "delay is none",
    "size < 10 MB",
    "size >= 10 MB",
    "size in 5 MB..10 MB",
    "took > 5 min",
    "took <= 5 min",
    "from < to",
    "to < from",
    "to within 1 h after from",
    "text contains \"blocked\"",
    "text contains \"lock\"",
    "text starts with \"550\"",
    "text starts with \"5\"",
    "text starts with \"421\"",
    "text ends with \"users\"",
    "text is \"550 blocked\"",
    "text matches /no such user/",
    "text matches /USER/",
    "text is none",
    "domain ends with \".org\"",
    "domain ends with \"example.org\"",
    "domain is mail.example.org",
    "ip in 10.0.0.0/8",
    "ip in 10.1.0.0/16",
    "ip in 192.168.0.0/16",
    "ip is 10.1.2.3",
    "hold at least slow",
    "hold is stuck",
    "hold at most slow",
    "says is blocked",
    "says is one of blocked, refused",
    "delay is known",
    "p is known",
    "hold is known",
];

fn condition(depth: u32) -> BoxedStrategy<String> {
    let atom = prop::sample::select(ATOMS).prop_map(str::to_owned).boxed();
    if depth == 0 {
        return atom;
    }
    let inner = || condition(depth - 1);
    prop_oneof![
        3 => atom,
        2 => inner().prop_map(|a| format!("not ({a})")),
        3 => (inner(), inner()).prop_map(|(a, b)| format!("(({a}) and ({b}))")),
        3 => (inner(), inner()).prop_map(|(a, b)| format!("(({a}) or ({b}))")),
        1 => (inner(), inner(), inner()).prop_map(|(a, b, c)| format!("at least 2 of {{ {a}, {b}, {c} }}")),
    ]
    .boxed()
}

/// Values of each fact from which worlds are made; the last means that nothing is known.
fn values(graph: &InferenceGraph) -> Vec<Vec<Known>> {
    let exactly = |values: Vec<Value>| values.into_iter().map(Known::Exactly).collect::<Vec<Known>>();
    let amount = |amounts: &[Amount]| {
        amounts.iter().map(|at| Value::Amount(*at)).chain([Value::None]).collect::<Vec<_>>()
    };
    let seconds = |all: &[i128]| amount(&all.iter().map(|s| Amount::Nanos(s * SECOND)).collect::<Vec<_>>());
    let texts = |all: &[&str]| {
        all.iter().map(|t| Value::Text((*t).to_owned())).chain([Value::None]).collect::<Vec<_>>()
    };
    let of = |name: &str| match name {
        "p" | "q" | "both" | "late" => vec![Value::YesNo(false), Value::YesNo(true)],
        "kind" => (0..3).map(Value::Choice).chain([Value::None]).collect(),
        "parts" => {
            (0..8_usize).map(|bits| Value::Set((0..3).filter(|at| bits >> at & 1 == 1).collect())).collect()
        }
        "delay" | "took" => seconds(&[-60, 0, 30, 60, 61, 200, 300, 301, 900, 901, 4000]),
        "size" => amount(&[0, 4, 5, 7, 10, 11].map(|mb| Amount::Number(Number::whole(mb * 1_000_000)))),
        "from" | "to" => amount(&[0, 100, 400, 3700, 9000].map(|s| Amount::Instant(s * SECOND))),
        "text" => texts(&[
            "",
            "blocked",
            "Locked",
            "550 blocked",
            "550 BLOCKED",
            "550 no such user",
            "5 users",
            "421 users",
            "550 users blocked",
            "No Such User",
            "421 no such users",
            "xyz",
        ]),
        "domain" => ["mail.example.org", "example.org", "a.org", "gmail.com"]
            .map(|d| Value::Domain(d.to_owned()))
            .into_iter()
            .chain([Value::None])
            .collect(),
        "ip" => ["10.1.2.3", "10.1.9.9", "10.9.9.9", "192.168.1.1", "8.8.8.8", "2001:db8::1"]
            .map(|a| Value::Ip(a.parse().unwrap()))
            .into_iter()
            .chain([Value::None])
            .collect(),
        _ => Vec::new(),
    };
    let all = graph.pack.facts.iter().map(|fact| exactly(of(&fact.name.value)));
    all.map(|mut known| {
        known.push(Known::Unknown);
        known
    })
    .collect()
}

/// What is recorded, computed facts among it, and what follows.
struct Tried<'g> {
    graph: &'g InferenceGraph,
    recorded: BTreeMap<FactId, Known>,
}

impl Tried<'_> {
    fn computed(&self, id: FactId) -> Known {
        let definition = self.graph.pack.facts[id].definition.as_ref();
        definition.map_or(Known::Unknown, |definition| eval::define(definition, self))
    }

    /// Whether nothing that was recorded is contradicted by what follows from the rest.
    fn agrees(&self) -> bool {
        self.recorded.iter().all(|(id, known)| !eval::apart(&self.computed(*id), known))
    }
}

impl World for Tried<'_> {
    fn fact(&self, id: FactId) -> Known {
        match self.recorded.get(&id) {
            Some(Known::Unknown) | None => self.computed(id),
            Some(known) => known.clone(),
        }
    }

    fn levels(&self, id: SymptomId) -> Levels {
        eval::read(&self.graph.pack.symptoms[id].reading, self)
    }
}

fn when<'g>(graph: &'g InferenceGraph, rule: &str) -> Option<&'g Condition> {
    let rule = graph.pack.rules.iter().find(|r| r.name.value == rule)?;
    match &rule.evidence {
        Evidence::Condition(reading) => reading.conditions().next(),
        _ => None,
    }
}

/// The answers of two conditions that are not proven never to come together.
fn possible(graph: &InferenceGraph, a: &Condition, b: &Condition) -> Option<BTreeSet<(bool, bool)>> {
    let cases = Assignments::of(&graph.pack, [a, b], 200_000)?;
    let may = |truth: Truth| truth.map_or(vec![false, true], |t| vec![t]);
    let mut found = BTreeSet::new();
    for case in cases.iter() {
        let (a, b) = (may(case.holds(a)), may(case.holds(b)));
        found.extend(a.iter().flat_map(|a| b.iter().map(|b| (*a, *b))));
    }
    Some(found)
}

#[test]
fn nothing_is_proven_that_is_not_so() {
    let mut runner =
        TestRunner::new(Config { cases: scaled(1300), failure_persistence: None, ..Config::default() });
    let strategy = (condition(2), condition(2), prop::collection::vec(any::<u64>(), 400));
    let (looked_at, proven, unseen) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let run = runner.run(&strategy, |(a, b, seeds)| {
        let rule = |name: &str, when: &str| {
            format!("rule {name} {{ when {when}\n rarely anyway\n often with x1 }}\n")
        };
        let text = format!("{FACTS}{}{}cause x1 {{ rare }}\n", rule("first", &a), rule("second", &b));
        // A condition that stands for another's evidence, or does not type, is not one to try.
        let Some(graph) = Texts::beside_base(&[("proof.ruleout", text)]).compile().graph else {
            return Ok(());
        };
        let (Some(first), Some(second)) = (when(&graph, "first"), when(&graph, "second")) else {
            return Ok(());
        };
        let Some(possible) = possible(&graph, first, second) else { return Ok(()) };
        let all = values(&graph);
        let mut seen = BTreeSet::new();
        for seed in seeds {
            let mut rest = seed;
            let mut recorded = BTreeMap::new();
            for (at, known) in all.iter().enumerate().filter(|(_, known)| known.len() > 1) {
                let derived = graph.pack.facts[FactId(at)].definition.is_some();
                let take = usize::try_from(rest % known.len() as u64).unwrap();
                rest = rest.rotate_right(7).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ seed;
                // What is computed is seldom recorded.
                let value = if derived && rest % 8 != 0 { &Known::Unknown } else { &known[take] };
                recorded.insert(FactId(at), value.clone());
            }
            let world = Tried { graph: &graph, recorded };
            if world.agrees()
                && let (Some(a), Some(b)) = (eval::holds(first, &world), eval::holds(second, &world))
            {
                seen.insert((a, b));
                prop_assert!(
                    possible.contains(&(a, b)),
                    "{a} and {b} was proven not to be, for {:?}",
                    world.recorded
                );
            }
        }
        looked_at.set(looked_at.get() + 1);
        proven.set(proven.get() + 4 - possible.len());
        unseen.set(unseen.get() + 4 - seen.len());
        Ok(())
    });
    run.unwrap();
    // Some of those that were not seen only need values that were not tried.
    let told = format!("{} of {} in {} pairs", proven.get(), unseen.get(), looked_at.get());
    assert!(looked_at.get() > scaled(1000) && proven.get() * 5 > unseen.get(), "{told}");
}
