//! `ruleout lsp`, spoken with as an editor does: over its standard input and output.

mod client;
mod evidence;
mod protocol;
mod renames;
mod session;
mod uris;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::folder::Folder;
use crate::support::program::ruleout;
use crate::support::snapshot::snapshot;
use client::{Client, uri};

/// What an editor of today can do.
fn able() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "workspace": { "workspaceEdit": { "documentChanges": true }, "codeLens": { "refreshSupport": true } },
        "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } }
    })
}

/// The printer pack of the repository, open.
fn printer() -> (Folder, PathBuf, String, Client) {
    open(Folder::with_pack("printer"))
}

fn open(folder: Folder) -> (Folder, PathBuf, String, Client) {
    let file = folder.path("printer/printing.ruleout");
    let text = fs::read_to_string(&file).unwrap();
    let mut client = Client::meet(&able());
    client.open(&file, &text);
    (folder, file, text, client)
}

/// A number of an answer.
fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// Line and column of the first of a text, and so many letters on.
fn place(text: &str, what: &str, on: usize) -> (usize, usize) {
    let at = text.find(what).unwrap_or_else(|| panic!("{what}")) + on;
    let before = &text[..at];
    let line = before.matches('\n').count();
    (line, before.rsplit('\n').next().unwrap().encode_utf16().count())
}

fn hover(client: &mut Client, file: &Path, at: (usize, usize)) -> String {
    let answer = client.at("textDocument/hover", file, at.0, at.1).unwrap();
    answer["contents"]["value"].as_str().unwrap_or("nothing").to_owned()
}

#[test]
fn what_stands_under_the_pointer_is_said_in_plain_words() {
    let (_folder, file, text, mut client) = printer();
    client.until(|client| client.told.iter().any(|m| m["method"] == "workspace/codeLens/refresh"));
    let mut said = String::new();
    for (what, on) in [
        ("print.result:", 2),
        ("toner.level <=", 0),
        ("display {", 0),
        ("toner \"Toner\"", 1),
        ("usually faint", 3),
        ("almost always dark", 9),
        ("faint, 10", 1),
        ("anyway", 2),
        ("told by queue", 1),
        ("damp_paper \"The", 0),
        ("very common", 6),
        ("fix clear_queue", 5),
        ("by us", 3),
    ] {
        let (line, column) = place(&text, what, on);
        let shown = text.lines().nth(line).unwrap().trim();
        let answer = hover(&mut client, &file, (line, column));
        let _ = writeln!(said, "▸ {shown}   [{}]\n{answer}\n", &what[on..]);
    }
    snapshot("lsp_hover", &said);
}

#[test]
fn a_name_leads_to_where_it_is_declared_and_to_all_its_places() {
    let (_folder, file, text, mut client) = printer();
    let lines = |answer: &Value| -> Vec<usize> {
        let all = answer.as_array().unwrap();
        all.iter().map(|one| number(&one["range"]["start"]["line"]) + 1).collect()
    };
    let line = |what: &str| place(&text, what, 0).0 + 1;
    for (from, declared) in [
        ("queue_stuck, spooler", "cause queue_stuck"),
        ("rule display", "symptom display"),
        ("toner_empty\n  almost always streaks", "cause toner_empty"),
        ("jam           with", "jam   \"A paper jam\""),
        ("clear_jam", "fix clear_jam \"Take"),
        ("paper.damp\n", "fact paper.damp"),
    ] {
        let on = if from.starts_with("rule ") { 5 } else { 0 };
        let at = place(&text, from, on);
        let answer = client.at("textDocument/definition", &file, at.0, at.1).unwrap();
        assert_eq!(lines(&answer), [line(declared)], "{from}");
    }
    let at = place(&text, "paper.damp:", 0);
    let context = json!({ "includeDeclaration": false });
    let position = json!({ "line": at.0, "character": at.1 });
    let params = json!({ "textDocument": { "uri": uri(&file) }, "position": position, "context": context });
    let answer = client.ask("textDocument/references", &params).unwrap();
    assert_eq!(lines(&answer), [line("told by  paper.damp"), line("verify not paper.damp")]);
    let answer = client.at("textDocument/documentHighlight", &file, at.0, at.1).unwrap();
    assert_eq!(answer.as_array().unwrap().len(), 3);
}

