//! The common tree of the four formats.
//!
//! [`read`] never fails: what is wrong with the text comes as problems, and a tree comes along where one could be read.
//! The tree is never deeper and never larger than the [`Limits`], so walking and dropping it needs no care. It leaves out
//! what a value means (numbers, instants, units): that is typing, done from the raw characters.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::document::{json, ron, toml, yaml};
use crate::markup::without_styles;
use crate::problem::{Code, Problem, Problems};
use crate::source::{SourceId, Span, Spanned};

/// The formats of fact files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// `(delay: "15 min")`
    Ron,
    /// `delay: 15 min`
    Yaml,
    /// `{"delay": "15 min"}`
    Json,
    /// `delay = "15 min"`
    Toml,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 4] = [Format::Ron, Format::Yaml, Format::Json, Format::Toml];

    /// Returns what the ending of a file name says: `.ron`, `.yaml`, `.yml`, `.json`, `.toml`, in either case.
    pub fn of_path(path: &str) -> Option<Format> {
        let ending = std::path::Path::new(path).extension()?.to_str()?.to_ascii_lowercase();
        ending.parse().ok()
    }

    /// Returns the name it is asked for by: `ron`, `yaml`, `json`, `toml`.
    pub fn name(self) -> &'static str {
        match self {
            Format::Ron => "ron",
            Format::Yaml => "yaml",
            Format::Json => "json",
            Format::Toml => "toml",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Format::Ron => "RON",
            Format::Yaml => "YAML",
            Format::Json => "JSON",
            Format::Toml => "TOML",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Format::Ron => "(delay: \"15 min\", reply: 550)",
            Format::Yaml => "delay: 15 min",
            Format::Json => "{\"delay\": \"15 min\", \"reply\": 550}",
            Format::Toml => "delay = \"15 min\"",
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Format, UnknownFormat> {
        match name {
            "ron" => Ok(Format::Ron),
            "yaml" | "yml" => Ok(Format::Yaml),
            "json" => Ok(Format::Json),
            "toml" => Ok(Format::Toml),
            _ => Err(UnknownFormat(name.to_owned())),
        }
    }
}

/// What a text is read as: which words its problems have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// A fact file, in one of the formats.
    Facts(Format),
    /// `pack.ron`.
    Manifest,
}

impl Document {
    /// Returns the format that it is written in.
    pub fn format(self) -> Format {
        match self {
            Document::Facts(format) => format,
            Document::Manifest => Format::Ron,
        }
    }

    /// Returns its name in a sentence.
    fn name(self) -> &'static str {
        match self {
            Document::Facts(_) => "a fact file",
            Document::Manifest => "pack.ron",
        }
    }

    /// Shows what it looks like.
    pub fn example(self) -> &'static str {
        match self {
            Document::Facts(format) => format.example(),
            Document::Manifest => {
                "(name: \"printer\", title: \"Printers\", version: \"1.0.0\", language: 1, cases: (unlisted: \"10 %\", \
                 several_at_once: \"8 %\"))"
            }
        }
    }

    /// Returns the code of a mistake in its writing.
    fn code(self) -> Code {
        match self {
            Document::Facts(_) => Code::FactSyntax,
            Document::Manifest => Code::Manifest,
        }
    }

    /// Returns the code of a name that is written twice.
    fn code_of_twice(self) -> Code {
        match self {
            Document::Facts(_) => Code::FactTwice,
            Document::Manifest => Code::Manifest,
        }
    }
}

/// A word that does not name a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not one of the formats ron, yaml, json, toml", self.0)
    }
}

impl std::error::Error for UnknownFormat {}

/// A value and its place: exactly its characters, quotes included.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it is written; for a value taken over by a YAML alias, where the alias is.
    pub span: Span,
    /// What is written.
    pub kind: Kind,
}

/// What is written at a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A single value.
    Scalar {
        /// Its characters, without quotes and escapes.
        text: String,
        /// Whether it stood in quotes (or is a block of text), so that it can only be a text.
        quoted: bool,
    },
    /// Nothing: no value, `~` or `null` in YAML; `null` in JSON; `()` in RON. (`None` in RON is the scalar `none`.)
    Empty,
    /// Values one after the other.
    List(Vec<Node>),
    /// Names with values, in the order of the text, each name once.
    Map(Vec<Entry>),
}

