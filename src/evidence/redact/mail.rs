//! Mails: each part decoded, its names replaced, and encoded again as it was.
//!
//! What nobody reads is not handed on: the contents of attachments, and the words of a message that a bounce returns, become as many
//! letters without a meaning. That is told.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::Encoding;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

use super::Redactor;
use crate::evidence::mail::mime;

/// Parts that stand deeper than this are not handed on.
const DEPTH: usize = 32;

/// Where a part stands.
#[derive(Clone, Copy)]
struct Place<'p> {
    depth: usize,
    /// Whether it is a part of a report, which returns a message.
    is_report: bool,
    /// Whether it is a part of that message.
    is_returned: bool,
    /// The type that it has where it says none.
    standard: &'p str,
}

impl Redactor {
    /// Replaces what a mail names.
    pub(super) fn message(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        self.entity(
            bytes,
            Place { depth: 0, is_report: false, is_returned: false, standard: "text/plain" },
            &mut out,
        );
        out
    }

    fn entity(&mut self, bytes: &[u8], place: Place<'_>, out: &mut Vec<u8>) {
        if place.depth > DEPTH {
            self.note(format!("what stands deeper than {DEPTH} parts within each other is left out"));
            out.extend(filler(bytes, false));
            return;
        }
        let (header, body) = split(bytes);
        out.extend(self.header(header));
        let raw = |name: &str| mime::raw_field(header, name);
        let about = raw("content-type").and_then(mime::content_type);
        let kind = about.as_ref().map_or_else(|| place.standard.to_owned(), mime::type_of);
        let attribute =
            |name: &str| about.as_ref().and_then(|about| about.attribute(name)).map(str::to_owned);
        let encoding =
            raw("content-transfer-encoding").map(|raw| String::from_utf8_lossy(raw).trim().to_lowercase());
        let encoding = encoding.unwrap_or_default();
        if kind.starts_with("multipart/")
            && let Some(boundary) = attribute("boundary").or_else(|| mime::guessed_boundary(body))
        {
            let is_report = kind == "multipart/report" || place.is_report;
            return self.multipart(body, &boundary, &kind, Place { is_report, ..place }, out);
        }
        let within = Place { depth: place.depth + 1, standard: "text/plain", ..place };
        match kind.as_str() {
            "message/rfc822" | "message/global" | "message/news" => {
                let within =
                    Place { is_report: false, is_returned: place.is_report || place.is_returned, ..within };
                self.encoded_body(body, &encoding, out, |own, bytes, out| own.entity(bytes, within, out));
            }
            _ if mime::is_text(&kind) || is_text_too(&kind) => {
                if place.is_returned && kind.starts_with("text/") && !kind.contains("headers") {
                    self.note("the words of a returned message are left out".to_owned());
                    out.extend(filler(body, encoding == "base64"));
                    return;
                }
                let charset = attribute("charset");
                self.encoded_body(body, &encoding, out, |own, bytes, out| {
                    out.extend(own.charset_text(bytes, charset.as_deref()));
                });
            }
            _ => {
                self.note(format!("the content of a part is left out: {kind}"));
                out.extend(filler(body, encoding == "base64"));
            }
        }
    }

    /// Replaces what stands in a header; names of files are names too.
    fn header(&mut self, header: &[u8]) -> Vec<u8> {
        self.is_header = true;
        let other = self.text(header);
        self.is_header = false;
        other
    }

    fn multipart(&mut self, body: &[u8], boundary: &str, kind: &str, place: Place<'_>, out: &mut Vec<u8>) {
        let standard = if kind == "multipart/digest" { "message/rfc822" } else { "text/plain" };
        let within = Place { depth: place.depth + 1, standard, ..place };
        let mut open: Option<usize> = None;
        let (mut start, mut segment) = (0, 0);
        let mut is_over = false;
        for line in body.split_inclusive(|byte| *byte == b'\n') {
            let from = start;
            start += line.len();
            let rest =
                line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary.trim_end().as_bytes()));
            let Some(rest) = rest.map(<[u8]>::trim_ascii).filter(|rest| rest.is_empty() || rest == b"--")
            else {
                continue;
            };
            let bytes = body.get(segment..from).unwrap_or_default();
            match open.take() {
                Some(_) => self.entity(bytes, within, out),
                None => out.extend(self.text(bytes)),
            }
            out.extend(self.text(line));
            segment = start;
            is_over |= rest == b"--";
            open = (!is_over).then_some(start);
        }
        let bytes = body.get(segment..).unwrap_or_default();
        match open {
            Some(_) => self.entity(bytes, within, out),
            None => out.extend(self.text(bytes)),
        }
    }

    /// Decodes a body, has it replaced, and encodes it again.
    fn encoded_body(
        &mut self,
        body: &[u8],
        encoding: &str,
        out: &mut Vec<u8>,
        replace: impl FnOnce(&mut Self, &[u8], &mut Vec<u8>),
    ) {
        let mut plain = Vec::new();
        match encoding {
            "base64" => {
                replace(self, &mime::from_base64(body), &mut plain);
                let code = STANDARD.encode(&plain);
                let ending = ending(body);
                for line in code.as_bytes().chunks(76) {
                    out.extend(line);
                    out.extend(ending);
                }
                out.extend(tail(body));
            }
            "quoted-printable" => {
                let decoded = quoted_printable_decode(body).unwrap_or_else(|| body.to_vec());
                replace(self, &decoded, &mut plain);
                out.extend(quoted_printable(&plain));
            }
            _ => {
                replace(self, body, &mut plain);
                out.extend(plain);
            }
        }
    }

    /// Replaces what a text in any charset names, and writes it in the same one.
    fn charset_text(&mut self, bytes: &[u8], charset: Option<&str>) -> Vec<u8> {
        let encoding = charset.and_then(|charset| Encoding::for_label(charset.as_bytes()));
        if let Some(encoding) =
            encoding.filter(|one| *one != encoding_rs::UTF_8 && one.output_encoding() == *one)
        {
            let (text, is_broken) = encoding.decode_without_bom_handling(bytes);
            if !is_broken && encoding.encode(&text).0 == bytes {
                let other = String::from_utf8_lossy(&self.text(text.as_bytes())).into_owned();
                return encoding.encode(&other).0.into_owned();
            }
        }
        self.text(bytes)
    }
}

