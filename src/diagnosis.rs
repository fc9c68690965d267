//! The answer to one ticket: causes ranked, with their evidence.
//!
//! In: a compiled pack and recorded facts. Out: a [`Diagnosis`]: the posterior of every cause and of "something this pack
//! does not know", exact or as an interval, with why; an account of every rule; or, where the evidence is impossible, what
//! contradicts what. Ranking is by posterior, ties by name, so the same pack and facts give the same answer.

use crate::advise::conflict::{Conflict, conflict};
use crate::advise::explain::{self, Why, Witness};
use crate::advise::{Advice, Ticket, advise};
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::graph::context::ContextOf;
use crate::infer::bounds::{Interval, bounds};
use crate::infer::contradiction::{Observation, contradiction};
use crate::infer::evaluate::{Contradiction, Evaluation, Heard, evaluate};
use crate::infer::exact::{Budget, Outcome, Posterior, posterior};
use crate::infer::network::Network;
use crate::infer::observe::observe;
use crate::pack::{CauseId, FactId, RuleId};

/// A probability: exact where both ends are the same, else certain to lie between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probability {
    /// Not less than this.
    pub low: f64,
    /// Not more than this.
    pub high: f64,
    /// Whether it is exact.
    pub exact: bool,
}

impl Probability {
    /// Exactly this.
    pub fn exactly(p: f64) -> Self {
        Self { low: p, high: p, exact: true }
    }

    fn within(interval: Interval) -> Self {
        Self { low: interval.low, high: interval.high, exact: false }
    }

    /// The middle of what is possible.
    fn middle(self) -> f64 {
        f64::midpoint(self.low, self.high)
    }

    /// Nothing is known of it.
    const ANY: Self = Self { low: 0.0, high: 1.0, exact: false };
}

/// The answer to one ticket.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// All causes, the likeliest first.
    pub causes: Vec<Ranked>,
    /// Something that this pack does not know.
    pub not_in_pack: Probability,
    /// What cannot be true together, where the evidence is impossible.
    pub impossible: Option<Impossible>,
    /// How the evidence fits together; none with fewer than two findings, or without an exact answer.
    pub conflict: Option<Conflict>,
    /// Every rule, in the order of the pack.
    pub rules: Vec<RuleAccount>,
    /// The circumstances that shares depend on and that nobody recorded in full.
    pub circumstances: Vec<CircumstanceAccount>,
    /// What would have been needed for an exact answer, where the budget did not suffice.
    pub over_budget: Option<f64>,
    /// What follows from it; none where the evidence is impossible, or nothing is known at all.
    pub advice: Option<Advice>,
}

/// A cause in its place.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// The cause.
    pub cause: CauseId,
    /// That it is there, and still is after what was tried.
    pub probability: Probability,
    /// Whether it is certain that no cause behind it is likelier.
    pub certain: bool,
    /// Why; none where there is no exact answer.
    pub why: Option<Why>,
}

/// What every rule had to say.
#[derive(Debug, Clone)]
pub struct RuleAccount {
    /// The rule.
    pub rule: RuleId,
    /// What it said, or why not.
    pub heard: Heard,
    /// The facts that it heard.
    pub witnesses: Vec<Witness>,
}

/// A circumstance that is not known in full.
#[derive(Debug, Clone)]
pub struct CircumstanceAccount {
    /// Its place among the contexts of the pack.
    pub context: usize,
    /// How likely each of its values is now; empty where there is no exact answer.
    pub values: Vec<f64>,
}

/// What cannot be true together.
#[derive(Debug, Clone, Default)]
pub struct Impossible {
    /// Rules whose findings exclude each other.
    pub rules: Vec<RuleId>,
    /// Facts that contradict.
    pub facts: Vec<FactId>,
    /// Computed facts that were recorded as something else.
    pub computed: Vec<Contradiction>,
}

