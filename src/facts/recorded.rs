//! placeholder until the typed reader lands
use crate::logic::Known;
use crate::pack::{FactId, FixId};
use crate::source::Span;
use std::collections::BTreeMap;
/// What was recorded of one fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// a
    pub known: Known,
    /// a
    pub sure: Option<f64>,
    /// a
    pub available: bool,
    /// a
    pub span: Span,
    /// a
    pub written: String,
}
/// a
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// a
    pub recorded: BTreeMap<FactId, Recorded>,
    /// a
    pub tried: BTreeMap<FixId, Span>,
}
/// a
pub fn read(
    _: &crate::pack::Pack,
    _: &crate::source::Sources,
    _: crate::source::SourceId,
    _: &super::tree::Node,
) -> (Facts, crate::problem::Problems) {
    Default::default()
}
