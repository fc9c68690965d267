//! Exact inference in leaky noisy-OR and noisy-MAX networks.
//!
//! In: a [`network::Network`], numbers only: root contexts, causes with priors and links among them, and
//! findings, each a chain of leaky noisy-OR steps over the causes. Out: the posterior of every cause, exact,
//! or an interval that is certain to hold it. Nothing here knows of packs, facts or texts, nor uses another
//! module of this crate; what an index stands for is the caller's affair.
//!
//! The network is noisy-OR as in QMR-DT (Shwe et al. 1991; Henrion 1988), with levels (noisy-MAX: Díez 1993,
//! Srinivas 1993), causes that hold a background back or rule a level out, causes that lead to causes, priors
//! by context, and one cause that is not listed. In reading order:
//!
//! - [`network`], [`step`], [`table`]: the input, with the chance of what is seen where the causes are given.
//! - `finding` turns each finding into small `automaton`s that the present causes drive; `factors` puts
//!   everything together as axes that causes share. This is the decomposition of noisy-OR into single links
//!   (Heckerman & Breese 1996), so that no table grows with the number of causes.
//! - `terms` writes a network as a sum of simpler ones, where several levels of a finding are possible.
//! - `reduce` folds leaves away, `order` plans what is left, `frontier` sums it over an `array` in `tile`s:
//!   variable elimination (Dechter 1999) with the derivatives of Darwiche 2003, which give all posteriors in
//!   two passes.
//! - `enumeration` sums a component over all sets of its causes instead, where few causes meet many findings
//!   (conditioning: Pearl 1988).
//! - `job` is one network in one view, run through all of that; [`exact`] makes the answer of a few of them.
//! - [`bounds`], with `bounded`: where exact costs more than the budget, certain bounds (Jaakkola & Jordan
//!   1999; Gatterbauer & Suciu 2014).
//! - [`sets`]: the likeliest sets of causes; [`hypotheses`]: the likeliest states of everything, as samples
//!   for planning; [`contradiction`]: what cannot be true together.
//!
//! Guarantees: the same network gives the same bits on every machine and any number of threads; what a run
//! costs is known before it starts and held against a [`exact::Budget`]; numbers are rescaled by powers of
//! two, so evidence far below the smallest float keeps its digits.
//!
//! Left out: learning, continuous variables, circles among causes, approximation without a guarantee.

pub mod table;
pub mod step;
pub mod network;
mod automaton;
mod finding;
mod terms;
mod factors;
mod reduce;
mod order;
mod parallel;
mod tile;
mod array;
mod frontier;
mod enumeration;
mod job;
mod support;
pub mod hypotheses;
mod exhaustive;
pub mod exact;
mod bounded;
pub mod bounds;
pub mod sets;
pub mod contradiction;

#[cfg(test)]
mod oracle;
