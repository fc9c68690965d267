//! Units, and amounts as people write them: `5 min`, `1 h 30 min`, `25 MB`, `80 %`.

use super::{Amount, SECOND, Type};
use crate::number::Number;

/// What a unit measures, and how many of the base one is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unit {
    /// Nanoseconds.
    Time(i128),
    /// Bytes.
    Size(i128),
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
    ("B", Unit::Size(1)),
    ("byte", Unit::Size(1)),
    ("bytes", Unit::Size(1)),
    ("kB", Unit::Size(1_000)),
    ("KB", Unit::Size(1_000)),
    ("MB", Unit::Size(1_000_000)),
    ("GB", Unit::Size(1_000_000_000)),
    ("TB", Unit::Size(1_000_000_000_000)),
    ("KiB", Unit::Size(1_024)),
    ("MiB", Unit::Size(1_048_576)),
    ("GiB", Unit::Size(1_073_741_824)),
    ("TiB", Unit::Size(1_099_511_627_776)),
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

/// Makes an amount of a number with a unit, and says its type; none where it is beyond all bounds. A duration is rounded to the
/// nearest nanosecond.
pub fn amount(number: Number, unit: Option<Unit>) -> Option<(Amount, Type)> {
    Some(match unit {
        None => (Amount::Number(number), Type::Number),
        Some(Unit::Percent) => (Amount::Number(number.over(Number::whole(100))?), Type::Percent),
        Some(Unit::Size(bytes)) => (Amount::Number(number.times(Number::whole(bytes))?), Type::Size),
        Some(Unit::Time(nanos)) => {
            (Amount::Nanos(number.times(Number::whole(nanos))?.rounded()?), Type::Duration)
        }
    })
}

/// Returns what a unit measures.
pub(crate) fn measures(unit: Unit) -> Type {
    match unit {
        Unit::Percent => Type::Percent,
        Unit::Size(_) => Type::Size,
        Unit::Time(_) => Type::Duration,
    }
}
