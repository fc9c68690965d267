//! Why an attempt failed, as one server tells it of another: from the words around a reply to the reply itself.
//!
//! In: a text such as `host mx.example.com[192.0.2.1] said: 550 5.1.1 No such user (in reply to RCPT TO command)`. Out: code, status
//! and words of the reply, who answered, where in the dialogue. What a text does not say stays unknown.

use std::sync::LazyLock;

use regex::Regex;

use super::reply::{self, one_line, pattern};

/// What a text says of a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) code: Option<u16>,
    pub(crate) status: Option<String>,
    /// In one line, without codes before it, and without the words of those who pass it on.
    pub(crate) text: String,
    pub(crate) server: Option<String>,
    pub(crate) server_ip: Option<String>,
    pub(crate) stage: Option<&'static str>,
    pub(crate) decided_by: Option<&'static str>,
    pub(crate) expired: bool,
    pub(crate) attempts: Option<u32>,
}

/// Reads a text, of one line or more.
pub(crate) fn read(text: &str) -> Reason {
    let line = one_line(text);
    let mut reason = Reason { stage: stage(&line), expired: is_expired(&line), ..Reason::default() };
    (reason.server, reason.server_ip) = host(&line);
    let (line, attempts) = without_attempts(&line);
    reason.attempts = attempts;
    let at = reply_at(line);
    let (passed_on, told) = line.split_at_checked(at.unwrap_or(0)).unwrap_or(("", line));
    let said = reply::parse(&plain_code(trimmed(told)));
    reason.code = said.code;
    reason.status = said.status.or_else(|| status_in(line, said.code));
    reason.text = if said.text.is_empty() { without_code(passed_on) } else { said.text };
    reason.decided_by = (at.is_some() && is_of_other(passed_on)).then_some("other_server");
    if reason.decided_by.is_none()
        && reason.code.is_none_or(|code| code == 421)
        && let Some(stage) = unanswered(line)
    {
        reason.decided_by = Some("nobody");
        reason.stage = reason.stage.or(Some(stage));
    }
    reason
}

/// A reply: what stands before it must end in a way that leads to one, and what follows must not make an amount of it.
static REPLY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)(?:^|[:：;,'"“”‘’„«>\])(\[{#-]\s*|\b(?:said|returned?|replied|code|error|response|was|smtp|status|with|reply|antwort(?:ete)?|fehler|erreur|codice|código|codigo|errore)[ :=#]*\s)(?P<code>[245][0-9]{2})(?P<next>[ \-:;,)\]#]|$)\s*(?P<word>[^\s]*)"#,
    )
});

/// Returns where a reply begins.
fn reply_at(line: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = REPLY.captures_at(line, from) {
        let code = found.name("code")?;
        let word = found.name("word").map_or("", |word| word.as_str());
        let before = line.get(..code.start()).unwrap_or_default();
        let number = code.as_str().parse().unwrap_or(0);
        if (number < 300 || reply::is_code(number)) && !is_amount(word) && !is_in_address(before) {
            return Some(code.start());
        }
        from = code.end();
    }
    None
}

/// `mailbox unavailable. [SMTP Error Code 550]`: here, the words stand before the code.
fn without_code(passed_on: &str) -> String {
    let words = passed_on.rsplit_once(['[', '(', '<']).map_or(passed_on, |(words, _)| words);
    trimmed(words).trim_end_matches(':').to_owned()
}

/// `550: 5.1.1 no such user`, `550) no such user`: writes the code as everybody does.
fn plain_code(text: &str) -> String {
    let (code, rest) = text.split_at_checked(3).unwrap_or((text, ""));
    let inside = rest.trim_start_matches([' ', '-', ':']);
    // AsyncOS: `550-'5.1.1 no such user'`
    let quoted = inside.strip_prefix('\'').map(|inside| inside.strip_suffix('\'').unwrap_or(inside));
    match quoted.or_else(|| rest.strip_prefix([':', ',', ';', ')', ']', '#'])) {
        Some(rest) => format!("{code} {}", rest.trim_start()),
        None => text.to_owned(),
    }
}

