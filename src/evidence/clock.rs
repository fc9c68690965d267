//! Times as logs and mails write them.
//!
//! In: the beginning of a line. Out: a [`Stamp`], what its clock showed, and what follows it. Known are the stamps of syslog (RFC 3164,
//! RFC 5424), of rsyslog and journalctl (RFC 3339), of Exim, of RFC 5322, of ctime, of web servers, of multilog (TAI64N), and seconds
//! since 1970.
//!
//! Syslog names no year. A [`Clock`] follows the months of the lines, so that a December before a January is of the year before, and
//! learns the year from a line that names one, or else from a day close behind the newest line. Without either, a time is not known.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

use crate::value::Amount;

/// What a clock showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// The year; none where the line names none.
    year: Option<i16>,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
    nanos: i32,
    /// Seconds east of UTC; none where the line does not say.
    offset: Option<i32>,
    /// How many times the months have begun again since the first line, where the line names no year.
    turn: i16,
}

impl Stamp {
    /// Returns what stands in two forms, with the time of day at midnight.
    fn of_date(year: Option<i16>, month: i8, day: i8) -> Self {
        Self { year, month, day, hour: 0, minute: 0, second: 0, nanos: 0, offset: None, turn: 0 }
    }

    /// Returns the moment of a count since 1970.
    fn of_moment(seconds: i64, nanos: i32) -> Option<Self> {
        let at = jiff::Timestamp::new(seconds, nanos).ok()?;
        let at = Offset::UTC.to_datetime(at);
        let date = Self::of_date(Some(at.year()), at.month(), at.day());
        let (hour, minute, second) = (at.hour(), at.minute(), at.second());
        Some(Self { hour, minute, second, nanos, offset: Some(0), ..date })
    }

    /// Returns whether the line names the year.
    pub(super) fn names_year(&self) -> bool {
        self.year.is_some()
    }

    fn at_time(self, time: TimeOfDay) -> Self {
        let TimeOfDay { hour, minute, second, nanos } = time;
        Self { hour, minute, second, nanos, ..self }
    }
}

/// A time of day.
#[derive(Debug, Clone, Copy)]
struct TimeOfDay {
    hour: i8,
    minute: i8,
    second: i8,
    nanos: i32,
}

/// Takes a stamp off the beginning of a line; returns it, and what follows, without blanks before it.
pub(super) fn split(line: &str) -> Option<(Stamp, &str)> {
    let (stamp, rest) = match line.as_bytes().first()? {
        b'[' => bracketed(line)?,
        b'@' => tai64(line)?,
        b'0'..=b'9' => iso(line).or_else(|| of_web_server(line)).or_else(|| seconds(line))?,
        _ => syslog(line).or_else(|| with_weekday(line))?,
    };
    Some((stamp, rest.trim_start()))
}

/// `[2026-11-30 08:01:02]`, `[30/Nov/2026:08:01:02 +0100]`
fn bracketed(line: &str) -> Option<(Stamp, &str)> {
    let (inside, rest) = line.strip_prefix('[')?.split_once(']')?;
    if inside.starts_with('[') || inside.len() > 40 {
        return None;
    }
    let (stamp, left) = split(inside)?;
    left.is_empty().then_some((stamp, rest))
}

/// `@400000004c91b044077a9e94`: seconds since 1970 in TAI, which is ten and more seconds ahead, and nanoseconds.
fn tai64(line: &str) -> Option<(Stamp, &str)> {
    let seconds = i64::from_str_radix(line.get(1..17)?, 16).ok()? - (1 << 62) - 10;
    let nanos = i32::from_str_radix(line.get(17..25)?, 16).ok()?;
    Some((Stamp::of_moment(seconds, nanos)?, line.get(25..)?))
}

/// `1764489662.123456`
fn seconds(line: &str) -> Option<(Stamp, &str)> {
    let seconds = number(line, 0, 10)?;
    let (nanos, rest) = fraction(line.get(10..)?);
    let is_one = line.as_bytes().get(10) == Some(&b'.') && rest.starts_with([' ', ':']);
    if is_one { Some((Stamp::of_moment(seconds, nanos)?, rest)) } else { None }
}

