//! A finding as automata over its causes.
//!
//! Each step is a leaky noisy-OR decomposed into "covered so far" bits (Heckerman & Breese 1996; Díez 1993).
//! A known level is a product of steps, each an automaton of its own; where several levels count and no cause
//! holds back or rules out, the highest level so far is the state (noisy-MAX: Díez 1993, Srinivas 1993),
//! levels of equal weight as one; else it is a sum over the levels of products of steps. Steps above all
//! levels that count are not seen in each term, and stand apart; and where the levels that count lie beside
//! each other and count alike, they are one: some step of theirs is seen.

use std::collections::BTreeMap;

use crate::infer::automaton::{Automaton, Matrix};
use crate::infer::network::Finding;
use crate::infer::step::{Link, Step};

/// A part of a finding.
pub(super) enum Factor {
    /// A number, times one for each cause that is there.
    Numbers(f64, Vec<(usize, f64)>),
    /// What couples causes.
    Coupled(Automaton),
}

/// Writes a finding as factors: P(what is seen | the causes that are there) is their product. `active`: with
/// the backgrounds of an active unlisted cause.
pub(super) fn parts(finding: &Finding, active: bool) -> Vec<Factor> {
    let weights = weights(finding);
    let (lowest, counts) = split(&weights);
    let chain = Chain { steps: &finding.steps, active };
    match counts.as_slice() {
        [] => vec![Factor::Numbers(lowest, Vec::new())],
        [one] if lowest == 0.0 => chain.parts(one),
        _ if chain.is_plain() => vec![Factor::Coupled(chain.maximum(&weights))],
        _ => {
            let (above, within) = finding.steps.split_at(chain.above(&weights));
            let unseen = above.iter().map(|step| unseen_part(step, chain.background(step)));
            let within = Chain { steps: within, active };
            unseen.chain([Factor::Coupled(within.sum(lowest, &counts))]).collect()
        }
    }
}

/// Returns how much each level counts.
fn weights(finding: &Finding) -> Vec<f64> {
    (0..finding.levels).map(|level| finding.weights.get(level).copied().unwrap_or(0.0)).collect()
}

/// Returns what counts for all levels alike, and the blocks that count on top of it.
fn split(weights: &[f64]) -> (f64, Vec<Block>) {
    // Σ wₗ·P(l) = lowest + Σ (wₗ − lowest)·P(l), since the levels sum to 1: the constant couples nothing, and
    // fewer levels are left to count. Every difference stays non-negative, so nothing cancels.
    let lowest = weights.iter().copied().reduce(f64::min).unwrap_or(1.0);
    let extra: Vec<f64> = weights.iter().map(|w| w - lowest).collect();
    (lowest, blocks(&extra))
}

/// Returns the weights of a finding as a sum: what counts for all levels alike, and then block by block.
pub(super) fn summands(finding: &Finding) -> Vec<Vec<f64>> {
    let (lowest, blocks) = split(&weights(finding));
    let anyway = (lowest > 0.0).then(|| vec![lowest; finding.levels]);
    let of_block = |block: Block| {
        (0..finding.levels).map(|level| if block.holds(level) { block.weight } else { 0.0 }).collect()
    };
    anyway.into_iter().chain(blocks.into_iter().map(of_block)).collect()
}

/// Returns at most how many states the largest of its automata has, known before any is built. Must follow
/// [`parts`].
pub(super) fn states(finding: &Finding) -> f64 {
    let chain = Chain { steps: &finding.steps, active: false };
    // One block: a product of steps, each an automaton of its own of at most four states.
    if blocks(&finding.weights).len() <= 1 {
        return 4.0;
    }
    if chain.is_plain() {
        return f64::from(u32::try_from(finding.levels).unwrap_or(u32::MAX));
    }
    let unseen = |step: &Step| {
        let held = if holders(step) > 1 { 2.0 } else { 1.0 };
        if rules_out(step) { held + 2.0 } else { held }
    };
    let (_, within) = finding.steps.split_at(chain.above(&finding.weights));
    let within = Chain { steps: within, active: false };
    if let Some(run) = within.run(&blocks(&finding.weights)) {
        return within.steps.iter().take(run).map(|s| if holds(s) { 2.0 } else { 1.0 }).product::<f64>()
            + 1.0;
    }
    // One term a level: not seen above (a product), seen here; the terms side by side.
    let (mut sum, mut above) = (1.0, 1.0);
    for step in within.steps {
        sum += above * if holds(step) { 3.0 } else { 2.0 };
        above *= unseen(step);
    }
    sum + above
}

/// What counts with one weight and is a product of steps: all levels up to one, or one level.
struct Block {
    level: usize,
    downward: bool,
    weight: f64,
}

