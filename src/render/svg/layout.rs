//! Where everything stands: Sugiyama's method (Sugiyama, Tagawa and Toda 1981) for layers that are given.
//!
//! In: the height of each box with its column, and the lines. A line over several columns runs through a gap in each. Within
//! a column, boxes and gaps stand in an order in which few lines cross ([`order`]); each stands as near to the middle of what
//! it is joined with as that order and the room between allow ([`heights`]). Out: a place for each box, and the way of each
//! line. Lines within a column bow out at its side.

use std::collections::BTreeMap;

use super::heights::{Slot, heights};
use super::order::order;
use super::scene::{Scene, Tie};

/// How far from the corners of a box lines meet it.
const CORNER: f64 = 9.0;
/// The nearest that two lines meet the side of a box.
const NEAREST: f64 = 5.0;

/// A place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// How wide things are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Widths {
    /// Of a box.
    pub(super) column: f64,
    /// Between two columns, where nothing runs;
    pub(super) least: f64,
    /// where a hundred lines run,
    pub(super) hundred: f64,
    /// and at most.
    pub(super) most: f64,
}

/// Where each column begins: the more lines run before it, the more room they have.
fn lefts(scene: &Scene, widths: Widths) -> Vec<f64> {
    let columns = scene.boxes.iter().map(|item| item.column + 1).max().unwrap_or(0);
    let running = |column: usize| {
        let runs = |line: &usize| span(scene, *line).is_some_and(|(from, to)| from < column && column <= to);
        (0..scene.lines.len()).filter(runs).count()
    };
    let gap = |column: usize| {
        #[expect(clippy::cast_precision_loss, reason = "some thousands of lines")]
        let running = running(column) as f64;
        (widths.least + (widths.hundred - widths.least) * running / 100.0).min(widths.most)
    };
    let mut left = 0.0;
    let mut lefts = Vec::new();
    for column in 0..columns {
        if column > 0 {
            left += widths.column + gap(column);
        }
        lefts.push(left);
    }
    lefts
}

/// A line's way.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Way {
    /// From left to right through these points, level at each.
    Through(Vec<(f64, f64)>),
    /// From a point to one above or below it, bowing out so far to the right (to the left where negative).
    Bow((f64, f64), (f64, f64), f64),
}

/// Where everything stands.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) boxes: Vec<Rect>,
    pub(super) ways: Vec<Way>,
    /// Where each column begins.
    pub(super) columns: Vec<f64>,
    pub(super) height: f64,
}

/// What stands in a column: a box, or the gap through which a line passes, by their places in the scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slotted {
    Box(usize),
    Gap(usize, usize),
}

/// Lays out a scene whose boxes are so high.
pub(super) fn layout(scene: &Scene, high: &[f64], widths: Widths) -> Layout {
    let columns = lefts(scene, widths);
    let left = |column: usize| columns.get(column).copied().unwrap_or_default();
    let (ordered, joined) = ordered(scene);
    let height = |slotted: Slotted| match slotted {
        Slotted::Box(at) => high.get(at).copied(),
        Slotted::Gap(..) => None,
    };
    let slots: Vec<Vec<Slot<Slotted>>> = ordered
        .into_iter()
        .map(|column| column.into_iter().map(|key| Slot { key, height: height(key) }).collect())
        .collect();
    let middles = heights(&slots, &joined);
    let ends = |(slotted, y): (&Slotted, &f64)| {
        let half = height(*slotted).unwrap_or_default() / 2.0;
        (y - half, y + half)
    };
    let top = middles.iter().map(|slot| ends(slot).0).fold(f64::INFINITY, f64::min);
    let bottom = middles.iter().map(|slot| ends(slot).1).fold(f64::NEG_INFINITY, f64::max);
    let top = if top.is_finite() { top } else { 0.0 };
    let middles: BTreeMap<Slotted, f64> =
        middles.into_iter().map(|(slotted, y)| (slotted, y - top)).collect();
    let boxes: Vec<Rect> = scene
        .boxes
        .iter()
        .zip(high)
        .enumerate()
        .map(|(at, (item, height))| Rect {
            x: left(item.column),
            y: middles.get(&Slotted::Box(at)).map_or(0.0, |middle| middle - height / 2.0),
            width: widths.column,
            height: *height,
        })
        .collect();
    let ways = ways(scene, &boxes, &middles, &columns, widths.column);
    Layout { boxes, ways, columns, height: (bottom - top).max(0.0) }
}

/// The columns of a line's ends, where it runs from left to right.
fn span(scene: &Scene, line: usize) -> Option<(usize, usize)> {
    let line = scene.lines.get(line)?;
    let (from, to) = (scene.boxes.get(line.from)?.column, scene.boxes.get(line.to)?.column);
    (from < to).then_some((from, to))
}

/// What stands in each column, in an order in which few lines cross, and what is joined with what in the next; what is read
/// in its own column stands near.
fn ordered(scene: &Scene) -> (Vec<Vec<Slotted>>, Vec<(Slotted, Slotted)>) {
    let mut columns: Vec<Vec<Slotted>> = Vec::new();
    let mut put = |column: usize, slotted: Slotted| {
        if columns.len() <= column {
            columns.resize(column + 1, Vec::new());
        }
        columns.get_mut(column).into_iter().for_each(|slots| slots.push(slotted));
    };
    let mut joined: Vec<(Slotted, Slotted)> = Vec::new();
    for (at, item) in scene.boxes.iter().enumerate() {
        put(item.column, Slotted::Box(at));
    }
    for (at, line) in scene.lines.iter().enumerate() {
        let Some((from, to)) = span(scene, at) else {
            if line.tie == Tie::Reads {
                joined.push((Slotted::Box(line.from), Slotted::Box(line.to)));
            }
            continue;
        };
        let mut before = Slotted::Box(line.from);
        for column in from + 1..to {
            let gap = Slotted::Gap(at, column);
            put(column, gap);
            joined.push((before, gap));
            before = gap;
        }
        joined.push((before, Slotted::Box(line.to)));
    }
    (order(&columns, &joined), joined)
}

