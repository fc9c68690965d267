//! The likeliest hypotheses: which causes were there, which of them still are, and whether something unlisted
//! is active.
//!
//! In: a network, how likely each cause is, and the chance of what is seen. Out: hypotheses, each with its
//! chance, and how much of all that can be they make up together. Where all causes are given, what is seen is
//! a product over the findings, and the priors are a sum over the contexts that they share; so any one
//! hypothesis is weighed directly, and needs no sum over the others. They are found best first by adding one
//! cause at a time to a set, as Henrion's `TopN` (1991) does in networks of this kind; and since the chance
//! of what is seen is known exactly, it is known how much is missed.
//!
//! What stands on it: planning, which asks what would be seen and which fix would help under each hypothesis.
//! The ranking does not.
//!
//! Left out: causes under one in 10,000, sets behind the first 128, and of contexts that are tied together in
//! more than 4,096 combinations, all but the most frequent; then no chance is exact, which is said.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::rc::Rc;
use std::sync::Arc;

use crate::infer::factors::{Scaled, possible};
use crate::infer::network::{Cause, Network};
use crate::infer::step::seen_given;

/// Causes that are less likely than this are in no hypothesis.
const NEGLIGIBLE: f64 = 1e-4;
/// So many causes are tried in sets, the likeliest.
const MOST_CAUSES: usize = 48;
/// So many sets of causes are kept, or fewer, when enough is covered.
const MOST_SETS: usize = 128;
/// The part of all that can be which is enough.
const ENOUGH: f64 = 0.98;
/// So many combinations of contexts that causes tie together are kept, the most frequent.
const MOST_WORLDS: usize = 4096;

/// How likely each value of each context is.
pub type Contexts = Arc<[Vec<f64>]>;

/// Some causes, and no others of the pack.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    /// Those that were there when the symptoms were seen, in rising order.
    pub there: Vec<usize>,
    /// Those of them that what was tried has not cured; none: a cause that the pack does not list is there.
    pub still: Vec<usize>,
    /// Whether something unlisted is there and shows.
    pub active: bool,
    /// How likely it is that it is exactly this.
    pub probability: f64,
    /// The contexts, where it is this.
    pub contexts: Contexts,
}

/// The likeliest hypotheses.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hypotheses {
    /// The likeliest sets of causes first.
    pub list: Vec<Hypothesis>,
    /// How much of all that can be they make up.
    pub covered: f64,
    /// Whether all contexts count, so that each chance is exact.
    pub whole: bool,
}

/// Finds the likeliest hypotheses. `likely` says how likely each cause is to be still there; `ln_evidence` is
/// the logarithm of the chance of what is seen, and where it is not known, the hypotheses share all that can
/// be.
pub fn hypotheses(network: &Network, likely: &[f64], ln_evidence: Option<f64>) -> Hypotheses {
    let scales = Scales::new(network);
    let all = ln_evidence.unwrap_or(0.0);
    let mut heap: BinaryHeap<Weighed> = BinaryHeap::new();
    // A set is reached from each of its subsets, and weighed once.
    let mut reached: BTreeSet<Vec<usize>> = BTreeSet::new();
    let candidates = candidates(network, likely);
    let first = candidates.iter().map(|cause| vec![*cause]);
    // Every single cause to begin with, too: the empty set, from which they would be reached, may weigh
    // nothing and come last.
    for set in std::iter::once(Vec::new()).chain(first) {
        reached.insert(set.clone());
        heap.push(scales.weigh(set));
    }
    let mut found = Hypotheses { whole: scales.is_whole(), ..Hypotheses::default() };
    let mut kept = 0;
    while let Some(weighed) = heap.pop() {
        for hypothesis in scales.hypotheses(&weighed, all) {
            found.covered += hypothesis.probability;
            found.list.push(hypothesis);
        }
        kept += 1;
        // With P(e) known, so is how much is missed; without it, only the number of sets ends the search.
        if kept == MOST_SETS || (ln_evidence.is_some() && found.covered >= ENOUGH) {
            break;
        }
        for cause in &candidates {
            let Err(at) = weighed.set.binary_search(cause) else { continue };
            let mut set = weighed.set.clone();
            set.insert(at, *cause);
            if reached.insert(set.clone()) {
                heap.push(scales.weigh(set));
            }
        }
    }
    if ln_evidence.is_none() {
        share(&mut found);
    }
    found
}

/// Scales the hypotheses so that they share all that can be.
fn share(found: &mut Hypotheses) {
    let sum: f64 = found.list.iter().map(|h| h.probability).sum();
    if sum > 0.0 {
        found.list.iter_mut().for_each(|h| h.probability /= sum);
    }
    found.covered = 0.0;
}

