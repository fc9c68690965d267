//! Conditions over facts that are known in part: what they say for the values that are left, all together.
//!
//! In: a condition or the reading of a symptom, and what is known. Out: as in [`eval`], but word by word only where that tells:
//! elsewhere each fact that is known in part is cut into blocks that no condition tells apart ([`variable`]), and every
//! combination of them is tried through computed facts and symptoms. Combinations that contradict what was recorded of a computed
//! fact are left out. A comparison of several facts that no block decides is tried as true and as false. Whether something is
//! known is asked of what is known, never of what is tried; a fact of which nothing is known stays unknown.
//!
//! Where there would be more than [`MOST`] combinations, some facts are not cut, and less may be told than could be.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::Memory;
use crate::eval::{self, Levels, Truth, World};
use crate::graph::{InferenceGraph, Node};
use crate::pack::expr::{Condition, ConditionKind, Definition, OperandKind, Reads};
use crate::pack::{FactId, Reading, SymptomId};
use crate::proof::{self, variable};
use crate::value::{Known, Value};

/// So many combinations are tried.
const MOST: usize = 4096;

/// Returns whether a condition holds for all that is left.
pub(super) fn holds(graph: &InferenceGraph, condition: &Condition, known: &Memory) -> Truth {
    eval::holds(condition, known).or_else(|| {
        let cases = Cases::of(graph, &[condition], known)?.with_what_is_recorded();
        cases.the_same(condition)
    })
}

/// Returns the levels of a reading that some value gives that is left.
pub(super) fn read(graph: &InferenceGraph, reading: &Reading, known: &Memory) -> Levels {
    let levels = eval::read(reading, known);
    if levels.len() <= 1 {
        return levels;
    }
    let conditions: Vec<&Condition> = reading.conditions().collect();
    match Cases::of(graph, &conditions, known) {
        Some(cases) => {
            let cases = cases.with_what_is_recorded();
            cases.all().iter().flat_map(|case| eval::read(reading, case)).collect()
        }
        None => levels,
    }
}

/// Returns what is known of a computed fact, apart from what is recorded of it and of others that are computed.
pub(super) fn define(graph: &InferenceGraph, definition: &Definition, known: &Memory) -> Known {
    match (definition, eval::define(definition, known)) {
        (Definition::Condition(condition), Known::Unknown) => {
            let truth = Cases::of(graph, &[condition], known).and_then(|cases| cases.the_same(condition));
            truth.map_or(Known::Unknown, |yes| Known::Exactly(Value::YesNo(yes)))
        }
        (_, known) => known,
    }
}

/// What is tried.
struct Cases<'a> {
    graph: &'a InferenceGraph,
    known: &'a Memory<'a>,
    conditions: Vec<&'a Condition>,
    /// Computed facts that must come out as what is known of them.
    computed: BTreeSet<FactId>,
    variables: Vec<variable::Variable<'a>>,
    of_fact: BTreeMap<FactId, usize>,
    /// Leaves that are tried as true and as false, and their variables.
    free: Vec<(&'a Condition, usize)>,
}

