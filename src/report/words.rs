//! Numbers and sentences as people read them, the same in every form.

use std::fmt;

pub use crate::number::count;

use crate::ticket::diagnosis::Probability;
use crate::wire::Chance;

/// How a cause is called that is none of the pack's; within a sentence see [`unlisted`].
pub const UNLISTED: &str = "A cause that this pack does not list";
/// What is said where asking stops.
pub const NO_QUESTION: &str = "No remaining question is worth asking";
/// What is said where acting is worth more than asking.
pub const ACT_NOW: &str = "Acting now is worth more than any question";
/// What is said of facts that contradict each other.
pub const IMPOSSIBLE: &str = "These facts cannot all be true";
/// What is said of facts that hardly go together.
pub const RARELY: &str = "These facts rarely occur together";
/// What is said below facts that cannot all be true.
pub const CHECK_AGAIN: &str = "At least one of them is wrong, or the pack is: check them again.";
/// What a likelihood ratio means.
pub const RATIO: &str = "× 5 means: five times as common with this cause as without it";
/// What is said below percentages that come to more than 100.
pub const OVERLAP: &str = "Several causes can be there at once, so these do not add up to 100 %.";
/// What competing causes do to the odds.
pub const SHARED: &str = "adjusted for competing causes";

/// Ends that are nearer than this are one number to whoever reads them.
const NEAR: f64 = 5e-4;

/// Returns how a cause that is none of the pack's is called within a sentence.
pub fn unlisted() -> &'static str {
    "a cause that this pack does not list"
}

/// Writes a probability in percent: `87 %`, `4.2 %`, `<0.1 %`; 0 and 100 only where it is exactly so.
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

/// Writes a probability, or the range that holds it: `61 to 72 %`; where both ends are written alike, once.
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

/// Writes a likelihood ratio: `× 31`, `× 0.25`, `× 0.0012`.
pub fn factor(factor: f64) -> String {
    format!("× {}", figure(factor))
}

/// Writes minutes: `less than a minute`, `12 min`, `4 h 20 min`.
pub fn about(minutes: f64) -> String {
    let whole = minutes.round();
    if whole < 1.0 {
        return "less than a minute".into();
    }
    let (hours, rest) = ((whole / 60.0).floor(), whole % 60.0);
    match (hours, rest) {
        (0.0, _) => format!("{rest} min"),
        (_, 0.0) => format!("{hours} h"),
        _ => format!("{hours} h {rest} min"),
    }
}

/// Writes minutes that are an estimate: `less than a minute`, `about 12 min`.
pub fn roughly(minutes: f64) -> String {
    if minutes.round() < 1.0 { about(minutes) } else { format!("about {}", about(minutes)) }
}

/// Writes minutes where there is little room: `<1 min`, `12 min`.
pub fn briefly(minutes: f64) -> String {
    if minutes.round() < 1.0 { "<1 min".into() } else { about(minutes) }
}

/// Writes how many times: `12`, `3.5`.
pub fn times(times: f64) -> String {
    figure(times)
}

/// Returns a text with a capital at its beginning.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns a text with its white space folded to single blanks.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a text in one line, cut to a number of characters, with an ellipsis.
pub fn shortened(text: &str, most: usize) -> String {
    let text = one_line(text);
    if text.chars().count() <= most {
        return text;
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// Writes a number in two digits that count, without an exponent while that can be read.
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

/// Writes a whole number with its thousands set apart.
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
    fn ratios_have_two_digits_that_count() {
        assert_eq!(factor(0.25), "× 0.25");
        assert_eq!(factor(12345.6), "× 12,346");
    }

    #[test]
    fn times_are_rounded_to_minutes() {
        for (minutes, text) in
            [(0.2, "less than a minute"), (12.4, "12 min"), (60.0, "1 h"), (271.0, "4 h 31 min")]
        {
            assert_eq!(about(minutes), text);
        }
        assert_eq!([roughly(0.2), roughly(12.4)], ["less than a minute", "about 12 min"]);
        assert_eq!([briefly(0.2), briefly(12.4)], ["<1 min", "12 min"]);
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(shortened("one  two\nthree", 20), "one two three");
        assert_eq!(shortened("one two three", 9), "one two…");
    }

    #[test]
    fn plurals_agree() {
        assert_eq!(
            [1, 2, 11, 21].map(|n| count(n, "fix", "fixes")),
            ["1 fix", "2 fixes", "11 fixes", "21 fixes"]
        );
    }
}
