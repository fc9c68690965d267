//! What a picture shows: boxes in columns and lines between them, before any of it has a place.
//!
//! A rule is drawn as what it observes: with a symptom or fact of its own name, or where it is a direct check of one fact, it
//! is no box of its own. Causes and fixes stand in the last two columns, before them the symptoms that speak for causes, before
//! those what they are read from. Facts stand in the first column; those that speak for a cause themselves stand before the
//! symptoms, so that no column is much higher than the others. What is read over several steps shares a column where there
//! is little of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::explain::why::Reason;
use crate::graph::{Around, Edge, InferenceGraph, Node};
use crate::model::evaluate::RuleState;
use crate::pack::{CauseId, Evidence, FactId, Rule, RuleId};
use crate::report::{leading, level_names};
use crate::ticket::Ticket;
use crate::ticket::diagnosis::Probability;

/// So many reasons of a cause are in a picture of what matched, the strongest.
const MOST_REASONS: usize = 12;

/// A column with less than this part of the fullest is nearly empty.
const NEARLY_EMPTY: usize = 4;

/// What a picture shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Scene {
    pub(super) boxes: Vec<Item>,
    pub(super) lines: Vec<Line>,
    /// Whether a ticket is seen in it; what is not lit is faint then.
    pub(super) ticket: bool,
}

/// What a box stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Fact,
    Computed,
    Symptom,
    Rule,
    Cause,
    Fix,
}

/// A box.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) column: usize,
    /// In plain words.
    pub(super) title: String,
    /// As the pack calls it, where the title is something else.
    pub(super) name: Option<String>,
    /// What the ticket says of it.
    pub(super) note: Option<String>,
    /// How likely it is.
    pub(super) chance: Option<Probability>,
    /// Whether it has something to do with the ticket.
    pub(super) lit: bool,
    /// Whether the picture is around it.
    pub(super) middle: bool,
    /// Everything, for whoever points at it.
    pub(super) about: String,
}

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tie {
    Reads,
    Guards,
    Speaks,
    RulesOut,
    Context,
    LeadsTo,
    Removes,
}

/// A line between two boxes, by their places in the list.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) tie: Tie,
    pub(super) lit: bool,
    /// Whether what was seen speaks for the cause, or against it.
    pub(super) speaks: Option<Side>,
    /// How often what a rule observes is seen with the cause, at the level that is seen most often; 1 for any other line.
    pub(super) weight: f64,
    /// Everything, for whoever points at it.
    pub(super) about: String,
}

/// For or against a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    For,
    Against,
}

/// Which boxes there are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Extent<'a> {
    /// The whole pack.
    All,
    /// What leads to something, and what it leads to.
    Around(&'a Around),
    /// What matched in a ticket for or against its likeliest causes.
    Matched,
}

/// Puts a scene together.
pub(super) fn scene(graph: &InferenceGraph, extent: Extent, ticket: Option<&Ticket>) -> Scene {
    let mut builder = Builder {
        graph,
        extent,
        ticket,
        drawn: BTreeMap::new(),
        rules: BTreeMap::new(),
        lit: BTreeSet::new(),
        leading: Vec::new(),
        heeded: BTreeMap::new(),
    };
    builder.merge();
    builder.light();
    builder.scene()
}

struct Builder<'a> {
    graph: &'a InferenceGraph,
    extent: Extent<'a>,
    ticket: Option<&'a Ticket>,
    /// What each rule is drawn as, and the rules that are drawn as something.
    drawn: BTreeMap<RuleId, Node>,
    rules: BTreeMap<Node, Vec<RuleId>>,
    /// What has something to do with the ticket.
    lit: BTreeSet<Node>,
    /// The likeliest causes.
    leading: Vec<CauseId>,
    /// The likeliest cause for or against which each rule speaks.
    heeded: BTreeMap<RuleId, CauseId>,
}

