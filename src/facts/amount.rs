//! Amounts, and bounds of amounts: `8 min`, `> 5 min`, `5 min .. 15 min`.

use std::cmp::Ordering;

use jiff::tz::TimeZone;

use crate::facts::example::{expects, short};
use crate::facts::moment;
use crate::facts::value::Wrong;
use crate::logic::{Bound, Known, Range};
use crate::pack::unit::{AmountError, parse_amount, unit_words, units_of, write_amount};
use crate::pack::value::{Amount, Type, Value};
use crate::problem::did_you_mean;

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
    let known = if let Some((sign, rest)) = signed(text) {
        let ends = one(rest)?;
        let (low, high) = match sign {
            ">" => (Some(ends.after()), None),
            ">=" | "≥" => (Some(ends.from()), None),
            "<" => (None, Some(ends.before())),
            _ => (None, Some(ends.to())),
        };
        Known::of_range(Range { low, high })
    } else if let Some((low, high)) = text.split_once("..") {
        between(low.trim(), high.trim(), one)?
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
    if low.is_empty() || high.is_empty() {
        let side = if low.is_empty() { format!("<= {high}") } else { format!(">= {low}") };
        return Err(Wrong::new(format!("`{}` has one end", text.trim()))
            .help(format!("write both, or `{}`", short(&side))));
    }
    let to = one(high)?;
    let from = match (one(low), unit_of(high)) {
        (Err(_), Some(unit)) if low.ends_with(|c: char| c.is_ascii_digit()) => one(&format!("{low} {unit}"))?,
        (from, _) => from?,
    };
    match from.first.order(to.last) {
        Some(Ordering::Greater) => {
            let help = format!("write `{}`", short(&format!("{high} .. {low}")));
            Err(Wrong::new(format!("`{text}` ends before it begins")).help(help))
        }
        None => Err(Wrong::new(format!("of `{text}` one end has an offset and the other has none"))
            .help("give both an offset such as `+01:00`")),
        Some(_) => Ok(Known::of_range(Range { low: Some(from.from()), high: Some(to.to()) })),
    }
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
    let figures = text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || "+-.eE_".contains(c))
        && text.split('_').all(|part| part.starts_with(|c: char| c.is_ascii_digit()) || !text.contains('_'));
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
    match error {
        AmountError::NoUnit(_) if !has_decimal_comma(text) => {
            Wrong::new(format!("`{shown}` has no unit")).help(format!("add one of {}", units_of(ty)))
        }
        AmountError::Type(found) => {
            Wrong::new(format!("`{shown}` is {}", expects(&found))).maybe_help(match ty {
                Type::Number => Some("write it without the unit".into()),
                _ => Some(format!("its unit is one of {}", units_of(ty))),
            })
        }
        AmountError::Unit(word) => {
            let meant = if word == "m" { Some("min") } else { did_you_mean(&short(&word), unit_words()) };
            let units = match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None if *ty == Type::Number => "write the number alone".into(),
                None => format!("units are {}", units_of(ty)),
            };
            Wrong::new(format!("`{}` is no unit", short(&word))).help(units)
        }
        AmountError::Shape | AmountError::NoUnit(_) => {
            Wrong::new(format!("`{shown}` is none")).maybe_help(two_readings(text, ty).or_else(|| {
                has_decimal_comma(text)
                    .then(|| "write decimals with a point, and thousands without a comma".to_owned())
            }))
        }
    }
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
        [a, b, c] => Some(format!("write `{a} h {b} min {c} s`")),
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
            format!("{} .. {}", amount(*low), amount(*high))
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
