#![doc = include_str!("../README.md")]

pub mod graph;
pub mod problem;
pub mod source;
