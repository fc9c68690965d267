//! What inference took, for `--stats`.

use crate::infer::exact::Stats;

/// What inference took for one answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Taken {
    /// What an exact answer takes; none where a single finding is too large to be counted.
    pub stats: Option<Stats>,
    /// Whether the answer is exact.
    pub exact: bool,
    /// Seconds from the network to the answer.
    pub seconds: f64,
}

impl Taken {
    /// The arrays of an exact answer at their largest, in bytes, known before it runs; none where it did not run.
    pub fn bytes(&self) -> Option<f64> {
        self.stats.filter(|_| self.exact).map(|stats| stats.entries * 8.0)
    }
}

/// One line for people.
pub fn line(taken: Taken) -> String {
    let answer = if taken.exact { "exact" } else { "certain ranges, within the budget; exactly it would be" };
    let size = taken.stats.map_or_else(
        || "a finding too large to be counted".to_owned(),
        |stats| format!("width {}, {:.2e} steps", stats.width, stats.cost),
    );
    let memory = taken.bytes().map_or_else(String::new, |bytes| format!(", {:.1} MB at most", bytes / 1e6));
    format!("\nInference: {answer} {size}{memory}; {:.6} s\n", taken.seconds)
}
