//! How much the long tests try: `RULEOUT_TESTS` is `full` (what CI runs, and what holds where nothing is said), `quick` (a
//! tenth of it), or a number, so many times as much.

use proptest::prelude::ProptestConfig;

/// Returns how many random cases are tried, where a full run tries so many.
pub(crate) fn scaled(full: u32) -> u32 {
    match std::env::var("RULEOUT_TESTS").as_deref() {
        Err(_) | Ok("" | "full") => full,
        Ok("quick") => full.div_ceil(10),
        Ok(times) => match times.parse::<u32>() {
            Ok(times) if times > 0 => full.saturating_mul(times),
            _ => panic!("RULEOUT_TESTS is `quick`, `full` or a number, not `{times}`"),
        },
    }
}

/// Returns how large a text is, or how many there are, where a full run has so many: a tenth in a quick run. More than that
/// proves no more.
pub(crate) fn size(full: usize) -> usize {
    if scaled(10) < 10 { full / 10 } else { full }
}

/// Returns how far apart the samples of a list are, where a full run takes one in so many: in a quick run, one in ten times as
/// many.
pub(crate) fn apart(full: usize) -> usize {
    if scaled(10) < 10 { full * 10 } else { full }
}

/// Returns the configuration for properties that a full run tries so often.
pub(crate) fn config(full: u32) -> ProptestConfig {
    ProptestConfig { cases: scaled(full), failure_persistence: None, ..ProptestConfig::default() }
}