/// Returns the causes that hypotheses are made of: the likeliest to have been there. P(was there | e) =
/// P(still there | e)/(1 − cured).
fn candidates(network: &Network, likely: &[f64]) -> Vec<usize> {
    let there = |(at, p): (usize, &f64)| {
        let cured = network.causes.get(at).map_or(0.0, |cause| cause.cured);
        let there = if cured < 1.0 { p / (1.0 - cured) } else { 1.0 };
        (there >= NEGLIGIBLE).then_some((at, there))
    };
    let mut causes: Vec<(usize, f64)> = likely.iter().enumerate().filter_map(there).collect();
    causes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    causes.into_iter().take(MOST_CAUSES).map(|(cause, _)| cause).collect()
}

/// A set of causes and the logarithms of how much it weighs, with something unlisted active and without.
pub(super) struct Weighed {
    pub(super) set: Vec<usize>,
    pub(super) normal: f64,
    pub(super) active: f64,
    pub(super) contexts: Contexts,
}

impl Weighed {
    /// Returns by what a set is ranked while it waits.
    fn heaviest(&self) -> f64 {
        self.normal.max(self.active)
    }
}

impl PartialEq for Weighed {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Weighed {}

impl PartialOrd for Weighed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Weighed {
    fn cmp(&self, other: &Self) -> Ordering {
        self.heaviest().total_cmp(&other.heaviest()).then_with(|| other.set.cmp(&self.set))
    }
}

/// Contexts that causes tie together: given the causes, they are independent of all other contexts, so that
/// the prior of a set is a product over groups, each a sum over its own worlds.
struct Tied {
    contexts: Vec<usize>,
    /// Each combination of their possible values that there is, and how often it is so.
    worlds: Vec<(Vec<usize>, f64)>,
    /// Whether those are all.
    whole: bool,
    causes: Vec<usize>,
    /// These causes, and those that lead to them: what a set says of the group is its part among these.
    moved_by: BTreeSet<usize>,
    /// What was found for the part of a set that matters here.
    found: RefCell<BTreeMap<Vec<usize>, Rc<InWorlds>>>,
}

/// What some causes say of contexts.
struct InWorlds {
    /// The chance that of the causes that are tied together exactly these are there.
    chance: f64,
    /// How likely each value of each of the contexts is, where it is so.
    contexts: Vec<Vec<f64>>,
}

/// What weighs sets.
pub(super) struct Scales<'a> {
    network: &'a Network,
    tied: Vec<Tied>,
    /// For each cause, the places in `tied` that it matters to.
    moves: Vec<Vec<usize>>,
    /// For each cause, what leads to it.
    leading: Vec<Vec<(usize, f64)>>,
    /// Where none of the causes is there.
    none: NoneThere,
}

/// What the empty set weighs.
struct NoneThere {
    prior: Scaled,
    /// How many of `tied` cannot be without a cause; they are not in the prior.
    excluded: usize,
    contexts: Vec<Vec<f64>>,
}

