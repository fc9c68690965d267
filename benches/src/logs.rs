//! How many bytes of a Postfix log are read a second, and in how much memory.
//!
//! `ruleout-logs [MEGABYTES]`: a log as a busy server writes it, made from a seed and given again and again until there is enough of it;
//! one message in eight is delayed and tried again, one in eight bounces, one connection in four is rejected.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::io::Read;
use std::time::Instant;

use ruleout::evidence::{self, Input, Options};

/// So much is made; the same queue ids come again behind it.
const MADE: usize = 32 << 20;

fn main() {
    let megabytes: usize = std::env::args().nth(1).map_or(1000, |argument| argument.parse().unwrap());
    let log = made();
    let times = (megabytes << 20).div_ceil(log.len());
    let input = Input {
        name: "mail.log".to_owned(),
        is_named: true,
        only: None,
        content: Box::new(Again { log: log.as_bytes(), at: 0, left: times }),
    };
    let begun = Instant::now();
    let records = evidence::read(vec![input], &Options::default(), &mut |_| ());
    let seconds = begun.elapsed().as_secs_f64();
    let size = (log.len() * times) as f64 / 1e6;
    println!("{size:.0} MB in {seconds:.2} s: {:.0} MB/s", size / seconds);
    for (name, table) in &records.tables {
        println!("{name}: {} rows", table.rows.len());
    }
    let artefact = &records.artefacts[0];
    println!("{} lines, {} unread", artefact.lines, artefact.unread.lines);
    artefact.notes.iter().for_each(|note| println!("{}", note.text));
    println!("{}", peak());
}

/// The same text several times.
struct Again<'l> {
    log: &'l [u8],
    at: usize,
    left: usize,
}

impl Read for Again<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.log.len() {
            (self.at, self.left) = (0, self.left - 1);
        }
        if self.left == 0 {
            return Ok(0);
        }
        let read = (&self.log[self.at..]).read(into)?;
        self.at += read;
        Ok(read)
    }
}

/// Returns the most memory that this process has had, on Linux; the log that is given takes part of it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: not known");
    format!("{line}, {} MB of it the log that is given", MADE >> 20)
}

fn made() -> String {
    let mut random = fastrand::Rng::with_seed(20_261_130);
    let mut log = String::with_capacity(MADE + 4096);
    let mut second = 0;
    while log.len() < MADE {
        second += random.usize(..2);
        message(&mut log, &mut random, second);
    }
    log
}

fn message(log: &mut String, random: &mut fastrand::Rng, second: usize) {
    let stamp = format!("Nov {:2} {:02}:{:02}:{:02} mx1", 1 + second / 86_400 % 30, second / 3600 % 24, second / 60 % 60, second % 60);
    let id = format!("4b{:03X}z{:07x}", random.u16(..4096), random.u32(..0x0fff_ffff)).replace(['a', 'e', 'A', 'E'], "z");
    let (client, ip) = (random.u16(..5000), random.u8(..));
    let pid = random.u16(1000..);
    let mut line = |daemon: &str, says: std::fmt::Arguments<'_>| {
        writeln!(log, "{stamp} postfix/{daemon}[{pid}]: {says}").unwrap();
    };
    line("smtpd", format_args!("connect from out{client}.example.net[192.0.2.{ip}]"));
    if random.u8(..4) == 0 {
        line("smtpd", format_args!("NOQUEUE: reject: RCPT from out{client}.example.net[192.0.2.{ip}]: 554 5.7.1 Service unavailable; Client host [192.0.2.{ip}] blocked using bl.example.org; https://bl.example.org/?192.0.2.{ip}; from=<a{client}@example.net> to=<b{ip}@example.com> proto=ESMTP helo=<out{client}.example.net>"));
        line("smtpd", format_args!("disconnect from out{client}.example.net[192.0.2.{ip}] ehlo=2 starttls=1 mail=1 rcpt=0/1 quit=1 commands=5/6"));
        return;
    }
    line("smtpd", format_args!("{id}: client=out{client}.example.net[192.0.2.{ip}]"));
    line("cleanup", format_args!("{id}: message-id=<{second}.{id}@out{client}.example.net>"));
    line("qmgr", format_args!("{id}: from=<a{client}@example.net>, size={}, nrcpt=1 (queue active)", 1000 + second));
    line("smtpd", format_args!("disconnect from out{client}.example.net[192.0.2.{ip}] ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7"));
    line("smtp", format_args!("Trusted TLS connection established to mx{ip}.example.org[198.51.100.{ip}]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits)"));
    let to = format!("{id}: to=<b{client}@example.org>, relay=mx{ip}.example.org[198.51.100.{ip}]:25, delay=1.2, delays=0.1/0.01/0.6/0.49");
    if random.u8(..8) == 0 {
        line("smtp", format_args!("{to}, dsn=4.7.1, status=deferred (host mx{ip}.example.org[198.51.100.{ip}] said: 451 4.7.1 <b{client}@example.org>: Greylisted, try again later (in reply to RCPT TO command))"));
        line("qmgr", format_args!("{id}: from=<a{client}@example.net>, size={}, nrcpt=1 (queue active)", 1000 + second));
    }
    if random.u8(..8) == 0 {
        line("smtp", format_args!("{to}, dsn=5.1.1, status=bounced (host mx{ip}.example.org[198.51.100.{ip}] said: 550 5.1.1 <b{client}@example.org>: Recipient address rejected: User unknown (in reply to RCPT TO command))"));
    } else {
        line("smtp", format_args!("{to}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {:010X})", random.u32(..)));
    }
    line("qmgr", format_args!("{id}: removed"));
}
