#![doc = include_str!("../README.md")]

pub mod graph;
pub mod infer;
pub mod problem;
pub mod source;
