//! How things look: one file a form.

pub mod dot;
pub mod facts;
mod inventory;
pub mod json;
pub mod page;
pub mod problems;
pub mod schema;
pub mod stats;
pub mod template;
pub mod text;
pub mod words;