/// A name with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The name, without quotes; its place with them.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

/// How much of a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many lists and maps may stand inside each other. Readers recurse to this depth: keep it in the hundreds. The
    /// libraries for TOML and RON stop by themselves at about 80 and 60.
    pub depth: usize,
    /// How many values, after aliases are resolved.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 64, nodes: 100_000 }
    }
}

/// Reads a fact file as a tree whose root is a map. A text without any value is an empty map.
pub fn read(source: SourceId, text: &str, format: Format, limits: &Limits) -> (Option<Node>, Problems) {
    read_document(source, text, Document::Facts(format), limits)
}

/// Reads a document as a tree whose root is a map. A text without any value is an empty map.
pub fn read_document(
    source: SourceId,
    text: &str,
    document: Document,
    limits: &Limits,
) -> (Option<Node>, Problems) {
    let (base, body) = match text.strip_prefix('\u{feff}') {
        Some(body) => (text.len() - body.len(), body),
        None => (0, text),
    };
    let mut build = Build { source, base, document, limits: *limits, nodes: 0, problems: Problems::new() };
    let tree = no_hidden_characters(body, &build)
        .and_then(|()| match document.format() {
            Format::Ron => ron::read(body, &mut build),
            Format::Yaml => yaml::read(body, &mut build),
            Format::Json => json::read(body, &mut build),
            Format::Toml => toml::read(body, &mut build),
        })
        .and_then(|node| root(node, body, &build));
    let mut problems = Problems::new();
    let last = tree.as_ref().err();
    build
        .problems
        .iter()
        .chain(last)
        .for_each(|problem| problems.push(whole_characters(problem.clone(), text)));
    (tree.ok(), problems)
}

/// Widens places that point into the middle of a character, as those of the libraries may.
fn whole_characters(mut problem: Problem, text: &str) -> Problem {
    for (span, _) in &mut problem.labels {
        span.start = text.floor_char_boundary(span.start);
        span.end = text.ceil_char_boundary(span.end.max(span.start));
    }
    problem
}

fn no_hidden_characters(text: &str, build: &Build) -> Result<(), Problem> {
    let hidden = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r');
    match text.char_indices().find(|(_, c)| hidden(*c)) {
        None => Ok(()),
        Some((at, c)) => Err(Problem::error(
            build.document.code(),
            build.span(at..at + c.len_utf8()),
            format!("a character that cannot be seen (U+{:04X})", u32::from(c)),
        )
        .help("delete it: it is no part of a text, often a leftover of copying")),
    }
}

fn root(node: Node, text: &str, build: &Build) -> Result<Node, Problem> {
    let format = build.document.format();
    let what = match &node.kind {
        Kind::Map(_) => return Ok(node),
        Kind::Empty if format != Format::Json => return Ok(Node { kind: Kind::Map(Vec::new()), ..node }),
        Kind::Empty => "nothing",
        Kind::List(_) => "a list",
        Kind::Scalar { .. } => "a single value",
    };
    let first = build.first_line(text, node.span);
    let glued = matches!(&node.kind, Kind::Scalar { text, quoted: false } if text.contains(':'));
    let help = if glued && format == Format::Yaml {
        "put a space after the colon: `delay: 15 min`".to_owned()
    } else {
        format!("write in {}: `{}`", format.title(), build.document.example())
    };
    let name = build.document.name();
    let message = format!("{name} is a list of names with their values, and this is {what}");
    Err(Problem::error(build.document.code(), first, message).help(help))
}

/// What the readers of the four formats share: places, limits, names that stand twice.
pub(super) struct Build {
    source: SourceId,
    base: usize,
    document: Document,
    limits: Limits,
    nodes: usize,
    problems: Problems,
}

