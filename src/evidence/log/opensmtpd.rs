//! The log of `OpenSMTPD`: `… mta delivery evpid=… from=<…> to=<…> rcpt=<…> relay="…" delay=1s result="PermFail" stat="550 …"`.

use crate::evidence::log::entry::{Entry, Told};
use crate::evidence::log::fields::{address, after_key, duration, is_inside, peer, sender};
use crate::evidence::log::queue::{Attempt, Queue};
use crate::evidence::log::server::event;
use crate::evidence::mail::delivery::Delivery;
use crate::evidence::mail::reply;

/// Reads a line; returns whether it is known.
pub(super) fn read(entry: &Entry<'_>, queue: &mut Queue) -> bool {
    const GRAVE: &[(&str, &str)] = &[("warn: ", "warning"), ("fatal: ", "fatal"), ("error: ", "error")];
    const PARTS: &[&str] = &[" smtp ", " mta ", " mda ", "info: ", "scheduler: ", "debug: "];
    let body = entry.body;
    let known = attempted(entry, queue).or_else(|| refused(entry, queue)).or_else(|| {
        let found = GRAVE.iter().find_map(|(begins, severity)| Some((body.strip_prefix(begins)?, *severity)));
        if let Some((text, severity)) = found {
            event(entry, entry.program, severity, text, queue);
            return Some(());
        }
        PARTS.iter().any(|part| body.contains(part)).then_some(())
    });
    if known.is_some() {
        queue.know();
    }
    known.is_some()
}

/// Returns a value in quotes.
fn quoted<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let rest = after_key(text, key)?.strip_prefix('"')?;
    let end = rest.find("\" ").or_else(|| rest.strip_suffix('"').map(str::len))?;
    rest.get(..end)
}

fn attempted(entry: &Entry<'_>, queue: &mut Queue) -> Option<()> {
    let body = entry.body;
    let envelope = after_key(body, "evpid=")?.split([' ', ',']).next()?;
    let is_mda = body.contains(" mda ");
    let (action, is_final) = match quoted(body, "result=")? {
        "Ok" if is_mda => ("delivered", true),
        "Ok" => ("relayed", true),
        "TempFail" => ("delayed", false),
        "PermFail" => ("failed", true),
        _ => return None,
    };
    let said = reply::parse(quoted(body, "stat=").unwrap_or_default());
    let told = Told::by(entry);
    let recipient = address(after_key(body, "to=")?)?.0;
    let original = after_key(body, "rcpt=").and_then(address).map(|(address, _)| address);
    // `192.0.2.1 (mx.example.net)`
    let relay = quoted(body, "relay=").unwrap_or_default();
    let name =
        relay.split_once('(').map(|(_, name)| name.trim_end_matches(')')).filter(|name| name.contains('.'));
    let relay = peer(relay.split(' ').next()?);
    let by = if is_mda { Some("this_server") } else { said.code.map(|_| "other_server") };
    let side = if is_mda { Some("receiving") } else { (!is_inside(relay)).then_some("sending") };
    let delivery = Delivery {
        recipient: told.text(recipient),
        original_recipient: told.text(original.filter(|original| *original != "-" && *original != recipient)),
        sender: after_key(body, "from=").and_then(address).and_then(|(from, _)| told.text(sender(from))),
        queue_id: told.text(envelope),
        action: told.value(action),
        code: told.value(said.code),
        status: told.text(said.status.as_deref()),
        text: told.text(&*said.text),
        decided_by: told.value(by),
        server: if is_mda { told.text(entry.host) } else { told.text(name.or(relay.name)) },
        server_ip: told.text(relay.ip.filter(|_| !is_mda)),
        side: told.value(side),
        is_final: told.value(is_final),
        delay: told
            .value(after_key(body, "delay=").and_then(|delay| duration(delay.split([' ', ',']).next()?))),
        ..Delivery::default()
    };
    queue.attempt(entry, envelope, Attempt { stamp: entry.stamp, at: Some(told.at), delivery });
    if is_final {
        // An envelope is for one recipient.
        queue.removed(entry, envelope);
    }
    Some(())
}

/// `… smtp failed-command command="RCPT TO:<…>" result="550 …"`
fn refused(entry: &Entry<'_>, queue: &mut Queue) -> Option<()> {
    let body = entry.body;
    if !body.contains("failed-command") {
        return None;
    }
    let (command, said) = (quoted(body, "command=")?, reply::parse(quoted(body, "result=")?));
    let action = match said.code? / 100 {
        4 => "delayed",
        5 => "failed",
        _ => return None,
    };
    let told = Told::by(entry);
    let stage = reply::stage(command);
    let argument = command.split_once('<').and_then(|(_, rest)| rest.split('>').next());
    let client = after_key(body, "host=").and_then(|host| host.split(' ').next());
    let client_ip = after_key(body, "address=").and_then(|ip| ip.split(' ').next());
    let delivery = Delivery {
        recipient: told.text(argument.filter(|_| stage == Some("rcpt_to"))),
        sender: if stage == Some("mail_from") { told.text(argument.map(sender)) } else { None },
        action: told.value(action),
        code: told.value(said.code),
        status: told.text(said.status.as_deref()),
        text: told.text(&*said.text),
        decided_by: told.value("this_server"),
        stage: told.value(stage),
        server: told.text(entry.host),
        client: told.text(client.filter(|host| host.contains('.'))),
        client_ip: told.text(client_ip),
        side: told.value("receiving"),
        is_final: told.value(action == "failed"),
        ..Delivery::default()
    };
    queue.keep(Box::new(Attempt { stamp: entry.stamp, at: Some(told.at), delivery }));
    Some(())
}
