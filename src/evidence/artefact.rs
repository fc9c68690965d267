//! From an artefact as it is given to its pieces, each read by whoever knows it.
//!
//! In: bytes of any kind. Out: rows, by way of a [`Sink`]. What the bytes are is told by their beginning, in this order: packed (gzip,
//! zip), no text at all (a picture, a PDF), a mailbox or a mail, XML, and else lines. All that can be read piece by piece is, so that an
//! artefact may be of any length; each limit that stops something is told.

pub(super) mod content;
mod lines;
mod mailbox;
mod text;
pub(super) mod unpack;
#[cfg(test)]
mod tests;

use std::io::{BufReader, Cursor, Error, ErrorKind, Read};
use std::rc::Rc;

use content::{Content, Encoding};
use text::Decoded;
use unpack::{Counted, Unpacked};

use super::{Input, Options, declared, mail, tables};
use crate::records::{ArtefactId, Records, Sink};

/// A run over some artefacts.
pub(super) struct Reading<'r> {
    pub(super) options: &'r Options,
    pub(super) records: &'r mut Records,
    /// How much came out of archives so far.
    pub(super) unpacked: u64,
    /// Is told how many bytes more were read.
    pub(super) progress: &'r mut dyn FnMut(u64),
}

/// So much of an artefact is looked at to tell what it is.
const HEAD: usize = 64 << 10;

impl Reading<'_> {
    /// Reads one artefact.
    pub(super) fn input(&mut self, input: Input<'_>) {
        let id = self.records.begin(input.name.clone());
        let unpacked = Rc::new(self.unpacked.into());
        let mut run = Run { options: self.options, records: self.records, unpacked: Rc::clone(&unpacked) };
        let content = Counted::new(input.content, self.progress);
        let piece = Piece { id, name: input.name, is_named: input.is_named, only: input.only, depth: 0 };
        run.check_only(&piece);
        run.piece(&piece, Box::new(content));
        self.unpacked = unpacked.get();
    }
}

/// What reads an artefact and the pieces in it.
struct Run<'r> {
    options: &'r Options,
    records: &'r mut Records,
    unpacked: Rc<std::cell::Cell<u64>>,
}

/// A piece of an artefact, or the whole of it.
struct Piece {
    id: ArtefactId,
    /// Its own name: of a file in an archive, that within it.
    name: String,
    is_named: bool,
    only: Option<String>,
    /// In how many others it lies.
    depth: usize,
}

