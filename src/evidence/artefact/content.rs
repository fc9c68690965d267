//! What an artefact is, as its first bytes say.

use std::borrow::Cow;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// What an artefact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Empty,
    /// RFC 1952.
    Gzip,
    /// PKWARE's APPNOTE.
    Zip,
    /// What is no text.
    Binary {
        /// What it is.
        is: &'static str,
        /// What to do.
        instead: &'static str,
    },
    Text(Encoding),
}

/// How a text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8; a line that is none is taken for Windows-1252.
    Utf8,
    /// Another one.
    Other(&'static encoding_rs::Encoding),
}

const SAVE_TEXT: &str = "save what it says as plain text";
const UNPACK: &str = "unpack it first";

/// How files begin that are no text, what they are, and what to do (as `file(1)` tells them).
const BINARIES: &[(&[u8], &str, &str)] = &[
    (b"%PDF", "a PDF", SAVE_TEXT),
    (b"\x89PNG", "a picture", SAVE_TEXT),
    (b"GIF8", "a picture", SAVE_TEXT),
    (b"\xff\xd8\xff", "a picture", SAVE_TEXT),
    (b"BM\0", "a picture", SAVE_TEXT),
    (b"II*\0", "a picture", SAVE_TEXT),
    (b"MM\0*", "a picture", SAVE_TEXT),
    (b"\xd0\xcf\x11\xe0", "an Outlook message or an old Office document", "save it as .eml, .csv or .txt"),
    (b"\x78\x9f\x3e\x22", "a winmail.dat", "save the message as .eml where it was received"),
    (
        b"\xd4\xc3\xb2\xa1",
        "a packet capture",
        "save the dialogue as text, with `tshark -z follow,tcp,ascii,0`",
    ),
    (
        b"\xa1\xb2\xc3\xd4",
        "a packet capture",
        "save the dialogue as text, with `tshark -z follow,tcp,ascii,0`",
    ),
    (
        b"\x0a\x0d\x0d\x0a",
        "a packet capture",
        "save the dialogue as text, with `tshark -z follow,tcp,ascii,0`",
    ),
    (b"ElfFile\0", "a Windows event log", "save it as XML, with `wevtutil qe FILE /lf:true /f:xml`"),
    (b"LPKSHHRH", "a systemd journal", "save it as text, with `journalctl --file FILE`"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"MSCF\0", "a cabinet", UNPACK),
    (b"\xfd7zXZ\0", "compressed with xz", UNPACK),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", UNPACK),
    (b"BZh", "compressed with bzip2", UNPACK),
    (b"SQLite format 3\0", "a database", "save a table of it as CSV"),
    (b"\x7fELF", "a program", SAVE_TEXT),
    (b"MZ\x90\0", "a program", SAVE_TEXT),
    (b"{\\rtf", "a text with formatting (RTF)", SAVE_TEXT),
];

/// Tells what an artefact is by its beginning.
pub(crate) fn content(head: &[u8]) -> Content {
    if head.is_empty() {
        return Content::Empty;
    }
    if head.starts_with(b"\x1f\x8b\x08") {
        return Content::Gzip;
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Content::Zip;
    }
    if let Some((_, is, instead)) = BINARIES.iter().find(|(magic, ..)| begins(head, magic)) {
        return Content::Binary { is, instead };
    }
    if head.get(257..262) == Some(b"ustar") {
        return Content::Binary { is: "a tar archive", instead: UNPACK };
    }
    let encoding = encoding(head);
    if encoding == Encoding::Utf8 && is_binary(head) {
        return Content::Binary { is: "not a text", instead: SAVE_TEXT };
    }
    Content::Text(encoding)
}

/// Returns whether a file begins so; a text may begin with the letters `BZh` as well.
fn begins(head: &[u8], magic: &[u8]) -> bool {
    head.starts_with(magic) && (magic != b"BZh" || head.get(4..10) == Some(b"1AY&SY"))
}

/// So many bytes tell whether something is a text.
const LOOKED_AT: usize = 8 << 10;

/// Tells the encoding by a byte order mark (Unicode 16.0, section 23.8), or by the zeros that UTF-16 has in every other place.
fn encoding(head: &[u8]) -> Encoding {
    match head {
        [0xff, 0xfe, ..] => return Encoding::Other(UTF_16LE),
        [0xfe, 0xff, ..] => return Encoding::Other(UTF_16BE),
        _ => {}
    }
    let zeros =
        |first: usize| head.iter().take(LOOKED_AT).skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = head.len().min(LOOKED_AT) / 2;
    match () {
        () if odd * 3 > half && even * 20 <= half => Encoding::Other(UTF_16LE),
        () if even * 3 > half && odd * 20 <= half => Encoding::Other(UTF_16BE),
        () => Encoding::Utf8,
    }
}

/// Returns whether more than one byte of 25 is a control character that no text has: of any data, one of ten is.
fn is_binary(head: &[u8]) -> bool {
    let looked_at = head.len().min(LOOKED_AT);
    let odd = |byte: &&u8| **byte < 0x20 && !b"\t\n\r\x0c\x1b\x08\x07".contains(byte);
    head.iter().take(looked_at).filter(odd).count() * 25 > looked_at
}

