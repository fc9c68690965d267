//! Exact numbers, as people write them: `0.1` is one tenth, and one tenth and two tenths are three.
//!
//! A [`Number`] is a fraction of two whole numbers of up to 38 digits, in lowest terms, so that sums, differences, products and
//! quotients are exact. A result that does not fit is none, never another number. Read are up to [`DIGITS`] digits before and
//! after the point.

use std::fmt;

use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, Signed, Zero};

/// An exact number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(Ratio<i128>);

/// So many digits are read before the point, and so many after it.
const DIGITS: i32 = 30;

/// So many digits are written after the point of a number that no decimal is.
const WRITTEN: u32 = 9;

/// Why a text is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberError {
    /// It is not written as one.
    Shape,
    /// It has more digits than are read.
    Digits,
}

impl Number {
    /// Nothing.
    pub const ZERO: Number = Number::whole(0);
    /// One.
    pub const ONE: Number = Number::whole(1);

    /// Makes a whole number.
    pub const fn whole(number: i128) -> Number {
        Number(Ratio::new_raw(number, 1))
    }

    /// Makes a fraction; none where it has no value.
    pub fn fraction(numerator: i128, denominator: i128) -> Option<Number> {
        Number::whole(numerator).over(Number::whole(denominator))
    }

    /// Reads a number in decimals, perhaps with a sign and a power of ten: `-1.5`, `1e3`.
    ///
    /// # Errors
    /// Where it is not written as one, or has more digits than are read.
    pub fn parse(text: &str) -> Result<Number, NumberError> {
        let (mantissa, power) = match text.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, exponent(power)?),
            None => (text, 0),
        };
        let negative = mantissa.starts_with('-');
        let plain = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
        let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
        let digits = || whole.chars().chain(part.chars());
        if digits().next().is_none() || !digits().all(|c| c.is_ascii_digit()) {
            return Err(NumberError::Shape);
        }
        let part = part.trim_end_matches('0');
        let digits = format!("{}{part}", whole.trim_start_matches('0'));
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Ok(Number::ZERO);
        }
        let places = i32::try_from(part.len()).map_err(|_| NumberError::Digits)?;
        let length = i32::try_from(digits.len()).map_err(|_| NumberError::Digits)?;
        let power = power.saturating_sub(places);
        if power < -DIGITS || power.saturating_add(length) > DIGITS {
            return Err(NumberError::Digits);
        }
        let number: i128 = digits.parse().map_err(|_| NumberError::Digits)?;
        let ten = 10_i128.checked_pow(power.unsigned_abs()).ok_or(NumberError::Digits)?;
        let (number, ten) = (Number::whole(if negative { -number } else { number }), Number::whole(ten));
        let scaled = if power < 0 { number.over(ten) } else { number.times(ten) };
        scaled.ok_or(NumberError::Digits)
    }

    /// Returns the sum; none where it does not fit.
    pub fn plus(self, other: Number) -> Option<Number> {
        self.0.checked_add(&other.0).map(Number)
    }

    /// Returns the difference; none where it does not fit.
    pub fn minus(self, other: Number) -> Option<Number> {
        self.0.checked_sub(&other.0).map(Number)
    }

    /// Returns the product; none where it does not fit.
    pub fn times(self, other: Number) -> Option<Number> {
        self.0.checked_mul(&other.0).map(Number)
    }

    /// Returns the quotient; none where it does not fit, and of nothing.
    pub fn over(self, other: Number) -> Option<Number> {
        if other.0.is_zero() { None } else { self.0.checked_div(&other.0).map(Number) }
    }

    /// Returns the contrary.
    #[must_use]
    pub fn negated(self) -> Number {
        Number(-self.0)
    }

    /// Returns its distance from nothing.
    #[must_use]
    pub fn abs(self) -> Number {
        Number(self.0.abs())
    }

    /// Returns the nearest whole number, of two the one further from nothing.
    pub fn rounded(self) -> Option<i128> {
        let half = Ratio::new_raw(if self.0.is_negative() { -1 } else { 1 }, 2);
        self.0.checked_add(&half).map(|sum| sum.to_integer())
    }

    /// Returns the next whole number that is not greater.
    #[must_use]
    pub fn floor(self) -> Number {
        Number::whole(self.0.numer().div_euclid(*self.0.denom()))
    }

    /// Returns how many digits it has after the point; none where it has no end.
    fn places(self) -> Option<u32> {
        let mut rest = *self.0.denom();
        let mut count = |prime: i128| {
            let mut times = 0;
            while rest % prime == 0 {
                rest /= prime;
                times += 1;
            }
            times
        };
        let places = count(2).max(count(5));
        (rest == 1).then_some(places)
    }
}

