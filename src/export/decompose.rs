//! A network as discrete variables with small tables.
//!
//! In: a [`Labelled`] network. Out: a [`Decomposition`]: variables, each behind its parents, with P(state |
//! parents) and what is observed. Guarantee: given what is observed, every variable that has the name of a
//! cause, of a context, or is called `unlisted`, has the posterior of [`crate::infer::exact`]; a cause that a
//! tried fix may have cured has a variable `CAUSE__still_there` for that.
//!
//! No table grows with the number of causes. A noisy-OR is a chain, one cause after the other (the temporal
//! decomposition of Heckerman & Breese 1996): a step is its background, from which each cause in turn may
//! take what is left; or what each cause in turn shows; unless a cause rules it out. Levels are a chain too
//! (Díez 1993): no higher, and this step, or lower. What a cause leads to is a chain that begins with the
//! effect's own share. "Something is wrong" is a chain over the causes that are still there and the one that
//! is not listed. Evidence that is unsure, or leaves several levels open, is a child of its own with the
//! weights in proportion as its table (virtual evidence, Pearl 1988). All causes stand in one order, so that
//! a program that eliminates variables can sweep along it; and what follows from what is observed (a step
//! that is not seen: none of its links so far) is observed as well, for programs that do not see that it
//! follows.

use std::collections::BTreeSet;

use super::labelled::{ContextLabel, FindingLabel, Label, Labelled};
use super::names::{Names, states};
use crate::infer::network::{Cause, Context, Finding, Network};
use crate::infer::step::{self, Step};

/// A network as discrete variables, each behind its parents.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposition {
    /// What the pack is called.
    pub pack: Label,
    /// The variables.
    pub variables: Vec<Variable>,
}

/// A discrete variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// An identifier in every format.
    pub name: String,
    /// In plain words.
    pub title: Option<String>,
    /// Identifiers, two or more.
    pub states: Vec<String>,
    /// Indexes of variables before this one.
    pub parents: Vec<usize>,
    /// P(state | parents): its states run fastest, then the last parent.
    pub table: Vec<f64>,
    /// The state in which it is seen.
    pub observed: Option<usize>,
}

const NO: usize = 0;
const YES: usize = 1;

/// The states of the cause that the pack does not list.
const UNLISTED: [&str; 3] = ["absent", "normal", "active"];

/// Writes a network as variables with small tables.
pub fn decompose(labelled: &Labelled) -> Decomposition {
    let mut builder = Builder::new(labelled);
    let network = &labelled.network;
    for (at, context) in network.contexts.iter().enumerate() {
        builder.context(at, context);
    }
    let unlisted = builder.unlisted(network.unlisted);
    let parents = parents(network);
    for (cause, into) in order(parents) {
        builder.cause(network, cause, &into);
    }
    for (at, finding) in network.findings.iter().enumerate() {
        builder.finding(at, finding, unlisted);
    }
    let wrong = builder.wrong(&network.causes, unlisted);
    if network.ticket {
        builder.observe(wrong, YES);
    }
    Decomposition { pack: labelled.pack.clone(), variables: builder.variables }
}

/// A name that is taken already, and what goes with it.
struct Named {
    name: String,
    title: Option<String>,
    states: Vec<String>,
}

struct Builder {
    names: Names,
    contexts: Vec<Named>,
    causes: Vec<Named>,
    findings: Vec<Named>,
    variables: Vec<Variable>,
    /// For each context and each cause, its variable.
    context_at: Vec<usize>,
    cause_at: Vec<Option<usize>>,
}

fn yes_no() -> Vec<String> {
    states(["no", "yes"])
}

/// Returns the chances of no and yes.
fn chance(p: f64) -> Vec<f64> {
    vec![1.0 - p, p]
}

fn certainly(yes: bool) -> Vec<f64> {
    chance(f64::from(yes))
}

