//! From texts to a compiled pack and typed facts: the whole way on one screen.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::document::tree::{self, Format};
use crate::facts::recorded::{self, Facts};
use crate::graph::{self, InferenceGraph};
use crate::lint::{self, Covered, Subject};
use crate::pack::PackTexts;
use crate::pack::{self, CauseId, Pack};
use crate::problem::Problems;
use crate::source::{SourceId, Sources};
use crate::syntax;

/// Text to model: parses every file, resolves the pack, compiles its graph. Nothing where an error keeps it from being
/// used; the problems hold every error of all files.
pub fn compile(sources: &Sources, texts: &PackTexts) -> (Option<Arc<InferenceGraph>>, Problems) {
    let (pack, mut problems) = resolved(sources, texts);
    if problems.has_errors() {
        return (None, problems.sorted());
    }
    let (compiled, found) = graph::compile(pack);
    problems.extend(found);
    (compiled.map(Arc::new), problems.sorted())
}

/// Parses every file and resolves the pack.
fn resolved(sources: &Sources, texts: &PackTexts) -> (Pack, Problems) {
    let text = |id: SourceId| sources.get(id).map_or("", |source| source.text.as_str());
    let (manifest, mut problems) = texts.read.clone();
    let mut files = Vec::new();
    for id in &texts.files {
        let (file, found) = syntax::parse(*id, text(*id), syntax::DEFAULT_DEPTH);
        files.push(file);
        problems.extend(found);
    }
    let (pack, found) = pack::resolve(sources, manifest, &files);
    problems.extend(found);
    (pack, problems)
}

/// The same, with what a pack that compiles probably does not mean, and without what it says is all right or what is for the
/// authors of the packs that it uses. `covered`: the causes that its cases name, where they are at hand.
pub fn check(
    sources: &Sources,
    texts: &PackTexts,
    covered: Option<Covered<'_>>,
) -> (Option<Arc<InferenceGraph>>, Problems) {
    let (graph, mut problems) = compile(sources, texts);
    let Some(graph) = graph else {
        // What does not depend on the errors is said together with them.
        if let (Some(graph), _) = graph::compile(resolved(sources, texts).0) {
            let subject = Subject::new(&graph, sources, texts.manifest, None);
            let found = lint::beside_errors(&subject, &problems);
            problems.extend(found);
        }
        return (None, problems.sorted());
    };
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
