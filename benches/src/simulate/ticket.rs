//! Tickets of which the truth is known: cases of a pack, and draws from its model.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use fastrand::Rng;
use ruleout::eval::{self, Levels, World};
use ruleout::facts::recorded::{Facts, Recorded};
use ruleout::graph::context::{ContextOf, ContextValue};
use ruleout::graph::{InferenceGraph, Node};
use ruleout::pack::expr::Reads;
use ruleout::pack::{CauseId, FactId, RuleId, SymptomId};
use ruleout::partition::regions;
use ruleout::plan::next::{Next, What};
use ruleout::source::{Sources, Span};
use ruleout::ticket::diagnosis::Diagnosis;
use ruleout::value::{Known as Value, Value as Exactly};
use ruleout::{cases, loader, pipeline};

use super::FOUND;
use super::policy::{Look, Policy, look_of};

/// The seed of what is drawn.
const SEED: u64 = 7;
/// So many ways to make a symptom come out as drawn are tried.
const MOST_WAYS: usize = 4096;

/// A ticket of which the truth is known.
pub struct Ticket {
    /// The causes that are there.
    causes: BTreeSet<CauseId>,
    /// What everything that could be asked would be answered.
    answers: Facts,
}

/// Diagnoses what is recorded so far.
fn diagnose(graph: &Arc<InferenceGraph>, facts: &Facts) -> Diagnosis {
    let ticket = ruleout::ticket::Ticket::new(Arc::clone(graph), facts.clone(), Sources::default());
    ticket.diagnosis().clone()
}

/// How a ticket went.
pub struct End {
    pub found: bool,
    pub minutes: f64,
    pub questions: usize,
}

impl Ticket {
    /// Whether a true cause is first, and clear.
    fn clear(&self, graph: &Arc<InferenceGraph>, facts: &Facts) -> bool {
        let diagnosis = diagnose(graph, facts);
        let first = diagnosis.causes.first();
        let likelier = |p: f64| p > FOUND && p >= diagnosis.unlisted.high;
        first.is_some_and(|first| self.causes.contains(&first.cause) && likelier(first.probability.low))
    }

    /// Asks until a true cause is clear.
    pub fn play(&self, graph: &Arc<InferenceGraph>, policy: Policy, looks: &[Look]) -> End {
        let mut facts = Facts::default();
        let mut end = End { found: false, minutes: 0.0, questions: 0 };
        let mut asked: Vec<&Look> = Vec::new();
        loop {
            if self.clear(graph, &facts) {
                return End { found: true, ..end };
            }
            let left = |look: &&Look| !asked.contains(look);
            let look = match policy {
                Policy::Order => looks.iter().find(left),
                Policy::Next | Policy::Act | Policy::Bits => None,
            };
            let step = match look {
                Some(look) => Some(look),
                None if policy == Policy::Order => return end,
                None => match self.step(graph, &mut facts, policy, looks, &mut end) {
                    Step::Asks(look) => Some(look),
                    Step::Solved => return End { found: true, ..end },
                    Step::Went => None,
                    Step::Over => return end,
                },
            };
            if let Some(look) = step {
                end.minutes += look.minutes;
                end.questions += 1;
                asked.push(look);
                self.answer(graph, &mut facts, look);
            }
        }
    }

    /// What a policy does by what comes next.
    fn step<'l>(
        &self,
        graph: &Arc<InferenceGraph>,
        facts: &mut Facts,
        policy: Policy,
        looks: &'l [Look],
        end: &mut End,
    ) -> Step<'l> {
        let next = diagnose(graph, facts).advice.map(|advice| advice.next).unwrap_or_default();
        if let (Policy::Act, Some(Next { step: What::Fix(fix), minutes, .. })) = (policy, next.first()) {
            end.minutes += minutes;
            let removes = |cause: &CauseId| graph.pack.causes[*cause].fixes.contains(fix);
            if self.causes.iter().any(removes) {
                return Step::Solved;
            }
            facts.tried.insert(*fix, Span::default());
            return Step::Went;
        }
        if policy == Policy::Act && matches!(next.first(), Some(Next { step: What::Stop, .. })) {
            return Step::Over;
        }
        let bits = |next: &&Next| next.tells / next.minutes.max(1.0);
        let questions = || next.iter().filter(|next| look_of(&next.step, looks).is_some());
        let best = match policy {
            Policy::Bits => questions().max_by(|a, b| bits(a).total_cmp(&bits(b))),
            _ => questions().next(),
        };
        best.and_then(|next| look_of(&next.step, looks)).map_or(Step::Over, Step::Asks)
    }

    /// Records what a look answers: each fact of it, and what those compute.
    fn answer(&self, graph: &InferenceGraph, facts: &mut Facts, look: &Look) {
        for fact in &look.facts {
            let known = self.answers.recorded.get(fact).cloned();
            facts.recorded.entry(*fact).or_insert_with(|| known.unwrap_or_else(not_available));
        }
        for (fact, recorded) in &self.answers.recorded {
            let behind = bases(graph, *fact);
            let all_asked = !behind.is_empty() && behind.iter().all(|base| facts.recorded.contains_key(base));
            if graph.pack.facts[*fact].definition.is_some() && all_asked {
                facts.recorded.entry(*fact).or_insert_with(|| recorded.clone());
            }
        }
    }
}

