//! Tables of records, tickets and reads in an editor: what is said of them, offered for them, and changed with them.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use serde_json::json;

use super::{able, edited, hover, number, place, rename};
use crate::lsp::client::Client;
use crate::support::folder::Folder;
use crate::support::program::ruleout;
use crate::support::snapshot::snapshot;

const MANIFEST: &str = r#"(
  name: "lines", title: "A line", version: "1.0.0", language: 1,
  cases: (unlisted: "10 %", several_at_once: "8 %"),
)
"#;

const PACK: &str = r#"records deliveries from mail.deliveries
records refusal from last deliveries where (action is failed)
records log from lines in "*.log" {
  starts /^(?<at>\S+) (?<port>\d+) (?<state>up|down) (?<text>.*)$/
  at:    time
  port:  text
  state: one of up, down
  said:  text = text
  ask "Send the log of the switch"  takes 5 min
}
records downs from log where (state is down and said contains "link")
records newest from last downs for each port

tickets by port {
  opened by downs where state is down
  fine when flaps is none "The link has not gone down."
}

fact recipient.domain: domain { ask "Whose?" }
fact rejection.text: text { read text of refusal  ask "What does the rejection say?" }
fact link.text: text { read last said of downs in all tickets where (state is down) matching /(\w+)/  ask "What?" }
fact flaps: number { read count downs within any 10 min  ask "How often?" }
fact down: yes/no { read yes when any downs where (state is down)  ask "Is it down?" }
symptom flapping "It goes down again and again" when flaps >= 2
rule flapping { usually with cable  rarely anyway }
rule down { usually with cable  rarely anyway }
cause cable "The cable is bad" { common  fix change_cable }
fix change_cable "Change the cable" { by us  takes 10 min  step "Change it." }
"#;

fn lines() -> (Folder, PathBuf, Client) {
    let folder = Folder::new();
    folder.write("lines/pack.ron", MANIFEST);
    let file = folder.write("lines/lines.ruleout", PACK);
    let mut client = Client::meet(&able());
    client.open(&file, PACK);
    (folder, file, client)
}

#[test]
fn tables_and_columns_say_where_they_come_from() {
    let (folder, file, mut client) = lines();
    let checked = ruleout(&["check", folder.path("lines").to_str().unwrap()]);
    assert_eq!(checked.code, 0, "{}", checked.out);
    let mut said = String::new();
    for (what, on) in [
        ("records deliveries", 2),
        ("mail.deliveries", 6),
        ("refusal from", 2),
        ("last deliveries", 1),
        ("action is", 1),
        ("failed)", 1),
        ("lines in", 1),
        ("starts /", 1),
        ("said:  text", 1),
        ("records downs", 9),
        ("said contains", 1),
        ("for each", 1),
        ("tickets by", 1),
        ("opened by", 8),
        ("fine when", 1),
        ("read text of refusal", 1),
        ("text of refusal", 1),
        ("all tickets where", 1),
        ("matching /", 1),
        ("within any", 8),
    ] {
        let (line, column) = place(PACK, what, on);
        let shown = PACK.lines().nth(line).unwrap().trim();
        let answer = hover(&mut client, &file, (line, column));
        // The whole list of a reader's columns is another's to change.
        let answer: Vec<&str> = answer.lines().take(4).collect();
        let _ = writeln!(said, "▸ {shown}   [{}]\n{}\n", &what[on..], answer.join("\n"));
    }
    snapshot("lsp_evidence_hover", &said);
}

