//! The log of qmail-send (qmail-log(5)): `starting delivery 3: msg 17 to remote a@example.net`, `delivery 3: failure: …`.
//!
//! Blanks stand there as `_`, ends of lines as `/`, and cannot be told from such signs in the text.

use std::collections::BTreeMap;

use crate::evidence::log::answer::Answer;
use crate::evidence::log::entry::{Entry, Told};
use crate::evidence::log::fields::{Peer, sender};
use crate::evidence::log::queue::{Attempt, Queue};
use crate::evidence::mail::delivery::Delivery;
use crate::evidence::mail::reply::{self, Reply};

/// So many deliveries are under way at once, at most.
const UNDER_WAY: usize = 1000;

/// The deliveries under way: of which message, and to whom.
#[derive(Debug, Default)]
pub(super) struct Qmail {
    under_way: BTreeMap<u64, (String, String, bool)>,
}

impl Qmail {
    /// Reads a line; returns whether it is one of qmail-send.
    pub(super) fn read(&mut self, entry: &Entry<'_>, queue: &mut Queue) -> bool {
        let is_syslog = entry.program == "qmail" || entry.program == "qmail-send";
        if entry.stamp.is_none() || !(is_syslog || entry.program.is_empty()) {
            return entry.stamp.is_some() && entry.program == "status" && entry.body.starts_with("local ");
        }
        // In syslog, seconds since 1970 stand before it.
        let body = match entry.body.split_once(' ') {
            Some((seconds, rest)) if is_syslog && seconds.contains('.') => rest,
            _ => entry.body,
        };
        let known = self.says(entry, body, queue).is_some();
        if known {
            queue.know();
        }
        known
    }

    fn says(&mut self, entry: &Entry<'_>, body: &str, queue: &mut Queue) -> Option<()> {
        if let Some(rest) = body.strip_prefix("starting delivery ") {
            let (number, rest) = rest.split_once(": msg ")?;
            let (message, to) = rest.split_once(" to ")?;
            let (way, recipient) = to.split_once(' ')?;
            if self.under_way.len() >= UNDER_WAY {
                self.under_way.pop_first();
            }
            let delivery = (message.to_owned(), recipient.to_owned(), way == "local");
            self.under_way.insert(number.parse().ok()?, delivery);
        } else if let Some(rest) = body.strip_prefix("delivery ") {
            let (number, rest) = rest.split_once(": ")?;
            let (outcome, text) = rest.split_once(": ")?;
            let (message, recipient, is_local) = self.under_way.remove(&number.parse().ok()?)?;
            attempted(entry, &message, &recipient, is_local, outcome, text, queue)?;
        } else if let Some(rest) = body.strip_prefix("info msg ") {
            let (message, rest) = rest.split_once(": bytes ")?;
            let (size, rest) = rest.split_once(" from <")?;
            let told = Told::by(entry);
            let message = queue.message(entry, message);
            message.sender = told.text(sender(rest.split('>').next()?));
            message.size = told.value(size.parse().ok());
        } else if let Some(message) = body.strip_prefix("end msg ") {
            queue.removed(entry, message);
        } else if !["new msg ", "bounce msg ", "triple bounce: ", "status: local "]
            .iter()
            .any(|begins| body.starts_with(begins))
        {
            return None;
        }
        Some(())
    }
}

fn attempted(
    entry: &Entry<'_>,
    message: &str,
    recipient: &str,
    is_local: bool,
    outcome: &str,
    text: &str,
    queue: &mut Queue,
) -> Option<()> {
    let text = text.trim_end_matches('/').replace('_', " ");
    let action = match outcome {
        "success" if is_local => "delivered",
        "success" => "relayed",
        "deferral" => "delayed",
        "failure" => "failed",
        _ => return None,
    };
    let told = Told::by(entry);
    // It is tried again until it is too old, which is said beside the last reason.
    let (text, is_expired) = match text.split_once("/I'm not going to try again") {
        Some((reason, _)) => (reason, true),
        None => (&*text, false),
    };
    let answer = answer(text);
    let delivery = Delivery {
        recipient: told.text(recipient),
        queue_id: told.text(message),
        action: told.value(action),
        expired: told.value(is_expired.then_some(true)),
        code: told.value(answer.reply.code),
        status: told.text(answer.reply.status.as_deref()),
        text: told.text(&*answer.reply.text),
        decided_by: told.value(answer.decided_by.or(is_local.then_some("this_server"))),
        stage: told.value(answer.stage),
        server: told.text(answer.server.name),
        server_ip: told.text(answer.server.ip),
        side: told.value(if is_local { "receiving" } else { "sending" }),
        is_final: told.value(outcome != "deferral"),
        ..Delivery::default()
    };
    queue.attempt(entry, message, Attempt { stamp: entry.stamp, at: Some(told.at), delivery });
    Some(())
}

/// Reads `192.0.2.1 does not like recipient./Remote host said: 550 …/Giving up on 192.0.2.1.`
fn answer(text: &str) -> Answer<'_> {
    let bare = text.strip_prefix("Connected to ").unwrap_or(text);
    let ip = bare.split(' ').next().filter(|word| word.parse::<std::net::IpAddr>().is_ok());
    let server = Peer { name: None, ip };
    let stages = [
        ("does not like recipient", "rcpt_to"),
        ("but sender was rejected", "mail_from"),
        ("failed after I sent the message", "data"),
        ("failed on DATA command", "data"),
        ("accepted message", "data"),
        ("but greeting failed", "connect"),
        ("but my name was rejected", "helo"),
        ("wasn't able to establish an SMTP connection", "connect"),
        ("but connection died", "data"),
        ("couldn't find any host named", "lookup"),
        ("couldn't find a mail exchanger or IP address", "lookup"),
        ("CNAME lookup failed", "lookup"),
    ];
    let found = stages.iter().find(|(words, _)| text.contains(words)).map(|(_, stage)| *stage);
    let stage = found.filter(|_| !text.contains("accepted message"));
    if let Some((_, said)) = text.split_once("Remote host said: ") {
        let said = said.split("/Giving up on ").next().unwrap_or(said);
        return Answer { reply: reply::parse(said), stage, decided_by: Some("other_server"), server };
    }
    let status = text.rsplit_once("(#").and_then(|(_, rest)| rest.split(')').next()).map(str::to_owned);
    let reply = Reply { status, text: reply::one_line(text), ..Reply::default() };
    let decided_by = stage.filter(|stage| matches!(*stage, "connect" | "lookup")).map(|_| "nobody");
    Answer { reply, stage, decided_by, server }
}
