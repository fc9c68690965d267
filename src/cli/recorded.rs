//! The fact file that a command is given.

use std::path::Path;

use super::{FAILED, Limits, PROBLEMS, complain, show};
use crate::document::tree::Format;
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::interview::Record;
use crate::loader::{self, Unreadable};
use crate::pipeline;
use crate::source::{SourceId, Sources};

/// A fact file whose format is known.
pub(super) struct Recorded<'a> {
    path: &'a Path,
    format: Format,
}

impl<'a> Recorded<'a> {
    /// By the format that was said, or else by the ending of the name; where neither tells it, that is complained of.
    ///
    /// # Errors
    /// The exit code.
    pub(super) fn new(path: &'a Path, said: Option<Format>) -> Result<Self, u8> {
        let shown = path.display().to_string();
        said.or_else(|| Format::of_path(&shown)).map(|format| Self { path, format }).ok_or_else(|| {
            complain(&format!(
                "cannot tell the format of {shown}\n  help: end its name in .yaml, .json, .toml or .ron, or say `--facts-format yaml`\n",
            ));
            FAILED
        })
    }

    /// Reads it; its problems are shown.
    ///
    /// # Errors
    /// The exit code, where they keep it from being used.
    pub(super) fn read(
        &self,
        graph: &InferenceGraph,
        limits: &Limits,
        sources: &mut Sources,
    ) -> Result<Result<Facts, u8>, Unreadable> {
        Ok(self.text_and_facts(graph, limits, sources)?.map(|(_, facts)| facts))
    }

    /// Reads it as what an interview goes on from; its problems are shown.
    ///
    /// # Errors
    /// The exit code, where they keep it from being used.
    pub(super) fn record(
        &self,
        graph: &InferenceGraph,
        limits: &Limits,
        sources: &mut Sources,
    ) -> Result<Result<Record, u8>, Unreadable> {
        let read = self.text_and_facts(graph, limits, sources)?;
        Ok(read.map(|(id, facts)| Record::of_file(sources, id, self.format, &facts)))
    }

    fn text_and_facts(
        &self,
        graph: &InferenceGraph,
        limits: &Limits,
        sources: &mut Sources,
    ) -> Result<Result<(SourceId, Facts), u8>, Unreadable> {
        let (id, mut problems) = loader::file(self.path, limits.max_bytes, sources)?;
        let facts = if problems.has_errors() {
            Facts::default()
        } else {
            let (facts, found) = pipeline::read_facts(graph, sources, id, self.format);
            problems.extend(found);
            facts
        };
        if problems.is_empty() {
            return Ok(Ok((id, facts)));
        }
        let problems = problems.sorted();
        show(&problems, sources);
        Ok(if problems.has_errors() { Err(PROBLEMS) } else { Ok((id, facts)) })
    }
}
