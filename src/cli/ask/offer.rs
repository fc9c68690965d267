//! Offers to go on from what an interview has left that broke off.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use super::kept::{LeftOver, answers};
use crate::cli::packs::Chosen;
use crate::cli::recorded::Recorded;
use crate::cli::{Limits, complain};
use crate::document::tree::Format;
use crate::graph::InferenceGraph;
use crate::interview::Record;
use crate::loader::Unreadable;
use crate::source::Sources;

/// To whom it is offered.
pub(super) struct Offer<'a> {
    pub(super) graph: &'a InferenceGraph,
    pub(super) pack: &'a Chosen,
    pub(super) limits: &'a Limits,
    /// The file of the facts that were given: something else than what was left over of another file.
    pub(super) file: Option<&'a Path>,
}

/// What is gone on from.
pub(super) struct Taken {
    pub(super) left: LeftOver,
    pub(super) record: Record,
    /// The file in which it was to be saved.
    pub(super) file: Option<PathBuf>,
}

impl Offer<'_> {
    /// Offers what is left over, one after the other, until one is taken. Where nobody can be asked, it is said where it is.
    ///
    /// # Errors
    /// Where what is not wanted any more cannot be taken away.
    pub(super) fn make(&self, sources: &mut Sources) -> Result<Option<Taken>, Unreadable> {
        for left in LeftOver::of(&self.graph.pack.manifest.name) {
            let shown = left.path.display().to_string();
            let Some((record, file)) = self.read(&left.path, sources) else {
                complain(&format!(
                    "note: what was answered in an interview that broke off does not fit this pack: {shown}\n  help: `ruleout diagnose` with that file says why; delete it if you need it no more\n",
                ));
                continue;
            };
            if self.file.is_some() && !same(self.file, file.as_deref()) {
                continue;
            }
            let of = file.as_ref().map_or_else(String::new, |file| format!(" to {}", file.display()));
            let answers = answers(&record);
            if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
                complain(&format!(
                    "note: an interview broke off; {answers}{of} are kept in {shown}\n  help: give that file as FACTS to go on from them\n",
                ));
                continue;
            }
            complain(&format!("An interview broke off. {answers}{of} not saved are kept in {shown}\n"));
            match asked() {
                Wish::GoOn => return Ok(Some(Taken { left, record, file })),
                Wish::Delete => left.delete()?,
                Wish::Leave => {}
            }
        }
        Ok(None)
    }

    /// Reads what is left over, with the file in which it was to be saved; nothing where it does not fit the pack.
    fn read(&self, path: &Path, sources: &mut Sources) -> Option<(Record, Option<PathBuf>)> {
        let recorded = Recorded::new(path, Some(Format::Yaml)).ok()?;
        let (id, facts, problems) = recorded.read(self.graph, self.pack, self.limits, sources).ok()?;
        if problems.has_errors() {
            return None;
        }
        let file = sources.get(id).and_then(|source| LeftOver::file(&source.text));
        Some((Record::of_file(sources, id, Format::Yaml, &facts), file))
    }
}

/// What a person wants to do with what is left over.
enum Wish {
    GoOn,
    Leave,
    Delete,
}

/// Asks until it is answered; where nothing is answered any more, it is left.
fn asked() -> Wish {
    loop {
        complain("Go on from there? Enter yes · n no, begin anew · d no, and delete it: ");
        let mut line = String::new();
        if io::stdin().read_line(&mut line).unwrap_or(0) == 0 {
            return Wish::Leave;
        }
        match line.trim().to_lowercase().as_str() {
            "" | "y" | "yes" => return Wish::GoOn,
            "n" | "no" => return Wish::Leave,
            "d" | "delete" => return Wish::Delete,
            _ => {}
        }
    }
}

fn same(one: Option<&Path>, other: Option<&Path>) -> bool {
    let absolute = |path: Option<&Path>| path.and_then(|path| std::path::absolute(path).ok());
    absolute(one) == absolute(other)
}