/// What a policy does.
enum Step<'l> {
    Asks(&'l Look),
    Solved,
    Went,
    Over,
}

fn not_available() -> Recorded {
    Recorded {
        known: Value::Unknown,
        sure: None,
        available: false,
        span: Span::default(),
        written: String::new(),
    }
}

fn recorded(value: Exactly) -> Recorded {
    let known = Value::Exactly(value);
    Recorded { known, sure: None, available: true, span: Span::default(), written: String::new() }
}

/// The recorded facts that a fact is computed from.
fn bases(graph: &InferenceGraph, id: FactId) -> Vec<FactId> {
    let reads = Reads { facts: BTreeSet::from([id]), ..Reads::default() };
    let of = |node: &Node| if let Node::Fact(id) = node { Some(*id) } else { None };
    graph.closure(&reads).iter().filter_map(of).collect()
}

/// The cases of a pack whose first cause is clear once everything is known, which its tests hold to what was expected.
pub fn cases(
    graph: &Arc<InferenceGraph>,
    sources: &mut Sources,
    folder: &Path,
) -> Result<Vec<Ticket>, Box<dyn Error>> {
    let (texts, _) = loader::cases(Some(folder), loader::DEFAULT_BYTES, sources)?;
    let (cases, _) = cases::discover(sources, &texts);
    let ticket = |case: &cases::Case| {
        let answers = pipeline::read_facts(graph, sources, case.source, case.format).0;
        let first = diagnose(graph, &answers).causes.first()?.cause;
        Some(Ticket { causes: BTreeSet::from([first]), answers })
    };
    let tickets = cases.iter().filter_map(ticket).filter(|ticket| ticket.answers.tried.is_empty());
    Ok(tickets.filter(|ticket| ticket.clear(graph, &ticket.answers)).collect())
}

/// Tickets that are drawn from the model of a pack.
pub fn drawn(graph: &Arc<InferenceGraph>, many: usize) -> Vec<Ticket> {
    let mut rng = Rng::with_seed(SEED);
    let mut tickets = Vec::new();
    while tickets.len() < many {
        let ticket = draw(graph, &mut rng);
        if !ticket.causes.is_empty() && ticket.clear(graph, &ticket.answers) {
            tickets.push(ticket);
        }
    }
    tickets
}

fn draw(graph: &InferenceGraph, rng: &mut Rng) -> Ticket {
    let mut drawn = Drawn { graph, facts: BTreeMap::new() };
    let worlds: Vec<usize> = graph.contexts.iter().map(|context| one_of(rng, &context.rates)).collect();
    for (context, value) in graph.contexts.iter().zip(&worlds) {
        if let (ContextOf::Fact(id), Some(ContextValue::Fact(known))) =
            (context.of, context.values.get(*value))
        {
            let inside = regions(&graph.pack, id).into_iter().map(|cell| cell.example);
            let inside = inside.filter(|value| !eval::apart(known, &Value::Exactly(value.clone())));
            drawn.facts.extend(rng.choice(inside.collect::<Vec<_>>()).map(|value| (id, value)));
        }
    }
    let mut there = Vec::new();
    for (cause, prior) in graph.priors.iter().enumerate() {
        let (mut at, mut stride) = (0, 1);
        for context in &prior.scope {
            at += worlds[*context] * stride;
            stride *= graph.contexts[*context].rates.len();
        }
        if rng.f64() < prior.values[at] {
            there.push(cause);
        }
    }
    for cause in 0..graph.pack.causes.len() {
        let led = |root: &&usize| {
            let leads = &graph.pack.causes[CauseId(**root)].leads_to;
            leads.iter().any(|(effect, chance, _)| effect.0 == cause && rng.f64() < chance.chance)
        };
        if there.iter().find(led).is_some() && !there.contains(&cause) {
            there.push(cause);
        }
    }
    there.sort_unstable();
    for node in &graph.order {
        if let Node::Rule(id) = node {
            drawn.rule(*id, &there, rng);
        }
    }
    let recorded = drawn.facts.into_iter().map(|(id, value)| (id, recorded(value))).collect();
    let causes = there.into_iter().map(CauseId).collect();
    Ticket { causes, answers: Facts { recorded, ..Facts::default() } }
}