#[test]
fn a_column_leads_through_views_to_where_it_is_declared() {
    let (_folder, file, mut client) = lines();
    let line = |what: &str| place(PACK, what, 0).0;
    for (from, on, declared) in [
        ("said contains", 0, "said:  text"),
        ("state is down)  ask", 0, "state: one of"),
        ("down and", 0, "state: one of"),
        ("said of downs", 0, "said:  text"),
        ("downs within", 0, "records downs"),
        ("each port", 5, "port:  text"),
        ("downs where state", 0, "records downs"),
        ("deliveries where", 0, "records deliveries"),
    ] {
        let at = place(PACK, from, on);
        let answer = client.at("textDocument/definition", &file, at.0, at.1).unwrap();
        let lines: Vec<usize> =
            answer.as_array().unwrap().iter().map(|one| number(&one["range"]["start"]["line"])).collect();
        assert_eq!(lines, [line(declared)], "{from}");
    }
    let at = place(PACK, "said:  text", 0);
    let answer = client.at("textDocument/documentHighlight", &file, at.0, at.1).unwrap();
    assert_eq!(answer.as_array().unwrap().len(), 3);
    let outline = client.of("textDocument/documentSymbol", &file);
    let log = outline.as_array().unwrap().iter().find(|symbol| symbol["name"] == "log").unwrap();
    let columns: Vec<&str> =
        log["children"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(columns, ["at", "port", "state", "said"]);
    assert!(outline.as_array().unwrap().iter().any(|symbol| symbol["detail"] == "by port"));
    assert!(client.of("textDocument/foldingRange", &file).as_array().unwrap().len() >= 2);
}

#[test]
fn what_is_renamed_is_read_as_before() {
    let (folder, file, mut client) = lines();
    let lines = folder.path("lines");
    for (what, on, new) in [
        ("said contains", 0, "message"),
        ("state is down)  ask", 0, "condition"),
        ("records downs", 8, "fallen_links"),
        ("records log", 8, "switch.log"),
        ("records refusal", 8, "last_refusal"),
    ] {
        let answer = rename(&mut client, &file, place(PACK, what, on), new).unwrap();
        for (path, text) in edited(&lines, &answer) {
            fs::write(path, text).unwrap();
        }
        let checked = ruleout(&["check", lines.to_str().unwrap()]);
        assert_eq!(checked.code, 0, "{new}: {}", checked.out);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(new), "{text}");
        if new == "condition" {
            assert!(text.contains("condition: one of up, down = state"), "{text}");
        }
        fs::write(&file, PACK).unwrap();
    }
    let mut said = String::new();
    for (what, on, new) in [
        ("mail.deliveries", 0, "x"),
        ("action is", 0, "x"),
        ("failed)", 0, "x"),
        ("text of refusal", 0, "x"),
        ("port:  text", 0, "x"),
        ("up, down", 4, "fallen"),
        ("said:  text", 0, "state"),
        ("said:  text", 0, "flaps"),
        ("records log", 8, "mail.deliveries"),
        ("records log", 8, "downs"),
    ] {
        let error = rename(&mut client, &file, place(PACK, what, on), new).unwrap_err();
        let _ = writeln!(said, "{} → {new}: {}", &what[on..], error["message"].as_str().unwrap());
    }
    snapshot("lsp_evidence_refused", &said);
}

/// What may be written at the end of each of these.
const BEGUN: &[&str] = &[
    "records x ",
    "records x from ",
    "records x from last ",
    "records x from last dow",
    "records x from lines ",
    "records x from mail.server ",
    "records x from log where ",
    "records x from log where (state is ",
    "records x from log where (state is down and said ",
    "records x from mail.deliveries where action is one of ",
    "records x from mail.deliveries where (artefact is bounce) ",
    "records x from last log for ",
    "records x from last log for each ",
    "records x from log {\n  ",
    "records x from csv in \"*.csv\" {\n  ",
    "records x from lines {\n  ",
    "records x from csv {\n  a: ",
    "records x from csv {\n  a: time ",
    "records x from csv {\n  a: time in ",
    "records x from csv {\n  a: duration in ",
    "tickets ",
    "tickets by ",
    "tickets by port {\n  ",
    "tickets by port {\n  opened ",
    "tickets by port {\n  opened by ",
    "tickets by port {\n  opened by log where ",
    "tickets by port {\n  fine ",
    "tickets by port {\n  fine when fla",
    "fact a: text { read ",
    "fact a: text { read last ",
    "fact a: text { read last said ",
    "fact a: text { read last said of ",
    "fact a: text { read last said of log ",
    "fact a: text { read last said of log where ",
    "fact down: yes/no { read ",
    "fact down: yes/no { read yes ",
    "fact down: yes/no { read yes when ",
    "fact down: yes/no { read yes when any ",
    "fact down: yes/no { read yes when any log ",
    "fact down: yes/no { read yes when any log in all tickets where state is ",
    "fact a: number { read count ",
    "fact a: number { read count log ",
    "fact a: number { read count different ",
    "fact a: number { read count different port of log within any 10 min where ",
    "fact a: text { read last said of log ask ",
];

#[test]
fn what_is_offered_for_evidence_fits_the_place() {
    let (_folder, file, mut client) = lines();
    let mut said = String::new();
    for begun in BEGUN {
        let typed = format!("{PACK}\n{begun}");
        client.write_anew(&file, &typed);
        let (line, column) = place(&typed, &typed, typed.len());
        let answer = client.at("textDocument/completion", &file, line, column).unwrap();
        let items = answer.as_array().unwrap();
        let labels: Vec<&str> = items.iter().map(|item| item["label"].as_str().unwrap()).collect();
        // The tables and columns of readers are others' to change.
        let known = |label: &&str| !label.contains('.') || PACK.contains(*label);
        let shown: Vec<&str> = labels.into_iter().filter(known).take(12).collect();
        let _ = writeln!(said, "{begun}▮\n    {}", shown.join(", "));
    }
    snapshot("lsp_evidence_offered", &said);
    let typed = format!("{PACK}\nrecords x from mail.deliveries where acti");
    client.write_anew(&file, &typed);
    let (line, column) = place(&typed, &typed, typed.len());
    let answer = client.at("textDocument/completion", &file, line, column).unwrap();
    let action = answer.as_array().unwrap().iter().find(|item| item["label"] == "action").unwrap();
    assert!(action["detail"].as_str().unwrap().starts_with("one of failed, "), "{action}");
    assert_eq!(
        action["textEdit"]["range"]["start"],
        json!({ "line": line, "character": column - "acti".len() })
    );
}