impl Run<'_> {
    fn sink(&mut self, piece: &Piece) -> Sink<'_> {
        Sink::new(self.records, piece.id, self.options.limits).only(piece.only.clone())
    }

    fn check_only(&mut self, piece: &Piece) {
        let Some(only) = &piece.only else { return };
        let known = tables().any(|table| table.name == only)
            || self.options.declared.iter().any(|declared| declared.name == *only);
        if !known {
            self.sink(piece).note(format!("there is no table `{only}`: `ruleout readers` lists them"), None);
        }
    }

    /// Reads a piece, whatever it is.
    fn piece(&mut self, piece: &Piece, mut content: Box<dyn Read + '_>) {
        let (head, left_out, failed) = head(&mut content);
        if left_out > 0 {
            self.sink(piece).note(format!("begins with {left_out} NUL bytes, which are left out"), None);
        }
        let told = content::content(&head);
        let rest = match failed {
            Some(error) if told == Content::Empty => return self.sink(piece).cut(why(&error), None),
            Some(error) => Box::new(Failed(Some(error))),
            None => content,
        };
        let whole = Cursor::new(&head).chain(rest);
        match told {
            Content::Empty => self.sink(piece).note("is empty", None),
            Content::Gzip => self.gzip(piece, whole),
            Content::Zip => self.zip(piece, whole),
            Content::Binary { is, instead } => {
                self.sink(piece).cut(format!("is not read: it is {is}; {instead}"), None);
            }
            Content::Text(encoding) => self.text(piece, encoding, &head, whole),
        }
    }

    fn gzip(&mut self, piece: &Piece, content: impl Read) {
        if !self.may_unpack(piece) {
            return;
        }
        let name = piece.name.strip_suffix(".gz").unwrap_or(&piece.name).to_owned();
        let inner = Piece { name, only: piece.only.clone(), depth: piece.depth + 1, ..*piece };
        let content = Unpacked::gzip(content, Rc::clone(&self.unpacked), self.options.limits.unpacked);
        self.piece(&inner, Box::new(content));
    }

    /// Reads the files of an archive, in its order. Its list stands at its end, so the archive itself is taken into memory.
    fn zip(&mut self, piece: &Piece, content: impl Read) {
        if !self.may_unpack(piece) {
            return;
        }
        let Some(bytes) = self.whole(piece, content) else { return };
        let mut archive = match zip::ZipArchive::new(Cursor::new(bytes)) {
            Ok(archive) => archive,
            Err(error) => return self.sink(piece).cut(format!("the archive does not read: {error}"), None),
        };
        if archive.index_for_name("[Content_Types].xml").is_some() {
            let note = "is not read: it is an Office document; save it as CSV or as plain text";
            return self.sink(piece).cut(note, None);
        }
        let limits = self.options.limits;
        if archive.len() > limits.parts {
            let note = format!("only the first {} of its {} files are read", limits.parts, archive.len());
            self.sink(piece).cut(note, None);
        }
        let outer = self.records.artefact(piece.id).map_or_else(String::new, |outer| outer.name.clone());
        for at in 0..archive.len().min(limits.parts) {
            let name = archive
                .name_for_index(at)
                .and_then(std::result::Result::ok)
                .map_or_else(String::new, |name| shown_name(&name));
            if name.ends_with('/') || name.starts_with("__MACOSX/") {
                continue;
            }
            let id = self.records.begin(format!("{outer} › {name}"));
            let only = piece.only.clone();
            let inner = Piece { id, name, is_named: true, only, depth: piece.depth + 1 };
            match archive.by_index(at) {
                Ok(file) => {
                    let packed = file.compressed_size();
                    let content = Unpacked::file(file, packed, Rc::clone(&self.unpacked), limits.unpacked);
                    self.piece(&inner, Box::new(content));
                }
                Err(error) => self.sink(&inner).cut(format!("cannot be unpacked: {error}"), None),
            }
        }
    }

    /// Returns whether what lies in a piece may be unpacked; otherwise, that is told.
    fn may_unpack(&mut self, piece: &Piece) -> bool {
        let deepest = self.options.limits.depth;
        if piece.depth >= deepest {
            self.sink(piece).cut(format!("is not unpacked: it lies in {deepest} others"), None);
        }
        piece.depth < deepest
    }

    /// Takes a piece into memory; none where it is too large, which is told.
    fn whole(&mut self, piece: &Piece, content: impl Read) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let most = self.options.limits.bytes;
        if let Err(error) = content.take(most + 1).read_to_end(&mut bytes) {
            self.sink(piece).cut(why(&error), None);
        }
        if bytes.len() as u64 > most {
            self.sink(piece).cut(format!("is not read: it is larger than {most} bytes"), None);
            return None;
        }
        Some(bytes)
    }

    fn text(&mut self, piece: &Piece, encoding: Encoding, head: &[u8], content: impl Read) {
        let told = encoding.text(head);
        let head = told.trim_start_matches('\u{feff}');
        let content: Box<dyn Read + '_> = match encoding.of_xml(head).encoding() {
            Some(encoding) => Box::new(Decoded::new(content, encoding)),
            None => Box::new(content),
        };
        let mut content = BufReader::with_capacity(HEAD, content);
        text::skip_mark(&mut content);
        if let Some(encoding) = encoding.encoding() {
            self.sink(piece).note(format!("is read as {}", encoding.name()), None);
        }
        if mailbox::is_mailbox(head) {
            self.mailbox(piece, content);
        } else if mail::is_message(head) || piece.only.as_deref().is_some_and(content::is_of_message) {
            self.message(piece, content);
        } else if piece.is_for_tables() && mail::reports::is_report(head) {
            self.report(piece, head, content);
        } else if content::is_xml(head) && declared::reads_xml(self.options, piece.source()) {
            let mut sink = Sink::new(self.records, piece.id, self.options.limits).only(piece.only.clone());
            declared::xml(self.options, piece.source(), &mut content, &mut sink);
        } else {
            if content::is_html(head) && declared::reads_xml(self.options, piece.source()) {
                self.sink(piece).note("is HTML, which is not XML: it is read as lines", None);
            }
            self.lines(piece, head, content);
        }
    }

    /// Reads a mail, as much of it as may be read as a whole.
    fn message(&mut self, piece: &Piece, content: impl Read) {
        let mut bytes = Vec::new();
        let most = self.options.limits.bytes;
        if let Err(error) = content.take(most).read_to_end(&mut bytes) {
            self.sink(piece).cut(why(&error), None);
        }
        if bytes.len() as u64 == most {
            self.sink(piece).cut(format!("only the first {most} bytes are read"), None);
        }
        let attached = mail::message(&bytes, self.options, &mut self.sink(piece));
        self.attached(piece, attached);
    }

    /// Reads the files that a mail carries, each for itself.
    fn attached(&mut self, piece: &Piece, attached: Vec<mail::Attached>) {
        if attached.is_empty() || !self.may_unpack(piece) {
            return;
        }
        let outer = self.records.artefact(piece.id).map_or_else(String::new, |outer| outer.name.clone());
        for one in attached {
            let name = shown_name(&one.name);
            let id = self.records.begin(format!("{outer} › {name}"));
            let only = piece.only.clone();
            let inner = Piece { id, name, is_named: true, only, depth: piece.depth + 1 };
            self.piece(&inner, Box::new(Cursor::new(one.bytes)));
        }
    }

    /// Reads a report as a whole; tables that a pack declares read it as well.
    fn report(&mut self, piece: &Piece, head: &str, content: impl Read) {
        let Some(bytes) = self.whole(piece, content) else { return };
        let mut sink = self.sink(piece);
        mail::reports::read(&String::from_utf8_lossy(&bytes), &mut sink);
        let (options, source) = (self.options, piece.source());
        if content::is_xml(head) {
            if declared::reads_xml(options, source) {
                declared::xml(options, source, &mut Cursor::new(bytes), &mut self.sink(piece));
            }
        } else if !declared::readers(options, source, head).is_empty() {
            self.lines(piece, head, Cursor::new(bytes));
        }
    }
}