fn one_of(rng: &mut Rng, chances: &[f64]) -> usize {
    let mut left = rng.f64() * chances.iter().sum::<f64>();
    chances
        .iter()
        .position(|chance| {
            left -= chance;
            left <= 0.0
        })
        .unwrap_or(0)
}

/// Values that are drawn so far.
struct Drawn<'g> {
    graph: &'g InferenceGraph,
    facts: BTreeMap<FactId, Exactly>,
}

impl Drawn<'_> {
    /// Draws at which level a rule's symptom is seen, and values of facts that put it there, where there are some.
    fn rule(&mut self, rule: RuleId, there: &[usize], rng: &mut Rng) {
        let declared = &self.graph.pack.rules[rule];
        let Some(reading) = self.graph.pack.reading(&declared.evidence) else { return };
        let level = one_of(rng, &self.graph.levels_given(rule, there));
        let reads = self.graph.observed(rule);
        let open: Vec<(FactId, Vec<Exactly>)> = self.open(&reads);
        let mut ways: Vec<BTreeMap<FactId, Exactly>> = vec![BTreeMap::new()];
        for (fact, values) in open {
            let with = |way: &BTreeMap<FactId, Exactly>| {
                let way = way.clone();
                values
                    .iter()
                    .map(move |value| {
                        let mut way = way.clone();
                        way.insert(fact, value.clone());
                        way
                    })
                    .collect::<Vec<_>>()
            };
            let next: Vec<_> = ways.iter().flat_map(with).collect();
            ways = if next.len() > MOST_WAYS { ways } else { next };
        }
        let fits = |way: &&BTreeMap<FactId, Exactly>| {
            let mut facts = self.facts.clone();
            facts.extend(way.iter().map(|(id, value)| (*id, value.clone())));
            eval::read(reading, &Drawn { graph: self.graph, facts }) == Levels::from([level])
        };
        let fitting: Vec<&BTreeMap<FactId, Exactly>> = ways.iter().filter(fits).collect();
        if let Some(way) = rng.choice(fitting) {
            self.facts.extend(way.clone());
        }
    }

    /// The facts behind what is read that are not drawn yet, with the values that they may have; of what is computed from times,
    /// itself.
    fn open(&self, reads: &Reads) -> Vec<(FactId, Vec<Exactly>)> {
        let closure = self.graph.closure(reads);
        let computed = |id: &FactId| self.graph.pack.facts[*id].ty.is_amount();
        let derived: Vec<FactId> = closure
            .iter()
            .filter_map(|node| if let Node::Derive(id) = node { Some(*id) } else { None })
            .filter(computed)
            .collect();
        let behind: BTreeSet<FactId> = derived.iter().flat_map(|id| bases(self.graph, *id)).collect();
        let facts =
            closure.iter().filter_map(|node| if let Node::Fact(id) = node { Some(*id) } else { None });
        let wanted = facts.filter(|id| !behind.contains(id)).chain(derived.iter().copied());
        let values = |id: FactId| regions(&self.graph.pack, id).into_iter().map(|cell| cell.example).collect();
        wanted.filter(|id| !self.facts.contains_key(id)).map(|id| (id, values(id))).collect()
    }
}

impl World for Drawn<'_> {
    fn fact(&self, id: FactId) -> Value {
        match (self.facts.get(&id), &self.graph.pack.facts[id].definition) {
            (Some(value), _) => Value::Exactly(value.clone()),
            (None, Some(definition)) => eval::define(definition, self),
            (None, None) => Value::Unknown,
        }
    }

    fn levels(&self, id: SymptomId) -> Levels {
        eval::read(&self.graph.pack.symptoms[id].reading, self)
    }
}
