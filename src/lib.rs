//! Ruleout: diagnosis from rules.
//!
//! A *pack* of rules, written in a language for people who know the matter and not programming, says how often which symptom
//! is seen with which cause. It compiles into a graph; the facts of a ticket are evaluated against it; the exact posterior of
//! every cause comes out, ranked, with the reasons.
//!
//! ```text
//!  *.ruleout ─ syntax ─ pack ─┐
//!  pack.ron ──────────────────┴─ graph ─┐
//!                                       ├─ infer ─ advise ─ diagnosis ─ render
//!  facts.yaml ──────── facts ───────────┘     │
//!                                             └─ interchange ─ other programs
//! ```
//!
//! The modules stand below in the order of the pipeline; each uses only those before it, which `tests/tidy.rs` holds.
//! [`engine`] is the whole pipeline on one screen.
//!
//! What always holds:
//!
//! - What a pack that compiles probably does not mean is said by [`lint`], on what [`proof`] proves; it changes no answer.
//! - The core does no input or output and does not fail: bad text gives [`problem::Problems`] beside a value. Only
//!   [`loader`], [`lsp`] and [`cli`] touch the outside.
//! - What is written for programs fits a JSON Schema that is derived from the very structures that are written ([`wire`]).
//! - Only `syntax` knows the grammar; only `graph` knows rules; `infer` sees numbers; `render` computes nothing.
//! - Unknown is not no: conditions are three-valued ([`eval`]), and what is not observed is not there.
//! - Every probability is the exact posterior, or an interval that says so.
//! - The same pack and facts give the same bytes: no clock, no randomness, no order of hashes.
//! - The engine knows nothing of mail, or of any other matter: that is in `rules/`.

pub mod arena;
pub mod source;
pub mod markup;
pub mod problem;
pub mod wire;
pub mod syntax;
pub mod pack;
pub mod document;
pub mod format;
pub mod eval;
pub mod partition;
pub mod proof;
pub mod graph;
pub mod facts;
pub mod infer;
pub mod model;
pub mod lint;
pub mod export;
pub mod plan;
pub mod explain;
pub mod pipeline;
pub mod ticket;
pub mod report;
pub mod render;
pub mod interview;
pub mod cases;
pub mod usages;
pub mod loader;
pub mod api;
#[cfg(feature = "lsp")]
pub mod lsp;
#[cfg(feature = "cli")]
pub mod cli;

pub use api::{Error, Facts, Pack, Place, Problem, Problems, Ticket};
pub use document::tree::Format;
pub use problem::Severity;
