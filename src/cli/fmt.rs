//! `ruleout fmt`

use std::path::{Path, PathBuf};

use super::diff::unified;
use super::{FAILED, FINE, Limits, PROBLEMS, complain, emit, print, show};
use crate::format::{Frame, bare, format, says_the_same};
use crate::loader::{self, Unreadable};
use crate::problem::Problems;
use crate::source::{SourceId, Sources};

/// Writes the files of a pack in the one form that all packs share
///
/// Indentation, columns, long lines and the places of comments are put in order; what a file says, its comments, empty
/// lines, and which parts share a line stay. Lines end as most of them did, which alone is never a reason to write a file. A file
/// that does not read is left as it is, and its problems are shown.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout fmt rules/printer
  ruleout fmt --check
  ruleout fmt --diff rules/printer/paper.ruleout
  ruleout fmt - < draft.ruleout

Exit codes: 0 in order, 1 a file does not read or (with --check or --diff) would change, 2 usage or I/O.")]
pub(super) struct Fmt {
    /// Files, or folders with `*.ruleout` files in them or below; `-` reads standard input and writes standard output
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Write nothing; name the files that would change
    #[arg(long)]
    check: bool,
    /// Write nothing; show what would change
    #[arg(long)]
    diff: bool,
    #[command(flatten)]
    limits: Limits,
}

impl Fmt {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let mut sources = Sources::default();
        let mut problems = Problems::new();
        let mut worst = FINE;
        let mut passed_over = Problems::new();
        for path in &self.paths {
            let (files, passed) = loader::rule_files(path)?;
            passed.iter().for_each(|passed| passed_over.push(passed.problem(&mut sources)));
            for path in files {
                let (id, found) = loader::file(&path, self.limits.max_bytes, &mut sources)?;
                if !found.has_errors() {
                    worst = worst.max(self.file(&path, id, &sources, &mut problems)?);
                }
                problems.extend(found);
            }
        }
        if !passed_over.is_empty() {
            show(&passed_over, &sources);
        }
        if problems.has_errors() {
            show(&problems.sorted(), &sources);
            worst = worst.max(PROBLEMS);
        }
        Ok(worst)
    }

    fn file(
        &self,
        path: &Path,
        id: SourceId,
        sources: &Sources,
        problems: &mut Problems,
    ) -> Result<u8, Unreadable> {
        let text = sources.get(id).map_or("", |source| source.text.as_str());
        let (new, found) = format(id, text);
        problems.extend(found);
        let Some(new) = new else { return Ok(PROBLEMS) };
        if !says_the_same(text, &new) {
            complain(&format!(
                "{}: left as it is: written anew, it would say something else. This is a fault of ruleout; please report it with the file.\n",
                path.display()
            ));
            return Ok(FAILED);
        }
        self.answer(path, text, &new)
    }

    fn answer(&self, path: &Path, text: &str, new: &str) -> Result<u8, Unreadable> {
        // A checkout may have other line ends than what was committed.
        let stays = bare(text) == bare(new);
        let name = path.display().to_string();
        if self.diff && !stays {
            let frame = Frame::of(text);
            print(&unified(&name, &frame.around(text), new));
            if frame.mixed {
                complain(&format!(
                    "note: the lines of {name} do not all end alike; all will end in {}\n",
                    frame.line_ends()
                ));
            }
        }
        if self.check && !stays {
            print(&format!("{name} would change\n"));
        }
        if self.check || self.diff {
            return Ok(if stays { FINE } else { PROBLEMS });
        }
        if path == Path::new("-") {
            emit(if stays { text } else { new });
        } else if !stays {
            loader::replace(path, new)?;
            print(&format!("{name} written anew\n"));
        }
        Ok(FINE)
    }
}
