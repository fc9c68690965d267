//! `mail.hops`: the way of a message, by its Received fields (RFC 5321, section 4.4, and what programs make of it).
//!
//! In: the header of a message, newest field first. Out: a row a field, in the order of time: the lowest field is the first hop.
//! Whatever stands below the field that one's own server wrote may be forged; which server that is, a reader cannot know.
//!
//! A delay is how much later a field is stamped than the one below it. A clock that goes wrong gives one delay too much and the next
//! one too little: a negative delay is told as an error of the clock, and the delay beside it that it eats up is not told.

use super::date;
use super::mime::Header;
use super::received::{self, Hop};
use crate::evidence::mail::delivery::registered;
use crate::records::{At, ColumnType, Draft, Sink, TableSpec};
use crate::value::Amount;

use super::tables::{WHOLE, column};

pub(super) const HOPS: TableSpec = TableSpec {
    name: "mail.hops",
    row: "a server on the way of a message, as its header tells",
    from: "the Received fields of mails, and of headers that somebody pasted; what stands below those of one's own servers may be forged",
    columns: &[
        WHOLE,
        column("position", ColumnType::Number, "its place on the way, from 1 for the first server"),
        column(
            "from_host",
            ColumnType::Domain,
            "who handed the message over: by the name of its address, where the server looked that up, or else as it called itself",
        ),
        column("from_helo", ColumnType::Text, "what it called itself"),
        column("from_ip", ColumnType::Ip, "its address"),
        column("by_host", ColumnType::Domain, "the server that took it, and wrote this"),
        column("provider", ColumnType::Domain, "the registered domain of that server: google.com"),
        column("protocol", ColumnType::Text, "how it came: ESMTPS, LMTP, HTTP"),
        column("tls", ColumnType::YesNo, "whether it came encrypted; no only where the server would say so"),
        column("tls_version", ColumnType::Text, "TLSv1.3"),
        column("cipher", ColumnType::Text, "the cipher: TLS_AES_256_GCM_SHA384"),
        column("for_address", ColumnType::Text, "the one recipient whom the field names"),
        column("queue_id", ColumnType::Text, "the name of the message in the queue of that server"),
        column("at", ColumnType::Time, "when"),
        column("delay", ColumnType::Duration, "how much later than at the hop before; never below zero"),
        column(
            "clock_error",
            ColumnType::Duration,
            "how much earlier than at the hop before: one of the two clocks is wrong by as much, or more",
        ),
    ],
};

/// A hop that is stamped.
struct Stamped<'h> {
    header: &'h Header,
    hop: Hop,
    at: Option<Amount>,
}

impl<'h> Stamped<'h> {
    fn of(header: &'h Header) -> Self {
        let hop = received::read(&header.value);
        let at = hop.date.as_deref().and_then(date::read);
        Self { header, hop, at }
    }
}

/// Adds the hops of a message; none where nothing took it.
pub(super) fn add(headers: &[Header], part: &'static str, out: &mut Sink<'_>) {
    let fields = headers.iter().rev().filter(|header| header.name.eq_ignore_ascii_case("received"));
    let hops: Vec<Stamped<'_>> = fields.map(Stamped::of).collect();
    let steps = steps(&hops);
    for (position, (one, step)) in (1..).zip(hops.iter().zip(steps)) {
        out.push(row(one, position, step, part));
    }
}

/// Returns how much later each hop is stamped than the one before, in nanoseconds.
fn steps(hops: &[Stamped<'_>]) -> Vec<Option<i128>> {
    let of = |at: Option<Amount>| at.and_then(date::instant);
    let times: Vec<Option<i128>> = hops.iter().map(|hop| of(hop.at)).collect();
    let before = std::iter::once(None).chain(times.iter().copied());
    let all: Vec<Option<i128>> = before.zip(&times).map(|(before, time)| Some((*time)? - before?)).collect();
    let of = |at: Option<usize>| at.and_then(|at| all.get(at).copied().flatten()).unwrap_or(0);
    let told = |at: usize, step: i128| {
        // The clock of one hop counts twice, once for and once against: most of such a delay is its error.
        let error = -of(at.checked_sub(1)).min(of(Some(at + 1))).min(0);
        step <= 0 || error * 2 < step
    };
    let kept = |(at, step): (usize, &Option<i128>)| step.filter(|step| told(at, *step));
    all.iter().enumerate().map(kept).collect()
}

fn row(one: &Stamped<'_>, position: i128, step: Option<i128>, part: &'static str) -> Draft {
    let (hop, at): (&Hop, &At) = (&one.hop, &one.header.at);
    let mut row = Draft::new(&HOPS, at.clone());
    row.choice("which", part, at);
    row.whole("position", position, at);
    let domains = [("from_host", &hop.from_host), ("by_host", &hop.by_host)];
    for (column, name) in domains {
        if let Some(name) = name {
            row.domain(column, name, at);
        }
    }
    if let Some(provider) = hop.by_host.as_deref().and_then(registered) {
        row.domain("provider", &provider, at);
    }
    let texts = [
        ("from_helo", &hop.from_helo),
        ("protocol", &hop.protocol),
        ("tls_version", &hop.tls_version),
        ("cipher", &hop.cipher),
        ("for_address", &hop.recipient),
        ("queue_id", &hop.queue_id),
    ];
    for (column, text) in texts {
        if let Some(text) = text {
            row.text(column, text, at);
        }
    }
    if let Some(ip) = hop.from_ip {
        row.ip("from_ip", &ip.to_string(), at);
    }
    if let Some(tls) = hop.tls {
        row.yes_no("tls", tls, at);
    }
    if let Some(time) = one.at {
        row.time("at", time, at);
    }
    match step {
        Some(step) if step < 0 => row.duration("clock_error", -step, at),
        Some(step) => row.duration("delay", step, at),
        None => {}
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(seconds: &[i64]) -> Vec<Option<i128>> {
        let header = Header { name: String::new(), value: String::new(), at: At::new(1, "") };
        let hop = |seconds: &i64| Stamped {
            header: &header,
            hop: Hop::default(),
            at: Some(Amount::Instant(i128::from(*seconds))),
        };
        steps(&seconds.iter().map(hop).collect::<Vec<_>>())
    }

    #[test]
    fn a_wrong_clock_gives_no_delay() {
        assert_eq!(told(&[0, 2, 62]), [None, Some(2), Some(60)]);
        // The second is an hour ahead, the third an hour behind.
        assert_eq!(told(&[0, 3600, 10]), [None, None, Some(-3590)]);
        assert_eq!(told(&[0, 2, -3600, 10]), [None, None, Some(-3602), None]);
        // A second of error does not spoil an hour.
        assert_eq!(told(&[0, 3600, 3599]), [None, Some(3600), Some(-1)]);
        assert_eq!(told(&[5, 5]), [None, Some(0)]);
    }
}