impl<'a> Builder<'a> {
    fn rule(&self, id: RuleId) -> Option<&'a Rule> {
        self.graph.pack.rules.nth(id.0)
    }

    /// Finds what has something to do with the ticket: what was recorded, the rules that matched and what they read, the
    /// likeliest causes and their fixes.
    fn light(&mut self) {
        let Some(ticket) = self.ticket else { return };
        self.leading = leading(ticket.diagnosis()).iter().map(|ranked| ranked.cause).collect();
        let known = |id: &FactId| ticket.facts().recorded.get(id).is_some_and(|r| r.available);
        for node in self.graph.nodes() {
            let lit = match node {
                Node::Fact(id) | Node::Derive(id) => known(&id),
                Node::Cause(id) => self.leading.contains(&id),
                Node::Fix(id) => self.removes_leading(id),
                Node::Symptom(_) | Node::Rule(_) => false,
            };
            if lit {
                self.lit.insert(node);
            }
        }
        for ranked in &ticket.diagnosis().causes {
            for reason in ranked.why.iter().flat_map(|why| &why.reasons) {
                self.heeded.entry(reason.rule).or_insert(ranked.cause);
            }
        }
        for account in &ticket.diagnosis().rules {
            if !matches!(account.state, RuleState::Matched { .. }) {
                continue;
            }
            self.lit.insert(Node::Rule(account.rule));
            for witness in &account.witnesses {
                self.lit.insert(Node::Derive(witness.fact));
            }
            let read = self.graph.closure(&self.graph.observed(account.rule));
            self.lit.extend(read.into_iter().filter(|node| matches!(node, Node::Symptom(_))));
        }
    }

    fn removes_leading(&self, fix: crate::pack::FixId) -> bool {
        let mut causes = self.leading.iter().filter_map(|id| self.graph.pack.causes.nth(id.0));
        causes.any(|cause| cause.fixes.contains(&fix))
    }

    /// Finds what each rule is drawn as.
    fn merge(&mut self) {
        for id in (0..self.graph.pack.rules.len()).map(RuleId) {
            let node = self.merged(id).unwrap_or(Node::Rule(id));
            self.drawn.insert(id, node);
            self.rules.entry(node).or_default().push(id);
        }
    }

    /// The symptom or fact with which a rule is one.
    fn merged(&self, id: RuleId) -> Option<Node> {
        let rule = self.rule(id)?;
        let observed = self.graph.observed(id);
        let only = match (observed.facts.iter().next(), observed.symptoms.iter().next()) {
            (Some(fact), None) if observed.facts.len() == 1 => self.fact_node(*fact),
            (None, Some(symptom)) if observed.symptoms.len() == 1 => Node::Symptom(*symptom),
            _ => return None,
        };
        let same = only.name(&self.graph.pack) == rule.name.value;
        (same || is_check(rule)).then_some(only)
    }

    /// What a node is drawn as.
    fn drawn_as(&self, node: Node) -> Node {
        match node {
            Node::Rule(id) => self.drawn.get(&id).copied().unwrap_or(node),
            _ => node,
        }
    }

    fn fact_node(&self, id: FactId) -> Node {
        let derived = self.graph.pack.facts[id].definition.is_some();
        if derived { Node::Derive(id) } else { Node::Fact(id) }
    }

    fn shown(&self, node: Node) -> bool {
        match self.extent {
            Extent::All => true,
            Extent::Around(around) => around.nodes.contains(&node),
            Extent::Matched => self.lit.contains(&node) && self.speaks(node),
        }
    }

    /// Whether something says in a picture of what matched: rules that do, symptoms where they are drawn as one, facts, causes.
    fn speaks(&self, node: Node) -> bool {
        match node {
            Node::Fact(_) | Node::Derive(_) | Node::Cause(_) => true,
            Node::Symptom(_) | Node::Fix(_) => false,
            Node::Rule(_) => {
                self.leading.iter().any(|cause| self.reason(node, Node::Cause(*cause)).is_some())
            }
        }
    }

    fn scene(&self) -> Scene {
        let shown = self.graph.nodes().filter(|node| self.shown(*node));
        let nodes: BTreeSet<Node> = shown.map(|node| self.drawn_as(node)).collect();
        let mut nodes: Vec<Node> = nodes.into_iter().collect();
        let mut lines = self.lines(&places(&nodes));
        if matches!(self.extent, Extent::Matched) {
            // What has nothing to do with any other box says nothing here.
            let tied: BTreeSet<usize> =
                lines.iter().filter(|line| line.lit).flat_map(|line| [line.from, line.to]).collect();
            let keep = |(at, node): &(usize, &Node)| matches!(node, Node::Cause(_)) || tied.contains(at);
            nodes = nodes.iter().enumerate().filter(keep).map(|(_, node)| *node).collect();
            lines = self.lines(&places(&nodes));
            lines.retain(|line| line.lit);
        }
        let columns = columns(&nodes, &lines);
        let boxes = nodes.iter().zip(columns).map(|(node, column)| self.item(*node, column)).collect();
        Scene { boxes, lines, ticket: self.ticket.is_some() }
    }

    fn lines(&self, places: &BTreeMap<Node, usize>) -> Vec<Line> {
        let mut lines: BTreeMap<(usize, usize, Tie), Line> = BTreeMap::new();
        for (first, edge, target) in self.graph.edges() {
            let Some(to) = places.get(&self.drawn_as(target)).copied() else { continue };
            for source in self.sources(first, edge, places) {
                let from = places.get(&self.drawn_as(source)).copied().filter(|from| *from != to);
                let tie = self.tie(edge, source, target);
                let (Some(from), Some(tie)) = (from, tie) else { continue };
                let line = self.line(from, to, tie, source, target);
                let old = lines.entry((from, to, tie)).or_insert_with(|| line.clone());
                if line.lit && !old.lit {
                    *old = line;
                }
            }
        }
        lines.into_values().collect()
    }

    /// Where the lines of an edge begin: where a symptom in between is not shown, at what it reads.
    fn sources(&self, first: Node, edge: Edge, places: &BTreeMap<Node, usize>) -> Vec<Node> {
        let through = matches!(self.extent, Extent::Matched) && matches!(edge, Edge::Reads | Edge::Observes);
        let (mut sources, mut todo) = (Vec::new(), vec![first]);
        let mut seen = BTreeSet::new();
        while let Some(node) = todo.pop() {
            if !seen.insert(node) {
                continue;
            }
            if !through || places.contains_key(&self.drawn_as(node)) {
                sources.push(node);
            } else {
                todo.extend(self.graph.sources(node));
            }
        }
        sources
    }

    /// What an edge is drawn as; an order of rules is seen from their guards.
    fn tie(&self, edge: Edge, source: Node, target: Node) -> Option<Tie> {
        Some(match edge {
            Edge::Reads | Edge::Observes => Tie::Reads,
            Edge::Guards => Tie::Guards,
            Edge::Before => return None,
            Edge::Context => Tie::Context,
            Edge::LeadsTo => Tie::LeadsTo,
            Edge::Removes => Tie::Removes,
            Edge::Links => match (source, target) {
                (Node::Rule(rule), Node::Cause(cause)) if self.only_rules_out(rule, cause) => Tie::RulesOut,
                _ => Tie::Speaks,
            },
        })
    }

    fn only_rules_out(&self, rule: RuleId, cause: CauseId) -> bool {
        self.rule(rule)
            .is_some_and(|rule| rule.rules_out.contains_key(&cause) && !rule.with.contains_key(&cause))
    }

    fn line(&self, from: usize, to: usize, tie: Tie, source: Node, target: Node) -> Line {
        let both = self.is_lit(source) && self.is_lit(target);
        let reason = self.reason(source, target);
        let speaks = reason.map(|reason| match reason.factor {
            Some(factor) if factor < 1.0 => Side::Against,
            _ => Side::For,
        });
        let lit = reason.is_some() || both && !matches!(tie, Tie::Speaks | Tie::RulesOut);
        let said = match tie {
            Tie::Reads => "is read by",
            Tie::Guards => "decides whether this speaks:",
            _ if speaks == Some(Side::For) => "speaks for",
            _ if speaks == Some(Side::Against) => "speaks against",
            Tie::Speaks => "speaks for or against",
            Tie::RulesOut => "can rule out",
            Tie::Context => "is a context of",
            Tie::LeadsTo => "leads to",
            Tie::Removes => "is removed by",
        };
        let name = |node: Node| node.name(&self.graph.pack);
        let weight = if tie == Tie::Speaks { self.weight(source, target) } else { 1.0 };
        Line {
            from,
            to,
            tie,
            lit,
            speaks,
            weight,
            about: format!("{} {said} {}", name(source), name(target)),
        }
    }

    fn weight(&self, source: Node, target: Node) -> f64 {
        let (Node::Rule(rule), Node::Cause(cause)) = (source, target) else { return 1.0 };
        let line = self.rule(rule).and_then(|rule| rule.with.get(&cause));
        let levels = line.into_iter().flat_map(|line| &line.chances).filter(|(level, _)| **level > 0);
        levels.map(|(_, frequently)| frequently.chance).fold(0.0, f64::max)
    }

    fn is_lit(&self, node: Node) -> bool {
        let as_computed = |id| self.lit.contains(&Node::Derive(id)) || self.lit.contains(&Node::Fact(id));
        match node {
            Node::Fact(id) | Node::Derive(id) => as_computed(id),
            _ => self.lit.contains(&node),
        }
    }

    /// What a rule that matched says about one of the likeliest causes, or else about the likeliest of which it says anything.
    fn reason(&self, source: Node, target: Node) -> Option<&'a Reason> {
        let (Node::Rule(rule), Node::Cause(cause)) = (source, target) else { return None };
        if !self.leading.contains(&cause) && self.heeded.get(&rule) != Some(&cause) {
            return None;
        }
        let ranked = self.ticket?.diagnosis().causes.iter().find(|ranked| ranked.cause == cause)?;
        let shown = if matches!(self.extent, Extent::Matched) { MOST_REASONS } else { usize::MAX };
        ranked.why.as_ref()?.reasons.iter().take(shown).find(|reason| reason.rule == rule)
    }

    fn item(&self, node: Node, column: usize) -> Item {
        let (kind, title) = self.titled(node);
        let name = node.name(&self.graph.pack);
        let chance = match (node, self.ticket) {
            (Node::Cause(id), Some(ticket)) if ticket.diagnosis().impossible.is_none() => {
                ticket.diagnosis().causes.iter().find(|ranked| ranked.cause == id).map(|r| r.probability)
            }
            _ => None,
        };
        let middle = match self.extent {
            Extent::Around(around) => around.of.contains(&node) || self.around_rule(node),
            Extent::All | Extent::Matched => false,
        };
        let title = title.unwrap_or(name);
        let note = self.note(node);
        let told = note.as_ref().map_or_else(String::new, |note| format!("\n= {note}"));
        Item {
            kind,
            column,
            title: title.to_owned(),
            name: (title != name).then(|| name.to_owned()),
            lit: self.is_lit(node) || self.rules_of(node).any(|rule| self.lit.contains(&Node::Rule(rule))),
            note,
            chance,
            middle,
            about: if title == name { format!("{name}{told}") } else { format!("{title}\n{name}{told}") },
        }
    }

    fn titled(&self, node: Node) -> (Kind, Option<&'a str>) {
        let pack = &self.graph.pack;
        match node {
            Node::Fact(id) => (Kind::Fact, pack.facts.nth(id.0).and_then(|f| f.ask.as_deref())),
            Node::Derive(_) => (Kind::Computed, None),
            Node::Symptom(id) => (Kind::Symptom, pack.symptoms.nth(id.0).and_then(|s| s.title.as_deref())),
            Node::Rule(id) => (Kind::Rule, self.rule(id).and_then(|rule| rule.title.as_deref())),
            Node::Cause(id) => (Kind::Cause, pack.causes.nth(id.0).and_then(|c| c.title.as_deref())),
            Node::Fix(id) => (Kind::Fix, pack.fixes.nth(id.0).and_then(|f| f.title.as_deref())),
        }
    }

    /// The rules that are drawn as a box.
    fn rules_of(&self, node: Node) -> impl Iterator<Item = RuleId> {
        self.rules.get(&node).into_iter().flatten().copied()
    }

    fn around_rule(&self, node: Node) -> bool {
        let Extent::Around(around) = self.extent else { return false };
        self.rules_of(node).any(|rule| around.of.contains(&Node::Rule(rule)))
    }

    /// What the ticket says of a fact, or of what a rule observed.
    fn note(&self, node: Node) -> Option<String> {
        let ticket = self.ticket?;
        match node {
            Node::Fact(id) | Node::Derive(id) => {
                let recorded = ticket.facts().recorded.get(&id).map(|recorded| recorded.written.clone());
                let witnesses = ticket.diagnosis().rules.iter().flat_map(|account| &account.witnesses);
                recorded.or_else(|| witnesses.into_iter().find(|w| w.fact == id).map(|w| w.value.clone()))
            }
            Node::Symptom(_) | Node::Rule(_) => {
                self.rules_of(node).find_map(|rule| self.observed(rule, ticket))
            }
            Node::Cause(_) => None,
            Node::Fix(id) => ticket.facts().tried.contains_key(&id).then(|| "tried already".to_owned()),
        }
    }

    fn observed(&self, id: RuleId, ticket: &Ticket) -> Option<String> {
        let account = ticket.diagnosis().rules.iter().find(|account| account.rule == id)?;
        let RuleState::Matched { levels, .. } = &account.state else { return None };
        let reading = self.graph.pack.reading(&self.rule(id)?.evidence)?;
        Some(level_names(levels, reading))
    }
}

