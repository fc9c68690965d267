//! Redaction: an artefact without the names in it, which is read the same.
//!
//! In: the bytes of some artefacts, what must stay ([`Kept`]), and a salt. Out: the same artefacts, in which addresses, hosts, network
//! addresses, people's names, subjects, identifiers, accounts in paths and phone numbers are replaced by invented ones; the same by
//! the same, in all artefacts of a run. Times, codes, sizes and words stay.
//!
//! It goes twice over everything: first it learns what is named where it says so (an address, a header, `user=`), and then it replaces
//! that wherever it stands. A word that means something to a pack, or is ordinary in texts about mail, is replaced within an address,
//! but not where it stands alone.

mod host;
mod ip;
mod kept;
mod key;
mod mail;
mod names;
mod text;

use std::io::{ErrorKind, Read as _};
use std::ops::Range;
use std::rc::Rc;
use std::sync::LazyLock;

use regex::Regex;

pub use kept::Kept;

use super::Line;
use super::artefact::content::{self, Content};
use super::artefact::unpack::Unpacked;
use super::log;
use super::mail as mails;
use super::mail::reply::pattern;
use crate::records::{Limits, Records};
use crate::value::Value;
use ip::Addresses;
use key::{Invented, Key};
use names::Names;
use text::Mode;

/// What replaces the names of some artefacts.
#[derive(Debug)]
pub struct Redactor {
    kept: Kept,
    addresses: Addresses,
    invented: Invented,
    names: Names,
    unspaced: Vec<String>,
    /// Whether names are still learnt; what is replaced then does not count.
    is_learning: bool,
    /// Whether the lines at hand are the header of a mail.
    is_header: bool,
    /// Whether the artefact at hand is a mail.
    is_mail: bool,
    notes: Vec<String>,
}

/// An artefact without its names.
#[derive(Debug)]
pub struct Redacted {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What was left out, in plain words.
    pub notes: Vec<String>,
}

impl Redactor {
    /// Begins; without the salt, nobody can tell whether a name stands for one that they know.
    pub fn new(kept: Kept, salt: &[u8]) -> Self {
        let addresses = Addresses::new(&kept.networks);
        Self {
            kept,
            addresses,
            invented: Invented::new(Key::new(salt)),
            names: Names::default(),
            unspaced: Vec::new(),
            is_learning: false,
            is_header: false,
            is_mail: false,
            notes: Vec::new(),
        }
    }

    /// Learns what an artefact names.
    pub fn learn(&mut self, bytes: &[u8]) {
        self.is_learning = true;
        let _ = self.artefact(bytes);
        self.is_learning = false;
        self.notes.clear();
    }

    /// Learns what readers took for accounts and for the names of messages.
    pub fn learn_records(&mut self, records: &Records) {
        for table in records.tables.values() {
            for (at, column) in table.columns.iter().enumerate() {
                let is_account =
                    matches!(column.name.as_str(), "recipient" | "original_recipient" | "sender" | "user");
                let is_id = matches!(column.name.as_str(), "queue_id" | "message");
                let is_list = column.name == "list";
                for row in table.rows.iter().filter(|_| is_account || is_id || is_list) {
                    match row.cell(at).map(|cell| &cell.value) {
                        Some(Value::Domain(list)) if is_list => self.names.list(list),
                        Some(Value::Text(text)) if is_id => self.names.id(text),
                        Some(Value::Text(text)) if !text.contains('@') => self.names.account(text),
                        _ => {}
                    }
                }
            }
        }
    }

    /// Replaces what an artefact names.
    ///
    /// # Errors
    /// Why it cannot be: it is no text.
    pub fn redact(&mut self, bytes: &[u8]) -> Result<Redacted, String> {
        self.unspaced = self.names.unspaced();
        self.names.settle();
        let bytes = self.artefact(bytes)?;
        Ok(Redacted { bytes, notes: std::mem::take(&mut self.notes) })
    }

