//! A line of a log, and what every log says of it: when, which host, which program.
//!
//! Known are the lines of syslog (RFC 3164, RFC 5424) with and without host and priority, of rsyslog, journalctl, busybox and Solaris, of
//! containers (a stamp of its own, or `name | `, before the line), and those of programs that write their own file (Exim, Dovecot).

use crate::evidence::Line;
use crate::evidence::clock::{self, Stamp};
use crate::evidence::mail::delivery::Field;
use crate::records::At;

/// A line, taken apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'t> {
    line: Line<'t>,
    /// When; none where the line does not say.
    pub(super) stamp: Option<Stamp>,
    /// All that stands behind the stamp.
    pub(super) said: &'t str,
    /// The host that wrote it.
    pub(super) host: Option<&'t str>,
    /// The program, without the number of its process: `postfix/smtp`; empty where none is named.
    pub(super) program: &'t str,
    /// What the program says.
    pub(super) body: &'t str,
}

impl<'t> Entry<'t> {
    /// Takes a line apart. What no log begins with is all body.
    pub(super) fn of(line: Line<'t>) -> Self {
        let text = line.text.trim_start_matches('\u{feff}');
        let entry = |stamp, said, (host, program, body)| Self { line, stamp, said, host, program, body };
        let (is_newer, text) = without_priority(text);
        let (stamp, rest) = match stamped(text) {
            Some((stamp, rest)) => (Some(stamp), rest),
            None => match of_container(text).map(|rest| (stamped(rest), rest)) {
                Some((Some((stamp, rest)), _)) => (Some(stamp), rest),
                Some((None, rest)) => (None, rest),
                None => (None, text),
            },
        };
        if is_newer && let Some(parts) = of_rfc_5424(rest) {
            return entry(stamp, rest, parts);
        }
        // Words before a colon are only a program where something else says that this is a log.
        let is_sure =
            |(_, program, _): &(_, &str, _)| stamp.is_some() || rest.contains(&format!("{program}["));
        entry(stamp, rest, names(rest).filter(is_sure).unwrap_or((None, "", rest)))
    }

    /// Returns the line, to be kept.
    pub(super) fn at(&self) -> At {
        At::new(self.line.number, self.line.text)
    }

    /// Returns the number of the line.
    pub(super) fn number(&self) -> u32 {
        self.line.number
    }

    /// Returns the whole line.
    pub(super) fn text(&self) -> &'t str {
        self.line.text
    }
}

/// So long may a text be, in bytes: many rows may share the lines that tell it.
const LONGEST: usize = 4000;

/// Values that one line tells.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) at: At,
}

impl Told {
    /// Begins with a line.
    pub(super) fn by(entry: &Entry<'_>) -> Self {
        Self { at: entry.at() }
    }

    /// Returns a text and the line, cut where it is longer than anything that is meant; none for an empty one, which says nothing.
    pub(super) fn text<'a>(&self, text: impl Into<Option<&'a str>>) -> Field<String> {
        let text = text.into().filter(|text| !text.is_empty())?;
        self.value(text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text).to_owned())
    }

    /// Returns a value and the line.
    pub(super) fn value<T>(&self, value: impl Into<Option<T>>) -> Field<T> {
        Some((value.into()?, self.at.clone()))
    }
}

/// Takes off `<22>` and `<22>1 `; returns whether the line is of RFC 5424.
fn without_priority(text: &str) -> (bool, &str) {
    let priority = text.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    match priority {
        Some((digits, rest)) if digits.len() < 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            rest.strip_prefix("1 ").map_or((false, rest), |rest| (true, rest))
        }
        _ => (false, text),
    }
}

/// Takes a stamp off, and a second one: what a container adds stands before what the program wrote.
fn stamped(text: &str) -> Option<(Stamp, &str)> {
    let (outer, rest) = clock::split(text)?;
    let inner = clock::split(rest).filter(|_| !rest.starts_with('['));
    Some(match inner {
        Some((inner, rest)) if inner.names_year() => (inner, rest),
        Some((_, rest)) if outer.names_year() => (outer, rest),
        _ => (outer, rest),
    })
}

/// Takes off `postfix-1  | `.
fn of_container(text: &str) -> Option<&str> {
    let (name, rest) = text.split_once("| ")?;
    let name = name.trim_end();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    (!name.is_empty() && name.len() < 80 && name.bytes().all(is_name)).then_some(rest)
}

/// Takes off `host app procid msgid structured-data `.
fn of_rfc_5424(text: &str) -> Option<(Option<&str>, &str, &str)> {
    let mut parts = text.splitn(5, ' ');
    let (host, program, _, _) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let rest = parts.next()?;
    let body = match rest.strip_prefix('-') {
        Some(body) => body,
        None => rest.rsplit_once("] ").map(|(_, body)| body).filter(|_| rest.starts_with('['))?,
    };
    Some((Some(host).filter(|host| *host != "-"), program, body.trim_start_matches([' ', '\u{feff}'])))
}

