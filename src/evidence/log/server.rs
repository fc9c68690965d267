//! `mail.server`: what the daemons of a mail server say of themselves, and of no message.

use crate::evidence::log::entry::Entry;
use crate::evidence::log::queue::Queue;
use crate::evidence::mail::reply::one_line;
use crate::records::{At, ColumnSpec, ColumnType, TableSpec};

const fn column(name: &'static str, ty: ColumnType, about: &'static str) -> ColumnSpec {
    ColumnSpec { name, ty, about }
}

/// How grave a line is.
pub(super) const SEVERITIES: &[&str] = &["notice", "warning", "error", "fatal"];

/// The columns.
pub(super) const SERVER: TableSpec = TableSpec {
    name: "mail.server",
    row: "something that a mail server says of itself, and of no message",
    from: "logs of Postfix, Exim, Sendmail, Dovecot, OpenSMTPD and qmail",
    columns: &[
        column("at", ColumnType::Time, "when"),
        column("program", ColumnType::Text, "the program that says it: postfix/smtpd"),
        column("host", ColumnType::Domain, "the host that it runs on"),
        column(
            "severity",
            ColumnType::OneOf(SEVERITIES),
            "how grave it is, as the program says; `notice` where it says nothing, and something did not work",
        ),
        column("text", ColumnType::Text, "what it says, in one line"),
    ],
};

/// A row under way.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) stamp: Option<crate::evidence::clock::Stamp>,
    pub(super) program: String,
    pub(super) host: Option<String>,
    pub(super) severity: &'static str,
    pub(super) text: String,
    pub(super) at: At,
}

/// Keeps what a daemon says.
pub(super) fn event(entry: &Entry<'_>, program: &str, severity: &'static str, text: &str, queue: &mut Queue) {
    queue.event(Event {
        stamp: entry.stamp,
        program: program.to_owned(),
        host: entry.host.map(str::to_owned),
        severity,
        text: one_line(text),
        at: entry.at(),
    });
}
