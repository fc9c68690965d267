//! The log of Sendmail (`sendmail[pid]: QUEUEID: key=value, …`; its operations guide, section 2.1, "The System Log").

use crate::evidence::log::entry::{Entry, Told};
use crate::evidence::log::fields::{Peer, address, after_key, duration, is_inside, peer, sender, value};
use crate::evidence::log::queue::{Attempt, Queue};
use crate::evidence::log::server::event;
use crate::evidence::mail::delivery::Delivery;
use crate::evidence::mail::reply::{self, Reply};

/// Returns whether a program of syslog is Sendmail.
pub(super) fn is_sendmail(program: &str) -> bool {
    matches!(program, "sendmail" | "sm-mta" | "sm-msp" | "sm-que" | "mailer-daemon")
        || program.starts_with("sm-")
}

/// Reads a line; returns whether it is known.
pub(super) fn read(entry: &Entry<'_>, queue: &mut Queue) -> bool {
    let (id, says) = match entry.body.split_once(": ") {
        Some((id, says)) if is_queue_id(id) => (Some(id), says),
        _ => (None, entry.body),
    };
    let known = match id {
        Some(id) if says.starts_with("to=") => attempted(entry, id, says, queue),
        Some(id) if says.starts_with("from=") => arrived(entry, id, says, queue),
        Some(id) => rejected(entry, Some(id), says, queue) || of_message(entry, id, says, queue),
        None => rejected(entry, None, says, queue) || of_daemon(entry, says, queue),
    };
    if known {
        queue.know();
    }
    known
}

/// `s1P819mk027713`: the time in eight signs, and the process.
fn is_queue_id(id: &str) -> bool {
    (12..=20).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && id.bytes().rev().take(6).all(|byte| byte.is_ascii_digit())
}

/// `from=<…>, size=…, class=0, nrcpts=1, msgid=<…>, proto=ESMTP, daemon=MTA, relay=mx.example.net [192.0.2.1]`
fn arrived(entry: &Entry<'_>, id: &str, says: &str, queue: &mut Queue) -> bool {
    let Some((from, rest)) = says.strip_prefix("from=").and_then(address) else { return false };
    let told = Told::by(entry);
    let number = |key| value(rest, key).and_then(|number| number.parse::<u64>().ok());
    let client = value(rest, "relay=").map_or_else(Peer::default, peer);
    let message = queue.message(entry, id);
    message.sender = told.text(sender(from));
    message.size = told.value(number("size="));
    message.recipients.0 = number("nrcpts=").and_then(|number| number.try_into().ok()).unwrap_or(0);
    message.id = told.text(value(rest, "msgid=").map(|name| name.trim_matches(['<', '>'])));
    message.client = told.text(client.name.filter(|name| name.contains('.')));
    message.client_ip = told.text(client.ip);
    true
}

