//! A network as factors that share axes: what is summed out, and what each cause does to it.
//!
//! In: a [`Network`] and a [`View`] of it. Out: [`Factors`], P(e) as a sum over the states of all axes and
//! causes. Whatever couples causes is an *axis* of a few states: a finding's automaton, an unknown context
//! (its values), a led-to cause (nothing leads to it so far, or something does), the ticket where it is
//! carried (nothing listed is still there so far, or something is). Each cause is *eliminated*: absent, it
//! weighs; present, it weighs and moves the axes that it touches. This is the noisy-OR decomposed into single
//! links (Heckerman & Breese 1996, Díez 1993) with everything else that the language has in the same form.
//! Links that only multiply are absorbed into the weights here: a step that is not seen, and that no cause
//! holds back, is a number of each cause.

use std::collections::BTreeSet;

use crate::infer::automaton::{Automaton, Matrix};
use crate::infer::finding::{Factor, parts};
use crate::infer::network::{Cause, Context, Network};

/// A number with an exponent of its own: products of many chances stay above zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scaled {
    /// From 1/2 to 1, or 0.
    pub(super) value: f64,
    /// Of two.
    pub(super) exponent: i64,
}

impl Scaled {
    pub(super) const ONE: Scaled = Scaled { value: 1.0, exponent: 0 };

    /// Returns the product.
    pub(super) fn times(self, factor: f64) -> Self {
        let (value, exponent) = libm::frexp(self.value * factor);
        Self { value, exponent: self.exponent + i64::from(exponent) }
    }
}

/// Numbers of one array that lie further apart than this, 2⁻⁸⁰⁰, may not be told apart from 0 after the next
/// few products: the sums are not to be trusted then.
const FAR: f64 = f64::from_bits((1023 - 800) << 52);

/// Returns whether a number that was above 0 is, or may soon be, lost beside one near 1.
pub(super) fn is_lost(number: f64) -> bool {
    number > 0.0 && number < FAR
}

/// What a part of a network comes to: in units of two to the exponent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sum {
    pub(super) value: f64,
    pub(super) exponent: i64,
    /// Whether numbers that are above 0 may have been lost beside far larger ones.
    pub(super) lossy: bool,
}

/// Returns a number times two to some power.
pub(super) fn shifted(value: f64, exponent: i64) -> f64 {
    // Beyond 5000 either way nothing but 0 or infinity is left of any number.
    libm::scalbn(value, i32::try_from(exponent.clamp(-5000, 5000)).unwrap_or(0))
}

/// Returns how many, as a number to reckon with.
pub(super) fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Something that waits for a later cause.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    /// How much of each state there is when it opens.
    pub(super) init: Vec<f64>,
    /// How much each state counts when it closes.
    pub(super) last: Vec<f64>,
    /// The context whose possible values it carries.
    pub(super) context: Option<usize>,
}

/// What is summed out with a cause: absent, it weighs; present, it weighs and moves.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Elimination {
    /// The axes whose states its weights depend on.
    pub(super) reads: Vec<usize>,
    /// By the states of those axes, the first fastest.
    pub(super) absent: Vec<f64>,
    /// Likewise.
    pub(super) present: Vec<f64>,
    /// The axes that it moves where it is present.
    pub(super) moves: Vec<(usize, Matrix)>,
    /// The causes that must be eliminated before.
    pub(super) parents: Vec<usize>,
    /// Whether a weight that is above 0 may have been lost beside a far larger one.
    pub(super) lossy: bool,
}

impl Elimination {
    /// Multiplies the weights; returns the exponent of two that was taken out so that the largest weight is
    /// near 1.
    pub(super) fn weigh(&mut self, absent: Scaled, present: Scaled) -> i64 {
        let largest = |weights: &[f64], factor: Scaled| {
            let top = factor.times(weights.iter().copied().fold(0.0, f64::max));
            (top.value > 0.0).then_some(top.exponent)
        };
        // One exponent for both: they are added up, so they must stay in one unit. None of them overflows; one
        // that vanishes beside the other may be all that is left once the other is ruled out, so that is noted.
        let exponent = largest(&self.absent, absent).max(largest(&self.present, present)).unwrap_or(0);
        let mut lossy = self.lossy;
        let mut apply = |weights: &mut Vec<f64>, factor: Scaled| {
            for w in weights.iter_mut() {
                let weighed = shifted(*w * factor.value, factor.exponent - exponent);
                lossy |= is_lost(weighed) || (weighed <= 0.0 && *w > 0.0 && factor.value > 0.0);
                *w = weighed;
            }
        };
        apply(&mut self.absent, absent);
        apply(&mut self.present, present);
        self.lossy = lossy;
        exponent
    }

    /// Returns the axes that it reads, then those that it moves.
    pub(super) fn touches(&self) -> impl Iterator<Item = usize> + '_ {
        self.reads.iter().copied().chain(self.moves.iter().map(|(axis, _)| *axis))
    }

    fn is_never_present(&self) -> bool {
        self.present.iter().all(|w| *w == 0.0)
    }
}

