//! Why `pack.ron` does not read, in the words of a person who has never seen RON.

use ron::Error;
use ron::error::{Position, SpannedError};

use crate::problem::{Code, Problem, did_you_mean};
use crate::source::{SourceId, Span};

/// What a manifest looks like, for a help.
const EXAMPLE: &str = "it looks like this: (name: \"printer\", title: \"Printers\", version: \"1.0.0\", language: 1, \
                       cases: (unlisted: \"10 %\", several_at_once: \"5 %\"))";

/// Why a manifest does not read.
pub(super) fn problem(source: SourceId, text: &str, error: &SpannedError) -> Problem {
    let at = first_character(text, offset(text, error.span.start));
    let here = token(text, at);
    let entry = entry(text, at);
    let (span, message, help) = match &error.code {
        Error::ExpectedComma => {
            (here, "a comma is missing before this".into(), "put a comma between two entries".into())
        }
        Error::ExpectedMapColon => {
            let help = format!("write a colon behind the name: `{entry}: …`");
            (here, format!("a `:` is missing behind `{entry}`"), help)
        }
        Error::NoSuchStructField { expected, found, outer } => {
            let names = || expected.iter().copied();
            let known = names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let help = match did_you_mean(found, names()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("it knows {known}"),
            };
            let place = word(text, found).unwrap_or(here);
            (place, format!("{} has no entry `{found}`", part(outer.as_deref())), help)
        }
        Error::MissingStructField { field, outer } => {
            let place = match outer.as_deref() {
                Some("Tickets") => word(text, "cases"),
                Some("Escalation") => word(text, "escalate"),
                _ => text.find('(').map(|at| at..at + 1),
            };
            let message = format!("{} does not say `{field}`", part(outer.as_deref()));
            (place.unwrap_or(0..0), message, format!("add {}", written(field)))
        }
        Error::DuplicateStructField { field, .. } => {
            (here, format!("`{field}` stands here twice"), "keep one of the two".into())
        }
        Error::Message(reason) => (quoted(text, at), reason.clone(), format!("write {}", written(entry))),
        Error::ExpectedString | Error::ExpectedInteger | Error::InvalidValueForType { .. } => {
            let message = format!("`{}` is not what `{entry}` says", text.get(here.clone()).unwrap_or(""));
            (here, message, format!("write {}", written(entry)))
        }
        Error::ExpectedStringEnd => {
            (here, "this text has no closing quote".into(), "end it with `\"`".into())
        }
        Error::Eof => {
            let end = text.trim_end().len();
            let help = "every `(` needs its `)`, and every `\"` its partner".into();
            (end..end, "pack.ron ends in the middle".into(), help)
        }
        _ if text.trim().is_empty() => (0..0, "pack.ron is empty".into(), EXAMPLE.into()),
        _ if text.get(..at).is_some_and(|before| !before.contains('(')) => {
            (here, "all of pack.ron stands in round brackets".into(), EXAMPLE.into())
        }
        _ => (here, "pack.ron does not read from here on".into(), EXAMPLE.into()),
    };
    let span = Span { source, start: span.start, end: span.end };
    Problem::error(Code::Manifest, span, message).help(help)
}

/// What the structs of the manifest are called in it.
fn part(outer: Option<&str>) -> &'static str {
    match outer {
        Some("Tickets") => "`cases`",
        Some("Escalation") => "`escalate`",
        _ => "pack.ron",
    }
}

/// An entry as it should be written.
fn written(entry: &str) -> String {
    let value = match entry {
        "language" => "1",
        "cases" => "(unlisted: \"10 %\", several_at_once: \"8 %\")",
        "escalate" => "(to: \"provider support\", takes: \"4 h\")",
        "takes" => "\"4 h\"",
        "to" => "\"provider support\"",
        "uses" => "[\"another_pack\"]",
        "version" => "\"1.0.0\"",
        "name" => "\"printer\"",
        "title" => "\"Printers\"",
        _ => "\"10 %\"",
    };
    format!("`{entry}: {value}`")
}

/// The name of the entry whose value stands at a place.
fn entry(text: &str, at: usize) -> &str {
    let line = text.get(..at).unwrap_or("").rsplit(['(', ',', '[', '{']).next().unwrap_or("");
    line.split(':').next().unwrap_or("").trim().trim_matches('"')
}

fn word(text: &str, word: &str) -> Option<std::ops::Range<usize>> {
    text.find(word).map(|at| at..at + word.len())
}

/// The word or sign at a place.
fn token(text: &str, at: usize) -> std::ops::Range<usize> {
    let rest = text.get(at..).unwrap_or("");
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let length = match rest.chars().next() {
        Some('"') => rest.char_indices().skip(1).find(|(_, c)| *c == '"').map_or(1, |(end, _)| end + 1),
        Some(c) if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
        Some(c) => c.len_utf8(),
        None => 0,
    };
    at..at + length
}

/// The text whose quote opens just before a place, or the token there.
fn quoted(text: &str, at: usize) -> std::ops::Range<usize> {
    match text.get(..at) {
        Some(before) if before.ends_with('"') => token(text, at - 1),
        _ => token(text, at),
    }
}

/// The first character from a place on that is no blank.
fn first_character(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    at + (rest.len() - rest.trim_start().len())
}

/// The byte offset of a line and column, both from 1.
fn offset(text: &str, position: Position) -> usize {
    let start: usize = text.split_inclusive('\n').take(position.line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or("");
    start + rest.char_indices().nth(position.col.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
}
