//! How programs mark which side says a line.

use crate::evidence::clock;
use crate::evidence::mail::reply;

/// Who says a line, and what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said<'t> {
    Client(&'t str),
    Server(&'t str),
}

/// A way to mark lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Style {
    client: &'static [&'static str],
    /// With none, replies stand there bare.
    server: &'static [&'static str],
    /// Whether the server shows it, and not the client.
    pub(super) is_of_server: bool,
    /// Whether lines are written as Python writes bytes: `b'250 ok\r\n'`.
    is_quoted: bool,
}

const fn style(client: &'static [&'static str], server: &'static [&'static str]) -> Style {
    Style { client, server, is_of_server: false, is_quoted: false }
}

/// The ways that are known; the longer marks first.
pub(super) static STYLES: &[Style] = &[
    style(&["CLIENT -> SERVER:"], &["SERVER -> CLIENT:"]),
    // swaks: plain, encrypted, and both where the other side did not say what was hoped for.
    style(&["-> ", "~> ", "**> ", "*~> ", "->", "~>"], &["<-  ", "<~  ", "<** ", "<~* ", "<-", "<~"]),
    style(&["--> "], &["<-- "]),
    style(&["SMTP>> "], &["SMTP<< "]),
    style(&[">>> "], &["<<< "]),
    style(&["C: ", "Client: ", "c: "], &["S: ", "Server: ", "s: "]),
    style(&["> "], &["< "]),
    Style { is_of_server: true, ..style(&["In: ", "In:"], &["Out: "]) },
    Style { is_quoted: true, ..style(&["send: "], &["reply: "]) },
];

/// What is typed and answered on a terminal, without marks.
pub(super) static BARE: Style = style(&[], &[]);

impl Style {
    /// Tells who says a line; none where it has no mark of this style.
    pub(super) fn said<'t>(&self, text: &'t str) -> Option<Said<'t>> {
        let behind = |marks: &[&str]| marks.iter().find_map(|mark| text.strip_prefix(mark));
        if let Some(rest) = behind(self.client) {
            return Some(Said::Client(self.inner(rest)));
        }
        behind(self.server).map(|rest| Said::Server(self.inner(rest)))
    }

    fn inner<'t>(&self, text: &'t str) -> &'t str {
        if !self.is_quoted {
            return text.strip_suffix('\r').unwrap_or(text);
        }
        let text = text.trim();
        let bare = text.strip_prefix('b').unwrap_or(text);
        let bare =
            bare.strip_prefix(['\'', '"']).and_then(|bare| bare.strip_suffix(['\'', '"'])).unwrap_or(text);
        bare.strip_suffix("\\r\\n").unwrap_or(bare)
    }

    /// Returns whether bare replies belong to it.
    pub(super) fn has_bare_replies(&self) -> bool {
        self.server.is_empty() || self.server == ["<<< "]
    }
}

/// Finds the style of a line that surely belongs to a session: a command, or a reply to one.
pub(super) fn of_line(text: &str) -> Option<&'static Style> {
    let text = unstamped(text);
    STYLES.iter().find(|style| match style.said(text) {
        Some(Said::Client(typed)) => is_command(typed),
        Some(Said::Server(reply)) => is_reply(reply.trim_start()),
        None => false,
    })
}

/// Takes off a time, and the level and number that some programs write behind it.
pub(super) fn unstamped(text: &str) -> &str {
    let text = text.trim_start();
    if !text.starts_with(|sign: char| sign.is_ascii_digit() || sign == '[') {
        return text;
    }
    let Some((_, rest)) = clock::split(text) else { return text };
    let rest =
        rest.strip_prefix("DEBUG ").or_else(|| rest.strip_prefix("INFO ")).unwrap_or(rest).trim_start();
    let tag = rest.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    tag.map_or(rest, |(_, rest)| rest)
}

/// The commands of SMTP and LMTP.
const COMMANDS: &[&str] = &[
    "HELO", "EHLO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP",
    "STARTTLS", "AUTH", "ETRN", "XCLIENT", "XFORWARD", "BURL",
];

/// Returns whether a line is a command, as it is typed.
pub(super) fn is_command(text: &str) -> bool {
    let text = text.trim();
    let (verb, rest) = text.split_once([' ', ':']).unwrap_or((text, ""));
    let upper = verb.to_ascii_uppercase();
    if !COMMANDS.contains(&upper.as_str()) {
        return false;
    }
    match upper.as_str() {
        "MAIL" => rest.trim_start().get(..5).is_some_and(|from| from.eq_ignore_ascii_case("FROM:")),
        "RCPT" => rest.trim_start().get(..3).is_some_and(|to| to.eq_ignore_ascii_case("TO:")),
        "HELO" | "EHLO" | "LHLO" => rest.split_whitespace().count() <= 1,
        "DATA" | "RSET" | "QUIT" | "STARTTLS" => rest.trim().is_empty(),
        _ => rest.split_whitespace().count() <= 4,
    }
}

/// Returns whether a line is one of a reply: three digits, then a blank or hyphen, or nothing.
pub(super) fn is_reply(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_code = matches!(bytes, [b'2'..=b'5', b'0'..=b'5', b'0'..=b'9', ..]);
    is_code && matches!(bytes.get(3), None | Some(b' ' | b'-'))
}

/// Returns the stage of a command.
pub(super) fn stage(verb: &str) -> Option<&'static str> {
    if verb == "." { Some("data") } else { reply::stage(verb) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_told() {
        let server = [
            "<-  220 mx",
            "<** 220 mx",
            "<~* 220 mx",
            "S: 220 mx",
            "<<< 220 mx",
            "SERVER -> CLIENT: 220 mx",
            "Out: 220 mx",
            "2026-11-30 08:01:02 SERVER -> CLIENT: 220 mx",
            "[2026-11-30 08:01:02] DEBUG [x1] S: 220 mx",
            "reply: b'220 mx\\r\\n'",
            "SMTP<< 220 mx",
            "<-- 220 mx",
            "< 220 mx",
        ];
        for line in server {
            let said = of_line(line).and_then(|style| style.said(unstamped(line)));
            assert!(matches!(said, Some(Said::Server(text)) if text.trim() == "220 mx"), "{line}: {said:?}");
        }
        for line in [
            "-> EHLO me",
            " -> EHLO me",
            "~> EHLO me",
            "C: EHLO me",
            ">>> EHLO me",
            "CLIENT -> SERVER: EHLO me",
            "In:  EHLO me",
            "send: 'EHLO me\\r\\n'",
            "> ehlo me",
        ] {
            let said = of_line(line).and_then(|style| style.said(unstamped(line)));
            assert!(
                matches!(said, Some(Said::Client(text)) if text.trim().eq_ignore_ascii_case("EHLO me")),
                "{line}: {said:?}"
            );
        }
        for line in [
            "> Mail from Ann",
            "C: drive is full",
            "> data is here",
            "S: 22 apples",
            ">>> import os",
            "-> next",
        ] {
            assert_eq!(of_line(line), None, "{line}");
        }
    }
}
