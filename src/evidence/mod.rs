//! Readers: from an artefact (a bounce, a log, a DNS answer, an export) to records.
//!
//! In: bytes and a name. Out: [`Records`], tables whose cells are typed and keep their line, with what was not read and why. A reader
//! knows a format and no cause: it never decides that something is spam.
//!
//! An artefact is told by its content first, then by its name. What is packed or nested (gz, zip, mbox, a mail in a mail) is unpacked
//! within limits, and each piece read for itself. A mail, JSON and XML are read as a whole. Anything else is read line by line, in
//! constant memory: all line readers stand side by side, and the first that knows a line takes it, so that a paste may be a log
//! followed by the answer of `dig`. What no line reader takes of a short text is offered to those that read prose.
//!
//! Artefacts are hostile: nothing here opens a file or a connection, runs what stands in an artefact, panics, or takes more than the
//! [`Limits`] allow; each limit that stops something is told.

mod artefact;
mod clock;
mod declared;
mod export;
mod log;
mod mail;
mod probe;
mod redact;

pub use declared::{CellFormat, Declared, DeclaredColumn, Shape, check, example};
pub use redact::{Kept, Redacted, Redactor};

use std::io::Read;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::letters::alike;
use crate::records::{Limits, Records, Sink, TableSpec};
use crate::value::{Known, Type, Value, scalar};

/// All tables that readers of this program fill, in the order in which they are listed.
pub fn tables() -> impl Iterator<Item = &'static TableSpec> {
    mail::TABLES.iter().chain(log::TABLES).chain(probe::TABLES).copied()
}

/// What readers have to know besides the artefact.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What may be read, and how much of it.
    pub limits: Limits,
    /// The clock of times that say no offset; none leaves them without one.
    pub zone: Option<TimeZone>,
    /// A day close behind the newest line, for times that say no year, where no other time of the artefact says one.
    pub newest: Option<Date>,
    /// The tables that a pack declares: `records … from lines`.
    pub declared: Vec<Declared>,
}

/// One artefact, as it is given.
pub struct Input<'i> {
    /// The name that a person knows it by.
    pub name: String,
    /// Whether that is the name of a file, which may say what it is; not that of a paste or of standard input.
    pub is_named: bool,
    /// The one table that it is read for; none tells it by its content.
    pub only: Option<String>,
    /// The bytes.
    pub content: Box<dyn Read + 'i>,
}

impl<'i> Input<'i> {
    /// Makes one of bytes in memory.
    pub fn of_bytes(name: impl Into<String>, bytes: &'i [u8]) -> Self {
        Self { name: name.into(), is_named: true, only: None, content: Box::new(bytes) }
    }
}

/// Reads artefacts into one set of records; `progress` is told how many bytes more were read.
pub fn read(inputs: Vec<Input<'_>>, options: &Options, progress: &mut dyn FnMut(u64)) -> Records {
    let mut records = Records::default();
    let mut reading = artefact::Reading { options, records: &mut records, unpacked: 0, progress };
    for input in inputs {
        reading.input(input);
    }
    records.settled()
}

/// A line of an artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'t> {
    /// From 1.
    pub number: u32,
    /// Without its end.
    pub text: &'t str,
}

/// Reads an artefact line by line.
trait LineReader {
    /// Takes a line, and returns true; or returns false, where it is none of its own.
    fn line(&mut self, line: Line<'_>, out: &mut Sink<'_>) -> bool;

    /// Says what is left at the end of the artefact.
    fn end(&mut self, out: &mut Sink<'_>);

    /// Returns how long a line may be, in bytes; what is longer is cut.
    fn longest(&self, limits: &Limits) -> usize {
        limits.line
    }
}

/// Returns the line readers of one artefact.
fn line_readers(options: &Options) -> Vec<Box<dyn LineReader>> {
    let mut readers = export::readers(options);
    readers.extend(log::readers(options));
    readers.extend(probe::readers(options));
    readers
}

/// Reads a text as a value of a type; none where it is none. The words of fact files (`none`, `> 5`) mean nothing here.
pub fn typed(text: &str, ty: &Type) -> Option<Value> {
    let text = text.trim();
    match ty {
        Type::Text => return (!text.is_empty()).then(|| Value::Text(text.to_owned())),
        Type::OneOf(values) => {
            return values.iter().position(|value| alike(value) == alike(text)).map(Value::Choice);
        }
        _ => {}
    }
    match scalar::scalar(text, ty, None).ok()?.0 {
        Known::Exactly(Value::None) => None,
        Known::Exactly(value) => Some(value),
        _ => None,
    }
}
