//! What the fuzz targets call, one function each: the only file here that knows the inside of Ruleout.
//!
//! Each function takes any input at all. It returns when what must hold does hold, and panics when it does not; libFuzzer reports
//! panics, hangs and excessive memory. What must hold besides:
//!
//! - The places of a problem, and the edits of its suggestions, lie inside their text and on the borders of characters.
//! - A pack without errors compiles.
//! - A formatted text says the same, and formatting it again changes nothing.
//! - A probability lies between 0 and 1.
//! - A cell of a record is of its column's type; a redacted artefact is the same again.
//! - The language server answers every request, and none of them with an internal error.

use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use ruleout::document::tree;
use ruleout::evidence::{self, CellFormat, Declared, DeclaredColumn, Input, Kept, Options, Redactor, Shape};
use ruleout::format::says_the_same;
use ruleout::graph::InferenceGraph;
use ruleout::infer::exact::Budget;
use ruleout::pack::PackTexts;
use ruleout::problem::Problems;
use ruleout::records::{Limits, Records};
use ruleout::ticket::Ticket;
use ruleout::value::Type;
use ruleout::source::{Source, SourceId, Sources, Span};
use serde_json::{Value, json};

pub use ruleout::document::tree::Format;

/// The small good pack of the test suite: it has a fact of every type, levels, kinds, a table, and what depends on them.
const MANIFEST: &str = include_str!("../../tests/suite/base/pack.ron");
const RULES: &str = include_str!("../../tests/suite/base/base.ruleout");

/// Small enough that one input never takes seconds; what is over it is answered with ranges, which is code to test as well.
const BUDGET: Budget = Budget { cost: 1e5, entries: 1e5 };

/// Parses a text as a file of a pack.
pub fn syntax(text: &str) {
    let mut sources = Sources::default();
    let id = sources.add(Source::new("fuzz.ruleout", text));
    let (_, problems) = ruleout::syntax::parse(id, text, ruleout::syntax::DEFAULT_DEPTH);
    check_places(&problems, &sources);
}

/// Formats a text, formats the result, and compares.
pub fn format(text: &str) {
    let (formatted, _) = ruleout::format::format(SourceId::default(), text);
    let Some(formatted) = formatted else { return };
    assert!(says_the_same(text, &formatted), "it says something else:\n{formatted}");
    let (again, _) = ruleout::format::format(SourceId::default(), &formatted);
    assert_eq!(again.as_deref(), Some(formatted.as_str()), "formatting it again changes it");
}

/// Compiles the good pack with a text as its `pack.ron`.
pub fn manifest(text: &str) {
    compile(text, &[RULES]);
}

/// Checks the good pack with a text as one more of its files, proofs and lints included, and asks it about an empty ticket.
pub fn pack(text: &str) {
    let Some(graph) = compile(MANIFEST, &[RULES, text]) else { return };
    diagnose(&graph, &ruleout::facts::recorded::Facts::default());
}

/// Reads a text as a tree, in every format.
pub fn document(text: &str) {
    for format in Format::ALL {
        let mut sources = Sources::default();
        let id = sources.add(Source::new("fuzz", text));
        let (node, problems) = tree::read(id, text, format, &tree::Limits::default());
        assert!(node.is_some() || problems.has_errors(), "{format:?}: no tree, and nobody says why");
        check_places(&problems, &sources);
        if let Some(node) = node {
            check_tree(&node, &sources);
        }
    }
}

/// Reads a text as the facts of a ticket, and answers it.
pub fn facts(text: &str, format: Format) {
    static GRAPH: LazyLock<Arc<InferenceGraph>> =
        LazyLock::new(|| compile(MANIFEST, &[RULES]).expect("the pack of the test suite compiles"));
    let mut sources = Sources::default();
    let id = sources.add(Source::new("fuzz", text));
    let (facts, problems) = ruleout::pipeline::read_facts(&GRAPH, &sources, id, format);
    check_places(&problems, &sources);
    diagnose(&GRAPH, &facts);
}

/// Serves an editor that sends any bytes.
pub fn lsp_transport(bytes: &[u8]) {
    ruleout::lsp::serve(Cursor::new(bytes.to_vec()), &mut Vec::new());
}

/// An editor that types into a file of a pack, and asks about places in it.
#[derive(Debug, Arbitrary)]
pub struct Session {
    text: String,
    steps: Vec<Step>,
}

