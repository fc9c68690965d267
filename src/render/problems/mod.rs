//! Problems in the forms in which people and programs read them, one file per form.

#[cfg(feature = "cli")]
mod drawing;
mod github;
mod json;
mod junit;
#[cfg(feature = "cli")]
mod sarif;
#[cfg(any(feature = "cli", feature = "lsp"))]
mod uri;

#[cfg(feature = "cli")]
pub use drawing::{Look, text};
pub use github::github;
pub use json::json;
pub use junit::junit;
#[cfg(feature = "cli")]
pub use sarif::sarif;
#[cfg(any(feature = "cli", feature = "lsp"))]
pub(crate) use uri::uri;

use crate::problem::Problem;

/// Returns what is wrong and what to do, as one text.
fn with_help(problem: &Problem) -> String {
    match &problem.help {
        Some(help) => format!("{}\nhelp: {help}", problem.message),
        None => problem.message.clone(),
    }
}
