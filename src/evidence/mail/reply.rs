//! SMTP replies (RFC 5321, section 4.2) and enhanced status codes (RFC 3463), as they stand in bounces, logs and pastes.

use std::sync::LazyLock;

use regex::Regex;

/// A reply, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reply {
    /// `550`
    pub(crate) code: Option<u16>,
    /// `5.1.1`
    pub(crate) status: Option<String>,
    /// What is said, in one line, without the codes before it.
    pub(crate) text: String,
}

/// A pattern of this program; its tests compile it.
pub(crate) fn pattern(text: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "the pattern is a constant, which a test compiles")]
    Regex::new(text).expect("a pattern of this program")
}

/// `550 5.1.1 text`, `550-5.1.1 text`, `550 #5.1.1 text`, `5.1.1 text`.
static FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:(?P<code>[2-5][0-9][0-9])(?:[ \-]|$))?\s*(?:#?\(?#?(?P<status>[245]\.[0-9]{1,3}\.[0-9]{1,3})\)?(?:[ :\-]|$))?\s*(?P<text>.*)$",
    )
});

/// The codes that each line of a reply of several lines repeats, once the lines stand in one.
static AGAIN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\s+([2-5][0-9][0-9])[ \-]#?([245]\.[0-9]{1,3}\.[0-9]{1,3})?\s*"));

/// Takes a reply apart; one of several lines may stand in one line or in several.
pub(crate) fn parse(text: &str) -> Reply {
    let line = one_line(text);
    let Some(found) = FIRST.captures(&line) else { return Reply { text: line, ..Reply::default() } };
    let code = found.name("code").and_then(|code| code.as_str().parse().ok());
    let status = found.name("status").map(|status| status.as_str().to_owned());
    let rest = found.name("text").map_or("", |text| text.as_str());
    let text = match code {
        Some(code) => without_repeats(rest, code, status.as_deref()),
        None => rest.to_owned(),
    };
    Reply { code, status, text: text.trim().to_owned() }
}

/// Takes out the codes that stand again before each further line.
fn without_repeats(text: &str, code: u16, status: Option<&str>) -> String {
    let code = code.to_string();
    AGAIN
        .replace_all(text, |found: &regex::Captures<'_>| {
            let whole = found.get(0).map_or("", |whole| whole.as_str());
            let repeats = found.get(1).is_some_and(|again| again.as_str() == code)
                && found.get(2).is_none_or(|again| status == Some(again.as_str()));
            if repeats { " ".to_owned() } else { whole.to_owned() }
        })
        .into_owned()
}

/// Returns whether a server refuses with this code (RFC 5321, 3463, 4954, 7504, and others in use).
pub(crate) fn is_code(code: u16) -> bool {
    matches!(
        code,
        421 | 422 | 431 | 432 | 441 | 442 | 446 | 447 | 449..=455 | 458 | 459 | 471 | 500..=505 | 510..=515 | 517 | 521..=525
            | 530 | 533..=535 | 538 | 541 | 543..=547 | 550..=559 | 570..=573 | 577
    )
}

/// Joins lines to one, with single blanks.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the stage of the dialogue that a command begins: `rcpt_to` of `RCPT TO:<a@example.com>`.
pub(crate) fn stage(command: &str) -> Option<&'static str> {
    let command = command.trim_start().to_ascii_uppercase();
    let stages = [
        ("HELO", "helo"),
        ("EHLO", "helo"),
        ("LHLO", "helo"),
        ("STARTTLS", "starttls"),
        ("AUTH", "auth"),
        ("MAIL", "mail_from"),
        ("RCPT", "rcpt_to"),
        ("DATA", "data"),
        ("BDAT", "data"),
        ("END OF DATA", "data"),
        ("END-OF-MESSAGE", "data"),
        ("DOT", "data"),
        ("CONNECT", "connect"),
        ("INITIAL CONNECTION", "connect"),
        ("BANNER", "connect"),
        ("GREETING", "connect"),
    ];
    stages.iter().find(|(begins, _)| command.starts_with(begins)).map(|(_, stage)| *stage)
}

/// Names of block lists that stand in replies: `blocked using zen.spamhaus.org`, `listed at bl.spamcop.net`.
static LIST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:refused\s+(?:using|via)|(?:blocked|listed|rejected|found|blacklisted|blocklisted)\s+(?:using|by|at|in|on|via|with)|listed\s+in|(?:dns)?(?:bl|rbl)\s+(?:at|on|by)?)\s+(?:the\s+)?(?:dns\s*bl\s+|rbl\s+)?[<\[(']*((?:[a-z0-9_\-]+\.)+[a-z]{2,})",
    )
});

/// Returns the public block list that a reply names.
pub(crate) fn list(text: &str) -> Option<String> {
    LIST.captures(text).and_then(|found| found.get(1)).map(|name| name.as_str().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u16, status: &str, text: &str) -> Reply {
        let status = (!status.is_empty()).then(|| status.to_owned());
        Reply { code: (code > 0).then_some(code), status, text: text.to_owned() }
    }

    #[test]
    fn codes_are_taken_off() {
        assert_eq!(parse("550 5.1.1 No such user"), reply(550, "5.1.1", "No such user"));
        assert_eq!(parse("550 No such user"), reply(550, "", "No such user"));
        assert_eq!(parse("550-5.7.26 a\n550 5.7.26 b"), reply(550, "5.7.26", "a b"));
        assert_eq!(parse("554-a 554 b"), reply(554, "", "a b"));
        assert_eq!(parse("5.1.1 gone"), reply(0, "5.1.1", "gone"));
        assert_eq!(parse("550 #5.1.0 Address rejected."), reply(550, "5.1.0", "Address rejected."));
        assert_eq!(parse("connection timed out"), reply(0, "", "connection timed out"));
        assert_eq!(parse("5500 apples"), reply(0, "", "5500 apples"));
    }

    #[test]
    fn lists_are_named() {
        let list = |text| list(text).unwrap_or_default();
        assert_eq!(list("Client host [192.0.2.1] blocked using zen.spamhaus.org; see"), "zen.spamhaus.org");
        assert_eq!(list("192.0.2.1 is listed at bl.spamcop.net"), "bl.spamcop.net");
        assert_eq!(list("Recipient address rejected: User unknown"), "");
    }
}