/// One key, or whatever an editor puts in at once, and one request.
#[derive(Debug, Arbitrary)]
struct Step {
    start: (u8, u8),
    end: (u8, u8),
    put: String,
    ask: u8,
}

/// Requests about one place of a text, and about all of it.
const AT: &[&str] =
    &["completion", "hover", "definition", "references", "documentHighlight", "prepareRename"];
const OF: &[&str] = &[
    "documentSymbol",
    "foldingRange",
    "semanticTokens/full",
    "inlayHint",
    "codeLens",
    "codeAction",
    "formatting",
];

/// Plays a session, and counts the answers.
pub fn lsp_session(session: Session) {
    let uri = "file:///nowhere/base/fuzz.ruleout";
    let mut input = Vec::new();
    let mut send = |message: Value| {
        let body = message.to_string();
        input.extend(format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes());
    };
    let open = |uri: &str, text: &str| {
        json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": { "textDocument":
            { "uri": uri, "languageId": "ruleout", "version": 0, "text": text } } })
    };
    send(json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": { "capabilities": {} } }));
    send(open("file:///nowhere/base/pack.ron", MANIFEST));
    send(open("file:///nowhere/base/base.ruleout", RULES));
    send(open(uri, &session.text));
    for (at, step) in session.steps.iter().enumerate() {
        let place = |(line, character): (u8, u8)| json!({ "line": line, "character": character });
        let range = json!({ "start": place(step.start), "end": place(step.end) });
        send(json!({ "jsonrpc": "2.0", "method": "textDocument/didChange", "params": {
            "textDocument": { "uri": uri, "version": at + 1 },
            "contentChanges": [{ "range": range, "text": step.put }] } }));
        let asked = usize::from(step.ask) % (AT.len() + OF.len());
        let method = AT.iter().chain(OF).nth(asked).expect("it is one of them");
        send(json!({ "jsonrpc": "2.0", "id": at + 1, "method": format!("textDocument/{method}"), "params": {
            "textDocument": { "uri": uri }, "position": place(step.start), "range": range,
            "context": { "includeDeclaration": true, "diagnostics": [], "triggerKind": 1 },
            "options": { "tabSize": 2, "insertSpaces": true } } }));
    }
    send(json!({ "jsonrpc": "2.0", "id": session.steps.len() + 1, "method": "shutdown" }));
    send(json!({ "jsonrpc": "2.0", "method": "exit" }));
    let mut output = Vec::new();
    assert!(ruleout::lsp::serve(Cursor::new(input), &mut output), "it ended before `exit`");
    let answers: Vec<Value> = messages(&output).into_iter().filter(|m| m.get("method").is_none()).collect();
    assert_eq!(answers.len(), session.steps.len() + 2, "requests without an answer");
    for answer in answers {
        assert_ne!(answer["error"]["code"], -32603, "{answer}");
        assert_ne!(answer["error"]["code"], -32602, "this harness asks wrongly: {answer}");
    }
}

/// The messages that the server wrote.
fn messages(mut output: &[u8]) -> Vec<Value> {
    let mut found = Vec::new();
    while !output.is_empty() {
        let end = output.windows(4).position(|four| four == b"\r\n\r\n").expect("a header ends");
        let header = str::from_utf8(&output[..end]).expect("a header is text");
        let length: usize =
            header.strip_prefix("Content-Length: ").expect("a length").parse().expect("a number");
        let (body, rest) = output[end + 4..].split_at(length);
        found.push(serde_json::from_slice(body).expect("a body is JSON"));
        output = rest;
    }
    found
}

/// Compiles a pack with everything that `ruleout check` does, and draws its problems.
fn compile(manifest: &str, files: &[&str]) -> Option<Arc<InferenceGraph>> {
    let mut sources = Sources::default();
    let manifest = sources.add(Source::new("pack.ron", manifest));
    let files = files.iter().map(|text| sources.add(Source::new("fuzz.ruleout", *text))).collect();
    let (graph, problems) = ruleout::pipeline::check(&sources, &PackTexts::new(&sources, manifest, files), None);
    assert!(
        graph.is_some() || problems.has_errors(),
        "it does not compile, and nobody says why: {problems:?}"
    );
    check_places(&problems, &sources);
    graph
}

