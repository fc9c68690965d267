//! YAML, from the events of `saphyr-parser`.
//!
//! Read is the part of YAML that a person writes by hand: maps, lists, plain and quoted text, blocks of text, and aliases,
//! which are replaced by what they stand for within the limit of values. Left out, with a problem: merge keys (`<<`), tags
//! other than YAML's own, names that are lists or maps, and several documents in one file. Values keep their characters:
//! no `no` becomes a truth value and no `1:30` a number.
//!
//! Most mistakes in YAML are values that needed quotes, and the parser notices them late and elsewhere; so a mistake is
//! first looked for in its line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StrInput, Tag};

use crate::document::tree::{Build, Entry, Kind, Node, line, offset, word};
use crate::problem::Problem;
use crate::source::{Span, Spanned};

/// Reads a text; one without values is an empty map.
pub(super) fn read(text: &str, build: &mut Build) -> Result<Node, Problem> {
    let text = &*without_tabs(text);
    let mut reader = Reader {
        text,
        bytes: bytes(text),
        events: Parser::new_from_str(text),
        anchors: BTreeMap::new(),
        build,
    };
    reader.document()
}

/// So many tabs between a name and its value are read; where there are more, the first that is left is a mistake.
const MOST_TABS: usize = 1000;

/// Puts a space for each tab that separates a name from its value, which YAML allows and the parser does not.
fn without_tabs(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if !text.contains(":\t") {
        return text;
    }
    for _ in 0..MOST_TABS {
        let error = Parser::new_from_str(&text).find_map(Result::err);
        let Some(error) = error.filter(|error| error.info().contains(wording::AFTER_A_COLON)) else { break };
        let at = text.char_indices().nth(error.marker().index()).map_or(text.len(), |(at, _)| at);
        let before = text.get(..at).unwrap_or("");
        let blank = before.trim_end_matches([' ', '\t']);
        if !blank.ends_with(':') || blank.len() == before.len() {
            break;
        }
        let spaces = " ".repeat(before.len() - blank.len());
        let start = blank.len();
        text.to_mut().replace_range(start..at, &spaces);
    }
    text
}

/// Returns where each character starts; nothing for a text in which every character is one byte.
fn bytes(text: &str) -> Option<Vec<usize>> {
    (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect())
}

struct Reader<'t, 'b> {
    text: &'t str,
    bytes: Option<Vec<usize>>,
    events: Parser<'t, StrInput<'t>>,
    anchors: BTreeMap<usize, Node>,
    build: &'b mut Build,
}

