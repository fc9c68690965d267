//! Messages over standard input and output: a header with a length, then JSON (the protocol's base part).
//!
//! A message that is none is answered as JSON-RPC says and the next one is read: its length says where it begins. Only a
//! header without a length that can be believed ends the conversation, since nobody knows what follows.

use std::io::{self, BufRead, Read as _, Write};

use lsp_server::Message;
use serde_json::{Value, json};

/// The largest message: a text of the largest size with every character escaped.
const LARGEST: u64 = 64 * 1024 * 1024;
/// The longest line of a header.
const HEADER: u64 = 4096;

/// What arrived.
#[derive(Debug)]
pub(super) enum Arrived {
    /// A message.
    Message(Message),
    /// Something else, and the answer to it.
    Malformed(Value),
}

/// Reads the next message; none at the end.
pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<Arrived>> {
    let Some(length) = length(input)? else { return Ok(None) };
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        return Ok(None);
    }
    Ok(Some(message(&body)))
}

fn message(body: &[u8]) -> Arrived {
    match serde_json::from_slice::<Value>(body) {
        Err(error) => Arrived::Malformed(refusal(-32700, &Value::Null, &format!("this is no JSON: {error}"))),
        Ok(value) => {
            let id = value.get("id").filter(|id| id.is_string() || id.is_number()).cloned();
            if let Ok(message) = serde_json::from_value(value) {
                return Arrived::Message(message);
            }
            let text = "this is neither a request nor a notification nor a response";
            Arrived::Malformed(refusal(-32600, &id.unwrap_or_default(), text))
        }
    }
}

fn refusal(code: i32, id: &Value, message: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
}

/// Reads a header, and returns the length of the body in bytes; none at the end.
fn length(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        input.take(HEADER).read_until(b'\n', &mut line)?;
        let line = String::from_utf8_lossy(&line);
        match (line.trim_end(), length) {
            ("", _) if !line.ends_with('\n') => return Ok(None),
            ("", Some(length)) => return Ok(Some(length)),
            ("", None) => return Err(bad("a message without `Content-Length`")),
            (field, _) => length = content_length(field)?.or(length),
        }
    }
}

fn content_length(field: &str) -> io::Result<Option<u64>> {
    let Some((name, value)) = field.split_once(':') else { return Err(bad("a header without `:`")) };
    if !name.eq_ignore_ascii_case("Content-Length") {
        return Ok(None);
    }
    match value.trim().parse() {
        Ok(length) if length <= LARGEST => Ok(Some(length)),
        _ => Err(bad("a `Content-Length` that is no length, or too large a one")),
    }
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Writes a message.
pub(super) fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let body = serde_json::to_string(message)?;
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn what_is_no_message_is_answered_and_the_next_is_read() {
        let text =
            [framed("{]"), framed("{\"id\": 7}"), framed("{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"x\"}")];
        let mut input = io::Cursor::new(text.concat());
        let mut next = || read(&mut input).unwrap();
        let Some(Arrived::Malformed(answer)) = next() else { panic!() };
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(-32700)));
        let Some(Arrived::Malformed(answer)) = next() else { panic!() };
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(7), &json!(-32600)));
        assert!(matches!(next(), Some(Arrived::Message(Message::Request(_)))));
        assert!(next().is_none());
    }

    #[test]
    fn a_length_that_cannot_be_believed_ends_it() {
        for header in
            ["Content-Length: 99999999999999999999\r\n\r\n", "Content-Length: -1\r\n\r\n", "\r\n", "x\r\n"]
        {
            assert!(read(&mut io::Cursor::new(header)).is_err(), "{header}");
        }
        assert!(read(&mut io::Cursor::new("Content-Length: 9\r\n\r\n{}")).unwrap().is_none());
    }
}
