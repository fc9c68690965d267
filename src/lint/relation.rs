//! How the evidence of two rules is related, proven over all assignments of facts in which both may count.
//!
//! Two rules whose evidence reads a common fact are compared: which levels of one go with which of the other, where both guards
//! may be true. If the level of one fixes that of the other, its evidence is implied; if some pair of levels cannot be, the two
//! depend on each other. Rules of which one has only a single level there are in order: that is what `given` is for (the chain
//! rule). A pair with more than [`MOST`] assignments is left out.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::eval;
use crate::graph::{InferenceGraph, Node};
use crate::pack::expr::Condition;
use crate::pack::{CauseId, Pack, Reading, Rule, RuleId, Shape};
use crate::proof::{Assignment, Assignments, Witness};

/// How many assignments are tried for one pair of rules.
pub(super) const MOST: usize = 20_000;

/// How many assignments are tried for all pairs of a pack, and how many pairs.
const MOST_IN_ALL: usize = 3_000_000;
const MOST_PAIRS: usize = 50_000;

/// How two rules are related.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The level of either fixes that of the other.
    Same,
    /// The level of the first fixes that of the second.
    Tells,
    /// Where the first is seen, the second is too.
    Implies,
    /// Never both.
    Exclusive,
    /// Always one of them.
    Covering,
    /// They read a common fact, and no more.
    Overlap,
}

/// Two rules that are related.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    /// The narrower, where one is.
    pub(super) first: RuleId,
    /// The other.
    pub(super) second: RuleId,
    /// How.
    pub(super) kind: Kind,
    /// The causes that both name.
    pub(super) causes: BTreeSet<CauseId>,
}

/// All pairs of a pack.
#[derive(Debug, Default)]
pub(super) struct Relations {
    /// Those that are related.
    pub(super) found: Vec<Relation>,
    /// Those of which nothing is proven, for want of budget.
    pub(super) not_proven: Vec<RulePair>,
    /// Whether there are more of these, which were not counted.
    pub(super) more: bool,
}

/// The relations of a pack, found when first asked for.
#[derive(Debug, Default)]
pub(super) struct Lazy(OnceCell<Relations>);

impl Lazy {
    pub(super) fn get(&self, graph: &InferenceGraph) -> &Relations {
        self.0.get_or_init(|| relations(graph))
    }
}

/// A pair of rules to compare.
pub(super) struct Pair<'p> {
    rules: [&'p Rule; 2],
    readings: [&'p Reading; 2],
    cases: Assignments<'p>,
}

impl<'p> Pair<'p> {
    /// Returns the pair, if its assignments are within the budget.
    pub(super) fn of(pack: &'p Pack, first: RuleId, second: RuleId) -> Option<Self> {
        let rules = [&pack.rules[first], &pack.rules[second]];
        let readings = [pack.reading(&rules[0].evidence)?, pack.reading(&rules[1].evidence)?];
        let conditions = readings.iter().flat_map(|reading| reading.conditions());
        let guards = rules.iter().filter_map(|rule| rule.given.as_ref());
        let cases = Assignments::of(pack, conditions.chain(guards), MOST)?;
        Some(Self { rules, readings, cases })
    }

    fn guards(&self) -> impl Iterator<Item = &'p Condition> {
        self.rules.into_iter().filter_map(|rule| rule.given.as_ref())
    }

    /// Returns the assignments in which both may count.
    fn counting(&self) -> impl Iterator<Item = Assignment<'_>> {
        self.cases
            .iter()
            .filter(|case| eval::all(self.guards().map(|guard| case.holds(guard))) != Some(false))
    }

    /// Returns which levels may go together.
    fn together(&self) -> BTreeSet<(usize, usize)> {
        let mut together = BTreeSet::new();
        for case in self.counting() {
            let [first, second] = self.readings.map(|reading| case.read(reading));
            together.extend(first.iter().flat_map(|a| second.iter().map(|b| (*a, *b))));
        }
        together
    }

    /// Finds facts for which both count and are at these levels.
    pub(super) fn witness(&self, (first, second): (usize, usize)) -> Option<Witness> {
        let wanted: Vec<(&Condition, bool)> = self.guards().map(|guard| (guard, true)).collect();
        let levels = [(self.readings[0], first), (self.readings[1], second)];
        self.counting().find_map(|case| case.witness(&wanted, &levels))
    }

    /// Returns how they are related, and whether that holds the other way round: of the second and the first.
    fn kind(&self) -> Option<(Kind, bool)> {
        let together = self.together();
        let of = |side: fn(&(usize, usize)) -> usize| together.iter().map(side).collect::<BTreeSet<usize>>();
        let (firsts, seconds) = (of(|pair| pair.0), of(|pair| pair.1));
        if firsts.len() < 2 || seconds.len() < 2 {
            return None;
        }
        let fixes = together.len() == firsts.len();
        let fixed = together.len() == seconds.len();
        let yes_no = self.readings.iter().all(|reading| reading.shape == Shape::YesNo);
        let missing = |pair| yes_no && !together.contains(&pair);
        Some(match (fixes, fixed) {
            (true, true) => (Kind::Same, false),
            (true, false) => (Kind::Tells, false),
            _ if missing((1, 0)) => (Kind::Implies, false),
            _ if missing((1, 1)) => (Kind::Exclusive, false),
            _ if missing((0, 0)) => (Kind::Covering, false),
            (false, true) => (Kind::Tells, true),
            _ if missing((0, 1)) => (Kind::Implies, true),
            _ => (Kind::Overlap, false),
        })
    }
}