/// The way of each line: it meets the sides of its boxes in the order of where it comes from.
fn ways(
    scene: &Scene,
    boxes: &[Rect],
    middles: &BTreeMap<Slotted, f64>,
    columns: &[f64],
    wide: f64,
) -> Vec<Way> {
    let gap = |line: usize, column: usize| middles.get(&Slotted::Gap(line, column)).copied();
    let middle = |at: usize| boxes.get(at).map_or(0.0, |rect| rect.y + rect.height / 2.0);
    // What each line comes to next, seen from either end.
    let seen_from = |line: usize, out: bool| -> f64 {
        let Some(ends) = scene.lines.get(line) else { return 0.0 };
        let (next, other) = match (span(scene, line), out) {
            (Some((from, _)), true) => (gap(line, from + 1), ends.to),
            (Some((_, to)), false) => (to.checked_sub(1).and_then(|column| gap(line, column)), ends.from),
            (None, true) => (None, ends.to),
            (None, false) => (None, ends.from),
        };
        next.unwrap_or_else(|| middle(other))
    };
    let mut starts = vec![0.0; scene.lines.len()];
    let mut ends = vec![0.0; scene.lines.len()];
    for (at, rect) in boxes.iter().enumerate() {
        let through = |line: &usize| span(scene, *line).is_some();
        let of = |out: bool| -> Vec<usize> {
            let own = |line: &usize| {
                scene.lines.get(*line).is_some_and(|l| if out { l.from == at } else { l.to == at })
            };
            let mut lines: Vec<usize> = (0..scene.lines.len()).filter(own).filter(through).collect();
            lines.sort_by(|a, b| seen_from(*a, out).total_cmp(&seen_from(*b, out)).then(a.cmp(b)));
            lines
        };
        spread(&of(true), *rect, &mut starts);
        spread(&of(false), *rect, &mut ends);
    }
    let bows = bows(scene, boxes);
    let way = |line: usize| -> Way {
        let Some(own) = scene.lines.get(line) else { return Way::Through(Vec::new()) };
        let (Some(from), Some(to)) = (boxes.get(own.from), boxes.get(own.to)) else {
            return Way::Through(Vec::new());
        };
        let height = |of: &[f64]| of.get(line).copied().unwrap_or_default();
        let Some((first, last)) = span(scene, line) else {
            return bow(own.tie, *from, *to, bows.get(&line).copied().unwrap_or_default());
        };
        let mut points = vec![(from.x + from.width, height(&starts))];
        for column in first + 1..last {
            if let (Some(y), Some(left)) = (gap(line, column), columns.get(column)) {
                points.extend([(*left, y), (left + wide, y)]);
            }
        }
        points.push((to.x, height(&ends)));
        Way::Through(points)
    };
    (0..scene.lines.len()).map(way).collect()
}

/// Lines along the side of a box, from top to bottom.
fn spread(lines: &[usize], rect: Rect, heights: &mut [f64]) {
    #[expect(clippy::cast_precision_loss, reason = "as many as lines meet one box")]
    let count = lines.len() as f64;
    let room = (rect.height - 2.0 * CORNER).max(0.0);
    let step = if count > 1.0 { (room / (count - 1.0)).min(NEAREST) } else { 0.0 };
    let mut y = rect.y + rect.height / 2.0 - step * (count - 1.0).max(0.0) / 2.0;
    for line in lines {
        if let Some(height) = heights.get_mut(*line) {
            *height = y;
        }
        y += step;
    }
}

/// How far out each line within a column bows: the longer of those at one side, the farther, so that they nest.
fn bows(scene: &Scene, boxes: &[Rect]) -> BTreeMap<usize, f64> {
    let middle = |at: usize| boxes.get(at).map_or(0.0, |rect| rect.y + rect.height / 2.0);
    let mut sides: BTreeMap<(usize, bool), Vec<(f64, usize)>> = BTreeMap::new();
    for (at, line) in scene.lines.iter().enumerate().filter(|(at, _)| span(scene, *at).is_none()) {
        let column = scene.boxes.get(line.from).map_or(0, |item| item.column);
        let length = (middle(line.from) - middle(line.to)).abs();
        sides.entry((column, at_right(line.tie))).or_default().push((length, at));
    }
    let out = |rank: usize| {
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let rank = rank as f64;
        (18.0 + 6.0 * rank).min(66.0)
    };
    let nested = |mut lines: Vec<(f64, usize)>| {
        lines.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        lines.into_iter().enumerate().map(move |(rank, (_, line))| (line, out(rank)))
    };
    sides.into_values().flat_map(nested).collect()
}

/// What one cause leads to bows at the right, what guards and what is read at the left.
fn at_right(tie: Tie) -> bool {
    tie == Tie::LeadsTo
}

/// A bow at the side that a tie has.
fn bow(tie: Tie, from: Rect, to: Rect, out: f64) -> Way {
    let right = at_right(tie);
    let side = |rect: Rect| if right { rect.x + rect.width } else { rect.x };
    let down = if from.y < to.y { 1.0 } else { -1.0 };
    let near = |rect: Rect, sign: f64| {
        (side(rect), rect.y + rect.height / 2.0 + sign * (rect.height / 2.0 - CORNER).max(0.0) * 0.5)
    };
    Way::Bow(near(from, down), near(to, -down), if right { out } else { -out })
}