/// `2026-11-30T08:01:02.123+01:00`, `2026-11-30 08:01:02,123 +0100`, `2026/11/30 08:01:02`
fn iso(line: &str) -> Option<(Stamp, &str)> {
    let bytes = line.as_bytes();
    let sign = bytes.get(4).filter(|sign| matches!(sign, b'-' | b'/'))?;
    if bytes.get(7) != Some(sign) || !matches!(bytes.get(10), Some(b'T' | b't' | b' ')) {
        return None;
    }
    let date = Stamp::of_date(Some(small(line, 0, 4)?), narrow(line, 5)?, narrow(line, 8)?);
    let (time, rest) = time_of_day(line.get(11..)?)?;
    let (offset, rest) = offset(rest);
    Some((Stamp { offset, ..date.at_time(time) }, rest))
}

/// `30/Nov/2026:08:01:02 +0100`
fn of_web_server(line: &str) -> Option<(Stamp, &str)> {
    let bytes = line.as_bytes();
    if bytes.get(2) != Some(&b'/') || bytes.get(6) != Some(&b'/') || bytes.get(11) != Some(&b':') {
        return None;
    }
    let date = Stamp::of_date(Some(small(line, 7, 4)?), month(line.get(3..6)?)?, narrow(line, 0)?);
    let (time, rest) = time_of_day(line.get(12..)?)?;
    let (offset, rest) = offset(rest);
    Some((Stamp { offset, ..date.at_time(time) }, rest))
}

/// `Nov 30 08:01:02`, `Nov  3 08:01:02.123`, `Nov 30 2026 08:01:02`, `Nov 30 08:01:02 2026`
fn syslog(line: &str) -> Option<(Stamp, &str)> {
    let month = month(line.get(..3)?)?;
    let rest = line.get(3..)?.strip_prefix(' ')?;
    let (day, rest) = short_number(rest.strip_prefix(' ').unwrap_or(rest))?;
    let rest = rest.strip_prefix(' ')?;
    let (year, rest) = match year_and(rest, ' ') {
        Some((year, rest)) => (Some(year), rest),
        None => (None, rest),
    };
    let (time, rest) = time_of_day(rest)?;
    let (offset, rest) = offset(rest);
    let behind =
        if year.is_none() { rest.strip_prefix(' ').and_then(|rest| year_and(rest, ' ')) } else { None };
    let (year, rest) = behind.map_or((year, rest), |(year, rest)| (Some(year), rest));
    Some((Stamp { offset, ..Stamp::of_date(year, month, day).at_time(time) }, rest))
}

/// `Mon, 30 Nov 2026 08:01:02 +0100`, `Mon Nov 30 08:01:02 2026`, `Mon 2026-11-30 08:01:02 CET`
fn with_weekday(line: &str) -> Option<(Stamp, &str)> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    DAYS.contains(&line.get(..3)?).then_some(())?;
    let rest = line.get(3..)?;
    let rest = rest.strip_prefix(',').unwrap_or(rest).strip_prefix(' ')?;
    if let Some((stamp, rest)) = iso(rest).or_else(|| of_ctime(rest)) {
        return Some((stamp, rest));
    }
    let (day, rest) = short_number(rest.trim_start())?;
    let rest = rest.strip_prefix(' ')?;
    let month = month(rest.get(..3)?)?;
    let (year, rest) = year_and(rest.get(3..)?.strip_prefix(' ')?, ' ')?;
    let (time, rest) = time_of_day(rest)?;
    let (offset, rest) = offset(rest);
    Some((Stamp { offset, ..Stamp::of_date(Some(year), month, day).at_time(time) }, rest))
}

