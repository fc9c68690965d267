//! All test suites, one binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

mod around;
mod ask;

mod broken;
mod partition;
mod commands;
mod conditions;
mod determinism;
mod drawings;
mod editors;
mod facts;
mod format;
mod hostile;
mod reference;
mod lints;
mod lsp;
mod networks;
mod next;
mod packs;
mod picture;
mod proofs;
mod references;
mod reports;
mod schemas;
mod size;
mod tidy;
mod uses;
mod why_not;
