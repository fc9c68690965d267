//! `mail.deliveries`: an attempt to deliver a message to one recipient, whoever tells of it.
//!
//! Bounces, logs, transcripts, traces and pasted replies all come to a [`Delivery`]; what several of them must do alike (the domain
//! of an address, who a host belongs to, the list that a reply names) is done here, once.

use crate::records::{At, ColumnSpec, ColumnType, Draft, TableSpec};
use crate::value::Amount;

use super::reply;

const fn column(name: &'static str, ty: ColumnType, about: &'static str) -> ColumnSpec {
    ColumnSpec { name, ty, about }
}

/// What became of an attempt.
pub(crate) const ACTIONS: &[&str] = &["failed", "delayed", "delivered", "relayed", "expanded"];

/// Where in the dialogue a reply came, or what was waited for.
pub(crate) const STAGES: &[&str] =
    &["lookup", "connect", "helo", "starttls", "auth", "mail_from", "rcpt_to", "data", "after_acceptance"];

/// The columns.
pub(crate) const DELIVERIES: TableSpec = TableSpec {
    name: "mail.deliveries",
    row: "an attempt to deliver a message to one recipient",
    from: "bounces (RFC 3464, and in prose), pasted replies, logs of Postfix, Exim, Sendmail and Dovecot, SMTP transcripts, message traces of Exchange",
    columns: &[
        column("recipient", ColumnType::Text, "the address that the attempt was for"),
        column("recipient_domain", ColumnType::Domain, "what stands behind its @"),
        column(
            "original_recipient",
            ColumnType::Text,
            "the address that the sender wrote, before it was rewritten or forwarded",
        ),
        column("sender", ColumnType::Text, "the envelope's sender; `<>` for none"),
        column("message", ColumnType::Text, "the Message-ID, without its brackets"),
        column(
            "queue_id",
            ColumnType::Text,
            "the name of the message in the queue of the server that tells of it",
        ),
        column(
            "action",
            ColumnType::OneOf(ACTIONS),
            "what became of it; `relayed` to a server that sends no reports, `expanded` to the members of a list",
        ),
        column(
            "expired",
            ColumnType::YesNo,
            "whether it was given up after many attempts; the text is that of the last one",
        ),
        column("code", ColumnType::Number, "the reply code: 550"),
        column("status", ColumnType::Text, "the enhanced status code (RFC 3463): 5.1.1"),
        column("text", ColumnType::Text, "what was said, in one line, without codes before it"),
        column("list", ColumnType::Domain, "the public block list that the text names"),
        column(
            "decided_by",
            ColumnType::OneOf(&["other_server", "this_server", "nobody"]),
            "the server that was asked, by its reply; the server that tells of it, by rules of its own; or nobody, since no answer came",
        ),
        column("stage", ColumnType::OneOf(STAGES), "where in the dialogue that was"),
        column("server", ColumnType::Domain, "the host that answered, or was to answer"),
        column("server_ip", ColumnType::Ip, "its address"),
        column("server_domain", ColumnType::Domain, "the registered domain of that host: google.com"),
        column("client", ColumnType::Domain, "the host that asked"),
        column("client_ip", ColumnType::Ip, "its address"),
        column(
            "side",
            ColumnType::OneOf(&["sending", "receiving"]),
            "on which side the server stands that tells of it",
        ),
        column("final", ColumnType::YesNo, "whether nothing more is tried"),
        column("folder", ColumnType::Text, "where in a mailbox it was put"),
        column("at", ColumnType::Time, "when"),
        column(
            "attempts",
            ColumnType::Number,
            "how many attempts the artefact tells of, this one included; in a log, the last delayed one stands for those before it",
        ),
        column("delay", ColumnType::Duration, "how long the message had been under way"),
        column("size", ColumnType::Size, "how large the message is"),
        column(
            "artefact",
            ColumnType::OneOf(&["bounce", "reply", "log", "transcript", "trace"]),
            "what tells of it",
        ),
    ],
};

/// A value and its line.
pub(crate) type Field<T> = Option<(T, At)>;

