//! How far an answer has drifted from the one that was accepted: whether the order of its causes is another, and how far their
//! chances have moved.
//!
//! Both answers are texts, so what is compared is what a person reads: chances as they are rounded there.

use std::fmt;

use crate::render::text::{Ranked, ranking};
use crate::report::words::count;

/// What lies between two answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// Whether the same causes stand in the same order, and the same are ruled out.
    pub same_order: bool,
    /// The chances that moved.
    pub moved: Vec<Moved>,
}

/// A chance that moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// What it is the chance of.
    pub title: String,
    /// What it was, as it was written.
    pub was: String,
    /// What it is, likewise.
    pub is: String,
    /// How far it moved, in percentage points.
    pub points: f64,
}

/// Compares two answers.
pub fn drift(old: &str, new: &str) -> Drift {
    let (old, new) = (ranking(old), ranking(new));
    let titles = |ranked: &[Ranked]| ranked.iter().map(|row| row.title.clone()).collect::<Vec<_>>();
    let is_out = |row: &Ranked| row.percent == (0.0, 0.0);
    let mut moved = Vec::new();
    let mut same_order = titles(&old) == titles(&new);
    for is in &new {
        let Some(was) = old.iter().find(|was| was.title == is.title) else { continue };
        // Nothing is between what cannot be and what can.
        same_order &= is_out(was) == is_out(is);
        if was.chance != is.chance {
            let points = (was.percent.0 - is.percent.0).abs().max((was.percent.1 - is.percent.1).abs());
            // Both are written with one decimal at most, of which the difference is not exact.
            let points = (points * 10.0).round() / 10.0;
            let (was, is_now) = (was.chance.clone(), is.chance.clone());
            moved.push(Moved { title: is.title.clone(), was, is: is_now, points });
        }
    }
    moved.sort_by(|a, b| b.points.total_cmp(&a.points));
    Drift { same_order, moved }
}

impl Drift {
    /// Returns how far the chance that moved most did, in percentage points.
    pub fn points(&self) -> f64 {
        self.moved.iter().map(|moved| moved.points).fold(0.0, f64::max)
    }

    /// Returns whether it may be passed over, where chances may move by so many percentage points; another order never may.
    pub fn is_within(&self, tolerance: f64) -> bool {
        self.same_order && self.points() <= tolerance
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = if self.same_order { "" } else { "other causes, or another order of them; " };
        match self.moved.first() {
            None if self.same_order => f.write_str("its words changed, no cause and no chance"),
            None => write!(f, "{}", order.trim_end_matches("; ")),
            Some(most) => {
                let chances = count(self.moved.len(), "chance", "chances");
                let Moved { title, was, is, .. } = most;
                write!(
                    f,
                    "{order}{chances} moved, by {:.1} points at most: {title}, {was} → {is}",
                    most.points
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::drift;

    fn answer(rows: &str) -> String {
        format!(
            "Probably: A (80 %)\n\n{rows}         2 more, each at 1.0 % or less\n\nWhy: A\n   80 %  xxxxxxxxxx  no row\n"
        )
    }

    const OLD: &str = "\x20  80 %  ████████    The first cause, which has a title that needs more
                     than one line
  9.5 %  █           The second
 <0.1 %              The third
    0 %  Ruled out: The fourth
";

    #[test]
    fn chances_may_move_and_the_order_may_not() {
        let old = answer(OLD);
        let with = |from: &str, to: &str| drift(&old, &answer(&OLD.replace(from, to)));
        let same = drift(&old, &old);
        assert!(same.is_within(0.0) && same.moved.is_empty());
        let up = with("80 %  ████████ ", "84 %  ████████▍");
        assert!(up.is_within(4.0) && !up.is_within(3.9), "{up}");
        assert_eq!(
            up.to_string(),
            "1 chance moved, by 4.0 points at most: The first cause, which has a title that needs more than one line, 80 % → 84 %"
        );
        assert!(with("than one line", "than a line").moved.is_empty());
        for (from, to) in
            [("The second", "The other"), ("The fourth", "The fourth; The fifth"), ("<0.1 %", "   0 %")]
        {
            let changed = with(from, to);
            assert!(!changed.same_order && !changed.is_within(100.0), "{from}: {changed}");
        }
    }

    #[test]
    fn a_range_moves_by_the_end_that_moves_more() {
        let old = answer("61 to 72 %  ███████     A\n");
        let new = answer("60 to 75 %  ███████     A\n");
        assert!((drift(&old, &new).points() - 3.0).abs() < 1e-9);
    }

    #[test]
    fn an_answer_beside_none_is_in_another_order() {
        let impossible = "These facts cannot all be true\n\n  a: yes\n";
        assert!(!drift(impossible, &answer(OLD)).is_within(100.0));
        assert!(drift(impossible, "These facts cannot all be true\n\n  b: yes\n").is_within(0.0));
    }
}
