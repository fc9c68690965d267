//! The likeliest sets of causes, exactly.
//!
//! In: a [`Network`] and how many sets. Out: those sets with P(exactly these are still there | e), the
//! likeliest first. The array before each elimination says what all causes before it come to; walking back
//! from the last one, each cause is either there or not, and the product of the two ways is the chance of
//! what is decided so far, whatever the rest. That is never less than the chance of any set in which it ends,
//! so the sets come out in their order (best-first search with exact bounds; Nilsson 1998 does the same on
//! junction trees). The normal and the active run are walked side by side and mixed.
//!
//! Limits: where no set stands out, very many beginnings are about as likely as each other. Each step costs
//! as much as an elimination, and all of them are held against the budget; when it is used up, what was found
//! so far is right but not all.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;

use crate::infer::exact::{Budget, ln_evidence};
use crate::infer::factors::{View, count, factors};
use crate::infer::frontier;
use crate::infer::network::Network;
use crate::infer::order::{Plan, along, plan};
use crate::infer::reduce::{Reduced, unreduced};

/// Some causes that are still there, and no others of the pack.
#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    /// Which, in rising order; none: only a cause that the pack does not list.
    pub causes: Vec<usize>,
    /// How likely it is that it is exactly these.
    pub probability: f64,
}

/// The likeliest sets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sets {
    /// The likeliest first.
    pub sets: Vec<Set>,
    /// Whether the budget sufficed for as many as were asked for, or for all that there are.
    pub complete: bool,
}

/// Finds the likeliest sets of causes; none where what is seen cannot be, or not even its chance is within
/// the budget.
pub fn likeliest(network: &Network, most: usize, budget: &Budget) -> Option<Sets> {
    let evidence = ln_evidence(network, budget)?;
    // Nothing is folded: every cause must be decided. Both runs take one order, so that a beginning decides
    // the same causes in both.
    let normal = unreduced(factors(network, View::Normal));
    let order: Vec<usize> = normal
        .components
        .iter()
        .flat_map(|component| {
            plan(&normal, component, |_| f64::INFINITY).stages.into_iter().map(|stage| stage.cause)
        })
        .collect();
    let u = network.unlisted;
    let mut ways = vec![Way::new(normal, &order, 1.0 - u / 2.0)];
    if u > 0.0 {
        ways.push(Way::new(unreduced(factors(network, View::Active)), &order, u / 2.0));
    }
    let cost: f64 = ways.iter().map(|way| way.plan.cost).sum();
    let kept: f64 = ways.iter().map(|way| way.plan.entries).sum();
    if cost > budget.cost || kept > budget.entries {
        return Some(Sets::default());
    }
    Some(Search { network, ways: &ways, order: &order, evidence }.run(most, budget.cost - cost))
}

/// One run, normal or active.
struct Way {
    reduced: Reduced,
    plan: Plan,
    /// The array before each stage, with its exponent.
    befores: Vec<(Vec<f64>, i64)>,
    /// How much it counts in the mixture.
    weight: f64,
}

impl Way {
    fn new(reduced: Reduced, order: &[usize], weight: f64) -> Self {
        let plan = along(&reduced, order);
        let befores = frontier::befores(&reduced, &plan);
        Self { reduced, plan, befores, weight }
    }
}

/// A beginning of a set: all causes from a stage on are decided.
struct Node {
    /// Not less than the chance of any set that it begins.
    probability: f64,
    /// How many causes are left to decide.
    left: usize,
    /// What lies ahead from there, for each way, with its exponent.
    ahead: Vec<(Vec<f64>, i64)>,
    /// The causes that are there.
    there: Option<Rc<Chain>>,
    /// The how-manieth it was, so that ties have an order.
    serial: usize,
}

/// The causes of a set, the last decided first.
struct Chain {
    cause: usize,
    rest: Option<Rc<Chain>>,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        self.probability.total_cmp(&other.probability).then(other.serial.cmp(&self.serial))
    }
}

struct Search<'a> {
    network: &'a Network,
    ways: &'a [Way],
    order: &'a [usize],
    evidence: f64,
}

