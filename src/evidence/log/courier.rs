//! The log of Courier: `courieresmtpd: error,relay=…,from=<…>,to=<…>: 550 …`, `courieresmtp: id=…,from=<…>,addr=<…>: 550 …` and, behind
//! it, `…,status: failure`.

use crate::evidence::log::entry::{Entry, Told};
use crate::evidence::log::fields::{Peer, address, after_key, peer, sender};
use crate::evidence::log::queue::{Attempt, Queue};
use crate::evidence::mail::delivery::Delivery;
use crate::evidence::mail::reply;

/// Reads a line; returns whether it is known.
pub(super) fn read(entry: &Entry<'_>, queue: &mut Queue) -> bool {
    let body = entry.body;
    if body.starts_with("error,") {
        refused(entry, queue);
    } else if let Some(rest) = body.strip_prefix("id=") {
        of_message(entry, rest, queue);
    } else if let Some(id) = body.strip_prefix("completed,id=") {
        queue.removed(entry, id);
    }
    queue.know();
    true
}

/// `error,relay=::ffff:192.0.2.1,from=<…>,to=<…>: 550 User unknown.`
fn refused(entry: &Entry<'_>, queue: &mut Queue) -> Option<()> {
    let body = entry.body;
    let (recipient, said) = address(after_key(body, "to=")?)?;
    let said = reply::parse(said.strip_prefix(": ")?);
    let action = match said.code? / 100 {
        4 => "delayed",
        5 => "failed",
        _ => return None,
    };
    let told = Told::by(entry);
    let from = address(after_key(body, "from=")?)?.0;
    let client = after_key(body, "relay=")
        .and_then(|client| client.split(',').next())
        .map_or_else(Peer::default, peer);
    let delivery = Delivery {
        recipient: told.text(recipient),
        sender: told.text(sender(from)),
        action: told.value(action),
        code: told.value(said.code),
        status: told.text(said.status.as_deref()),
        text: told.text(&*said.text),
        decided_by: told.value("this_server"),
        stage: told.value("rcpt_to"),
        server: told.text(entry.host),
        client_ip: told.text(client.ip),
        side: told.value("receiving"),
        is_final: told.value(action == "failed"),
        ..Delivery::default()
    };
    queue.keep(Box::new(Attempt { stamp: entry.stamp, at: Some(told.at), delivery }));
    Some(())
}

/// `id=…,from=<…>,addr=<…>: 550 …`, `id=…,from=<…>,addr=<…>,status: failure`, `id=…,…,success: Message delivered.`
fn of_message(entry: &Entry<'_>, rest: &str, queue: &mut Queue) -> Option<()> {
    let id = rest.split(',').next()?;
    let (recipient, behind) = address(after_key(rest, "addr=")?)?;
    let told = Told::by(entry);
    if let Some(said) = behind.strip_prefix(": ") {
        // What becomes of it stands in a later line.
        queue.message(entry, id).tried = told.text(said);
        return Some(());
    }
    let is_local = matches!(entry.program, "courierlocal" | "courierdsn");
    let (action, is_final) = match behind.split_once(",status: ").or_else(|| behind.split_once(",success: "))
    {
        Some((_, "deferred")) => ("delayed", false),
        Some((_, "failure")) => ("failed", true),
        Some(_) if behind.contains("success: ") && is_local => ("delivered", true),
        Some(_) if behind.contains("success: ") => ("relayed", true),
        _ => return None,
    };
    let tried = queue.message(entry, id).tried.take().filter(|_| !behind.contains("success: "));
    let said = tried.as_ref().map(|(said, at)| (reply::parse(said), at.clone()));
    let from = after_key(rest, "from=").and_then(address).map(|(from, _)| from);
    let delivery = Delivery {
        recipient: told.text(recipient),
        sender: told.text(from.map(sender)),
        queue_id: told.text(id),
        action: told.value(action),
        code: said.as_ref().and_then(|(said, at)| Some((said.code?, at.clone()))),
        status: said.as_ref().and_then(|(said, at)| Some((said.status.clone()?, at.clone()))),
        text: said.as_ref().map(|(said, at)| (said.text.clone(), at.clone())),
        decided_by: said
            .as_ref()
            .and_then(|(said, at)| said.code.map(|_| ("other_server", at.clone())))
            .filter(|_| !is_local),
        side: told.value(if is_local { "receiving" } else { "sending" }),
        is_final: told.value(is_final),
        ..Delivery::default()
    };
    queue.attempt(entry, id, Attempt { stamp: entry.stamp, at: Some(told.at), delivery });
    Some(())
}