fn is_amount(word: &str) -> bool {
    // The rest of a telephone number: `(541) 555-1234`.
    let is_number =
        word.len() >= 7 && word.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte));
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    let units = [
        "bytes",
        "byte",
        "kb",
        "mb",
        "kbytes",
        "seconds",
        "second",
        "sec",
        "secs",
        "minutes",
        "hours",
        "days",
        "recipients",
        "messages",
        "users",
        "max",
        "times",
        "attempts",
        "characters",
    ];
    is_number || units.contains(&word.as_str())
}

/// `[192.0.2.1]:250`, `example.com-500`, and a date are none.
fn is_in_address(before: &str) -> bool {
    let last = before.chars().last();
    let (colon, dash) = (last == Some(':'), last == Some('-'));
    (colon || dash)
        && before.chars().rev().nth(1).is_some_and(|c| c.is_alphanumeric() || (colon && c == ']'))
        && !before.to_ascii_lowercase().ends_with("smtp:")
        && !(colon && before.chars().rev().nth(1).is_some_and(char::is_alphabetic))
}

/// An enhanced status code within a text.
static STATUS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:^|[^0-9.A-Za-z\-])(?P<status>[245]\.[0-7]\.[0-9]{1,3})(?:[^0-9.A-Za-z]|\.?$|\.\s)")
});

/// Returns the enhanced status code that a text holds anywhere, where it does not contradict the reply code.
pub(crate) fn status_in(text: &str, code: Option<u16>) -> Option<String> {
    let mut found = STATUS.captures_iter(text).filter_map(|found| found.name("status"));
    let class = code.map(|code| char::from_digit(u32::from(code) / 100, 10));
    found
        .find(|status| class.is_none_or(|class| status.as_str().chars().next() == class))
        .map(|status| status.as_str().to_owned())
}

/// How programs begin to tell what another server said.
fn is_of_other(passed_on: &str) -> bool {
    let words = passed_on.to_ascii_lowercase();
    let marks = [
        "said:",
        "remote host said",
        "remote server returned",
        "remote smtp server returned",
        "remote server replied",
        "smtp error from remote",
        "refused to talk to me",
        "response from the remote",
        "other server returned",
        "response was",
        "server responded",
        "remote server said",
        "remote mail server",
        "remote server at",
        "host said",
        "reported error",
        "remote-mta",
        "reason: remote host",
    ];
    marks.iter().any(|mark| words.contains(mark))
}

/// How the dialogue ended without a reply, and where.
const UNANSWERED: &[(&str, &str)] = &[
    ("connection timed out", "connect"),
    ("connection refused", "connect"),
    ("no route to host", "connect"),
    ("network is unreachable", "connect"),
    ("network unreachable", "connect"),
    ("host is unreachable", "connect"),
    ("operation timed out", "connect"),
    ("unable to connect", "connect"),
    ("could not connect", "connect"),
    ("couldn't connect", "connect"),
    ("did not accept our requests to connect", "connect"),
    ("could not initiate smtp conversation", "connect"),
    ("wasn't able to establish an smtp connection", "connect"),
    ("no connection could be made", "connect"),
    ("host or domain name not found", "lookup"),
    ("host not found", "lookup"),
    ("host unknown", "lookup"),
    ("unknown host", "lookup"),
    ("name service error", "lookup"),
    ("name server: host not found", "lookup"),
    ("couldn't find any host", "lookup"),
    ("couldn't find a mail exchanger", "lookup"),
    ("dns error", "lookup"),
    ("domain not found", "lookup"),
    ("unrouteable mail domain", "lookup"),
    ("mx records point to non-existent hosts", "lookup"),
    ("lookup failed", "lookup"),
];

fn unanswered(line: &str) -> Option<&'static str> {
    let line = line.to_ascii_lowercase();
    let found = UNANSWERED.iter().find(|(words, _)| line.contains(words));
    found.map(|(_, stage)| *stage)
}

