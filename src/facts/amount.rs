//! Amounts, and bounds of amounts: `8 min`, `> 5 min`, `5 min .. 15 min`, `> 5 min .. 15 min`.

use std::cmp::Ordering;

use jiff::tz::TimeZone;

use crate::eval::{Bound, Known, Range};
use crate::facts::example::{expects, short};
use crate::facts::moment;
use crate::facts::value::{Wrong, near};
use crate::pack::unit::{
    AmountError, amount as amount_of, parse_amount, unit, unit_words, units_of, write_amount,
};
use crate::pack::value::{Amount, Type, Value};

/// The amounts that a text may stand for.
pub(super) struct Ends {
    /// The least.
    pub(super) first: Amount,
    /// The greatest; of a day, the midnight behind it.
    pub(super) last: Amount,
    /// Whether it is a day, from midnight to midnight, without the second.
    pub(super) day: bool,
}

impl Ends {
    /// One amount.
    pub(super) fn exact(at: Amount) -> Self {
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

    /// Behind it: of a day, behind the whole of it.
    fn after(&self) -> Bound {
        let at = if self.day { self.last } else { self.first };
        Bound { at, open: !self.day }
    }

    /// Before it: of a day, before the whole of it.
    fn before(&self) -> Bound {
        let at = if self.day { self.first } else { self.last };
        Bound { at, open: true }
    }
}

/// Signs of bounds, longest first.
const SIGNS: [&str; 6] = [">=", "<=", "≥", "≤", ">", "<"];

/// An amount of a type, or bounds of one, and how a person reads it.
pub(super) fn read(text: &str, ty: &Type, zone: Option<&TimeZone>) -> Result<(Known, String), Wrong> {
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
        _ => write(&known, ty),
    };
    Ok((known, written))
}

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

/// An end of a range, and whether it is itself outside.
fn end<'t>(text: &'t str, inside: [&str; 2], outside: &str) -> (bool, &'t str) {
    let closed = inside.iter().find_map(|sign| text.strip_prefix(sign));
    let open = text.strip_prefix(outside).filter(|_| closed.is_none());
    (open.is_some(), open.or(closed).unwrap_or(text).trim())
}

/// The unit of a number that is alone with it.
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
    match plain.parse::<f64>() {
        Ok(number) if figures && number.is_finite() => Ok(Amount::Real(number)),
        Ok(_) if figures => Err(too_large(text)),
        _ => amount(text, &Type::Number),
    }
}

/// The largest duration, about 300,000 years: beyond it, seconds are no longer exact.
const LONGEST: u128 = 10_000_000_000_000_000_000_000;

fn amount(text: &str, ty: &Type) -> Result<Amount, Wrong> {
    match parse_amount(text, ty) {
        Ok(Amount::Real(number)) if !number.is_finite() => Err(too_large(text)),
        Ok(Amount::Nanos(nanos)) if nanos.unsigned_abs() > LONGEST => Err(too_large(text)),
        Ok(amount) => Ok(amount),
        Err(error) => Err(told(text, ty, error)),
    }
}

fn too_large(text: &str) -> Wrong {
    Wrong::new(format!("`{}` is too large", short(text))).help("write what was measured")
}

fn told(text: &str, ty: &Type, error: AmountError) -> Wrong {
    let shown = short(text);
    if let Some((low, high)) = from_to(text) {
        return Wrong::new(format!("`{shown}` is no range")).help(format!("write `{low} .. {high}`"));
    }
    if let Some(readings) = two_readings(text, ty) {
        return Wrong::new(format!("`{shown}` can be read in two ways")).help(readings);
    }
    match error {
        AmountError::NoUnit(_) if !has_decimal_comma(text) => {
            let help = match (ty, text.trim().parse::<f64>()) {
                (Type::Percent, Ok(share)) if share < 1.0 => format!("add `%`: `{} %`", share * 100.0),
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
            Wrong::new(format!("`{}` is no unit", short(&word))).help(units)
        }
        AmountError::Shape | AmountError::NoUnit(_) => {
            let decimal = "write decimals with a point, and thousands without a comma";
            let help = has_decimal_comma(text).then(|| decimal.to_owned());
            Wrong::new(format!("`{shown}` is none")).maybe_help(help)
        }
    }
}

/// The words for the units of a type.
fn words_of(ty: &Type) -> impl Iterator<Item = &'static str> {
    unit_words().filter(move |word| amount_of(1.0, unit(word)).1 == *ty)
}

fn has_decimal_comma(text: &str) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    text.match_indices(',').any(|(at, _)| {
        digit(text.get(..at).and_then(|t| t.chars().next_back()))
            && digit(text.get(at + 1..).and_then(|t| t.chars().next()))
    })
}