/// `to=<…>,<…>, ctladdr=…, delay=00:00:01, xdelay=…, mailer=esmtp, pri=…, relay=mx.example.net. [192.0.2.1], dsn=5.1.1, stat=User unknown`
fn attempted(entry: &Entry<'_>, id: &str, says: &str, queue: &mut Queue) -> bool {
    let Some((before, stat)) = says.split_once(", stat=").or_else(|| says.split_once(" stat=")) else {
        return false;
    };
    let Some(recipients) = before.strip_prefix("to=") else { return false };
    let recipients = recipients.split(", ").next().unwrap_or(recipients);
    let status = value(before, "dsn=");
    let action = match stat.split([' ', ':', '(']).next().unwrap_or_default() {
        "Sent" if is_local(before) => "delivered",
        "Sent" => "relayed",
        "Deferred" => "delayed",
        // It only waits.
        "queued" => return true,
        _ => match status.and_then(|status| status.get(..1)) {
            Some("4") => "delayed",
            Some("5") => "failed",
            _ => return false,
        },
    };
    let told = Told::by(entry);
    let relay = value(before, "relay=").map_or_else(Peer::default, peer);
    // Newer ones write the reply by itself, with `reply=`.
    let (said, is_other) = match value_to_next(before, "reply=") {
        Some(said) => (reply::parse(said), true),
        None => said(stat),
    };
    let is_final = action != "delayed";
    let by = match action {
        _ if is_local(before) => Some("this_server"),
        _ if is_other || said.code.is_some() => Some("other_server"),
        _ if is_unreached(&said.text) || stat.starts_with("Host unknown") => Some("nobody"),
        _ => None,
    };
    let stage = match () {
        () if stat.starts_with("Host unknown") || stat.contains("Name server: ") => Some("lookup"),
        () if is_unreached(&said.text) => Some("connect"),
        () => None,
    };
    let side = if is_local(before) { Some("receiving") } else { (!is_inside(relay)).then_some("sending") };
    let delivery = Delivery {
        queue_id: told.text(id),
        action: told.value(action),
        code: told.value(said.code),
        status: told.text(status.or(said.status.as_deref())),
        text: told.text(&*said.text),
        decided_by: told.value(by),
        stage: told.value(stage),
        server: told.text(if is_local(before) {
            entry.host
        } else {
            relay.name.filter(|name| name.contains('.'))
        }),
        server_ip: told.text(relay.ip.filter(|_| !is_local(before))),
        side: told.value(side),
        is_final: told.value(is_final),
        delay: told.value(value(before, "delay=").and_then(duration)),
        ..Delivery::default()
    };
    for recipient in
        recipients.split(',').map(|one| one.trim().trim_matches(['<', '>'])).filter(|one| !one.is_empty())
    {
        let delivery = Delivery { recipient: told.text(recipient), ..delivery.clone() };
        queue.attempt(entry, id, Attempt { stamp: entry.stamp, at: Some(told.at.clone()), delivery });
    }
    queue.settle(entry, id);
    true
}

/// Returns whether a program of this host was handed the message.
fn is_local(fields: &str) -> bool {
    value(fields, "mailer=").is_some_and(|mailer| {
        matches!(mailer, "local" | "prog" | "*file*" | "procmail" | "cyrus" | "cyrusv2" | "dovecot")
    })
}

/// Returns the value of a key that may hold any sign, up to the next `, key=`.
fn value_to_next<'t>(fields: &'t str, key: &str) -> Option<&'t str> {
    let from = after_key(fields, key)?;
    let is_key = |at: &usize| {
        from.get(at + 2..)
            .and_then(|rest| rest.split_once('='))
            .is_some_and(|(key, _)| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase()))
    };
    let end = from.match_indices(", ").map(|(at, _)| at).take(50).find(is_key).unwrap_or(from.len());
    from.get(..end)
}

/// Takes `Sent (ok …)`, `Deferred: 450 4.2.0 …`, `User unknown` apart; the second says whether it is certainly a reply.
fn said(stat: &str) -> (Reply, bool) {
    let inner =
        ["Sent (", "Deferred ("].iter().find_map(|begins| stat.strip_prefix(begins)?.strip_suffix(')'));
    if let Some(inner) = inner {
        return (reply::parse(inner), true);
    }
    let rest = stat.strip_prefix("Deferred: ").unwrap_or(stat);
    let said = reply::parse(rest);
    let is_other = said.code.is_some();
    (said, is_other)
}

fn is_unreached(text: &str) -> bool {
    [
        "Connection refused",
        "Connection timed out",
        "Connection reset",
        "No route to host",
        "Network is unreachable",
        "Operation timed out",
    ]
    .iter()
    .any(|begins| text.starts_with(begins))
}

