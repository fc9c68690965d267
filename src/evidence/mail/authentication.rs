//! `mail.authentication`: what servers found out about who sent a message, and what filters think of it.
//!
//! In: the header of a message. Out: a row a finding. Read are Authentication-Results and ARC-Authentication-Results (RFC 8601, 8617;
//! Exchange leaves the name of the server out), Received-SPF (RFC 7208, section 9.1), and what filters write: those of Microsoft,
//! `SpamAssassin`, rspamd, Barracuda, Proofpoint and Mimecast ([`filters`]).
//!
//! Anybody can write such a field: only one that names a server of one's own counts, which a reader cannot know.

use super::address;
use super::filters;
use super::mime::Header;
use super::results::{self, Finding};
use super::tables::{WHOLE, column};
use crate::evidence::mail::delivery::registered;
use crate::records::{At, ColumnType, Draft, Sink, TableSpec};

pub(super) const AUTHENTICATION: TableSpec = TableSpec {
    name: "mail.authentication",
    row: "what a server found out about a message: SPF, DKIM, DMARC, ARC, and what filters think of it",
    from: "the fields Authentication-Results, ARC-Authentication-Results, Received-SPF, and those of filters, in mails and in headers that somebody pasted; only those that one's own servers wrote can be trusted",
    columns: &[
        WHOLE,
        column("header", ColumnType::Text, "the name of the field, in small letters"),
        column("instance", ColumnType::Number, "which server of an ARC chain, from 1"),
        column("by_server", ColumnType::Text, "the server that says so"),
        column(
            "method",
            ColumnType::Text,
            "what was looked at: spf, dkim, dmarc, arc, compauth, iprev, auth; of filters: scl, bcl, sfv, cat, ipv, spamassassin, rspamd, barracuda, proofpoint, mimecast",
        ),
        column("result", ColumnType::Text, "what came of it, in small letters: pass, fail, none"),
        column("domain", ColumnType::Domain, "the domain that it is about"),
        column("selector", ColumnType::Text, "the selector of the DKIM key"),
        column("address", ColumnType::Text, "the sender that SPF looked at"),
        column("ip", ColumnType::Ip, "who sent it"),
        column("reason", ColumnType::Text, "why, in the words or by the number that stand there"),
        column(
            "policy",
            ColumnType::Text,
            "the policy of DMARC that the domain publishes: none, quarantine, reject",
        ),
        column("disposition", ColumnType::Text, "what was done by it: none, quarantine, reject, oreject"),
        column(
            "aligned",
            ColumnType::YesNo,
            "whether that domain and the one of From are registered as one (RFC 7489, relaxed)",
        ),
        column("score", ColumnType::Number, "how bad a filter thinks it is"),
        column("limit", ColumnType::Number, "from which score on that filter takes it for spam"),
        column("tests", ColumnType::Text, "the rules of that filter that matched"),
    ],
};

/// Adds what the fields of a header say.
pub(super) fn add(headers: &[Header], part: &'static str, out: &mut Sink<'_>) {
    let author = author(headers);
    for header in headers {
        let name = header.name.to_ascii_lowercase();
        let mut findings = match name.as_str() {
            "authentication-results"
            | "authentication-results-original"
            | "x-original-authentication-results" => results::of_field(&header.value, false),
            "arc-authentication-results" => results::of_field(&header.value, true),
            "received-spf" => results::of_spf(&header.value).into_iter().collect(),
            _ => filters::of_field(&name, &header.value),
        };
        align(&mut findings, author.as_deref());
        for finding in findings {
            out.push(row(&finding, &name, part, &header.at));
        }
    }
}

/// Returns the domain of From.
fn author(headers: &[Header]) -> Option<String> {
    let mut from = headers.iter().filter(|header| header.name.eq_ignore_ascii_case("from"));
    let address = address::of_field(&from.next()?.value)?;
    // Of two, a server may have looked at either.
    from.next().is_none().then_some(())?;
    Some(address.rsplit_once('@')?.1.to_owned())
}

/// Says whether what SPF and DKIM found is about the domain of From: by the finding of DMARC beside them, or by the header.
fn align(findings: &mut [Finding], author: Option<&str>) {
    let of_dmarc = findings.iter().find(|one| one.method == "dmarc").and_then(|one| one.domain.clone());
    let Some(author) = of_dmarc.as_deref().or(author).and_then(registered) else { return };
    for one in findings.iter_mut().filter(|one| one.method == "spf" || one.method == "dkim") {
        one.aligned = one.domain.as_deref().and_then(registered).map(|domain| domain == author);
    }
}

fn row(finding: &Finding, header: &str, part: &'static str, at: &At) -> Draft {
    let mut row = Draft::new(&AUTHENTICATION, at.clone());
    row.choice("which", part, at);
    row.text("header", header, at);
    row.text("method", &finding.method, at);
    let texts = [
        ("by_server", &finding.by),
        ("result", &finding.result),
        ("selector", &finding.selector),
        ("address", &finding.address),
        ("reason", &finding.reason),
        ("policy", &finding.policy),
        ("disposition", &finding.disposition),
        ("tests", &finding.rules),
    ];
    for (column, text) in texts {
        if let Some(text) = text {
            row.text(column, text, at);
        }
    }
    if let Some(domain) = &finding.domain {
        row.domain("domain", domain, at);
    }
    if let Some(ip) = &finding.ip {
        row.ip("ip", ip, at);
    }
    if let Some(instance) = finding.instance {
        row.whole("instance", i128::from(instance), at);
    }
    if let Some(aligned) = finding.aligned {
        row.yes_no("aligned", aligned, at);
    }
    for (column, number) in [("score", &finding.score), ("limit", &finding.limit)] {
        if let Some(number) = number {
            row.number(column, number, at);
        }
    }
    row
}