    /// Replaces what a short text names: a value, the name of a file.
    pub fn value(&mut self, text: &str) -> String {
        self.tokens(text, Mode::Plain, &[])
    }

    fn artefact(&mut self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let head = bytes.get(..bytes.len().min(HEAD)).unwrap_or_default();
        match content::content(head) {
            Content::Empty => Ok(Vec::new()),
            Content::Gzip => {
                let unpacked = unpacked(bytes)?;
                self.note("is unpacked".to_owned());
                self.artefact(&unpacked)
            }
            Content::Zip => Err("it is an archive; unpack it first".to_owned()),
            Content::Binary { is, instead } => Err(format!("it is {is}; {instead}")),
            Content::Text(encoding) => {
                let text;
                let bytes = match encoding.encoding() {
                    Some(other) => {
                        self.note(format!("is written as UTF-8 instead of {}", other.name()));
                        text = other.decode_with_bom_removal(bytes).0.into_owned();
                        text.as_bytes()
                    }
                    None => bytes,
                };
                Ok(self.content(bytes))
            }
        }
    }

    /// Replaces what a text names: a mailbox mail by mail, a mail part by part, anything else line by line.
    fn content(&mut self, bytes: &[u8]) -> Vec<u8> {
        let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(HEAD)).unwrap_or_default());
        self.is_mail = mails::is_message(&head);
        if !self.is_mail {
            return self.text(bytes);
        }
        let mut out = Vec::with_capacity(bytes.len());
        for mail in mails_of(bytes) {
            out.extend(self.message(mail));
        }
        self.is_mail = false;
        out
    }

    fn note(&mut self, text: String) {
        if !self.is_learning && !self.notes.contains(&text) && self.notes.len() < 50 {
            self.notes.push(text);
        }
    }

    /// Replaces what some lines name. A line that is not UTF-8 stays in Windows-1252.
    fn text(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').peekable();
        let mut state = State::default();
        while let Some(line) = lines.next() {
            let mut line = std::borrow::Cow::Borrowed(line);
            // Encoded words may go on in the next line, in the middle of a letter.
            while self.is_header && line.len() < HEAD && line.windows(2).any(|two| two == b"=?") {
                let goes_on = |next: &&[u8]| next.starts_with(b" ") || next.starts_with(b"\t");
                let Some(next) = lines.next_if(|next| goes_on(next) && !next.trim_ascii().is_empty()) else {
                    break;
                };
                let line = line.to_mut();
                line.truncate(line.trim_ascii_end().len());
                line.extend(next);
            }
            let (text, is_latin) = content::line(&line);
            let other = self.line(&text, &mut state);
            if is_latin {
                out.extend(encoding_rs::WINDOWS_1252.encode(&other).0.iter());
            } else {
                out.extend(other.as_bytes());
            }
        }
        out
    }

    fn line(&mut self, whole: &str, state: &mut State) -> String {
        let text = whole.trim_end_matches(['\r', '\n']);
        let end = whole.get(text.len()..).unwrap_or_default();
        if self.is_learning {
            self.names.line(text, log::host(Line { number: 1, text }));
        }
        let mut ranges = state.field(text, self.is_mail, self.is_header);
        if ranges.is_empty() {
            ranges = keyed(text);
            ranges.extend(state.cells(text, self.is_mail));
            ranges.sort_by_key(|(range, _)| range.start);
        }
        let mut out = String::with_capacity(whole.len());
        let mut from = 0;
        for (range, mode) in ranges {
            if range.start < from {
                continue;
            }
            out.push_str(&self.tokens(text.get(from..range.start).unwrap_or_default(), Mode::Plain, &[]));
            out.push_str(&self.phrase(text.get(range.clone()).unwrap_or_default(), mode));
            from = range.end;
        }
        out.push_str(&self.tokens(text.get(from..).unwrap_or_default(), Mode::Plain, &[]));
        out.push_str(end);
        out
    }
}

