//! Amounts, and bounds of amounts: `8 min`, `> 5 min`, `5 min .. 15 min`, `> 5 min .. 15 min`.

use std::cmp::Ordering;

use jiff::tz::TimeZone;

use super::moment;
use super::scalar::{Wrong, expects, near, short};
use super::unit::{amount as amount_of, measures, unit, unit_words, units_of};
use super::{Amount, Bound, Known, Range, Type, write_bounds, write_value};
use crate::number::{Number, NumberError};
use crate::syntax::ast::Operator;

/// The amounts that a text may stand for.
pub(crate) struct Ends {
    /// The least.
    pub(crate) first: Amount,
    /// The greatest; of a day, the midnight behind it.
    pub(crate) last: Amount,
    /// Whether it is a day, from midnight to midnight, without the second.
    pub(crate) day: bool,
}

impl Ends {
    /// Makes ends of one amount.
    pub(crate) fn exact(at: Amount) -> Self {
        Self { first: at, last: at, day: false }
    }

    fn known(&self) -> Known {
        Known::of_range(Range { low: Some(self.from()), high: Some(self.to()) })
    }

    fn from(&self) -> Bound {
        Bound { at: self.first, open: false }
    }

    fn to(&self) -> Bound {
        Bound { at: self.last, open: self.day }
    }

    /// Returns the bound after it: of a day, after the whole of it.
    fn after(&self) -> Bound {
        let at = if self.day { self.last } else { self.first };
        Bound { at, open: !self.day }
    }

    /// Returns the bound before it: of a day, before the whole of it.
    fn before(&self) -> Bound {
        let at = if self.day { self.first } else { self.last };
        Bound { at, open: true }
    }
}

/// Signs of bounds, longest first.
const SIGNS: [&str; 6] = [">=", "<=", "≥", "≤", ">", "<"];

/// Reads an amount of a type, or bounds of one; with it comes how a person reads it.
pub(crate) fn read(text: &str, ty: &Type, zone: Option<&TimeZone>) -> Result<(Known, String), Wrong> {
    let text = text.trim();
    let one = |part: &str| ends(part.trim(), ty, zone);
    let known = if let Some((low, high)) = text.split_once("..") {
        between(low.trim(), high.trim(), one)?
    } else if let Some((sign, rest)) = signed(text) {
        let ends = one(rest)?;
        let (low, high) = match sign {
            ">" => (Some(ends.after()), None),
            ">=" | "≥" => (Some(ends.from()), None),
            "<" => (None, Some(ends.before())),
            _ => (None, Some(ends.to())),
        };
        Known::of_range(Range { low, high })
    } else {
        one(text)?.known()
    };
    let written = match ty {
        Type::Size | Type::Time => short(text),
        _ => match &known {
            Known::Exactly(value) => write_value(value, ty),
            Known::Within(range) => write_bounds(range, ty),
            _ => String::new(),
        },
    };
    Ok((within_reason(known, text, ty)?, written))
}

/// Returns what is left of an amount where only some can be: no length of time and no size is less than nothing, and no share
/// more than the whole.
fn within_reason(known: Known, text: &str, ty: &Type) -> Result<Known, Wrong> {
    let Some((all, why)) = reasonable(ty) else { return Ok(known) };
    match known.range().map(|range| range.meet(&all)) {
        Some(range) if range.is_empty() => {
            Err(Wrong::new(format!("`{}` cannot be", short(text))).help(format!("{why}; check it again")))
        }
        Some(range) => Ok(Known::of_range(range)),
        None => Ok(known),
    }
}

/// Returns all that an amount of a type can be, and why no more; none where there is no limit.
fn reasonable(ty: &Type) -> Option<(Range, &'static str)> {
    let nothing = Amount::Number(Number::ZERO);
    let (low, high, why) = match ty {
        Type::Duration => (Amount::Nanos(0), None, "a duration is not negative"),
        Type::Size => {
            (nothing, Some(Amount::Number(LARGEST)), "a size is 0 B or more, and at most 1,000,000,000 TB")
        }
        Type::Percent => (nothing, Some(Amount::Number(Number::ONE)), "a share lies between 0 % and 100 %"),
        _ => return None,
    };
    let bound = |at| Bound { at, open: false };
    Some((Range { low: Some(bound(low)), high: high.map(bound) }, why))
}

