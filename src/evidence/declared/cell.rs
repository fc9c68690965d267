//! Cells of declared tables: a text, typed by its column.
//!
//! What is written is read as machines write it, and in one way only: `1,234` is a number where the column declares its decimal sign,
//! `11/30/2026` a day where it declares a pattern. Words that fact files know (`none`, `> 5`, `not available`) mean nothing here.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo};
use regex::Regex;

use super::time::{Pattern, Year};
use super::{CellFormat, DeclaredColumn};
use crate::evidence::Options;
use crate::evidence::mail::reply::pattern;
use crate::letters;
use crate::number::Number;
use crate::value::unit::{Unit, amount};
use crate::value::{Amount, Type, Value, address, moment, scalar};

/// How the cells of a column are read.
pub(super) struct Reading<'d> {
    ty: &'d Type,
    format: &'d CellFormat,
    zone: Option<&'d TimeZone>,
    pattern: Option<Result<Pattern, String>>,
    year: Year,
}

impl<'d> Reading<'d> {
    pub(super) fn new(column: &'d DeclaredColumn, options: &'d Options) -> Self {
        let format = &column.format;
        let zone = format.zone.as_ref().or(options.zone.as_ref());
        let pattern = format.time.as_deref().map(Pattern::parse);
        Self { ty: &column.ty, format, zone, pattern, year: Year::new(options.newest) }
    }

    /// Reads a cell that is not empty; none where it does not read.
    pub(super) fn read(&mut self, text: &str) -> Option<Value> {
        let decimal = self.format.decimal;
        let unit = self.format.unit;
        match self.ty {
            Type::Text => Some(Value::Text(text.to_owned())),
            Type::YesNo => yes_no(text).map(Value::YesNo),
            Type::OneOf(values) => one_of(text, values).map(Value::Choice),
            Type::SomeOf(values) => some_of(text, values).map(Value::Set),
            Type::Domain => address::domain(text).ok().map(Value::Domain),
            Type::Ip => ip(text).map(Value::Ip),
            Type::Number => number(text, decimal).map(|number| Value::Amount(Amount::Number(number))),
            Type::Percent | Type::Size => measured(text, self.ty, decimal, unit).map(Value::Amount),
            Type::Duration => duration(text, decimal, unit).map(Value::Amount),
            Type::Time => self.time(text).map(Value::Amount),
            Type::Table(_) => None,
        }
    }

    fn time(&mut self, text: &str) -> Option<Amount> {
        match (&self.pattern, self.format.unit) {
            (Some(Ok(pattern)), _) => pattern.read(text, self.zone, &mut self.year),
            (Some(Err(_)), _) => None,
            // So much since 1970.
            (None, Some(Unit::Time(nanos))) => {
                let since = number(text, self.format.decimal)?.times(Number::whole(nanos))?.rounded()?;
                Some(Amount::Instant(since))
            }
            (None, _) => usual_time(text, self.zone),
        }
    }

    /// Says what somebody has to know of how the column was read.
    pub(super) fn note(&self) -> Option<String> {
        match &self.pattern {
            Some(Err(why)) => Some(why.clone()),
            _ => self.year.note(),
        }
    }
}

fn yes_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "on" | "1" => Some(true),
        "no" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// Returns the place of a choice, whether its words stand apart, as in `filtered_as_spam`, or not, as in `FilteredAsSpam`.
fn one_of(text: &str, values: &[String]) -> Option<usize> {
    let glued = |text: &str| letters::alike(text).replace([' ', '-', '_'], "");
    scalar::member(text, values).or_else(|| {
        let text = (text.len() <= scalar::COMPARED).then(|| glued(text))?;
        let mut same = values.iter().enumerate().filter(|(_, value)| glued(value) == text);
        same.next().filter(|_| same.next().is_none()).map(|(at, _)| at)
    })
}

/// Reads a set whose members stand between commas, semicolons or bars.
fn some_of(text: &str, values: &[String]) -> Option<BTreeSet<usize>> {
    let text = text.trim_start_matches(['[', '{']).trim_end_matches([']', '}']);
    let parts = text.split([',', ';', '|']).map(|part| part.trim().trim_matches('"'));
    parts.filter(|part| !part.is_empty()).map(|part| one_of(part, values)).collect()
}

