//! Messages over standard input and output: a header with a length, then JSON (the protocol's base part).
//!
//! A message that is none is answered as JSON-RPC says and the next one is read: its length says where it begins. Only a
//! header without a length that can be believed ends the conversation, since nobody knows what follows.

use std::io::{self, BufRead, Read as _, Write};

use lsp_server::Message;
use serde_json::{Value, json};

use crate::loader;

/// The largest message, in bytes: twice a text of the largest size. What is read of it takes up to twenty times the room.
const LARGEST: u64 = 2 * loader::DEFAULT_BYTES;
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
    if length > LARGEST {
        let skipped = io::copy(&mut input.take(length), &mut io::sink())?;
        let text = format!("a message of more than {LARGEST} bytes is not read");
        let refused = Arrived::Malformed(refusal(-32600, &Value::Null, &text));
        return Ok((skipped == length).then_some(refused));
    }
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        return Ok(None);
    }
    Ok(Some(message(&body)))
}

fn message(body: &[u8]) -> Arrived {
    let read = serde_json::from_slice::<Value>(body);
    // An editor in UTF-16 may cut a character in two; an edit that is not taken in would leave its text behind.
    match read.or_else(|error| serde_json::from_slice(&whole_characters(body)).map_err(|_| error)) {
        Err(error) => Arrived::Malformed(refusal(-32700, &Value::Null, &format!("this is no JSON: {error}"))),
        Ok(mut value) => {
            let id = value.get("id").filter(|id| id.is_string() || id.is_number()).cloned();
            if let Some(id) = value.get_mut("id") {
                *id = narrow(id.take());
            }
            if let Ok(message) = serde_json::from_value(value) {
                return Arrived::Message(message);
            }
            let text = "this is neither a request nor a notification nor a response";
            Arrived::Malformed(refusal(-32600, &id.unwrap_or_default(), text))
        }
    }
}

/// Begins an identification that arrived as a number which the library cannot hold.
const NUMBER: &str = "\u{0}number ";

/// Returns an identification as the library takes it: a number beyond 32 bits is written as a text meanwhile.
fn narrow(id: Value) -> Value {
    let fits = id.as_i64().is_some_and(|number| i32::try_from(number).is_ok());
    match &id {
        Value::Number(number) if !fits => Value::String(format!("{NUMBER}{number}")),
        _ => id,
    }
}

/// Returns an identification as it arrived.
fn widened(id: &Value) -> Option<Value> {
    serde_json::from_str(id.as_str()?.strip_prefix(NUMBER)?).ok()
}

/// Puts the replacement character where half of a pair of UTF-16 is escaped by itself.
fn whole_characters(body: &[u8]) -> Vec<u8> {
    let unit = |at: usize| {
        let digits = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let (mut whole, mut at) = (Vec::with_capacity(body.len()), 0);
    while let Some(byte) = body.get(at) {
        let length = match (unit(at), unit(at + 6)) {
            (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => 12,
            (Some(0xD800..0xE000), _) => {
                whole.extend_from_slice(b"\\ufffd");
                at += 6;
                continue;
            }
            // What is escaped is not the beginning of an escape itself.
            _ if *byte == b'\\' => 2,
            _ => 1,
        };
        whole.extend_from_slice(body.get(at..(at + length).min(body.len())).unwrap_or_default());
        at += length;
    }
    whole
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
        Ok(length) => Ok(Some(length)),
        Err(_) => Err(bad("a `Content-Length` that is no length")),
    }
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Writes a message.
pub(super) fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let wide = message.get("id").and_then(widened).map(|id| {
        let mut message = message.clone();
        message.as_object_mut().and_then(|members| members.insert("id".to_owned(), id));
        message
    });
    let body = serde_json::to_string(wide.as_ref().unwrap_or(message))?;
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_beyond_32_bits_comes_back_as_it_was() {
        for id in ["9007199254740993", "-3000000000", "1.5", "7", "\"7\""] {
            let Arrived::Message(Message::Request(request)) = message(
                format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"shutdown","params":null}}"#).as_bytes(),
            ) else {
                panic!("{id}")
            };
            let mut out = Vec::new();
            write(&mut out, &json!({ "jsonrpc": "2.0", "id": request.id, "result": null })).unwrap();
            assert!(String::from_utf8(out).unwrap().contains(&format!(r#""id":{id}"#)), "{id}");
        }
    }

    #[test]
    fn half_a_character_is_replaced_and_the_rest_is_taken_in() {
        let text = |escaped: &str| {
            let body = format!(r#"{{"jsonrpc":"2.0","method":"m","params":["{escaped}"]}}"#);
            match message(body.as_bytes()) {
                Arrived::Message(Message::Notification(told)) => told.params[0].as_str().unwrap().to_owned(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(text(r"a\ud83db"), "a\u{fffd}b");
        assert_eq!(text(r"a\udca1\ud83d\udca1"), "a\u{fffd}💡");
        assert_eq!(text(r"\\ud83d\ud83d"), "\\ud83d\u{fffd}");
    }

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
    fn a_message_that_is_too_large_is_refused_and_the_next_is_read() {
        let large = "[],".repeat(20_000_000);
        let text = [framed(&large), framed("{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"x\"}")];
        let mut input = io::Cursor::new(text.concat());
        let Some(Arrived::Malformed(answer)) = read(&mut input).unwrap() else { panic!() };
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(-32600)));
        assert!(matches!(read(&mut input).unwrap(), Some(Arrived::Message(Message::Request(_)))));
        // One that ends before it should is the end.
        assert!(read(&mut io::Cursor::new("Content-Length: 999999999\r\n\r\n{}")).unwrap().is_none());
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
