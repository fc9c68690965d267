//! Packs and tickets: from texts or from a folder, through the whole program in memory.

use std::path::Path;
use std::sync::Arc;

use ruleout::cases::{self, Case};
use ruleout::document::tree::Format;
use ruleout::facts::recorded::Facts;
use ruleout::graph::InferenceGraph;
use ruleout::loader;
use ruleout::pack::PackTexts;
use ruleout::pipeline;
use ruleout::problem::Problems;
use ruleout::render::problems::{Look, text};
use ruleout::source::{Source, SourceId, Sources};
use ruleout::ticket::Ticket;
use ruleout::ticket::diagnosis::Diagnosis;

/// The manifest of a small good pack, and of every pack of a test that names no other.
pub(crate) const MANIFEST: &str = include_str!("../suite/base/pack.ron");
/// The rules of that pack.
pub(crate) const BASE: &str = include_str!("../suite/base/base.ruleout");

/// The most bytes of a file that are read.
pub(crate) const BYTES: u64 = loader::DEFAULT_BYTES;

/// Returns a manifest that says no more than it must.
pub(crate) fn manifest(name: &str) -> String {
    format!("(name: {name:?}, language: 1, cases: (unlisted: \"10 %\", several_at_once: \"8 %\"))\n")
}

/// The texts of a pack, and what was wrong with reading them.
pub(crate) struct Texts {
    pub(crate) sources: Sources,
    pub(crate) pack: PackTexts,
    pub(crate) problems: Problems,
}

impl Texts {
    /// Takes texts by their file names; the base's manifest stands in where none is called `pack.ron`.
    pub(crate) fn of<N: AsRef<str>, T: AsRef<str>>(texts: &[(N, T)]) -> Self {
        let mut sources = Sources::default();
        let (manifest, files): (Vec<_>, Vec<_>) = texts
            .iter()
            .map(|(name, text)| (name.as_ref(), text.as_ref()))
            .partition(|(name, _)| *name == "pack.ron");
        let manifest = manifest.first().map_or(MANIFEST, |(_, text)| text);
        let manifest = sources.add(Source::new("pack.ron", manifest));
        let files = files.into_iter().map(|(name, text)| sources.add(Source::new(name, text))).collect();
        let pack = PackTexts::new(&sources, manifest, files);
        Self { sources, pack, problems: Problems::new() }
    }

    /// Takes texts that stand beside the rules of the base pack.
    pub(crate) fn beside_base<N: AsRef<str>, T: AsRef<str>>(texts: &[(N, T)]) -> Self {
        let further = texts.iter().map(|(name, text)| (name.as_ref(), text.as_ref()));
        Self::of(&[("base.ruleout", BASE)].into_iter().chain(further).collect::<Vec<_>>())
    }

    /// Reads a folder; without one, the mail flow pack inside the program.
    pub(crate) fn read(folder: Option<&Path>, bytes: u64) -> Self {
        let mut sources = Sources::default();
        let (pack, problems) = loader::pack(folder, bytes, &mut sources).unwrap();
        Self { sources, pack, problems }
    }

    pub(crate) fn compile(self) -> Compiled {
        let Self { sources, pack, mut problems } = self;
        let (graph, found) = pipeline::compile(&sources, &pack);
        problems.extend(found);
        Compiled { graph, problems, sources }
    }
}

/// Compiles texts by their file names.
pub(crate) fn compile<N: AsRef<str>, T: AsRef<str>>(texts: &[(N, T)]) -> Compiled {
    Texts::of(texts).compile()
}

/// Compiles a folder.
pub(crate) fn compile_folder(folder: &Path) -> Compiled {
    Texts::read(Some(folder), BYTES).compile()
}

/// What came of the texts of a pack.
pub(crate) struct Compiled {
    pub(crate) graph: Option<Arc<InferenceGraph>>,
    pub(crate) problems: Problems,
    pub(crate) sources: Sources,
}

impl Compiled {
    /// Returns the pack, of which nothing may be wrong.
    pub(crate) fn clean(self) -> Pack {
        assert!(self.problems.is_empty(), "{}", text(&self.problems, &self.sources, Look::Plain));
        self.sound()
    }

    /// Returns the pack, which may have warnings.
    pub(crate) fn sound(self) -> Pack {
        assert!(!self.problems.has_errors(), "{}", text(&self.problems, &self.sources, Look::Plain));
        Pack { graph: self.graph.unwrap(), sources: self.sources }
    }
}

/// A pack that can answer.
pub(crate) struct Pack {
    pub(crate) graph: Arc<InferenceGraph>,
    pub(crate) sources: Sources,
}

impl Pack {
    /// Makes a pack of rules.
    pub(crate) fn of(rules: &str) -> Self {
        compile(&[("rules.ruleout", rules)]).sound()
    }

    /// Reads the mail flow pack inside the program.
    pub(crate) fn mailflow() -> Self {
        Texts::read(None, BYTES).compile().clean()
    }

    /// Reads a pack of `rules/`.
    pub(crate) fn of_rules(name: &str) -> Self {
        compile_folder(&Path::new("rules").join(name)).clean()
    }

    /// Reads facts; the ending of the file name says their format.
    pub(crate) fn read(&mut self, name: &str, written: &str) -> (Facts, Problems) {
        let id = self.sources.add(Source::new(name, written));
        self.read_source(id, Format::of_path(name).unwrap())
    }

    /// Reads facts that are among the sources.
    pub(crate) fn read_source(&self, id: SourceId, format: Format) -> (Facts, Problems) {
        pipeline::read_facts(&self.graph, &self.sources, id, format)
    }

    /// Reads facts in YAML, of which nothing may be wrong.
    pub(crate) fn facts(&mut self, ticket: &str) -> Facts {
        let (facts, problems) = self.read("ticket.yaml", ticket);
        assert!(problems.is_empty(), "{}", text(&problems, &self.sources, Look::Plain));
        facts
    }

    /// Reads a fact file, of which nothing may be wrong.
    pub(crate) fn open(&mut self, path: &Path) -> Facts {
        let (id, mut problems) = loader::file(path, BYTES, &mut self.sources).unwrap();
        let (facts, found) = self.read_source(id, Format::of_path(path.to_str().unwrap()).unwrap());
        problems.extend(found);
        assert!(problems.is_empty(), "{}", text(&problems, &self.sources, Look::Plain));
        facts
    }

    /// Reads the cases of a folder, in which nothing else may be.
    pub(crate) fn cases(&mut self, folder: &Path) -> Vec<Case> {
        let (texts, problems) = loader::cases(Some(folder), BYTES, &mut self.sources).unwrap();
        assert!(problems.is_empty(), "{problems:#?}");
        let (cases, strays) = cases::discover(&self.sources, &texts);
        assert!(strays.is_empty(), "{strays:#?}");
        assert!(!cases.is_empty(), "{} has no cases", folder.display());
        cases
    }

    /// Answers a ticket in YAML.
    pub(crate) fn diagnose(&mut self, ticket: &str) -> (Facts, Diagnosis) {
        let facts = self.facts(ticket);
        let diagnosis = diagnose(&self.graph, &facts);
        (facts, diagnosis)
    }
}

/// Makes a ticket of facts, whose texts are not needed.
pub(crate) fn ticket(graph: &Arc<InferenceGraph>, facts: &Facts) -> Ticket {
    Ticket::new(Arc::clone(graph), facts.clone(), Sources::default())
}

/// Answers a ticket.
pub(crate) fn diagnose(graph: &Arc<InferenceGraph>, facts: &Facts) -> Diagnosis {
    ticket(graph, facts).diagnosis().clone()
}
