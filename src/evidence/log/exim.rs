//! The main, reject and panic logs of Exim (its specification, chapter 53, "Log files"), in files of their own or in syslog.

use crate::evidence::clock;
use crate::evidence::log::answer::Answer;
use crate::evidence::log::entry::{Entry, Told};
use crate::evidence::log::fields::{Peer, address, after_key, duration, is_inside, peer, sender};
use crate::evidence::log::queue::{Attempt, Queue};
use crate::evidence::log::server::event;
use crate::evidence::mail::delivery::Delivery;
use crate::evidence::mail::reply::{self, Reply};

/// What goes on over several lines: the headers of a message that was rejected, in the reject log.
#[derive(Debug, Default)]
pub(super) struct Exim {
    rejected: Option<Box<Attempt>>,
    is_dump: bool,
}

impl Exim {
    /// Reads a line; returns whether it is one of Exim.
    pub(super) fn read(&mut self, entry: &Entry<'_>, queue: &mut Queue) -> bool {
        if entry.stamp.is_none() && entry.program.is_empty() {
            return self.is_dump && self.dumped(entry, queue);
        }
        self.end(queue);
        // A file of Exim's own names no program, and what looks like one belongs to what is said.
        let said = if is_exim(entry.program) { entry.body } else { entry.said };
        let said = clock::split(said).map_or(said, |(_, rest)| rest);
        let known = match identified(without_process(said)) {
            (Some(id), says) => {
                of_message(entry, id, says, queue) || self.verdict(entry, Some(id), says, queue)
            }
            (None, says) => self.verdict(entry, None, says, queue) || of_daemon(entry, says, queue),
        };
        if known {
            queue.know();
        }
        known
    }

    /// Lets go of a rejection whose headers are over.
    pub(super) fn end(&mut self, queue: &mut Queue) {
        self.is_dump = false;
        if let Some(rejected) = self.rejected.take() {
            queue.keep(rejected);
        }
    }

    /// `H=… F=<…> rejected RCPT <…>: …`, `temporarily rejected`, `rejected after DATA: …`
    fn verdict(&mut self, entry: &Entry<'_>, id: Option<&str>, says: &str, queue: &mut Queue) -> bool {
        let Some(verdict) = Verdict::of(says) else { return false };
        let has_recipient = verdict.recipient.is_some();
        let attempt = Box::new(verdict.attempt(entry, id));
        if has_recipient || verdict.stage != Some("data") {
            queue.keep(attempt);
        } else {
            // Its recipients may stand in the lines that follow.
            (self.rejected, self.is_dump) = (Some(attempt), true);
        }
        true
    }

    /// `Envelope-to: <…>`, and the headers, each behind a letter that says its kind.
    fn dumped(&mut self, entry: &Entry<'_>, queue: &mut Queue) -> bool {
        let body = entry.text();
        if let Some(message) = body.get(2..).and_then(|header| header.strip_prefix("Message-Id: <"))
            && let Some(rejected) = &mut self.rejected
        {
            let message = message.split('>').next().unwrap_or(message);
            rejected.delivery.message = Told::by(entry).text(message);
        }
        let recipients =
            body.strip_prefix("Envelope-to: ").or_else(|| body.strip_prefix("\t<").and(body.get(1..)));
        if let (Some(mut rest), Some(rejected)) = (recipients, &mut self.rejected) {
            let told = Told::by(entry);
            while let Some((recipient, behind)) =
                Some(rest).filter(|rest| rest.starts_with('<')).and_then(address)
            {
                if rejected.delivery.recipient.is_some() {
                    let Attempt { stamp, at, delivery } = rejected.as_ref();
                    queue.keep(Box::new(Attempt {
                        stamp: *stamp,
                        at: at.clone(),
                        delivery: delivery.clone(),
                    }));
                }
                rejected.delivery.recipient = told.text(recipient);
                rest = behind.trim_start_matches([' ', ',']);
            }
        }
        true
    }
}

/// Returns whether a program of syslog is Exim.
pub(super) fn is_exim(program: &str) -> bool {
    matches!(program, "exim" | "exim4")
}

/// Takes off `[123] `.
fn without_process(text: &str) -> &str {
    let process = text.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    match process {
        Some((digits, rest)) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            rest
        }
        _ => text,
    }
}

