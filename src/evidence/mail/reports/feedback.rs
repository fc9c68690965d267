//! Reports in mails about one message: of abuse (RFC 5965), and of authentication that failed (RFC 6591, 6692).
//!
//! In: the parts of a mail. Out: a row a report. Exim writes those of DMARC in prose, with the same fields in other words.

use super::{REPORTS, Row};
use crate::evidence::mail::mime::{self, Header, Part};
use crate::evidence::mail::tables::bracketed;
use crate::evidence::mail::{address, date, results};
use crate::records::{At, Sink};

/// Adds the reports of a mail.
pub(in super::super) fn add(parts: &[Part], out: &mut Sink<'_>) {
    let returned = parts.iter().find(|part| part.is_message && part.level == 1);
    let mut has_any = false;
    for part in parts.iter().filter(|part| part.level == 0 && part.kind == "message/feedback-report") {
        has_any = true;
        let fields = mime::fields(without_blanks(part));
        out.recognised(&REPORTS, true);
        report(&fields, returned, &part.at, out);
    }
    if !has_any {
        prose(parts, out);
    }
}

/// Returns the lines of a part from the first that is not empty.
fn without_blanks(part: &Part) -> &[crate::evidence::mail::text::TextLine] {
    let first = part.lines.iter().position(|line| !line.is_blank()).unwrap_or(0);
    part.lines.get(first..).unwrap_or_default()
}

/// Columns that are fields of a report.
const FIELDS: &[(&str, &str)] = &[
    ("domain", "Reported-Domain"),
    ("disposition", "Delivery-Result"),
    ("reason", "Auth-Failure"),
    ("dkim_domain", "DKIM-Domain"),
    ("dkim_selector", "DKIM-Selector"),
    ("report_id", "Original-Envelope-Id"),
];

fn report(fields: &[Header], returned: Option<&Part>, part: &At, out: &mut Sink<'_>) {
    let field = |name: &str| fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
    let value = |name: &str| field(name).map(|field| field.value.as_str());
    let kind = value("Feedback-Type").unwrap_or_default().to_ascii_lowercase();
    let is_failure = kind == "auth-failure";
    let mut row = Row::default();
    for (column, name) in FIELDS {
        row.set(column, value(name).unwrap_or_default());
    }
    // A name may stand behind it.
    row.set("source_ip", value("Source-IP").and_then(|ip| ip.split_whitespace().next()).unwrap_or_default());
    if let Some(mta) = value("Reporting-MTA") {
        row.set("organisation", mta.rsplit(';').next().unwrap_or(mta).trim());
    }
    for (column, name) in [("envelope_from", "Original-Mail-From"), ("envelope_to", "Original-Rcpt-To")] {
        row.set(column, value(name).map(bracketed).unwrap_or_default());
    }
    let time = value("Arrival-Date").or_else(|| value("Received-Date")).and_then(date::read);
    row.times.extend(time.map(|time| ("at", time)));
    row.set("feedback_type", kind);
    // One, where it does not say (RFC 5965, section 3.2).
    row.count = Some(value("Incidents").and_then(|count| count.trim().parse().ok()).unwrap_or(1));
    if is_failure {
        row.set("result", "fail");
    }
    if value("Identity-Alignment").is_some_and(|aligned| aligned.trim().eq_ignore_ascii_case("none")) {
        row.set("dkim", "fail");
        row.set("spf", "fail");
    }
    for one in fields.iter().filter(|field| field.name.eq_ignore_ascii_case("Authentication-Results")) {
        authenticated(&one.value, &mut row);
    }
    author(returned, &mut row);
    let at = field("Feedback-Type").map_or(part, |field| &field.at);
    row.push(if is_failure { "dmarc_failure" } else { "abuse" }, at, out);
}

/// Takes what the server that reports found out.
fn authenticated(value: &str, row: &mut Row) {
    for one in results::of_field(value, false) {
        let result = one.result.unwrap_or_default();
        match one.method.as_str() {
            "spf" => {
                row.set("spf_result", result);
                row.set("spf_domain", one.domain.unwrap_or_default());
            }
            "dkim" => {
                row.set("dkim_result", result);
                row.set("dkim_domain", one.domain.unwrap_or_default());
            }
            "dmarc" => {
                row.set("policy", one.policy.unwrap_or_default());
                row.set("header_from", one.domain.unwrap_or_default());
            }
            _ => {}
        }
    }
}

/// Takes the domain of From of the message that it is about.
fn author(returned: Option<&Part>, row: &mut Row) {
    let known = row.texts.iter().any(|(column, _)| *column == "header_from");
    let from = returned.and_then(|part| part.value("From")).and_then(address::of_field);
    if let Some((_, domain)) = from.as_deref().and_then(|from| from.rsplit_once('@')).filter(|_| !known) {
        row.set("header_from", domain);
    }
}

/// Reads a report of Exim: `Sender Domain: example.com`, `Sender IP Address: 192.0.2.1`, `SPF Alignment: no`.
fn prose(parts: &[Part], out: &mut Sink<'_>) {
    let is_subject = |part: &Part| {
        part.value("Subject")
            .is_some_and(|subject| subject.to_ascii_lowercase().contains("dmarc forensic report"))
    };
    if !parts.first().is_some_and(is_subject) {
        return;
    }
    let lines =
        parts.iter().filter(|part| part.level == 0 && part.kind == "text/plain").flat_map(|part| &part.lines);
    let mut row = Row { count: Some(1), ..Row::default() };
    let mut at: Option<At> = None;
    for line in lines.take(200) {
        let Some((name, value)) = line.text.split_once(':') else { continue };
        let aligned = if value.trim().eq_ignore_ascii_case("yes") { "pass" } else { "fail" };
        match name.trim().to_ascii_lowercase().as_str() {
            "sender domain" => {
                at = Some(line.at());
                row.set("domain", value.trim());
                row.set("header_from", value.trim());
            }
            "sender ip address" => row.set("source_ip", value.trim()),
            "received date" => row.times.extend(date::read(value).map(|time| ("at", time))),
            "spf alignment" => row.set("spf", aligned),
            "dkim alignment" => row.set("dkim", aligned),
            "dmarc results" => row.set("reason", value.trim()),
            _ => {}
        }
    }
    let Some(at) = at.filter(|_| row.texts.iter().any(|(column, _)| *column == "source_ip")) else { return };
    row.set("result", "fail");
    out.recognised(&REPORTS, true);
    row.push("dmarc_failure", &at, out);
}
