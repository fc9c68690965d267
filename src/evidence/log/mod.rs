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
