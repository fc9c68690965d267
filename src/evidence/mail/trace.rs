//! Headers that somebody pasted, alone or among other lines, with or without the marks of quoting.
//!
//! In: the lines of a text that is no mail. Out: rows of `mail.headers`, `mail.hops`, `mail.authentication` and `mail.signatures`, and
//! which lines they were read from. Lines of fields are taken for a header where one is among them that only servers write. What was
//! copied from a window may have lost the blanks before the lines of a field that goes on.

use std::collections::BTreeSet;

use super::mime::{self, Header};
use super::text::TextLine;
use super::{authentication, hops, signatures, tables};
use crate::evidence::Line;
use crate::records::Sink;

/// Fields that only servers write, each with what must stand in it.
const WRITTEN: &[(&str, &[&str])] = &[
    ("received", &[" by ", ";"]),
    ("received", &["by ", " id "]),
    ("authentication-results", &["="]),
    ("arc-authentication-results", &["="]),
    ("received-spf", &["client-ip="]),
    ("received-spf", &["("]),
    ("dkim-signature", &["bh="]),
    ("x-forefront-antispam-report", &[":"]),
    ("x-microsoft-antispam", &[":"]),
    ("x-spam-status", &["score="]),
    ("x-spamd-result", &["["]),
];

/// So many lines of one field go on without a blank before them.
const UNFOLDED: usize = 12;

/// Reads the headers among some lines, and returns the numbers of those that it took.
pub(super) fn read(lines: &[Line<'_>], part: &'static str, out: &mut Sink<'_>) -> BTreeSet<u32> {
    let mut taken = BTreeSet::new();
    let mut block: Vec<TextLine> = Vec::new();
    let mut last = 0;
    for line in lines {
        let text = unquoted(line.text);
        let is_next = line.number == last + 1;
        last = line.number;
        if !is_next {
            end(&mut block, part, &mut taken, out);
        }
        let folded = !block.is_empty() && text.starts_with([' ', '\t']) && !text.trim().is_empty();
        if folded || is_field(text) {
            block.push(TextLine::new(line.number, text));
        } else if goes_on(&block, text) {
            block.push(TextLine::new(line.number, &format!(" {text}")));
        } else {
            end(&mut block, part, &mut taken, out);
        }
    }
    end(&mut block, part, &mut taken, out);
    taken
}

/// Takes the marks of quoting off, but not the blanks that fold a field.
fn unquoted(line: &str) -> &str {
    let mut text = line;
    for _ in 0..5 {
        let Some(rest) = text.trim_start_matches(' ').strip_prefix(['>', '|']) else { break };
        text = rest.strip_prefix(' ').unwrap_or(rest);
    }
    text
}

/// A field has a name of one word, and something or nothing behind a blank.
fn is_field(text: &str) -> bool {
    let after = text.split_once(':').map(|(_, after)| after);
    mime::field(text)
        .is_some_and(|(name, _)| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        && after.is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t']))
}

/// Whether a line belongs to the last field although no blank stands before it: that field is one of servers, and does not end yet.
fn goes_on(block: &[TextLine], text: &str) -> bool {
    let Some(begin) = block.iter().rposition(|line| !line.text.starts_with([' ', '\t'])) else {
        return false;
    };
    let field = block.get(begin..).unwrap_or_default();
    let Some((name, _)) = field.first().and_then(|line| mime::field(&line.text)) else { return false };
    if text.trim().is_empty() || field.len() > UNFOLDED {
        return false;
    }
    match name.to_ascii_lowercase().as_str() {
        "received" => !field.iter().any(|line| line.text.contains(';') && line.text.contains(':')),
        "authentication-results" | "arc-authentication-results" => {
            field.last().is_some_and(|line| line.text.trim_end().ends_with(';'))
                || (text.contains('=') && !text.trim_end().ends_with(['.', '!', '?']))
        }
        _ => false,
    }
}

/// Reads the lines so far, where they are a header.
fn end(block: &mut Vec<TextLine>, part: &'static str, taken: &mut BTreeSet<u32>, out: &mut Sink<'_>) {
    let lines = std::mem::take(block);
    if lines.is_empty() {
        return;
    }
    let headers = mime::fields(&lines);
    if !headers.iter().any(is_written) {
        return;
    }
    for table in [&tables::HEADERS, &hops::HOPS, &authentication::AUTHENTICATION, &signatures::SIGNATURES] {
        out.recognised(table, false);
    }
    tables::headers(&headers, part, out);
    hops::add(&headers, part, out);
    authentication::add(&headers, part, out);
    signatures::add(&headers, None, part, out);
    taken.extend(lines.iter().map(|line| line.number));
}

fn is_written(header: &Header) -> bool {
    let name = header.name.to_ascii_lowercase();
    WRITTEN
        .iter()
        .any(|(known, words)| name == *known && words.iter().all(|word| header.value.contains(word)))
}