impl<'t> Reader<'t, '_> {
    fn document(&mut self) -> Result<Node, Problem> {
        let mut root = None;
        loop {
            let (event, place) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(_) if root.is_some() => {
                    return Err(self
                        .build
                        .syntax(place, "a second document in one file")
                        .help("delete the line `---`, or put the second part into its own file"));
                }
                Event::DocumentStart(_) => {
                    let (event, place) = self.next()?;
                    root = Some(self.value(event, place, 0)?);
                }
                _ => return Err(self.build.syntax(place, "does not read as YAML")),
            }
        }
        match root {
            Some(root) => Ok(root),
            None => self.build.node(0..self.text.len(), Kind::Map(Vec::new())),
        }
    }

    fn next(&mut self) -> Result<(Event<'t>, Range<usize>), Problem> {
        match self.events.next_event() {
            Some(Ok((event, span))) => Ok((event, self.byte(span.start)..self.byte(span.end))),
            Some(Err(error)) => Err(self.problem_of(&error)),
            None => Ok((Event::StreamEnd, self.text.len()..self.text.len())),
        }
    }

    fn byte(&self, marker: Marker) -> usize {
        let index = marker.index();
        match &self.bytes {
            None => index.min(self.text.len()),
            Some(bytes) => bytes.get(index).copied().unwrap_or(self.text.len()),
        }
    }

    fn value(&mut self, event: Event<'t>, place: Range<usize>, depth: usize) -> Result<Node, Problem> {
        match event {
            Event::Alias(anchor) => self.alias(anchor, place, depth),
            Event::Scalar(text, style, anchor, tag) => {
                let own_text = self.tag(tag.as_deref(), place.clone())?;
                let node = self.scalar(&text, style, own_text, anchor, place)?;
                Ok(self.keep(anchor, node))
            }
            Event::SequenceStart(anchor, tag) => {
                self.tag(tag.as_deref(), place.clone())?;
                let node = self.list(place, depth + 1)?;
                Ok(self.keep(anchor, node))
            }
            Event::MappingStart(anchor, tag) => {
                self.tag(tag.as_deref(), place.clone())?;
                let node = self.map(place, depth + 1)?;
                Ok(self.keep(anchor, node))
            }
            _ => Err(self.build.syntax(place, "a value is missing here")),
        }
    }

    fn keep(&mut self, anchor: usize, node: Node) -> Node {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        node
    }

    fn alias(&mut self, anchor: usize, place: Range<usize>, depth: usize) -> Result<Node, Problem> {
        let span = self.build.span(place.clone());
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(self.build.syntax(place, "is an alias of something that contains it"));
        };
        let (values, levels) = size(node);
        self.build.deep(depth + levels, place.start)?;
        self.build.count(values, span)?;
        Ok(Node { span, kind: node.kind.clone() })
    }

    /// Returns whether a tag says that the value is a text.
    fn tag(&self, tag: Option<&Tag>, place: Range<usize>) -> Result<bool, Problem> {
        match tag {
            None => Ok(false),
            Some(tag) if tag.is_yaml_core_schema() => Ok(tag.suffix == "str"),
            Some(_) => {
                let value = line(self.text, place.start);
                Err(self.needs_quotes(value, place.start).unwrap_or_else(|| {
                    self.build.syntax(place, "a tag that is not known here").help("delete the word after `!`")
                }))
            }
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        own_text: bool,
        anchor: usize,
        place: Range<usize>,
    ) -> Result<Node, Problem> {
        let start = self.behind_properties(place.clone());
        match style {
            ScalarStyle::Plain if text.is_empty() => {
                if anchor > 0 {
                    return Err(self.quotes(place));
                }
                let after = if self.text.get(start..).is_some_and(|rest| rest.starts_with(':')) {
                    start + 1
                } else {
                    start
                };
                self.build.node(after..after, if own_text { scalar("", true) } else { Kind::Empty })
            }
            ScalarStyle::Plain => {
                let empty = !own_text && matches!(text, "~" | "null" | "Null" | "NULL");
                let kind = if empty { Kind::Empty } else { scalar(text, own_text) };
                self.build.node(self.trimmed(start..place.end), kind)
            }
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                self.build.node(start..self.closing(start, place.end), scalar(text, true))
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                if text.is_empty() {
                    return Err(self.empty_block(place));
                }
                self.build.node(self.trimmed(place), scalar(text, true))
            }
        }
    }

    fn list(&mut self, place: Range<usize>, depth: usize) -> Result<Node, Problem> {
        let place = self.behind_properties(place.clone())..place.end;
        self.build.deep(depth, place.start)?;
        let mut items = Vec::new();
        loop {
            let (event, at) = self.next()?;
            if event == Event::SequenceEnd {
                let last = items.last().map(|node: &Node| node.span);
                return self.closed(place, last, at, Kind::List(items));
            }
            items.push(self.value(event, at, depth)?);
        }
    }

    fn map(&mut self, place: Range<usize>, depth: usize) -> Result<Node, Problem> {
        let place = self.behind_properties(place.clone())..place.end;
        self.build.deep(depth, place.start)?;
        let mut entries = Vec::new();
        loop {
            let (event, at) = self.next()?;
            if event == Event::MappingEnd {
                let last = entries.last().map(|entry: &Entry| entry.value.span);
                let kind = self.build.map(entries);
                return self.closed(place, last, at, kind);
            }
            let key = self.key(event, at, depth)?;
            let (event, at) = self.next()?;
            entries.push(Entry { key, value: self.value(event, at, depth)? });
        }
    }

    /// Makes a list or map: with brackets up to the closing one, else up to the end of its last value.
    fn closed(
        &mut self,
        place: Range<usize>,
        last: Option<Span>,
        end: Range<usize>,
        kind: Kind,
    ) -> Result<Node, Problem> {
        // The parser counts the blanks behind a bracket too.
        let brackets = self.text.get(end.clone()).is_some_and(|text| text.starts_with([']', '}']));
        let mut span = self.build.span(place.start..if brackets { end.start + 1 } else { place.end });
        if let Some(last) = last.filter(|_| !brackets) {
            span.end = span.end.max(last.end);
        }
        self.build.count(1, span)?;
        Ok(Node { span, kind })
    }

    fn key(
        &mut self,
        event: Event<'t>,
        place: Range<usize>,
        depth: usize,
    ) -> Result<Spanned<String>, Problem> {
        let Event::Scalar(text, style, _, tag) = event else {
            let shown = line(self.text, place.start);
            let shown = place.start..shown.end.max(place.end);
            let curly = self.text.get(shown.clone()).is_some_and(|text| text.starts_with('{'));
            if depth > 1 && curly {
                return Err(self.quotes(shown));
            }
            return Err(self
                .build
                .syntax(shown, "a name that is a list or a group")
                .help("a name is a word, or a text in quotes: `delay: 15 min`"));
        };
        self.tag(tag.as_deref(), place.clone())?;
        let start = self.behind_properties(place.clone());
        let plain = style == ScalarStyle::Plain;
        let end = if plain { self.trimmed(start..place.end).end } else { self.closing(start, place.end) };
        if plain && text.is_empty() {
            return Err(self
                .build
                .syntax(word(self.text, place.start), "a name is missing before the colon")
                .help("write `name: value`"));
        }
        if plain && text == "<<" {
            return Err(self
                .build
                .syntax(start..end, "merging with `<<` is not read here")
                .help("write the names and values of the other group here"));
        }
        Ok(Spanned::new(text.into_owned(), self.build.span(start..end)))
    }

    /// Returns where a value starts after its `&anchor` and `!tag`.
    fn behind_properties(&self, place: Range<usize>) -> usize {
        let mut rest = self.text.get(place.start..).unwrap_or("");
        while rest.starts_with(['&', '!']) {
            let word = rest.find([' ', '\t', '\n', '\r', ',', '[', ']', '{', '}']).unwrap_or(rest.len());
            let Some(behind) = rest.get(word..) else { break };
            let behind = behind.trim_start();
            if behind.is_empty() {
                break;
            }
            rest = behind;
        }
        offset(self.text, rest)
    }

    fn trimmed(&self, place: Range<usize>) -> Range<usize> {
        let text = self.text.get(place.clone()).unwrap_or("");
        place.start..place.start + text.trim_end().len()
    }

    /// Returns the end of a quoted text: the parser counts the blanks after it too.
    fn closing(&self, start: usize, end: usize) -> usize {
        let text = self.text.get(start..end).unwrap_or("");
        let mut letters = text.char_indices().peekable();
        let Some((_, quote)) = letters.next() else { return end };
        while let Some((at, letter)) = letters.next() {
            let doubled = quote == '\'' && letters.peek().is_some_and(|(_, next)| *next == '\'');
            if letter == quote && !doubled {
                return start + at + 1;
            }
            if letter == quote || letter == '\\' && quote == '"' {
                letters.next();
            }
        }
        end
    }

    fn quotes(&self, place: Range<usize>) -> Problem {
        self.needs_quotes(line(self.text, place.start), place.start).unwrap_or_else(|| {
            let written = self.text.get(place.clone()).unwrap_or("").trim();
            needs_quotes(self.build, self.trimmed(place), "", written)
        })
    }

    fn empty_block(&self, place: Range<usize>) -> Problem {
        let before = self.text.get(..place.start).unwrap_or("");
        let mark = if self.text.get(place.clone()).is_some_and(|text| text.starts_with(['|', '>'])) {
            place.start
        } else {
            before.rfind(['|', '>']).unwrap_or(place.start)
        };
        self.quotes(mark..mark + 1)
    }

    /// Returns the value of a line, if it is one that YAML reads as something other than text.
    fn needs_quotes(&self, lines: Range<usize>, at: usize) -> Option<Problem> {
        let written = self.text.get(lines)?;
        let (name, value) = name_and_value(written)?;
        let start = offset(self.text, value);
        let special = value
            .starts_with(['>', '|', '*', '&', '!', '%', '@', '`', '{', '[', ']', '}', ',', '#'])
            || value.starts_with("- ")
            || value.starts_with("? ")
            || !value.starts_with(['"', '\'']) && (value.contains(": ") || value.ends_with(':'));
        let there = start <= at && at <= start + value.len();
        (special && there).then(|| needs_quotes(self.build, start..start + value.len(), name, value))
    }

    fn problem_of(&self, error: &ScanError) -> Problem {
        let at = self.byte(*error.marker());
        let info = error.info();
        let says = |part: &str| info.contains(part);
        let lines = line(self.text, at);
        let written = self.text.get(lines.clone()).unwrap_or("");
        if says(wording::TOO_DEEP) {
            return self.build.too_deep(word(self.text, at));
        }
        let indent = written.len() - written.trim_start().len();
        if let Some(tab) = written.get(..indent).and_then(|blank| blank.find('\t')) {
            let tab = lines.start + tab;
            return self
                .build
                .syntax(tab..tab + 1, "a tab at the start of a line, where YAML takes only spaces")
                .help("replace it by spaces, two for each level");
        }
        if let Some(problem) = self.quote_trouble(at, info).or_else(|| self.needs_quotes(lines.clone(), at)) {
            return problem;
        }
        let brackets = wording::BRACKETS.into_iter().any(says);
        if let Some(problem) = brackets.then(|| self.open_bracket(at)).flatten() {
            return problem;
        }
        if says(wording::NO_COLON) {
            return self.no_colon(at);
        }
        let slashes = self.text.lines().find(|line| line.trim_start().starts_with("//"));
        if let Some(line) = slashes {
            let start = offset(self.text, line.trim_start());
            return self
                .build
                .syntax(start..start + 2, "a comment does not begin with `//` in YAML")
                .help("write `#`");
        }
        let previous = self.before(at);
        if self.text.get(previous.clone()).is_some_and(|text| text.starts_with('%')) {
            return self.build.syntax(previous, "a name that starts with `%`").help("put the name in quotes");
        }
        if wording::INDENTATION.into_iter().any(says) {
            return self
                .build
                .syntax(self.trimmed(at.min(lines.start + indent)..lines.end.max(at)), "this line is not in line with the ones above")
                .help("put the same number of spaces before names that belong together; text on several lines needs quotes");
        }
        if at >= self.text.trim_end().len() {
            let end = self.before(self.text.len()).end.max(self.text.trim_end().len());
            let last = self.text.floor_char_boundary(end.saturating_sub(1))..end;
            let help = "every `[`, `{` and quote needs its closing partner";
            return self.build.syntax(last, "the file ends in the middle").help(help);
        }
        let said = info.rsplit_once("did not find ").map_or(info, |(_, rest)| rest);
        let said = said.rsplit_once("found ").map_or(said, |(_, rest)| rest);
        self.build
            .syntax(word(self.text, at), format!("does not read as YAML: {}", said.replace('`', "'")))
            .help("put the value in quotes")
    }

    fn quote_trouble(&self, at: usize, info: &str) -> Option<Problem> {
        let says = |part: &str| info.contains(part);
        if wording::QUOTE_NEVER_CLOSED.into_iter().any(says) {
            let quote = at..word(self.text, at).end.min(at + 1);
            return Some(
                self.build
                    .syntax(quote, "a quote that is never closed")
                    .help("write the same quote at the end of the text"),
            );
        }
        if wording::ESCAPE.into_iter().any(says) {
            return Some(
                self.build
                    .syntax(self.trimmed(at..line(self.text, at).end), "an escape that YAML does not know")
                    .help("write `\\\\` for a backslash, or take '…' in place of \"…\""),
            );
        }
        wording::AFTER_A_QUOTE.into_iter().any(says).then(|| {
            let lines = line(self.text, at);
            let value = self.text.get(lines.clone()).and_then(name_and_value);
            let help = match value {
                Some((name, value)) => {
                    format!("put the whole value in other quotes: {}", pair(name, &requoted(value)))
                }
                None => "inside '…' write '' for a quote, inside \"…\" write \\\"".to_owned(),
            };
            self.build.syntax(self.trimmed(at..lines.end.max(at)), "text after the closing quote").help(help)
        })
    }

    /// Returns the nearest line above whose value starts with a bracket that it does not close.
    fn open_bracket(&self, at: usize) -> Option<Problem> {
        let mut end = line(self.text, at).end;
        for _ in 0..50 {
            let lines = line(self.text, end);
            if let Some((name, value)) = self.text.get(lines.clone()).and_then(name_and_value) {
                let open = |open: char, close: char| {
                    value.starts_with(open) && value.matches(open).count() > value.matches(close).count()
                };
                if open('[', ']') || open('{', '}') {
                    let start = offset(self.text, value);
                    return Some(needs_quotes(self.build, start..start + value.len(), name, value));
                }
            }
            end = lines.start.checked_sub(1)?;
        }
        None
    }

    /// Returns the nearest line above that is not blank.
    fn before(&self, at: usize) -> Range<usize> {
        let mut lines = line(self.text, at);
        while let Some(end) = lines.start.checked_sub(1) {
            lines = line(self.text, end);
            if self.text.get(lines.clone()).is_some_and(|text| !text.trim().is_empty()) {
                break;
            }
        }
        let text = self.text.get(lines.clone()).unwrap_or("").trim();
        offset(self.text, text)..offset(self.text, text) + text.len()
    }

    fn no_colon(&self, at: usize) -> Problem {
        let here = line(self.text, at);
        let colon =
            self.text.get(here.clone()).is_some_and(|text| text.contains(": ") || text.trim().is_empty());
        let place = if colon || at == here.start { self.before(at) } else { self.trimmed(here) };
        let written = self.text.get(place.clone()).unwrap_or("");
        let help = match written.split_once(':') {
            Some((name, value)) => format!("put a space after the colon: `{name}: {}`", value.trim()),
            None => "write `name: value`; a text on several lines needs quotes".to_owned(),
        };
        self.build.syntax(place, "a line that is not `name: value`").help(help)
    }
}