/// An attempt to deliver a message to one recipient; what is not known is none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Delivery {
    pub(crate) recipient: Field<String>,
    pub(crate) original_recipient: Field<String>,
    pub(crate) sender: Field<String>,
    pub(crate) message: Field<String>,
    pub(crate) queue_id: Field<String>,
    /// One of [`ACTIONS`].
    pub(crate) action: Field<&'static str>,
    pub(crate) expired: Field<bool>,
    pub(crate) code: Field<u16>,
    pub(crate) status: Field<String>,
    pub(crate) text: Field<String>,
    /// `other_server`, `this_server`, `nobody`.
    pub(crate) decided_by: Field<&'static str>,
    /// One of [`STAGES`].
    pub(crate) stage: Field<&'static str>,
    pub(crate) server: Field<String>,
    pub(crate) server_ip: Field<String>,
    pub(crate) client: Field<String>,
    pub(crate) client_ip: Field<String>,
    /// `sending`, `receiving`.
    pub(crate) side: Field<&'static str>,
    pub(crate) is_final: Field<bool>,
    pub(crate) folder: Field<String>,
    pub(crate) at: Field<Amount>,
    pub(crate) attempts: Field<u32>,
    /// In nanoseconds.
    pub(crate) delay: Field<i128>,
    /// In bytes.
    pub(crate) size: Field<u64>,
}

impl Delivery {
    /// Makes a row of it; `artefact` says what tells of it: `bounce`, `reply`, `log`, `transcript`, `trace`.
    pub(crate) fn into_row(self, artefact: &str, at: &At) -> Draft {
        let mut row = Draft::new(&DELIVERIES, at.clone());
        let texts = [
            ("recipient", &self.recipient),
            ("original_recipient", &self.original_recipient),
            ("sender", &self.sender),
            ("message", &self.message),
            ("queue_id", &self.queue_id),
            ("status", &self.status),
            ("text", &self.text),
            ("folder", &self.folder),
        ];
        for (column, field) in texts {
            if let Some((text, at)) = field {
                row.text(column, text, at);
            }
        }
        let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_owned());
        if let Some((address, at)) = &self.recipient
            && let Some(domain) = domain(address)
        {
            row.domain("recipient_domain", &domain, at);
        }
        for (column, field) in [("server", &self.server), ("client", &self.client)] {
            if let Some((name, at)) = field {
                row.domain(column, name, at);
            }
        }
        if let Some((name, at)) = &self.server
            && let Some(registered) = registered(name)
        {
            row.domain("server_domain", &registered, at);
        }
        for (column, field) in [("server_ip", &self.server_ip), ("client_ip", &self.client_ip)] {
            if let Some((address, at)) = field {
                row.ip(column, address, at);
            }
        }
        let choices = [
            ("action", &self.action),
            ("decided_by", &self.decided_by),
            ("stage", &self.stage),
            ("side", &self.side),
        ];
        for (column, field) in choices {
            if let Some((word, at)) = field {
                row.choice(column, word, at);
            }
        }
        for (column, field) in [("expired", &self.expired), ("final", &self.is_final)] {
            if let Some((yes, at)) = field {
                row.yes_no(column, *yes, at);
            }
        }
        if let Some((code, at)) = &self.code {
            row.whole("code", i128::from(*code), at);
        }
        if let Some((attempts, at)) = &self.attempts {
            row.whole("attempts", i128::from(*attempts), at);
        }
        if let Some((bytes, at)) = &self.size {
            row.whole("size", i128::from(*bytes), at);
        }
        if let Some((nanos, at)) = &self.delay {
            row.duration("delay", *nanos, at);
        }
        if let Some((time, at)) = &self.at {
            row.time("at", *time, at);
        }
        if let Some((text, at)) = &self.text
            && let Some(list) = reply::list(text)
        {
            row.domain("list", &list, at);
        }
        row.choice("artefact", artefact, at);
        row
    }
}

/// Returns the registered domain of a host, by the Public Suffix List: `google.com` of `mx.google.com`.
pub(crate) fn registered(host: &str) -> Option<String> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    psl::domain_str(&host).map(str::to_owned)
}
