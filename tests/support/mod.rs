//! What both test binaries build on: each thing that several tests need is here, once.

#![allow(dead_code, reason = "each of the two binaries uses its part")]

pub(crate) mod data;
pub(crate) mod folder;
pub(crate) mod format;
pub(crate) mod pack;
pub(crate) mod page;
pub(crate) mod profile;
pub(crate) mod program;
pub(crate) mod snapshot;
#[cfg(unix)]
pub(crate) mod terminal;
