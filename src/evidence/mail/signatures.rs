//! `mail.signatures`: who signed a message (DKIM, RFC 6376), and whether its body is still the one that was signed.
//!
//! In: the header of a message, and its body where all of it is there. Out: a row a DKIM-Signature field. No key is looked up: that a
//! body's hash matches says that the body was not changed, not that the signature is genuine.

use mail_parser::decoders::base64::base64_decode;
use sha2::{Digest, Sha256};

use super::mime::Header;
use super::tables::{WHOLE, column};
use crate::records::{ColumnType, Draft, Sink, TableSpec};
use crate::value::{Amount, SECOND};

pub(super) const SIGNATURES: TableSpec = TableSpec {
    name: "mail.signatures",
    row: "a DKIM signature of a message",
    from: "the DKIM-Signature fields of mails, and of headers that somebody pasted",
    columns: &[
        WHOLE,
        column("domain", ColumnType::Domain, "the domain that signed (d=)"),
        column("selector", ColumnType::Text, "which of its keys (s=)"),
        column("key_name", ColumnType::Domain, "where the key is published: s1._domainkey.example.com"),
        column("identity", ColumnType::Text, "for whom it signed (i=)"),
        column("algorithm", ColumnType::Text, "rsa-sha256, ed25519-sha256"),
        column(
            "canonicalisation",
            ColumnType::Text,
            "what may change on the way, of the header and of the body: relaxed/simple",
        ),
        column(
            "signed",
            ColumnType::Text,
            "the fields that are signed, in small letters, with colons between them",
        ),
        column("length", ColumnType::Size, "how much of the body is signed, where that is not all (l=)"),
        column(
            "body_hash_matches",
            ColumnType::YesNo,
            "whether the body is the one that was signed; only where the whole message is there, as it came",
        ),
        column("at", ColumnType::Time, "when it was signed (t=)"),
        column("expires", ColumnType::Time, "until when it counts (x=)"),
    ],
};

/// Adds the signatures of a message; `body` is there where all of it is, with its encoding.
pub(super) fn add(headers: &[Header], body: Option<&[u8]>, part: &'static str, out: &mut Sink<'_>) {
    let fields = headers.iter().filter(|header| header.name.eq_ignore_ascii_case("dkim-signature"));
    // Each takes time for the whole body.
    for (count, header) in fields.enumerate() {
        let body = body.filter(|_| count < HASHED);
        out.push(row(header, body, part));
    }
}

/// So many signatures of a message are held against its body.
const HASHED: usize = 20;

fn row(header: &Header, body: Option<&[u8]>, part: &'static str) -> Draft {
    let at = &header.at;
    let tags = Tags(header.value.split(';').filter_map(|tag| tag.split_once('=')).take(100).collect());
    let mut row = Draft::new(&SIGNATURES, at.clone());
    row.choice("which", part, at);
    let (domain, selector) = (tags.get("d"), tags.get("s"));
    if let Some(domain) = &domain {
        row.domain("domain", domain, at);
        if let Some(selector) = &selector {
            row.domain("key_name", &format!("{selector}._domainkey.{domain}"), at);
        }
    }
    let canonicalisation = canonicalisation(tags.get("c").as_deref());
    let texts = [
        ("selector", selector),
        ("identity", tags.get("i")),
        ("algorithm", tags.get("a").map(|name| name.to_ascii_lowercase())),
        ("canonicalisation", Some(canonicalisation.clone())),
        ("signed", tags.get("h").map(|names| names.to_ascii_lowercase())),
    ];
    for (column, text) in texts {
        if let Some(text) = text {
            row.text(column, &text, at);
        }
    }
    let length: Option<u64> = tags.get("l").and_then(|length| length.parse().ok());
    if let Some(length) = length {
        row.whole("length", i128::from(length), at);
    }
    for (column, name) in [("at", "t"), ("expires", "x")] {
        let seconds = tags.get(name).and_then(|seconds| seconds.parse::<u32>().ok());
        if let Some(seconds) = seconds {
            row.time(column, Amount::Instant(i128::from(seconds) * SECOND), at);
        }
    }
    if let Some(matches) = body.and_then(|body| matches(&tags, &canonicalisation, length, body)) {
        row.yes_no("body_hash_matches", matches, at);
    }
    row
}

/// The tags of a signature, in the order in which they stand there.
struct Tags<'t>(Vec<(&'t str, &'t str)>);

