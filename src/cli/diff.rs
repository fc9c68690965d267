//! A text and what it would become, as a unified diff.

use imara_diff::{Algorithm, BasicLineDiffPrinter, Diff, InternedInput, UnifiedDiffConfig};

/// Writes how a file would change; nothing where it would not.
pub(super) fn unified(name: &str, old: &str, new: &str) -> String {
    let input = InternedInput::new(old, new);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let printer = BasicLineDiffPrinter(&input.interner);
    let hunks = diff.unified_diff(&printer, UnifiedDiffConfig::default(), &input).to_string();
    if hunks.is_empty() { hunks } else { format!("--- {name}\n+++ {name}\n{hunks}") }
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn what_differs_is_shown_with_what_is_around_it() {
        assert_eq!(unified("a", "x\n", "x\n"), "");
        let shown = unified("a", "one\ntwo\nthree\n", "one\n2\nthree\n");
        assert_eq!(shown, "--- a\n+++ a\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n");
    }
}
