//! An author at work, as a person can read it: what is typed, what is wrong with it, what is offered.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::client::{Client, uri};
use super::{able, hover, number};
use crate::support::folder::Folder;
use crate::support::pack::manifest;
use crate::support::snapshot::snapshot;

const BEGUN: &str = "\
fact light.paper: yes/no { ask \"Is the paper light on?\"  takes 1 min }
fact job.delay: duration { ask \"How long has it waited? 💡 The job list says it.\"  takes 2 min }

symptom waiting \"How long the job waited\" in levels {
  short \"Up to a minute\" when job.delay <= 1 min
  long  \"Minutes\"        when job.delay <= 1 h
  stuck \"Longer\"         otherwise
}

cause no_paper \"There is no paper\" {
  common
  fix fill_the_tray
}
cause queue_stuck \"The queue is stuck\" {
  uncommon
}
fix fill_the_tray \"Fill the tray\" { by user  takes 2 min  step \"Put paper in up to the mark.\" }

";

/// An author, and what was seen.
struct Author {
    client: Client,
    file: PathBuf,
    text: String,
    seen: String,
    before: Vec<Value>,
}

impl Author {
    /// Types at the end of the text, one key after the other.
    fn types(&mut self, typed: &str) {
        for key in typed.chars() {
            let (line, column) = self.end();
            let at = json!({ "line": line, "character": column });
            self.client.change(&self.file, &json!([{ "range": { "start": at, "end": at }, "text": key }]));
            self.text.push(key);
        }
        let _ = writeln!(self.seen, "types    {}", typed.trim_matches('\n').replace('\n', "\n         "));
        self.problems();
    }

    fn end(&self) -> (usize, usize) {
        let last = self.text.rsplit('\n').next().unwrap();
        (self.text.matches('\n').count(), last.encode_utf16().count())
    }

    /// What is wrong now, where it is something else than before.
    fn problems(&mut self) {
        let now = self.client.shown.get(&uri(&self.file)).map(|(_, all)| all.clone()).unwrap_or_default();
        if now == self.before {
            return;
        }
        if now.is_empty() {
            let _ = writeln!(self.seen, "problems none");
        }
        for problem in &now {
            let at = &problem["range"]["start"];
            let place = (number(&at["line"]) + 1, number(&at["character"]) + 1);
            let severity = ["", "error", "warning", "", "hint"][number(&problem["severity"])];
            let message = problem["message"].as_str().unwrap().replace('\n', "\n           ");
            let code = problem["code"].as_str().unwrap_or("");
            let _ = writeln!(
                self.seen,
                "problem  {}:{} {severity} {code}\n           {message}",
                place.0, place.1
            );
        }
        self.before = now;
    }

    fn is_offered(&mut self) {
        let (line, column) = self.end();
        let answer = self.client.at("textDocument/completion", &self.file, line, column).unwrap();
        let items = answer.as_array().unwrap();
        for item in items.iter().take(6) {
            let detail = item["detail"].as_str().unwrap_or("");
            let _ = writeln!(self.seen, "offered  {:<16} {detail}", item["label"].as_str().unwrap());
        }
        if items.len() > 6 {
            let _ = writeln!(self.seen, "         and {} more", items.len() - 6);
        }
    }

    fn points_at(&mut self, word: &str) {
        let (line, column) = self.place(word);
        let said = hover(&mut self.client, &self.file, (line, column + 1)).replace('\n', "\n         ");
        let _ = writeln!(self.seen, "points   at `{word}`\nis told  {said}");
    }

    /// Writes one thing in place of another.
    fn writes(&mut self, old: &str, new: &str) {
        self.text = self.text.replace(old, new);
        self.client.write_anew(&self.file.clone(), &self.text);
        let _ = writeln!(self.seen, "writes   {new}\n         for {old}");
        self.problems();
    }

    /// What the light bulb offers, and the text after what is preferred.
    fn suggestions_at(&mut self, word: &str) {
        let (line, column) = self.place(word);
        let at = json!({ "line": line, "character": column + 1 });
        let context = json!({ "diagnostics": self.before });
        let range = json!({ "start": at, "end": at });
        let params =
            json!({ "textDocument": { "uri": uri(&self.file) }, "range": range, "context": context });
        let answer = self.client.ask("textDocument/codeAction", &params).unwrap();
        for action in answer.as_array().unwrap() {
            let preferred = if action["isPreferred"] == true { ", preferred" } else { "" };
            let (kind, title) = (action["kind"].as_str().unwrap(), action["title"].as_str().unwrap());
            let _ = writeln!(self.seen, "fix      {title} ({kind}{preferred})");
            for edit in action["edit"]["documentChanges"][0]["edits"].as_array().unwrap() {
                let (start, end) = (&edit["range"]["start"], &edit["range"]["end"]);
                let place = |at: &Value| (number(&at["line"]) + 1, number(&at["character"]) + 1);
                let (from, to) = (place(start), place(end));
                let _ = writeln!(self.seen, "         {from:?} to {to:?} becomes {}", edit["newText"]);
            }
        }
    }

    fn place(&self, word: &str) -> (usize, usize) {
        let before = &self.text[..self.text.rfind(word).unwrap()];
        (before.matches('\n').count(), before.rsplit('\n').next().unwrap().encode_utf16().count())
    }

    /// Waits for what takes longer than a key.
    fn waits_for(&mut self, message: &str) {
        let file = self.file.clone();
        self.client.until(|client| client.problems(&file).iter().any(|shown| shown.contains(message)));
        let _ = writeln!(self.seen, "waits");
        self.problems();
    }
}

#[test]
fn an_author_writes_a_rule() {
    let folder = Folder::new();
    folder.write("pack.ron", manifest("printer"));
    let file = folder.write("printer.ruleout", BEGUN);
    let mut client = Client::meet(&able());
    client.open(&file, BEGUN);
    let shown = uri(&file);
    client.until(|client| client.shown.contains_key(&shown));
    let mut author = Author { client, file, text: BEGUN.to_owned(), seen: String::new(), before: Vec::new() };
    author.problems();
    author.is_offered();
    author.types("rule ");
    author.is_offered();
    author.types("waiting {\n  ");
    author.is_offered();
    author.types("usualy");
    author.types(" stuck with queue_stuck\n  ");
    author.types("often ");
    author.is_offered();
    author.types("long with ");
    author.is_offered();
    author.types("no_papr\n");
    author.types("}\n");
    author.points_at("no_papr");
    author.types("rule light.paper {\n  almost always with no_paper\n}\n");
    author.points_at("almost always");
    author.points_at("light.paper");
    let fixed = author
        .text
        .replace("usualy", "usually")
        .replace("no_papr\n", "no_paper\n  rarely long, rarely stuck anyway\n");
    let fixed = fixed.replace("with no_paper\n}", "with no_paper\n  rarely anyway\n}");
    author.client.write_anew(&author.file.clone(), &fixed);
    author.text = fixed;
    let _ = writeln!(author.seen, "suggestions    all of it");
    author.problems();
    author.points_at("waiting");
    author.points_at("cause queue_stuck");
    author.types("cause jam \"A jam 💡\" { rare when light.paper  rare otherwise }");
    author.waits_for("on which the share of a cause depends");
    author.writes("rare when light.paper  rare otherwise", "rare  allow no-rate \"nobody counted\"");
    author.waits_for("this declaration has no `no-rate` to allow");
    author.suggestions_at("allow no-rate");
    snapshot("lsp_session", &author.seen);
    assert!(author.client.end().success());
}