impl Piece {
    /// Returns whether it is read for tables of this program.
    fn is_for_tables(&self) -> bool {
        self.only.as_deref().is_none_or(|only| tables().any(|table| table.name == only))
    }

    fn source(&self) -> declared::Source<'_> {
        declared::Source { name: self.is_named.then_some(&self.name), only: self.only.as_deref() }
    }
}

/// Takes the beginning of a piece, and what keeps it from being read further. The NUL bytes that a log begins with where it was
/// emptied while it was written are counted and left out.
fn head(content: &mut dyn Read) -> (Vec<u8>, u64, Option<Error>) {
    let mut left_out = 0;
    loop {
        let mut head = Vec::new();
        let failed = content.take(HEAD as u64).read_to_end(&mut head).err();
        let nul = head.iter().take_while(|byte| **byte == 0).count();
        // Fewer may be a text in UTF-16.
        if nul >= 4 {
            left_out += nul as u64;
            head.drain(..nul);
        }
        if !head.is_empty() || nul == 0 || failed.is_some() {
            return (head, left_out, failed);
        }
    }
}

/// A piece that is not read further.
struct Failed(Option<Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Says why a piece is not read further.
fn why(error: &Error) -> String {
    match error.kind() {
        ErrorKind::UnexpectedEof => "ends in the middle: what comes before is read".to_owned(),
        _ => format!("is not read further: {error}"),
    }
}

/// Returns the name of a file in an archive, without what would confuse a terminal.
fn shown_name(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
