//! How things look: one file a form.

pub mod dot;
pub mod facts;
pub mod headline;
pub mod html;
mod inventory;
pub mod json;
pub mod markdown;
pub mod message;
pub mod page;
pub mod problems;
mod report;
pub mod schema;
pub mod stats;
pub mod svg;
pub mod template;
pub mod text;
pub mod words;

pub use report::Answer;
