//! Numbers and words as people read them, the same in every form.

use std::fmt;

use crate::ticket::diagnosis::Probability;
use crate::wire::Chance;

/// How something is called that no cause of the pack is.
pub const UNLISTED: &str = "A cause that this pack does not list";

/// Ends that are nearer than this are one number to whoever reads them.
const NEAR: f64 = 5e-4;

/// A probability in percent: `87 %`, `4.2 %`, `<0.1 %`; 0 and 100 only where it is exactly so.
pub fn percent(p: f64) -> String {
    let percent = p * 100.0;
    if p <= 0.0 {
        "0 %".into()
    } else if p >= 1.0 {
        "100 %".into()
    } else if percent < 0.1 {
        "<0.1 %".into()
    } else if percent < 9.95 {
        format!("{percent:.1} %")
    } else if percent < 99.0 {
        format!("{percent:.0} %")
    } else if percent < 99.9 {
        format!("{percent:.1} %")
    } else {
        ">99.9 %".into()
    }
}

/// A probability, or the range that holds it: `61 to 72 %`; where both ends are written alike, once.
pub fn chance(p: Probability) -> String {
    let (low, high) = (percent(p.low), percent(p.high));
    let near = p.exact || p.high - p.low < NEAR;
    if near || low == high { low } else { format!("{} to {high}", low.trim_end_matches(" %")) }
}

impl fmt::Display for Chance {
    /// Writes the probability as every answer does: `87 %`, or the range that holds it, `61 to 72 %`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { low, high, .. } = *self;
        f.write_str(&chance(Probability { low, high, exact: self.probability.is_some() }))
    }
}

/// Odds: `19 to 1 against`, `9 to 1 for`, `even`.
pub(super) fn odds(odds: f64) -> String {
    if odds <= 0.0 {
        return "impossible".into();
    }
    if !odds.is_finite() {
        return "certain".into();
    }
    let (ratio, side) = if odds >= 1.0 { (odds, "for") } else { (1.0 / odds, "against") };
    let ratio = figure(ratio);
    if ratio == "1" { "even".into() } else { format!("{ratio} to 1 {side}") }
}

/// A factor: `× 31`, `× 0.25`, `× 0.0012`.
pub(super) fn factor(factor: f64) -> String {
    format!("× {}", figure(factor))
}

/// A time that is expected: `under a minute`, `12 min`, `4 h 20 min`.
pub fn about(minutes: f64) -> String {
    let whole = minutes.round();
    if whole < 1.0 {
        return "under a minute".into();
    }
    let (hours, rest) = ((whole / 60.0).floor(), whole % 60.0);
    match (hours, rest) {
        (0.0, _) => format!("{rest} min"),
        (_, 0.0) => format!("{hours} h"),
        _ => format!("{hours} h {rest} min"),
    }
}

/// How many times: `12`, `3.5`.
pub(super) fn times(times: f64) -> String {
    figure(times)
}

/// A number in two digits that count, without an exponent while that can be read.
fn figure(number: f64) -> String {
    match number {
        0.0 => "0".into(),
        n if !(1e-5..1e7).contains(&n) => format!("{n:.1e}"),
        n if n >= 9.95 => grouped(n),
        n if n >= 0.995 => trimmed(format!("{n:.1}")),
        n if n >= 0.0995 => trimmed(format!("{n:.2}")),
        n if n >= 0.00995 => trimmed(format!("{n:.3}")),
        n if n >= 0.000_995 => trimmed(format!("{n:.4}")),
        n => trimmed(format!("{n:.5}")),
    }
}

fn trimmed(text: String) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A whole number with its thousands set apart.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_certain_is_shown_as_certain() {
        let cases = [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.99999, ">99.9 %"),
            (0.000_01, "<0.1 %"),
            (0.042, "4.2 %"),
            (0.87, "87 %"),
            (0.995, "99.5 %"),
        ];
        for (p, text) in cases {
            assert_eq!(percent(p), text);
        }
    }

    #[test]
    fn odds_are_said_as_people_say_them() {
        assert_eq!(odds(9.0), "9 to 1 for");
        assert_eq!(odds(1.0 / 19.0), "19 to 1 against");
        assert_eq!(odds(1.0), "even");
        assert_eq!(factor(0.25), "× 0.25");
        assert_eq!(factor(12345.6), "× 12,346");
    }

    #[test]
    fn times_are_rounded_to_minutes() {
        for (minutes, text) in
            [(0.2, "under a minute"), (12.4, "12 min"), (60.0, "1 h"), (271.0, "4 h 31 min")]
        {
            assert_eq!(about(minutes), text);
        }
    }
}
