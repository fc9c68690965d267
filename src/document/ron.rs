//! RON, through the `ron` crate.
//!
//! `ron` checks the whole text first; then every value is taken as its borrowed raw text, whose place is where it lies in
//! the whole. Left out: extensions (`#![enable(…)]`) and the difference between `Name(a: 1)` and `(a: 1)`.

use std::fmt;
use std::ops::Range;

use ron::error::{Position, SpannedError};
use ron::value::RawValue;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::document::pairs::Pairs;
use crate::document::tree::{Build, Entry, Kind, Node, boundary, line_start, offset, word};
use crate::problem::{Code, Problem};
use crate::source::Spanned;

/// Reads a text; an empty one is an empty map.
pub(super) fn read(text: &str, build: &mut Build) -> Result<Node, Problem> {
    // A raw value may not end in an open line comment.
    let padded = format!("{text}\n");
    match RawValue::from_ron(&padded) {
        Ok(raw) => Reader { text: &padded, reading: padded.len() * 16 + (1 << 20), build }.value(raw, 0),
        Err(_) if only_comments(&padded) => build.node(0..text.len(), Kind::Map(Vec::new())),
        Err(error) => Err(problem_of(text, &error, build)),
    }
}

fn only_comments(padded: &str) -> bool {
    ron::from_str::<Vec<IgnoredAny>>(&format!("[{padded}]")).is_ok_and(|values| values.is_empty())
}

struct Reader<'t, 'b> {
    text: &'t str,
    /// How many bytes may still be read: each level reads again what is inside it.
    reading: usize,
    build: &'b mut Build,
}

impl<'t> Reader<'t, '_> {
    fn value(&mut self, raw: &'t RawValue, depth: usize) -> Result<Node, Problem> {
        let written = bare(raw);
        let start = offset(self.text, written);
        let place = start..start + written.len();
        let inner = depth + 1;
        let kind = match shape(written) {
            Shape::Text => Kind::Scalar { text: self.part::<String>(written, start)?, quoted: true },
            Shape::Letter => {
                Kind::Scalar { text: self.part::<char>(written, start)?.to_string(), quoted: true }
            }
            Shape::Some => return self.some(written, start, inner),
            Shape::List => {
                self.build.deep(inner, start)?;
                let items = self.part(written, start)?;
                self.list(items, inner)?
            }
            Shape::Braces => {
                self.build.deep(inner, start)?;
                let Pairs::<&RawValue>(pairs) = self.part(written, start)?;
                self.braces(pairs, inner)?
            }
            Shape::Group => {
                self.build.deep(inner, start)?;
                match self.part(written, start)? {
                    Group::Unit => Kind::Empty,
                    Group::List(items) => self.list(items, inner)?,
                    Group::Named(fields) => self.fields(fields, inner)?,
                }
            }
            Shape::Word => Kind::Scalar { text: word_of(written), quoted: false },
        };
        self.build.node(place, kind)
    }

    fn some(&mut self, written: &'t str, start: usize, depth: usize) -> Result<Node, Problem> {
        self.build.deep(depth, start)?;
        match self.part::<Option<&RawValue>>(written, start)? {
            Some(inner) => self.value(inner, depth),
            None => self.build.node(start..start + written.len(), Kind::Empty),
        }
    }

    fn list(&mut self, items: Vec<&'t RawValue>, depth: usize) -> Result<Kind, Problem> {
        Ok(Kind::List(items.into_iter().map(|item| self.value(item, depth)).collect::<Result<_, _>>()?))
    }

    fn braces(&mut self, pairs: Vec<(&'t RawValue, &'t RawValue)>, depth: usize) -> Result<Kind, Problem> {
        let entries = pairs.into_iter().map(|(key, value)| {
            let node = self.value(key, depth)?;
            let Kind::Scalar { text, .. } = node.kind else {
                let at = offset(self.text, bare(key));
                return Err(self
                    .build
                    .syntax(at..at + bare(key).len(), "a name is a word or a text")
                    .help("write `{\"name\": value}`"));
            };
            Ok(Entry { key: Spanned::new(text, node.span), value: self.value(value, depth)? })
        });
        let entries = entries.collect::<Result<_, Problem>>()?;
        Ok(self.build.map(entries))
    }

    fn fields(&mut self, fields: Vec<(&'t str, &'t RawValue)>, depth: usize) -> Result<Kind, Problem> {
        let entries = fields.into_iter().map(|(name, value)| {
            let at = offset(self.text, name);
            let mark = if self.text.get(..at).is_some_and(|before| before.ends_with("r#")) { 2 } else { 0 };
            let key = Spanned::new(name.to_owned(), self.build.span(at - mark..at + name.len()));
            Ok(Entry { key, value: self.value(value, depth)? })
        });
        let entries = entries.collect::<Result<_, Problem>>()?;
        Ok(self.build.map(entries))
    }

    /// Reads a part that was checked with the whole: what can still stop it is its depth, which starts anew for each raw value.
    fn part<T: Deserialize<'t>>(&mut self, written: &'t str, start: usize) -> Result<T, Problem> {
        self.reading = self.reading.checked_sub(written.len()).ok_or_else(|| {
            let message = "too much text inside too many brackets";
            let place = self.build.span(start..start + 1);
            Problem::error(Code::TooLarge, place, message).help(self.build.few_levels())
        })?;
        ron::from_str(written).map_err(|error| match error.code {
            ron::Error::ExceededRecursionLimit | ron::Error::ExpectedRawValue => {
                self.build.too_deep(start..start + 1)
            }
            _ => self.build.syntax(start..start + written.len(), "does not read as RON"),
        })
    }
}