/// Reads an address, with or without brackets and a port.
fn ip(text: &str) -> Option<std::net::IpAddr> {
    let bare = |text: &str| {
        let text = text.strip_prefix("IPv6:").or_else(|| text.strip_prefix("ipv6:")).unwrap_or(text);
        text.parse::<std::net::IpAddr>().ok()
    };
    let is_port =
        |text: &str| !text.is_empty() && text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit());
    let found = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((inside, "")) => bare(inside),
        Some((inside, port)) => {
            port.strip_prefix(':').filter(|port| is_port(port)).and_then(|_| bare(inside))
        }
        None => bare(text).or_else(|| {
            let (inside, port) = text.rsplit_once(':').filter(|(inside, _)| !inside.contains(':'))?;
            is_port(port).then(|| bare(inside)).flatten()
        }),
    };
    found.map(|address| address.to_canonical())
}

/// Reads a number; signs between thousands only where the decimal sign is declared.
fn number(text: &str, decimal: Option<char>) -> Option<Number> {
    let plain = plain(text, decimal)?;
    Number::parse(&plain).ok()
}

/// Writes the number at the beginning of a text plainly, with a point and without signs between thousands; none where these do not
/// stand between groups of three.
fn plain(text: &str, decimal: Option<char>) -> Option<Cow<'_, str>> {
    let Some(decimal) = decimal else { return Some(Cow::Borrowed(text)) };
    let is_group = |c: char| c != decimal && ",.'\u{2019}\u{a0}\u{202f} ".contains(c);
    let signs = text.find(|c: char| !"+-".contains(c)).unwrap_or(text.len());
    let (sign, unsigned) = text.split_at_checked(signs)?;
    // A sign belongs to the number where a digit follows.
    let belongs = |(at, c): (usize, char)| {
        let next = unsigned.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        c.is_ascii_digit() || (c == decimal || is_group(c)) && next.is_some_and(|c| c.is_ascii_digit())
    };
    let end = unsigned.char_indices().find(|at| !belongs(*at)).map_or(unsigned.len(), |(at, _)| at);
    let (number, rest) = unsigned.split_at_checked(end)?;
    let (whole, part) =
        number.split_once(decimal).map_or((number, None), |(whole, part)| (whole, Some(part)));
    let groups: Vec<&str> = whole.split(is_group).collect();
    let grouped = match groups.as_slice() {
        [first, others @ ..] if !others.is_empty() => {
            first.len() <= 3 && others.iter().all(|group| group.len() == 3)
        }
        _ => true,
    };
    let part = part.map_or_else(String::new, |part| format!(".{part}"));
    // More than one decimal sign stays, and is no number.
    grouped.then(|| Cow::Owned(format!("{sign}{}{part}{rest}", groups.concat())))
}