impl Build {
    /// Returns the place of a range of bytes of the text that the reader was given.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span {
            source: self.source,
            start: self.base + range.start,
            end: self.base + range.end.max(range.start),
        }
    }

    /// Makes a node and counts it.
    pub(super) fn node(&mut self, range: Range<usize>, kind: Kind) -> Result<Node, Problem> {
        let span = self.span(range);
        self.count(1, span)?;
        let kind = match kind {
            Kind::Scalar { text, quoted } => Kind::Scalar { text: without_styles(text), quoted },
            other => other,
        };
        Ok(Node { span, kind })
    }

    /// Counts values that are about to be made.
    pub(super) fn count(&mut self, more: usize, span: Span) -> Result<(), Problem> {
        self.nodes = self.nodes.saturating_add(more);
        if self.nodes <= self.limits.nodes {
            return Ok(());
        }
        let message = format!("more than {} values in one fact file", self.limits.nodes);
        Err(Problem::error(Code::TooLarge, span, message).help("split the file, one case in each"))
    }

    /// Checks whether a list or map may stand inside `depth - 1` others.
    pub(super) fn deep(&self, depth: usize, at: usize) -> Result<(), Problem> {
        if depth <= self.limits.depth { Ok(()) } else { Err(self.too_deep(at..at + 1)) }
    }

    /// Returns the problem of too many brackets.
    pub(super) fn too_deep(&self, range: Range<usize>) -> Problem {
        let message =
            format!("lists and groups stand inside each other more than {} deep", self.limits.depth);
        Problem::error(Code::TooDeep, self.span(range), message).help(self.few_levels())
    }

    /// Returns the problem of a mistake in the writing.
    pub(super) fn syntax(&self, range: Range<usize>, message: impl Into<String>) -> Problem {
        Problem::error(self.document.code(), self.span(range), message)
    }

    /// Shows what the document looks like.
    pub(super) fn example(&self) -> &'static str {
        self.document.example()
    }

    /// Says how deep a document of this kind is.
    pub(super) fn few_levels(&self) -> String {
        format!("{} needs two or three levels", self.document.name())
    }

    /// Makes a map of the entries; of a name that appears twice the first stays.
    pub(super) fn map(&mut self, entries: Vec<Entry>) -> Kind {
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let mut kept = Vec::with_capacity(entries.len());
        for entry in entries {
            if let Some(first) = seen.get(&entry.key.value) {
                let code = self.document.code_of_twice();
                self.problems.push_with(|| twice(code, &entry.key, *first));
            } else {
                seen.insert(entry.key.value.clone(), entry.key.span);
                kept.push(entry);
            }
        }
        Kind::Map(kept)
    }

    fn first_line(&self, text: &str, span: Span) -> Span {
        let start = span.start.saturating_sub(self.base);
        let length =
            text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, |line| line.trim_end().len());
        Span { end: span.end.min(span.start + length.max(1)), ..span }
    }
}

fn twice(code: Code, key: &Spanned<String>, first: Span) -> Problem {
    Problem::error(code, key.span, format!("`{}` appears twice", key.value))
        .label("again here")
        .also(first, "the first time here")
        .help("keep one of the two")
}

/// Returns where a part lies that is borrowed from a text.
pub(super) fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr()).min(text.len())
}

/// Returns the byte at a line and column, both from 1; what the column counts is the caller's.
pub(super) fn line_start(text: &str, line: usize) -> usize {
    match line.checked_sub(2) {
        None => 0,
        Some(nth) => text.match_indices('\n').nth(nth).map_or(text.len(), |(at, _)| at + 1),
    }
}

