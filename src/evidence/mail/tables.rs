//! `mail.messages`, `mail.parts` and `mail.headers`: what a mail, and a message that it returns, say of themselves.

use super::address;
use super::date;
use super::kind::{KINDS, Kind};
use super::mime::{Header, Part};
use crate::records::{ColumnSpec, ColumnType, Draft, Sink, TableSpec};

pub(super) const fn column(name: &'static str, ty: ColumnType, about: &'static str) -> ColumnSpec {
    ColumnSpec { name, ty, about }
}

/// Which message a row is about.
pub(super) const WHOLE: ColumnSpec = column(
    "which",
    ColumnType::OneOf(&["whole", "returned"]),
    "the message that was given, or one that stands in it: what a bounce returns, what is attached",
);

pub(super) const MESSAGES: TableSpec = TableSpec {
    name: "mail.messages",
    row: "a message, or one that it returns",
    from: "mails",
    columns: &[
        WHOLE,
        column(
            "kind",
            ColumnType::OneOf(KINDS),
            "what it is: `vacation` for any automatic answer, `complaint_report` for a report of abuse (RFC 5965), `report` for one of DMARC or TLS, `receipt` for a notice that it was read, `challenge` where it asks the sender to show that he is one",
        ),
        column("from", ColumnType::Text, "the address of who wrote it"),
        column("from_domain", ColumnType::Domain, "what stands behind its @"),
        column("to", ColumnType::Text, "the first address that it is to"),
        column("subject", ColumnType::Text, "its subject"),
        column("message", ColumnType::Text, "its Message-ID, without the brackets"),
        column("at", ColumnType::Time, "its date"),
        column("in_reply_to", ColumnType::Text, "the Message-ID of what it answers"),
        column("list", ColumnType::Text, "the List-Id of a mailing list, without the brackets"),
        column("auto_submitted", ColumnType::Text, "Auto-Submitted: auto-replied, auto-generated, no"),
        column("return_path", ColumnType::Text, "the envelope's sender, by who delivered it; `<>` for none"),
    ],
};

pub(super) const PARTS: TableSpec = TableSpec {
    name: "mail.parts",
    row: "a part of a message",
    from: "mails",
    columns: &[
        WHOLE,
        column("type", ColumnType::Text, "its type: text/plain"),
        column("name", ColumnType::Text, "the name of its file"),
        column("size", ColumnType::Size, "how large it is, as it is written"),
    ],
};

pub(super) const HEADERS: TableSpec = TableSpec {
    name: "mail.headers",
    row: "a field of a message's header",
    from: "mails, and headers that somebody pasted",
    columns: &[
        WHOLE,
        column("name", ColumnType::Text, "its name, in small letters: subject"),
        column("value", ColumnType::Text, "its value, in one line"),
    ],
};

/// Returns which message a part is of.
pub(super) fn whole(part: &Part) -> &'static str {
    if part.level == 0 { "whole" } else { "returned" }
}

/// Adds the rows of a mail.
pub(super) fn add(parts: &[Part], kind: Kind, out: &mut Sink<'_>) {
    for table in [&MESSAGES, &PARTS, &HEADERS] {
        out.recognised(table, true);
    }
    for part in parts {
        if part.is_message {
            message(part, kind, out);
            headers(&part.headers, whole(part), out);
        }
        if !part.is_header_alone {
            let mut row = Draft::new(&PARTS, part.at.clone());
            row.choice("which", whole(part), &part.at);
            row.text("type", &part.kind, &part.at);
            if let Some(name) = &part.name {
                row.text("name", name, &part.at);
            }
            row.whole("size", i128::from(part.size), &part.at);
            out.push(row);
        }
    }
}

fn message(part: &Part, kind: Kind, out: &mut Sink<'_>) {
    let mut row = Draft::new(&MESSAGES, part.at.clone());
    row.choice("which", whole(part), &part.at);
    if part.level == 0 {
        row.choice("kind", kind.word(), &part.at);
    }
    for (column, name) in [("from", "From"), ("to", "To")] {
        if let Some(header) = part.header(name)
            && let Some(address) = address::of_field(&header.value)
        {
            row.text(column, &address, &header.at);
            if let Some((_, domain)) = address.rsplit_once('@').filter(|_| column == "from") {
                row.domain("from_domain", domain, &header.at);
            }
        }
    }
    for (column, name) in [("subject", "Subject"), ("auto_submitted", "Auto-Submitted")] {
        if let Some(header) = part.header(name) {
            row.text(column, &header.value, &header.at);
        }
    }
    for (column, name) in [("message", "Message-ID"), ("in_reply_to", "In-Reply-To"), ("list", "List-Id")] {
        if let Some(header) = part.header(name) {
            row.text(column, bracketed(&header.value), &header.at);
        }
    }
    if let Some(header) = part.header("Return-Path") {
        let path = bracketed(&header.value);
        row.text("return_path", if path.is_empty() { "<>" } else { path }, &header.at);
    }
    if let Some(header) = part.header("Date")
        && let Some(time) = date::read(&header.value)
    {
        row.time("at", time, &header.at);
    }
    out.push(row);
}

/// Adds the fields of a header.
pub(super) fn headers(headers: &[Header], part: &'static str, out: &mut Sink<'_>) {
    for header in headers {
        let mut row = Draft::new(&HEADERS, header.at.clone());
        row.choice("which", part, &header.at);
        row.text("name", &header.name.to_ascii_lowercase(), &header.at);
        row.text("value", &header.value, &header.at);
        out.push(row);
    }
}

/// Returns what stands in the first brackets, or else the whole: `x@example.com` of `<x@example.com> (comment)`.
pub(super) fn bracketed(value: &str) -> &str {
    let inside = value.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(inside, _)| inside);
    inside.unwrap_or(value).trim()
}
