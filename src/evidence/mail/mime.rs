//! Mails, taken apart: messages, their parts and headers, with the lines where they stand (RFC 5322, 2045, 2046, 2047).
//!
//! In: the bytes of a mail. Out: all [`Part`]s in their order, texts decoded, each line with its number in the mail as it was given.
//! Broken mails are read as far as they go: boundaries that are missing or never close, parts without headers, charsets that do not
//! exist. How parts nest is told here line by line, in time that grows with the size alone and within [`Limits`]; what encodings,
//! charsets and header fields hold is decoded by `mail-parser`.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::parsers::MessageStream;
use mail_parser::{ContentType, HeaderValue};

use super::reports;
use super::text::TextLine;
use crate::records::{At, Limits, Note};

/// So many lines of text are kept of a mail, and so many fields of a header.
const LINES: usize = 200_000;
const FIELDS: usize = 5_000;

/// A field of a header.
#[derive(Debug, Clone)]
pub(super) struct Header {
    pub(super) name: String,
    /// In one line, with encoded words decoded.
    pub(super) value: String,
    pub(super) at: At,
}

/// A part of a mail, or a message in it as a whole.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// How many messages it stands within: 0 in the one that was given, 1 in one that this returns or carries.
    pub(super) level: usize,
    /// Whether its headers are those of a message.
    pub(super) is_message: bool,
    /// Whether it is only the header of a returned message, of which nothing else is there.
    pub(super) is_header_alone: bool,
    pub(super) headers: Vec<Header>,
    /// Its type, in small letters: `text/plain`.
    pub(super) kind: String,
    /// The parameter `report-type` of a `multipart/report`.
    pub(super) report: Option<String>,
    /// The name of its file.
    pub(super) name: Option<String>,
    pub(super) at: At,
    /// In bytes, as it is written.
    pub(super) size: u64,
    /// Its text, where it is one.
    pub(super) lines: Vec<TextLine>,
    /// What it holds, decoded, where that may be a report.
    pub(super) attached: Vec<u8>,
}

impl Part {
    /// Returns the first field of a name, which is written in any case.
    pub(super) fn header(&self, name: &str) -> Option<&Header> {
        self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))
    }

    /// Returns the value of that field.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.header(name).map(|header| header.value.as_str())
    }
}

/// Takes a mail apart.
pub(super) fn parts(bytes: &[u8], limits: &Limits) -> (Vec<Part>, Vec<Note>) {
    let mut splitter = Splitter { limits, parts: Vec::new(), notes: Vec::new(), lines: 0 };
    let start = Block { bytes, line: 1, is_decoded: false }.without_envelope();
    splitter.entity(start, &Place { level: 0, depth: 0, is_message: true, standard: "text/plain" });
    (splitter.parts, splitter.notes)
}

/// Returns the body of a mail as it stands there.
pub(super) fn body<'b>(bytes: &'b [u8], limits: &Limits) -> &'b [u8] {
    let mut splitter = Splitter { limits, parts: Vec::new(), notes: Vec::new(), lines: 0 };
    splitter.header(Block { bytes, line: 1, is_decoded: false }.without_envelope()).1.bytes
}

/// Reads header fields that stand in a text: of a message that a bounce returns below its own words.
pub(super) fn fields(lines: &[TextLine]) -> Vec<Header> {
    let mut found: Vec<(String, String, At)> = Vec::new();
    for line in lines {
        if line.text.trim().is_empty() {
            break;
        }
        match field(&line.text) {
            Some((name, value)) if !line.text.starts_with([' ', '\t']) => {
                found.push((name.to_owned(), value.to_owned(), line.at()));
            }
            _ => {
                let Some((_, value, _)) = found.last_mut() else { break };
                if !line.text.starts_with([' ', '\t']) {
                    break;
                }
                value.push(' ');
                value.push_str(line.text.trim());
            }
        }
        if found.len() > FIELDS {
            break;
        }
    }
    let decoded =
        |(name, value, at): (String, String, At)| Header { name, value: unencoded(value.as_bytes()), at };
    found.into_iter().map(decoded).collect()
}

/// Takes a field apart: `Subject: no`.
pub(super) fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_end();
    let fits = !name.is_empty()
        && name.len() <= 76
        && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'<' && byte != b'@');
    fits.then(|| (name, value.trim()))
}

/// Bytes of a mail, and the line where they begin.
#[derive(Debug, Clone, Copy)]
struct Block<'b> {
    bytes: &'b [u8],
    line: u32,
    /// Whether they were encoded: then all of their lines stand where that begins.
    is_decoded: bool,
}

