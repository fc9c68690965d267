//! Readers of any format, as a pack declares them: `records … from lines`, `fields`, `csv`, `json`, `xml`.

use jiff::tz::TimeZone;
use regex::Regex;

use crate::value::Type;
use crate::value::unit::Unit;

/// A table that a pack declares.
#[derive(Debug, Clone)]
pub struct Declared {
    /// As the pack names it.
    pub name: String,
    /// How a record looks.
    pub shape: Shape,
    /// Which files hold it, by the ends of their paths: `*.log`, `*trace*.csv`; none for any. A paste has no name, and any may hold
    /// it.
    pub files: Vec<String>,
    /// Whether an artefact of it holds all that there is to say.
    pub complete: bool,
    /// Its columns, in their order.
    pub columns: Vec<DeclaredColumn>,
}

/// How a record looks.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Lines: a record begins where `starts` matches, and goes on up to the next that does; named groups fill columns.
    Lines {
        /// The first line of a record.
        starts: Regex,
        /// Further lines, which fill further columns; the last match counts.
        also: Vec<Regex>,
    },
    /// `key: value` or `key = value`, where indentation makes a path.
    Fields {
        /// The first line of a record; none takes each paragraph, or the whole text, for one.
        starts: Option<Regex>,
    },
    /// Comma separated values, with a line of names.
    Csv,
    /// JSON, or JSON lines.
    Json {
        /// The steps to a record: `items[*] as pod, status.containerStatuses[*] as c`.
        path: String,
    },
    /// XML.
    Xml {
        /// The steps to a record: `Events.Event[*]`.
        path: String,
    },
}

/// A column of such a table.
#[derive(Debug, Clone)]
pub struct DeclaredColumn {
    /// Its name.
    pub name: String,
    /// Its type; never a table.
    pub ty: Type,
    /// Where it is read from: names of groups, of fields and columns, or paths; the first that gives a value counts. Empty for its
    /// own name.
    pub from: Vec<String>,
    /// How its cells are written.
    pub format: CellFormat,
}

/// How cells are written.
#[derive(Debug, Clone, Default)]
pub struct CellFormat {
    /// The pattern of a time, in the letters of Unicode (UTS 35): `yyyy-MM-dd HH:mm:ss,SSS`; none reads the usual ones.
    pub time: Option<String>,
    /// The clock of times that say no offset; none takes that of the run.
    pub zone: Option<TimeZone>,
    /// The unit of numbers that have none.
    pub unit: Option<Unit>,
    /// The sign before decimals: `,`; none takes the point.
    pub decimal: Option<char>,
}
