//! Times as people say them: `02:05`, `today 02:05`, `yesterday 14:00`.
//!
//! What is recorded is the whole time with its offset, since the next day nobody knows any more which day was meant. It is by the
//! clocks of the file's `time_zone`, else by those of this machine. A time without a day is the last one that these clocks showed.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, ZonedDateTime};

use crate::interview::{Interview, Refusal};
use crate::pack::FactId;
use crate::value::{Type, moment};

/// Returns an answer as it is recorded; what is no short time stays as it was typed.
///
/// # Errors
/// Where the clocks did not show such a time, or showed it twice.
pub(super) fn in_full(interview: &Interview, fact: FactId, text: &str) -> Result<String, Refusal> {
    if interview.graph().pack.facts[fact].ty != Type::Time {
        return Ok(text.to_owned());
    }
    let zone = interview.now().record.time_zone();
    let zone = zone.and_then(|zone| moment::time_zone(zone.trim_matches(['"', '\''])).ok());
    written(text, &Timestamp::now().to_zoned_datetime(zone.unwrap_or_else(TimeZone::system)))
}

/// Puts the whole time in the place of every short one, also in a bound or a range.
fn written(text: &str, now: &ZonedDateTime) -> Result<String, Refusal> {
    let mut parts = Vec::new();
    for part in text.split("..") {
        let (before, rest) = part.split_at(part.len() - part.trim_start_matches(['<', '>', '=', ' ']).len());
        let said = rest.trim_end();
        let behind = rest.get(said.len()..).unwrap_or_default();
        let at = short(said).map(|(day, time)| at(day, time, now)).transpose()?;
        let full = at.map_or_else(|| said.to_owned(), |at| at.strftime("%Y-%m-%d %H:%M:%S %:z").to_string());
        parts.push(format!("{before}{full}{behind}"));
    }
    Ok(parts.join(".."))
}

/// How the day of a time is said.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Day {
    Today,
    Yesterday,
    /// The last time that it was so late.
    Last,
}

/// Reads `02:05`, `2:05:30`, `today 02:05`, `02:05 yesterday`.
fn short(text: &str) -> Option<(Day, Time)> {
    let named = |word: &str| match word.to_lowercase().as_str() {
        "today" => Some(Day::Today),
        "yesterday" => Some(Day::Yesterday),
        _ => None,
    };
    let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "at").collect();
    match words.as_slice() {
        [time] => Some((Day::Last, time_of_day(time)?)),
        [one, other] => match (named(one), named(other)) {
            (Some(day), None) => Some((day, time_of_day(other)?)),
            (None, Some(day)) => Some((day, time_of_day(one)?)),
            _ => None,
        },
        _ => None,
    }
}

fn time_of_day(text: &str) -> Option<Time> {
    let parts: Vec<&str> = text.split(':').collect();
    let number = |part: &&str| {
        let is_number = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { part.parse::<i8>().ok() } else { None }
    };
    let numbers: Vec<i8> = parts.iter().map(number).collect::<Option<_>>()?;
    match *numbers.as_slice() {
        [hour, minute] => Time::new(hour, minute, 0, 0).ok(),
        [hour, minute, second] => Time::new(hour, minute, second, 0).ok(),
        _ => None,
    }
}

fn at(day: Day, time: Time, now: &ZonedDateTime) -> Result<ZonedDateTime, Refusal> {
    let is_before = day == Day::Yesterday || (day == Day::Last && time > now.time());
    let date = if is_before { now.date().saturating_sub(1.day()) } else { now.date() };
    now.time_zone().to_ambiguous_zoned_datetime(date.to_datetime(time)).unambiguous().map_err(|_| Refusal {
        message: format!("the clocks showed {time} not once on {date}, but never or twice"),
        help: format!("write it with its offset, as in `{date} {time} +01:00`"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, now: &str) -> String {
        written(text, &now.parse::<ZonedDateTime>().unwrap()).unwrap_or_else(|refusal| refusal.message)
    }

    #[test]
    fn a_short_time_is_recorded_with_its_day_and_offset() {
        let now = "2026-03-05T08:00:00+01:00[Europe/Berlin]";
        for (text, full) in [
            ("02:05", "2026-03-05 02:05:00 +01:00"),
            ("2:05:30", "2026-03-05 02:05:30 +01:00"),
            // So late it was yesterday last.
            ("23:50", "2026-03-04 23:50:00 +01:00"),
            ("Today 23:50", "2026-03-05 23:50:00 +01:00"),
            ("yesterday at 14:00", "2026-03-04 14:00:00 +01:00"),
            ("14:00 yesterday", "2026-03-04 14:00:00 +01:00"),
            ("> 02:05", "> 2026-03-05 02:05:00 +01:00"),
            ("yesterday 23:00 .. < 02:05", "2026-03-04 23:00:00 +01:00 .. < 2026-03-05 02:05:00 +01:00"),
        ] {
            assert_eq!(said(text, now), full);
        }
    }

    #[test]
    fn anything_else_stays_as_it_is() {
        let now = "2026-03-05T08:00:00+01:00[Europe/Berlin]";
        for text in [
            "",
            "2026-03-04 02:05",
            "2026-03-04",
            "25:00",
            "02:60",
            "today",
            "today yesterday",
            "1:2:3:4",
            "{ not: x }",
            "::",
            "漢:05",
        ] {
            assert_eq!(said(text, now), text);
        }
    }

    #[test]
    fn a_time_that_the_clocks_left_out_or_showed_twice_is_refused() {
        let zone = |day: &str| format!("2026-{day}T08:00:00[Europe/Berlin]");
        assert!(said("02:30", &zone("03-29")).contains("never or twice"));
        assert!(said("today 02:30", &zone("10-25")).contains("never or twice"));
        assert_eq!(said("yesterday 12:00", &zone("03-30")), "2026-03-29 12:00:00 +02:00");
    }
}
