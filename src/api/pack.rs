//! A compiled pack.

use std::path::Path;
use std::sync::Arc;

use super::{Error, Facts, Problems};
use crate::collect::{self, Artefacts};
use crate::document::tree::Format;
use crate::evidence::Input;
use crate::facts::recorded;
use crate::graph::InferenceGraph;
use crate::loader::{self, DEFAULT_BYTES};
use crate::pack::PackTexts;
use crate::pipeline;
use crate::problem;
use crate::records::Limits;
use crate::source::{Source, SourceId, Sources};

/// A pack of rules, compiled and ready to answer. A clone shares it.
#[derive(Debug, Clone)]
pub struct Pack {
    pub(super) compiled: Arc<Compiled>,
}

/// A ticket that artefacts come to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Collected {
    /// What tells it from others: the keys of the pack (`tickets by`) that are known, with their values.
    pub subject: Vec<(String, String)>,
    /// Why there is nothing to diagnose, in the words of the pack; none where there is.
    pub fine_because: Option<String>,
    /// What is known: recorded by a person, or read.
    pub facts: Facts,
}

/// What a pack compiles to, with the texts that its places refer to.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) graph: Arc<InferenceGraph>,
    pub(super) sources: Sources,
    manifest: SourceId,
    found: problem::Problems,
}

