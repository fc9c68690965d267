//! From an artefact as it is given to its pieces, each read by whoever knows it.

use std::io::{BufRead, BufReader, Read};

use super::{Input, Line, Options, line_readers, mail};
use crate::records::{ArtefactId, Records, Sink};

/// A run over some artefacts.
pub(super) struct Reading<'r> {
    pub(super) options: &'r Options,
    pub(super) records: &'r mut Records,
    /// How much came out of archives and encoded parts so far.
    pub(super) unpacked: u64,
    /// Hears how many bytes more were read.
    pub(super) progress: &'r mut dyn FnMut(u64),
}

/// So much of an artefact is looked at to tell what it is.
const HEAD: usize = 64 << 10;

impl Reading<'_> {
    /// Reads one artefact.
    pub(super) fn input(&mut self, input: Input<'_>) {
        let id = self.records.begin(input.name);
        let mut content = BufReader::with_capacity(HEAD, input.content);
        let head = match content.fill_buf() {
            Ok(head) => String::from_utf8_lossy(head).into_owned(),
            Err(error) => {
                self.sink(id).note(format!("cannot be read: {error}"), None);
                return;
            }
        };
        if mail::is_message(&head) {
            let mut bytes = Vec::new();
            let most = self.options.limits.bytes;
            let read = content.take(most + 1).read_to_end(&mut bytes);
            if read.is_err() || bytes.len() as u64 > most {
                self.sink(id).note(format!("only the first {most} bytes are read"), None);
                bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
            }
            mail::message(&bytes, self.options, &mut self.sink(id));
            return;
        }
        self.lines(id, content);
    }

    fn sink(&mut self, id: ArtefactId) -> Sink<'_> {
        Sink::new(self.records, id, self.options.limits)
    }

    /// Reads an artefact line by line: whoever took the last line is offered the next one first.
    fn lines(&mut self, id: ArtefactId, mut content: impl BufRead) {
        let mut readers = line_readers(self.options);
        let mut last = 0;
        let mut bytes = Vec::new();
        let mut number = 0u32;
        let mut prose = Prose::default();
        let limits = self.options.limits;
        let mut out = Sink::new(self.records, id, limits);
        loop {
            bytes.clear();
            let read = match content.read_until(b'\n', &mut bytes) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) => {
                    out.note(format!("cannot be read further: {error}"), Some(number));
                    break;
                }
            };
            (self.progress)(read as u64);
            number = number.saturating_add(1);
            let text = String::from_utf8_lossy(&bytes);
            let line = Line { number, text: text.trim_end_matches(['\n', '\r']) };
            let order = std::iter::once(last).chain((0..readers.len()).filter(|at| *at != last));
            let mut takes =
                order.filter(|at| readers.get_mut(*at).is_some_and(|one| one.line(line, &mut out)));
            match takes.next() {
                Some(at) => last = at,
                None => prose.add(line, &mut out),
            }
        }
        for reader in &mut readers {
            reader.end(&mut out);
        }
        prose.end(&mut out);
        if let Some(artefact) = out.artefact() {
            artefact.lines = number.into();
        }
    }
}

/// So many lines, and bytes, that no reader takes are kept for those that read prose.
const PROSE_LINES: usize = 2_000;
const PROSE_BYTES: usize = 256 << 10;

/// The lines that no reader takes, as long as they are few.
#[derive(Debug, Default)]
struct Prose {
    lines: Vec<(u32, String)>,
    bytes: usize,
    is_long: bool,
}

impl Prose {
    fn add(&mut self, line: Line<'_>, out: &mut Sink<'_>) {
        self.bytes += line.text.len();
        self.is_long |= self.lines.len() >= PROSE_LINES || self.bytes > PROSE_BYTES;
        if self.is_long {
            self.lines.drain(..).for_each(|(number, text)| out.unread(number, &text));
            out.unread(line.number, line.text);
        } else {
            self.lines.push((line.number, line.text.to_owned()));
        }
    }

    fn end(self, out: &mut Sink<'_>) {
        let lines: Vec<Line<'_>> =
            self.lines.iter().map(|(number, text)| Line { number: *number, text }).collect();
        let taken = mail::prose(&lines, out);
        lines
            .iter()
            .filter(|line| !taken.contains(&line.number))
            .for_each(|line| out.unread(line.number, line.text));
    }
}
