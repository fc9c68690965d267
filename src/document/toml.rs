//! TOML, through `toml_edit`, whose document keeps the place of every value.
//!
//! `toml_edit` stops at a name that appears twice and does not say where the first one is. Here the second name is replaced
//! by a fresh one of the same length and the text is read again, so that places stay right; the tree then gets its own name
//! back and the check that all formats share reports both places.

use std::collections::BTreeMap;
use std::ops::Range;

use toml_edit::{Document, InlineTable, Item, Key, Table, TomlError, Value};

use crate::document::tree::{Build, Entry, Kind, Node, boundary, line, offset, word};
use crate::problem::{Code, Problem};
use crate::source::Spanned;

/// How many names that appear twice are reported in one go: each costs another reading.
const TWICE: usize = 10;

/// Reads a text.
pub(super) fn read(text: &str, build: &mut Build) -> Result<Node, Problem> {
    let mut patched = text.to_owned();
    let mut renamed = BTreeMap::new();
    loop {
        let error = match Document::parse(patched.as_str()) {
            Ok(document) => return Reader { text: &patched, renamed, build }.root(document.as_table()),
            Err(error) => error,
        };
        let second = error.span().filter(|_| twice(&error) && renamed.len() < TWICE);
        let Some((place, name, fresh)) = second.and_then(|place| rename(text, &patched, place)) else {
            let problem = problem_of(text, &error, build);
            let above = line(text, error.span().map_or(0, |place| place.start)).start;
            if let Some(Ok(document)) = patched.get(..above).map(Document::parse) {
                Reader { text: &patched, renamed, build }.root(document.as_table())?;
            }
            return Err(problem);
        };
        patched.replace_range(place.clone(), &fresh);
        renamed.insert(place.start, name);
    }
}

/// Returns the place of a second name, the name, and a fresh one for it.
fn rename(text: &str, patched: &str, place: Range<usize>) -> Option<(Range<usize>, String, String)> {
    let name = Key::parse(text.get(place.clone())?).ok()?.first()?.get().to_owned();
    let fresh = fresh(patched, place.len())?;
    Some((place, name, fresh))
}

fn twice(error: &TomlError) -> bool {
    wording::TWICE.iter().any(|words| error.message().contains(words))
}

/// Makes up a bare name of this length that is nowhere in the text.
fn fresh(text: &str, length: usize) -> Option<String> {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    (0..4096usize)
        .map(|nth| {
            let digits = (0..length).map(|place| {
                let digit =
                    u32::try_from(place * 6).ok().and_then(|by| nth.checked_shr(by)).unwrap_or(0) % 64;
                LETTERS.get(digit).copied().map_or('a', char::from)
            });
            digits.collect::<String>()
        })
        .find(|name| !text.contains(name.as_str()))
}

struct Reader<'t, 'b> {
    text: &'t str,
    renamed: BTreeMap<usize, String>,
    build: &'b mut Build,
}

impl Reader<'_, '_> {
    fn root(&mut self, table: &Table) -> Result<Node, Problem> {
        let entries = self.entries(table, 1)?;
        let kind = self.build.map(entries);
        self.build.node(0..self.text.len(), kind)
    }

    fn entries(&mut self, table: &Table, depth: usize) -> Result<Vec<Entry>, Problem> {
        table
            .iter()
            .filter_map(|(name, _)| table.get_key_value(name))
            .map(|(key, item)| self.entry(key, item, depth))
            .collect()
    }

    fn entry(&mut self, key: &Key, item: &Item, depth: usize) -> Result<Entry, Problem> {
        let place = key.span().unwrap_or(0..0);
        let name = self.renamed.get(&place.start).map_or(key.get(), String::as_str).to_owned();
        let value = self.item(item, place.clone(), depth)?;
        Ok(Entry { key: Spanned::new(name, self.build.span(place)), value })
    }