/// Returns the characters of a value without the comments around it.
fn bare(raw: &RawValue) -> &str {
    let written = raw.get_ron();
    let commented = written.contains("//") || written.contains("/*");
    if commented { raw.trim().get_ron() } else { written.trim() }
}

enum Shape {
    Text,
    Letter,
    Some,
    List,
    Braces,
    Group,
    Word,
}

fn shape(written: &str) -> Shape {
    let starts = |mark: &str| written.starts_with(mark);
    if starts("\"") || starts("r\"") || starts("r#\"") || starts("r##") {
        Shape::Text
    } else if starts("'") {
        Shape::Letter
    } else if starts("[") {
        Shape::List
    } else if starts("{") {
        Shape::Braces
    } else if written.strip_prefix("Some").is_some_and(|rest| rest.trim_start().starts_with(['(', '/'])) {
        Shape::Some
    } else if written.ends_with(')') {
        Shape::Group
    } else {
        Shape::Word
    }
}

fn word_of(written: &str) -> String {
    match written {
        "None" => "none".to_owned(),
        _ => written.strip_prefix("r#").unwrap_or(written).to_owned(),
    }
}

/// What stands in round brackets.
enum Group<'t> {
    Unit,
    List(Vec<&'t RawValue>),
    Named(Vec<(&'t str, &'t RawValue)>),
}

impl<'de> Deserialize<'de> for Group<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GroupVisitor)
    }
}

struct GroupVisitor;

impl<'de> Visitor<'de> for GroupVisitor {
    type Value = Group<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names with values, or values")
    }

    fn visit_unit<E>(self) -> Result<Group<'de>, E> {
        Ok(Group::Unit)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Group<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Group::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Group<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some((Name(name), value)) = map.next_entry()? {
            fields.push((name, value));
        }
        Ok(Group::Named(fields))
    }
}

/// A field's name, borrowed from the text.
struct Name<'t>(&'t str);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(name))
    }
}