/// Returns the facts that a rule's evidence depends on, directly or through others.
pub(super) fn facts_of(graph: &InferenceGraph, rule: RuleId) -> BTreeSet<Node> {
    let behind = graph.closure(&graph.observed(rule));
    behind.into_iter().filter(|node| matches!(node, Node::Fact(_) | Node::Derive(_))).collect()
}

fn relations(graph: &InferenceGraph) -> Relations {
    let mut relations = Relations::default();
    let mut left = MOST_IN_ALL;
    let (pairs, beyond) = pairs(graph);
    for (first, second) in pairs {
        match related(graph, first, second, &mut left) {
            Ok(relation) => relations.found.extend(relation),
            Err(OverBudget) => relations.not_proven.push((first, second)),
        }
    }
    relations.not_proven.extend(beyond);
    relations.more = beyond.is_some();
    relations
}

/// The first and the second.
type RulePair = (RuleId, RuleId);

/// Returns the pairs of rules whose evidence reads a common fact, up to the limit, and the first pair beyond it.
fn pairs(graph: &InferenceGraph) -> (BTreeSet<RulePair>, Option<RulePair>) {
    let mut readers: BTreeMap<Node, Vec<RuleId>> = BTreeMap::new();
    for rule in graph.pack.rules.ids() {
        facts_of(graph, rule).into_iter().for_each(|node| readers.entry(node).or_default().push(rule));
    }
    let mut pairs = BTreeSet::new();
    for rules in readers.values() {
        for (at, first) in rules.iter().enumerate() {
            for second in rules.iter().skip(at + 1) {
                let pair = (*first, *second);
                if pairs.len() >= MOST_PAIRS && !pairs.contains(&pair) {
                    return (pairs, Some(pair));
                }
                pairs.insert(pair);
            }
        }
    }
    (pairs, None)
}

/// There are too many assignments.
struct OverBudget;

/// Returns how two rules are related, if they are.
fn related(
    graph: &InferenceGraph,
    first: RuleId,
    second: RuleId,
    left: &mut usize,
) -> Result<Option<Relation>, OverBudget> {
    let pair = Pair::of(&graph.pack, first, second).ok_or(OverBudget)?;
    *left = left.checked_sub(pair.cases.count()).ok_or(OverBudget)?;
    let [causes, others] = pair.rules.map(|rule| rule.causes().collect::<BTreeSet<CauseId>>());
    let causes = causes.intersection(&others).copied().collect();
    Ok(pair.kind().map(|(kind, turned)| {
        let (first, second) = if turned { (second, first) } else { (first, second) };
        Relation { first, second, kind, causes }
    }))
}
