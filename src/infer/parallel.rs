//! Independent work on all cores, or, without the feature `parallel`, one piece after the other. The results are the same to the bit:
//! nothing is summed across pieces.

#[cfg(feature = "parallel")]
use rayon::prelude::*;

/// Maps each element.
#[cfg(feature = "parallel")]
pub(super) fn map<T: Sync, R: Send>(all: &[T], each: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    all.par_iter().map(each).collect()
}

/// Maps each element.
#[cfg(not(feature = "parallel"))]
pub(super) fn map<T, R>(all: &[T], each: impl Fn(&T) -> R) -> Vec<R> {
    all.iter().map(each).collect()
}

/// Does both.
#[cfg(feature = "parallel")]
pub(super) fn join<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(a, b)
}

/// Does both.
#[cfg(not(feature = "parallel"))]
pub(super) fn join<A, B>(a: impl FnOnce() -> A, b: impl FnOnce() -> B) -> (A, B) {
    (a(), b())
}
