//! The tests that are functions, one binary. Those that are data stand in `data/main.rs`; `README.md` says what is where.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

mod support;

mod advice;
mod around;
mod ask;
mod partition;
mod ci;
mod commands;
mod data_files;
mod determinism;
mod drawings;
mod editors;
mod facts;
mod files;
mod format;
mod hostile;
mod hostile_evidence;
mod reference;
mod lsp;
mod networks;
mod next;
mod notices;
mod packs;
mod picture;
mod proofs;
mod redact;
mod reports;
mod schemas;
mod size;
#[cfg(unix)]
mod terminal;
mod tidy;
mod uses;
mod why_not;
