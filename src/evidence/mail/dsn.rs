//! Delivery status notifications (RFC 3464; RFC 6533 for addresses of any script).
//!
//! In: the lines of a `message/delivery-status`. Out: its fields, those of the message, and those of each recipient. Also where empty
//! lines between recipients are missing or too many, and where a field goes on in a line that does not begin with a blank.

use super::delivery::{Delivery, Field as Known};
use super::mime;
use super::reason::{self, Reason};
use super::reply::one_line;
use super::text::TextLine;
use super::{address, date};

use crate::records::At;
use crate::value::Amount;

/// A field.
#[derive(Debug, Clone)]
struct Field {
    /// In small letters.
    name: String,
    value: String,
    at: At,
}

/// The fields of a message, or of one of its recipients.
#[derive(Debug, Clone, Default)]
struct Group(Vec<Field>);

impl Group {
    fn get(&self, name: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.name == name && !field.value.is_empty())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|field| field.name == name)
    }

    fn is_of_recipient(&self) -> bool {
        RECIPIENT.iter().any(|name| self.has(name))
    }
}

/// A notification.
#[derive(Debug, Clone, Default)]
pub(super) struct Notification {
    message: Group,
    recipients: Vec<Group>,
}

/// The fields that a recipient's group begins with, and those that only such a group has.
const ADDRESSES: &[&str] = &["final-recipient", "original-recipient", "x-actual-recipient"];
const RECIPIENT: &[&str] = &[
    "final-recipient",
    "original-recipient",
    "x-actual-recipient",
    "action",
    "status",
    "diagnostic-code",
    "remote-mta",
];

/// Returns whether a line is a field that only notifications have.
pub(super) fn is_mark(line: &str) -> bool {
    mime::field(line).is_some_and(|(name, value)| {
        let name = name.to_ascii_lowercase();
        (name == "final-recipient" || name == "original-recipient") && value.contains(';')
    })
}

/// Reads the lines of a notification.
pub(super) fn read(lines: &[TextLine]) -> Notification {
    let mut out = Notification::default();
    let mut group = Group::default();
    let mut after_blank = true;
    for line in lines {
        if line.is_blank() {
            after_blank = true;
            continue;
        }
        let is_folded = line.text.starts_with([' ', '\t']) && !after_blank;
        match mime::field(line.text.trim()).filter(|_| !is_folded && is_name(&line.text)) {
            Some((name, value)) => {
                let field = Field { name: name.to_ascii_lowercase(), value: value.to_owned(), at: line.at() };
                if begins(&group, &field, after_blank) {
                    out.add(std::mem::take(&mut group));
                }
                group.0.push(field);
                after_blank = false;
            }
            None => {
                if let Some(last) = group.0.last_mut().filter(|_| !after_blank) {
                    last.value.push('\n');
                    last.value.push_str(line.text.trim());
                }
            }
        }
    }
    out.add(group);
    out
}

/// What goes on without a blank may hold a colon: only names that such fields have begin one.
fn is_name(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
    RECIPIENT.contains(&name.as_str())
        || name.starts_with("x-")
        || [
            "reporting-mta",
            "original-envelope-id",
            "dsn-gateway",
            "received-from-mta",
            "arrival-date",
            "last-attempt-date",
            "final-log-id",
            "will-retry-until",
            "localized-",
            "content-",
            "reporting-ua",
        ]
        .iter()
        .any(|known| name.starts_with(known))
}

/// Returns whether a field begins a further group.
fn begins(group: &Group, field: &Field, after_blank: bool) -> bool {
    let is_address = ADDRESSES.contains(&field.name.as_str());
    if is_address && group.has(&field.name) {
        return true;
    }
    if !after_blank {
        // Where the group of the message does not end, that of its recipient begins by its address.
        return is_address && !group.is_of_recipient() && group.has("reporting-mta");
    }
    // An empty line between the fields of one recipient ends nothing.
    let is_other = RECIPIENT.contains(&field.name.as_str()) && !group.has(&field.name);
    let goes_on = group.is_of_recipient() && (is_other || !is_address && !group.has(&field.name));
    let is_complete = group.has("final-recipient") && (group.has("action") || group.has("status"));
    !goes_on || (is_address && is_complete)
}

impl Notification {
    fn add(&mut self, group: Group) {
        if group.0.is_empty() {
            return;
        }
        if group.is_of_recipient() {
            self.recipients.push(group);
        } else {
            self.message.0.extend(group.0);
        }
    }

