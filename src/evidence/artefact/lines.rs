//! Reading line by line: every declared reader sees every line, and of the others the first that knows it.

use std::io::BufRead;

use super::text::{Lines, RawLine};
use super::{Piece, Run, content, why};
use crate::evidence::{Line, LineReader, Options, declared, line_readers, mail};
use crate::records::Sink;

/// So long may a text be of which what no reader of lines takes is offered to readers of prose, in bytes.
const PROSE: usize = 1 << 20;

impl Run<'_> {
    /// Reads a text line by line.
    pub(super) fn lines(&mut self, piece: &Piece, head: &str, content: impl BufRead) {
        let options = self.options;
        let mut readers = Readers::new(options, piece, head);
        let mut lines = Lines::new(content, head, readers.longest(options));
        let mut sink = self.sink(piece);
        let mut left = Left::default();
        let (mut last, mut is_latin) = (0, false);
        loop {
            let (line, failed) = match lines.next() {
                Ok(Some(line)) => (Some(line), None),
                Ok(None) => (None, None),
                Err(error) => (lines.last(), Some(error)),
            };
            let is_over = line.is_none() || failed.is_some();
            if let Some(line) = line {
                last = line.number;
                is_latin |= readers.take(&line, &mut left, &mut sink);
            }
            if let Some(error) = failed {
                sink.cut(why(&error), Some(last));
            }
            if is_over {
                break;
            }
        }
        if is_latin {
            sink.note("is not all UTF-8: what is not is read as Windows-1252", None);
        }
        readers.end(&mut sink);
        left.offer(&mut sink);
        if let Some(artefact) = sink.artefact() {
            artefact.lines = last.into();
        }
    }
}

/// All that read an artefact line by line.
struct Readers<'o> {
    declared: Vec<Box<dyn LineReader + 'o>>,
    own: Vec<Box<dyn LineReader>>,
    /// Which took the last line, and is asked first.
    last: usize,
    /// The longest line for those that do not want them longer.
    longest: usize,
}

impl<'o> Readers<'o> {
    fn new(options: &'o Options, piece: &Piece, head: &str) -> Self {
        let declared = declared::readers(options, piece.source(), head);
        // What is read for a table that a pack declares is read for that one alone.
        let is_for_pack = options.declared.iter().any(|one| Some(&one.name) == piece.only.as_ref());
        let own = if is_for_pack { Vec::new() } else { line_readers(options) };
        Self { declared, own, last: 0, longest: options.limits.line }
    }

    fn longest(&self, options: &Options) -> usize {
        let wanted = self.declared.iter().map(|reader| reader.longest(&options.limits));
        wanted.max().unwrap_or(0).max(self.longest)
    }

    /// Offers a line to all; returns whether it was not UTF-8.
    fn take(&mut self, line: &RawLine<'_>, left: &mut Left, out: &mut Sink<'_>) -> bool {
        let (text, is_latin) = content::line(line.bytes);
        let whole = Line { number: line.number, text: &text };
        let short = Line { text: shorter(&text, self.longest), ..whole };
        if line.is_cut {
            let note =
                format!("a line is longer than {} bytes: the rest of it is not read", line.bytes.len());
            out.cut(note, Some(line.number));
        }
        let mut is_taken = false;
        for reader in &mut self.declared {
            let long = reader.longest(out.limits()) > self.longest;
            is_taken |= reader.line(if long { whole } else { short }, out);
        }
        is_taken |= self.own_take(short, out);
        left.count(short.text.len(), out);
        if !is_taken {
            left.keep(short, out);
        }
        is_latin
    }

    fn own_take(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool {
        if self.own.get_mut(self.last).is_some_and(|reader| reader.line(line, out)) {
            return true;
        }
        let last = self.last;
        for (at, reader) in self.own.iter_mut().enumerate().filter(|(at, _)| *at != last) {
            if reader.line(line, out) {
                self.last = at;
                return true;
            }
        }
        false
    }

    fn end(&mut self, out: &mut Sink<'_>) {
        self.declared.iter_mut().for_each(|reader| reader.end(out));
        self.own.iter_mut().for_each(|reader| reader.end(out));
    }
}

/// Cuts a text where it is longer than so many bytes.
fn shorter(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// What no reader of lines takes: of a short text for those of prose, and else only counted.
#[derive(Default)]
struct Left {
    lines: Vec<(u32, String)>,
    /// How long the text is so far.
    bytes: usize,
}

impl Left {
    fn count(&mut self, bytes: usize, out: &mut Sink<'_>) {
        self.bytes = self.bytes.saturating_add(bytes).saturating_add(1);
        if self.bytes > PROSE {
            std::mem::take(&mut self.lines).iter().for_each(|(number, text)| out.unread(*number, text));
        }
    }

    fn keep(&mut self, line: Line<'_>, out: &mut Sink<'_>) {
        if self.bytes > PROSE {
            out.unread(line.number, line.text);
        } else {
            self.lines.push((line.number, line.text.to_owned()));
        }
    }

    /// Offers what is left to readers of prose; what they leave is unread.
    fn offer(self, out: &mut Sink<'_>) {
        let lines: Vec<Line<'_>> =
            self.lines.iter().map(|(number, text)| Line { number: *number, text }).collect();
        let taken = mail::prose(&lines, out);
        let left = lines.iter().filter(|line| !taken.contains(&line.number));
        left.for_each(|line| out.unread(line.number, line.text));
    }
}