/// Returns why no fact of a type can have an amount; none where one can.
pub(crate) fn why_impossible(amount: Amount, ty: &Type) -> Option<&'static str> {
    let (all, why) = reasonable(ty)?;
    let one = Ends::exact(amount);
    Range { low: Some(one.from()), high: Some(one.to()) }.meet(&all).is_empty().then_some(why)
}

/// The largest size, in bytes: all data that people have ever stored is less.
const LARGEST: Number = Number::whole(1_000_000_000_000_000_000_000);

fn signed(text: &str) -> Option<(&'static str, &str)> {
    SIGNS.into_iter().find_map(|sign| Some((sign, text.strip_prefix(sign)?)))
}

fn between(low: &str, high: &str, one: impl Fn(&str) -> Result<Ends, Wrong>) -> Result<Known, Wrong> {
    let text = short(&format!("{low} .. {high}"));
    let (above, low) = end(low, [">=", "≥"], ">");
    let (below, high) = end(high, ["<=", "≤"], "<");
    if low.is_empty() || high.is_empty() {
        let sign = |open: bool, sign: &str| if open { sign.to_owned() } else { format!("{sign}=") };
        let side = if low.is_empty() {
            format!("{} {high}", sign(below, "<"))
        } else {
            format!("{} {low}", sign(above, ">"))
        };
        return Err(Wrong::new(format!("`{}` has one end", text.trim()))
            .help(format!("write both, or `{}`", short(&side))));
    }
    let to = one(high)?;
    let from = match (one(low), unit_of(high)) {
        (Err(_), Some(unit)) if low.ends_with(|c: char| c.is_ascii_digit()) => one(&format!("{low} {unit}"))?,
        (from, _) => from?,
    };
    let (from, to) =
        (if above { from.after() } else { from.from() }, if below { to.before() } else { to.to() });
    match from.at.order(to.at) {
        Some(order) if order == Ordering::Greater || order == Ordering::Equal && (from.open || to.open) => {
            let help = format!("write `{}`", short(&format!("{high} .. {low}")));
            Err(Wrong::new(format!("`{text}` ends before it begins")).help(help))
        }
        None => Err(Wrong::new(format!("of `{text}` one end has an offset and the other has none"))
            .help("give both an offset such as `+01:00`")),
        Some(_) => Ok(Known::of_range(Range { low: Some(from), high: Some(to) })),
    }
}

/// Reads an end of a range, and whether it is itself outside.
fn end<'t>(text: &'t str, inside: [&str; 2], outside: &str) -> (bool, &'t str) {
    let closed = inside.iter().find_map(|sign| text.strip_prefix(sign));
    let open = text.strip_prefix(outside).filter(|_| closed.is_none());
    (open.is_some(), open.or(closed).unwrap_or(text).trim())
}

/// Returns the unit of a number that is alone with it.
fn unit_of(text: &str) -> Option<&str> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || "+-. ".contains(c));
    (!unit.is_empty() && !unit.contains(|c: char| c.is_ascii_digit())).then_some(unit)
}

fn ends(text: &str, ty: &Type, zone: Option<&TimeZone>) -> Result<Ends, Wrong> {
    match ty {
        Type::Time => moment::read(text, zone),
        Type::Number => number(text).map(Ends::exact),
        Type::Duration if is_iso(text) => iso(text).map(Ends::exact),
        _ => amount(text, ty).map(Ends::exact),
    }
}

fn number(text: &str) -> Result<Amount, Wrong> {
    let digit = |c: char| c.is_ascii_digit();
    let parts: Vec<_> = text.split('_').collect();
    let figures = text.contains(digit)
        && text.chars().all(|c| digit(c) || "+-.eE_".contains(c))
        && parts.iter().zip(parts.iter().skip(1)).all(|(a, b)| a.ends_with(digit) && b.starts_with(digit));
    let plain = text.replace('_', "");
    match Number::parse(&plain) {
        Ok(number) if figures => Ok(Amount::Number(number)),
        Err(NumberError::Digits) if figures => Err(too_many_digits(text)),
        _ => amount(text, &Type::Number),
    }
}

/// The largest duration, about 300,000 years: beyond it, seconds are no longer exact.
const LONGEST: u128 = 10_000_000_000_000_000_000_000;

fn amount(text: &str, ty: &Type) -> Result<Amount, Wrong> {
    match parse_amount(text, ty) {
        Ok(Amount::Nanos(nanos)) if nanos.unsigned_abs() > LONGEST => Err(too_large(text)),
        Ok(amount) => Ok(amount),
        Err(error) => Err(amount_problem(text, ty, error)),
    }
}