/// `ruleset=check_rcpt, arg1=<…>, relay=…, reject=550 5.7.1 …`, `Milter: to=<…>, reject=…`, `<…>... User unknown`
fn rejected(entry: &Entry<'_>, id: Option<&str>, says: &str, queue: &mut Queue) -> bool {
    let told = Told::by(entry);
    let (fields, said) = match says.split_once("reject=") {
        Some((fields, said)) => (fields, reply::parse(said)),
        None => match says.strip_prefix('<').and_then(|rest| rest.split_once(">... ")) {
            Some((_, said)) => ("", reply::parse(said)),
            None => return false,
        },
    };
    let client = value(fields, "relay=").map_or_else(Peer::default, peer);
    let ruleset = value(fields, "ruleset=").unwrap_or_default();
    let argument = value(fields, "arg1=").or_else(|| value(fields, "to="));
    let is_recipient = fields.is_empty() || ruleset == "check_rcpt" || fields.contains("Milter: to=");
    let stage = match ruleset {
        _ if is_recipient => Some("rcpt_to"),
        "check_relay" => Some("connect"),
        "check_mail" => Some("mail_from"),
        "check_eoh" | "check_data" => Some("data"),
        "trust_auth" => Some("auth"),
        "tls_client" | "tls_server" => Some("starttls"),
        _ if fields.contains("Milter: from=") => Some("mail_from"),
        _ if fields.contains("Milter: data") || fields.contains("Milter: eom") => Some("data"),
        _ => None,
    };
    let recipient =
        if fields.is_empty() { says.split(">...").next() } else { argument.filter(|_| is_recipient) };
    let from = if stage == Some("mail_from") { argument.or_else(|| value(fields, "from=")) } else { None };
    let bare = |text: Option<&str>| told.text(text.map(|text| text.trim_matches(['<', '>'])));
    let class = said.code.map(|code| code / 100);
    let action = match class {
        Some(4) => Some("delayed"),
        Some(5) => Some("failed"),
        None if fields.is_empty()
            && (said.text.starts_with("User unknown") || said.text.starts_with("No such user")) =>
        {
            Some("failed")
        }
        _ => None,
    };
    let known = id.map(|id| queue.message(entry, id));
    let sender_before = known.and_then(|message| message.sender.clone());
    let delivery = Delivery {
        recipient: bare(recipient),
        sender: bare(from).or(sender_before),
        queue_id: told.text(id),
        action: told.value(action),
        code: told.value(said.code),
        status: told.text(said.status.as_deref()),
        text: told.text(&*said.text),
        decided_by: told.value("this_server"),
        stage: told.value(stage),
        server: told.text(entry.host),
        client: told.text(client.name.filter(|name| name.contains('.'))),
        client_ip: told.text(client.ip),
        side: told.value("receiving"),
        is_final: told.value(action.map(|action| action == "failed")),
        ..Delivery::default()
    };
    queue.keep(Box::new(Attempt { stamp: entry.stamp, at: Some(told.at), delivery }));
    true
}

/// What else is said of a message.
fn of_message(entry: &Entry<'_>, id: &str, says: &str, queue: &mut Queue) -> bool {
    const PARTS: &[&str] = &[
        "DSN: ",
        "sender notify: ",
        "return to sender: ",
        "postmaster notify: ",
        "clone",
        "owner=",
        "AUTH",
        "STARTTLS",
        "Milter",
        "milter",
        "lost input channel",
        "timeout waiting for input",
        "did not issue ",
        "rejecting commands from",
        "[rejected]",
        "collect: ",
        "discarded",
        "sender delay",
        "forwarded to",
        "alias",
        "to=",
        "locked",
        "too many",
        "delivering",
        "quarantine",
        "unable to qualify",
        "Losing ",
        "tempfail",
        "possible SMTP attack",
        "Authentication-Warning",
    ];
    if says.contains("Cannot send message for ") || says.contains("Cannot send message within ") {
        queue.expired(entry, id, None);
        return true;
    }
    if says.starts_with("SYSERR") {
        event(entry, entry.program, "error", says, queue);
        return true;
    }
    PARTS.iter().any(|part| says.contains(part))
}

fn of_daemon(entry: &Entry<'_>, says: &str, queue: &mut Queue) -> bool {
    const TROUBLE: &[&str] = &[
        "rejecting connections",
        "low on space",
        "runqueue: ",
        "timeout waiting",
        "STARTTLS=",
        "error",
        "lost input channel",
    ];
    const PARTS: &[&str] = &[
        "starting daemon",
        "started as",
        "restarting",
        "alias database",
        "NOQUEUE: connect from",
        "did not issue",
        "verify=",
        "accepting connections again",
        "AUTH",
        "Milter",
        "stopping daemon",
        "grew WorkList",
        "rejecting commands",
        "/etc/mail",
    ];
    if says.contains("SYSERR") || says.starts_with("NOQUEUE: SYSERR") {
        event(entry, entry.program, "error", says, queue);
        return true;
    }
    if TROUBLE.iter().any(|part| says.contains(part)) && !says.contains("verify=") {
        event(entry, entry.program, "notice", says, queue);
        return true;
    }
    PARTS.iter().any(|part| says.contains(part))
}