/// A pack with each of its texts after the edits of an answer.
fn edited(folder: &Path, edit: &Value) -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    for change in edit["documentChanges"].as_array().unwrap() {
        let path =
            PathBuf::from(change["textDocument"]["uri"].as_str().unwrap().strip_prefix("file://").unwrap());
        // A pack that it builds on stands beside it.
        assert!(path.starts_with(folder.parent().unwrap()));
        let mut lines: Vec<Vec<u16>> =
            fs::read_to_string(&path).unwrap().split('\n').map(|l| l.encode_utf16().collect()).collect();
        let mut edits = change["edits"].as_array().unwrap().clone();
        edits.sort_by_key(|e| {
            (number(&e["range"]["start"]["line"]), number(&e["range"]["start"]["character"]))
        });
        for edit in edits.iter().rev() {
            let at = |side: &str, what: &str| number(&edit["range"][side][what]);
            assert_eq!(at("start", "line"), at("end", "line"));
            let new = edit["newText"].as_str().unwrap().encode_utf16();
            lines[at("start", "line")].splice(at("start", "character")..at("end", "character"), new);
        }
        let lines: Vec<String> = lines.iter().map(|line| String::from_utf16(line).unwrap()).collect();
        out.push((path, lines.join("\n")));
    }
    out
}

fn rename(client: &mut Client, file: &Path, at: (usize, usize), new: &str) -> Result<Value, Value> {
    let position = json!({ "line": at.0, "character": at.1 });
    let params = json!({ "textDocument": { "uri": uri(file) }, "position": position, "newName": new });
    client.ask("textDocument/rename", &params)
}

#[test]
fn what_is_renamed_means_what_it_meant() {
    let folder = Folder::with_pack("printer");
    // The answers that were accepted call everything by its old name. The server must not read them while they go.
    fs::remove_dir_all(folder.path("printer/snapshots")).unwrap();
    let (folder, file, text, mut client) = open(folder);
    let check = |folder: &Path| {
        let run = |command: &str| ruleout(&[command, folder.to_str().unwrap()]);
        (run("check"), run("test"))
    };
    let printer = folder.path("printer");
    for (what, on, new) in [
        ("queue_stuck \"A job", 0, "queue_blocked"),
        ("paper.damp:", 0, "paper.wet"),
        ("jam   \"A paper jam\"", 0, "jammed"),
        ("rule jobs_wait", 5, "queue_grows"),
        ("stops_midway,", 0, "stops_💡".trim_end_matches('💡')),
        ("fix fresh_paper", 4, "dry_paper"),
        ("by user", 3, "the_caller"),
    ] {
        let answer = rename(&mut client, &file, place(&text, what, on), new).unwrap();
        let before: Vec<_> = edited(&printer, &answer)
            .into_iter()
            .map(|(path, new)| {
                let old = fs::read_to_string(&path).unwrap();
                fs::write(&path, new).unwrap();
                (path, old)
            })
            .collect();
        let (checked, tested) = check(&printer);
        assert_eq!(checked.code, 0, "{new}: {}", checked.out);
        assert_eq!(tested.code, 0, "{new}: {}", tested.out);
        let own = fs::read_to_string(&file).unwrap();
        assert!(own.contains(new) && own != text, "{new}");
        before.into_iter().for_each(|(path, old)| fs::write(path, old).unwrap());
    }
}