/// How programs say that they gave up after many attempts.
const EXPIRED: &[&str] = &[
    "retry timeout exceeded",
    "retry time not reached for any host after a long failure period",
    "delivery time expired",
    "delivery expired",
    "message expired",
    "queue lifetime",
    "has been in the queue too long",
    "been in the queue too long",
    "maximum delivery attempts",
    "retry limit exceeded",
    "maximum time in queue",
    "message is too old",
    "could not be delivered for",
    "message timed out",
    "delivery timed out",
];

/// Returns whether a text says that its message was given up after many attempts.
pub(crate) fn is_expired(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    EXPIRED.iter().any(|words| text.contains(words))
}

static STAGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:in reply to|while sending|sending|sent|after(?: sending)?|during|response to|state|while performing the|while receiving the|initial|remote mail(?:er| server) after(?: pipelined)?)[ _](?:the |a |initial )?(end of data|end-of-message|\.|rcpt(?: to)?|recipient|mail(?: from)?|data|bdat|helo|ehlo|lhlo|starttls|auth|connection|server greeting|banner|connect|greeting|message body)",
    )
});

/// The words of qmail.
const QMAIL: &[(&str, &str)] = &[
    ("does not like recipient", "rcpt_to"),
    ("but sender was rejected", "mail_from"),
    ("but greeting failed", "connect"),
    ("but my name was rejected", "helo"),
    ("failed on data command", "data"),
    ("failed after i sent the message", "data"),
];

fn stage(line: &str) -> Option<&'static str> {
    let lower = line.to_ascii_lowercase();
    if let Some((_, stage)) = QMAIL.iter().find(|(words, _)| lower.contains(words)) {
        return Some(stage);
    }
    for found in STAGE.captures_iter(line) {
        let command = found.get(1)?.as_str().to_ascii_lowercase();
        let stage = match command.as_str() {
            "server greeting" | "greeting" | "banner" | "connection" | "connect" => Some("connect"),
            "recipient" => Some("rcpt_to"),
            "." | "message body" => Some("data"),
            // A mail or data that words speak of is no command.
            "mail" | "data" | "rcpt" if !is_upper(line, found.get(1)) => None,
            other => reply::stage(other),
        };
        if stage.is_some() {
            return stage;
        }
    }
    None
}

fn is_upper(line: &str, at: Option<regex::Match<'_>>) -> bool {
    at.and_then(|at| line.get(at.range())).is_some_and(|word| word.chars().all(|c| !c.is_lowercase()))
}

/// Hosts in the words of those who asked them.
static HOSTS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // Postfix, Exim: `host mx.example.com[192.0.2.1] said:`, `host mx.example.com [192.0.2.1]: 550`
        r"(?i)\bhost\s+(?P<name>[A-Za-z0-9_.-]+)\s?\[(?P<ip>[0-9A-Fa-f.:]+)\]",
        // Postfix: `connect to mx.example.com[192.0.2.1]:25: Connection refused`, `lost connection with mx.example.com[192.0.2.1]`
        r"(?i)\b(?:connect to|with|connection to|from|server)\s+(?P<name>[A-Za-z0-9_.-]+)\s?\[(?P<ip>[0-9A-Fa-f.:]+)\]",
        // Sendmail: `... while talking to mx.example.com.:`
        r"(?i)while talking to\s+(?P<name>[A-Za-z0-9_.\-\[\]]+)",
        // qmail: `192.0.2.1 does not like recipient.`, `Connected to 192.0.2.1 but sender was rejected.`
        r"^(?P<ip>[0-9][0-9.]{6,14}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+) (?:does not like|failed after)",
        r"(?i)\bconnected to (?P<ip>[0-9][0-9.]{6,14}) but\b",
        // hMailServer, Exchange: `Remote server (192.0.2.1) issued`, `Remote Server at example.com (192.0.2.1) returned`
        r"(?i)\bremote server (?:at (?P<name>[A-Za-z0-9_.-]+) )?\((?P<ip>[0-9A-Fa-f.:]+)\)",
        // Gmail: `by mx.example.com. [192.0.2.1].`
        r"(?i)\bby (?:the server for the recipient domain \S+ by )?(?P<name>[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)\.? \[(?P<ip>[0-9A-Fa-f.:]+)\]",
        // Exchange: `mx.example.com Remote Server returned '550 …'`, `mx.example.com #550 …`
        r"^(?P<name>(?:[A-Za-z0-9_-]+\.)+[A-Za-z]{2,})\.? (?:Remote Server returned|#)",
        // Exim without a name, and others: `host 192.0.2.1: 550`
        r"(?i)\bhost (?P<name>(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9_-]+):? ",
    ]
    .iter()
    .map(|text| pattern(text))
    .collect()
});

