//! From a pack to its graph.
//!
//! The nodes and edges are put in first; circles and guards that may clash are reported, and end it. In the
//! topological order of what is left follow the contexts with every cause's share over them, the factor from
//! shares to priors, and every rule as a chain of steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use petgraph::algo::toposort;
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};

use super::calibrate::{self, CalibrationError, Shares};
use super::context::{self, Context, ContextOf};
use super::numbers::{self, LineError, Lines};
use super::{Edge, InferenceGraph, Node, behind, circle, fact_node, guards};
use crate::infer::step::Step;
use crate::infer::table::Table;
use crate::pack::expr::Reads;
use crate::pack::{Cause, CauseId, Evidence, FactId, FixId, Pack, Rule, RuleId, SymptomId};
use crate::problem::{Code, Problem, Problems};
use crate::source::Span;
use crate::syntax::ast::Frequency;

/// Compiles a pack that resolved without errors; nothing where something keeps it from being a model.
pub fn compile(pack: Pack) -> (Option<InferenceGraph>, Problems) {
    let mut problems = Problems::new();
    let mut builder =
        Builder { pack: &pack, graph: DiGraph::new(), index: BTreeMap::new(), edges: BTreeMap::new() };
    builder.build();
    let Builder { graph, index, .. } = builder;
    circle::report(&graph, &pack, &mut problems);
    guards::report(&pack, &mut problems);
    if problems.has_errors() {
        return (None, problems);
    }
    let order = toposort(&graph, None).unwrap_or_default();
    let order: Vec<Node> = order.into_iter().filter_map(|n| graph.node_weight(n)).copied().collect();
    let ranks: BTreeMap<Node, usize> = order.iter().enumerate().map(|(rank, node)| (*node, rank)).collect();
    let read_by = |cause: &Cause| {
        let reads = Reads::of(cause.shares.iter().filter_map(|share| share.when.as_ref()));
        let mut read: Vec<Node> = behind(&pack, &graph, &index, &reads).into_iter().collect();
        read.sort_by_key(|node| ranks.get(node));
        read
    };
    let (contexts, shares) = context::contexts(&pack, &read_by, &mut problems);
    let calibration = calibrate(&pack, &contexts, &shares, &mut problems);
    let steps = pack.rules.iter().map(|rule| steps(&pack, rule, &mut problems)).collect();
    let priors = shares.iter().map(|share| share.times(calibration.lambda)).collect();
    let unlisted = calibration.unlisted;
    let compiled = InferenceGraph { pack, order, contexts, priors, unlisted, steps, graph, index };
    contexts_as_evidence(&compiled, &mut problems);
    let whole = !problems.has_errors();
    (whole.then_some(compiled), problems)
}

/// Puts nodes and edges in.
struct Builder<'p> {
    pack: &'p Pack,
    graph: DiGraph<Node, Edge>,
    index: BTreeMap<Node, NodeIndex>,
    /// The edge between two nodes; the graph itself would look for it among all edges of a node.
    edges: BTreeMap<(NodeIndex, NodeIndex), EdgeIndex>,
}

impl Builder<'_> {
    /// Puts a node in, once.
    fn node(&mut self, node: Node) -> NodeIndex {
        *self.index.entry(node).or_insert_with(|| self.graph.add_node(node))
    }

    /// Puts an edge in, one between two nodes: of two, the later counts.
    fn edge(&mut self, from: Node, edge: Edge, to: Node) {
        let (from, to) = (self.node(from), self.node(to));
        let index = *self.edges.entry((from, to)).or_insert_with(|| self.graph.add_edge(from, to, edge));
        if let Some(weight) = self.graph.edge_weight_mut(index) {
            *weight = edge;
        }
    }

    /// Puts an edge in from everything that is read.
    fn reads(&mut self, reads: &Reads, edge: Edge, to: Node) {
        for id in &reads.facts {
            self.edge(fact_node(self.pack, *id), edge, to);
        }
        for id in &reads.symptoms {
            self.edge(Node::Symptom(*id), edge, to);
        }
    }

    fn build(&mut self) {
        let pack = self.pack;
        for (at, fact) in pack.facts.iter().enumerate() {
            let node = fact_node(pack, FactId(at));
            self.node(node);
            if let Some(definition) = &fact.definition {
                self.reads(&definition.reads(), Edge::Reads, node);
            }
        }
        for (at, symptom) in pack.symptoms.iter().enumerate() {
            let node = Node::Symptom(SymptomId(at));
            self.node(node);
            self.reads(&Reads::of(symptom.reading.conditions()), Edge::Reads, node);
        }
        for (at, rule) in pack.rules.iter().enumerate() {
            self.rule(RuleId(at), rule);
        }
        for (at, cause) in pack.causes.iter().enumerate() {
            let node = Node::Cause(CauseId(at));
            self.node(node);
            self.reads(&Reads::of(cause.shares.iter().filter_map(|s| s.when.as_ref())), Edge::Context, node);
            for (effect, ..) in &cause.leads_to {
                self.edge(node, Edge::LeadsTo, Node::Cause(*effect));
            }
            for fix in &cause.fixes {
                self.edge(node, Edge::Removes, Node::Fix(*fix));
            }
        }
        for at in 0..pack.fixes.len() {
            self.node(Node::Fix(FixId(at)));
        }
        self.chains();
    }

    fn rule(&mut self, id: RuleId, rule: &Rule) {
        let node = Node::Rule(id);
        self.node(node);
        self.reads(&rule.evidence.reads(), Edge::Observes, node);
        if let Some(given) = &rule.given {
            self.reads(&given.reads(), Edge::Guards, node);
        }
        for cause in rule.causes() {
            self.edge(node, Edge::Links, Node::Cause(cause));
        }
    }

    /// Puts a rule before each other whose guard reads what it observes, through others too: of two rules
    /// over one chain of symptoms the guard is known first. A rule with a condition of its own may read in
    /// its guard what it observes itself.
    fn chains(&mut self) {
        let mut observers: BTreeMap<Node, Vec<RuleId>> = BTreeMap::new();
        for (at, rule) in self.pack.rules.iter().enumerate() {
            let reads = rule.evidence.reads();
            let facts = reads.facts.iter().map(|id| fact_node(self.pack, *id));
            for node in facts.chain(reads.symptoms.iter().map(|id| Node::Symptom(*id))) {
                observers.entry(node).or_default().push(RuleId(at));
            }
        }
        for (at, rule) in self.pack.rules.iter().enumerate() {
            let Some(given) = &rule.given else { continue };
            let own_condition = matches!(rule.evidence, Evidence::Condition(_));
            for node in behind(self.pack, &self.graph, &self.index, &given.reads()) {
                for observer in observers.get(&node).into_iter().flatten() {
                    if observer.0 != at || !own_condition {
                        self.edge(Node::Rule(*observer), Edge::Before, Node::Rule(RuleId(at)));
                    }
                }
            }
        }
    }
}