fn problem_of(text: &str, error: &SpannedError, build: &Build) -> Problem {
    use ron::Error as E;
    let at = byte(text, error.span.start).min(text.len());
    let after = byte(text, error.span.end).min(text.len());
    if matches!(error.code, E::ExceededRecursionLimit | E::ExpectedRawValue) {
        return build.too_deep(at..after);
    }
    if matches!(error.code, E::Message(_)) {
        let start = text.find('#').unwrap_or(0);
        return build
            .syntax(word(text, start), "extensions of RON are not read here")
            .help("delete the line with `#![…]`");
    }
    if matches!(error.code, E::ExpectedStringEnd) {
        let quote = text.get(..after).and_then(|before| before.rfind('"')).unwrap_or(at);
        return build
            .syntax(quote..quote + 1, "a quote that is never closed")
            .help("write \" at the end of the text");
    }
    if matches!(error.code, E::UnclosedBlockComment) {
        return build.syntax(at..after, "a comment that is never closed").help("write `*/` at its end");
    }
    if text.get(after..).is_some_and(|rest| rest.trim().is_empty()) {
        let end = text.trim_end().len();
        return build
            .syntax(boundary(text, end.saturating_sub(1))..end, "the file ends in the middle")
            .help("every `(`, `[`, `{` and quote needs its closing partner");
    }
    match &error.code {
        E::TrailingCharacters => build
            .syntax(outside(text, at, after), "something outside the brackets")
            .help(format!("put all of it in one pair of brackets: `{}`", build.example())),
        E::InvalidEscape(_) => build
            .syntax(at..after, "an escape that RON does not know")
            .help("write `\\\\` for a backslash, or r\"…\" around the text"),
        _ => entry(text, at, after, &error.code, build),
    }
}

/// Finds what stands outside the brackets: where there are none, the first word.
fn outside(text: &str, at: usize, after: usize) -> Range<usize> {
    let before = text.get(..at).unwrap_or("").trim_end();
    if before.ends_with([')', '}', ']']) {
        return word(text, after);
    }
    word(text, before.trim_end_matches(|c: char| !c.is_whitespace()).len())
}

