//! Times by a pattern in the letters of Unicode (UTS 35, "Date Format Patterns"): `yyyy-MM-dd HH:mm:ss,SSS`, `d MMM yyyy h:mm a`.
//!
//! Understood are `y` (`yy` is 1970 to 2069), `M` (as number or English word), `d`, `E`, `H`, `h`, `m`, `s`, `S`, `a`, `X`, `x`, `Z`,
//! `z`, and text in `'…'`. A number directly before another has as many digits as letters; any other may have fewer. A blank stands
//! for any number of them. Where the pattern has no year, the last one counts in which that day is not after the newest of the run.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use crate::value::Amount;

/// A pattern, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    /// A letter, how often it stands there, and whether a number follows directly.
    Field { letter: char, count: usize, is_tight: bool },
    /// What stands between.
    Text(String),
}

/// What was read so far.
#[derive(Default)]
struct Parts<'t> {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    hour: i8,
    is_afternoon: Option<bool>,
    minute: i8,
    second: i8,
    nanos: i32,
    offset: Option<Offset>,
    zone: Option<&'t str>,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl Pattern {
    /// Takes a pattern apart; the error says what is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut items: Vec<Item> = Vec::new();
        let mut letters = text.chars().peekable();
        while let Some(c) = letters.next() {
            if c == '\'' {
                items.push(Item::Text(quoted(&mut letters).ok_or("a `'` is missing")?));
            } else if c.is_ascii_alphabetic() {
                let mut count = 1;
                while letters.next_if_eq(&c).is_some() {
                    count += 1;
                }
                if !"yuMLdEHhmsSaXxZz".contains(c) {
                    return Err(format!("`{c}` is no letter of a time: put words in `'…'`"));
                }
                if let Some(Item::Field { letter, count, is_tight }) = items.last_mut() {
                    *is_tight = is_number(*letter, *count) && is_number(c, 1);
                }
                items.push(Item::Field { letter: c, count, is_tight: false });
            } else {
                match items.last_mut() {
                    Some(Item::Text(text)) => text.push(c),
                    _ => items.push(Item::Text(c.to_string())),
                }
            }
        }
        let pattern = Self { items };
        let has = |wanted: &str| {
            pattern
                .items
                .iter()
                .any(|item| matches!(item, Item::Field { letter, .. } if wanted.contains(*letter)))
        };
        match () {
            () if !has("d") => Err("has no day: write `d` or `dd`".to_owned()),
            () if !has("ML") => Err("has no month: write `M`, `MM` or `MMM`".to_owned()),
            () if has("h") && !has("a") => {
                Err("has an hour of a half day, `h`, without `a`: write `H` or `HH`".to_owned())
            }
            () => Ok(pattern),
        }
    }

    /// Reads a time; none where it does not fit, never was, or was twice.
    pub(super) fn read(&self, text: &str, zone: Option<&TimeZone>, year: &mut Year) -> Option<Amount> {
        let mut parts = Parts::default();
        let mut rest = text;
        for item in &self.items {
            rest = match item {
                Item::Text(between) => after(between, rest)?,
                Item::Field { letter, count, is_tight } => {
                    parts.field(*letter, *count, *is_tight, rest.trim_start())?
                }
            };
        }
        if !rest.trim().is_empty() {
            return None;
        }
        let (month, day) = (parts.month?, parts.day?);
        let year = parts.year.or_else(|| year.of(month, day))?;
        let hour = match parts.is_afternoon {
            None => parts.hour,
            Some(_) if !(1..=12).contains(&parts.hour) => return None,
            Some(is_afternoon) => parts.hour % 12 + if is_afternoon { 12 } else { 0 },
        };
        let time = Time::new(hour, parts.minute, parts.second, parts.nanos).ok()?;
        instant(Date::new(year, month, day).ok()?.to_datetime(time), &parts, zone)
    }
}

