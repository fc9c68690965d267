//! The fact files that a command is given.

use std::path::Path;

use super::packs::{Chosen, above, around};
use super::{FAILED, Format as Told, Limits, PROBLEMS, complain, refuse, show};
use crate::document::tree::Format;
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::interview::Record;
use crate::loader::{self, Unreadable};
use crate::pipeline;
use crate::problem::{Code, Problem, Problems};
use crate::source::{SourceId, Sources};

/// A fact file whose format is known.
pub(super) struct Recorded<'a> {
    path: &'a Path,
    format: Format,
}

/// Finds the formats of fact files: by what was said, or else by the endings of their names; where neither tells it, or standard
/// input is named twice, that is complained of.
///
/// # Errors
/// The exit code.
pub(super) fn known<'a>(paths: &[&'a Path], said: Option<Format>) -> Result<Vec<Recorded<'a>>, u8> {
    if paths.iter().filter(|path| **path == Path::new("-")).count() > 1 {
        complain("standard input can be read once only\n  help: leave out one `-`\n");
        return Err(FAILED);
    }
    paths.iter().map(|path| Recorded::new(path, said)).collect()
}

/// Shows the problems of fact files.
///
/// # Errors
/// The exit code, where they keep them from being used.
fn readable(problems: &Problems, sources: &Sources, told: Told) -> Result<(), u8> {
    if problems.has_errors() {
        refuse(problems, sources, told);
        return Err(PROBLEMS);
    }
    if !problems.is_empty() {
        show(problems, sources);
    }
    Ok(())
}

/// Reads fact files as one; their problems are shown.
///
/// # Errors
/// The exit code, where they keep them from being used.
pub(super) fn joined(
    files: &[Recorded<'_>],
    graph: &InferenceGraph,
    pack: &Chosen,
    limits: &Limits,
    sources: &mut Sources,
    told: Told,
) -> Result<Result<Facts, u8>, Unreadable> {
    let (mut all, mut problems) = (Facts::default(), Problems::new());
    for file in files {
        let (_, facts, found) = file.read(graph, pack, limits, sources)?;
        problems.extend(found);
        problems.extend(all.join(&graph.pack, facts));
    }
    let problems = problems.sorted();
    if let Err(code) = readable(&problems, sources, told) {
        return Ok(Err(code));
    }
    if all == Facts::default() && !files.is_empty() {
        complain("note: no facts are recorded, so this is the answer to any ticket\n");
    }
    Ok(Ok(all))
}

impl<'a> Recorded<'a> {
    /// By the format that was said, or else by the ending of the name; where neither tells it, that is complained of.
    ///
    /// # Errors
    /// The exit code.
    pub(super) fn new(path: &'a Path, said: Option<Format>) -> Result<Self, u8> {
        let shown = path.display().to_string();
        // What ends its name says its format, so that files of two formats can be read with standard input.
        let by_name = if path == Path::new("-") { None } else { Format::of_path(&shown) };
        by_name.or(said).map(|format| Self { path, format }).ok_or_else(|| {
            complain(&format!(
                "cannot tell the format of {shown}\n  help: end its name in .yaml, .json, .toml or .ron, or say `--facts-format yaml`\n",
            ));
            FAILED
        })
    }

    /// Reads it as what an interview goes on from; its problems are shown.
    ///
    /// # Errors
    /// The exit code, where they keep it from being used.
    pub(super) fn record(
        &self,
        graph: &InferenceGraph,
        pack: &Chosen,
        limits: &Limits,
        sources: &mut Sources,
        told: Told,
    ) -> Result<Result<Record, u8>, Unreadable> {
        let (id, facts, problems) = self.read(graph, pack, limits, sources)?;
        Ok(readable(&problems, sources, told).map(|()| Record::of_file(sources, id, self.format, &facts)))
    }

    /// Reads it, with its problems.
    pub(super) fn read(
        &self,
        graph: &InferenceGraph,
        pack: &Chosen,
        limits: &Limits,
        sources: &mut Sources,
    ) -> Result<(SourceId, Facts, Problems), Unreadable> {
        let (id, mut problems) = loader::file(self.path, limits.max_bytes, sources)?;
        if problems.has_errors() {
            return Ok((id, Facts::default(), problems));
        }
        let (facts, found) = pipeline::read_facts(graph, sources, id, self.format);
        problems.extend(self.of_another_pack(pack, found));
        Ok((id, facts, problems.sorted()))
    }

    /// Says of the first name that the pack does not know where the file is in the folder of another pack.
    fn of_another_pack(&self, pack: &Chosen, found: Problems) -> Problems {
        let Some(other) = self.other_pack(pack) else { return found };
        let mut told = Problems::new();
        let mut is_said = false;
        for problem in &found {
            let mut problem: Problem = problem.clone();
            if problem.code == Code::FactUnknown && !is_said {
                is_said = true;
                let before = problem.help.take().map_or_else(String::new, |help| format!("{help}; "));
                problem.help = Some(format!(
                    "{before}this file is in the folder of another pack: `--pack {other}` asks that one"
                ));
            }
            told.push(problem);
        }
        told
    }

    /// Returns the folder of the pack in which the file is, where that is not the one that reads it.
    fn other_pack(&self, pack: &Chosen) -> Option<String> {
        let folder = around(self.path).filter(|_| self.path != Path::new("-"))?;
        let is_this = pack
            .as_deref()
            .and_then(|pack| std::path::absolute(pack).ok())
            .is_some_and(|this| this.components().eq(folder.components()));
        if is_this {
            return None;
        }
        // As the file was named: what stands before it leads to the pack as well.
        let shown = above(self.path).filter(|above| !above.as_os_str().is_empty()).unwrap_or(&folder);
        Some(shown.display().to_string())
    }
}