fn too_many_digits(text: &str) -> Wrong {
    Wrong::new(format!("`{}` has more digits than can be told apart", short(text)))
        .help("write what was measured")
}

fn too_large(text: &str) -> Wrong {
    Wrong::new(format!("`{}` is too large", short(text))).help("write what was measured")
}

fn amount_problem(text: &str, ty: &Type, error: AmountError) -> Wrong {
    let shown = short(text);
    if let Some((low, high)) = from_to(text) {
        return Wrong::new(format!("`{shown}` is not a range")).help(format!("write `{low} .. {high}`"));
    }
    if let Some(readings) = two_readings(text, ty) {
        return Wrong::new(format!("`{shown}` can be read in two ways")).help(readings);
    }
    match error {
        AmountError::NoUnit(_) if !has_decimal_comma(text) => {
            let share = Number::parse(text.trim()).ok().filter(|share| *share < Number::ONE);
            let percent = share.and_then(|share| share.times(Number::whole(100)));
            let help = match (ty, percent) {
                (Type::Percent, Some(percent)) => format!("add `%`: `{percent} %`"),
                (Type::Percent, _) => format!("add `%`: `{shown} %`"),
                _ => format!("add one of {}", units_of(ty)),
            };
            Wrong::new(format!("`{shown}` has no unit")).help(help)
        }
        AmountError::Type(found) => {
            Wrong::new(format!("`{shown}` is {}", expects(&found))).maybe_help(match ty {
                Type::Number => Some("write it without the unit".into()),
                _ => Some(format!("its unit is one of {}", units_of(ty))),
            })
        }
        AmountError::Unit(word) => {
            let meant = if word == "m" { Some("min") } else { near(&word, words_of(ty)) };
            let units = match meant {
                _ if *ty == Type::Number => "write the number alone".into(),
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("units are {}", units_of(ty)),
            };
            Wrong::new(format!("`{}` is not a unit", short(&word))).help(units)
        }
        AmountError::Digits => too_many_digits(text),
        AmountError::Shape | AmountError::NoUnit(_) => {
            let decimal = "write decimals with a point, and thousands without a comma";
            let help = has_decimal_comma(text).then(|| decimal.to_owned());
            Wrong::new(format!("`{shown}` is not one")).maybe_help(help)
        }
    }
}

/// Returns the words for the units of a type.
fn words_of(ty: &Type) -> impl Iterator<Item = &'static str> {
    unit_words().filter(move |word| unit(word).is_some_and(|unit| measures(unit) == *ty))
}

fn has_decimal_comma(text: &str) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    text.match_indices(',').any(|(at, _)| {
        digit(text.get(..at).and_then(|t| t.chars().next_back()))
            && digit(text.get(at + 1..).and_then(|t| t.chars().next()))
    })
}

/// Explains `1:30`, which is an hour and a half, or a minute and a half.
fn two_readings(text: &str, ty: &Type) -> Option<String> {
    let parts: Vec<_> = text.split(':').collect();
    let digits = |part: &&str| !part.is_empty() && part.len() < 9 && part.chars().all(|c| c.is_ascii_digit());
    if *ty != Type::Duration || !parts.iter().all(digits) {
        return None;
    }
    match parts.as_slice() {
        [a, b] => Some(format!("write `{a} h {b} min` or `{a} min {b} s`")),
        [a, b, c] => Some(format!("write `{a} h {b} min {c} s` or `{a} d {b} h {c} min`")),
        _ => None,
    }
}

/// Returns whether a duration is written as in ISO 8601: `PT8M`, `P1DT2H`.
fn is_iso(text: &str) -> bool {
    let rest = text.trim_start_matches(['+', '-']).strip_prefix(['P', 'p']);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == 'T' || c == 't'))
}

fn iso(text: &str) -> Result<Amount, Wrong> {
    let span: jiff::Span = text.parse().map_err(|_| Wrong::new(format!("`{}` is not one", short(text))))?;
    match span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()) {
        Ok(duration) => Ok(Amount::Nanos(duration.as_nanos())),
        Err(_) => Err(Wrong::new(format!("months and years in `{}` have no fixed length", short(text)))
            .help("write it in days: `30 days`")),
    }
}

