//! Points in time, and the clock of a fact file.
//!
//! A time without an offset is taken from the clocks of the file's `time_zone`. Where those showed it twice, it is one of
//! the two; where they never showed it, that is a mistake. A date alone is some time of that day.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};

use crate::facts::amount::Ends;
use crate::facts::example::short;
use crate::facts::value::{Wrong, near};
use crate::pack::value::{Amount, parse_time};

/// The amounts that a point in time may stand for.
pub(super) fn read(text: &str, zone: Option<&TimeZone>) -> Result<Ends, Wrong> {
    if text.contains('[') {
        let zoned = text.parse::<ZonedDateTime>().ok().filter(|_| text.contains(':'));
        return zoned.map(|at| Ends::exact(instant(at.timestamp()))).ok_or_else(|| none(text));
    }
    if let Some(date) = date_alone(text) {
        return day(date, zone).ok_or_else(|| Wrong::new(format!("`{}` never was", short(text))));
    }
    match (parse_time(text).or_else(|| glued(text)), zone) {
        (None, _) => Err(none(text)),
        (Some(Amount::Civil(nanos)), Some(zone)) => by_the_clock(text, nanos, zone),
        (Some(at), _) => Ok(Ends::exact(at)),
    }
}

fn instant(at: Timestamp) -> Amount {
    Amount::Instant(at.as_nanosecond())
}

fn none(text: &str) -> Wrong {
    Wrong::new(format!("`{}` is none", short(text)))
        .help("write year, month, day and time: `2026-01-31 14:05` or `2026-01-31T14:05:00+01:00`")
}

/// A date without a time: `2026-01-31`, `20260131`.
fn date_alone(text: &str) -> Option<Date> {
    if text.contains([' ', ':', 'T', 't']) { None } else { text.parse().ok() }
}

/// The date and time with the offset behind a space: `2026-01-31 14:05 +0100`, `2026-01-31 14:05 UTC`.
fn glued(text: &str) -> Option<Amount> {
    let (time, offset) = text.rsplit_once(' ')?;
    let offset = match offset {
        "UTC" | "GMT" | "Z" => "Z",
        offset if offset.starts_with(['+', '-']) => offset,
        _ => return None,
    };
    parse_time(&format!("{}{offset}", time.trim_end()))
}

/// From midnight to midnight; none for a day that the clocks left out.
fn day(date: Date, zone: Option<&TimeZone>) -> Option<Ends> {
    let midnight = |date: Date| {
        let civil = date.at(0, 0, 0, 0);
        match zone {
            Some(zone) => zone.to_ambiguous_timestamp(civil).compatible().ok().map(instant),
            None => Offset::UTC.to_timestamp(civil).ok().map(|at| Amount::Civil(at.as_nanosecond())),
        }
    };
    let (first, last) = (midnight(date)?, midnight(date.tomorrow().ok()?)?);
    (first != last).then_some(Ends { first, last, day: true })
}

fn by_the_clock(text: &str, nanos: i128, zone: &TimeZone) -> Result<Ends, Wrong> {
    let civil: DateTime =
        Timestamp::from_nanosecond(nanos).map(|at| Offset::UTC.to_datetime(at)).map_err(|_| none(text))?;
    let at = |offset: Offset| offset.to_timestamp(civil).map(instant).map_err(|_| none(text));
    match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => Ok(Ends::exact(at(offset)?)),
        AmbiguousOffset::Fold { before, after } => {
            Ok(Ends { first: at(before)?, last: at(after)?, day: false })
        }
        AmbiguousOffset::Gap { before, after } => {
            let name = zone.iana_name().unwrap_or("the time zone");
            Err(Wrong::new(format!("`{}` never was in {name}, where clocks were put forward", short(text)))
                .help(format!("write the offset, `{before}` or `{after}`, behind the time")))
        }
    }
}

/// The furthest that clocks are from UTC, in seconds.
const FURTHEST: i32 = 15 * 3600;

