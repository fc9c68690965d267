//! Deliveries from a bounce: what its notification says (RFC 3464), what its words say, and what the returned message adds.

use std::collections::BTreeMap;

use super::address;
use super::date;
use super::delivery::{Delivery, Field};
use super::dsn;
use super::kind::Kind;
use super::mime::{Header, Part};
use super::prose::{Failure, Others};
use super::reason::Reason;
use super::tables::bracketed;
use crate::value::Amount;

/// What a bounce is made of.
pub(super) struct Bounce<'m> {
    pub(super) kind: Kind,
    pub(super) root: &'m Part,
    /// The header of the message that it returns.
    pub(super) returned: Option<&'m [Header]>,
    pub(super) notified: Vec<Delivery>,
    pub(super) failures: Vec<Failure>,
}

/// Returns what became of each recipient.
pub(super) fn deliveries(bounce: Bounce<'_>) -> Vec<Delivery> {
    let Bounce { kind, root, returned, notified, failures } = bounce;
    let mut all = if notified.is_empty() {
        failures.into_iter().map(|failure| of_failure(failure, kind)).collect()
    } else {
        joined(notified, &failures)
    };
    for delivery in &mut all {
        finish(delivery, root, returned);
    }
    all
}

/// Returns the addresses that its header tells of.
pub(super) fn others(root: &Part, returned: Option<&[Header]>) -> Others {
    let of = |names: &[&str]| -> Vec<String> {
        let fields = root
            .headers
            .iter()
            .filter(|header| names.iter().any(|name| header.name.eq_ignore_ascii_case(name)));
        fields.flat_map(|header| address::find(&header.value)).map(|found| found.address).collect()
    };
    let mut senders = of(&["To", "Delivered-To", "X-Original-To", "Envelope-To"]);
    let fields = returned.unwrap_or_default().iter();
    let sent = fields.filter(|header| {
        ["from", "return-path", "sender"].contains(&header.name.to_ascii_lowercase().as_str())
    });
    senders.extend(sent.flat_map(|header| address::find(&header.value)).map(|found| found.address));
    // Some gateways write the fields of a notification into the header.
    let names = ["X-Failed-Recipients", "Final-Recipient"];
    let failed =
        root.headers.iter().filter(|header| names.iter().any(|name| header.name.eq_ignore_ascii_case(name)));
    let failed = failed.flat_map(|header| {
        address::find(&header.value).into_iter().map(|found| (found.address, header.at.clone()))
    });
    Others { senders, server: of(&["From", "Reply-To", "Sender"]), failed: failed.collect() }
}

fn of_failure(failure: Failure, kind: Kind) -> Delivery {
    let mut delivery = Delivery {
        recipient: Some((failure.recipient, failure.at.clone())),
        original_recipient: failure.original.map(|original| (original, failure.at.clone())),
        action: kind.action().map(|action| (action, failure.at)),
        ..Delivery::default()
    };
    dsn::take(&mut delivery, &failure.reason, &failure.reason_at);
    delivery
}

/// Adds the words to the notification, which says less of where and why.
fn joined(mut notified: Vec<Delivery>, failures: &[Failure]) -> Vec<Delivery> {
    let is_alone = notified.len() == 1 && failures.len() == 1;
    let by_address: BTreeMap<String, &Failure> =
        failures.iter().map(|failure| (failure.recipient.to_ascii_lowercase(), failure)).collect();
    for delivery in &mut notified {
        let of = |field: &Field<String>| by_address.get(&field.as_ref()?.0.to_ascii_lowercase()).copied();
        let own = of(&delivery.recipient).or_else(|| of(&delivery.original_recipient));
        let has_address = delivery.recipient.as_ref().is_some_and(|(known, _)| known.contains('@'));
        let Some(failure) = own.or_else(|| failures.first().filter(|_| is_alone && !has_address)) else {
            continue;
        };
        if !has_address {
            delivery.recipient = Some((failure.recipient.clone(), failure.at.clone()));
        }
        if tells_same(delivery, &failure.reason) {
            dsn::take(delivery, &failure.reason, &failure.reason_at);
        }
    }
    notified
}

/// Whether words and notification speak of one reply.
fn tells_same(delivery: &Delivery, reason: &Reason) -> bool {
    match (&delivery.code, reason.code) {
        (Some((known, _)), Some(code)) => *known == code,
        _ => true,
    }
}

/// Adds what holds for all recipients.
fn finish(delivery: &mut Delivery, root: &Part, returned: Option<&[Header]>) {
    let field = |name: &str| returned?.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    let action = delivery.action.as_ref().map(|(action, at)| (*action, at.clone()));
    if let Some((action, at)) = action {
        delivery.is_final = Some((action != "delayed", at.clone()));
        // Who fails for good after a reply that is not for good has tried for long.
        let is_transient = delivery.status.as_ref().map(|(status, _)| status.starts_with('4'));
        let is_transient = is_transient.or(delivery.code.as_ref().map(|(code, _)| *code < 500)) == Some(true)
            && delivery.code.as_ref().is_none_or(|(code, _)| *code < 500);
        if action == "failed" && is_transient && delivery.expired.is_none() {
            delivery.expired = Some((true, at));
        }
    }
    if let Some((who, at)) = &delivery.decided_by
        && *who != "this_server"
    {
        delivery.side = Some(("sending", at.clone()));
    }
    if delivery.sender.is_none() {
        delivery.sender = sender(root, returned);
    }
    if let Some(header) = field("Message-ID") {
        delivery.message = Some((bracketed(&header.value).to_owned(), header.at.clone()));
    }
    if delivery.at.is_none() {
        delivery.at = sent(root);
    }
}

/// Returns when a message was sent.
pub(super) fn sent(root: &Part) -> Field<Amount> {
    let header = root.header("Date")?;
    Some((date::read(&header.value)?, header.at.clone()))
}

/// Returns the envelope's sender: of the returned message, or else whom the bounce is to.
fn sender(root: &Part, returned: Option<&[Header]>) -> Field<String> {
    let path = returned
        .and_then(|fields| fields.iter().find(|header| header.name.eq_ignore_ascii_case("Return-Path")));
    let path = path.and_then(|header| {
        let path = bracketed(&header.value);
        if path.is_empty() {
            return header.value.contains("<>").then(|| ("<>".to_owned(), header.at.clone()));
        }
        address::of_field(path).map(|address| (address, header.at.clone()))
    });
    path.or_else(|| {
        let to = root.header("To")?;
        let all = address::find(&to.value);
        let [alone] = all.as_slice() else { return None };
        Some((alone.address.clone(), to.at.clone()))
    })
}
