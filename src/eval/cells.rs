//! Rows of which cells are known in part: a condition is told over the values that are left of them, all together.
//!
//! A choice is taken value by value, an amount is cut at the amounts that the condition names. A text that is known in part stays
//! as it is. Where there would be more than [`MOST`] rows to try, the condition is told word by word.

use std::collections::BTreeSet;

use super::{Truth, World, truth, value};
use crate::pack::expr::{Condition, ConditionKind, Operand, OperandKind};
use crate::value::{Amount, Bound, Known, Range, Row, Value};

/// So many rows are tried for one.
const MOST: usize = 1024;

/// Returns whether a condition holds of a row.
pub(super) fn holds(condition: &Condition, world: &dyn World, row: &Row) -> Truth {
    let by_word = truth(condition, world, Some(row));
    if by_word.is_some() || !row.iter().any(Known::is_partial) {
        return by_word;
    }
    let mut columns = BTreeSet::new();
    let mut amounts = Vec::new();
    // Whether a cell is known is asked of the row as it is, not of one that is tried.
    let mut asks_known = false;
    let asks = &mut |part: &Condition| asks_known |= matches!(part.kind, ConditionKind::Known(_));
    condition.visit(asks, &mut |operand: &Operand| match operand.kind {
        OperandKind::Column(at) => _ = columns.insert(at),
        _ => {
            if let Some(Range { low, high }) = value(operand, world, Some(row)).range() {
                amounts.extend(low.into_iter().chain(high).map(|bound| bound.at));
            }
        }
    });
    if asks_known {
        return by_word;
    }
    let mut rows = vec![row.clone()];
    for at in columns {
        let Some(cell) = row.get(at).filter(|cell| cell.is_partial()) else { continue };
        let pieces = pieces(cell, &amounts);
        if rows.len() * pieces.len() > MOST {
            continue;
        }
        let each = |row: &Row| {
            let with = |piece: &Known| {
                let mut row = row.clone();
                if let Some(cell) = row.get_mut(at) {
                    *cell = piece.clone();
                }
                row
            };
            pieces.iter().map(with).collect::<Vec<Row>>()
        };
        rows = rows.iter().flat_map(each).collect();
    }
    let mut truths = rows.iter().map(|row| truth(condition, world, Some(row)));
    let first = truths.next().flatten();
    first.filter(|first| truths.all(|truth| truth == Some(*first)))
}

/// Cuts what is left of a cell.
fn pieces(cell: &Known, amounts: &[Amount]) -> Vec<Known> {
    match cell {
        Known::Possible(values) => values.iter().map(|at| Known::Exactly(Value::Choice(*at))).collect(),
        Known::Within(range) => cut(range, amounts),
        Known::Not(values) if values.iter().any(|value| matches!(value, Value::Amount(_))) => {
            let everywhere = cut(&Range { low: None, high: None }, amounts);
            let all = everywhere.into_iter().chain([Known::Exactly(Value::None)]);
            all.filter(|piece| !super::apart(piece, cell)).collect()
        }
        _ => vec![cell.clone()],
    }
}

/// Cuts a range at some amounts, each of which is a piece of its own.
fn cut(range: &Range, amounts: &[Amount]) -> Vec<Known> {
    let mut inside: Vec<Amount> = amounts.iter().copied().filter(|at| !range.excludes(*at)).collect();
    inside.sort_by(|a, b| a.order(*b).unwrap_or(std::cmp::Ordering::Equal));
    let bound = |at, open| Some(Bound { at, open });
    let mut pieces = Vec::new();
    let mut low = range.low;
    for at in inside {
        pieces.push(Range { low, high: bound(at, true) });
        pieces.push(Range { low: bound(at, false), high: bound(at, false) });
        low = bound(at, true);
    }
    pieces.push(Range { low, high: range.high });
    pieces
        .into_iter()
        .filter(|piece| !piece.is_empty())
        .map(|piece| match piece {
            Range { low: None, high: None } => Known::Unknown,
            piece => Known::of_range(piece),
        })
        .collect()
}
