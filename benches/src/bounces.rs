//! How many bounces are read a second on one core, and redacted.
//!
//! `ruleout-bounces [TIMES] [FOLDER]`: the mails of the test suite, each by itself, so many times; `peers/bounces.py` does the same.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use ruleout::evidence::{self, Input, Kept, Options, Redactor};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let times: usize = arguments.next().map_or(200, |argument| argument.parse().unwrap());
    let suite = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/suite/readers/bounces");
    let folder = arguments.next().map_or_else(|| PathBuf::from(suite), PathBuf::from);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "eml"));
    files.sort();
    let mails: Vec<Vec<u8>> = files.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let bytes: usize = mails.iter().map(Vec::len).sum();
    let mut rows = 0;
    let begun = Instant::now();
    for mail in mails.iter().cycle().take(times * mails.len()) {
        let input = Input::of_bytes("bounce.eml", mail);
        let records = evidence::read(vec![input], &Options::default(), &mut |_| ());
        rows += records.tables.get("mail.deliveries").map_or(0, |table| table.rows.len());
    }
    told("read", times, mails.len(), bytes, begun);
    println!("{rows} rows of mail.deliveries");
    let begun = Instant::now();
    let times = times.div_ceil(10);
    for mail in mails.iter().cycle().take(times * mails.len()) {
        let mut redactor = Redactor::new(Kept::default(), b"salt");
        redactor.learn(mail);
        black_box(redactor.redact(mail).unwrap());
    }
    told("redacted", times, mails.len(), bytes, begun);
    let mut slowest: Vec<(u128, &PathBuf)> = Vec::new();
    for (mail, file) in mails.iter().zip(&files) {
        let begun = Instant::now();
        for _ in 0..20 {
            black_box(evidence::read(vec![Input::of_bytes("bounce.eml", mail)], &Options::default(), &mut |_| ()));
        }
        slowest.push((begun.elapsed().as_micros() / 20, file));
    }
    slowest.sort_by(|a, b| b.cmp(a));
    for (micros, file) in slowest.iter().take(5) {
        println!("{micros} µs {}", file.file_name().unwrap().to_string_lossy());
    }
}

fn told(what: &str, times: usize, mails: usize, bytes: usize, begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64();
    let (count, size) = ((times * mails) as f64, (times * bytes) as f64 / 1e6);
    println!("{count} mails {what} in {seconds:.2} s: {:.0} a second, {:.1} MB/s", count / seconds, size / seconds);
}
