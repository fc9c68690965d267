//! What comes out of archives, within limits, and how far reading is.

use std::cell::Cell;
use std::io::{BufReader, Error, Read, Result};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

/// Tells how many bytes are read, about a hundred times of any length.
pub(super) struct Counted<'p, R> {
    inner: R,
    progress: &'p mut dyn FnMut(u64),
    read: u64,
    untold: u64,
}

/// The least that is told at a time.
const STEP: u64 = 64 << 10;

impl<'p, R: Read> Counted<'p, R> {
    pub(super) fn new(inner: R, progress: &'p mut dyn FnMut(u64)) -> Self {
        Self { inner, progress, read: 0, untold: 0 }
    }
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let read = self.inner.read(into)?;
        self.read += read as u64;
        self.untold += read as u64;
        // Each time a hundredth more than before: a file of any length is told in less than a thousand steps.
        if self.untold > STEP.max(self.read / 100) || read == 0 && self.untold > 0 {
            (self.progress)(self.untold);
            self.untold = 0;
        }
        Ok(read)
    }
}

/// Counts what goes in, for whoever looks at what comes out.
struct Fed<R> {
    inner: R,
    fed: Rc<Cell<u64>>,
}

impl<R: Read> Read for Fed<R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let read = self.inner.read(into)?;
        self.fed.set(self.fed.get() + read as u64);
        Ok(read)
    }
}

/// What comes out of an archive, up to a limit.
pub(crate) struct Unpacked<R> {
    inner: R,
    /// How many bytes went in.
    fed: Rc<Cell<u64>>,
    /// How many came out here.
    out: u64,
    /// How many came out in the whole run, and may.
    all: Rc<Cell<u64>>,
    most: u64,
}

/// So many times as much as went in may come out, once that is [`PLAUSIBLE`]: logs of one line over and over come to a hundred.
const RATIO: u64 = 400;
/// So much may come out, whatever went in.
const PLAUSIBLE: u64 = 64 << 20;

impl Unpacked<()> {
    /// Unpacks gzip, all members of it.
    pub(crate) fn gzip<R: Read>(inner: R, all: Rc<Cell<u64>>, most: u64) -> Unpacked<impl Read> {
        let fed = Rc::default();
        let inner = MultiGzDecoder::new(BufReader::new(Fed { inner, fed: Rc::clone(&fed) }));
        Unpacked { inner, fed, out: 0, all, most }
    }

    /// Takes a file of an archive that unpacks itself.
    pub(super) fn file<R: Read>(inner: R, packed: u64, all: Rc<Cell<u64>>, most: u64) -> Unpacked<R> {
        Unpacked { inner, fed: Rc::new(Cell::new(packed)), out: 0, all, most }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let left = usize::try_from(self.most.saturating_sub(self.all.get())).unwrap_or(usize::MAX);
        let room = into.len().min(left.saturating_add(1));
        let read = self.inner.read(into.get_mut(..room).unwrap_or_default())?;
        self.out += read as u64;
        self.all.set(self.all.get() + read as u64);
        if read > left {
            let most = self.most;
            return Err(Error::other(format!("more than {most} bytes come out of archives")));
        }
        if self.out > PLAUSIBLE && self.out / RATIO > self.fed.get() {
            return Err(Error::other(format!("more than {RATIO} times as much comes out as went in")));
        }
        Ok(read)
    }
}
