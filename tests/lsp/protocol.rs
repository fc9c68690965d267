//! The protocol itself: beginnings and ends, packs on disk and not, texts that are broken, messages that are none.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use ruleout::pipeline;
use ruleout::problem::Problem;
use serde_json::{Value, json};

use super::client::{Client, uri};
use super::{able, hover, printer};
use crate::support::data::DataFile;
use crate::support::folder::Folder;
use crate::support::pack::{BASE, MANIFEST, Texts, manifest};
use crate::support::profile::{apart, size};
use crate::support::program::command;

#[test]
fn before_initialize_and_after_shutdown_nothing_is_answered() {
    let mut client = Client::start();
    client.tell("textDocument/didOpen", &json!({}));
    assert_eq!(client.ask("textDocument/hover", &json!({})).unwrap_err()["code"], -32002);
    client.ask("initialize", &json!({ "capabilities": {} })).unwrap();
    assert_eq!(client.ask("initialize", &json!({ "capabilities": {} })).unwrap_err()["code"], -32600);
    assert_eq!(client.ask("textDocument/nothing", &json!({})).unwrap_err()["code"], -32601);
    assert_eq!(client.ask("textDocument/hover", &json!({ "x": 1 })).unwrap_err()["code"], -32602);
    client.ask("shutdown", &Value::Null).unwrap();
    assert_eq!(client.ask("textDocument/hover", &json!({})).unwrap_err()["code"], -32600);
    client.tell("exit", &Value::Null);
    assert_eq!(client.wait().code(), Some(0));
}

#[test]
fn who_leaves_without_shutdown_is_told_so() {
    let mut client = Client::meet(&able());
    client.tell("exit", &Value::Null);
    assert_eq!(client.wait().code(), Some(1));
    let mut client = Client::meet(&able());
    assert_eq!(client.wait().code(), Some(1));
}

#[test]
fn messages_that_are_none_are_answered_and_the_next_is_read() {
    let mut client = Client::meet(&able());
    client.write("{ this is no JSON");
    assert_eq!(client.next()["error"]["code"], -32700);
    client.write("[1, 2]");
    assert_eq!(client.next()["error"]["code"], -32600);
    client.write("{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didChange\",\"params\":{\"a\":[]}}");
    client.write("{\"jsonrpc\":\"2.0\",\"method\":\"$/setTrace\",\"params\":{\"value\":\"off\"}}");
    client.write("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":null}");
    assert!(client.ask("workspace/symbol", &json!({ "query": "" })).is_ok());
    client.raw("no header at all\r\n\r\n");
    assert_eq!(client.wait().code(), Some(1));
}

#[test]
fn columns_are_counted_as_agreed() {
    let folder = Folder::new();
    folder.write("pack.ron", MANIFEST);
    let text = "fact a: yes/no { ask \"💡ä?\"  takes 1 mins2 }\n";
    let file = folder.write("a.ruleout", text);
    for (offered, column) in
        [("utf-8", text.find("mins2").unwrap()), ("utf-16", text.find("mins2").unwrap() - 3)]
    {
        let mut client = Client::start();
        let capabilities = json!({ "general": { "positionEncodings": ["utf-32", offered] } });
        let met = client.ask("initialize", &json!({ "capabilities": capabilities })).unwrap();
        assert_eq!(met["capabilities"]["positionEncoding"], offered);
        client.open(&file, text);
        let shown = uri(&file);
        client.until(|client| client.shown.contains_key(&shown));
        let problem = &client.shown[&shown].1[0];
        assert_eq!(problem["range"]["start"]["character"], column, "{problem}");
    }
}