fn exponent(text: &str) -> Result<i32, NumberError> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return Err(NumberError::Shape);
    }
    // A power that is no 32-bit number is beyond all bounds, in either direction.
    Ok(text.parse().unwrap_or(if text.starts_with('-') { i32::MIN } else { i32::MAX }))
}

/// Writes all its digits, or, where they have no end, the first of them.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Of a number with so many digits that they do not fit together, fewer are written.
        let scaled = |places: u32| {
            let ten = Number::whole(10_i128.checked_pow(places)?);
            Some((places, self.times(ten)?.rounded()?))
        };
        let places = self.places().unwrap_or(WRITTEN);
        let (places, scaled) = (0..=places).rev().find_map(scaled).unwrap_or((0, self.0.to_integer()));
        let digits = scaled.unsigned_abs().to_string();
        let places = usize::try_from(places).unwrap_or(0);
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (whole, part) = digits.split_at_checked(digits.len() - places).unwrap_or((&digits, ""));
        let part = part.trim_end_matches('0');
        let sign = if scaled < 0 { "-" } else { "" };
        if part.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{part}") }
    }
}

/// Writes a number of things: `1 fix`, `21 fixes`.
pub fn count(n: usize, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn decimals_are_what_they_say() {
        for (a, b, sum) in [
            ("0.1", "0.2", "0.3"),
            ("1.1", "2.2", "3.3"),
            ("-0.7", "0.7", "0"),
            ("9007199254740992", "1", "9007199254740993"),
            ("1e3", "-1e-3", "999.999"),
        ] {
            assert_eq!(number(a).plus(number(b)), Some(number(sum)), "{a} + {b}");
        }
        assert_eq!(
            number("1").over(number("3")).and_then(|third| third.times(number("3"))),
            Some(Number::ONE)
        );
        assert_eq!(number("0.1").times(number("3")), Some(number("0.3")));
        assert!(number("9007199254740993") > number("9007199254740992"));
        assert_eq!(number("1").over(Number::ZERO), None);
        assert_eq!(number("1e29").times(number("1e29")), None);
    }

    #[test]
    fn numbers_are_written_as_they_were_read() {
        for text in ["0", "-1.5", "123456789012345678", "0.000000000001", "9007199254740993.25", "1000000"] {
            assert_eq!(number(text).to_string(), text);
        }
        for (text, shown) in
            [("1e6", "1000000"), ("+5", "5"), ("05.50", "5.5"), (".5", "0.5"), ("5.", "5"), ("-0", "0")]
        {
            assert_eq!(number(text).to_string(), shown);
        }
        let quotient = |a: &str, b: &str| number(a).over(number(b)).unwrap().to_string();
        assert_eq!(quotient("2", "3"), "0.666666667");
        assert_eq!(quotient("-1", "3"), "-0.333333333");
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", ".", "-", "e5", "1e", "1e+", "1.2.3", "--1", "NaN", "inf", "0x1", "1_0", "1 "] {
            assert_eq!(Number::parse(text), Err(NumberError::Shape), "{text}");
        }
        for text in ["1e31", "1e999999999999", "1e-31", "1e-999999999999", "1234567890123456789012345678901"]
        {
            assert_eq!(Number::parse(text), Err(NumberError::Digits), "{text}");
        }
        assert_eq!(Number::parse("0e999999999999"), Ok(Number::ZERO));
    }

    #[test]
    fn halves_are_rounded_away_from_nothing() {
        for (text, whole) in [("2.5", 3), ("-2.5", -3), ("2.4", 2), ("-2.4", -2)] {
            assert_eq!(number(text).rounded(), Some(whole));
        }
        assert_eq!((number("-2.5").floor(), number("2.5").floor()), (number("-3"), number("2")));
    }

    proptest! {
        #[test]
        fn any_decimal_comes_back(whole in -1_000_000_000_000_i64..1_000_000_000_000, part in 0_u32..1_000_000) {
            let text = format!("{whole}.{part:06}");
            let shown = number(&text).to_string();
            prop_assert_eq!(number(&shown), number(&text));
        }

        #[test]
        fn what_is_added_can_be_taken_away(a in any::<i64>(), b in any::<i64>(), c in 1_i64..1_000_000) {
            let fraction = |n: i64| Number::fraction(i128::from(n), i128::from(c)).unwrap();
            let sum = fraction(a).plus(fraction(b)).unwrap();
            prop_assert_eq!(sum.minus(fraction(b)), Some(fraction(a)));
        }
    }
}
