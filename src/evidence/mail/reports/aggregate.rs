//! Aggregate reports of DMARC (RFC 7489, appendix C; RFC 9990; and the drafts before them, which some still write).
//!
//! In: the XML of a report. Out: a row a record. A record that says more than one DKIM result is told by the one that counts: of the
//! domain of From, if there is any, and one that passed.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;

use super::{REPORTS, Row};
use crate::evidence::mail::delivery::registered;
use crate::records::{At, Sink};
use crate::value::{Amount, SECOND};

/// Returns whether a text begins like such a report.
pub(super) fn is_one(head: &str) -> bool {
    head.trim_start().starts_with('<')
        && head.contains("feedback")
        && (head.contains("report_metadata") || head.contains("policy_published"))
}

/// So deep may elements lie in each other.
const DEPTH: usize = 32;
/// So many results of one record are looked at.
const RESULTS: usize = 100;

/// What one method found.
#[derive(Debug, Clone, Default)]
struct Found {
    domain: String,
    selector: String,
    result: String,
}

/// A record, with the line where it begins.
#[derive(Debug, Default)]
struct Record {
    at: Option<At>,
    row: Row,
    header_from: String,
    evaluated: Vec<String>,
    dkim: Vec<Found>,
    spf: Vec<Found>,
    reasons: Vec<String>,
}

/// What holds for all records.
#[derive(Debug, Default)]
struct Report {
    row: Row,
    records: Vec<Record>,
    open: Option<Record>,
}

/// Reads a report.
pub(super) fn read(text: &str, out: &mut Sink<'_>) {
    out.recognised(&REPORTS, true);
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_dangling_amp = true;
    let mut report = Report::default();
    let mut lines = Lines { text, line: 1, from: 0 };
    let mut way: Vec<String> = Vec::new();
    let mut value = String::new();
    loop {
        let from = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                way.push(tag.local_name().into_inner().to_ascii_lowercase());
                value.clear();
                if way.len() > DEPTH {
                    out.cut(
                        format!("elements lie deeper than {DEPTH} in each other: the rest is not read"),
                        None,
                    );
                    break;
                }
                report.open(&way, || lines.at(from));
            }
            Ok(Event::End(_)) => {
                report.close(&way, value.trim());
                value.clear();
                way.pop();
            }
            Ok(Event::Text(text)) => value.push_str(&text.xml10_content()),
            Ok(Event::CData(text)) => value.push_str(&text.xml10_content()),
            Ok(Event::GeneralRef(name)) => {
                let letter = name.resolve_char_ref().ok().flatten().map(|c| c.to_string());
                value.push_str(letter.as_deref().or_else(|| resolve_xml_entity(&name)).unwrap_or_default());
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                out.cut(format!("XML does not read further: {error}"), Some(lines.at(from).line));
                break;
            }
        }
    }
    if report.open.take().is_some() {
        out.cut("the report ends in the middle of a record, which is not read", None);
    }
    let Report { row, records, .. } = report;
    if records.is_empty() {
        out.note("a report of DMARC without a record", None);
    }
    for record in records {
        record.push(&row, out);
    }
    let last = lines.at(text.len()).line;
    if let Some(artefact) = out.artefact() {
        artefact.lines = last.into();
    }
}

/// The lines of a text, from its beginning to its end.
struct Lines<'t> {
    text: &'t str,
    line: u32,
    from: usize,
}

impl Lines<'_> {
    /// Returns the line of a place, which is none before the last one asked for.
    fn at(&mut self, place: usize) -> At {
        let place = self.text.floor_char_boundary(place.min(self.text.len()));
        let between = self.text.get(self.from..place).unwrap_or_default();
        let breaks = between.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.from = place;
        let rest = self.text.get(place..).unwrap_or_default();
        At::new(self.line, rest.lines().next().unwrap_or_default().trim())
    }
}

impl Report {
    fn open(&mut self, way: &[String], at: impl FnOnce() -> At) {
        let Some(name) = way.last() else { return };
        match (name.as_str(), &mut self.open) {
            ("record", open @ None) => *open = Some(Record { at: Some(at()), ..Record::default() }),
            ("dkim", Some(record)) if is_in(way, "auth_results") && record.dkim.len() < RESULTS => {
                record.dkim.push(Found::default());
            }
            ("spf", Some(record)) if is_in(way, "auth_results") && record.spf.len() < RESULTS => {
                record.spf.push(Found::default());
            }
            _ => {}
        }
    }

