//! Records: what a reader makes of an artefact, in tables whose cells are typed and keep their place.
//!
//! A reader ([`evidence`](crate::evidence)) knows a format and says what stands there; a pack says what that means. The two meet
//! here: a [`TableSpec`] describes the columns of a reader's table, a [`Row`] is one record, and [`Records`] holds all that some
//! artefacts gave, with what was not read and why. Rows keep only the cells that are known.

mod sink;
mod spec;

pub use sink::{Draft, Sink};
pub use spec::{ColumnSpec, ColumnType, TableSpec};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::value::{Column, Value};

/// Which artefact, within a [`Records`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ArtefactId(pub u32);

/// A line of an artefact. Copies share the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// From 1, in the artefact as it was given; where a part of it is encoded, the line where that begins.
    pub line: u32,
    /// The line, cut where it is long.
    pub text: Arc<str>,
}

/// So many bytes of a line are kept to be shown.
pub const SHOWN: usize = 2000;

impl At {
    /// Keeps a line, cut where it is longer than [`SHOWN`].
    pub fn new(line: u32, text: &str) -> Self {
        Self { line, text: Arc::from(text.get(..text.floor_char_boundary(SHOWN)).unwrap_or(text)) }
    }
}

/// A value, and the line that it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The value, of its column's type.
    pub value: Value,
    /// Where it stands.
    pub at: At,
}

/// One record of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The artefact that it was read from.
    pub artefact: ArtefactId,
    /// The line that says the most of it.
    pub at: At,
    /// The cells that are known, by the places of their columns, in the order of those.
    cells: Vec<(u16, Cell)>,
}

impl Row {
    /// Returns the cell of a column; none where it is not known.
    pub fn cell(&self, column: usize) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&column, |(at, _)| usize::from(*at)).ok()?;
        self.cells.get(at).map(|(_, cell)| cell)
    }
}

/// The records of one table, in the order of the artefacts and of their lines.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The columns of every row.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Whether there are no others: what is not here is not so. Otherwise, it is only not known.
    pub complete: bool,
    /// How many rows more there were than the limit lets through.
    pub beyond: u64,
}

/// What was read of one artefact.
#[derive(Debug, Clone, Default)]
pub struct Artefact {
    /// The file, and the way into it: `mails.zip › bounce.eml`.
    pub name: String,
    /// Which tables it gave rows to, how many, and whether they are complete.
    pub read: BTreeMap<String, Read>,
    /// How many lines it has; of a text that is read as a whole too.
    pub lines: u64,
    /// Lines that belong to no record.
    pub unread: Unread,
    /// Whether a part of it is not read: then it is complete for no table.
    pub is_cut: bool,
    /// What somebody has to know about it: a limit, a year that was taken, a part that does not decode.
    pub notes: Vec<Note>,
}

/// What one reader made of one artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read {
    /// How many rows.
    pub rows: u64,
    /// Whether the artefact holds all that there is to say.
    pub complete: bool,
}

/// Lines that no reader made anything of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unread {
    /// How many, without empty ones.
    pub lines: u64,
    /// The first few.
    pub first: Vec<At>,
}

/// So many unread lines are kept to be shown.
pub const UNREAD_SHOWN: usize = 5;

/// So many notes are kept of an artefact.
pub const NOTES_SHOWN: usize = 100;

/// Something about an artefact that must not be passed over, for people, and the line where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// In plain words: lowercase, no final period.
    pub text: String,
    /// Where; none for the artefact as a whole.
    pub line: Option<u32>,
}

/// All that was read from some artefacts.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// In the order in which they were given, each before those inside it.
    pub artefacts: Vec<Artefact>,
    /// By name: of a reader's own (`mail.deliveries`), or of a pack's `records`.
    pub tables: BTreeMap<String, Table>,
}

impl Records {
    /// Begins an artefact.
    pub fn begin(&mut self, name: impl Into<String>) -> ArtefactId {
        self.artefacts.push(Artefact { name: name.into(), ..Artefact::default() });
        ArtefactId(u32::try_from(self.artefacts.len() - 1).unwrap_or(u32::MAX))
    }

    /// Says of each table whether all artefacts that it was read from hold all that there is to say.
    #[must_use]
    pub fn settled(mut self) -> Self {
        for (name, table) in &mut self.tables {
            let mut reads = self.artefacts.iter().filter_map(|one| Some((one.is_cut, one.read.get(name)?)));
            table.complete = table.beyond == 0 && reads.all(|(is_cut, read)| read.complete && !is_cut);
        }
        self
    }

    /// Returns an artefact of these records.
    pub fn artefact(&self, id: ArtefactId) -> Option<&Artefact> {
        self.artefacts.get(id.0 as usize)
    }
}

/// What may be read, and how much of it. Each limit that stops something is told in a [`Note`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest text that is read as a whole (a mail, JSON, XML), in bytes. Logs and CSV may be of any length.
    pub bytes: u64,
    /// How much may come out of archives and encoded parts, in bytes, in one run.
    pub unpacked: u64,
    /// How deep artefacts may stand in each other: parts of a mail, files in an archive.
    pub depth: usize,
    /// How many parts a mail, or files an archive, may have.
    pub parts: usize,
    /// How many rows of a table are kept.
    pub rows: usize,
    /// How long a line may be, in bytes; what is longer is cut.
    pub line: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, unpacked: 4 << 30, depth: 16, parts: 1000, rows: 50_000, line: 1 << 20 }
    }
}

impl Table {
    /// Returns the place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}