impl<'b> Block<'b> {
    /// Yields the lines with their ends, each with where it begins, and its number.
    fn lines(self) -> impl Iterator<Item = (usize, u32, &'b [u8])> {
        let mut start = 0;
        let mut number = self.line;
        self.bytes.split_inclusive(|byte| *byte == b'\n').map(move |line| {
            let this = (start, number, line);
            start += line.len();
            number = number.saturating_add(u32::from(!self.is_decoded));
            this
        })
    }

    /// Returns what stands between two of its bytes.
    fn cut(self, from: usize, to: usize, line: u32) -> Self {
        Self { bytes: self.bytes.get(from..to).unwrap_or_default(), line, ..self }
    }

    /// Leaves out what stands before the header: empty lines, and the `From ` line of a mailbox.
    fn without_envelope(self) -> Self {
        let is_before = |line: &[u8]| {
            line.trim_ascii().is_empty()
                || line.starts_with(b"From ")
                || line.starts_with(b">From ")
                || line.starts_with(b"\xef\xbb\xbf\n")
        };
        let from = self.lines().find(|(_, _, line)| !is_before(line));
        let from = from.map_or(self, |(start, number, _)| self.cut(start, self.bytes.len(), number));
        match from.bytes.strip_prefix(b"\xef\xbb\xbf") {
            Some(bytes) => Self { bytes, ..from },
            None => from,
        }
    }

    fn at(self) -> At {
        let first = self.bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        At::new(self.line, String::from_utf8_lossy(first).trim_end())
    }
}

/// Where an entity stands.
struct Place {
    level: usize,
    depth: usize,
    is_message: bool,
    /// The type that it has where it says none.
    standard: &'static str,
}

struct Splitter<'l> {
    limits: &'l Limits,
    parts: Vec<Part>,
    notes: Vec<Note>,
    /// How many lines of text were kept.
    lines: usize,
}