/// What of a network is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum View {
    /// P(seen), with the backgrounds as they are.
    Normal,
    /// P(seen), with the backgrounds of an active unlisted cause.
    Active,
    /// P(seen, nothing listed still there), normal.
    NormalNone,
    /// P(seen, nothing listed still there), active.
    ActiveNone,
    /// P(seen, something listed still there), normal: the ticket is carried as an axis.
    Ticket,
}

impl View {
    fn active(self) -> bool {
        matches!(self, Self::Active | Self::ActiveNone)
    }

    /// Returns by how much a present cause counts: where nothing listed may still be there, as much as it was
    /// cured.
    fn present(self, cause: &Cause) -> f64 {
        if matches!(self, Self::NormalNone | Self::ActiveNone) { cause.cured } else { 1.0 }
    }
}

/// A network as axes and eliminations.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Factors {
    /// What couples the causes.
    pub(super) axes: Vec<Axis>,
    /// One a cause.
    pub(super) eliminations: Vec<Elimination>,
    /// The factor that depends on nothing.
    pub(super) constant: Scaled,
}

/// Writes a network, seen in one view, as factors.
pub(super) fn factors(network: &Network, view: View) -> Factors {
    let mut build = Build { axes: Vec::new(), constant: Scaled::ONE };
    let contexts = build.contexts(network);
    let parents = parents(network);
    let led: Vec<Option<usize>> = parents.iter().map(|p| build.led_to(p)).collect();
    let mut absorbed = build.findings(network, view);
    for (cause, parents) in parents.iter().enumerate() {
        for &(parent, chance) in parents {
            if let (Some(axis), Some(own)) = (led.get(cause).copied().flatten(), absorbed.get_mut(parent)) {
                own.moves.push((axis, two_states(1.0 - chance, chance)));
            }
        }
    }
    // "Something listed is still there" is a noisy-OR too, of links with power 1 − cured, and is seen.
    let ticket = (view == View::Ticket).then(|| build.open(vec![1.0, 0.0], vec![0.0, 1.0], None));
    let mut eliminations = Vec::with_capacity(network.causes.len());
    for (((cause, mut own), led), parents) in network.causes.iter().zip(absorbed).zip(led).zip(parents) {
        own.parents = parents.into_iter().map(|(parent, _)| parent).collect();
        own.present = own.present.times(view.present(cause));
        own.moves.extend(ticket.map(|axis| (axis, two_states(cause.cured, 1.0 - cause.cured))));
        eliminations.push(build.elimination(network, &contexts, cause, led, own));
    }
    Factors { axes: build.axes, eliminations, constant: build.constant }
}

/// Returns the moves from the first of two states to itself or to the second, which nothing leaves.
fn two_states(stays: f64, rises: f64) -> Matrix {
    Matrix::new(vec![stays, 1.0], [(0, 1, rises)])
}

/// What a cause does to the findings and effects where it is present: a number, and its moves; and what must
/// come before it.
struct Own {
    present: Scaled,
    parents: Vec<usize>,
    moves: Vec<(usize, Matrix)>,
}

struct Build {
    axes: Vec<Axis>,
    constant: Scaled,
}

impl Build {
    fn open(&mut self, init: Vec<f64>, last: Vec<f64>, context: Option<usize>) -> usize {
        self.axes.push(Axis { init, last, context });
        self.axes.len() - 1
    }

    /// Opens an axis for each context that is read and unknown; the others are numbers.
    fn contexts(&mut self, network: &Network) -> Vec<Option<usize>> {
        let read: BTreeSet<usize> = network.causes.iter().flat_map(|c| &c.prior.scope).copied().collect();
        let axis = |(index, context): (usize, &Context)| {
            let rates = possible(context).filter_map(|v| context.rates.get(v).copied()).collect::<Vec<f64>>();
            if read.contains(&index) && rates.len() > 1 {
                return Some(self.open(rates.clone(), vec![1.0; rates.len()], Some(index)));
            }
            self.constant = self.constant.times(rates.iter().sum());
            None
        };
        network.contexts.iter().enumerate().map(axis).collect()
    }

    fn led_to(&mut self, parents: &[(usize, f64)]) -> Option<usize> {
        (!parents.is_empty()).then(|| self.open(vec![1.0, 0.0], vec![1.0, 1.0], None))
    }

    /// Opens an axis for each part of a finding that couples causes; returns what each cause does to them.
    /// What couples none is a number of each cause.
    #[expect(clippy::indexing_slicing, reason = "a link names a cause of the network")]
    fn findings(&mut self, network: &Network, view: View) -> Vec<Own> {
        let nothing = || Own { present: Scaled::ONE, parents: Vec::new(), moves: Vec::new() };
        let mut own: Vec<Own> = network.causes.iter().map(|_| nothing()).collect();
        for part in network.findings.iter().flat_map(|finding| parts(finding, view.active())) {
            match part {
                Factor::Coupled(automaton) => self.add(automaton, &mut own),
                Factor::Numbers(constant, numbers) => {
                    self.constant = self.constant.times(constant);
                    for (cause, number) in numbers {
                        own[cause].present = own[cause].present.times(number);
                    }
                }
            }
        }
        own
    }

