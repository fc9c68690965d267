//! `mail.reports`: what others tell of a domain's mail: aggregate and failure reports of DMARC, reports of TLS, complaints.
//!
//! In: XML or JSON as a whole, or the parts of a mail. Out: a row for each source and result. A report tells what receivers saw; that
//! a row fails does not say that mail of one's own failed.

mod aggregate;
mod feedback;
mod tls;

pub(super) use feedback::add as of_mail;

use super::mime::Part;
use super::tables::column;
use crate::records::{At, ColumnType, Draft, Sink, TableSpec};
use crate::value::Amount;

pub(super) const REPORTS: TableSpec = TableSpec {
    name: "mail.reports",
    row: "a row of a report: a source of mail and what became of its mail, a failure, a complaint",
    from: "DMARC aggregate reports (RFC 7489, XML), failure reports (RFC 6591), TLS reports (RFC 8460, JSON), reports of abuse (RFC 5965); also packed, and in mails",
    columns: &[
        column(
            "kind",
            ColumnType::OneOf(&["dmarc_aggregate", "dmarc_failure", "tls", "abuse"]),
            "what the report is: `dmarc_failure` for any failure of authentication",
        ),
        column("organisation", ColumnType::Text, "who reports"),
        column("report_id", ColumnType::Text, "the name of the report"),
        column("begins", ColumnType::Time, "from when on it counts"),
        column("until", ColumnType::Time, "until when"),
        column("domain", ColumnType::Domain, "the domain that it is about"),
        column(
            "result",
            ColumnType::Text,
            "pass or fail; of TLS: success, or the kind of failure (certificate-expired)",
        ),
        column("count", ColumnType::Number, "how many messages, or sessions of TLS"),
        column("source_ip", ColumnType::Ip, "who sent them"),
        column("disposition", ColumnType::Text, "what was done: none, quarantine, reject"),
        column(
            "dkim",
            ColumnType::Text,
            "whether a DKIM signature of that domain passed, by DMARC: pass, fail",
        ),
        column("spf", ColumnType::Text, "whether SPF passed for that domain, by DMARC: pass, fail"),
        column(
            "policy",
            ColumnType::Text,
            "the policy that is published: none, quarantine, reject; of TLS: sts, tlsa, no-policy-found",
        ),
        column("dkim_domain", ColumnType::Domain, "whose signature was looked at"),
        column("dkim_selector", ColumnType::Text, "by which of its keys"),
        column("dkim_result", ColumnType::Text, "what came of it, whoever's it is"),
        column("spf_domain", ColumnType::Domain, "whose SPF was looked at"),
        column("spf_result", ColumnType::Text, "what came of it, whoever's it is"),
        column("header_from", ColumnType::Domain, "the domain of From"),
        column("envelope_from", ColumnType::Text, "the domain or the address of the envelope's sender"),
        column("envelope_to", ColumnType::Text, "the domain or the address of the recipient"),
        column(
            "reason",
            ColumnType::Text,
            "why: what overrode the policy, what failed, the code of a failure",
        ),
        column("mx", ColumnType::Domain, "the server that should have taken them"),
        column("mx_ip", ColumnType::Ip, "its address"),
        column("feedback_type", ColumnType::Text, "abuse, fraud, not-spam, auth-failure"),
        column("at", ColumnType::Time, "when the message came that it is about"),
    ],
};

/// A row under way; what is not known is none.
#[derive(Debug, Clone, Default)]
struct Row {
    texts: Vec<(&'static str, String)>,
    times: Vec<(&'static str, Amount)>,
    count: Option<u64>,
}

impl Row {
    fn set(&mut self, column: &'static str, text: impl Into<String>) {
        let text = text.into();
        if !text.trim().is_empty() {
            self.texts.push((column, text));
        }
    }

    fn push(self, kind: &str, at: &At, out: &mut Sink<'_>) {
        let mut row = Draft::new(&REPORTS, at.clone());
        row.choice("kind", kind, at);
        for (column, text) in &self.texts {
            match *column {
                "domain" | "dkim_domain" | "spf_domain" | "header_from" | "mx" => {
                    row.domain(column, text, at);
                }
                "source_ip" | "mx_ip" => row.ip(column, text, at),
                _ => row.text(column, text, at),
            }
        }
        for (column, time) in self.times {
            row.time(column, time, at);
        }
        if let Some(count) = self.count {
            row.whole("count", i128::from(count), at);
        }
        out.push(row);
    }
}

/// Returns whether a text begins like a report that is read as a whole.
pub(crate) fn is_report(head: &str) -> bool {
    aggregate::is_one(head) || tls::is_one(head)
}

/// Reads such a text.
pub(crate) fn read(text: &str, out: &mut Sink<'_>) {
    if aggregate::is_one(text.get(..text.floor_char_boundary(4096)).unwrap_or(text)) {
        aggregate::read(text, out);
    } else {
        tls::read(text, out);
    }
}

/// Returns whether a part of a mail may hold a report, by its type and the name of its file.
pub(super) fn may_hold(kind: &str, name: Option<&str>) -> bool {
    let name = name.unwrap_or_default().to_ascii_lowercase();
    [".xml", ".gz", ".zip", ".json"].iter().any(|end| name.ends_with(end))
        || kind.starts_with("application/tlsrpt")
        || matches!(
            kind,
            "application/gzip"
                | "application/x-gzip"
                | "application/zip"
                | "application/x-zip-compressed"
                | "application/x-zip"
                | "text/xml"
                | "application/xml"
        )
}

/// Returns whether it does: the name of its file is that of a report (RFC 7489, section 7.2.1.1), or its type.
pub(super) fn holds(part: &Part) -> bool {
    let name = part.name.as_deref().unwrap_or_default();
    part.kind.starts_with("application/tlsrpt") || name.matches('!').count() >= 3
}
