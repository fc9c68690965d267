//! The public face: what a program that uses Ruleout as a library needs, and no more.
//!
//! A [`Pack`] reads [`Facts`]; facts make a [`Ticket`]; a ticket has an [`Answer`](crate::Answer). Each is owned, cheap to clone, and
//! can be sent to another thread. What is wrong with a text comes as [`Problems`], each with its place and what to do.

mod facts;
mod pack;
mod problems;
mod ticket;

pub use facts::Facts;
pub use pack::{Collected, Pack};
pub use problems::{Error, Place, Problem, Problems};
pub use ticket::Ticket;
