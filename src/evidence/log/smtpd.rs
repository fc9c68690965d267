//! What Postfix decides of a message that it is offered: `reject: RCPT from …` of smtpd(8) and postscreen(8), `reject: header …` of
//! cleanup(8), and the same of milters and of proxies in front of the queue.

use crate::evidence::log::entry::{Entry, Told};
use crate::evidence::log::fields::{Peer, address, after_key, peer, sender};
use crate::evidence::log::queue::{Attempt, Queue};
use crate::evidence::log::server::event;
use crate::evidence::mail::delivery::Delivery;
use crate::evidence::mail::reply;

/// What stands in such a line.
struct Verdict<'t> {
    stage: Option<&'static str>,
    client: Peer<'t>,
    text: &'t str,
    /// `from=<…> to=<…> proto=… helo=<…>`
    envelope: &'t str,
}

/// Reads such a line; returns false where it is none.
pub(super) fn verdict(entry: &Entry<'_>, daemon: &str, id: &str, says: &str, queue: &mut Queue) -> bool {
    let Some((verb, rest)) = says.split_once(": ") else { return false };
    let read = match verb {
        "reject" | "milter-reject" | "proxy-reject" | "discard" | "milter-discard" => {
            of_session(rest).or_else(|| of_content(rest))
        }
        // Nothing comes of these for now: a warning only warns, and what is held is delivered or not by somebody later.
        "reject_warning" | "warning" | "milter-hold" | "milter-quarantine" | "proxy-accept" => return true,
        _ => return false,
    };
    let Some(verdict) = read else { return false };
    let is_discarded = verb.ends_with("discard");
    let said = reply::parse(verdict.text.trim_start_matches([':', ' ']));
    let class = said
        .code
        .map(|code| code / 100)
        .or_else(|| said.status.as_ref().and_then(|status| status.get(..1)?.parse().ok()));
    let action = match class {
        _ if is_discarded => None,
        Some(4) => Some("delayed"),
        Some(5) => Some("failed"),
        // postscreen(8) says no more than that it is busy, and that to a client, of no message.
        _ if verdict.envelope.is_empty() => {
            event(entry, entry.program, "notice", says, queue);
            return true;
        }
        // An access map may name no code, and a proxy none: `reject` is the last word, which smtpd(8) makes a code of its own of.
        _ => None,
    };
    let told = Told::by(entry);
    let envelope = |key| after_key(verdict.envelope, key).and_then(address).map(|(address, _)| address);
    let is_own_user = daemon == "smtpd" && entry.program.contains("/submission")
        || entry.program.contains("/smtps/")
        || verdict.envelope.contains("sasl_username=");
    let known = (id != "NOQUEUE").then(|| queue.message(entry, id));
    let message = known.and_then(|message| message.id.clone());
    let is_over = (is_discarded || action.is_some()).then_some(action != Some("delayed"));
    let delivery = Delivery {
        recipient: told.text(envelope("to=")),
        sender: told.text(envelope("from=").map(sender)),
        message,
        queue_id: told.text(Some(id).filter(|id| *id != "NOQUEUE")),
        action: told.value(action),
        code: told.value(said.code),
        status: told.text(said.status.as_deref()),
        text: told.text(&*said.text),
        decided_by: told.value("this_server"),
        stage: told.value(verdict.stage),
        server: told.text(entry.host),
        client: told.text(verdict.client.name),
        client_ip: told.text(verdict.client.ip),
        side: told.value(if is_own_user { "sending" } else { "receiving" }),
        is_final: told.value(is_over),
        ..Delivery::default()
    };
    queue.keep(Box::new(Attempt { stamp: entry.stamp, at: Some(told.at), delivery }));
    true
}

/// `RCPT from mx.example.net[192.0.2.1]: 554 5.7.1 …; from=<…> to=<…> proto=ESMTP helo=<…>`, or, of a proxy, without a client.
fn of_session(rest: &str) -> Option<Verdict<'_>> {
    let (command, after) = rest.split_once(' ')?;
    let (stage, client, said) = match after.strip_prefix("from ") {
        Some(after) => {
            let end = after.find(']')?;
            let (host, after) = after.split_at_checked(end + 1)?;
            let after = after
                .strip_prefix(':')
                .map_or(after, |port| port.trim_start_matches(|sign: char| sign.is_ascii_digit()));
            (command, peer(host), after.trim_start_matches([':', ' ']))
        }
        None => (command.strip_suffix(':')?, Peer::default(), after),
    };
    let is_command = |byte: u8| byte.is_ascii_uppercase() || byte == b'-';
    if !stage.bytes().all(is_command) {
        return None;
    }
    let (text, envelope) = without_envelope(said);
    Some(Verdict { stage: reply::stage(stage), client, text, envelope })
}

/// `header Subject: … from mx.example.net[192.0.2.1]; from=<…> to=<…> proto=ESMTP helo=<…>: 5.7.1 …`
fn of_content(rest: &str) -> Option<Verdict<'_>> {
    ["header ", "body ", "mime-error "].iter().find(|begins| rest.starts_with(*begins))?;
    let (what, envelope) = without_envelope(rest);
    // The addresses stand before the text, which may stay behind them.
    let (_, text) = envelope.split_once(">: ").or_else(|| envelope.split_once(": "))?;
    let client =
        what.rsplit_once(" from ").map(|(_, client)| peer(client)).filter(|client| client.ip.is_some());
    Some(Verdict { stage: Some("data"), client: client.unwrap_or_default(), text, envelope })
}

/// Splits what was said from `; from=<…> to=<…> proto=… helo=<…>`.
fn without_envelope(said: &str) -> (&str, &str) {
    let at = ["; from=<", "; to=<", "; proto="].iter().find_map(|begins| said.rfind(begins));
    match at.and_then(|at| said.split_at_checked(at)) {
        Some((text, envelope)) => (text, envelope.trim_start_matches("; ")),
        None => (said, ""),
    }
}
