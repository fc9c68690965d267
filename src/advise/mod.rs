//! What follows from an answer: each file one verb over the posterior.

pub mod ask;
pub mod conflict;
pub mod explain;
