//! What is pasted without a mail around it: reply lines, the words of a bounce, a notification alone.
//!
//! In: the lines of a short text that no other reader takes. Out: deliveries, and which lines told of them. Only what looks like a
//! reply of SMTP is taken for one: a code alone may be one of HTTP, or a number.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::address;
use super::delivery::{DELIVERIES, Delivery};
use super::dsn;
use super::kind;
use super::prose::{self, Others};
use super::reason;
use super::reply::{self, pattern};
use super::text::{self, TextLine};
use crate::evidence::Line;
use crate::records::{At, Sink};
use crate::value::Amount;

/// Reads the lines, and returns the numbers of those that it took.
pub(crate) fn read(lines: &[Line<'_>], out: &mut Sink<'_>) -> BTreeSet<u32> {
    let mut taken = BTreeSet::new();
    if lines.len() > super::WORDS_LINES
        || lines.iter().map(|line| line.text.len()).sum::<usize>() > super::WORDS_BYTES
    {
        return taken;
    }
    // What a log of an unknown program says is not for readers of prose: its lines belong to several messages.
    if is_log(lines) {
        return taken;
    }
    let plain: Vec<TextLine> = lines.iter().map(|line| TextLine::new(line.number, line.text)).collect();
    let plain = text::unquoted(&text::plain(&plain, false));
    let all = || plain.iter().map(|line| line.number);
    let notified = notified(&plain, None);
    if !notified.is_empty() {
        taken.extend(all());
        add(notified.into_iter().map(finished).collect(), "bounce", out);
        return taken;
    }
    if kind::speaks_of_failure(&plain) || plain.iter().any(|line| begins_with_recipient(&line.text)) {
        let own = super::original::split(&plain).0;
        let failures = prose::read(plain.get(..own).unwrap_or_default(), &Others::default());
        let told =
            failures.iter().any(|failure| failure.reason.code.is_some() || !failure.reason.text.is_empty());
        if told {
            taken.extend(all());
            add(failures.into_iter().map(of_failure).collect(), "bounce", out);
            return taken;
        }
    }
    let mut replies = Vec::new();
    for (text, lines) in paragraphs(&plain) {
        if let Some(delivery) = one(&text, &lines) {
            taken.extend(lines.iter().map(|at| at.line));
            replies.push(delivery);
        }
    }
    add(replies, "reply", out);
    taken
}

/// Returns whether at least half of the lines begin with a time, or are records of a program otherwise.
fn is_log(lines: &[Line<'_>]) -> bool {
    static RECORD: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^\W{0,3}(?:\d{4}[-/.]\d\d[-/.]\d\d[T ,]|\d\d[-/.]\d\d[-/.]\d{2,4}[ ,]|\w{3},? +\d{1,2} \d\d:\d\d|\w{3} \w{3} +\d{1,2} \d\d:\d\d|\d{10,13}\b|\d\d:\d\d:\d\d|\{)|\t[^\t]*\t[^\t]*\t|^(?:[^,]*,){6}",
        )
    });
    let words = lines.iter().filter(|line| !line.text.trim().is_empty());
    let records = lines.iter().filter(|line| RECORD.is_match(line.text)).count();
    records > 0 && records * 2 >= words.count()
}

fn add(deliveries: Vec<Delivery>, artefact: &str, out: &mut Sink<'_>) {
    for delivery in deliveries {
        out.recognised(&DELIVERIES, false);
        let at = place(&delivery);
        out.push(delivery.into_row(artefact, &at));
    }
}

/// Returns the line that says the most.
pub(super) fn place(delivery: &Delivery) -> At {
    let text = delivery.text.as_ref().map(|(_, at)| at);
    let recipient = delivery.recipient.as_ref().map(|(_, at)| at);
    let code = delivery.code.as_ref().map(|(_, at)| at);
    text.or(code).or(recipient).cloned().unwrap_or_else(|| At::new(1, ""))
}

/// Reads a notification that stands among other lines.
pub(super) fn notified(lines: &[TextLine], sent: Option<&(Amount, At)>) -> Vec<Delivery> {
    let Some(first) = lines.iter().position(|line| dsn::is_mark(&line.text)) else { return Vec::new() };
    // The fields of the message, and those before the address, stand in the lines right above.
    let above = lines.get(..first).unwrap_or_default();
    let start =
        above.iter().rposition(|line| line.is_blank() || super::mime::field(line.text.trim()).is_none());
    let from = above.iter().position(|line| line.text.to_ascii_lowercase().starts_with("reporting-mta"));
    let from = from.unwrap_or_else(|| start.map_or(0, |start| start + 1));
    dsn::read(lines.get(from..).unwrap_or_default()).deliveries(sent)
}

fn of_failure(failure: prose::Failure) -> Delivery {
    let mut delivery = Delivery {
        recipient: Some((failure.recipient, failure.at.clone())),
        original_recipient: failure.original.map(|original| (original, failure.at)),
        ..Delivery::default()
    };
    dsn::take(&mut delivery, &failure.reason, &failure.reason_at);
    finished(delivery)
}