/// Describes a mistake in one entry by what stands there.
fn entry(text: &str, at: usize, after: usize, code: &ron::Error, build: &Build) -> Problem {
    let stop = |c: char| matches!(c, '(' | '{' | '[' | ',' | '\n');
    let start = text.get(..at).and_then(|before| before.rfind(stop)).map_or(0, |before| before + 1);
    let rest = text.get(start..).unwrap_or("");
    let written =
        rest.get(..rest.find([',', ')', '}', ']', '\n']).unwrap_or(rest.len())).unwrap_or("").trim();
    let place = |part: &str| offset(text, part)..offset(text, part) + part.len();
    let (name, value) = match written.split_once(':') {
        Some((name, value)) => (name.trim(), value.trim()),
        None => match written.split_once('=').map(|(name, _)| name.trim_end()) {
            // A sign after a quote belongs to a text.
            Some(name) if !name.contains('"') => {
                let sign = offset(text, name) + written.find('=').unwrap_or(0);
                return build
                    .syntax(sign..sign + 1, "`=` between name and value")
                    .help(format!("write a colon: `{name}: …`"));
            }
            _ => ("", written),
        },
    };
    let in_name = offset(text, name) <= at && at <= offset(text, name) + name.len();
    if !name.is_empty() && name.starts_with('"') && !value.is_empty() && in_name {
        return build
            .syntax(place(name), "a name in quotes inside round brackets")
            .help(format!("write the name without quotes, or `{{{name}: …}}` with curly brackets"));
    }
    if in_name && name.contains(['.', '-', ' ']) && !name.contains('"') {
        return build
            .syntax(place(name), format!("`{name}` needs quotes"))
            .help(format!("write `{{\"{name}\": …}}`, with curly brackets around all names of the group"));
    }
    let next = word(text, after);
    let named =
        text.get(next.clone()).is_some_and(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
            && text.get(next.end..).is_some_and(|rest| rest.trim_start().starts_with(':'));
    let texts = value.contains('"') && !value.is_empty();
    if matches!(code, ron::Error::ExpectedComma) && (named || texts) {
        return build.syntax(next, "a comma is missing before this").help("put a comma between two entries");
    }
    if value.is_empty()
        || value.contains('"')
        || name.is_empty() && matches!(code, ron::Error::ExpectedMapColon)
    {
        return build
            .syntax(word(text, after), "a value or a name is missing before this")
            .help(format!("write `name: value` with a comma between two of them: `{}`", build.example()));
    }
    if ron::from_str::<IgnoredAny>(value).is_ok() {
        return build
            .syntax(next, "does not read as RON here")
            .help(format!("names with values stand in round brackets: `{}`", build.example()));
    }
    let help = if value.contains(':') {
        format!("put a comma between two entries, and texts in quotes: \"{value}\"")
    } else {
        format!("put it in quotes: \"{value}\"")
    };
    build.syntax(place(value), format!("`{value}` is not a value of RON")).help(help)
}

fn byte(text: &str, position: Position) -> usize {
    let start = line_start(text, position.line);
    let rest = text.get(start..).unwrap_or("");
    start + rest.char_indices().nth(position.col.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use crate::document::tree::Format::Ron;
    use crate::document::tree::tests::{mistake, places, shown};
    use crate::problem::Code;

    #[test]
    fn values_stay_as_written() {
        assert_eq!(
            shown(
                "(a: all, b: Some(5), c: 'x', d: (), e: (1, 2), f: Foo(a: 1), g: None, h: Some(Some((a: 1))))",
                Ron
            ),
            "{a: all, b: 5, c: \"x\", d: (), e: [1, 2], f: {a: 1}, g: none, h: {a: 1}}"
        );
        assert_eq!(
            shown(
                "{\"a.b\": 0x1F, c: -3.5, 5: 1e3, d: r#\"x\"y\"#, e: 99999999999999999999999, f: inf}",
                Ron
            ),
            "{a.b: 0x1F, c: -3.5, 5: 1e3, d: \"x\\\"y\", e: 99999999999999999999999, f: inf}"
        );
        assert_eq!(
            shown("(r#log.id: yes, b: [ /* x */ a, // y\n b /* z */ , ])", Ron),
            "{log.id: yes, b: [a, b]}"
        );
    }

    #[test]
    fn places_are_without_comments() {
        let text = "\u{feff}/* ä */ ( r#x.y : /* ö */ yes /* ü */, b: [ // é\n 1 // ß\n, \"ä\"], c: Some( 'x' )) // ö";
        assert_eq!(places(text, Ron), ["r#x.y", "yes", "b", "1", "\"ä\"", "c", "'x'"]);
    }

    #[test]
    fn reading_again_at_every_level_stops_at_a_limit() {
        let (open, list, close) = ("a: (".repeat(50), "1,".repeat(60_000), ")".repeat(50));
        assert_eq!(mistake(&format!("({open}b: [{list}]{close})"), Ron).0, Code::TooLarge);
    }

    #[test]
    fn mistakes_are_reported_at_their_place() {
        for (text, at, part) in [
            ("(ä: 1, b: 1:30)", "1:30", "`1:30` is not a value"),
            ("(ä: 1,\n b: 15 min)", "15 min", "`15 min` is not a value"),
            ("(a: 2026-01-01)", "2026-01-01", "`2026-01-01` is not a value"),
            ("(a: 10.0.0.1, b: 1)", "10.0.0.1", "`10.0.0.1` is not a value"),
            ("(a: @x)", "@x", "`@x` is not a value"),
            ("(a: 'it')", "'it'", "`'it'` is not a value"),
            ("(log.id: 1)", "log.id", "`log.id` needs quotes"),
            ("(\"a\": 1)", "\"a\"", "in quotes inside round brackets"),
            ("(a: 1", "1", "ends in the middle"),
            ("(a: [1, 2]", "]", "ends in the middle"),
            ("(a: \"ö)", "\"", "never closed"),
            ("(a: 1) /* ö", "", "comment that is never closed"),
            ("a: 1", "a", "outside the brackets"),
            ("// (ö)\n name: 1", "name", "outside the brackets"),
            ("(a: 1) b", "b", "outside the brackets"),
            ("(name = \"a\", b: 1)", "=", "`=` between"),
            ("(a = 1)", "=", "`=` between"),
            ("(a: \"x\" b: 2)", "b", "a comma is missing"),
            ("(a: \"ö\"\n c: 1)", "c", "a comma is missing"),
            ("(a: 5\n c: 1)", "c", "a comma is missing"),
            ("[a: 1]", ":", "does not read"),
            ("(a: , b: 2)", "", "is missing"),
            ("(a: \"\\q\")", "", "an escape"),
            ("#![enable(implicit_some)]\n(a: 1)", "#", "extensions"),
        ] {
            let (_, under, message, help) = mistake(text, Ron);
            assert!(at.is_empty() || under == at, "{text}: {under:?} {message}");
            assert!(message.contains(part) && !help.is_empty(), "{text}: {message}; {help}");
        }
    }
}