impl Splitter<'_> {
    fn note(&mut self, text: String, line: u32) {
        if !self.notes.iter().any(|note| note.text == text) {
            self.notes.push(Note { text, line: Some(line) });
        }
    }

    /// Reads a message, or a part of one: a header, and what it speaks of.
    fn entity(&mut self, block: Block<'_>, place: &Place) {
        if place.depth > self.limits.depth {
            let depth = self.limits.depth;
            self.note(
                format!("parts that stand deeper than {depth} within each other are not read"),
                block.line,
            );
            return;
        }
        if self.parts.len() >= self.limits.parts {
            let parts = self.limits.parts;
            self.note(format!("only the first {parts} parts are read"), block.line);
            return;
        }
        let (headers, body) = self.header(block);
        let of = |name: &str| headers.iter().find(|(header, _)| header.name.eq_ignore_ascii_case(name));
        let about = of("content-type").and_then(|(_, raw)| content_type(raw));
        let kind = about.as_ref().map_or_else(|| place.standard.to_owned(), type_of);
        let attribute = |name: &str| about.as_ref()?.attribute(name).map(str::to_owned);
        let disposition = of("content-disposition").and_then(|(_, raw)| content_type(raw));
        let name = disposition.and_then(|about| about.attribute("filename").map(str::to_owned));
        let encoding = of("content-transfer-encoding").map(|(header, _)| header.value.to_ascii_lowercase());
        let (boundary, charset) = (attribute("boundary"), attribute("charset"));
        self.parts.push(Part {
            level: place.level,
            is_message: place.is_message,
            is_header_alone: false,
            kind: kind.clone(),
            report: attribute("report-type").map(|report| report.to_ascii_lowercase()),
            name: name.or_else(|| attribute("name")),
            at: block.at(),
            size: body.bytes.len() as u64,
            lines: Vec::new(),
            attached: Vec::new(),
            headers: headers.into_iter().map(|(header, _)| header).collect(),
        });
        let encoding = encoding.as_deref().unwrap_or_default();
        if kind.starts_with("multipart/") && self.multipart(body, boundary.as_deref(), &kind, place) {
            return;
        }
        self.attach(body, encoding);
        match kind.as_str() {
            "message/rfc822" | "message/global" | "message/news" => self.message(body, encoding, place),
            "text/rfc822-headers" | "message/rfc822-headers" | "message/global-headers" => {
                self.text(body, encoding, charset.as_deref());
                self.header_alone(place);
            }
            _ if is_text(&kind) => self.text(body, encoding, charset.as_deref()),
            _ => (),
        }
    }

    /// Reads the fields up to the empty line, each with its bytes, and returns what stands behind them.
    fn header<'b>(&mut self, block: Block<'b>) -> (Vec<(Header, &'b [u8])>, Block<'b>) {
        // Each field: where its name, its value and the next field begin, and its line.
        let mut spans: Vec<(usize, usize, usize, u32)> = Vec::new();
        let mut body = block.cut(block.bytes.len(), block.bytes.len(), block.line);
        for (start, number, line) in block.lines() {
            let end = start + line.len();
            if line.trim_ascii().is_empty() {
                body = block.cut(end, block.bytes.len(), number.saturating_add(u32::from(!block.is_decoded)));
                break;
            }
            let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
            match (spans.last_mut(), name_length(line)) {
                (Some(last), _) if is_folded => last.2 = end,
                (_, Some(name)) => spans.push((start, start + name + 1, end, number)),
                _ if line.starts_with(b"From ") || line.starts_with(b">From ") => (),
                // What is no field ends the header: here, the empty line is missing.
                _ => {
                    body = block.cut(start, block.bytes.len(), number);
                    break;
                }
            }
        }
        if spans.len() > FIELDS {
            self.note(format!("only the first {FIELDS} fields of a header are read"), block.line);
            spans.truncate(FIELDS);
        }
        let header = |(start, value, end, number): (usize, usize, usize, u32)| {
            let raw = block.bytes.get(value..end).unwrap_or_default();
            let name = block.bytes.get(start..value.saturating_sub(1)).unwrap_or_default();
            let first = block.cut(start, end, number).at();
            let name = String::from_utf8_lossy(name).trim().to_owned();
            (Header { name, value: unencoded(raw), at: first }, raw)
        };
        (spans.into_iter().map(header).collect(), body)
    }

    /// Reads the parts of a body; false where no boundary is found in it.
    fn multipart(&mut self, body: Block<'_>, boundary: Option<&str>, kind: &str, place: &Place) -> bool {
        let told = boundary.map(|boundary| boundary.trim_end().as_bytes().to_vec());
        let found = told.and_then(|told| delimited(body, &told, self.limits.parts));
        let found = found.or_else(|| delimited(body, &guessed(body)?, self.limits.parts));
        let Some(parts) = found else { return false };
        let standard = if kind == "multipart/digest" { "message/rfc822" } else { "text/plain" };
        for part in parts {
            let place = Place { level: place.level, depth: place.depth + 1, is_message: false, standard };
            self.entity(part, &place);
        }
        true
    }

    /// Reads a message that stands in another.
    fn message(&mut self, body: Block<'_>, encoding: &str, place: &Place) {
        let place = Place {
            level: place.level + 1,
            depth: place.depth + 1,
            is_message: true,
            standard: "text/plain",
        };
        match encoding.trim() {
            "base64" => {
                let bytes = from_base64(body.bytes);
                self.entity(
                    Block { bytes: &bytes, line: body.line, is_decoded: true }.without_envelope(),
                    &place,
                );
            }
            "quoted-printable" => {
                let bytes = quoted_printable_decode(body.bytes).unwrap_or_else(|| body.bytes.to_vec());
                self.entity(
                    Block { bytes: &bytes, line: body.line, is_decoded: true }.without_envelope(),
                    &place,
                );
            }
            _ => self.entity(body.without_envelope(), &place),
        }
    }

    /// Decodes the text of the last part.
    fn text(&mut self, body: Block<'_>, encoding: &str, charset: Option<&str>) {
        let room = LINES.saturating_sub(self.lines);
        let (lines, is_cut) = text_lines(body, encoding, charset, room, self.limits.line);
        self.lines += lines.len();
        if is_cut {
            self.note(format!("only the first {LINES} lines of its text are read"), body.line);
        }
        if let Some(part) = self.parts.last_mut() {
            part.lines = lines;
        }
    }

    /// Keeps what the last part holds, where that may be a report.
    fn attach(&mut self, body: Block<'_>, encoding: &str) {
        let Some(part) = self.parts.last_mut() else { return };
        if reports::may_hold(&part.kind, part.name.as_deref()) {
            part.attached = match encoding.trim() {
                "base64" => from_base64(body.bytes),
                "quoted-printable" => {
                    quoted_printable_decode(body.bytes).unwrap_or_else(|| body.bytes.to_vec())
                }
                _ => body.bytes.to_vec(),
            };
        }
    }

    /// Makes a message of the last part, whose text is the header of one.
    fn header_alone(&mut self, place: &Place) {
        let Some(part) = self.parts.last() else { return };
        let first = part.lines.iter().position(|line| !line.text.trim().is_empty()).unwrap_or(0);
        let headers = fields(part.lines.get(first..).unwrap_or_default());
        let message = Part {
            level: place.level + 1,
            is_message: true,
            is_header_alone: true,
            headers,
            kind: String::new(),
            report: None,
            name: None,
            at: part.at.clone(),
            size: part.size,
            lines: Vec::new(),
            attached: Vec::new(),
        };
        self.parts.push(message);
    }
}