/// Diagnoses one ticket.
pub fn diagnose(graph: &InferenceGraph, facts: &Facts, budget: &Budget) -> Diagnosis {
    let evaluation = evaluate(graph, facts);
    let (network, rules) = observe(graph, &evaluation, facts);
    let mut diagnosis = Diagnosis {
        causes: Vec::new(),
        not_in_pack: Probability::ANY,
        impossible: None,
        conflict: None,
        rules: accounts(graph, &evaluation, facts),
        circumstances: Vec::new(),
        over_budget: None,
        advice: None,
    };
    if !evaluation.contradictions.is_empty() {
        diagnosis.impossible = Some(recorded_otherwise(&evaluation));
        return unranked(diagnosis, graph, 0.0);
    }
    let ticket = |causes, ln_evidence| Ticket {
        graph,
        facts,
        evaluation: &evaluation,
        network: &network,
        causes,
        ln_evidence,
    };
    match posterior(&network, budget) {
        Outcome::Exact(after) => {
            diagnosis.advice = advise(ticket(&after.causes, Some(after.ln_evidence)), budget);
            diagnosis.conflict = conflict(graph, facts, &network, after.ln_evidence, budget);
            rank(diagnosis, graph, &network, &rules, &after, budget)
        }
        Outcome::Impossible => {
            diagnosis.impossible = Some(excluded(graph, facts, &network, &rules, budget));
            unranked(diagnosis, graph, 0.0)
        }
        Outcome::OverBudget { needed } => {
            diagnosis.over_budget = Some(needed);
            let mut diagnosis =
                bounded(diagnosis, graph, facts, &network, &rules, budget, needed.is_finite());
            let likely = in_order_of_pack(&diagnosis.causes);
            let known = needed.is_finite() && diagnosis.impossible.is_none();
            diagnosis.advice = known.then(|| advise(ticket(&likely, None), budget)).flatten();
            diagnosis
        }
    }
}

/// All causes by what is certain of them.
fn bounded(
    mut diagnosis: Diagnosis,
    graph: &InferenceGraph,
    facts: &Facts,
    network: &Network,
    rules: &[usize],
    budget: &Budget,
    countable: bool,
) -> Diagnosis {
    if !countable {
        return unranked(diagnosis, graph, 1.0);
    }
    let Some(found) = bounds(network, budget) else {
        diagnosis.over_budget = None;
        diagnosis.impossible = Some(excluded(graph, facts, network, rules, budget));
        return unranked(diagnosis, graph, 0.0);
    };
    let causes = found.causes.iter().copied().map(Probability::within);
    ranged(diagnosis, graph, Probability::within(found.not_in_pack), causes)
}

/// All causes by name, each between 0 and `high`.
fn unranked(diagnosis: Diagnosis, graph: &InferenceGraph, high: f64) -> Diagnosis {
    let probability = Probability { low: 0.0, high, exact: false };
    let causes = std::iter::repeat_n(probability, graph.pack.causes.len());
    ranged(diagnosis, graph, probability, causes)
}

/// The causes ranked by ranges, without reasons.
fn ranged(
    mut diagnosis: Diagnosis,
    graph: &InferenceGraph,
    not_in_pack: Probability,
    causes: impl Iterator<Item = Probability>,
) -> Diagnosis {
    let ranked = |(at, probability)| Ranked { cause: CauseId(at), probability, certain: false, why: None };
    diagnosis.not_in_pack = not_in_pack;
    diagnosis.causes = causes.enumerate().map(ranked).collect();
    by_rank(&mut diagnosis.causes, graph);
    diagnosis
}

/// How likely each cause is, by the middle of what is possible.
fn in_order_of_pack(ranked: &[Ranked]) -> Vec<f64> {
    let mut likely = vec![0.0; ranked.len()];
    for ranked in ranked {
        likely.iter_mut().skip(ranked.cause.0).take(1).for_each(|p| *p = ranked.probability.middle());
    }
    likely
}

fn by_rank(causes: &mut [Ranked], graph: &InferenceGraph) {
    let name = |ranked: &Ranked| graph.pack.causes.get(ranked.cause.0).map(|c| c.name.value.as_str());
    causes.sort_by(|a, b| {
        let order = counting(b.probability.middle()).total_cmp(&counting(a.probability.middle()));
        order.then_with(|| name(a).cmp(&name(b)))
    });
    let mut highest = 0.0_f64;
    for ranked in causes.iter_mut().rev() {
        let Probability { low, high, exact } = ranked.probability;
        ranked.certain = exact || low >= highest;
        highest = highest.max(high);
    }
}

