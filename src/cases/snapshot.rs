//! The file of a snapshot, as the crate insta writes it: what it is of between two lines of `---`, then the text.
//!
//! So `cargo insta review` works on what `ruleout test` leaves behind, and the other way round.

/// Returns whether a file is a snapshot, accepted or not, by its name.
pub fn is_one(file: &str) -> bool {
    file.strip_suffix(".new").unwrap_or(file).strip_suffix(".snap").is_some()
}

/// Extracts the accepted text from a snapshot's file: without the head, the white space at its end and the line ends of another system.
pub fn contents(file: &str) -> String {
    body(file).replace("\r\n", "\n").trim_end().trim_start_matches('\n').to_owned()
}

fn body(file: &str) -> &str {
    let Some(rest) = file.strip_prefix("---\n").or_else(|| file.strip_prefix("---\r\n")) else { return file };
    let mut at = file.len() - rest.len();
    for line in rest.split_inclusive('\n') {
        at += line.len();
        if line.trim_end() == "---" {
            return file.get(at..).unwrap_or("");
        }
    }
    file
}

/// Writes the file of a snapshot of an answer: whose it is, and why it must be so.
pub fn file(source: &str, because: &str, answer: &str) -> String {
    format!("---\nsource: {}\ndescription: {}\n---\n{answer}\n", quoted(source), quoted(because))
}

/// A YAML string in double quotes, which is a JSON string.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let written = file("cases/a.yaml", "it says \"550\": blocked", "  87 %  a\n---\n\n  end");
        assert!(written.starts_with(
            "---\nsource: \"cases/a.yaml\"\ndescription: \"it says \\\"550\\\": blocked\"\n---\n"
        ));
        assert_eq!(contents(&written), "  87 %  a\n---\n\n  end");
    }

    #[test]
    fn a_file_without_a_head_or_with_other_line_ends_reads_too() {
        assert_eq!(contents("answer\n"), "answer");
        assert_eq!(contents("---\r\nsource: x\r\n---\r\na\r\nb\r\n"), "a\nb");
        assert_eq!(contents("---\nsource: x\n"), "---\nsource: x");
    }
}
