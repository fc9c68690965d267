//! Units, and amounts as people write them: `5 min`, `1 h 30 min`, `25 MB`, `80 %`.

use super::value::{Amount, SECOND, Type};

/// What a unit measures, and how many of the base one is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unit {
    /// Nanoseconds.
    Time(i128),
    /// Bytes.
    Size(f64),
    /// Fractions.
    Percent,
}

/// All units. The first of each kind of length is the one that is written in answers.
const UNITS: &[(&str, Unit)] = &[
    ("ms", Unit::Time(1_000_000)),
    ("s", Unit::Time(SECOND)),
    ("sec", Unit::Time(SECOND)),
    ("secs", Unit::Time(SECOND)),
    ("second", Unit::Time(SECOND)),
    ("seconds", Unit::Time(SECOND)),
    ("min", Unit::Time(60 * SECOND)),
    ("mins", Unit::Time(60 * SECOND)),
    ("minute", Unit::Time(60 * SECOND)),
    ("minutes", Unit::Time(60 * SECOND)),
    ("h", Unit::Time(3600 * SECOND)),
    ("hour", Unit::Time(3600 * SECOND)),
    ("hours", Unit::Time(3600 * SECOND)),
    ("day", Unit::Time(86_400 * SECOND)),
    ("days", Unit::Time(86_400 * SECOND)),
    ("d", Unit::Time(86_400 * SECOND)),
    ("week", Unit::Time(604_800 * SECOND)),
    ("weeks", Unit::Time(604_800 * SECOND)),
    ("B", Unit::Size(1.0)),
    ("byte", Unit::Size(1.0)),
    ("bytes", Unit::Size(1.0)),
    ("kB", Unit::Size(1e3)),
    ("KB", Unit::Size(1e3)),
    ("MB", Unit::Size(1e6)),
    ("GB", Unit::Size(1e9)),
    ("TB", Unit::Size(1e12)),
    ("KiB", Unit::Size(1024.0)),
    ("MiB", Unit::Size(1_048_576.0)),
    ("GiB", Unit::Size(1_073_741_824.0)),
    ("TiB", Unit::Size(1_099_511_627_776.0)),
    ("%", Unit::Percent),
    ("percent", Unit::Percent),
];

/// The unit of a word; capitals matter only where they would change the size.
pub fn unit(word: &str) -> Option<Unit> {
    let exact = UNITS.iter().find(|(name, _)| *name == word);
    let alike = || {
        let mut same = UNITS.iter().filter(|(name, _)| name.eq_ignore_ascii_case(word));
        let first = same.next()?;
        same.all(|(_, unit)| *unit == first.1).then_some(first)
    };
    exact.or_else(alike).map(|(_, unit)| *unit)
}

/// The words of all units, for "did you mean".
pub fn unit_words() -> impl Iterator<Item = &'static str> {
    UNITS.iter().map(|(name, _)| *name)
}

/// The units that fit a type, for a help.
pub fn units_of(ty: &Type) -> &'static str {
    match ty {
        Type::Duration => "`s`, `min`, `h`, `days` or `weeks`",
        Type::Size => "`B`, `kB`, `MB` or `GB`",
        Type::Percent => "`%`",
        _ => "no unit",
    }
}

/// A number with a unit, as an amount and its type.
pub fn amount(number: f64, unit: Option<Unit>) -> (Amount, Type) {
    match unit {
        None => (Amount::Real(number), Type::Number),
        Some(Unit::Percent) => (Amount::Real(number / 100.0), Type::Percent),
        Some(Unit::Size(bytes)) => (Amount::Real(number * bytes), Type::Size),
        Some(Unit::Time(nanos)) => (Amount::Nanos(nanos_of(number, nanos)), Type::Duration),
    }
}

/// So many times a unit of time, to the nearest nanosecond; whole numbers are exact.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "bounded before the cast")]
fn nanos_of(number: f64, unit: i128) -> i128 {
    let number = number.clamp(-1e18, 1e18);
    if number.fract() == 0.0 { number as i128 * unit } else { (number * unit as f64).round() as i128 }
}

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq)]
pub enum AmountError {
    /// It does not read as numbers and units.
    Shape,
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
                sum.compute(crate::syntax::ast::Operator::Plus, part).ok_or(AmountError::Shape)?
            }
            Some(_) => return Err(AmountError::Shape),
        });
        rest = after;
    }
    let total = total.ok_or(AmountError::Shape)?;
    Ok(match total {
        Amount::Real(number) if negative => Amount::Real(-number),
        Amount::Nanos(nanos) if negative => Amount::Nanos(-nanos),
        other => other,
    })
}

