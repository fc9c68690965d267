//! The sum over all states of a component, and every part of it, by dynamic programming over its frontier.
//!
//! In: a component of the factors and its [`Plan`]. Out: what it sums to, and how much of that each state of
//! a cause and of an axis has. The causes are eliminated in the order of the plan; the array holds one
//! non-negative number for each combination of states of the open axes. One pass forward, one back with the
//! transposed moves; the mass of a cause is the product of the two at its elimination. For the way back the
//! arrays at the starts of the segments are kept, and each segment goes forward once more. Arrays are
//! rescaled by powers of two, which loses nothing.
//!
//! This is variable elimination on the decomposed network (Heckerman & Breese 1996, Díez 1993), in an order
//! of the causes. Numbers within one array that lie too far apart are noted, since the smaller may be lost.

use crate::infer::array::{self, Act, Room, Shape};
use crate::infer::factors::{Axis, Elimination, Sum};
use crate::infer::order::{Plan, Stage};
use crate::infer::reduce::{Masses, Reduced};

/// Sums a component.
pub(super) fn sum(reduced: &Reduced, plan: &Plan) -> Sum {
    let mut walk = Walk::new(reduced);
    plan.stages.iter().for_each(|stage| walk.forward(stage));
    walk.end()
}

/// Returns whether a component comes to more than 0, every number of it being 0 or 1: after each elimination
/// every entry is 0 or 1 again, so nothing vanishes.
pub(super) fn can_be(reduced: &Reduced, plan: &Plan) -> bool {
    let mut walk = Walk::new(reduced);
    for stage in &plan.stages {
        walk.forward(stage);
        walk.array.iter_mut().for_each(|entry| *entry = f64::from(u8::from(*entry > 0.0)));
    }
    walk.end().value > 0.0
}

/// Sums a component like [`sum`], and puts how much of it each state of a cause and of an axis has into the
/// masses.
pub(super) fn parts(reduced: &Reduced, plan: &Plan, masses: &mut Masses) -> Sum {
    let mut walk = Walk::new(reduced);
    let mut starts = Vec::with_capacity(plan.segments.len());
    for (at, stage) in plan.stages.iter().enumerate() {
        if plan.segments.binary_search(&at).is_ok() {
            starts.push(walk.array.clone());
        }
        walk.forward(stage);
    }
    let mut end = walk.end();
    if end.value <= 0.0 {
        return end;
    }
    // Behind the last stage all axes are closed: one entry, which counts 1.
    let mut ahead = Ahead {
        array: vec![1.0],
        spare: std::mem::take(&mut walk.spare),
        room: std::mem::take(&mut walk.room),
        lossy: false,
    };
    // The segments from the last to the first: each goes forward once more from the array that was kept at
    // its start, keeping those in between, and then back. Exponents need no account here: each mass is taken
    // in proportion.
    let mut until = plan.stages.len();
    for (&from, start) in plan.segments.iter().zip(starts).rev() {
        let stages = plan.stages.get(from..until).unwrap_or(&[]);
        let mut arrays = vec![start];
        for stage in stages.iter().take(stages.len().saturating_sub(1)) {
            let array = arrays.last().cloned().unwrap_or_default();
            let (spare, room) = (std::mem::take(&mut ahead.spare), std::mem::take(&mut ahead.room));
            let mut walk = Walk { reduced, array, spare, room, exponent: 0, lossy: false };
            walk.forward(stage);
            arrays.push(walk.array);
            (ahead.spare, ahead.room) = (walk.spare, walk.room);
        }
        for stage in stages.iter().rev() {
            let before = arrays.pop().unwrap_or_default();
            backward(reduced, stage, before, &mut ahead, masses);
        }
        until = from;
    }
    end.lossy |= ahead.lossy;
    end
}

/// The way forward.
struct Walk<'a> {
    reduced: &'a Reduced,
    array: Vec<f64>,
    /// Room for another array, and for eliminations.
    spare: Vec<f64>,
    room: Room,
    exponent: i64,
    lossy: bool,
}

impl<'a> Walk<'a> {
    fn new(reduced: &'a Reduced) -> Self {
        Self {
            reduced,
            array: vec![1.0],
            spare: Vec::new(),
            room: Room::default(),
            exponent: 0,
            lossy: false,
        }
    }

    /// Opens axes, eliminates the cause, closes axes.
    fn forward(&mut self, stage: &Stage) {
        let Some(elimination) = self.reduced.eliminations.get(stage.cause) else { return };
        let mut layout = Layout::new(self.reduced, stage);
        for axis in layout.opening() {
            array::open(&mut self.array, &axis.init);
        }
        array::forward(&layout.shape, &layout.act(elimination), &mut self.array, &mut self.room);
        for axis in &stage.closes {
            let Some((place, own)) = layout.find(*axis) else { continue };
            array::close(&layout.shape, place, &self.array, &own.last, &mut self.spare);
            std::mem::swap(&mut self.array, &mut self.spare);
            layout.remove(place);
        }
        let (exponent, lossy) = array::rescale(&mut self.array);
        self.exponent += exponent;
        self.lossy |= lossy;
    }

    /// Returns the only entry, when all axes are closed.
    fn end(&self) -> Sum {
        let value = self.array.first().copied().unwrap_or(0.0);
        Sum { value, exponent: self.exponent, lossy: self.lossy }
    }
}

/// Returns the arrays before each stage, each with the exponent that was taken out of it.
pub(super) fn befores(reduced: &Reduced, plan: &Plan) -> Vec<(Vec<f64>, i64)> {
    let mut walk = Walk::new(reduced);
    let mut arrays = Vec::with_capacity(plan.stages.len());
    for stage in &plan.stages {
        arrays.push((walk.array.clone(), walk.exponent));
        walk.forward(stage);
    }
    arrays
}

