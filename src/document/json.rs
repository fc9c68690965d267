//! JSON, as strict as its standard, so that a file that was cut off is noticed.
//!
//! `serde_json` checks the whole text first (without recursion); then every value is taken as its borrowed raw text, whose
//! place is where it lies in the whole.

use serde::de::Deserialize;
use serde_json::value::RawValue;

use crate::document::pairs::Pairs;
use crate::document::tree::{Build, Entry, Kind, Node, boundary, line, line_start, offset, word};
use crate::problem::Problem;
use crate::source::Spanned;

/// Reads a text; an empty one is an empty map.
pub(super) fn read(text: &str, build: &mut Build) -> Result<Node, Problem> {
    if text.trim().is_empty() {
        return build.node(0..text.len(), Kind::Map(Vec::new()));
    }
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => Reader { text, build }.value(raw.get(), 0),
        Err(error) => Err(problem_of(text, &error, build)),
    }
}

struct Reader<'t, 'b> {
    text: &'t str,
    build: &'b mut Build,
}

impl<'t> Reader<'t, '_> {
    fn value(&mut self, raw: &'t str, depth: usize) -> Result<Node, Problem> {
        let start = offset(self.text, raw);
        let kind = match raw.chars().next() {
            Some('{') => self.map(raw, start, depth + 1)?,
            Some('[') => self.list(raw, start, depth + 1)?,
            Some('"') => Kind::Scalar { text: self.string(raw, start)?, quoted: true },
            _ if raw == "null" => Kind::Empty,
            _ => Kind::Scalar { text: raw.to_owned(), quoted: false },
        };
        self.build.node(start..start + raw.len(), kind)
    }

    fn list(&mut self, raw: &'t str, start: usize, depth: usize) -> Result<Kind, Problem> {
        self.build.deep(depth, start)?;
        let items: Vec<&RawValue> = self.part(raw, start)?;
        Ok(Kind::List(items.into_iter().map(|item| self.value(item.get(), depth)).collect::<Result<_, _>>()?))
    }

    fn map(&mut self, raw: &'t str, start: usize, depth: usize) -> Result<Kind, Problem> {
        self.build.deep(depth, start)?;
        let Pairs::<&RawValue>(pairs) = self.part(raw, start)?;
        let entries = pairs.into_iter().map(|(key, value)| {
            let at = offset(self.text, key.get());
            let name = self.string(key.get(), at)?;
            let key = Spanned::new(name, self.build.span(at..at + key.get().len()));
            Ok(Entry { key, value: self.value(value.get(), depth)? })
        });
        let entries = entries.collect::<Result<_, Problem>>()?;
        Ok(self.build.map(entries))
    }

    fn string(&self, raw: &str, start: usize) -> Result<String, Problem> {
        serde_json::from_str(raw).map_err(|_| {
            self.build
                .syntax(start..start + raw.len(), "a `\\u` escape that is not a character")
                .help("write the character itself")
        })
    }

    fn part<T: Deserialize<'t>>(&self, raw: &'t str, start: usize) -> Result<T, Problem> {
        serde_json::from_str(raw).map_err(|_| self.build.syntax(start..start + 1, "does not read as JSON"))
    }
}

fn problem_of(text: &str, error: &serde_json::Error, build: &Build) -> Problem {
    let end = text.trim_end().len();
    let at = line_start(text, error.line()) + error.column().saturating_sub(1);
    let at = boundary(text, at.min(text.len()));
    if error.is_eof() {
        let last = boundary(text, end.saturating_sub(1))..end;
        return build
            .syntax(last, "the file ends in the middle")
            .help("the end seems to be cut off: every `{`, `[` and `\"` needs its closing partner");
    }
    let found = word(text, at);
    let here = text.get(found.clone()).unwrap_or("");
    let said = error.to_string();
    let says = |part: &str| said.contains(part);
    let before = text.get(..at).unwrap_or("").trim_end();
    let (message, help) = if here.starts_with('/') || here.starts_with('#') {
        ("JSON has no comments", "delete the comment, or write the file in YAML".to_owned())
    } else if before.ends_with(',') && here.starts_with(['}', ']']) {
        ("a comma after the last entry", "delete the comma before the closing bracket".into())
    } else if before.is_empty() {
        ("JSON starts with `{`", "write `{\"delay\": \"15 min\", \"reply\": 550}`".into())
    } else if here.starts_with(['“', '”', '„']) {
        ("curly quotes", "write straight ones: \"".into())
    } else if says(wording::NAME_WITHOUT_QUOTES) && before.ends_with(',') && here.starts_with(',') {
        ("one comma too many", "delete it".into())
    } else if here.starts_with('\'') {
        ("JSON takes only double quotes", "write \" in place of '".into())
    } else if says(wording::NAME_WITHOUT_QUOTES) {
        ("a name without quotes", format!("put it in double quotes: \"{here}\""))
    } else if says(wording::NO_COLON) {
        (
            "a name without its value",
            "write a colon and the value after the name: \"delay\": \"15 min\"".into(),
        )
    } else if says(wording::NO_COMMA) {
        (
            "a comma is missing before this",
            "put a comma between two entries, and texts in double quotes".into(),
        )
    } else if says(wording::AFTER_THE_END) {
        ("text after the end", "everything belongs inside one pair of `{` and `}`".into())
    } else if says(wording::CONTROL_CHARACTER) {
        ("a line break or tab inside a text", "write `\\n` for a line break and `\\t` for a tab".into())
    } else if says(wording::ESCAPE) {
        ("an escape that JSON does not know", "write `\\\\` for a backslash".into())
    } else {
        return no_value(text, found, build);
    };
    build.syntax(found, message).help(help)
}