/// Takes the name of a message off: `1VxHWD-000NuW-83`, since 4.97 `1qWXyz-00000003abc-1A2b`.
fn identified(text: &str) -> (Option<&str>, &str) {
    let is_id = |id: &str| {
        let mut parts = id.split('-').map(str::len);
        let lengths = (parts.next(), parts.next(), parts.next(), parts.next());
        matches!(lengths, (Some(6), Some(6), Some(2), None) | (Some(6), Some(11), Some(4), None))
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match text.split_once(' ') {
        Some((id, rest)) if is_id(id) => (Some(id), rest),
        _ => (None, text),
    }
}

fn of_message(entry: &Entry<'_>, id: &str, says: &str, queue: &mut Queue) -> bool {
    let (flag, rest) = says.split_once(' ').unwrap_or((says, ""));
    match flag {
        "<=" => arrived(entry, id, rest, queue),
        "=>" | "->" | ">>" | "**" | "==" => attempted(entry, id, flag, rest, queue),
        "Completed" => queue.removed(entry, id),
        // Not delivered at all, but for a test; accepted, and rejected in words only.
        "*>" | "(=" => (),
        _ => return trouble(entry, id, says, queue),
    }
    true
}

/// `<= sender H=… P=esmtps S=1234 id=…`
fn arrived(entry: &Entry<'_>, id: &str, rest: &str, queue: &mut Queue) {
    let told = Told::by(entry);
    let from = rest.split(' ').next().unwrap_or_default();
    let size = after_key(rest, "S=").and_then(|size| size.split(' ').next()?.parse().ok());
    let name = after_key(rest, "id=").and_then(|name| name.split(' ').next());
    let client = after_key(rest, "H=").map_or_else(Peer::default, peer);
    let message = queue.message(entry, id);
    message.sender = told.text(sender(from.trim_matches(['<', '>'])));
    message.size = told.value(size);
    message.id = told.text(name);
    (message.client, message.client_ip) = (told.text(client.name), told.text(client.ip));
}

/// What a line of an attempt is made of.
struct Parts<'t> {
    recipient: &'t str,
    original: Option<&'t str>,
    folder: Option<&'t str>,
    /// `R=… T=… H=… X=…`
    fields: &'t str,
    /// What stands behind the fields, or in `C="…"`.
    text: &'t str,
}

impl<'t> Parts<'t> {
    fn of(rest: &'t str, is_error: bool) -> Option<Self> {
        let is_thrown_away = rest.starts_with(":blackhole:");
        let ends = [" <", " (", " R=", " F=<", " P=<", " T=", " routing defer", " defer (", " H=", ": "];
        let from = if is_thrown_away { ":blackhole:".len() } else { 0 };
        let end = ends
            .iter()
            .filter_map(|end| rest.get(from..)?.find(end))
            .min()
            .map_or(rest.len(), |at| at + from);
        let (given, mut left) = rest.split_at_checked(end)?;
        if let Some((_, behind)) = left.strip_prefix(" (").and_then(|inside| inside.split_once(')')) {
            left = behind;
        }
        let mut original = None;
        if let Some((address, behind)) =
            left.strip_prefix(' ').filter(|left| left.starts_with('<')).and_then(address)
        {
            (original, left) = (Some(address), behind);
        }
        let (fields, text) = if is_error {
            left.split_once(": ").unwrap_or((left, ""))
        } else {
            let confirmed = left.split_once(" C=\"").and_then(|(_, text)| {
                let end = text.find("\" ").or_else(|| text.strip_suffix('"').map(str::len))?;
                text.get(..end)
            });
            (left.split(" C=\"").next().unwrap_or(left), confirmed.unwrap_or_default())
        };
        let folder = given.starts_with('/').then_some(given);
        let is_address = given.contains('@') && folder.is_none() && !given.starts_with('|');
        let (recipient, original) = match original {
            Some(original) if !is_address => (original, None),
            _ => (given, original.filter(|original| !original.eq_ignore_ascii_case(given))),
        };
        Some(Self { recipient, original, folder, fields, text })
    }
}

