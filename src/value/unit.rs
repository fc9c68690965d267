//! Units, and amounts as people write them: `5 min`, `1 h 30 min`, `25 MB`, `80 %`.

use super::{Amount, SECOND, Type};

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

/// Returns the unit of a word; capitals matter only where they would change the size.
pub fn unit(word: &str) -> Option<Unit> {
    let exact = UNITS.iter().find(|(name, _)| *name == word);
    let alike = || {
        let mut same = UNITS.iter().filter(|(name, _)| name.eq_ignore_ascii_case(word));
        let first = same.next()?;
        same.all(|(_, unit)| *unit == first.1).then_some(first)
    };
    exact.or_else(alike).map(|(_, unit)| *unit)
}

/// Returns the words of all units, for "did you mean".
pub fn unit_words() -> impl Iterator<Item = &'static str> {
    UNITS.iter().map(|(name, _)| *name)
}

/// Returns the units that are offered for a type.
pub fn units_for(ty: &Type) -> &'static [&'static str] {
    match ty {
        Type::Duration => &["s", "min", "h", "days", "weeks"],
        Type::Size => &["B", "kB", "MB", "GB"],
        Type::Percent => &["%"],
        _ => &[],
    }
}

/// Lists the units that are offered for a type in a sentence: `` `s`, `min` or `h` ``.
pub fn units_of(ty: &Type) -> String {
    let units: Vec<String> = units_for(ty).iter().map(|unit| format!("`{unit}`")).collect();
    match units.as_slice() {
        [] => "no unit".to_owned(),
        [unit] => unit.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Makes an amount of a number with a unit, and says its type.
pub fn amount(number: f64, unit: Option<Unit>) -> (Amount, Type) {
    match unit {
        None => (Amount::Real(number), Type::Number),
        Some(Unit::Percent) => (Amount::Real(number / 100.0), Type::Percent),
        Some(Unit::Size(bytes)) => (Amount::Real(number * bytes), Type::Size),
        Some(Unit::Time(nanos)) => (Amount::Nanos(nanos_of(number, nanos)), Type::Duration),
    }
}

/// Multiplies a unit of time, to the nearest nanosecond; whole numbers are exact.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "bounded before the cast")]
fn nanos_of(number: f64, unit: i128) -> i128 {
    let number = number.clamp(-1e18, 1e18);
    if number.fract() == 0.0 { number as i128 * unit } else { (number * unit as f64).round() as i128 }
}