impl<'a> Scales<'a> {
    #[expect(
        clippy::indexing_slicing,
        reason = "what leads to what, and what moves what, are causes of the network"
    )]
    pub(super) fn new(network: &'a Network) -> Self {
        let mut leading = vec![Vec::new(); network.causes.len()];
        for (at, cause) in network.causes.iter().enumerate() {
            for (effect, chance) in &cause.leads_to {
                leading[*effect].push((at, *chance));
            }
        }
        let tied = tied(network);
        let mut moves = vec![Vec::new(); network.causes.len()];
        for (at, group) in tied.iter().enumerate() {
            for cause in &group.moved_by {
                moves[*cause].push(at);
            }
        }
        let contexts = vec![Vec::new(); network.contexts.len()];
        let none = NoneThere { prior: Scaled::ONE, excluded: 0, contexts };
        let mut scales = Self { network, tied, moves, leading, none };
        scales.weigh_none();
        scales
    }

    /// Returns whether all combinations of contexts count, so that what is weighed is exact.
    pub(super) fn is_whole(&self) -> bool {
        self.tied.iter().all(|tied| tied.whole)
    }

    /// Weighs the empty set, which all others are compared with.
    #[expect(clippy::indexing_slicing, reason = "a group has contexts of the network")]
    fn weigh_none(&mut self) {
        let none: Vec<Rc<InWorlds>> = self.tied.iter().map(|tied| self.in_worlds(tied, &[])).collect();
        for (tied, found) in self.tied.iter().zip(none) {
            if found.chance > 0.0 {
                self.none.prior = self.none.prior.times(found.chance);
            } else {
                self.none.excluded += 1;
            }
            for (context, values) in tied.contexts.iter().zip(&found.contexts) {
                self.none.contexts[*context].clone_from(values);
            }
        }
    }

    /// Weighs a set: its prior times the chance of what is seen. The prior is that of the empty set with the
    /// groups exchanged that the set moves, so a set costs as much as it moves and not as much as there is.
    #[expect(
        clippy::indexing_slicing,
        reason = "a cause moves groups, and a group has contexts, of the network"
    )]
    pub(super) fn weigh(&self, set: Vec<usize>) -> Weighed {
        let mut contexts = self.none.contexts.clone();
        let mut prior = self.none.prior;
        let moved: BTreeSet<usize> = set.iter().flat_map(|cause| &self.moves[*cause]).copied().collect();
        // A group that cannot be without a cause is not in the prior of the empty set: dividing by its 0
        // would lose what it is with one. Each must be moved by the set, or the set cannot be.
        let mut still_excluded = self.none.excluded;
        for at in moved {
            let tied = &self.tied[at];
            let (found, none) = (self.in_worlds(tied, &set), self.in_worlds(tied, &[]));
            if none.chance > 0.0 {
                prior = prior.times(found.chance / none.chance);
            } else {
                prior = prior.times(found.chance);
                still_excluded -= 1;
            }
            for (context, values) in tied.contexts.iter().zip(&found.contexts) {
                contexts[*context].clone_from(values);
            }
        }
        if still_excluded > 0 {
            prior = prior.times(0.0);
        }
        let seen = |active: bool| {
            let mut seen = prior;
            for finding in &self.network.findings {
                seen = seen.times(seen_given(&finding.steps, &finding.weights, &set, active));
            }
            ln(seen)
        };
        Weighed { normal: seen(false), active: seen(true), contexts: contexts.into(), set }
    }

    /// Returns what the part of a set says that matters to contexts which are tied together.
    #[expect(clippy::indexing_slicing, reason = "a world has a value of each of its contexts")]
    fn in_worlds(&self, tied: &Tied, set: &[usize]) -> Rc<InWorlds> {
        let part: Vec<usize> = set.iter().copied().filter(|cause| tied.moved_by.contains(cause)).collect();
        if let Some(known) = tied.found.borrow().get(&part) {
            return Rc::clone(known);
        }
        let chance = |world: &[usize]| -> f64 {
            tied.causes.iter().map(|cause| self.cause(*cause, &tied.contexts, world, &part)).product()
        };
        let chances: Vec<f64> = tied.worlds.iter().map(|(world, rate)| rate * chance(world)).collect();
        let sum: f64 = chances.iter().sum();
        let values = |context: &usize| self.network.contexts.get(*context).map_or(0, |c| c.rates.len());
        let mut contexts: Vec<Vec<f64>> = tied.contexts.iter().map(|c| vec![0.0; values(c)]).collect();
        for ((world, _), chance) in tied.worlds.iter().zip(&chances).filter(|_| sum > 0.0) {
            for (value, slots) in world.iter().zip(&mut contexts) {
                slots[*value] += chance / sum;
            }
        }
        let found = Rc::new(InWorlds { chance: sum, contexts });
        tied.found.borrow_mut().insert(part, Rc::clone(&found));
        found
    }

    /// Returns the chance that a cause is there, or is not, as the set says: a noisy-OR of its own prior and
    /// what leads to it.
    fn cause(&self, at: usize, contexts: &[usize], world: &[usize], set: &[usize]) -> f64 {
        let Some(cause) = self.network.causes.get(at) else { return 1.0 };
        let present = set.binary_search(&at).is_ok();
        if cause.known.is_some_and(|known| known != present) {
            return 0.0;
        }
        let own = self.prior(cause, contexts, world);
        // Where its own prior is 0 it cannot be in this world, whatever leads to it.
        let roots = self.leading.get(at).into_iter().flatten();
        let silent = |(root, chance): &(usize, f64)| match set.binary_search(root) {
            Ok(_) if own > 0.0 => 1.0 - chance,
            _ => 1.0,
        };
        let absent = (1.0 - own) * roots.map(silent).product::<f64>();
        if present { 1.0 - absent } else { absent }
    }

    /// Returns the prior of a cause in a world.
    fn prior(&self, cause: &Cause, contexts: &[usize], world: &[usize]) -> f64 {
        let (mut at, mut stride) = (0, 1);
        for context in &cause.prior.scope {
            let place = contexts.binary_search(context).ok();
            at += place.and_then(|place| world.get(place)).copied().unwrap_or(0) * stride;
            stride *= self.network.contexts.get(*context).map_or(1, |c| c.rates.len());
        }
        cause.prior.values.get(at).copied().unwrap_or(0.0)
    }

    /// Returns what a set can mean: each of its causes is still there, or was cured; the unlisted cause is
    /// active, or not.
    fn hypotheses(&self, weighed: &Weighed, ln_evidence: f64) -> Vec<Hypothesis> {
        let u = self.network.unlisted;
        let mut found = Vec::new();
        for (still, part) in self.cured(&weighed.set) {
            let unlisted_only = still.is_empty() && self.network.ticket;
            // Normal with the unlisted cause there (u/2), or absent (1 − u), where that is a ticket at all.
            let normal = if unlisted_only { u / 2.0 } else { 1.0 - u / 2.0 };
            for (active, ln, share) in [(false, weighed.normal, normal), (true, weighed.active, u / 2.0)] {
                let probability = libm::exp(ln - ln_evidence) * part * share;
                if probability > 0.0 {
                    found.push(Hypothesis {
                        there: weighed.set.clone(),
                        still: still.clone(),
                        active,
                        probability,
                        contexts: Arc::clone(&weighed.contexts),
                    });
                }
            }
        }
        found
    }

    /// Returns which causes of a set may still be there, each choice with its chance; choices that cannot be
    /// are left out, so where nothing was tried there is one.
    fn cured(&self, set: &[usize]) -> Vec<(Vec<usize>, f64)> {
        let mut all = vec![(Vec::new(), 1.0)];
        for cause in set {
            let cured = self.network.causes.get(*cause).map_or(0.0, |c| c.cured);
            let mut gone = all.clone();
            for (still, part) in &mut all {
                still.push(*cause);
                *part *= 1.0 - cured;
            }
            gone.iter_mut().for_each(|(_, part)| *part *= cured);
            all.extend(gone);
            all.retain(|(_, part)| *part > 0.0);
        }
        all
    }
}

