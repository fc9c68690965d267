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
pub(super) mod kind;
pub(super) mod mime;
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
use crate::records::{At, Sink, TableSpec};
use crate::value::Amount;

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
        out.cut(note.text, note.line);
    }
    let (kind, rows) = read(&parts, 0, out);
    tables::add(&parts, kind, out);
    ways(&parts, bytes, out);
    reports::of_mail(&parts, out);
    // A mail that carries a bounce as a whole was sent to have that read, and some gateways wrap them.
    if rows == 0 && matches!(kind, Kind::Ordinary | Kind::Bounce | Kind::DelayNotice) {
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

/// Reads the message that begins with the first part: what it is, and of how many deliveries it tells.
fn read(parts: &[Part], level: usize, out: &mut Sink<'_>) -> (Kind, usize) {
    let Some((root, rest)) = parts.split_first() else { return (Kind::Ordinary, 0) };
    let end = rest.iter().position(|part| part.is_message && part.level <= level).unwrap_or(rest.len());
    let rest = rest.get(..end).unwrap_or_default();
    let own: Vec<&Part> =
        std::iter::once(root).chain(rest.iter().filter(|part| part.level == level)).collect();
    let (words, is_cut) = words(&own);
    let (length, header) = original::split(&words);
    let said = words.get(..length).unwrap_or(&words);
    let in_text = header.and_then(|at| words.get(at..)).map(|lines| mime::fields(&original::header(lines)));
    let returned = rest.iter().find(|part| part.is_message && part.level == level + 1);
    let returned: Option<&[Header]> = returned.map(|part| part.headers.as_slice()).or(in_text.as_deref());
    let others = bounce::others(root, returned);
    let notified = notified(&own, said, bounce::sent(root).as_ref());
    let failures = prose::read(said, &others);
    let actions: Vec<&'static str> = notified.iter().filter_map(|one| Some(one.action.as_ref()?.0)).collect();
    let about =
        About { root, parts: &own, words: said, actions: &actions, names_recipient: !failures.is_empty() };
    let kind = kind::kind(&about);
    if kind.action().is_none() {
        return (kind, 0);
    }
    if is_cut {
        out.cut(format!("only the first {WORDS_LINES} lines of its words are read for reasons"), None);
    }
    out.recognised(&DELIVERIES, true);
    let deliveries = bounce::deliveries(Bounce { kind, root, returned, notified, failures });
    if deliveries.is_empty() {
        out.note("this is a bounce, but no recipient is found in it", None);
    }
    let rows = deliveries.len();
    for delivery in deliveries {
        let at = paste::place(&delivery);
        out.push(delivery.into_row("bounce", &at));
    }
    (kind, rows)
}

/// So many lines, and bytes of them, are read for recipients and reasons; a bounce needs far fewer.
const WORDS_LINES: usize = 2_000;
const WORDS_BYTES: usize = 256 << 10;

/// Returns what the message itself says, in its texts, or else its HTML; and whether there is more of it.
fn words(own: &[&Part]) -> (Vec<TextLine>, bool) {
    let mut words = all_words(own);
    let mut bytes = 0;
    let end = words.iter().take(WORDS_LINES).position(|line| {
        bytes += line.text.len();
        bytes > WORDS_BYTES
    });
    let end = end.unwrap_or(WORDS_LINES);
    let is_cut = words.len() > end;
    words.truncate(end);
    (words, is_cut)
}

fn all_words(own: &[&Part]) -> Vec<TextLine> {
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
fn notified(own: &[&Part], said: &[TextLine], sent: Option<&(Amount, At)>) -> Vec<Delivery> {
    let parts = own.iter().filter(|part| part.kind.ends_with("delivery-status"));
    let typed: Vec<Delivery> = parts.flat_map(|part| dsn::read(&part.lines).deliveries(sent)).collect();
    if typed.is_empty() { paste::notified(said, sent) } else { typed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Input, read};
    use crate::records::Records;

    const ARTEFACTS: &[&[u8]] = &[
        include_bytes!("../../../tests/suite/readers/bounces/postfix_dsn.eml"),
        include_bytes!("../../../tests/suite/readers/bounces/exchange_html.eml"),
        include_bytes!("../../../tests/suite/readers/bounces/exim.eml"),
        include_bytes!("../../../tests/suite/readers/bounces/sendmail.eml"),
        include_bytes!("../../../tests/suite/readers/bounces/utf8.eml"),
        include_bytes!("../../../tests/suite/readers/bounces/broken_dsn.eml"),
        include_bytes!("../../../tests/suite/readers/bounces/paste_bounce.txt"),
        include_bytes!("../../../tests/suite/readers/bounces/paste_replies.txt"),
    ];

    fn records(bytes: &[u8]) -> Records {
        read(vec![Input::of_bytes("a", bytes)], &Options::default(), &mut |_| ())
    }

    fn deliveries(bytes: &[u8]) -> usize {
        records(bytes).tables.get("mail.deliveries").map_or(0, |table| table.rows.len())
    }

    #[test]
    fn what_is_cut_off_is_read_as_far_as_it_goes() {
        for artefact in ARTEFACTS {
            let whole = deliveries(artefact);
            assert!(whole > 0);
            for end in (0..artefact.len()).step_by(41) {
                assert!(deliveries(&artefact[..end]) <= whole + 2, "{end}");
            }
        }
    }

    #[test]
    fn broken_bytes_are_read() {
        let mut state = 1u32;
        for artefact in ARTEFACTS {
            for _ in 0..40 {
                let mut bytes = artefact.to_vec();
                for _ in 0..8 {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let at = state as usize % bytes.len();
                    bytes[at] = [0, 0xff, b'\n', b'=', b'<', b'@', b':', b'-'][(state >> 16) as usize % 8];
                }
                records(&bytes);
            }
        }
    }

    #[test]
    fn depth_and_number_of_parts_are_limited() {
        let head = "From: MAILER-DAEMON@example.org\nTo: ann@example.org\nMIME-Version: 1.0\n";
        let nested = format!("{head}{}", "Content-Type: message/rfc822\n\n".repeat(10_000));
        let told = |text: &str| {
            records(text.as_bytes()).artefacts[0].notes.iter().any(|note| note.text.contains("parts"))
        };
        assert!(told(&nested));
        let many =
            format!("{head}Content-Type: multipart/mixed; boundary=x\n\n{}", "--x\n\nword\n".repeat(10_000));
        assert!(told(&many));
    }

    #[test]
    fn long_lines_take_no_longer_than_they_are_long() {
        let head = "From: MAILER-DAEMON@example.org\nTo: ann@example.org\nSubject: failure notice\n\n";
        for piece in
            ["<a@example.com>", "550 ", "a@", "(", "<", ">", "\u{e9}@", "550-5.7.1 x\n", "<a@example.com>:\n"]
        {
            let text = format!("{head}{}", piece.repeat(200_000 / piece.len()));
            records(text.as_bytes());
            records(piece.repeat(200_000 / piece.len()).as_bytes());
        }
    }

    #[test]
    fn mails_are_told_from_other_texts() {
        assert!(is_message("From x@example.com Mon\nReceived: x\n\ty\nSubject: x\n"));
        assert!(!is_message("name: x\nage: 3\n"));
        assert!(!is_message("Nov 30 10:00:00 mx postfix/smtp[1]: to=<a@example.com>\n"));
    }
}