fn scalar(text: &str, quoted: bool) -> Kind {
    Kind::Scalar { text: text.to_owned(), quoted }
}

/// Returns how many values, and how many levels of lists and maps.
fn size(node: &Node) -> (usize, usize) {
    let all = |sizes: &mut dyn Iterator<Item = (usize, usize)>| {
        let (values, levels) =
            sizes.fold((1usize, 0), |(v, l), (values, levels)| (v.saturating_add(values), levels.max(l)));
        (values, levels + 1)
    };
    match &node.kind {
        Kind::Scalar { .. } | Kind::Empty => (1, 0),
        Kind::List(items) => all(&mut items.iter().map(size)),
        Kind::Map(entries) => all(&mut entries.iter().map(|entry| size(&entry.value))),
    }
}

/// Returns the parts of `name: value` or `- value`, without a comment.
fn name_and_value(written: &str) -> Option<(&str, &str)> {
    let mut rest = written.trim();
    let mut listed = false;
    while let Some(item) = rest.strip_prefix("- ") {
        (rest, listed) = (item.trim_start(), true);
    }
    let (name, value) = match rest.split_once(": ") {
        Some((name, value)) if !name.starts_with(['[', '{', '>', '|', '*', '&', '!', '@', '`', '%']) => {
            (name.trim(), value)
        }
        _ if listed => ("", rest),
        _ => return None,
    };
    let value = value.split_once(" #").map_or(value, |(before, _)| before).trim();
    (!value.is_empty()).then_some((name, value))
}

