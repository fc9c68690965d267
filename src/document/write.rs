//! Writes a fact file in YAML: what a reader of this project reads back as the same tree.
//!
//! A value stands on one line. Characters that YAML could take for something else stand in double quotes with the escapes of
//! JSON, which YAML reads as well; whether a value is a number, a text or a time is said by the fact's type, so quotes never
//! change what it means.

use crate::document::tree::{Entry, Kind, Node};

/// Writes a value on one line.
pub fn value(node: &Node) -> String {
    match &node.kind {
        Kind::Scalar { text, .. } => scalar(text),
        Kind::Empty => "~".to_owned(),
        Kind::List(items) => format!("[{}]", items.iter().map(value).collect::<Vec<_>>().join(", ")),
        Kind::Map(entries) => {
            let pair = |entry: &Entry| format!("{}: {}", scalar(&entry.key.value), value(&entry.value));
            match entries.as_slice() {
                [] => "{}".to_owned(),
                entries => format!("{{ {} }}", entries.iter().map(pair).collect::<Vec<_>>().join(", ")),
            }
        }
    }
}

/// Writes a single value or a name: as it is where nothing can be mistaken, else in quotes.
pub fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_hidden(c) => out.extend(escaped(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Writes a character as an escape: `\U0000FEFF`.
fn escaped(c: char) -> impl Iterator<Item = char> {
    let digit = move |at: u32| char::from_digit(u32::from(c) >> (4 * at) & 15, 16).unwrap_or('0');
    ['\\', 'U'].into_iter().chain((0..8).rev().map(digit))
}

/// Letters, digits and a few signs within: nothing that begins a list, a comment, another name or an empty value.
fn is_plain(text: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || " ._/%@+-:".contains(c);
    text.starts_with(char::is_alphanumeric)
        && text.chars().all(inside)
        && !text.contains(": ")
        && !text.ends_with([' ', ':'])
        && !text.eq_ignore_ascii_case("null")
}

/// Returns whether YAML does not take a character as it is, or nobody would see it.
fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::tree::tests::show;
    use crate::document::tree::{Format, Limits, read};
    use crate::source::SourceId;

    fn tree(text: &str) -> Node {
        let (tree, problems) = read(SourceId::default(), text, Format::Yaml, &Limits::default());
        assert!(problems.is_empty(), "{text:?}: {problems:#?}");
        tree.unwrap()
    }

    #[test]
    fn what_cannot_be_mistaken_stands_as_it_is() {
        for plain in
            ["yes", "8 min", "2026-03-03 09:14", "2026-03-03T09:14:20+01:00", "a.example.com", "80 %"]
        {
            assert_eq!(scalar(plain), plain);
        }
        for quoted in ["", "> 5 min", "null", "a: b", "x # y", "- a", "[a", "end:", " a", "two\nlines", "~"] {
            assert!(scalar(quoted).starts_with('"'), "{quoted}");
        }
    }

    #[test]
    fn parts_lists_and_rows_come_back() {
        let text = "a: { is: all, sure: usually }\nb: [x, \"y, z\"]\nc: [{ name: \"ü: 1\", n: 2 }, { name: q }]\nd: []\n";
        let read = tree(text);
        let Kind::Map(entries) = &read.kind else { panic!() };
        let again: Vec<String> =
            entries.iter().map(|e| format!("{}: {}", e.key.value, value(&e.value))).collect();
        let again = again.join("\n");
        assert_eq!(show(&tree(&again)), show(&read));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_text_comes_back(text in any::<String>(), signs in "[-a1 :#\"'\\[\\](){},.&*!|>%@`~?<\\\\\n\t]{0,12}") {
            for text in [text, signs] {
                let written = format!("a: {}\nb: [{0}]\n{}: c\n", scalar(&text), scalar(&format!("k{text}")));
                let Kind::Map(entries) = tree(&written).kind else { panic!() };
                let Kind::Scalar { text: read, .. } = &entries[0].value.kind else { panic!("{written:?}") };
                prop_assert_eq!(read, &text);
                prop_assert_eq!(&entries[2].key.value, &format!("k{text}"));
            }
        }
    }
}