/// Whether a rule is a cause's own direct check: `told by` gives it a name of several words, which nobody can write.
fn is_check(rule: &Rule) -> bool {
    rule.name.value.contains(' ') && !matches!(rule.evidence, Evidence::Symptom(_))
}

/// The place of each in the list.
fn places(nodes: &[Node]) -> BTreeMap<Node, usize> {
    nodes.iter().enumerate().map(|(at, node)| (*node, at)).collect()
}

/// The column of each box, without gaps.
fn columns(nodes: &[Node], lines: &[Line]) -> Vec<usize> {
    let late = lateness(nodes, lines);
    let evidence = |node: &Node| !matches!(node, Node::Cause(_) | Node::Fix(_));
    let most = nodes.iter().zip(&late).filter(|(node, _)| evidence(node)).map(|(_, late)| *late).max();
    let causes = most.map_or(0, |most| most + 1);
    let speaks: BTreeSet<usize> = lines
        .iter()
        .filter(|line| matches!(line.tie, Tie::Speaks | Tie::RulesOut | Tie::Context))
        .map(|line| line.from)
        .collect();
    let column = |(at, (node, late)): (usize, (&Node, &usize))| match node {
        Node::Cause(_) => causes,
        Node::Fix(_) => causes + 1,
        Node::Fact(_) if !speaks.contains(&at) => 0,
        Node::Fact(_) => causes.saturating_sub(2).min(causes.saturating_sub(1 + late)),
        _ => causes.saturating_sub(1).saturating_sub(*late),
    };
    let mut columns: Vec<usize> = nodes.iter().zip(&late).enumerate().map(column).collect();
    fold(nodes, &mut columns, causes);
    let used: BTreeSet<usize> = columns.iter().copied().collect();
    columns.iter().map(|column| used.range(..column).count()).collect()
}