/// Returns the logarithm; −∞ of 0.
fn ln(number: Scaled) -> f64 {
    let exponent = i32::try_from(number.exponent).map_or(f64::NEG_INFINITY, f64::from);
    libm::log(number.value) + exponent * std::f64::consts::LN_2
}

/// Returns which contexts, and which causes, are tied together: by a cause that reads two, or a context that
/// two read. These are the connected components of causes and contexts, and of causes without contexts each
/// by itself.
fn tied(network: &Network) -> Vec<Tied> {
    let mut groups: Vec<(BTreeSet<usize>, Vec<usize>)> = Vec::new();
    let scopes = network.causes.iter().map(|cause| cause.prior.scope.iter().copied().collect());
    let alone = (0..network.contexts.len()).map(|context| (BTreeSet::from([context]), Vec::new()));
    let read = scopes.enumerate().map(|(at, scope): (usize, BTreeSet<usize>)| (scope, vec![at]));
    for (mut scope, mut causes) in alone.chain(read) {
        let (same, apart): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(other, _)| !other.is_disjoint(&scope));
        groups = apart;
        for (other, with) in same {
            scope.extend(other);
            causes.extend(with);
        }
        causes.sort_unstable();
        groups.push((scope, causes));
    }
    let leads = |root: &usize, causes: &[usize]| {
        let of = network.causes.get(*root);
        of.is_some_and(|of| of.leads_to.iter().any(|(effect, _)| causes.contains(effect)))
    };
    let tied = |(scope, causes): (BTreeSet<usize>, Vec<usize>)| {
        let contexts: Vec<usize> = scope.into_iter().collect();
        let roots = (0..network.causes.len()).filter(|root| leads(root, &causes));
        let moved_by = causes.iter().copied().chain(roots).collect();
        let (worlds, whole) = worlds(network, &contexts);
        Tied { worlds, whole, contexts, causes, moved_by, found: RefCell::default() }
    };
    groups.into_iter().map(tied).collect()
}

/// Returns the combinations of some contexts that are possible, each with how often it is so; the most
/// frequent where there are too many; and whether they are all.
fn worlds(network: &Network, contexts: &[usize]) -> (Vec<(Vec<usize>, f64)>, bool) {
    let mut whole = true;
    let mut worlds: Vec<(Vec<usize>, f64)> = vec![(Vec::new(), 1.0)];
    for of in contexts.iter().filter_map(|context| network.contexts.get(*context)) {
        let rate = |value: usize| of.rates.get(value).copied().unwrap_or(0.0);
        let mut next = Vec::with_capacity(worlds.len() * of.rates.len());
        for (world, chance) in &worlds {
            for value in possible(of) {
                let world = world.iter().copied().chain([value]).collect();
                next.push((world, chance * rate(value)));
            }
        }
        worlds = next;
        if worlds.len() > MOST_WORLDS {
            worlds.sort_by(|a, b| b.1.total_cmp(&a.1));
            worlds.truncate(MOST_WORLDS);
            whole = false;
        }
    }
    (worlds, whole)
}
