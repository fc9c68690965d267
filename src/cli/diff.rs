//! A text and what it would become, as a unified diff.

use imara_diff::{Algorithm, BasicLineDiffPrinter, Diff, InternedInput, UnifiedDiffConfig};

/// Writes how a file would change; nothing where it would not.
pub(super) fn unified(name: &str, old: &str, new: &str) -> String {
    let input = InternedInput::new(old, new);
    // Its heuristics give up the smallest difference where that would take long; histograms do not.
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    diff.postprocess_lines(&input);
    let printer = BasicLineDiffPrinter(&input.interner);
    let hunks = diff.unified_diff(&printer, UnifiedDiffConfig::default(), &input).to_string();
    if hunks.is_empty() { hunks } else { format!("--- {name}\n+++ {name}\n{hunks}") }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::unified;

    #[test]
    fn what_differs_is_shown_with_what_is_around_it() {
        assert_eq!(unified("a", "x\n", "x\n"), "");
        let shown = unified("a", "one\ntwo\nthree\n", "one\n2\nthree\n");
        assert_eq!(shown, "--- a\n+++ a\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n");
    }

    /// The square of so many lines would take minutes, where they all differ, every second one does, or they are nearly all
    /// alike, or shuffled.
    #[test]
    fn many_lines_take_as_long_as_many_lines() {
        const LINES: usize = 100_000;
        let start = Instant::now();
        for (old, new) in [
            ((|n| format!("{n}\n")) as fn(usize) -> String, (|n| format!("  {n}\n")) as fn(usize) -> String),
            (|n| format!("{n}\n"), |n| if n % 2 == 0 { format!("{n}\n") } else { format!("  {n}\n") }),
            (
                |n| if n % 9 == 0 { format!("{n}\n") } else { "}\n".to_owned() },
                |n| {
                    if n % 7 == 0 { format!("{n}\n") } else { "}\n".to_owned() }
                },
            ),
            (|n| format!("{}\n", n * 7919 % 1009), |n| format!("{}\n", n * 6007 % 1013)),
        ] {
            let text = |line: fn(usize) -> String| (0..LINES).map(line).collect::<String>();
            assert!(unified("a", &text(old), &text(new)).len() > LINES);
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}