/// Returns all weight on one state.
fn only(state: usize, states: usize) -> Vec<f64> {
    (0..states).map(|other| f64::from(other == state)).collect()
}

impl Builder {
    /// Takes the names of the pack first, so that no other name changes them.
    fn new(labelled: &Labelled) -> Self {
        let mut names = Names::default();
        let mut named = |written: &str, title: &Option<String>, states| Named {
            name: names.name(written),
            title: title.clone(),
            states,
        };
        let ours = |words: &ContextLabel| states(words.values.iter().map(String::as_str));
        let levels = |words: &FindingLabel| states(words.levels.iter().map(String::as_str));
        let contexts = labelled.contexts.iter().map(|c| named(&c.name, &None, ours(c))).collect();
        let causes = labelled.causes.iter().map(|c| named(&c.name, &c.title, yes_no())).collect();
        let findings =
            labelled.findings.iter().map(|f| named(&f.rule.name, &f.rule.title, levels(f))).collect();
        let cause_at = vec![None; labelled.causes.len()];
        Self { names, contexts, causes, findings, variables: Vec::new(), context_at: Vec::new(), cause_at }
    }

    /// Adds a variable; `row` gives its chances for a combination of the states of its parents.
    fn add(&mut self, named: Named, parents: Vec<usize>, row: impl Fn(&[usize]) -> Vec<f64>) -> usize {
        let sizes: Vec<usize> =
            parents.iter().map(|p| self.variables.get(*p).map_or(1, |v| v.states.len())).collect();
        let table = combinations(&sizes).iter().flat_map(|on| row(on)).collect();
        let Named { name, title, states } = named;
        self.variables.push(Variable { name, title, states, parents, table, observed: None });
        self.variables.len() - 1
    }

    fn observe(&mut self, variable: usize, state: usize) {
        if let Some(variable) = self.variables.get_mut(variable) {
            variable.observed = Some(state);
        }
    }

    /// Names something that the pack has no name for.
    fn between(&mut self, parts: &[&str]) -> Named {
        Named { name: self.names.compound(parts), title: None, states: yes_no() }
    }

    fn context(&mut self, at: usize, context: &Context) {
        let named = taken(&mut self.contexts, at);
        let name = named.name.clone();
        let variable = self.add(named, Vec::new(), |_| context.rates.clone());
        self.context_at.push(variable);
        let weights: Vec<f64> = context.possible.iter().map(|possible| f64::from(*possible)).collect();
        self.weighed(variable, &[&name, "still_possible"], &weights);
    }

    /// Observes a variable of which only weights are known: itself where one state is left, else through a
    /// child.
    fn weighed(&mut self, variable: usize, child: &[&str], weights: &[f64]) {
        let largest = weights.iter().copied().fold(0.0, f64::max);
        let mut counting = weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
        match (counting.next(), counting.next()) {
            (Some((state, _)), None) => self.observe(variable, state),
            (Some(_), _) if weights.iter().all(|weight| weight.to_bits() == largest.to_bits()) => {}
            _ => {
                let named = self.between(child);
                let share =
                    |state: &[usize]| state.first().and_then(|s| weights.get(*s)).copied().unwrap_or(0.0);
                let scale = if largest > 0.0 { largest } else { 1.0 };
                let child = self.add(named, vec![variable], |state| chance(share(state) / scale));
                self.observe(child, YES);
            }
        }
    }

    fn unlisted(&mut self, prior: f64) -> usize {
        let named = Named {
            name: self.names.name("unlisted_cause"),
            title: Some("A cause that the pack does not list".to_owned()),
            states: states(UNLISTED),
        };
        self.add(named, Vec::new(), |_| vec![1.0 - prior, prior / 2.0, prior / 2.0])
    }