/// The first number and unit of a text, its type, and what follows.
fn first_amount(text: &str) -> Result<(Amount, Type, &str), AmountError> {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(digits).ok_or(AmountError::Shape)?;
    if !number.starts_with(|c: char| c.is_ascii_digit()) || number.ends_with('.') {
        return Err(AmountError::Shape);
    }
    let number: f64 = number.parse().map_err(|_| AmountError::Shape)?;
    if !number.is_finite() {
        return Err(AmountError::Shape);
    }
    let rest = rest.trim_start();
    let letters = rest.find(|c: char| !(c.is_alphabetic() || c == '%')).unwrap_or(rest.len());
    let (word, rest) = rest.split_at_checked(letters).ok_or(AmountError::Shape)?;
    let unit = match word {
        "" => None,
        word => Some(unit(word).ok_or_else(|| AmountError::Unit(word.to_owned()))?),
    };
    let (amount, ty) = amount(number, unit);
    Ok((amount, ty, rest.trim_start().trim_start_matches(',').trim_start()))
}

/// An amount as a person writes it.
pub fn write_amount(amount: Amount, ty: &Type) -> String {
    match (amount, ty) {
        (Amount::Nanos(nanos), _) => write_duration(nanos),
        (Amount::Instant(nanos), _) => write_instant(nanos, true),
        (Amount::Civil(nanos), _) => write_instant(nanos, false),
        (Amount::Real(number), Type::Percent) => format!("{} %", short(number * 100.0)),
        (Amount::Real(number), Type::Size) => write_size(number),
        (Amount::Real(number), _) => short(number),
    }
}

/// A float without a needless fraction and without the noise of its last digits.
fn short(number: f64) -> String {
    let rounded = (number * 1e9).round() / 1e9;
    if rounded.is_finite() { format!("{rounded}") } else { format!("{number}") }
}

fn write_size(bytes: f64) -> String {
    let unit = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)]
        .into_iter()
        .find(|(_, size)| bytes.abs() >= *size);
    match unit {
        Some((unit, size)) => format!("{} {unit}", short(bytes / size)),
        None => format!("{} B", short(bytes)),
    }
}

/// `1 h 30 min`, `8 min`, `2 days`, `0 s`; the smallest unit is the millisecond.
pub fn write_duration(nanos: i128) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let mut rest = nanos.unsigned_abs();
    let mut parts = Vec::new();
    for (unit, units, size) in [
        ("day", "days", 86_400_000_000_000_u128),
        ("h", "h", 3_600_000_000_000),
        ("min", "min", 60_000_000_000),
        ("s", "s", 1_000_000_000),
        ("ms", "ms", 1_000_000),
        ("ns", "ns", 1),
    ] {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            parts.push(format!("{count} {}", if count == 1 { unit } else { units }));
        }
    }
    if parts.is_empty() {
        parts.push("0 s".to_owned());
    }
    format!("{sign}{}", parts.join(" "))
}

fn write_instant(nanos: i128, utc: bool) -> String {
    jiff::Timestamp::from_nanosecond(nanos).map_or_else(
        |_| format!("{nanos} ns"),
        |at| {
            let text = at.to_string().replace('T', " ");
            if utc { text } else { text.trim_end_matches('Z').to_owned() }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_and_write() {
        let minutes = |n: i128| Amount::Nanos(n * 60 * SECOND);
        assert_eq!(parse_amount("1 h 30 min", &Type::Duration), Ok(minutes(90)));
        assert_eq!(parse_amount("1h30m", &Type::Duration), Err(AmountError::Unit("m".into())));
        assert_eq!(parse_amount("5", &Type::Duration), Err(AmountError::NoUnit("5".into())));
        assert_eq!(parse_amount("5 MB", &Type::Duration), Err(AmountError::Type(Type::Size)));
        assert_eq!(parse_amount("-90 s", &Type::Duration), Ok(Amount::Nanos(-90 * SECOND)));
        assert_eq!(parse_amount("12.5 %", &Type::Percent), Ok(Amount::Real(0.125)));
        assert_eq!(write_duration(5_400 * SECOND), "1 h 30 min");
        assert_eq!(write_duration(0), "0 s");
        assert_eq!(write_amount(Amount::Real(25e6), &Type::Size), "25 MB");
        assert_eq!(unit("MINUTES"), Some(Unit::Time(60 * SECOND)));
        assert_eq!(unit("mb"), Some(Unit::Size(1e6)));
    }
}
