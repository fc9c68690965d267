//! Ruleout: diagnosis from rules.
//!
//! A *pack* of rules, written in a language for people who know the matter and not programming, says how often each symptom is
//! seen with each cause. It compiles into a graph; the facts of a *ticket* are evaluated against it; the exact posterior of every
//! cause comes out, ranked, with the reasons, the next question to ask, and what to do.
//!
//! ```
//! use ruleout::{Format, Pack, Ticket};
//!
//! let pack = Pack::open("rules/printer")?;
//! let facts = pack.read("queue.paused: yes\nqueue.jobs: 5", Format::Yaml)?;
//! let ticket = Ticket::new(facts);
//! let answer = ticket.answer();
//! for cause in answer.causes.iter().take(3) {
//!     println!("{:>7}  {}", cause.chance.to_string(), cause.name);
//! }
//! if let Some(step) = answer.plan.and_then(|plan| plan.steps.into_iter().next()) {
//!     println!("Try first: {}", step.title.unwrap_or(step.fix));
//! }
//! # Ok::<(), ruleout::Error>(())
//! ```
//!
//! [`Pack::from_texts`] compiles a pack that is in memory, [`Ticket::suppose`] answers what if, [`Ticket::why_not`] says what keeps a
//! cause down. An [`Answer`] is what `ruleout diagnose --format json` writes; the structures of all that is written as JSON are in
//! [`wire`], and read it back. What is wrong with a text comes as [`Problems`], each with its place and what to do.
//!
//! Features: `cli`, the command line, and `lsp`, the language server; both are on by default, and a program that uses the library
//! turns them off.
//!
//! # How it hangs together
//!
//! ```text
//!  *.ruleout ── syntax ───┐
//!  pack.ron ─── document ─┴─ pack ── graph ──┐
//!                                            ├─ model ── infer ─┐
//!  facts.yaml ─ document ─ facts ────────────┘                  ├─ ticket ── render ── text, Markdown, HTML, SVG
//!                                        lint    explain, plan ─┘       └── wire ───── JSON
//! ```
//!
//! The modules stand below in the order of the pipeline; each uses only those before it, which `tests/tidy.rs` holds.
//! `pipeline` goes from texts to a compiled pack and typed facts; `ticket` from there to the answer. What always holds:
//!
//! - The core does no input or output and does not fail: bad text gives problems beside a value. Only `loader`, `lsp` and `cli`
//!   touch the outside.
//! - Only `syntax` knows the grammar; only `graph` knows rules; `infer` sees numbers, and no other module; `render` computes nothing.
//! - What a pack that compiles probably does not mean is said by `lint`, on what `proof` proves; it changes no answer.
//! - Unknown is not no: conditions are three-valued (`eval`), and what is not observed is not there.
//! - Every probability is the exact posterior, or an interval that says so.
//! - What is written for programs fits a JSON Schema that is derived from the very structures that are written.
//! - The same pack and facts give the same bytes: no clock, no randomness, no order of hashes.
//! - The engine knows nothing of mail, or of any other matter: that is in `rules/`.

// Inside, whatever is not used is dead, and the compiler says so; tests and benchmarks see all modules by the feature `internals`.
#![cfg_attr(not(feature = "internals"), allow(unreachable_pub))]
// The library alone leaves out what only the command line and the language server use: what is dead is seen with both of them.
#![cfg_attr(not(all(feature = "cli", feature = "lsp")), allow(dead_code, unused_imports))]

/// All modules, in the order of the pipeline; their files stand beside this one.
#[path = ""]
mod layers {
    pub mod infer;
    pub mod arena;
    pub mod number;
    pub mod letters;
    pub mod source;
    pub mod markup;
    pub mod problem;
    pub mod wire;
    pub mod syntax;
    pub mod value;
    pub mod document;
    pub mod records;
    pub mod evidence;
    pub mod pack;
    pub mod format;
    pub mod eval;
    pub mod partition;
    pub mod proof;
    pub mod graph;
    pub mod facts;
    pub mod collect;
    pub mod kept;
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
}

#[cfg(feature = "internals")]
#[doc(hidden)]
pub use layers::*;
#[cfg(not(feature = "internals"))]
#[allow(clippy::wildcard_imports, reason = "the modules keep their short names")]
use layers::*;

pub use layers::api::{Collected, Error, Facts, Pack, Place, Problem, Problems, Ticket};
pub use layers::document::tree::Format;
pub use layers::problem::Severity;
pub use layers::wire;
pub use layers::wire::diagnose::Answer;

/// Runs the command line of this process.
#[cfg(feature = "cli")]
#[doc(hidden)]
pub fn main() -> std::process::ExitCode {
    layers::cli::main()
}
