//! The log of Postfix (`syslog_name/daemon[pid]: QUEUEID: …`, as its daemons write it; POSTFIX(1) lists them).

use crate::evidence::log::answer::{Answer, of_postfix};
use crate::evidence::log::entry::{Entry, Told};
use crate::evidence::log::fields::{address, after_key, is_inside, peer, seconds, sender, value};
use crate::evidence::log::queue::{Attempt, Queue};
use crate::evidence::log::server::event;
use crate::evidence::log::smtpd;
use crate::evidence::mail::delivery::Delivery;

/// The daemons that log under a name of the administrator's.
const DAEMONS: &[&str] = &[
    "anvil",
    "bounce",
    "cleanup",
    "defer",
    "discard",
    "dnsblog",
    "error",
    "flush",
    "lmtp",
    "local",
    "master",
    "oqmgr",
    "pickup",
    "pipe",
    "postdrop",
    "postfix-script",
    "postqueue",
    "postscreen",
    "postsuper",
    "proxymap",
    "qmgr",
    "qmqpd",
    "retry",
    "scache",
    "sendmail",
    "showq",
    "smtp",
    "smtpd",
    "spawn",
    "tlsmgr",
    "tlsproxy",
    "trace",
    "trivial-rewrite",
    "verify",
    "virtual",
];

/// Those of them that no other program is called like.
const OWN: &[&str] = &[
    "smtp",
    "smtpd",
    "lmtp",
    "qmgr",
    "oqmgr",
    "cleanup",
    "postscreen",
    "trivial-rewrite",
    "tlsproxy",
    "pickup",
    "dnsblog",
    "scache",
    "tlsmgr",
    "postsuper",
];

/// Returns the daemon of a program of Postfix: `smtpd` of `postfix/submission/smtpd`.
pub(super) fn daemon<'t>(program: &'t str, queue: &Queue) -> Option<&'t str> {
    let (name, daemon) = program.rsplit_once('/')?;
    let is_one = || OWN.contains(&daemon) || (DAEMONS.contains(&daemon) && queue.is_known());
    (name.starts_with("postfix") || is_one()).then_some(daemon)
}

/// Reads a line of a daemon; returns whether it is known.
pub(super) fn read(entry: &Entry<'_>, daemon: &str, queue: &mut Queue) -> bool {
    let known = match queued(entry.body) {
        Some((id, says)) => of_message(entry, daemon, id, says, queue),
        None => of_daemon(entry, daemon, queue),
    };
    if known {
        queue.know();
    }
    known
}

/// Takes the name of a message off what is said of it.
pub(super) fn queued(body: &str) -> Option<(&str, &str)> {
    let end = body.bytes().take(32).position(|byte| !byte.is_ascii_alphanumeric())?;
    let (id, rest) = body.split_at_checked(end)?;
    let says = rest.strip_prefix(": ")?;
    is_queue_id(id).then_some((id, says))
}

/// Short names are hexadecimal; long ones have no vowels, and say the time in their first signs. `NOQUEUE` stands for none.
pub(super) fn is_queue_id(id: &str) -> bool {
    let is_short = id.len() >= 5 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    let is_consonant =
        |byte: u8| byte.is_ascii_digit() || (byte.is_ascii_alphabetic() && !b"aeiouAEIOU".contains(&byte));
    let is_long =
        || id.len() >= 10 && id.bytes().any(|byte| byte.is_ascii_digit()) && id.bytes().all(is_consonant);
    is_short || is_long() || id == "NOQUEUE"
}

fn of_message(entry: &Entry<'_>, daemon: &str, id: &str, says: &str, queue: &mut Queue) -> bool {
    if says.starts_with("to=") && says.contains(" status=") {
        return attempted(entry, daemon, id, says, queue);
    }
    if let Some(client) = says.strip_prefix("client=") {
        from_client(entry, id, client, queue);
        return true;
    }
    if let Some(message) = says.strip_prefix("message-id=") {
        return named(entry, id, message, queue);
    }
    if says.starts_with("from=<") {
        return queue_manager(entry, id, says, queue);
    }
    if says == "removed" {
        queue.removed(entry, id);
        return true;
    }
    if let Some((_, from)) = says.split_once(" from=<").filter(|_| says.starts_with("uid=")) {
        let from = from.trim_end_matches('>');
        queue.message(entry, id).sender = Told::by(entry).text(sender(from));
        return true;
    }
    smtpd::verdict(entry, daemon, id, says, queue) || is_chatter_of_message(says)
}