    /// Opens an axis for an automaton; moves that only multiply are numbers of their causes.
    fn add(&mut self, automaton: Automaton, own: &mut [Own]) {
        let Automaton { init, moves, last } = automaton;
        let axis = self.open(init, last, None);
        for (cause, matrix) in moves {
            let Some(own) = own.get_mut(cause) else { continue };
            match matrix.scalar() {
                Some(number) => own.present = own.present.times(number),
                None => own.moves.push((axis, matrix)),
            }
        }
    }

    /// Returns the weights of a cause by its contexts and by whether something leads to it, and its moves.
    fn elimination(
        &mut self,
        network: &Network,
        contexts: &[Option<usize>],
        cause: &Cause,
        led: Option<usize>,
        own: Own,
    ) -> Elimination {
        let unknown = cause.prior.scope.iter().filter_map(|c| contexts.get(*c).copied().flatten());
        let reads: Vec<usize> = unknown.chain(led).collect();
        let priors = priors(network, cause);
        // Where nothing leads to it: absent with 1 − p, present with p.
        let alone = (priors.iter().map(|p| 1.0 - p), priors.iter().copied());
        // Where something does, it is there for certain; but where its own prior is 0 (it cannot be in that
        // context), what leads to it is silent.
        let led_to =
            (priors.iter().map(|p| f64::from(*p == 0.0)), priors.iter().map(|p| f64::from(*p > 0.0)));
        let both = led.is_some();
        let mut absent: Vec<f64> = alone.0.chain(led_to.0.filter(|_| both)).collect();
        let mut present: Vec<f64> = alone.1.chain(led_to.1.filter(|_| both)).collect();
        match cause.known {
            Some(true) => absent.iter_mut().for_each(|w| *w = 0.0),
            Some(false) => present.iter_mut().for_each(|w| *w = 0.0),
            None => {}
        }
        let mut elimination =
            Elimination { reads, absent, present, moves: own.moves, parents: own.parents, lossy: false };
        self.constant.exponent += elimination.weigh(Scaled::ONE, own.present);
        // What never moves keeps no axis open.
        if elimination.is_never_present() {
            elimination.moves.clear();
        }
        elimination
    }
}

/// Returns the values of a context that the facts leave.
pub(super) fn possible(context: &Context) -> impl Iterator<Item = usize> + '_ {
    context.possible.iter().enumerate().filter(|(_, possible)| **possible).map(|(value, _)| value)
}

/// Returns the prior of a cause for every combination of what its contexts may still be, the first context
/// fastest.
fn priors(network: &Network, cause: &Cause) -> Vec<f64> {
    let mut entries = vec![0];
    let mut stride = 1;
    for context in cause.prior.scope.iter().filter_map(|c| network.contexts.get(*c)) {
        let at = |value: usize| entries.iter().map(move |entry| entry + value * stride);
        entries = possible(context).flat_map(at).collect();
        stride *= context.rates.len();
    }
    entries.iter().map(|entry| cause.prior.values.get(*entry).copied().unwrap_or(0.0)).collect()
}

/// Returns for each cause what leads to it; a link that would close a circle is left out.
fn parents(network: &Network) -> Vec<Vec<(usize, f64)>> {
    let mut parents: Vec<Vec<(usize, f64)>> = vec![Vec::new(); network.causes.len()];
    for (cause, &(effect, chance)) in
        network.causes.iter().enumerate().flat_map(|(i, c)| c.leads_to.iter().map(move |link| (i, link)))
    {
        if let Some(into) = parents.get_mut(effect) {
            into.push((cause, chance));
        }
    }
    if parents.iter().all(Vec::is_empty) {
        return parents;
    }
    // Kahn's topological order; where only circles are left, the first cause goes, and its links from those
    // left with it.
    let mut left: BTreeSet<usize> = (0..parents.len()).collect();
    while let Some(next) = first_without(&left, &parents) {
        left.remove(&next);
        if let Some(into) = parents.get_mut(next) {
            into.retain(|(parent, _)| *parent != next && !left.contains(parent));
        }
    }
    parents
}

/// Returns the first cause to which none of those left leads; where all are in circles, the first.
fn first_without(left: &BTreeSet<usize>, parents: &[Vec<(usize, f64)>]) -> Option<usize> {
    let free = |cause: &&usize| {
        parents.get(**cause).is_none_or(|into| into.iter().all(|(parent, _)| !left.contains(parent)))
    };
    left.iter().find(free).or(left.first()).copied()
}
