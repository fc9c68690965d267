//! How things look: one file a form.

pub mod dot;
pub mod facts;
mod headline;
mod inventory;
pub mod json;
mod markup;
pub mod page;
pub mod problems;
pub mod schema;
pub mod stats;
pub mod svg;
pub mod template;
pub mod text;
pub mod words;