/// Finds the factor from shares to priors; reports where there is none.
fn calibrate(
    pack: &Pack,
    contexts: &[Context],
    shares: &[Table],
    problems: &mut Problems,
) -> calibrate::Calibration {
    let given = Shares {
        contexts: contexts.iter().map(|c| c.rates.clone()).collect(),
        causes: shares.to_vec(),
        unlisted: pack.manifest.priors.unlisted,
        several: pack.manifest.priors.several_at_once,
    };
    calibrate::calibrate(&given).unwrap_or_else(|error| {
        let place = pack.causes.iter().next().map_or_else(Span::default, |c| c.name.span);
        let (message, help) = match error {
            CalibrationError::NoShare if pack.causes.is_empty() => {
                ("this pack has no causes", "declare what may be wrong: `cause … \"…\" { rare }`")
            }
            CalibrationError::NoShare => {
                ("no cause of this pack is ever possible", "give at least one a share: `rare`")
            }
            CalibrationError::Unlisted => {
                ("`unlisted` must be less than 100 %", "10 % is good to begin with")
            }
            CalibrationError::TooWide => {
                ("the causes depend on too many contexts at once", "let each cause depend on fewer")
            }
        };
        // What only says how evidence is read is a vocabulary for other packs.
        let is_vocabulary = pack.causes.is_empty() && pack.rules.is_empty() && !pack.records.is_empty();
        // A cause whose contexts are wrong has no share; that is reported already.
        if !problems.has_errors() && !is_vocabulary {
            problems.push(Problem::error(Code::Missing, place, message).help(help));
        }
        calibrate::Calibration { lambda: 0.0, unlisted: 0.0 }
    })
}

/// Writes a rule as a chain of steps.
fn steps(pack: &Pack, rule: &Rule, problems: &mut Problems) -> Arc<[Step]> {
    let Some(reading) = pack.reading(&rule.evidence) else { return Arc::new([]) };
    let levels = reading.levels.len();
    let said = |line: &crate::pack::Line| {
        line.chances.iter().map(|(l, f)| (*l, f.chance)).collect::<BTreeMap<_, _>>()
    };
    // What the background does not name is `never`, which a pack may define.
    let mut anyway = said(&rule.anyway);
    for level in 1..levels {
        anyway.entry(level).or_insert(pack.manifest.scale.frequency(Frequency::Never));
    }
    let lines = Lines {
        levels,
        anyway,
        with: rule.with.iter().map(|(cause, line)| (cause.0, said(line))).collect(),
        rules_out: rule
            .rules_out
            .iter()
            .map(|(cause, (levels, _))| (cause.0, levels.iter().copied().collect()))
            .collect(),
        direct: rule.direct,
    };
    match numbers::steps(&lines) {
        Ok(steps) => steps.into(),
        Err(error) => {
            let (LineError::Over { line, .. } | LineError::Under { line, .. }) = error;
            let span = match line {
                numbers::Line::Anyway => rule.anyway.span,
                numbers::Line::With(cause) => {
                    rule.with.get(&CauseId(cause)).map_or(rule.name.span, |l| l.span)
                }
            };
            problems.push(
                Problem::error(Code::OverFull, span, error.to_string())
                    .help("the chances of one line must come to 100 % or less"),
            );
            Arc::new([])
        }
    }
}

/// Reports rules that observe a context. A context is how things are, broken or not, and is counted in the
/// priors; a rule that observes it would count it twice.
fn contexts_as_evidence(compiled: &InferenceGraph, problems: &mut Problems) {
    let mut contexts: BTreeMap<Node, &Context> = BTreeMap::new();
    for context in &compiled.contexts {
        let node = match context.of {
            ContextOf::Fact(id) | ContextOf::Member(id, _) => fact_node(&compiled.pack, id),
            ContextOf::Symptom(id) => Node::Symptom(id),
        };
        contexts.insert(node, context);
    }
    for (at, rule) in compiled.pack.rules.iter().enumerate() {
        let read = compiled.closure(&compiled.observed(RuleId(at)));
        if let Some((node, context)) = contexts.iter().find(|(node, _)| read.contains(node)) {
            let message = format!(
                "the rule `{}` observes `{}`, on which the share of a cause depends",
                rule.name.value, context.name
            );
            problems.push(
                Problem::error(Code::ContextAsEvidence, rule.name.span, message)
                    .also(node.span(&compiled.pack), "a context")
                    .help("put it into the rule's `given`, or let no cause's share depend on it: counted in both places, it would weigh twice"),
            );
        }
    }
}
