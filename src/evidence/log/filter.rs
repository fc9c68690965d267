//! What filters decide, where the mail server itself does not say it: amavis (`Blocked SPAM {RejectedInbound}, …`) and rspamd
//! (`rspamd_task_write_log: id: <…>, …, (default: T (reject): …`).

use crate::evidence::log::entry::{Entry, Told};
use crate::evidence::log::fields::{address, peer, sender};
use crate::evidence::log::queue::{Attempt, Queue};
use crate::evidence::mail::delivery::Delivery;

/// Returns whether a program is one of these.
pub(super) fn is_filter(program: &str) -> bool {
    matches!(program, "amavis" | "amavisd" | "rspamd")
        || program.ends_with("/amavis")
        || program.ends_with("/amavisd")
}

/// Reads a line; what decides nothing is known, and gives no row.
pub(super) fn read(entry: &Entry<'_>, queue: &mut Queue) -> bool {
    let _ = if entry.program == "rspamd" { rspamd(entry, queue) } else { amavis(entry, queue) };
    queue.know();
    true
}

/// `(00031-01) Blocked SPAM {RejectedInbound}, [203.0.113.12]:4711 <s@example.org> -> <user@example.com>, Queue-ID: …, Message-ID: <…>, …`
fn amavis(entry: &Entry<'_>, queue: &mut Queue) -> Option<()> {
    let (_, rest) = entry.body.split_once(") Blocked ")?;
    let (from, rest) = rest.split_once(" -> ")?;
    let (verdict, from) = from.split_once(", ")?;
    let action =
        if verdict.contains("Rejected") || verdict.contains("Bounced") { Some("failed") } else { None };
    let side = match () {
        () if verdict.contains("Inbound") => Some("receiving"),
        () if verdict.contains("Outbound") => Some("sending"),
        () => None,
    };
    let queue_id = rest.split_once("Queue-ID: ").and_then(|(_, id)| id.split(',').next());
    let told = Told::by(entry);
    let message = rest.split_once("Message-ID: <").and_then(|(_, id)| id.split('>').next());
    let from_address = from.rfind('<').and_then(|at| from.get(at..)).and_then(address).map(|(from, _)| from);
    let client = peer(from.split(' ').next().unwrap_or_default());
    let delivery = Delivery {
        sender: told.text(from_address.map(sender)),
        message: told.text(message),
        queue_id: told.text(queue_id),
        action: told.value(action),
        text: told.text(&*format!("Blocked {verdict}")),
        decided_by: told.value("this_server"),
        stage: told.value("data"),
        server: told.text(entry.host),
        client_ip: told.text(client.ip),
        side: told.value(side),
        is_final: told.value(true),
        ..Delivery::default()
    };
    keep(entry, &told, rest, &delivery, queue);
    Some(())
}

/// `<8e1c>; proxy; rspamd_task_write_log: id: <…>, qid: <…>, ip: 203.0.113.12, from: <…>, (default: T (reject): [18.30/15.00] […]), …,
/// rcpts: <…>`
fn rspamd(entry: &Entry<'_>, queue: &mut Queue) -> Option<()> {
    let (_, rest) = entry.body.split_once("rspamd_task_write_log: id: ")?;
    let inside = |key: &str| rest.split_once(key).and_then(|(_, value)| value.split('>').next());
    let (_, verdict) = rest.split_once(", (default: ")?;
    let (_, verdict) = verdict.split_once(" (")?;
    let (verdict, score) = verdict.split_once("): ")?;
    let (action, is_final) = match verdict {
        "reject" => (Some("failed"), true),
        "soft reject" | "greylist" => (Some("delayed"), false),
        "discard" => (None, true),
        _ => return None,
    };
    let queue_id = inside("qid: <");
    if queue_id.is_some_and(|id| queue.knows(entry, id)) {
        // The server that asked says so itself.
        return None;
    }
    let told = Told::by(entry);
    let score = score.split(']').next().unwrap_or_default();
    let delivery = Delivery {
        sender: told.text(inside(", from: <").map(sender)),
        message: told.text(rest.strip_prefix('<').and_then(|id| id.split('>').next())),
        queue_id: told.text(queue_id),
        action: told.value(action),
        text: told.text(&*format!("{verdict} {score}]")),
        decided_by: told.value("this_server"),
        stage: told.value("data"),
        server: told.text(entry.host),
        client_ip: told.text(rest.split_once(", ip: ").and_then(|(_, ip)| ip.split([',', ' ']).next())),
        is_final: told.value(is_final),
        ..Delivery::default()
    };
    let recipients = rest.split_once(", rcpts: ").map_or("", |(_, recipients)| recipients);
    keep(entry, &told, recipients, &delivery, queue);
    Some(())
}

/// Keeps a row for each recipient in `<…>,<…>`.
fn keep(entry: &Entry<'_>, told: &Told, recipients: &str, delivery: &Delivery, queue: &mut Queue) {
    let mut left = recipients;
    while let Some((recipient, rest)) = Some(left).filter(|left| left.starts_with('<')).and_then(address) {
        let delivery = Delivery { recipient: told.text(recipient), ..delivery.clone() };
        queue.keep(Box::new(Attempt { stamp: entry.stamp, at: Some(told.at.clone()), delivery }));
        left = rest.strip_prefix(',').unwrap_or_default();
    }
}