    /// Returns what became of each recipient; `sent` is when the notification was sent, where that is known.
    pub(super) fn deliveries(&self, sent: Option<&(Amount, At)>) -> Vec<Delivery> {
        self.recipients.iter().map(|group| self.delivery(group, sent)).collect()
    }

    fn delivery(&self, group: &Group, sent: Option<&(Amount, At)>) -> Delivery {
        let mut delivery = Delivery::default();
        let with = |field: Option<&Field>, value: fn(&str) -> Option<String>| -> Known<String> {
            field.and_then(|field| Some((value(&field.value)?, field.at.clone())))
        };
        delivery.recipient = with(group.get("final-recipient"), recipient);
        delivery.original_recipient = with(group.get("original-recipient"), recipient);
        settle_recipients(&mut delivery, group);
        delivery.action =
            group.get("action").and_then(|field| Some((action(&field.value)?, field.at.clone())));
        delivery.status = with(group.get("status"), |value| reason::status_in(value, None));
        if let Some(field) = group.get("diagnostic-code") {
            diagnosis(&mut delivery, field);
        }
        self.hosts(&mut delivery, group);
        self.times(&mut delivery, group, sent);
        let expired = delivery.status.as_ref().filter(|(status, _)| status.ends_with(".4.7"));
        if let Some((_, at)) = expired
            && delivery.action.as_ref().is_some_and(|(action, _)| *action == "failed")
        {
            delivery.expired = Some((true, at.clone()));
        }
        delivery.queue_id = with(self.message.get("x-postfix-queue-id"), |value| Some(value.to_owned()));
        delivery.sender = with(self.message.get("x-postfix-sender"), recipient);
        delivery
    }

    fn hosts(&self, delivery: &mut Delivery, group: &Group) {
        let remote = group.get("remote-mta");
        let reporting = self.message.get("reporting-mta");
        if let Some(field) = remote {
            let (name, ip) = mta(&field.value);
            delivery.server = name.map(|name| (name, field.at.clone())).or(delivery.server.take());
            delivery.server_ip = ip.map(|ip| (ip, field.at.clone())).or(delivery.server_ip.take());
        }
        let is_smtp =
            group.get("diagnostic-code").is_some_and(|field| diagnostic_type(&field.value).0 == "smtp");
        if delivery.decided_by.is_none()
            && let (Some(remote), Some(reporting), Some((_, at))) = (remote, reporting, &delivery.code)
            && is_smtp
            && mta(&remote.value).0 != mta(&reporting.value).0
        {
            delivery.decided_by = Some(("other_server", at.clone()));
        }
        let Some(field) = reporting else { return };
        let Some(name) = mta(&field.value).0 else { return };
        match delivery.decided_by.as_ref().map(|(who, _)| *who) {
            Some("this_server") if delivery.server.is_none() => {
                delivery.server = Some((name, field.at.clone()));
            }
            Some("other_server" | "nobody") => delivery.client = Some((name, field.at.clone())),
            _ => (),
        }
    }

    fn times(&self, delivery: &mut Delivery, group: &Group, sent: Option<&(Amount, At)>) {
        let time = |field: &Field| Some((date::read(&field.value)?, field.at.clone()));
        let last = group.get("last-attempt-date").and_then(time);
        let arrival = self.message.get("arrival-date").and_then(time);
        if let (Some((last, at)), Some((arrival, _))) = (&last, &arrival)
            && let (Some(last), Some(arrival)) = (date::instant(*last), date::instant(*arrival))
            && last >= arrival
        {
            delivery.delay = Some((last - arrival, at.clone()));
        }
        delivery.at = last.or_else(|| sent.cloned()).or(arrival);
    }
}

/// An address of an Original-Recipient without a Final-Recipient, or where that is none; and one in xtext (RFC 3461, section 4).
fn settle_recipients(delivery: &mut Delivery, group: &Group) {
    if let (Some((recipient, _)), Some((original, _))) =
        (&delivery.recipient, &mut delivery.original_recipient)
        && from_xtext(original).is_some_and(|plain| address::same(&plain, recipient))
    {
        original.clone_from(recipient);
    }
    let is_address = |field: &Known<String>| field.as_ref().is_some_and(|(text, _)| text.contains('@'));
    if !is_address(&delivery.recipient) {
        let actual = group.get("x-actual-recipient");
        let actual = actual.and_then(|field| Some((recipient(&field.value)?, field.at.clone())));
        for other in [delivery.original_recipient.clone(), actual] {
            if is_address(&other) {
                delivery.recipient = other;
                break;
            }
        }
    }
}

