//! The numbers of a compiled pack: what the lines of its rules and the words of its causes mean.
//!
//! Both parts stand on their own: they take indexes and chances, and know nothing of names, texts or files.

pub mod numbers;
pub mod scale;
