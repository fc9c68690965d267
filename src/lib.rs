#![doc = include_str!("../README.md")]

pub mod facts;
pub mod problem;
pub mod source;