/// `1:30` is an hour and a half, or a minute and a half.
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

/// Whether a duration is written as in ISO 8601: `PT8M`, `P1DT2H`.
fn is_iso(text: &str) -> bool {
    let rest = text.trim_start_matches(['+', '-']).strip_prefix(['P', 'p']);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == 'T' || c == 't'))
}

fn iso(text: &str) -> Result<Amount, Wrong> {
    let span: jiff::Span = text.parse().map_err(|_| Wrong::new(format!("`{}` is none", short(text))))?;
    match span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()) {
        Ok(duration) => Ok(Amount::Nanos(duration.as_nanos())),
        Err(_) => Err(Wrong::new(format!("months and years in `{}` have no fixed length", short(text)))
            .help("write it in days: `30 days`")),
    }
}

fn write(known: &Known, ty: &Type) -> String {
    let amount = |bound: Bound| write_amount(bound.at, ty);
    match known {
        Known::Exactly(Value::Amount(at)) => write_amount(*at, ty),
        Known::Within(Range { low: Some(low), high: Some(high) }) => {
            let (above, below) = (if low.open { "> " } else { "" }, if high.open { "< " } else { "" });
            format!("{above}{} .. {below}{}", amount(*low), amount(*high))
        }
        Known::Within(Range { low: Some(low), high: None }) => {
            format!("{} {}", if low.open { ">" } else { ">=" }, amount(*low))
        }
        Known::Within(Range { low: None, high: Some(high) }) => {
            format!("{} {}", if high.open { "<" } else { "<=" }, amount(*high))
        }
        _ => String::new(),
    }
}