impl Pack {
    /// Reads and compiles the pack in a folder, with the packs that it uses.
    ///
    /// # Errors
    /// Where a file cannot be read, and where the pack has errors: all of them, of all files.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, Error> {
        Self::load(Some(folder.as_ref()))
    }

    /// Compiles the mail flow pack that is inside the program.
    ///
    /// # Errors
    /// As [`Pack::open`]; of a pack that was built with the program, never.
    pub fn builtin() -> Result<Self, Error> {
        Self::load(None)
    }

    fn load(folder: Option<&Path>) -> Result<Self, Error> {
        let mut sources = Sources::default();
        let (texts, unread) = loader::pack(folder, DEFAULT_BYTES, &mut sources)?;
        if unread.has_errors() {
            return Err(Problems::new(unread, sources).into());
        }
        Ok(Self::compile(sources, &texts, unread)?)
    }

    /// Compiles a pack whose texts are in memory: `pack.ron`, and files of the language, each with the name by which problems call
    /// it. It can use no other packs.
    ///
    /// # Errors
    /// Where the pack has errors: all of them, of all texts.
    pub fn from_texts<N, T>(manifest: &str, files: impl IntoIterator<Item = (N, T)>) -> Result<Self, Problems>
    where
        N: Into<String>,
        T: Into<String>,
    {
        let mut sources = Sources::default();
        let manifest = sources.add(Source::new("pack.ron", manifest));
        let files = files.into_iter().map(|(name, text)| sources.add(Source::new(name, text))).collect();
        let texts = PackTexts::new(&sources, manifest, files);
        Self::compile(sources, &texts, problem::Problems::new())
    }

    fn compile(sources: Sources, texts: &PackTexts, unread: problem::Problems) -> Result<Self, Problems> {
        let (graph, mut found) = pipeline::compile(&sources, texts);
        found.extend(unread);
        match graph {
            Some(graph) => {
                let compiled = Compiled { graph, sources, manifest: texts.manifest, found };
                Ok(Self { compiled: Arc::new(compiled) })
            }
            None => Err(Problems::new(found.sorted(), sources)),
        }
    }

    /// Returns the name that `pack.ron` gives it.
    pub fn name(&self) -> &str {
        &self.compiled.graph.pack.manifest.name
    }

    /// Returns the title that `pack.ron` gives it, in plain words; empty where it gives none.
    pub fn title(&self) -> &str {
        &self.compiled.graph.pack.manifest.title
    }

    /// Returns the version that `pack.ron` gives it; empty where it gives none.
    pub fn version(&self) -> &str {
        &self.compiled.graph.pack.manifest.version
    }

    /// Returns the names of its causes, in the order of the pack.
    pub fn causes(&self) -> impl Iterator<Item = &str> {
        self.compiled.graph.pack.causes.iter().map(|cause| cause.name.value.as_str())
    }

    /// Returns the names of the facts that can be recorded or computed, in the order of the pack.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        self.compiled.graph.pack.facts.iter().map(|fact| fact.name.value.as_str())
    }

    /// Checks the pack as `ruleout check` does: warnings and hints about what it probably does not mean. Whether each cause has a
    /// case is not checked.
    pub fn check(&self) -> Problems {
        let Compiled { graph, sources, manifest, found } = &*self.compiled;
        Problems::new(pipeline::judged(graph, sources, *manifest, found.clone(), None), sources.clone())
    }

    /// Reads the facts of a ticket from a text.
    ///
    /// # Errors
    /// Where the text does not read as its format, or a value does not fit its fact.
    pub fn read(&self, text: &str, format: Format) -> Result<Facts, Problems> {
        self.read_source(Source::new(format!("facts.{}", format.name()), text), format)
    }

    /// Reads the facts of a ticket from a file, whose ending says its format: YAML, JSON, TOML or RON.
    ///
    /// # Errors
    /// Where the file cannot be read or its ending is none of these, and as [`Pack::read`].
    pub fn read_file(&self, path: impl AsRef<Path>) -> Result<Facts, Error> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let format = Format::of_path(&name).ok_or_else(|| Error::unknown_format(path))?;
        let mut sources = self.compiled.sources.clone();
        let (id, unread) = loader::file(path, DEFAULT_BYTES, &mut sources)?;
        if unread.has_errors() {
            return Err(Problems::new(unread, sources).into());
        }
        Ok(self.type_facts(sources, id, format)?)
    }

    /// Reads artefacts of one incident as they are (bounces, logs, exports), each a name and its bytes, by what the pack says of
    /// them, and returns the tickets that they come to. `known` is what a person recorded, which counts before what is read.
    ///
    /// Times that say no year are left out. No artefact makes this open a file or a connection.
    pub fn collect<N: Into<String>>(
        &self,
        artefacts: impl IntoIterator<Item = (N, Vec<u8>)>,
        known: Option<&Facts>,
    ) -> Vec<Collected> {
        let mut sources = known.map_or_else(|| self.compiled.sources.clone(), |known| known.sources.clone());
        let by_hand = known.map_or_else(recorded::Facts::default, |known| known.recorded.clone());
        let artefacts: Vec<(String, Vec<u8>)> =
            artefacts.into_iter().map(|(name, bytes)| (name.into(), bytes)).collect();
        let inputs = artefacts.iter().map(|(name, bytes)| Input::of_bytes(name.clone(), bytes)).collect();
        let artefacts = Artefacts { inputs, newest: None, limits: Limits::default() };
        let pack = &self.compiled.graph.pack;
        let incident = collect::incident(pack, artefacts, &by_hand, &mut sources, &mut |_| ());
        let collected = incident.tickets.into_iter().map(|ticket| Collected {
            subject: ticket.subject,
            fine_because: ticket.fine,
            facts: Facts::new(self.clone(), ticket.facts, sources.clone()),
        });
        collected.collect()
    }

    fn read_source(&self, source: Source, format: Format) -> Result<Facts, Problems> {
        let mut sources = self.compiled.sources.clone();
        let id = sources.add(source);
        self.type_facts(sources, id, format)
    }

    pub(super) fn type_facts(
        &self,
        sources: Sources,
        id: SourceId,
        format: Format,
    ) -> Result<Facts, Problems> {
        let (recorded, problems) = pipeline::read_facts(&self.compiled.graph, &sources, id, format);
        if problems.has_errors() {
            return Err(Problems::new(problems, sources));
        }
        Ok(Facts::new(self.clone(), recorded, sources))
    }
}
