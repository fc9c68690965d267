//! How things look: one file a form. What is said stands in `report`.

pub mod dot;
pub mod evidence;
pub mod facts;
#[cfg(feature = "html")]
pub mod html;
mod inventory;
pub mod json;
pub mod markdown;
pub mod message;
pub mod page;
pub mod problems;
pub mod records;
pub mod schema;
pub mod stats;
pub mod style;
#[cfg(feature = "html")]
pub mod svg;
pub mod template;
pub mod text;
pub mod wrap;
