//! All test suites, one binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

mod broken;
mod commands;
mod around;
mod conditions;
mod facts;
mod format;
mod determinism;
mod judge;
mod packs;
mod references;
mod tidy;
mod uses;