/// `=> a@example.net <b@example.com> R=dnslookup T=remote_smtp H=mx.example.net [192.0.2.1] C="250 OK"`,
/// `** a@example.net R=… T=… H=…: SMTP error from remote mail server after RCPT TO:<…>: 550 …`,
/// `== a@example.net R=… T=… defer (-44) H=…: …`
fn attempted(entry: &Entry<'_>, id: &str, flag: &str, rest: &str, queue: &mut Queue) {
    let is_error = matches!(flag, "**" | "==");
    let Some(parts) = Parts::of(rest, is_error) else { return };
    // Nothing was tried: the last attempt still stands.
    if flag == "=="
        && (parts.text.starts_with("retry time not reached")
            || parts.text.starts_with("remote host unavailable"))
    {
        return;
    }
    let (words, is_over) = match parts.text.strip_suffix("retry timeout exceeded") {
        Some(words) => (words.trim_end_matches([':', ' ']), true),
        None => (parts.text, parts.text.contains("retry timeout exceeded")),
    };
    // Where it says no more, the reason is that of the last attempt.
    if is_over && words.is_empty() && queue.expired(entry, id, Some(parts.recipient)) {
        return;
    }
    let words = if words.is_empty() { parts.text } else { words };
    let mut answer = if is_error { of_error(words) } else { confirmed(parts.text) };
    let host = after_key(parts.fields, "H=");
    if let Some(host) = host {
        answer.server = peer(host);
    }
    let told = Told::by(entry);
    let transport = word(parts.fields, "T=");
    let is_local = host.is_none() && !is_error || transport.is_some_and(|name| name.contains("lmtp"));
    let action = match flag {
        "**" => "failed",
        "==" => "delayed",
        _ if is_local => "delivered",
        _ => "relayed",
    };
    let is_thrown_away = rest.starts_with(":blackhole:");
    let tried = queue.message(entry, id).tried.take();
    let mut server = (told.text(answer.server.name), told.text(answer.server.ip));
    if let (Some((tried, at)), (None, None), Some("connect")) = (tried, &server, answer.stage) {
        let (told, tried) = (Told { at }, peer(&tried));
        server = (told.text(tried.name), told.text(tried.ip));
    }
    let side = match host {
        _ if is_local => Some("receiving"),
        Some(host) if !is_inside(peer(host)) => Some("sending"),
        _ => None,
    };
    let from = after_key(parts.fields, "F=").and_then(address).map(|(from, _)| sender(from));
    let delivery = Delivery {
        recipient: told.text(parts.recipient),
        original_recipient: told.text(parts.original),
        sender: told.text(from),
        queue_id: told.text(id),
        action: told.value((!is_thrown_away).then_some(action)),
        expired: told.value(is_over.then_some(true)),
        code: told.value(answer.reply.code),
        status: told.text(answer.reply.status.as_deref()),
        text: told.text(&*answer.reply.text),
        decided_by: told.value(answer.decided_by.or(is_local.then_some("this_server"))),
        stage: told.value(answer.stage),
        server: server.0,
        server_ip: server.1,
        side: told.value(side),
        is_final: told.value(flag != "=="),
        folder: told.text(parts.folder),
        delay: told.value(word(parts.fields, "QT=").and_then(duration)),
        ..Delivery::default()
    };
    queue.attempt(entry, id, Attempt { stamp: entry.stamp, at: Some(told.at), delivery });
}

/// Returns the value of a field up to the next blank.
fn word<'t>(fields: &'t str, key: &str) -> Option<&'t str> {
    after_key(fields, key)?.split(' ').next()
}

/// The reply to a message that was taken.
fn confirmed(text: &str) -> Answer<'_> {
    let reply = reply::parse(text);
    let decided_by = reply.code.map(|_| "other_server");
    Answer { reply, decided_by, ..Answer::default() }
}

/// Why it was not taken.
fn of_error(text: &str) -> Answer<'_> {
    const UNREACHED: &[&str] = &[
        "Connection refused",
        "Connection timed out",
        "Connection reset",
        "Network is unreachable",
        "No route to host",
    ];
    const LOOKUP: &[&str] =
        &["host lookup did not complete", "all relevant MX records", "lookup of host ", "lookup for "];
    const OWN: &[&str] =
        &["Unrouteable address", "unknown user", "Unknown user", "mailbox is full", "Too many \"Received\""];
    let replied = text.split_once(" error from remote mail server after ").map(|(_, rest)| rest);
    if let Some(rest) = replied.or_else(|| text.strip_prefix("LMTP error after "))
        && let Some((command, rest)) = rest.split_once(": ")
    {
        let host = rest.strip_prefix("host ").and_then(|host| host.split_at_checked(host.find("]: ")? + 1));
        let (server, said) = host.map_or((Peer::default(), rest), |(host, said)| {
            (peer(host), said.trim_start_matches([':', ' ']))
        });
        let decided_by = Some("other_server");
        return Answer { reply: reply::parse(said), stage: stage(command), decided_by, server };
    }
    let silent = |stage, server| Answer {
        reply: Reply { text: reply::one_line(text), ..Reply::default() },
        stage,
        decided_by: Some("nobody"),
        server,
    };
    let closed = text.split_once(" closed connection in response to ");
    if let Some((host, command)) = closed.or_else(|| text.split_once("SMTP timeout after ")) {
        return silent(stage(command), peer(host.trim_start_matches("Remote host").trim_start()));
    }
    if UNREACHED.iter().any(|begins| text.starts_with(begins)) {
        return silent(Some("connect"), Peer::default());
    }
    if LOOKUP.iter().any(|begins| text.starts_with(begins)) {
        return silent(Some("lookup"), Peer::default());
    }
    if text.starts_with("a TLS session is required") || text.starts_with("TLS session: ") {
        return Answer { reply: reply::parse(text), stage: Some("starttls"), ..Answer::default() };
    }
    let decided_by = OWN.iter().any(|begins| text.starts_with(begins)).then_some("this_server");
    Answer { reply: reply::parse(text), decided_by, ..Answer::default() }
}