fn pair(name: &str, value: &str) -> String {
    if name.is_empty() { value.to_owned() } else { format!("{name}: {value}") }
}

/// Writes a value in quotes that holds quotes itself, in quotes that hold it.
fn requoted(value: &str) -> String {
    let inner = value.strip_prefix('\'').map(|rest| rest.strip_suffix('\'').unwrap_or(rest));
    match inner {
        Some(inner) if !inner.contains(['"', '\\']) => format!("\"{inner}\""),
        _ => format!("'{}'", value.replace('\'', "''")),
    }
}

fn needs_quotes(build: &Build, place: Range<usize>, name: &str, value: &str) -> Problem {
    let quoted = if value.contains(['"', '\\']) { requoted(value) } else { format!("\"{value}\"") };
    let or = match value.chars().next() {
        Some('[') => ", or close the list with `]`",
        Some('{') => ", or close the group with `}`",
        _ => "",
    };
    let help = format!("put it in quotes: {}{or}", pair(name, &quoted));
    let first = value.chars().next().unwrap_or(' ');
    let message = if first.is_alphanumeric() {
        "`: ` in a value starts a new name and value in YAML".to_owned()
    } else {
        format!("`{first}` at the start of a value has a meaning of its own in YAML")
    };
    build.syntax(place, message).help(help)
}

