//! Documents: YAML, JSON, TOML and RON as one tree with places.
//!
//! In: a text in one of four formats. Out: a [`tree::Node`] in which every name and every value keeps its place and stays the
//! characters that were written: `no`, `1:30` and `5.10` mean what a pack's types say, never what a format would guess.
//! Repeated names, depth and size are limited and reported, never dropped.

mod json;
pub(crate) mod pairs;
mod ron;
mod toml;
pub mod tree;
pub mod write;
mod yaml;
