//! An editor without a screen: it starts `ruleout lsp` and speaks the protocol with it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::program::command;

/// Longer than anything takes on any machine: who waits for so long waits for nothing.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    asked: i64,
    /// What is shown of each file, and of which version.
    pub(crate) shown: BTreeMap<String, (Option<i64>, Vec<Value>)>,
    /// Every other message that was not asked for.
    pub(crate) told: Vec<Value>,
    versions: BTreeMap<PathBuf, i64>,
}

impl Client {
    /// A server to which nothing has been said.
    pub(crate) fn start() -> Self {
        let mut command = command(env!("CARGO_MANIFEST_DIR").as_ref(), &["lsp"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || read_all(output, &|message| sender.send(message).is_ok()));
        let input = child.stdin.take();
        let (shown, told, versions) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
        Self { child, input, messages, asked: 0, shown, told, versions }
    }

    /// A server that has met its editor.
    pub(crate) fn meet(capabilities: &Value) -> Self {
        let mut client = Self::start();
        let params = json!({ "processId": null, "rootUri": null, "capabilities": capabilities });
        client.ask("initialize", &params).unwrap();
        client.tell("initialized", &json!({}));
        client
    }

    pub(crate) fn write(&mut self, body: &str) {
        self.raw(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    }

    pub(crate) fn raw(&mut self, text: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(text.as_bytes()).and_then(|()| input.flush()).unwrap();
    }

    pub(crate) fn tell(&mut self, method: &str, params: &Value) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string());
    }

    /// The result of a request, or its error.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Result<Value, Value> {
        self.asked += 1;
        let id = self.asked;
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        loop {
            let mut message = self.next();
            if message["id"] == id && message.get("method").is_none() {
                assert_eq!(message["jsonrpc"], "2.0");
                return message.get("error").cloned().map_or_else(|| Ok(message["result"].take()), Err);
            }
        }
    }

    /// The next message, whatever it is; problems that are shown are kept.
    pub(crate) fn next(&mut self) -> Value {
        let message = self.messages.recv_timeout(PATIENCE).expect("the server says something");
        if message["method"] == "textDocument/publishDiagnostics" {
            let params = &message["params"];
            let problems = params["diagnostics"].as_array().unwrap().clone();
            let uri = params["uri"].as_str().unwrap().to_owned();
            self.shown.insert(uri, (params["version"].as_i64(), problems));
        } else if message.get("method").is_some() {
            self.told.push(message.clone());
        }
        message
    }

    /// Waits until something is so.
    pub(crate) fn until(&mut self, is_so: impl Fn(&Self) -> bool) {
        while !is_so(self) {
            self.next();
        }
    }

    pub(crate) fn open(&mut self, file: &Path, text: &str) {
        let document = json!({ "uri": uri(file), "languageId": "ruleout", "version": 1, "text": text });
        self.versions.insert(file.to_owned(), 1);
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// Makes changes, and waits for the problems of the text after them.
    pub(crate) fn change(&mut self, file: &Path, changes: &Value) {
        let version = self.versions.get_mut(file).unwrap();
        *version += 1;
        let version = *version;
        let document = json!({ "uri": uri(file), "version": version });
        self.tell("textDocument/didChange", &json!({ "textDocument": document, "contentChanges": changes }));
        let uri = uri(file);
        self.until(|client| client.shown.get(&uri).is_some_and(|(shown, _)| *shown == Some(version)));
    }

    pub(crate) fn write_anew(&mut self, file: &Path, text: &str) {
        self.change(file, &json!([{ "text": text }]));
    }

    /// What is asked of a place.
    pub(crate) fn at(
        &mut self,
        method: &str,
        file: &Path,
        line: usize,
        character: usize,
    ) -> Result<Value, Value> {
        let position = json!({ "line": line, "character": character });
        self.ask(method, &json!({ "textDocument": { "uri": uri(file) }, "position": position }))
    }

    /// What is asked of a whole file.
    pub(crate) fn of(&mut self, method: &str, file: &Path) -> Value {
        let end = json!({ "line": 100_000, "character": 0 });
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": end });
        let options = json!({ "tabSize": 2, "insertSpaces": true });
        let params = json!({ "textDocument": { "uri": uri(file) }, "range": range, "options": options });
        self.ask(method, &params).unwrap()
    }

    /// The messages that are shown of a file.
    pub(crate) fn problems(&self, file: &Path) -> Vec<String> {
        let shown = self.shown.get(&uri(file)).map(|(_, problems)| problems.as_slice()).unwrap_or_default();
        shown.iter().map(|problem| problem["message"].as_str().unwrap().to_owned()).collect()
    }

    /// The errors that are shown of a file.
    pub(crate) fn errors(&self, file: &Path) -> Vec<String> {
        let shown = self.shown.get(&uri(file)).map(|(_, problems)| problems.as_slice()).unwrap_or_default();
        let errors = shown.iter().filter(|problem| problem["severity"] == 1);
        errors.map(|problem| problem["message"].as_str().unwrap().to_owned()).collect()
    }

    /// Says goodbye, and how the server ended.
    pub(crate) fn end(mut self) -> ExitStatus {
        self.ask("shutdown", &Value::Null).unwrap();
        self.tell("exit", &Value::Null);
        self.wait()
    }

    /// Whether the server ends although its input stays open.
    #[cfg(unix)]
    pub(crate) fn ends_by_itself(&mut self) -> bool {
        loop {
            match self.messages.recv_timeout(PATIENCE) {
                Ok(_) => {}
                Err(gone) => return gone == RecvTimeoutError::Disconnected,
            }
        }
    }

    /// How the server ends when nothing more comes.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.input = None;
        while self.messages.recv_timeout(PATIENCE).is_ok() {}
        self.child.wait().unwrap()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn uri(file: &Path) -> String {
    format!("file://{}", file.display())
}

fn read_all(mut output: impl BufRead, received: &dyn Fn(Value) -> bool) {
    let mut header = String::new();
    while output.read_line(&mut header).is_ok_and(|read| read > 0) {
        if header == "\r\n" {
            continue;
        }
        let length = header.trim_end().strip_prefix("Content-Length: ").expect("a header").parse().unwrap();
        output.read_line(&mut header).unwrap();
        let mut body = vec![0; length];
        output.read_exact(&mut body).unwrap();
        header.clear();
        if !received(serde_json::from_slice(&body).expect("a message is JSON")) {
            return;
        }
    }
}