/// The words by which the errors of `saphyr-parser` are told apart.
///
/// It has no codes for them, only sentences. After an update that words them otherwise the tests below fail, since a mistake
/// then gets the most general message: write the new words here.
mod wording {
    pub(super) const AFTER_A_COLON: &str = "':' must be followed by";
    pub(super) const TOO_DEEP: &str = "recursion limit";
    pub(super) const BRACKETS: [&str; 4] = ["flow", "illegal placement", "misplaced", "simple key"];
    pub(super) const NO_COLON: &str = "simple key";
    pub(super) const INDENTATION: [&str; 5] =
        ["document start", "mapping values", "expected key", "indentation", "block collection"];
    pub(super) const QUOTE_NEVER_CLOSED: [&str; 3] =
        ["end of stream", "document indicator", "indentation in quoted"];
    pub(super) const ESCAPE: [&str; 2] = ["escape", "hexadecimal"];
    pub(super) const AFTER_A_QUOTE: [&str; 2] = ["trailing content", "quoted"];
}

#[cfg(test)]
mod tests {
    use crate::document::tree::Format::Yaml;
    use crate::document::tree::tests::{mistake, places, problems, shown, sources};
    use crate::document::tree::{Kind, Limits, read};
    use crate::problem::Code;

    #[test]
    fn values_stay_as_written() {
        let text = "a: no\nb: 1:30\nc: 550\nd: 5.10\ne: 2026-01-01\nf: 0x1F\ng: 1e3\nh: true\ni: ~\nj:\nk: null\nlog.id: -5\n";
        assert_eq!(
            shown(text, Yaml),
            "{a: no, b: 1:30, c: 550, d: 5.10, e: 2026-01-01, f: 0x1F, g: 1e3, h: true, i: (), j: (), k: (), log.id: -5}"
        );
        let text = "a: 'it''s'\nb: \"\\t\\u00e4\"\nc: one\n  two\nd: >\n  three\n  four\ne: |\n  five\n   six\nf: !!str 5\n";
        assert_eq!(
            shown(text, Yaml),
            "{a: \"it's\", b: \"\\tä\", c: one two, d: \"three four\\n\", e: \"five\\n six\\n\", f: \"5\"}"
        );
        assert_eq!(
            shown("a: {b: [c, {d: e}], f:}\ng:\n- h\n-\n- - i\n", Yaml),
            "{a: {b: [c, {d: e}], f: ()}, g: [h, (), [i]]}"
        );
        assert_eq!(
            shown("a: &x [1, {b: &y z}]\nc: *x\nd: *y\n", Yaml),
            "{a: [1, {b: z}], c: [1, {b: z}], d: z}"
        );
        assert_eq!(shown("---\na: 1\r\nb: 2\r\n...\n", Yaml), "{a: 1, b: 2}");
    }

