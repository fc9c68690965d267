//! `ruleout collect`

use std::path::{Path, PathBuf};

use super::evidence::{EvidenceArgs, LimitArgs};
use super::recorded;
use super::{FINE, Format, Limits, PROBLEMS, complain, emit, packs, page_width, print, usable};
use crate::facts::recorded::Facts;
use crate::loader::{self, Unreadable};
use crate::render::{evidence as shown, json};
use crate::source::Sources;

/// Writes the facts that artefacts give as fact files, one a ticket, each value with the line that it was read from
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout collect bounce.eml
  ruleout collect /var/log/mail.log dig.txt --out tickets
  ruleout collect pods.json --pack rules/cluster
  ruleout collect bounce.eml > ticket.yaml && ruleout diagnose ticket.yaml     the same as `diagnose --evidence bounce.eml`

Exit codes: 0 written, 1 problems in the pack, or nothing in the artefacts is known, 2 usage or I/O.")]
pub(super) struct Collect {
    /// Artefacts: files, folders, or `-` for standard input; `NAME=FILE` for one table only. What ends in .yaml, .toml or .ron is
    /// a fact file, which counts before what is read
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The folder of the pack, or `mailflow`, the one inside this program; without it, the current folder if `pack.ron` is there,
    /// else `mailflow`
    #[arg(long, value_name = "FOLDER")]
    pack: Option<PathBuf>,
    /// A fact file about what is ours: own hosts, addresses, time zone
    #[arg(long, value_name = "FILE")]
    site: Option<PathBuf>,
    /// Write each ticket to a file in this folder, instead of all to standard output
    #[arg(long, value_name = "FOLDER", conflicts_with = "format")]
    out: Option<PathBuf>,
    /// How the tickets are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    reading: LimitArgs,
    #[command(flatten)]
    limits: Limits,
}

impl Collect {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let mut sources = Sources::default();
        let pack = packs::chosen(self.pack.as_deref());
        let Some(graph) = usable(pack.as_deref(), &self.limits, &mut sources, self.format)? else {
            return Ok(PROBLEMS);
        };
        let evidence = EvidenceArgs::of(self.files.clone(), self.site.clone(), self.reading.clone());
        let files = evidence.fact_files(pack.as_deref());
        let paths: Vec<_> = files.iter().map(PathBuf::as_path).collect();
        let facts = match recorded::known(&paths, None) {
            Ok(files) if files.is_empty() => Facts::default(),
            Ok(files) => {
                match recorded::joined(&files, &graph, &pack, &self.limits, &mut sources, self.format)? {
                    Ok(facts) => facts,
                    Err(code) => return Ok(code),
                }
            }
            Err(code) => return Ok(code),
        };
        let incident = evidence.read(&graph, &facts, &mut sources)?;
        let known = incident.tickets.iter().any(|ticket| !ticket.read.is_empty());
        if self.format == Format::Json {
            let tickets = incident.tickets.iter().map(|ticket| (ticket, None)).collect();
            emit(&json::evidence(&graph.pack, tickets, &incident.records, &sources, true));
            return Ok(if known { FINE } else { PROBLEMS });
        }
        let texts: Vec<String> =
            incident.tickets.iter().map(|ticket| shown::fact_file(&graph.pack, ticket, &sources)).collect();
        match &self.out {
            // One text may hold several documents.
            None => print(&texts.join("---\n")),
            Some(folder) => {
                let fill = |folder: &Path| {
                    for (at, text) in texts.iter().enumerate() {
                        loader::write_in(folder, &folder.join(format!("{:03}.yaml", at + 1)), text)?;
                    }
                    Ok(())
                };
                if folder.is_dir() { fill(folder)? } else { loader::new_folder(folder, fill)? }
            }
        }
        complain(&shown::read(&incident.records, page_width()));
        Ok(if known { FINE } else { PROBLEMS })
    }
}