/// A text that is broken anywhere keeps the names of what stands elsewhere, and whatever is asked of it is answered.
#[test]
fn a_text_that_breaks_off_anywhere_is_answered() {
    let (_folder, file, text, mut client) = printer();
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).step_by(211).collect();
    for end in ends {
        let text = &text[..end];
        client.write_anew(&file, text);
        let line = text.matches('\n').count();
        let column = text.rsplit('\n').next().unwrap().encode_utf16().count();
        for asked in ["completion", "hover", "definition", "documentHighlight"] {
            client.at(&format!("textDocument/{asked}"), &file, line, column).unwrap();
        }
        for asked in ["documentSymbol", "foldingRange", "semanticTokens/full", "inlayHint", "codeLens"] {
            client.of(&format!("textDocument/{asked}"), &file);
        }
    }
    client.write_anew(&file, &text);
    assert!(client.errors(&file).is_empty());
    client.write_anew(
        &file,
        &text.replace("cause drum_worn \"The drum is worn\" {", "cause drum_worn The drum {"),
    );
    let problems = client.errors(&file);
    assert_eq!(problems.len(), 1, "the name stays known: {problems:?}");
    assert!(client.end().success());
}

#[test]
fn what_is_shown_is_what_check_says() {
    let folder = Folder::new();
    folder.write("pack.ron", MANIFEST);
    folder.write("base.ruleout", BASE);
    let mut client = Client::meet(&able());
    let file = folder.path("broken.ruleout");
    client.open(&file, "");
    let mut compared = 0;
    for DataFile { written, .. } in DataFile::all("broken-packs").into_iter().step_by(apart(1)) {
        if written.contains("\n--- ") {
            continue;
        }
        client.write_anew(&file, &written);
        let Texts { sources, pack, .. } = Texts::beside_base(&[("broken.ruleout", &written)]);
        let (_, problems) = pipeline::check(&sources, &pack, None);
        let own = |problem: &&Problem| sources.place(problem.span()).file == "broken.ruleout";
        let mut checked: Vec<String> =
            problems.iter().filter(own).map(|problem| problem.message.clone()).collect();
        checked.sort();
        // What is said of the whole pack comes a moment later.
        client.until(|client| {
            let mut shown: Vec<String> =
                client.problems(&file).iter().map(|shown| first_line(shown)).collect();
            shown.sort();
            shown.len() == checked.len()
                && shown.iter().zip(&checked).all(|(shown, said)| shown.starts_with(said))
        });
        compared += 1;
    }
    assert!(compared > size(200), "{compared}");
    assert!(client.end().success());
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("").to_owned()
}

#[test]
fn packs_that_build_on_each_other_see_what_the_editor_holds() {
    let folder = Folder::new();
    folder.write("base/pack.ron", manifest("base"));
    let base = folder.write("base/base.ruleout", "fact a.b: yes/no\ncause c \"C\" { rare }\n");
    folder.write("top/pack.ron", manifest("top").replace("language", "uses: [\"base\"], language"));
    let top = folder.write("top/top.ruleout", "rule a.b { often with c  rarely anyway }\n");
    let mut client = Client::meet(&able());
    client.open(&top, &fs::read_to_string(&top).unwrap());
    client.until(|client| client.shown.contains_key(&uri(&top)));
    assert!(client.errors(&top).is_empty());
    let found = client.at("textDocument/definition", &top, 0, 5).unwrap();
    assert_eq!(found[0]["uri"], uri(&base));
    // The other pack is opened and changed, not saved.
    client.open(&base, "fact a.b: yes/no\ncause c \"C\" { rare }\n");
    client.write_anew(&base, "fact a.b: yes/no\ncause d \"D\" { rare }\n");
    client.until(|client| !client.errors(&top).is_empty());
    assert!(client.errors(&top)[0].starts_with("there is no cause `c`"), "{:?}", client.problems(&top));
    // Closed again, the file counts.
    client.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri(&base) } }));
    client.until(|client| client.errors(&top).is_empty());
    // Changed by another program, it counts too.
    fs::write(&base, "fact a.b: yes/no\n").unwrap();
    let changes = json!({ "changes": [{ "uri": uri(&base), "type": 2 }] });
    client.tell("workspace/didChangeWatchedFiles", &changes);
    client.until(|client| !client.errors(&top).is_empty());
}

