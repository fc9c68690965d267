//! Texts of any length: decoded, and line by line in one buffer.

use std::io::{BufRead, Read, Result};

use encoding_rs::Decoder;

/// A text in UTF-8 that is decoded while it is read.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    input: Buffer,
    /// What is decoded and not read yet: whoever reads may have less room than a letter takes.
    output: Buffer,
    is_at_end: bool,
}

/// Bytes, of which some are filled and not taken.
struct Buffer {
    bytes: Box<[u8]>,
    from: usize,
    to: usize,
}

/// So much is decoded at a time.
const INPUT: usize = 16 << 10;

impl Buffer {
    fn new() -> Self {
        Self { bytes: vec![0; INPUT].into(), from: 0, to: 0 }
    }

    fn filled(&self) -> &[u8] {
        self.bytes.get(self.from..self.to).unwrap_or_default()
    }
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, encoding: &'static encoding_rs::Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { inner, decoder, input: Buffer::new(), output: Buffer::new(), is_at_end: false }
    }

    fn decode(&mut self) -> Result<()> {
        while self.output.filled().is_empty() && !(self.is_at_end && self.input.filled().is_empty()) {
            if self.input.filled().is_empty() {
                (self.input.from, self.input.to) = (0, self.inner.read(&mut self.input.bytes)?);
                self.is_at_end = self.input.to == 0;
            }
            let (input, output) = (self.input.filled(), &mut self.output.bytes);
            let (_, read, written, _) = self.decoder.decode_to_utf8(input, output, self.is_at_end);
            self.input.from += read;
            (self.output.from, self.output.to) = (0, written);
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        self.decode()?;
        let read = self.output.filled().read(into)?;
        self.output.from += read;
        Ok(read)
    }
}

/// Leaves out the byte order mark of UTF-8.
pub(super) fn skip_mark(content: &mut impl BufRead) {
    if content.fill_buf().is_ok_and(|bytes| bytes.starts_with(b"\xef\xbb\xbf")) {
        content.consume(3);
    }
}

/// The lines of a text, in one buffer.
pub(super) struct Lines<R> {
    content: R,
    /// What a line ends with: a line feed, or a carriage return, where a text has nothing else.
    end: u8,
    /// The longest that a line may be; the rest of a longer one is skipped.
    longest: usize,
    buffer: Vec<u8>,
    number: u32,
}

/// A line as it stands there.
pub(super) struct RawLine<'l> {
    /// From 1.
    pub(super) number: u32,
    /// Without its end.
    pub(super) bytes: &'l [u8],
    /// Whether the line is longer.
    pub(super) is_cut: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(content: R, head: &str, longest: usize) -> Self {
        let end = if head.contains('\r') && !head.contains('\n') { b'\r' } else { b'\n' };
        Self { content, end, longest, buffer: Vec::new(), number: 0 }
    }

    /// Reads a line; none at the end. Where reading fails, what came of the line is still there in [`last`](Self::last).
    pub(super) fn next(&mut self) -> Result<Option<RawLine<'_>>> {
        self.buffer.clear();
        let most = self.longest as u64 + 1;
        if self.content.by_ref().take(most).read_until(self.end, &mut self.buffer)? == 0 {
            return Ok(None);
        }
        let is_cut = self.buffer.len() > self.longest && self.buffer.last() != Some(&self.end);
        if is_cut {
            self.buffer.truncate(self.longest);
            self.content.skip_until(self.end)?;
        }
        Ok(Some(self.line(is_cut)))
    }

    /// Returns what came of a line before reading failed; none where nothing did.
    pub(super) fn last(&mut self) -> Option<RawLine<'_>> {
        (!self.buffer.is_empty()).then(|| self.line(false))
    }

    fn line(&mut self, is_cut: bool) -> RawLine<'_> {
        self.number = self.number.saturating_add(1);
        // A log that was emptied while it was written goes on behind NUL bytes.
        let nul = self.buffer.iter().take_while(|byte| **byte == 0).count();
        let mut bytes = self.buffer.get(nul..).unwrap_or_default();
        for end in [b'\n', b'\r'] {
            bytes = bytes.strip_suffix(&[end]).unwrap_or(bytes);
        }
        RawLine { number: self.number, bytes, is_cut }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, longest: usize) -> Vec<(u32, String, bool)> {
        let mut lines = Lines::new(text.as_bytes(), text, longest);
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push((line.number, String::from_utf8_lossy(line.bytes).into_owned(), line.is_cut));
        }
        all
    }

    #[test]
    fn lines_end_as_they_end_everywhere() {
        for text in ["a\nb\n", "a\r\nb\r\n", "a\rb", "a\nb", "a\n\0\0b"] {
            assert_eq!(lines(text, 10), [(1, "a".into(), false), (2, "b".into(), false)], "{text:?}");
        }
        assert_eq!(
            lines("abc\nabcd\nx", 3),
            [(1, "abc".into(), false), (2, "abc".into(), true), (3, "x".into(), false)]
        );
    }

    #[test]
    fn texts_decode_across_the_buffer() {
        let text = "aö😀\n".repeat(20_000);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut read = String::new();
        Decoded::new(&bytes[..], encoding_rs::UTF_16LE).read_to_string(&mut read).unwrap();
        assert!(read == text, "{} bytes of {}", read.len(), text.len());
    }
}