/// So much of an artefact is looked at to tell what it is.
const HEAD: usize = 64 << 10;

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut unpacked = Vec::new();
    let content = Unpacked::gzip(bytes, Rc::default(), Limits::default().unpacked);
    match content.take(MOST + 1).read_to_end(&mut unpacked) {
        Ok(_) if unpacked.len() as u64 > MOST => Err(format!("more than {MOST} bytes come out of it")),
        // What is cut is read as far as it goes.
        Err(error) if unpacked.is_empty() || error.kind() == ErrorKind::Other => Err(error.to_string()),
        _ if unpacked.starts_with(b"\x1f\x8b") => Err("it is packed twice; unpack it first".to_owned()),
        _ => Ok(unpacked),
    }
}

/// So much may come out of an archive, in bytes: it is held in memory.
const MOST: u64 = 1 << 30;

/// Splits a mailbox where a line `From ` stands behind an empty one; a mail alone is one.
fn mails_of(bytes: &[u8]) -> Vec<&[u8]> {
    let mut mails = Vec::new();
    if !bytes.starts_with(b"From ") {
        return vec![bytes];
    }
    let (mut from, mut at, mut is_behind_empty) = (0, 0, false);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if is_behind_empty && line.starts_with(b"From ") {
            mails.push(bytes.get(from..at).unwrap_or_default());
            from = at;
        }
        at += line.len();
        is_behind_empty = line.trim_ascii().is_empty();
    }
    mails.push(bytes.get(from..).unwrap_or_default());
    mails
}

/// A part of a line, and what it is.
type Part = (Range<usize>, Mode);

/// What the lines before say of the next one.
#[derive(Default)]
struct State {
    /// What the field is that goes on in lines with a blank before them.
    field: Option<Mode>,
    /// The sign between cells, and what each column holds.
    columns: Option<(char, Vec<Option<Mode>>)>,
}

/// Fields of mails that name people, or say what a message is about.
static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:[>|*] ?)*(?:(?P<person>(?:resent-|x-original-|x-)?(?:from|to|cc|bcc|sender|reply-to)|errors-to|disposition-notification-to|return-receipt-to|mail-followup-to|organi[sz]ation|list-id|author|von|gesendet von|expéditeur|remitente|mittente)|(?P<subject>(?:x-|original-)?subject|thread-topic|betreff|objet|asunto|oggetto|assunto|onderwerp|тема|件名|keywords|comments))\*?\s*:\s*(?P<value>\S.*)$",
    )
});

/// Names of files that a header tells.
static FILE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)\b(?:file)?name(?:\*\d*\*?)?=(?:[\w-]*'[\w-]*')?"?(?P<name>[^";]+?)(?:\.\w{1,5})?(?:"|;|$)"#,
    )
});

impl State {
    /// Returns the part of a header's line that is all names.
    fn field(&mut self, text: &str, is_mail: bool, is_header: bool) -> Vec<Part> {
        if text.starts_with([' ', '\t']) && is_header {
            let files = is_file(text);
            return match self.field {
                Some(mode) => vec![(0..text.len(), mode)],
                None => files,
            };
        }
        self.field = None;
        let Some(found) = FIELD.captures(text) else {
            return if is_header { is_file(text) } else { Vec::new() };
        };
        let Some(value) = found.name("value") else { return Vec::new() };
        let is_person = found.name("person").is_some();
        // Elsewhere, `from: x` may be anything.
        if is_person && !is_mail && !value.as_str().contains('@') || is_distinguished(value.as_str()) {
            return Vec::new();
        }
        let mode = if is_person { Mode::Person } else { Mode::Subject };
        self.field = Some(mode);
        vec![(value.range(), mode)]
    }

    /// Returns the cells of a line that are all names, once a line has said what its columns are.
    fn cells(&mut self, text: &str, is_mail: bool) -> Vec<Part> {
        if is_mail {
            return Vec::new();
        }
        let Some((between, columns)) = &self.columns else {
            self.columns = columns(text);
            return Vec::new();
        };
        let cells = cells(text, *between);
        columns.iter().zip(cells).filter_map(|(mode, cell)| Some((cell, (*mode)?))).collect()
    }
}

