//! From what is observed, as numbers, to the posterior.
//!
//! [`network`] says what is observed; `finding` turns each finding into small `automaton`s that the present causes drive;
//! `factors` puts everything together as axes that causes share; `reduce` folds away what is a leaf; `order` plans what is
//! left; `frontier` sums it over an `array`; all of that is a `job`, and [`exact`] makes the answer of a few of them. Where they
//! would cost too much there are [`bounds`]. [`sets`] are the likeliest combinations, [`foresight`] what one more finding would
//! bring, [`sensitivity`] how much hangs on one number.

mod array;
mod automaton;
mod bounded;
pub mod bounds;
pub mod contradiction;
pub mod exact;
mod factors;
mod finding;
pub mod foresight;
mod frontier;
pub mod hypotheses;
mod job;
pub mod network;
mod order;
mod reduce;
pub mod sensitivity;
pub mod sets;
mod tile;

#[cfg(test)]
mod enumeration;