    #[test]
    fn brackets_end_where_they_close() {
        for (text, places) in [
            ("a: { b: [1, 2] , c: {d: 1} } # x\n", ["{ b: [1, 2] , c: {d: 1} }", "[1, 2]", "{d: 1}"]),
            ("a: {\n b: [ 1\n ] # x\n , c: { }\n}\n", ["{\n b: [ 1\n ] # x\n , c: { }\n}", "[ 1\n ]", "{ }"]),
        ] {
            let (sources, id) = sources(text);
            let (tree, _) = read(id, text, Yaml, &Limits::default());
            let Kind::Map(root) = tree.unwrap().kind else { panic!() };
            let Kind::Map(inner) = &root[0].value.kind else { panic!() };
            let nodes = [&root[0].value, &inner[0].value, &inner[1].value];
            assert_eq!(nodes.map(|node| sources.text(node.span)), places);
        }
    }

    #[test]
    fn places_are_exactly_the_characters() {
        let text = "# 日本\nkö: 'ü ''x' # ö\n\"b\" : \"ä\\\"\" \nc: äx y  # ö\nd:\n  - ö\n  - &x [ä, {b: ü}]\n  - !!str é\n\
            f: *x\ng: ~\nh:\ni: >\n  bla ö\n  foo\n\nj: 3\n";
        assert_eq!(
            places(text, Yaml),
            [
                "kö",
                "'ü ''x'",
                "\"b\"",
                "\"ä\\\"\"",
                "c",
                "äx y",
                "d",
                "ö",
                "ä",
                "b",
                "ü",
                "é",
                "f",
                "ä",
                "b",
                "ü",
                "g",
                "~",
                "h",
                "",
                "i",
                "bla ö\n  foo",
                "j",
                "3"
            ]
        );
        assert_eq!(places("\u{feff}ä: ö\r\nß: \"é\"\r\n", Yaml), ["ä", "ö", "ß", "\"é\""]);
    }

