//! Points in time, and the clock of a fact file.
//!
//! A time without an offset is taken from the clocks of the file's `time_zone`. Where those showed it twice, it is one of
//! the two; where they never showed it, that is a mistake. A date alone is some time of that day.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};

use super::Amount;
use super::amount::Ends;
use super::scalar::{Wrong, near, short};

/// Reads the amounts that a point in time may stand for.
pub(crate) fn read(text: &str, zone: Option<&TimeZone>) -> Result<Ends, Wrong> {
    if let Some(offset) = too_far(text) {
        let wrong = Wrong::new(format!("`{}` has an offset that no clock has", short(text)));
        return Err(wrong.help(format!(
            "`{offset}` is none: write up to 15 hours, and minutes up to 59, such as `+01:00`"
        )));
    }
    if let Some((clock, zone)) = text.split_once('[') {
        return match zone.strip_suffix(']').map(TimeZone::get) {
            // Without an offset, it is read as if that zone were the file's.
            Some(Ok(zone)) if parse_time(clock).is_none_or(|at| matches!(at, Amount::Civil(_))) => {
                read(clock.trim_end(), Some(&zone))
            }
            _ => {
                let zoned = text.parse::<ZonedDateTime>().ok().filter(|_| text.contains(':'));
                zoned.map(|at| Ends::exact(instant(at.timestamp()))).ok_or_else(|| none(text))
            }
        };
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

/// Reads a point in time that a pack is written with; a day is the midnight that begins it.
pub(crate) fn of_pack(text: &str) -> Result<Amount, Wrong> {
    let ends = read(text, None)?;
    if ends.first == ends.last || ends.day {
        return Ok(ends.first);
    }
    let twice = format!("`{}` was twice, since clocks were put back", short(text));
    Err(Wrong::new(twice).help("write its offset, such as `+01:00`"))
}

pub(crate) fn instant(at: Timestamp) -> Amount {
    Amount::Instant(at.as_nanosecond())
}

/// Returns the offset of a time, where it is further from UTC than any clock.
fn too_far(text: &str) -> Option<&str> {
    let time = text.find(':')?;
    let at = time + text.get(time..)?.find(['+', '-', '\u{2212}'])?;
    let offset = text.get(at..)?.split(['[', ' ']).next()?;
    let digits: String = offset.chars().filter(char::is_ascii_digit).take(4).collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { 0 } else { minutes.parse::<i32>().ok()? };
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes * 60;
    (seconds > FURTHEST || minutes > 59).then_some(offset)
}

fn none(text: &str) -> Wrong {
    Wrong::new(format!("`{}` is not a date and time", short(text)))
        .help("write year, month, day and time: `2026-01-31 14:05` or `2026-01-31T14:05:00+01:00`")
}

/// Reads a date without a time: `2026-01-31`, `20260131`.
fn date_alone(text: &str) -> Option<Date> {
    if text.contains([' ', ':', 'T', 't']) { None } else { text.parse().ok() }
}

/// Reads a date and time with the offset after a space: `2026-01-31 14:05 +0100`, `2026-01-31 14:05 UTC`.
fn glued(text: &str) -> Option<Amount> {
    let (time, offset) = text.rsplit_once(' ')?;
    let offset = match offset {
        "UTC" | "GMT" | "Z" => "Z",
        offset if offset.starts_with(['+', '-']) => offset,
        _ => return None,
    };
    parse_time(&format!("{}{offset}", time.trim_end()))
}

/// Returns a day from midnight to midnight; none for one that the clocks left out.
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

/// Reads a time zone by its name, or an offset; the error says what to write instead.
pub(crate) fn time_zone(text: &str) -> Result<TimeZone, String> {
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

/// Reads a point in time: `2026-01-31 14:05`, `2026-01-31T14:05:00+01:00`, RFC 2822 dates. One without an offset is civil.
/// A date alone is the midnight that begins it.
fn parse_time(text: &str) -> Option<Amount> {
    let text = text.trim();
    let instant = |at: jiff::Timestamp| Amount::Instant(at.as_nanosecond());
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(instant(at));
    }
    if let Ok(at) = jiff::fmt::rfc2822::parse(text) {
        return Some(instant(at.timestamp()));
    }
    let civil = text.parse::<jiff::civil::DateTime>().ok()?;
    let utc = jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(Amount::Civil(utc.as_nanosecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::SECOND;

    #[test]
    fn times_read_with_and_without_an_offset() {
        let at = Amount::Instant(1_769_864_700 * SECOND);
        assert_eq!(parse_time("2026-01-31T14:05:00+01:00"), Some(at));
        assert_eq!(parse_time("2026-01-31 13:05Z"), Some(at));
        assert_eq!(parse_time("Sat, 31 Jan 2026 14:05:00 +0100"), Some(at));
        assert_eq!(parse_time("2026-01-31 13:05"), Some(Amount::Civil(1_769_864_700 * SECOND)));
        assert_eq!(parse_time("2026-01-31"), Some(Amount::Civil(1_769_817_600 * SECOND)));
        assert_eq!(parse_time("yesterday"), None);
    }
}