/// Adds what a code says by itself: whether it was refused for good, or for now.
fn finished(mut delivery: Delivery) -> Delivery {
    if delivery.action.is_none() {
        let of_code = delivery.code.as_ref().map(|(code, at)| (*code >= 500, at.clone()));
        let of_status = delivery.status.as_ref().map(|(status, at)| (status.starts_with('5'), at.clone()));
        delivery.action =
            of_code.or(of_status).map(|(is_final, at)| (if is_final { "failed" } else { "delayed" }, at));
    }
    delivery
}

/// `<a@example.com>: host mx.example.com said: 550 …`, as Postfix and others write it.
fn begins_with_recipient(line: &str) -> bool {
    let found = address::find(line);
    let Some(first) = found.first() else { return false };
    let before = line.get(..first.span.start).unwrap_or_default().trim();
    let after = line.get(first.span.end..).unwrap_or_default().trim_start();
    before.is_empty() && after.starts_with(':') && reason::read(after.trim_start_matches(':')).code.is_some()
}

/// Joins the lines of each reply: those of one code (`550-`, `550 `), and those that go on below it.
fn paragraphs(lines: &[TextLine]) -> Vec<(String, Vec<At>)> {
    let mut all: Vec<(String, Vec<At>)> = Vec::new();
    let mut is_open = false;
    let mut code: Option<String> = None;
    for line in lines {
        if line.is_blank() {
            is_open = false;
            continue;
        }
        let text = line.text.trim();
        let own = text.get(..3).filter(|start| {
            reply::is_code(start.parse().unwrap_or(0))
                && text.get(3..4).is_none_or(|next| next == " " || next == "-")
        });
        let goes_on = is_open
            && match (own, &code) {
                (Some(own), Some(code)) => {
                    own == code && all.last().is_some_and(|(text, _)| last_line(text).get(3..4) == Some("-"))
                }
                (Some(_), None) => true,
                (None, _) => !starts_another(text),
            };
        if let Some((whole, places)) = all.last_mut().filter(|(whole, _)| goes_on && whole.len() < 20_000) {
            whole.push('\n');
            whole.push_str(text);
            places.push(line.at());
        } else {
            all.push((text.to_owned(), vec![line.at()]));
            code = own.map(str::to_owned);
        }
        is_open = true;
    }
    all
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or(text)
}

/// A line that tells of a host or a server begins a reply of its own.
fn starts_another(text: &str) -> bool {
    static BEGINS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^(?:host \S+\[|remote (?:smtp )?server|smtp error|the response|diagnostic-code:|status:|error:|\w[\w-]*: )",
        )
    });
    BEGINS.is_match(text)
}

/// These are codes of HTTP too.
fn is_of_http(code: u16) -> bool {
    (500..=505).contains(&code) || matches!(code, 422 | 431 | 421 | 510 | 511 | 451)
}

/// Words that no other protocol says.
static OF_MAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:mail|mailbox|e-?mail|recipient|sender|message|relay|user|smtp|spam|rcpt|greylist\w*|helo|ehlo|spf|dkim|dmarc|quota|blocked using|client host|address|envelope|tls|authentication)\b",
    )
});

fn one(text: &str, places: &[At]) -> Option<Delivery> {
    let said = reason::read(text);
    let code = said.code;
    let is_known = match code {
        Some(code) => {
            reply::is_code(code) && (!is_of_http(code) || said.status.is_some() || OF_MAIL.is_match(text))
        }
        None => said.status.is_some() && said.text.len() < 500 && begins_with_status(text),
    };
    let is_reply = is_known && (said.status.is_some() || OF_MAIL.is_match(text) || said.decided_by.is_some());
    if !is_reply || said.text.is_empty() {
        return None;
    }
    let held = code.map(|code| code.to_string());
    let at = places.iter().find(|at| held.as_ref().is_none_or(|code| at.text.contains(code.as_str())));
    let at = at.or_else(|| places.first())?;
    let mut delivery = Delivery {
        recipient: named(text, &said.text).map(|address| (address, at.clone())),
        ..Delivery::default()
    };
    dsn::take(&mut delivery, &said, at);
    Some(finished(delivery))
}

fn begins_with_status(text: &str) -> bool {
    static BEGINS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\W{0,3}[45]\.[0-7]\.[0-9]{1,3}\W"));
    BEGINS.is_match(text)
}

/// Returns the recipient that a reply names: `<a@example.com>: Recipient address rejected`, `Recipient (a@example.com)`.
fn named(whole: &str, said: &str) -> Option<String> {
    static SENDER: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)\bsender|mail from|spf|return-path|\bfrom\b"));
    static RECIPIENT: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)\b(?:recipient|rcpt to|user|mailbox|to)\b\W*$"));
    let found = address::find(said);
    if let Some(first) = found.first() {
        let before = said.get(..first.span.start)?;
        let after = said.get(first.span.end..)?.trim_start();
        let is_first = before.trim_matches(['<', '"', '\'']).trim().is_empty();
        let leads = is_first && !SENDER.is_match(after);
        return (leads || RECIPIENT.is_match(before) && !SENDER.is_match(before))
            .then(|| first.address.clone());
    }
    // `<a@example.com>: host mx.example.com said: 550 …`
    let found = address::find(whole);
    let first = found.first()?;
    let before = whole.get(..first.span.start)?.trim();
    let is_rcpt = before.to_ascii_lowercase().ends_with("rcpt to:");
    (before.is_empty() || is_rcpt).then(|| first.address.clone())
}