impl<'a> Cases<'a> {
    /// Cuts what some conditions read; none where nothing of that is known in part.
    fn of(graph: &'a InferenceGraph, conditions: &[&'a Condition], known: &'a Memory<'a>) -> Option<Self> {
        if !known.partial {
            return None;
        }
        let mut cases = Self {
            graph,
            known,
            conditions: conditions.to_vec(),
            computed: BTreeSet::new(),
            variables: Vec::new(),
            of_fact: BTreeMap::new(),
            free: Vec::new(),
        };
        cases.cut();
        (!cases.variables.is_empty()).then_some(cases)
    }

    /// Cuts anew what the conditions read.
    fn cut(&mut self) {
        let pack = &self.graph.pack;
        let (facts, mut opaque) = proof::leaves(pack, self.conditions.iter().copied());
        self.variables.clear();
        self.of_fact.clear();
        self.free.clear();
        let mut count = 1_usize;
        for (id, leaves) in facts {
            let known = self.known.fact(id);
            if !known.is_partial() {
                continue;
            }
            let (computed, leaves): (Vec<_>, Vec<_>) = leaves.into_iter().partition(|leaf| computes(leaf));
            opaque.extend(computed);
            let Some(variable) = variable::of_fact(pack, id, leaves, &known, MOST) else { continue };
            let more = count.saturating_mul(variable.blocks.len());
            if more <= MOST && !variable.blocks.is_empty() {
                count = more;
                self.of_fact.insert(id, self.variables.len());
                self.variables.push(variable);
            }
        }
        for leaf in opaque {
            if count * 2 <= MOST && self.is_free(leaf) {
                count *= 2;
                self.free.push((leaf, self.variables.len()));
                self.variables.push(variable::opaque(leaf));
            }
        }
    }

    /// Returns whether a leaf is not told by what is known, although something is known of all that it reads.
    fn is_free(&self, leaf: &Condition) -> bool {
        let asks = matches!(leaf.kind, ConditionKind::Known(_) | ConditionKind::SymptomKnown(_));
        let known = |id: &FactId| self.known.fact(*id) != Known::Unknown;
        !asks && leaf.reads().facts.iter().all(known) && eval::holds(leaf, self.known).is_none()
    }

    /// Takes in what was recorded of facts that are computed from what is tried, and all that they are computed from.
    fn with_what_is_recorded(mut self) -> Self {
        // A report that may be wrong counts where it is read, and says nothing of other facts.
        let read = self.graph.closure(&Reads::of(self.conditions.iter().copied()));
        let reported = self.known.reported.iter().filter(|id| read.contains(&Node::Derive(**id)));
        let said: Vec<FactId> = self.known.recorded.iter().chain(reported).copied().collect();
        loop {
            let behind = |id: &FactId| {
                let reads = Reads { facts: BTreeSet::from([*id]), ..Reads::default() };
                let nodes = self.graph.closure(&reads);
                nodes.iter().any(|node| match node {
                    Node::Fact(fact) | Node::Derive(fact) => self.of_fact.contains_key(fact),
                    _ => false,
                })
            };
            let more = said.iter().filter(|id| !self.computed.contains(id));
            let more: Vec<FactId> = more.filter(|id| behind(id)).copied().collect();
            if more.is_empty() {
                return self;
            }
            for id in more {
                self.computed.insert(id);
                if let Some(Definition::Condition(condition)) = &self.graph.pack.facts[id].definition {
                    self.conditions.push(condition);
                }
            }
            self.cut();
        }
    }

    /// Returns the combinations that agree with what is recorded; all, where none does.
    fn all(&self) -> Vec<Case<'_>> {
        let count = self.variables.iter().map(|variable| variable.blocks.len()).product();
        let case = |at: usize| {
            let mut rest = at;
            let digit = |variable: &variable::Variable| {
                let digit = rest % variable.blocks.len();
                rest /= variable.blocks.len();
                digit
            };
            Case::new(self, self.variables.iter().map(digit).collect())
        };
        let (agree, contradict): (Vec<_>, Vec<_>) = (0..count).map(case).partition(Case::agrees);
        if agree.is_empty() { contradict } else { agree }
    }

    /// Returns whether a condition holds, where it is the same in all combinations.
    fn the_same(&self, condition: &Condition) -> Truth {
        let all = self.all();
        let mut truths = all.iter().map(|case| eval::holds(condition, case));
        let first = truths.next().flatten();
        first.filter(|first| truths.all(|truth| truth == Some(*first)))
    }
}

/// Returns whether a leaf compares what is computed in it, so that the amounts in it are not what its fact is cut at.
fn computes(leaf: &Condition) -> bool {
    let mut found = false;
    leaf.visit(&mut |_| (), &mut |operand| found |= matches!(operand.kind, OperandKind::Arithmetic(..)));
    found
}