/// Returns the address in `rfc822; a@example.com`.
fn recipient(value: &str) -> Option<String> {
    let value = one_line(value);
    let (kind, rest) = match value.split_once(';') {
        Some((kind, rest)) if !kind.contains('@') => (kind.trim().to_ascii_lowercase(), rest.trim()),
        _ => (String::new(), value.trim()),
    };
    let decoded = if kind == "utf-8" { from_utf8_xtext(rest) } else { rest.to_owned() };
    let bare = decoded.trim().trim_start_matches('<').trim_end_matches('>').trim();
    if bare.is_empty() || bare.eq_ignore_ascii_case("unknown") {
        return None;
    }
    // An address in quotes or with a comment is what it says; one that cannot be taken apart stays as it is.
    let found = address::find(bare);
    match found.as_slice() {
        [one] if one.span != (0..bare.len()) => Some(one.address.clone()),
        _ => Some(bare.to_owned()),
    }
}

/// Decodes `+2B`.
fn from_xtext(text: &str) -> Option<String> {
    if !text.contains('+') {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'+').and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8(bytes).ok()
}

/// Decodes `\x{7528}`.
fn from_utf8_xtext(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x{") {
        out.push_str(before);
        let decoded = after
            .split_once('}')
            .and_then(|(hex, rest)| Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, rest)));
        if let Some((character, after)) = decoded {
            out.push(character);
            rest = after;
        } else {
            out.push_str("\\x{");
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// Returns the action that a field names; `failed (Bad destination mailbox address)` has a comment.
fn action(value: &str) -> Option<&'static str> {
    let word = value.split(|c: char| !c.is_ascii_alphabetic()).find(|word| !word.is_empty())?;
    let word = word.to_ascii_lowercase();
    super::delivery::ACTIONS.iter().copied().find(|action| {
        *action == word || (*action == "failed" && matches!(word.as_str(), "failure" | "fail" | "error"))
    })
}

/// Returns the name and the address in `dns; mx.example.com (192.0.2.1)`.
fn mta(value: &str) -> (Option<String>, Option<String>) {
    let value = value.split_once(';').map_or(value, |(_, rest)| rest).trim();
    let words =
        value.split(|c: char| c.is_whitespace() || "(),[]<>".contains(c)).filter(|word| !word.is_empty());
    let (mut name, mut ip) = (None, None);
    for (at, word) in words.take(8).enumerate() {
        let bare = word.trim_end_matches('.');
        let bare = bare.strip_prefix("IPv6:").unwrap_or(bare);
        if bare.parse::<std::net::IpAddr>().is_ok() {
            ip = ip.or_else(|| Some(bare.to_owned()));
        } else if at == 0 {
            name = Some(bare.to_owned());
        }
    }
    (name, ip)
}

/// Returns the type of a diagnostic, in small letters, and its words.
fn diagnostic_type(value: &str) -> (String, &str) {
    let is_type = |kind: &str| {
        let kind = kind.trim();
        !kind.is_empty()
            && kind.len() <= 40
            && kind.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            && kind.chars().next().is_some_and(|c| c.is_ascii_alphabetic())
    };
    match value.split_once(';') {
        Some((kind, words)) if is_type(kind) => (kind.trim().to_ascii_lowercase(), words),
        _ => (String::new(), value),
    }
}

/// Reads a Diagnostic-Code.
fn diagnosis(delivery: &mut Delivery, field: &Field) {
    let (kind, words) = diagnostic_type(&field.value);
    let mut said = reason::read(words);
    if said.decided_by.is_none()
        && said.code.is_none()
        && matches!(kind.as_str(), "x-postfix" | "x-unix" | "x-local")
    {
        said.decided_by = Some("this_server");
    }
    take(delivery, &said, &field.at);
}

