//! `ruleout redact`

use std::path::{Path, PathBuf};

use super::output::emit_bytes;
use super::{FAILED, FINE, Format, Limits, PROBLEMS, complain, packs, usable};
use crate::collect;
use crate::evidence::{self, Input, Options, Redacted, Redactor};
use crate::facts::recorded::Facts;
use crate::kept::kept;
use crate::loader::{self, Unreadable};
use crate::records::Records;
use crate::source::Sources;
use crate::value::Value;

/// Replaces the names in artefacts by invented ones, so that they can be shown to others and are still read the same
///
/// Addresses, hosts, network addresses, people, subjects, identifiers, accounts in paths and phone numbers are replaced, the same by
/// the same in all files of one run. Times, codes, sizes, block lists, and the hosts and words that the pack looks for stay; so do
/// private networks, and neighbours stay neighbours. Attachments and the words of returned messages are left out. Other words stay:
/// read what comes out before you give it away.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout redact bounce.eml > shown.eml
  ruleout redact mail.log bounce.eml dig.txt --out shown
  ruleout redact mail.log --salt \"$(cat secret)\"      the same names as in every run with this salt

Exit codes: 0 written, 1 a file is no text and was left out, or is read differently now, 2 usage or I/O.")]
pub(super) struct Redact {
    /// Artefacts: files, folders, or `-` for standard input. What is packed with gzip is unpacked
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What the invented names are made with. Whoever knows it can try whether a name is one that they think of, so keep it to
    /// yourself; with the same one, every run makes the same names. Without it, it is made of the files: the same files give the
    /// same names
    #[arg(long, value_name = "TEXT")]
    salt: Option<String>,
    /// Write each file under its name to this folder; needed for more than one
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// The folder of the pack that the artefacts are for; without it, the current folder if `pack.ron` is there, else `mailflow`
    #[arg(long, value_name = "FOLDER")]
    pack: Option<PathBuf>,
    #[command(flatten)]
    limits: Limits,
}

/// An artefact in memory.
struct Held {
    name: String,
    bytes: Vec<u8>,
}

impl Redact {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        let mut sources = Sources::default();
        let pack = packs::chosen(self.pack.as_deref());
        let Some(graph) = usable(pack.as_deref(), &self.limits, &mut sources, Format::Text)? else {
            return Ok(PROBLEMS);
        };
        let held = held(&self.files)?;
        if held.len() > 1 && self.out.is_none() {
            complain("several files need a place to go to\n  help: name a folder with `--out`\n");
            return Ok(FAILED);
        }
        let options = Options {
            newest: loader::newest(&self.files),
            declared: collect::declared(&graph.pack, &Facts::default()),
            ..Options::default()
        };
        let mut redactor = Redactor::new(kept(&graph.pack), &self.salt(&held));
        let before: Vec<Records> = held.iter().map(|one| read(&one.name, &one.bytes, &options)).collect();
        for (one, records) in held.iter().zip(&before) {
            redactor.learn(&one.bytes);
            redactor.learn_records(records);
        }
        let mut code = FINE;
        for (one, before) in held.iter().zip(&before) {
            let name = shown_name(&mut redactor, &one.name);
            match redactor.redact(&one.bytes) {
                Ok(redacted) => {
                    redacted.notes.iter().for_each(|note| complain(&format!("{}: {note}\n", one.name)));
                    let after = read(&one.name, &redacted.bytes, &options);
                    if let Some(difference) = difference(before, &after) {
                        complain(&format!(
                            "{}: is read differently without its names: {difference}\n  help: compare both with `ruleout records`\n",
                            one.name
                        ));
                        code = PROBLEMS;
                    }
                    self.write(&name, &redacted)?;
                }
                Err(why) => {
                    complain(&format!("{}: is left out: {why}\n", one.name));
                    code = PROBLEMS;
                }
            }
        }
        Ok(code)
    }

    fn salt(&self, held: &[Held]) -> Vec<u8> {
        match &self.salt {
            Some(salt) => salt.as_bytes().to_vec(),
            None => held.iter().flat_map(|one| one.bytes.iter().copied().chain([0])).collect(),
        }
    }

    fn write(&self, name: &str, redacted: &Redacted) -> Result<(), Unreadable> {
        match &self.out {
            None => emit_bytes(&redacted.bytes),
            Some(folder) => loader::write_bytes(&folder.join(name), &redacted.bytes)?,
        }
        Ok(())
    }
}

/// Takes the artefacts into memory.
fn held(files: &[PathBuf]) -> Result<Vec<Held>, Unreadable> {
    let inputs = loader::artefacts(files)?;
    inputs
        .into_iter()
        .map(|input| Ok(Held { bytes: loader::all(&input.name, input.content)?, name: input.name }))
        .collect()
}

fn read(name: &str, bytes: &[u8], options: &Options) -> Records {
    evidence::read(vec![Input::of_bytes(name, bytes)], options, &mut |_| ())
}

/// Returns the name of a file without the names in it, and without what says that it is packed.
fn shown_name(redactor: &mut Redactor, name: &str) -> String {
    let name = Path::new(name)
        .file_name()
        .map_or_else(|| "artefact".to_owned(), |name| name.to_string_lossy().into_owned());
    redactor.value(name.strip_suffix(".gz").unwrap_or(&name))
}

/// Returns where the rows that are read of an artefact differ in more than names; none where they do not.
fn difference(before: &Records, after: &Records) -> Option<String> {
    for (name, table) in &before.tables {
        let others = after.tables.get(name).map(|table| table.rows.as_slice()).unwrap_or_default();
        if table.rows.len() != others.len() {
            return Some(format!("{} rows of {name}, and {} before", others.len(), table.rows.len()));
        }
        for (row, other) in table.rows.iter().zip(others) {
            for (at, column) in table.columns.iter().enumerate() {
                let (one, other) =
                    (row.cell(at).map(|cell| &cell.value), other.cell(at).map(|cell| &cell.value));
                // Invented names are of other lengths.
                let is_length = name == "mail.parts" && column.name == "size";
                if !is_length && !is_alike(one, other) {
                    return Some(format!("`{}` of {name} in line {}", column.name, row.at.line));
                }
            }
        }
    }
    None
}

fn is_alike(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one, other) {
        (Some(Value::Text(_)), Some(Value::Text(_)))
        | (Some(Value::Domain(_)), Some(Value::Domain(_)))
        | (Some(Value::Ip(_)), Some(Value::Ip(_))) => true,
        (one, other) => one == other,
    }
}