/// `to=<…>, orig_to=<…>, relay=…, delay=…, delays=…, dsn=…, status=… (…)`
fn attempted(entry: &Entry<'_>, daemon: &str, id: &str, says: &str, queue: &mut Queue) -> bool {
    let Some((recipient, rest)) = says.strip_prefix("to=").and_then(address) else { return false };
    let (original, rest) = match rest.strip_prefix(", orig_to=").and_then(address) {
        Some((original, rest)) => (Some(original), rest),
        None => (None, rest),
    };
    let Some((fields, outcome)) = rest.split_once(" status=") else { return false };
    let fields = fields.trim_start_matches([',', ' ']);
    let (status, reason) = outcome.split_once(' ').unwrap_or((outcome, ""));
    let reason = reason.strip_prefix('(').unwrap_or(reason);
    let reason = reason.strip_suffix(')').unwrap_or(reason);
    let relay = value(fields, "relay=").unwrap_or_default();
    if status == "sent"
        && let Some(inner) = queued_as(reason)
        && inner != id
        && queue.knows(entry, inner)
    {
        // A filter took it and gave it back: what became of it then is what counts.
        queue.hand_on(entry, id, inner);
        return true;
    }
    let is_usual = status == "sent" && daemon != "discard" && !reason.contains("discarded");
    if is_usual && queue.passes_over(entry, id) {
        return true;
    }
    let mut answer = of_postfix(reason);
    let told = Told::by(entry);
    let action = action(status, daemon, &answer);
    let is_final = match status {
        "sent" | "bounced" | "expired" | "force-expired" => Some(true),
        "deferred" => Some(false),
        _ if status.starts_with("undeliverable") || status.starts_with("deliverable") => Some(true),
        _ => return false,
    };
    let side = side(daemon, relay, reason);
    answer.decided_by = answer.decided_by.or(match daemon {
        "smtp" | "lmtp" if answer.reply.code.is_some() => Some("other_server"),
        "local" | "virtual" | "pipe" | "discard" => Some("this_server"),
        _ => None,
    });
    let mut delivery = Delivery {
        recipient: told.text(recipient),
        original_recipient: told.text(original),
        queue_id: told.text(id),
        action: told.value(action),
        expired: told.value(status.contains("expired").then_some(true)),
        code: told.value(answer.reply.code),
        status: told.text(value(fields, "dsn=").or(answer.reply.status.as_deref())),
        text: told.text(&*answer.reply.text),
        decided_by: told.value(answer.decided_by),
        stage: told.value(answer.stage),
        side: told.value(side),
        is_final: told.value(is_final),
        delay: told.value(value(fields, "delay=").and_then(seconds)),
        ..Delivery::default()
    };
    let server = if relay.contains('[') { peer(relay) } else { answer.server };
    (delivery.server, delivery.server_ip) = match daemon {
        "local" | "virtual" | "pipe" | "discard" => (told.text(entry.host), None),
        _ => (told.text(server.name), told.text(server.ip)),
    };
    queue.attempt(entry, id, Attempt { stamp: entry.stamp, at: Some(told.at), delivery });
    true
}

/// What became of a recipient; none where the message was thrown away, or only asked about.
fn action(status: &str, daemon: &str, answer: &Answer<'_>) -> Option<&'static str> {
    let is_thrown_away = daemon == "discard" || answer.reply.text.starts_with("Ok, discarded");
    match status {
        "sent" if is_thrown_away => None,
        "sent" if daemon == "smtp" => Some("relayed"),
        "sent" => Some("delivered"),
        "deferred" => Some("delayed"),
        "bounced" | "expired" | "force-expired" => Some("failed"),
        _ if status.starts_with("undeliverable") => Some("failed"),
        _ => None,
    }
}

/// On which side this server stands: what it delivers itself was sent to it, what it hands to a public address was sent by it.
fn side(daemon: &str, relay: &str, reason: &str) -> Option<&'static str> {
    match daemon {
        "local" | "virtual" | "lmtp" | "pipe" => Some("receiving"),
        "error" | "retry" if reason.starts_with("User unknown in ") => Some("receiving"),
        "error" | "retry" if reason.starts_with("delivery temporarily suspended") => Some("sending"),
        "smtp" => (!relay.contains("[private/") && !is_inside(peer(relay))).then_some("sending"),
        _ => None,
    }
}

