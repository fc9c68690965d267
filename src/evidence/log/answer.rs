//! Why an attempt ended as it did, in the words of the server that tells of it: what another server replied, or that no reply came.
//!
//! The words are those of Postfix (`smtp_proto.c`, `smtp_connect.c`, `smtp_trouble.c`), which other programs write in their own ways.

use crate::evidence::log::fields::{Peer, peer};
use crate::evidence::mail::reply::{self, Reply};

/// What is known of the end of an attempt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answer<'t> {
    pub(super) reply: Reply,
    /// One of the stages of `mail.deliveries`.
    pub(super) stage: Option<&'static str>,
    /// `other_server`, `this_server`, `nobody`.
    pub(super) decided_by: Option<&'static str>,
    /// The server that answered, or was to answer.
    pub(super) server: Peer<'t>,
}

/// Reads a reason as Postfix writes it, in the brackets behind `status=`.
pub(super) fn of_postfix(reason: &str) -> Answer<'_> {
    let inner = reason.strip_prefix("delivery temporarily suspended: ").unwrap_or(reason);
    replied(inner)
        .or_else(|| silent(inner))
        .or_else(|| refused_here(inner))
        .unwrap_or_else(|| Answer { reply: reply::parse(inner), ..Answer::default() })
}

/// `host mx.example.com[192.0.2.1] said: 550 … (in reply to RCPT TO command)`
fn replied(text: &str) -> Option<Answer<'_>> {
    let decided_by = Some("other_server");
    if let Some((host, said)) = text.split_once(" refused to talk to me: ") {
        let server = peer(host.strip_prefix("host ")?);
        return Some(Answer { reply: reply::parse(said), stage: Some("connect"), decided_by, server });
    }
    let (before, said) = text.split_once(" said: ")?;
    if let Some(host) = before.strip_prefix("SASL authentication failed; server ") {
        return Some(Answer {
            reply: reply::parse(said),
            stage: Some("auth"),
            decided_by,
            server: peer(host),
        });
    }
    let server = peer(before.strip_prefix("host ")?);
    let (said, stage) = match said.rsplit_once(" (in reply to ") {
        Some((said, command)) => (said, reply::stage(command)),
        None => (said, None),
    };
    Some(Answer { reply: reply::parse(said), stage, decided_by, server })
}

/// No reply came: nobody there, or gone in the middle.
fn silent(text: &str) -> Option<Answer<'_>> {
    let answer = |stage, server| {
        let reply = Reply { text: reply::one_line(text), ..Reply::default() };
        Some(Answer { reply, stage, decided_by: Some("nobody"), server })
    };
    if let Some(rest) = text.strip_prefix("connect to ") {
        return answer(Some("connect"), peer(rest));
    }
    let lost = text.strip_prefix("lost connection with ").or_else(|| text.strip_prefix("conversation with "));
    if let Some((host, doing)) = lost.and_then(|rest| rest.split_once(" while ")) {
        return answer(stage_of_doing(doing), peer(host));
    }
    let lookups =
        ["Host or domain name not found", "Host not found", "unable to look up host", "no MX host for"];
    if lookups.iter().any(|begins| text.starts_with(begins)) || text.contains("Name service error for name=")
    {
        return answer(Some("lookup"), Peer::default());
    }
    let handshake = text.strip_prefix("Cannot start TLS: ")?;
    let server = handshake.split_once("server ").map_or_else(Peer::default, |(_, rest)| peer(rest));
    answer(Some("starttls"), server)
}

/// Returns the stage of `receiving the initial server greeting`, `performing the EHLO handshake`, `sending RCPT TO`.
fn stage_of_doing(doing: &str) -> Option<&'static str> {
    let stages = [
        ("initial server greeting", "connect"),
        ("performing the initial protocol handshake", "helo"),
        ("performing the HELO handshake", "helo"),
        ("performing the EHLO handshake", "helo"),
        ("performing the LHLO handshake", "helo"),
        ("sending MAIL FROM", "mail_from"),
        ("sending RCPT TO", "rcpt_to"),
        ("sending DATA command", "data"),
        ("sending message body", "data"),
        ("sending end of data", "data"),
        ("receiving the STARTTLS response", "starttls"),
    ];
    stages.iter().find(|(words, _)| doing.contains(words)).map(|(_, stage)| *stage)
}

/// The server that tells of it does not go on, by rules of its own.
fn refused_here(text: &str) -> Option<Answer<'_>> {
    let answer = |stage, server| {
        let reply = reply::parse(text);
        Some(Answer { reply, stage, decided_by: Some("this_server"), server })
    };
    if text.starts_with("TLS is required") || text.starts_with("Server certificate not ") {
        let server = text.split_once(" by host ").map_or_else(Peer::default, |(_, rest)| peer(rest));
        return answer(Some("starttls"), server);
    }
    if text.starts_with("SASL authentication failed; cannot authenticate to server ") {
        let server = text.split_once(" to server ").map_or_else(Peer::default, |(_, rest)| peer(rest));
        return answer(Some("auth"), server);
    }
    if text.starts_with("Domain ") && text.contains("does not accept mail (nullMX)") {
        // The answer of the DNS, which neither of the two servers gave.
        return Some(Answer { reply: reply::parse(text), stage: Some("lookup"), ..Answer::default() });
    }
    let own = [
        "mail forwarding loop",
        "mail for ",
        "too many hops",
        "unknown user",
        "user unknown",
        "User unknown in",
    ];
    let is_own = own.iter().any(|begins| text.starts_with(begins));
    if is_own { answer(None, Peer::default()) } else { None }
}