fn diagnose(graph: &Arc<InferenceGraph>, facts: &ruleout::facts::recorded::Facts) {
    let ticket = Ticket::within(Arc::clone(graph), facts.clone(), Sources::default(), BUDGET);
    for ranked in &ticket.diagnosis().causes {
        let (low, high) = (ranked.probability.low, ranked.probability.high);
        assert!(0.0 <= low && low <= high && high <= 1.0, "{low} .. {high}");
    }
}

/// Checks every place that problems name, and draws the problems as a person sees them.
fn check_places(problems: &Problems, sources: &Sources) {
    for problem in problems {
        let edits = problem.suggestions.iter().flat_map(|suggestion| &suggestion.edits).map(|edit| edit.span);
        for span in problem.labels.iter().map(|(span, _)| *span).chain(edits) {
            check_place(span, sources);
        }
    }
    ruleout::render::problems::github(problems, sources);
}

fn check_place(span: Span, sources: &Sources) {
    let text = &sources.get(span.source).expect("a place lies in a text").text;
    assert!(
        text.get(span.start..span.end).is_some(),
        "{span:?} is no part of a text of {} bytes",
        text.len()
    );
}

/// Checks the place of every value and name of a tree.
fn check_tree(node: &tree::Node, sources: &Sources) {
    check_place(node.span, sources);
    match &node.kind {
        tree::Kind::Scalar { .. } | tree::Kind::Empty => {}
        tree::Kind::List(items) => items.iter().for_each(|item| check_tree(item, sources)),
        tree::Kind::Map(entries) => {
            for entry in entries {
                check_place(entry.key.span, sources);
                check_tree(&entry.value, sources);
            }
        }
    }
}

/// The pack about mail, as the program has it inside.
static MAIL: LazyLock<Arc<InferenceGraph>> = LazyLock::new(|| {
    let mut sources = Sources::default();
    let (texts, _) = ruleout::loader::pack(None, ruleout::loader::DEFAULT_BYTES, &mut sources).expect("the pack inside");
    ruleout::pipeline::compile(&sources, &texts).0.expect("it compiles")
});

/// What stays for it.
static KEPT: LazyLock<Kept> = LazyLock::new(|| ruleout::kept::kept(&MAIL.pack));

/// Small enough that limits are reached.
fn limits() -> Limits {
    Limits { bytes: 1 << 20, unpacked: 1 << 22, depth: 6, parts: 40, rows: 200, line: 4096 }
}

fn read(name: &str, bytes: &[u8], declared: Vec<Declared>) -> Records {
    let options = Options { limits: limits(), declared, ..Options::default() };
    let records = evidence::read(vec![Input::of_bytes(name, bytes)], &options, &mut |_| ());
    for (name, table) in &records.tables {
        assert!(table.rows.len() <= options.limits.rows);
        for row in &table.rows {
            assert!(records.artefact(row.artefact).is_some());
            assert!(row.at.text.len() <= ruleout::records::SHOWN);
            for (at, column) in table.columns.iter().enumerate() {
                row.cell(at).into_iter().for_each(|cell| assert!(is_of(&cell.value, &column.ty), "{name}, {}: {:?}", column.name, cell.value));
            }
        }
    }
    records
}

/// Whether a value is of a type.
fn is_of(value: &ruleout::value::Value, ty: &Type) -> bool {
    use ruleout::value::{Amount, Value};
    match (value, ty) {
        // What is absent in an artefact that holds all there is.
        (Value::None, _) => true,
        (Value::YesNo(_), Type::YesNo) | (Value::Text(_), Type::Text) | (Value::Domain(_), Type::Domain) | (Value::Ip(_), Type::Ip) => true,
        (Value::Choice(at), Type::OneOf(values)) => *at < values.len(),
        (Value::Amount(Amount::Number(_)), Type::Number | Type::Size | Type::Percent) => true,
        (Value::Amount(Amount::Nanos(_)), Type::Duration) => true,
        (Value::Amount(Amount::Instant(_) | Amount::Civil(_)), Type::Time) => true,
        _ => false,
    }
}

/// Reads an artefact of any name and content.
pub fn artefact(bytes: &[u8]) {
    let names = ["a.eml", "mail.log", "a.csv", "a.json", "a.xml", "a.txt", "a.gz", "a"];
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    read(names[usize::from(*first) % names.len()], rest, declared());
}