    fn close(&mut self, way: &[String], value: &str) {
        let Some((name, above)) = way.split_last() else { return };
        let above = above.last().map_or("", String::as_str);
        if let Some(record) = &mut self.open {
            if name == "record" {
                self.records.extend(self.open.take());
            } else if !value.is_empty() {
                record.take(above, name, value);
            }
            return;
        }
        let time = || value.parse::<u32>().ok().map(|seconds| Amount::Instant(i128::from(seconds) * SECOND));
        match (above, name.as_str()) {
            ("report_metadata", "org_name") => self.row.set("organisation", value),
            ("report_metadata", "report_id") => self.row.set("report_id", value),
            ("date_range", "begin") => self.row.times.extend(time().map(|time| ("begins", time))),
            ("date_range", "end") => self.row.times.extend(time().map(|time| ("until", time))),
            ("policy_published", "domain") => self.row.set("domain", value),
            ("policy_published", "p") => self.row.set("policy", value.to_ascii_lowercase()),
            _ => {}
        }
    }
}

fn is_in(way: &[String], name: &str) -> bool {
    way.iter().rev().nth(1).is_some_and(|above| above == name)
}

impl Record {
    fn take(&mut self, above: &str, name: &str, value: &str) {
        let small = value.to_ascii_lowercase();
        match (above, name) {
            ("row", "source_ip") => self.row.set("source_ip", value),
            ("row", "count") => self.row.count = value.parse().ok(),
            ("policy_evaluated", "disposition") => self.row.set("disposition", small),
            ("policy_evaluated", "dkim") => {
                self.row.set("dkim", small.clone());
                self.evaluated.push(small);
            }
            ("policy_evaluated", "spf") => {
                self.row.set("spf", small.clone());
                self.evaluated.push(small);
            }
            ("reason", "type" | "comment") => self.reasons.push(value.to_owned()),
            ("identifiers" | "identities", "header_from") => {
                self.row.set("header_from", value);
                value.clone_into(&mut self.header_from);
            }
            ("identifiers" | "identities", "envelope_from") => self.row.set("envelope_from", value),
            ("identifiers" | "identities", "envelope_to") => self.row.set("envelope_to", value),
            ("dkim", _) => found(self.dkim.last_mut(), name, value),
            ("spf", _) => found(self.spf.last_mut(), name, value),
            _ => {}
        }
    }

    fn push(mut self, report: &Row, out: &mut Sink<'_>) {
        let at = self.at.take().unwrap_or_else(|| At::new(1, ""));
        let author = registered(&self.header_from);
        if let Some(found) = counted(&self.dkim, author.as_deref()) {
            self.row.set("dkim_domain", found.domain.clone());
            self.row.set("dkim_selector", found.selector.clone());
            self.row.set("dkim_result", found.result.clone());
        }
        if let Some(found) = counted(&self.spf, author.as_deref()) {
            self.row.set("spf_domain", found.domain.clone());
            self.row.set("spf_result", found.result.clone());
        }
        if self.evaluated.iter().any(|result| result == "pass") {
            self.row.set("result", "pass");
        } else if self.evaluated.len() == 2 {
            self.row.set("result", "fail");
        }
        self.row.set("reason", self.reasons.join(": "));
        self.row.texts.extend(report.texts.iter().cloned());
        self.row.times.extend(report.times.iter().copied());
        self.row.push("dmarc_aggregate", &at, out);
    }
}

fn found(into: Option<&mut Found>, name: &str, value: &str) {
    let Some(into) = into else { return };
    match name {
        "domain" => value.clone_into(&mut into.domain),
        "selector" => value.clone_into(&mut into.selector),
        "result" => into.result = value.to_ascii_lowercase(),
        _ => {}
    }
}

/// Returns the finding that counts.
fn counted<'f>(all: &'f [Found], author: Option<&str>) -> Option<&'f Found> {
    let rank = |found: &&Found| {
        let is_own = author.is_some() && registered(&found.domain).as_deref() == author;
        (u8::from(is_own) << 1) | u8::from(found.result == "pass")
    };
    // Of equals, the first.
    all.iter().rev().max_by_key(rank)
}
