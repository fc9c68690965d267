//! What became of a message, in the words of exports.
//!
//! Exchange tells why in a form of its own: `[{LRT=…};{LED=550 5.1.10 …};{FQDN=mail.example.com};{IP=192.0.2.1}]`, the last error,
//! and who gave it. A column for several recipients has one such piece for each, with semicolons between them.

use crate::evidence::mail::delivery::Delivery;
use crate::evidence::mail::reason;
use crate::records::At;

use super::names::compared;

/// What a word tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// One of the actions of `mail.deliveries`.
    Action(&'static str),
    /// By a rule of the system that tells of it.
    Refused,
    /// Kept back for somebody to look at.
    Quarantined,
    /// Thrown away.
    Dropped,
    /// A step on the way, not an end.
    Step,
}

/// Returns what a word says; none for one that is not known.
pub(super) fn outcome(word: &str) -> Option<Outcome> {
    use Outcome::{Action, Dropped, Quarantined, Refused, Step};
    Some(match compared(word).as_str() {
        "deliver" | "delivered" | "duplicatedeliver" => Action("delivered"),
        "send" | "sent" | "sendexternal" => Action("relayed"),
        "expand" | "expanded" => Action("expanded"),
        "fail"
        | "failed"
        | "failure"
        | "bounced"
        | "bounce"
        | "hardbounce"
        | "notdelivered"
        | "undeliverable"
        | "badmail"
        | "poisonmessage"
        | "clearedbutbouncedbydestination" => Action("failed"),
        "defer"
        | "deferred"
        | "delayed"
        | "pending"
        | "queued"
        | "softbounce"
        | "retrying"
        | "inprogress"
        | "clearedbutqueuedfordelivery" => Action("delayed"),
        "rejected" | "reject" | "blocked" | "denied" => Refused,
        "quarantined" | "quarantine" | "held" => Quarantined,
        "drop" | "dropped" | "discarded" | "deleted" => Dropped,
        "receive"
        | "received"
        | "submit"
        | "submitted"
        | "submitdefer"
        | "submitfail"
        | "resolve"
        | "transfer"
        | "redirect"
        | "agentinfo"
        | "hadiscard"
        | "hareceive"
        | "haredirect"
        | "haredirectfail"
        | "notifymapi"
        | "process"
        | "processmeetingmessage"
        | "dsn"
        | "resubmit"
        | "resubmitfail"
        | "resubmitdefer"
        | "load"
        | "moderatorapprove"
        | "moderatorreject"
        | "moderationexpire"
        | "moderatorsallndr"
        | "throttle"
        | "suppressed"
        | "thindeliver"
        | "journaled"
        | "journalreport"
        | "initmessagecreated"
        | "customrule"
        | "transportrule"
        | "spam"
        | "malware"
        | "createdsn"
        | "gettingstatus"
        | "none"
        | "" => Step,
        _ => return None,
    })
}

/// Splits a column for several recipients into one piece each. Semicolons are words' own as well: one that ends a piece stands before
/// an empty piece, a code, or an error in brackets. PowerShell has commas there.
pub(super) fn pieces(text: &str, recipients: usize) -> Vec<&str> {
    let is_error = text.starts_with("{LED=") || text.starts_with("{LRT=");
    let list = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).filter(|_| !is_error);
    let text = list.unwrap_or(text);
    if recipients <= 1 {
        return vec![text.trim()];
    }
    let is_end = |c: char| c == ';' || c == ',' && list.is_some();
    let (mut depth, mut from) = (0_usize, 0);
    let mut all = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            c if is_end(c) && depth == 0 && begins_piece(text.get(at + 1..).unwrap_or_default(), is_end) => {
                all.push(text.get(from..at).unwrap_or_default().trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    all.push(text.get(from..).unwrap_or_default().trim());
    all
}

fn begins_piece(rest: &str, is_end: impl Fn(char) -> bool) -> bool {
    let rest = rest.trim_start();
    let code = rest.get(..3).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
    rest.is_empty()
        || rest.starts_with(is_end)
        || rest.starts_with("[{")
        || code && rest.get(3..4) == Some(" ")
}

/// Reads why, as far as a text says.
pub(super) fn why(text: &str, at: &At, delivery: &mut Delivery) {
    let text = text.strip_prefix("Reason:").unwrap_or(text).trim();
    let Some(error) = value(text, "LED=") else { return said(text, at, delivery) };
    said(error, at, delivery);
    let own = |name: &str| value(text, name).filter(|value| !value.is_empty());
    let ip = own("IP=").filter(|ip| ip.parse::<std::net::IpAddr>().is_ok());
    delivery.server = own("FQDN=").map(|name| (name.to_owned(), at.clone())).or(delivery.server.take());
    delivery.server_ip = ip.map(|ip| (ip.to_owned(), at.clone())).or(delivery.server_ip.take());
    if ["QUEUE.Expired", "Message expired", "message expired"].iter().any(|words| error.contains(words)) {
        delivery.expired = Some((true, at.clone()));
    }
}

fn said(text: &str, at: &At, delivery: &mut Delivery) {
    if text.is_empty() {
        return;
    }
    let reason = reason::read(text);
    let field = |text: String| Some((text, at.clone())).filter(|(text, _)| !text.is_empty());
    delivery.code = reason.code.map(|code| (code, at.clone()));
    delivery.status = reason.status.and_then(field);
    delivery.text = field(reason.text);
    delivery.server = reason.server.and_then(field);
    delivery.server_ip = reason.server_ip.and_then(field);
    delivery.stage = reason.stage.map(|stage| (stage, at.clone()));
    delivery.decided_by = reason.decided_by.map(|who| (who, at.clone()));
    delivery.expired = reason.expired.then(|| (true, at.clone()));
}

/// Returns the value of `{LED=…}`; brackets in it belong to it.
fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let marks = text.match_indices(name).map(|(at, _)| at);
    let at = marks
        .into_iter()
        .find(|at| text.get(..*at).is_some_and(|before| before.trim_end().ends_with('{')))?;
    let rest = text.get(at + name.len()..)?;
    let mut depth = 0_usize;
    for (end, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(rest.get(..end).unwrap_or(rest).trim()),
            '}' => depth -= 1,
            _ => {}
        }
    }
    Some(rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_exchange_are_taken_apart() {
        let at = At::new(1, "");
        let mut delivery = Delivery::default();
        why(
            "[{LRT=5/12/2026 1:13:40 PM};{LED=550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {x} not found};{FQDN=mail.example.com};{IP=192.0.2.1}]",
            &at,
            &mut delivery,
        );
        assert_eq!(delivery.code.unwrap().0, 550);
        assert_eq!(delivery.status.unwrap().0, "5.1.10");
        assert_eq!(delivery.text.unwrap().0, "RESOLVER.ADR.RecipientNotFound; Recipient {x} not found");
        assert_eq!(delivery.server.unwrap().0, "mail.example.com");
        assert_eq!(delivery.server_ip.unwrap().0, "192.0.2.1");
    }

    #[test]
    fn each_recipient_has_a_piece() {
        assert_eq!(pieces("[{LED=550 a; b};{IP=}];250 ok", 2), ["[{LED=550 a; b};{IP=}]", "250 ok"]);
        assert_eq!(pieces("550 a; b", 1), ["550 a; b"]);
        assert_eq!(pieces("550 a; b;250 ok", 2), ["550 a; b", "250 ok"]);
        assert_eq!(pieces(";;[{LED=550 a}]", 3), ["", "", "[{LED=550 a}]"]);
        assert_eq!(pieces("{250 ok, 550 a, b}", 2), ["250 ok", "550 a, b"]);
    }
}
