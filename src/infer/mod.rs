//! From what is observed, as numbers, to the posterior.
//!
//! [`network`] says what is observed; `finding` turns each finding into small `automaton`s that the present causes drive;
//! `factors` puts everything together as axes that causes share; `reduce` folds away what is a leaf; `order` plans what is
//! left; `frontier` sums it over an `array`; [`exact`] makes the answer of it.

mod array;
mod automaton;
pub mod bounds;
pub mod contradiction;
pub mod evaluate;
pub mod exact;
mod factors;
mod finding;
pub mod foresight;
mod frontier;
pub mod network;
pub mod observe;
mod order;
mod reduce;
pub mod sensitivity;
pub mod sets;

#[cfg(test)]
mod enumeration;
