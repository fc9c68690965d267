//! From what is observed, as numbers, to the posterior.
//!
//! `network` says what is observed; `finding` turns each finding into small `automaton`s that the present causes drive;
//! `frontier` puts everything together as axes of one `array` and plans the order of the causes; [`exact`] runs the plan.

mod array;
mod automaton;
pub mod contradiction;
pub mod evaluate;
pub mod exact;
mod finding;
mod frontier;
pub mod network;
pub mod observe;

#[cfg(test)]
mod enumeration;
