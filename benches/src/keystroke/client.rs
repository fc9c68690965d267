//! The least that an editor is.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use super::{milliseconds, uri};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A server that is spoken with.
pub struct Client {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: u64,
    version: u64,
}

impl Client {
    /// Starts a server and meets it.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn start(ruleout: &Path) -> Result<Self> {
        let mut child = Command::new(ruleout).arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take().ok_or("no input")?;
        let output = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut client = Self { child, input, output, asked: 0, version: 1 };
        client.request("initialize", &json!({ "capabilities": {} }))?;
        client.write(&json!({ "method": "initialized", "params": {} }))?;
        Ok(client)
    }

    fn write(&mut self, message: &Value) -> Result<()> {
        let mut message = message.clone();
        message["jsonrpc"] = json!("2.0");
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        Ok(self.input.flush()?)
    }

    fn read(&mut self) -> Result<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line)? == 0 {
                return Err("the server ended".into());
            }
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse()?,
                None if line.trim_end().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body)?;
        Ok(serde_json::from_slice(&body)?)
    }

    fn request(&mut self, method: &str, params: &Value) -> Result<Value> {
        self.asked += 1;
        let id = self.asked;
        self.write(&json!({ "id": id, "method": method, "params": params }))?;
        loop {
            let message = self.read()?;
            if message["id"] == id {
                return Ok(message["result"].clone());
            }
        }
    }

    /// The problems of a file in its newest version; how many.
    fn problems(&mut self, file: &PathBuf) -> Result<usize> {
        loop {
            let message = self.read()?;
            let params = &message["params"];
            if message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri(file)
                && params["version"] == self.version
            {
                return Ok(params["diagnostics"].as_array().map_or(0, Vec::len));
            }
        }
    }

    /// Opens a file, and waits for its problems.
    ///
    /// # Errors
    /// Where the server says none.
    pub fn open(&mut self, file: &PathBuf, text: &str) -> Result<()> {
        let document = json!({ "uri": uri(file), "languageId": "ruleout", "version": 1, "text": text });
        self.write(&json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } }))?;
        self.problems(file).map(|_| ())
    }

    /// Strikes a key that makes `usually` wrong, or right again; how long its problems took, in milliseconds.
    ///
    /// # Errors
    /// Where the problems are not those of the key.
    pub fn key(&mut self, file: &PathBuf, line: usize, right: bool) -> Result<f64> {
        self.version += 1;
        let at = |character| json!({ "line": line, "character": character });
        let (end, text) = if right { (3, "") } else { (2, "x") };
        let change = json!({ "range": { "start": at(2), "end": at(end) }, "text": text });
        let document = json!({ "uri": uri(file), "version": self.version });
        let params = json!({ "textDocument": document, "contentChanges": [change] });
        let began = Instant::now();
        self.write(&json!({ "method": "textDocument/didChange", "params": params }))?;
        let found = self.problems(file)?;
        if (found == 0) != right {
            return Err(format!("{found} problems").into());
        }
        Ok(milliseconds(began))
    }

    /// Asks something of a place; how long the answer took, in milliseconds.
    ///
    /// # Errors
    /// Where there is no answer.
    pub fn ask(&mut self, method: &str, file: &PathBuf, line: usize, character: usize) -> Result<f64> {
        let position = json!({ "line": line, "character": character });
        let began = Instant::now();
        let answer = self.request(method, &json!({ "textDocument": { "uri": uri(file) }, "position": position }))?;
        if answer.is_null() { Err(format!("no answer to {method}").into()) } else { Ok(milliseconds(began)) }
    }

    /// Says goodbye.
    ///
    /// # Errors
    /// Where the server does not end in order.
    pub fn end(mut self) -> Result<()> {
        self.request("shutdown", &Value::Null)?;
        self.write(&json!({ "method": "exit" }))?;
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("{status}").into()) }
    }
}
