//! Logs of mail servers: `mail.deliveries` and `mail.server`.
//!
//! In: the lines of a log, of several programs and hosts at once if need be, also pasted without what stands before them. Out: a row an
//! attempt and recipient, and a row for each line in which a daemon complains. What belongs to a mail server and says nothing of the
//! kind (who connected, what was put into the queue) is read, and gives no row.
//!
//! Each program has a file that says where its format is described. Lines of one message are joined by [`queue`]; memory is bounded.

mod answer;
mod courier;
mod dovecot;
mod entry;
mod exim;
mod fields;
mod filter;
mod opensmtpd;
mod postfix;
mod qmail;
mod queue;
mod sendmail;
mod server;
mod smtpd;

use self::entry::Entry;
use self::exim::Exim;
use self::qmail::Qmail;
use self::queue::Queue;
use super::{Line, LineReader, Options};
use crate::records::{Sink, TableSpec};

/// The tables of logs alone.
pub(super) const TABLES: &[&TableSpec] = &[&server::SERVER];

/// Returns the host that wrote a line of a log, as the line says it.
pub(super) fn host(line: Line<'_>) -> Option<&str> {
    let entry = entry::Entry::of(line);
    entry.host.filter(|_| entry.stamp.is_some())
}

/// Returns the readers of logs.
pub(super) fn readers(options: &Options) -> Vec<Box<dyn LineReader>> {
    vec![Box::new(MailLog { queue: Queue::new(options), exim: Exim::default(), qmail: Qmail::default() })]
}

/// Reads the log of a mail server.
struct MailLog {
    queue: Queue,
    exim: Exim,
    qmail: Qmail,
}

impl LineReader for MailLog {
    fn line(&mut self, line: Line<'_>, _: &mut Sink<'_>) -> bool {
        let mut entry = Entry::of(line);
        if let Some(stamp) = &mut entry.stamp {
            self.queue.clock.see(stamp, line.number);
        }
        self.read(&entry)
    }

    fn end(&mut self, out: &mut Sink<'_>) {
        self.exim.end(&mut self.queue);
        self.queue.end(out);
    }
}

impl MailLog {
    /// Gives a line to the program that wrote it; returns whether it is known.
    fn read(&mut self, entry: &Entry<'_>) -> bool {
        let queue = &mut self.queue;
        if let Some(daemon) = postfix::daemon(entry.program, queue) {
            return postfix::read(entry, daemon, queue);
        }
        match entry.program {
            program if sendmail::is_sendmail(program) => sendmail::read(entry, queue),
            program if filter::is_filter(program) => filter::read(entry, queue),
            program if program.starts_with("courier") => courier::read(entry, queue),
            "smtpd" => opensmtpd::read(entry, queue),
            _ => {
                dovecot::read(entry, queue)
                    || self.exim.read(entry, queue)
                    || self.qmail.read(entry, queue)
                    || (entry.stamp.is_none() && postfix::read_bare(entry, queue))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::evidence::{Input, read};
    use crate::records::{Limits, Records};

    fn records(log: &[u8], options: &Options) -> Records {
        read(vec![Input::of_bytes("mail.log", log)], options, &mut |_| ())
    }

    fn rows(records: &Records, table: &str) -> usize {
        records.tables.get(table).map_or(0, |table| table.rows.len())
    }

    /// The artefacts of the tests of readers.
    fn logs() -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/readers/logs");
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }

    #[test]
    fn lines_may_be_cut_anywhere_and_hold_anything() {
        let options = Options::default();
        for log in logs() {
            let mut cut = Vec::new();
            for line in log.lines() {
                for at in (0..line.len()).filter(|at| line.is_char_boundary(*at)) {
                    cut.extend_from_slice(&line.as_bytes()[..at]);
                    cut.push(b'\n');
                    cut.extend_from_slice(&line.as_bytes()[at..]);
                    cut.push(b'\n');
                }
                for (from, to) in
                    [("example", "exämple\u{0}"), ("[", ""), ("<", "<<"), (": ", ":"), ("=", "= "), (">", "")]
                {
                    cut.extend_from_slice(line.replace(from, to).as_bytes());
                    cut.push(b'\n');
                }
            }
            records(&cut, &options);
        }
    }

    #[test]
    fn other_logs_are_not_taken_for_mail() {
        let log = "2026-11-30 08:00:00 Failed to open the door\n\
                   2026-11-30 08:00:01 auth: Error: wrong token\n\
                   Nov 30 08:00:02 host app/error[12]: warning: disk is full\n\
                   Nov 30 08:00:03 host cron[12]: (root) CMD (true)\n\
                   2026-11-30T08:00:04Z INFO worker: delivery 1: success: ok\n";
        let read = records(log.as_bytes(), &Options::default());
        assert!(read.tables.is_empty(), "{:?}", read.tables.keys());
        assert_eq!(read.artefacts[0].unread.lines, 5);
    }

    #[test]
    fn only_so_many_rows_are_kept() {
        let mut log = String::new();
        for at in 0..100 {
            let (dsn, status) = if at % 10 == 0 { ("5.1.1", "bounced") } else { ("2.0.0", "sent") };
            let line = format!(
                "Nov 30 08:00:02 mx postfix/local[1]: {at:05X}A: to=<a@example.com>, relay=local, dsn={dsn}, status={status} (x)\n"
            );
            log.push_str(&line);
        }
        let options = Options { limits: Limits { rows: 20, ..Limits::default() }, ..Options::default() };
        let read = records(log.as_bytes(), &options);
        let table = &read.tables["mail.deliveries"];
        let failed = table.rows.iter().filter(|row| row.at.text.contains("bounced")).count();
        assert!((15..=20).contains(&table.rows.len()) && failed == 10, "{} {failed}", table.rows.len());
        assert!(read.artefacts[0].notes.iter().any(|note| note.text.contains("more than the 20")));
    }

    #[test]
    fn a_message_in_the_queue_forever_does_not_stay_in_memory() {
        let mut log = String::new();
        for at in 0..21_000 {
            let line = format!(
                "Nov 30 08:00:02 mx postfix/smtp[1]: {at:05X}A: to=<a@example.com>, relay=none, dsn=4.4.1, status=deferred (connect to x[192.0.2.1]:25: Connection refused)\n"
            );
            log.push_str(&line);
        }
        let read = records(log.as_bytes(), &Options::default());
        assert_eq!(rows(&read, "mail.deliveries"), 21_000);
        assert!(read.artefacts[0].notes.iter().any(|note| note.text.contains("of the 1000 oldest")));
    }
}
