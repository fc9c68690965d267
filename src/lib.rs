#![doc = include_str!("../README.md")]

pub mod pack;
pub mod problem;
pub mod source;
pub mod syntax;
