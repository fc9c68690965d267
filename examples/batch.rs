//! Diagnoses a folder of tickets on all cores: `cargo run --release --example batch -- rules/printer rules/printer/cases`.
//!
//! One line a ticket, in the order of their names: what leads, and how likely it is.

#![allow(clippy::print_stdout, reason = "a program that shows its answer")]

use std::error::Error;
use std::path::PathBuf;

use ruleout::{Pack, Ticket};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(tickets)) = (arguments.next(), arguments.next()) else {
        return Err("name the folder of a pack and a folder of fact files".into());
    };
    let pack = Pack::open(folder)?;
    let entries = std::fs::read_dir(tickets)?.collect::<Result<Vec<_>, _>>()?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    let threads = std::thread::available_parallelism()?.get();
    let part = files.len().div_ceil(threads).max(1);
    let lines: Vec<String> = std::thread::scope(|scope| {
        // A pack is shared by all threads; a ticket belongs to one.
        let workers: Vec<_> = files
            .chunks(part)
            .map(|part| scope.spawn(|| part.iter().map(|file| line(&pack, file)).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    println!("{}", lines.join("\n"));
    Ok(())
}

/// Diagnoses one ticket and writes what came of it in a line.
fn line(pack: &Pack, file: &PathBuf) -> String {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let facts = match pack.read_file(file) {
        Ok(facts) => facts,
        Err(error) => return format!("{name}: {error}"),
    };
    let answer = Ticket::new(facts).answer();
    match (&answer.leader, answer.causes.first()) {
        (None, _) => format!("{name}: nothing stands before the others"),
        (Some(leader), Some(first)) if *leader == first.name => {
            format!("{name}: {leader} ({})", first.chance)
        }
        (Some(leader), _) => format!("{name}: {leader} ({})", answer.unlisted),
    }
}