/// Reads both ends of a range as people write it elsewhere: `5 min - 15 min`, `5 to 15 min`.
fn from_to(text: &str) -> Option<(String, &str)> {
    let (low, high) = [" - ", " to ", "–", " until "].iter().find_map(|sign| text.split_once(sign))?;
    let (low, high) = (low.trim(), high.trim());
    let number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let unit = high.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim();
    let bare = low.chars().all(|c| c.is_ascii_digit() || c == '.');
    let low = if bare && !unit.is_empty() { format!("{low} {unit}") } else { low.to_owned() };
    (number(&low) && number(high)).then_some((low, high))
}

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq)]
pub enum AmountError {
    /// It does not read as numbers and units.
    Shape,
    /// It has more digits than are read.
    Digits,
    /// It has a unit that there is not.
    Unit(String),
    /// It has a number without a unit.
    NoUnit(String),
    /// It is an amount of another type.
    Type(Type),
}

/// Reads `1 h 30 min`, `25 MB`, `80 %`, `550` as an amount of a type other than time.
///
/// # Errors
/// Where it is no amount, or one of another type.
pub fn parse_amount(text: &str, ty: &Type) -> Result<Amount, AmountError> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut total: Option<Amount> = None;
    let mut rest = digits;
    while !rest.is_empty() {
        let (part, found, after) = first_amount(rest)?;
        if found != *ty {
            let bare = found == Type::Number;
            return Err(if bare { AmountError::NoUnit(text.to_owned()) } else { AmountError::Type(found) });
        }
        total = Some(match total {
            None => part,
            Some(sum) if *ty == Type::Duration => {
                sum.compute(Operator::Plus, part).ok_or(AmountError::Shape)?
            }
            Some(_) => return Err(AmountError::Shape),
        });
        rest = after;
    }
    let total = total.ok_or(AmountError::Shape)?;
    Ok(match total {
        Amount::Number(number) if negative => Amount::Number(number.negated()),
        Amount::Nanos(nanos) if negative => Amount::Nanos(-nanos),
        other => other,
    })
}

/// Returns the first number and unit of a text, its type, and what follows.
fn first_amount(text: &str) -> Result<(Amount, Type, &str), AmountError> {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(digits).ok_or(AmountError::Shape)?;
    if !number.starts_with(|c: char| c.is_ascii_digit()) || number.ends_with('.') {
        return Err(AmountError::Shape);
    }
    let number = Number::parse(number).map_err(|error| match error {
        NumberError::Shape => AmountError::Shape,
        NumberError::Digits => AmountError::Digits,
    })?;
    let rest = rest.trim_start();
    let letters = rest.find(|c: char| !(c.is_alphabetic() || c == '%')).unwrap_or(rest.len());
    let (word, rest) = rest.split_at_checked(letters).ok_or(AmountError::Shape)?;
    let unit = match word {
        "" => None,
        word => Some(unit(word).ok_or_else(|| AmountError::Unit(word.to_owned()))?),
    };
    let (amount, ty) = amount_of(number, unit).ok_or(AmountError::Digits)?;
    Ok((amount, ty, rest.trim_start().trim_start_matches(',').trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::unit::Unit;
    use crate::value::{SECOND, write_amount, write_duration};

    #[test]
    fn amounts_read_and_write() {
        let minutes = |n: i128| Amount::Nanos(n * 60 * SECOND);
        assert_eq!(parse_amount("1 h 30 min", &Type::Duration), Ok(minutes(90)));
        assert_eq!(parse_amount("1h30m", &Type::Duration), Err(AmountError::Unit("m".into())));
        assert_eq!(parse_amount("5", &Type::Duration), Err(AmountError::NoUnit("5".into())));
        assert_eq!(parse_amount("5 MB", &Type::Duration), Err(AmountError::Type(Type::Size)));
        assert_eq!(parse_amount("-90 s", &Type::Duration), Ok(Amount::Nanos(-90 * SECOND)));
        assert_eq!(
            parse_amount("12.5 %", &Type::Percent),
            Ok(Amount::Number(Number::fraction(1, 8).unwrap()))
        );
        assert_eq!(write_duration(5_400 * SECOND), "1 h 30 min");
        assert_eq!(write_duration(0), "0 s");
        assert_eq!(write_amount(Amount::Number(Number::whole(25_000_000)), &Type::Size), "25 MB");
        assert_eq!(unit("MINUTES"), Some(Unit::Time(60 * SECOND)));
        assert_eq!(unit("mb"), Some(Unit::Size(1_000_000)));
    }
}
