//! The model of one ticket: from a compiled pack and recorded facts to numbers.
//!
//! In: an [`InferenceGraph`](crate::graph::InferenceGraph) and [`Facts`](crate::facts::recorded::Facts). Out: an
//! [`Evaluation`](evaluate::Evaluation), what the facts say of every fact, symptom and rule, and the
//! [`Network`](crate::infer::network::Network) that inference works on.

pub mod assessment;
pub mod evaluate;
mod left;
pub mod notice;
pub mod observe;