/// Reads a mail: what stands there follows the header of a bounce.
pub fn message(bytes: &[u8]) {
    read("a.eml", &[b"From: MAILER-DAEMON@example.org\nTo: a@example.org\nSubject: failure notice\n", bytes].concat(), Vec::new());
    read("a.eml", bytes, Vec::new());
}

/// Reads the lines of a log: each with the stamp of one before it, or as it is.
pub fn log(text: &str) {
    let stamped: String = text.lines().map(|line| format!("Nov 30 08:01:02 mx postfix/smtp[1]: {line}\n")).collect();
    read("mail.log", stamped.as_bytes(), Vec::new());
    read("mail.log", text.as_bytes(), Vec::new());
}

/// Reads what somebody pasted.
pub fn prose(text: &str) {
    read("a.txt", text.as_bytes(), Vec::new());
    let wrapped = format!("Your message could not be delivered:\n<a@example.com>: {text}\n");
    read("a.txt", wrapped.as_bytes(), Vec::new());
}

/// Reads what tools print that ask a name server, a mail server, or for a certificate.
pub fn probe(text: &str) {
    for before in ["$ dig mx example.com\n", "$ swaks --to a@example.com\n", "$ openssl s_client -connect mx.example.com:25\n", "220 mx.example.com ESMTP\nEHLO a\n", ""] {
        read("a.txt", format!("{before}{text}").as_bytes(), Vec::new());
    }
}

/// Reads what a pack declares, in each form.
pub fn declared_tables(bytes: &[u8]) {
    for name in ["a.log", "a.csv", "a.json", "a.xml"] {
        read(name, bytes, declared());
    }
}

fn declared() -> Vec<Declared> {
    let pattern = |text: &str| regex::Regex::new(text).expect("a pattern");
    let shapes = [
        ("a", Shape::Lines { starts: pattern(r"^(?<at>\S+ \S+) (?<word>\S+) (?<text>.*)$"), also: vec![pattern(r"^\s+(?<text>.*)$")] }),
        ("b", Shape::Fields { starts: None }),
        ("c", Shape::Fields { starts: Some(pattern(r"^(?<word>\S+)$")) }),
        ("d", Shape::Csv),
        ("e", Shape::Json { path: "items[*] as i, parts[*] as p".to_owned() }),
        ("f", Shape::Json { path: "[*]".to_owned() }),
        ("g", Shape::Xml { path: "a.b[*]".to_owned() }),
    ];
    let column = |(name, ty, time): (&str, Type, Option<&str>)| DeclaredColumn {
        name: name.to_owned(),
        ty,
        from: Vec::new(),
        format: CellFormat { time: time.map(str::to_owned), decimal: Some(','), ..CellFormat::default() },
    };
    let columns = || {
        [
            ("at", Type::Time, None),
            ("day", Type::Time, Some("yyyy-MM-dd HH:mm:ss,SSS")),
            ("word", Type::OneOf(vec!["a".to_owned(), "b".to_owned()]), None),
            ("text", Type::Text, None),
            ("count", Type::Number, None),
            ("wait", Type::Duration, None),
            ("size", Type::Size, None),
            ("host", Type::Domain, None),
            ("ip", Type::Ip, None),
            ("yes", Type::YesNo, None),
        ]
    };
    let table = |(name, shape): (&str, Shape)| Declared {
        name: name.to_owned(),
        shape,
        files: Vec::new(),
        complete: true,
        columns: columns().into_iter().map(column).collect(),
    };
    shapes.into_iter().map(table).collect()
}

/// Redacts an artefact, twice the same, and reads what comes out.
pub fn redact(bytes: &[u8]) {
    let redacted = || {
        let mut redactor = Redactor::new(KEPT.clone(), b"salt");
        redactor.learn(bytes);
        redactor.redact(bytes).ok().map(|redacted| redacted.bytes)
    };
    let first = redacted();
    assert_eq!(first, redacted(), "it is not the same again");
    first.into_iter().for_each(|bytes| _ = read("a.txt", &bytes, Vec::new()));
}

/// Collects facts from an artefact, by the pack about mail.
pub fn collect(bytes: &[u8]) {
    let records = read("a.txt", bytes, Vec::new());
    let mut sources = Sources::default();
    let by_hand = ruleout::facts::recorded::Facts::default();
    for ticket in ruleout::collect::collect(&MAIL.pack, &records, &by_hand, &mut sources) {
        ruleout::render::evidence::fact_file(&MAIL.pack, &ticket, &sources);
    }
}