impl Block {
    /// Returns whether a level is one of it.
    fn holds(&self, level: usize) -> bool {
        level == self.level || self.downward && level < self.level
    }
}

/// Returns the weights as blocks: the lowest levels where they count alike, then one by one. "No higher than
/// l" is a product of steps that are not seen, so the lowest levels together are as simple as one.
fn blocks(weights: &[f64]) -> Vec<Block> {
    let bottom = weights.first().copied().unwrap_or(0.0);
    let alike = weights.iter().take_while(|w| w.to_bits() == bottom.to_bits()).count();
    let single = |(level, &weight)| Block { level, downward: false, weight };
    let first = Block { level: alike.saturating_sub(1), downward: true, weight: bottom };
    let rest = weights.iter().enumerate().skip(alike).map(single);
    std::iter::once(first).chain(rest).filter(|block| block.weight > 0.0).collect()
}

/// Returns the product of automata.
fn product(factors: &[Automaton]) -> Automaton {
    factors.iter().fold(Automaton::constant(1.0), |product, factor| product.times(factor))
}

/// The steps of a finding, normal or active.
struct Chain<'a> {
    steps: &'a [Step],
    active: bool,
}

impl Chain<'_> {
    /// Returns how many steps stand above all levels that count.
    fn above(&self, weights: &[f64]) -> usize {
        let top = weights.iter().rposition(|w| *w > 0.0).unwrap_or(0);
        self.steps.iter().take_while(|step| step.level > top).count()
    }

    /// Returns how many levels count, if they lie beside each other up to the top, count alike and nothing
    /// rules them out.
    fn run(&self, counts: &[Block]) -> Option<usize> {
        let alike = counts.windows(2).all(|pair| match pair {
            [a, b] => a.level + 1 == b.level && a.weight.to_bits() == b.weight.to_bits(),
            _ => true,
        });
        let run = self.steps.get(..counts.len())?;
        (alike && !counts.iter().any(|block| block.downward) && !run.iter().any(rules_out))
            .then_some(run.len())
    }

    /// Returns what counts on top of what counts anyway.
    fn sum(&self, anyway: f64, counts: &[Block]) -> Automaton {
        if let (true, Some(run), Some(block)) = (anyway == 0.0, self.run(counts), counts.first()) {
            let steps = self.steps.iter().take(run);
            let seen: Vec<(&Step, f64)> = steps.map(|step| (step, self.background(step))).collect();
            return some_seen(&seen).times(&Automaton::constant(block.weight));
        }
        let sum = |sum: Automaton, block| sum.plus(&product(&self.block(block)));
        counts.iter().fold(Automaton::constant(anyway), sum).trimmed()
    }

    /// Returns how often a step is seen with none of the causes.
    fn background(&self, step: &Step) -> f64 {
        if self.active { step.active } else { step.background }
    }

    /// Returns whether no cause holds back or rules out.
    fn is_plain(&self) -> bool {
        self.steps.iter().flat_map(|step| step.links.values()).all(|link| link.possible && link.hold >= 1.0)
    }

    /// Returns the factors of a block: nothing above it is seen, and it is.
    fn block(&self, block: &Block) -> Vec<Automaton> {
        let unseen = self.over(block).map(|step| unseen(step, self.background(step)));
        let seen = self.at(block).map(|step| seen(step, self.background(step)));
        unseen.chain(seen).chain([Automaton::constant(block.weight)]).collect()
    }

    /// Returns the same, where it stands alone and need not be one automaton.
    fn parts(&self, block: &Block) -> Vec<Factor> {
        let unseen = self.over(block).map(|step| unseen_part(step, self.background(step)));
        let seen = self.at(block).map(|step| Factor::Coupled(seen(step, self.background(step))));
        unseen.chain(seen).chain([Factor::Numbers(block.weight, Vec::new())]).collect()
    }

    fn over(&self, block: &Block) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.level > block.level)
    }

    fn at(&self, block: &Block) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.level == block.level && !block.downward)
    }

    /// Returns the noisy-MAX: the highest level so far is the state, levels of equal weight beside each other
    /// one state.
    fn maximum(&self, weights: &[f64]) -> Automaton {
        // Levels that count alike need not be told apart: max over runs of neighbours is a function of max
        // over levels.
        let runs = runs(weights);
        let causes = self.steps.iter().flat_map(|step| step.links.keys().copied());
        let init = by_run(&self.levels(weights.len(), |step| self.background(step)), &runs);
        let power = |step: &Step, cause| step.links.get(&cause).map_or(0.0, |link| link.power);
        let own = |cause| by_run(&self.levels(weights.len(), |step| power(step, cause)), &runs);
        Automaton {
            init,
            moves: causes.map(|cause| (cause, upward(&own(cause)))).collect(),
            last: runs.iter().map(|(_, weight)| *weight).collect(),
        }
        .trimmed()
    }

    /// Returns the chance of each level where every step is seen with a chance of its own.
    fn levels(&self, levels: usize, chance: impl Fn(&Step) -> f64) -> Vec<f64> {
        let mut left = 1.0;
        let mut by_level = BTreeMap::new();
        for step in self.steps {
            by_level.insert(step.level, left * chance(step));
            left *= 1.0 - chance(step);
        }
        by_level.insert(0, left);
        (0..levels).map(|level| by_level.get(&level).copied().unwrap_or(0.0)).collect()
    }
}

