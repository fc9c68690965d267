//! Where the words of a bounce end, and the message begins that it returns in the same text.
//!
//! Programs announce it in many words and languages. What all of them have in common is the header that follows, and mostly a line
//! of dashes before it; the words are only needed where the message was left out.

use std::sync::LazyLock;

use regex::Regex;

use super::mime;
use super::reply::pattern;
use super::text::TextLine;

/// Lines that announce it.
static ANNOUNCED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // qmail: `--- Below this line is a copy of the message.`; Exim: `------ This is a copy of the message, including …`
        r"(?i)^[-=*#|_+ ]{2,}.*\b(?:copy of (?:the|your)|below this line|original|returned|unsent|undelivered|enclosed)\b.*\b(?:message|mail|follows)\b",
        r"(?i)^[-=*#|_+ ]{2,}\s*(?:message|mail) (?:header|headers|text|body|follows)\b",
        r"(?i)^[-=*#|_+ ]{2,}.*\bheader\b.*\b(?:follows|attached|lines)\b",
        r"(?i)^[-=*#|_+ ]{2,}\s*(?:original (?:message|mail)|unsent message|returned mail|returned message)",
        r"(?i)^[-=*#|_+ ]{2,}.*(?:mensaje original|mensagem original|message d'origine|message original|ursprüngliche|originalnachricht|messaggio originale|oorspronkelijk|oryginalna|исходно|оригинал|原|元の)",
        r"(?i)^original (?:message|mail)(?: headers?)?(?: follows| attached)?\s*(?:\(.*\))?[.:]?$",
        r"(?i)^(?:the )?(?:original |undelivered |returned |unsent )?message (?:headers?|body|text) follows?:?$",
        r"(?i)^included (?:below )?is a copy of the (?:message|mail)",
        r"(?i)^(?:copy of (?:the )?)?(?:original|undelivered) message(?: header)? (?:follows|is|below|attached)",
        r"(?i)^(?:----+)\s*(?:message|mail)\b.*(?:follows|below)",
        r"(?i)^(?:the first|the header and) .*lines of (?:the|your) (?:original )?message",
    ]
    .iter()
    .map(|text| pattern(text))
    .collect()
});

/// Fields that nearly every message has.
const FIELDS: &[&str] = &[
    "received",
    "return-path",
    "delivered-to",
    "message-id",
    "from",
    "to",
    "date",
    "subject",
    "mime-version",
    "content-type",
    "dkim-signature",
    "domainkey-signature",
    "sender",
    "reply-to",
    "cc",
    "x-mailer",
    "content-transfer-encoding",
    "references",
    "in-reply-to",
    "x-originating-ip",
    "received-spf",
    "precedence",
    "x-original-to",
    "authentication-results",
    "envelope-to",
    "delivery-date",
    "list-id",
    "errors-to",
    "arc-seal",
    "arc-message-signature",
    "arc-authentication-results",
    "thread-topic",
    "thread-index",
];

/// How many lines of a text are looked through.
const MOST: usize = 5_000;

/// Returns how many lines are the bounce's own, and where the header of the message begins, where there is one.
pub(super) fn split(lines: &[TextLine]) -> (usize, Option<usize>) {
    let own = lines.get(..lines.len().min(MOST)).unwrap_or(lines);
    let header = (0..own.len()).find(|at| is_header(own.get(*at..).unwrap_or_default()));
    let announced = own.iter().position(|line| is_announced(&line.text));
    match (announced, header) {
        (Some(announced), Some(header)) if announced <= header => (announced, Some(header)),
        // What is announced behind a header belongs to what is returned.
        (_, Some(header)) => (header, Some(header)),
        (Some(announced), None) => (announced, None),
        (None, None) => (own.len(), None),
    }
}

/// Returns whether a line announces a returned message.
pub(super) fn is_announced(line: &str) -> bool {
    let line = line.trim();
    line.len() <= 200
        && line.contains(|c: char| c.is_alphabetic())
        && ANNOUNCED.iter().any(|one| one.is_match(line))
}

/// Whether a header begins here: three fields of messages, of which one is written by servers.
fn is_header(lines: &[TextLine]) -> bool {
    let mut names: Vec<String> = Vec::new();
    for line in lines.iter().take(60) {
        let text = line.text.strip_prefix('>').unwrap_or(&line.text);
        if text.starts_with([' ', '\t']) && !names.is_empty() {
            continue;
        }
        let Some((name, _)) = mime::field(text).filter(|_| !text.starts_with([' ', '\t'])) else { break };
        let name = name.to_ascii_lowercase();
        let goes_on = FIELDS.contains(&name.as_str()) || name.starts_with("x-") && !names.is_empty();
        if !goes_on {
            break;
        }
        names.push(name);
        let is_of_server = |name: &String| {
            matches!(
                name.as_str(),
                "received" | "return-path" | "message-id" | "mime-version" | "delivered-to"
            )
        };
        if names.len() >= 3 && names.iter().any(is_of_server)
            || names.len() >= 2 && names.iter().filter(|name| *name == "received").count() >= 1
        {
            return true;
        }
    }
    false
}

/// Returns the header of the message without the marks of quoting before each line.
pub(super) fn header(lines: &[TextLine]) -> Vec<TextLine> {
    let plain =
        |line: &TextLine| TextLine::new(line.number, line.text.strip_prefix('>').unwrap_or(&line.text));
    lines.iter().take(MOST).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> usize {
        let lines: Vec<TextLine> =
            (1..).zip(text.lines()).map(|(number, line)| TextLine::new(number, line)).collect();
        split(&lines).0
    }

    #[test]
    fn the_message_is_found() {
        for announced in [
            "--- Below this line is a copy of the message.",
            "------ This is a copy of the message, including all the headers. ------",
            "   ----- Original message -----",
            "-------- Returned Mail --------",
            "Original message follows.",
            "---- Header of the source mail attached ----",
            "|------------------------- Message text follows: ------------------------|",
            "Included is a copy of the message header:",
            "--- Mensaje original adjunto.",
            "   ----- Message header follows -----",
        ] {
            assert_eq!(own(&format!("a\n\n{announced}\nx")), 2, "{announced}");
        }
        assert_eq!(own("a\nb\nReceived: from x\n\tby y\nFrom: x\nSubject: y\n\nz"), 2);
        assert_eq!(own("Your message\n  To: x\n  Subject: y\nwas not delivered"), 4);
        assert_eq!(own("   ----- Transcript of session follows -----\n550 no"), 2);
    }
}