/// Moves what stands in nearly empty columns between the facts and what symptoms read: facts to the first column, the rest
/// to the next.
fn fold(nodes: &[Node], columns: &mut [usize], causes: usize) {
    let members = |columns: &[usize], of: usize| columns.iter().filter(|column| **column == of).count();
    let fullest = (0..=causes + 1).map(|column| members(columns, column)).max().unwrap_or(0);
    for at in 1..causes.saturating_sub(2) {
        if members(columns, at) * NEARLY_EMPTY >= fullest {
            continue;
        }
        for (node, column) in nodes.iter().zip(columns.iter_mut()).filter(|(_, column)| **column == at) {
            *column = if matches!(node, Node::Fact(_)) { 0 } else { at + 1 };
        }
    }
}

/// How many columns before the causes what is read at least stands: one more than what reads it.
fn lateness(nodes: &[Node], lines: &[Line]) -> Vec<usize> {
    let mut late = vec![0; nodes.len()];
    // Reading has no circles; each round settles one more step of the longest chain.
    for _ in 0..nodes.len() {
        let mut changed = false;
        for line in lines.iter().filter(|line| line.tie == Tie::Reads) {
            let after = late.get(line.to).map_or(0, |late| late + 1);
            if let Some(own) = late.get_mut(line.from).filter(|own| **own < after) {
                *own = after;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    late
}