/// Returns the levels beside each other that count alike: how many, and how much.
fn runs(weights: &[f64]) -> Vec<(usize, f64)> {
    weights.chunk_by(|a, b| a.to_bits() == b.to_bits()).filter_map(|c| Some((c.len(), *c.first()?))).collect()
}

/// Sums chances of levels over runs of them.
fn by_run(levels: &[f64], runs: &[(usize, f64)]) -> Vec<f64> {
    let mut levels = levels.iter();
    runs.iter().map(|(count, _)| levels.by_ref().take(*count).sum()).collect()
}

/// Returns the moves to the higher of the state and an own level: stays where the own one is no higher.
fn upward(own: &[f64]) -> Matrix {
    let mut below = 0.0;
    let stay = |p: &f64| {
        below += p;
        below
    };
    let diagonal = own.iter().map(stay).collect();
    let rises = own.iter().enumerate().flat_map(|(to, &p)| (0..to).map(move |from| (from, to, p)));
    Matrix::new(diagonal, rises)
}

/// Returns how many causes hold the background of a step back.
fn holders(step: &Step) -> usize {
    step.links.values().filter(|link| link.possible && link.hold < 1.0).count()
}

fn holds(step: &Step) -> bool {
    holders(step) > 0
}

/// Returns whether a cause produces a step.
fn acts(step: &Step) -> bool {
    step.links.values().any(|link| link.possible && link.power > 0.0)
}

fn rules_out(step: &Step) -> bool {
    step.links.values().any(|link| !link.possible)
}

/// Returns the moves of all causes of a step.
fn moves(step: &Step, move_of: impl Fn(&Link) -> Matrix) -> BTreeMap<usize, Matrix> {
    step.links.iter().map(|(&cause, link)| (cause, move_of(link))).collect()
}

/// Returns the automaton of a step that is seen: covered by a cause, or by what is left of its background.
fn seen(step: &Step, b: f64) -> Automaton {
    let automaton = if holds(step) { seen_though_held(step, b) } else { seen_plainly(step, b) };
    automaton.trimmed()
}

/// Returns the automaton of a step that is seen and not held back. States: uncovered, covered.
fn seen_plainly(step: &Step, b: f64) -> Automaton {
    let move_of = |link: &Link| {
        if link.possible {
            Matrix::new(vec![1.0 - link.power, 1.0], [(0, 1, link.power)])
        } else {
            Matrix::new(vec![0.0; 2], [])
        }
    };
    Automaton { init: vec![1.0 - b, b], moves: moves(step, move_of), last: vec![0.0, 1.0] }
}

/// Returns the automaton of a step that is seen and held back by causes. States: background alive, background
/// dead (both uncovered), covered by a cause.
fn seen_though_held(step: &Step, b: f64) -> Automaton {
    let move_of = |link: &Link| {
        let (silent, dies) = (1.0 - link.power, 1.0 - link.hold);
        let rises = [(0, 1, silent * dies), (0, 2, link.power), (1, 2, link.power)];
        if link.possible {
            Matrix::new(vec![silent * link.hold, silent, 1.0], rises)
        } else {
            Matrix::new(vec![0.0; 3], [])
        }
    };
    Automaton { init: vec![b, 1.0 - b, 0.0], moves: moves(step, move_of), last: vec![1.0, 0.0, 1.0] }
}