    /// Adds a cause: its own share, or what leads to it.
    #[expect(clippy::indexing_slicing, reason = "the builder has a place for each cause of the network")]
    fn cause(&mut self, network: &Network, at: usize, into: &[(usize, f64)]) {
        let cause = &network.causes[at];
        let named = taken(&mut self.causes, at);
        let (sizes, contexts): (Vec<usize>, Vec<usize>) = cause
            .prior
            .scope
            .iter()
            .filter_map(|c| Some((network.contexts.get(*c)?.rates.len(), *self.context_at.get(*c)?)))
            .unzip();
        let prior = |on: &[usize]| cause.prior.values.get(place(on, &sizes)).copied().unwrap_or(0.0);
        let into: Vec<(usize, f64)> = if cause.prior.values.iter().any(|p| *p > 0.0) {
            into.iter().filter_map(|(p, chance)| Some(((*self.cause_at.get(*p)?)?, *chance))).collect()
        } else {
            Vec::new()
        };
        let variable = if into.is_empty() {
            self.add(named, contexts, |on| chance(prior(on)))
        } else {
            self.effect(named, contexts, &into, prior)
        };
        if let Some(known) = cause.known {
            self.observe(variable, usize::from(known));
        }
        self.cause_at[at] = Some(variable);
    }

    /// Adds an effect. Where its own share is 0, what leads to it is silent: the chain has a state for that.
    fn effect(
        &mut self,
        named: Named,
        contexts: Vec<usize>,
        into: &[(usize, f64)],
        prior: impl Fn(&[usize]) -> f64,
    ) -> usize {
        let name = named.name.clone();
        let mut own = self.between(&[&name, "of_itself"]);
        own.states = states(["impossible", "no", "yes"]);
        let mut so_far = self.add(own, contexts, |on| match prior(on) {
            p if p > 0.0 => vec![0.0, 1.0 - p, p],
            _ => only(0, 3),
        });
        let mut named = Some(named);
        for (at, &(parent, power)) in into.iter().enumerate() {
            let step = |on: &[usize]| match on {
                [0, _] => only(0, 3),
                [1, YES] => vec![0.0, 1.0 - power, power],
                [state, _] => only(*state, 3),
                _ => Vec::new(),
            };
            so_far = if let Some(named) = named.take_if(|_| at + 1 == into.len()) {
                self.add(named, vec![so_far, parent], |on| yes_of_three(&step(on)))
            } else {
                let mut or = self.between(&[&name, "or_of", &self.name_of(parent)]);
                or.states = states(["impossible", "no", "yes"]);
                self.add(or, vec![so_far, parent], step)
            };
        }
        so_far
    }

    fn name_of(&self, variable: usize) -> String {
        self.variables.get(variable).map_or_else(String::new, |v| v.name.clone())
    }

    fn finding(&mut self, at: usize, finding: &Finding, unlisted: usize) {
        let named = taken(&mut self.findings, at);
        let name = named.name.clone();
        let chain = match (&*finding.steps, finding.levels) {
            ([step], 2) => {
                let step = self.step(named, step, unlisted);
                vec![Link { level: 1, so_far: step.step, step }]
            }
            (steps, _) => self.levels(named, steps, unlisted),
        };
        self.seen(&name, &chain, &finding.weights);
    }

