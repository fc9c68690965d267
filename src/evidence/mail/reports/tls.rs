//! Reports of TLS (RFC 8460).
//!
//! In: the JSON of a report. Out: for each policy, a row of the sessions that went well and one for each kind of failure.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{REPORTS, Row};
use crate::records::{At, Sink};
use crate::value::{Amount, Type, scalar};

/// Returns whether a text begins like such a report.
pub(super) fn is_one(head: &str) -> bool {
    let head = head.trim_start();
    let has = |name: &str| head.contains(&format!("\"{name}\""));
    head.starts_with('{')
        && has("organization-name")
        && (has("policies") || has("date-range"))
        && (has("report-id") || has("contact-info"))
}

#[derive(Deserialize)]
struct Report<'t> {
    #[serde(rename = "organization-name", default)]
    organisation: Value,
    #[serde(rename = "report-id", default)]
    id: Value,
    #[serde(rename = "date-range", default)]
    range: Value,
    #[serde(borrow, default)]
    policies: Vec<&'t RawValue>,
}

#[derive(Deserialize)]
struct Policy<'t> {
    #[serde(rename = "policy", default)]
    about: Value,
    #[serde(default)]
    summary: Value,
    #[serde(rename = "failure-details", borrow, default)]
    failures: Vec<&'t RawValue>,
}

/// Reads a report.
pub(super) fn read(text: &str, out: &mut Sink<'_>) {
    let lines = text.lines().count() as u64;
    if let Some(artefact) = out.artefact() {
        artefact.lines = lines;
    }
    let report: Report<'_> = match serde_json::from_str(text) {
        Ok(report) => report,
        Err(error) => {
            let line = u32::try_from(error.line()).ok();
            return out.cut(format!("a report of TLS that does not read: {error}"), line);
        }
    };
    out.recognised(&REPORTS, true);
    let mut all = Row::default();
    all.set("organisation", string(&report.organisation));
    all.set("report_id", string(&report.id));
    for (column, name) in [("begins", "start-datetime"), ("until", "end-datetime")] {
        all.times.extend(time(string(get(&report.range, name))).map(|time| (column, time)));
    }
    let mut place = Place { text, from: 0, line: 1 };
    for raw in report.policies {
        let at = place.of(raw.get());
        match serde_json::from_str::<Policy<'_>>(raw.get()) {
            Ok(policy) => policy_rows(&policy, &all, &at, &mut place, out),
            Err(error) => out.note(format!("a policy that does not read: {error}"), Some(at.line)),
        }
    }
}

fn policy_rows(policy: &Policy<'_>, all: &Row, at: &At, place: &mut Place<'_>, out: &mut Sink<'_>) {
    let mut all = all.clone();
    all.set("policy", string(get(&policy.about, "policy-type")));
    all.set("domain", string(get(&policy.about, "policy-domain")));
    let count = |name: &str| number(get(&policy.summary, name));
    let good = count("total-successful-session-count");
    let bad = count("total-failure-session-count").filter(|bad| *bad > 0);
    let is_told = bad.is_some() || !policy.failures.is_empty();
    if good.is_some_and(|good| good > 0 || !is_told) {
        let mut row = Row { count: good, ..all.clone() };
        row.set("result", "success");
        row.push("tls", at, out);
    }
    if bad.is_some() && policy.failures.is_empty() {
        let mut row = Row { count: bad, ..all.clone() };
        row.set("result", "failure");
        row.push("tls", at, out);
    }
    for raw in &policy.failures {
        let at = place.of(raw.get());
        let Ok(failure) = serde_json::from_str::<Value>(raw.get()) else { continue };
        let mut row = Row { count: number(get(&failure, "failed-session-count")), ..all.clone() };
        let columns = [
            ("result", "result-type"),
            ("source_ip", "sending-mta-ip"),
            ("mx", "receiving-mx-hostname"),
            ("mx_ip", "receiving-ip"),
        ];
        for (column, name) in columns {
            row.set(column, string(get(&failure, name)));
        }
        let reason =
            [string(get(&failure, "failure-reason-code")), string(get(&failure, "additional-information"))];
        row.set("reason", reason.join(" ").trim());
        row.push("tls", &at, out);
    }
}

/// Finds the lines of pieces, in their order.
struct Place<'t> {
    text: &'t str,
    from: usize,
    line: u32,
}

impl Place<'_> {
    /// Returns the line where a piece of the text begins.
    fn of(&mut self, piece: &str) -> At {
        let start = (piece.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let between = self.text.get(self.from..start).unwrap_or_default();
        let breaks = between.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.from = start.max(self.from);
        At::new(self.line, piece.lines().find(|line| line.trim().len() > 1).unwrap_or(piece).trim())
    }
}

static NOTHING: Value = Value::Null;

fn get<'v>(value: &'v Value, name: &str) -> &'v Value {
    value.get(name).unwrap_or(&NOTHING)
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Some write numbers in quotes.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn time(text: &str) -> Option<Amount> {
    match scalar::scalar(text, &Type::Time, None).ok()?.0 {
        crate::value::Known::Exactly(crate::value::Value::Amount(time @ Amount::Instant(_))) => Some(time),
        _ => None,
    }
}