/// Returns the automaton of "some of several steps is seen": covered by a cause, or by what is left of the
/// background of one. States: for each step that is held back its background alive or dead, the first
/// fastest; and covered.
#[expect(clippy::indexing_slicing, reason = "`last` has one entry more than `covered`, which is at least 1")]
fn some_seen(steps: &[(&Step, f64)]) -> Automaton {
    let held: Vec<(&Step, f64)> = steps.iter().copied().filter(|(step, _)| holds(step)).collect();
    let covered = 1_usize << held.len();
    // Bit i of a state: the background of the i-th held step is dead.
    let part = |state: usize, chances: &mut dyn Iterator<Item = (f64, f64)>| -> f64 {
        chances
            .enumerate()
            .map(|(at, (alive, dead))| if state >> at & 1 == 1 { dead } else { alive })
            .product()
    };
    // Backgrounds that nothing holds back are summed into the beginning: covered by one of them, or by none.
    let still: f64 = steps.iter().filter(|(step, _)| !holds(step)).map(|(_, b)| 1.0 - b).product();
    let mut init: Vec<f64> =
        (0..covered).map(|s| still * part(s, &mut held.iter().map(|(_, b)| (*b, 1.0 - b)))).collect();
    init.push(1.0 - still);
    let causes = steps.iter().flat_map(|(step, _)| step.links.keys().copied());
    let move_of = |cause: usize| {
        let link = |step: &Step| step.links.get(&cause).copied();
        let silent: f64 = steps.iter().filter_map(|(step, _)| link(step)).map(|l| 1.0 - l.power).product();
        let hold = |step: &Step| link(step).map_or(1.0, |l| l.hold);
        let from_to = |from: usize, to: usize| {
            let dies = held.iter().enumerate().map(|(at, (step, _))| match (from >> at & 1, to >> at & 1) {
                (0, 0) => hold(step),
                (0, _) => 1.0 - hold(step),
                (_, dead) => f64::from(u8::from(dead == 1)),
            });
            silent * dies.product::<f64>()
        };
        let mut diagonal: Vec<f64> = (0..covered).map(|state| from_to(state, state)).collect();
        diagonal.push(1.0);
        let dying = (0..covered).flat_map(|to| (0..to).map(move |from| (from, to)));
        let rises = dying.map(|(from, to)| (from, to, from_to(from, to)));
        Matrix::new(diagonal, rises.chain((0..covered).map(|from| (from, covered, 1.0 - silent))))
    };
    let mut last = vec![1.0; covered + 1];
    // All dead and not covered: nothing is seen.
    last[covered - 1] = 0.0;
    Automaton { init, moves: causes.map(|cause| (cause, move_of(cause))).collect(), last }.trimmed()
}

/// Returns the automaton of a step that is not seen: ruled out, or neither covered nor the background alive.
fn unseen(step: &Step, b: f64) -> Automaton {
    if !rules_out(step) {
        return silent(step, b).trimmed();
    }
    // Nothing but ruling out: not ruled out counts 1 − b, ruled out counts 1.
    if !acts(step) && !holds(step) {
        return Automaton { last: vec![1.0 - b, 1.0], ..ruled_out(step) };
    }
    ruled_out(step).plus(&silent(step, b))
}

/// Returns the same, as numbers where it couples nothing.
fn unseen_part(step: &Step, b: f64) -> Factor {
    if rules_out(step) || !is_silent_plainly(step, b) {
        return Factor::Coupled(unseen(step, b));
    }
    Factor::Numbers(1.0 - b, step.links.iter().map(|(&cause, link)| (cause, silence(link, b))).collect())
}

/// Returns the automaton of "some present cause rules it out". States: none yet, ruled out.
fn ruled_out(step: &Step) -> Automaton {
    let move_of = |link: &Link| {
        if link.possible { Matrix::new(vec![1.0; 2], []) } else { Matrix::new(vec![0.0, 1.0], [(0, 1, 1.0)]) }
    };
    Automaton { init: vec![1.0, 0.0], moves: moves(step, move_of), last: vec![0.0, 1.0] }
}

/// Returns the automaton of "no present cause rules it out, and nothing shows it". States: background alive,
/// dead; one where nothing holds it.
fn silent(step: &Step, b: f64) -> Automaton {
    if is_silent_plainly(step, b) {
        let moves = moves(step, |link| Matrix::new(vec![silence(link, b)], []));
        return Automaton { init: vec![1.0 - b], moves, last: vec![1.0] };
    }
    let move_of = |link: &Link| {
        let silent = if link.possible { 1.0 - link.power } else { 0.0 };
        Matrix::new(vec![silent * link.hold, silent], [(0, 1, silent * (1.0 - link.hold))])
    };
    Automaton { init: vec![b, 1.0 - b], moves: moves(step, move_of), last: vec![0.0, 1.0] }
}

/// Returns whether at most one cause holds the background back: then its share is a number of that cause.
fn is_silent_plainly(step: &Step, b: f64) -> bool {
    let holders = holders(step);
    holders == 0 || (holders == 1 && b < 1.0)
}

/// Returns how much less often, or more, nothing shows where a cause is there: (1 − power)·(1 − b·hold)/(1 −
/// b).
fn silence(link: &Link, b: f64) -> f64 {
    let alone = if link.hold < 1.0 { (1.0 - b * link.hold) / (1.0 - b) } else { 1.0 };
    if link.possible { (1.0 - link.power) * alone } else { 0.0 }
}