    /// Observes what is seen of a finding. The lowest levels, where they count alike, are one: what tells
    /// them apart is left open.
    fn seen(&mut self, name: &str, chain: &[Link], weights: &[f64]) {
        let counts = |level: usize| weights.get(level).copied().unwrap_or(0.0);
        if let Some(link) = chain.last().filter(|_| weights.iter().all(|weight| *weight <= 0.0)) {
            return self.weighed(link.so_far, &[name, "as_reported"], weights);
        }
        let alike = weights.iter().take_while(|w| w.to_bits() == counts(0).to_bits()).count();
        let last = chain.iter().rposition(|link| link.level >= alike);
        let Some((read, deciding)) = last.and_then(|at| Some((chain.get(..=at)?, chain.get(at)?))) else {
            return;
        };
        let open = |level: usize| level == 0 || level >= alike;
        let by_state: Vec<f64> =
            (0..weights.len()).map(|level| if open(level) { counts(level) } else { 0.0 }).collect();
        let highest = by_state.iter().rposition(|weight| *weight > 0.0).unwrap_or(0);
        for link in read.iter().filter(|link| link.level > highest) {
            self.unseen(link);
        }
        let one = by_state.iter().filter(|weight| **weight > 0.0).count() == 1;
        if let Some(link) = read.iter().find(|link| one && highest > 0 && link.level == highest) {
            link.step.no_if_yes.iter().for_each(|at| self.observe(*at, NO));
            self.observe(link.step.step, YES);
            self.observe(link.so_far, if link.step.step == link.so_far { YES } else { highest });
        } else if highest > 0 {
            let states = self.variables.get(deciding.so_far).map_or(0, |v| v.states.len());
            self.weighed(deciding.so_far, &[name, "as_reported"], by_state.get(..states).unwrap_or(&[]));
        }
    }

    /// Observes that a step is not seen, nor is any higher.
    fn unseen(&mut self, link: &Link) {
        link.step.no_if_no.iter().for_each(|at| self.observe(*at, NO));
        self.observe(link.so_far, NO);
    }

    /// Adds the levels from the top down. The state of the chain is the level, or 0 while none is seen.
    fn levels(&mut self, named: Named, steps: &[Step], unlisted: usize) -> Vec<Link> {
        let (name, levels) = (named.name.clone(), named.states.clone());
        let count = levels.len();
        let mut chain: Vec<Link> = Vec::new();
        let mut named = Some(named);
        for (at, step) in steps.iter().enumerate() {
            let level = levels.get(step.level).map_or("", String::as_str);
            let own = self.between(&[&name, level]);
            let chains = self.step(own, step, unlisted);
            let own = chains.step;
            let named = named.take_if(|_| at + 1 == steps.len()).unwrap_or_else(|| {
                let named = self.between(&[&name, "down_to", level]);
                Named { states: levels.clone(), ..named }
            });
            let so_far = match chain.last().map(|link| link.so_far) {
                None => self.add(named, vec![own], |on| only(at_level(on, step.level), count)),
                Some(higher) => self.add(named, vec![higher, own], |on| match on {
                    [NO, rest @ ..] => only(at_level(rest, step.level), count),
                    [higher, ..] => only(*higher, count),
                    [] => Vec::new(),
                }),
            };
            chain.push(Link { level: step.level, step: chains, so_far });
        }
        if let Some(named) = named {
            self.add(named, Vec::new(), |_| only(0, count));
        }
        chain
    }

    /// Adds a step: its background as far as no cause holds it back, or what causes show, unless a cause
    /// rules it out; a chain each.
    fn step(&mut self, named: Named, step: &Step, unlisted: usize) -> Chains {
        let name = named.name.clone();
        let there = |cause: &usize| self.cause_at.get(*cause).copied().flatten();
        let links: Vec<(usize, Does)> = step
            .links
            .iter()
            .filter_map(|(cause, link)| Some((there(cause)?, link)))
            .flat_map(|(cause, link)| does(link).map(move |does| (cause, does)))
            .collect();
        let active = step.active.to_bits() != step.background.to_bits();
        let parents = if active { vec![unlisted] } else { Vec::new() };
        let background = |on: &[usize]| chance(if on == [2] { step.active } else { step.background });
        if links.is_empty() {
            let step = self.add(named, parents, background);
            return Chains { step, no_if_no: vec![step], no_if_yes: Vec::new() };
        }
        let first = self.between(&[&name, "background"]);
        let first = self.add(first, parents, background);
        let held = self.chain(&name, Some(first), &links, |does| matches!(does, Does::Holds(_)));
        let apart = held.len() > 1;
        let from = if apart { None } else { Some(first) };
        let shown = self.chain(&name, from, &links, |does| matches!(does, Does::Shows(_)));
        let out = self.chain(&name, None, &links, |does| matches!(does, Does::RulesOut));
        let ends = [held.last().filter(|_| apart), shown.last(), out.last()];
        let rules_out = !out.is_empty();
        let step = self.add(named, ends.into_iter().flatten().copied().collect(), |on| {
            let (out, seen) = if rules_out { on.split_last().unwrap_or((&NO, on)) } else { (&NO, on) };
            certainly(*out == NO && seen.contains(&YES))
        });
        let mut no_if_no = vec![step];
        if !rules_out {
            no_if_no.extend(held.last().filter(|_| apart).into_iter().chain(&shown));
        }
        Chains { step, no_if_no, no_if_yes: out }
    }

