//! Fact files: what was observed in one case, written by a person or a program.
//!
//! Input is a text in one of four formats (YAML, JSON, TOML, RON). [`tree::read`](crate::document::tree::read) makes of it one tree in which every name
//! and every value keeps its place and stays the characters that were written: `no`, `1:30` and `5.10` mean what the pack's
//! types say, never what a format would guess. [`read`](recorded::read) then types the tree by a pack: what is known of each fact, by the
//! fact's own type.

pub mod example;
pub mod recorded;
mod table;
#[cfg(test)]
mod tests;
mod value;