/// Returns the largest place at or before `at` that does not split a character.
pub(super) fn boundary(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

/// Returns the word at a place, or the one character there, or nothing at the end of the text.
pub(super) fn word(text: &str, at: usize) -> Range<usize> {
    let start = boundary(text, at);
    let rest = text.get(start..).unwrap_or("");
    let letters = rest.find(|c: char| !(c.is_alphanumeric() || "_-+.".contains(c))).unwrap_or(rest.len());
    start..start + letters.max(rest.chars().next().map_or(0, char::len_utf8))
}

/// Returns the line around a place, without its line break.
pub(super) fn line(text: &str, at: usize) -> Range<usize> {
    let at = boundary(text, at);
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let length = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    start..start + length
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::{Source, Sources};

    pub(crate) fn sources(text: &str) -> (Sources, SourceId) {
        let mut sources = Sources::default();
        let id = sources.add(Source::new("facts", text));
        (sources, id)
    }

    pub(crate) fn problems(text: &str, format: Format) -> Vec<Problem> {
        let (_, problems) = read(SourceId::default(), text, format, &Limits::default());
        problems.iter().cloned().collect()
    }

    /// Writes the tree as a line: `{a: 1, b: "text", c: [(), 2]}`.
    pub(crate) fn shown(text: &str, format: Format) -> String {
        let (tree, problems) = read(SourceId::default(), text, format, &Limits::default());
        assert!(problems.is_empty(), "{format:?} {text:?}: {problems:#?}");
        show(&tree.unwrap())
    }

    pub(crate) fn show(node: &Node) -> String {
        match &node.kind {
            Kind::Scalar { text, quoted: false } => text.clone(),
            Kind::Scalar { text, quoted: true } => format!("{text:?}"),
            Kind::Empty => "()".into(),
            Kind::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
            Kind::Map(entries) => {
                let one = |e: &Entry| format!("{}: {}", e.key.value, show(&e.value));
                format!("{{{}}}", entries.iter().map(one).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Returns the text under every key and single value or list, one after the other.
    pub(crate) fn places(text: &str, format: Format) -> Vec<String> {
        let (sources, id) = sources(text);
        let (tree, problems) = read(id, text, format, &Limits::default());
        assert!(problems.is_empty(), "{format:?} {text:?}: {problems:#?}");
        let mut all = Vec::new();
        walk(&tree.unwrap(), &sources, &mut all);
        all
    }

    fn walk(node: &Node, sources: &Sources, all: &mut Vec<String>) {
        match &node.kind {
            Kind::Scalar { .. } | Kind::Empty => all.push(sources.text(node.span).to_owned()),
            Kind::List(items) => items.iter().for_each(|item| walk(item, sources, all)),
            Kind::Map(entries) => {
                for entry in entries {
                    all.push(sources.text(entry.key.span).to_owned());
                    walk(&entry.value, sources, all);
                }
            }
        }
    }

    /// Returns the one problem: its code, the text under its place, its message and its help.
    pub(crate) fn mistake(text: &str, format: Format) -> (Code, String, String, String) {
        let (sources, id) = sources(text);
        let (_, problems) = read(id, text, format, &Limits::default());
        assert_eq!(problems.len(), 1, "{format:?} {text:?}: {problems:#?}");
        let problem = problems.iter().next().unwrap();
        let help = problem.help.clone().unwrap_or_default();
        (problem.code, sources.text(problem.span()).to_owned(), problem.message.clone(), help)
    }

    const YAML: &str = "# ä\nname: \"Jörg \\u00df\"\nreply: 550\nversion: 5.10\nspam: true\nhex: 0x1F\nbig: 1e3\n\
        users:\n  - name: \"ü\"\n    age: 3\n  - name: \"b\"\n    age: 4\nlog:\n  id: \"ö 1\"\n  codes: [1, -3.5]\n";
    const JSON: &str = "{\"name\": \"Jörg \\u00df\", \"reply\": 550, \"version\": 5.10, \"spam\": true, \"hex\": \"0x1F\",\n\
        \"big\": 1e3, \"users\": [{\"name\": \"ü\", \"age\": 3}, {\"name\": \"b\", \"age\": 4}],\n\
        \"log\": {\"id\": \"ö 1\", \"codes\": [1, -3.5]}}";
    const TOML: &str = "# ä\nname = \"Jörg \\u00df\"\nreply = 550\nversion = 5.10\nspam = true\nhex = 0x1F\nbig = 1e3\n\
        [[users]]\nname = \"ü\"\nage = 3\n[[users]]\nname = \"b\"\nage = 4\n[log]\nid = \"ö 1\"\ncodes = [1, -3.5]\n";
    const RON: &str = "// ä\n(name: \"Jörg \\u{df}\", reply: 550, version: 5.10, spam: true, hex: 0x1F, big: 1e3,\n\
        users: [(name: \"ü\", age: 3), (name: \"b\", age: 4)], /* ö */ log: (id: r#\"ö 1\"#, codes: [1, -3.5])) // end";

    #[test]
    fn the_same_document_gives_the_same_tree_in_all_formats() {
        let yaml = shown(YAML, Format::Yaml);
        assert_eq!(
            yaml,
            "{name: \"Jörg ß\", reply: 550, version: 5.10, spam: true, hex: 0x1F, big: 1e3, \
             users: [{name: \"ü\", age: 3}, {name: \"b\", age: 4}], log: {id: \"ö 1\", codes: [1, -3.5]}}"
        );
        assert_eq!(shown(&JSON.replace("\"0x1F\"", "31"), Format::Json), yaml.replace("0x1F", "31"));
        assert_eq!(shown(TOML, Format::Toml), yaml);
        assert_eq!(shown(RON, Format::Ron), yaml);
    }

    #[test]
    fn places_are_exactly_the_characters() {
        let bare = |places: Vec<String>| -> Vec<String> {
            places.iter().map(|p| p.trim_start_matches("r#").trim_matches(['"', '#']).to_owned()).collect()
        };
        let json = places(JSON, Format::Json);
        assert_eq!(json[..6], ["\"name\"", "\"Jörg \\u00df\"", "\"reply\"", "550", "\"version\"", "5.10"]);
        assert_eq!(places(YAML, Format::Yaml)[..4], ["name", "\"Jörg \\u00df\"", "reply", "550"]);
        assert_eq!(bare(json), bare(places(YAML, Format::Yaml)));
        assert_eq!(bare(places(YAML, Format::Yaml)), bare(places(TOML, Format::Toml)));
        let ron = bare(places(&RON.replace("\\u{df}", "\\u00df").replace("\\u00df", "ß"), Format::Ron));
        assert_eq!(ron, bare(places(&YAML.replace("\\u00df", "ß"), Format::Yaml)));
    }

    #[test]
    fn a_file_without_values_is_an_empty_map() {
        for (format, texts) in [
            (Format::Yaml, &["", "\n", "# only\n", "---\n", "\u{feff}"][..]),
            (Format::Json, &["", " \n", "{}"]),
            (Format::Toml, &["", "# only"]),
            (Format::Ron, &["", "// only", "/* only */\n", "()", "{}"]),
        ] {
            for text in texts {
                assert_eq!(shown(text, format), "{}", "{format:?} {text:?}");
            }
        }
    }

    #[test]
    fn a_root_that_is_no_map_is_reported_with_an_example() {
        for (text, format) in
            [("- a\n- b", Format::Yaml), ("[1]", Format::Json), ("null", Format::Json), ("[1]", Format::Ron)]
        {
            let (code, _, message, help) = mistake(text, format);
            assert_eq!(code, Code::FactSyntax);
            assert!(message.contains("names with their values"), "{message}");
            assert!(help.contains(format.title()), "{help}");
        }
        assert!(mistake("delay:5", Format::Yaml).3.contains("a space after the colon"));
    }

    #[test]
    fn names_that_stand_twice_are_reported_with_both_places() {
        for (text, format) in [
            ("ä: 1\nb: 2\nä: 3\n", Format::Yaml),
            ("{\"ä\": 1, \"b\": 2, \"\\u00e4\": 3}", Format::Json),
            ("\"ä\" = 1\nb = 2\n\"ä\" = 3\n", Format::Toml),
            ("(ä: 1, b: 2, ä: 3)", Format::Ron),
            ("{\"ä\": 1, \"b\": 2, \"ä\": 3}", Format::Ron),
        ] {
            let (tree, problems) = read(SourceId::default(), text, format, &Limits::default());
            assert_eq!(show(&tree.unwrap()), "{ä: 1, b: 2}", "{format:?}");
            let problem = problems.iter().next().unwrap();
            assert_eq!((problems.len(), problem.code, problem.labels.len()), (1, Code::FactTwice, 2));
            let starts: Vec<usize> = problem.labels.iter().map(|(span, _)| span.start).collect();
            assert!(starts[0] > starts[1], "{starts:?}");
        }
    }

    #[test]
    fn brackets_beyond_the_limit_are_reported_and_nothing_overflows() {
        for n in [65, 100, 100_000] {
            for (text, format) in [
                (format!("a: {}", "[".repeat(n)), Format::Yaml),
                (format!("a: {}{}", "[".repeat(n), "]".repeat(n)), Format::Yaml),
                ("- ".repeat(n), Format::Yaml),
                ("{a: ".repeat(n), Format::Yaml),
                (format!("{{\"a\": {}{}}}", "[".repeat(n), "]".repeat(n)), Format::Json),
                (format!("a = {}{}", "[".repeat(n), "]".repeat(n)), Format::Toml),
                (format!("a{} = 1", ".a".repeat(n)), Format::Toml),
                (format!("(a: {}{})", "[".repeat(n), "]".repeat(n)), Format::Ron),
                (format!("(a: {}{})", "(a: ".repeat(n), ")".repeat(n)), Format::Ron),
                (format!("(a: {}1{})", "Some(".repeat(n), ")".repeat(n)), Format::Ron),
            ] {
                let problems = problems(&text, format);
                let code = problems.first().map(|p| p.code);
                let scanner = text.starts_with("{a: {a: ") && format == Format::Yaml;
                assert!(code == Some(Code::TooDeep) || scanner, "{format:?} {n}: {problems:?}");
            }
        }
    }

    #[test]
    fn values_beyond_the_limit_are_reported() {
        for (text, format) in [
            (format!("a: [{}]", "1,".repeat(100_001)), Format::Yaml),
            (format!("{{\"a\": [{}1]}}", "1,".repeat(100_001)), Format::Json),
            (format!("a = [{}]", "1,".repeat(100_001)), Format::Toml),
            (format!("(a: [{}])", "1,".repeat(100_001)), Format::Ron),
        ] {
            assert_eq!(problems(&text, format)[0].code, Code::TooLarge, "{format:?}");
        }
    }

    #[test]
    fn a_hidden_character_is_reported() {
        for format in Format::ALL {
            let (code, text, message, _) = mistake("ä\u{0}", format);
            assert_eq!((code, text.as_str()), (Code::FactSyntax, "\u{0}"));
            assert_eq!(message, "a character that cannot be seen (U+0000)");
        }
    }

    #[test]
    fn formats_by_name_and_ending() {
        assert_eq!(Format::of_path("a/b.YML"), Some(Format::Yaml));
        assert_eq!(Format::of_path("facts.ron"), Some(Format::Ron));
        assert_eq!(Format::of_path("facts"), None);
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        assert_eq!(
            "xml".parse::<Format>().unwrap_err().to_string(),
            "`xml` is not one of the formats ron, yaml, json, toml"
        );
    }

    #[test]
    fn a_problem_never_splits_a_character() {
        for text in ["(a: \"ä", "\"ä:\\\"", "ü:\n ".repeat(70).as_str()] {
            sound(text);
        }
    }

    fn sound(text: &str) {
        let (_, id) = sources(text);
        for format in Format::ALL {
            let (tree, problems) = read(id, text, format, &Limits::default());
            assert!(tree.is_some() || problems.has_errors(), "{format:?}");
            for (span, _) in problems.iter().flat_map(|p| &p.labels) {
                assert!(text.get(span.start..span.end).is_some(), "{format:?} {text:?} {span:?}");
            }
            if let Some(tree) = tree {
                inside(&tree, text);
            }
        }
    }

    fn inside(node: &Node, text: &str) {
        assert!(text.get(node.span.start..node.span.end).is_some(), "{text:?} {node:?}");
        match &node.kind {
            Kind::List(items) => items.iter().for_each(|item| inside(item, text)),
            Kind::Map(entries) => entries.iter().for_each(|entry| {
                assert!(text.get(entry.key.span.start..entry.key.span.end).is_some(), "{text:?} {entry:?}");
                inside(&entry.value, text);
            }),
            _ => {}
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_text_is_read_or_reported(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            sound(&String::from_utf8_lossy(&bytes));
        }

        #[test]
        fn any_heap_of_signs_is_read_or_reported(text in "[-a1 ä\"'\\[\\](){}:=,.#/*&!|>%@`~?<\\\\\n\r\tr0x_+]{0,30}") {
            sound(&text);
        }

        #[test]
        fn a_broken_document_is_read_or_reported(
            which in 0usize..4, at in 0usize..300, cut in 0usize..12, put in "[-a \"'\\[\\](){}:=,.#/*&!|>\n\tü]{0,3}",
        ) {
            let text = [YAML, JSON, TOML, RON][which];
            let (start, end) = (boundary(text, at), boundary(text, at + cut));
            sound(&format!("{}{put}{}", text.get(..start).unwrap(), text.get(end..).unwrap()));
        }
    }
}