    fn item(&mut self, item: &Item, key: Range<usize>, depth: usize) -> Result<Node, Problem> {
        match item {
            Item::None => self.build.node(key, Kind::Empty),
            Item::Value(value) => self.value(value, key, depth),
            Item::Table(table) => self.table(table, key, depth + 1),
            Item::ArrayOfTables(tables) => {
                self.build.deep(depth + 1, key.start)?;
                let items = tables.iter().map(|table| self.table(table, key.clone(), depth + 2));
                let items = items.collect::<Result<Vec<_>, _>>()?;
                self.around(
                    items.first().map(|n| n.span),
                    items.last().map(|n| n.span),
                    key,
                    Kind::List(items),
                )
            }
        }
    }

    fn table(&mut self, table: &Table, key: Range<usize>, depth: usize) -> Result<Node, Problem> {
        self.build.deep(depth, key.start)?;
        let header =
            table.span().filter(|_| !table.is_dotted() && !table.is_implicit()).map(|at| self.build.span(at));
        let entries = self.entries(table, depth)?;
        let first = header.or(entries.first().map(|e| e.key.span));
        let last = entries.iter().map(|e| e.value.span).max_by_key(|span| span.end).or(header);
        let kind = self.build.map(entries);
        self.around(first, last, key, kind)
    }

    /// Makes a node from the start of one place to the end of another.
    fn around(
        &mut self,
        first: Option<crate::source::Span>,
        last: Option<crate::source::Span>,
        key: Range<usize>,
        kind: Kind,
    ) -> Result<Node, Problem> {
        let whole = self.build.span(key);
        let span = first.unwrap_or(whole).to(last.unwrap_or(whole));
        self.build.count(1, span)?;
        Ok(Node { span, kind })
    }

    fn value(&mut self, value: &Value, key: Range<usize>, depth: usize) -> Result<Node, Problem> {
        let place = value.span().unwrap_or_else(|| key.clone());
        let kind = match value {
            Value::String(text) => Kind::Scalar { text: text.value().clone(), quoted: true },
            Value::Array(items) => {
                self.build.deep(depth + 1, place.start)?;
                let items = items.iter().map(|item| self.value(item, place.clone(), depth + 1));
                Kind::List(items.collect::<Result<_, _>>()?)
            }
            Value::InlineTable(table) => {
                self.build.deep(depth + 1, place.start)?;
                let entries = self.inline(table, depth + 1)?;
                if table.is_dotted() {
                    let (first, last) =
                        (entries.first().map(|e| e.key.span), entries.last().map(|e| e.value.span));
                    let kind = self.build.map(entries);
                    return self.around(first, last, key, kind);
                }
                self.build.map(entries)
            }
            _ => {
                let text = self.text.get(place.clone()).unwrap_or("").to_owned();
                Kind::Scalar { text, quoted: false }
            }
        };
        self.build.node(place, kind)
    }

    fn inline(&mut self, table: &InlineTable, depth: usize) -> Result<Vec<Entry>, Problem> {
        let mut entries = Vec::with_capacity(table.len());
        for (name, value) in table {
            let place = table.key(name).and_then(Key::span).unwrap_or(0..0);
            let name = self.renamed.get(&place.start).map_or(name, String::as_str).to_owned();
            let value = self.value(value, place.clone(), depth)?;
            entries.push(Entry { key: Spanned::new(name, self.build.span(place)), value });
        }
        Ok(entries)
    }
}