/// `Nov 30 08:01:02 2026`, also where the line ends with it.
fn of_ctime(text: &str) -> Option<(Stamp, &str)> {
    let (stamp, rest) = syslog(text)?;
    if stamp.year.is_some() {
        return Some((stamp, rest));
    }
    let year = small(rest.trim_start(), 0, 4).filter(|_| rest.trim_start().len() == 4)?;
    Some((Stamp { year: Some(year), ..stamp }, ""))
}

/// `08:01:02`, with or without a fraction.
fn time_of_day(text: &str) -> Option<(TimeOfDay, &str)> {
    let bytes = text.as_bytes();
    if bytes.get(2) != Some(&b':') || bytes.get(5) != Some(&b':') {
        return None;
    }
    let (hour, minute, second) = (narrow(text, 0)?, narrow(text, 3)?, narrow(text, 6)?);
    let rest = text.get(8..)?;
    let (nanos, rest) = fraction(rest);
    // A leap second is the last of its minute.
    let time = TimeOfDay { hour, minute, second: if second == 60 { 59 } else { second }, nanos };
    (hour < 24 && minute < 60 && second < 61).then_some((time, rest))
}

/// `.123456` in nanoseconds; what is finer is left out.
fn fraction(text: &str) -> (i32, &str) {
    let Some(digits) = text.strip_prefix(['.', ',']) else { return (0, text) };
    let end = digits.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    if end == 0 {
        return (0, text);
    }
    let nanos = digits.bytes().take(end.min(9)).fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0'));
    let missing = u32::try_from(9usize.saturating_sub(end)).unwrap_or(0);
    (nanos * 10i32.pow(missing), digits.get(end..).unwrap_or_default())
}

/// `Z`, `+01:00`, `+0100`, ` +0100`, ` UTC`; the names of other zones say no offset for certain.
fn offset(text: &str) -> (Option<i32>, &str) {
    let bare = text.strip_prefix(' ').unwrap_or(text);
    for word in ["Z", "z", "UTC", "GMT"] {
        if let Some(rest) = bare.strip_prefix(word)
            && !rest.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '-' | '.' | '/'))
        {
            return (Some(0), rest);
        }
    }
    let read = || {
        let sign = match bare.as_bytes().first()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let colon = usize::from(bare.as_bytes().get(3) == Some(&b':'));
        let (hours, minutes) = (number(bare, 1, 2)?, number(bare, 3 + colon, 2)?);
        let rest = bare.get(5 + colon..)?;
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        (hours < 16 && minutes < 60 && !rest.starts_with(|next: char| next.is_ascii_digit()))
            .then_some((Some(sign * seconds), rest))
    };
    read().unwrap_or_else(|| {
        let name = bare.bytes().position(|byte| !byte.is_ascii_uppercase()).unwrap_or(bare.len());
        let known = matches!(bare.get(..name), Some("CET" | "CEST" | "EST" | "EDT" | "PST" | "PDT" | "BST"));
        let rest = bare.get(name..).filter(|rest| known && rest.starts_with(' '));
        (None, rest.unwrap_or(text))
    })
}

fn month(text: &str) -> Option<i8> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let at = MONTHS.iter().position(|month| *month == text)?;
    i8::try_from(at + 1).ok()
}

/// A year, and what follows behind the sign after it.
fn year_and(text: &str, sign: char) -> Option<(i16, &str)> {
    let year = small(text, 0, 4).filter(|year| (1970..2200).contains(year))?;
    Some((year, text.get(4..)?.strip_prefix(sign)?))
}

/// One or two digits, and what follows.
fn short_number(text: &str) -> Option<(i8, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).filter(|end| (1..3).contains(end))?;
    let number = number(text, 0, end)?;
    Some((i8::try_from(number).ok()?, text.get(end..)?))
}

fn narrow(text: &str, from: usize) -> Option<i8> {
    i8::try_from(number(text, from, 2)?).ok()
}

fn small(text: &str, from: usize, digits: usize) -> Option<i16> {
    i16::try_from(number(text, from, digits)?).ok()
}

