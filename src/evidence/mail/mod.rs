//! Mails: deliveries and what else a message says.
//!
//! In: a mail, or a text that somebody pasted. Out: rows of `mail.deliveries` where it tells what became of a message, and what it says
//! of itself. A mail that only speaks of errors gives no deliveries, nor does an automatic answer or a report.

pub(super) mod address;
mod authentication;
mod bounce;
mod date;
pub(super) mod delivery;
mod dsn;
mod filters;
mod hops;
mod kind;
mod mime;
mod original;
mod paste;
mod prose;
pub(super) mod reason;
mod received;
pub(super) mod reply;
pub(super) mod reports;
mod results;
mod signatures;
mod tables;
mod text;
mod trace;
mod transcript;

use std::collections::BTreeSet;

use super::{Line, Options};
use crate::records::{Sink, TableSpec};

use bounce::Bounce;
use delivery::{DELIVERIES, Delivery};
use kind::{About, Kind};
use mime::{Header, Part};
use text::TextLine;

/// The tables about mail.
pub(super) const TABLES: &[&TableSpec] = &[
    &DELIVERIES,
    &tables::MESSAGES,
    &tables::PARTS,
    &tables::HEADERS,
    &hops::HOPS,
    &authentication::AUTHENTICATION,
    &signatures::SIGNATURES,
    &reports::REPORTS,
];

/// Fields that a mail begins with; two different ones make a text one.
const FIELDS: &[&str] = &[
    "received",
    "return-path",
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "delivered-to",
    "x-original-to",
    "reply-to",
    "sender",
    "dkim-signature",
    "authentication-results",
    "received-spf",
    "envelope-to",
    "delivery-date",
    "domainkey-signature",
    "arc-seal",
    "arc-message-signature",
    "auto-submitted",
    "arc-authentication-results",
    "content-transfer-encoding",
    "in-reply-to",
    "references",
    "x-failed-recipients",
];

/// Returns whether a text begins like a mail.
pub(super) fn is_message(head: &str) -> bool {
    let lines = head.trim_start_matches('\u{feff}').lines();
    let lines = lines
        .skip_while(|line| line.trim().is_empty() || line.starts_with("From ") || line.starts_with(">From "));
    let mut known = BTreeSet::new();
    let mut seen = 0;
    for line in lines.take(300) {
        if line.starts_with([' ', '\t']) && seen > 0 && !line.trim().is_empty() {
            continue;
        }
        let Some((name, _)) = mime::field(line) else { break };
        seen += 1;
        let name = name.to_ascii_lowercase();
        if FIELDS.contains(&name.as_str()) {
            known.insert(name);
        }
    }
    known.len() >= 2
}

