//! From bytes to a text: one kind of encoding, one kind of line end.

use std::path::Path;

use crate::markup::without_styles;
use crate::problem::{Code, Problem, Problems};
use crate::source::{Source, SourceId, Sources, Span};

/// Takes bytes in as a text; complains where they are too many or not UTF-8.
pub(super) fn text(
    path: Option<&Path>,
    name: &str,
    content: &[u8],
    bytes: u64,
    sources: &mut Sources,
) -> (SourceId, Problems) {
    let mut problems = Problems::new();
    let source = |text: &str| {
        Source::new(without_styles(name.to_owned()), without_styles(text.to_owned())).read_from(path)
    };
    if content.len() as u64 > bytes {
        let id = sources.add(source(""));
        let message = format!("this file is larger than {bytes} bytes");
        problems.push(
            Problem::error(Code::TooLarge, sources.whole(id), message)
                .help("split it, or raise the limit with `--max-bytes`"),
        );
        return (id, problems);
    }
    match std::str::from_utf8(content) {
        Ok(text) if utf_16(content).is_none() => (sources.add(source(&one_kind_of_newline(text))), problems),
        read => {
            let at = read.map_or_else(|error| error.valid_up_to(), str::len);
            let unicode = "save it as UTF-8, which some programs call Unicode (UTF-8)";
            let not_utf_8 = "from here on this file is not UTF-8";
            // The rest is read all the same, so that nobody misses what is declared in it.
            let (at, text, message, help) = match utf_16(content) {
                Some(text) => (0, text, "this file is not UTF-8 but UTF-16", unicode),
                None if content.contains(&0) => {
                    (0, String::new(), "this file is no text", "take it away, or save what it says as text")
                }
                None => (
                    at,
                    western(content),
                    not_utf_8,
                    "save it as UTF-8; until then its letters are shown as in Latin-1, which is a guess",
                ),
            };
            let id = sources.add(source(&one_kind_of_newline(&text)));
            let span = Span { start: at, end: at, ..sources.whole(id) };
            problems.push(Problem::error(Code::NotUtf8, span, message).help(help));
            (id, problems)
        }
    }
}

/// Ends every line by a newline, also where a carriage return alone ends it, as old Macs write it.
pub fn one_kind_of_newline(text: &str) -> String {
    let mut lines = text.split("\r\n");
    let mut out = lines.next().unwrap_or("").replace('\r', "\n");
    for line in lines {
        out.push_str("\r\n");
        out.push_str(&line.replace('\r', "\n"));
    }
    out
}

/// Reads a text in UTF-16: it begins with its mark, or every other byte of its beginning is zero.
fn utf_16(content: &[u8]) -> Option<String> {
    let (little, content) = match content {
        [0xFF, 0xFE, rest @ ..] => (true, rest),
        [0xFE, 0xFF, rest @ ..] => (false, rest),
        _ => (zeros(content)?, content),
    };
    let units = content.chunks_exact(2).filter_map(|pair| pair.first_chunk()).copied();
    let units: Vec<u16> = units.map(if little { u16::from_le_bytes } else { u16::from_be_bytes }).collect();
    Some(String::from_utf16_lossy(&units).replace('\0', ""))
}

/// How many bytes are looked at for zeros.
const LOOKED_AT: usize = 64;

/// Returns whether it is always the second of two bytes that is zero, or always the first.
fn zeros(content: &[u8]) -> Option<bool> {
    let pairs = || content.chunks_exact(2).take(LOOKED_AT / 2);
    let zero = |at: usize| pairs().count() > 1 && pairs().all(|pair| pair.get(at) == Some(&0));
    match (zero(0), zero(1)) {
        (false, true) => Some(true),
        (true, false) => Some(false),
        _ => None,
    }
}

/// Reads a text in which every byte that is not UTF-8 counts as the letter that it is in western Europe.
fn western(content: &[u8]) -> String {
    let mut text = String::with_capacity(content.len());
    for chunk in content.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| char::from(*byte)));
    }
    text
}
