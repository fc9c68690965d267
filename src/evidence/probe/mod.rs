//! What people type to look at DNS, TLS and SMTP, and what comes back: `dns.answers`, `dns.spf`, `dns.policies`, `tls.sessions`,
//! `smtp.sessions`, `smtp.dialogue`, and the attempts in it as `mail.deliveries`.
//!
//! In: the lines of a terminal, as they are pasted, of several tools in turn. Out: the rows. A line with a prompt (`$ dig +short mx
//! example.com`) says what follows it, and where only the answer was pasted, its first line must be one that no other program
//! writes. Such a *block* takes lines until one comes that cannot belong to it.

mod command;
mod dns;
mod smtp;
mod tls;

use command::Command;

use super::clock::{self, Clock};
use super::{Line, LineReader, Options};
use crate::records::{At, Draft, Sink, TableSpec};
use crate::value::Amount;

/// The tables that are filled here alone.
pub(super) const TABLES: &[&TableSpec] = &[
    &dns::ANSWERS,
    &dns::spf::SPF,
    &dns::policy::POLICIES,
    &tls::SESSIONS,
    &smtp::SESSIONS,
    &smtp::DIALOGUE,
];

/// Returns the readers of such pastes.
pub(super) fn readers(options: &Options) -> Vec<Box<dyn LineReader>> {
    let clock = Clock::new(options.zone.clone(), options.newest);
    vec![Box::new(Probes { open: None, found: Found::new(clock) })]
}

/// What one tool wrote.
trait Block {
    /// Takes a line; returns false where it belongs to something else, which ends the block.
    fn line(&mut self, line: Line<'_>, found: &mut Found) -> bool;

    /// Adds what is left; `is_over` says that a prompt follows, so that nothing of the answer is missing.
    fn end(&mut self, is_over: bool, found: &mut Found);
}

/// What was found, and what one block has to know of those before it.
struct Found {
    rows: Vec<Draft>,
    clock: Clock,
    texts: dns::Texts,
    /// How many sessions with mail servers there were.
    sessions: u32,
    /// Where an encrypted connection leads, behind which a dialogue may follow.
    peer: Option<(tls::Peer, At)>,
    /// Whether a bounce of sendmail shows a dialogue, which is read as a bounce.
    is_bounce: bool,
}

impl Found {
    fn new(clock: Clock) -> Self {
        Self {
            rows: Vec::new(),
            clock,
            texts: dns::Texts::default(),
            sessions: 0,
            peer: None,
            is_bounce: false,
        }
    }

    /// Returns the time of a stamp that names its year: `Mon Nov 30 12:51:28 UTC 2026`, `2026-11-30 12:51:28 UTC`.
    fn time(&self, text: &str) -> Option<Amount> {
        let (stamp, _) = clock::split(text.trim())?;
        if stamp.names_year() { self.clock.time(&stamp) } else { None }
    }
}

/// Reads the pastes of one artefact.
struct Probes {
    open: Option<Box<dyn Block>>,
    found: Found,
}

impl Probes {
    fn take(&mut self, line: Line<'_>) -> bool {
        if let Some(command) = Command::of_line(line) {
            self.close(true);
            self.found.is_bounce = false;
            self.open = of_command(&command, &mut self.found);
            return self.open.is_some();
        }
        if self.open.as_mut().is_some_and(|block| block.line(line, &mut self.found)) {
            return true;
        }
        if line.text.trim().is_empty() {
            return false;
        }
        self.close(false);
        self.open = of_content(line, &mut self.found);
        self.open.is_some()
    }

    fn close(&mut self, is_over: bool) {
        if let Some(mut block) = self.open.take() {
            block.end(is_over, &mut self.found);
        }
    }