impl<'t> Parts<'t> {
    /// Reads one field, and returns what follows.
    fn field(&mut self, letter: char, count: usize, is_tight: bool, text: &'t str) -> Option<&'t str> {
        match letter {
            'y' | 'u' if count == 2 => {
                let (year, rest) = digits(text, 2, true)?;
                let year = i16::try_from(year).ok()?;
                self.year = Some(if year < 70 { 2000 + year } else { 1900 + year });
                Some(rest)
            }
            'y' | 'u' => {
                let (year, rest) = digits(text, 4, true)?;
                self.year = Some(i16::try_from(year).ok()?);
                Some(rest)
            }
            'M' | 'L' if count > 2 => {
                let (month, rest) = word(text, &MONTHS)?;
                self.month = Some(month);
                Some(rest)
            }
            'E' => word(text, &DAYS).map(|(_, rest)| rest),
            'a' => {
                let (half, rest) = half_day(text)?;
                self.is_afternoon = Some(half);
                Some(rest)
            }
            'X' | 'x' | 'Z' => self.read_offset(text),
            'z' => self.read_zone(text),
            'S' => {
                let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
                let width = if is_tight { count } else { end };
                let (part, rest) =
                    text.split_at_checked(width).filter(|(part, _)| (1..=9).contains(&part.len()))?;
                self.nanos = format!("{part:0<9}").parse().ok()?;
                Some(rest)
            }
            _ => {
                let (number, rest) = digits(text, if is_tight { count } else { 2 }, is_tight)?;
                let number = i8::try_from(number).ok()?;
                let into = match letter {
                    'M' | 'L' => self.month.insert(number),
                    'd' => self.day.insert(number),
                    'm' => &mut self.minute,
                    's' => &mut self.second,
                    _ => &mut self.hour,
                };
                *into = number;
                Some(rest)
            }
        }
    }

    /// Reads `Z`, `+01`, `+0100`, `+01:00`.
    fn read_offset(&mut self, text: &'t str) -> Option<&'t str> {
        if let Some(rest) = text.strip_prefix(['Z', 'z']) {
            self.offset = Some(Offset::UTC);
            return Some(rest);
        }
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let (hours, rest) = digits(text.strip_prefix(['+', '-'])?, 2, true)?;
        let (minutes, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2, true)
            .map_or((0, rest), |(minutes, rest)| (minutes, rest));
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        self.offset = Some(Offset::from_seconds(sign * seconds).ok().filter(|_| minutes < 60)?);
        Some(rest)
    }

    /// Reads the name of a clock: `UTC`, `GMT`, or one that the zone of the column goes by. Any other may be several clocks.
    fn read_zone(&mut self, text: &'t str) -> Option<&'t str> {
        let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
        let (name, rest) = text.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        if ["UTC", "GMT", "Z"].contains(&name) {
            self.offset = Some(Offset::UTC);
        } else {
            self.zone = Some(name);
        }
        Some(rest)
    }
}

/// Makes a point in time of what a clock shows.
fn instant(clock: DateTime, parts: &Parts<'_>, zone: Option<&TimeZone>) -> Option<Amount> {
    let at = |offset: Offset| offset.to_timestamp(clock).ok().map(|at| Amount::Instant(at.as_nanosecond()));
    if let Some(offset) = parts.offset {
        return at(offset);
    }
    let Some(zone) = zone else {
        // What a name means that is no offset is not known.
        let civil = Offset::UTC.to_timestamp(clock).ok().filter(|_| parts.zone.is_none())?;
        return Some(Amount::Civil(civil.as_nanosecond()));
    };
    let is_called = |offset: &Offset| {
        let called = |name: &str| {
            let at = offset.to_timestamp(clock);
            at.is_ok_and(|at| zone.to_offset_info(at).abbreviation() == name)
        };
        parts.zone.is_none_or(called)
    };
    match zone.to_ambiguous_timestamp(clock).offset() {
        AmbiguousOffset::Unambiguous { offset } => Some(offset).filter(is_called).and_then(at),
        AmbiguousOffset::Fold { before, after } => {
            let mut called = [before, after].into_iter().filter(is_called);
            let first = called.next()?;
            called.next().is_none().then(|| at(first)).flatten()
        }
        AmbiguousOffset::Gap { .. } => None,
    }
}

/// Takes what stands between two fields off a text; blanks are any number of blanks.
fn after<'t>(between: &str, text: &'t str) -> Option<&'t str> {
    let mut rest = text;
    for c in between.chars() {
        rest = if c.is_whitespace() {
            rest.trim_start()
        } else {
            let first = rest.chars().next().filter(|first| first.to_lowercase().eq(c.to_lowercase()))?;
            rest.get(first.len_utf8()..)?
        };
    }
    Some(rest)
}

/// Reads a number of up to so many digits, or of exactly so many.
fn digits(text: &str, most: usize, exactly: bool) -> Option<(i64, &str)> {
    let end = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(end).filter(|(number, _)| !number.is_empty())?;
    Some((number.parse().ok()?, rest)).filter(|_| end == most || !exactly)
}

/// Reads an English word or its first letters, and returns its place, from 1.
fn word<'t>(text: &'t str, words: &[&str]) -> Option<(i8, &'t str)> {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end).filter(|(word, _)| word.len() >= 3)?;
    let word = word.to_lowercase();
    let at = words.iter().position(|long| long.starts_with(&word))?;
    Some((i8::try_from(at).ok()? + 1, rest.strip_prefix('.').unwrap_or(rest)))
}