/// A file in a mail that is read for itself.
pub(super) struct Attached {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Reads a mail, and returns the reports that it carries.
pub(super) fn message(bytes: &[u8], options: &Options, out: &mut Sink<'_>) -> Vec<Attached> {
    let (mut parts, notes) = mime::parts(bytes, &options.limits);
    for note in notes {
        out.note(note.text, note.line);
    }
    let kind = read(&parts, 0, out);
    tables::add(&parts, kind, out);
    ways(&parts, bytes, out);
    reports::of_mail(&parts, out);
    // A mail that carries a bounce as a whole was sent to have that read.
    if kind == Kind::Ordinary {
        for at in attached(&parts) {
            read(parts.get(at..).unwrap_or_default(), 1, out);
        }
    }
    if let Some(artefact) = out.artefact() {
        artefact.lines = bytes.split(|byte| *byte == b'\n').count() as u64;
    }
    parts.retain(|part| !part.attached.is_empty() && (kind == Kind::Report || reports::holds(part)));
    let attached = |part: Part| Attached { name: part.name.unwrap_or(part.kind), bytes: part.attached };
    parts.into_iter().map(attached).collect()
}

/// Reads the lines of a short text that no other reader takes: replies and bounces that somebody pasted. Returns the numbers of the
/// lines that it took.
pub(super) fn prose(lines: &[Line<'_>], out: &mut Sink<'_>) -> BTreeSet<u32> {
    let mut taken = paste::read(lines, out);
    // A header below the words of a bounce is the one of the message that it returns.
    let part = if taken.is_empty() { "whole" } else { "returned" };
    taken.append(&mut trace::read(lines, part, out));
    taken
}

/// Adds what the headers of all messages say of their ways.
fn ways(parts: &[Part], bytes: &[u8], out: &mut Sink<'_>) {
    for table in [&hops::HOPS, &authentication::AUTHENTICATION, &signatures::SIGNATURES] {
        out.recognised(table, true);
    }
    let is_cut = out.artefact().is_none_or(|artefact| artefact.is_cut);
    for part in parts.iter().filter(|part| part.is_message) {
        let whole = tables::whole(part);
        hops::add(&part.headers, whole, out);
        authentication::add(&part.headers, whole, out);
        let is_signed = part.level == 0 && !is_cut && part.header("DKIM-Signature").is_some();
        let body =
            is_signed.then(|| mime::body(bytes, out.limits())).filter(|body| !body.trim_ascii().is_empty());
        signatures::add(&part.headers, body, whole, out);
    }
}

/// Returns where the messages begin that an ordinary one carries.
fn attached(parts: &[Part]) -> Vec<usize> {
    let is_one = |part: &Part| part.is_message && part.level == 1 && !part.is_header_alone;
    (0..parts.len()).filter(|at| parts.get(*at).is_some_and(is_one)).collect()
}

/// Reads the message that begins with the first part: what it is, and what it tells of deliveries.
fn read(parts: &[Part], level: usize, out: &mut Sink<'_>) -> Kind {
    let Some((root, rest)) = parts.split_first() else { return Kind::Ordinary };
    let end = rest.iter().position(|part| part.is_message && part.level <= level).unwrap_or(rest.len());
    let rest = rest.get(..end).unwrap_or_default();
    let own: Vec<&Part> =
        std::iter::once(root).chain(rest.iter().filter(|part| part.level == level)).collect();
    let words = words(&own);
    let (length, header) = original::split(&words);
    let said = words.get(..length).unwrap_or(&words);
    let in_text = header.and_then(|at| words.get(at..)).map(|lines| mime::fields(&original::header(lines)));
    let returned = rest.iter().find(|part| part.is_message && part.level == level + 1);
    let returned: Option<&[Header]> = returned.map(|part| part.headers.as_slice()).or(in_text.as_deref());
    let others = bounce::others(root, returned);
    let notified = notified(&own, said);
    let failures = prose::read(said, &others);
    let actions: Vec<&'static str> = notified.iter().filter_map(|one| Some(one.action.as_ref()?.0)).collect();
    let about =
        About { root, parts: &own, words: said, actions: &actions, names_recipient: !failures.is_empty() };
    let kind = kind::kind(&about);
    if kind.action().is_none() {
        return kind;
    }
    out.recognised(&DELIVERIES, true);
    let deliveries = bounce::deliveries(Bounce { kind, root, returned, notified, failures });
    if deliveries.is_empty() {
        out.note("this is a bounce, but no recipient is found in it", None);
    }
    for delivery in deliveries {
        let at = paste::place(&delivery);
        out.push(delivery.into_row("bounce", &at));
    }
    kind
}

/// Returns what the message itself says: its texts, or else its HTML.
fn words(own: &[&Part]) -> Vec<TextLine> {
    let of = |kind: &str| -> Vec<TextLine> {
        let texts = own.iter().filter(|part| part.kind == kind);
        texts.flat_map(|part| text::plain(&part.lines, kind == "text/html")).collect()
    };
    let plain = of("text/plain");
    // What claims parts but has none is a text.
    let plain = if plain.is_empty() { broken(own) } else { plain };
    if plain.iter().any(|line| !line.is_blank()) { plain } else { of("text/html") }
}

fn broken(own: &[&Part]) -> Vec<TextLine> {
    let broken = own.iter().filter(|part| part.kind.starts_with("multipart/") && !part.lines.is_empty());
    broken.flat_map(|part| part.lines.iter().cloned()).collect()
}

/// Reads its notifications: in parts of their own, or, in broken ones, among its words.
fn notified(own: &[&Part], said: &[TextLine]) -> Vec<Delivery> {
    let parts = own.iter().filter(|part| part.kind.ends_with("delivery-status"));
    let typed: Vec<Delivery> = parts.flat_map(|part| dsn::read(&part.lines).deliveries()).collect();
    if typed.is_empty() { paste::notified(said) } else { typed }
}
