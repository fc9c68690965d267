//! `ruleout man`

use std::path::PathBuf;

use clap::CommandFactory;
use clap_mangen::Man as Page;

use super::{Cli, FINE, emit};
use crate::loader::{self, Unreadable};

/// Writes the manual pages: of all commands into a folder, or the first page to standard output
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout man | man -l -
  ruleout man --out ~/.local/share/man/man1

Exit codes: 0 written, 2 usage or I/O.")]
pub(super) struct Man {
    /// The folder for `ruleout.1`, `ruleout-diagnose.1` and so on; it is made where it is missing
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let pages = pages();
        match &self.out {
            Some(folder) => {
                for (name, page) in &pages {
                    loader::write(&folder.join(name), page)?;
                }
            }
            None => emit(pages.first().map_or("", |(_, page)| page)),
        }
        Ok(FINE)
    }
}

/// File name and text of every page; that of `ruleout` itself first.
fn pages() -> Vec<(String, String)> {
    // The names of pages under `ruleout` are built with it: `ruleout-diagnose`.
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut pages = vec![page(command.clone())];
    pages.extend(command.get_subcommands().map(|command| page(command.clone())));
    pages
}

fn page(command: clap::Command) -> (String, String) {
    let page = Page::new(command);
    let mut text = Vec::new();
    // Writing to a vector does not fail.
    let _ = page.render(&mut text);
    (page.get_filename(), String::from_utf8(text).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::pages;

    #[test]
    fn every_command_has_a_page_with_its_examples() {
        let pages = pages();
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names[0], "ruleout.1");
        assert!(names.contains(&"ruleout-diagnose.1") && names.contains(&"ruleout-fmt.1"), "{names:?}");
        for (name, page) in &pages {
            assert!(page.contains(".SH SYNOPSIS") && page.contains("Example"), "{name}:\n{page}");
        }
    }
}