/// Both ends of a range as people write it elsewhere: `5 min - 15 min`, `5 to 15 min`.
fn from_to(text: &str) -> Option<(String, &str)> {
    let (low, high) = [" - ", " to ", "–", " until "].iter().find_map(|sign| text.split_once(sign))?;
    let (low, high) = (low.trim(), high.trim());
    let number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let unit = high.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim();
    let bare = low.chars().all(|c| c.is_ascii_digit() || c == '.');
    let low = if bare && !unit.is_empty() { format!("{low} {unit}") } else { low.to_owned() };
    (number(&low) && number(high)).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::recorded::tests::{known, minutes, refused, written};

    fn exactly(amount: Amount) -> Known {
        Known::Exactly(Value::Amount(amount))
    }

    fn real(number: f64) -> Known {
        exactly(Amount::Real(number))
    }

    fn within(low: Option<(Amount, bool)>, high: Option<(Amount, bool)>) -> Known {
        let bound = |(at, open)| Bound { at, open };
        Known::Within(Range { low: low.map(bound), high: high.map(bound) })
    }

    #[test]
    fn amounts_by_their_type() {
        for (value, number) in [
            ("550", 550.0),
            ("\"550\"", 550.0),
            ("-1.5", -1.5),
            ("1e3", 1000.0),
            ("1_000", 1000.0),
            ("+5", 5.0),
        ] {
            assert_eq!(known("reply.code", value), real(number), "{value}");
        }
        assert_eq!(known("reply.share", "80 %"), real(0.8));
        assert_eq!(known("message.size", "25 MB"), real(25e6));
        for value in ["90 min", "1 h 30 min", "1.5 hours", "PT1H30M", "\"5400s\""] {
            assert_eq!(known("delay", value), exactly(minutes(90)), "{value}");
            assert_eq!(written("delay", value), "1 h 30 min");
        }
        assert_eq!(known("delay", "P1DT1H"), exactly(minutes(1500)));
        assert_eq!(known("delay", "-PT5M"), exactly(minutes(-5)));
        assert_eq!(written("message.size", "25  MiB"), "25 MiB");
        assert_eq!(written("reply.code", "5.50e2"), "550");
    }

    #[test]
    fn bounds() {
        let low = |open| within(Some((minutes(5), open)), None);
        let high = |open| within(None, Some((minutes(5), open)));
        for (value, expected, shown) in [
            ("\"> 5 min\"", low(true), "> 5 min"),
            ("\">=5 min\"", low(false), ">= 5 min"),
            ("≥ 5 min", low(false), ">= 5 min"),
            ("< 5 min", high(true), "< 5 min"),
            ("<= PT5M", high(false), "<= 5 min"),
            ("≤ 5 min", high(false), "<= 5 min"),
        ] {
            assert_eq!(known("delay", value), expected, "{value}");
            assert_eq!(written("delay", value), shown);
        }
        let between = within(Some((minutes(5), false)), Some((minutes(15), false)));
        for value in ["5 min .. 15 min", "5 .. 15 min", "5..15min", "PT5M .. PT15M"] {
            assert_eq!(known("delay", value), between, "{value}");
            assert_eq!(written("delay", value), "5 min .. 15 min");
        }
        let open = within(Some((minutes(5), true)), Some((minutes(15), false)));
        for value in ["\"> 5 min .. 15 min\"", "\">5 .. 15 min\"", "\"> 5 min .. <= 15 min\""] {
            assert_eq!(known("delay", value), open, "{value}");
            assert_eq!(written("delay", value), "> 5 min .. 15 min");
        }
        let below = within(Some((minutes(5), false)), Some((minutes(15), true)));
        assert_eq!(known("delay", "\">= 5 min .. < 15 min\""), below);
        assert_eq!(known("delay", "5 min .. 300 s"), exactly(minutes(5)));
        let number = |n| (Amount::Real(n), false);
        assert_eq!(known("reply.code", "-5 .. -1"), within(Some(number(-5.0)), Some(number(-1.0))));
        assert_eq!(known("reply.code", "< 3"), within(None, Some((Amount::Real(3.0), true))));
        assert_eq!(known("reply.share", "5 .. 10 %"), within(Some(number(0.05)), Some(number(0.1))));
    }

    #[test]
    fn durations_that_are_none() {
        let units = "`s`, `min`, `h`, `days` or `weeks`";
        for (value, what, help) in [
            ("5", "`5` has no unit", units),
            ("5 min .. 15", "`15` has no unit", units),
            ("5 MB", "`5 MB` is a size", units),
            ("5 m", "`m` is no unit", "did you mean `min`?"),
            ("5 mim", "`mim` is no unit", "did you mean `min`?"),
            ("5 parsecs", "`parsecs` is no unit", units),
            ("1:30", "`1:30` can be read in two ways", "`1 h 30 min` or `1 min 30 s`"),
            ("1:30:00", "`1:30:00` can be read in two ways", "`1 h 30 min 00 s` or `1 d 30 h 00 min`"),
            ("1,5 h", "`1,5 h` is none", "decimals with a point"),
            ("soon", "`soon` is none", "for example `8 min`"),
            ("unknown", "`unknown` is none", "leave it out if nobody looked"),
            ("NaN", "`NaN` is none", "for example"),
            ("inf", "`inf` is none", "for example"),
            ("P1M", "months and years in `P1M` have no fixed length", "`30 days`"),
            ("PT9999999999999999999H", "`PT9999999999999999999H` is none", "for example"),
            ("99999999999999999999999 weeks", "`99999999999999999999999 weeks` is too large", "measured"),
            ("15 min .. 5 min", "`15 min .. 5 min` ends before it begins", "`5 min .. 15 min`"),
            ("5 min ..", "`5 min ..` has one end", "`>= 5 min`"),
            (".. 5 min", "`.. 5 min` has one end", "`<= 5 min`"),
            ("\"> 5 min ..\"", "`> 5 min ..` has one end", "`> 5 min`"),
            ("\"> 5 min .. 300 s\"", "`> 5 min .. 300 s` ends before it begins", "`300 s .. 5 min`"),
        ] {
            refused("delay", value, &format!("`delay` expects a duration, and {what}"), help);
        }
        refused("delay", "\"> 5\"", "`delay` expects a duration, and `5` has no unit", units);
    }

    #[test]
    fn other_amounts_that_are_none() {
        for (fact, value, what, help) in [
            ("reply.code", "80 %", "a number, and `80 %` is a percentage", "without the unit"),
            ("reply.code", "NaN", "a number, and `NaN` is none", "`550`"),
            ("reply.code", ".inf", "a number, and `.inf` is none", "`550`"),
            ("reply.code", "Infinity", "a number, and `Infinity` is none", "`550`"),
            ("reply.code", "1e999", "a number, and `1e999` is too large", "measured"),
            ("reply.code", "0x1F", "a number, and `x` is no unit", "the number alone"),
            ("reply.code", "1,000", "a number, and `1,000` is none", "without a comma"),
            ("reply.code", "5._0", "a number, and `5._0` is none", "`550`"),
            ("reply.code", "1...3", "a number, and `1 .. .3` ends before it begins", ""),
            ("reply.code", "1 .. 2 .. 3", "a number, and `2 .. 3` is none", "`550`"),
            ("reply.share", "0.8", "a percentage, and `0.8` has no unit", "`%`"),
            ("message.size", "25", "a size, and `25` has no unit", "`MB`"),
            ("message.size", "25 min", "a size, and `25 min` is a duration", "`MB`"),
        ] {
            refused(fact, value, &format!("`{fact}` expects {what}"), help);
        }
    }
}