/// One combination.
struct Case<'c> {
    of: &'c Cases<'c>,
    chosen: Vec<usize>,
    /// Whether comparisons of several facts go by the facts alone.
    bare: bool,
    facts: RefCell<BTreeMap<FactId, Known>>,
    symptoms: RefCell<BTreeMap<SymptomId, Levels>>,
}

impl<'c> Case<'c> {
    fn new(of: &'c Cases<'c>, chosen: Vec<usize>) -> Self {
        Self { of, chosen, bare: false, facts: RefCell::default(), symptoms: RefCell::default() }
    }

    fn block(&self, variable: usize) -> Option<&variable::Block> {
        self.of.variables.get(variable)?.blocks.get(*self.chosen.get(variable)?)
    }

    /// Returns what is known of a fact, apart from what it is computed from.
    fn supposed(&self, id: FactId) -> Known {
        let known = self.of.known.fact(id);
        let block = self.of.of_fact.get(&id).and_then(|at| self.block(*at));
        block.map_or_else(|| known.clone(), |block| block.known.meet(&known))
    }

    /// Returns whether computed facts come out as what is known of them, and comparisons as what is tried of them.
    fn agrees(&self) -> bool {
        let tried = self.of.of_fact.keys().chain(&self.of.computed);
        let computed = tried.filter_map(|id| Some((*id, self.of.graph.pack.facts[*id].definition.as_ref()?)));
        let agree =
            computed.into_iter().all(|(id, of)| !eval::apart(&eval::define(of, self), &self.supposed(id)));
        let bare = || Case { bare: true, ..Case::new(self.of, self.chosen.clone()) };
        agree
            && self.of.free.iter().all(|(leaf, variable)| {
                let tried = self.block(*variable).and_then(|block| block.truths.first().copied());
                eval::holds(leaf, &bare()).is_none_or(|truth| Some(truth) == tried)
            })
    }

    /// Returns what is tried of a comparison, or of its contrary.
    fn tried(&self, leaf: &Condition) -> Truth {
        self.of.free.iter().find_map(|(own, variable)| {
            let truth = *self.block(*variable)?.truths.first()?;
            match (&own.kind, &leaf.kind) {
                (ConditionKind::Compare(a, order, b), ConditionKind::Compare(x, other, y))
                    if order.contrary() == *other && (a, b) == (x, y) =>
                {
                    Some(!truth)
                }
                (own, leaf) => (own == leaf).then_some(truth),
            }
        })
    }
}

impl World for Case<'_> {
    fn fact(&self, id: FactId) -> Known {
        if let Some(known) = self.facts.borrow().get(&id) {
            return known.clone();
        }
        let supposed = self.supposed(id);
        let known = match &self.of.graph.pack.facts[id].definition {
            None => supposed,
            Some(definition) => {
                let computed = eval::define(definition, self);
                if eval::apart(&computed, &supposed) { supposed } else { computed.meet(&supposed) }
            }
        };
        self.facts.borrow_mut().insert(id, known.clone());
        known
    }

    fn levels(&self, id: SymptomId) -> Levels {
        if let Some(levels) = self.symptoms.borrow().get(&id) {
            return levels.clone();
        }
        let levels = eval::read(&self.of.graph.pack.symptoms[id].reading, self);
        self.symptoms.borrow_mut().insert(id, levels.clone());
        levels
    }

    fn says(&self, condition: &Condition) -> Option<Truth> {
        if matches!(condition.kind, ConditionKind::Known(_) | ConditionKind::SymptomKnown(_)) {
            return Some(eval::holds(condition, self.of.known));
        }
        let said = self
            .of
            .of_fact
            .values()
            .find_map(|at| self.of.variables.get(*at)?.says(condition, *self.chosen.get(*at)?));
        said.or_else(|| if self.bare { None } else { self.tried(condition).map(Some) })
    }
}