/// `24.5 KB (25,088 bytes)`, as Exchange writes sizes: what stands in brackets is exact.
static IN_BYTES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\(([0-9][0-9.,\x{a0}\x{202f}' ]*) [Bb]ytes\)$"));

/// Units of sizes that machines write and people do not.
const SIZES: [(&str, i128); 4] = [("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40)];

/// Reads a share or a size: a number with its unit, or with none where the column says which is meant.
fn measured(text: &str, ty: &Type, decimal: Option<char>, unit: Option<Unit>) -> Option<Amount> {
    if let Some(found) = IN_BYTES.captures(text).filter(|_| *ty == Type::Size).and_then(|found| found.get(1))
    {
        let digits: String = found.as_str().chars().filter(char::is_ascii_digit).collect();
        return Some(Amount::Number(Number::parse(&digits).ok()?));
    }
    let plain = plain(text, decimal)?;
    possible(by_unit(&plain, ty, unit)?, ty)
}

fn by_unit(text: &str, ty: &Type, unit: Option<Unit>) -> Option<Amount> {
    if let Ok(number) = Number::parse(text) {
        return amount(number, Some(unit?)).filter(|(_, found)| found == ty).map(|(amount, _)| amount);
    }
    let sized = || {
        let (_, bytes) = SIZES.iter().find(|(word, _)| text.ends_with(word))?;
        let number = Number::parse(text.trim_end_matches(char::is_alphabetic).trim_end()).ok()?;
        Some(Amount::Number(number.times(Number::whole(*bytes))?))
    };
    crate::value::amount::parse_amount(text, ty).ok().or_else(|| sized().filter(|_| *ty == Type::Size))
}

/// `1.02:03:04.5` (.NET), `1-02:03:04` (ps): days, hours, minutes, seconds.
static CLOCK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:(\d{1,6})[.-])?(\d{1,6}):([0-5]\d):([0-5]\d(?:[.,]\d{1,9})?)$"));

/// Reads a length of time: `1 h 30 min`, `1h5m`, `1:02:03`, `PT8M`, or a number where the column says of what.
fn duration(text: &str, decimal: Option<char>, unit: Option<Unit>) -> Option<Amount> {
    let whole = plain(text, decimal)?;
    let text = whole.as_ref();
    let read = by_unit(text, &Type::Duration, unit).or_else(|| on_the_clock(text)).or_else(|| {
        // The crate knows ISO 8601 and what programs write: `1h5m`, `2 days, 3 hours`.
        let span: Span = text.parse().ok()?;
        let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
        Some(Amount::Nanos(duration.as_nanos()))
    });
    possible(read?, &Type::Duration)
}

fn on_the_clock(text: &str) -> Option<Amount> {
    let found = CLOCK.captures(text)?;
    let part = |at: usize| found.get(at).map_or("0", |part| part.as_str()).replace(',', ".");
    let mut seconds = Number::parse(&part(4)).ok()?;
    for (at, length) in [(1, 86_400), (2, 3_600), (3, 60)] {
        seconds = seconds.plus(Number::parse(&part(at)).ok()?.times(Number::whole(length))?)?;
    }
    amount(seconds, Some(Unit::Time(crate::value::SECOND))).map(|(amount, _)| amount)
}

/// Leaves out what no fact of that type can be: a negative size, a share above the whole.
fn possible(amount: Amount, ty: &Type) -> Option<Amount> {
    crate::value::amount::why_impossible(amount, ty).is_none().then_some(amount)
}

/// Reads a point in time as most programs write it (RFC 3339, ISO 8601 with a blank, RFC 5322). A day alone is none, and no more is
/// what the clocks showed twice.
fn usual_time(text: &str, zone: Option<&TimeZone>) -> Option<Amount> {
    let read = |text: &str| {
        let ends = moment::read(text, zone).ok()?;
        (ends.first == ends.last).then_some(ends.first)
    };
    read(text).or_else(|| {
        // `Mon 2026-11-30 08:01:02 UTC`, as systemd writes it.
        let (day, rest) = text.split_once(' ')?;
        let is_day = day.len() == 3 && day.bytes().all(|b| b.is_ascii_alphabetic());
        (is_day && rest.starts_with(|c: char| c.is_ascii_digit())).then(|| read(rest)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{SECOND, unit::unit};

    fn column(ty: Type, decimal: Option<char>, word: &str) -> DeclaredColumn {
        let format = CellFormat { decimal, unit: unit(word), ..CellFormat::default() };
        DeclaredColumn { name: "x".into(), ty, from: Vec::new(), format }
    }

    fn read(ty: Type, decimal: Option<char>, word: &str, text: &str) -> Option<Value> {
        Reading::new(&column(ty, decimal, word), &Options::default()).read(text)
    }

    #[test]
    fn numbers_have_thousands_only_with_a_declared_sign() {
        let number = |decimal, text| match read(Type::Number, decimal, "", text)? {
            Value::Amount(Amount::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        for (decimal, text, meant) in [
            (None, "1234.5", Some("1234.5")),
            (None, "1,234", None),
            (None, "1_234", None),
            (None, "0x10", None),
            (None, "> 5", None),
            (None, "1..5", None),
            (Some(','), "1.234,50", Some("1234.5")),
            (Some(','), "-1 234,5", Some("-1234.5")),
            (Some(','), "1.23", None),
            (Some(','), "1234.567", None),
            (Some(','), "1.234.56", None),
            (Some(','), "1,2,3", None),
            (Some('.'), "1,234,567.25", Some("1234567.25")),
            (Some('.'), "1'234.5", Some("1234.5")),
            (Some('.'), ".5", Some("0.5")),
            (None, "123456789012345678901234567890", Some("123456789012345678901234567890")),
            (None, "1234567890123456789012345678901", None),
        ] {
            assert_eq!(number(decimal, text).as_deref(), meant, "{text} {decimal:?}");
        }
    }

    #[test]
    fn durations_are_read_as_machines_write_them() {
        let seconds = |word, text| match read(Type::Duration, None, word, text)? {
            Value::Amount(Amount::Nanos(nanos)) => Some(nanos / (SECOND / 1000)),
            _ => None,
        };
        for (word, text, millis) in [
            ("", "1 h 30 min", Some(5_400_000)),
            ("", "1h5m", Some(3_900_000)),
            ("", "2m", Some(120_000)),
            ("", "3d4h", Some(273_600_000)),
            ("", "1:02:03", Some(3_723_000)),
            ("", "00:00:01.5", Some(1500)),
            ("", "1.02:03:04", Some(93_784_000)),
            ("", "2-00:00:01", Some(172_801_000)),
            ("", "PT1M1.5S", Some(61_500)),
            ("ms", "1500", Some(1500)),
            ("s", "0.25", Some(250)),
            ("", "1500", None),
            ("", "02:03", None),
            ("", "-5 s", None),
            ("", "3min ago", None),
            ("", "P1M", None),
            ("", "5 MB", None),
            ("", "never", None),
        ] {
            assert_eq!(seconds(word, text), millis, "{text}");
        }
    }

    #[test]
    fn sizes_and_shares_are_read() {
        let amount = |ty, word, text| match read(ty, None, word, text)? {
            Value::Amount(Amount::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        for (ty, word, text, meant) in [
            (Type::Size, "", "16384 kB", Some("16384000")),
            (Type::Size, "", "128Mi", Some("134217728")),
            (Type::Size, "", "1.5 GiB", Some("1610612736")),
            (Type::Size, "", "24.5 KB (25,088 bytes)", Some("25088")),
            (Type::Size, "", "10.2M", None),
            (Type::Size, "", "512", None),
            (Type::Size, "B", "512", Some("512")),
            (Type::Size, "", "-1 MB", None),
            (Type::Percent, "", "80%", Some("0.8")),
            (Type::Percent, "%", "80", Some("0.8")),
            (Type::Percent, "", "0.8", None),
            (Type::Percent, "", "180 %", None),
        ] {
            assert_eq!(amount(ty.clone(), word, text).as_deref(), meant, "{text}");
        }
    }

    #[test]
    fn other_cells_are_read_in_one_way_only() {
        let ip = |text: &str| match read(Type::Ip, None, "", text)? {
            Value::Ip(address) => Some(address.to_string()),
            _ => None,
        };
        for (text, meant) in [
            ("192.0.2.1", Some("192.0.2.1")),
            ("[192.0.2.1]", Some("192.0.2.1")),
            ("192.0.2.1:25", Some("192.0.2.1")),
            ("[2001:db8::1]:25", Some("2001:db8::1")),
            ("[IPv6:2001:db8::1]", Some("2001:db8::1")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("192.0.2.0/24", None),
            ("192.0.2.1:x", None),
            ("host[192.0.2.1]", None),
        ] {
            assert_eq!(ip(text).as_deref(), meant, "{text}");
        }
        let values = || Type::OneOf(vec!["filtered_as_spam".into(), "not_ok".into()]);
        assert_eq!(read(values(), None, "", "FilteredAsSpam"), Some(Value::Choice(0)));
        assert_eq!(read(values(), None, "", "Not OK"), Some(Value::Choice(1)));
        assert_eq!(read(values(), None, "", "ok"), None);
        assert_eq!(read(Type::YesNo, None, "", "True"), Some(Value::YesNo(true)));
        assert_eq!(read(Type::YesNo, None, "", "off"), Some(Value::YesNo(false)));
        for text in ["ja", "none", "", "2", "not available"] {
            assert_eq!(read(Type::YesNo, None, "", text), None, "{text}");
        }
    }

    #[test]
    fn times_without_a_pattern_are_those_of_standards() {
        let nanos = |word, text| match read(Type::Time, None, word, text)? {
            Value::Amount(Amount::Instant(nanos) | Amount::Civil(nanos)) => Some(nanos / SECOND),
            _ => None,
        };
        for (word, text, seconds) in [
            ("", "2026-11-30T08:01:02Z", Some(1_796_025_662)),
            ("", "2026-11-30 08:01:02,123", Some(1_796_025_662)),
            ("", "Mon 2026-11-30 08:01:02 UTC", Some(1_796_025_662)),
            ("", "Mon, 30 Nov 2026 09:01:02 +0100", Some(1_796_025_662)),
            ("s", "1796025662", Some(1_796_025_662)),
            ("ms", "1796025662123", Some(1_796_025_662)),
            ("", "1796025662", None),
            ("", "2026-11-30", None),
            ("", "11/30/2026 8:01:02", None),
            ("", "08:01:02", None),
        ] {
            assert_eq!(nanos(word, text), seconds, "{text}");
        }
    }
}
