//! Readers of any format, as a pack declares them: `records … from lines`, `fields`, `csv`, `json`, `xml`.
//!
//! Each table has a reader of its own, and an artefact may feed several of them. `lines`, `fields`, `csv` and `json` are read line by
//! line beside the readers of this program; XML is read as a stream of its events. What a cell means is the matter of [`cell`]: it is
//! typed by its column, and one that does not read is unset, and told.

mod cell;
mod csv;
mod example;
mod fields;
mod file_name;
mod json;
mod lines;
mod path;
mod row;
mod time;
mod xml;

pub(super) use csv::Record as CsvRecord;
pub use example::example;

use jiff::tz::TimeZone;
use regex::Regex;

use std::io::BufRead;

use super::{LineReader, Options};
use crate::records::Sink;
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

/// What is known of an artefact besides its content.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Source<'s> {
    /// The name of its file; none of a paste.
    pub(super) name: Option<&'s str>,
    /// The one table that it is read for.
    pub(super) only: Option<&'s str>,
}

impl Declared {
    /// Returns whether an artefact may hold it: it has such a name, or none, or is read for this table.
    fn may_be_in(&self, source: Source<'_>) -> bool {
        match (source.only, source.name) {
            (Some(only), _) => only == self.name,
            (None, Some(name)) => self.files.is_empty() || self.is_named(name),
            (None, None) => true,
        }
    }

    /// Returns whether an artefact is told to hold it, whether or not there is a record in it.
    fn must_be_in(&self, source: Source<'_>) -> bool {
        source.only == Some(&self.name) || source.name.is_some_and(|name| self.is_named(name))
    }

    fn is_named(&self, name: &str) -> bool {
        self.files.iter().any(|pattern| file_name::matches(pattern, name))
    }

    fn is_xml(&self) -> bool {
        matches!(self.shape, Shape::Xml { .. })
    }
}

/// Says what is wrong with what only this module reads of a declaration, each time with the text that it is about: the patterns of
/// times, and paths.
pub fn check(declared: &Declared) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    let mut is_path = false;
    if let Shape::Json { path } | Shape::Xml { path } = &declared.shape {
        is_path = true;
        wrong.extend(path::Records::parse(path).err().map(|why| (path.clone(), why)));
    }
    for column in &declared.columns {
        let pattern = column.format.time.as_ref();
        wrong.extend(pattern.and_then(|text| Some((text.clone(), time::Pattern::parse(text).err()?))));
        let paths = column.from.iter().filter(|_| is_path);
        wrong.extend(paths.filter_map(|text| Some((text.clone(), path::parse(text).err()?))));
    }
    wrong
}

/// Returns the readers of an artefact's lines; `head` is its beginning.
pub(super) fn readers<'o>(
    options: &'o Options,
    source: Source<'_>,
    head: &str,
) -> Vec<Box<dyn LineReader + 'o>> {
    let declared = options.declared.iter().filter(|declared| declared.may_be_in(source));
    declared.filter_map(|declared| reader(declared, options, source, head)).collect()
}

fn reader<'o>(
    declared: &'o Declared,
    options: &'o Options,
    source: Source<'_>,
    head: &str,
) -> Option<Box<dyn LineReader + 'o>> {
    let rows = row::Rows::new(declared, options, declared.must_be_in(source));
    Some(match &declared.shape {
        Shape::Lines { starts, also } => Box::new(lines::Reader::new(rows, starts, also)),
        Shape::Fields { starts } => Box::new(fields::Reader::new(rows, starts.as_ref())),
        Shape::Csv => Box::new(csv::Reader::new(rows)),
        Shape::Json { path } => Box::new(json::Reader::new(rows, path, head)),
        Shape::Xml { .. } => return None,
    })
}

/// Returns whether an artefact is read for a table from XML.
pub(super) fn reads_xml(options: &Options, source: Source<'_>) -> bool {
    options.declared.iter().any(|declared| declared.is_xml() && declared.may_be_in(source))
}

/// Reads XML for all tables that are declared so.
pub(super) fn xml(options: &Options, source: Source<'_>, content: &mut dyn BufRead, out: &mut Sink<'_>) {
    let tables = options.declared.iter().filter(|declared| declared.is_xml() && declared.may_be_in(source));
    let tables = tables.map(|declared| row::Rows::new(declared, options, declared.must_be_in(source)));
    xml::read(tables.collect(), content, out);
}
