//! Values of every kind, read out of fact files.

mod amounts;
mod moments;