/// Attachments that are texts although they do not say so.
fn is_text_too(kind: &str) -> bool {
    matches!(kind, "application/json" | "application/xml" | "application/csv")
}

/// Splits a message at the end of its header, which the empty line belongs to.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut end = 0;
    let mut has_fields = false;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let is_empty = line.trim_ascii().is_empty();
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        let goes_on = if is_empty {
            !has_fields
        } else {
            is_folded && has_fields
                || mime::name_length(line).is_some()
                || line.starts_with(b"From ")
                || line.starts_with(b">From ")
        };
        has_fields |= !is_empty && !line.starts_with(b"From ");
        if goes_on || is_empty {
            end += line.len();
        }
        if !goes_on {
            break;
        }
    }
    bytes.split_at_checked(end).unwrap_or((bytes, &[]))
}

/// Returns as many bytes without a meaning, in as many lines.
fn filler(bytes: &[u8], is_base64: bool) -> Vec<u8> {
    let letter = if is_base64 { b'A' } else { b'x' };
    bytes.iter().map(|byte| if byte.is_ascii_whitespace() { *byte } else { letter }).collect()
}

/// Returns how the lines of a body end.
fn ending(body: &[u8]) -> &'static [u8] {
    if body.windows(2).any(|two| two == b"\r\n") { b"\r\n" } else { b"\n" }
}

/// Returns the empty lines that a body ends with, beside the end of its last one.
fn tail(body: &[u8]) -> &[u8] {
    let end = body.trim_ascii_end().len();
    let rest = body.get(end..).unwrap_or_default();
    let first = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
    rest.get(first..).unwrap_or_default()
}

/// Encodes a text so that it is read in any mail (RFC 2045, section 6.7).
fn quoted_printable(plain: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut out: Vec<u8> = Vec::with_capacity(plain.len());
    for line in plain.split_inclusive(|byte| *byte == b'\n') {
        let end = line.trim_ascii_end().len();
        let end = line.get(..end).map_or(0, <[u8]>::len);
        let breaks: &[u8] = if line.ends_with(b"\r\n") {
            b"\r\n"
        } else if line.ends_with(b"\n") {
            b"\n"
        } else {
            b""
        };
        let said = line.get(..line.len() - breaks.len()).unwrap_or_default();
        let mut width = 0;
        for (at, byte) in said.iter().enumerate() {
            // A blank at the end of a line would be lost.
            let stays =
                (byte.is_ascii_graphic() && *byte != b'=') || at < end && matches!(byte, b' ' | b'\t');
            if width > 72 {
                out.extend(b"=");
                out.extend(if breaks.is_empty() { b"\n" } else { breaks });
                width = 0;
            }
            if stays {
                out.push(*byte);
                width += 1;
            } else {
                let _ = write!(out, "={byte:02X}");
                width += 3;
            }
        }
        out.extend(breaks);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_decodes_again() {
        let text = "a = b, größer \nsecond ".repeat(9);
        let encoded = quoted_printable(text.as_bytes());
        assert!(encoded.split(|byte| *byte == b'\n').all(|line| line.len() <= 77));
        assert_eq!(quoted_printable_decode(&encoded).unwrap(), text.as_bytes());
    }

    #[test]
    fn a_header_ends_at_an_empty_line() {
        assert_eq!(split(b"A: b\n c\n\nd"), (&b"A: b\n c\n\n"[..], &b"d"[..]));
        assert_eq!(split(b"From x\nA: b\r\n\r\nd").1, b"d");
        assert_eq!(split(b"\nA: b\nword\n").1, b"word\n");
    }
}
