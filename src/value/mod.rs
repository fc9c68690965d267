//! Types, and values that are known in full.
//!
//! Amounts are exact: durations and times in whole nanoseconds, everything else as a fraction. Only a duration that is
//! multiplied or divided by a number is rounded, to the nearest nanosecond.

pub(crate) mod address;
pub mod amount;
mod known;
pub mod moment;
pub(crate) mod scalar;
pub mod scale;
pub mod unit;
mod write;

pub use known::{Bound, Known, Range, Row};
pub use scalar::expects;
pub use write::{
    write_amount, write_bounds, write_chance, write_duration, write_known, write_range, write_value,
    write_word,
};

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::number::{self as exact, Number};
use crate::syntax::ast::Operator;

/// The type of a fact, column or value.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// `yes/no`
    YesNo,
    /// `one of …`, the values in the order in which they are written.
    OneOf(Vec<String>),
    /// `some of …`: a set.
    SomeOf(Vec<String>),
    /// A plain number.
    Number,
    /// A share; kept as a fraction, 50 % is 0.5.
    Percent,
    /// Kept in bytes.
    Size,
    /// A length of time.
    Duration,
    /// A point in time.
    Time,
    /// Compared without regard to case.
    Text,
    /// A domain name.
    Domain,
    /// An IPv4 or IPv6 address.
    Ip,
    /// Rows of columns.
    Table(Vec<Column>),
}

impl Type {
    /// Returns its name as an author writes it.
    pub fn name(&self) -> String {
        match self {
            Type::YesNo => "yes/no".into(),
            Type::OneOf(values) => format!("one of {}", values.join(", ")),
            Type::SomeOf(values) => format!("some of {}", values.join(", ")),
            Type::Number => "number".into(),
            Type::Percent => "percent".into(),
            Type::Size => "size".into(),
            Type::Duration => "duration".into(),
            Type::Time => "time".into(),
            Type::Text => "text".into(),
            Type::Domain => "domain".into(),
            Type::Ip => "ip".into(),
            Type::Table(columns) => {
                let columns: Vec<_> =
                    columns.iter().map(|c| format!("{}: {}", c.name, c.ty.name())).collect();
                format!("table of {{ {} }}", columns.join(", "))
            }
        }
    }

    /// Returns its name with an article, for messages.
    pub fn described(&self) -> String {
        match self {
            Type::YesNo | Type::OneOf(_) | Type::SomeOf(_) => self.name(),
            Type::Ip => "an ip address".into(),
            Type::Percent => "a percentage".into(),
            Type::Table(_) => "a table".into(),
            _ => format!("a {}", self.name()),
        }
    }

    /// Returns whether values of this type have an order and can be added.
    pub fn is_amount(&self) -> bool {
        matches!(self, Type::Number | Type::Percent | Type::Size | Type::Duration | Type::Time)
    }

    /// Returns whether values of this type are characters.
    pub fn is_textual(&self) -> bool {
        matches!(self, Type::Text | Type::Domain)
    }
}

/// The types that are called by one word.
pub const NAMED_TYPES: &[(&str, Type)] = &[
    ("number", Type::Number),
    ("percent", Type::Percent),
    ("size", Type::Size),
    ("duration", Type::Duration),
    ("time", Type::Time),
    ("text", Type::Text),
    ("domain", Type::Domain),
    ("ip", Type::Ip),
];

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, never a table.
    pub ty: Type,
}

/// A value that is known in full.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `yes` or `no`
    YesNo(bool),
    /// One of a type's values, by its place there.
    Choice(usize),
    /// Some of a type's values, by their places there.
    Set(BTreeSet<usize>),
    /// A number, percentage, size, duration or time.
    Amount(Amount),
    /// Text, as it was written.
    Text(String),
    /// A domain name in lower case, without a final dot.
    Domain(String),
    /// An address.
    Ip(IpAddr),
    /// Somebody looked, and there is none.
    None,
}

/// Something with an order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// A number; a percentage as a fraction; a size in bytes.
    Number(Number),
    /// A duration in nanoseconds.
    Nanos(i128),
    /// A point in time, in nanoseconds since 1970 in UTC.
    Instant(i128),
    /// A point in time whose offset nobody recorded, in nanoseconds since 1970 of its own clock.
    Civil(i128),
}

/// Nanoseconds of a second.
pub const SECOND: i128 = 1_000_000_000;

impl Amount {
    /// Returns the order of two amounts; none where they cannot be compared.
    pub fn order(self, other: Amount) -> Option<Ordering> {
        match (self, other) {
            (Amount::Number(a), Amount::Number(b)) => Some(a.cmp(&b)),
            (Amount::Nanos(a), Amount::Nanos(b))
            | (Amount::Instant(a), Amount::Instant(b))
            | (Amount::Civil(a), Amount::Civil(b)) => Some(a.cmp(&b)),
            _ => None,
        }
    }

    /// Returns the sum, difference, product or quotient; none where there is none.
    pub fn compute(self, operator: Operator, other: Amount) -> Option<Amount> {
        use Amount::{Civil, Instant, Nanos, Number};
        use Operator::{Minus, Over, Plus, Times};
        Some(match (self, operator, other) {
            (Number(a), Plus, Number(b)) => Number(a.plus(b)?),
            (Number(a), Minus, Number(b)) => Number(a.minus(b)?),
            (Number(a), Times, Number(b)) => Number(a.times(b)?),
            (Number(a), Over, Number(b)) => Number(a.over(b)?),
            (Nanos(a), Plus, Nanos(b)) => Nanos(a.checked_add(b)?),
            (Nanos(a), Minus, Nanos(b)) | (Instant(a), Minus, Instant(b)) | (Civil(a), Minus, Civil(b)) => {
                Nanos(a.checked_sub(b)?)
            }
            (Nanos(a), Times, Number(b)) | (Number(b), Times, Nanos(a)) => {
                Nanos(exact::Number::whole(a).times(b)?.rounded()?)
            }
            (Nanos(a), Over, Number(b)) => Nanos(exact::Number::whole(a).over(b)?.rounded()?),
            (Nanos(a), Over, Nanos(b)) => Number(exact::Number::fraction(a, b)?),
            (Instant(a), Plus, Nanos(b)) | (Nanos(b), Plus, Instant(a)) => Instant(a.checked_add(b)?),
            (Instant(a), Minus, Nanos(b)) => Instant(a.checked_sub(b)?),
            (Civil(a), Plus, Nanos(b)) | (Nanos(b), Plus, Civil(a)) => Civil(a.checked_add(b)?),
            (Civil(a), Minus, Nanos(b)) => Civil(a.checked_sub(b)?),
            _ => return None,
        })
    }
}