fn is_file(text: &str) -> Vec<Part> {
    FILE.captures_iter(text).filter_map(|found| Some((found.name("name")?.range(), Mode::Subject))).collect()
}

/// Returns whether a subject is that of a certificate: `C = DE, O = …, CN = mx.example.com`.
fn is_distinguished(value: &str) -> bool {
    static NAME: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^\W*(?:C|O|OU|CN|ST|L|DC|emailAddress|serialNumber)\s*="));
    NAME.is_match(value)
}

/// Columns that name people, or say what a message is about.
static COLUMN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W*(?:(?P<person>(?:sender|recipient|display|full|first|last|given|real|user)[-_ ]?(?:display[-_ ]?)?name|name|surname|user|username|owner|author|organi[sz]ation|company)|(?P<subject>(?:message|mail|original)?[-_ ]?subject|betreff))\W*$",
    )
});

/// Returns what the columns hold, where a line names them.
fn columns(text: &str) -> Option<(char, Vec<Option<Mode>>)> {
    let between = [',', ';', '\t'].into_iter().max_by_key(|sign| text.matches(*sign).count())?;
    let cells = cells(text.strip_prefix("#Fields: ").unwrap_or(text), between);
    if cells.len() < 3 || text.contains('@') || text.len() > 4000 {
        return None;
    }
    let text = text.strip_prefix("#Fields: ").unwrap_or(text);
    let mode = |cell: Range<usize>| {
        let found = COLUMN.captures(text.get(cell)?)?;
        Some(if found.name("person").is_some() { Mode::Person } else { Mode::Subject })
    };
    let modes: Vec<Option<Mode>> = cells.into_iter().map(mode).collect();
    modes.iter().any(Option::is_some).then_some((between, modes))
}

fn cells(text: &str, between: char) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let (mut from, mut is_quoted) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            _ if c == between && !is_quoted => {
                cells.push(from..at);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    cells.push(from..text.len());
    cells
}

/// Values that are all names, by the keys before them.
static KEYED: LazyLock<Regex> = LazyLock::new(|| {
    const PERSON: &str = r"(?:display|full|real|first|last|given|sender|recipient)[-_ ]?name|displayname|surname|organi[sz]ation|company|author|initials";
    pattern(&format!(
        r#"(?i)(?:^|[^\w.])["']?(?:(?P<person>{PERSON})|(?P<subject>(?:message|mail)?[-_ ]?subject))["']?\s*[=:]\s*(?:"(?P<a>(?:[^"\\]|\\.)*)"|'(?P<b>[^']*)'|(?P<c>[^\s"',;{{\[][^,;"]*))|<(?:\w+:)?(?:(?P<person_tag>{PERSON})|(?P<subject_tag>subject))>(?P<d>[^<]*)<|\bT="(?P<e>(?:[^"\\]|\\.)*)""#,
    ))
});

fn keyed(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for found in KEYED.captures_iter(text) {
        let value = ["a", "b", "c", "d", "e"].iter().find_map(|name| found.name(name));
        let Some(value) = value else { continue };
        if is_distinguished(value.as_str()) {
            static ORGANISATION: LazyLock<Regex> =
                LazyLock::new(|| pattern(r"\b(?:O|OU|L|ST)\s*=\s*(?P<name>[^,/=]+?)\s*(?:[,/]|$)"));
            for found in ORGANISATION.captures_iter(value.as_str()).filter_map(|found| found.name("name")) {
                parts.push((value.start() + found.start()..value.start() + found.end(), Mode::Person));
            }
            continue;
        }
        let is_person = found.name("person").is_some() || found.name("person_tag").is_some();
        // Postfix goes on behind the subject: `from host[address]; from=<…>`.
        let said = value.as_str();
        let end = said.find(" from ").filter(|_| found.name("c").is_some()).unwrap_or(said.len());
        parts
            .push((value.start()..value.start() + end, if is_person { Mode::Person } else { Mode::Subject }));
    }
    parts
}