/// A time zone by its name, or an offset; else what to write instead.
pub(super) fn time_zone(text: &str) -> Result<TimeZone, String> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("z") {
        return Ok(TimeZone::UTC);
    }
    if text.starts_with(['+', '-']) {
        let zone = jiff::fmt::temporal::DateTimeParser::new().parse_time_zone(text).ok();
        let near = |zone: &TimeZone| zone.to_fixed_offset().is_ok_and(|o| o.seconds().abs() <= FURTHEST);
        return zone.filter(near).ok_or_else(|| "write an offset as `+01:00`".to_owned());
    }
    match TimeZone::get(text) {
        Ok(zone) if zone.iana_name().is_some() => Ok(zone),
        _ => Err(meant(text)),
    }
}

fn meant(text: &str) -> String {
    let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    let city = text.replace([' ', '-'], "_").to_lowercase();
    let of_city = names.iter().find(|name| name.to_lowercase().rsplit('/').next() == Some(city.as_str()));
    match of_city.map(String::as_str).or_else(|| near(text, names.iter().map(String::as_str))) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "write a name such as `Europe/Berlin`, or an offset such as `+01:00`".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::{Bound, Known, Range};
    use crate::facts::recorded::tests::{known, mistake, recorded, refused, written};
    use crate::pack::value::{SECOND, Value};

    const DAY: i128 = 86_400 * SECOND;
    /// 2026-01-31 00:00 in UTC.
    const MIDNIGHT: i128 = 1_769_817_600 * SECOND;
    const HOUR: i128 = 3600 * SECOND;

    fn exactly(at: Amount) -> Known {
        Known::Exactly(Value::Amount(at))
    }

    fn within(low: Option<(Amount, bool)>, high: Option<(Amount, bool)>) -> Known {
        let bound = |(at, open)| Bound { at, open };
        Known::Within(Range { low: low.map(bound), high: high.map(bound) })
    }

    fn in_zone(zone: &str, time: &str) -> Known {
        let text = format!("log.received_at: {time}\ntime_zone: {zone}\n");
        recorded(&text, "log.received_at").unwrap().known
    }

    #[test]
    fn times_with_and_without_an_offset() {
        let at = exactly(Amount::Instant(MIDNIGHT + 14 * HOUR));
        for value in [
            "2026-01-31 14:00Z",
            "2026-01-31T15:00:00+01:00",
            "2026-01-31 15:00 +0100",
            "2026-01-31 14:00:00 UTC",
            "Sat, 31 Jan 2026 15:00:00 +0100",
            "2026-01-31T15:00[Europe/Berlin]",
            "2026-01-31T15:00+01:00[Europe/Berlin]",
        ] {
            assert_eq!(known("log.received_at", value), at, "{value}");
            assert_eq!(written("log.received_at", value), value);
        }
        assert_eq!(
            known("log.received_at", "2026-01-31 14:00"),
            exactly(Amount::Civil(MIDNIGHT + 14 * HOUR))
        );
    }

    #[test]
    fn the_clock_of_the_file() {
        for (zone, hours) in [
            ("Europe/Berlin", 1),
            ("europe/berlin", 1),
            ("+01:00", 1),
            ("\"-0330\"", -3),
            ("UTC", 0),
            ("Z", 0),
            ("CET", 1),
        ] {
            let half = if zone.contains("30") { HOUR / 2 } else { 0 };
            let at = Amount::Instant(MIDNIGHT + (14 - hours) * HOUR + half);
            assert_eq!(in_zone(zone, "2026-01-31 14:00"), exactly(at), "{zone}");
        }
        let own = in_zone("Europe/Berlin", "2026-01-31 14:00Z");
        assert_eq!(own, exactly(Amount::Instant(MIDNIGHT + 14 * HOUR)));
    }

    #[test]
    fn a_time_that_clocks_showed_twice_is_one_of_two_and_one_they_never_showed_is_none() {
        let first: jiff::Timestamp = "2026-10-25T00:30:00Z".parse().unwrap();
        let (first, second) = (instant(first), Amount::Instant(first.as_nanosecond() + HOUR));
        let twice = "2026-10-25 02:30";
        assert_eq!(in_zone("Europe/Berlin", twice), within(Some((first, false)), Some((second, false))));
        let bound = in_zone("Europe/Berlin", &format!("\"> {twice}\""));
        assert_eq!(bound, within(Some((first, true)), None));
        let bound = in_zone("Europe/Berlin", &format!("< {twice}"));
        assert_eq!(bound, within(None, Some((second, true))));
        let (place, message, help) = mistake("time_zone: Europe/Berlin\nlog.received_at: 2026-03-29 02:30\n");
        assert_eq!(place, "2026-03-29 02:30");
        assert!(message.ends_with("never was in Europe/Berlin, where clocks were put forward"), "{message}");
        assert!(help.contains("`+01` or `+02`"), "{help}");
    }

    #[test]
    fn a_date_alone_is_some_time_of_that_day() {
        let day = |hours: i128| {
            let at = |days: i128| Amount::Instant(MIDNIGHT - hours * HOUR + days * DAY);
            within(Some((at(0), false)), Some((at(1), true)))
        };
        assert_eq!(in_zone("UTC", "2026-01-31"), day(0));
        assert_eq!(in_zone("+01:00", "20260131"), day(1));
        let civil = |days: i128| Amount::Civil(MIDNIGHT + days * DAY);
        for (value, expected) in [
            ("2026-01-31", within(Some((civil(0), false)), Some((civil(1), true)))),
            ("\"> 2026-01-31\"", within(Some((civil(1), false)), None)),
            ("\">= 2026-01-31\"", within(Some((civil(0), false)), None)),
            ("< 2026-01-31", within(None, Some((civil(0), true)))),
            ("<= 2026-01-31", within(None, Some((civil(1), true)))),
            ("2026-01-31 .. 2026-02-01", within(Some((civil(0), false)), Some((civil(2), true)))),
        ] {
            assert_eq!(known("log.received_at", value), expected, "{value}");
        }
        let long = in_zone("Europe/Berlin", "2026-10-25");
        let Known::Within(Range { low: Some(low), high: Some(high) }) = long else { panic!("{long:?}") };
        let (Amount::Instant(low), Amount::Instant(high)) = (low.at, high.at) else { panic!() };
        assert_eq!(high - low, 25 * HOUR);
        let (_, message, _) = mistake("time_zone: Pacific/Apia\nlog.received_at: 2011-12-30\n");
        assert!(message.ends_with("`2011-12-30` never was"), "{message}");
    }

    #[test]
    fn times_that_are_none() {
        let expects = |what: &str| format!("`log.received_at` expects a point in time, and {what}");
        for value in [
            "yesterday",
            "31.01.2026",
            "01/31/2026",
            "1769864700",
            "14:05",
            "2026-02-30",
            "2026-01-31 25:00",
            "2026-01-31 14:05 PST",
            "2026-01-31[Europe/Berlin]",
        ] {
            let what = format!("`{value}` is none");
            refused("log.received_at", value, &expects(&what), "`2026-01-31 14:05`");
        }
        let mixed = "2026-01-31 14:05 .. 2026-01-31T15:05Z";
        let what = format!("of `{mixed}` one end has an offset and the other has none");
        refused("log.received_at", mixed, &expects(&what), "`+01:00`");
        let turned = "2026-02-01 .. 2026-01-31";
        refused(
            "log.received_at",
            turned,
            &expects(&format!("`{turned}` ends before it begins")),
            "2026-01-31 ..",
        );
    }

    #[test]
    fn time_zones_that_there_are_not() {
        for (zone, place, help) in [
            ("Berlin", "Berlin", "`Europe/Berlin`?"),
            ("New York", "New York", "`America/New_York`?"),
            ("Europe/Berln", "Europe/Berln", "`Europe/Berlin`?"),
            ("PST", "PST", ""),
            ("UTC+1", "UTC+1", ""),
            ("+25:00", "+25:00", "as `+01:00`"),
            ("+1", "+1", "as `+01:00`"),
            ("somewhere", "somewhere", "such as `Europe/Berlin`"),
            ("[UTC]", "[UTC]", "such as `Europe/Berlin`"),
            ("\"\"", "\"\"", "such as `Europe/Berlin`"),
            ("Etc/Unknown", "Etc/Unknown", ""),
        ] {
            let (under, message, mend) = mistake(&format!("time_zone: {zone}\n"));
            assert_eq!(under, place);
            assert!(message.contains("time zone"), "{message}");
            assert!(mend.contains(help), "{zone}: {mend}");
        }
    }
}