#[test]
fn a_name_that_cannot_be_is_refused_with_the_reason() {
    let (_folder, file, text, mut client) = printer();
    let mut said = String::new();
    for (what, on, new) in [
        ("queue_stuck \"A job", 0, "often"),
        ("queue_stuck \"A job", 0, "paper_jam"),
        ("queue_stuck \"A job", 0, "2nd cause"),
        ("paper.damp:", 0, "toner.level"),
        ("paper.damp:", 0, "expect"),
        ("jam   \"A paper jam\"", 0, "toner"),
        ("jam   \"A paper jam\"", 0, "paper.jam"),
        ("fix fresh_paper", 4, "clear_jam"),
        ("almost always", 0, "x"),
    ] {
        let error = rename(&mut client, &file, place(&text, what, on), new).unwrap_err();
        let _ = writeln!(said, "{} → {new}: {}", &what[on..], error["message"].as_str().unwrap());
    }
    snapshot("lsp_refused_names", &said);
    let at = place(&text, "almost always", 0);
    assert!(client.at("textDocument/prepareRename", &file, at.0, at.1).is_err());
    let at = place(&text, "queue_stuck \"A job", 3);
    let answer = client.at("textDocument/prepareRename", &file, at.0, at.1).unwrap();
    assert_eq!(answer["placeholder"], "queue_stuck");
}

#[test]
fn numbers_stand_behind_words_and_cases_above_causes() {
    let (_folder, file, text, mut client) = printer();
    client.until(|client| client.told.iter().any(|m| m["method"] == "workspace/codeLens/refresh"));
    let mut lines: Vec<Vec<u16>> = text.split('\n').map(|line| line.encode_utf16().collect()).collect();
    for hint in client.of("textDocument/inlayHint", &file).as_array().unwrap().iter().rev() {
        let at = |what: &str| number(&hint["position"][what]);
        let label = format!(" ⟨{}⟩", hint["label"].as_str().unwrap().trim_matches(['(', ')']));
        lines[at("line")].splice(at("character")..at("character"), label.encode_utf16());
    }
    for lens in client.of("textDocument/codeLens", &file).as_array().unwrap().iter().rev() {
        let line = number(&lens["range"]["start"]["line"]);
        lines.insert(
            line,
            format!("⟦{}⟧", lens["command"]["title"].as_str().unwrap()).encode_utf16().collect(),
        );
    }
    let lines: Vec<String> = lines.iter().map(|line| String::from_utf16(line).unwrap()).collect();
    snapshot("lsp_inlay_and_lenses", &lines.join("\n"));
}

#[test]
fn an_outline_has_every_declaration_and_every_line_its_colour() {
    let (_folder, file, text, mut client) = printer();
    let outline = client.of("textDocument/documentSymbol", &file);
    let names: Vec<&str> = outline.as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    let declared = text.lines().filter(|line| {
        ["fact", "symptom", "rule", "cause", "fix", "derive"].iter().any(|word| line.starts_with(word))
    });
    assert_eq!(names.len(), declared.count());
    assert!(names.contains(&"A look at the print server") && names.contains(&"drum_worn"));
    let found = client.ask("workspace/symbol", &json!({ "query": "drmwrn" })).unwrap();
    assert_eq!(found[0]["name"], "drum_worn");
    let foldings = client.of("textDocument/foldingRange", &file);
    assert!(foldings.as_array().unwrap().len() > 25);
    let colours = client.of("textDocument/semanticTokens/full", &file);
    let legend = [
        "keyword",
        "string",
        "number",
        "regexp",
        "comment",
        "variable",
        "class",
        "namespace",
        "method",
        "enumMember",
        "property",
        "event",
        "type",
        "function",
    ];
    let (mut line, mut column, mut shown) = (0, 0, String::new());
    let lines: Vec<&str> = text.lines().collect();
    for token in colours["data"].as_array().unwrap().chunks(5) {
        let number = |at: usize| number(&token[at]);
        (line, column) =
            if number(0) == 0 { (line, column + number(1)) } else { (line + number(0), number(1)) };
        if (29..42).contains(&line) {
            let word: Vec<u16> = lines[line].encode_utf16().skip(column).take(number(2)).collect();
            let declares = if number(4) == 1 { " (declared)" } else { "" };
            let _ = writeln!(
                shown,
                "{:3} {} {}{declares}",
                line + 1,
                String::from_utf16(&word).unwrap(),
                legend[number(3)]
            );
        }
    }
    snapshot("lsp_colours", &shown);
}