    /// Adds the causes that do one thing to a step, one after the other.
    fn chain(
        &mut self,
        name: &str,
        from: Option<usize>,
        links: &[(usize, Does)],
        of: impl Fn(&Does) -> bool,
    ) -> Vec<usize> {
        let mut chain: Vec<usize> = from.into_iter().collect();
        for (cause, does) in links.iter().filter(|(_, does)| of(does)) {
            let named = self.between(&[name, does.word(), &self.name_of(*cause)]);
            let parents = chain.last().into_iter().copied().chain([*cause]).collect();
            chain.push(self.add(named, parents, |on| match on {
                [so_far, cause] => does.row(*so_far == YES, *cause == YES),
                [cause] => does.row(false, *cause == YES),
                _ => Vec::new(),
            }));
        }
        chain
    }

    /// Adds "something is wrong", and "none of what is listed is still there".
    fn wrong(&mut self, causes: &[Cause], unlisted: usize) -> usize {
        let still: Vec<usize> =
            causes.iter().enumerate().filter_map(|(at, cause)| self.still_there(at, cause)).collect();
        let none = self.none_of(&still);
        let wrong = Named {
            name: self.names.name("something_is_wrong"),
            title: Some("A cause is there, listed or not".to_owned()),
            states: yes_no(),
        };
        self.add(wrong, vec![none, unlisted], |on| certainly(on != [YES, 0]))
    }

    /// Returns the variable that says whether a cause is still there.
    fn still_there(&mut self, at: usize, cause: &Cause) -> Option<usize> {
        let there = (*self.cause_at.get(at)?)?;
        if cause.cured <= 0.0 {
            return Some(there);
        }
        let named = self.between(&[&self.name_of(there), "still_there"]);
        Some(self.add(named, vec![there], |on| match on {
            [YES] => chance(1.0 - cause.cured),
            _ => certainly(false),
        }))
    }

    fn none_of(&mut self, still: &[usize]) -> usize {
        let mut last = Some(Named {
            name: self.names.name("unlisted"),
            title: Some("A cause that this pack does not list".to_owned()),
            states: yes_no(),
        });
        let mut so_far: Option<usize> = None;
        for (at, &cause) in still.iter().enumerate() {
            let named = match last.take_if(|_| at + 1 == still.len()) {
                Some(named) => named,
                None => self.between(&["none_up_to", &self.name_of(cause)]),
            };
            let parents = so_far.into_iter().chain([cause]).collect();
            so_far = Some(self.add(named, parents, |on| match on {
                [none, there] => certainly(*none == YES && *there == NO),
                [there] => certainly(*there == NO),
                _ => Vec::new(),
            }));
        }
        match (so_far, last) {
            (Some(none), _) => none,
            (None, Some(named)) => self.add(named, Vec::new(), |_| certainly(true)),
            (None, None) => 0,
        }
    }
}

/// A step within its finding.
struct Link {
    level: usize,
    step: Chains,
    /// The variable that says which level is the highest down to this one.
    so_far: usize,
}

/// A step and what stands between it and the causes.
struct Chains {
    step: usize,
    /// What is no where the step is not seen, itself too.
    no_if_no: Vec<usize>,
    /// What is no where it is seen.
    no_if_yes: Vec<usize>,
}