    #[test]
    fn values_that_need_quotes_are_reported_where_they_are() {
        for value in [
            "> 5 min",
            ">5 min",
            ">5",
            "|x",
            "*x",
            "*.example.com",
            "&abc",
            "!important",
            "!x y",
            "%x",
            "@x",
            "`x`",
            "{x",
            "[x",
            "[x] y",
            "- 5",
            "? x",
            ", x",
            "550 5.7.1: blocked",
            "blocked: 5.7.1 \"x\"",
            "{{ x }}",
            "x:",
        ] {
            for text in [
                format!("ä: ö\na: {value}\nb: 1\n"),
                format!("ä: ö\na: {value}"),
                format!("ä:\n  - c: 1\n    a: {value}"),
            ] {
                let (code, under, message, help) = mistake(&text, Yaml);
                assert_eq!((code, under.as_str()), (Code::FactSyntax, value), "{text:?}: {message}");
                assert!(help.starts_with("put it in quotes: a: "), "{text:?}: {message}; {help}");
            }
        }
        assert_eq!(mistake("a: > 5 \"min\"", Yaml).3, "put it in quotes: a: '> 5 \"min\"'");
    }

    #[test]
    fn other_mistakes_are_reported_at_their_place() {
        for (text, at, part) in [
            ("ö: 1\na:\n\tb: 1", "\t", "a tab"),
            ("ö: 1\nb:5\nc: 1\n", "b:5", "is not `name: value`"),
            ("ö: 1\nb\n", "b", "is not `name: value`"),
            ("ö: 1\n b: 2\n", "b: 2", "not in line"),
            ("  ö: 1\n b: 2\n", "b: 2", "not in line"),
            ("ö: 1\n---\nb: 2\n", "---", "a second document"),
            ("ö: \"x\nb: 1\n", "\"", "never closed"),
            ("ö: 'it's'\n", "s'", "after the closing quote"),
            ("{\"ö\": [1,\n", ",", "ends in the middle"),
            ("ö: \"\\q\"\n", "", "an escape"),
            ("ö: &x 1\n<<: *x\n", "<<", "merging"),
            ("? [ö]\n: b\n", "", "a name that is a list"),
            (": 1\n", ":", "a name is missing"),
            ("ö: &x [*x]\n", "*x", "contains it"),
        ] {
            let (code, under, message, help) = mistake(text, Yaml);
            assert_eq!(code, Code::FactSyntax);
            assert!(at.is_empty() || under == at, "{text:?}: {under:?} {message}");
            assert!(message.contains(part), "{text:?}: {message}; {help}");
        }
        let help = mistake("from: \"Ö B\" <a@b.de>\n", Yaml).3;
        assert_eq!(help, "put the whole value in other quotes: from: '\"Ö B\" <a@b.de>'");
        assert_eq!(mistake("a: 'it's'", Yaml).3, "put the whole value in other quotes: a: \"it's\"");
        assert_eq!(mistake("ö: 1\nb:5\nc: 1\n", Yaml).3, "put a space after the colon: `b: 5`");
    }

    #[test]
    fn aliases_of_aliases_stop_at_the_limit() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for n in 1..30 {
            let inner = format!("*a{}, ", n - 1).repeat(10);
            text += &["a", &n.to_string(), ": &a", &n.to_string(), " [", &inner, "]\n"].concat();
        }
        assert_eq!(problems(&text, Yaml)[0].code, Code::TooLarge);
    }
}
