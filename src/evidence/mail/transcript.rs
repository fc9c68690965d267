//! Dialogues that bounces quote (RFC 5321): Sendmail's `>>>` and `<<<`, and whole sessions as `MDaemon` and others write them.
//!
//! In: the lines of a bounce. Out: the replies that refused something, each with the recipient that its command named.

use std::sync::LazyLock;

use regex::Regex;

use super::address;
use super::reason::{self, Reason};
use super::reply::{self, pattern};
use super::text::TextLine;
use crate::records::At;

/// A reply that refused something.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// Whom its command named; none where it was about the message as a whole.
    pub(super) recipient: Option<String>,
    pub(super) reason: Reason,
    pub(super) at: At,
    /// Whether a command stands before it, or a mark that another server said it.
    pub(super) in_dialogue: bool,
}

static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\s*(?:\S{1,40}\s)?(?:>>>|-->|->|C:|=>|>)?\s*(?P<command>RCPT TO:|MAIL FROM:|DATA\b|EHLO\b|HELO\b|QUIT\b|STARTTLS\b|AUTH\b|BDAT\b|\.$)",
    )
});
static REPLY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*(?:<<<|<--|<-|S:|<=|<)?\s*(?P<reply>[245][0-9]{2}(?:[ \-].*)?)$"));
static TALKING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)while talking to\s+(?P<host>[^\s:]+?)\.?:?\s*$"));

/// Returns whether a line is of a dialogue.
pub(super) fn is_dialogue(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(">>>")
        || line.starts_with("<<<")
        || line.starts_with("-->")
        || line.starts_with("<--")
        || COMMAND.is_match(line) && line.contains(':')
}

/// Reads the dialogues.
pub(super) fn read(lines: &[TextLine]) -> Vec<Said> {
    let mut said: Vec<Said> = Vec::new();
    let mut host: Option<String> = None;
    let mut command: Option<String> = None;
    // The lines of a reply of several.
    let mut open: Option<(String, At)> = None;
    for line in lines {
        if let Some(found) = TALKING.captures(&line.text) {
            host = found.name("host").map(|host| host.as_str().trim_matches(['[', ']', '.']).to_owned());
            command = None;
            continue;
        }
        if let Some(found) = COMMAND.captures(&line.text) {
            let from = found.name("command").map_or(0, |command| command.start());
            command = line.text.get(from..).map(str::to_owned);
            continue;
        }
        let Some(text) = REPLY.captures(&line.text).and_then(|found| found.name("reply")) else {
            open = None;
            continue;
        };
        let text = text.as_str();
        let (mut whole, at) = match open.take() {
            Some((before, at)) if before.get(..3) == text.get(..3) => (before, at),
            _ => (String::new(), line.at()),
        };
        if !whole.is_empty() {
            whole.push('\n');
        }
        whole.push_str(text);
        if text.get(3..4) == Some("-") && whole.len() < 20_000 {
            open = Some((whole, at));
            continue;
        }
        if text.starts_with('2') {
            continue;
        }
        add(&mut said, &whole, &at, command.as_deref(), host.as_deref());
    }
    said
}

fn add(said: &mut Vec<Said>, text: &str, at: &At, command: Option<&str>, host: Option<&str>) {
    let mut reason = reason::read(text);
    let is_quoted = at.text.trim_start().starts_with("<<<");
    if let Some(command) = command {
        reason.stage = reply::stage(command).or(reason.stage).or(command.starts_with('.').then_some("data"));
        reason.decided_by = Some("other_server");
    } else if is_quoted {
        reason.decided_by = Some("other_server");
    }
    if let Some(host) = host {
        match host.parse::<std::net::IpAddr>() {
            Ok(_) => reason.server_ip = reason.server_ip.or_else(|| Some(host.to_owned())),
            Err(_) => reason.server = reason.server.or_else(|| Some(host.to_owned())),
        }
    }
    let is_rcpt =
        command.is_some_and(|command| command.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("rcpt")));
    let recipient = if is_rcpt { command.and_then(address::of_field) } else { None };
    // Sendmail repeats the reply in words of its own, without the marks: the reply itself was read.
    let is_repeated = !is_quoted
        && at.text.trim_start().starts_with(|c: char| c.is_ascii_digit())
        && said.last().is_some_and(|last| last.at.text.trim_start().starts_with("<<<"));
    if !is_repeated && said.len() < 1_000 {
        let recipient = recipient.or_else(|| if command.is_none() { own_words(text) } else { None });
        said.push(Said { recipient, reason, at: at.clone(), in_dialogue: command.is_some() || is_quoted });
    }
}

/// `550 5.1.1 <a@example.com>... User unknown`, without a dialogue before it.
fn own_words(text: &str) -> Option<String> {
    let found = address::find(text);
    let first = found.first()?;
    let before = text.get(..first.span.start)?;
    let after = text.get(first.span.end..)?.trim_start();
    let is_first = before.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ' ' || c == '-');
    (is_first && (after.starts_with("...") || after.starts_with(':'))).then(|| first.address.clone())
}