fn number(text: &str, from: usize, digits: usize) -> Option<i64> {
    let bytes = text.as_bytes().get(from..from + digits)?;
    bytes.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

/// Turns stamps into times.
#[derive(Debug, Default)]
pub(super) struct Clock {
    zone: Option<TimeZone>,
    newest: Option<Date>,
    /// The last month of a line without a year, and how many times the months had begun again by then.
    last: Option<(i8, i8, i16)>,
    /// The year and month of the last line that named a year.
    named: Option<(i16, i8)>,
    /// The year of turn 0.
    base: Option<i16>,
    /// Whether the lines that name a year do not agree on it.
    is_unclear: bool,
    /// The first line that named no year.
    first_without: Option<u32>,
}

impl Clock {
    /// Makes one of the zone of times without an offset, and a day close behind the newest line.
    pub(super) fn new(zone: Option<TimeZone>, newest: Option<Date>) -> Self {
        Self { zone, newest, ..Self::default() }
    }

    /// Takes note of the next stamp, in the order of the lines.
    pub(super) fn see(&mut self, stamp: &mut Stamp, line: u32) {
        if let Some(year) = stamp.year {
            self.name(year, stamp.month);
            return;
        }
        let (last, turn) = self.last.map_or((stamp.month, 0), |(month, _, turn)| (month, turn));
        // Lines are out of order by less than half a year; a January before a December is not a year of silence.
        let turn = match stamp.month - last {
            ..=-6 => turn.saturating_add(1),
            11.. => turn.saturating_sub(1),
            _ => turn,
        };
        stamp.turn = turn;
        self.last = Some((stamp.month, stamp.day, turn));
        self.first_without.get_or_insert(line);
        self.anchor();
    }

    /// Takes note of a year that a line names, beside its stamp or in it.
    pub(super) fn name(&mut self, year: i16, month: i8) {
        self.named = Some((year, month));
        self.anchor();
    }

    /// Finds the year of turn 0, once a line names a year and another does not.
    fn anchor(&mut self) {
        let (Some((year, named)), Some((month, _, turn))) = (self.named, self.last) else { return };
        let base = year.saturating_add(around(month - named)).saturating_sub(turn);
        self.is_unclear |= self.base.is_some_and(|known| known != base);
        self.base = Some(base);
    }

    /// Returns the year of turn 0 once all lines are seen: where none of them names it, the newest line is not after the day that is
    /// known to be close behind it.
    fn base(&self) -> Option<i16> {
        if self.is_unclear {
            return None;
        }
        let from_newest = || {
            let (newest, (month, day, turn)) = (self.newest?, self.last?);
            // A day of slack, for another zone.
            let end = newest.tomorrow().unwrap_or(newest);
            let is_past = (month, day) <= (end.month(), end.day()) || end.year() > newest.year();
            Some(newest.year().saturating_sub(i16::from(!is_past)).saturating_sub(turn))
        };
        self.base.or_else(from_newest)
    }

    /// Returns the time of a stamp, once all lines are seen; none where its year is not known, or no such day was.
    pub(super) fn time(&self, stamp: &Stamp) -> Option<Amount> {
        let year = stamp.year.or_else(|| Some(self.base()?.saturating_add(stamp.turn)))?;
        let Stamp { month, day, hour, minute, second, nanos, .. } = *stamp;
        let civil = DateTime::new(year, month, day, hour, minute, second, nanos).ok()?;
        let at = |offset: Offset| offset.to_timestamp(civil).ok().map(jiff::Timestamp::as_nanosecond);
        if let Some(offset) = stamp.offset {
            return Some(Amount::Instant(at(Offset::from_seconds(offset).ok()?)?));
        }
        match &self.zone {
            Some(zone) => {
                let at = zone.to_ambiguous_timestamp(civil).compatible().ok()?;
                Some(Amount::Instant(at.as_nanosecond()))
            }
            None => Some(Amount::Civil(at(Offset::UTC)?)),
        }
    }

    /// Says what years were taken, and the first line that names none; none where every line names one.
    pub(super) fn note(&self) -> Option<(String, u32)> {
        let (line, (_, _, turn)) = (self.first_without?, self.last?);
        let taken = match self.base() {
            None => "the lines name no year, nor does anything else: their times are left out".to_owned(),
            Some(base) if turn == 0 => format!("the lines name no year; {base} is taken"),
            Some(base) => {
                format!("the lines name no year; {base} to {} are taken", base.saturating_add(turn))
            }
        };
        Some((taken, line))
    }
}

/// Returns which year a month is of, beside one that is less than half a year away: 1 for the next, -1 for the one before.
fn around(months: i8) -> i16 {
    match months {
        ..=-6 => 1,
        6.. => -1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Type, write_amount};

    fn read(line: &str) -> (String, &str) {
        let (stamp, rest) = split(line).unwrap();
        let mut clock = Clock::default();
        let time = clock.time(&stamp).map(|at| write_amount(at, &Type::Time)).unwrap_or_default();
        clock.see(&mut { stamp }, 1);
        (time, rest)
    }

    #[test]
    fn stamps_are_read() {
        let civil = [
            "2026-11-30 08:01:02 x",
            "2026/11/30 08:01:02 x",
            "Nov 30 2026 08:01:02 x",
            "[2026-11-30 08:01:02] x",
        ];
        for line in civil {
            assert_eq!(read(line), ("2026-11-30 08:01:02".into(), "x"), "{line}");
        }
        let civil = ["Mon Nov 30 08:01:02 2026 x", "Nov 30 08:01:02 2026 x", "Mon 2026-11-30 08:01:02 CET x"];
        for line in civil {
            assert_eq!(read(line), ("2026-11-30 08:01:02".into(), "x"), "{line}");
        }
        let with_offset = [
            "2026-11-30T08:01:02+01:00 x",
            "2026-11-30 08:01:02 +0100 x",
            "Mon, 30 Nov 2026 08:01:02 +0100 x",
            "30/Nov/2026:08:01:02 +0100 x",
            "[30/Nov/2026:08:01:02 +0100] x",
            "2026-11-30T07:01:02Z x",
            "Mon 2026-11-30 07:01:02 UTC x",
            "1796022062.000000 x",
        ];
        for line in with_offset {
            assert_eq!(read(line), ("2026-11-30 07:01:02Z".into(), "x"), "{line}");
        }
        assert_eq!(read("@400000004c91b044077a9e94 x").0, "2010-09-16 05:50:50.1254765Z");
        for line in
            ["Nov 30 x", "2026-11-30", "12", "", "é", "Nov 30 08:01:0é", "2026-11-30T25:00:00 x", "[", "@4"]
        {
            assert_eq!(split(line), None, "{line}");
        }
    }

    #[test]
    fn years_are_found() {
        let lines = ["Dec 31 23:59:59 x", "Jan  1 00:00:01 x", "Dec 31 23:59:58 x", "Feb  2 00:00:00 x"];
        let years = |mut clock: Clock, named: Option<&str>| {
            let mut stamps = lines.map(|line| split(line).unwrap().0);
            for stamp in &mut stamps {
                clock.see(stamp, 1);
            }
            if let Some(named) = named {
                clock.see(&mut split(named).unwrap().0, 5);
            }
            stamps.map(|stamp| {
                clock
                    .time(&stamp)
                    .map_or(String::new(), |at| write_amount(at, &Type::Time).get(..4).unwrap().to_owned())
            })
        };
        let close = Clock::new(None, Some(jiff::civil::date(2027, 2, 2)));
        assert_eq!(years(close, None), ["2026", "2027", "2026", "2027"]);
        let long_after = Clock::new(None, Some(jiff::civil::date(2027, 1, 20)));
        assert_eq!(years(long_after, None), ["2025", "2026", "2025", "2026"]);
        assert_eq!(years(Clock::default(), None), ["", "", "", ""]);
        assert_eq!(years(Clock::default(), Some("2027-02-02 00:00:01 x")), ["2026", "2027", "2026", "2027"]);
    }
}