/// Returns the stage of `RCPT TO:<…>`, `pipelined MAIL FROM:<…>`, `end of data`, `sending data block`.
fn stage(command: &str) -> Option<&'static str> {
    let command = command.strip_prefix("pipelined ").unwrap_or(command);
    if command.starts_with("sending data") {
        Some("data")
    } else {
        reply::stage(command.trim_start_matches('"'))
    }
}

/// Lines about a message besides those with a sign: a host that was tried, what a person did.
fn trouble(entry: &Entry<'_>, id: &str, says: &str, queue: &mut Queue) -> bool {
    const BEGINS: &[&str] = &[
        "Message is frozen",
        "Frozen",
        "*** Frozen",
        "Unfrozen",
        "frozen by ",
        "unfrozen",
        "forced ",
        "DKIM: ",
        "PDKIM: ",
        "SPF: ",
        "SA: ",
        "no immediate delivery",
        "no recipients found",
        "Spool file",
        "SMTP connection from ",
        "SMTP error from remote",
        "SMTP data timeout",
        "SMTP command timeout",
        "error message sent to",
        "Error while reading message",
        "Subject: ",
        "ACL ",
        "DMARC",
        "Greylist",
        "greylist",
        "malware",
        "Sender identification",
        "Warning: ",
        "TLS ",
        "remote host ",
        "retry time not reached",
        "message is frozen",
        "Rcpt ",
        "SMTP timeout",
        "Remote host ",
        "Delivery ",
        "delivery ",
        "(Message ",
        "Cancelled",
        "Tainted ",
    ];
    if let Some(host) = says.strip_prefix("H=")
        && !says.contains("rejected ")
    {
        let end = host.find(']').map_or(host.len(), |end| end + 1);
        queue.message(entry, id).tried = Told::by(entry).text(host.get(..end));
        return true;
    }
    if says.starts_with("cancelled by ") || says.starts_with("removed by ") {
        queue.removed(entry, id);
        return true;
    }
    BEGINS.iter().any(|begins| says.starts_with(begins))
}

/// A message that is not taken in.
struct Verdict<'t> {
    action: Option<&'static str>,
    stage: Option<&'static str>,
    recipient: Option<&'t str>,
    /// `H=… I=… F=<…>`
    fields: &'t str,
    text: &'t str,
}

impl<'t> Verdict<'t> {
    fn of(says: &'t str) -> Option<Self> {
        let begins = says.starts_with("H=") || says.starts_with("F=") || says.starts_with("U=");
        let verbs = [
            (" temporarily rejected ", Some("delayed")),
            (" rejected ", Some("failed")),
            (" dropped ", Some("failed")),
            (" discarded ", None),
        ];
        let found = verbs.iter().find_map(|(verb, action)| {
            let (fields, rest) = says.split_once(verb)?;
            Some((*action, fields, rest))
        });
        let (action, fields, rest) = found.filter(|_| begins)?;
        let (stage, recipient, rest) = match rest.strip_prefix("RCPT ") {
            Some(rest) => {
                // Older ones write it without brackets.
                let bare = || rest.split_at_checked(rest.find(": ")?);
                let (recipient, rest) = if rest.starts_with('<') { address(rest)? } else { bare()? };
                (Some("rcpt_to"), Some(recipient), rest)
            }
            None => (Some(stage_of_verdict(rest)?), None, rest),
        };
        let text = rest.split_once(": ").map_or("", |(_, text)| text);
        Some(Self { action, stage, recipient, fields, text })
    }