impl Encoding {
    /// Decodes the beginning of an artefact.
    pub(super) fn text(self, head: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(head),
            Self::Other(encoding) => encoding.decode_without_bom_handling(head).0,
        }
    }

    /// Returns the encoding that XML says it is in (XML 1.0, section 4.3.3), where the bytes say nothing else.
    pub(super) fn of_xml(self, head: &str) -> Self {
        let said = || {
            let declaration = head.strip_prefix("<?xml")?.split_once("?>")?.0;
            let label = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
            let label = label.get(1..)?.split(['"', '\'']).next()?;
            encoding_rs::Encoding::for_label(label.as_bytes())
        };
        match (self, said()) {
            // What says that it is in UTF-16 and can be read here is not.
            (Self::Utf8, Some(said)) if ![UTF_8, UTF_16LE, UTF_16BE].contains(&said) => Self::Other(said),
            (own, _) => own,
        }
    }

    /// Returns the encoding from which a text is decoded as a whole; none for UTF-8.
    pub(crate) fn encoding(self) -> Option<&'static encoding_rs::Encoding> {
        match self {
            Self::Utf8 => None,
            Self::Other(encoding) => Some(encoding),
        }
    }
}

/// Decodes a line that should be UTF-8, and says whether it was none. One that ends in the middle of a letter was cut there; any
/// other is in Windows-1252, which has a letter for each byte.
pub(crate) fn line(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            (String::from_utf8_lossy(bytes), false)
        }
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, true),
    }
}

/// Returns whether a text begins like XML.
pub(super) fn is_xml(head: &str) -> bool {
    let head = head.trim_start();
    let name = head
        .strip_prefix('<')
        .filter(|rest| rest.starts_with(|c: char| c.is_alphabetic() || "?!_".contains(c)));
    // `<34>Nov 30 …` is syslog, `<ann@example.com>: …` a bounce.
    let is_tag = |rest: &str| {
        let tag = rest.split('>').next().unwrap_or_default();
        tag.len() < rest.len() && !tag.split_whitespace().next().unwrap_or_default().contains('@')
    };
    !is_html(head) && name.is_some_and(is_tag)
}

/// Returns whether a text begins like HTML.
pub(super) fn is_html(head: &str) -> bool {
    let head = head.trim_start();
    let begins = |with: &str| head.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    begins("<!doctype html") || begins("<html")
}

/// Returns whether a table is read from mails alone, so that what is read for it is a mail.
pub(super) fn is_of_message(table: &str) -> bool {
    table.starts_with("mail.") && !["mail.deliveries", "mail.server"].contains(&table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_artefact_is_stands_at_its_beginning() {
        let utf8 = Content::Text(Encoding::Utf8);
        assert_eq!(content(b""), Content::Empty);
        assert_eq!(content(b"\x1f\x8b\x08\0"), Content::Gzip);
        assert_eq!(content(b"PK\x03\x04"), Content::Zip);
        assert_eq!(content(b"Nov 30 08:01:02 a b\n"), utf8);
        assert_eq!(content("Größe\n".as_bytes()), utf8);
        assert_eq!(content(b"Gr\xf6\xdfe\n"), utf8);
        assert_eq!(content(b"\xff\xfea\0b\0"), Content::Text(Encoding::Other(UTF_16LE)));
        assert_eq!(content(b"\xfe\xff\0a\0b"), Content::Text(Encoding::Other(UTF_16BE)));
        assert_eq!(content(b"a\0b\0c\0d\0"), Content::Text(Encoding::Other(UTF_16LE)));
        assert_eq!(content(b"\0a\0b\0c\0d"), Content::Text(Encoding::Other(UTF_16BE)));
        assert_eq!(content(b"BZh is a word"), utf8);
        assert!(matches!(content(b"%PDF-1.7"), Content::Binary { is: "a PDF", .. }));
        assert!(matches!(content(b"\x01\x02\x03\x04abcdefgh"), Content::Binary { is: "not a text", .. }));
    }

    #[test]
    fn lines_decode() {
        assert_eq!(line("Größe".as_bytes()), ("Größe".into(), false));
        assert_eq!(line(b"Gr\xf6\xdfe"), ("Größe".into(), true));
        assert_eq!(line(b"Gr\xc3\xb6\xc3"), ("Grö\u{fffd}".into(), false));
    }

    #[test]
    fn xml_is_told_from_what_also_begins_with_a_bracket() {
        assert!(
            is_xml("<?xml version=\"1.0\"?><a/>")
                && is_xml(" <Events>\n<Event/>")
                && is_xml("<!-- x --><a/>")
        );
        assert!(
            !is_xml("<34>Nov 30 08:01:02")
                && !is_xml("<ann@example.com>: gone")
                && !is_xml("<!DOCTYPE HTML><p>")
        );
        assert_eq!(
            Encoding::Utf8.of_xml("<?xml version='1.0' encoding='ISO-8859-1'?>"),
            Encoding::Other(WINDOWS_1252)
        );
        assert_eq!(Encoding::Utf8.of_xml("<?xml version='1.0' encoding='utf-16'?>"), Encoding::Utf8);
    }
}