/// Returns the name and the address of the host that was asked.
fn host(line: &str) -> (Option<String>, Option<String>) {
    for one in HOSTS.iter() {
        let Some(found) = one.captures(line) else { continue };
        let of = |name: &str| {
            found.name(name).map(|found| found.as_str().trim_matches(['.', '[', ']']).to_owned())
        };
        let is_ip = |text: &String| text.parse::<std::net::IpAddr>().is_ok();
        let (name, ip) = (of("name"), of("ip"));
        let ip = ip.filter(is_ip).or_else(|| name.clone().filter(is_ip));
        return (name.filter(|name| !is_ip(name)), ip);
    }
    (None, None)
}

/// Words behind a reply, by those who pass it on.
static AFTER: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"\s*\(in reply to [^()]*\)\s*$",
        r"(?i)\s*Giving up on \S+?\.?\s*$",
        r"(?i)\s*[:;,]\s*retry timeout exceeded\.?\s*$",
        r"(?i)\s*I'm not going to try again; this message has been in the queue too long\.\s*$",
        r"\s*##\s*$",
        r"\s*>?\s*#SMTP#\s*$",
        r"(?i),\s*relay=\[[0-9A-Fa-f.:]+\]\s*$",
        r"(?i)\s*\[SMTP Error Code \d{3}\]\s*$",
        // Old Exchange, and what it adds: `MSEXCH:IMS:…`, `<mail.example.com #5.1.1>`
        r"\s*MSEXCH:IMS:.*$",
        r"\s*<\S+ #\d\.\d{1,3}\.\d{1,3}>\s*$",
    ]
    .iter()
    .map(|text| pattern(text))
    .collect()
});

/// Words before one.
static BEFORE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"(?i)^(?:reason|because|error|the error was|diagnostic(?:-code)?|grund|motif|raison|motivo|causa|razón|reden|powód|причина|原因|理由|technical details of (?:permanent|temporary) failure|the following error was given|transcript of session follows|cause|errmsg)\s*[:：=]\s*",
        r"(?i)^(?:perm|temp)_failure:\s*",
        r"^[-–•*]\s+",
        r"(?i)^(?:action:\s*)?(?:failed|delayed|relayed|delivered)\s*(?:[;:]\s*|$)",
    ]
    .iter()
    .map(|text| pattern(text))
    .collect()
});

/// Returns a text without the words that pass it on.
pub(crate) fn trimmed(text: &str) -> &str {
    let mut text = text.trim();
    // Each takes off what another left; no text that people write needs more.
    for _ in 0..8 {
        let before = text;
        for one in BEFORE.iter() {
            if let Some(found) = one.find(text) {
                text = text.get(found.end()..).unwrap_or(text);
            }
        }
        for one in AFTER.iter() {
            if let Some(found) = one.find(text) {
                text = text.get(..found.start()).unwrap_or(text);
            }
        }
        text = unclosed(text.trim());
        if text == before {
            break;
        }
    }
    text
}

/// Takes off a quote or bracket at the end that nothing opens.
fn unclosed(text: &str) -> &str {
    let pairs =
        [('\'', '\''), ('"', '"'), ('>', '<'), (']', '['), ('}', '{'), (')', '('), ('”', '“'), ('’', '‘')];
    for (close, open) in pairs {
        if let Some(rest) = text.strip_suffix(close) {
            let is_open = if open == close {
                rest.matches(open).count() % 2 == 1
            } else {
                rest.matches(open).count() > rest.matches(close).count()
            };
            if !is_open {
                return rest.trim_end();
            }
        }
    }
    text
}

