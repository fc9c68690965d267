//! The whole pipeline on one screen.

use std::collections::BTreeSet;

use crate::advise::next::What;
use crate::advise::why_not::{self, WhyNot};
use crate::advise::{self, Ticket};
use crate::diagnosis::{self, Diagnosis};
use crate::facts::recorded::{self, Facts};
use crate::facts::tree::{self, Format};
use crate::graph::{self, InferenceGraph};
use crate::infer::evaluate::evaluate;
use crate::infer::exact::{Budget, Outcome, posterior};
use crate::infer::network::Network;
use crate::infer::observe::observe;
use crate::infer::sets::{Sets, likeliest};
use crate::lint::{self, Covered, Subject};
use crate::load::PackTexts;
use crate::pack::{self, CauseId, manifest};
use crate::problem::Problems;
use crate::source::{SourceId, Sources};
use crate::syntax;

/// Text to model: parses every file, resolves the pack, compiles its graph. Nothing where an error keeps it from being
/// used; the problems hold every error of all files.
pub fn compile(sources: &Sources, texts: &PackTexts) -> (Option<InferenceGraph>, Problems) {
    let text = |id: SourceId| sources.get(id).map_or("", |source| source.text.as_str());
    let (manifest, mut problems) = manifest::read(texts.manifest, text(texts.manifest));
    let mut files = Vec::new();
    for id in &texts.files {
        let (file, found) = syntax::parse(*id, text(*id), syntax::DEFAULT_DEPTH);
        files.push(file);
        problems.extend(found);
    }
    let whole = manifest.is_some();
    let (manifest, scale) = manifest.unwrap_or_default();
    let (pack, found) = pack::resolve(sources, manifest, scale, &files);
    problems.extend(found);
    if problems.has_errors() || !whole {
        return (None, problems.sorted());
    }
    let (compiled, found) = graph::compile(pack);
    problems.extend(found);
    (compiled, problems.sorted())
}

/// The same, with what a pack that compiles probably does not mean, and without what it says is all right or what is for the
/// authors of the packs that it uses. `covered`: the causes that its cases name, where they are at hand.
pub fn check(
    sources: &Sources,
    texts: &PackTexts,
    covered: Option<Covered<'_>>,
) -> (Option<InferenceGraph>, Problems) {
    let (graph, problems) = compile(sources, texts);
    let Some(graph) = graph else { return (None, problems) };
    let covered = covered.map(|covered| covered(&graph));
    let problems = judged(&graph, sources, texts.manifest, problems, covered.as_ref());
    (Some(graph), problems)
}

/// What was found while a pack was compiled, with what it probably does not mean, and without what is not for its authors.
pub fn judged(
    graph: &InferenceGraph,
    sources: &Sources,
    manifest: SourceId,
    mut problems: Problems,
    covered: Option<&BTreeSet<CauseId>>,
) -> Problems {
    let subject = Subject::new(graph, sources, manifest, covered);
    problems.extend(lint::lint(&subject));
    lint::own(lint::allowed(problems, &graph.pack.allows, sources), &subject).sorted()
}

/// Text to facts, typed by the pack.
pub fn read_facts(
    graph: &InferenceGraph,
    sources: &Sources,
    id: SourceId,
    format: Format,
) -> (Facts, Problems) {
    let text = sources.get(id).map_or("", |source| source.text.as_str());
    let (node, mut problems) = tree::read(id, text, format, &tree::Limits::default());
    let Some(node) = node else { return (Facts::default(), problems.sorted()) };
    let (facts, found) = recorded::read(&graph.pack, sources, id, &node);
    problems.extend(found);
    (facts, problems.sorted())
}

/// Facts to answer.
pub fn diagnose(graph: &InferenceGraph, facts: &Facts) -> Diagnosis {
    diagnose_within(graph, facts, &Budget::default())
}

/// Facts to answer, which may cost so much.
pub fn diagnose_within(graph: &InferenceGraph, facts: &Facts, budget: &Budget) -> Diagnosis {
    diagnosis::diagnose(graph, facts, budget)
}

/// Facts to the questions that are best asked at once; none where nothing exact is known of the ticket.
pub fn at_once(graph: &InferenceGraph, facts: &Facts, budget: &Budget) -> Option<Vec<What>> {
    let evaluation = evaluate(graph, facts);
    let network = observe(graph, &evaluation, facts).0;
    let Outcome::Exact(after) = posterior(&network, budget) else { return None };
    let ticket = Ticket {
        graph,
        facts,
        evaluation: &evaluation,
        network: &network,
        causes: &after.causes,
        ln_evidence: Some(after.ln_evidence),
    };
    evaluation.contradictions.is_empty().then(|| advise::at_once(ticket))
}

/// Facts to the likeliest sets of causes; none where even the chance of what is seen is over the budget.
pub fn sets(graph: &InferenceGraph, facts: &Facts, most: usize, budget: &Budget) -> Option<Sets> {
    likeliest(&network(graph, facts), most, budget)
}

/// Facts to why a cause is not the first, and what would make it so; none where there is no exact answer.
pub fn why_not(graph: &InferenceGraph, facts: &Facts, cause: CauseId, budget: &Budget) -> Option<WhyNot> {
    why_not::why_not(graph, facts, cause, budget)
}

/// Facts to what is observed, as numbers.
pub fn network(graph: &InferenceGraph, facts: &Facts) -> Network {
    observe(graph, &evaluate(graph, facts), facts).0
}