/// Takes what a reason says; a status of the notification that says less gives way.
pub(super) fn take(delivery: &mut Delivery, said: &Reason, at: &At) {
    fn fill<T>(known: &mut Known<T>, value: Option<T>, at: &At) {
        if known.is_none() {
            *known = value.map(|value| (value, at.clone()));
        }
    }
    fill(&mut delivery.code, said.code, at);
    let is_vague = delivery.status.as_ref().is_none_or(|(status, _)| status.ends_with(".0.0"));
    if is_vague && let Some(status) = &said.status {
        let says_more = delivery.status.is_none() || !status.ends_with(".0.0");
        if says_more {
            delivery.status = Some((status.clone(), at.clone()));
        }
    }
    fill(&mut delivery.text, Some(said.text.clone()).filter(|text| !text.is_empty()), at);
    fill(&mut delivery.server, said.server.clone(), at);
    fill(&mut delivery.server_ip, said.server_ip.clone(), at);
    fill(&mut delivery.stage, said.stage, at);
    fill(&mut delivery.decided_by, said.decided_by, at);
    fill(&mut delivery.attempts, said.attempts, at);
    if said.expired && delivery.action.as_ref().is_none_or(|(action, _)| *action == "failed") {
        fill(&mut delivery.expired, Some(true), at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Vec<Delivery> {
        let lines: Vec<TextLine> =
            (1..).zip(text.lines()).map(|(number, line)| TextLine::new(number, line)).collect();
        read(&lines).deliveries(None)
    }

    fn recipients(text: &str) -> Vec<String> {
        read_text(text).into_iter().filter_map(|one| Some(one.recipient?.0)).collect()
    }

    const TWO: &str = "Final-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 5.1.1\n";

    #[test]
    fn groups_are_told_apart() {
        let head = "Reporting-MTA: dns; mx.example.org\n\n";
        let other = TWO.replace("a@", "b@");
        let both = ["a@example.com", "b@example.com"];
        assert_eq!(recipients(&format!("{head}{TWO}\n{other}")), both);
        assert_eq!(recipients(&format!("{head}{TWO}{other}")), both);
        assert_eq!(recipients(&format!("Reporting-MTA: dns; mx\n{TWO}\n\n\n{other}")), both);
        let apart = TWO.replace('\n', "\n\n");
        assert_eq!(recipients(&format!("{head}{apart}")), ["a@example.com"]);
        let original = format!(
            "Original-Recipient: rfc822;c@example.com\n{TWO}\nOriginal-Recipient: rfc822;d@example.com\n{other}"
        );
        assert_eq!(recipients(&original), both);
    }

    #[test]
    fn addresses_lose_their_types() {
        assert_eq!(recipient("rfc822; a@example.com").as_deref(), Some("a@example.com"));
        assert_eq!(recipient("RFC822;<a@example.com>").as_deref(), Some("a@example.com"));
        assert_eq!(recipient("<a@example.com>").as_deref(), Some("a@example.com"));
        assert_eq!(recipient("utf-8; \\x{7528}\\x{6237}@example.com").as_deref(), Some("用户@example.com"));
        assert_eq!(recipient("unknown; unknown"), None);
        assert_eq!(from_xtext("a+2Bb@example.com").as_deref(), Some("a+b@example.com"));
    }

    #[test]
    fn a_vague_status_gives_way() {
        let one = |status: &str, diagnostic: &str| {
            let text = format!(
                "Final-Recipient: rfc822; a@example.com\nAction: failed\nStatus: {status}\nDiagnostic-Code: {diagnostic}\n"
            );
            let delivery = read_text(&text).remove(0);
            let text = delivery.text.map_or_else(String::new, |(text, _)| text);
            (delivery.status.unwrap().0, delivery.code.map(|(code, _)| code), text)
        };
        assert_eq!(one("5.0.0", "smtp; 550 5.1.1 gone"), ("5.1.1".into(), Some(550), "gone".into()));
        assert_eq!(
            one("5.0.0 (undefined)", "smtp; 553 no (#5.7.1)"),
            ("5.7.1".into(), Some(553), "no (#5.7.1)".into())
        );
        assert_eq!(one("5.1.1", "smtp; 550 5.7.1 gone"), ("5.1.1".into(), Some(550), "gone".into()));
        assert_eq!(
            one("4.4.7", "X-Postfix; Connection timed out"),
            ("4.4.7".into(), None, "Connection timed out".into())
        );
        assert_eq!(
            one("5.0.0", "smtp; 550-a is\n not known; 550 see x"),
            ("5.0.0".into(), Some(550), "a is not known; see x".into())
        );
    }

    #[test]
    fn hosts_have_names_and_addresses() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            mta("dns; mx.example.com (192.0.2.1, the server)"),
            (some("mx.example.com"), some("192.0.2.1"))
        );
        assert_eq!(mta("dns; [192.0.2.1]"), (None, some("192.0.2.1")));
        assert_eq!(mta("mx.example.com"), (some("mx.example.com"), None));
    }
}