/// Reads `AM`, `p.m.`, and returns whether it is the afternoon.
fn half_day(text: &str) -> Option<(bool, &str)> {
    let words = [("a.m.", false), ("p.m.", true), ("am", false), ("pm", true)];
    words.iter().find_map(|(word, is_afternoon)| {
        let (half, rest) = text.split_at_checked(word.len())?;
        half.eq_ignore_ascii_case(word).then_some((*is_afternoon, rest))
    })
}

/// Reads up to the quotation mark that ends a text; two of them are one.
fn quoted(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<String> {
    if letters.next_if_eq(&'\'').is_some() {
        return Some("'".to_owned());
    }
    let mut text = String::new();
    loop {
        match letters.next()? {
            '\'' if letters.next_if_eq(&'\'').is_none() => return Some(text),
            c => text.push(c),
        }
    }
}

fn is_number(letter: char, count: usize) -> bool {
    "yudHhmsS".contains(letter) || "ML".contains(letter) && count < 3
}

/// The year of times that say none.
#[derive(Debug, Clone)]
pub(super) struct Year {
    newest: Option<Date>,
    taken: Option<i16>,
    is_missing: bool,
}

impl Year {
    pub(super) fn new(newest: Option<Date>) -> Self {
        Self { newest, taken: None, is_missing: false }
    }

    /// Returns the last year in which that day is not after the newest; clocks may be a day apart.
    fn of(&mut self, month: i8, day: i8) -> Option<i16> {
        let Some(newest) = self.newest else {
            self.is_missing = true;
            return None;
        };
        let latest = newest.tomorrow().unwrap_or(newest);
        // 29 February may be up to eight years back.
        let is_past = |year: &i16| Date::new(*year, month, day).is_ok_and(|date| date <= latest);
        let year = (latest.year() - 8..=latest.year()).rev().find(is_past)?;
        self.taken = self.taken.max(Some(year));
        Some(year)
    }

    /// Says which year was taken.
    pub(super) fn note(&self) -> Option<String> {
        match (self.taken, self.is_missing) {
            (Some(year), _) => Some(format!("the times name no year; {year} is taken")),
            (None, true) => {
                Some("the times name no year, and nothing says which: they are not read".to_owned())
            }
            (None, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::SECOND;

    fn read(pattern: &str, text: &str, zone: Option<&str>) -> Option<i128> {
        let zone = zone.map(|name| TimeZone::get(name).unwrap());
        let mut year = Year::new(Date::new(2026, 12, 1).ok());
        match Pattern::parse(pattern).unwrap().read(text, zone.as_ref(), &mut year)? {
            Amount::Instant(nanos) | Amount::Civil(nanos) => Some(nanos / 1_000_000),
            _ => None,
        }
    }

    fn at(text: &str) -> Option<i128> {
        text.parse::<jiff::Timestamp>().ok().map(|at| at.as_nanosecond() / 1_000_000)
    }

    #[test]
    fn times_read_by_their_pattern() {
        let time = at("2026-11-30T20:01:02Z");
        for (pattern, text) in [
            ("yyyy-MM-dd HH:mm:ss", "2026-11-30 20:01:02"),
            ("yyyyMMddHHmmss", "20261130200102"),
            ("yyMMdd HHmmss", "261130 200102"),
            ("d.M.yyyy H:mm:ss", "30.11.2026 20:01:02"),
            ("dd/MMM/yyyy:HH:mm:ss Z", "30/Nov/2026:21:01:02 +0100"),
            ("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-11-30T20:01:02Z"),
            ("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-11-30T21:01:02+01:00"),
            ("M/d/yyyy h:mm:ss a", "11/30/2026 8:01:02\u{202f}PM"),
            ("EEE MMM d HH:mm:ss zzz yyyy", "Mon Nov 30 20:01:02 UTC 2026"),
            ("EEEE, MMMM d, yyyy h:mm:ss a", "Monday, November 30, 2026 8:01:02 p.m."),
            ("MMM d HH:mm:ss", "Nov 30 20:01:02"),
            ("yyyy 'o''clock' M d HH mm ss", "2026 o'clock 11 30 20 01 02"),
        ] {
            assert_eq!(read(pattern, text, None), time, "{pattern}");
        }
        assert_eq!(
            read("yyyy-MM-dd HH:mm:ss,SSS", "2026-11-30 20:01:02,5", None),
            at("2026-11-30T20:01:02.5Z")
        );
        assert_eq!(read("MMM d HH:mm:ss", "Dec  3 20:01:02", None), at("2025-12-03T20:01:02Z"));
        assert_eq!(
            read("yyyy-MM-dd HH:mm z", "2026-11-30 21:01 CET", Some("Europe/Berlin")),
            at("2026-11-30T20:01:00Z")
        );
        assert_eq!(
            read("yyyy-MM-dd HH:mm", "2026-07-30 21:01", Some("Europe/Berlin")),
            at("2026-07-30T19:01:00Z")
        );
    }

    #[test]
    fn what_is_no_time_or_two_is_not_read() {
        for (pattern, text, zone) in [
            ("yyyy-MM-dd HH:mm", "2026-02-30 10:00", None),
            ("yyyy-MM-dd HH:mm", "2026-11-30 10:00 x", None),
            ("yyyy-MM-dd HH:mm", "2026-11-30 25:00", None),
            ("yyyy-MM-dd h:mm a", "2026-11-30 13:00 AM", None),
            ("yyyy-MM-dd HH:mm z", "2026-11-30 10:00 CET", None),
            ("yyyy-MM-dd HH:mm z", "2026-11-30 10:00 CEST", Some("Europe/Berlin")),
            ("yyyy-MM-dd HH:mm", "2026-10-25 02:30", Some("Europe/Berlin")),
            ("yyyy-MM-dd HH:mm", "2026-03-29 02:30", Some("Europe/Berlin")),
        ] {
            assert_eq!(read(pattern, text, zone), None, "{text}");
        }
        let summer = read("yyyy-MM-dd HH:mm z", "2026-10-25 02:30 CEST", Some("Europe/Berlin"));
        assert_eq!(summer, at("2026-10-25T00:30:00Z"));
        for pattern in ["HH:mm", "yyyy-MM", "yyyy-MM-dd T", "yyyy-MM-dd hh:mm", "yyyy-MM-dd 'x"] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
        assert_eq!(SECOND, 1_000_000_000);
    }
}