#[test]
fn what_was_never_saved_and_what_belongs_to_no_pack_is_checked_for_its_syntax() {
    let folder = Folder::new();
    let alone = folder.write("alone.ruleout", "");
    let mut client = Client::meet(&able());
    client.open(&alone, "rule a { usually with b }\ncause c { usualy }\n");
    client.until(|client| client.shown.contains_key(&uri(&alone)));
    assert_eq!(client.problems(&alone).len(), 1, "{:?}", client.problems(&alone));
    // A pack that is begun in the editor.
    let (manifest, file) = (folder.path("new/pack.ron"), folder.path("new/a.ruleout"));
    client.open(&file, "rule a { usually with b }\n");
    client.until(|client| client.shown.contains_key(&uri(&file)));
    assert!(client.errors(&file).is_empty());
    client.open(&manifest, MANIFEST);
    client.until(|client| client.errors(&file).len() > 1);
    let untitled = json!({ "uri": "untitled:Untitled-1", "languageId": "ruleout", "version": 1, "text": "cause c { usualy }" });
    client.tell("textDocument/didOpen", &json!({ "textDocument": untitled }));
    client.until(|client| client.shown.get("untitled:Untitled-1").is_some_and(|(_, shown)| shown.len() == 1));
}

#[test]
fn a_case_says_where_its_answer_is_another() {
    let (folder, file, text, mut client) = printer();
    let case = folder.path("printer/cases/drum_worn.yaml");
    client.write_anew(
        &file,
        &text.replace("almost always streaks              with drum_worn", "rarely streaks with drum_worn"),
    );
    client.until(|client| {
        client.problems(&case).iter().any(|shown| shown.contains("expected: first: drum_worn"))
    });
    client.write_anew(&file, &text);
    client.until(|client| client.problems(&case).is_empty());
    // Another program writes the case, and nobody tells.
    let written = fs::read_to_string(&case).unwrap();
    fs::write(&case, written.replace("first: drum_worn", "first: paper_jam")).unwrap();
    client.until(|client| {
        client.problems(&case).iter().any(|shown| shown.contains("expected: first: paper_jam"))
    });
    let shown = hover(&mut client, &case, (0, 0));
    assert_eq!(shown, "nothing");
}

#[test]
fn a_huge_text_is_refused_and_a_deep_one_answered() {
    let (_folder, file, text, mut client) = printer();
    client.write_anew(&file, &"x".repeat(9 * 1024 * 1024));
    assert!(
        client.problems(&file).iter().any(|shown| shown.contains("larger than")),
        "{:?}",
        client.problems(&file)
    );
    client.write_anew(&file, &format!("derive a: yes/no = {}", "(not ".repeat(100_000)));
    assert!(!client.problems(&file).is_empty());
    client.write_anew(&file, &text);
    assert!(client.errors(&file).is_empty());
    assert!(client.end().success());
}

#[cfg(unix)]
#[test]
fn it_ends_with_the_editor_that_started_it() {
    // The pipe stays open, as where the editor's own children hold it.
    let mut editor = Command::new("sleep").arg("60").spawn().unwrap();
    let mut client = Client::start();
    let params = json!({ "processId": editor.id(), "rootUri": null, "capabilities": {} });
    client.ask("initialize", &params).unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    assert!(client.ask("shutdown_is_not_this", &json!(null)).is_err(), "it lives as long as the editor does");
    editor.kill().unwrap();
    editor.wait().unwrap();
    assert!(client.ends_by_itself());
    assert!(!client.wait().success());
}

#[test]
fn an_editor_that_does_not_read_has_to_wait() {
    const REQUESTS: usize = 200_000;
    let mut command = command(env!("CARGO_MANIFEST_DIR").as_ref(), &["lsp"]);
    let mut server = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = server.stdin.take().unwrap();
    let (sent, written) = channel();
    std::thread::spawn(move || {
        let request = r#"{"jsonrpc":"2.0","id":1,"method":"textDocument/hover","params":null}"#;
        for _ in 0..REQUESTS {
            let wrote = write!(input, "Content-Length: {}\r\n\r\n{request}", request.len());
            if wrote.is_err() || sent.send(()).is_err() {
                return;
            }
        }
    });
    let mut taken = 0;
    while written.recv_timeout(Duration::from_secs(3)).is_ok() {
        taken += 1;
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(0 < taken && taken < REQUESTS / 10, "{taken} requests were taken in");
}