impl Tags<'_> {
    /// Returns the value of a tag, without the blanks that folding leaves in it.
    fn get(&self, name: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(key, _)| key.trim() == name)?;
        let value: String = value.chars().filter(|c| !c.is_whitespace()).collect();
        (!value.is_empty()).then_some(value)
    }
}

/// `relaxed` is `relaxed/simple`, and nothing is `simple/simple` (section 3.5).
fn canonicalisation(tag: Option<&str>) -> String {
    let tag = tag.unwrap_or("simple").to_ascii_lowercase();
    if tag.contains('/') { tag } else { format!("{tag}/simple") }
}

/// Returns whether the hash of a body is the one that was signed; none where that cannot be told.
fn matches(tags: &Tags<'_>, canonicalisation: &str, length: Option<u64>, body: &[u8]) -> Option<bool> {
    tags.get("a").filter(|name| name.to_ascii_lowercase().ends_with("-sha256"))?;
    let expected = base64_decode(tags.get("bh")?.as_bytes()).filter(|hash| hash.len() == 32)?;
    let mut hash = Hash { sha: Sha256::new(), left: length };
    match canonicalisation.split_once('/')?.1 {
        "relaxed" => canonical(body, relaxed, &mut hash),
        "simple" => canonical(body, <[u8]>::to_vec, &mut hash),
        _ => return None,
    }
    // Fewer bytes than were signed: the end is missing.
    let is_cut = hash.left.is_some_and(|left| left > 0);
    let found = hash.sha.finalize();
    Some(!is_cut && found.as_slice() == expected.as_slice())
}

/// Hashes as many bytes as are signed.
struct Hash {
    sha: Sha256,
    left: Option<u64>,
}

impl Hash {
    fn add(&mut self, bytes: &[u8]) {
        let Some(left) = &mut self.left else { return self.sha.update(bytes) };
        let most = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
        *left -= most as u64;
        self.sha.update(bytes.get(..most).unwrap_or_default());
    }
}

/// Hashes a body line by line, without the empty lines at its end (sections 3.4.3 and 3.4.4). Lines end with CRLF, whatever the file
/// made of them; the last one too, unless a relaxed body is empty.
fn canonical(body: &[u8], line_of: impl Fn(&[u8]) -> Vec<u8>, hash: &mut Hash) {
    let (mut empty, mut has_any) = (0_usize, false);
    for line in body.split(|byte| *byte == b'\n') {
        let line = line_of(line.strip_suffix(b"\r").unwrap_or(line));
        if line.is_empty() {
            empty += 1;
            continue;
        }
        for _ in 0..std::mem::take(&mut empty) {
            hash.add(b"\r\n");
        }
        has_any = true;
        hash.add(&line);
        hash.add(b"\r\n");
    }
    // An empty body is one empty line where it is simple, and nothing where it is relaxed.
    if !has_any && line_of(b" ") == b" " {
        hash.add(b"\r\n");
    }
}

/// Makes one blank of several, and none of those at the end of a line.
fn relaxed(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut is_blank = false;
    for byte in line {
        if matches!(byte, b' ' | b'\t') {
            is_blank = true;
            continue;
        }
        if std::mem::take(&mut is_blank) {
            out.push(b' ');
        }
        out.push(*byte);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashed(body: &str, line_of: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let mut hash = Hash { sha: Sha256::new(), left: None };
        canonical(body.as_bytes(), line_of, &mut hash);
        hash.sha.finalize().to_vec()
    }

    #[test]
    fn bodies_are_those_of_the_standard() {
        // RFC 6376, section 3.4.5, and the hashes of empty bodies in sections 3.4.3 and 3.4.4.
        let of = |text: &str| Sha256::digest(text.as_bytes()).to_vec();
        let body = " C \r\nD \t E\r\n\r\n\r\n";
        assert_eq!(hashed(body, relaxed), of(" C\r\nD E\r\n"));
        assert_eq!(hashed(body, <[u8]>::to_vec), of(" C \r\nD \t E\r\n"));
        assert_eq!(hashed("a\n\nb", <[u8]>::to_vec), of("a\r\n\r\nb\r\n"));
        assert_eq!(
            hashed("", relaxed),
            base64_decode(b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").unwrap()
        );
        assert_eq!(
            hashed("", <[u8]>::to_vec),
            base64_decode(b"frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=").unwrap()
        );
    }
}