/// Returns whether a part is read as text.
pub(crate) fn is_text(kind: &str) -> bool {
    let (main, sub) = kind.split_once('/').unwrap_or((kind, ""));
    // A multipart comes here where no boundary is found in it.
    main == "text" || main == "message" || main == "multipart" || sub == "delivery-status"
}

/// Returns the length of the name that a field begins with.
pub(crate) fn name_length(line: &[u8]) -> Option<usize> {
    let colon = line.iter().take(100).position(|byte| *byte == b':')?;
    let name = line.get(..colon)?.trim_ascii_end();
    let fits = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    fits.then_some(colon)
}

/// Returns the value of a field in one line, its encoded words decoded.
pub(crate) fn unencoded(raw: &[u8]) -> String {
    let mut text = decoded(raw, None).into_bytes();
    // The parser ends a field at a line that does not begin with a blank.
    text.retain(|byte| *byte != b'\r');
    while text.last() == Some(&b'\n') {
        text.pop();
    }
    text.push(b'\n');
    match MessageStream::new(&text).parse_unstructured() {
        HeaderValue::Text(value) => super::reply::one_line(&value),
        _ => String::new(),
    }
}

pub(crate) fn content_type(raw: &[u8]) -> Option<ContentType<'_>> {
    match MessageStream::new(raw).parse_content_type() {
        HeaderValue::ContentType(about) => Some(about),
        _ => None,
    }
}

pub(crate) fn type_of(about: &ContentType<'_>) -> String {
    match about.subtype() {
        Some(sub) => format!("{}/{sub}", about.ctype()).to_ascii_lowercase(),
        None => about.ctype().to_ascii_lowercase(),
    }
}

/// Returns what stands between the lines of a boundary; none where there is no such line.
fn delimited<'b>(body: Block<'b>, boundary: &[u8], most: usize) -> Option<Vec<Block<'b>>> {
    let mut parts = Vec::new();
    let mut open: Option<(usize, u32)> = None;
    for (start, number, line) in body.lines() {
        let Some(rest) = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary)) else {
            continue;
        };
        let rest = rest.trim_ascii();
        if !(rest.is_empty() || rest == b"--") {
            continue;
        }
        if let Some((from, line)) = open.take() {
            parts.push(body.cut(from, start, line));
        }
        // One more than the limit, so that it is told.
        if rest == b"--" || parts.len() > most {
            return Some(parts);
        }
        open = Some((start + line.len(), number.saturating_add(u32::from(!body.is_decoded))));
    }
    let (from, line) = match open {
        Some(open) => open,
        None if parts.is_empty() => return None,
        None => return Some(parts),
    };
    parts.push(body.cut(from, body.bytes.len(), line));
    Some(parts)
}

/// Returns the boundary that a body shows where its header does not tell it: a line of dashes before a field about content.
fn guessed(body: Block<'_>) -> Option<Vec<u8>> {
    let mut before: Option<&[u8]> = None;
    for (_, _, line) in body.lines().take(200) {
        let line = line.trim_ascii_end();
        let is_about = line.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"));
        if let Some(boundary) = before.filter(|_| is_about) {
            return Some(boundary.to_vec());
        }
        before = line.strip_prefix(b"--").filter(|boundary| !boundary.is_empty());
    }
    None
}

/// Returns the boundary that a body shows, likewise.
pub(crate) fn guessed_boundary(body: &[u8]) -> Option<String> {
    let boundary = guessed(Block { bytes: body, line: 1, is_decoded: true })?;
    String::from_utf8(boundary).ok()
}