/// A probability to the 36 bits that no order of summing changes: causes that are as likely as each other are ranked by name,
/// and not by how the last digit was rounded.
fn counting(p: f64) -> f64 {
    let (value, exponent) = libm::frexp(p);
    libm::scalbn(libm::rint(libm::scalbn(value, 36)), exponent - 36)
}

fn rank(
    mut diagnosis: Diagnosis,
    graph: &InferenceGraph,
    network: &Network,
    rules: &[usize],
    after: &Posterior,
    budget: &Budget,
) -> Diagnosis {
    let before = before(network, budget);
    let ranked = after.causes.iter().enumerate().map(|(at, p)| {
        let prior = before.as_ref().and_then(|b| b.causes.get(at)).copied();
        let why = prior.map(|prior| explain::explain(graph, network, rules, CauseId(at), prior, *p));
        Ranked { cause: CauseId(at), probability: Probability::exactly(*p), certain: true, why }
    });
    diagnosis.causes = ranked.collect();
    by_rank(&mut diagnosis.causes, graph);
    diagnosis.not_in_pack = Probability::exactly(after.not_in_pack);
    let unknown =
        network.contexts.iter().enumerate().filter(|(_, c)| c.possible.iter().filter(|p| **p).count() > 1);
    diagnosis.circumstances = unknown
        .map(|(at, _)| CircumstanceAccount {
            context: at,
            values: after.contexts.get(at).cloned().unwrap_or_default(),
        })
        .collect();
    diagnosis
}

/// The posterior before anything but the circumstances was known.
fn before(network: &Network, budget: &Budget) -> Option<Posterior> {
    match posterior(&network.before_symptoms(), budget) {
        Outcome::Exact(posterior) => Some(posterior),
        _ => None,
    }
}

fn accounts(graph: &InferenceGraph, evaluation: &Evaluation, facts: &Facts) -> Vec<RuleAccount> {
    let account = |(at, heard): (usize, &Heard)| RuleAccount {
        rule: RuleId(at),
        heard: heard.clone(),
        witnesses: match heard {
            Heard::Speaks { .. } => explain::witnesses(graph, evaluation, facts, RuleId(at)),
            _ => Vec::new(),
        },
    };
    evaluation.rules.iter().enumerate().map(account).collect()
}

fn recorded_otherwise(evaluation: &Evaluation) -> Impossible {
    let facts = evaluation.contradictions.iter().flat_map(|c| c.from.iter().copied().chain([c.fact]));
    let mut facts: Vec<FactId> = facts.collect();
    facts.sort_unstable();
    facts.dedup();
    Impossible { rules: Vec::new(), facts, computed: evaluation.contradictions.clone() }
}

/// The rules and facts behind the smallest contradictory set of observations.
fn excluded(
    graph: &InferenceGraph,
    facts: &Facts,
    network: &Network,
    rules: &[usize],
    budget: &Budget,
) -> Impossible {
    let mut impossible = Impossible::default();
    let mut reads = crate::pack::expr::Reads::default();
    for observation in contradiction(network, budget) {
        match observation {
            Observation::Finding(at) => {
                let Some(rule) = rules.get(at).map(|rule| RuleId(*rule)) else { continue };
                impossible.rules.push(rule);
                let heard = graph.heard(rule);
                reads.facts.extend(heard.facts);
                reads.symptoms.extend(heard.symptoms);
            }
            Observation::Context(at) => match graph.contexts.get(at).map(|c| c.of) {
                Some(ContextOf::Fact(id) | ContextOf::Member(id, _)) => {
                    reads.facts.insert(id);
                }
                Some(ContextOf::Symptom(id)) => {
                    reads.symptoms.insert(id);
                }
                None => {}
            },
            Observation::Tried(_) => {}
        }
    }
    let recorded = graph.closure(&reads).into_iter().filter_map(|node| match node {
        crate::graph::Node::Fact(id) | crate::graph::Node::Derive(id) => Some(id),
        _ => None,
    });
    impossible.facts = recorded.filter(|id| facts.recorded.contains_key(id)).collect();
    impossible
}
