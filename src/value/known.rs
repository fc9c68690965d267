//! What is known of a value: nothing, everything, or a part.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::{Amount, Value};
use crate::number::Number;
use crate::syntax::ast::Operator;

/// What is known of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// Nothing.
    Unknown,
    /// Everything.
    Exactly(Value),
    /// An amount lies within bounds.
    Within(Range),
    /// One of these values of its type.
    Possible(BTreeSet<usize>),
    /// A set without these members.
    Lacks {
        /// What is not in it.
        members: BTreeSet<usize>,
        /// Whether something is in it.
        some: bool,
    },
    /// None of these.
    Not(Vec<Value>),
    /// The rows of a table.
    Rows(Vec<Row>),
}

/// A row of a table: what is known of each column.
pub type Row = Vec<Known>;

/// Bounds of an amount; none is no bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// From below.
    pub low: Option<Bound>,
    /// From above.
    pub high: Option<Bound>,
}

/// A bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// Where.
    pub at: Amount,
    /// Whether the bound itself is outside.
    pub open: bool,
}

impl Known {
    /// Makes what is known of an amount between two others, both ends included.
    pub fn between(low: Amount, high: Amount) -> Known {
        let bound = |at| Some(Bound { at, open: false });
        Known::of_range(Range { low: bound(low), high: bound(high) })
    }

    /// Makes what is known of an amount within bounds; exactly it, where they meet.
    pub fn of_range(range: Range) -> Known {
        if let (Some(low), Some(high)) = (range.low, range.high)
            && !low.open
            && !high.open
            && low.at.order(high.at) == Some(Ordering::Equal)
        {
            return Known::Exactly(Value::Amount(low.at));
        }
        if range.low.is_none() && range.high.is_none() { Known::Unknown } else { Known::Within(range) }
    }

    /// Returns the bounds of an amount; none where nothing is known, or it is no amount.
    pub fn range(&self) -> Option<Range> {
        match self {
            Known::Exactly(Value::Amount(at)) => {
                let bound = Some(Bound { at: *at, open: false });
                Some(Range { low: bound, high: bound })
            }
            Known::Within(range) => Some(range.clone()),
            _ => None,
        }
    }

    /// Returns whether everything is known.
    pub fn is_exact(&self) -> bool {
        matches!(self, Known::Exactly(_) | Known::Rows(_))
    }

    /// Returns whether something is known, but not everything.
    pub fn is_partial(&self) -> bool {
        !self.is_exact() && *self != Known::Unknown
    }

    /// Returns what two pieces of knowledge about one value say together, where they do not contradict each other.
    #[must_use]
    pub fn meet(&self, other: &Known) -> Known {
        match (self, other) {
            (Known::Unknown, known) | (known, Known::Unknown) => known.clone(),
            (Known::Within(a), Known::Within(b)) => Known::of_range(a.meet(b)),
            (Known::Possible(a), Known::Possible(b)) => Known::possible(a & b),
            (Known::Lacks { members: a, some: x }, Known::Lacks { members: b, some: y }) => {
                Known::Lacks { members: a | b, some: *x || *y }
            }
            (Known::Not(a), Known::Not(b)) => Known::Not(a.iter().chain(b).cloned().collect()),
            (exact, _) | (_, exact) if exact.is_exact() => exact.clone(),
            // Of two kinds of parts, the one that says more.
            (Known::Not(_), known) | (known, _) => known.clone(),
        }
    }

    /// Makes what is known of a value that is one of these.
    pub fn possible(values: BTreeSet<usize>) -> Known {
        match values.first() {
            Some(value) if values.len() == 1 => Known::Exactly(Value::Choice(*value)),
            _ => Known::Possible(values),
        }
    }
}

impl Range {
    /// Returns whether every amount here is less than every amount there; none where some are and some are not.
    pub(crate) fn less(&self, other: &Range, or_equal: bool) -> Option<bool> {
        if let (Some(high), Some(low)) = (self.high, other.low) {
            match high.at.order(low.at)? {
                Ordering::Less => return Some(true),
                Ordering::Equal if or_equal || high.open || low.open => return Some(true),
                _ => {}
            }
        }
        if let (Some(low), Some(high)) = (self.low, other.high) {
            match low.at.order(high.at)? {
                Ordering::Greater => return Some(false),
                Ordering::Equal if !or_equal || low.open || high.open => return Some(false),
                _ => {}
            }
        }
        None
    }

    /// Returns what lies in both; of bounds that cannot be compared, those here.
    #[must_use]
    pub fn meet(&self, other: &Range) -> Range {
        let tighter = |a: Option<Bound>, b: Option<Bound>, side: Ordering| match (a, b) {
            (Some(a), Some(b)) => match b.at.order(a.at) {
                Some(Ordering::Equal) => Some(Bound { at: a.at, open: a.open || b.open }),
                Some(order) if order == side => Some(b),
                _ => Some(a),
            },
            (a, b) => a.or(b),
        };
        Range {
            low: tighter(self.low, other.low, Ordering::Greater),
            high: tighter(self.high, other.high, Ordering::Less),
        }
    }

    /// Returns whether an amount certainly lies outside.
    pub fn excludes(&self, amount: Amount) -> bool {
        let beyond = |bound: Option<Bound>, side: Ordering| {
            bound.is_some_and(|b| match amount.order(b.at) {
                Some(Ordering::Equal) => b.open,
                Some(order) => order == side,
                None => false,
            })
        };
        beyond(self.low, Ordering::Less) || beyond(self.high, Ordering::Greater)
    }

    /// Returns whether nothing lies inside.
    pub(crate) fn is_empty(&self) -> bool {
        let (Some(low), Some(high)) = (self.low, self.high) else { return false };
        match low.at.order(high.at) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => low.open || high.open,
            _ => false,
        }
    }

    /// Returns whether no amount lies in both.
    pub fn is_apart_from(&self, other: &Range) -> bool {
        self.less(other, false) == Some(true) || other.less(self, false) == Some(true)
    }

    /// Returns the bounds of a sum, difference, product or quotient. Products and quotients only where one side is exact, since
    /// no pack needs more; none where nothing can be said.
    pub(crate) fn compute(&self, operator: Operator, other: &Range) -> Option<Range> {
        let end = |a: Option<Bound>, b: Option<Bound>| {
            let (a, b) = (a?, b?);
            Some(Bound { at: a.at.compute(operator, b.at)?, open: a.open || b.open })
        };
        let exact = |range: &Range| range.low.is_some() && range.low == range.high;
        match operator {
            Operator::Plus => Some(Range { low: end(self.low, other.low), high: end(self.high, other.high) }),
            Operator::Minus => {
                Some(Range { low: end(self.low, other.high), high: end(self.high, other.low) })
            }
            _ if exact(self) && exact(other) => {
                let result = end(self.low, other.low);
                result.map(|bound| Range { low: Some(bound), high: Some(bound) })
            }
            _ if exact(other) => {
                let (a, b) = (end(self.low, other.low), end(self.high, other.high));
                let turned =
                    matches!((a, b), (Some(a), Some(b)) if a.at.order(b.at) == Some(Ordering::Greater));
                let negative =
                    matches!(other.low, Some(Bound { at: Amount::Number(n), .. }) if n < Number::ZERO);
                Some(if turned || negative { Range { low: b, high: a } } else { Range { low: a, high: b } })
            }
            _ => None,
        }
    }
}