/// Returns the value of the first field of a name, as it is written.
pub(crate) fn raw_field<'b>(header: &'b [u8], name: &str) -> Option<&'b [u8]> {
    let block = Block { bytes: header, line: 1, is_decoded: true };
    let is_named = |line: &[u8]| {
        name_length(line)
            .and_then(|end| line.get(..end))
            .is_some_and(|own| own.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
    };
    let (start, _, line) = block.lines().find(|(_, _, line)| is_named(line))?;
    let rest = block.cut(start + line.len(), header.len(), 1);
    let more: usize = rest
        .lines()
        .map(|(_, _, line)| line)
        .take_while(|line| line.starts_with(b" ") || line.starts_with(b"\t"))
        .map(<[u8]>::len)
        .sum();
    header.get(start + name_length(line)? + 1..start + line.len() + more)
}

/// Writes a text of a header in encoded words of at most 75 bytes each (RFC 2047), where it is not all ASCII.
pub(crate) fn encoded(text: &str) -> String {
    use base64::Engine as _;
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words = vec![String::new()];
    for c in text.chars() {
        if words.last().is_some_and(|word| word.len() > 40) {
            words.push(String::new());
        }
        words.last_mut().into_iter().for_each(|word| word.push(c));
    }
    let encode =
        |word: &String| format!("=?utf-8?B?{}?=", base64::engine::general_purpose::STANDARD.encode(word));
    words.iter().map(encode).collect::<Vec<_>>().join(" ")
}

/// Decodes base64; what stands around it is left out.
pub(crate) fn from_base64(bytes: &[u8]) -> Vec<u8> {
    base64_decode(bytes).unwrap_or_else(|| {
        let is_code = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let code: Vec<u8> = lines.filter(|line| line.iter().all(is_code)).flatten().copied().collect();
        base64_decode(&code).unwrap_or_default()
    })
}

/// Returns the lines of a text, and whether there were more than there is room for.
fn text_lines(
    body: Block<'_>,
    encoding: &str,
    charset: Option<&str>,
    room: usize,
    longest: usize,
) -> (Vec<TextLine>, bool) {
    let mut lines = Vec::new();
    let mut add = |number: u32, bytes: &[u8]| {
        let bytes = bytes.get(..bytes.len().min(longest)).unwrap_or(bytes);
        let text = decoded(bytes, charset);
        lines.push(TextLine::new(number, text.trim_end_matches(['\r', '\n'])));
        lines.len() >= room
    };
    if room == 0 {
        return (lines, !body.bytes.trim_ascii().is_empty());
    }
    match encoding.trim() {
        "base64" => {
            let bytes = from_base64(body.bytes);
            let text = decoded(&bytes, charset);
            for line in text.lines() {
                if add_decoded(&mut lines, body.line, line, room) {
                    return (lines, true);
                }
            }
        }
        "quoted-printable" => {
            let mut open: Option<(u32, Vec<u8>)> = None;
            for (_, number, line) in body.lines() {
                let (first, mut bytes) = open.take().unwrap_or((number, Vec::new()));
                bytes.extend_from_slice(line);
                if line.trim_ascii_end().ends_with(b"=") && bytes.len() < longest {
                    open = Some((first, bytes));
                    continue;
                }
                let plain = quoted_printable_decode(&bytes).unwrap_or(bytes);
                if add(first, &plain) {
                    return (lines, true);
                }
            }
            if let Some((first, bytes)) = open {
                let plain = quoted_printable_decode(&bytes).unwrap_or(bytes);
                add(first, &plain);
            }
        }
        _ => {
            for (_, number, line) in body.lines() {
                if add(number, line) {
                    return (lines, true);
                }
            }
        }
    }
    (lines, false)
}

fn add_decoded(lines: &mut Vec<TextLine>, number: u32, text: &str, room: usize) -> bool {
    lines.push(TextLine::new(number, text));
    lines.len() >= room
}

/// Returns whether a charset writes other letters with those of ASCII.
fn is_escaped(charset: &str) -> bool {
    let charset = charset.to_ascii_lowercase();
    ["iso-2022", "utf-7", "hz", "utf-16"].iter().any(|begin| charset.starts_with(begin))
}

/// Decodes a charset; without one, UTF-8, or else what most old programs mean by none.
fn decoded(bytes: &[u8], charset: Option<&str>) -> String {
    if bytes.is_ascii() && !charset.is_some_and(is_escaped) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let named = charset.filter(|charset| !charset.eq_ignore_ascii_case("us-ascii"));
    if let Some(decoder) = named.and_then(|charset| charset_decoder(charset.as_bytes())) {
        return decoder(bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    match charset_decoder(b"windows-1252") {
        Some(decoder) => decoder(bytes),
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}