fn problem_of(text: &str, error: &TomlError, build: &Build) -> Problem {
    let place = error.span().unwrap_or(0..text.len());
    let place = boundary(text, place.start)..text.ceil_char_boundary(place.end);
    let message = error.message();
    let says = |part: &str| message.contains(part);
    if says(wording::TOO_DEEP) {
        return build.too_deep(place);
    }
    if twice(error) {
        let name = text.get(place.clone()).unwrap_or("").to_owned();
        return Problem::error(Code::FactTwice, build.span(place), format!("`{name}` appears twice"))
            .help("keep one of the two");
    }
    if wording::NEVER_CLOSED.into_iter().any(says) || says(wording::LITERAL) && !says(wording::LITERAL_KEY) {
        return never_closed(text, place.start, build);
    }
    let place = if place.is_empty() { word(text, place.start) } else { place };
    let quote = text.get(..place.start).is_some_and(|before| before.trim_end().ends_with(['"', '\'']));
    let colon = text.get(..place.start).is_some_and(|before| before.trim_end().ends_with(':'));
    if colon && says(wording::NO_VALUE) {
        let colon = text.get(..place.start).and_then(|before| before.rfind(':')).unwrap_or(place.start);
        return build
            .syntax(colon..colon + 1, "`:` between name and value")
            .help("TOML writes `name = value`");
    }
    let (said, help) = if says(wording::NO_VALUE) || says(wording::NO_PAIR) {
        ("a name without `=` and a value", "write `name = value`, such as `delay = \"15 min\"`")
    } else if says(wording::AFTER_A_VALUE) && quote {
        ("text after the closing quote", "a quote inside a text is written `\\\"`, or take ''' around it")
    } else if says(wording::NO_NAME) {
        (
            "a name is missing here",
            "write the name; other signs than letters, digits, `-` and `_` need quotes",
        )
    } else if says(wording::ESCAPE) {
        ("an escape that TOML does not know", "write `\\\\` for a backslash, or take '…' in place of \"…\"")
    } else {
        return bare_value(text, place, message, build);
    };
    build.syntax(place, said).help(help)
}

/// The words by which the errors of `toml_edit` are told apart.
///
/// It has no codes for them, only sentences. After an update that words them otherwise the tests below fail, since a mistake
/// then gets the most general message: write the new words here.
mod wording {
    pub(super) const TWICE: [&str; 2] = ["duplicate key", "cannot extend"];
    pub(super) const TOO_DEEP: &str = "recurs";
    pub(super) const NEVER_CLOSED: [&str; 2] = ["unclosed", "basic string"];
    pub(super) const LITERAL: &str = "literal string";
    pub(super) const LITERAL_KEY: &str = "must be quoted";
    pub(super) const NO_VALUE: &str = "key with no value";
    pub(super) const NO_PAIR: &str = "invalid key-value pair";
    pub(super) const AFTER_A_VALUE: &str = "unexpected key or value";
    pub(super) const NO_NAME: &str = "unquoted keys cannot be empty";
    pub(super) const ESCAPE: &str = "escape";
    pub(super) const IN_BRACKETS: [&str; 2] = ["array", "inline table"];
    pub(super) const BARE_NAME: &str = "unquoted key";
}

fn never_closed(text: &str, at: usize, build: &Build) -> Problem {
    let written = text.get(line(text, at)).unwrap_or("");
    let opened = written.split_once('=').map_or(written, |(_, value)| value).trim();
    let start = offset(text, opened);
    let whole = start..start + opened.len();
    build.syntax(whole, "this is never closed").help("every `[`, `{` and quote needs its closing partner")
}

fn bare_value(text: &str, place: Range<usize>, message: &str, build: &Build) -> Problem {
    let line = line(text, place.start);
    let value =
        text.get(line).and_then(|line| line.split_once('=')).map(|(_, value)| comment_off(value).trim());
    match value {
        _ if wording::IN_BRACKETS.iter().any(|words| message.contains(words)) => build
            .syntax(place, "a comma or the closing bracket is missing before this")
            .help("write `[1, 2]` or `{a = 1, b = 2}`"),
        Some(value) if message.contains(wording::BARE_NAME) && place.end < offset(text, value) => build
            .syntax(place, "a sign that a name in TOML cannot have without quotes")
            .help("put the name in quotes: `\"…\" = …`"),
        Some("") => build
            .syntax(place, "a value is missing after `=`")
            .help("write it, texts in quotes: `delay = \"15 min\"`"),
        Some(value) if !value.starts_with(['"', '\'', '[', '{']) => {
            let start = offset(text, value);
            build
                .syntax(start..start + value.len(), format!("`{value}` is not a value of TOML"))
                .help(format!("put it in quotes: {}", quoted(value)))
        }
        _ => build.syntax(place, lower(message)).help("texts need quotes: `delay = \"15 min\"`"),
    }
}

