//! Logs of mail servers: `mail.deliveries` and `mail.server`.
//!
//! In: the lines of a log, of several programs and hosts at once if need be, also pasted without what stands before them. Out: a row an
//! attempt and recipient, and a row for each line in which a daemon complains. What belongs to a mail server and says nothing of the
//! kind (who connected, what was put into the queue) is read, and gives no row.
//!
//! Each program has a file that says where its format is described. Lines of one message are joined by [`queue`]; memory is bounded.

mod answer;
mod entry;
mod fields;
mod postfix;
mod queue;
mod server;
mod smtpd;

use self::entry::Entry;
use self::queue::Queue;
use super::{Line, LineReader, Options};
use crate::records::{Sink, TableSpec};

/// The tables of logs alone.
pub(super) const TABLES: &[&TableSpec] = &[&server::SERVER];

/// Returns the readers of logs.
pub(super) fn readers(options: &Options) -> Vec<Box<dyn LineReader>> {
    vec![Box::new(MailLog { queue: Queue::new(options) })]
}

/// Reads the log of a mail server.
struct MailLog {
    queue: Queue,
}

impl LineReader for MailLog {
    fn line(&mut self, line: Line<'_>, _: &mut Sink<'_>) -> bool {
        let mut entry = Entry::of(line);
        if let Some(stamp) = &mut entry.stamp {
            self.queue.clock.see(stamp, line.number);
        }
        read(&entry, &mut self.queue)
    }

    fn end(&mut self, out: &mut Sink<'_>) {
        self.queue.end(out);
    }
}

/// Gives a line to the program that wrote it; returns whether it is known.
fn read(entry: &Entry<'_>, queue: &mut Queue) -> bool {
    if let Some(daemon) = postfix::daemon(entry.program) {
        return postfix::read(entry, daemon, queue);
    }
    if entry.program.is_empty() && entry.stamp.is_none() {
        return postfix::read_bare(entry, queue);
    }
    false
}