/// Returns the name under which the next server took the message: `250 2.0.0 Ok: queued as 7A6529AE25C`.
fn queued_as(reason: &str) -> Option<&str> {
    let (_, name) = reason.rsplit_once("queued as ")?;
    Some(name.split([' ', ')', ';', ',']).next().unwrap_or(name)).filter(|name| is_queue_id(name))
}

/// `client=mx.example.com[192.0.2.1], orig_queue_id=…, orig_client=…, sasl_method=…, sasl_username=…`
fn from_client(entry: &Entry<'_>, id: &str, says: &str, queue: &mut Queue) {
    if id == "NOQUEUE" {
        return;
    }
    let told = Told::by(entry);
    let original = value(says, "orig_client=");
    let client = peer(original.unwrap_or_else(|| says.split(", ").next().unwrap_or(says)));
    let message = queue.message(entry, id);
    (message.client, message.client_ip) = (told.text(client.name), told.text(client.ip));
}

/// `message-id=<20261130080102.4F1A22C0E@mx.example.com>`
fn named(entry: &Entry<'_>, id: &str, says: &str, queue: &mut Queue) -> bool {
    let message = says.strip_prefix('<').map_or(says, |rest| rest.split('>').next().unwrap_or(rest));
    if message.is_empty() {
        queue.message(entry, id);
        return true;
    }
    // Where the message brings none, cleanup(8) makes one, of the time in UTC and the name in the queue.
    if let Some((time, name)) = message.split_once('.')
        && name.split('@').next() == Some(id)
        && time.len() == 14
        && let (Some(Ok(year)), Some(Ok(month))) =
            (time.get(..4).map(str::parse), time.get(4..6).map(str::parse))
    {
        queue.clock.name(year, month);
    }
    queue.message(entry, id).id = Told::by(entry).text(message);
    true
}

/// `from=<…>, size=…, nrcpt=… (queue active)`, `from=<…>, status=expired, returned to sender`
fn queue_manager(entry: &Entry<'_>, id: &str, says: &str, queue: &mut Queue) -> bool {
    let Some((from, rest)) = says.strip_prefix("from=").and_then(address) else { return false };
    let size = after_key(rest, "size=").and_then(|size| size.split([',', ' ']).next()?.parse().ok());
    let message = queue.message(entry, id);
    // Each time that it is tried, it is told again.
    if message.sender.is_none() || message.size.is_none() {
        let told = Told::by(entry);
        (message.sender, message.size) = (told.text(sender(from)), told.value(size));
    }
    if rest.starts_with(", status=expired") || rest.starts_with(", status=force-expired") {
        queue.expired(entry, id, None);
    }
    true
}

/// Lines about a message that tell nothing of its recipients: what was tried before the next server was.
fn is_chatter_of_message(says: &str) -> bool {
    const BEGINS: &[&str] = &[
        "host ",
        "lost connection with ",
        "conversation with ",
        "SASL authentication failed",
        "Cannot start TLS",
        "TLS is required",
        "Server certificate not ",
        "enabling PIX workarounds",
        "breaking line ",
        "resent-message-id=",
        "sender non-delivery notification",
        "sender delivery status notification",
        "sender delay notification",
        "postmaster non-delivery notification",
        "postmaster delay notification",
        "sender success notification",
        "skipped, still being delivered",
        "placed on hold",
        "released from hold",
        "requeued",
        "uid=",
        "info: ",
        "prepend: ",
        "replace: ",
        "strip: ",
        "passing ",
        "addr ",
        "client=",
        "flush",
        "end of queue scan",
        "to=<",
        "copied to ",
        "filter: ",
        "bcc: ",
        "hold: ",
        "redirect: ",
        "warn: ",
        "delay: ",
        "sasl_method=",
        "expired",
        "lost connection after ",
        "timeout after ",
        "too many errors after ",
        "certificate verification failed",
    ];
    BEGINS.iter().any(|begins| says.starts_with(begins)) || says.starts_with("milter-header-")
}