    fn attempt(&self, entry: &Entry<'_>, id: Option<&str>) -> Attempt {
        let told = Told::by(entry);
        let client = after_key(self.fields, "H=").map_or_else(Peer::default, peer);
        let from = after_key(self.fields, "F=").and_then(address).map(|(from, _)| sender(from));
        let said = reply::parse(self.text);
        // A user of this server is authenticated, or is on it.
        let is_own = after_key(self.fields, "A=").is_some() || self.fields.starts_with("U=");
        let delivery = Delivery {
            recipient: told.text(self.recipient),
            sender: told.text(from),
            queue_id: told.text(id),
            action: told.value(self.action),
            code: told.value(said.code),
            status: told.text(said.status.as_deref()),
            text: told.text(&*said.text),
            decided_by: told.value("this_server"),
            stage: told.value(self.stage),
            server: told.text(entry.host.filter(|_| is_exim(entry.program))),
            client: told.text(client.name),
            client_ip: told.text(client.ip),
            side: told.value(if is_own { "sending" } else { "receiving" }),
            is_final: told.value(self.action != Some("delayed")),
            ..Delivery::default()
        };
        Attempt { stamp: entry.stamp, at: Some(told.at), delivery }
    }
}

/// Returns the stage of `after DATA`, `MAIL <…>`, `connection in "connect" ACL`, `by local_scan()`; none for what is no verdict.
fn stage_of_verdict(rest: &str) -> Option<&'static str> {
    let stages = [
        ("after DATA", "data"),
        ("DATA", "data"),
        ("by local_scan()", "data"),
        ("during MIME ACL checks", "data"),
        ("by non-SMTP ACL", "data"),
        ("after end of data", "data"),
        ("MAIL ", "mail_from"),
        ("connection", "connect"),
        ("by 'connect' ACL", "connect"),
        ("EHLO", "helo"),
        ("HELO", "helo"),
        ("STARTTLS", "starttls"),
        ("AUTH", "auth"),
    ];
    stages.iter().find(|(begins, _)| rest.starts_with(begins)).map(|(_, stage)| *stage)
}

/// Lines about no message.
fn of_daemon(entry: &Entry<'_>, says: &str, queue: &mut Queue) -> bool {
    const TROUBLE: &[&str] = &[
        "re-exec of exim ",
        "TLS error on connection",
        "SMTP command timeout on connection",
        "SMTP data timeout",
        "SMTP protocol error in ",
        "SMTP protocol synchronization error",
        "SMTP call from ",
        "SMTP syntax error in",
        "exim: ",
        "Exim configuration error",
        "no IP address found for host",
        "rejected EHLO or HELO",
        "rejected HELO",
    ];
    const CHATTER: &[&str] = &[
        "Start queue run: ",
        "End queue run: ",
        "SMTP connection from ",
        "no MAIL in SMTP connection",
        "no host name found for IP",
        "unexpected disconnection while reading SMTP",
        "cwd=",
    ];
    const ANY_CHATTER: &[&str] = &[
        "SIGHUP received",
        "SIGTERM received",
        "pid ",
        "daemon: ",
        "locked ",
        "Completed",
        "Suggested action: ",
    ];
    // Words that other programs say as well.
    const ANY: &[&str] = &[
        "unable to ",
        "Failed to ",
        "failed to ",
        "Cannot ",
        "cannot ",
        "socket bind()",
        "unqualified ",
        "too many connections",
        "Connection from ",
        "refused connection from",
        "listening for",
    ];
    let begins = |words: &[&str]| words.iter().any(|begins| says.starts_with(begins));
    let is_sure = is_exim(entry.program) || (entry.program.is_empty() && queue.is_known());
    let warning = says.strip_prefix("Warning: ").filter(|_| is_exim(entry.program) || queue.is_known());
    let is_trouble =
        begins(TROUBLE) || says.contains(" authenticator failed for ") || (is_sure && begins(ANY));
    if warning.is_some() || is_trouble {
        let severity = if warning.is_some() { "warning" } else { "notice" };
        event(entry, "exim", severity, warning.unwrap_or(says), queue);
        return true;
    }
    let is_start = says.starts_with("exim ") && says.contains(" daemon started");
    is_start
        || begins(CHATTER)
        || says.contains(" sender verify fail for <")
        || (is_sure && begins(ANY_CHATTER))
}