/// What a cause does to a step.
#[derive(Clone, Copy)]
enum Does {
    Holds(f64),
    Shows(f64),
    RulesOut,
}

/// Returns all that a link does.
fn does(link: &step::Link) -> impl Iterator<Item = Does> {
    let possible = |does| Some(does).filter(|_| link.possible);
    let holds = possible(Does::Holds(link.hold)).filter(|_| link.hold < 1.0);
    let shows = possible(Does::Shows(link.power)).filter(|_| link.power > 0.0);
    let rules_out = (!link.possible).then_some(Does::RulesOut);
    [holds, shows, rules_out].into_iter().flatten()
}

impl Does {
    fn word(self) -> &'static str {
        match self {
            Self::Holds(_) => "unless_held_by",
            Self::Shows(_) => "or_of",
            Self::RulesOut => "ruled_out_by",
        }
    }

    /// Returns the chances of no and yes, from yes so far and whether the cause is there.
    fn row(self, so_far: bool, there: bool) -> Vec<f64> {
        match self {
            Self::Holds(hold) if so_far && there => chance(hold),
            Self::Shows(power) if !so_far && there => chance(power),
            Self::RulesOut => certainly(so_far || there),
            _ => certainly(so_far),
        }
    }
}

/// Returns the level where the step is seen, else 0.
fn at_level(on: &[usize], level: usize) -> usize {
    if on == [YES] { level } else { 0 }
}

fn yes_of_three(row: &[f64]) -> Vec<f64> {
    match row {
        [impossible, no, yes] => vec![impossible + no, *yes],
        _ => Vec::new(),
    }
}

/// Takes a name that was given at the beginning; each is asked for once.
fn taken(named: &mut [Named], at: usize) -> Named {
    let nothing = || Named { name: String::new(), title: None, states: Vec::new() };
    named.get_mut(at).map_or_else(nothing, |named| std::mem::replace(named, nothing()))
}

/// Returns all combinations of states, the last running fastest.
fn combinations(sizes: &[usize]) -> Vec<Vec<usize>> {
    let longer = |all: Vec<Vec<usize>>, size: &usize| {
        all.iter().flat_map(|row| (0..*size).map(move |state| [&row[..], &[state]].concat())).collect()
    };
    sizes.iter().fold(vec![Vec::new()], longer)
}

/// Returns the place of a combination in a table in which the first runs fastest.
fn place(on: &[usize], sizes: &[usize]) -> usize {
    on.iter().zip(sizes).rev().fold(0, |place, (state, size)| place * size + state)
}

/// Returns for each cause what leads to it.
#[expect(clippy::indexing_slicing, reason = "a cause leads to causes of its network")]
fn parents(network: &Network) -> Vec<Vec<(usize, f64)>> {
    let mut parents = vec![Vec::new(); network.causes.len()];
    for (at, cause) in network.causes.iter().enumerate() {
        for (effect, chance) in &cause.leads_to {
            parents[*effect].push((at, *chance));
        }
    }
    parents
}

/// Puts causes before what they lead to; a link that would close a circle does nothing.
fn order(parents: Vec<Vec<(usize, f64)>>) -> Vec<(usize, Vec<(usize, f64)>)> {
    let mut left: BTreeSet<usize> = (0..parents.len()).collect();
    let mut order = Vec::with_capacity(parents.len());
    let mut into = parents;
    loop {
        let waits = |cause: &usize| into.get(*cause).is_some_and(|i| i.iter().any(|(p, _)| left.contains(p)));
        let free = left.iter().find(|cause| !waits(cause)).or(left.first()).copied();
        let Some(next) = free else { return order };
        let mut causes = into.get_mut(next).map(std::mem::take).unwrap_or_default();
        causes.retain(|(parent, _)| !left.contains(parent));
        left.remove(&next);
        order.push((next, causes));
    }
}
