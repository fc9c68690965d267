//! How things look: one file a form.

pub mod dot;
pub mod json;
pub mod page;
pub mod problems;
pub mod text;
pub mod words;