/// `(delivery attempts: 0)` of `AsyncOS`.
static ATTEMPTS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*\(delivery attempts: (\d{1,6})\)\s*$"));

fn without_attempts(line: &str) -> (&str, Option<u32>) {
    let Some(found) = ATTEMPTS.captures(line) else { return (line, None) };
    let count = found.get(1).and_then(|count| count.as_str().parse().ok());
    let end = found.get(0).map_or(line.len(), |whole| whole.start());
    (line.get(..end).unwrap_or(line), count)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each text, and code, status, words, server, address, stage and who decided, as they come out; `-` for what is not known.
    const EXAMPLES: &[(&str, &str)] = &[
        (
            "host mx.example.com[192.0.2.1] said: 550 5.1.1 <a@example.com>: no such user (in reply to RCPT TO command)",
            "550 5.1.1 | <a@example.com>: no such user | mx.example.com 192.0.2.1 rcpt_to other_server",
        ),
        (
            "SMTP error from remote mail server after RCPT TO:<a@example.com>: host mx.example.com [192.0.2.1]: 550 Requested action not taken: mailbox unavailable",
            "550 - | Requested action not taken: mailbox unavailable | mx.example.com 192.0.2.1 rcpt_to other_server",
        ),
        (
            "192.0.2.1 does not like recipient. Remote host said: 550 User unknown Giving up on 192.0.2.1.",
            "550 - | User unknown | - 192.0.2.1 rcpt_to other_server",
        ),
        (
            "connect to mx.example.com[192.0.2.1]:25: Connection timed out",
            "- - | connect to mx.example.com[192.0.2.1]:25: Connection timed out | mx.example.com 192.0.2.1 connect nobody",
        ),
        (
            "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found'",
            "550 5.1.10 | RESOLVER.ADR.RecipientNotFound; not found | - - - other_server",
        ),
        (
            "Sorry, no mailbox here by that name. (#5.1.1)",
            "- 5.1.1 | Sorry, no mailbox here by that name. (#5.1.1) | - - - -",
        ),
        (
            "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
            "553 5.7.1 | sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1) | - - - -",
        ),
        (
            "message size 600 bytes, limit 500 bytes",
            "- - | message size 600 bytes, limit 500 bytes | - - - -",
        ),
        (
            "5.1.0 - Unknown address error 550-'5.1.1 no such user' (delivery attempts: 0)",
            "550 5.1.1 | no such user | - - - -",
        ),
        (
            "Requested action not taken: mailbox unavailable. [SMTP Error Code 550]",
            "550 - | Requested action not taken: mailbox unavailable. | - - - -",
        ),
        ("PERM_FAILURE: SMTP Error (state 9): 550 5.7.1 blocked", "550 5.7.1 | blocked | - - - -"),
        ("User mailbox exceeds allowed size", "- - | User mailbox exceeds allowed size | - - - -"),
        (
            "host mx.example.com[192.0.2.1] said: 450 4.2.0 greylisted: retry timeout exceeded",
            "450 4.2.0 | greylisted | mx.example.com 192.0.2.1 - other_server",
        ),
    ];

    #[test]
    fn reasons_are_read() {
        let word = |word: Option<&str>| word.unwrap_or("-").to_owned();
        for (text, expected) in EXAMPLES {
            let reason = read(text);
            let code = reason.code.map(|code| code.to_string());
            let found = format!(
                "{} {} | {} | {} {} {} {}",
                word(code.as_deref()),
                word(reason.status.as_deref()),
                reason.text,
                word(reason.server.as_deref()),
                word(reason.server_ip.as_deref()),
                word(reason.stage),
                word(reason.decided_by),
            );
            assert_eq!(&found, expected, "{text}");
        }
    }
}