/// Takes off `host program[pid]: `, where the host or both may be missing.
fn names(text: &str) -> Option<(Option<&str>, &str, &str)> {
    // BSD writes the level before all: `<mail.info> host program[pid]: `.
    let level = text.strip_prefix('<').and_then(|rest| rest.split_once("> "));
    names_alone(level.map_or(text, |(_, rest)| rest))
}

fn names_alone(text: &str) -> Option<(Option<&str>, &str, &str)> {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    if let Some(program) = program(first) {
        return Some((None, program, body(rest)));
    }
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    if first.is_empty() || !first.bytes().all(is_host) {
        return None;
    }
    let (second, after) = rest.split_once(' ').unwrap_or((rest, ""));
    if let Some(program) = program(second) {
        return Some((Some(first), program, body(after)));
    }
    let is_level = second.starts_with('<')
        || second.starts_with("mail.")
        || ["info", "notice", "warning", "warn", "err", "error", "debug"].contains(&second);
    let (third, rest) = after.split_once(' ').filter(|_| is_level)?;
    Some((Some(first), program(third)?, body(rest)))
}

/// Returns the name in `name[123]:` or `name:`.
fn program(token: &str) -> Option<&str> {
    let token = token.strip_suffix(':')?;
    let name = match token.split_once('[') {
        Some((name, process)) => {
            let process = process.strip_suffix(']')?;
            process.bytes().all(|byte| byte.is_ascii_digit()).then_some(name)?
        }
        None => token,
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.');
    let begins = name.bytes().next()?.is_ascii_alphabetic() || name.starts_with('/');
    (begins && name.bytes().all(is_name)).then_some(name)
}

/// Takes off what Solaris writes before a message: `[ID 197553 mail.info] `.
fn body(text: &str) -> &str {
    let text = text.trim_start();
    let tagged = text.strip_prefix("[ID ").and_then(|rest| rest.split_once("] "));
    tagged.map_or(text, |(_, body)| body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (bool, &str, &str, &str) {
        let entry = Entry::of(Line { number: 1, text });
        (entry.stamp.is_some(), entry.host.unwrap_or("-"), entry.program, entry.body)
    }

    #[test]
    fn every_prefix_is_taken_off() {
        let whole = [
            "Nov 30 08:01:02 mx postfix/smtp[12]: x y",
            "Mar 7 02:09:33 mx postfix/smtp[12]: x y",
            "<22>Nov 30 08:01:02 mx postfix/smtp[12]: x y",
            "<22>1 2026-11-30T08:01:02.003Z mx postfix/smtp 12 - - x y",
            "<22>1 2026-11-30T08:01:02.003Z mx postfix/smtp 12 id [meta a=\"] b\"] x y",
            "2026-11-30T08:01:02.123456+01:00 mx postfix/smtp[12]: x y",
            "2026-11-30T08:01:02+0100 mx postfix/smtp[12]: x y",
            "Mon 2026-11-30 08:01:02 CET mx postfix/smtp[12]: x y",
            "Nov 30 08:01:02 <mail.info> mx postfix/smtp[12]: x y",
            "Nov 30 08:01:02 mx mail.info postfix/smtp[12]: x y",
            "Nov 30 08:01:02 mx postfix/smtp[12]: [ID 197553 mail.info] x y",
            "2026-11-30T08:01:02.123456789Z Nov 30 08:01:02 mx postfix/smtp[12]: x y",
            "mail_1  | Nov 30 08:01:02 mx postfix/smtp[12]: x y",
        ];
        for line in whole {
            assert_eq!(parts(line), (true, "mx", "postfix/smtp", "x y"), "{line}");
        }
        assert_eq!(parts("postfix/smtp[12]: x"), (false, "-", "postfix/smtp", "x"));
        assert_eq!(parts("Nov 30 08:01:02 postfix/smtp[12]: x"), (true, "-", "postfix/smtp", "x"));
        assert_eq!(
            parts("2026-11-30 08:01:02 H=mx [192.0.2.1] a: b"),
            (true, "-", "", "H=mx [192.0.2.1] a: b")
        );
        assert_eq!(
            parts("mx exim[12]: 2026-11-30 08:01:02 x"),
            (false, "mx", "exim", "2026-11-30 08:01:02 x")
        );
        assert_eq!(parts("see: this"), (false, "-", "", "see: this"));
        assert_eq!(parts("und so fort"), (false, "-", "", "und so fort"));
    }
}
