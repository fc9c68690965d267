//! Explanations of an answer: why a cause stands where it does, why not, and where the evidence does not fit
//! together.

pub mod conflict;
pub mod why;
pub mod why_not;
