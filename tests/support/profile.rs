//! How much the long tests try: `RULEOUT_TESTS` is `full` (what CI runs, and what holds where nothing is said), `quick` (a
//! tenth of it), or a number, so many times as much.

/// Whether a run is to be over soon, rather than to try everything.
pub(crate) fn quick() -> bool {
    scaled(10) < 10
}

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
