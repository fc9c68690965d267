//! What Dovecot says of deliveries: `lmtp(user): msgid=<…>: saved mail to INBOX`, `lda(user)`, `sieve: …`, in syslog or a file of its own
//! (its manual, "Logging", and `deliver_log_format`).

use crate::evidence::log::entry::{Entry, Told};
use crate::evidence::log::queue::{Attempt, Queue};
use crate::evidence::log::server::event;
use crate::evidence::mail::delivery::Delivery;
use crate::evidence::mail::reply::{self, Reply};

/// The services that also other programs have names like.
const COMMON: &[&str] = &[
    "auth",
    "master",
    "anvil",
    "log",
    "config",
    "stats",
    "indexer",
    "submission",
    "dict",
    "replicator",
    "deliver",
];

/// The services, whose lines without a program stand in a file of Dovecot's own.
const SERVICES: &[&str] = &[
    "lmtp",
    "lda",
    "deliver",
    "imap",
    "pop3",
    "imap-login",
    "pop3-login",
    "managesieve-login",
    "submission-login",
    "auth",
    "auth-worker",
    "master",
    "anvil",
    "log",
    "config",
    "stats",
    "indexer",
    "indexer-worker",
    "managesieve",
    "submission",
    "doveadm",
    "dict",
    "imap-hibernate",
    "replicator",
    "ssl-params",
];

/// Reads a line; returns whether it is known.
pub(super) fn read(entry: &Entry<'_>, queue: &mut Queue) -> bool {
    let is_syslog =
        matches!(entry.program, "dovecot" | "dovecot-lda" | "dovecot-lmtp" | "dovecot-auth" | "deliver");
    let body = entry.body.strip_prefix("dovecot: ").unwrap_or(entry.body);
    let Some(says) = Says::of(entry.program, body, is_syslog) else { return false };
    if !is_syslog && COMMON.contains(&says.service) && !queue.is_known() {
        return false;
    }
    let known = says.delivered(entry, queue) || says.trouble(entry, queue) || is_syslog || says.is_leveled;
    if known {
        queue.know();
    }
    known
}

/// A line, taken apart.
struct Says<'t> {
    service: &'t str,
    user: Option<&'t str>,
    /// `Error`, `Warning`, …
    level: Option<&'t str>,
    is_leveled: bool,
    text: &'t str,
}

impl<'t> Says<'t> {
    fn of(program: &'t str, body: &'t str, is_syslog: bool) -> Option<Self> {
        const LEVELS: &[&str] = &["Info", "Warning", "Error", "Fatal", "Panic", "Debug"];
        // A file of its own has the service for a program, where nobody is named with it.
        let has_service = SERVICES.contains(&program);
        let end = body.find([':', '(', '<']).unwrap_or(0);
        let (service, rest) = if has_service { (program, body) } else { body.split_at_checked(end)? };
        if !SERVICES.contains(&service) {
            return is_syslog.then_some(Self {
                service: program,
                user: None,
                level: None,
                is_leveled: true,
                text: body,
            });
        }
        let is_here = entry_is_dovecot(program) || has_service || program.is_empty();
        if !is_here {
            return None;
        }
        let (user, rest) = match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((inside, rest)) => (user(inside), rest),
            None => (None, rest),
        };
        let mut rest = rest.trim_start_matches([' ', ':']);
        // The process, and the session.
        while let Some((_, behind)) = rest.strip_prefix('<').and_then(|inside| inside.split_once('>')) {
            rest = behind.trim_start_matches([' ', ':']);
        }
        let leveled = rest.split_once(": ").filter(|(level, _)| LEVELS.contains(level));
        let (level, text) = leveled.map_or((None, rest), |(level, text)| (Some(level), text));
        let is_leveled = leveled.is_some();
        (is_syslog || is_leveled).then_some(Self { service, user, level, is_leveled, text })
    }

    /// `msgid=<…>: saved mail to INBOX`, `sieve: msgid=<…>: stored mail into mailbox 'Junk'`
    fn delivered(&self, entry: &Entry<'_>, queue: &mut Queue) -> bool {
        let text = self.text;
        let Some((_, rest)) = text.split_once("msgid=") else { return false };
        let Some((message, said)) = rest.split_once(": ") else { return false };
        let Some(outcome) = Outcome::of(said) else { return false };
        let told = Told::by(entry);
        let message = message.split_once('<').map_or(message, |(_, inside)| inside);
        let reply = if outcome.action == Some("delivered") {
            Reply { text: reply::one_line(said), ..Reply::default() }
        } else {
            reply::parse(said)
        };
        let delivery = Delivery {
            recipient: told.text(self.user),
            message: told.text(message.split('>').next()),
            action: told.value(outcome.action),
            code: told.value(reply.code),
            status: told.text(reply.status.as_deref()),
            text: told.text(&*reply.text),
            decided_by: told.value("this_server"),
            server: told.text(entry.host),
            side: told.value("receiving"),
            folder: told.text(outcome.folder),
            is_final: told.value(outcome.is_final),
            ..Delivery::default()
        };
        queue.stored(Box::new(Attempt { stamp: entry.stamp, at: Some(told.at), delivery }));
        true
    }

    fn trouble(&self, entry: &Entry<'_>, queue: &mut Queue) -> bool {
        let severity = match self.level {
            Some("Warning") => "warning",
            Some("Error") => "error",
            Some("Fatal" | "Panic") => "fatal",
            _ => return false,
        };
        event(entry, &format!("dovecot/{}", self.service), severity, self.text, queue);
        true
    }
}

fn entry_is_dovecot(program: &str) -> bool {
    program.starts_with("dovecot") || program == "deliver"
}

/// Returns the user in `user@example.com`, `123, user@example.com`, `user@example.com,192.0.2.1,<session>`; none in `123`.
fn user(inside: &str) -> Option<&str> {
    let mut parts = inside.split(',').map(str::trim);
    parts.find(|part| !part.is_empty() && !part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What became of a message.
struct Outcome<'t> {
    action: Option<&'static str>,
    folder: Option<&'t str>,
    is_final: Option<bool>,
}

impl<'t> Outcome<'t> {
    fn of(said: &'t str) -> Option<Self> {
        let outcome = |action, folder: Option<&'t str>, is_final| {
            let folder = folder.map(|folder| folder.trim_matches('\''));
            Some(Self { action, folder, is_final })
        };
        if let Some(folder) =
            said.strip_prefix("saved mail to ").or_else(|| said.strip_prefix("stored mail into mailbox "))
        {
            return outcome(Some("delivered"), Some(folder), Some(true));
        }
        if said.starts_with("forwarded to ") {
            return outcome(Some("relayed"), None, Some(true));
        }
        if said.starts_with("discarded") || said.starts_with("marked message to be discarded") {
            return outcome(None, None, Some(true));
        }
        if said.starts_with("rejected") {
            return outcome(Some("failed"), None, Some(true));
        }
        // Whether the sender is told, or it is tried again, depends on the server that handed it over.
        if said.starts_with("save failed to ") || said.starts_with("failed to store into mailbox ") {
            let folder = said.split_once(" to ").and_then(|(_, rest)| rest.split(": ").next());
            return outcome(None, folder.filter(|_| said.starts_with("save ")), None);
        }
        None
    }
}