    fn hand_over(&mut self, out: &mut Sink<'_>) {
        self.found.rows.drain(..).for_each(|row| out.push(row));
    }
}

impl LineReader for Probes {
    fn line(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool {
        let is_taken = self.take(line);
        self.hand_over(out);
        is_taken
    }

    fn end(&mut self, out: &mut Sink<'_>) {
        self.close(false);
        let mut texts = std::mem::take(&mut self.found.texts);
        self.hand_over(out);
        texts.end(&mut |row| out.push(row));
        if let Some(note) = texts.note() {
            out.note(note, None);
        }
    }
}

/// Begins the block that a command announces; none where the command is not one of these.
fn of_command(command: &Command<'_>, found: &mut Found) -> Option<Box<dyn Block>> {
    dns::of_command(command, found)
        .or_else(|| tls::Client::of_command(command))
        .or_else(|| smtp::of_command(command, found))
}

/// Begins the block whose first line this is, and takes it.
fn of_content(line: Line<'_>, found: &mut Found) -> Option<Box<dyn Block>> {
    dns::of_content(line, found)
        .or_else(|| tls::Client::of_content(line, found))
        .or_else(|| smtp::of_content(line, found))
}

/// Begins a block, where it takes the line.
fn begin(mut block: impl Block + 'static, line: Line<'_>, found: &mut Found) -> Option<Box<dyn Block>> {
    let is_taken = block.line(line, found);
    if is_taken { Some(Box::new(block)) } else { None }
}

/// Returns a line, to be kept.
fn at(line: Line<'_>) -> At {
    At::new(line.number, line.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Limits, Records};

    /// Lines that begin a block, go on with one, or end one.
    const LINES: &[&str] = &[
        "$ dig +short mx example.com",
        "10 mx.example.com.",
        "; <<>> DiG 9.18 <<>> mx example.com",
        ";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1",
        ";; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1",
        ";; QUESTION SECTION:",
        ";example.com. IN MX",
        ";; ANSWER SECTION:",
        "example.com. 300 IN SOA ns.example.com. h.example.com. ( 1",
        "2 3 4 5 )",
        "example.com. 300 IN TXT \"v=spf1 include:example.com a:%{i} ip4:192.0.2.0/99 -all\"",
        ";; Query time: 1 msec",
        ";; SERVER: 192.0.2.53#53(ns.example.com) (UDP)",
        ";; WHEN: Mon Nov 30 12:51:28 UTC 2026",
        "C:\\>nslookup -type=mx example.com",
        "Server:  dns.example.net",
        "Address:  192.0.2.53",
        "example.com     text =",
        "\"v=spf1 -all\"",
        "*** UnKnown can't find example.com: Non-existent domain",
        "> set type=mx",
        "Host nope.example.com not found: 3(NXDOMAIN)",
        "Name    Type   TTL   Section    NameExchange  Preference",
        "Resolve-DnsName : nope.example.com : DNS name does not exist",
        "$ swaks --to a@example.com --server mx.example.com",
        "=== Trying mx.example.com:25...",
        "<-  220 mx.example.com ESMTP",
        " -> EHLO me",
        "<-  250-mx.example.com",
        "<-  250 SIZE 1",
        " -> RCPT TO:<a@example.com>",
        "<** 550 5.1.1 no such user",
        "$ telnet mx.example.com 25",
        "220 mx.example.com ESMTP",
        "LHLO me",
        "250 ok",
        "MAIL FROM:<>",
        "RCPT TO:<\"a> b\"@example.com>",
        "421 4.3.2 closing",
        "DATA",
        "354 go on",
        ".",
        "AUTH LOGIN",
        "334 x",
        "Connection closed by foreign host.",
        "$ openssl s_client -connect mx.example.com:25 -starttls smtp",
        "CONNECTED(00000003)",
        "-----BEGIN CERTIFICATE-----",
        "notAfter=Jan 30 00:00:00 2027 GMT",
        "    Verify return code: 18 (self signed certificate)",
        "1:error:1408F10B:SSL routines:f:wrong version number:x",
        "- Status: The certificate is NOT trusted. x",
        "ComputerName : mx.example.com",
        "TcpTestSucceeded : False",
        "Nov 30 08:01:02 mx postfix/smtp[12]: x",
        "",
        "é\u{0}\u{feff}",
    ];

    fn read(lines: &[&str]) -> Records {
        let mut records = Records::default();
        let artefact = records.begin("x");
        let mut sink = Sink::new(&mut records, artefact, Limits::default());
        for mut reader in readers(&Options::default()) {
            for (number, text) in (1..).zip(lines) {
                reader.line(Line { number, text }, &mut sink);
            }
            reader.end(&mut sink);
        }
        records
    }

    #[test]
    fn nothing_panics_in_any_order() {
        for (at, first) in LINES.iter().enumerate() {
            for second in LINES {
                for third in LINES.iter().skip(at % 13).step_by(13) {
                    read(&[first, second, third, first]);
                }
            }
            for end in (0..first.len()).filter(|end| first.is_char_boundary(*end)) {
                let cut = [
                    LINES.get(at.saturating_sub(1)).copied().unwrap_or_default(),
                    first.get(..end).unwrap(),
                    first.get(end..).unwrap(),
                ];
                read(&cut);
            }
        }
        read(LINES);
        read(&LINES.iter().rev().copied().collect::<Vec<_>>());
    }

    #[test]
    fn what_is_hostile_costs_no_more_than_its_length() {
        let many = |lines: &[&'static str]| lines.iter().copied().cycle().take(10_000).collect::<Vec<_>>();
        for lines in [
            &["a. 1 IN SOA ("][..],
            &["RCPT TO:<a@example.com>"],
            &["EHLO me", "250-x"],
            &[
                "220 mx.example.com ESMTP",
                "LHLO me",
                "250 x",
                "RCPT TO:<a@b.example>",
                "250 x",
                "DATA",
                "354 x",
                ".",
            ],
            &["RCPT TO:<a@b.example>", "DATA", "554 x", "421 x"],
            &[
                "a.example. 1 IN TXT \"v=spf1 include:a.example include:b.example\"",
                "b.example. 1 IN TXT \"v=spf1 include:a.example\"",
            ],
            &["Server:  a", "Address:  192.0.2.1", "a.example text =", "\"x\""],
        ] {
            read(&many(lines));
        }
    }
}