#[test]
fn a_text_is_put_in_order_line_by_line() {
    let (_folder, file, text, mut client) = printer();
    assert_eq!(client.of("textDocument/formatting", &file), json!([]));
    let messy = text.replace("  sometimes     anyway", "  sometimes   anyway");
    client.write_anew(&file, &messy);
    let edits = client.of("textDocument/formatting", &file);
    let edits = edits.as_array().unwrap();
    assert!(!edits.is_empty() && edits.len() < 8, "{edits:?}");
    client.write_anew(&file, &text.replace("rule display {", "rule display"));
    let params =
        json!({ "textDocument": { "uri": uri(&file) }, "options": { "tabSize": 2, "insertSpaces": true } });
    let error = client.ask("textDocument/formatting", &params).unwrap_err();
    assert!(error["message"].as_str().unwrap().starts_with("fix the syntax errors first"));
}

/// What may be written at the end of each of these, in the printer pack.
const BEGUN: [&str; 26] = [
    "",
    "fact paper.size: ",
    "fact paper.size: yes/no { takes 5 ",
    "fact paper.size: one of big, small { often ",
    "derive queue.rate: number = queue.",
    "symptom cold \"Cold\" ",
    "symptom cold when driver.changed_at ",
    "symptom cold when driver.changed_at within 24 ",
    "symptom cold when print.result is ",
    "symptom cold when print.result is one of faint, ",
    "symptom cold when toner.level <= 5 ",
    "symptom cold in levels {\n  low ",
    "rule ",
    "rule paper.damp {\n  ",
    "rule affected.users {\n  almost ",
    "rule affected.users {\n  often ",
    "rule affected.users {\n  often one with ",
    "rule affected.users {\n  given display is ",
    "cause ",
    "cause cold \"Cold\" {\n  ",
    "cause cold \"Cold\" {\n  rare ",
    "cause cold \"Cold\" {\n  fix ",
    "cause cold \"Cold\" {\n  shows display often ",
    "fix warm \"Warm it\" {\n  by ",
    "fix warm \"Warm it\" {\n  by user takes 5 ",
    "fix warm \"Warm it\" {\n  step \"Do ",
];

#[test]
fn what_is_offered_fits_the_place() {
    let (_folder, file, text, mut client) = printer();
    let mut said = String::new();
    for begun in BEGUN {
        let typed = format!("{text}\n{begun}");
        client.write_anew(&file, &typed);
        let (line, column) = place(&typed, &typed, typed.len());
        let answer = client.at("textDocument/completion", &file, line, column).unwrap();
        let items = answer.as_array().unwrap();
        let labels: Vec<&str> = items.iter().map(|item| item["label"].as_str().unwrap()).collect();
        let more =
            if labels.len() > 14 { format!(", and {} more", labels.len() - 14) } else { String::new() };
        let shown = labels.iter().take(14).copied().collect::<Vec<_>>().join(", ");
        let _ = writeln!(said, "{begun}▮\n    {shown}{more}");
    }
    snapshot("lsp_offered", &said);
    let typed = format!("{text}\ncause cold \"Cold\" {{\n  allow no-");
    client.write_anew(&file, &typed);
    let (line, column) = place(&typed, &typed, typed.len());
    let answer = client.at("textDocument/completion", &file, line, column).unwrap();
    let code = answer.as_array().unwrap().iter().find(|item| item["label"] == "no-rate").unwrap();
    assert_eq!(number(&code["textEdit"]["range"]["start"]["character"]), column - "no-".len());
}