impl Search<'_> {
    /// Takes the likeliest beginning, and decides its next cause both ways, until enough sets are whole.
    fn run(&self, most: usize, budget: f64) -> Sets {
        let start = self.ways.iter().map(|_| (vec![1.0], 0)).collect();
        let first =
            Node { probability: f64::INFINITY, left: self.order.len(), ahead: start, there: None, serial: 0 };
        let mut heap = BinaryHeap::from([first]);
        let (mut sets, mut spent, mut serial) = (Vec::new(), 0.0, 0);
        while sets.len() < most {
            let Some(node) = heap.pop() else { return Sets { sets, complete: true } };
            let Some(at) = node.left.checked_sub(1) else {
                // A mass over all that is seen, of which both are rounded.
                sets.push(Set {
                    causes: causes(node.there.as_ref()),
                    probability: node.probability.min(1.0),
                });
                continue;
            };
            // Two children, each a stage back.
            spent += 2.0 * self.ways.iter().map(|way| price(&way.plan, at, &way.reduced)).sum::<f64>();
            if spent > budget {
                return Sets { sets, complete: false };
            }
            for there in [false, true] {
                serial += 1;
                heap.extend(self.decided(&node, at, there, serial));
            }
        }
        Sets { sets, complete: true }
    }

    /// Returns a beginning with one more cause decided; none where that cannot be.
    fn decided(&self, node: &Node, at: usize, there: bool, serial: usize) -> Option<Node> {
        let cause = *self.order.get(at)?;
        let cured = self.network.causes.get(cause).map_or(0.0, |c| c.cured);
        let mut ahead = Vec::with_capacity(self.ways.len());
        let mut chances = Vec::with_capacity(self.ways.len());
        for (way, (after, exponent)) in self.ways.iter().zip(&node.ahead) {
            let (stage, elimination) = (way.plan.stages.get(at)?, way.reduced.eliminations.get(cause)?);
            let (before, taken) = way.befores.get(at)?;
            // Decided as not there any more: never there, or there and cured.
            let part = if there { 1.0 - cured } else { cured };
            let absent: Vec<f64> = elimination.absent.iter().map(|w| if there { 0.0 } else { *w }).collect();
            let present: Vec<f64> = elimination.present.iter().map(|w| w * part).collect();
            let (array, shift, mass) =
                frontier::back(&way.reduced, stage, (&absent, &present), before, after);
            chances.push(self.chance(way, mass, exponent + taken));
            ahead.push((array, exponent + shift));
        }
        let there =
            if there { Some(Rc::new(Chain { cause, rest: node.there.clone() })) } else { node.there.clone() };
        let mixed: f64 = self.ways.iter().zip(&chances).map(|(way, chance)| way.weight * chance).sum();
        // Nothing listed is there: then it is a ticket only by what is not listed.
        let fine =
            if at == 0 && there.is_none() && self.network.ticket { 1.0 - self.network.unlisted } else { 0.0 };
        let probability = match (fine > 0.0, chances.as_slice()) {
            (false, _) => mixed,
            (true, [normal, active, ..]) => self.network.unlisted / 2.0 * (normal + active),
            (true, _) => 0.0,
        };
        (probability > 0.0).then_some(Node { probability, left: at, ahead, there, serial })
    }

    /// Returns a mass over all that is seen.
    fn chance(&self, way: &Way, mass: f64, exponent: i64) -> f64 {
        let constant = way.reduced.constant;
        let exponent = i32::try_from(exponent + constant.exponent).map_or(f64::NEG_INFINITY, f64::from);
        libm::exp(libm::log(mass * constant.value) + exponent * std::f64::consts::LN_2 - self.evidence)
    }
}

/// Returns the causes of a set in rising order.
fn causes(mut chain: Option<&Rc<Chain>>) -> Vec<usize> {
    let mut causes = Vec::new();
    while let Some(link) = chain {
        causes.push(link.cause);
        chain = link.rest.as_ref();
    }
    causes.sort_unstable();
    causes
}

/// Returns what an elimination costs.
fn price(plan: &Plan, at: usize, reduced: &Reduced) -> f64 {
    let Some(stage) = plan.stages.get(at) else { return 0.0 };
    let states = |axis: &usize| reduced.axes.get(*axis).map_or(1, |a| a.init.len());
    let entries: f64 = stage.before.iter().chain(&stage.opens).map(|axis| count(states(axis))).product();
    entries * (count(reduced.eliminations.get(stage.cause).map_or(0, |v| v.touches().count())) + 2.0)
}