fn of_daemon(entry: &Entry<'_>, daemon: &str, queue: &mut Queue) -> bool {
    const GRAVE: &[(&str, &str)] =
        &[("warning: ", "warning"), ("error: ", "error"), ("fatal: ", "fatal"), ("panic: ", "fatal")];
    const TROUBLE: &[&str] = &[
        "connect to ",
        "SSL_connect error",
        "SSL_accept error",
        "certificate verification failed",
        "Cannot start TLS",
        "too many errors after ",
        "lost connection after DATA ",
        "timeout after DATA",
        "timeout after END-OF-MESSAGE",
        "terminating on signal",
        "NOQUEUE: reject: CONNECT",
    ];
    let body = entry.body;
    if let Some((begins, severity)) = GRAVE.iter().find(|(begins, _)| body.starts_with(begins)) {
        event(entry, entry.program, severity, body.get(begins.len()..).unwrap_or_default(), queue);
        return true;
    }
    if TROUBLE.iter().any(|begins| body.starts_with(begins)) {
        event(entry, entry.program, "notice", body, queue);
        return true;
    }
    smtpd::verdict(entry, daemon, "NOQUEUE", body, queue) || is_chatter(daemon, body)
}

/// What the daemons say every day.
fn is_chatter(daemon: &str, body: &str) -> bool {
    const BEGINS: &[&str] = &[
        "connect from ",
        "disconnect from ",
        "lost connection after ",
        "timeout after ",
        "statistics: ",
        "improper command pipelining",
        "setting up TLS connection",
        "initializing the server-side TLS engine",
        "Anonymous TLS connection",
        "Untrusted TLS connection",
        "Trusted TLS connection",
        "Verified TLS connection",
        "proxy-accept: ",
        "daemon started",
        "reload",
        "starting the Postfix mail system",
        "refreshing the Postfix",
        "stopping the Postfix mail system",
        "CONNECT from ",
        "DISCONNECT ",
        "PASS ",
        "WHITELISTED ",
        "BLACKLISTED ",
        "ALLOWLISTED ",
        "DENYLISTED ",
        "WHITELIST VETO",
        "ALLOWLIST VETO",
        "PREGREET ",
        "DNSBL rank ",
        "HANGUP ",
        "COMMAND ",
        "NON-SMTP COMMAND",
        "BARE NEWLINE",
        "cache ",
        "addr ",
        "close database ",
        "Deleted: ",
        "Requeued: ",
        "Placed on hold: ",
        "Released from hold: ",
        "Expired: ",
        "table ",
        "watchdog_pat",
        "starting Postfix",
        "name_mask: ",
        "milter inspects",
        "client ",
        "rewrite ",
        "dict_",
        "mapping ",
        "<",
        ">",
        "match_",
        "private/",
        "unix:",
        "SASL ",
        "using backwards-compatible",
        "To disable backwards compatibility",
        "Postfix is running with backwards",
        "Host offered STARTTLS",
        "bare <LF> received",
        "discarding EHLO keywords",
        "looking for session",
        "save session",
        "Peer verification",
        "subject_CN=",
    ];
    matches!(daemon, "anvil" | "scache" | "tlsproxy" | "postfix-script")
        || BEGINS.iter().any(|begins| body.starts_with(begins))
}

/// Reads what stands in a paste without stamp and program: only a line of an attempt is sure.
pub(super) fn read_bare(entry: &Entry<'_>, queue: &mut Queue) -> bool {
    let Some((id, says)) = queued(entry.body) else { return false };
    if !(says.starts_with("to=<")
        && says.contains(", relay=")
        && says.contains(" status=")
        && says.ends_with(')'))
    {
        return false;
    }
    let relay = value(says, "relay=").unwrap_or_default();
    let daemon = match relay {
        "local" | "virtual" => relay,
        "none" => "error",
        _ if relay.contains("[private/") => "lmtp",
        _ if relay.contains('[') => "smtp",
        _ => "pipe",
    };
    let read = attempted(entry, daemon, id, says, queue);
    if read {
        queue.know();
    }
    read
}
