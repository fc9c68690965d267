//! Points in time in fact files.

use crate::facts::recorded::tests::{known, mistake, recorded, refused, written};
use crate::value::moment::instant;
use crate::value::{Amount, Bound, Known, Range, SECOND, Value};

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
    assert_eq!(known("log.received_at", "2026-01-31 14:00"), exactly(Amount::Civil(MIDNIGHT + 14 * HOUR)));
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
    ] {
        let what = format!("`{value}` is not a date and time");
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
    for (zone, place, wanted) in [
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
        let (under, message, help) = mistake(&format!("time_zone: {zone}\n"));
        assert_eq!(under, place);
        assert!(message.contains("time zone"), "{message}");
        assert!(help.contains(wanted), "{zone}: {help}");
    }
}