/// The words by which the errors of `serde_json` are told apart.
///
/// It has no codes for them, only sentences. After an update that words them otherwise the tests below fail, since a mistake
/// then gets the most general message: write the new words here.
mod wording {
    pub(super) const NAME_WITHOUT_QUOTES: &str = "key must be a string";
    pub(super) const NO_COLON: &str = "expected `:`";
    pub(super) const NO_COMMA: &str = "expected `,`";
    pub(super) const AFTER_THE_END: &str = "trailing characters";
    pub(super) const CONTROL_CHARACTER: &str = "control character";
    pub(super) const ESCAPE: &str = "escape";
}

fn no_value(text: &str, found: std::ops::Range<usize>, build: &Build) -> Problem {
    let stop = |c: char| matches!(c, ',' | '}' | ']' | '{' | '[' | ':' | '"' | '\n');
    let lines = line(text, found.start);
    let start = text
        .get(lines.start..found.start)
        .and_then(|before| before.rfind(stop))
        .map_or(lines.start, |before| lines.start + before + 1);
    let rest = text.get(start..).unwrap_or("");
    let written = rest.get(..rest.find(stop).unwrap_or(rest.len())).unwrap_or("").trim();
    if written.is_empty() {
        return build
            .syntax(found, "a value is missing before this")
            .help("write the value, or `null` where there is none");
    }
    let start = offset(text, written);
    build
        .syntax(start..start + written.len(), format!("`{written}` is not a value of JSON"))
        .help(format!("put it in double quotes: \"{written}\""))
}

#[cfg(test)]
mod tests {
    use crate::document::tree::Format::Json;
    use crate::document::tree::tests::{mistake, places, shown};

    #[test]
    fn values_stay_as_written() {
        let text =
            r#"{"a": 1.50, "b": "no", "c": null, "d": false, "e.f": 1E+3, "g": "\/\ud83d\ude00\t", "h": []}"#;
        assert_eq!(
            shown(text, Json),
            "{a: 1.50, b: \"no\", c: (), d: false, e.f: 1E+3, g: \"/😀\\t\", h: []}"
        );
        assert_eq!(shown("{\n\t\"a\":\t[\n\t\t1\n\t]\n}", Json), "{a: [1]}");
        assert_eq!(
            shown(&format!("{{\"a\": [{}1]}}", "1,".repeat(20_000)), Json).matches('1').count(),
            20_001
        );
    }

    #[test]
    fn places_hold_after_a_byte_order_mark() {
        assert_eq!(places("\u{feff}{\"ä\": [\"ö\", 5]}", Json), ["\"ä\"", "\"ö\"", "5"]);
    }

    #[test]
    fn mistakes_are_reported_at_their_place() {
        for (text, at, part) in [
            ("{\"ä\": 1,}", "}", "a comma after the last entry"),
            ("{\"ä\": [1,]}", "]", "a comma after the last entry"),
            ("{'a': 1}", "'", "double quotes"),
            ("{\"ä\": 'x'}", "'", "double quotes"),
            ("{a: 1}", "a", "a name without quotes"),
            ("{\"a\": \"ö\", \"b\": {\"c\": [1, 2}", "}", "comma"),
            ("{\"a\": 1", "1", "ends in the middle"),
            ("{\"a\": \"ö", "ö", "ends in the middle"),
            ("{\"a\" 1}", "1", "without its value"),
            ("{\"a\": yes}", "yes", "`yes` is not a value"),
            ("{\"ä\": true, \"b\": tru}", "tru", "`tru` is not a value"),
            ("{\"a\": 01}", "01", "`01` is not a value"),
            ("{\"a\": 15 min}", "min", "a comma is missing"),
            ("{\"a\": }", "}", "a value is missing"),
            ("{\"a\": 1,, \"b\": 2}", ",", "one comma too many"),
            ("{\"a\": “x”}", "“", "curly quotes"),
            ("a: 1", "a", "starts with `{`"),
            ("{\"a\": 1} x", "x", "after the end"),
            ("{\"a\": 1} // x", "/", "no comments"),
            ("{\"a\": \"\\ud83d\"}", "\"\\ud83d\"", "is not a character"),
        ] {
            let (_, under, message, help) = mistake(text, Json);
            assert_eq!(under, at, "{text} {message}");
            assert!(message.contains(part) && !help.is_empty(), "{text}: {message}; {help}");
        }
        assert!(mistake("{\"a\": \"ö\n\"}", Json).2.contains("a line break"));
        assert!(mistake("{\"a\": \"ö\\q\"}", Json).2.contains("an escape"));
    }
}
