//! The pages of `ruleout explain` on a terminal.
//!
//! A page is written in Markdown and reads as it stands, so little is done: the heading stands out, and examples are
//! indented in place of their fences, so that they can be copied.

use std::fmt::Write as _;

use super::style::STRONG as HEADING;

/// Writes a page.
pub fn page(markdown: &str) -> String {
    let mut out = String::new();
    let mut example = false;
    for line in markdown.lines() {
        // Writing to a string does not fail.
        let _ = match line.strip_prefix("# ") {
            _ if line.starts_with("```") => {
                example = !example;
                Ok(())
            }
            Some(heading) if !example => writeln!(out, "{HEADING}{heading}{HEADING:#}"),
            _ if example && !line.is_empty() => writeln!(out, "    {line}"),
            _ => writeln!(out, "{line}"),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::page;
    use crate::render::style::STRONG;

    #[test]
    fn examples_are_indented_in_place_of_their_fences() {
        let text = page("# a: b\n\nSo:\n\n```ruleout broken a\n# x\n\ny\n```\nDone.\n");
        let plain = "a: b\n\nSo:\n\n    # x\n\n    y\nDone.\n";
        let [begin, end] = [STRONG.to_string(), format!("{STRONG:#}")];
        assert_eq!(text.replace(&begin, "").replace(&end, ""), plain);
    }
}
