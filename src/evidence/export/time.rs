//! Times of exports: as the machine writes them, or as a person of its country does.
//!
//! `5/12/2026` is in May or in December. A day above twelve, in any row, tells the order of all of them; `12.05.2026` is never another
//! way round. Where nothing tells, the time is not known.

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use regex::Regex;

use crate::evidence::clock::{self, Clock};
use crate::evidence::mail::reply::pattern;
use crate::value::Amount;

/// What a text is as a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Told {
    Time(Amount),
    /// Not before the order of day and month is known.
    Later,
    No,
}

/// Reads the times of one table.
#[derive(Debug, Default)]
pub(super) struct Times {
    zone: Option<TimeZone>,
    /// Whether a day stands before its month; none where no row has told.
    is_day_first: Option<bool>,
    /// Whether rows do not agree on it.
    pub(super) is_unclear: bool,
}

static LOCAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?P<a>[0-9]{1,4})(?P<sign>[./-])(?P<b>[0-9]{1,2})[./-](?P<c>[0-9]{1,4}),?[ \u{a0}T]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?(?:\.[0-9]+)?[ \u{a0}\u{202f}]?(?P<half>[ap]\.?m\.?)?(?P<rest> ?(?:UTC|GMT|Z|[+-][0-9]{2}:?[0-9]{2}))?$",
    )
});

impl Times {
    /// Makes one of the zone of times that say none.
    pub(super) fn new(zone: Option<TimeZone>) -> Self {
        Self { zone, ..Self::default() }
    }

    /// Takes what a time tells of the order of all.
    pub(super) fn learn(&mut self, text: &str) {
        let Some((a, b, sign)) = LOCAL.captures(text.trim()).and_then(|found| {
            let of = |name| found.name(name).map(|part| part.as_str());
            let (a, b) = (of("a")?, of("b")?);
            (a.len() < 3).then_some((a.parse::<u8>().ok()?, b.parse::<u8>().ok()?, of("sign")?.to_owned()))
        }) else {
            return;
        };
        if sign == "." || a.max(b) > 31 || (a > 12) == (b > 12) {
            return;
        }
        let is_day_first = a > 12;
        self.is_unclear |= self.is_day_first.is_some_and(|known| known != is_day_first);
        self.is_day_first = Some(is_day_first);
    }

    /// Reads a time.
    pub(super) fn read(&self, text: &str, is_utc: bool) -> Told {
        let text = text.trim();
        if let Some((stamp, rest)) = clock::split(text).filter(|(stamp, _)| stamp.names_year())
            && rest.is_empty()
        {
            return self.time(&stamp, is_utc).map_or(Told::No, Told::Time);
        }
        let Some(found) = LOCAL.captures(text) else { return Told::No };
        let of = |name| found.name(name).map_or("", |part| part.as_str());
        let (a, b, c) = (of("a"), of("b"), of("c"));
        let small = |text: &str| text.parse::<u8>().unwrap_or(99);
        let (year, month, day) = match () {
            () if a.len() == 4 => (a, b, c),
            () if c.len() != 4 => return Told::No,
            () if of("sign") == "." || small(a) > 12 || small(a) == small(b) => (c, b, a),
            () if small(b) > 12 => (c, a, b),
            () => match self.is_day_first.filter(|_| !self.is_unclear) {
                Some(true) => (c, b, a),
                Some(false) => (c, a, b),
                None => return Told::Later,
            },
        };
        let hour = match (of("half").get(..1).map(str::to_ascii_lowercase).as_deref(), small(of("hour"))) {
            (None, hour) => hour,
            (Some(_), 13..) => return Told::No,
            (Some("p"), hour) => hour % 12 + 12,
            (Some(_), hour) => hour % 12,
        };
        let second = if of("second").is_empty() { "00" } else { of("second") };
        let (month, day) = (small(month), small(day));
        let whole = format!("{year}-{month:02}-{day:02} {hour:02}:{}:{second}{}", of("minute"), of("rest"));
        let stamp = clock::split(&whole).filter(|(_, rest)| rest.is_empty());
        stamp.and_then(|(stamp, _)| self.time(&stamp, is_utc)).map_or(Told::No, Told::Time)
    }

    fn time(&self, stamp: &clock::Stamp, is_utc: bool) -> Option<Amount> {
        let zone = if is_utc { Some(TimeZone::UTC) } else { self.zone.clone() };
        Clock::new(zone, None).time(stamp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Type, write_amount};

    fn shown(times: &Times, text: &str, is_utc: bool) -> String {
        match times.read(text, is_utc) {
            Told::Time(time) => write_amount(time, &Type::Time),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn times_are_read_where_they_are_clear() {
        let mut times = Times::default();
        let read = |text| shown(&Times::default(), text, false);
        assert_eq!(read("2026-05-12T12:12:45.000Z"), "2026-05-12 12:12:45Z");
        assert_eq!(read("12.05.2026 12:12:45"), "2026-05-12 12:12:45");
        assert_eq!(read("5/13/2026 1:12:45 PM"), "2026-05-13 13:12:45");
        assert_eq!(read("13/05/2026 12:12"), "2026-05-13 12:12:00");
        assert_eq!(read("2026/05/12 12:12:45 UTC"), "2026-05-12 12:12:45Z");
        assert_eq!(read("5/12/2026 12:12:45 AM"), "Later");
        assert_eq!(read("yesterday"), "No");
        assert_eq!(read("99/99/2026 12:12"), "No");
        times.learn("5/13/2026 1:12:45 PM");
        assert_eq!(shown(&times, "5/12/2026 12:12:45 AM", true), "2026-05-12 00:12:45Z");
        times.learn("13/05/2026 1:12:45 PM");
        assert_eq!(shown(&times, "5/12/2026 12:12:45 AM", true), "Later");
    }
}
