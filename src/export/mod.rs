//! The network of a pack, or of one ticket, in the formats of other programs.
//!
//! In: a compiled pack, and the facts of a ticket where there is one. Out: BIF 0.3 (Cozman 1998), XDSL of
//! `GeNIe` and SMILE, UAI (the format of the UAI inference competitions), and JSON of our own. Guarantee:
//! whatever program reads the first three and is given the evidence that stands in them has the posterior of
//! `ruleout diagnose`.
//!
//! [`labelled()`] puts names to the numbers; [`decompose()`] writes them as discrete variables with small
//! tables, from which one file a format writes. JSON has the numbers as the pack has them, not decomposed.

mod bif;
mod decompose;
mod json;
mod labelled;
mod names;
mod uai;
mod xdsl;

#[cfg(test)]
mod oracle;

pub use bif::bif;
pub use decompose::decompose;
pub use json::json;
pub use labelled::{Labelled, labelled};
pub use uai::{uai, uai_evidence, uai_variables};
pub use xdsl::xdsl;
