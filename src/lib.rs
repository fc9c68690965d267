#![doc = include_str!("../README.md")]

pub mod source;
pub mod problem;
pub mod syntax;
pub mod pack;
pub mod load;
pub mod logic;
pub mod graph;
pub mod facts;
pub mod infer;
pub mod advise;
pub mod diagnosis;
pub mod render;
pub mod engine;
pub mod cli;
