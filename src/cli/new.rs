//! `ruleout new`

use std::path::{Path, PathBuf};

use super::{FAILED, FINE, complain, print};
use crate::cases::{self, Outcome, snapshot};
use crate::loader::{self, Unreadable};
use crate::source::Sources;

/// Writes a pack of three rules to begin with, which checks, diagnoses and has cases that pass
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout new printer
  ruleout new printer --in rules

Exit codes: 0 written, 2 usage or I/O; nothing is ever overwritten.")]
pub(super) struct New {
    /// What the pack is called: letters, digits and underscores
    name: String,
    /// The folder that it is put into, which is there already
    #[arg(long = "in", value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
}

/// The files of the pack: where they go, and what stands in them; `NAME` is the name of the pack in both.
const FILES: [(&str, &str); 5] = [
    ("pack.ron", include_str!("new/pack.ron")),
    ("NAME.ruleout", include_str!("new/rules.ruleout")),
    ("cases/one.yaml", include_str!("new/case.yaml")),
    ("cases/no_power.yaml", include_str!("new/no_power.yaml")),
    ("cases/limescale.yaml", include_str!("new/limescale.yaml")),
];

impl New {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let folder = self.folder.join(&self.name);
        let refused = if !is_name(&self.name) {
            Some(format!(
                "`{}` cannot be the name of a pack\n  help: a letter, then letters, digits and underscores\n",
                self.name
            ))
        } else if folder.symlink_metadata().is_ok() {
            let place = folder.display();
            Some(format!(
                "{place} is there already\n  help: choose another name, or another folder with `--in`\n"
            ))
        } else {
            None
        };
        if let Some(refused) = refused {
            complain(&refused);
            return Ok(FAILED);
        }
        loader::new_folder(&folder, |folder| {
            for (path, text) in FILES {
                let path = folder.join(path.replace("NAME", &self.name));
                loader::write(&path, &text.replace("NAME", &self.name))?;
            }
            accept(folder)
        })?;
        print(&next(&folder, &self.name));
        Ok(FINE)
    }
}

/// Returns whether a pack and its files can be called so on every system.
fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || c == '_';
    name.starts_with(char::is_alphabetic) && name.chars().all(fits)
}

/// Takes the answers of the new pack's cases as they are: this program has written both.
fn accept(folder: &Path) -> Result<(), Unreadable> {
    let mut sources = Sources::default();
    let (texts, _) = loader::pack(Some(folder), loader::DEFAULT_BYTES, &mut sources)?;
    let (Some(graph), _) = crate::pipeline::compile(&sources, &texts) else { return Ok(()) };
    let (texts, _) = loader::cases(Some(folder), loader::DEFAULT_BYTES, &mut sources)?;
    let (cases, _) = cases::discover(&sources, &texts);
    for Outcome { name, source, because, answer, .. } in cases::run_all(&graph, &sources, &cases, 1, &|_| {})
    {
        let source = format!("cases/{}", cases::file_name(&sources, source));
        let file = snapshot::file(&source, &because, &answer.unwrap_or_default());
        loader::write(&folder.join("snapshots").join(format!("{name}.snap")), &file)?;
    }
    Ok(())
}

fn next(folder: &Path, name: &str) -> String {
    let folder = folder.display();
    format!(
        "Wrote the pack {name} in {folder}: a coffee machine, with three rules and three cases.

Try it:
  ruleout check {folder}
  ruleout diagnose --pack {folder} {folder}/cases/one.yaml
  ruleout test {folder}

Then put what you know into {folder}/{name}.ruleout, and a case for each
cause into {folder}/cases/.
"
    )
}
