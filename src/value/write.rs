//! Values as people read them.

use super::{Amount, Bound, Known, Range, Type, Value};
use crate::number::{Number, count};

/// Writes what is known of a value, as a person reads it.
pub fn write_known(known: &Known, ty: &Type) -> String {
    match known {
        Known::Unknown => "unknown".into(),
        Known::Exactly(value) => write_value(value, ty),
        Known::Within(range) => write_range(range, ty),
        Known::Possible(values) => {
            values.iter().map(|v| write_value(&Value::Choice(*v), ty)).collect::<Vec<_>>().join(" or ")
        }
        Known::Lacks { .. } | Known::Not(_) => "known in part".into(),
        Known::Rows(rows) => count(rows.len(), "row", "rows"),
    }
}

/// Writes a value as a person reads it.
pub fn write_value(value: &Value, ty: &Type) -> String {
    let name = |at: &usize| match ty {
        Type::OneOf(values) | Type::SomeOf(values) => values.get(*at).cloned().unwrap_or_default(),
        _ => String::new(),
    };
    match value {
        Value::YesNo(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::Choice(at) => name(at),
        Value::Set(members) => members.iter().map(name).collect::<Vec<_>>().join(", "),
        Value::Amount(amount) => write_amount(*amount, ty),
        Value::Text(text) | Value::Domain(text) => text.clone(),
        Value::Ip(address) => address.to_string(),
        Value::None => "none".into(),
    }
}

/// Writes bounds as a person reads them: `5 min to 15 min`.
pub fn write_range(range: &Range, ty: &Type) -> String {
    let write = |bound: &Bound| write_amount(bound.at, ty);
    match (&range.low, &range.high) {
        (None, None) => "any".into(),
        (Some(low), None) => format!("{} {}", if low.open { "more than" } else { "at least" }, write(low)),
        (None, Some(high)) => format!("{} {}", if high.open { "less than" } else { "up to" }, write(high)),
        (Some(low), Some(high)) if low == high => write(low),
        (Some(low), Some(high)) => format!("{} to {}", write(low), write(high)),
    }
}

/// Writes bounds of an amount as an author writes them: `> 5 min`, `5 min .. 15 min`; nothing where there are none.
pub fn write_bounds(range: &Range, ty: &Type) -> String {
    let write = |bound: &Bound| write_amount(bound.at, ty);
    let sign = |bound: &Bound, sign: &str| if bound.open { format!("{sign} ") } else { String::new() };
    match (&range.low, &range.high) {
        (Some(low), Some(high)) => {
            format!("{}{} .. {}{}", sign(low, ">"), write(low), sign(high, "<"), write(high))
        }
        (Some(low), None) => format!("{} {}", if low.open { ">" } else { ">=" }, write(low)),
        (None, Some(high)) => format!("{} {}", if high.open { "<" } else { "<=" }, write(high)),
        (None, None) => String::new(),
    }
}

/// Writes an amount as a person does.
pub fn write_amount(amount: Amount, ty: &Type) -> String {
    match (amount, ty) {
        (Amount::Nanos(nanos), _) => write_duration(nanos),
        (Amount::Instant(nanos), _) => write_instant(nanos, true),
        (Amount::Civil(nanos), _) => write_instant(nanos, false),
        (Amount::Number(number), Type::Percent) => {
            format!("{} %", number.times(Number::whole(100)).unwrap_or(number))
        }
        (Amount::Number(number), Type::Size) => write_size(number),
        (Amount::Number(number), _) => number.to_string(),
    }
}

fn write_size(bytes: Number) -> String {
    let units = [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    let unit = units.into_iter().find(|(_, size)| bytes.abs() >= Number::whole(*size));
    match unit.and_then(|(unit, size)| Some((unit, bytes.over(Number::whole(size))?))) {
        Some((unit, number)) => format!("{number} {unit}"),
        None => format!("{bytes} B"),
    }
}

/// Writes a duration in nanoseconds: `1 h 30 min`, `8 min`, `2 days`, `0 s`.
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
        let times = rest / size;
        rest %= size;
        if times > 0 {
            parts.push(format!("{times} {}", if times == 1 { unit } else { units }));
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

/// Writes a chance as a person does: `80 %`, `0.5 %`.
pub fn write_chance(chance: f64) -> String {
    let percent = chance * 100.0;
    let rounded = (percent * 1000.0).round() / 1000.0;
    format!("{rounded} %")
}

/// Writes a chance with its word, if it has one: `usually (80 %)`.
pub fn write_word(word: Option<&'static str>, number: f64) -> String {
    match word {
        Some(word) => format!("{word} ({})", write_chance(number)),
        None => write_chance(number),
    }
}