fn comment_off(value: &str) -> &str {
    value.split_once(" #").map_or(value, |(before, _)| before)
}

fn quoted(value: &str) -> String {
    if value.contains(['"', '\\']) { format!("'{value}'") } else { format!("\"{value}\"") }
}

fn lower(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::document::tree::Format::Toml;
    use crate::document::tree::tests::{mistake, places, problems, shown};
    use crate::problem::Code;

    #[test]
    fn values_stay_as_written_and_tables_nest() {
        let text = "a.b = 0x_1F\n\"c.d\" = 2026-01-01 10:00:00\ne = 'x\\'\nf = +1_000.50\ng = {h = 1, i.j = \"\"\"\nü\"\"\"}\n\
            [k.l]\nm = 12:30:00\n[[n.o]]\np = [{}, [true]]\n";
        let text = text.replace("0x_1F", "0x1F");
        assert_eq!(
            shown(&text, Toml),
            "{a: {b: 0x1F}, c.d: 2026-01-01 10:00:00, e: \"x\\\\\", f: +1_000.50, g: {h: 1, i: {j: \"ü\"}}, \
             k: {l: {m: 12:30:00}}, n: {o: [{p: [{}, [true]]}]}}"
        );
    }

    #[test]
    fn places_hold_in_tables_and_after_a_byte_order_mark() {
        let text = "\u{feff}# ü\n\"ä.ö\" = 'é'\n[ x . \"y\" ]\nz = [ 1, \"ß\" ]\n";
        assert_eq!(places(text, Toml), ["\"ä.ö\"", "'é'", "x", "\"y\"", "z", "1", "\"ß\""]);
    }

    #[test]
    fn names_that_appear_twice_are_reported_wherever_they_are() {
        for (text, second, first) in [
            ("[a]\nb = 1\n[a]\nc = 2\n", 12, 1),
            ("a.b = 1\n[a]\n", 9, 0),
            ("a = 1\na.b = 2\n", 6, 0),
            ("[[a]]\n[a]\n", 7, 2),
            ("x = {a = 1, a = 2}", 12, 5),
        ] {
            let problems = problems(text, Toml);
            assert_eq!(problems.len(), 1, "{text} {problems:?}");
            let starts: Vec<usize> = problems[0].labels.iter().map(|(span, _)| span.start).collect();
            assert_eq!(
                (problems[0].code, starts),
                (Code::FactTwice, vec![second - usize::from(text.starts_with("[a]\nb")), first]),
                "{text}"
            );
        }
        assert_eq!(problems("a = 1\na = 2\na = 3\nb = 1\nb = 2\n", Toml).len(), 3);
        assert_eq!(problems(&"a = 1\n".repeat(50), Toml).len(), 11);
    }

    #[test]
    fn mistakes_are_reported_at_their_place() {
        for (text, at, part) in [
            ("ä = 1\n", "ä", ""),
            ("a = yes\n", "yes", "`yes` is not a value"),
            ("\"ä\" = 1\na = 15 min # x\n", "15 min", "`15 min` is not a value"),
            ("a = 1:30", "1:30", "`1:30` is not a value"),
            ("a = 01", "01", "`01` is not a value"),
            ("a = 10.0.0.1", "10.0.0.1", "`10.0.0.1` is not a value"),
            ("a =", "", "a value is missing"),
            ("a 1", "1", "without `=`"),
            ("a: 1", ":", "`:` between"),
            ("a = [1,\n2\nb = 3\n", "b", "a comma or the closing bracket"),
            ("a = [1", "[1", "never closed"),
            ("a = \"ö", "\"ö", "never closed"),
            ("[a", "[a", "never closed"),
            ("[]", "", "a name is missing"),
            ("a = \"x\" y", "y", "after the closing quote"),
            ("a = \"\\q\"", "", "an escape"),
        ] {
            let (code, under, message, help) = mistake(text, Toml);
            assert_eq!(code, Code::FactSyntax);
            assert!(at.is_empty() || under == at, "{text}: {under:?} {message}");
            assert!(message.contains(part) && !help.is_empty(), "{text}: {message}; {help}");
        }
    }
}