/// Goes back across one elimination, with other weights than its own; returns what lies ahead from before it,
/// the exponent that was taken out, and what that and the array before the elimination come to together.
pub(super) fn back(
    reduced: &Reduced,
    stage: &Stage,
    weights: (&[f64], &[f64]),
    before: &[f64],
    ahead: &[f64],
) -> (Vec<f64>, i64, f64) {
    let Some(elimination) = reduced.eliminations.get(stage.cause) else { return (ahead.to_vec(), 0, 0.0) };
    let layout = Layout::new(reduced, stage);
    let mut before = before.to_vec();
    let mut ahead = Ahead { array: ahead.to_vec(), spare: Vec::new(), room: Room::default(), lossy: false };
    for axis in layout.opening() {
        array::open(&mut before, &axis.init);
    }
    layout.reopen(stage, &mut ahead);
    let act = Act { absent: weights.0, present: weights.1, ..layout.act(elimination) };
    let (absent, present) = array::backward(&layout.shape, &act, &before, &mut ahead.array, &mut ahead.room);
    for axis in layout.opening().rev() {
        array::unopen(&mut ahead.array, &axis.init);
    }
    let (exponent, _) = array::rescale(&mut ahead.array);
    (ahead.array, exponent, absent.iter().chain(&present).sum())
}

/// The way back.
struct Ahead {
    array: Vec<f64>,
    /// Room for another array, and for eliminations.
    spare: Vec<f64>,
    room: Room,
    lossy: bool,
}

/// Goes back across one elimination: `before` is the array before it, `ahead` what lies ahead of it, then
/// from before it.
fn backward(reduced: &Reduced, stage: &Stage, mut before: Vec<f64>, ahead: &mut Ahead, masses: &mut Masses) {
    let Some(elimination) = reduced.eliminations.get(stage.cause) else { return };
    let layout = Layout::new(reduced, stage);
    for axis in layout.opening() {
        array::open(&mut before, &axis.init);
    }
    layout.reopen(stage, ahead);
    let act = layout.act(elimination);
    let mass = array::backward(&layout.shape, &act, &before, &mut ahead.array, &mut ahead.room);
    put(&mut masses.causes, stage.cause, mass);
    for axis in &stage.opens {
        if let Some((place, _)) = layout.find(*axis) {
            // Each axis opens once, so here is all of it; what causes do to it ahead is in what lies ahead.
            put(&mut masses.axes, *axis, array::by_state(&layout.shape, place, &before, &ahead.array));
        }
    }
    for axis in layout.opening().rev() {
        array::unopen(&mut ahead.array, &axis.init);
    }
    ahead.lossy |= array::rescale(&mut ahead.array).1;
}

/// Puts a value into its place.
fn put<T>(all: &mut [T], at: usize, value: T) {
    if let Some(slot) = all.get_mut(at) {
        *slot = value;
    }
}

/// The axes of the array during an elimination.
struct Layout<'a> {
    axes: Vec<(usize, &'a Axis)>,
    shape: Shape,
    opens: usize,
}

impl<'a> Layout<'a> {
    fn new(reduced: &'a Reduced, stage: &Stage) -> Self {
        let named = stage.before.iter().chain(&stage.opens);
        let axes: Vec<_> = named.filter_map(|axis| Some((*axis, reduced.axes.get(*axis)?))).collect();
        let shape = Shape(axes.iter().map(|(_, axis)| axis.init.len()).collect());
        Self { axes, shape, opens: stage.opens.len() }
    }

    /// Returns the axes that open: the last ones, so that an opening appends to the array.
    fn opening(&self) -> impl DoubleEndedIterator<Item = &'a Axis> + use<'a, '_> {
        self.axes.iter().skip(self.axes.len() - self.opens).map(|(_, axis)| *axis)
    }

    /// Returns an axis and its place in the shape.
    fn find(&self, axis: usize) -> Option<(usize, &'a Axis)> {
        self.axes.iter().enumerate().find(|(_, (id, _))| *id == axis).map(|(place, (_, own))| (place, *own))
    }

    fn remove(&mut self, place: usize) {
        self.axes.remove(place);
        self.shape.0.remove(place);
    }

    fn place(&self, axis: usize) -> usize {
        self.find(axis).map_or(0, |(place, _)| place)
    }

    /// Returns an elimination with its axes named by their places.
    fn act<'v>(&self, elimination: &'v Elimination) -> Act<'v> {
        Act {
            reads: elimination.reads.iter().map(|axis| self.place(*axis)).collect(),
            absent: &elimination.absent,
            present: &elimination.present,
            moves: elimination.moves.iter().map(|(axis, matrix)| (self.place(*axis), matrix)).collect(),
        }
    }

    /// Goes back across the closing of axes, the last that closed first.
    fn reopen(&self, stage: &Stage, ahead: &mut Ahead) {
        for (at, axis) in stage.closes.iter().enumerate().rev() {
            // When this axis closed, those before it were closed and those behind it were not.
            let still = |(id, own): &(usize, &Axis)| {
                let closed = stage.closes.iter().take(at).any(|earlier| earlier == id);
                (!closed).then_some((*id, own.init.len()))
            };
            let open: Vec<(usize, usize)> = self.axes.iter().filter_map(still).collect();
            let Some(place) = open.iter().position(|(id, _)| id == axis) else { continue };
            let Some((_, own)) = self.find(*axis) else { continue };
            let shape = Shape(open.into_iter().map(|(_, states)| states).collect());
            array::reopen(&shape, place, &ahead.array, &own.last, &mut ahead.spare);
            std::mem::swap(&mut ahead.array, &mut ahead.spare);
        }
    }
}
